"""The Kraljic board as a picture, styled in `static/app/segmentation.css`.

Suppliers are links, the most important first, so that a keyboard goes through them in that order. What the picture
says stands in the table beside it too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import cos, hypot, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from suppliers.segmentation import rules
from suppliers.segmentation.rules import Quadrant

WIDTH, HEIGHT = 760, 620
LEFT, RIGHT, TOP, BOTTOM = 56, 748, 12, 568
MIDDLE_X, MIDDLE_Y = (LEFT + RIGHT) / 2, (TOP + BOTTOM) / 2
RADIUS = 7
LETTER, LINE = 6.6, 15  # about as wide as a letter of a name, and as high
LONGEST_NAME = 30
MOST_NAMES = 30

Scores = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Spot:
    """A supplier on the board: where it is, where it was, and what is amiss with it."""

    name: str
    url: str
    scores: Scores
    before: Scores | None = None
    no_sro: bool = False
    overdue: bool = False

    @property
    def sentence(self) -> str:
        risk, impact = map(rules.plain, self.scores)
        amiss = (", no SRO" if self.no_sro else "") + (", review overdue" if self.overdue else "")
        where = rules.quadrant(*self.scores).label.lower()
        return f"{self.name}: {where}, supply risk {risk}, business impact {impact}{amiss}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A spot with the place that was found for it, and for its name if there was room."""

    spot: Spot
    x: float
    y: float
    name_at: tuple[float, float, str] | None = None


def board(spots: Sequence[Spot], *, label: str) -> SafeString:
    """The board with these suppliers, which come the most important first; `label` is read aloud before them."""
    drawn = list(_with_names(_side_by_side(spots)))
    return format_html(
        '<svg class="app-chart app-board" role="group" aria-label="{}" viewBox="0 0 {} {}" focusable="false">{}{}{}{}</svg>',
        label, WIDTH, HEIGHT, _field(), _axes(),
        format_html_join("", "{}", ((_arrow(d),) for d in drawn if d.spot.before)),
        format_html_join("", "{}", ((_point(d),) for d in drawn)),
    )  # fmt: skip


def path(scores: Sequence[Scores], *, label: str) -> SafeString:
    """How one supplier has moved: its placements, the earliest first, joined by arrows."""
    places = [Drawn(Spot("", "", now, before), *_at(now)) for before, now in pairwise(scores)]
    dots = [
        format_html('<circle class="app-board__earlier" cx="{}" cy="{}" r="4"></circle>', *_at(s))
        for s in scores[:-1]
    ]
    last = format_html(
        '<circle class="app-board__now" cx="{}" cy="{}" r="9"></circle>', *_at(scores[-1])
    )
    return format_html(
        '<svg class="app-chart app-board app-board--small" role="img" aria-label="{}" viewBox="0 0 {} {}" focusable="false">{}{}{}{}{}</svg>',
        label, WIDTH, HEIGHT, _field(), _axes(),
        format_html_join("", "{}", ((_arrow(p),) for p in places)),
        format_html_join("", "{}", ((dot,) for dot in dots)), last,
    )  # fmt: skip


# --- The field ------------------------------------------------------------------------------------

# Where each quadrant begins, and where its name stands: in the outer corner.
_CORNERS = (
    (Quadrant.LEVERAGE, LEFT, TOP, LEFT + 10, TOP + 22, "start"),
    (Quadrant.STRATEGIC, MIDDLE_X, TOP, RIGHT - 10, TOP + 22, "end"),
    (Quadrant.NON_CRITICAL, LEFT, MIDDLE_Y, LEFT + 10, BOTTOM - 10, "start"),
    (Quadrant.BOTTLENECK, MIDDLE_X, MIDDLE_Y, RIGHT - 10, BOTTOM - 10, "end"),
)


def _field() -> SafeString:
    areas = (
        (slugify(quadrant.label), x, y, MIDDLE_X - LEFT, MIDDLE_Y - TOP)
        for quadrant, x, y, *_ in _CORNERS
    )
    names = ((x, y, anchor, quadrant.label) for quadrant, _, _, x, y, anchor in _CORNERS)
    return format_html(
        "{}{}",
        format_html_join(
            "",
            '<rect class="app-board__area app-board__area--{}" x="{}" y="{}" width="{}" height="{}"></rect>',
            areas,
        ),
        format_html_join(
            "",
            '<text class="app-board__quadrant" x="{}" y="{}" text-anchor="{}">{}</text>',
            names,
        ),
    )


