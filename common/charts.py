"""Charts as SVG made on the server: they need no script, print well and can be read aloud.

Only attributes and classes (styled in `static/app/charts.css`), so that a strict Content Security Policy
holds. A missing value is a gap: it is never drawn, least of all as zero.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from math import ceil, floor, log10
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

Number = Decimal | float | int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, which leads to the list behind it."""

    label: str
    value: int
    url: str
    text: str = ""


# --- Small line in a table ------------------------------------------------------------------------


def sparkline(
    values: Sequence[Number | None],
    *,
    label: str,
    target: Number | None = None,
    width: int = 120,
    height: int = 32,
) -> SafeString:
    """A line without axes; `label` is the sentence that is read aloud. Nothing when nothing is known."""
    known = [value for value in values if value is not None]
    if not known:
        return mark_safe("")
    margin = 4
    scale = Scale.over([*known, *_some(target)], top=margin, bottom=height - margin)
    spots = _spots(values, left=margin, right=width - margin, scale=scale)
    parts = []
    if target is not None:
        parts.append(_line("app-spark__target", 0, width, scale.at(target)))
    parts += _joined(spots, "app-spark__line")
    last = len(values) - 1
    for number, x, y in spots:
        if number == last:
            parts.append(_tag("circle", class_="app-spark__last", cx=x, cy=y, r=3.5))
        elif _stands_alone(number, values):
            parts.append(_tag("circle", class_="app-spark__alone", cx=x, cy=y, r=2))
    return _tag(
        "svg",
        *parts,
        class_="app-spark",
        role="img",
        aria_label=label,
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        focusable="false",
    )


# --- Axes ----------------------------------------------------------------------------------------

LETTER = 8  # about as wide as a letter of an axis label, with its share of the space after


