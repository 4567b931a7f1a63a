"""What a supplier owes for poor performance or delay, worked out line by line. No database; today is a parameter.

The order, as contracts in the manner of the Model Services Contract have it: a reading is rounded to its KPI's decimals,
falls into a band and earns the band's points; a failure that repeats the one of the period before counts by the repeat
factor; an excused failure counts nothing and stays in sight; the sum times the rate times the charge, but no more than
the cap leaves. What is not known is never 0: without the charge a credit cannot be computed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from common.labelled import Labelled
from contracts.terms.clocks import Calendar, working_days_after
from performance.rules import Direction, Standard, band, shortfall, target_in_words, with_unit

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
PENNY = Decimal("0.01")
MONTHS_OF_A_CAP = 12
MOST_PERCENT = Decimal(100)
MOST_FACTOR = Decimal(100)
MOST_DAYS_TO_CLAIM = 730
# House default: no credit of a public contract comes near it; a slip in a step or a charge does.
LARGEST_CREDIT = Decimal(100_000_000_000)
LARGEST_RATE = Decimal(10_000_000)  # of damages, which two centuries of delay keep countable


class Variant(Labelled):
    """How failures become money."""

    POINTS = "points", "Service points: points × rate × the month’s charge"
    DIFFERENCE = (
        "difference",
        "Difference to target: as many per cent of the month’s charge as the target was missed by",
    )
    AT_RISK = "at_risk", "Amount at risk: each KPI’s share of a part of the month’s charge"
    FIXED = "fixed", "Fixed: an amount, or a percentage of the month’s charge, for each failure"


class Cap(Labelled):
    """More than this is not owed."""

    NONE = "none", "No cap"
    PERIOD = "period", "A percentage of the month’s charge"
    ROLLING = (
        "rolling",
        "A percentage of twelve months’ charges, for the credits of these twelve months together",
    )
    AMOUNT = "amount", "An amount for each month"


class ClaimUnit(Labelled):
    DAYS = "days", "days"
    WORKING_DAYS = "working_days", "working days"


class State(Labelled):
    """What became of money that the supplier owes."""

    DUE = "due", "Due"
    CLAIMED = "claimed", "Claimed"
    CREDITED = "credited", "Credited"
    WAIVED = "waived", "Waived"
    LAPSED = "lapsed", "Lapsed"
    NOTHING = "nothing", "Nothing due"


# Worked out anew whenever a reading, a charge or the regime changes. The others stand as they were.
OPEN = (State.DUE, State.NOTHING)
# House reading: what fell due uses up the cap, whether or not it was claimed, so that nobody claims too much.
ON_THE_TABLE = (State.DUE, State.LAPSED)


# --- Words ----------------------------------------------------------------------------------------


def money(amount: Decimal, sign: str = "£") -> str:
    """
    >>> money(Decimal("8000.00")), money(Decimal("0.5"))
    ('£8,000', '£0.50')
    """
    return f"{'-' if amount < 0 else ''}{sign}{abs(amount):,.2f}".removesuffix(".00")


def plain(number: Decimal) -> str:
    """
    >>> plain(Decimal("0.5000")), plain(Decimal("20"))
    ('0.5', '20')
    """
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points_in_words(points: Decimal) -> str:
    return f"{plain(points)} point{'' if points == 1 else 's'}"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# --- Months ---------------------------------------------------------------------------------------


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month so many months later.

    >>> month_after(date(2026, 11, 1), 3), month_after(date(2026, 1, 1), -1)
    (datetime.date(2027, 2, 1), datetime.date(2025, 12, 1))
    """
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def month_end(month: date) -> date:
    return month_after(month) - timedelta(days=1)


def month_in_words(month: date) -> str:
    return f"{month:%B %Y}"


def last_complete_month(today: date) -> date:
    return month_after(month_of(today), -1)


def months_between(first: date, last: date) -> list[date]:
    """Both included; none when the last lies before the first."""
    months = []
    while first <= last:
        months.append(first)
        first = month_after(first)
    return months


def counts_from(from_on: date) -> date:
    """The first month of a regime: the first that it holds for whole.

    >>> counts_from(date(2026, 4, 1)), counts_from(date(2026, 4, 2))
    (datetime.date(2026, 4, 1), datetime.date(2026, 5, 1))
    """
    return from_on if from_on.day == 1 else month_after(month_of(from_on))


