"""How much rests on each supplier: what its page, and the list of suppliers, know of contracts."""

from collections import Counter

from django.db.models import Case, Count, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.permissions import Permission
from common.templatetags.steward import count_of
from contracts.models import Contract, ContractSupplier, Stage, Tier
from suppliers import commitments
from suppliers.rules import Amounts, first_day, last_day

IN_FORCE = [stage.value for stage in Stage if stage not in (Stage.DRAFT, Stage.ENDED)]
_NOW = Coalesce("current_value", "value")


def as_lead(user, supplier_ids):
    """{supplier: contracts, in_force, value, tiers, past_end} of the contracts it leads. One query."""
    today = timezone.localdate()
    past_its_end = Q(ends_on__lt=today, stage__in=["mobilisation", "live", "exit"])
    grouped = (
        Contract.objects.visible_to(user)
        .filter(supplier__in=supplier_ids)
        .order_by()
        .values("supplier", "tier", "currency")
        .annotate(
            running=Case(When(stage__in=IN_FORCE, then=Value(1)), default=Value(0)),
            number=Count("pk"),
            worth=Sum(_NOW),
            valued=Count(_NOW),
            past_end=Count("pk", filter=past_its_end),
        )
    )
    found = {}
    for group in grouped:
        known = found.setdefault(
            group["supplier"],
            {"contracts": 0, "in_force": 0, "value": Amounts(), "tiers": Counter(), "past_end": 0},
        )
        known["contracts"] += group["number"]
        known["past_end"] += group["past_end"]
        if group["running"]:
            known["in_force"] += group["number"]
            known["tiers"][group["tier"]] += group["number"]
            sums = {group["currency"]: group["worth"]} if group["valued"] else {}
            known["value"] += Amounts(sums, missing=group["number"] - group["valued"])
    return found


def as_further_supplier(user, supplier_ids):
    """{supplier: on how many contracts in force it is named beside the lead}."""
    counted = (
        ContractSupplier.objects.filter(
            supplier__in=supplier_ids, contract__in=Contract.objects.visible_to(user).in_force()
        )
        .order_by()
        .values("supplier")
        .annotate(number=Count("pk"))
    )
    return dict(counted.values_list("supplier", "number"))


def annual_values(user, supplier, years):
    """The annual value of the contracts that a supplier led in each financial year, by their dates. One query.

    A contract that is past its end and not closed counts as running on, as everywhere.
    """
    today = timezone.localdate()
    counted = {"undated": Count("pk", filter=Q(commences_on=None))}
    for year in years:
        running = Q(commences_on__lte=last_day(year)) & _not_over(first_day(year), today)
        counted |= {
            f"number_{year}": Count("pk", filter=running),
            f"valued_{year}": Count("annual_value", filter=running),
            f"worth_{year}": Sum("annual_value", filter=running),
        }
    contracts = Contract.objects.visible_to(user).filter(supplier=supplier).order_by()
    agreed = contracts.exclude(stage__in=[Stage.DRAFT, Stage.AWAITING_CONDITIONS])
    by_year, undated = dict.fromkeys(years, Amounts()), 0
    for group in agreed.values("currency").annotate(**counted):
        undated += group["undated"]
        for year in years:
            valued = group[f"valued_{year}"]
            sums = {group["currency"]: group[f"worth_{year}"]} if valued else {}
            by_year[year] += Amounts(sums, missing=group[f"number_{year}"] - valued)
    return commitments.Agreed(
        by_year,
        left_out=[undated_in_words(undated)] if undated else [],
        is_whole=user.may(Permission.VIEW_CONTRACTS),
    )


def _not_over(day, today):
    """Whether a contract was still running on that day."""
    has_ended = Q(stage=Stage.ENDED)
    ended_later = Q(ended_on__gte=day) | Q(ended_on=None, ends_on__gte=day)
    running_on = Q(ends_on=None) | Q(ends_on__gte=day) | Q(ends_on__lt=today)
    return (has_ended & ended_later) | (~has_ended & running_on)


# --- in words -----------------------------------------------------------------------------------


def tiers_in_words(tiers):
    """`2 Gold, 1 Silver, 3 not tiered`, highest first."""
    named = [f"{tiers[tier]} {tier.label}" for tier in Tier if tiers[tier]]
    untiered = [f"{tiers['']} not tiered"] if tiers[""] else []
    return ", ".join([*named, *untiered]) or "None in force"


def undated_in_words(number):
    return f"{count_of(number, 'contract')} without a commencement date {'is' if number == 1 else 'are'} left out"


def value_hint(value):
    return f"{count_of(value.missing, 'contract')} without a value" if value.missing else ""


def past_end_in_words(number):
    return f"{count_of(number, 'contract')} {'is' if number == 1 else 'are'} past the end and not closed"


# --- the lists behind the numbers -------------------------------------------------------------------


def list_of(supplier, **filters):
    query = urlencode({"lead_id": supplier.pk, **filters}, doseq=True)
    return f"{reverse('contracts:list')}?{query}"


def in_force_list(supplier):
    return list_of(supplier, stage=IN_FORCE)


def past_end_list(supplier):
    return list_of(supplier, ends="past")


def of_supplier(supplier):
    return reverse("contracts:of_supplier", args=[supplier.pk])


# --- the list of suppliers, narrowed by their contracts -------------------------------------------

BY_CONTRACTS = (
    ("in_force", "With contracts in force"),
    ("none", "Without contracts in force"),
)


def by_contracts(suppliers, value, user):
    leading = Contract.objects.visible_to(user).in_force().filter(supplier__isnull=False).order_by()
    found = Q(pk__in=leading.values("supplier"))
    return suppliers.filter(found if value == "in_force" else ~found)
