"""Pictures of risks as SVG made on the server, styled in `static/app/risks-pictures.css`.

They hold only attributes and classes, as the Content Security Policy wants it. A band is seen by its letter as well as
by its colour, a score by the shape of its mark. What a picture says stands in a table beside it too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from risks.rules import LEVELS, Band, Cause, Matrix

NOTHING = mark_safe("")
NONE = "none"  # the class of a cell in which no risk stands
LETTER = 6.1  # about as wide as a letter of the words of an axis


# --- The board of five by five --------------------------------------------------------------------

CELL_WIDTH, CELL_HEIGHT = 56, 50
LEFT, TOP = 76, 4
RIGHT, BOTTOM = LEFT + CELL_WIDTH * 5, TOP + CELL_HEIGHT * 5
WIDTH, HEIGHT = RIGHT + 4, BOTTOM + 54
LONGEST_WORD = 16


@dataclass(frozen=True, slots=True)
class Cell:
    """How many risks stand at one likelihood and impact; `words` say it, `url` leads to them."""

    likelihood: int
    impact: int
    band: Band
    number: int
    words: str
    url: str = ""


def heat_map(cells: Iterable[Cell], *, matrix: Matrix, label: str) -> SafeString:
    """The board with a number in each cell in which a risk stands; `label` is read aloud before the cells."""
    cells = list(cells)
    has_links = any(cell.url for cell in cells)
    return _svg(
        "app-heat", "group" if has_links else "img", label, WIDTH, HEIGHT,
        [_axes(matrix), *(_cell(cell) for cell in cells)],
    )  # fmt: skip


def _cell(cell: Cell) -> SafeString:
    x, y = _corner(cell.likelihood, cell.impact)
    kind = cell.band.value if cell.number else f"{cell.band.value} app-heat__cell--{NONE}"
    drawn = format_html(
        '<rect class="app-heat__cell app-heat__cell--{}" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<text class="app-heat__band" x="{}" y="{}">{}</text>{}',
        kind, x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2, x + 5, y + 13, cell.band.label[:1],
        _number(cell, x + CELL_WIDTH / 2, y + 37),
    )  # fmt: skip
    classes = f"app-heat__place app-heat__place--{cell.band.value}"
    if cell.url and cell.number:
        return format_html(
            '<a class="{} app-heat__link" href="{}" aria-label="{}"><title>{}</title>{}</a>',
            classes, cell.url, cell.words, cell.words, drawn,
        )  # fmt: skip
    return format_html(
        '<g class="{}" aria-hidden="true"><title>{}</title>{}</g>', classes, cell.words, drawn
    )


def _number(cell: Cell, x: float, y: float) -> SafeString:
    if not cell.number:
        return NOTHING
    size = " app-heat__number--long" if cell.number >= 10_000 else ""
    return format_html(
        '<text class="app-heat__number{}" x="{}" y="{}" text-anchor="middle">{}</text>',
        size, x, y, f"{cell.number:,}",
    )  # fmt: skip


def _corner(likelihood: int, impact: int) -> tuple[int, int]:
    """Where a cell begins: the likely at the top, the serious to the right."""
    return LEFT + (impact - 1) * CELL_WIDTH, TOP + (5 - likelihood) * CELL_HEIGHT


def _axes(matrix: Matrix) -> SafeString:
    parts = []
    for level in LEVELS:
        x, y = _corner(level, level)
        middle = y + CELL_HEIGHT / 2 + 4
        parts += _word(matrix.likelihoods[level - 1], LEFT - 6, middle, "end", LEFT - 24)
        parts += _word(
            matrix.impacts[level - 1], x + CELL_WIDTH / 2, BOTTOM + 15, "middle", CELL_WIDTH - 2, from_top=True
        )  # fmt: skip
    height = (TOP + BOTTOM) / 2
    parts += [
        _axis("Impact →", (LEFT + RIGHT) / 2, BOTTOM + 48),
        _axis("Likelihood →", 12, height, f"rotate(-90 12 {height})"),
    ]
    return format_html('<g aria-hidden="true">{}</g>', _together(parts))


def _axis(words: str, x: float, y: float, turned: str = "") -> SafeString:
    return format_html(
        '<text class="app-heat__axis" x="{}" y="{}" text-anchor="middle" transform="{}">{}</text>',
        x, y, turned, words,
    )  # fmt: skip


def _word(
    words: str, x: float, y: float, anchor: str, room: float, *, from_top: bool = False
) -> Iterator[SafeString]:
    """The name of a level in one line or two, pressed together where it is long."""
    lines = _lines(words, room)
    first = y if from_top else y - 7 * (len(lines) - 1)
    for number, line in enumerate(lines):
        pressed = NOTHING
        if len(line) * LETTER > room + LETTER:
            pressed = format_html(' textLength="{}" lengthAdjust="spacingAndGlyphs"', room)
        yield format_html(
            '<text class="app-heat__word" x="{}" y="{}" text-anchor="{}"{}>{}</text>',
            x, first + 14 * number, anchor, pressed, line,
        )  # fmt: skip


def _lines(words: str, room: float) -> list[str]:
    """
    >>> _lines("Almost certain", 52)
    ['Almost', 'certain']
    """
    first, _, rest = words.partition(" ")
    whole = not rest or len(words) * LETTER <= room
    lines = [words] if whole else [first, rest]
    return [line if len(line) <= LONGEST_WORD else f"{line[: LONGEST_WORD - 1]}…" for line in lines]


# --- Where one risk stands ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that a risk has, or has had, or is to have: `kind` is inherent, now or target."""

    kind: str
    likelihood: int
    impact: int
    words: str


