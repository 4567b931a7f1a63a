"""Pictures of risks say in words what they show, never draw what is not known, and lead to what they count."""

import re
from datetime import date
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from risks import heat, pictures
from risks.heat import Scored
from risks.rules import LEVELS, Cause, Matrix

MATRIX = Matrix()
LEVEL = st.sampled_from(LEVELS)


def parsed(svg):
    """The picture as elements: every test also proves that it is well formed."""
    return ElementTree.fromstring(svg)  # noqa: S314 - our own text


def having(svg, class_):
    return [part for part in parsed(svg).iter() if class_ in (part.get("class") or "").split()]


def heat_of(counts, **options):
    options = {"label": "Risks", "url_of_cell": lambda *cell: f"/{cell[0]}/{cell[1]}", **options}
    return heat.heat_map(counts, options.pop("matrix", MATRIX), **options)


def row(number=1, **values):
    """A row as the pictures of a contract want it: a risk that is likely and major, and nothing more said."""
    levels = {"likelihood": 4, "impact": 4, "inherent_likelihood": None, "inherent_impact": None,
              "target_likelihood": None, "target_impact": None}  # fmt: skip
    levels |= {name: value for name, value in values.items() if name in levels}
    scores = {
        f"{prefix}score": MATRIX.score(levels[f"{prefix}likelihood"], levels[f"{prefix}impact"])
        for prefix in ("", "inherent_", "target_")
    }
    said = {
        "pk": number,
        "title": f"Risk {number}",
        "reference": "",
        "kind": "risk",
        "score_before": None,
    }
    return said | levels | scores | values


# --- The heat map ---------------------------------------------------------------------------------


def test_each_cell_with_risks_is_a_link_that_says_what_it_counts():
    picture = heat_of({(4, 4): 3, (1, 2): 1}).picture
    assert [(a.get("href"), a.get("aria-label")) for a in having(picture, "app-heat__link")] == [
        ("/4/4", "Likely, Major: 3 risks, high"), ("/1/2", "Rare, Minor: 1 risk, low"),
    ]  # fmt: skip


def test_cells_without_risks_are_neither_links_nor_numbers():
    picture = heat_of({(4, 4): 3}).picture
    assert len(having(picture, "app-heat__cell")) == 25
    assert [n.text for n in having(picture, "app-heat__number")] == ["3"]
    assert len(having(picture, "app-heat__link")) == 1


def test_a_band_is_a_letter_as_well_as_a_colour():
    letters = [text.text for text in having(heat_of({}).picture, "app-heat__band")]
    assert sorted(set(letters)) == ["C", "H", "L", "M"]
    assert len(letters) == 25


def test_the_bands_are_those_of_the_matrix_that_counts():
    stern = Matrix(medium=2, high=3, critical=4)
    assert heat_of({(2, 2): 1}, matrix=stern).lines[3]["cells"][1].band == "critical"
    assert heat_of({(2, 2): 1}).lines[3]["cells"][1].band == "low"


def test_a_heat_map_without_links_is_one_picture_with_its_sentence():
    picture = parsed(heat_of({(4, 4): 3}, url_of_cell=None).picture)
    assert picture.get("role") == "img"
    assert picture.get("aria-label") == "Risks. 3 risks: 3 high."


def test_the_table_says_what_the_picture_says():
    made = heat_of({(5, 1): 2, (1, 5): 7})
    assert [line["word"] for line in made.lines] == list(reversed(MATRIX.likelihoods))
    assert [cell.number for cell in made.lines[0]["cells"]] == [2, 0, 0, 0, 0]
    assert [cell.number for cell in made.lines[-1]["cells"]] == [0, 0, 0, 0, 7]


def test_what_is_not_scored_is_said_and_not_drawn():
    made = heat_of({(4, 4): 3, (None, None): 2}, scored=Scored.TARGET)
    assert made.sentence == "3 risks: 3 high. 2 without a target."
    assert sum(cell.number for line in made.lines for cell in line["cells"]) == 3


def test_nothing_to_count_is_said():
    assert heat_of({}).sentence == "No risk to show."


@given(st.dictionaries(st.tuples(LEVEL, LEVEL), st.integers(1, 10**6)))
def test_no_risk_is_lost_between_the_counts_and_the_bands(counts):
    made = heat_of(counts)
    assert sum(made.by_band.values()) == made.total == sum(counts.values())


def test_words_of_a_matrix_are_escaped():
    matrix = Matrix(impacts=("<b>", "Minor", "Moderate", "Major", 'Severe"'))
    picture = heat_of({(1, 1): 1, (1, 5): 1}, matrix=matrix).picture
    assert "<b>" not in picture
    assert parsed(picture) is not None


