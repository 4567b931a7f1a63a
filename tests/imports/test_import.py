"""From a file to the register: what comes in, what it is matched with, and that nothing is half saved."""

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction

from accounts.models import BusinessUnit
from contracts.imports import actions, importing
from contracts.imports.models import ImportRun, SupplierAlias
from contracts.models import Contract, ContractSupplier
from suppliers.models import Supplier
from tests.factories import BusinessUnitFactory, ContractFactory, SupplierFactory, UserFactory
from tests.imports.files import checked, counts, csv_file, errors, imported, real_file, xlsx_file

pytestmark = pytest.mark.django_db

ALL_NEW = {"new": 1, "changed": 0, "same": 0, "wrong": 0}


# --- real files -----------------------------------------------------------------------------------


def test_contracts_finder_awards_come_in_whole_and_once(procurement, housing):
    run = imported(
        real_file("contracts-finder/awards_flat.csv"), by=procurement, default_unit=housing.pk
    )

    assert counts(run) == {"new": 147, "changed": 0, "same": 0, "wrong": 0}
    assert Contract.objects.count() == Contract.history.count() == 147
    assert Supplier.objects.count() == Supplier.history.count() == run.suppliers_added
    again = checked(
        real_file("contracts-finder/awards_flat.csv"), by=procurement, default_unit=housing.pk
    )
    assert counts(again) == {"new": 0, "changed": 0, "same": 147, "wrong": 0}


def test_dates_with_a_time_zone_keep_their_day(procurement, housing):
    file = real_file("contracts-finder/awards_flat.csv")
    written = {
        row["release_id"]: (row["start"][:10], row["end"][:10])
        for row in csv.DictReader(io.StringIO(file.read().decode("utf-8-sig")))
    }
    file.seek(0)
    imported(file, by=procurement, default_unit=housing.pk)

    kept = Contract.objects.values_list("reference", "commences_on", "ends_on")
    assert {ref: (str(start), str(end)) for ref, start, end in kept} == written
    flooring = Contract.objects.get(title__startswith="UOW822")
    # 2021-07-19T00:00:00+01:00 to 2025-08-04T23:59:59+01:00
    assert (flooring.commences_on, flooring.ends_on) == (date(2021, 7, 19), date(2025, 8, 4))


def test_consortium_in_one_cell_becomes_a_lead_and_further_suppliers(procurement, housing):
    imported(real_file("contracts-finder/awards_flat.csv"), by=procurement, default_unit=housing.pk)

    flooring = Contract.objects.get(title__startswith="UOW822")
    assert flooring.supplier.name == "Hennessy Flooring Ltd"
    further = [part.supplier.name for part in flooring.further_suppliers.all()]
    assert further == ["LGM Limited", "McManus Flooring"]
    assert ContractSupplier.history.count() == ContractSupplier.objects.count()


def test_683_council_contracts_with_repeated_ids(procurement, housing):
    file = "contracts-finder/uk_contracts_finder.csv"
    run = checked(real_file(file), by=procurement, default_unit=housing.pk)

    # 557 references; those on several rows differ in their CPV code, so none of them is guessed.
    assert counts(run) == {"new": 485, "changed": 0, "same": 0, "wrong": 198}
    wrong = errors(run)
    assert wrong[7] == [("release_id", "“336746” is also on rows 8, 9, where other cells differ")]
    assert wrong[8] == [("release_id", "“336746” is also on row 7, where other cells differ")]

    run = actions.use_first_of_repeated_references(run=run, by=procurement)
    assert counts(run) == {"new": 556, "changed": 0, "same": 126, "wrong": 1}
    assert errors(run) == {336: [("tender_title", "The text has 264 characters; the most is 255")]}
    assert "Left out: row 7" in run.rows.get(number=8).note

    run = actions.confirm(run=run, by=procurement, good_rows_only=True)
    assert Contract.objects.count() == Contract.history.count() == 556
    leachate = Contract.objects.get(reference="454733")
    assert (leachate.commences_on, leachate.ends_on) == (date(2021, 4, 14), date(2022, 4, 13))
    assert "\n" in leachate.description
    assert leachate.value == Decimal(45000)
    assert leachate.stage == "ended"


