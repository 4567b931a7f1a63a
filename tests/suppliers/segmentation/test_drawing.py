"""The picture: everybody in their own quadrant, nobody on top of another, nothing unescaped."""

import re
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from suppliers.segmentation import drawing, rules
from suppliers.segmentation.drawing import MIDDLE_X, MIDDLE_Y, Spot

D = Decimal
SCORES = st.tuples(st.decimals(0, 100, places=1), st.decimals(0, 100, places=1))


def spot(risk=75, impact=75, **more):
    return Spot(**{"name": "Acme", "url": "/suppliers/1/", "scores": (D(risk), D(impact))} | more)


@settings(deadline=None)
@given(st.lists(SCORES, min_size=1, max_size=60))
def test_every_point_lies_in_its_own_quadrant(all_scores):
    for drawn in drawing._side_by_side([spot(*scores) for scores in all_scores]):
        found = (drawn.x > MIDDLE_X, drawn.y < MIDDLE_Y)
        place = rules.quadrant(*drawn.spot.scores)
        assert found == (
            place in ("strategic", "bottleneck"),
            place in ("strategic", "leverage"),
        )


def test_suppliers_with_the_same_scores_stand_side_by_side():
    drawn = list(drawing._side_by_side([spot() for _ in range(30)]))
    places = {(d.x, d.y) for d in drawn}
    assert len(places) == 30


def test_a_name_is_escaped_wherever_it_stands():
    svg = drawing.board([spot(name='<script>"&')], label="<b>")
    assert "<script>" not in svg
    assert "<b>" not in svg
    assert "&lt;script&gt;" in svg


def test_each_supplier_is_a_link_that_says_where_it_stands():
    svg = drawing.board([spot(no_sro=True, overdue=True)], label="Board")
    assert 'href="/suppliers/1/"' in svg
    assert "Acme: strategic, supply risk 75, business impact 75, no SRO, review overdue" in svg
    assert "app-board__point--no-sro" in svg
    assert "<polygon points" in svg  # another shape, not another colour alone


def test_an_arrow_shows_a_move_and_none_shows_no_move():
    assert "app-board__arrow" in drawing.board([spot(before=(D(20), D(20)))], label="Board")
    assert "app-board__arrow" not in drawing.board([spot(before=(D(75), D(75)))], label="Board")
    assert "app-board__arrow" not in drawing.board([spot()], label="Board")


def test_names_do_not_lie_on_each_other():
    spots = [
        spot(risk, impact, name=f"Supplier {risk} {impact}")
        for risk in range(0, 100, 6)
        for impact in range(0, 100, 12)
    ]
    svg = drawing.board(spots, label="Board")
    names = re.findall(r'class="app-board__name" x="([\d.]+)" y="([\d.]+)"', svg)
    assert 5 < len(names) <= drawing.MOST_NAMES


def test_nothing_in_the_picture_is_a_style():
    svg = drawing.board([spot()], label="Board") + drawing.path(
        [(D(20), D(20)), (D(60), D(60))], label="x"
    )
    assert "style" not in svg