def standing(marks: Sequence[Mark], *, matrix: Matrix, label: str) -> SafeString:
    """The board with the marks of one risk, in their order, joined by arrows. Nothing when there are none."""
    if not marks:
        return NOTHING
    cells = (
        Cell(likelihood, impact, _band(matrix, likelihood, impact), 0, "")
        for likelihood in LEVELS
        for impact in LEVELS
    )
    places = _places(marks)
    arrows = [
        _arrow(a, b, b_mark.kind)
        for a, b, b_mark in zip(places, places[1:], marks[1:], strict=False)
    ]
    drawn = [_shape(m.kind, x, y, 9, m.words) for m, (x, y) in zip(marks, places, strict=True)]
    return _svg(
        "app-heat app-heat--one", "img", label, WIDTH, HEIGHT,
        [_axes(matrix), *map(_bare, cells), *arrows, *drawn],
    )  # fmt: skip


def _band(matrix: Matrix, likelihood: int, impact: int) -> Band:
    return matrix.band(matrix.score(likelihood, impact)) or Band.LOW


def _bare(cell: Cell) -> SafeString:
    x, y = _corner(cell.likelihood, cell.impact)
    return format_html(
        '<g aria-hidden="true"><rect class="app-heat__cell app-heat__cell--{}" x="{}" y="{}" width="{}" height="{}"></rect>'
        '<text class="app-heat__band" x="{}" y="{}">{}</text></g>',
        cell.band.value, x + 1, y + 1, CELL_WIDTH - 2, CELL_HEIGHT - 2, x + 5, y + 13, cell.band.label[:1],
    )  # fmt: skip


def _places(marks: Sequence[Mark]) -> list[tuple[float, float]]:
    """The middle of each mark's cell; those in one cell stand beside each other."""
    cells = [(m.likelihood, m.impact) for m in marks]
    places = []
    for number, cell in enumerate(cells):
        x, y = _corner(*cell)
        here, together = cells[:number].count(cell), cells.count(cell)
        x_apart = (here - (together - 1) / 2) * 17
        places.append((x + CELL_WIDTH / 2 + x_apart, y + CELL_HEIGHT / 2 + 3.0))
    return places


def _arrow(start: tuple[float, float], end: tuple[float, float], kind: str) -> SafeString:
    """From rim to rim; nothing between marks that touch."""
    (x1, y1), (x2, y2) = start, end
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if length < 30:
        return NOTHING
    ux, uy = (x2 - x1) / length, (y2 - y1) / length
    tip_x, tip_y = x2 - ux * 11, y2 - uy * 11
    back_x, back_y = tip_x - ux * 8, tip_y - uy * 8
    head = (
        (tip_x, tip_y), (back_x - uy * 5, back_y + ux * 5), (back_x + uy * 5, back_y - ux * 5),
    )  # fmt: skip
    return format_html(
        '<line class="app-risk-arrow app-risk-arrow--{}" x1="{}" y1="{}" x2="{}" y2="{}"></line>'
        '<polygon class="app-risk-arrow__head" points="{}"></polygon>',
        kind, *map(_short, (x1 + ux * 10, y1 + uy * 10, back_x, back_y)), _points(head),
    )  # fmt: skip


