"""How Steward writes money, days and counts, and the tags its pages share."""

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import slugify

from common.markup import escaped, quick_html
from common.pages import page_links
from common.templatetags.govuk_forms import error_summary
from common.widgets import SIGNS

register = template.Library()
register.inclusion_tag("govuk/error_summary.html")(error_summary)

UNKNOWN = "Not known"
SOON = 30


@register.filter
def money(amount, currency="GBP"):
    """`£1,250,000`, or `£1,250,000.50` when there are pence."""
    if amount is None or amount == "":
        return UNKNOWN
    currency = currency or "GBP"
    digits = f"{abs(amount):,.2f}".removesuffix(".00")
    sign = SIGNS.get(currency, f"{currency} ")
    return f"{'-' if amount < 0 else ''}{sign}{digits}"


@register.filter
def in_box(field):
    """What stands in a form's box: as it was typed, or what is stored as people write it."""
    return field.field.widget.format_value(field.value()) or ""


@register.filter
def money_short(amount, currency="GBP"):
    """To be taken in at a glance: `£35.6m`, `£850k`, `£4,200`. The exact amount stands near it.

    >>> money_short(35_550_000), money_short(999_960), money_short(850_000), money_short(4_200)
    ('£35.6m', '£1m', '£850k', '£4,200')
    """
    if amount is None or amount == "" or abs(amount) < 10_000:
        return money(amount, currency)
    sign = SIGNS.get(currency or "GBP", f"{currency} ")
    size = Decimal(str(abs(amount)))
    for factor, letter in ((10**9, "bn"), (10**6, "m"), (1000, "k")):
        shown = size / factor
        # What rounds up to a thousand of the smaller is one of the larger.
        if shown >= Decimal("0.9995") or letter == "k":
            places = Decimal("0.1") if shown < 100 else Decimal(1)
            figures = f"{shown.quantize(places, ROUND_HALF_UP):,}".removesuffix(".0")
            break
    return f"{'-' if amount < 0 else ''}{sign}{figures}{letter}"


def _local_date(date):
    if isinstance(date, datetime.datetime):
        return (timezone.localtime(date) if timezone.is_aware(date) else date).date()
    return date


@register.filter
def day(date):
    """`27 March 2027`."""
    if not date:
        return UNKNOWN
    date = _local_date(date)
    return f"{date.day} {date:%B} {date.year}"


@register.filter
def moment(at):
    """`3 November 2026 at 10:12am`."""
    if not at:
        return UNKNOWN
    local = timezone.localtime(at) if timezone.is_aware(at) else at
    return f"{day(local)} at {local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


@register.filter
def urgency(date):
    """`overdue` before today, `soon` within 30 days, otherwise nothing."""
    days = (_local_date(date) - timezone.localdate()).days if date else SOON + 1
    if days < 0:
        return "overdue"
    return "soon" if days <= SOON else ""


@register.filter
def distance(date):
    """How far a day lies from today: `in 4 months`, `today`, `3 days ago`."""
    if not date:
        return ""
    days = (_local_date(date) - timezone.localdate()).days
    if days in (-1, 0, 1):
        return {-1: "yesterday", 0: "today", 1: "tomorrow"}[days]
    return f"in {_span(days)}" if days > 0 else f"{_span(-days)} ago"


def _span(days):
    """Days up to six weeks, months up to two years, then years: as exact as a person plans."""
    if days <= 45:
        return count_of(days, "day")
    if days < 700:
        return count_of(round(days / 30.44), "month")
    years = round(days / 365.25 * 2) / 2
    return "1 year" if years == 1 else f"{years:g} years"


@register.filter
def day_with_distance(date):
    """`27 March 2027 (in 4 months)`."""
    return f"{day(date)} ({distance(date)})" if date else UNKNOWN


@register.filter
def count_of(number, words):
    """`{{ 2|count_of:"contract" }}` is `2 contracts`; irregular words as `"reply,replies"`."""
    one, _, many = words.partition(",")
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@register.filter
def words(value):
    """A stored choice as people read it: `approaching_target` is `Approaching target`."""
    return str(value or "").replace("_", " ").capitalize()


@register.filter
def tag_class(value):
    """The part of a class name that a stored choice stands for: `approaching-target`."""
    return slugify(str(value or "").replace("_", "-"))


@register.simple_tag
def cancel_to(form, url):
    """Before `{% crispy form %}`: where the link beside its button leads."""
    if form is not None:
        form.cancel_url = url
    return ""


