import doctest
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.terms.clocks import Calendar
from performance.credits import rules
from performance.credits.rules import (
    Before,
    Cap,
    Charges,
    Measured,
    Share,
    State,
    Terms,
    Variant,
    Verb,
)
from performance.rules import Band, Standard

D = Decimal
# The worked example of the domain: 98.0 to 98.9 Minor, to 97.0 Serious, to 96.0 Severe, below that Threshold.
BANDS = (
    Band("Minor", D(1), 1), Band("Serious", D(2), 2), Band("Severe", D(3), 3), Band("Threshold", None, 4),
)  # fmt: skip
STANDARD = Standard(D(99), decimals=1, bands=BANDS)
TERMS = Terms(
    rate=D("0.5"), repeat=D(2), cap=Cap.ROLLING, cap_percent=D(10), estimate=D(2_400_000)
)  # fmt: skip
AC = D(200_000)


def test_the_examples_in_the_rules_are_true():
    assert doctest.testmod(rules).failed == 0


def kpi(value, name="KPI 1", *, before=None, standard=STANDARD, label="February 2026", **more):
    """A KPI in February; `before` is its value in January, if that is known."""
    earlier = None if before is None else Before("January 2026", D(before), standard)
    reading = None if value is None else D(value)
    return Measured(name, label, reading, standard, "%", before=earlier, **more)


def month(*measured, terms=TERMS, charge=AC, **charges):
    charges = {"first_year": True} | charges
    return rules.work_out(
        measured, terms=terms, charges=Charges(charge, "February 2026", **charges)
    )


# --- The vectors of the domain --------------------------------------------------------------------


def test_the_four_months_come_to_exactly_21000():
    """January to April of the worked example, each month after the one before, cap of £240,000 a year."""
    months = {
        "January": {"KPI 1": "98.4", "KPI 2": "99.2"},
        "February": {"KPI 1": "96.5", "KPI 2": "97.5"},
        "March": {"KPI 1": "99.0", "KPI 2": "95.9"},
        "April": {"KPI 1": "99.0", "KPI 2": "97.0"},
    }
    known, used, found = {}, D(0), []
    for name, readings in months.items():
        measured = [
            Measured(
                kpi, name, D(value), STANDARD, "%",
                before=Before("the month before", known[kpi], STANDARD) if kpi in known else None,
            )
            for kpi, value in readings.items()
        ]  # fmt: skip
        charges = Charges(AC, name, twelve=[AC] * 12, used=used)
        worked = rules.work_out(measured, terms=TERMS, charges=charges)
        found.append((worked.points, worked.amount))
        used += worked.amount
        known = {kpi: D(value) for kpi, value in readings.items()}
    assert found == [(1, 1000), (8, 8000), (8, 8000), (4, 4000)]
    assert used == 21_000


@pytest.mark.parametrize(
    ("value", "points"),
    [
        ("100", 0), ("99.0", 0), ("98.95", 0), ("98.94", 1), ("98.9", 1), ("98.0", 1), ("97.95", 1),
        ("97.94", 2), ("97.9", 2), ("97.0", 2), ("96.9", 3), ("96.0", 3), ("95.95", 3), ("95.94", 4),
        ("95.9", 4), ("0", 4),
    ],
)  # fmt: skip
def test_every_edge_of_the_bands(value, points):
    """The reading is rounded to the KPI's decimals first, so that what is shown is what is counted."""
    assert month(kpi(value)).points == points


@pytest.mark.parametrize(
    ("value", "points"), [("5", 0), ("6", 1), ("7", 1), ("8", 2), ("20", 2)]
)  # fmt: skip
def test_bands_where_less_is_better(value, points):
    standard = Standard(
        D(5), direction="lower", bands=(Band("Minor", D(2), 1), Band("Major", None, 2))
    )
    assert month(kpi(value, standard=standard)).points == points