def test_a_very_long_word_of_a_matrix_is_cut_and_pressed_together():
    matrix = Matrix(
        impacts=("Catastrophically-insignificant", "Minor", "Moderate", "Major", "Severe")
    )
    word = having(heat_of({}, matrix=matrix).picture, "app-heat__word")[1]
    assert word.text == "Catastrophicall…"
    assert float(word.get("textLength")) < pictures.CELL_WIDTH


# --- Which score is shown -------------------------------------------------------------------------


def test_the_switch_keeps_the_rest_of_the_address():
    request = RequestFactory().get(
        "/risks/heat-map/", {"unit": "3", "scored": "target", "page": "2"}
    )
    assert heat.asked_for(request) is Scored.TARGET
    assert [(c["label"], c["url"], c["current"]) for c in heat.switch(request, Scored.TARGET)] == [
        ("Now", "/risks/heat-map/?unit=3", False),
        ("With nothing done", "/risks/heat-map/?unit=3&scored=inherent", False),
        ("What we aim at", "/risks/heat-map/?unit=3&scored=target", True),
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["", "all", "NOW", "\x00"])
def test_an_unknown_score_shows_what_it_is_now(asked):
    assert heat.asked_for(RequestFactory().get("/", {"scored": asked})) is Scored.NOW


def test_each_score_counts_its_own_levels():
    rows = [row(inherent_likelihood=5, inherent_impact=5), row(2, likelihood=1, impact=1)]
    assert heat.counts_of(rows) == {(4, 4): 1, (1, 1): 1}
    assert heat.counts_of(rows, Scored.INHERENT) == {(5, 5): 1, (None, None): 1}


# --- The worst as lines ---------------------------------------------------------------------------


def test_the_worst_come_first_and_the_others_are_counted():
    rows = [row(n, likelihood=1 + n % 5) for n in range(1, 15)]
    made = heat.arrows(rows, MATRIX, most=3)
    assert [line.row["pk"] for line in made.lines] == [4, 9, 14]
    assert {line.row["score"] for line in made.lines} == {20}
    assert made.more == 11


def test_a_line_says_its_three_scores():
    line = heat.arrows([row(inherent_likelihood=5, inherent_impact=4)], MATRIX).lines[0]
    assert line.words == "With nothing done 20, critical; now 16, high; what we aim at not said"
    assert parsed(line.picture).get("aria-label") == f"Risk 1: {line.words}"


def test_what_is_not_known_has_no_mark():
    line = heat.arrows([row(target_likelihood=1, target_impact=4)], MATRIX).lines[0]
    assert len(having(line.picture, "app-risk-mark")) == 2
    assert not having(line.picture, "app-risk-mark--inherent")


@given(st.lists(st.tuples(LEVEL, LEVEL), min_size=3, max_size=3))
def test_marks_stay_inside_their_line(levels):
    scores = [
        (kind, MATRIX.score(*level))
        for kind, level in zip(("inherent", "now", "target"), levels, strict=True)
    ]
    for circle in having(pictures.track(scores, matrix=MATRIX, label="L"), "app-risk-mark"):
        if circle.get("cx"):
            assert 8 <= float(circle.get("cx")) <= pictures.TRACK_WIDTH - 8


def test_a_line_of_nothing_is_nothing():
    assert pictures.track([("now", None)], matrix=MATRIX, label="L") == ""


def test_movement_is_counted_in_words():
    rows = [
        row(1, score_before=12),
        row(2, score_before=20),
        row(3, score_before=20),
        row(4, score_before=16),
        row(5),
    ]
    assert heat.movement_of(rows).in_words == (
        "1 went up, 2 came down, 1 stayed the same, 1 scored for the first time"
    )


def test_nothing_moved_where_nothing_is_scored():
    assert heat.movement_of([row(likelihood=None, impact=None)]).in_words == ""


# --- One risk -------------------------------------------------------------------------------------


def risk_of(*scorings, target=None, closed_on=None):
    kept = [
        SimpleNamespace(pk=n, on=on, likelihood=likelihood, impact=impact, score=likelihood * impact,
                        cause=cause, by=None, words="")
        for n, (on, likelihood, impact, cause) in enumerate(scorings)
    ]  # fmt: skip

    class Kept(list):
        def select_related(self, *names):
            return self

        def order_by(self, *names):
            return Kept(reversed(self))

    return SimpleNamespace(scorings=Kept(kept), target_score=target, closed_on=closed_on)


