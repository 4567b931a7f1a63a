"""Charts never divide by zero, never draw what is missing, and say in words what they show."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.charts import (
    LARGE,
    SMALL,
    Ahead,
    Band,
    Bar,
    Guide,
    Mark,
    Pair,
    Share,
    Spot,
    bars,
    pairs,
    process,
    shares,
    sparkline,
    time_line,
)

values = st.lists(
    st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=4), max_size=40
)  # fmt: skip
targets = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=4)


def spots_of(numbers, marks=None, targets=None):
    marks, targets = marks or {}, targets or {}
    return [
        Spot(f"Month {n}", value, "None" if value is None else f"{value}", mark=marks.get(n, ""),
             verdict=-1 if n in marks else 0, target=targets.get(n))
        for n, value in enumerate(numbers)
    ]  # fmt: skip


def drawn_of(numbers, **more):
    return process(spots_of(numbers), title="T", sentence="S.", **more)


def drawn(svg):
    """The parsed picture: every test also proves that it is well formed."""
    return ElementTree.fromstring(svg)  # noqa: S314 - our own text


def found(svg, class_):
    return [part for part in drawn(svg).iter() if part.get("class") == class_]


def heights(svg):
    """Every y of a picture's marks and lines."""
    for part in drawn(svg).iter():
        for key in ("cy", "y", "y1", "y2", "height"):
            if part.get(key):
                yield float(part.get(key))
        for corner in (part.get("points") or "").split():
            yield float(corner.split(",")[1])


@given(values, targets)
def test_a_sparkline_can_be_drawn_of_anything(numbers, target):
    svg = sparkline(numbers, label="Anything", target=target)
    assert bool(svg) is any(number is not None for number in numbers)
    if svg:
        assert all(0 <= y <= 32 for y in heights(svg))


@given(st.lists(st.integers(0, 10**6), max_size=20))
def test_bars_can_be_drawn_of_any_counts(counts):
    svg = bars([Bar(f"Quarter {n}", count, f"/{n}") for n, count in enumerate(counts)], label="All")
    if counts:
        assert len(found(svg, "app-bars__bar")) == sum(count > 0 for count in counts)
        assert len(found(svg, "app-bars__link")) == len(counts)


def test_a_missing_value_breaks_the_line():
    assert len(found(drawn_of([1, 2, None, 3, 4]), "app-chart__line")) == 2
    assert len(found(sparkline([1, 2, None, 3, 4], label="S"), "app-spark__line")) == 2


def test_a_missing_value_does_not_stretch_the_axis_to_zero():
    whole, gap = drawn_of([96, 97, 98]), drawn_of([96, None, 98])
    axis = [part.text for part in found(whole, "app-chart__text")]
    assert axis == [part.text for part in found(gap, "app-chart__text")]
    assert "0" not in axis


def test_a_known_zero_is_drawn():
    assert len(found(drawn_of([0, 5]), "app-process__routine")) == 2


def test_a_value_between_two_gaps_is_seen():
    assert found(sparkline([1, None, 2, None, 3], label="S"), "app-spark__alone")


def test_equal_values_lie_in_the_middle():
    (line,) = found(sparkline([5, 5], label="S"), "app-spark__line")
    assert {corner.split(",")[1] for corner in line.get("points").split()} == {"16.0"}


def test_the_axis_has_round_figures():
    svg = drawn_of([Decimal("96.2"), Decimal("98.9")])
    ticks = [part.text for part in found(svg, "app-chart__text")]
    assert [tick for tick in ticks if not tick.startswith("Month")] == [
        "96.0", "97.0", "98.0", "99.0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "figures"), [((4, 5), ["4", "5"]), ((5, 5), ["4", "5", "6"]), ((4, 40), None)]
)
def test_the_axis_never_writes_one_figure_twice(numbers, figures):
    svg = drawn_of(numbers, axis_text="{:.0f}".format, smallest_step=1)
    ticks = [part.text for part in found(svg, "app-chart__text")]
    ticks = [tick for tick in ticks if not tick.startswith("Month")]
    assert len(ticks) == len(set(ticks))
    assert figures in (None, ticks)


def test_the_latest_of_many_points_is_labelled():
    labels = [part.text for part in found(drawn_of(range(24)), "app-chart__text")]
    assert "Month 23" in labels
    assert "Month 22" not in labels


