"""What was paid, year by year: recorded in one save, beside what was agreed, and never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from suppliers import actions, rules
from suppliers.actions import YearOfSpend
from suppliers.columns import amounts
from suppliers.models import SupplierSpend
from suppliers.rules import Amounts
from suppliers.spending import Spending
from tests.factories import ContractFactory, SupplierFactory, person_with
from tests.suppliers.factories import SupplierSpendFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Pat Rowe")
    client.force_login(person)
    return person


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2025/26", 2025), ("2025-26", 2025), ("2025–2026", 2025), ("2025 / 26", 2025), ("2025", 2025),
        ("25/26", 2025), ("FY25/26", 2025), ("fy 2025/26", 2025), ("'25", 2025), ("2000/01", 2000), ("2026/27", 2026),
    ],
)  # fmt: skip
def test_a_financial_year_is_read_as_people_write_it(text, year):
    assert rules.read_year(text, today=TODAY) == year


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("last year", "must be a financial year"),
        ("", "must be a financial year"),
        ("2025/27", "must be one financial year"),
        ("2025/25", "must be one financial year"),
        ("1999/00", "must be between 2000/01 and 2026/27"),
        ("2027/28", "must be between"),
        ("20255", "must be a financial year"),
        ("٢٠٢٥", "must be a financial year"),
    ],
)
def test_what_is_no_financial_year_is_refused_in_words(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        rules.read_year(text, today=TODAY)


@given(st.dates(min_value=date(2000, 4, 1), max_value=date(2149, 12, 31)))
def test_every_day_lies_in_its_financial_year(day):
    year = rules.financial_year(day)
    assert rules.first_day(year) <= day <= rules.last_day(year)
    assert rules.first_day(year + 1) > rules.last_day(year)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("2025/26\t£1,250,000", [(1, "2025/26", "£1,250,000", "", "")]),
        (
            "Financial year\tSpend\n\n2025/26\t5\tEUR\tLedger",
            [(3, "2025/26", "5", "EUR", "Ledger")],
        ),
        ("2025/26; 5\n2024/25; 6", [(1, "2025/26", "5", "", ""), (2, "2024/25", "6", "", "")]),
        ("2025/26 1,250,000", [(1, "2025/26", "1,250,000", "", "")]),
        ("2025/26", [(1, "2025/26", "", "", "")]),
    ],
)
def test_a_pasted_table_falls_into_its_columns(text, lines):
    found = rules.pasted_lines(text)
    assert [(l.number, l.year, l.amount, l.currency, l.source) for l in found] == lines


# --- recording ----------------------------------------------------------------------------------


def kept(supplier):
    return sorted(supplier.spend.values_list("year", "currency", "amount", "source"))


def record_page(supplier):
    return reverse("suppliers:spend_record", args=[supplier.pk])


def test_several_years_are_recorded_in_one_save(client, procurement):
    supplier = SupplierFactory()
    typed = {
        "y2025-GBP-amount": "£1,250,000", "y2025-GBP-source": "Ledger", "y2024-GBP-amount": "0",
        "other-year": "2019/20", "other-currency": "eur", "other-amount": "7.50",
    }  # fmt: skip
    answer = client.post(record_page(supplier), typed)
    assert answer.url == reverse("suppliers:spend", args=[supplier.pk])
    assert kept(supplier) == [
        (2019, "EUR", Decimal("7.50"), ""),
        (2024, "GBP", Decimal(0), ""),  # paid nothing, which is known
        (2025, "GBP", Decimal(1_250_000), "Ledger"),
    ]
    row = supplier.spend.get(year=2025)
    assert (row.recorded_by, row.history.get().history_user) == (procurement, procurement)


def test_a_pasted_table_is_recorded_over_what_was_typed(client, procurement):
    supplier = SupplierFactory()
    SupplierSpendFactory(supplier=supplier, year=2024, amount=5, source="Ledger")
    pasted = "Year\tSpend\n2025/26\t1,250,000\tGBP\tOracle\n2024/25\t6\n2010/11\t7"
    typed = {
        "pasted": pasted,
        "y2025-GBP-amount": "1",
        "y2024-GBP-amount": "5",
        "y2024-GBP-source": "Ledger",
        "y2024-GBP-version": "1",
    }
    client.post(record_page(supplier), typed)
    assert kept(supplier) == [
        (2010, "GBP", Decimal(7), ""),
        (2024, "GBP", Decimal(6), "Ledger"),
        (2025, "GBP", Decimal(1_250_000), "Oracle"),
    ]


def test_every_error_is_told_at_once_nothing_is_saved_and_what_was_typed_stays(client, procurement):
    supplier = SupplierFactory()
    typed = {
        "y2025-GBP-amount": "a lot", "y2024-GBP-source": "Ledger", "y2023-GBP-amount": "-1", "y2022-GBP-amount": "5",
        "other-year": "2025/26", "other-amount": "5", "other-currency": "£",
        "pasted": "2031/32\t5\n2024/25\tx\tpounds\n2024/25\t5\n2024/25\t6",
    }  # fmt: skip
    answer = client.post(record_page(supplier), typed)
    problems = dict.fromkeys(sentence for _, sentence in answer.context["sheet"].error_list)
    assert list(problems) == [
        "2025/26: amount must be an amount of money, like 1250000 or £1,250,000",
        "2024/25: enter the amount that comes from this source",
        "2023/24: amount must be £0 or more",
        "Another year: currency must be three capital letters, such as GBP",
        "Line 1: Year must be between 2000/01 and 2026/27",
        "Line 2: Currency must be three capital letters, such as GBP",
        "Line 2: Amount must be an amount of money, like 1250000 or £1,250,000",
        "Line 4: 2024/25 is also on line 3",
    ]
    assert 'value="a lot"' in answer.content.decode()
    assert not SupplierSpend.objects.exists()


def test_a_year_that_has_a_line_is_not_taken_twice(client, procurement):
    typed = {"other-year": "2025/26", "other-amount": "5"}
    answer = client.post(record_page(SupplierFactory()), typed)
    assert answer.context["sheet"].error_list == [
        ("id_other-year", "Another year: this year has a line above")
    ]


def test_an_emptied_box_takes_the_record_away_and_history_keeps_it(client, procurement):
    row = SupplierSpendFactory(year=2025, amount=5)
    typed = {"y2025-GBP-amount": "", "y2025-GBP-version": "1", "reason": "Another Acme's"}
    client.post(record_page(row.supplier), typed)
    assert not row.supplier.spend.exists()
    latest = SupplierSpend.history.first()
    assert (latest.history_type, latest.history_change_reason, latest.label) == (
        "-", "Another Acme's", "2025/26",
    )  # fmt: skip


def test_of_two_people_who_record_a_year_the_second_sees_what_the_first_wrote(client, procurement):
    supplier = SupplierFactory()
    SupplierSpendFactory(supplier=supplier, year=2025, amount=9, recorded_by=procurement)
    typed = {"y2025-GBP-amount": "5", "y2025-GBP-version": "0", "y2024-GBP-amount": "4"}
    answer = client.post(record_page(supplier), typed)
    (problem,) = answer.context["sheet"].error_list
    assert problem[1].startswith("2025/26: while this page was open, Pat Rowe recorded 9")
    assert kept(supplier) == [(2025, "GBP", Decimal(9), "")]
    again = {line.prefix: line.version for line in answer.context["sheet"].lines}
    client.post(record_page(supplier), typed | {"y2025-GBP-version": again["y2025-GBP"]})
    assert kept(supplier) == [(2024, "GBP", Decimal(4), ""), (2025, "GBP", Decimal(5), "")]


def test_the_action_refuses_what_another_has_recorded(procurement):
    supplier = SupplierFactory()
    SupplierSpendFactory(supplier=supplier, year=2025)
    lines = [YearOfSpend(2025, "GBP", Decimal(1)), YearOfSpend(2024, "GBP", Decimal(1))]
    with pytest.raises(actions.SpendChanged) as changed:
        actions.record_spend(supplier=supplier, lines=lines, by=procurement)
    assert changed.value.years == [(2025, "GBP")]
    assert supplier.spend.count() == 1


def test_saving_without_a_change_writes_no_history(client, procurement):
    row = SupplierSpendFactory(year=2025, amount=5)
    typed = {"y2025-GBP-amount": "£5.00", "y2025-GBP-version": "1"}
    client.post(record_page(row.supplier), typed)
    assert row.history.count() == 1


# --- beside what was agreed -----------------------------------------------------------------------


def spending(supplier, user=None):
    return Spending(supplier, user or person_with("procurement"), today=TODAY)


def lines(supplier, user=None, currency="GBP"):
    tables = {table["currency"]: table for table in spending(supplier, user).tables}
    return {line["year"]: line for line in tables[currency]["lines"]}


@pytest.mark.parametrize(
    ("columns", "years"),
    [
        ({"commences_on": date(2024, 3, 31), "ends_on": date(2026, 4, 1)}, [2023, 2024, 2025, 2026]),
        ({"commences_on": date(2024, 4, 1), "ends_on": date(2026, 3, 31), "stage": "ended"}, [2024, 2025]),
        ({"commences_on": date(2025, 6, 1)}, [2025, 2026]),
        # past its end and not closed: it runs on
        ({"commences_on": date(2022, 4, 1), "ends_on": date(2023, 3, 31)}, [2022, 2023, 2024, 2025, 2026]),
        ({"commences_on": date(2022, 4, 1), "ends_on": date(2023, 3, 31), "stage": "ended"}, [2022]),
        ({"commences_on": date(2022, 4, 1), "ends_on": date(2026, 3, 31), "ended_on": date(2023, 5, 1), "stage": "ended"}, [2022, 2023]),
        ({"commences_on": date(2022, 4, 1), "stage": "draft"}, []),
        ({"commences_on": date(2022, 4, 1), "stage": "awaiting_conditions"}, []),
        ({"commences_on": date(2022, 4, 1), "stage": "ended"}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_in_which_years_a_contract_counts(columns, years):
    supplier = SupplierFactory()
    ContractFactory(supplier=supplier, annual_value=Decimal(100), **columns)
    agreed = spending(supplier).agreed
    assert [year for year in sorted(agreed.by_year) if agreed.by_year[year]] == years


def test_a_contract_without_a_start_is_said_to_be_left_out(client, procurement):
    contract = ContractFactory(annual_value=Decimal(100))
    page = client.get(reverse("suppliers:spend", args=[contract.supplier_id]))
    assert spending(contract.supplier).agreed.left_out == [
        "1 contract without a commencement date is left out"
    ]
    assert page.status_code == 200


def test_a_missing_figure_is_not_recorded_and_never_zero(client, procurement):
    supplier = SupplierFactory()
    SupplierSpendFactory(supplier=supplier, year=2024, amount=70)
    for value in (Decimal(100), None):
        ContractFactory(supplier=supplier, annual_value=value, commences_on=date(2024, 4, 1))
    found = lines(supplier)
    assert (found[2024]["spent"], found[2024]["agreed"], found[2024]["missing"]) == (70, 100, 1)
    assert found[2024]["difference"] is None  # one contract's value is missing
    assert found[2025]["spent"] is None
    assert found[2023]["agreed"] is None
    page = client.get(reverse("suppliers:spend", args=[supplier.pk])).content.decode()
    assert "What was spent in 2025/26 is not recorded" in page
    assert "1 contract without an annual value" in page
    assert "Spend not recorded" in page
    assert (
        ">2021/22</text>" not in page
    )  # nothing is known: a line of the table, none of the picture


def test_currencies_have_tables_of_their_own():
    supplier = SupplierFactory()
    SupplierSpendFactory(supplier=supplier, year=2025, amount=70)
    SupplierSpendFactory(supplier=supplier, year=2025, amount=5, currency="EUR")
    ContractFactory(
        supplier=supplier, annual_value=Decimal(9), currency="EUR", commences_on=date(2025, 4, 1)
    )
    assert [table["currency"] for table in spending(supplier).tables] == ["GBP", "EUR"]
    assert lines(supplier)[2025]["agreed"] is None
    assert lines(supplier, currency="EUR")[2025]["difference"] == Decimal(-4)


def test_contracts_that_the_reader_may_not_see_are_not_counted():
    contract = ContractFactory(annual_value=Decimal(100), commences_on=date(2025, 4, 1))
    assert lines(contract.supplier, person_with("viewer", contract.unit))[2025]["agreed"] == 100
    stranger = person_with("viewer", ContractFactory().unit)
    assert lines(contract.supplier, stranger)[2025]["agreed"] is None


def test_who_sees_some_contracts_only_is_shown_no_difference_to_what_was_paid_in_all(client):
    contract = ContractFactory(annual_value=Decimal(100), commences_on=date(2025, 4, 1))
    SupplierSpendFactory(supplier=contract.supplier, year=2025, amount=900)
    viewer = person_with("viewer", contract.unit)
    assert lines(contract.supplier)[2025]["difference_in_words"] == "£800 more spent"
    assert lines(contract.supplier, viewer)[2025]["difference"] is None
    client.force_login(viewer)
    page = client.get(reverse("suppliers:spend", args=[contract.supplier_id])).content.decode()
    assert "the contracts that you may see in force in that year came to £100 a year" in page
    assert "Other units may have contracts" in page


def test_old_years_are_shown_as_far_back_as_something_is_recorded():
    supplier = SupplierFactory()
    assert spending(supplier).years == [2026, 2025, 2024, 2023, 2022, 2021]
    SupplierSpendFactory(supplier=supplier, year=2019)
    SupplierSpendFactory(supplier=supplier, year=2001)
    assert spending(supplier).years == list(range(2026, 2014, -1))


def test_last_years_spend_is_a_figure_of_the_supplier_and_of_the_list(client, procurement):
    supplier = SupplierFactory(name="A")
    SupplierFactory(name="B")
    SupplierSpendFactory(supplier=supplier, year=2025, amount=1_234_000)
    SupplierSpendFactory(supplier=supplier, year=2026, amount=5)
    figures = client.get(supplier.get_absolute_url()).context["figures"]
    (figure,) = [figure for figure in figures if figure["label"] == "Spend last year"]
    assert (figure["number"], figure["hint"]) == ("£1.2m", "In 2025/26")
    shown = client.get("/suppliers/", {"columns": "spend"}).context["page"].lines
    assert [line["cells"][-1][1] for line in shown] == ["£1,234,000", "Not recorded"]


def test_what_is_recorded_of_some_companies_of_a_group_is_said_to_be_part():
    assert amounts(Amounts({"GBP": Decimal(5)}, missing=2)) == "£5 (2 not recorded)"


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_of_spend_costs_the_same_for_one_year_and_for_many(
    client, procurement, number, django_assert_num_queries
):
    supplier = SupplierFactory()
    for back in range(number):
        SupplierSpendFactory(supplier=supplier, year=2026 - back)
        ContractFactory(supplier=supplier, commences_on=date(2026 - back, 4, 1))
    with django_assert_num_queries(8):
        client.get(reverse("suppliers:spend", args=[supplier.pk]))
