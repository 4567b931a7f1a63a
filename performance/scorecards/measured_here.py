"""The measures that are known already: KPIs, obligations, the value of the contract, and feedback."""

from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db.models import Count, Q
from django.utils import timezone

from common.templatetags.steward import count_of, money
from contracts.obligations.models import Occurrence
from contracts.obligations.rules import Party, Status
from performance.models import Reading
from performance.periods import Frequency, period_of
from performance.rules import NOT_REPORTED, Rating, State, rating_over
from performance.scorecards import rules
from performance.scorecards.measures import Measure, Value, register
from performance.scorecards.rules import Kind, Kpi, Quadrant

LINES_SHOWN, PERIODS_NAMED = 30, 4


def _day_of(quarter):
    """The day as of which a quarter is looked at: the day after its end, or today while it runs."""
    return min(timezone.localdate(), quarter.end + timedelta(days=1))


# --- KPIs -----------------------------------------------------------------------------------------


def _periods(indicator, quarter):
    """The periods that end within the quarter, are over and were to be reported, oldest first."""
    if not indicator.is_regular:
        return
    over = _day_of(quarter)
    period = period_of(indicator.frequency, quarter.start)
    while period.end <= quarter.end and period.end < over:
        if indicator.expects(period):
            yield period
        period = period.following


def _readings(asked, quarter):
    """{indicator id: its readings that count in the quarter, oldest first}; one query."""
    starts = {period.start for periods in asked.values() for period in periods}
    happened = Q(indicator__frequency=Frequency.ON_EVENT)
    happened &= Q(period_start__range=(quarter.start, quarter.end))
    rows = Reading.objects.filter(happened | Q(period_start__in=starts), indicator__in=asked)
    found = {}
    for reading in rows.order_by("period_start"):
        found.setdefault(reading.indicator_id, []).append(reading)
    return found


def of_kpis(quadrant, contract, quarter):
    """The KPIs of a quadrant, each by its readings in the quarter: taken together as it takes those of a year.
    What was excused is not held against anybody."""
    indicators = contract.indicators.filter(quadrant=quadrant).order_by("name", "pk")
    asked = {indicator: list(_periods(indicator, quarter)) for indicator in indicators}
    readings = _readings(asked, quarter) if asked else {}
    kpis, said, excused = [], [], 0
    for indicator, periods in asked.items():
        counted = {reading.period_start: reading for reading in readings.get(indicator.pk, ())}
        starts = [period.start for period in periods] if indicator.is_regular else list(counted)
        if not starts:
            continue
        said.append(f"{indicator.called}: {_in_words(indicator, starts, counted)}")
        held = [s for s in starts if not (s in counted and counted[s].is_excused)]
        if held:
            ratings = [counted[s].rating if s in counted else "" for s in held]
            rating = rating_over(ratings, indicator.over) or ""
            kpis.append(Kpi(rating, Decimal(indicator.weight), is_missing="" in ratings))
        else:
            excused += 1
    if not said:
        return None
    return Value(
        _ratings_in_words(kpis, excused), rules.of_kpis(kpis),
        details=tuple(said[:LINES_SHOWN]), is_missing=any(kpi.is_missing for kpi in kpis),
    )  # fmt: skip


def _in_words(indicator, starts, readings):
    """`98.50% (Approaching target) in October 2026; not reported for November 2026`. Of many, how many were
    rated what."""
    if len(starts) > PERIODS_NAMED:
        states = [readings[s].state if s in readings else NOT_REPORTED for s in starts]
        order = [*(rating.label for rating in Rating), NOT_REPORTED]
        counts = ", ".join(f"{states.count(word)} {word}" for word in order if word in states)
        return f"{count_of(len(starts), 'period')}, {counts}"
    return "; ".join(_reading_in_words(indicator, start, readings.get(start)) for start in starts)


def _reading_in_words(indicator, start, reading):
    period = indicator.period(start).label
    if reading is None or not reading.rating:
        return f"{NOT_REPORTED.lower()} for {period}"
    state = f"{reading.state}, excused" if reading.is_excused else reading.state
    if reading.status == State.CHALLENGED:
        state += ", challenged"
    return f"{indicator.in_words(reading.value)} ({state}) in {period}"


def _ratings_in_words(kpis, excused):
    """`4 KPIs: 3 Good, 1 Not reported`."""
    counts = [(rating.label, sum(kpi.rating == rating for kpi in kpis)) for rating in Rating]
    counts.append((NOT_REPORTED, sum(not kpi.rating for kpi in kpis)))
    counts.append(("excused", excused))
    told = ", ".join(f"{count} {label}" for label, count in counts if count)
    partly = sum(bool(kpi.rating) and kpi.is_missing for kpi in kpis)
    words = f"{count_of(len(kpis) + excused, 'KPI')}: {told}"
    return f"{words}; {partly} not reported for every period" if partly else words