@register.simple_tag(takes_context=True)
def query(context, **changes):
    """This page's address with some parameters changed: `{% query page=2 %}`; None removes one."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            parameters.pop(name, None)
        elif isinstance(value, list | tuple):
            parameters.setlist(name, value)
        else:
            parameters[name] = value
    return f"?{parameters.urlencode()}"


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*steps, here=""):
    """Where a page lies: `{% breadcrumbs "Contracts" "contracts:list" here=contract.reference %}`.

    A label and a URL name or address for each step; a step that is not there is left out.
    """
    pairs = zip(steps[::2], steps[1::2], strict=True)
    trail = [
        {"label": label, "url": url if "/" in url else reverse(url)}
        for label, url in pairs
        if label and url
    ]
    return {"trail": trail, "here": here}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context, page, label="Pages", anchor=""):
    """The pages of a list: `{% pagination page %}`, for a ListPage or a page of Django's paginator."""
    if hasattr(page, "paginator"):
        page = _in_words_of_a_list(page, context.request.GET, anchor)
    return {"page": page, "label": label}


def _in_words_of_a_list(page, parameters, anchor):
    def url(number):
        query = parameters.copy()
        query["page"] = number
        return f"?{query.urlencode()}{anchor}"

    last = page.paginator.num_pages
    return {
        "number": page.number,
        "num_pages": last,
        "previous_url": url(page.number - 1) if page.has_previous() else "",
        "next_url": url(page.number + 1) if page.has_next() else "",
        "links": page_links(page.number, last, url),
    }


def _shell(name):
    """A component whose body is the markup between its tags."""

    def tag(context, content, **values):
        shown = context.template.engine.get_template(f"components/{name}.html")
        return shown.render(context.new({**values, "content": content}))

    register.simple_block_tag(tag, takes_context=True, name=name)


_shell("page_header")
_shell("notice")
_shell("timeline_entry")


_ROW = '<tr class="govuk-table__row">{}{}</tr>'
_TICK = (
    '<td class="govuk-table__cell app-table__tick"><div class="govuk-checkboxes govuk-checkboxes--small">'
    '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" '
    'name="{0}" value="{1}" id="tick-{1}" form="{0}-form">'
    '<label class="govuk-label govuk-checkboxes__label" for="tick-{1}">'
    '<span class="govuk-visually-hidden">Tick {2}</span></label></div></div></td>'
)


@register.filter
def table_rows(lines, ticked_as=""):
    """The rows of a list, from `ListPage.lines`, each with a box that ticks it for the form that is called
    `<ticked_as>-form`. A template that loops over every cell of every row takes three times as long, and
    is most of the page."""
    return mark_safe("".join([_row(line, ticked_as) for line in lines]))  # noqa: S308 - escaped parts


def _row(line, ticked_as):
    tick = quick_html(_TICK, ticked_as, line["pk"], line["name"]) if ticked_as else ""
    (_, heading), *rest = line["cells"]
    parts = [f'<th scope="row" class="govuk-table__header">{_shown(heading)}</th>']
    parts += [f"{column.opening}{_shown(cell)}</td>" for column, cell in rest]
    return _ROW.format(tick, "".join(parts))


def _shown(cell):
    return escaped(cell if isinstance(cell, str) else localize(cell))


@register.filter
def column_boxes(choices):
    """A box for each column of a list, from what `ListPage.column_choices` gives."""
    boxes = [
        quick_html(_BOX, c["key"], c["label"], CHECKED if c["chosen"] else "") for c in choices
    ]
    return mark_safe("".join(boxes))  # noqa: S308 - escaped one by one


_BOX = (
    '<div class="govuk-checkboxes__item"><input class="govuk-checkboxes__input" type="checkbox" '
    'id="column-{0}" name="columns" value="{0}"{2}><label class="govuk-label govuk-checkboxes__label" '
    'for="column-{0}">{1}</label></div>'
)
CHECKED = mark_safe(" checked")


@register.filter
def mark_words(text, sought):
    """The text with every sought word in `<mark>`."""
    words_sought = [re.escape(word) for word in sought.split()[:8]]
    if not words_sought:
        return text
    parts = re.split(f"({'|'.join(words_sought)})", str(text), flags=re.IGNORECASE)
    pieces = ((format_html("<mark>{}</mark>", p) if n % 2 else p,) for n, p in enumerate(parts))
    return format_html_join("", "{}", pieces)