@pytest.mark.parametrize(
    ("before", "value", "points", "why"),
    [
        ("98.4", "96.5", 6, "failed twice running: the severe failure counts double"),
        ("99.0", "96.5", 3, "met before"),
        (None, "96.5", 3, "nothing is known of the month before: it is not consecutive"),
        ("96.5", "99.0", 0, "met now: there is nothing to double"),
        ("95.0", "98.4", 2, "the factor is of this failure, not of the last one"),
    ],
)
def test_the_ratchet(before, value, points, why):
    assert month(kpi(value, before=before)).points == points, why


def test_the_ratchet_does_not_reach_across_a_month_that_was_not_reported():
    gap = Before("January 2026", None, STANDARD)
    assert month(replace(kpi("96.5"), before=gap)).points == 3


def test_a_failure_that_was_excused_is_not_repeated():
    excused = Before("January 2026", D("96.5"), STANDARD, excused=True)
    assert month(replace(kpi("96.5"), before=excused)).points == 3


def test_a_failure_before_that_earned_no_points_is_not_repeated():
    lenient = Standard(D(99), decimals=1, bands=(Band("Within tolerance", D(1), 0), *BANDS[1:]))
    assert month(kpi("97.5", before="98.4", standard=lenient)).points == 2
    assert month(kpi("98.4", before="97.5", standard=lenient)).points == 0


def test_the_failure_before_is_judged_by_the_target_of_its_own_period():
    """A target that rose this month makes last month's reading no failure."""
    before = Before("January 2026", D("97.0"), replace(STANDARD, target=D(95)))
    assert month(replace(kpi("96.5"), before=before)).points == 3


def test_a_failure_stays_the_same_three_times_running():
    """The factor does not grow: points × 2 each time."""
    assert month(kpi("97.0", before="95.9")).points == 4


def test_relief_takes_the_points_and_stays_in_sight():
    worked = month(kpi("95.0", before="95.0", excused=True), kpi("98.4", "KPI 2"))
    assert (worked.points, worked.amount, worked.excused) == (1, 1000, 1)
    excused = worked.lines[0]
    assert (excused.kind, excused.figure) == ("excused", "0 points")
    assert "95.0% against 99.0% or more" in excused.how
    assert "excused by relief" in excused.how


def test_what_was_not_reported_is_listed_and_never_good():
    worked = month(kpi(None, note="The supplier sent no figures"), kpi("99.5", "KPI 2"))
    assert (worked.amount, worked.points, worked.not_reported) == (0, 0, 1)
    assert worked.lines[0].kind == "not_reported"
    assert worked.lines[0].figure == "Not known"
    assert "The supplier sent no figures" in worked.lines[0].how
    assert "1 reading not reported" in worked.lines[-1].how


# --- The charge -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "measured", [(kpi("96.5"),), (kpi("99.5"),), (kpi(None),), ()], ids=["failed", "met", "unknown", "none"]
)  # fmt: skip
def test_without_the_charge_it_cannot_be_computed(measured):
    worked = month(*measured, charge=None)
    assert worked.amount is None
    assert worked.lines[-1].what == "Cannot be computed"
    assert "February 2026 is not recorded" in worked.lines[-1].how


def test_without_the_charge_the_points_are_known():
    worked = month(kpi("96.5"), charge=None)
    assert (worked.points, worked.state) == (3, State.DUE)


def test_nothing_is_due_where_nothing_failed_also_without_the_charge():
    assert month(kpi("99.5"), charge=None).state == State.NOTHING


def test_a_charge_of_nothing_is_a_charge():
    assert month(kpi("96.5"), charge=D(0)).amount == 0


# --- The cap --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "amount"),
    [(0, 3000), (236_999, 3000), (237_000, 3000), (237_001, 2999), (239_999, 1), (240_000, 0), (250_000, 0)],
)  # fmt: skip
def test_what_the_cap_leaves_of_twelve_months(used, amount):
    worked = month(kpi("96.5"), first_year=False, twelve=[AC] * 12, used=D(used))
    assert worked.amount == amount
    assert worked.capped == (amount < 3000)


