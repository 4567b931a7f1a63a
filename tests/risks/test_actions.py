"""How entries of the register change, and what is refused."""

from datetime import date, timedelta

import pytest

from common import locking
from common.history import Taken
from risks import actions
from risks.models import Matrix, Referral, Risk, Scoring
from risks.rules import PRODUCTS
from tests.factories import ContractFactory, UserFactory
from tests.risks.factories import (
    CategoryFactory,
    ContingencyPlanFactory,
    ReferralFactory,
    RiskFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture
def by():
    return UserFactory(name="Alex Shah")


def raised(by, **values):
    values = {
        "title": "No drivers",
        "category": CategoryFactory(),
        "likelihood": 3,
        "impact": 3,
    } | values
    values.setdefault("contract", ContractFactory())
    values.setdefault("accepted", True)
    return actions.raise_risk(by=by, today=TODAY, **values)


def scores(risk):
    return [(s.cause, s.score) for s in risk.scorings.order_by("pk")]


# --- Raising --------------------------------------------------------------------------------------


def test_an_open_risk_is_scored_and_gets_the_day_of_its_review(by):
    risk = raised(by, likelihood=4, impact=3, inherent_likelihood=5, inherent_impact=3)
    assert (risk.state, risk.score, risk.inherent_score, risk.target_score) == (
        "open",
        12,
        15,
        None,
    )
    assert risk.review_on == date(2027, 2, 27)
    assert scores(risk) == [("raised", 12)]
    assert risk.history.get().history_user == by


def test_what_is_put_forward_waits_and_need_not_be_scored(by):
    risk = raised(by, accepted=False, likelihood=None, impact=None)
    assert (risk.state, risk.score, risk.review_on) == ("proposed", None, None)
    assert scores(risk) == []


def test_one_number_is_used_once_in_a_contract(by):
    risk = raised(by, reference="R1")
    with pytest.raises(Taken):
        raised(by, contract=risk.contract, reference="r1")
    raised(by, reference="R1")  # in another contract


def test_taking_on_scores_it_and_sets_its_review(by):
    risk = raised(by, accepted=False, likelihood=None, impact=None)
    risk = actions.accept(
        risk=risk, by=by, today=TODAY, version=1, likelihood=5, impact=4, owner=by
    )
    assert (risk.state, risk.score, risk.review_on, risk.owner) == (
        "open",
        20,
        date(2026, 12, 27),
        by,
    )
    assert scores(risk) == [("raised", 20)]


def test_what_is_not_scored_is_not_taken_on(by):
    risk = raised(by, accepted=False, likelihood=None, impact=None)
    with pytest.raises(actions.Refused):
        actions.accept(risk=risk, by=by, today=TODAY, version=1)
    risk.refresh_from_db()
    assert (risk.state, risk.version) == ("proposed", 1)


def test_declining_says_why_and_cannot_be_done_twice(by):
    risk = raised(by, accepted=False)
    actions.decline(risk=risk, by=by, today=TODAY, version=1, reason="It is R3 already")
    risk.refresh_from_db()
    assert (risk.state, risk.outcome, risk.closed_on) == ("declined", "It is R3 already", TODAY)
    with pytest.raises(actions.Refused):
        actions.decline(risk=risk, by=by, today=TODAY, version=2, reason="Again")
    with pytest.raises(actions.Refused):
        actions.accept(risk=risk, by=by, today=TODAY, version=2)


# --- Scoring --------------------------------------------------------------------------------------


def test_another_score_is_kept_beside_the_one_before(by):
    risk = raised(by)
    risk = actions.change(risk=risk, by=by, today=TODAY, version=1, reason="Two left", likelihood=5)
    assert (risk.score, risk.score_before, risk.movement_in_words) == (15, 9, "Up from 9")
    assert scores(risk) == [("raised", 9), ("changed", 15)]
    assert risk.history.first().history_change_reason == "Two left"


def test_another_title_is_no_scoring(by):
    risk = raised(by)
    risk = actions.change(risk=risk, by=by, today=TODAY, version=1, title="Too few drivers")
    assert (risk.version, scores(risk)) == (2, [("raised", 9)])


def test_a_change_that_changes_nothing_writes_nothing(by):
    risk = raised(by)
    actions.change(risk=risk, by=by, today=TODAY, version=1, title="No drivers")
    assert risk.history.count() == 1


@pytest.mark.parametrize("step", ["change", "review", "close", "becomes_issue"])
def test_whoever_saw_an_earlier_version_overwrites_nothing(by, step):
    risk = raised(by)
    Risk.objects.update(version=2)
    values = {
        "change": {"today": TODAY, "title": "Other"},
        "review": {"on": TODAY, "likelihood": 1, "impact": 1},
        "close": {"on": TODAY, "outcome": "Over"},
        "becomes_issue": {"today": TODAY, "happened_on": TODAY, "impact": 5, "words": "It did"},
    }[step]
    with pytest.raises(locking.Conflict):
        getattr(actions, step)(risk=risk, by=by, version=1, **values)
    assert risk.history.count() == 1


def test_closing_a_review_sets_the_next_and_keeps_the_score_though_it_stayed(by):
    risk = raised(by)
    risk = actions.review(
        risk=risk, by=by, on=TODAY, version=1, likelihood=3, impact=3, words="Same"
    )
    assert (risk.reviewed_on, risk.review_on) == (TODAY, date(2027, 2, 27))
    assert (risk.score_before, risk.movement_in_words) == (9, "Unchanged")
    assert scores(risk) == [("raised", 9), ("reviewed", 9)]


def test_a_review_may_choose_its_own_next_day(by):
    risk = raised(by)
    day = TODAY + timedelta(days=10)
    risk = actions.review(
        risk=risk, by=by, on=TODAY, version=1, likelihood=1, impact=1, review_on=day
    )
    assert risk.review_on == day


def test_what_is_only_put_forward_is_not_reviewed(by):
    risk = raised(by, accepted=False)
    with pytest.raises(actions.Refused):
        actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=1, impact=1)