def _shape(kind: str, x: float, y: float, r: float, words: str) -> SafeString:
    """A ring for what it would be with nothing done, a disc for what it is, a diamond for what we want."""
    title = format_html("<title>{}</title>", words) if words else NOTHING
    if kind == "target":
        corners = ((x, y - r), (x + r, y), (x, y + r), (x - r, y))
        return format_html(
            '<polygon class="app-risk-mark app-risk-mark--target" points="{}">{}</polygon>',
            _points(corners), title,
        )  # fmt: skip
    return format_html(
        '<circle class="app-risk-mark app-risk-mark--{}" cx="{}" cy="{}" r="{}">{}</circle>',
        kind, _short(x), _short(y), r if kind == "now" else r - 1, title,
    )  # fmt: skip


def mark(kind: str) -> SafeString:
    """One mark by itself, for a key."""
    return format_html(
        '<svg class="app-risk-key__mark" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>',
        _shape(kind, 10, 10, 8, ""),
    )


# --- From with nothing done to now to target, as a line -------------------------------------------

TRACK_WIDTH, TRACK_HEIGHT, TRACK_MARGIN = 320, 34, 12


def track(scores: Sequence[tuple[str, int | None]], *, matrix: Matrix, label: str) -> SafeString:
    """One line from the lowest score to the highest, with its bands, and on it the marks of a risk with arrows between
    them. `scores` are (kind of mark, score), in the order in which they follow; what is not known is left out."""
    known = [(kind, score) for kind, score in scores if score is not None]
    if not known:
        return NOTHING
    highest = _highest(matrix)
    middle = TRACK_HEIGHT / 2

    def across(score: float) -> float:
        room = TRACK_WIDTH - 2 * TRACK_MARGIN
        return TRACK_MARGIN + room * min(score, highest) / highest

    bands = format_html_join(
        "",
        '<rect class="app-track__band app-track__band--{}" x="{}" y="6" width="{}" height="22"></rect>',
        (
            (band.value, _short(left), _short(right - left))
            for band, left, right in _bands(matrix, 0, TRACK_WIDTH, across)
        ),
    )
    places = [(across(score), middle) for _, score in known]
    arrows = (
        _arrow(a, b, kind) for a, b, (kind, _) in zip(places, places[1:], known[1:], strict=False)
    )
    # The target may lie under where the risk stands; what it is now is drawn last.
    marks = sorted(zip(known, places, strict=True), key=lambda one: one[0][0] == "now")
    shapes = (_shape(kind, x, y, 9 if kind == "now" else 8, "") for (kind, _), (x, y) in marks)
    return _svg(
        "app-track", "img", label, TRACK_WIDTH, TRACK_HEIGHT, [bands, *arrows, *shapes]
    )  # fmt: skip


def _highest(matrix: Matrix) -> int:
    return max(matrix.scores[-1][-1], 1)


def _bands(matrix, start, end, place):
    """(band, from where, to where) along a line; a band begins half a score before its first."""
    for band in Band:
        begins, ends = matrix.range_of(band)
        left = start if band is Band.LOW else place(begins - 0.5)
        right = end if ends is None else place(ends - 0.5)
        yield band, left, right


# --- What a risk has scored over time -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on which a risk was scored, and why."""

    on: date
    score: int
    cause: Cause
    words: str


CHART_WIDTH, CHART_HEIGHT = 640, 250
CHART_LEFT, CHART_RIGHT, CHART_TOP, CHART_BOTTOM = 6, 568, 12, 206


def score_history(
    moments: Sequence[Moment], *, target: int | None, until: date, matrix: Matrix, label: str
) -> SafeString:
    """Steps from one scoring to the next, over the bands; a score holds until the next. Nothing when never scored."""
    if not moments:
        return NOTHING
    first, last = moments[0].on.toordinal(), max(until, moments[-1].on).toordinal()
    highest = max(_highest(matrix), *(moment.score for moment in moments))

    def across(on: date) -> float:
        room = CHART_RIGHT - 14 - (CHART_LEFT + 14)
        return CHART_LEFT + 14 + room * (on.toordinal() - first) / max(1, last - first)

    def up(score: float) -> float:
        return CHART_BOTTOM - (CHART_BOTTOM - CHART_TOP) * score / (highest + 0.5)

    places = [(across(m.on), up(m.score)) for m in moments]
    corners = [places[0]]
    for (_, before), (x, y) in pairwise(places):
        corners += [(x, before), (x, y)]
    corners.append((across(date.fromordinal(last)), places[-1][1]))
    return _svg(
        "app-score", "img", label, CHART_WIDTH, CHART_HEIGHT,
        [
            *_levels_of(matrix, up), *_days(moments, until, across), *_target(target, up),
            format_html('<polyline class="app-score__line" points="{}"></polyline>', _points(corners)),
            *(_cause(m, x, y) for m, (x, y) in zip(moments, places, strict=True)),
            _last(corners[-1], moments[-1].score),
        ],
    )  # fmt: skip


