"""The columns of the Kraljic board's table and of the list of suppliers' tiers."""

from django.db.models import BooleanField, Case, OuterRef, Subquery, Value, When
from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from suppliers import facts
from suppliers.segmentation import actions, rules
from suppliers.segmentation.models import SupplierTier
from suppliers.segmentation.querysets import with_proposal

PLACES, TIERS = dict(rules.Quadrant.choices()), dict(rules.Tier.choices())
YES_NO = {True: "Yes", False: "No"}


def link(supplier_id, name):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a>',
        reverse("segmentation:supplier", args=[supplier_id]),
        name,
    )


def tag(value, words):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(value), words
    )


def tier_tag(tier, none="Not decided"):
    return tag(tier or "not_tiered", TIERS.get(tier, none))


def place_tag(place):
    return tag(place or "not_placed", PLACES.get(place, "Not placed"))


def muted(words):
    return format_html('<span class="app-muted">{}</span>', words)


def review(due_on, *, in_use):
    """When a review is due; nobody has to review a supplier from whom nothing is bought any more."""
    if due_on is None:
        return ""
    if not in_use:
        return muted("No contract in force")
    urgency = steward.urgency(due_on)
    if not urgency:
        return steward.day(due_on)
    words = "Overdue" if urgency == "overdue" else steward.distance(due_on)
    return format_html(
        '{} <span class="app-table__sub">{}</span>',
        steward.day(due_on),
        tag("overdue" if urgency == "overdue" else "soon", words),
    )


# --- The board ------------------------------------------------------------------------------------


def with_signs(placements, user):
    """Placements with what is shown beside them: `tier`, `no_sro` and `in_use`, as far as this user sees."""
    tier = (
        SupplierTier.objects.current().filter(supplier=OuterRef("supplier")).values("decided")[:1]
    )
    in_use = facts.having("contract_in_force", user=user, path="supplier")
    no_sro = facts.having("contract_without_sro", user=user, path="supplier")
    return placements.annotate(
        tier=Subquery(tier),
        in_use=Case(When(in_use, then=True), default=False, output_field=BooleanField()),
        no_sro=Case(
            When(
                quadrant=rules.Quadrant.STRATEGIC, then=Case(When(no_sro, then=True), default=False)
            ),
            default=Value(None),
            output_field=BooleanField(),
        ),
    )


def moved(row):
    before, now = row["follows__quadrant"], row["quadrant"]
    if before is None:
        return muted("First placement")
    if before != now:
        return f"From {PLACES[before].lower()}"
    return muted("Same quadrant")


def place(row):
    """The quadrant, and what is amiss with it."""
    found = place_tag(row["quadrant"])
    if row["no_sro"]:
        return format_html("{} {}", found, tag("inadequate", "SRO missing"))
    return found


_SRO_WORDS = {True: "Missing", False: "None missing"}


def _score(name):
    return lambda row: rules.plain(row[name])


BOARD = (
    Column("supplier", "Supplier", "supplier__name", sort="supplier__name", show=lambda r: link(r["supplier_id"], r["supplier__name"]), sources=("supplier_id",), optional=False),
    Column("place", "Place", "quadrant", show=place, export=PLACES.get, sources=("no_sro",)),
    Column("sro", "SRO", "no_sro", show=lambda r: _SRO_WORDS.get(r["no_sro"], ""), export=lambda missing: _SRO_WORDS.get(missing, ""), default=False),
    Column("supply_risk", "Supply risk", "supply_risk", sort="supply_risk", show=_score("supply_risk"), numeric=True),
    Column("business_impact", "Business impact", "business_impact", sort="business_impact", show=_score("business_impact"), numeric=True),
    Column("moved", "Last time", "follows__quadrant", show=moved, export=by_choice(PLACES.items()), sources=("quadrant",)),
    Column("tier", "Supplier tier", "tier", show=lambda r: tier_tag(r["tier"]), export=by_choice(TIERS.items())),
    Column("due_on", "Review due", "due_on", sort="due_on", show=lambda r: review(r["due_on"], in_use=r["in_use"]), sources=("in_use",)),
    Column("placed_on", "Placed on", "placed_on", sort="placed_on", show=lambda r: steward.day(r["placed_on"]), nowrap=True, default=False),
    Column("placed_by", "Placed by", "placed_by__name", default=False),
    Column("reason", "Why", "reason", default=False),
)  # fmt: skip


class BoardList(ListPage):
    """Current placements, with what is shown beside them."""

    def __init__(self, request, *, queryset, **kwargs):
        super().__init__(request, queryset=with_signs(queryset, request.user), **kwargs)

    def _bare_rows(self):
        return with_signs(super()._bare_rows(), self.request.user)


# --- Tiers ----------------------------------------------------------------------------------------


def proposed(row):
    """The tier that is proposed today; with its grounds where it is not the one decided."""
    if row["proposed"] and row["proposed"] == row["decided"]:
        return tier_tag(row["proposed"])
    found = actions.proposal(row["contract_tier"], row["quadrant"], platinum=row["platinum"])
    return format_html(
        '{} <span class="app-table__sub">{}</span>',
        tier_tag(row["proposed"], "No proposal"),
        found.because,
    )


def decided(row):
    if not row["decided"]:
        return tier_tag("")
    differs = row["proposed"] and row["proposed"] != row["decided"]
    return format_html(
        '{} <span class="app-table__sub">{}{}</span>',
        tier_tag(row["decided"]),
        "Differs from the proposal. " if differs else "",
        row["standing__reason"] if row["decided"] != row["was_proposed"] else "",
    )


TIER_COLUMNS = (
    Column("name", "Supplier", "name", sort="name", show=lambda r: link(r["pk"], r["name"]), optional=False),
    Column("proposed", "Proposed", "proposed", show=proposed, export=by_choice(TIERS.items()), sources=("contract_tier", "quadrant", "platinum", "decided")),
    Column("decided", "Decided", "decided", show=decided, export=by_choice(TIERS.items()), sources=("proposed", "was_proposed", "standing__reason")),
    Column("place", "Place on the board", "quadrant", show=lambda r: place_tag(r["quadrant"]), export=by_choice(PLACES.items())),
    Column("contract_tier", "Highest contract in force", "contract_tier", show=lambda r: tier_tag(r["contract_tier"], "None tiered"), export=by_choice(TIERS.items()), default=False),
    Column("due_on", "Review due", "standing__due_on", show=lambda r: review(r["standing__due_on"], in_use=r["in_use"]), sources=("in_use",)),
    Column("decided_on", "Decided on", "standing__decided_on", show=lambda r: steward.day(r["standing__decided_on"]) if r["standing__decided_on"] else "", default=False),
    Column("decided_by", "Decided by", "standing__decided_by__name", default=False),
    Column("reason", "Reason", "standing__reason", default=False),
)  # fmt: skip


def with_tiers(suppliers, user, *, platinum):
    in_use = facts.having("contract_in_force", user=user)
    return with_proposal(suppliers, user=user, platinum=platinum).annotate(
        platinum=Value(platinum, output_field=BooleanField()),
        in_use=Case(When(in_use, then=True), default=False, output_field=BooleanField()),
    )


class TierList(ListPage):
    """Suppliers with the tier that is proposed and the one that was decided."""

    def __init__(self, request, *, queryset, platinum, **kwargs):
        self.platinum = platinum
        queryset = with_tiers(queryset, request.user, platinum=platinum)
        super().__init__(request, queryset=queryset, **kwargs)

    def _bare_rows(self):
        return with_tiers(super()._bare_rows(), self.request.user, platinum=self.platinum)
