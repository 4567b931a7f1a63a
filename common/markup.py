"""Markup and addresses that one page of a list needs hundreds of times."""

from functools import cache
from html import escape

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SOME_ID = 9_876_543_210


def escaped(value) -> str:
    """Text escaped, markup as it is. Django's own looks for lazy text first, which takes most of its time."""
    return escape(value) if type(value) is str else conditional_escape(value)


def quick_html(markup: str, *values) -> SafeString:
    """`format_html`, three times as fast: for what is drawn on every row."""
    return mark_safe(markup.format(*[escaped(value) for value in values]))  # noqa: S308 - all escaped


def row_url(name: str, pk: int) -> str:
    """`reverse` of an address whose one part is an id; each row of a list has another."""
    before, after = _around_the_id(name)
    return f"{before}{pk}{after}"


@cache
def _around_the_id(name):
    before, after = reverse(name, args=[SOME_ID]).split(str(SOME_ID))
    return before, after
