"""How many risks stand where, by business unit, tier or supplier: grouped, sorted and paged in SQL."""

from dataclasses import dataclass, replace

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html

from common.lists import Column, ListPage
from contracts.models import Tier
from risks.figures import list_url
from risks.filters import THREATS, RiskFilter
from risks.rules import Band, Kind, State

_NO_CONTRACT = "Of suppliers and of the organisation"


class HeatFilter(RiskFilter):
    """What of the list's filters may narrow the heat map, under the same names, so that each number leads to a list that
    counts the same. It is about what is open; opportunities only where they are asked for, because red is good there."""

    q = band = above = gap = state = owner = contract = likelihood = impact = scored = None
    contract_id = supplier_id = lead_id = None

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset.open())
        return queryset if self.form.cleaned_data.get("kind") else queryset.threats()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Here they are what is shown when nothing is chosen.
        self.form.fields["kind"].choices = [
            ("", "Risks and issues"), *Kind.choices()
        ]  # fmt: skip


@dataclass(frozen=True)
class Axis:
    """What risks are grouped by. `asks` is the filter of the list behind the numbers of a group."""

    key: str
    title: str
    heading: str
    noun: str
    group: F | Coalesce
    named: F | Coalesce
    asks: str
    nothing: str
    asks_nothing: dict[str, str]
    url_name: str = ""
    words: dict[str, str] | None = None


BY_UNIT = Axis(
    "unit", "By business unit", "Business unit", "business unit", F("contract__unit"), F("contract__unit__name"),
    "unit", _NO_CONTRACT, {"about": "none"},
)  # fmt: skip
BY_TIER = Axis(
    "tier", "By tier", "Tier of the contract", "tier", F("contract__tier"), F("contract__tier"),
    "tier", _NO_CONTRACT, {"about": "none"}, words={**dict(Tier.choices), "": "Not tiered"},
)  # fmt: skip
BY_SUPPLIER = Axis(
    "supplier", "By supplier", "Lead supplier", "supplier",
    Coalesce("contract__supplier", "supplier"), Coalesce("contract__supplier__name", "supplier__name"),
    "lead_id", "No supplier", {"lead_id": "0"}, url_name="risks:of_supplier",
)  # fmt: skip
AXES = {axis.key: axis for axis in (BY_UNIT, BY_TIER, BY_SUPPLIER)}


def _number(name, **asked):
    def show(row):
        number = row[name]
        if not number:
            return format_html('<span class="app-muted">{}</span>', "0")
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>',
            list_url(**{**row["asked"], **asked}), f"{number:,}",
        )  # fmt: skip

    return show


def _label(row):
    if row["url"]:
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>', row["url"], row["label"]
        )  # fmt: skip
    return row["label"]


def _column(name, label, **asked):
    return Column(
        name, label, name, sort=name, show=_number(name, **asked), numeric=True, optional=False
    )  # fmt: skip


COLUMNS = (
    Column("label", "", "label", sort="label", show=_label, optional=False),
    _column("total", "Open"),
    _column("above", "Above appetite", above="appetite"),
    _column("critical", "Critical", band=Band.CRITICAL.value),
    _column("high", "High", band=Band.HIGH.value),
    _column("medium", "Medium", band=Band.MEDIUM.value),
    _column("low", "Low", band=Band.LOW.value),
    _column("nobody", "No owner", gap="owner"),
    _column("overdue", "Review overdue", gap="review"),
)
NUMBERS = tuple(column.key for column in COLUMNS[1:])


def sums(matrix, today):
    """What is counted of each group, and of all."""
    threat = ~Q(kind=Kind.OPPORTUNITY)
    bands = {}
    for band in Band:
        begins, ends = matrix.range_of(band)
        inside = Q(score__gte=begins) if ends is None else Q(score__gte=begins, score__lt=ends)
        bands[band.value] = Count("pk", filter=inside)
    return {
        "total": Count("pk"),
        **bands,
        "above": Count("pk", filter=threat & Q(score__gt=F("category__appetite"))),
        "nobody": Count("pk", filter=Q(owner=None) | Q(owner__is_active=False)),
        "overdue": Count("pk", filter=Q(review_on__lt=today)),
    }


def _all(groups):
    return groups[0]["groups"] if groups else 0


class Breakdown(ListPage):
    """A list whose rows are groups of risks. What narrows the risks is its filter."""

    def __init__(self, request, *, queryset, axis, matrix, today):
        self.axis, self.matrix, self.today = axis, matrix, today
        columns = (replace(COLUMNS[0], label=axis.heading), *COLUMNS[1:])
        super().__init__(
            request, queryset=queryset, columns=columns, filterset=HeatFilter, sort="-above",
            name=f"risks-by-{axis.key}",
        )  # fmt: skip

    @property
    def risks(self):
        """What is counted: filtered, in no order."""
        return self.queryset.order_by()

    @cached_property
    def asked(self):
        """How the list is asked for what the reader has chosen here."""
        form = self.filterset.form
        chosen = {
            name: self.request.GET.get(name)
            for name, value in form.cleaned_data.items()
            if value not in (None, "", [])
        }
        return {"state": State.OPEN.value, "kind": THREATS, **chosen}

    @cached_property
    def count(self):
        return self._page[1]

    @cached_property
    def number(self):
        return self._page[0]

    @cached_property
    def _page(self):
        """(number of the page, how many groups there are, the groups of the page). A page too far is the last one."""
        number = self.question.answer("page") or 1
        found = self._slice(number)
        if not found and number > 1:
            first = self._slice(1)
            number = -(-_all(first) // self.per_page) or 1
            found = self._slice(number)
        return number, _all(found), found

    def _slice(self, number):
        # How many groups there are comes with each of them: to ask apart would count all risks once more.
        first = (number - 1) * self.per_page
        return list(self._groups.annotate(groups=Window(Count("*")))[first : first + self.per_page])

    def _ordering(self, *, backwards=False):
        name = self.sort.removeprefix("-")
        order = [F(name).desc() if self.sort.startswith("-") else F(name).asc()]
        order += [F(further).desc() for further in ("critical", "high", "total") if further != name]
        # Not known comes last, and two of one name keep their order from page to page.
        return [*order, F("label").asc(nulls_last=True), F("group").asc(nulls_last=True)]

    @property
    def _groups(self):
        return (
            self.risks.values(group=self.axis.group)
            # Of one group all names are one; to group by it too would sort all risks by it.
            .annotate(label=Min(self.axis.named), **sums(self.matrix, self.today))
            .order_by(*self._ordering())
        )

    @cached_property
    def _row_dicts(self):
        return [self._row(found) for found in self._page[2]]

    def _row(self, found):
        group, axis = found["group"], self.axis
        words = axis.words or {}
        nothing = group is None
        label = axis.nothing if nothing else words.get(found["label"], found["label"])
        asks = axis.asks_nothing if nothing else {axis.asks: group if group != "" else "none"}
        url = reverse(axis.url_name, args=[group]) if axis.url_name and not nothing else ""
        return {**found, "pk": group, "label": label, "url": url, "asked": {**self.asked, **asks}}

    def _export_rows(self):
        for found in self._groups.iterator(chunk_size=2000):
            row = self._row(found)
            yield [row[column.source] for column in self.columns]

    @property
    def keep(self):
        return self._carried({"sort", "per_page", "by", "scored"}.__contains__)

    @property
    def axes(self):
        """The links between the groupings."""
        return [
            {
                "label": axis.title,
                "url": f"{self.url(by=axis.key, page=None, sort=None)}#breakdown",
                "current": axis is self.axis,
            }
            for axis in AXES.values()
        ]