# --- other layouts that public bodies publish -----------------------------------------------------


def test_nhs_layout(procurement, housing):
    file = csv_file(
        "CONTRACT_TITLE,MAXIMUM_CONTRACT_END_DATE,CONTRACT_AWARD_VALUE,PRIMARY_PROCUREMENT_CATEGORY,"
        "SHORT_DESCRIPTION,CONTRACT_START_DATE,CONTRACT_CF_AWARD_NOTICE,CONTRACT_EXTENDED,SUPPLIER_NAME,"
        "CONTRACT_EXTENDABLE,CONTRACT_CURRENT_END_DATE",
        'Scanning of prescriptions,31/03/2030,"£1,250,000.00",Digital,Scanning,01-Apr-24,No,No,Fictional Scans Ltd,'
        "Yes,31-Mar-27",
    )
    run = imported(file, by=procurement, default_unit=housing.pk)

    contract = Contract.objects.get()
    assert counts(run) == ALL_NEW
    assert (contract.commences_on, contract.ends_on) == (date(2024, 4, 1), date(2027, 3, 31))
    assert (contract.value, contract.category) == (Decimal(1250000), "Digital")
    assert contract.reference == f"I{run.pk}-0002"


def test_council_layout_with_both_values(procurement, housing):
    file = csv_file(
        "Contract Reference,Contract Name,Description,Supplier,Company Number,Procurement Method,Start Date,"
        "End Date,Contract Review Date,Contract Value (ex VAT),Contract Value (incl VAT)",
        "CU-1,Gritting,Salt,Fictional Salt Ltd,1234567,Open,01/10/2025,30/09/2028,01/04/2028,100000,120000",
        name="cumberland.csv",
    )
    imported(file, by=procurement, default_unit=housing.pk)

    contract = Contract.objects.get()
    assert (contract.value, contract.vat_basis) == (Decimal(100000), "net")
    assert contract.review_on == date(2028, 4, 1)
    assert contract.supplier.company_number == "01234567"


def test_transparency_code_layout(procurement, housing):
    headings = (
        real_file("lga-schema/lga_contract_register_template_header.csv").read().decode().strip()
    )
    cells = dict.fromkeys(headings.split(","), "") | {
        "ContractReference": "LG-1", "ContractTitle": "Libraries", "OrganisationalUnit": "hou",
        "Description": "Books", "CPVCode": "22113000", "StartDate": "01/04/2025", "EndDate": "31/03/2027",
        "ReviewDate": "01/10/2026", "ContractValue": "5000.50", "SupplierName": "Fictional Books CIC",
        "CompaniesHouseRegistrationNumber": "SC123456", "CharityCommissionNumber": "None",
        "SMESupplier": "Yes", "VCSESupplier": "No", "ProcessType": "Invitation to quote",
    }  # fmt: skip
    imported(csv_file(headings, ",".join(cells.values())), by=procurement)

    contract = Contract.objects.get()
    assert (contract.unit, contract.cpv_code) == (housing, "22113000")
    supplier = contract.supplier
    assert (supplier.company_number, supplier.is_sme, supplier.is_vcse) == ("SC123456", True, False)
    assert (supplier.charity_number, supplier.normalised_name) == ("", "fictional books cic")


def test_a_workbook_with_titles_real_dates_and_numbers(procurement, housing):
    file = xlsx_file(
        ["Our register"], [],
        ["Reference", "Title", "Start date", "End date", "Value", "CPV code", "Business unit"],
        ["W-1", "Roofs", date(2025, 4, 1), date(2027, 3, 31), 1250000.5, 9000000, "Housing"],
    )  # fmt: skip
    imported(file, by=procurement)

    contract = Contract.objects.get()
    assert (contract.commences_on, contract.ends_on) == (date(2025, 4, 1), date(2027, 3, 31))
    assert (contract.value, contract.cpv_code) == (Decimal("1250000.50"), "09000000")


