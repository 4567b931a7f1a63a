"""What performance adds to the rooms below it: a section of a contract's page, dates, checks, history."""

from collections import Counter
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.permissions import Permission
from common import deadlines, navigation
from common.templatetags.steward import count_of, tag_class
from contracts import checks, parts, sections, trail
from contracts.models import Contract
from contracts.obligations import misses
from performance import actions, charts, pages, rules, tabs
from performance.models import Indicator, Reading
from performance.querysets import asked_of_the_worst, of_suppliers, worst_from
from suppliers import facts as supplier_facts
from suppliers import sections as supplier_sections

KPIS_IN_SUMMARY = 6


def can_log(user):
    parts.recall(user)
    return user.may(Permission.LOG_PERFORMANCE) or parts.manages(user)


# What the header shows as current for it: the inner rooms' pages of a contract say themselves that they are the contract's.
PREFIXES = ("/performance/",)

navigation.register(
    navigation.Item(
        "performance", "Log performance", "performance:log", order=40, shown=can_log, prefixes=PREFIXES,
    )
)  # fmt: skip
pages.register(pages.Page("log", "Log a month", "performance:log", order=0, shown=can_log))
pages.register(pages.Page("check", "Check readings", "performance:check", order=10, shown=can_log))
pages.register(
    pages.Page(
        "templates", "KPI templates", "performance:templates", order=90,
        shown=lambda user: user.may(Permission.MANAGE_KPI_TEMPLATES),
    )
)  # fmt: skip


# --- the contract's page --------------------------------------------------------------------------


def asked(contract, mode):
    return asked_of_the_worst(contract, KPIS_IN_SUMMARY + 1, charts.SHORT, timezone.localdate())


def summary(contract, user, rows):
    """The worst KPIs first, because that is what a reader must not miss."""
    today = timezone.localdate()
    shown = worst_from(rows)
    return {
        "rows": [charts.row(indicator, today=today) for indicator in shown[:KPIS_IN_SUMMARY]],
        "more": len(shown) > KPIS_IN_SUMMARY,
    }


sections.register(
    sections.Section(
        "performance", "Performance", "performance:contract", order=20,
        summary_template="performance/_summary.html", summary=summary, asked=asked,
    )
)  # fmt: skip

tabs.register(tabs.Tab("readings", "Readings", "performance:contract", order=10))


@trail.source()
def of_its_indicators(contract):
    return Indicator.history.filter(contract_id=contract.pk)


@trail.source(routine="readings")
def of_their_readings(contract):
    return Reading.history.filter(indicator__in=contract.indicators.order_by().values("pk"))


@misses.follower
def propose_relief(occurrences, by):
    """Where we record late that we were late, the reading is often there already."""
    actions.settle_relief(occurrences=occurrences, by=by)


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "pk", "frequency", "starts_on", "ended_on", "contract", "contract__reference",
    "contract__title", "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _indicators(scope, start, end):
    contracts = Contract.objects.in_force().within(scope)
    return Indicator.objects.filter(contract__in=contracts).order_by().values_list(*_COLUMNS)


def _logged(scope, start, end):
    """`start` and `end` are of periods here."""
    contracts = Contract.objects.in_force().within(scope)
    readings = Reading.objects.filter(
        indicator__contract__in=contracts, period_start__range=(start, end)
    )
    return readings.order_by().values_list("indicator", "period_start")


@deadlines.source("reading-due", "Readings due", asked=_indicators)
def readings_due(scope, start, end):
    """One date for each contract and day on which periods end: its readings that are not logged yet. Two queries."""
    # The ends are worked out once, not for each of perhaps a hundred thousand indicators.
    due = {f: [(p, p.end) for p in _due_between(f, start, end)] for f in rules.REGULAR}
    starts = {period.start for periods in due.values() for period, _ in periods}
    if not starts:
        return
    logged = set(deadlines.kept_rows(_logged, scope, min(starts), max(starts)))
    missing, about = Counter(), {}
    found = deadlines.kept_rows(_indicators, scope, start, end)
    for pk, frequency, starts_on, ended_on, contract, *facts in found:
        for period, last_day in due.get(frequency, ()):
            expected = starts_on <= last_day and (ended_on is None or ended_on >= last_day)
            if expected and (pk, period.start) not in logged:
                missing[contract, last_day] += 1
                about[contract] = facts
    address = reverse("performance:log")
    for (contract, last_day), count in missing.items():
        yield _deadline(address, contract, last_day, count, *about[contract])


