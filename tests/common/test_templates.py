"""Parts of pages that every room shares are written once."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from common.templatetags import steward
from contracts.models import Stage, Tier
from contracts.obligations.rules import State
from contracts.terms.models import ExtensionOption
from performance.credits import rules as ledger
from performance.rules import Rating
from performance.scorecards import rules as scorecards
from risks import rules as risks
from risks.continuity import rules as continuity
from risks.indicators import rules as indicators
from suppliers.segmentation.rules import Quadrant

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def drawn(text, **context):
    return Template("{% load steward %}" + text).render(Context(context))


def test_breadcrumbs_lead_by_name_or_address_and_leave_out_what_is_not_there():
    page = drawn(
        '{% breadcrumbs "People" "accounts:people" title "/x/?a=1" nobody nobody.url here=here %}',
        title="A & B",
        here="<b>",
    )
    assert re.findall(r'href="([^"]+)">([^<]+)<', page) == [
        ("/people/", "People"),
        ("/x/?a=1", "A &amp; B"),
    ]
    assert 'aria-current="page">&lt;b&gt;</li>' in page


@pytest.mark.parametrize(
    "mark", ['<nav class="govuk-breadcrumbs"', '<nav class="govuk-pagination"']
)
def test_trails_and_pages_are_drawn_by_one_template(mark):
    found = [p.name for p in TEMPLATES.rglob("*.html") if mark in p.read_text(encoding="utf-8")]
    assert len(found) == 1, found


def test_a_page_of_a_paginator_has_the_same_numbers_as_a_list():
    request = RequestFactory().get("/", {"page": "5", "q": "a b"})
    page = Paginator(range(100), 10).get_page(5)
    text = '{% load steward %}{% pagination page label="Pages of <b>" anchor="#here" %}'
    drawn_page = Template(text).render(RequestContext(request, {"page": page}))
    assert re.findall(r'href="([^"]+)"[^>]*aria-label="Page (\d+) of 10"', drawn_page) == [
        (f"?page={n}&amp;q=a+b#here", str(n)) for n in (1, 4, 5, 6, 10)
    ]
    assert drawn_page.count("pagination__item--ellipsis") == 2
    assert 'rel="prev"' in drawn_page
    only = Paginator(range(3), 10).get_page(1)
    assert "<nav" not in Template(text).render(RequestContext(request, {"page": only}))


# --- what the stylesheets know --------------------------------------------------------------------


def style_names():
    folder = Path(settings.BASE_DIR) / "static" / "app"
    css = "".join(p.read_text(encoding="utf-8") for p in folder.glob("*.css"))
    return set(re.findall(r"\.(app-[\w-]+)", css))


def test_every_class_of_ours_on_a_page_has_a_rule():
    """A class whose variants alone are drawn, such as app-due, counts by these."""
    known = style_names()
    known |= {name.partition("--")[0] for name in known}
    used = {
        name
        for page in TEMPLATES.rglob("*.html")
        for classes in re.findall(r'class="([^"]*)"', page.read_text(encoding="utf-8"))
        for name in re.findall(r"(?<![\w-])app-\w[\w-]*(?<!-)(?![\w{-])", classes)
    }
    assert used - known == set()


def test_every_colour_of_a_tag_is_that_of_a_state():
    in_words = {"good", "overdue", "soon", "ended"}  # what templates say themselves
    rated = {*(rating.value for rating in Rating), "not_reported", "not_tracked"}
    of_rooms = {
        *(state.value for state in State),
        *(quadrant.value for quadrant in Quadrant),
        *(rag.value for rag in scorecards.Rag),
        *(standing.value for standing in scorecards.Standing),
        *(state.value for state in ledger.State),
        *(f"option_{state}" for state in ExtensionOption.State.values),
    }
    of_risks = {
        *(f"band_{band}" for band in risks.Band),
        *(f"risk_{kind}" for kind in risks.Kind),
        *(f"risk_{state}" for state in risks.State),
        *indicators.Status,
        *continuity.PlanState,
        *continuity.EvidenceState,
        *continuity.Outcome,
        "above_appetite",
    }
    in_words |= {"not_placed", "confidential", "undecided", "excused"}
    states = {*Tier.values, *Stage.values, *rated, "not_tiered", *of_rooms, *of_risks, *in_words}
    named = {steward.tag_class(state) for state in states}
    coloured = {
        name.removeprefix("app-tag--") for name in style_names() if name.startswith("app-tag--")
    }
    assert coloured - named == set()
    assert {steward.tag_class(stage) for stage in Stage.values} <= coloured