# --- matching contracts ---------------------------------------------------------------------------


def test_a_reference_is_matched_whatever_its_case_and_only_changed_cells_change(
    procurement, housing
):
    ours = ContractFactory(reference="C-1", title="Lifts", unit=housing, value=500, notes="Keep")
    file = csv_file("Reference,Title,Value,Notes", "c-1,Lifts,£600,")

    run = imported(file, by=procurement)

    ours.refresh_from_db()
    assert counts(run) == {"new": 0, "changed": 1, "same": 0, "wrong": 0}
    assert run.rows.get().changes == [["Award value", "£500", "£600"]]
    assert (ours.reference, ours.value, ours.notes, ours.version) == ("C-1", 600, "Keep", 2)
    latest = ours.history.first()
    assert (latest.history_type, latest.history_user, latest.value) == ("~", procurement, 600)
    assert latest.history_change_reason == "Imported from register.csv"


def test_without_references_title_supplier_and_start_tell_contracts_apart(procurement, housing):
    lines = (
        "Title,Supplier,Start date,Value",
        "Lifts,Acme Ltd,01/04/2025,500",
        "Lifts,Acme Ltd,01/04/2026,500",
        "Lifts,Bolt Ltd,01/04/2025,500",
    )
    assert imported(csv_file(*lines), by=procurement, default_unit=housing.pk).new == 3

    changed = (*lines[:3], "LIFTS,BOLT LIMITED,1 April 2025,600")
    run = checked(csv_file(*changed), by=procurement, default_unit=housing.pk)
    assert counts(run) == {"new": 0, "changed": 1, "same": 2, "wrong": 0}


def test_rows_that_fit_several_contracts_are_not_guessed(procurement, housing):
    for reference in ("C-1", "C-2"):
        ContractFactory(reference=reference, title="Lifts", supplier=None, unit=housing)
    run = checked(csv_file("Title,Value", "Lifts,5"), by=procurement, default_unit=housing.pk)
    assert "Fits several contracts: C-1, C-2" in errors(run)[2][0][1]


def test_a_row_that_repeats_another_is_the_same(procurement, housing):
    file = csv_file("Reference,Title", "C-1,Lifts", "C-2,Roofs", "C-1,Lifts")
    run = imported(file, by=procurement, default_unit=housing.pk)
    assert counts(run) == {"new": 2, "changed": 0, "same": 1, "wrong": 0}
    assert run.rows.get(number=4).note == "Repeats row 2"


def test_one_reference_with_different_content_names_both_rows(procurement, housing):
    file = csv_file("Reference,Title", "C-1,Lifts", "C-2,Roofs", "c-1,Stairs")
    run = checked(file, by=procurement, default_unit=housing.pk)
    assert counts(run) == {"new": 1, "changed": 0, "same": 0, "wrong": 2}
    assert errors(run) == {
        2: [("Reference", "“C-1” is also on row 4, where other cells differ")],
        4: [("Reference", "“c-1” is also on row 2, where other cells differ")],
    }


def test_blank_cells_never_erase(procurement, housing):
    owner = UserFactory()
    ours = ContractFactory(
        reference="C-1", unit=housing, oco=owner, ends_on=date(2027, 3, 31), tier="gold"
    )
    file = csv_file("Reference,Title,OCO,End date,Tier", f"C-1,{ours.title},,,")
    assert counts(checked(file, by=procurement)) == {"new": 0, "changed": 0, "same": 1, "wrong": 0}


def test_the_notice_date_follows_the_end(procurement, housing):
    ours = ContractFactory(
        reference="C-1",
        unit=housing,
        ends_on=date(2027, 3, 31),
        notice_period=3,
        notice_unit="months",
    )
    file = csv_file(
        "Reference,Title,End date,Notice period",
        f"C-1,{ours.title},30/06/2027,",
        "C-2,Roofs,31/05/2026,90 days",
    )
    imported(file, by=procurement, default_unit=housing.pk)
    ours.refresh_from_db()
    assert (ours.ends_on, ours.notice_on) == (date(2027, 6, 30), date(2027, 3, 30))
    assert Contract.objects.get(reference="C-2").notice_on == date(2026, 3, 2)


