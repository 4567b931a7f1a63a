"""The columns of the lists of people and of units."""

from collections import Counter, defaultdict
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from accounts.models import Membership
from common.lists import Column
from common.templatetags import steward


class RolesHeld:
    """The roles of everybody, in words. One query, when the first cell asks."""

    @cached_property
    def _by_person(self):
        held = defaultdict(list)
        for membership in Membership.objects.select_related("unit").order_by("role", "unit__name"):
            held[membership.user_id].append(membership.label)
        return held

    def of(self, person_id):
        return self._by_person.get(person_id, [])

    def cell(self, row):
        lines = format_html_join(mark_safe("<br>"), "{}", ((role,) for role in self.of(row["pk"])))
        return lines or format_html('<span class="app-muted">{}</span>', "No role given")

    def text(self, person_id):
        return "; ".join(self.of(person_id))


def name_link(row):
    return format_html(
        '<a class="govuk-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("accounts:person", args=[row["pk"]]),
        row["name"] or row["email"],
        row["job_title"],
    )


def access(row):
    if not row["is_active"]:
        return format_html('<strong class="app-tag">{}</strong>', "Has left")
    if row["last_login"] is None:
        return format_html('<span class="app-muted">{}</span>', "Not yet signed in")
    return f"Last signed in {steward.day(row['last_login'])}"


def person_columns():
    roles = RolesHeld()
    return (
        Column("name", "Person", "name", sort="name", show=name_link, sources=("email", "job_title"), optional=False),
        Column("email", "E-mail address", "email", sort="email"),
        Column("job_title", "Job title", "job_title", default=False),
        Column("telephone", "Telephone", "telephone", default=False),
        Column("roles", "Roles", "pk", show=roles.cell, export=roles.text),
        Column("is_active", "Access", "is_active", show=access, sources=("last_login",),
               export=lambda active: "Can sign in" if active else "Has left"),
        Column("last_login", "Last sign-in", "last_login", sort="last_login", default=False,
               show=lambda row: steward.day(row["last_login"]) if row["last_login"] else "Never",
               export=lambda at: timezone.localtime(at).replace(tzinfo=None) if at else None),
    )  # fmt: skip


class PeopleIn:
    """How many people who can sign in hold a role in each unit. One query, when the first cell asks."""

    @cached_property
    def _by_unit(self):
        pairs = Membership.objects.filter(unit__isnull=False, user__is_active=True)
        return Counter(
            unit for _, unit in pairs.values_list("user_id", "unit_id").distinct().order_by()
        )

    def number(self, unit_id):
        return self._by_unit[unit_id]


def unit_columns():
    people = PeopleIn()
    return (
        Column("name", "Business unit", "name", sort="name", show=_unit_link, optional=False),
        Column("code", "Code", "code"),
        Column("is_active", "In use", "is_active", show=lambda row: "Yes" if row["is_active"] else "No",
               export=lambda used: "Yes" if used else "No"),
        Column("people", "People with a role here", "pk", numeric=True,
               show=lambda row: _people_link(row, people.number(row["pk"])), export=people.number),
    )  # fmt: skip


def _unit_link(row):
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>',
        reverse("accounts:unit", args=[row["pk"]]),
        row["name"],
    )


def _people_link(row, number):
    if not number:
        return "0"
    address = f"{reverse('accounts:people')}?unit={row['pk']}&state=active"
    return format_html('<a class="govuk-link" href="{}">{}</a>', address, number)
