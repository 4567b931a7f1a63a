"""What the room adds to others: dates, checks, sections, history, and how suppliers are merged."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common import deadlines
from contracts import checks, trail
from contracts.models import Contract
from risks.models import Matrix, RegisterReview
from suppliers import actions as suppliers
from suppliers import trail as supplier_trail
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.risks.factories import (
    ContingencyPlanFactory,
    ReferralFactory,
    RiskFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


def dates(kind, scope=None, *, days=60):
    today = timezone.localdate()
    window = (today - timedelta(days=days), today + timedelta(days=days))
    return list(deadlines.within(scope or deadlines.Scope(), *window, only=[kind]))


def test_the_review_of_an_open_risk_is_a_date_of_its_owner(today):
    owner, oco = UserFactory(), UserFactory()
    risk = RiskFactory(contract__oco=oco, owner=owner, review_on=today + timedelta(days=9))
    RiskFactory(state="closed")
    (date,) = dates("risk-review")
    assert (date.due_on, date.responsible, date.contract_id) == (
        risk.review_on,
        (owner.pk, oco.pk),
        risk.contract_id,
    )


def test_what_is_somebodys_own_is_theirs_in_contracts_of_others_too(today):
    unit_contract = ContractFactory()
    owner = person_with("viewer", unit_contract.unit)
    RiskFactory(contract=unit_contract, owner=owner, review_on=today)
    RiskFactory(contract=unit_contract, review_on=today)
    assert len(dates("risk-review", deadlines.Scope(user=owner, capacity="mine"))) == 1
    assert len(dates("risk-review", deadlines.Scope(user=owner))) == 2
    stranger = UserFactory()
    RiskFactory(contract=unit_contract, owner=stranger, review_on=today)
    assert dates("risk-review", deadlines.Scope(user=stranger, capacity="mine")) == []


def test_risks_that_hang_on_no_contract_are_told_to_who_keeps_them(today):
    keeper, viewer = person_with("procurement"), UserFactory()
    RiskFactory(contract=None, owner=keeper, review_on=today)
    (date,) = dates("own-risk-review", deadlines.Scope(user=keeper, capacity="mine"))
    assert (date.subject, date.responsible) == ("The organisation", (keeper.pk,))
    assert dates("own-risk-review", deadlines.Scope(user=viewer)) == []


def test_treatments_and_tests_of_contingency_plans_are_dates(today):
    owner = UserFactory()
    treatment = TreatmentFactory(owner=owner, due_on=today + timedelta(days=5))
    TreatmentFactory(due_on=today, dropped_on=today)
    TreatmentFactory(due_on=today, risk__state="closed")
    ContingencyPlanFactory(owner=owner, test_due_on=today + timedelta(days=7))
    assert [d.key for d in dates("treatment-due")] == [f"treatment-due:{treatment.pk}"]
    (test,) = dates("contingency-test")
    assert test.responsible == (owner.pk,)


def test_what_waits_for_the_sro_is_a_date_of_the_sro(today):
    sro, oco = UserFactory(), UserFactory()
    ReferralFactory(risk__contract__sro=sro, risk__contract__oco=oco, put_on=today)
    (date,) = dates("risk-before-sro")
    assert (date.due_on, date.responsible) == (today + timedelta(days=14), (sro.pk,))
    assert dates("risk-before-sro", deadlines.Scope(user=oco, capacity="mine")) == []


def test_a_register_is_to_be_reviewed_by_its_tier(today):
    contract = ContractFactory(tier="gold", commences_on=today - timedelta(days=400))
    RegisterReview.objects.create(contract=contract, on=today - timedelta(days=80))
    ContractFactory(tier="")
    (date,) = dates("risk-register-review", days=100)
    assert date.contract_id == contract.pk
    assert today < date.due_on < today + timedelta(days=20)


def fails(key, contract):
    return checks.get(key).failing(Contract.objects.filter(pk=contract.pk)).exists()


def test_no_risk_recorded_is_a_gap_until_there_is_one_or_somebody_has_looked(today):
    contract = ContractFactory()
    assert fails("no_risks", contract)
    RegisterReview.objects.create(contract=contract, on=today, words="There are none")
    assert not fails("no_risks", contract)
    other = RiskFactory().contract
    assert not fails("no_risks", other)


def test_a_risk_without_an_owner_who_is_here_is_a_gap():
    here = RiskFactory(owner=UserFactory())
    assert not fails("risk_nobody", here.contract)
    assert fails("risk_nobody", RiskFactory(owner=UserFactory(is_active=False)).contract)
    assert fails("risk_nobody", RiskFactory().contract)


def test_an_overdue_review_is_a_gap(today):
    assert not fails("risk_review_overdue", RiskFactory(review_on=today).contract)
    late = RiskFactory(review_on=today - timedelta(days=1))
    assert fails("risk_review_overdue", late.contract)


def test_a_red_risk_without_contingency_is_a_gap_and_red_is_what_the_matrix_says():
    red = RiskFactory(likelihood=5, impact=4)
    assert fails("risk_no_contingency", red.contract)
    chance = RiskFactory(likelihood=5, impact=4, kind="opportunity")
    assert not fails("risk_no_contingency", chance.contract)
    middling = RiskFactory(likelihood=3, impact=4)
    assert not fails("risk_no_contingency", middling.contract)
    Matrix.objects.create(high=12)
    assert fails("risk_no_contingency", middling.contract)
    ContingencyPlanFactory(risk=red)
    assert not fails("risk_no_contingency", red.contract)


def test_the_history_of_a_contract_tells_of_its_risks():
    risk = RiskFactory()
    TreatmentFactory(risk=risk)
    user = person_with("procurement")
    models = {rows.model for rows in trail.of(risk.contract, user, with_routine=True)}
    assert {"HistoricalRisk", "HistoricalTreatment", "HistoricalReferral"} <= {
        m.__name__ for m in models
    }


def test_risks_move_with_a_merged_supplier():
    stays, goes = SupplierFactory(), SupplierFactory()
    risk = RiskFactory(contract=None, supplier=goes)
    by = person_with("procurement")
    suppliers.merge(stays=stays, goes=goes, by=by, versions=(1, 1), reason="The same firm")
    risk.refresh_from_db()
    assert risk.supplier == stays
    assert risk.history.first().history_user == by


def test_what_hangs_on_a_risk_without_a_contract_is_a_date_of_who_keeps_it(today):
    keeper = person_with("procurement")
    risk = RiskFactory(contract=None, owner=keeper)
    TreatmentFactory(risk=risk, due_on=today)
    ContingencyPlanFactory(risk=risk, test_due_on=today)
    for kind in ("own-treatment-due", "own-contingency-test"):
        (date,) = dates(kind, deadlines.Scope(user=keeper, capacity="mine"))
        assert date.responsible == (keeper.pk,)
        assert dates(kind, deadlines.Scope(user=UserFactory())) == []


def test_a_suppliers_history_tells_of_its_risks_to_those_who_see_them():
    risk = RiskFactory(contract=None, supplier=SupplierFactory())
    keeper, stranger = person_with("procurement"), UserFactory()

    def told(user):
        rows = supplier_trail.of([risk.supplier_id], user)
        return any(part.model.__name__ == "HistoricalRisk" and part.exists() for part in rows)

    assert told(keeper)
    assert not told(stranger)


def test_what_was_not_taken_on_is_no_risk_recorded():
    assert fails("no_risks", RiskFactory(state="declined").contract)
