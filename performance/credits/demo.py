"""What the fictional council is owed for poor performance and delay, and how much of it it lets lie."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db.models import (
    Case,
    DateField,
    DecimalField,
    ExpressionWrapper,
    F,
    JSONField,
    Value,
    When,
)
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common.bulk import insert_select
from common.demo import moment, save_as_of
from contracts.models import Contract, Stage
from performance import rules as performance_rules
from performance.credits import actions, rules
from performance.credits.models import Charge, Credit, KpiShare, Milestone, Regime
from performance.credits.rules import State
from performance.models import Definition, Indicator, Reading

D = Decimal
MONTHS_CHARGED = 14
# The worked example: four months that come to exactly 21,000 at 200,000 a month.
WORKED_EXAMPLE = "Community equipment loans and minor adaptations"
BANDS = "Minor, 1, 1\nSerious, 2, 2\nSevere, 3, 3\nThreshold, beyond, 4"
FOUR_MONTHS = {
    "Deliveries within the time of their priority": ("98.4", "96.5", "99.0", "99.4"),
    "Collections within five working days": ("99.2", "97.5", "95.9", "97.0"),
}
NOT_CHARGED = "Home care, north and coast"  # the charge of a month with failures is missing
WAIVED = "Cleaning of corporate buildings"
LATE = "Social care case management system"
# Gold and Platinum contracts with points and a regime; the others have points that cost nothing yet.
WITH_A_REGIME = (
    NOT_CHARGED, "Responsive repairs and empty homes", "Highways maintenance and winter service",
    "School meals in primary and special schools", "Household waste and recycling collection",
)  # fmt: skip


def build(register, today: date, by):
    """Regimes, charges and credits of these contracts ({title: contract}), dated from today."""
    last = rules.last_complete_month(today)
    _worked_example(register[WORKED_EXAMPLE], last, today)
    for title in WITH_A_REGIME:
        contract = register[title]
        if contract.stage in (Stage.LIVE, Stage.EXIT):
            _by_points(contract, last, today, missing=title == NOT_CHARGED)
    _waived(register[WAIVED], last, today, by)
    _milestones(register[LATE], today)
    actions.lapse_due(today=today)


def _regime(contract, from_on, today, **values):
    regime = Regime(contract=contract, from_on=from_on, **values)
    at = moment(today, (today - from_on).days - 3, hour=11, minute=20)
    return save_as_of(regime, at=at, by=contract.oco, reason="Read out of the contract")


def _charges(contract, months, amount):
    charges = [
        Charge(contract=contract, month=month, amount=amount, source=f"Invoice {month:%y%m}-{contract.pk}")
        for month in months
    ]  # fmt: skip
    for charge in charges:
        at = timezone.make_aware(
            datetime.combine(rules.month_after(charge.month) + timedelta(days=5), time(10, 5))
        )
        charge._history_user, charge._history_date = contract.oco, min(at, timezone.now())
    bulk_create_with_history(
        charges, Charge, batch_size=500, default_change_reason="Monthly invoice"
    )


def _calculated(contract, today):
    actions.calculate(contract=contract, today=today)
    credits_made = list(contract.credits.order_by("month", "pk"))
    for credit in credits_made:
        if credit.month:
            _dated(credit, rules.month_end(credit.month) + timedelta(days=4))
    return credits_made


def _dated(row, on):
    """What an action has just written, told of the day on which it is meant to have been done."""
    at = min(timezone.make_aware(datetime.combine(on, time(10, 35))), timezone.now())
    last = row.history.order_by("history_id").last()
    if last:
        row.history.filter(history_id=last.history_id).update(history_date=at)


# --- The worked example -----------------------------------------------------------------------------


def _worked_example(contract, last, today):
    """Four months with a ratchet: the first lapsed, the second was credited, the third claimed, the fourth is due."""
    # The schedule of this contract gives points to two service levels only.
    for rows in (Definition.objects, Definition.history):
        rows.filter(indicator__contract=contract).update(bands="")
    months = rules.months_between(rules.month_after(last, -3), last)
    for number, (name, values) in enumerate(FOUR_MONTHS.items(), start=1):
        _service_level(contract, f"SL {number}", name, months, values, today)
    _regime(
        contract, months[0], today, clause="Schedule 7.1, Part C", rate=D("0.5"), repeat=D(2), cap="rolling",
        cap_percent=D(10), estimate=D(2_400_000), claim_within=45,
    )  # fmt: skip
    charged = rules.months_between(rules.month_after(last, 1 - MONTHS_CHARGED), last)
    _charges(contract, charged, D(200_000))
    lapsed, credited, claimed, _ = _calculated(contract, today)
    _claimed(claimed, contract, today, days=20)
    _credited(credited, contract, today)
    lapsed.refresh_from_db()
    lapsed.state, lapsed.lapsed_on = State.LAPSED.value, lapsed.claim_by + timedelta(days=1)
    lapsed.version += 1
    at = timezone.make_aware(datetime.combine(lapsed.lapsed_on, time(4, 40)))
    save_as_of(lapsed, at=at, reason=f"Not claimed by {rules.in_words(lapsed.claim_by)}")


def _service_level(contract, reference, name, months, values, today):
    starts_on = months[0]
    at = moment(today, (today - starts_on).days - 1)
    indicator = Indicator(
        contract=contract, reference=reference, name=name, kind="sla", unit="%", decimals=1, starts_on=starts_on
    )  # fmt: skip
    save_as_of(indicator, at=at, by=contract.oco, reason="Agreed with the supplier")
    definition = Definition(
        indicator=indicator, from_on=starts_on, target=D(99), tolerance_near=D(1), tolerance_far=D(3),
        bands=BANDS, text="Orders met in their time, of all orders that fell due in the month.",
    )  # fmt: skip
    save_as_of(definition, at=at, by=contract.oco, reason="Agreed with the supplier")
    standard = definition.standard_of(indicator)
    for month, text in zip(months, values, strict=True):
        value = D(text)
        rating = performance_rules.rate(value, standard)
        reading = Reading(
            indicator=indicator, definition=definition, period_start=month, value=value, reported_value=value,
            status="validated", checked_by=contract.oco, proposed_rating=rating, rating=rating,
            recorded_by=contract.oco,
        )  # fmt: skip
        reading.checked_at = reading.recorded_at = moment(
            today, (today - rules.month_after(month)).days - 2
        )
        save_as_of(reading, at=reading.recorded_at, by=contract.oco)
    indicator.latest_period, indicator.latest_value, indicator.latest_rating = month, value, rating
    indicator.save_without_historical_record()


def _claimed(credit, contract, today, *, days):
    on = min(rules.month_end(credit.month) + timedelta(days=days), today)
    done = actions.claim(
        credit=credit, by=contract.oco, version=credit.version, on=on, today=today,
        reason=f"Letter of {rules.in_words(on)}",
    )  # fmt: skip
    _dated(done, on)
    return done


def _credited(credit, contract, today):
    claimed = _claimed(credit, contract, today, days=12)
    on = min(claimed.claimed_on + timedelta(days=24), today)
    done = actions.record_credited(
        credit=claimed,
        by=contract.oco,
        version=claimed.version,
        invoice=f"CN-{credit.month:%y%m}",
        on=on,
    )
    _dated(done, on)


# --- Further contracts ------------------------------------------------------------------------------


def _by_points(contract, last, today, *, missing):
    """A year by the KPIs that the contract has. What is older than two months was taken; the rest waits."""
    first = max(
        rules.month_after(last, -11),
        rules.month_after(rules.month_of(contract.commences_on), 1),
    )
    months = rules.months_between(first, last)
    worth = contract.current_value or contract.value
    monthly = (worth / (contract.initial_term_months or 60)).quantize(D(1000))
    _regime(
        contract, first, today, clause="Schedule 4, paragraph 6", rate=D("0.25"), repeat=D("1.5"),
        cap="period", cap_percent=D(5), claim_within=60, claim_unit="working_days",
    )  # fmt: skip
    _charges(contract, months, monthly)
    made = [credit for credit in _calculated(contract, today) if credit.state == State.DUE]
    if missing and made:
        Charge.objects.filter(contract=contract, month=made[-1].month).delete()
        Charge.history.filter(contract_id=contract.pk, month=made[-1].month).delete()
        actions.calculate(contract=contract, today=today)
    for credit in made:
        if credit.month < rules.month_after(last, -2):
            _credited(credit, contract, today)


def _waived(contract, last, today, by):
    """A tenth of the charge is at risk, a share of it on each KPI; one month was waived by the Procurement Unit."""
    first = rules.month_after(last, -5)
    indicators = list(contract.indicators.filter(frequency="monthly").order_by("reference", "pk"))
    regime = _regime(
        contract, first, today, clause="Clause 14.3", variant="at_risk", at_risk=D(10), cap="period",
        cap_percent=D(10), repeat=D(1), exclusive=True,
    )  # fmt: skip
    at = moment(today, (today - first).days - 3, hour=11, minute=25)
    for indicator in indicators:
        share = KpiShare(
            regime=regime, indicator=indicator, pool=D(100 // len(indicators)), credit=D(50)
        )
        save_as_of(share, at=at, by=contract.oco, reason="Read out of the contract")
    _charges(contract, rules.months_between(first, last), D(162_500))
    made = [credit for credit in _calculated(contract, today) if credit.amount]
    if made:
        credit = made[0]
        on = rules.month_end(credit.month) + timedelta(days=18)
        waived = actions.waive(
            credit=credit, by=by, version=credit.version, today=min(on, today),
            reason="The supplier took over the cleaning of the flooded library without a charge; agreed at the review",
        )  # fmt: skip
        _dated(waived, min(on, today))


def _milestones(contract, today):
    """One that was missed and is over, one that is late still, and one that was achieved in time."""
    lines = (
        {"name": "Mobile app for home visits live", "due_on": today - timedelta(days=40), "achieved_on": today - timedelta(days=21),
         "rate": D(750), "limit": D(20_000), "excused_days": 4, "excused_reason": "Our test environment was down for four days",
         "claim_by": today + timedelta(days=9)},
        {"name": "Reporting portal live", "due_on": today - timedelta(days=12), "rate": D(1500), "per": "part_week", "limit": D(15_000)},
        {"name": "Data of adult services moved", "due_on": today - relativedelta(months=5),
         "achieved_on": today - relativedelta(months=5, days=3), "rate": D(750), "limit": D(20_000)},
    )  # fmt: skip
    for values in lines:
        milestone = Milestone(contract=contract, clause="Schedule 9, table 2", **values)
        at = moment(today, 200, hour=14, minute=10)
        save_as_of(milestone, at=at, by=contract.oco, reason="Read out of the contract")
    actions.calculate(contract=contract, today=today)
    for credit in Credit.objects.filter(milestone__contract=contract):
        _dated(credit, credit.milestone.achieved_on or today)


# --- A register of any size, for measuring --------------------------------------------------------


def bulk_build(contract_ids, today: date, *, months=24):
    """A regime, charges and a ledger of two years for each contract: most credited, some due, some lapsed.

    Made by the database itself. No history: nobody typed these, and nobody will ask who did.
    """
    contracts = Contract.objects.filter(pk__in=list(contract_ids))
    last = rules.last_complete_month(today)
    shown = rules.months_between(rules.month_after(last, 1 - months), last)
    insert_select(
        Regime,
        {
            "contract_id": F("pk"), "from_on": _day(shown[0]), "variant": Value("points"), "rate": _number("0.5"),
            "repeat": _number("2"), "cap": Value("period"), "cap_percent": _number("10"),
            "claim_within": Value(60), "claim_unit": Value("days"), "exclusive": Value(False),
            "version": Value(1), "clause": Value(""),
        },
        contracts,
    )  # fmt: skip
    for back, month in enumerate(reversed(shown)):
        _bulk_month(contracts, month, back)


def _bulk_month(contracts, month, back):
    insert_select(
        Charge,
        {
            "contract_id": F("pk"), "month": _day(month), "amount": _number("40000"),
            "source": Value(""), "version": Value(1),
        },
        contracts,
    )  # fmt: skip
    by = month + timedelta(days=90)
    insert_select(
        Credit,
        {
            "contract_id": F("pk"), "month": _day(month), "points": F("luck"),
            "amount": ExpressionWrapper(F("luck") * 200, DecimalField(max_digits=14, decimal_places=2)),
            "state": Case(
                When(luck=0, then=Value("nothing")),
                When(luck=1, then=Value("due" if back < 2 else "lapsed")),
                default=Value("due" if back < 2 else "credited"),
            ),
            "claim_by": _day(by), "is_final": Value(True), "not_reported": Value(0), "version": Value(1),
            "working": Value([], JSONField()), "waived_reason": Value(""),
            "invoice": Case(When(luck__gt=1, then=Value("CN-1")), default=Value("")),
            "claimed_on": _day(by), "credited_on": _day(by), "lapsed_on": _day(by),
        },
        contracts.annotate(luck=(F("pk") * 7 + back * 3) % 8),
    )  # fmt: skip


def _day(day):
    return Value(day, output_field=DateField())


def _number(text):
    return Value(D(text), output_field=DecimalField(max_digits=14, decimal_places=4))