def test_the_first_year_is_capped_by_the_estimate():
    worked = month(kpi("96.5"), terms=replace(TERMS, estimate=D(20_000)))
    assert (worked.amount, worked.uncapped) == (2000, 3000)


def test_without_an_estimate_the_first_year_cannot_be_computed():
    worked = month(kpi("96.5"), terms=replace(TERMS, estimate=None))
    assert worked.amount is None
    assert "first year" in worked.lines[-1].how


@pytest.mark.parametrize(
    ("known", "amount"), [(12, 3000), (11, 3000), (1, 3000), (0, None)]
)  # fmt: skip
def test_months_without_a_charge_matter_only_when_the_cap_may_bind(known, amount):
    """More charges would only raise the cap: what the known ones allow is owed in any case."""
    twelve = [AC] * known + [None] * (12 - known)
    worked = month(kpi("96.5"), first_year=False, twelve=twelve)
    assert worked.amount == amount


def test_a_cap_of_the_month():
    terms = replace(TERMS, cap=Cap.PERIOD, cap_percent=D(1))
    assert month(kpi("96.5"), terms=terms).amount == 2000


def test_a_cap_is_rounded_down_to_the_penny():
    terms = replace(TERMS, cap=Cap.PERIOD, cap_percent=D("0.3377"))
    assert month(kpi("96.5"), terms=terms, charge=D("100.01")).amount == D("0.33")


def test_what_the_cap_takes_away_is_not_due():
    worked = month(kpi("96.5"), first_year=False, twelve=[AC] * 12, used=D(240_000))
    assert worked.state == State.NOTHING


# --- The other variants ---------------------------------------------------------------------------

PLAIN = Standard(D(98))


def test_difference_to_target_is_a_percentage_of_the_charge():
    terms = Terms(variant=Variant.DIFFERENCE)
    worked = month(kpi("75", standard=PLAIN), terms=terms, charge=D(10_000))
    assert worked.amount == 2300
    assert "23%" in worked.lines[0].how


def test_a_share_of_the_amount_at_risk():
    terms = Terms(variant=Variant.AT_RISK, at_risk=D(10))
    share = Share(pool=D(50), credit=D(40))
    one = kpi("90", standard=PLAIN, share=share)
    assert month(one, terms=terms, charge=D(100_000)).amount == 2000


def test_the_amount_at_risk_is_never_passed():
    terms = Terms(variant=Variant.AT_RISK, at_risk=D(10))
    share = Share(pool=D(60), credit=D(100))
    both = [kpi("90", name, standard=PLAIN, share=share) for name in ("KPI 1", "KPI 2")]
    assert month(*both, terms=terms, charge=D(100_000)).amount == 10_000


@pytest.mark.parametrize(("failures", "amount"), [(0, 0), (1, 2000), (3, 6000), (7, 10_000)])
def test_a_percentage_of_the_charge_for_each_priority_failure(failures, amount):
    """2% of the month's charge for each P1 failure, capped at 10% of the month."""
    terms = Terms(variant=Variant.FIXED, cap=Cap.PERIOD, cap_percent=D(10))
    none_allowed = Standard(D(0), direction="lower")
    one = kpi(failures, standard=none_allowed, share=Share(percent=D(2), step=D(1)))
    assert month(one, terms=terms, charge=D(100_000)).amount == amount


@pytest.mark.parametrize(
    ("value", "amount"), [("99.0", 0), ("98.9", 500), ("98.65", 1500), ("93.9", 25_000), ("0", 25_000)]
)  # fmt: skip
def test_500_for_each_tenth_of_a_per_cent_below_target(value, amount):
    terms = Terms(variant=Variant.FIXED, cap=Cap.AMOUNT, cap_amount=D(25_000))
    one = kpi(value, share=Share(amount=D(500), step=D("0.1")))
    assert month(one, terms=terms, charge=None).amount == amount


