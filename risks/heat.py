"""What the pictures of risks show: how many stand where, which are the worst and where they move, and what one has
scored. Everything is asked in a number of queries that does not grow; `risks/pictures.py` draws it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from common.labelled import Labelled
from risks import pictures, rules
from risks.figures import list_url
from risks.filters import THREATS
from risks.rules import LEVELS, Band, Cause, Kind, Matrix, State

MOST_LINES = 12
MOST_SCORINGS = 100
# What the pictures of a contract or a supplier need of each risk.
WANTED = (
    "pk", "title", "reference", "kind", "score", "score_before", "likelihood", "impact",
    "inherent_score", "inherent_likelihood", "inherent_impact",
    "target_score", "target_likelihood", "target_impact",
)  # fmt: skip

Row = Mapping[str, Any]
Counts = Mapping[tuple[int | None, int | None], int]


class Scored(Labelled):
    """Which of the three scores a picture shows."""

    NOW = "now", "Now"
    INHERENT = "inherent", "With nothing done"
    TARGET = "target", "What we aim at"

    @property
    def prefix(self) -> str:
        return "" if self is Scored.NOW else f"{self.value}_"


def asked_for(request) -> Scored:
    """`?scored=target`; what it is now where nothing is asked that we know."""
    known = {scored.value: scored for scored in Scored}
    return known.get(request.GET.get("scored", ""), Scored.NOW)


def switch(request, current: Scored, *, anchor: str = "") -> list[dict[str, Any]]:
    """The links between the three pictures, for components/tabs.html; the rest of the address stays."""
    found = []
    for scored in Scored:
        query = request.GET.copy()
        for name in ("page", "export", "scored"):
            query.pop(name, None)
        if scored is not Scored.NOW:
            query["scored"] = scored.value
        url = f"{request.path}?{query.urlencode()}{anchor}" if query else f"{request.path}{anchor}"
        found.append({"label": scored.label, "url": url, "current": scored is current})
    return found


def scored_in_address(scored: Scored) -> dict[str, str]:
    """How the list is asked for cells of this picture."""
    return {} if scored is Scored.NOW else {"scored": scored.value}


# --- The heat map ---------------------------------------------------------------------------------


def counts(risks, scored: Scored = Scored.NOW) -> dict[tuple[int | None, int | None], int]:
    """{(likelihood, impact): how many}, in one query; (None, None) where this score is not known."""
    levels = (f"{scored.prefix}likelihood", f"{scored.prefix}impact")
    found = (
        risks.order_by().values(*levels).annotate(number=Count("pk")).values_list(*levels, "number")
    )
    return {(likelihood, impact): number for likelihood, impact, number in found}


def counts_of(rows: Iterable[Row], scored: Scored = Scored.NOW) -> Counts:
    """The same of rows that are loaded already."""
    return Counter(
        (row[f"{scored.prefix}likelihood"], row[f"{scored.prefix}impact"]) for row in rows
    )  # fmt: skip


@dataclass(frozen=True)
class Heat:
    """How many risks stand in each cell, as a picture, as a table and in words."""

    counts: Counts
    matrix: Matrix
    scored: Scored
    label: str
    url_of_cell: Callable[[int, int], str] | None
    switch: Sequence[dict[str, Any]] = ()

    @cached_property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def missing(self) -> int:
        return self.counts.get((None, None), 0)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        """The table: the most likely first, and in each line the least serious."""
        return [
            {
                "word": self.matrix.likelihoods[likelihood - 1],
                "cells": [self._cell(likelihood, impact) for impact in LEVELS],
            }
            for likelihood in reversed(LEVELS)
        ]

    def _cell(self, likelihood: int, impact: int) -> pictures.Cell:
        number = self.counts.get((likelihood, impact), 0)
        band = self.matrix.band(self.matrix.score(likelihood, impact)) or Band.LOW
        levels = f"{self.matrix.likelihoods[likelihood - 1]}, {self.matrix.impacts[impact - 1]}"
        words = f"{levels}: {_count_of(number, 'risk')}, {band.label.lower()}"
        url = self.url_of_cell(likelihood, impact) if self.url_of_cell and number else ""
        return pictures.Cell(likelihood, impact, band, number, words, url)

    @property
    def picture(self) -> SafeString:
        cells = (cell for line in self.lines for cell in line["cells"])
        return pictures.heat_map(cells, matrix=self.matrix, label=f"{self.label}. {self.sentence}")

    @cached_property
    def by_band(self) -> dict[Band, int]:
        found = dict.fromkeys(Band, 0)
        for line in self.lines:
            for cell in line["cells"]:
                found[cell.band] += cell.number
        return found

    @property
    def key(self) -> list[tuple[Band, str]]:
        """What each colour and letter means, the worst first: (band, which scores)."""
        return [(band, scores_of(self.matrix, band)) for band in reversed(Band)]

    @property
    def sentence(self) -> str:
        """`9 risks: 1 critical, 3 high, 5 medium. 2 have no target.`"""
        known = self.total - self.missing
        parts = [f"{n:,} {band.label.lower()}" for band, n in reversed(self.by_band.items()) if n]
        words = f"{_count_of(known, 'risk')}: {', '.join(parts)}." if known else "No risk to show."
        if self.missing:
            what = {
                Scored.NOW: "not scored",
                Scored.INHERENT: "not scored with nothing done",
                Scored.TARGET: "without a target",
            }[self.scored]
            words += f" {self.missing:,} {what}."
        return words


def heat_map(
    counts: Counts,
    matrix: Matrix,
    *,
    url_of_cell: Callable[[int, int], str] | None = None,
    label: str,
    scored: Scored = Scored.NOW,
    switch: Sequence[dict[str, Any]] = (),
) -> Heat:
    """For `risks/_heat_map.html`. Without `url_of_cell` the numbers are no links."""
    return Heat(counts, matrix, scored, label, url_of_cell, switch)


def scores_of(matrix: Matrix, band: Band) -> str:
    """
    >>> [scores_of(Matrix(), band) for band in Band]
    ['under 6', '6 to 12', '13 to 19', '20 or more']
    """
    begins, ends = matrix.range_of(band)
    if ends is None:
        return f"{begins} or more"
    if band is Band.LOW:
        return f"under {ends}"
    return f"{begins} to {ends - 1}" if ends - 1 > begins else str(begins)


def _count_of(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


# --- The worst, and where they move ---------------------------------------------------------------


@dataclass(frozen=True)
class Movement:
    """How many went up, came down and stayed since they were last scored."""

    up: int
    down: int
    same: int
    first: int  # scored once: nothing to compare with

    @property
    def in_words(self) -> str:
        """`3 went up, 1 came down, 5 stayed the same`; empty when nothing is known."""
        parts = (
            (self.up, "went up"), (self.down, "came down"), (self.same, "stayed the same"),
            (self.first, "scored for the first time"),
        )  # fmt: skip
        return ", ".join(f"{number:,} {words}" for number, words in parts if number)


def movement_of(rows: Iterable[Row]) -> Movement:
    up = down = same = first = 0
    for row in rows:
        if row["score"] is None:
            continue
        moved = rules.movement(row["score"], row["score_before"])
        if row["score_before"] is None:
            first += 1
        elif moved > 0:
            up += 1
        elif moved < 0:
            down += 1
        else:
            same += 1
    return Movement(up, down, same, first)


_SHORT = {"inherent": "Nothing done", "now": "Now", "target": "Target"}  # for a phone


@dataclass(frozen=True)
class Line:
    """One risk on its way from what it would be to what we want."""

    row: Row
    matrix: Matrix

    @property
    def url(self) -> str:
        return reverse("risks:risk", args=[self.row["pk"]])

    @property
    def title(self) -> str:
        return self.row["title"]

    @property
    def sub(self) -> str:
        """Its number, and what it is when it is more than a risk."""
        kind = "" if self.row["kind"] == Kind.RISK else Kind(self.row["kind"]).label
        return " · ".join(part for part in (self.row["reference"], kind) if part)

    @property
    def scores(self) -> list[tuple[str, int | None]]:
        return [
            (scored.value, self.row[f"{scored.prefix}score"])
            for scored in (Scored.INHERENT, Scored.NOW, Scored.TARGET)
        ]

    @property
    def stands(self) -> list[dict[str, Any]]:
        """For the table: the three scores with their bands."""
        return [
            {
                "label": Scored(kind).label,
                "short": _SHORT[kind],
                "score": score,
                "band": self.matrix.band(score),
            }
            for kind, score in self.scores
        ]

    @property
    def words(self) -> str:
        """`With nothing done 20, critical; now 12, medium; what we aim at not said`."""
        parts = []
        for stand in self.stands:
            band = stand["band"]
            said = f"{stand['score']}, {band.label.lower()}" if band else "not said"
            parts.append(f"{stand['label']} {said}")
        words = "; ".join(parts)
        return f"{words[:1]}{words[1:].lower()}"

    @property
    def picture(self) -> SafeString:
        return pictures.track(self.scores, matrix=self.matrix, label=f"{self.title}: {self.words}")

    @property
    def moved(self) -> int:
        return rules.movement(self.row["score"], self.row["score_before"])

    @property
    def movement(self) -> str:
        return rules.movement_in_words(self.row["score"], self.row["score_before"])


@dataclass(frozen=True)
class Arrows:
    """The worst risks as lines, how many more there are, and how all of them have moved."""

    lines: Sequence[Line]
    more: int
    movement: Movement
    marks = tuple(
        (pictures.mark(kind), Scored(kind).label) for kind in ("inherent", "now", "target")
    )


def arrows(rows: Sequence[Row], matrix: Matrix, *, most: int = MOST_LINES) -> Arrows:
    """For `risks/_arrows.html`: of rows with `WANTED`, the worst first."""
    scored = [row for row in rows if row["score"] is not None]
    worst = sorted(scored, key=lambda row: (-row["score"], row["pk"]))
    lines = [Line(row, matrix) for row in worst[:most]]
    return Arrows(lines, max(0, len(worst) - most), movement_of(rows))


# --- All pictures of a contract, or of a supplier -------------------------------------------------


def pictures_of(risks, matrix: Matrix, request, *, label: str, **asked: Any) -> dict[str, Any]:
    """`{"heat": …, "arrows": …}` of the open risks and issues among these, in one query.

    `asked` narrows the list to which the cells lead: `contract_id=`, `supplier_id=`. Opportunities have no place in it:
    what is likely and large is good there.
    """
    rows = list(risks.open().threats().order_by().values(*WANTED))
    return pictures_of_rows(rows, matrix, request, label=label, **asked)


def pictures_of_rows(
    rows: Sequence[Row], matrix: Matrix, request, *, label: str, **asked: Any
) -> dict[str, Any]:
    """The same of rows that are loaded already (`WANTED` of open risks and issues), without a query."""
    scored = asked_for(request)

    def url_of_cell(likelihood: int, impact: int) -> str:
        return list_url(
            state=State.OPEN.value, kind=THREATS, **asked, **scored_in_address(scored),
            likelihood=likelihood, impact=impact,
        )  # fmt: skip

    heat = heat_map(
        counts_of(rows, scored), matrix,
        url_of_cell=url_of_cell, label=label, scored=scored,
        switch=switch(request, scored, anchor="#heat-map"),
    )  # fmt: skip
    return {"heat": heat, "arrows": arrows(rows, matrix)}


# --- One risk -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """Where one risk stands on the board, and where it was and is to be."""

    picture: SafeString
    stands: Sequence[dict[str, Any]]


def standing(risk, matrix: Matrix) -> Standing:
    """For `risks/_standing.html`: without a query."""
    marks, stands = [], []
    for scored in (Scored.INHERENT, Scored.NOW, Scored.TARGET):
        likelihood = getattr(risk, f"{scored.prefix}likelihood")
        impact = getattr(risk, f"{scored.prefix}impact")
        score = getattr(risk, f"{scored.prefix}score")
        band = matrix.band(score)
        words = "not said"
        if band:
            levels = f"{matrix.likelihoods[likelihood - 1]}, {matrix.impacts[impact - 1]}"
            words = f"{levels}: {score}, {band.label.lower()}"
            marks.append(
                pictures.Mark(scored.value, likelihood, impact, f"{scored.label}: {words}")
            )
        stands.append({
            "mark": pictures.mark(scored.value), "label": scored.label, "words": words,
            "score": score, "band": band,
        })  # fmt: skip
    label = ". ".join(f"{stand['label']}: {stand['words']}" for stand in stands)
    return Standing(pictures.standing(marks, matrix=matrix, label=f"{label}."), stands)


@dataclass(frozen=True)
class Scoring:
    """One line of a risk's past."""

    on: date
    score: int
    band: Band | None
    levels: str
    cause: str
    by: str
    words: str
    movement: str


