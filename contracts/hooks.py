"""What the register adds to the rooms below it, and the sections of its own page."""

from collections import Counter

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts import holding
from accounts import sections as person_sections
from accounts.permissions import DEPUTY, OCO, SRO, Permission
from common import deadlines, navigation, search
from common.markup import row_url
from common.templatetags.steward import day
from contracts import checks, consequences, notices, offices, parts, reliance, sections, trail
from contracts import merging as of_merged_suppliers
from contracts.models import PEOPLE, Contract, ContractSupplier, Kind, TermOfOffice, Tier
from suppliers import commitments, facts, following, keepers, merging, narrowing, reach
from suppliers import sections as supplier_sections
from suppliers import trail as supplier_trail
from suppliers.columns import amounts, amounts_in_brief, amounts_in_short
from suppliers.models import Supplier
from suppliers.rules import Amounts, add_up

navigation.register(
    navigation.Item("contracts", "Contracts", "contracts:list", order=20, prefixes=("/contracts/",))
)


@holding.source
def on_contracts(user, permission):
    parts.recall(user)
    # Which of the first two somebody is does not matter to the header, so it is not kept.
    manages = permission in OCO.permissions & DEPUTY.permissions
    return (manages and parts.manages(user)) or (
        permission in SRO.permissions and parts.answers_for(user)
    )


sections.register(sections.Section("overview", "Overview", "contracts:contract", order=0))
sections.register(
    sections.Section(
        "children", "Call-offs", "contracts:children", order=15,
        shown=lambda contract: contract.kind == Kind.FRAMEWORK,
    )
)  # fmt: skip
sections.register(sections.Section("history", "History", "contracts:history", order=100))

person_sections.register(
    person_sections.Section("contracts", "Contracts", "contracts:of_person", order=10)
)
supplier_sections.register(
    supplier_sections.Section("contracts", "Contracts", "contracts:of_supplier", order=10)
)


@trail.source()
def of_the_contract(contract):
    return Contract.history.filter(id=contract.pk)


@trail.source()
def of_its_suppliers(contract):
    return ContractSupplier.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_offices(contract):
    return TermOfOffice.history.filter(contract_id=contract.pk)


consequences.of_change(set(PEOPLE))(offices.follow)
consequences.makes(TermOfOffice, since="given other people")


@consequences.of_change({"tier", "stage", "supplier"})
def tell_of_their_suppliers(contracts, by):
    """Further suppliers too: members of a consortium have signed as well."""
    leads = contracts.order_by().values("supplier")
    members = ContractSupplier.objects.filter(contract__in=contracts.order_by().values("pk"))
    # Not an OR: each part is found by an index of its own.
    both = leads.union(members.order_by().values("supplier"))
    following.follow(Supplier.objects.filter(pk__in=both).order_by(), by=by)


# --- dates somebody must meet -------------------------------------------------------------------

_DEADLINE_COLUMNS = ("pk", "reference", "title", "unit_id", "oco_id", "deputy_id")


def _asking(contracts, column):
    """What a source asks of these contracts: those of which this day lies in the time."""

    def asked(scope, start, end):
        due = contracts().not_ended().within(scope).filter(**{f"{column}__range": (start, end)})
        return due.order_by().values_list(*_DEADLINE_COLUMNS, column)

    return asked


def _deadlines(key, title, found, *, passed=""):
    """`passed` is the title of what should be over by now."""
    today = timezone.localdate()
    for pk, reference, name, unit, oco, deputy, due_on in found:
        yield deadlines.Deadline(
            key=f"{key}:{pk}",
            due_on=due_on,
            title=passed if passed and due_on < today else title,
            subject=f"{reference} {name}",
            url=row_url("contracts:contract", pk),
            responsible=tuple(person for person in (oco, deputy) if person),
            contract_id=pk,
            unit_id=unit,
        )


_ends = _asking(Contract.objects.all, "ends_on")
_notices = _asking(lambda: notices.told_by_the_register(Contract.objects.all()), "notice_on")
_reviews = _asking(Contract.objects.all, "review_on")


