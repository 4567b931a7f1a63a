"""Evidence of compliance comes in from a spreadsheet; what was looked at again is renewed and keeps its past."""

from datetime import date

import pytest
from django.urls import reverse

from common.intake.models import Intake
from risks.continuity.models import ComplianceCheck
from tests.factories import ContractFactory, UserFactory, person_with
from tests.imports.files import csv_file
from tests.intake.test_pages import columns, confirm, text
from tests.risks.continuity.factories import ComplianceFactory

pytestmark = pytest.mark.django_db
HEADINGS = "Requirement,Type,Status,Date checked,Evidence,Expiry date,Next check,Action"
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 27))


@pytest.fixture
def contract():
    return ContractFactory(oco=UserFactory(name="Alex Shah"))


@pytest.fixture
def visitor(client, contract):
    client.force_login(contract.oco)
    return client


def checked(visitor, contract, *lines):
    file = csv_file(HEADINGS, *lines, name="evidence.csv")
    visitor.post(reverse("intake:upload", args=["compliance", contract.pk]), {"file": file})
    intake = Intake.objects.first()
    page = visitor.post(reverse("intake:columns", args=[intake.pk]), columns(intake), follow=True)
    intake.refresh_from_db()
    return page, intake


def test_requirements_come_in_with_their_evidence(visitor, contract):
    _, intake = checked(
        visitor, contract,
        "Public liability,Insurance,Compliant,01/06/2026,Policy 7,01/06/2027,,",
        "Locks on telephones,GDPR,No,20/11/2026,,,20/12/2026,Locks are ordered",
    )  # fmt: skip
    assert (intake.new, intake.wrong) == (2, 0)
    confirm(visitor, intake)
    cover, locks = ComplianceCheck.objects.filter(contract=contract).order_by("pk")
    assert (cover.topic, cover.state, cover.due_on) == ("insurance", "valid", D("2027-06-01"))
    assert (locks.topic, locks.state) == ("data_security", "not_compliant")
    assert cover.history.get().history_user == contract.oco


def test_a_row_that_is_not_possible_is_told_and_left_out(visitor, contract):
    page, intake = checked(visitor, contract, "Cover,Insurance,Compliant,01/06/2026,,01/06/2027,,")
    assert intake.wrong == 1
    assert "Say what shows it" in text(page)


def test_evidence_that_was_looked_at_again_takes_the_place_of_what_stood(visitor, contract):
    before = ComplianceFactory(contract=contract, requirement="Cover")
    _, intake = checked(visitor, contract, "cover,Insurance,Compliant,20/11/2026,Policy 8,01/12/2027,,")  # fmt: skip
    assert intake.changed == 1
    confirm(visitor, intake)
    before.refresh_from_db()
    assert (before.state, before.evidence) == ("replaced", "Certificate seen")
    now = ComplianceCheck.objects.current().get()
    assert (now.first, now.evidence, now.due_on) == (before, "Policy 8", D("2027-12-01"))


def test_what_was_only_written_otherwise_is_put_right(visitor, contract):
    check = ComplianceFactory(contract=contract, requirement="Cover")
    _, intake = checked(visitor, contract, "Cover,Insurance,Compliant,01/06/2026,Policy 9,01/06/2027,,")  # fmt: skip
    confirm(visitor, intake)
    check.refresh_from_db()
    assert (check.evidence, check.is_current) == ("Policy 9", True)
    assert check.history.first().history_change_reason == "Imported from evidence.csv"


def test_only_who_manages_the_contract_brings_evidence_in(client, contract):
    client.force_login(person_with("viewer", contract.unit))
    assert client.get(reverse("intake:upload", args=["compliance", contract.pk])).status_code == 404