# --- What goes in ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a regime. Percentages are of the charge: `rate` for each point, `at_risk` for all KPIs together.
    `estimate` stands in for the charges of twelve months as long as there have not been twelve."""

    variant: str = Variant.POINTS
    rate: Decimal | None = None
    repeat: Decimal = ONE
    at_risk: Decimal | None = None
    cap: str = Cap.NONE
    cap_percent: Decimal | None = None
    cap_amount: Decimal | None = None
    estimate: Decimal | None = None
    sign: str = "£"


@dataclass(frozen=True, slots=True)
class Share:
    """What one KPI counts where it is not by points. At risk: `pool` per cent of the amount at risk lie on it, of which
    a failure takes `credit` per cent. Fixed: `amount`, or `percent` of the charge, for the failure or for each full
    `step` by which the target was missed."""

    pool: Decimal | None = None
    credit: Decimal | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    step: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """The reading of the period before, if there was one."""

    label: str
    value: Decimal | None
    standard: Standard
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Measured:
    """One KPI in one period that ends in the month. Without a value it was not reported; `note` says why, or what else
    there is to know. `share` is None for a KPI that the regime does not name."""

    name: str
    label: str
    value: Decimal | None
    standard: Standard
    unit: str = ""
    excused: bool = False
    before: Before | None = None
    share: Share | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Charges:
    """The charge of the month, those of the twelve months that end with it (None where one is not recorded), and the
    credits of the eleven months before that count towards the cap. `later` has the months after it that stay as they
    are and whose own cap counts this month too."""

    month: Decimal | None
    label: str
    twelve: Sequence[Decimal | None] = ()
    first_year: bool = False
    used: Decimal = ZERO
    later: Sequence["Later"] = ()


@dataclass(frozen=True, slots=True)
class Later:
    """A later month that stays as it is, by the rules and charges that it was worked out with. `charges.used` has all
    of its twelve months but the one that is worked out now."""

    terms: Terms
    charges: Charges


# --- What comes out -------------------------------------------------------------------------------


class Kind(Labelled):
    """What a line of the working is about."""

    FAILED = "failed", "Failed"
    MET = "met", "Met"
    EXCUSED = "excused", "Excused"
    NOT_REPORTED = "not_reported", "Not reported"
    SUM = "sum", "Sum"
    CAP = "cap", "Cap"
    UNKNOWN = "unknown", "Cannot be computed"
    RESULT = "result", "Result"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working: what it is about, how the figure comes about, and the figure."""

    kind: str
    what: str
    how: str
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """`amount` is None when it cannot be computed. `uncapped` is what it would be without the cap."""

    amount: Decimal | None
    lines: tuple[Line, ...]
    points: Decimal | None = None
    uncapped: Decimal | None = None
    failed: int = 0
    excused: int = 0
    not_reported: int = 0

    @property
    def capped(self) -> bool:
        return self.amount is not None and self.uncapped is not None and self.amount < self.uncapped

    @property
    def state(self) -> State:
        """Due when something failed, also when it is not known how much; what the cap took away is not due."""
        return State.DUE if self.failed and self.amount != 0 else State.NOTHING


def as_json(lines: Iterable[Line]) -> list[dict[str, str]]:
    return [
        {"kind": str(line.kind), "what": line.what, "how": line.how, "figure": line.figure}
        for line in lines
    ]


def from_json(rows: Iterable[Mapping[str, str]]) -> list[Line]:
    return [Line(row["kind"], row["what"], row["how"], row["figure"]) for row in rows]


# --- One KPI --------------------------------------------------------------------------------------


def missed_by(value: Decimal | None, standard: Standard) -> Decimal:
    """By how much a value misses the target, as shown; 0 when it is met, not known, or not aimed at."""
    short = None if value is None else shortfall(value, standard)
    return ZERO if short is None else max(short, ZERO)


def is_failure(value: Decimal | None, standard: Standard, *, excused: bool, variant: str) -> bool:
    """Whether this counts as a failure, which the next period's may repeat. What is not known is none, nor what was
    excused; by points, only what earns some."""
    if value is None or excused or missed_by(value, standard) <= 0:
        return False
    return variant != Variant.POINTS or _points(value, standard) > 0


def _points(value: Decimal, standard: Standard) -> int:
    found = band(value, standard)
    return found.points if found else 0