# --- units, people, suppliers ---------------------------------------------------------------------


def test_unknown_units_are_asked_about_and_added_only_when_told(procurement, housing):
    file = csv_file(
        "Reference,Title,Directorate", "C-1,Lifts,Parks", "C-2,Roofs,Housng", "C-3,Doors,HOU"
    )
    run = checked(file, by=procurement)
    assert run.state == "asking"
    assert run.options["unknown_units"] == {"parks": "Parks", "housng": "Housng"}

    answers = {"units": {"parks": "create", "housng": housing.pk}}
    run = actions.answer(run=run, by=procurement, options=answers)
    run = actions.confirm(run=run, by=procurement)

    assert (run.new, run.units_added) == (3, 1)
    parks = BusinessUnit.objects.get(name="Parks")
    assert parks.history.get().history_user == procurement
    units = dict(Contract.objects.values_list("reference", "unit"))
    assert units == {"C-1": parks.pk, "C-2": housing.pk, "C-3": housing.pk}


def test_answers_about_units_are_remembered_for_the_next_file(procurement, housing):
    def file():
        return csv_file("Reference,Title,Directorate", "C-1,Lifts,Housng")

    actions.answer(
        run=checked(file(), by=procurement),
        by=procurement,
        options={"units": {"housng": housing.pk}},
    )
    run = actions.upload(file=file(), by=procurement)
    assert actions.choose_columns(run=run, mapping=run.mapping, by=procurement).state == "checked"


def test_people_are_found_by_e_mail_or_full_name_and_never_made(procurement, housing):
    alex, sam = UserFactory(name="Alex Shah"), UserFactory(name="Sam Lee", email="sam@example.org")
    UserFactory(name="Jo Bloggs"), UserFactory(name="Jo Bloggs")
    file = csv_file(
        "Reference,Title,OCO,SRO",
        "C-1,Lifts,alex shah,SAM@example.org",
        "C-2,Roofs,Nobody Known,",
        "C-3,Doors,Jo Bloggs,",
        "C-4,Gates,Alex Shah,Alex Shah",
    )
    run = imported(file, by=procurement, default_unit=housing.pk, good_rows_only=True)

    contract = Contract.objects.get()
    assert (contract.oco, contract.sro) == (alex, sam)
    wrong = errors(run)
    assert wrong[3][0][0] == "OCO"
    assert "“Nobody Known” is nobody we know" in wrong[3][0][1]
    assert "2 people are called “Jo Bloggs”" in wrong[4][0][1]
    assert "SRO must be somebody other" in wrong[5][0][1]


def test_who_has_left_stays_where_they_are_but_is_given_nothing_new(procurement, housing):
    gone = UserFactory(name="Gone Away", is_active=False)
    closed = BusinessUnitFactory(name="Closed", is_active=False)
    ContractFactory(reference="C-1", title="Lifts", unit=closed, oco=gone)
    ContractFactory(reference="C-2", title="Roofs", unit=housing)
    file = csv_file(
        "Reference,Title,OCO,Unit", "C-1,Lifts,Gone Away,Closed", "C-2,Roofs,Gone Away,Closed"
    )
    run = checked(file, by=procurement)
    assert counts(run) == {"new": 0, "changed": 0, "same": 1, "wrong": 1}
    assert errors(run)[3] == [
        ("Unit", "This business unit is no longer in use"),
        ("OCO", "This person has left"),
    ]


def test_suppliers_are_matched_by_number_before_name(procurement, housing):
    acme = SupplierFactory(name="Acme Ltd", company_number="01234567")
    file = csv_file("Reference,Title,Supplier,Company number", "C-1,Lifts,Something Else,1234567")
    imported(file, by=procurement, default_unit=housing.pk)
    assert Contract.objects.get().supplier == acme
    assert Supplier.objects.count() == 1