@pytest.mark.parametrize(
    "svg",
    [
        sparkline([1, 2], label='<b>"Bins" & more</b>', target=1),
        process(spots_of([1, None]), title="<script>", sentence='"&', target_text="<b>"),
        shares([Share("good", 1, "<u>")], label='"&'),
        bars([Bar("<i>", 2, '/?a="&b')], label="<u>"),
    ],
)
def test_words_are_escaped_and_nothing_is_styled_or_scripted_inline(svg):
    drawn(svg)
    assert not re.search(r"<(script|style|b|i|u)\b| style=| on\w+=", svg)


def test_pictures_are_named_for_those_who_do_not_see_them():
    picture = drawn(process(spots_of([1]), title="Calls & letters", sentence="Routine variation."))
    assert picture.get("role") == "img"
    first, second = list(picture)[:2]
    assert (first.tag, first.text) == ("title", "Calls & letters")
    assert (second.tag, second.text) == ("desc", "Routine variation.")
    assert drawn(sparkline([1], label="Steady")).get("aria-label") == "Steady"


def test_bars_are_a_group_of_links_with_their_counts():
    svg = bars(
        [Bar("January to March 2027", 4, "/contracts/?ends=q1", "4 contracts")], label="Ends"
    )
    (link,) = found(svg, "app-bars__link")
    assert drawn(svg).get("role") == "group"
    assert link.get("href") == "/contracts/?ends=q1"
    assert link.get("aria-label") == "January to March 2027: 4 contracts"


# --- A line of time -------------------------------------------------------------------------------


def line_of_time(marks=(), bands=None, **values):
    start, end = date(2024, 4, 1), date(2028, 3, 31)
    bands = bands or [Band(start, end, "Initial term", "initial")]
    values = {
        "start": start,
        "end": end,
        "today": date(2026, 1, 1),
        "label": "Ends in 2028.",
    } | values
    return str(time_line(bands, list(marks), **values))


def test_a_line_of_time_is_read_aloud_and_names_its_days():
    drawn = line_of_time([Mark(date(2025, 12, 31), "2", "Last day <b>", "notice")])
    assert 'aria-label="Ends in 2028."' in drawn
    assert "<title>Last day &lt;b&gt;: 31 December 2025</title>" in drawn
    assert "Initial term: 1 April 2024 to 31 March 2028" in drawn
    for year in (2025, 2026, 2027, 2028):
        assert f">{year}</text>" in drawn


def test_days_that_lie_close_together_stand_above_each_other():
    marks = [Mark(date(2026, 3, day), str(day), "Day") for day in (1, 2, 3, 30)]
    drawn = line_of_time(marks)
    heights = re.findall(r'app-line__circle" cx="[\d.]+" cy="([\d.]+)"', drawn)
    assert len(set(heights)) == len(marks)
    apart = [Mark(date(year, 3, 1), str(year), "Day") for year in (2025, 2026, 2027)]
    heights = re.findall(r'app-line__circle" cx="[\d.]+" cy="([\d.]+)"', line_of_time(apart))
    assert len(set(heights)) == 1


def test_a_bar_without_room_keeps_its_label_in_its_title():
    short = Band(date(2024, 4, 1), date(2024, 4, 20), "A very short option", "open")
    drawn = line_of_time(bands=[short])
    assert "app-line__label" not in drawn
    assert "<title>A very short option: " in drawn


@pytest.mark.parametrize("day", [date(2024, 4, 1), date(1950, 1, 1), date(2150, 1, 1)])
def test_a_line_of_no_length_or_far_from_today_is_drawn(day):
    drawn = line_of_time(start=day, end=day, bands=[Band(day, day, "One day")])
    assert "NaN" not in drawn
    assert "Today" in drawn


# --- pairs of bars ------------------------------------------------------------------------------


def pair(first, second, label="2025/26"):
    return Pair(label, first, second, f"{first} spent", f"{second} agreed")


def test_a_pair_has_a_bar_for_each_amount_and_none_for_what_is_missing():
    svg = pairs([pair(Decimal(50), Decimal(100)), pair(None, Decimal(0))], label="Spend")
    (spent,) = found(svg, "app-pairs__first")
    (agreed,) = found(svg, "app-pairs__second")
    assert float(agreed.get("width")) == pytest.approx(2 * float(spent.get("width")), abs=0.2)
    assert [part.text for part in found(svg, "app-pairs__missing")] == ["None spent"]
    assert drawn(svg).get("aria-label") == "Spend"


