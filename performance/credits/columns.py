"""The columns of the lists of what suppliers owe."""

from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from performance.credits import rules
from performance.credits.figures import list_url
from performance.credits.rules import State

_STATES = dict(State.choices())
_NOT_COMPUTED = "Cannot be computed"


def _nothing(words):
    return format_html('<span class="app-muted">{}</span>', words)


def _link(url, title, sub):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        url, title, sub,
    )  # fmt: skip


def state_tag(row):
    state = row["state"]
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(state), _STATES[state]
    )


def _title(row):
    if row["month"]:
        title, what = rules.month_in_words(row["month"]), "Service credit"
    else:
        title, what = row["milestone__name"], "Liquidated damages"
    return _link(reverse("credits:credit", args=[row["pk"]]), title, what)


def _contract(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>'
        ' <span class="app-table__sub">{}</span>',
        reverse("credits:contract", args=[row["contract"]]),
        row["contract__title"], row["contract__reference"],
    )  # fmt: skip


def _amount(row):
    if row["amount"] is None:
        return _nothing(_NOT_COMPUTED)
    return steward.money(row["amount"], row["contract__currency"])


def _due(row):
    """The last day to claim, and how far off it is while something can still be done."""
    claim_by = row["claim_by"]
    if claim_by is None:
        return _nothing("No limit")
    if row["state"] != State.DUE:
        return steward.day(claim_by)
    urgency = steward.urgency(claim_by)
    return format_html(
        '<span class="app-due {}">{} <span class="app-due__distance">{}</span></span>',
        f"app-due--{urgency}" if urgency else "", steward.day(claim_by), steward.distance(claim_by),
    )  # fmt: skip


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _computed(value):
    return _NOT_COMPUTED if value is None else value


CREDITS = (
    Column("month", "What for", "month", sort="month", show=_title, sources=("milestone__name",), optional=False, export=lambda month: rules.month_in_words(month) if month else "Liquidated damages"),
    Column("milestone", "Milestone", "milestone__name", default=False),
    Column("contract", "Contract", "contract__title", show=_contract, sources=("contract", "contract__reference")),
    Column("reference", "Contract reference", "contract__reference", default=False, nowrap=True),
    Column("supplier", "Lead supplier", "contract__supplier__name"),
    Column("unit", "Business unit", "contract__unit__name", default=False),
    Column("state", "State", "state", show=state_tag, export=by_choice(State.choices())),
    Column("amount", "Amount", "amount", sort="amount", show=_amount, sources=("contract__currency",), export=_computed, numeric=True, nowrap=True),
    Column("currency", "Currency", "contract__currency", default=False),
    Column("points", "Service points", "points", default=False, numeric=True),
    Column("claim_by", "To be claimed by", "claim_by", sort="claim_by", show=_due, sources=("state",), nowrap=True),
    Column("claimed_on", "Claimed on", "claimed_on", show=_day("claimed_on"), default=False, nowrap=True),
    Column("invoice", "Invoice or credit note", "invoice", default=False),
    Column("credited_on", "Credited on", "credited_on", show=_day("credited_on"), default=False, nowrap=True),
    Column("waived_reason", "Waived because", "waived_reason", default=False),
    Column("lapsed_on", "Lapsed on", "lapsed_on", show=_day("lapsed_on"), default=False, nowrap=True),
)  # fmt: skip


# --- By contract and by supplier ------------------------------------------------------------------


class GroupedList(ListPage):
    """A list whose rows carry sums; `annotate(queryset)` adds them."""

    def __init__(self, request, *, annotate, **options):
        self._annotate = annotate
        super().__init__(request, **options)

    def _bare_rows(self):
        return self._annotate(self.queryset.model._base_manager.all())

    def _nulls_last(self, path):
        return None  # a sum is never empty, nor is a name


def _money(path, currency=""):
    return lambda row: steward.money(row[path], row[currency] if currency else "GBP")


def _contract_alone(row):
    return _link(reverse("credits:contract", args=[row["pk"]]), row["title"], row["reference"])


def _supplier_alone(row):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a>',
        list_url(supplier_id=row["pk"]), row["name"],
    )  # fmt: skip


def _exact(amount):
    return amount.quantize(rules.PENNY)


def _count(path, one, many):
    return lambda row: f"{row[path]} {one if row[path] == 1 else many}" if row[path] else ""


def _sums(currency=""):
    sources = (currency,) if currency else ()
    return (
        Column("unclaimed", "Due and not claimed", "unclaimed", show=_money("unclaimed", currency), export=_exact, sources=sources, numeric=True, nowrap=True),
        Column("lapsed", "Lapsed", "lapsed", show=_money("lapsed", currency), export=_exact, sources=sources, numeric=True, nowrap=True),
        Column("left", "Left on the table", "left", sort="left", show=_money("left", currency), export=_exact, sources=sources, numeric=True, nowrap=True, optional=False),
        Column("unknown", _NOT_COMPUTED, "unknown", show=_count("unknown", "entry", "entries")),
    )  # fmt: skip


BY_CONTRACT = (
    Column("title", "Contract", "title", sort="title", show=_contract_alone, sources=("reference",), optional=False),
    Column("reference", "Contract reference", "reference", default=False, nowrap=True),
    Column("supplier", "Lead supplier", "supplier__name"),
    Column("unit", "Business unit", "unit__name", default=False),
    *_sums("currency"),
    Column("currency", "Currency", "currency", default=False),
    Column("next_claim_by", "Next to be claimed by", "next_claim_by", show=_day("next_claim_by"), nowrap=True),
)  # fmt: skip
BY_SUPPLIER = (
    Column("name", "Supplier", "name", sort="name", show=_supplier_alone, optional=False),
    *_sums(),
    Column("elsewhere", "In another currency, not added", "elsewhere", show=_count("elsewhere", "entry", "entries")),
)  # fmt: skip