def _axes() -> SafeString:
    across, up = BOTTOM + 46, LEFT - 38
    words = (
        ("0", LEFT, BOTTOM + 20, "start", ""), ("50", MIDDLE_X, BOTTOM + 20, "middle", ""),
        ("100", RIGHT, BOTTOM + 20, "end", ""), ("Supply risk →", MIDDLE_X, across, "middle", ""),
        ("0", LEFT - 8, BOTTOM, "end", ""), ("50", LEFT - 8, MIDDLE_Y + 5, "end", ""),
        ("100", LEFT - 8, TOP + 10, "end", ""),
        ("Business impact →", up, MIDDLE_Y, "middle", f"rotate(-90 {up} {MIDDLE_Y})"),
    )  # fmt: skip
    return format_html_join(
        "",
        '<text class="app-chart__text" x="{1}" y="{2}" text-anchor="{3}" transform="{4}">{0}</text>',
        words,
    )


# --- Where things stand ---------------------------------------------------------------------------


def _at(scores: Scores) -> tuple[float, float]:
    """The place of two scores, a little inside its quadrant: a point on the line would lie in two."""
    risk, impact = scores
    x = LEFT + float(risk) / 100 * (RIGHT - LEFT)
    y = BOTTOM - float(impact) / 100 * (BOTTOM - TOP)
    return _inside(x, y, rules.quadrant(risk, impact))


def _inside(x: float, y: float, quadrant: Quadrant) -> tuple[float, float]:
    edge = RADIUS + 2
    right = quadrant in (Quadrant.STRATEGIC, Quadrant.BOTTLENECK)
    above = quadrant in (Quadrant.STRATEGIC, Quadrant.LEVERAGE)
    low_x, high_x = (MIDDLE_X, RIGHT) if right else (LEFT, MIDDLE_X)
    low_y, high_y = (TOP, MIDDLE_Y) if above else (MIDDLE_Y, BOTTOM)
    return (
        round(min(max(x, low_x + edge), high_x - edge), 1),
        round(min(max(y, low_y + edge), high_y - edge), 1),
    )


# Away from a place that is taken, in rings.
_STEPS = [(0.0, 0.0)] + [
    (ring * (RADIUS * 2 + 2) * cos(turn), ring * (RADIUS * 2 + 2) * sin(turn))
    for ring in (1, 2, 3, 4, 5)
    for turn in (pi * part / (3 * ring) for part in range(6 * ring))
]


def _side_by_side(spots: Iterable[Spot]) -> Iterator[Drawn]:
    """Suppliers with the same scores are drawn beside each other, within their quadrant."""
    taken: list[tuple[float, float]] = []
    for spot in spots:
        home, quadrant = _at(spot.scores), rules.quadrant(*spot.scores)
        places = (_inside(home[0] + dx, home[1] + dy, quadrant) for dx, dy in _STEPS)
        x, y = next((p for p in places if _is_free(p, taken)), home)
        taken.append((x, y))
        yield Drawn(spot, x, y)


def _is_free(place: tuple[float, float], taken: Iterable[tuple[float, float]]) -> bool:
    return all(hypot(place[0] - x, place[1] - y) >= RADIUS * 2 for x, y in taken)


Box = tuple[float, float, float, float]