def test_a_supplier_comes_in_with_all_its_numbers(procurement, housing):
    file = csv_file(
        "Reference,Title,Business unit,Supplier,Charity number,VAT registration number,PPON",
        "R-1,Cleaning,Housing,Acme Trust,sc 012345,990 0773 04,pmpb8772vywm",
    )
    imported(file, by=procurement)
    supplier = Supplier.objects.get()
    assert supplier.charity_number == "SC012345"
    assert supplier.vat_number == "GB990077304"
    assert supplier.ppon == "PMPB-8772-VYWM"


def test_a_wrong_number_of_a_supplier_is_named(procurement, housing):
    file = csv_file(
        "Reference,Title,Business unit,Supplier,Charity number,VAT number,PPON",
        "R-1,Cleaning,Housing,Acme Trust,12,GB990077305,PMPB",
    )
    (row,) = errors(checked(file, by=procurement)).values()
    assert [heading for heading, _ in row] == ["Charity number", "VAT number", "PPON"]
    assert "does not add up" in row[1][1]


def test_a_ppon_finds_its_supplier_under_another_name(procurement, housing):
    supplier = SupplierFactory(name="Acme Ltd", ppon="PMPB-8772-VYWM")
    file = csv_file(
        "Reference,Title,Business unit,Supplier,PPON",
        "R-1,Cleaning,Housing,Quite Another Name,PMPB-8772-VYWM",
    )
    imported(file, by=procurement)
    assert Contract.objects.get().supplier == supplier


def test_of_two_new_suppliers_with_one_ppon_one_keeps_it(procurement, housing):
    file = csv_file(
        "Reference,Title,Business unit,Supplier,Company number,PPON",
        "R-1,Cleaning,Housing,Acme,01234567,PMPB-8772-VYWM",
        "R-2,Catering,Housing,Bolt,07654321,PMPB-8772-VYWM",
    )
    imported(file, by=procurement)
    assert sorted(Supplier.objects.values_list("name", "ppon")) == [
        ("Acme", "PMPB-8772-VYWM"),
        ("Bolt", ""),
    ]


def test_a_ppon_given_to_another_meanwhile_stops_the_import(procurement, housing):
    file = csv_file(
        "Reference,Title,Business unit,Supplier,PPON",
        "R-1,Cleaning,Housing,Acme,PMPB-8772-VYWM",
    )
    run = checked(file, by=procurement)
    SupplierFactory(name="Bolt", ppon="PMPB-8772-VYWM")
    run = actions.confirm(run=run, by=procurement)
    assert (run.state, run.problem) == (ImportRun.State.CHECKED, actions.REGISTER_CHANGED)


def test_suppliers_are_matched_by_normalised_name(procurement, housing):
    acme = SupplierFactory(name="Acme & Sons Limited")
    imported(
        csv_file("Reference,Title,Supplier", "C-1,Lifts,ACME and Sons Ltd."),
        by=procurement,
        default_unit=housing.pk,
    )
    assert Contract.objects.get().supplier == acme


def test_near_names_are_asked_and_the_answer_is_remembered(procurement, housing):
    acme = SupplierFactory(name="Acme Ltd")

    def file():
        return csv_file("Reference,Title,Supplier", "C-1,Lifts,Acme", "C-2,Roofs,Bolt plc")

    run = checked(file(), by=procurement, default_unit=housing.pk, suppliers="")
    assert run.state == "asking"
    question = run.questions.get()
    assert (question.name, question.candidates[0][:2]) == ("Acme", ["ours", acme.pk])

    run = actions.answer(run=run, by=procurement, suppliers={question.pk: f"ours:{acme.pk}"})
    actions.confirm(run=run, by=procurement)
    assert Contract.objects.get(reference="C-1").supplier == acme
    assert Supplier.objects.count() == 2
    assert SupplierAlias.objects.get().key == "acme"
    again = checked(file(), by=procurement, default_unit=housing.pk, suppliers="")
    assert counts(again) == {"new": 0, "changed": 0, "same": 2, "wrong": 0}