def test_a_rule_scores_without_a_person_and_asks_for_a_review_today(by):
    risk = raised(by)
    risk = actions.rescore(risk=risk, today=TODAY, likelihood=5, impact=3, words="Sickness 14%")
    assert (risk.score, risk.review_on) == (15, TODAY)
    assert risk.history.first().history_user is None
    assert scores(risk)[-1] == ("indicator", 15)
    assert actions.rescore(risk=risk, today=TODAY, likelihood=5, impact=3, words="Again") is None


# --- Happening and closing ------------------------------------------------------------------------


def test_a_risk_that_happens_becomes_an_issue_and_keeps_its_past(by):
    risk = raised(by)
    treatment = TreatmentFactory(risk=risk)
    risk = actions.becomes_issue(
        risk=risk,
        by=by,
        today=TODAY,
        version=1,
        happened_on=date(2026, 11, 20),
        impact=4,
        words="Rounds were missed",
    )
    assert (risk.kind, risk.likelihood, risk.impact, risk.score) == ("issue", 5, 4, 20)
    assert (risk.happened_on, risk.score_before) == (date(2026, 11, 20), 9)
    assert scores(risk) == [("raised", 9), ("happened", 20)]
    assert list(risk.treatments.all()) == [treatment]
    assert [h.kind for h in risk.history.all()] == ["issue", "risk"]


@pytest.mark.parametrize("kind", ["issue", "opportunity"])
def test_only_a_risk_happens(by, kind):
    risk = raised(by, kind=kind, happened_on=TODAY if kind == "issue" else None)
    with pytest.raises(actions.Refused):
        actions.becomes_issue(
            risk=risk, by=by, today=TODAY, version=1, happened_on=TODAY, impact=4, words="It did"
        )


def test_closing_takes_it_back_from_the_sro(by):
    risk = raised(by, likelihood=5, impact=5)
    assert Referral.objects.waiting().filter(risk=risk).exists()
    risk = actions.close(risk=risk, by=by, on=TODAY, version=1, outcome="The transfer is complete")
    assert (risk.state, risk.closed_on, risk.outcome) == (
        "closed",
        TODAY,
        "The transfer is complete",
    )
    referral = risk.referrals.get()
    assert (referral.answer, referral.answered_on) == ("withdrawn", TODAY)
    assert referral.history.first().history_user == by


def test_what_is_over_can_be_opened_again(by):
    risk = raised(by)
    actions.close(risk=risk, by=by, on=TODAY, version=1, outcome="Over")
    risk = actions.reopen(risk=risk, by=by, today=TODAY, version=2, reason="Not over")
    assert (risk.state, risk.closed_on, risk.review_on) == ("open", None, TODAY)


def test_what_was_never_scored_is_put_forward_again(by):
    risk = raised(by, accepted=False, likelihood=None, impact=None)
    actions.decline(risk=risk, by=by, today=TODAY, version=1, reason="No")
    risk = actions.reopen(risk=risk, by=by, today=TODAY, version=2, reason="Yes")
    assert risk.state == "proposed"


