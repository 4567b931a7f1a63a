"""Dates, amounts and yes/no as people write them."""

# ruff: noqa: DTZ001 - a cell of a spreadsheet has no time zone
import datetime as dt
from decimal import Decimal

import pytest

from common.spreadsheets import values

APRIL_17 = dt.date(2025, 4, 17)


@pytest.mark.parametrize(
    "cell",
    [
        APRIL_17, dt.datetime(2025, 4, 17, 23, 59), "2025-04-17", "2025-04-17T00:00:00+01:00",
        "2025-04-17T23:59:59+01:00", "2025-04-17T00:00:00Z", "2025-04-17 00:00:00",
        "2025-04-17T00:00:00.000+0100", "2025/04/17", "20250417", 20250417, "17/04/2025", "17/4/25",
        "17.04.2025", "17-04-2025", "17/04/2025 00:00", "17/04/2025 12:00:00 am", "17 Apr 2025",
        "17 April 2025", "17th April 2025", "17-Apr-2025", "17-Apr-25", "17 Apr. 2025",
        "Thursday 17 April 2025", "Thursday, 17 April 2025", "April 17, 2025", 45764, 45764.75, "45764", " 17/04/2025\xa0",
    ],
    ids=str,
)  # fmt: skip
def test_one_day_written_in_many_ways(cell):
    assert values.date(cell) == APRIL_17


def test_time_zone_never_shifts_the_day():
    moment = dt.datetime(2025, 4, 17, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    assert values.date(moment) == APRIL_17
    assert values.date("2025-04-17T00:00:00+14:00") == APRIL_17
    assert values.date("2025-04-17T23:59:59-11:00") == APRIL_17


@pytest.mark.parametrize("cell", ["", "  ", None, "\xa0"])
def test_blank_is_no_date_no_amount_no_answer(cell):
    assert values.date(cell) is None
    assert values.money(cell) is None
    assert values.yes_or_no(cell) is None


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("Oct 17", "does not say which day"),
        ("October 2017", "does not say which day"),
        ("Oct-17", "does not say which day"),
        ("10/2017", "does not say which day"),
        ("2017", "does not say which day"),
        (2017, "does not say which day"),
        ("2017/18", "does not say which day"),
        ("04/17/2025", "has no month 17"),
        ("31/02/2025", "does not exist"),
        ("29/02/2025", "does not exist"),
        ("01/01/0025", "year 25"),
        ("17/04/20255", "not a date"),
        ("TBC", "leave the cell blank"),
        ("ongoing", "leave the cell blank"),
        ("soon", "not a date we can read"),
        ("17 Foo 2025", "not a date we can read"),
        (12, "not a date we can read"),
        (-5.5, "not a date we can read"),
        (True, "not a date we can read"),
    ],
)
def test_what_is_not_an_exact_date_is_refused_with_words(cell, words):
    with pytest.raises(values.NotUnderstood) as refused:
        values.date(cell)
    assert words in str(refused.value)
    assert str(cell) in str(refused.value) or cell is True


def test_refusal_shows_how_to_write_it():
    with pytest.raises(values.NotUnderstood, match="such as 17/04/2025 or 17 April 2025"):
        values.date("Oct 17")


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("£1,250,000.00", "1250000"), ("1250000", "1250000"), ("1,250,000", "1250000"), ("1.25m", "1250000"),
        ("£1.25 million", "1250000"), ("250k", "250000"), ("2bn", "2000000000"), ("(500)", "-500"),
        ("(£500.50)", "-500.50"), ("-£500", "-500"), ("£-500", "-500"), ("500-", "-500"), ("−500", "-500"),
        ("0", "0"), ("£0.00", "0"), ("GBP 500", "500"), ("500 GBP", "500"), ("1 250 000", "1250000"),
        ("1.25E+06", "1250000"), (".5", "0.5"), ("5.", "5"), (3380.86, "3380.86"), (3380.8599999999997, "3380.86"),
        (1250000, "1250000"), (Decimal("1.10"), "1.10"), ("12.3456", "12.3456"), ("45000.0000", "45000"),
    ],
)  # fmt: skip
def test_amounts_as_people_write_them(cell, amount):
    assert values.money(cell) == Decimal(amount)


@pytest.mark.parametrize(
    "cell",
    [
        "TBC",
        "1,25",
        "12,34,567",
        "1.250.000,00",
        "five",
        "£",
        "10%",
        "1.2.3",
        "--5",
        "5x",
        "NaN",
        "Infinity",
        "1e999",
    ],
)
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(values.NotUnderstood, match="is not an amount"):
        values.money(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "1e30",
        "1E+27",
        "9" * 28,
        1e30,
        10**30,
        float("inf"),
        float("-inf"),
        float("nan"),
        "900000000000000bn",
    ],
)
def test_absurd_amounts_are_refused_in_words(cell):
    with pytest.raises(values.NotUnderstood, match="too large to be an amount|is not an amount"):
        values.money(cell)


def test_other_currencies_and_dates_are_refused_as_amounts():
    with pytest.raises(values.NotUnderstood, match="not in pounds"):
        values.money("€500")
    with pytest.raises(values.NotUnderstood, match="is a date"):
        values.money(dt.datetime(2025, 4, 17))


@pytest.mark.parametrize(("cell", "answer"), [("Yes", True), ("y", True), (True, True), (1, True), ("TRUE", True),
                                              ("No", False), ("n", False), (False, False), (0, False)])  # fmt: skip
def test_yes_and_no(cell, answer):
    assert values.yes_or_no(cell) is answer


def test_maybe_is_neither():
    with pytest.raises(values.NotUnderstood, match="neither yes nor no"):
        values.yes_or_no("Maybe")


def test_text_is_the_same_from_csv_and_excel():
    assert values.text(12345678.0) == "12345678"
    assert values.text(0.1) == "0.1"
    assert values.text(1e22) == "0" or values.text(1e22)  # absurd, but no crash
    assert values.text(float("nan")) == "0"
    assert values.text(" two\r\nlines\xa0") == "two\nlines"
    assert values.text("'=1+1") == "=1+1"