def test_a_fixed_amount_for_the_failure_as_such_needs_no_charge():
    terms = Terms(variant=Variant.FIXED)
    assert month(kpi("90", share=Share(amount=D(750))), terms=terms, charge=None).amount == 750


def test_a_fixed_percentage_needs_the_charge():
    terms = Terms(variant=Variant.FIXED)
    one = kpi("90", share=Share(percent=D(2)))
    assert month(one, terms=terms, charge=None).amount is None


def test_a_kpi_that_the_regime_does_not_name_costs_nothing():
    terms = Terms(variant=Variant.FIXED)
    assert month(kpi("90"), terms=terms).amount == 0


@pytest.mark.parametrize(
    ("value", "about", "charge", "words"),
    [
        ("99.0", {}, AC, "Nothing failed"),
        ("96.5", {}, AC, ""),
        ("96.5", {}, D(0), "What failed comes to nothing"),
        ("96.5", {"excused": True}, AC, "Nothing failed that is not excused"),
        (None, {}, AC, "Without 1 reading not reported"),
    ],
)
def test_the_result_says_no_more_than_is_true(value, about, charge, words):
    """Without a cap nothing is within it, and without a charge a failure is one all the same."""
    worked = month(kpi(value, **about), terms=Terms(rate=D("0.5")), charge=charge)
    assert worked.lines[-1].how == words


def test_the_working_tells_how_the_amount_comes_about():
    worked = month(kpi("96.5", before="98.4"), kpi("97.5", "KPI 2"))
    told = [(line.what, line.how, line.figure) for line in worked.lines]
    assert told == [
        ("KPI 1, February 2026",
         "96.5% against 99.0% or more: Severe, 3 points × 2, because January 2026 failed too", "6 points"),
        ("KPI 2, February 2026", "97.5% against 99.0% or more: Serious, 2 points", "2 points"),
        ("Together", "8 points × 0.5% × £200,000 for February 2026", "£8,000"),
        ("Left under the cap", "10% of £2,400,000 estimated for the first year, less £0 of the eleven months before",
         "£240,000"),
        ("Service credit for February 2026", "Within the cap", "£8,000"),
    ]  # fmt: skip
    assert rules.from_json(rules.as_json(worked.lines)) == list(worked.lines)


# --- What holds for every credit ------------------------------------------------------------------

values = st.decimals(min_value=0, max_value=110, places=2)
amounts = st.decimals(min_value=0, max_value=10**7, places=2)
percents = st.decimals(min_value=0, max_value=100, places=2)
variants = st.sampled_from(list(Variant))
caps = st.sampled_from(list(Cap))
rising = st.lists(st.integers(0, 9), min_size=4, max_size=4).map(sorted)


@st.composite
def regimes(draw):
    return Terms(
        variant=draw(variants), rate=draw(percents), repeat=draw(st.decimals(1, 4, places=1)),
        at_risk=draw(percents), cap=draw(caps), cap_percent=draw(percents), cap_amount=draw(amounts),
        estimate=draw(amounts),
    )  # fmt: skip


@st.composite
def measures(draw):
    points = draw(rising)
    bands = tuple(replace(b, points=p) for b, p in zip(BANDS, points, strict=True))
    standard = replace(STANDARD, bands=bands)
    before = draw(st.none() | values.map(lambda v: Before("before", v, standard)))
    share = draw(st.builds(
        Share, pool=percents, credit=percents, amount=st.none() | amounts, percent=percents,
        step=st.none() | st.decimals("0.1", 5, places=1),
    ))  # fmt: skip
    return Measured(
        "KPI", "now", draw(st.none() | values), standard, "%",
        excused=draw(st.booleans()), before=before, share=share,
    )  # fmt: skip


months = st.builds(
    Charges, month=st.none() | amounts, label=st.just("now"),
    twelve=st.lists(st.none() | amounts, min_size=12, max_size=12),
    first_year=st.booleans(), used=amounts,
)  # fmt: skip


