"""What each person sees and may do on the pages of plans and compliance."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks.continuity.models import ComplianceCheck, Plan
from tests.documents.factories import a_document
from tests.factories import ContractFactory, UserFactory, person_with
from tests.risks.continuity.factories import (
    ComplianceFactory,
    PlanFactory,
    PlanTestFactory,
    ProvenPlanFactory,
    SupplierComplianceFactory,
    SupplierPlanFactory,
)
from tests.risks.factories import RiskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(title="Waste collection", reference="C-7", tier="gold", oco=owner)


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def address(name, row=None):
    return reverse(f"continuity:{name}", args=[row.pk] if row else [])


def errors_of(response):
    summary = re.search(r"govuk-error-summary.*?</ul>", response.content.decode(), re.DOTALL)
    return re.findall(r'href="#([^"]+)">([^<]+)<', unescape(summary[0])) if summary else []


def on(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


PLAN = {"kind": "continuity", "whose": "supplier", "title": "Collections go on", "rto": "4", "rto_unit": "hours"}  # fmt: skip
TEST = {"kind": "live", "result": "passed", "version": 1, **on("on", D("2026-11-20"))}
CHECK = {
    "topic": "insurance", "requirement": "Public liability of £10 million", "result": "complies",
    "evidence": "Certificate 7", **on("checked_on", D("2026-11-20")), **on("expires_on", D("2027-11-20")),
}  # fmt: skip


# --- A contract's page --------------------------------------------------------------------------------


def test_a_gold_contract_without_a_plan_says_what_is_missing_and_where_to_add_it(
    as_owner, contract
):
    page = as_owner.get(address("contract", contract))
    assert "A Gold contract needs a business continuity plan, and none is recorded." in text_of(
        page
    )
    assert address("plan_add", contract) in page.content.decode()


def test_a_reader_is_told_what_is_missing_and_who_can_add_it(client, contract):
    client.force_login(person_with("viewer", contract.unit))
    page = client.get(address("contract", contract))
    assert "owner, the deputy or the Procurement Unit can add it" in text_of(page)
    assert address("plan_add", contract) not in page.content.decode()
    assert address("check_add", contract) not in page.content.decode()


def test_the_page_says_how_each_plan_stands_the_worst_first(as_owner, contract):
    ProvenPlanFactory(contract=contract, title="Tried out", rto=4, rto_unit="hours")
    PlanFactory(contract=contract, title="On paper", kind="recovery")
    PlanFactory(title="Elsewhere")
    shown = text_of(as_owner.get(address("contract", contract)))
    assert re.search(
        r"On paper Disaster recovery plan, the supplier’s Never tested Not stated Never None planned"
        r".* Tried out Business continuity plan, the supplier’s Tested in time 4 hours 1 June 2026 Passed",
        shown,
    )  # fmt: skip
    assert "Elsewhere" not in shown
    assert "needs a business continuity plan" not in shown


def test_a_plan_that_the_supplier_has_for_all_its_contracts_counts(as_owner, contract):
    SupplierPlanFactory(supplier=contract.supplier, title="Group plan")
    shown = text_of(as_owner.get(address("contract", contract)))
    assert "Group plan (business continuity plan) Never tested" in shown
    assert "needs a business continuity plan" not in shown


def test_the_page_says_how_each_requirement_stands_and_names_its_risk(as_owner, contract):
    ComplianceFactory(contract=contract, requirement="Cover of £5 million")
    ComplianceFactory(
        contract=contract, requirement="Locks on telephones", topic="other", topic_words="Devices", result="fails",
        action="Locks are ordered", risk=RiskFactory(contract=contract, title="Data is seen"), next_on=D("2026-12-24"),
    )  # fmt: skip
    ComplianceFactory(contract=contract, requirement="Old cover", is_current=False)
    shown = text_of(as_owner.get(address("contract", contract)))
    assert re.search(
        r"Locks on telephones Devices Does not comply Locks are ordered Risk: Data is seen"
        r".* Cover of £5 million Insurance In order Certificate seen 1 June 2026 1 June 2027",
        shown,
    )
    assert "Old cover" not in shown


# --- Plans --------------------------------------------------------------------------------------------


def test_the_owner_adds_a_plan_and_is_told_how_it_stands(as_owner, contract, owner):
    sent = PLAN | {"owner": owner.email, **on("agreed_on", D("2026-11-02"))}
    response = as_owner.post(address("plan_add", contract), sent, follow=True)
    plan = Plan.objects.get()
    assert "Collections go on added. Never tested." in text_of(response)
    assert (plan.contract, plan.owner, plan.rto_in_words) == (contract, owner, "4 hours")
    assert plan.review_on == D("2027-11-02")


def test_what_is_wrong_with_a_plan_is_said_and_what_was_typed_stays(as_owner, contract):
    sent = PLAN | {"rto_unit": "", "scope": "All rounds", **on("agreed_on", D("2027-01-02"))}
    page = as_owner.post(address("plan_add", contract), sent)
    assert [sentence for _, sentence in errors_of(page)] == [
        "Choose hours or days",
        "The day on which it was agreed or updated must be today or in the past",
    ]
    assert "All rounds" in text_of(page)
    assert not Plan.objects.exists()


def test_the_owner_of_a_plan_must_see_its_contract(as_owner, contract):
    stranger = UserFactory(name="Sid Stranger")
    page = as_owner.post(address("plan_add", contract), PLAN | {"owner": stranger.email})
    assert errors_of(page)[0][1].startswith("Sid Stranger cannot see this contract.")


def test_the_owner_of_a_suppliers_plan_must_keep_plans(client, contract):
    client.force_login(person_with("procurement"))
    sent = PLAN | {"owner": contract.oco.email}
    page = client.post(address("supplier_plan_add", contract.supplier), sent)
    assert "does not keep the plans of suppliers" in errors_of(page)[0][1]


def test_a_plan_shows_its_tests_and_where_it_took_too_long(as_owner, contract):
    plan = ProvenPlanFactory(contract=contract, rto=4, rto_unit="hours", rpo=0, rpo_unit="hours")
    PlanTestFactory(plan=plan, result="failed", reached=1, reached_unit="days", findings="No keys")
    shown = text_of(as_owner.get(address("plan", plan)))
    assert "Failed 1 day longer than the 4 hours of the plan No keys" in shown
    assert "Recovery point objective 0 hours" in shown


def test_a_plan_that_states_no_time_says_so(as_owner, contract):
    shown = text_of(as_owner.get(address("plan", PlanFactory(contract=contract))))
    assert "Recovery time objective Not stated" in shown
    assert "Nobody has tried this plan out" in shown


def test_two_who_edit_a_plan_are_both_heard(as_owner, contract):
    plan = PlanFactory(contract=contract, title="Mine")
    sent = PLAN | {"version": 1, "title": "Mine", "scope": "Rounds"}
    Plan.objects.filter(pk=plan.pk).update(title="Theirs", version=2)
    page = as_owner.post(address("plan_edit", plan), sent)
    assert page.status_code == 409
    assert "Someone changed this while you were editing" in text_of(page)
    assert 'value="Theirs"' in page.content.decode()
    assert "Rounds" in text_of(page)


def test_retire_asks_why(as_owner, contract):
    plan = PlanFactory(contract=contract)
    page = as_owner.post(address("plan_retire", plan), {"version": 1, "reason": ""})
    assert errors_of(page) == [("id_reason", "Enter the reason")]
    sent = {"version": 1, "reason": "Replaced by the group plan"}
    shown = text_of(as_owner.post(address("plan_retire", plan), sent, follow=True))
    assert "Retired on 27 November 2026: Replaced by the group plan" in shown
    assert as_owner.get(address("plan_edit", plan)).status_code == 404


# --- Tests --------------------------------------------------------------------------------------------


def test_the_owner_records_a_test(as_owner, contract):
    plan = PlanFactory(contract=contract)
    response = as_owner.post(address("test_record", plan), TEST, follow=True)
    assert "Test recorded: passed." in text_of(response)
    plan.refresh_from_db()
    assert (plan.state, plan.test_due_on) == ("in_time", D("2027-11-20"))


def test_a_test_that_took_too_long_cannot_have_passed(as_owner, contract):
    plan = PlanFactory(contract=contract, rto=4, rto_unit="hours")
    sent = TEST | {"reached": "5", "reached_unit": "hours"}
    page = as_owner.post(address("test_record", plan), sent)
    assert errors_of(page)[0][1].startswith("It took longer than the plan allows")
    assert not plan.tests.exists()


def test_a_test_of_a_plan_that_was_changed_meanwhile_is_kept_in_the_form(as_owner, contract):
    plan = PlanFactory(contract=contract, version=2)
    sent = TEST | {"findings": "Keys were missing"}
    page = as_owner.post(address("test_record", plan), sent)
    assert page.status_code == 409
    assert "Somebody has changed this meanwhile" in text_of(page)
    assert "Keys were missing" in text_of(page)
    assert not plan.tests.exists()
    sent["version"] = page.context["form"]["version"].value()
    assert as_owner.post(address("test_record", plan), sent).status_code == 302


def test_whoever_owns_a_plan_records_its_tests_without_more_rights(client, contract):
    keeper = person_with("viewer", contract.unit)
    plan = PlanFactory(contract=contract, owner=keeper)
    client.force_login(keeper)
    page = client.get(address("plan", plan)).content.decode()
    assert address("test_record", plan) in page
    assert address("plan_edit", plan) not in page
    assert client.post(address("test_record", plan), TEST).status_code == 302
    assert client.get(address("plan_edit", plan)).status_code == 404


def test_a_correction_needs_a_reason_and_is_told(as_owner, contract):
    test = PlanTestFactory(plan__contract=contract)
    sent = TEST | {"result": "failed", "findings": "Slow", "reason": ""}
    page = as_owner.post(address("test_correct", test), sent)
    assert ("id_reason", "Enter the reason") in errors_of(page)
    as_owner.post(address("test_correct", test), sent | {"reason": "Read the wrong line"})
    shown = text_of(as_owner.get(address("plan", test.plan)))
    assert "Failed its last test" in shown
    assert "Read the wrong line" in shown


# --- Compliance ---------------------------------------------------------------------------------------


def test_the_owner_adds_a_requirement_and_renews_it_later(as_owner, contract, owner):
    as_owner.post(address("check_add", contract), CHECK)
    first = ComplianceCheck.objects.get()
    assert (first.contract, first.checked_by, first.due_on) == (contract, owner, D("2027-11-20"))
    sent = CHECK | {"version": 1, "evidence": "Certificate 8", **on("expires_on", D("2028-11-20"))}
    shown = text_of(as_owner.post(address("check_renew", first), sent, follow=True))
    assert "Certificate 8" in shown
    assert "Other checks of the same" in shown
    before = as_owner.get(address("check", first))
    assert "A later check has taken its place" in text_of(before)
    assert address("check_renew", first) not in before.content.decode()


def test_a_renewal_does_not_take_for_granted_what_will_be_found(as_owner, contract):
    check = ComplianceFactory(contract=contract)
    page = as_owner.get(address("check_renew", check)).content.decode()
    assert f'value="{check.requirement}"' in page
    assert not re.search(r'name="result"[^>]* checked', page)
    assert "Certificate seen" not in page


def test_non_compliance_asks_what_is_done_about_it_and_when_somebody_looks_again(
    as_owner, contract
):
    page = as_owner.post(address("check_add", contract), CHECK | {"result": "fails"})
    assert [sentence for _, sentence in errors_of(page)] == [
        "Enter the day by which it is to be checked",
        "Enter what is done about it",
    ]


def test_compliance_without_proof_is_refused(as_owner, contract):
    page = as_owner.post(address("check_add", contract), CHECK | {"evidence": ""})
    assert errors_of(page) == [
        ("id_evidence", "Say what shows it: in words, by a link or by a document")
    ]


def test_only_risks_of_the_same_register_are_offered(as_owner, contract):
    RiskFactory(contract=contract, title="Ours")
    RiskFactory(contract=ContractFactory(), title="Theirs")
    RiskFactory(contract=None, supplier=contract.supplier, title="The supplier’s")
    page = text_of(as_owner.get(address("check_add", contract)))
    assert "Ours" in page
    assert "Theirs" not in page
    assert "The supplier’s" not in page


def test_two_who_edit_a_check_are_both_heard(as_owner, contract):
    check = ComplianceFactory(contract=contract, requirement="Mine")
    ComplianceCheck.objects.filter(pk=check.pk).update(requirement="Theirs", version=2)
    sent = CHECK | {"version": 1, "requirement": "Mine", "evidence": "Certificate 9"}
    page = as_owner.post(address("check_edit", check), sent)
    assert page.status_code == 409
    assert 'value="Theirs"' in page.content.decode()
    assert "Certificate 9" in text_of(page)


@pytest.mark.parametrize("name", ["check_renew", "check_end", "plan_retire"])
def test_whoever_comes_second_is_told_and_keeps_what_they_typed(as_owner, contract, name):
    make = PlanFactory if name == "plan_retire" else ComplianceFactory
    row = make(contract=contract, version=2)
    sent = CHECK | {"version": 1, "reason": "Certificate 7"}
    page = as_owner.post(address(name, row), sent)
    assert page.status_code == 409
    assert "Somebody has changed this meanwhile" in text_of(page)
    assert "Certificate 7" in page.content.decode()
    assert type(row).objects.get().version == 2
    sent["version"] = page.context["form"]["version"].value()
    assert as_owner.post(address(name, row), sent).status_code == 302


def test_what_is_no_longer_required_leaves_the_page_and_stays_readable(as_owner, contract):
    check = ComplianceFactory(contract=contract, requirement="Cover of £5 million")
    sent = {"version": 1, "reason": "Clause taken out"}
    as_owner.post(address("check_end", check), sent, follow=True)
    assert "Cover of £5 million" not in text_of(as_owner.get(address("contract", contract)))
    shown = text_of(as_owner.get(address("check", check)))
    assert "No longer required since 27 November 2026." in shown
    assert "Clause taken out" in shown


# --- Documents that not everybody may know of ------------------------------------------------------------


@pytest.fixture
def advice(contract):
    return a_document(contract, title="Counsel’s advice", kind="other", confidential=True)


def test_a_confidential_document_is_named_to_nobody_who_may_not_know_of_it(
    client, contract, advice
):
    """Neither on pages, nor in the history of the contract, nor in a list or an export."""
    plan = PlanFactory(contract=contract, document=advice, version=2)
    check = ComplianceFactory(contract=contract, document=advice, version=2)
    deputy, viewer = UserFactory(), person_with("viewer", contract.unit)
    contract.deputy = deputy
    contract.save()
    pages = [
        address("contract", contract), address("plan", plan), address("check", check),
        reverse("contracts:history", args=[contract.pk]), address("plans"), address("checks"),
        f"{address('plans')}?export=csv", f"{address('checks')}?export=csv",
    ]  # fmt: skip
    forms = [address("plan_edit", plan), address("check_edit", check)]
    client.force_login(contract.oco)
    assert "Counsel’s advice" in text_of(client.get(pages[1]))
    for person, urls in ((viewer, pages), (deputy, pages + forms)):
        client.force_login(person)
        for url in urls:
            response = client.get(url)
            said = b"".join(response.streaming_content) if response.streaming else response.content
            assert response.status_code == 200, url
            assert "Counsel" not in said.decode(), url
    for url, sent in ((forms[0], PLAN), (forms[1], CHECK)):
        conflict = client.post(url, sent | {"version": 1})
        assert conflict.status_code == 409
        assert "Counsel" not in conflict.content.decode()


def test_whoever_may_not_know_of_a_document_leaves_it_where_it_is(client, contract, advice):
    plan = PlanFactory(contract=contract, document=advice)
    contract.deputy = UserFactory()
    contract.save()
    client.force_login(contract.deputy)
    sent = PLAN | {"version": 1, "title": "Renamed"}
    assert client.post(address("plan_edit", plan), sent).status_code == 302
    plan.refresh_from_db()
    assert (plan.title, plan.document) == ("Renamed", advice)


def test_the_owner_chooses_a_document_and_takes_it_away_again(as_owner, contract, advice):
    as_owner.post(address("plan_add", contract), PLAN | {"papers": advice.pk})
    plan = Plan.objects.get()
    assert plan.document == advice
    sent = PLAN | {"version": 1, "papers": "", "initial-papers": advice.pk}
    as_owner.post(address("plan_edit", plan), sent)
    plan.refresh_from_db()
    assert plan.document is None


def test_a_document_that_only_a_colleague_chose_is_taken_over(as_owner, contract, advice):
    plan = PlanFactory(contract=contract, document=advice, version=2)
    sent = PLAN | {"version": 1, "papers": "", "initial-papers": ""}
    page = as_owner.post(address("plan_edit", plan), sent)
    assert page.context["form"]["papers"].value() == str(advice.pk)


# --- A supplier's page --------------------------------------------------------------------------------


def test_a_supplier_shows_what_it_has_for_all_its_contracts_to_who_sees_one(client, contract):
    plan = SupplierPlanFactory(supplier=contract.supplier, title="Group plan")
    SupplierComplianceFactory(supplier=contract.supplier, requirement="Group cover")
    ComplianceFactory(contract=contract, requirement="Of one contract")
    client.force_login(contract.oco)
    page = client.get(address("of_supplier", contract.supplier))
    shown = text_of(page)
    assert "Group plan" in shown
    assert "Group cover" in shown
    assert "Of one contract" not in shown
    assert address("supplier_plan_add", contract.supplier) not in page.content.decode()
    client.force_login(UserFactory())
    shown = text_of(client.get(address("of_supplier", contract.supplier)))
    assert "Group plan" not in shown
    assert "Group cover" not in shown
    assert client.get(address("plan", plan)).status_code == 404


def test_procurement_keeps_what_hangs_on_a_supplier(client, contract):
    client.force_login(person_with("procurement"))
    client.post(address("supplier_plan_add", contract.supplier), PLAN)
    plan = Plan.objects.get()
    assert (plan.supplier, plan.contract) == (contract.supplier, None)
    assert client.get(address("plan_edit", plan)).status_code == 200
    client.post(address("supplier_check_add", contract.supplier), CHECK)
    assert ComplianceCheck.objects.get().supplier == contract.supplier
    assert client.post(address("test_record", plan), TEST).status_code == 302


# --- Lists --------------------------------------------------------------------------------------------


def listed(client, name, **query):
    page = client.get(address(name), query)
    return [line["name"] for line in page.context["page"].lines]


def test_lists_leave_out_what_no_longer_counts_until_it_is_asked_for(as_owner, contract):
    PlanFactory(contract=contract, title="Used")
    PlanFactory(contract=contract, title="Gone", retired_on=TODAY, retired_reason="Old")
    ComplianceFactory(contract=contract, requirement="Stands")
    ComplianceFactory(contract=contract, requirement="Replaced", is_current=False)
    assert listed(as_owner, "plans") == ["Used"]
    assert set(listed(as_owner, "plans", state="all")) == {"Used", "Gone"}
    assert listed(as_owner, "plans", state="retired") == ["Gone"]
    assert listed(as_owner, "checks") == ["Stands"]
    assert listed(as_owner, "checks", state="replaced") == ["Replaced"]


def test_lists_are_narrowed_by_what_people_look_for(client):
    client.force_login(person_with("procurement"))
    waste = ContractFactory(title="Waste", tier="gold")
    meals = ContractFactory(title="Meals", tier="silver")
    PlanFactory(contract=waste, title="A", whose="ours")
    ProvenPlanFactory(contract=meals, title="B", kind="recovery")
    SupplierPlanFactory(supplier=waste.supplier, title="C", review_on=D("2027-01-05"))
    ComplianceFactory(contract=waste, requirement="D", expires_on=D("2026-11-01"))
    ComplianceFactory(contract=meals, requirement="E", topic="ethics")
    for query, expected in (
        ({"state": "never_tested"}, ["A", "C"]), ({"state": "not_proven"}, ["A", "C"]),
        ({"state": "in_time"}, ["B"]), ({"kind": "recovery"}, ["B"]), ({"whose": "ours"}, ["A"]),
        ({"unit": meals.unit_id}, ["B"]), ({"tier": "gold"}, ["A"]), ({"contract": "meals"}, ["B"]),
        ({"contract": waste.supplier.name}, ["A", "C"]), ({"q": "b"}, ["B"]),
        ({"supplier_id": waste.supplier_id}, ["A", "C"]), ({"contract_id": waste.pk}, ["A"]),
        ({"review_on": "2027-01-05"}, ["C"]), ({"test_due_on": "2027-06-01"}, ["B"]),
    ):  # fmt: skip
        assert sorted(listed(client, "plans", **query)) == expected, query
    for query, expected in (
        ({"state": "expired"}, ["D"]), ({"state": "valid"}, ["E"]), ({"topic": "ethics"}, ["E"]),
        ({"due_on": "2026-11-01"}, ["D"]), ({"tier": "silver"}, ["E"]),
    ):  # fmt: skip
        assert listed(client, "checks", **query) == expected, query


def test_lists_are_exported_with_how_things_stand(client):
    client.force_login(person_with("procurement"))
    PlanFactory(contract__reference="C-7", title="A")
    SupplierPlanFactory(title="B", supplier__name="Group Ltd")
    ComplianceFactory(contract__reference="C-8", requirement="D", expires_on=D("2026-11-01"))
    columns = {"columns": ["reference", "supplier", "standing"]}
    assert rows_of(client, "plans", **columns)[1:][0][:1] == ["A"]
    found = rows_of(client, "plans", **columns)
    assert ["B", "", "Group Ltd", "Never tested"] in found
    assert rows_of(client, "checks", columns=["reference", "standing"])[1] == [
        "D", "C-8", "Evidence expired",
    ]  # fmt: skip


def rows_of(client, name, **query):
    response = client.get(address(name), {"export": "csv", **query})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def queries(client, url):
    client.get(url)  # what is looked up once is looked up
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["plans", "checks", "contract", "of_supplier"])
def test_pages_ask_as_often_for_one_row_as_for_many(client, contract, name):
    client.force_login(person_with("procurement"))
    document = a_document(contract)
    row = {"contract": contract, "of_supplier": contract.supplier}.get(name)

    def more():
        PlanFactory(contract=contract, document=document, owner=UserFactory())
        ComplianceFactory(
            contract=contract, document=document, risk=RiskFactory(contract=contract), next_on=TODAY
        )
        SupplierPlanFactory(supplier=contract.supplier, owner=UserFactory())
        SupplierComplianceFactory(supplier=contract.supplier)

    more()
    one = queries(client, address(name, row))
    for _ in range(4):
        more()
    assert queries(client, address(name, row)) == one