@deadlines.source("contract-expiry", "Contract ends", asked=_ends)
def expiries(scope, start, end):
    found = deadlines.kept_rows(_ends, scope, start, end)
    return _deadlines("contract-expiry", "Contract ends", found, passed="Contract is past its end")


@deadlines.source("contract-notice", "Last day to give notice", asked=_notices)
def notices_to_give(scope, start, end):
    found = deadlines.kept_rows(_notices, scope, start, end)
    return _deadlines("contract-notice", "Last day to give notice", found)


@deadlines.source("contract-review", "Contract review", asked=_reviews)
def reviews(scope, start, end):
    found = deadlines.kept_rows(_reviews, scope, start, end)
    return _deadlines("contract-review", "Contract review", found)


# --- is the record complete? --------------------------------------------------------------------


def _choose(person):
    return lambda contract: f"{reverse('contracts:people', args=[contract.pk])}#id_{person}"


def _mend(field):
    return lambda contract: f"{reverse('contracts:edit', args=[contract.pk])}#id_{field}"


checks.register(checks.Check(
    "no_owner", "No owner", "Choose an Operational Contract Owner (OCO)",
    failing=lambda contracts: contracts.not_ended().filter(Q(oco=None) | Q(oco__is_active=False)),
    mend=_choose("oco"), permission=Permission.ASSIGN_PEOPLE, order=10, of_spots=True,
))  # fmt: skip
checks.register(checks.Check(
    "no_end_date", "No end date or review date", "Give the current end date or, if it rolls on, a review date",
    failing=lambda contracts: contracts.not_ended().filter(ends_on=None, review_on=None),
    mend=_mend("ends_on_0"), order=20, of_spots=True,
))  # fmt: skip
checks.register(checks.Check(
    "no_value", "No value", "Give the award value",
    failing=lambda contracts: contracts.not_ended().filter(Q(value=None) | Q(value=0)),
    mend=_mend("value"), order=30, of_spots=True,
))  # fmt: skip
checks.register(checks.Check(
    "no_supplier", "No supplier", "Name the lead supplier",
    failing=lambda contracts: contracts.not_ended().filter(supplier=None),
    mend=_mend("supplier"), order=40, of_spots=True,
))  # fmt: skip
checks.register(checks.Check(
    "no_supplier_number", "Supplier without a company number", "Give the supplier's company number",
    failing=lambda contracts: contracts.not_ended().filter(
        supplier__isnull=False, supplier__company_number="", supplier__charity_number="",
        supplier__ppon="", supplier__other_number="",
    ),
    mend=lambda contract: reverse("suppliers:edit", args=[contract.supplier_id]), permission=Permission.EDIT_SUPPLIERS, order=50,
))  # fmt: skip
checks.register(checks.Check(
    "no_sro", "No SRO", "Name the SRO: a Gold or Platinum contract needs one",
    failing=lambda contracts: contracts.not_ended().filter(
        Q(sro=None) | Q(sro__is_active=False), tier__in=["gold", "platinum"]
    ),
    mend=_choose("sro"), permission=Permission.ASSIGN_PEOPLE, order=70,
))  # fmt: skip


# --- what suppliers' pages know of contracts ----------------------------------------------------


for fact in (
    facts.Fact(
        "in_force", "Contracts in force", reliance.as_lead, part="in_force", order=10,
        url=reliance.in_force_list, add=sum,
    ),
    facts.Fact(
        "contracts", "Contracts as lead", reliance.as_lead, part="contracts", order=12,
        in_list=False, on_page=False,
    ),
    facts.Fact(
        "value", "Contracted value", reliance.as_lead, part="value", default=Amounts(), order=14,
        show=amounts, short=amounts_in_short, brief=amounts_in_brief, hint=reliance.value_hint, url=reliance.in_force_list, add=add_up,
    ),
    facts.Fact(
        "tiers", "Tiers of its contracts", reliance.as_lead, part="tiers", default=Counter(), numeric=False, order=30,
        show=reliance.tiers_in_words, url=reliance.in_force_list, in_list=False,
    ),
    facts.Fact(
        "past_end", "Contracts past their end", reliance.as_lead, part="past_end", order=60,
        alarm=reliance.past_end_in_words, url=reliance.past_end_list, in_list=False,
    ),
    facts.Fact(
        "parts", "Named beside the lead", reliance.as_further_supplier, order=40,
        url=reliance.of_supplier, in_list=False, always=False,
    ),
):  # fmt: skip
    facts.register(fact)

