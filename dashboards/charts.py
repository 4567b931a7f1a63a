"""Small pictures of ratings, styled in `static/app/dashboards.css`. Each comes with the sentence that says the same."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from common.markup import quick_html
from performance.rules import STANDINGS, Period, Standing

BAR, GAP, TALL = 9, 3, 26
# The taller, the better, so that the difference does not rest on colour.
HEIGHTS = {
    Standing.GOOD: TALL,
    Standing.APPROACHING: 19,
    Standing.REQUIRES_IMPROVEMENT: 12,
    Standing.INADEQUATE: 6,
    Standing.OTHER: 12,
    # An empty frame: seen to be missing, and not mistaken for a low bar.
    Standing.NOT_REPORTED: TALL,
}

# The bar of each standing, which a page draws hundreds of times.
_BARS = {
    standing: (
        f'<rect class="app-rated app-rated--{slugify(standing.label)}" x="{{}}.5" y="{TALL - height}.5" width="{BAR}" '
        f'height="{height}"><title>{{}}: {standing.label}</title></rect>'
    )
    for standing, height in HEIGHTS.items()
}


def rating_strip(ratings: Sequence[str | None], months: Sequence[Period], label: str) -> SafeString:
    """A bar for each month, oldest first; `label` is the sentence that is read aloud."""
    shown = [STANDINGS[rating or Standing.NOT_REPORTED] for rating in ratings]
    bars = [
        quick_html(_BARS[standing], number * (BAR + GAP), month.label)
        for number, (standing, month) in enumerate(zip(shown, months, strict=True))
    ]
    width = len(shown) * (BAR + GAP)
    return quick_html(
        '<svg class="app-strip" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}" focusable="false">{}</svg>',
        label, width, TALL + 1, width, TALL + 1, mark_safe("".join(bars)),  # noqa: S308 - escaped one by one
    )  # fmt: skip


def share_bar(number: int, most: int, standing: Standing | None = None) -> SafeString:
    """How large this number is beside the largest; decoration beside the number itself."""
    width = round(number / most * 100, 1) if most else 0
    if not width:
        return SafeString("")
    return format_html(
        '<svg class="app-share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="app-rated {}" x="0" y="0" width="{}" height="10"></rect></svg>',
        f"app-rated--{slugify(standing.label)}" if standing else "",
        width,
    )
