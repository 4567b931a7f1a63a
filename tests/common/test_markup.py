"""Markup that a list draws hundreds of times."""

import pytest
from django.urls import reverse
from django.utils.safestring import mark_safe

from common.markup import escaped, quick_html, row_url


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("<b>", "&lt;b&gt;"),
        (mark_safe("<b>"), "<b>"),
        (None, "None"),
        (12, "12"),
        ("'\"", "&#x27;&quot;"),
    ],
)
def test_text_is_escaped_and_markup_is_left(value, shown):
    assert escaped(value) == shown
    assert quick_html("<i>{}</i>", value) == f"<i>{shown}</i>"


def test_a_rows_address_is_what_reverse_says():
    for pk in (1, 98765):
        assert row_url("contracts:contract", pk) == reverse("contracts:contract", args=[pk])