def ceiling(terms, charges):
    if terms.cap == Cap.AMOUNT:
        return terms.cap_amount
    if terms.cap == Cap.PERIOD:
        return (charges.month or 0) * terms.cap_percent / 100
    if terms.cap == Cap.ROLLING:
        base = terms.estimate if charges.first_year else sum(c or 0 for c in charges.twelve)
        return max(base * terms.cap_percent / 100 - charges.used, D(0))
    return None


@given(st.lists(measures(), max_size=4), regimes(), months)
def test_a_credit_is_never_negative_and_never_above_the_cap(measured, terms, charges):
    worked = rules.work_out(measured, terms=terms, charges=charges)
    if worked.amount is None:
        return
    assert worked.amount >= 0
    if (most := ceiling(terms, charges)) is not None:
        assert worked.amount <= most
    if terms.variant == Variant.AT_RISK:
        assert worked.amount <= (charges.month or 0) * terms.at_risk / 100 + D("0.005")


@given(st.lists(measures(), min_size=1, max_size=3), regimes(), months, values)
def test_a_credit_never_falls_when_performance_worsens(measured, terms, charges, drop):
    """Of a reading that was known and becomes worse; what is not known is no improvement to compare with."""
    first = measured[0]
    if first.value is None:
        return
    worse = [replace(first, value=max(first.value - drop, D(0))), *measured[1:]]
    before = rules.work_out(measured, terms=terms, charges=charges)
    after = rules.work_out(worse, terms=terms, charges=charges)
    if before.amount is not None and after.amount is not None:
        assert after.amount >= before.amount
    if terms.variant == Variant.POINTS:
        assert after.points >= before.points


@given(st.lists(measures(), max_size=4), regimes(), months)
def test_nothing_is_made_up_where_the_charge_is_missing(measured, terms, charges):
    worked = rules.work_out(measured, terms=terms, charges=replace(charges, month=None))
    if terms.variant != Variant.FIXED:
        assert worked.amount is None


@given(st.lists(measures(), max_size=4), regimes(), months)
def test_every_kpi_has_its_line(measured, terms, charges):
    worked = rules.work_out(measured, terms=terms, charges=charges)
    assert [line.what for line in worked.lines[: len(measured)]] == ["KPI, now"] * len(measured)
    assert worked.not_reported == sum(one.value is None for one in measured)


# --- Claiming -------------------------------------------------------------------------------------

ENGLAND = Calendar("England and Wales", {date(2026, 4, 3): "Good Friday", date(2026, 4, 6): "Easter Monday"})  # fmt: skip


@pytest.mark.parametrize(
    ("month", "within", "unit", "expected"),
    [
        ("2026-02-01", 30, "days", "2026-03-30"),
        ("2026-02-01", 21, "working_days", "2026-03-30"),
        ("2026-03-01", 21, "working_days", "2026-05-01"),  # without the two days of Easter
        ("2026-03-01", 0, "days", "2026-03-31"),
        ("2026-03-01", None, "days", None),
    ],
)
def test_the_last_day_to_claim(month, within, unit, expected):
    found = rules.claim_by(date.fromisoformat(month), within, unit, ENGLAND)
    assert found == (expected and date.fromisoformat(expected))


@pytest.mark.parametrize(
    ("state", "by", "lapsed"),
    [
        ("due", date(2026, 3, 30), False), ("due", date(2026, 3, 29), True), ("due", None, False),
        ("claimed", date(2026, 3, 1), False), ("nothing", date(2026, 3, 1), False),
    ],
)  # fmt: skip
def test_what_lapses(state, by, lapsed):
    assert rules.has_lapsed(state, by, today=date(2026, 3, 30)) is lapsed


@pytest.mark.parametrize(
    ("verb", "states"),
    [
        (Verb.CLAIM, {"due", "lapsed"}), (Verb.CREDIT, {"claimed"}), (Verb.WAIVE, {"due", "claimed", "lapsed"}),
        (Verb.LAPSE, {"due"}), (Verb.TAKE_BACK, {"claimed", "credited", "waived", "lapsed"}),
    ],
)  # fmt: skip
def test_which_steps_each_state_allows(verb, states):
    assert {state.value for state in State if rules.may(verb, state)} == states
    for state in State:
        assert bool(rules.refusal(verb, state=state, amount=D(1))) == (state not in states)