def _due_between(frequency, start, end):
    period = rules.period_of(frequency, start).previous
    while period.due_on <= end:
        if period.due_on >= start:
            yield period
        period = period.following


def _deadline(address, contract, last_day, count, reference, title, unit, oco, deputy):
    # Whatever its length, a period that ends with a month is due with the month; a week that ends within it is
    # due by itself.
    month = rules.period_of(rules.Frequency.MONTHLY, last_day)
    with_month = last_day == month.end
    period = month if with_month else rules.period_of(rules.Frequency.WEEKLY, last_day)
    label = period.label if with_month else f"the week to {period.label.removeprefix('Week to ')}"
    return deadlines.Deadline(
        key=f"reading-due:{contract}:{month.month if with_month else last_day.isoformat()}",
        due_on=period.due_on,
        title=f"Log {count} reading{'' if count == 1 else 's'} for {label}",
        subject=f"{reference} {title}",
        url=f"{address}?month={month.month}&contract={contract}",
        responsible=tuple(person for person in (oco, deputy) if person),
        contract_id=contract,
        unit_id=unit,
    )


def month_of(deadline):
    """The month whose log page a date of `reading-due` leads to."""
    year, month = deadline.key.rsplit(":", 1)[1].split("-")[:2]
    return rules.Period(date(int(year), int(month), 1))


# --- how the contract is managed ------------------------------------------------------------------


def without_kpis(contracts):
    kpis = Indicator.objects.in_use().filter(contract=OuterRef("pk"))
    # House default 7.1: readings are asked for from Silver upwards.
    managed = contracts.filter(stage="live", tier__in=["platinum", "gold", "silver"])
    return managed.filter(~Exists(kpis))


def with_readings_missing(contracts):
    late = Indicator.objects.overdue(timezone.localdate()).filter(contract=OuterRef("pk"))
    return contracts.in_force().filter(Exists(late))


def _log_address(contract):
    month = rules.last_overdue(rules.Frequency.MONTHLY, timezone.localdate())
    return f"{reverse('performance:log')}?month={month.month}&contract={contract.pk}"


checks.register(checks.Check(
    "no_kpis", "No KPIs", "Add at least one KPI: a Silver, Gold or Platinum contract is measured",
    failing=without_kpis,
    mend=lambda contract: reverse("performance:add", args=[contract.pk]),
    order=80,
))  # fmt: skip
checks.register(checks.Check(
    "readings_missing", "Readings missing", "Log the readings that are overdue",
    failing=with_readings_missing, mend=_log_address, order=85,
))  # fmt: skip


# --- what suppliers' pages know of performance ------------------------------------------------------

COLOURS = {
    rules.Standing.INADEQUATE: "red",
    rules.Standing.REQUIRES_IMPROVEMENT: "orange",
    rules.Standing.APPROACHING: "yellow",
    rules.Standing.GOOD: "green",
    rules.Standing.OTHER: "purple",
}


def standing_of_suppliers(user, supplier_ids):
    found = of_suppliers(user, supplier_ids, today=timezone.localdate())
    return {
        pk: {"performance": (worst, kpis), "late": late}
        for pk, (worst, kpis, late) in found.items()
    }


def _worst(known):
    return rules.standing([standing for standing, kpis in known if kpis]), sum(
        kpis for _, kpis in known
    )


def _rating_tag(known):
    standing = known[0]
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', tag_class(standing.value), standing.label
    )


def _late_in_words(number):
    return f"{count_of(number, 'KPI has a reading,KPIs have readings')} overdue"


def _section_of(supplier):
    return reverse("performance:of_supplier", args=[supplier.pk])


supplier_facts.register(
    supplier_facts.Fact(
        "performance", "Worst performance", standing_of_suppliers, part="performance",
        default=(rules.Standing.NOT_TRACKED, 0), numeric=False, order=35,
        show=_rating_tag, short=lambda known: known[0].label, text=lambda known: known[0].label,
        hint=lambda known: f"The worst of {count_of(known[1], 'KPI')}" if known[1] else "No KPIs to measure by",
        colour=lambda known: COLOURS.get(known[0], "grey"), url=_section_of, add=_worst, in_list=False,
    )
)  # fmt: skip
supplier_facts.register(
    supplier_facts.Fact(
        "late", "Readings overdue", standing_of_suppliers, part="late", order=65,
        alarm=_late_in_words, url=_section_of, in_list=False,
    )
)  # fmt: skip
supplier_sections.register(
    supplier_sections.Section("performance", "Performance", "performance:of_supplier", order=20)
)
