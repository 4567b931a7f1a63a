"""The columns of the list of categories."""

from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, ListPage
from risks import rescoring
from risks.columns import score_tag
from risks.figures import list_url
from risks.models import Category

_yes_or_no = {True: "Yes", False: "No"}.get


class CategoryList(ListPage):
    """A list whose rows carry how many risks are open in each."""

    def _bare_rows(self):
        return rescoring.with_counts(Category.objects.all())


def category_list(request, matrix, *, keeper):
    """The page; what is not offered, and the numbers of the whole register, are for who keeps it."""
    if keeper:
        found, columns = rescoring.with_counts(Category.objects.all()), (*_of_all(matrix, keeper), *_of_keepers())  # fmt: skip
        return CategoryList(
            request, queryset=found, columns=columns, sort="name", name="risk-categories"
        )
    found = Category.objects.filter(is_used=True)
    return ListPage(
        request, queryset=found, columns=_of_all(matrix, keeper), sort="name", name="risk-categories"
    )  # fmt: skip


def _name(keeper):
    def show(row):
        if not keeper:
            return row["name"]
        return format_html(
            '<a class="govuk-link app-row-link" href="{}">{}</a>',
            reverse("risks:category_edit", args=[row["pk"]]), row["name"],
        )  # fmt: skip

    return show


def _appetite(matrix):
    def show(row):
        if row["appetite"] is None:
            return format_html('<span class="app-muted">{}</span>', "Nobody has said")
        return format_html("Up to {}", score_tag(row["appetite"], matrix))

    return show


def _of_all(matrix, keeper):
    return (
        Column("name", "Category", "name", sort="name", show=_name(keeper), optional=False),
        Column("description", "What it is about", "description"),
        Column("appetite", "Appetite", "appetite", sort="appetite", show=_appetite(matrix)),
    )


def _above(row):
    if not row["above"]:
        return "0"
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>',
        list_url(category=row["pk"], above="appetite"), row["above"],
    )  # fmt: skip


def _of_keepers():
    return (
        Column("open_risks", "Open risks", "open_risks", numeric=True),
        Column("above", "Above appetite", "above", show=_above, numeric=True),
        Column("is_used", "Offered", "is_used", show=lambda row: _yes_or_no(row["is_used"]), export=_yes_or_no),
    )  # fmt: skip