for mover in (
    merging.Mover(
        Contract, "supplier", "contract it leads,contracts it leads",
        move=of_merged_suppliers.move_leads, order=10,
    ),
    merging.Mover(
        ContractSupplier, "supplier", "contract it is named on,contracts it is named on",
        move=of_merged_suppliers.move_parts, order=15,
    ),
):  # fmt: skip
    merging.register(mover)


@supplier_trail.source
def of_their_parts(supplier_ids, user):
    """On whose contracts a supplier was named beside the lead, and no longer is."""
    contracts = Contract.objects.visible_to(user).order_by().values("pk")
    return ContractSupplier.history.filter(supplier_id__in=supplier_ids, contract_id__in=contracts)


commitments.source(reliance.annual_values)


@keepers.source
def of_their_contracts(user):
    """The OCO and the deputy know first when somebody at the supplier has left."""
    theirs = Contract.objects.not_ended().editable_by(user).order_by()
    yield theirs.filter(supplier__isnull=False).values("supplier")
    yield ContractSupplier.objects.filter(contract__in=theirs).order_by().values("supplier")


narrowing.register(
    narrowing.Narrowing(
        "contracts", "Contracts", choices=reliance.BY_CONTRACTS, narrow=reliance.by_contracts, order=10
    )
)  # fmt: skip


@reach.way
def through_contracts(user, permission):
    """Whoever holds a permission on a contract has to do with each of its suppliers; with what is confidential about
    them as long as the contract has not ended."""
    contracts = Contract.objects.allowing(user, permission)
    if permission == Permission.VIEW_SUPPLIER_CONFIDENTIAL:
        contracts = contracts.not_ended()
    return contracts, ContractSupplier.objects.filter(contract__in=contracts.order_by())


def _parties(user, **which):
    """Who has signed a contract in force: its lead, and consortium members. A subcontractor signs with the lead."""
    contracts = Contract.objects.all() if user is None else Contract.objects.visible_to(user)
    contracts = contracts.in_force().filter(**which)
    members = ContractSupplier.objects.filter(
        part=ContractSupplier.Part.MEMBER, contract__in=contracts.order_by()
    )
    return contracts, members


def _tiered(tier):
    @facts.trait(f"{tier}_contract")
    def has_one(user):
        return _parties(user, tier=tier)


for _tier in Tier.values:
    _tiered(_tier)


@facts.trait("contract_in_force")
def in_force(user):
    return _parties(user)


@facts.trait("contract_without_sro")
def without_sro(user):
    """An SRO who has left answers for nothing."""
    return *_parties(user, sro=None), *_parties(user, sro__is_active=False)


# --- search -------------------------------------------------------------------------------------


def find(user, text, limit):
    found = (
        Contract.objects.visible_to(user)
        .search(text)
        .select_related("supplier")
        .order_by("title", "pk")
    )[:limit]
    return [
        search.Hit(
            f"{contract.reference} {contract.title}",
            _in_brief(contract),
            contract.get_absolute_url(),
        )
        for contract in found
    ]


def _in_brief(contract):
    supplier = contract.supplier.name if contract.supplier else "No supplier recorded"
    if not contract.is_past_its_end:
        return supplier
    stage = contract.get_stage_display().lower()
    return f"{supplier} · Past its end since {day(contract.ends_on)}, still {stage}"


def exact(user, text):
    """An exact reference leads straight to the contract."""
    found = Contract.objects.visible_to(user).filter(reference__iexact=text).first()
    return found.get_absolute_url() if found else None


search.register(
    search.Source(
        "contracts",
        "Contracts",
        find,
        lambda query: f"{reverse('contracts:list')}?{query}",
        exact,
        order=10,
    )
)
