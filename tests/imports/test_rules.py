"""Headings, keys and names: policy without a database."""

import csv

import pytest

from contracts.imports import rules
from tests.imports.files import real_data


def proposed(headings, samples=()):
    return dict(zip(headings, rules.propose(headings, samples), strict=True))


def test_every_target_is_recognised_by_its_own_label_without_its_hint():
    for target in rules.TARGETS:
        label = target.label.split(" (")[0]
        assert proposed([label])[label] == target.key


def test_no_heading_means_two_things():
    seen = [synonym for target in rules.TARGETS for synonym in target.synonyms]
    assert len(seen) == len(set(seen))
    assert all(rules.normalise(synonym) == synonym for synonym in seen)


def test_contracts_finder_awards_are_recognised():
    with real_data("contracts-finder/awards_flat.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    assert proposed(rows[0], rows[1:4]) == {
        "source": "", "ocid": "ocid", "release_id": "reference", "buyer": "notes", "title": "title",
        "description": "description", "suppliers": "supplier", "value": "value", "currency": "currency",
        "start": "commences_on", "end": "ends_on", "award_date": "", "method": "procurement_route",
        "category": "nature",
    }  # fmt: skip


def test_the_transparency_codes_template_is_recognised():
    with real_data("lga-schema/lga_contract_register_template_header.csv").open() as file:
        found = proposed(next(csv.reader(file)))
    expected = {
        "ContractReference": "reference", "OpenContractingID": "ocid", "ContractTitle": "title",
        "OrganisationalUnit": "unit", "Description": "description", "CPVCode": "cpv_code",
        "StartDate": "commences_on", "EndDate": "ends_on", "ReviewDate": "review_on",
        "ContractValue": "value", "SupplierName": "supplier",
        "CompaniesHouseRegistrationNumber": "supplier_company_number",
        "CharityCommissionNumber": "supplier_charity_number", "OtherSupplierID": "supplier_other_number",
        "SMESupplier": "supplier_is_sme", "VCSESupplier": "supplier_is_vcse",
        "ProcessType": "procurement_route", "ServiceCategoryLabel": "category", "ContractType": "kind",
    }  # fmt: skip
    assert {heading: key for heading, key in found.items() if key} == expected


def test_of_two_values_the_one_without_vat_is_taken():
    found = proposed(["Contract Value (incl VAT)", "Contract Value (ex VAT)"])
    assert found == {"Contract Value (incl VAT)": "", "Contract Value (ex VAT)": "value_net"}


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        (["reference", ""], "which column holds the title"),
        (["title", "title"], "“A” and “B”" if False else "are both Title"),
        (["title", "value", "value_gross"], "one award value"),
        (["title", "supplier_company_number"], "no column holds its name"),
    ],
)
def test_mapping_problems_are_said(mapping, words):
    headings = ["A", "B", "C"][: len(mapping)]
    assert words in " ".join(sentence for _, sentence in rules.mapping_problems(headings, mapping))


def test_several_columns_may_be_notes():
    assert rules.mapping_problems(["A", "B", "C"], ["title", "notes", "notes"]) == []


@pytest.mark.parametrize(
    ("name", "other", "is_near"),
    [
        ("acme", "acme", True),
        ("acme construction", "acme constructions", True),
        ("acme construction", "acme catering", False),
        ("acme lot 1", "acme lot 2", False),
        ("novus property solutions", "novus proprety solutions", True),
        ("bolt services", "acme services", False),
    ],
)
def test_near_names(name, other, is_near):
    found = rules.near_names(name, {other.split()[0]: [other]})
    assert bool(found) is is_near


def test_notice_periods_that_cannot_be_read():
    assert rules.notice_period("three months") is None
    assert rules.notice_period("3 - 6 months") is None