def test_pairs_of_which_nothing_is_known_are_no_picture():
    assert pairs([pair(None, None)], label="Spend") == ""
    assert pairs([], label="Spend") == ""


@given(
    st.lists(
        st.tuples(
            st.none() | st.decimals(0, 10**12, places=2),
            st.none() | st.decimals(0, 10**12, places=2),
        ),
        max_size=12,
    )
)
def test_pairs_are_well_formed_whatever_the_amounts(amounts):
    svg = pairs([pair(*both) for both in amounts], label="<Spend>")
    if svg:
        for part in drawn(svg).iter():
            assert float(part.get("width", 0)) >= 0


# --- How a process behaves ------------------------------------------------------------------------


@given(values, targets, st.sampled_from([LARGE, SMALL]))
def test_a_process_marks_each_known_value_once_and_each_gap(numbers, target, frame):
    spots = spots_of(numbers, targets=dict.fromkeys(range(len(numbers)), target))
    guides = [
        Guide("mean", 3, "Mean 3"),
        Guide("limit", -4, "Limit -4"),
        Guide("limit", 9, "Limit 9"),
    ]
    ahead = [Ahead("Next", 1, 2, 3, target), Ahead("Later", 0, 2, 4, target)]
    svg = process(spots, title="Any", sentence="Any.", guides=guides, ahead=ahead, frame=frame)
    known = [number for number in numbers if number is not None]
    if known:
        assert len(found(svg, "app-process__routine")) == len(known)
        assert len(found(svg, "app-chart__gap")) == len(numbers) - len(known)
        assert all(0 <= y <= frame.height for y in heights(svg))
    else:
        assert svg == ""


def test_signals_differ_in_shape_and_not_only_in_colour():
    marks = {0: "outside", 1: "run", 2: "near"}
    svg = process(spots_of([1, 2, 3, 4], marks), title="Any", sentence="Any.")
    corners = [
        len(found(svg, f"app-process__{mark} app-process--worse")[0].get("points").split())
        for mark in marks.values()
    ]
    assert corners == [4, 4, 3]
    outside, run = (
        found(svg, f"app-process__{mark} app-process--worse")[0] for mark in ("outside", "run")
    )
    tops = [
        {corner.split(",")[1] for corner in part.get("points").split()} for part in (outside, run)
    ]
    assert [len(top) for top in tops] == [3, 2]  # a diamond stands on its corner, a square lies


def test_a_target_that_changes_is_drawn_as_steps_and_ends_where_there_is_none():
    svg = process(
        spots_of([1, 2, 3, 4, 5], targets={0: 2, 1: 2, 3: 4, 4: 5}), title="Any", sentence="Any."
    )
    lines = [part.get("points").split() for part in found(svg, "app-process__target")]
    assert [len(line) for line in lines] == [4, 4]
    assert len({corner.split(",")[1] for corner in lines[1]}) == 2


def test_words_beside_a_process_lie_apart_and_within_the_picture():
    guides = [Guide("limit", 99.9, "A"), Guide("mean", 100, "B"), Guide("limit", 100.1, "C")]
    svg = process(
        spots_of([0, 100], targets={0: 100, 1: 100}), title="Any", sentence="Any.",
        guides=guides, target_text="Target 100",
    )  # fmt: skip
    lines = sorted(
        float(part.get("y"))
        for class_ in ("app-process__word", "app-chart__target-text")
        for part in found(svg, class_)
    )
    assert len(lines) == 4
    assert all(after - before >= 14.9 for before, after in pairwise(lines))
    assert lines[-1] <= LARGE.height


def test_shares_fill_the_bar_and_leave_out_what_is_nothing():
    svg = shares(
        [Share("good", 3, "Good"), Share("other", 0, "Other"), Share("not-reported", 1, "?")],
        label="All",
    )
    parts = [part for part in drawn(svg) if part.tag == "rect"]
    assert [(part.get("x"), part.get("width")) for part in parts] == [
        ("0.0", "75.0"),
        ("75.0", "25.0"),
    ]
    assert shares([Share("good", 0, "Good")], label="None") == ""