# --- Obligations ----------------------------------------------------------------------------------


def obligations_met(contract, quarter):
    day = _day_of(quarter)
    fell_due = Occurrence.objects.counting(day).filter(
        obligation__contract=contract, obligation__party=Party.SUPPLIER,
        due_on__range=(quarter.start, quarter.end),
    )  # fmt: skip
    found = fell_due.aggregate(counted=Count("pk"), met=Count("pk", filter=Q(status=Status.MET)))
    counted, met = found["counted"], found["met"]
    rag = rules.of_compliance(met, counted)
    if rag is None:
        return None
    return Value(f"{met} of {counted} met in time", rag, figure=Decimal(met * 100 // counted))


def obligations_overdue(contract, quarter):
    """Of both sides: what we owe and have not done is a risk too."""
    day = _day_of(quarter)
    of_contract = Occurrence.objects.filter(obligation__contract=contract).order_by()
    found = of_contract.aggregate(
        fallen=Count("pk", filter=Q(due_on__lt=day)),
        overdue=Count("pk", filter=Q(pk__in=of_contract.overdue(day).values("pk"))),
    )
    if not found["fallen"]:
        return None
    number = found["overdue"]
    words = count_of(number, "obligation") if number else "No obligation"
    return Value(f"{words} overdue", rules.of_overdue(number), figure=Decimal(number))


# --- Money ----------------------------------------------------------------------------------------


def value_now(contract, quarter):
    """As recorded on the contract; it is there to know unless it has grown."""
    now, award = contract.value_now, contract.value
    if now is None:
        return None
    percent = rules.growth(award, now)
    words = money(now, contract.currency)
    if percent:
        way = "above" if percent > 0 else "below"
        words += f", {rules.short(abs(percent))}% {way} the award"
    return Value(words, rules.of_growth(percent), figure=now)


# --- Feedback -------------------------------------------------------------------------------------


def satisfaction(contract, quarter):
    surveys = list(
        contract.feedback.received_in(quarter)
        .filter(kind=Kind.SURVEY, score__isnull=False)
        .values_list("score", "scale", "sample")
    )
    percent = rules.satisfaction(surveys)
    if percent is None:
        return None
    return Value(
        f"{rules.short(percent)}% of the highest score, {_answers(surveys)}",
        rules.of_satisfaction(percent), figure=percent,
    )  # fmt: skip


def promoters(contract, quarter):
    surveys = list(
        contract.feedback.received_in(quarter)
        .filter(kind=Kind.SURVEY, nps__isnull=False)
        .values_list("nps", "sample")
    )
    score = rules.promoters(surveys)
    if score is None:
        return None
    return Value(
        f"{rules.short(score)}, {_answers(surveys)}", rules.of_promoters(score), figure=score
    )


def _answers(surveys):
    """`412 answers in 2 surveys`, or that nobody knows how many."""
    samples = [survey[-1] for survey in surveys]
    of = count_of(len(surveys), "survey")
    if None in samples:
        return (
            f"{of}, not known how many answered"
            if len(surveys) == 1
            else f"{of}, not of all is known how many answered"
        )
    return f"{count_of(sum(samples), 'answer')} in {of}"


def complaints(contract, quarter):
    """Those received in the quarter, and older ones that nobody had resolved by its end: silence about them
    would look like content."""
    day = _day_of(quarter)
    known = list(
        contract.feedback.complaints_of(quarter, day).values_list("received_on", "resolved_on")
    )
    rag = rules.of_complaints(known, today=day)
    if rag is None:
        return None
    still_open = sum(gone is None or gone > day for _, gone in known)
    older = sum(came < quarter.start for came, _ in known)
    state = f"{still_open} not resolved" if still_open else "all resolved"
    words = f"{len(known) - older} received, {f'{older} from before, ' if older else ''}{state}"
    return Value(words, rag, figure=Decimal(still_open))


for _quadrant in Quadrant:
    register(Measure(f"kpis.{_quadrant}", _quadrant, "KPIs", partial(of_kpis, _quadrant), order=10))
register(Measure("contract.value", Quadrant.COST, "Value of the contract", value_now, order=20))
register(
    Measure(
        "obligations.met",
        Quadrant.PERFORMANCE,
        "Obligations of the supplier",
        obligations_met,
        order=20,
    )
)
register(
    Measure(
        "obligations.overdue", Quadrant.RISK, "Overdue obligations", obligations_overdue, order=20
    )
)
register(Measure("feedback.satisfaction", Quadrant.USER, "Satisfaction", satisfaction, order=20))
register(Measure("feedback.promoters", Quadrant.USER, "Net promoter score", promoters, order=30))
register(Measure("feedback.complaints", Quadrant.USER, "Complaints", complaints, order=40))
