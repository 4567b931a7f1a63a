"""The bank holidays that a register starts with, against the rules they follow; and the page that keeps them."""

from datetime import date as D
from datetime import timedelta

import pytest
from dateutil.easter import easter
from django.urls import reverse

from contracts.terms.bank_holidays import listed
from contracts.terms.models import BankHoliday, Nation
from tests.factories import person_with

YEARS = range(2018, 2029)
DAY = timedelta(days=1)
ENGLAND, SCOTLAND, IRELAND = Nation.values
# What a royal proclamation added or moved.
MOVED = {D(2020, 5, 4): D(2020, 5, 8), D(2022, 5, 30): D(2022, 6, 2)}
EVERYWHERE = (D(2022, 6, 3), D(2022, 9, 19), D(2023, 5, 8))
ONLY_IN_SCOTLAND = (D(2026, 6, 15),)


def days_of(nation, year):
    return {on for where, on, _ in listed() if where == nation and on.year == year}


def monday(year, month, number):
    """The first, second … Monday of a month; -1 is the last."""
    if number < 0:
        last = D(year + month // 12, month % 12 + 1, 1) - DAY
        return last - DAY * last.weekday()
    first = D(year, month, 1)
    return first + DAY * (-first.weekday() % 7) + timedelta(weeks=number - 1)


def with_substitutes(*days):
    """Days that fall on a weekend give the next weekday that is free."""
    taken = []
    for day in sorted(days, key=lambda day: day.weekday() > 4):
        while day.weekday() > 4 or day in taken:
            day += DAY
        taken.append(day)
    return set(taken)


def expected(nation, year):
    good_friday = easter(year) - 2 * DAY
    found = with_substitutes(D(year, 12, 25), D(year, 12, 26)) | {
        good_friday, monday(year, 5, 1), monday(year, 5, -1),
    }  # fmt: skip
    if nation == SCOTLAND:
        found |= with_substitutes(D(year, 1, 1), D(year, 1, 2))
        found |= with_substitutes(D(year, 11, 30)) | {monday(year, 8, 1)}
        found |= {day for day in ONLY_IN_SCOTLAND if day.year == year}
    else:
        found |= with_substitutes(D(year, 1, 1)) | {easter(year) + DAY, monday(year, 8, -1)}
    if nation == IRELAND:
        found |= with_substitutes(D(year, 3, 17)) | with_substitutes(D(year, 7, 12))
    found = {MOVED.get(day, day) for day in found}
    return found | {day for day in EVERYWHERE if day.year == year}


@pytest.mark.parametrize("nation", Nation.values)
@pytest.mark.parametrize("year", YEARS)
def test_each_year_is_what_the_rules_give(nation, year):
    assert days_of(nation, year) == expected(nation, year)


@pytest.mark.parametrize(
    ("nation", "on", "name"),
    [
        (ENGLAND, D(2020, 5, 8), "Early May bank holiday (VE Day)"),
        (ENGLAND, D(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        (SCOTLAND, D(2024, 12, 2), "St Andrew’s Day (substitute day)"),
        (SCOTLAND, D(2021, 1, 4), "2 January (substitute day)"),
        (SCOTLAND, D(2026, 8, 3), "Summer bank holiday"),
        (SCOTLAND, D(2026, 6, 15), "World Cup bank holiday"),
        (IRELAND, D(2026, 7, 13), "Battle of the Boyne (Orangemen’s Day) (substitute day)"),
        (IRELAND, D(2025, 3, 17), "St Patrick’s Day"),
    ],
)
def test_days_that_are_easily_got_wrong(nation, on, name):
    assert (nation, on, name) in listed()


def test_scotland_works_on_easter_monday_and_nobody_twice_on_a_day():
    assert not any(on == easter(on.year) + DAY for where, on, _ in listed() if where == SCOTLAND)
    days = [(where, on) for where, on, _ in listed()]
    assert len(days) == len(set(days))


# --- The page ---------------------------------------------------------------------------------------

LIST = "/contracts/bank-holidays/"


@pytest.mark.django_db
def test_a_register_starts_with_them_and_says_until_when_they_are_known(client):
    assert BankHoliday.objects.count() == len(listed())
    assert BankHoliday.objects.known_until() == 2028
    client.force_login(person_with("auditor"))
    page = client.get(LIST).content.decode()
    assert "England and Wales: known until 2028" in page
    assert "Remove" not in page


@pytest.mark.django_db
def test_they_are_narrowed_by_nation_and_year_and_exported(client):
    client.force_login(person_with("procurement"))
    response = client.get(LIST, {"nation": SCOTLAND, "year": 2026})
    assert response.context["page"].count == 10
    lines = b"".join(client.get(LIST, {"year": 2026, "export": "csv"}).streaming_content)
    assert lines.decode("utf-8-sig").splitlines()[0] == "Bank holiday,Day,Where"


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["procurement", "administrator"])
def test_a_day_is_added_in_several_nations_and_removed_with_history(client, role):
    keeper = person_with(role)
    client.force_login(keeper)
    day = {"on_day": "2", "on_month": "1", "on_year": "2029"}
    wrong = client.post(reverse("terms:holiday_add"), {**day, "on_day": "6", "name": "Rest"})
    assert "6 January 2029 is a Saturday" in wrong.content.decode()
    sent = {**day, "name": "Day of rest", "nations": [ENGLAND, SCOTLAND], "reason": "Proclaimed"}
    assert client.post(reverse("terms:holiday_add"), sent).status_code == 302
    assert BankHoliday.objects.filter(on=D(2029, 1, 2)).count() == 2
    again = client.post(reverse("terms:holiday_add"), sent).content.decode()
    assert "Scotland has Day of rest on this day already" in again
    holiday = BankHoliday.objects.get(on=D(2029, 1, 2), nation=SCOTLAND)
    page = reverse("terms:holiday_remove", args=[holiday.pk])
    assert client.post(page, {"reason": ""}).status_code == 200
    assert client.post(page, {"reason": "Only in England"}).status_code == 302
    assert client.get(page).status_code == 404
    told = client.get(reverse("terms:holidays_history")).content.decode()
    assert "Only in England" in told
    assert "Proclaimed" in told


@pytest.mark.django_db
def test_the_list_costs_the_same_for_one_and_for_many(client, django_assert_max_num_queries):
    client.force_login(person_with("auditor"))
    client.get(LIST)
    for query in ({"year": 2026, "nation": ENGLAND}, {}):
        with django_assert_max_num_queries(9):
            client.get(LIST, query)