@dataclass(frozen=True, slots=True)
class _Earned:
    """What one KPI adds: points, per cent of the charge, or money."""

    line: Line
    points: Decimal = ZERO
    percent: Decimal = ZERO
    money: Decimal = ZERO


def _earned(one: Measured, terms: Terms) -> _Earned:
    what = f"{one.name}, {one.label}"
    if one.value is None:
        how = f"Not reported{f': {one.note}' if one.note else ''}. Whether it failed is not known"
        return _Earned(Line(Kind.NOT_REPORTED, what, how, "Not known"))
    fell = missed_by(one.value, one.standard)
    reached = _reached(one)
    if fell <= 0:
        why = "no target" if one.standard.target is None else "target met"
        return _Earned(Line(Kind.MET, what, f"{reached}: {why}", _none(terms)))
    words, base = _base(one, terms, fell)
    if not base.points and not base.percent and not base.money:
        return _Earned(Line(Kind.MET, what, f"{reached}: {words}", _none(terms)))
    if one.excused:
        return _Earned(
            Line(Kind.EXCUSED, what, f"{reached}: {words}, excused by relief", _none(terms))
        )
    factor = _factor(one, terms)
    if factor != 1 and one.before is not None:
        words += f" × {plain(factor)}, because {one.before.label} failed too"
    earned = _Earned(
        Line(Kind.FAILED, what, f"{reached}: {words}", ""),
        base.points * factor, base.percent * factor, base.money * factor,
    )  # fmt: skip
    return _with_figure(earned, terms)


def _reached(one: Measured) -> str:
    text = _shown(one.value, one)
    if one.standard.target is not None:
        text = f"{text} against {target_in_words(one.standard, unit=one.unit)}"
    return f"{text} ({one.note})" if one.note else text


def _shown(value: Decimal | None, one: Measured) -> str:
    if one.standard.direction == Direction.YES_NO:
        return "Yes" if value else "No"
    return with_unit(value, unit=one.unit, decimals=one.standard.decimals)


def _none(terms: Terms) -> str:
    return points_in_words(ZERO) if terms.variant == Variant.POINTS else money(ZERO, terms.sign)


def _base(one: Measured, terms: Terms, fell: Decimal) -> tuple[str, _Earned]:
    """What the failure earns before the repeat factor, in words and figures."""
    empty = Line(Kind.FAILED, "", "")
    share = one.share or Share()
    by = plain(fell)
    if terms.variant == Variant.POINTS:
        assert one.value is not None  # noqa: S101 - for mypy; asked before
        found = band(one.value, one.standard)
        if found is None:
            return "no band of service points", _Earned(empty)
        points = Decimal(found.points)
        return f"{found.name}, {points_in_words(points)}", _Earned(empty, points=points)
    if terms.variant == Variant.DIFFERENCE:
        return f"missed by {by}, so {by}% of the charge", _Earned(empty, percent=fell)
    if terms.variant == Variant.AT_RISK:
        risk, pool, credit = (n or ZERO for n in (terms.at_risk, share.pool, share.credit))
        words = f"{plain(pool)}% × {plain(credit)}% of the {plain(risk)}% at risk"
        return words, _Earned(empty, percent=risk * pool * credit / HUNDRED / HUNDRED)
    times = ONE if not share.step else (fell / share.step).to_integral_value(ROUND_DOWN)
    words = (
        f"{money(share.amount, terms.sign)}" if share.amount is not None
        else f"{plain(share.percent or ZERO)}% of the charge"
    )  # fmt: skip
    if share.step:
        words = f"{words} for each {plain(share.step)} below target, {plain(times)} times"
    return words, _Earned(
        empty,
        percent=ZERO if share.amount is not None else (share.percent or ZERO) * times,
        money=(share.amount or ZERO) * times,
    )


def _factor(one: Measured, terms: Terms) -> Decimal:
    """The repeat factor, where the period before, which must be the very one before, failed too."""
    before = one.before
    repeats = before is not None and is_failure(
        before.value, before.standard, excused=before.excused, variant=terms.variant
    )
    return terms.repeat if repeats else ONE


def _with_figure(earned: _Earned, terms: Terms) -> _Earned:
    if terms.variant == Variant.POINTS:
        figure = points_in_words(earned.points)
    elif earned.money:
        figure = money(earned.money, terms.sign)
    else:
        figure = f"{plain(_short(earned.percent))}% of the charge"
    line = earned.line
    return _Earned(
        Line(line.kind, line.what, line.how, figure), earned.points, earned.percent, earned.money
    )