def test_near_names_inside_one_file_can_be_said_to_be_the_same(procurement, housing):
    file = csv_file("Reference,Title,Supplier", "C-1,Lifts,Acme Ltd", "C-2,Roofs,Acme")
    run = checked(file, by=procurement, default_unit=housing.pk, suppliers="")
    question = run.questions.get()
    kind, key, _, _ = question.candidates[0]
    run = actions.answer(run=run, by=procurement, suppliers={question.pk: f"{kind}:{key}"})
    actions.confirm(run=run, by=procurement)
    assert Supplier.objects.count() == 1
    assert len(set(Contract.objects.values_list("supplier", flat=True))) == 1


def test_the_same_name_with_another_company_number_is_asked(procurement, housing):
    SupplierFactory(name="Acme Ltd", company_number="01234567")
    file = csv_file("Reference,Title,Supplier,Company number", "C-1,Lifts,Acme Ltd,07654321")
    run = checked(file, by=procurement, default_unit=housing.pk, suppliers="")
    assert "has the company number 01234567" in run.questions.get().candidates[0][3]


def test_suppliers_of_rows_that_are_left_out_are_not_added(procurement, housing):
    file = csv_file(
        "Reference,Title,Supplier,End date", "C-1,Lifts,Acme Ltd,", "C-2,Roofs,Bolt Ltd,soon"
    )
    imported(file, by=procurement, default_unit=housing.pk, good_rows_only=True)
    assert [s.name for s in Supplier.objects.all()] == ["Acme Ltd"]


def test_further_suppliers_are_added_and_never_taken_away(procurement, housing):
    ours = ContractFactory(
        reference="C-1", title="Lifts", unit=housing, supplier=SupplierFactory(name="Acme Ltd")
    )
    ContractSupplier.objects.create(contract=ours, supplier=SupplierFactory(name="Bolt Ltd"))
    run = imported(
        csv_file("Reference,Title,Supplier", "C-1,Lifts,Acme Ltd; Crown Ltd"), by=procurement
    )
    assert run.rows.get().changes == [["Further suppliers", "Bolt Ltd", "Bolt Ltd, Crown Ltd"]]
    assert {part.supplier.name for part in ours.further_suppliers.all()} == {
        "Bolt Ltd",
        "Crown Ltd",
    }


# --- bad input ------------------------------------------------------------------------------------


def test_all_errors_of_a_row_are_said_with_their_columns(procurement, housing):
    file = csv_file(
        "Reference,Title,Start date,End date,Value,Tier,CPV code,Supplier,Company number",
        "C-1,,Oct 17,31/02/2025,TBC,Diamond,12,Acme,12",
    )
    run = checked(file, by=procurement, default_unit=housing.pk)
    found = dict(errors(run)[2])
    assert "does not say which day" in found["Start date"]
    assert "does not exist" in found["End date"]
    assert "is not an amount" in found["Value"]
    assert "Write one of: Gold, Silver, Bronze" in found["Tier"]
    assert "8 figures" in found["CPV code"]
    assert "8 characters" in found["Company number"]
    assert found["Title"] == "The title is missing"


@pytest.mark.parametrize(
    ("heading", "cell", "words"),
    [
        ("Value", "-500", "£0 or more"),
        ("Value", "999999999999999", "less than £"),
        ("Value", "£150bn", "below £100,000,000,000"),
        ("End date", "01/01/1900", "year"),
        ("Notice period", "a while", "not a notice period"),
        ("Notice period", "9999 months", "1200 or less"),
        ("Currency", "pounds", "characters"),
        ("Reference", "x" * 61, "61 characters; the most is 60"),
        ("Title", "#REF!", "spreadsheet error #REF!"),
        ("Directorate", "", "business unit is missing"),
    ],
)
def test_a_bad_cell_is_named(procurement, heading, cell, words):
    row = {"Reference": "C-1", "Title": "Lifts", "Directorate": "Housing", heading: cell}
    BusinessUnitFactory(name="Housing")
    run = checked(csv_file(",".join(row), ",".join(f'"{c}"' for c in row.values())), by=procurement)
    (column, sentence), *_ = errors(run)[2]
    assert (column, words in sentence) == (heading, True), sentence


