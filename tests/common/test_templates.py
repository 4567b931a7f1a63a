"""Parts of pages that every room shares are written once."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

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