def told(risk, today=date(2026, 11, 27)):
    return heat.score_history(risk, MATRIX, today=today)


FIRST, SECOND = date(2026, 1, 5), date(2026, 6, 1)


def test_a_score_holds_until_the_next_one():
    made = told(risk_of((FIRST, 5, 4, "raised"), (SECOND, 2, 4, "reviewed")))
    (line,) = having(made.picture, "app-score__line")
    corners = [tuple(map(float, corner.split(","))) for corner in line.get("points").split()]
    assert len(corners) == 4
    assert corners[0][1] == corners[1][1]
    assert corners[1][0] == corners[2][0]
    assert corners[2][1] == corners[3][1] > corners[0][1]
    assert corners[3][0] > corners[2][0]


def test_the_history_is_told_in_a_sentence_and_line_by_line():
    made = told(risk_of((FIRST, 5, 4, "raised"), (SECOND, 2, 4, "reviewed"), target=8))
    assert made.sentence == (
        "Scored 2 times since 5 January 2026: 20 at first, 8 now. The target is 8 and is reached."
    )
    assert [(line.on, line.score, line.band, line.cause, line.movement) for line in made.lines] == [
        (SECOND, 8, "medium", "Reviewed", "Down from 20"), (FIRST, 20, "critical", "Entered", ""),
    ]  # fmt: skip


def test_the_worst_in_between_is_not_forgotten():
    scorings = (
        (FIRST, 2, 2, "raised"),
        (SECOND, 5, 5, "happened"),
        (date(2026, 7, 1), 2, 3, "reviewed"),
    )
    assert "The most was 25." in told(risk_of(*scorings)).sentence


def test_each_cause_has_a_shape_and_a_key():
    made = told(
        risk_of(*((date(2026, n + 1, 1), 3, 3, cause.value) for n, cause in enumerate(Cause)))
    )
    assert [words for _, words in made.key] == [cause.label for cause in Cause]
    for cause in Cause:
        assert len(having(made.picture, f"app-score__mark--{cause.value}")) == 1


def test_what_was_never_scored_says_so():
    made = told(risk_of())
    assert (made.sentence, made.picture) == ("It has not been scored yet.", "")


def test_a_closed_risk_is_drawn_to_the_day_it_was_closed():
    open_, closed = (
        told(risk_of((FIRST, 3, 3, "raised"), closed_on=on)).picture for on in (None, SECOND)
    )
    assert "27 Nov 2026" in open_
    assert "27 Nov 2026" not in closed
    assert "1 Jun 2026" in closed


@given(
    st.lists(
        st.tuples(st.dates(date(1990, 1, 1), date(2026, 11, 27)), LEVEL, LEVEL),
        min_size=1,
        max_size=30,
    )
)
def test_any_past_can_be_drawn_inside_its_frame(past):
    scorings = [(on, likelihood, impact, "reviewed") for on, likelihood, impact in sorted(past)]
    picture = told(risk_of(*scorings, target=4)).picture
    for x, y in re.findall(
        r"(-?[\d.]+),(-?[\d.]+)", having(picture, "app-score__line")[0].get("points")
    ):
        assert 0 <= float(x) <= pictures.CHART_WIDTH
        assert 0 <= float(y) <= pictures.CHART_HEIGHT


def test_a_risk_stands_where_it_is_with_arrows_to_where_it_goes():
    risk = SimpleNamespace(
        **row(inherent_likelihood=5, inherent_impact=5, target_likelihood=1, target_impact=1)
    )
    made = heat.standing(risk, MATRIX)
    assert len(having(made.picture, "app-risk-mark")) == 3
    assert len(having(made.picture, "app-risk-arrow__head")) == 2
    assert [stand["words"] for stand in made.stands] == [
        "Almost certain, Severe: 25, critical", "Likely, Major: 16, high", "Rare, Negligible: 1, low",
    ]  # fmt: skip


def test_marks_in_one_cell_stand_beside_each_other():
    risk = SimpleNamespace(**row(inherent_likelihood=4, inherent_impact=4))
    places = {
        circle.get("cx") for circle in having(heat.standing(risk, MATRIX).picture, "app-risk-mark")
    }
    assert len(places) == 2


def test_a_risk_that_is_not_scored_has_no_place():
    made = heat.standing(SimpleNamespace(**row(likelihood=None, impact=None)), MATRIX)
    assert made.picture == ""
    assert [stand["words"] for stand in made.stands] == ["not said"] * 3