def _with_names(drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """Names for the most important, as far as there is room: the table has all of them."""
    drawn = list(drawn)
    points = [(d.x - RADIUS, d.y - RADIUS, d.x + RADIUS, d.y + RADIUS) for d in drawn]
    corners = [(x - 100, y - 14, x + 100, y + 3) for *_, x, y, _ in _CORNERS]
    boxes: list[Box] = [*points, *corners]
    arrows = [box for d in drawn for box in _along_arrow(d)]
    named = 0
    for d in drawn:
        room = None
        if named < MOST_NAMES:
            # A name may cross an arrow where there is no better place, but never a point or another name.
            room = _room_for_name(d, [*boxes, *arrows]) or _room_for_name(d, boxes)
        if room:
            box, at = room
            boxes.append(box)
            named += 1
            d = Drawn(d.spot, d.x, d.y, at)
        yield d


def _along_arrow(d: Drawn) -> Iterator[Box]:
    if d.spot.before is None:
        return
    from_x, from_y = _at(d.spot.before)
    parts = int(hypot(d.x - from_x, d.y - from_y) / 6)
    for part in range(parts):
        x, y = from_x + (d.x - from_x) * part / parts, from_y + (d.y - from_y) * part / parts
        yield x - 1, y - 1, x + 1, y + 1


def _room_for_name(d: Drawn, boxes: Sequence[Box]) -> tuple[Box, tuple[float, float, str]] | None:
    long = min(len(d.spot.name), LONGEST_NAME) * LETTER
    gap = RADIUS + 4
    tries = (
        (
            (d.x + gap, d.y - LINE / 2, d.x + gap + long, d.y + LINE / 2),
            (d.x + gap, d.y + 4, "start"),
        ),
        (
            (d.x - gap - long, d.y - LINE / 2, d.x - gap, d.y + LINE / 2),
            (d.x - gap, d.y + 4, "end"),
        ),
        (
            (d.x - long / 2, d.y - gap - LINE, d.x + long / 2, d.y - gap),
            (d.x, d.y - gap - 2, "middle"),
        ),
        (
            (d.x - long / 2, d.y + gap, d.x + long / 2, d.y + gap + LINE),
            (d.x, d.y + gap + 11, "middle"),
        ),
    )
    own = (d.x - RADIUS, d.y - RADIUS, d.x + RADIUS, d.y + RADIUS)
    for box, at in tries:
        fits = box[0] >= LEFT and box[2] <= RIGHT and box[1] >= TOP and box[3] <= BOTTOM
        if fits and not any(_overlap(box, other) for other in boxes if other != own):
            return box, at
    return None


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


# --- What is drawn --------------------------------------------------------------------------------


def _point(d: Drawn) -> SafeString:
    return format_html(
        '<a class="app-board__point{}{}" href="{}" aria-label="{}"><title>{}</title>{}{}</a>',
        " app-board__point--no-sro" if d.spot.no_sro else "",
        " app-board__point--overdue" if d.spot.overdue else "",
        d.spot.url, d.spot.sentence, d.spot.sentence, _mark(d), _name(d),
    )  # fmt: skip


def _mark(d: Drawn) -> SafeString:
    """A circle; a square on its corner for what is amiss, so that the difference does not rest on colour."""
    if not d.spot.no_sro:
        return format_html('<circle cx="{}" cy="{}" r="{}"></circle>', d.x, d.y, RADIUS)
    r = RADIUS + 2
    corners = ((d.x, d.y - r), (d.x + r, d.y), (d.x, d.y + r), (d.x - r, d.y))
    return format_html(
        '<polygon points="{}"></polygon>', " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    )


def _name(d: Drawn) -> SafeString:
    if d.name_at is None:
        return mark_safe("")
    x, y, anchor = d.name_at
    name = d.spot.name
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…"
    return format_html(
        '<text class="app-board__name" x="{}" y="{}" text-anchor="{}">{}</text>',
        round(x, 1), round(y, 1), anchor, shown,
    )  # fmt: skip


def _arrow(d: Drawn) -> SafeString:
    """From where the supplier was to the rim of its point; nothing when it has hardly moved."""
    if d.spot.before is None:
        return mark_safe("")
    from_x, from_y = _at(d.spot.before)
    length = hypot(d.x - from_x, d.y - from_y)
    if length < RADIUS * 3:
        return mark_safe("")
    along_x, along_y = (d.x - from_x) / length, (d.y - from_y) / length
    tip_x, tip_y = d.x - along_x * (RADIUS + 3), d.y - along_y * (RADIUS + 3)
    back_x, back_y = tip_x - along_x * 9, tip_y - along_y * 9
    head = (
        (tip_x, tip_y),
        (back_x - along_y * 4.5, back_y + along_x * 4.5),
        (back_x + along_y * 4.5, back_y - along_x * 4.5),
    )
    return format_html(
        '<line class="app-board__arrow" x1="{}" y1="{}" x2="{}" y2="{}"></line><polygon class="app-board__head" points="{}"></polygon>',
        from_x, from_y, round(back_x, 1), round(back_y, 1),
        " ".join(f"{x:.1f},{y:.1f}" for x, y in head),
    )  # fmt: skip