@dataclass(frozen=True, slots=True)
class Frame:
    """How large a picture is, and where its axes lie; the first and last point keep clear of them."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    clear: int = 20

    @property
    def first(self) -> int:
        return self.left + self.clear

    @property
    def last(self) -> int:
        return self.right - self.clear

    def across(self, number: int, count: int) -> float:
        return _across(number, count, self.first, self.last)

    def half_step(self, count: int) -> float:
        return (self.last - self.first) / max(1, count - 1) / 2


def _grid(scale: "Scale", axis_text: Callable[[Number], str], frame: Frame) -> Iterator[SafeString]:
    for tick in scale.ticks:
        y = scale.at(tick)
        yield _line("app-chart__grid", frame.left, frame.right, y)
        yield _text(axis_text(tick), frame.left - 8, y + 4, anchor="end")


def _time_axis(labels: Sequence[str], frame: Frame) -> Iterator[SafeString]:
    """Labels under the points, thinned out from the right so that the latest always has its own."""
    longest = max(len(label) for label in labels)
    step = ceil(len(labels) * longest * LETTER / (frame.last - frame.first))
    last = len(labels) - 1
    for number, label in enumerate(labels):
        if (last - number) % step == 0:
            yield _text(label, frame.across(number, len(labels)), frame.bottom + 24)


def _gaps(points: "Sequence[Spot]", count: int, frame: Frame) -> Iterator[SafeString]:
    """A pale band where a value is missing, so that a gap is seen to be one."""
    half = frame.half_step(count)
    for number, point in enumerate(points):
        if point.value is None:
            x = frame.across(number, count)
            start, end = max(frame.left, x - half), min(frame.right, x + half)
            yield _tag(
                "rect",
                _tag("title", f"{point.label}: {point.text}"),
                class_="app-chart__gap",
                x=start,
                y=frame.top,
                width=end - start,
                height=frame.bottom - frame.top,
            )


# --- How a process behaves ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spot:
    """One period of a process. `mark` is the signal that its value is part of: its shape; `verdict` says whether
    that is better (1) or worse (-1): its colour."""

    label: str
    value: Number | None
    text: str
    short_label: str = ""
    target: Number | None = None
    upper: Number | None = None  # the far end of a target that is a range
    mark: str = ""
    verdict: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """A period to come, and between what its value is expected."""

    short_label: str
    low: Number
    middle: Number
    high: Number
    target: Number | None = None
    upper: Number | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """A level across the picture with its words: the `mean`, or a `limit`."""

    kind: str
    value: Number
    text: str


LARGE = Frame(760, 300, left=64, right=628, top=20, bottom=256)
SMALL = Frame(360, 132, left=4, right=356, top=8, bottom=100, clear=12)
LINE_APART = 15  # of two labels beside the picture


def process(
    spots: Sequence[Spot],
    *,
    title: str,
    sentence: str,
    guides: Sequence[Guide] = (),
    ahead: Sequence[Ahead] = (),
    target_text: str = "",
    axis_text: Callable[[Number], str] = str,
    smallest_step: float = 0,
    frame: Frame = LARGE,
) -> SafeString:
    """Values with their mean, limits and stepped target. Nothing when no value is known.

    A signal is seen by its shape (diamond, square, triangle) as well as by its colour. In a `SMALL` frame there is
    no axis and no word but the first and the last period.
    """
    values = [spot.value for spot in spots]
    known = [value for value in values if value is not None]
    if not known:
        return mark_safe("")
    targets = [spot.target for spot in [*spots, *ahead]]
    uppers = [spot.upper for spot in [*spots, *ahead]]
    aims = [aim for aim in [*targets, *uppers] if aim is not None]
    seen = [*known, *aims, *(guide.value for guide in guides)]
    seen += [value for step in ahead for value in (step.low, step.high)]
    scale = Scale.with_ticks(
        seen, top=frame.top, bottom=frame.bottom, smallest_step=smallest_step
    )  # fmt: skip
    count, small = len(targets), frame is SMALL
    places = [
        (number, frame.across(number, count), scale.at(value))
        for number, value in enumerate(values)
        if value is not None
    ]
    labels = [spot.short_label or spot.label for spot in spots]
    return _tag(
        "svg",
        _tag("title", title),
        _tag("desc", sentence),
        *([] if small else _grid(scale, axis_text, frame)),
        *(
            _ends(labels, count, frame)
            if small
            else _time_axis([*labels, *(step.short_label for step in ahead)], frame)
        ),
        *_gaps(spots, count, frame),
        *(
            _line(f"app-process__{guide.kind}", frame.left, frame.right, scale.at(guide.value))
            for guide in guides
        ),
        *_steps(targets, frame, scale),
        *_steps(uppers, frame, scale),
        *_cone(ahead, len(spots), count, frame, scale),
        *_joined(places, "app-chart__line"),
        *(_mark_of(spots[number], x, y, small=small) for number, x, y in places),
        *([] if small else _beside(guides, targets[len(spots) - 1], target_text, frame, scale)),
        class_="app-chart app-process app-process--small" if small else "app-chart app-process",
        role="img",
        viewBox=f"0 0 {frame.width} {frame.height}",
        focusable="false",
    )


def _ends(labels: Sequence[str], count: int, frame: Frame) -> Iterator[SafeString]:
    yield _text(labels[0], frame.left + 4, frame.bottom + 22, anchor="start")
    if len(labels) > 1:
        yield _text(labels[-1], frame.right - 4, frame.bottom + 22, anchor="end")


def _steps(targets: Sequence[Number | None], frame: Frame, scale: "Scale") -> Iterator[SafeString]:
    """The target, which may change from one period to the next."""
    half, count = frame.half_step(len(targets)), len(targets)
    run: list[str] = []
    for number, target in enumerate([*targets, None]):
        if target is None:
            if run:
                yield _tag(
                    "polyline", class_="app-process__target", points=" ".join(run), fill="none"
                )
            run = []
            continue
        x, y = frame.across(number, count), scale.at(target)
        start = frame.left if number == 0 else x - half
        end = frame.right if number == count - 1 else x + half
        run += [f"{start:.1f},{y:.1f}", f"{end:.1f},{y:.1f}"]


def _cone(
    ahead: Sequence[Ahead], start: int, count: int, frame: Frame, scale: "Scale"
) -> Iterator[SafeString]:
    """Where the values of the periods to come are expected."""
    if not ahead:
        return
    half = frame.half_step(count)
    places = [
        (frame.across(start + n, count) + side * half, step)
        for n, step in enumerate(ahead)
        for side in (-1, 1)
    ]
    over = [f"{min(x, frame.right):.1f},{scale.at(step.high):.1f}" for x, step in places]
    under = [f"{min(x, frame.right):.1f},{scale.at(step.low):.1f}" for x, step in reversed(places)]
    yield _tag("polygon", class_="app-process__ahead", points=" ".join([*over, *under]))
    middle = [f"{min(x, frame.right):.1f},{scale.at(step.middle):.1f}" for x, step in places]
    yield _tag("polyline", class_="app-process__course", points=" ".join(middle), fill="none")


def _mark_of(spot: Spot, x: float, y: float, *, small: bool) -> SafeString:
    title = _tag("title", f"{spot.label}: {spot.text}")
    if not spot.mark:
        return _tag(
            "circle", title, class_="app-process__routine", cx=x, cy=y, r=2.5 if small else 4
        )
    verdict = {1: "better", -1: "worse"}.get(spot.verdict, "other")
    size = 5 if small else 7
    around = {
        "outside": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
        "run": ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
        "near": ((0, -1.1), (1.05, 0.8), (-1.05, 0.8)),
    }[spot.mark]
    corners = " ".join(f"{x + dx * size:.1f},{y + dy * size:.1f}" for dx, dy in around)
    return _tag(
        "polygon", title, class_=f"app-process__{spot.mark} app-process--{verdict}", points=corners
    )


def _beside(
    guides: Sequence[Guide],
    target: Number | None,
    target_text: str,
    frame: Frame,
    scale: "Scale",
) -> Iterator[SafeString]:
    """The words of the levels to the right of the picture, from top to bottom, none over another."""
    words = [(scale.at(guide.value), guide.text, "app-process__word") for guide in guides]
    if target is not None and target_text:
        words.append((scale.at(target), target_text, "app-chart__target-text"))
    words.sort()
    heights: list[float] = []
    for y, _, _ in words:
        heights.append(max(y, heights[-1] + LINE_APART) if heights else y)
    # What was pushed out at the bottom moves up again, and pushes what stands above.
    lowest = float(frame.bottom)
    for number in reversed(range(len(heights))):
        heights[number] = min(heights[number], lowest)
        lowest = heights[number] - LINE_APART
    for (_, text, class_), y in zip(words, heights, strict=True):
        yield _text(text, frame.right + 8, y + 4, anchor="start", class_=class_)


# --- Bars -----------------------------------------------------------------------------------------


def bars(rows: Iterable[Bar], *, label: str, label_width: int = 150) -> SafeString:
    """Bars from left to right, one under the other; each is a link. Nothing when there are none."""
    rows = list(rows)
    if not rows:
        return mark_safe("")
    width, row_height = 560, 34
    room = width - label_width - 56
    longest = max(max(row.value for row in rows), 1)
    parts = []
    for number, row in enumerate(rows):
        y = number * row_height
        length = max(0, row.value) / longest * room
        text = row.text or str(row.value)
        drawn = [_text(row.label, label_width - 10, y + 22, anchor="end", class_="app-bars__label")]
        if length:
            drawn.append(
                _tag(
                    "rect", class_="app-bars__bar", x=label_width, y=y + 5, width=length, height=24
                )
            )
        drawn.append(
            _text(text, label_width + length + 8, y + 22, anchor="start", class_="app-bars__number")
        )
        parts.append(
            _tag(
                "a",
                *drawn,
                class_="app-bars__link",
                href=row.url,
                aria_label=f"{row.label}: {text}",
            )
        )
    return _tag(
        "svg",
        *parts,
        class_="app-bars",
        role="group",
        aria_label=label,
        viewBox=f"0 0 {width} {len(rows) * row_height}",
    )


# --- Shares of a whole ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole. `kind` ends its class, so that the same part looks alike everywhere."""

    kind: str
    size: Number
    text: str