def _last(place: tuple[float, float], score: int) -> SafeString:
    """The last score in figures, above its line, or below where there is no room."""
    x, y = place
    y = y - 9 if y > CHART_TOP + 22 else y + 19
    return _text("app-score__word app-score__word--now", x, y, str(score), anchor="end")


def _levels_of(matrix: Matrix, up) -> Iterator[SafeString]:
    for band, bottom, top in _bands(matrix, CHART_BOTTOM, CHART_TOP, up):
        yield format_html(
            '<rect class="app-track__band app-track__band--{}" x="{}" y="{}" width="{}" height="{}"></rect>',
            band.value, CHART_LEFT, _short(top), CHART_RIGHT - CHART_LEFT, _short(bottom - top),
        )  # fmt: skip
        if bottom - top >= 12:
            height = (bottom + top) / 2 + 4
            yield _text("app-score__word", CHART_RIGHT + 8, height, band.label)


def _days(moments: Sequence[Moment], until: date, across) -> Iterator[SafeString]:
    """The first day and the last, and the beginnings of years between them where there is room."""
    first, last = moments[0].on, max(until, moments[-1].on)
    years = (date(year, 1, 1) for year in range(first.year + 1, last.year + 1))
    ends = (across(first), across(last))
    days = [(first, _day_text(first), "start")]
    if last != first:
        days.append((last, _day_text(last), "end"))
    for on in years:
        if min(abs(across(on) - end) for end in ends) > 110:
            days.append((on, str(on.year), "middle"))
    for on, words, anchor in days:
        x = _short(across(on))
        yield format_html(
            '<line class="app-score__tick" x1="{}" x2="{}" y1="{}" y2="{}"></line>',
            x, x, CHART_BOTTOM, CHART_BOTTOM + 6,
        )  # fmt: skip
        yield _text("app-score__word", x, CHART_BOTTOM + 22, words, anchor=anchor)


def _day_text(on: date) -> str:
    return f"{on.day} {on:%b} {on.year}"


def _target(target: int | None, up) -> Iterator[SafeString]:
    if target is not None:
        y = _short(up(target))
        yield format_html(
            '<line class="app-score__target" x1="{}" x2="{}" y1="{}" y2="{}"></line>',
            CHART_LEFT, CHART_RIGHT, y, y,
        )  # fmt: skip


# The shape of each cause, as corners around its place; what has none is a disc.
_CAUSES = {
    Cause.RAISED: ((-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)),
    Cause.HAPPENED: ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    Cause.INDICATOR: ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
}


def _cause(moment: Moment, x: float, y: float, r: float = 6) -> SafeString:
    title = format_html("<title>{}</title>", moment.words) if moment.words else NOTHING
    return _cause_shape(moment.cause, x, y, r, title)


def _cause_shape(cause: Cause, x: float, y: float, r: float, title: SafeString) -> SafeString:
    corners = _CAUSES.get(cause)
    if corners is None:
        return format_html(
            '<circle class="app-score__mark app-score__mark--{}" cx="{}" cy="{}" r="{}">{}</circle>',
            cause.value, _short(x), _short(y), r - 1, title,
        )  # fmt: skip
    return format_html(
        '<polygon class="app-score__mark app-score__mark--{}" points="{}">{}</polygon>',
        cause.value, _points((x + dx * r, y + dy * r) for dx, dy in corners), title,
    )  # fmt: skip


def cause_mark(cause: Cause) -> SafeString:
    """The mark of a cause by itself, for a key."""
    return format_html(
        '<svg class="app-risk-key__mark" width="20" height="20" aria-hidden="true" focusable="false">{}</svg>',
        _cause_shape(cause, 10, 10, 6, NOTHING),
    )


# --- Tags -----------------------------------------------------------------------------------------


def _svg(
    classes: str, role: str, label: str, width: int, height: int, parts: Iterable[SafeString]
) -> SafeString:
    return format_html(
        '<svg class="app-chart {}" role="{}" aria-label="{}" viewBox="0 0 {} {}" focusable="false">{}</svg>',
        classes, role, label, width, height, _together(parts),
    )  # fmt: skip


def _text(class_: str, x: float, y: float, words: str, *, anchor: str = "start") -> SafeString:
    return format_html(
        '<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>',
        class_, _short(x), _short(y), anchor, words,
    )  # fmt: skip


def _together(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _points(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _short(number: float) -> float:
    return round(number, 1)