def test_end_before_start_is_refused_for_a_row_and_against_the_register(procurement, housing):
    ContractFactory(reference="C-2", title="Roofs", unit=housing, commences_on=date(2026, 4, 1))
    file = csv_file(
        "Reference,Title,Start date,End date",
        "C-1,Lifts,01/04/2026,31/03/2026",
        "C-2,Roofs,,31/03/2026",
    )
    run = checked(file, by=procurement, default_unit=housing.pk)
    assert [heading for heading, _ in errors(run)[2]] == ["End date"]
    assert "on or after the commencement date" in errors(run)[3][0][1]


def test_a_row_with_too_many_cells_is_an_error_of_that_row(procurement, housing):
    run = checked(
        csv_file("Reference,Title", "C-1,Lifts", "C-2,Roofs, walls"),
        by=procurement,
        default_unit=housing.pk,
    )
    assert counts(run) == {"new": 1, "changed": 0, "same": 0, "wrong": 1}
    assert "3 cells but there are 2 headings; the first too many is “walls”" in errors(run)[3][0][1]


def test_wrong_rows_stop_the_whole_import_unless_only_good_ones_are_wanted(procurement, housing):
    file = csv_file("Reference,Title,End date", "C-1,Lifts,", "C-2,Roofs,soon")
    run = checked(file, by=procurement, default_unit=housing.pk)
    with pytest.raises(ValueError, match="put right"):
        actions.confirm(run=run, by=procurement)
    assert not Contract.objects.exists()
    actions.confirm(run=run, by=procurement, good_rows_only=True)
    assert [c.reference for c in Contract.objects.all()] == ["C-1"]


def test_formulas_come_back_from_our_own_export_as_they_were(procurement, housing):
    imported(csv_file("Reference,Title", "C-1,'=1+1"), by=procurement, default_unit=housing.pk)
    assert Contract.objects.get().title == "=1+1"


def test_nul_bytes_do_no_harm(procurement, housing):
    padding = [
        f"P-{n},{'x' * 200}," for n in range(50)
    ]  # beyond the first look at what the file is
    file = csv_file("Reference,Title,End date", *padding, "C-1,Li\x00fts,so\x00on", "C-2,\x00,")
    run = checked(file, by=procurement, default_unit=housing.pk)
    assert (run.new, run.wrong) == (50, 2)


# --- one of two people, and a register that moves -------------------------------------------------


def test_only_one_of_two_confirmations_wins(procurement, housing):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    actions.confirm(run=run, by=procurement)
    run.refresh_from_db()
    with pytest.raises(actions.NoLongerWaiting):
        actions.confirm(run=ImportRun(pk=run.pk, wrong=0, size=1), by=procurement)
    assert Contract.history.count() == 1


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda unit: ContractFactory(reference="C-1", unit=unit),
        lambda unit: Contract.objects.filter(reference="C-9").update(version=2),
        lambda unit: SupplierFactory(name="ACME LIMITED"),
        lambda unit: BusinessUnitFactory(name="Parks"),
    ],
    ids=["reference taken", "contract edited", "supplier added", "unit added"],
)
def test_a_register_that_moved_on_is_not_written_to(procurement, housing, meanwhile):
    ContractFactory(reference="C-9", title="Gates", supplier=None, unit=housing)
    file = csv_file(
        "Reference,Title,Supplier,Unit,Value", "C-1,Lifts,Acme Ltd,Parks,5", "C-9,Gates,,Housing,5"
    )
    run = checked(file, by=procurement)
    run = actions.answer(run=run, by=procurement, options={"units": {"parks": "create"}})
    assert counts(run) == {"new": 1, "changed": 1, "same": 0, "wrong": 0}
    meanwhile(housing)
    before = Contract.history.count(), Supplier.history.count()

    run = actions.confirm(run=run, by=procurement)

    assert (run.state, run.problem) == ("checked", actions.REGISTER_CHANGED)
    assert (Contract.history.count(), Supplier.history.count()) == before
    again = actions.start_check(run=run, by=procurement)
    assert (again.state, again.problem) == ("checked", "")