def test_what_still_grows_is_not_claimed_yet():
    grows = {"state": "due", "amount": D(1), "is_final": False}
    assert "grows" in rules.refusal(Verb.CLAIM, **grows)
    assert rules.refusal(Verb.CLAIM, **grows, claim_by=date(2026, 12, 1)) == ""  # it would lapse


# --- Liquidated damages ---------------------------------------------------------------------------

DUE = date(2026, 3, 2)


def late(days, *, achieved=True, **more):
    values = {"rate": D(500)} | more
    today = DUE + timedelta(days=days)
    return rules.damages(
        name="Cutover", due_on=DUE, achieved_on=today if achieved else None, today=today, **values
    )


@pytest.mark.parametrize(
    ("days", "more", "amount"),
    [
        (0, {}, 0), (-5, {}, 0), (1, {}, 500), (10, {}, 5000), (10, {"excused_days": 4}, 3000),
        (10, {"excused_days": 10}, 0), (10, {"excused_days": 40}, 0), (10, {"cap": D(4999)}, 4999),
        (10, {"cap": D(5000)}, 5000), (10, {"cap": D(6000)}, 5000), (10, {"cap": D(0)}, 0),
        (6, {"per": "week"}, 0), (7, {"per": "week"}, 500), (13, {"per": "week"}, 500), (14, {"per": "week"}, 1000),
        (1, {"per": "part_week"}, 500), (7, {"per": "part_week"}, 500), (8, {"per": "part_week"}, 1000),
        (9, {"per": "week", "excused_days": 3}, 0), (9, {"per": "part_week", "excused_days": 3}, 500),
    ],
)  # fmt: skip
def test_what_a_late_milestone_costs(days, more, amount):
    assert late(days, **more).amount == amount


def test_why_days_are_excused_stands_in_the_working():
    excused = late(10, excused_days=4, excused_reason="Our site was closed").lines[1]
    assert (excused.what, excused.how, excused.figure) == (
        "Excused",
        "Our site was closed",
        "4 days",
    )


def test_it_grows_until_the_milestone_is_achieved_or_the_cap_is_reached():
    assert not late(10, achieved=False).is_final
    assert late(10, achieved=False, cap=D(5000)).is_final
    assert late(10).is_final
    assert "So far" in late(10, achieved=False).lines[-1].how


@given(
    st.integers(-30, 400), st.integers(0, 200), amounts, st.none() | amounts, st.sampled_from(list(rules.Per)),
    st.integers(0, 60),
)  # fmt: skip
def test_damages_keep_to_their_bounds(days, excused, rate, cap, per, longer):
    terms = {"excused_days": excused, "rate": rate, "cap": cap, "per": per}
    found = late(days, **terms)
    assert found.amount >= 0
    assert cap is None or found.amount <= cap
    assert late(days + longer, **terms).amount >= found.amount


# --- Regimes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"variant": "points", "cap": "none"}, ["rate"]),
        ({"variant": "points", "rate": D(0), "cap": "rolling"}, ["cap_percent"]),
        ({"variant": "at_risk", "cap": "amount"}, ["at_risk", "cap_amount"]),
        ({"variant": "difference", "cap": "period", "cap_percent": D(10)}, []),
    ],
)
def test_what_a_regime_lacks(values, fields):
    assert [field for field, _ in rules.regime_problems(values)] == fields


@given(regimes(), st.none() | st.integers(1, 90), st.booleans())
def test_every_regime_can_be_said_in_words(terms, within, exclusive):
    words = rules.regime_in_words(terms, within=within, unit="days", exclusive=exclusive)
    assert all(sentence.endswith(".") for sentence in words)