# --- Before the SRO -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("likelihood", "impact", "values", "waits"),
    [
        (3, 5, {}, True), (3, 4, {}, False), (5, 5, {"kind": "opportunity"}, False), (5, 5, {"accepted": False}, False),
        (5, 5, {"contract": None}, False),
    ],
)  # fmt: skip
def test_a_high_score_of_an_open_risk_is_put_before_the_sro(by, likelihood, impact, values, waits):
    risk = raised(by, likelihood=likelihood, impact=impact, **values)
    assert Referral.objects.waiting().filter(risk=risk).exists() is waits


def test_the_sro_is_asked_again_only_when_it_has_risen_since(by):
    risk = raised(by, likelihood=3, impact=5)
    referral = risk.referrals.get()
    actions.answer(
        referral=referral, by=by, today=TODAY, version=1, answer="carry", words="We carry it"
    )
    actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=3, impact=5)
    assert risk.referrals.count() == 1
    actions.review(risk=risk, by=by, on=TODAY, version=2, likelihood=4, impact=5)
    assert [(r.score, r.answer) for r in risk.referrals.order_by("pk")] == [(15, "carry"), (20, "")]


def test_what_falls_below_the_line_while_it_waits_is_taken_back_and_put_again_when_it_rises(by):
    risk = raised(by, likelihood=5, impact=4)
    risk = actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=1, impact=1)
    assert [r.answer for r in risk.referrals.all()] == ["withdrawn"]
    risk = actions.review(risk=risk, by=by, on=TODAY, version=2, likelihood=4, impact=4)
    assert sorted((r.score, r.answer) for r in risk.referrals.all()) == [
        (16, ""),
        (20, "withdrawn"),
    ]


def test_what_was_decided_is_asked_again_when_it_comes_back_over_the_line(by):
    risk = raised(by, likelihood=5, impact=4)
    actions.answer(
        referral=risk.referrals.get(), by=by, today=TODAY, version=1, answer="carry", words="Yes"
    )
    risk = actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=1, impact=1)
    risk = actions.review(risk=risk, by=by, on=TODAY, version=2, likelihood=4, impact=4)
    assert Referral.objects.waiting().get(risk=risk).score == 16


def test_an_opportunity_needs_no_decision(by):
    risk = raised(by, likelihood=5, impact=4)
    actions.change(risk=risk, by=by, today=TODAY, version=1, kind="opportunity")
    assert not Referral.objects.waiting().exists()


def test_what_was_taken_back_meanwhile_is_not_decided(by):
    risk = raised(by, likelihood=5, impact=4)
    referral = risk.referrals.get()
    actions.close(risk=risk, by=by, on=TODAY, version=1, outcome="Over")
    with pytest.raises(actions.Refused):
        actions.answer(
            referral=referral, by=by, today=TODAY, version=1, answer="carry", words="Yes"
        )


def test_movement_is_measured_from_the_last_review(by):
    risk = raised(by)
    risk = actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=3, impact=3)
    risk = actions.change(risk=risk, by=by, today=TODAY, version=2, likelihood=5, impact=5)
    assert risk.movement_in_words == "Up from 9"
    risk = actions.review(risk=risk, by=by, on=TODAY, version=3, likelihood=4, impact=4)
    assert risk.movement_in_words == "Up from 9"


def test_a_risk_that_rises_while_it_waits_waits_with_its_new_score(by):
    risk = raised(by, likelihood=3, impact=5)
    actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=5, impact=5)
    assert [r.score for r in risk.referrals.all()] == [25]


def test_to_do_more_brings_the_review_to_today(by):
    risk = raised(by, likelihood=3, impact=5, response="tolerate")
    actions.answer(
        referral=risk.referrals.get(),
        by=by,
        today=TODAY,
        version=1,
        answer="treat",
        words="Not enough",
    )
    risk.refresh_from_db()
    assert (risk.response, risk.review_on) == ("treat", TODAY)


def test_the_sro_decides_once(by):
    referral = ReferralFactory()
    actions.answer(referral=referral, by=by, today=TODAY, version=1, answer="carry", words="Yes")
    with pytest.raises(actions.Refused):
        actions.answer(referral=referral, by=by, today=TODAY, version=2, answer="treat", words="No")


# --- Treatments and contingency -------------------------------------------------------------------


def test_a_treatment_is_done_with_what_shows_it(by):
    treatment = TreatmentFactory()
    done = actions.finish_treatment(
        treatment=treatment, by=by, version=1, done_on=TODAY, evidence="Letter of 3 November"
    )
    assert (done.done_on, done.done_by, done.is_to_do) == (TODAY, by, False)
    with pytest.raises(actions.Refused):
        actions.drop_treatment(treatment=treatment, by=by, today=TODAY, version=2, reason="No")