def test_a_failure_in_the_middle_leaves_nothing(procurement, housing, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr(importing, "_add_further_suppliers", fail)
    run = checked(
        csv_file("Reference,Title,Supplier", "C-1,Lifts,Acme"),
        by=procurement,
        default_unit=housing.pk,
    )
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.confirm(run=run, by=procurement)
    assert not Contract.objects.exists()
    assert not Supplier.history.exists()


def test_a_stale_check_finds_nothing_to_do(procurement, housing):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    actions.check_now(run_pk=run.pk, attempt=run.attempt - 1)
    run.refresh_from_db()
    assert run.state == "checked"


def test_discarding_throws_the_file_away(procurement, housing, django_capture_on_commit_callbacks):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    path = run.file.path
    with django_capture_on_commit_callbacks(execute=True):
        run = actions.discard(run=run, by=procurement)
    assert (run.state, bool(run.file), run.rows.count()) == ("discarded", False, 0)
    assert not Path(path).exists()


def test_the_number_of_queries_does_not_grow_with_the_rows(
    procurement, housing, django_assert_max_num_queries
):
    lines = [f"C-{n},Contract {n},Supplier {n // 5} Ltd" for n in range(300)]
    run = actions.upload(file=csv_file("Reference,Title,Supplier", *lines), by=procurement)
    run.options["default_unit"] = housing.pk
    run.save()
    with django_assert_max_num_queries(90):
        run = actions.choose_columns(run=run, mapping=run.mapping, by=procurement)
        actions.confirm(run=run, by=procurement)
    assert Contract.objects.count() == 300


# --- money ----------------------------------------------------------------------------------------


def test_current_values_and_what_they_mean_come_in_and_are_compared(procurement, housing):
    heads = "Reference,Title,Contract value,Revised value,Value type"
    imported(
        csv_file(heads, "C-1,Lifts,500,750.50,Maximum", "C-2,Gates,500,,estimate"),
        by=procurement, default_unit=housing.pk,
    )  # fmt: skip
    kept = Contract.objects.order_by("reference").values_list("value", "current_value", "cap_kind")
    assert list(kept) == [
        (Decimal(500), Decimal("750.50"), "maximum"),
        (Decimal(500), None, "estimated"),
    ]
    again = checked(csv_file(heads, "C-1,Lifts,500,900,fixed"), by=procurement)
    assert again.rows.get().changes == [
        ["Current value", "£750.50", "£900"],
        ["What the value means", "Maximum: no more may be spent", "Fixed price"],
    ]


# --- stages ---------------------------------------------------------------------------------------


def test_a_new_contract_comes_in_with_any_stage_and_how_it_ended(procurement, housing):
    file = csv_file("Reference,Title,Status", "C-1,A,Exit", "C-2,B,Terminated", "C-3,C,closed")
    imported(file, by=procurement, default_unit=housing.pk)
    kept = Contract.objects.order_by("reference").values_list("stage", "ended_as")
    assert list(kept) == [("exit", ""), ("ended", "terminated"), ("ended", "")]


def test_a_stage_is_not_changed_by_a_file(procurement, housing):
    ContractFactory(reference="C-1", title="Lifts", unit=housing, stage="live")
    heads = "Reference,Title,Status,Notes"
    run = checked(csv_file(heads, "C-1,Lifts,Expired,Over"), by=procurement)
    (heading, sentence), *others = errors(run)[2]
    assert (heading, others) == ("Status", [])
    assert "“Ended” is not the stage that it has here" in sentence
    same = checked(csv_file(heads, "C-1,Lifts,Active,Runs"), by=procurement)
    assert [change[0] for change in same.rows.get().changes] == ["Notes"]