@dataclass(frozen=True)
class ScoreHistory:
    """What a risk has scored over time, as a picture and as lines, the newest first."""

    picture: SafeString
    lines: Sequence[Scoring]
    sentence: str
    key: Sequence[tuple[SafeString, str]]
    target: int | None
    is_cut: bool


def score_history(risk, matrix: Matrix, *, today: date) -> ScoreHistory:
    """For `risks/_score_history.html`: the latest scorings of a risk, in one query."""
    latest = list(
        risk.scorings.select_related("by").order_by("-on", "-pk")[: MOST_SCORINGS + 1]
    )  # fmt: skip
    known = latest[:MOST_SCORINGS][::-1]
    moments = [
        pictures.Moment(s.on, s.score, Cause(s.cause), f"{_day(s.on)}: {s.score}, {_cause(s).lower()}")
        for s in known
    ]  # fmt: skip
    lines = []
    for number, scoring in enumerate(known):
        before = known[number - 1].score if number else None
        lines.append(
            Scoring(
                scoring.on, scoring.score, matrix.band(scoring.score),
                f"{matrix.likelihoods[scoring.likelihood - 1]}, {matrix.impacts[scoring.impact - 1]}",
                _cause(scoring), str(scoring.by) if scoring.by else "", scoring.words,
                rules.movement_in_words(scoring.score, before) if number else "",
            )
        )  # fmt: skip
    until = risk.closed_on or today
    sentence = _told(known, risk, matrix)
    drawn = pictures.score_history(
        moments, target=risk.target_score, until=until, matrix=matrix, label=sentence
    )
    used = {moment.cause for moment in moments}
    key = [(pictures.cause_mark(cause), cause.label) for cause in Cause if cause in used]
    return ScoreHistory(
        drawn, lines[::-1], sentence, key, risk.target_score, len(latest) > MOST_SCORINGS
    )


def _cause(scoring) -> str:
    return Cause(scoring.cause).label


def _day(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def _told(known, risk, matrix: Matrix) -> str:
    """`Scored 4 times since 3 May 2025: 20 at first, 12 now. The target is 6.`"""
    if not known:
        return "It has not been scored yet."
    times = "once" if len(known) == 1 else f"{len(known)} times"
    first, last = known[0], known[-1]
    words = f"Scored {times} since {_day(first.on)}: {first.score} at first, {last.score} now."
    if len(known) == 1:
        words = f"Scored once, on {_day(first.on)}: {first.score}."
    scores = [scoring.score for scoring in known]
    if max(scores) > max(first.score, last.score):
        words += f" The most was {max(scores)}."
    if risk.target_score is None:
        return f"{words} It has no target."
    reached = " and is reached" if last.score <= risk.target_score else ""
    return f"{words} The target is {risk.target_score}{reached}."