def test_a_treatment_is_given_up_with_a_reason(by):
    treatment = TreatmentFactory()
    actions.drop_treatment(treatment=treatment, by=by, today=TODAY, version=1, reason="Too dear")
    treatment.refresh_from_db()
    assert treatment.dropped_on == TODAY
    assert treatment.history.first().history_change_reason == "Too dear"


def test_a_contingency_plan_is_written_and_changed(by):
    risk = RiskFactory()
    plan = actions.plan_contingency(risk=risk, by=by, version=0, trigger="Strike", remedy="Agency")
    plan = actions.plan_contingency(
        risk=risk,
        by=by,
        version=1,
        trigger="Strike",
        remedy="The neighbours",
        reason="Agency is full",
    )
    assert (plan.remedy, plan.version, plan.history.count()) == ("The neighbours", 2, 2)


def test_two_people_who_write_the_first_plan_do_not_overwrite_each_other(by):
    risk = RiskFactory()
    actions.plan_contingency(risk=risk, by=by, version=0, trigger="Strike", remedy="Agency")
    with pytest.raises(locking.Conflict):
        actions.plan_contingency(risk=risk, by=by, version=0, trigger="Snow", remedy="Salt")


def test_a_test_says_what_it_showed_and_when_the_next_is(by):
    plan = ContingencyPlanFactory()
    next_on = TODAY + timedelta(days=365)
    plan = actions.record_test(
        plan=plan, by=by, version=1, tested_on=TODAY, test_result="Worked", test_due_on=next_on
    )
    assert (plan.tested_on, plan.test_due_on) == (TODAY, next_on)


# --- The matrix -----------------------------------------------------------------------------------


def test_a_changed_matrix_scores_what_is_there_anew_in_rounds(by):
    risks = [
        RiskFactory(likelihood=1, impact=5, target_likelihood=1, target_impact=5) for _ in range(3)
    ]
    cells = [list(row) for row in PRODUCTS]
    cells[0][4] = 14
    actions.set_matrix(by=by, version=0, reason="Rare but severe", scores=cells)
    assert actions.score_anew(most=2) == 2
    assert actions.score_anew(most=2) == 1
    assert actions.score_anew(most=2) == 0
    for risk in risks:
        risk.refresh_from_db()
        assert (risk.score, risk.target_score) == (14, 14)
        assert risk.history.count() == 1  # nobody has said anything else of it
    assert Matrix.current().score(1, 5) == 14


def test_another_matrix_moves_no_risk_that_nobody_touched(by):
    risk = raised(by)
    risk = actions.review(risk=risk, by=by, on=TODAY, version=1, likelihood=3, impact=3)
    tens = [[10 * score for score in row] for row in PRODUCTS]
    actions.set_matrix(
        by=by, version=0, reason="Tens", scores=tens, medium=60, high=130, critical=200
    )
    actions.score_anew()
    risk.refresh_from_db()
    assert (risk.score, risk.movement_in_words) == (90, "Unchanged")
    assert scores(risk) == [("raised", 90), ("reviewed", 90)]


def test_nothing_more_is_done_about_what_is_over(by):
    risk = raised(by)
    treatment = TreatmentFactory(risk=risk)
    actions.close(risk=risk, by=by, on=TODAY, version=1, outcome="Over")
    with pytest.raises(actions.Refused):
        actions.add_treatment(risk=risk, by=by, title="More", due_on=TODAY)
    actions.drop_treatment(treatment=treatment, by=by, today=TODAY, version=1, reason="Over")
    with pytest.raises(actions.Refused):
        actions.change_treatment(treatment=treatment, by=by, version=2, title="Other")


def test_two_people_who_change_the_matrix_do_not_overwrite_each_other(by):
    actions.set_matrix(by=by, version=0, reason="More", high=14)
    with pytest.raises(locking.Conflict):
        actions.set_matrix(by=by, version=0, reason="Less", high=12)


def test_several_are_entered_together_or_none_is(by):
    contract = ContractFactory()
    entry = {"category": CategoryFactory(), "likelihood": 2, "impact": 2}
    with pytest.raises(Taken):
        actions.raise_many(
            contract=contract, by=by, today=TODAY, accepted=True,
            entries=[entry | {"title": "One", "reference": "R1"}, entry | {"title": "Two", "reference": "R1"}],
        )  # fmt: skip
    assert not contract.risks.exists()
    assert not Scoring.objects.exists()
