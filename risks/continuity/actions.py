"""How plans, their tests and compliance checks change, and by whom."""

from django.db import transaction

from common import locking
from common.history import save_with_history
from contracts.models import Contract
from risks.continuity import rules
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from suppliers.actions import settled

RETIRED = "The plan was retired meanwhile"
RENEWED = "It was renewed or ended meanwhile"


class Refused(Exception):
    """Nothing was written; `problems` are (field, sentence) pairs."""

    def __init__(self, problems):
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


def _refuse(problems):
    if problems:
        raise Refused(problems)


def _locked(row, version=None):
    """The row as it is now; `locking.Conflict` when somebody has saved since the person saw it."""
    current = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
    if version is not None:
        locking.check(current, version)
    return current


def _moved(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1


def _is_changed(row, values):
    return any(getattr(row, name) != value for name, value in values.items())


def _hung_on(model, contract, supplier, values):
    """A new row of a contract or of a supplier. Whoever ends the contract, or merges the supplier, waits or was first."""
    if contract is not None:
        Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        return model(contract=contract, **values)
    return model(supplier=settled(supplier), **values)


def _refuse_what_is_of_others(row):
    """A document or a risk of another contract or supplier."""
    found = []
    if row.document_id and row.document.contract_id != row.contract_id:
        found.append(("document", "The document must be one of this contract"))
    risk = getattr(row, "risk", None)
    if risk and (risk.contract_id, risk.supplier_id) != (row.contract_id, row.supplier_id):
        found.append(("risk", "The risk must be one of the same register"))
    _refuse(found)


# --- Plans ------------------------------------------------------------------------------------------


@transaction.atomic
def add_plan(*, by, today, contract=None, supplier=None, reason="", **values):
    """Write a plan down. Where nobody names a day, the house rule says when it is read again and first tested."""
    plan = _hung_on(Plan, contract, supplier, values)
    tier = plan.subject.tier
    plan.review_on = plan.review_on or rules.next_review(plan.agreed_on, tier, today=today)
    plan.test_due_on = plan.test_due_on or rules.first_test(today, tier)
    _check_plan(plan, today)
    return save_with_history(plan, by=by, reason=reason)


def _check_plan(plan, today):
    _refuse_what_is_of_others(plan)
    _refuse(
        rules.problems_of_plan({name: getattr(plan, name) for name in PLAN_COLUMNS}, today=today)
    )


PLAN_COLUMNS = (
    "kind", "whose", "title", "scope", "url", "rto", "rto_unit", "rpo", "rpo_unit", "owner",
    "agreed_on", "review_on", "test_due_on",
)  # fmt: skip


@transaction.atomic
def change_plan(*, plan, by, today, version, reason="", **values):
    current = _locked(plan, version)
    if current.retired_on:
        raise Refused([("title", RETIRED)])
    if not _is_changed(current, values):
        return current
    _moved(current, **values)
    _check_plan(current, today)
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def retire_plan(*, plan, by, on, version, reason):
    """It no longer counts: nobody is asked to review or test it. It stays readable. Retiring it twice changes nothing."""
    current = _locked(plan)
    if current.retired_on:
        return current
    locking.check(current, version)
    _moved(current, retired_on=on, retired_reason=reason)
    return save_with_history(current, by=by, reason=reason)


# --- Tests of plans -----------------------------------------------------------------------------------


@transaction.atomic
def record_test(*, plan, by, today, version, test_due_on=None, **values):
    """Keep what a test showed. Without a day for the next one, the house rule sets it. An older test that is entered late
    leaves the plan as the latest one says."""
    current = _locked(plan, version)
    if current.retired_on:
        raise Refused([("on", RETIRED)])
    is_latest = current.tested_on is None or values["on"] >= current.tested_on
    tier = current.subject.tier
    _check_test(current, values | {"test_due_on": test_due_on if is_latest else None}, tier, today)
    test = save_with_history(PlanTest(plan=current, recorded_by=by, **values), by=by)
    if is_latest:
        due_on = test_due_on or rules.next_test(test.on, test.result, tier)
        _moved(current, tested_on=test.on, test_result=test.result, test_due_on=due_on)
        save_with_history(current, by=by, reason="Tested")
    return test


def _check_test(plan, values, tier, today):
    objective = rules.hours(plan.rto, plan.rto_unit)
    _refuse(rules.problems_of_test(values, objective=objective, tier=tier, today=today))


@transaction.atomic
def correct_test(*, test, by, today, version, reason, **values):
    """Put right what was recorded of a test. How the plan stands follows from the latest one."""
    plan = _locked(test.plan)
    current = _locked(test, version)
    if not _is_changed(current, values):
        return current
    _moved(current, **values)
    said = {name: getattr(current, name) for name in TEST_COLUMNS}
    _check_test(plan, said, plan.subject.tier, today)
    save_with_history(current, by=by, reason=reason)
    latest = plan.tests.first()
    if (plan.tested_on, plan.test_result) != (latest.on, latest.result):
        # Of a test that failed the next one is due sooner; a day that was chosen sooner still stays.
        due_on = rules.next_test(latest.on, latest.result, plan.subject.tier)
        days = [day for day in (plan.test_due_on, due_on) if day]
        _moved(
            plan,
            tested_on=latest.on,
            test_result=latest.result,
            test_due_on=min(days, default=None),
        )
        save_with_history(plan, by=by, reason=reason)
    return current


TEST_COLUMNS = ("on", "kind", "result", "reached", "reached_unit", "findings")


# --- Compliance checks ----------------------------------------------------------------------------------


CHECK_COLUMNS = (
    "topic", "topic_words", "requirement", "result", "evidence", "evidence_url", "checked_on",
    "expires_on", "next_on", "action", "risk",
)  # fmt: skip


@transaction.atomic
def add_check(*, by, today, contract=None, supplier=None, reason="", **values):
    """Write down what is required, and what shows that it is met."""
    check = _hung_on(ComplianceCheck, contract, supplier, values)
    return _save_check(check, by=by, today=today, reason=reason)


def _save_check(check, *, by, today, reason=""):
    said = {name: getattr(check, name) for name in CHECK_COLUMNS}
    _refuse_what_is_of_others(check)
    _refuse(rules.problems_of_check(said, is_shown=check.is_shown, today=today))
    check.due_on = rules.due_on(expires_on=check.expires_on, next_on=check.next_on)
    if check.checked_on is None:
        check.checked_by = None
    elif check.checked_by is None:
        check.checked_by = by
    return save_with_history(check, by=by, reason=reason)


def _open(check, version):
    current = _locked(check)
    if not current.is_open:
        raise Refused([("result", RENEWED)])
    locking.check(current, version)
    return current


@transaction.atomic
def change_check(*, check, by, today, version, reason="", **values):
    """Put right what stands there. Evidence that takes the place of other evidence is a renewal."""
    current = _open(check, version)
    if not _is_changed(current, values):
        return current
    _moved(current, **values)
    return _save_check(current, by=by, today=today, reason=reason)


@transaction.atomic
def renew_check(*, check, by, today, version, reason="", **values):
    """Look at the requirement again: a new check takes the place of the one that stood, which is kept."""
    current = _open(check, version)
    # No history: the check that takes the place says all there is to say.
    ComplianceCheck.objects.filter(pk=current.pk).update(is_current=False)
    renewed = ComplianceCheck(
        contract=current.contract, supplier=current.supplier, first=current.first or current, **values
    )  # fmt: skip
    return _save_check(renewed, by=by, today=today, reason=reason)


@transaction.atomic
def end_check(*, check, by, on, version, reason):
    """It is no longer required: nobody is asked to renew it. It stays readable."""
    current = _open(check, version)
    _moved(current, ended_on=on)
    return save_with_history(current, by=by, reason=reason)