def _short(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.0001"), ROUND_HALF_UP)


# --- A month --------------------------------------------------------------------------------------


def work_out(measured: Sequence[Measured], *, terms: Terms, charges: Charges) -> Worked:
    """The service credit of one month, with its working.

    >>> from performance.rules import Band
    >>> calls = Standard(Decimal(99), decimals=1, bands=(Band("Minor", Decimal(1), 1), Band("Serious", None, 2)))
    >>> terms = Terms(rate=Decimal("0.5"))
    >>> late = Measured("Calls", "January 2026", Decimal("98.4"), calls, "%")
    >>> work_out([late], terms=terms, charges=Charges(Decimal(200_000), "January 2026")).amount
    Decimal('1000.00')
    >>> work_out([late], terms=terms, charges=Charges(None, "January 2026")).amount is None
    True
    """
    earned = [_earned(one, terms) for one in measured]
    lines = [one.line for one in earned]
    points = sum((one.points for one in earned), ZERO)
    unknown = Worked(
        None, (),
        points=points if terms.variant == Variant.POINTS else None,
        failed=_count(lines, Kind.FAILED),
        excused=_count(lines, Kind.EXCUSED),
        not_reported=_count(lines, Kind.NOT_REPORTED),
    )  # fmt: skip
    percent = _percent(earned, points, terms)
    fixed = sum((one.money for one in earned), ZERO)
    lines += _sum_lines(points, percent, fixed, terms, charges)
    if charges.month is None and (percent or terms.variant != Variant.FIXED):
        lines.append(_unknown(f"The charge for {charges.label} is not recorded"))
        return replace(unknown, lines=tuple(lines))
    uncapped = _rounded(fixed + percent * (charges.month or ZERO) / HUNDRED)
    left, caps = headroom(terms, charges, uncapped)
    if uncapped:
        lines.extend(caps)
    if left.amount is not None and not left.is_certain and uncapped > left.amount:
        lines.append(_unknown(left.why))
        return replace(unknown, lines=tuple(lines), uncapped=uncapped)
    amount = uncapped if left.amount is None else min(uncapped, left.amount)
    if amount >= LARGEST_CREDIT:
        lines.append(
            _unknown(
                "It comes to more than can be right: look at the regime, the charge and the readings"
            )
        )
        return replace(unknown, lines=tuple(lines), uncapped=uncapped)
    lines.append(_result(unknown, amount, uncapped, charges, terms))
    return replace(unknown, amount=amount, uncapped=uncapped, lines=tuple(lines))


def _count(lines: Sequence[Line], kind: Kind) -> int:
    return sum(line.kind == kind for line in lines)


def _percent(earned: Sequence[_Earned], points: Decimal, terms: Terms) -> Decimal:
    """How many per cent of the charge the failures cost together, before the cap."""
    percent = sum((one.percent for one in earned), ZERO) + points * (terms.rate or ZERO)
    return min(percent, terms.at_risk or ZERO) if terms.variant == Variant.AT_RISK else percent


def _sum_lines(
    points: Decimal, percent: Decimal, fixed: Decimal, terms: Terms, charges: Charges
) -> list[Line]:
    if not percent and not fixed:
        return []
    charge = "the charge" if charges.month is None else money(charges.month, terms.sign)
    parts = []
    if terms.variant == Variant.POINTS:
        parts.append(
            f"{points_in_words(points)} × {plain(terms.rate or ZERO)}% × {charge} for {charges.label}"
        )
    elif percent:
        parts.append(f"{plain(_short(percent))}% of {charge} for {charges.label}")
    if fixed:
        parts.append(money(fixed, terms.sign))
    known = charges.month is not None or not percent
    total = fixed + percent * (charges.month or ZERO) / HUNDRED
    return [
        Line(
            Kind.SUM, "Together", " + ".join(parts),
            money(_rounded(total), terms.sign) if known else "Not known",
        )
    ]  # fmt: skip


def _unknown(why: str) -> Line:
    return Line(Kind.UNKNOWN, "Cannot be computed", why, "Not known")


def _result(
    worked: Worked, amount: Decimal, uncapped: Decimal, charges: Charges, terms: Terms
) -> Line:
    how = "" if worked.failed else "Nothing failed"
    if amount < uncapped:
        how = "Cut to what the cap leaves"
    elif uncapped and terms.cap != Cap.NONE:
        how = "Within the cap"
    elif worked.failed and not uncapped:
        how = "What failed comes to nothing"
    if not worked.failed and worked.excused:
        how = "Nothing failed that is not excused"
    if missing := worked.not_reported:
        unknown = f"without {missing} reading{'' if missing == 1 else 's'} not reported"
        how = (
            f"{how}; {unknown}" if worked.failed and how else f"{unknown[:1].upper()}{unknown[1:]}"
        )
    return Line(Kind.RESULT, f"Service credit for {charges.label}", how, money(amount, terms.sign))


def _rounded(amount: Decimal) -> Decimal:
    # What is too large to be right may be too large to be rounded, too.
    return amount if amount >= LARGEST_CREDIT else amount.quantize(PENNY, ROUND_HALF_UP)


# --- The cap --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Headroom:
    """How much the cap leaves; None without a cap. When it `is_certain` no longer, it leaves at least this much."""

    amount: Decimal | None
    is_certain: bool = True
    why: str = ""


def headroom(terms: Terms, charges: Charges, uncapped: Decimal) -> tuple[Headroom, list[Line]]:
    """What the caps leave for this month, and the lines that say so.

    Its own cap first; then what the later months that stay as they are leave of theirs, where that cuts it, so that
    months settled in any order never come to more than a cap together.
    """
    left, line = _own_headroom(terms, charges)
    lines = [line] if line else []
    for later in charges.later:
        if later.terms.cap != Cap.ROLLING:
            continue
        found, its_line = _rolling(later.terms, later.charges, of_later=True)
        most = uncapped if left.amount is None else min(left.amount, uncapped)
        if found.amount is not None and found.amount < most:
            left = found
            lines.append(its_line)
    return left, lines


def _own_headroom(terms: Terms, charges: Charges) -> tuple[Headroom, Line | None]:
    share = terms.cap_percent or ZERO
    if terms.cap == Cap.AMOUNT:
        left = terms.cap_amount or ZERO
        return Headroom(left), Line(Kind.CAP, "Cap", "For each month", money(left, terms.sign))
    if terms.cap == Cap.PERIOD:
        if charges.month is None:
            why = f"The cap hangs on the charge for {charges.label}, which is not recorded"
            return Headroom(ZERO, False, why), Line(Kind.CAP, "Cap", why, "Not known")
        left = _down(charges.month * share / HUNDRED)
        how = f"{plain(share)}% of {money(charges.month, terms.sign)}"
        return Headroom(left), Line(Kind.CAP, "Cap", how, money(left, terms.sign))
    if terms.cap == Cap.ROLLING:
        return _rolling(terms, charges)
    return Headroom(None), None


def _rolling(terms: Terms, charges: Charges, *, of_later: bool = False) -> tuple[Headroom, Line]:
    share = terms.cap_percent or ZERO
    what = f"Left under the cap of {charges.label}" if of_later else "Left under the cap"
    if charges.first_year:
        if terms.estimate is None:
            why = "The cap hangs on the estimated charges of the first year, which are not recorded"
            return Headroom(ZERO, False, why), Line(Kind.CAP, what, why, "Not known")
        base, of, certain, why = terms.estimate, "estimated for the first year", True, ""
    else:
        known = [charge for charge in charges.twelve if charge is not None]
        missing = MONTHS_OF_A_CAP - len(known)
        base, of, certain = sum(known, ZERO), "charged in twelve months", missing == 0
        why = (
            f"The cap may cut it, and the charges of {missing} of its twelve months are not recorded"
            if missing
            else ""
        )
    cap = _down(base * share / HUNDRED)
    left = max(cap - charges.used, ZERO)
    used = (
        "of its other months, which stays as it is" if of_later else "of the eleven months before"
    )
    how = f"{plain(share)}% of {money(base, terms.sign)} {of}, less {money(charges.used, terms.sign)} {used}"
    if not certain:
        how += f"; the charges of {MONTHS_OF_A_CAP - len(known)} months are not recorded, so it is at least this"
    return Headroom(left, certain, why), Line(Kind.CAP, what, how, money(left, terms.sign))


def _down(amount: Decimal) -> Decimal:
    return max(amount, ZERO).quantize(PENNY, ROUND_DOWN)


# --- Claiming -------------------------------------------------------------------------------------


def claim_by(month: date, within: int | None, unit: str, calendar: Calendar) -> date | None:
    """The last day to claim a month's credit, counted from the last day of the month; None when there is none.

    >>> claim_by(date(2026, 2, 1), 30, "days", Calendar("England and Wales"))
    datetime.date(2026, 3, 30)
    >>> claim_by(date(2026, 2, 1), 21, "working_days", Calendar("England and Wales"))
    datetime.date(2026, 3, 30)
    """
    if within is None:
        return None
    if unit == ClaimUnit.WORKING_DAYS:
        return working_days_after(month_end(month), within, calendar)
    return month_end(month) + timedelta(days=within)


def has_lapsed(state: str, by: date | None, *, today: date) -> bool:
    """The last day to claim is still in time."""
    return state == State.DUE and by is not None and today > by


class Verb(Labelled):
    CLAIM = "claim", "claimed"
    CREDIT = "credit", "recorded as credited"
    WAIVE = "waive", "waived"
    LAPSE = "lapse", "recorded as lapsed"
    TAKE_BACK = "take_back", "taken back"


_FROM: dict[Verb, tuple[State, ...]] = {
    Verb.CLAIM: (State.DUE, State.LAPSED),
    Verb.CREDIT: (State.CLAIMED,),
    Verb.WAIVE: (State.DUE, State.CLAIMED, State.LAPSED),
    Verb.LAPSE: (State.DUE,),
    Verb.TAKE_BACK: (State.CLAIMED, State.CREDITED, State.WAIVED, State.LAPSED),
}
# What was claimed is due again when the claim is taken back, and so on.
BACK: dict[str, State] = {
    State.CLAIMED: State.DUE,
    State.CREDITED: State.CLAIMED,
    State.WAIVED: State.DUE,
    State.LAPSED: State.DUE,
}


def may(verb: Verb, state: str) -> bool:
    return state in _FROM[verb]


def refusal(
    verb: Verb,
    *,
    state: str,
    amount: Decimal | None,
    is_final: bool = True,
    claim_by: date | None = None,
) -> str:
    """Why this cannot be done with a credit in this state, as a sentence; empty when it can.

    >>> refusal(Verb.CLAIM, state="due", amount=None)
    'What cannot be computed cannot be claimed: record what is missing first'
    """
    if not may(verb, state):
        return f"A credit that is {State(state).label.lower()} cannot be {verb.label}"
    if verb == Verb.CLAIM and amount is None:
        return "What cannot be computed cannot be claimed: record what is missing first"
    # What would lapse while it grows is claimed as it stands; what never lapses can wait for the whole.
    if verb == Verb.CLAIM and not is_final and claim_by is None:
        return "It still grows day by day: record first when the milestone was achieved"
    return ""


# --- Liquidated damages ---------------------------------------------------------------------------


class Per(Labelled):
    """What liquidated damages are counted by."""

    DAY = "day", "Each day"
    WEEK = "week", "Each full week"
    PART_WEEK = "part_week", "Each week or part of a week"


@dataclass(frozen=True, slots=True)
class Damages:
    """`is_final` when it no longer grows: the milestone was achieved, or the cap is reached."""

    amount: Decimal
    days_late: int
    is_final: bool
    lines: tuple[Line, ...] = field(default=())


def damages(
    *,
    name: str,
    due_on: date,
    achieved_on: date | None,
    today: date,
    rate: Decimal,
    per: str = Per.DAY,
    cap: Decimal | None = None,
    excused_days: int = 0,
    excused_reason: str = "",
    sign: str = "£",
) -> Damages:
    """What a late milestone costs the supplier: for the days that it is late and not excused, up to the cap.

    >>> late = damages(name="Cutover", due_on=date(2026, 3, 2), achieved_on=date(2026, 3, 20), today=date(2026, 4, 1),
    ...     rate=Decimal(500), cap=Decimal(6000), excused_days=4)
    >>> late.days_late, late.amount
    (18, Decimal('6000'))
    """
    until = achieved_on or today
    late = max((until - due_on).days, 0)
    counted = max(late - excused_days, 0)
    units, noun = _units(counted, per)
    uncapped = _rounded(rate * units)
    amount = uncapped if cap is None else min(uncapped, cap)
    at_cap = cap is not None and uncapped >= cap and units > 0
    stands = (
        f"achieved on {in_words(until)}" if achieved_on else f"not achieved by {in_words(until)}"
    )
    lines = [
        Line(
            Kind.FAILED if late else Kind.MET, name,
            f"Due on {in_words(due_on)}, {stands}", f"{late} day{'' if late == 1 else 's'} late",
        )
    ]  # fmt: skip
    if excused_days and late:
        lines.append(
            Line(
                Kind.EXCUSED, "Excused", excused_reason or "Days for which the supplier does not answer",
                f"{min(excused_days, late)} day{'' if min(excused_days, late) == 1 else 's'}",
            )
        )  # fmt: skip
    if units:
        lines.append(
            Line(
                Kind.SUM, "Together", f"{units} {noun} × {money(rate, sign)}", money(uncapped, sign)
            )
        )
        if cap is not None:
            lines.append(Line(Kind.CAP, "Cap", "For this milestone", money(cap, sign)))
    how = "Cut to the cap" if amount < uncapped else ""
    if late and not achieved_on and not at_cap:
        how = "So far; it grows until the milestone is achieved"
    lines.append(Line(Kind.RESULT, "Liquidated damages", how, money(amount, sign)))
    return Damages(amount, late, achieved_on is not None or at_cap, tuple(lines))


def _units(days: int, per: str) -> tuple[int, str]:
    if per == Per.DAY:
        return days, "day" if days == 1 else "days"
    weeks = days // 7 if per == Per.WEEK else -(-days // 7)
    return weeks, "week" if weeks == 1 else "weeks"


# --- What may be typed ----------------------------------------------------------------------------


def regime_problems(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with the rules of a regime taken together, as (field, sentence)."""
    found = []
    variant, cap = values.get("variant"), values.get("cap")
    if variant == Variant.POINTS and values.get("rate") is None:
        found.append(("rate", "Enter how many per cent of the charge a point costs"))
    if variant == Variant.AT_RISK and values.get("at_risk") is None:
        found.append(("at_risk", "Enter how many per cent of the charge are at risk"))
    if cap in (Cap.PERIOD, Cap.ROLLING) and values.get("cap_percent") is None:
        found.append(("cap_percent", "Enter the percentage of the cap"))
    if cap == Cap.AMOUNT and values.get("cap_amount") is None:
        found.append(("cap_amount", "Enter the amount of the cap"))
    return found


def regime_in_words(terms: Terms, *, within: int | None, unit: str, exclusive: bool) -> list[str]:
    """What a regime says, in sentences.

    >>> regime_in_words(Terms(rate=Decimal("0.5"), repeat=Decimal(2)), within=None, unit="days", exclusive=False)[0]
    'Each service point costs the supplier 0.5% of the month’s charge.'
    """
    sentences = {
        Variant.POINTS: f"Each service point costs the supplier {plain(terms.rate or ZERO)}% of the month’s charge.",
        Variant.DIFFERENCE: "A missed target costs as many per cent of the month’s charge as it was missed by.",
        Variant.AT_RISK: f"{plain(terms.at_risk or ZERO)}% of the month’s charge are at risk; each KPI that fails takes its share of them.",
        Variant.FIXED: "Each failure costs a fixed amount, or a fixed percentage of the month’s charge.",
    }
    words = [sentences[Variant(terms.variant)]]
    if terms.repeat != 1:
        words.append(
            f"A KPI that fails again in the next period counts {plain(terms.repeat)} times."
        )
    share = plain(terms.cap_percent or ZERO)
    caps = {
        Cap.NONE: "There is no cap.",
        Cap.PERIOD: f"No more than {share}% of the month’s charge.",
        Cap.ROLLING: f"No more than {share}% of the charges of twelve months, for all credits of these months together.",
        Cap.AMOUNT: f"No more than {money(terms.cap_amount or ZERO, terms.sign)} for a month.",
    }
    words.append(caps[Cap(terms.cap)])
    if terms.cap == Cap.ROLLING and terms.estimate is not None:
        words.append(
            f"In the first year {money(terms.estimate, terms.sign)} a year are taken as charged."
        )
    if within is None:
        words.append("There is no time limit for a claim.")
    else:
        words.append(
            f"A credit is lost if it is not claimed within {within} {ClaimUnit(unit).label} of the end of the month."
        )
    words.append(
        "Service credits are the only remedy."
        if exclusive
        else "Other remedies remain beside service credits."
    )
    return words