def shares(parts: Sequence[Share], *, label: str) -> SafeString:
    """Parts beside each other in one bar; `label` is the sentence that is read aloud. Nothing when there are none."""
    whole = sum(float(part.size) for part in parts)
    if whole <= 0:
        return mark_safe("")
    drawn, left = [], 0.0
    for part in parts:
        width = float(part.size) / whole * 100
        if width:
            title = _tag("title", part.text)
            drawn.append(
                _tag(
                    "rect",
                    title,
                    class_=f"app-shared app-shared--{part.kind}",
                    x=left,
                    y=0,
                    width=width,
                    height=10,
                )
            )
        left += width
    return _tag(
        "svg",
        *drawn,
        class_="app-shares-bar",
        role="img",
        aria_label=label,
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        focusable="false",
    )


# --- A line of time -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """A span of time as a bar. `kind` ends its class, so that the bars of a kind look alike."""

    start: date
    end: date
    label: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A day above the bars: `text` stands in the circle, and in the table beside the picture."""

    on: date
    text: str
    title: str
    kind: str = ""


LINE_WIDTH, BAR, CIRCLE, LEVEL = 800, 40, 11, 26
LINE_LEFT, LINE_RIGHT = 20, LINE_WIDTH - 20


def time_line(
    bands: Sequence[Band], marks: Sequence[Mark], *, start: date, end: date, today: date, label: str
) -> SafeString:
    """Bars one after the other, with days above them and years below; `label` is the sentence that is read aloud."""
    first, last = min(start, today).toordinal(), max(end, today).toordinal()
    scale = Scale(first, max(last, first + 1), LINE_RIGHT, LINE_LEFT)
    levels = _levels([scale.at(mark.on.toordinal()) for mark in marks])
    top = 34 + LEVEL * (max(levels, default=-1) + 1)
    bottom = top + BAR
    now = scale.at(today.toordinal())
    heights = [top - 14 - LEVEL * level for level in levels]
    flags = [
        (mark, scale.at(mark.on.toordinal()), y) for mark, y in zip(marks, heights, strict=True)
    ]
    return _tag(
        "svg",
        *_years(first, last, scale, bottom),
        *(_bar(band, scale, top) for band in bands),
        # What lies over something else is drawn after it.
        *(_tag("line", class_="app-line__stem", x1=x, x2=x, y1=y, y2=bottom) for _, x, y in flags),
        _tag("line", class_="app-line__today", x1=now, x2=now, y1=18, y2=bottom + 6),
        *(_bar_label(band, scale, top) for band in bands),
        _text("Today", min(max(now, LINE_LEFT + 8), LINE_RIGHT - 8), 13, class_="app-line__now"),
        *(_flag(mark, x, y) for mark, x, y in flags),
        class_="app-chart app-line",
        role="img",
        aria_label=label,
        viewBox=f"0 0 {LINE_WIDTH} {bottom + 34}",
        focusable="false",
    )


def _levels(places: Sequence[float]) -> list[int]:
    """How high each circle stands, so that none covers another; the lowest is 0."""
    taken: list[float] = []  # by level, where its last circle ends
    levels = []
    for place in places:
        level = next(
            (n for n, edge in enumerate(taken) if place - edge > CIRCLE * 2 + 2), len(taken)
        )
        taken[level : level + 1] = [place]
        levels.append(level)
    return levels


def _bar(band: Band, scale: "Scale", top: float) -> SafeString:
    left, right = scale.at(band.start.toordinal()), scale.at(band.end.toordinal())
    days = " to ".join(f"{day.day} {day:%B} {day.year}" for day in (band.start, band.end))
    return _tag(
        "rect",
        _tag("title", f"{band.label}: {days}"),
        class_=f"app-line__bar app-line__bar--{band.kind}",
        x=left,
        y=top,
        width=max(1.0, right - left),
        height=BAR,
    )


def _bar_label(band: Band, scale: "Scale", top: float) -> SafeString:
    """The label inside the bar, where there is room for it."""
    left, right = scale.at(band.start.toordinal()), scale.at(band.end.toordinal())
    if len(band.label) * LETTER * 0.9 > right - left:
        return mark_safe("")
    return _text(
        band.label,
        (left + right) / 2,
        top + 25,
        class_=f"app-line__label app-line__label--{band.kind}",
    )


def _flag(mark: Mark, x: float, y: float) -> SafeString:
    return _tag(
        "g",
        _tag("title", f"{mark.title}: {mark.on.day} {mark.on:%B} {mark.on.year}"),
        _tag("circle", class_="app-line__circle", cx=x, cy=y, r=CIRCLE),
        _text(mark.text, x, y + 4.5, class_="app-line__number"),
        class_=f"app-line__mark app-line__mark--{mark.kind}",
    )


def _years(first: int, last: int, scale: "Scale", bottom: float) -> Iterator[SafeString]:
    """A tick for each 1 January, named as often as there is room."""
    years = range(date.fromordinal(first).year + 1, date.fromordinal(last).year + 1)
    step = max(1, ceil(len(years) * 48 / (LINE_RIGHT - LINE_LEFT)))
    for year in years:
        x = scale.at(date(year, 1, 1).toordinal())
        yield _tag("line", class_="app-line__year", x1=x, x2=x, y1=bottom + 2, y2=bottom + 10)
        if year % step == 0:
            yield _text(str(year), x, bottom + 26)


# --- Pairs of bars ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """Two amounts side by side, such as spent and agreed in a year, each with its words."""

    label: str
    first: Number | None
    second: Number | None
    first_text: str
    second_text: str


def pairs(rows: Iterable[Pair], *, label: str, label_width: int = 62) -> SafeString:
    """Two bars for each row, one under the other. What is missing has its words and no bar.

    Nothing when nothing is known.
    """
    rows = list(rows)
    known = [float(v) for row in rows for v in (row.first, row.second) if v is not None]
    if not known:
        return mark_safe("")
    width, row_height, bar_height = 420, 52, 19  # to be read on a phone too
    room = width - label_width - 150
    longest = max(*known, 0) or 1
    parts = []
    for number, row in enumerate(rows):
        top = number * row_height + 6
        parts.append(_text(row.label, label_width - 10, top + 24, anchor="end"))
        for place, (value, text) in enumerate(
            ((row.first, row.first_text), (row.second, row.second_text))
        ):
            y = top + place * (bar_height + 2)
            length = 0.0 if value is None else max(0.0, float(value)) / longest * room
            if length:
                bar = ("app-pairs__first", "app-pairs__second")[place]
                parts.append(
                    _tag("rect", class_=bar, x=label_width, y=y, width=length, height=bar_height)
                )
            kind = "app-pairs__missing" if value is None else "app-bars__number"
            parts.append(_text(text, label_width + length + 8, y + 14, anchor="start", class_=kind))
    return _tag(
        "svg",
        *parts,
        class_="app-bars app-pairs",
        role="img",
        aria_label=label,
        viewBox=f"0 0 {width} {len(rows) * row_height}",
        focusable="false",
    )


# --- Where things stand ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scale:
    """From a value to a height. Equal values lie in the middle, so that nothing is divided by zero."""

    low: float
    high: float
    top: float
    bottom: float
    ticks: tuple[float, ...] = ()

    @classmethod
    def over(cls, values: Iterable[Number], *, top: float, bottom: float) -> "Scale":
        numbers = [float(value) for value in values]
        low, high = min(numbers), max(numbers)
        size = max(abs(low), abs(high))
        if high - low <= size * 1e-9:
            around = size / 10 or 1.0
            low, high = low - around, high + around
        return cls(low, high, top, bottom)

    @classmethod
    def with_ticks(
        cls, values: Iterable[Number], *, top: float, bottom: float, smallest_step: float = 0
    ) -> "Scale":
        """From one round number to another."""
        bare = cls.over(values, top=top, bottom=bottom)
        ticks = _round_ticks(bare.low, bare.high, smallest_step)
        return cls(min(bare.low, ticks[0]), max(bare.high, ticks[-1]), top, bottom, ticks)

    def at(self, value: Number) -> float:
        part = (float(value) - self.low) / (self.high - self.low)
        return self.bottom - part * (self.bottom - self.top)


def _round_ticks(
    low: float, high: float, smallest_step: float, wanted: int = 5
) -> tuple[float, ...]:
    """Round numbers (steps of 1, 2 or 5) that enclose low and high."""
    rough = (high - low) / wanted
    power = 10.0 ** floor(log10(rough))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough * 0.999)
    step = max(step, smallest_step)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    places = max(0, -floor(log10(step)))
    return tuple(round(number * step, places) for number in range(first, last + 1))


def _across(number: int, count: int, left: float, right: float) -> float:
    return left + (right - left) * number / (count - 1) if count > 1 else (left + right) / 2


def _spots(
    values: Sequence[Number | None], *, left: float, right: float, scale: Scale
) -> list[tuple[int, float, float]]:
    """(number, x, y) of each known value."""
    return [
        (number, _across(number, len(values), left, right), scale.at(value))
        for number, value in enumerate(values)
        if value is not None
    ]


def _joined(spots: Sequence[tuple[int, float, float]], class_: str) -> Iterator[SafeString]:
    """A line through each run of neighbours; it breaks where a value is missing."""
    # Within a run, a spot's number less its place in the list stays the same.
    runs = groupby(enumerate(spots), key=lambda pair: pair[1][0] - pair[0])
    for _, run in runs:
        corners = [f"{x:.1f},{y:.1f}" for _, (_, x, y) in run]
        if len(corners) > 1:
            yield _tag("polyline", class_=class_, points=" ".join(corners), fill="none")


def _stands_alone(number: int, values: Sequence[Number | None]) -> bool:
    before = values[number - 1] if number else None
    after = values[number + 1] if number + 1 < len(values) else None
    return before is None and after is None


def _some(value: Number | None) -> list[Number]:
    return [] if value is None else [value]


# --- Tags -----------------------------------------------------------------------------------------


def _line(class_: str, left: float, right: float, y: float) -> SafeString:
    return _tag("line", class_=class_, x1=left, x2=right, y1=y, y2=y)


def _text(
    words: str, x: float, y: float, *, anchor: str = "middle", class_: str = "app-chart__text"
) -> SafeString:
    return _tag("text", words, class_=class_, x=x, y=y, text_anchor=anchor)


def _tag(name: str, *children: str, **attributes: Any) -> SafeString:
    """An SVG element. `class_` and `text_anchor` are written `class` and `text-anchor`."""
    written = format_html_join(
        "",
        ' {}="{}"',
        (
            (
                key.rstrip("_").replace("_", "-"),
                f"{value:.1f}" if isinstance(value, float) else value,
            )
            for key, value in attributes.items()
        ),
    )
    inside = mark_safe("".join(conditional_escape(child) for child in children))  # noqa: S308
    return format_html("<{0}{1}>{2}</{0}>", name, written, inside)
