"""Who proposes, who decides, what is kept, and what happens when two people press at once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from common import locking
from contracts import actions as offices
from contracts.models import Contract
from contracts.tiering import actions
from contracts.tiering.models import Assessment, HardRule, Question, Questionnaire
from tests.contracts.tiering.factories import all_answered, assessed, proposed
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def procurement():
    return person_with("procurement", name="Pat Rowe")


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, value=Decimal(90_000))


@pytest.fixture
def current():
    return Questionnaire.objects.current()


def propose(contract, by, current, **changes):
    return actions.propose(
        contract=contract, questionnaire=current, answers=all_answered(**changes), by=by
    )


# --- Proposing ------------------------------------------------------------------------------------


def test_a_proposal_keeps_answers_score_tier_and_why(contract, owner, current):
    proposal = propose(contract, owner, current, impact=3)
    assert (proposal.score, proposal.proposed_tier) == (Decimal("56.25"), "gold")
    assert proposal.sentences[1].startswith("Raised to Gold because a service that the law")
    assert proposal.given == all_answered(impact=3)
    assert (proposal.proposed_by, proposal.state, proposal.value) == (owner, "proposed", 90_000)
    assert proposal.history.get().history_user == owner
    contract.refresh_from_db()
    assert contract.tier == ""


def test_nothing_is_proposed_while_a_question_is_open(contract, owner, current):
    answers = all_answered()
    del answers["data"]
    with pytest.raises(actions.Refused, match="cannot be computed"):
        actions.propose(contract=contract, questionnaire=current, answers=answers, by=owner)
    assert not Assessment.objects.exists()


def test_a_second_proposal_replaces_the_one_that_its_writer_saw(contract, owner, current):
    first = propose(contract, owner, current)
    second = actions.propose(
        contract=contract, questionnaire=current, answers=all_answered(3), by=owner, seen=first.pk
    )
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "proposed")


def test_a_colleagues_proposal_is_not_replaced_unseen(contract, owner, current):
    propose(contract, owner, current)
    with pytest.raises(actions.Overtaken, match="Olive Owner proposed Silver"):
        actions.propose(
            contract=contract, questionnaire=current, answers=all_answered(), by=UserFactory()
        )
    assert Assessment.objects.count() == 1


def test_answers_to_a_version_that_was_replaced_meanwhile_are_not_taken(
    contract, owner, current, procurement
):
    publish(actions.start_draft(by=procurement), procurement)
    with pytest.raises(actions.NewVersion):
        propose(contract, owner, current)


def test_the_value_with_its_changes_is_what_the_rules_look_at(owner, current):
    contract = ContractFactory(value=Decimal(1), current_value=Decimal(6_000_000))
    assert propose(contract, owner, current, impact=0).value == 6_000_000
    assert actions.total_value(ContractFactory(value=None)).amount is None


# --- Deciding -------------------------------------------------------------------------------------


def test_deciding_writes_the_tier_with_name_reason_and_next_date(
    contract, owner, current, procurement
):
    proposal = propose(contract, owner, current, impact=3)
    decided = actions.decide(assessment=proposal, tier="gold", by=procurement, today=TODAY)
    contract.refresh_from_db()
    told = contract.history.first()
    assert (contract.tier, contract.version) == ("gold", 2)
    assert told.history_user == procurement
    assert told.history_change_reason == (
        "Assessed: Score 56.25 gives Silver (35 or more, less than 60)."
    )
    assert (decided.state, decided.in_effect) == ("decided", True)
    assert decided.due_on == decided.next_due_on == date(2027, 11, 27)


def test_another_tier_than_the_rules_give_needs_a_reason_and_both_are_kept(
    contract, owner, current, procurement
):
    proposal = propose(contract, owner, current)
    with pytest.raises(actions.ReasonMissing, match="Say why it is not Silver"):
        actions.decide(assessment=proposal, tier="gold", by=procurement, today=TODAY)
    decided = actions.decide(
        assessment=proposal, tier="gold", by=procurement, today=TODAY, reason="Pilot for the region"
    )
    assert (decided.proposed_tier, decided.decided_tier) == ("silver", "gold")
    assert decided.differs
    assert contract.history.first().history_change_reason == "Pilot for the region"


def test_the_procurement_unit_assesses_and_decides_in_one_go(contract, procurement, current):
    decided = actions.assess_and_decide(
        contract=contract, questionnaire=current, answers=all_answered(4), tier="gold",
        by=procurement, today=TODAY,
    )  # fmt: skip
    assert decided.proposed_by == decided.decided_by == procurement
    assert Contract.objects.get().tier == "gold"


@pytest.mark.parametrize("is_further", [False, True])
def test_whoever_manages_a_contract_does_not_decide_it(procurement, owner, current, is_further):
    contract = ContractFactory(oco=owner, deputy=UserFactory() if is_further else procurement)
    if is_further:
        offices.add_deputy(
            contract=contract, person=procurement, by=owner, starts_on=TODAY, today=timezone.localdate()
        )  # fmt: skip
    proposal = propose(contract, owner, current)
    with pytest.raises(actions.ManagesIt):
        actions.decide(assessment=proposal, tier="silver", by=procurement, today=TODAY)
    with pytest.raises(actions.ManagesIt):
        actions.assess_and_decide(
            contract=contract, questionnaire=current, answers=all_answered(), tier="silver",
            by=procurement, today=TODAY, seen=proposal.pk,
        )  # fmt: skip
    (standing,) = actions.standings(Assessment.objects.all(), by=procurement)
    assert standing.why_not == "You manage this contract: somebody else decides its tier"
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_a_further_deputy_manages_it_too(client, procurement, owner, current):
    contract = ContractFactory(oco=owner, deputy=UserFactory())
    offices.add_deputy(
        contract=contract, person=procurement, by=owner, starts_on=TODAY, today=TODAY
    )
    contract = Contract.objects.get(pk=contract.pk)
    proposal = propose(contract, owner, current)
    with pytest.raises(actions.ManagesIt):
        actions.decide(assessment=proposal, tier="silver", by=procurement, today=TODAY)
    theirs = Assessment.objects.filter(pk=proposal.pk)
    [standing] = actions.standings(theirs, by=procurement)
    assert "You manage this contract" in standing.why_not
    client.force_login(procurement)
    page = client.get(reverse("tiering:decide", args=[proposal.pk]))
    assert page.url == proposal.get_absolute_url()


def test_the_second_of_two_who_decide_is_told_what_the_first_decided(
    contract, owner, current, procurement
):
    proposal = propose(contract, owner, current)
    actions.decide(assessment=proposal, tier="silver", by=procurement, today=TODAY)
    with pytest.raises(actions.Overtaken, match="Pat Rowe decided Silver"):
        actions.decide(
            assessment=proposal, tier="gold", by=person_with("procurement"), today=TODAY, reason="No"
        )  # fmt: skip
    with pytest.raises(actions.Overtaken, match="Pat Rowe decided Silver"):
        actions.send_back(assessment=proposal, by=procurement, today=TODAY, reason="No")
    assert Contract.objects.get().tier == "silver"


def test_a_new_decision_takes_the_place_of_the_last_which_stays_as_it_was(
    contract, owner, current, procurement
):
    first = propose(contract, owner, current)
    actions.decide(assessment=first, tier="silver", by=procurement, today=date(2026, 1, 5))
    second = propose(contract, owner, current, impact=4)
    actions.decide(assessment=second, tier="gold", by=procurement, today=TODAY)
    first.refresh_from_db()
    assert (first.in_effect, first.state, first.decided_tier) == (False, "decided", "silver")
    assert first.next_due_on == date(2027, 1, 5)
    assert Assessment.objects.in_effect().get().pk == second.pk


def test_sending_back_keeps_the_proposal_and_leaves_the_tier(contract, owner, current, procurement):
    proposal = propose(contract, owner, current)
    actions.send_back(assessment=proposal, by=procurement, today=TODAY, reason="Look at data again")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason, proposal.decided_by) == (
        "sent_back", "Look at data again", procurement,
    )  # fmt: skip
    assert proposal.history.first().history_change_reason == "Look at data again"
    assert Contract.objects.get().tier == ""
    propose(contract, owner, current)  # and another can be made


def test_the_database_itself_keeps_two_proposals_and_two_decisions_apart(contract):
    proposed(contract)
    assessed(contract)
    for make in (proposed, assessed):
        with pytest.raises(IntegrityError), transaction.atomic():
            make(contract)


# --- Many at once ---------------------------------------------------------------------------------


def test_proposals_with_which_the_rules_agree_are_decided_together(procurement, current, owner):
    good = [propose(ContractFactory(), owner, current) for _ in range(3)]
    mine = propose(ContractFactory(oco=procurement), owner, current)
    grown = propose(ContractFactory(value=Decimal(10)), owner, current, **all_answered(1))
    Contract.objects.filter(pk=grown.contract_id).update(value=Decimal(7_000_000))
    decided, left = actions.decide_as_proposed(
        assessments=Assessment.objects.all(), by=procurement, today=TODAY
    )
    assert {a.pk for a in decided} == {a.pk for a in good}
    why = {standing.assessment.pk: standing.why_not for standing in left}
    assert "You manage this contract" in why[mine.pk]
    assert why[grown.pk].startswith("The rules now give Silver")
    assert Contract.objects.filter(tier="silver").count() == 3


def test_a_proposal_under_a_replaced_version_is_left_for_a_person_to_look_at(
    procurement, owner, current, contract
):
    propose(contract, owner, current)
    publish(actions.start_draft(by=procurement), procurement)
    _, left = actions.decide_as_proposed(
        assessments=Assessment.objects.all(), by=procurement, today=TODAY
    )
    assert "version 1, which is no longer in use" in left[0].why_not


def test_a_platinum_proposal_is_left_where_platinum_was_switched_off(procurement, owner, current):
    Organisation.objects.create(pk=1, platinum_tier=True)
    propose(ContractFactory(), owner, current, **all_answered(4))
    Organisation.objects.update(platinum_tier=False)
    _, left = actions.decide_as_proposed(
        assessments=Assessment.objects.all(), by=procurement, today=TODAY
    )
    assert left[0].why_not.startswith("The rules now give Gold")


@pytest.mark.parametrize("number", [1, 12])
def test_looking_at_many_proposals_costs_the_same(
    procurement, owner, current, number, django_assert_max_num_queries
):
    for _ in range(number):
        propose(ContractFactory(), owner, current)
    with django_assert_max_num_queries(8):
        actions.standings(Assessment.objects.all(), by=procurement)


# --- The questionnaire ----------------------------------------------------------------------------


def publish(draft, by, reason="As the board agreed", reassess_by=date(2027, 2, 27)):
    draft.refresh_from_db()
    return actions.publish(
        draft=draft, by=by, version=draft.version, reason=reason, reassess_by=reassess_by
    )


def numbers(questionnaire, **changes):
    return {name: getattr(questionnaire, name) for name in actions.NUMBERS} | changes


def lower_gold(draft, by, to="50"):
    return actions.change_numbers(
        draft=draft, by=by, version=draft.version, weights={}, notes=draft.notes,
        numbers=numbers(draft, gold_from=Decimal(to)),
    )  # fmt: skip


def test_a_draft_is_a_copy_that_shares_no_row_with_what_it_was_copied_from(procurement, current):
    draft = actions.start_draft(by=procurement)
    copy = Questionnaire.objects.draft()
    assert (copy.pk, copy.number, copy.state) == (draft.pk, 2, "draft")
    assert copy.rulebook == current.rulebook
    assert not {q.pk for q in copy.questions.all()} & {q.pk for q in current.questions.all()}
    asked = copy.hard_rules.get(subject="answer").question
    assert asked.questionnaire_id == draft.pk
    assert Question.history.filter(questionnaire_id=draft.pk, history_type="+").count() == 8
    assert actions.start_draft(by=procurement).pk == draft.pk  # there is one at a time


def test_a_published_version_cannot_be_changed(procurement, current):
    question, rule = current.questions.first(), current.hard_rules.first()
    refused = (
        lambda: lower_gold(current, procurement),
        lambda: actions.change_row(row=question, by=procurement, changes={"weight": 1}),
        lambda: actions.change_row(row=rule, by=procurement, changes={"words": "x"}),
        lambda: actions.remove_row(row=question, by=procurement),
        lambda: actions.add_question(draft=current, by=procurement, text="x"),
        lambda: actions.add_rule(draft=current, by=procurement, subject="value"),
        lambda: actions.discard_draft(draft=current, by=procurement),
        lambda: publish(current, procurement),
    )
    for change in refused:
        with pytest.raises(actions.NoDraft):
            change()
    assert Questionnaire.objects.current().rulebook == current.rulebook


def test_numbers_change_with_history_and_only_where_they_differ(procurement):
    draft = actions.start_draft(by=procurement)
    changed = actions.change_numbers(
        draft=draft, by=procurement, version=draft.version, numbers=numbers(draft), notes="Ours",
        weights={"impact": 20, "reputation": 10, "data": 10},
    )  # fmt: skip
    assert changed.version == draft.version + 1
    told = Question.history.filter(questionnaire_id=draft.pk, history_type="~")
    assert sorted(told.values_list("key", "weight")) == [("impact", 20), ("reputation", 10)]
    assert changed.notes == "Ours"
    same = actions.change_numbers(
        draft=changed, by=procurement, version=changed.version, numbers=numbers(changed),
        notes="Ours", weights={},
    )  # fmt: skip
    assert same.version == changed.version


def test_the_second_of_two_who_change_the_numbers_is_stopped(procurement):
    draft = actions.start_draft(by=procurement)
    lower_gold(draft, procurement)
    with pytest.raises(locking.Conflict):
        lower_gold(draft, procurement, to="55")


def test_a_question_goes_with_the_rules_that_ask_for_it(procurement):
    draft = actions.start_draft(by=procurement)
    actions.remove_row(row=draft.questions.get(key="impact"), by=procurement)
    assert list(draft.hard_rules.values_list("subject", flat=True)) == ["value"]
    assert HardRule.history.filter(history_type="-").get().history_change_reason == (
        "Its question is no longer asked"
    )


def test_what_was_taken_out_meanwhile_is_not_changed(procurement):
    draft = actions.start_draft(by=procurement)
    question = draft.questions.first()
    actions.remove_row(row=Question.objects.get(pk=question.pk), by=procurement)
    with pytest.raises(actions.NoDraft, match="taken it out"):
        actions.change_row(row=question, by=procurement, changes={"text": "Another"})


def test_a_new_question_comes_last_and_weighs_nothing(procurement):
    draft = actions.start_draft(by=procurement)
    question = actions.add_question(draft=draft, by=procurement, text="Is it new to us?")
    assert (question.weight, draft.questions.last().pk) == (0, question.pk)
    assert question.key.startswith("q-")


def test_a_draft_that_makes_no_sense_is_not_published(procurement, current):
    draft = actions.start_draft(by=procurement)
    actions.remove_row(row=draft.questions.get(key="data"), by=procurement)
    with pytest.raises(actions.Refused, match="add up to 90"):
        publish(draft, procurement)
    assert Questionnaire.objects.current().pk == current.pk


def test_publishing_retires_the_last_version_and_keeps_who_when_and_why(procurement, current):
    draft = lower_gold(actions.start_draft(by=procurement), procurement)
    publish(draft, procurement)
    current.refresh_from_db()
    now = Questionnaire.objects.current()
    assert (current.state, current.gold_from) == ("retired", 60)
    assert (now.number, now.gold_from, now.published_by) == (2, 50, procurement)
    assert now.reason == "As the board agreed"


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(procurement):
    draft = actions.start_draft(by=procurement)
    actions.change_row(
        row=draft.questions.get(key="data"), by=procurement, changes={"text": "What data?"}
    )
    with pytest.raises(locking.Conflict):
        actions.publish(
            draft=draft, by=procurement, version=draft.version, reason="x", reassess_by=TODAY
        )


def test_publishing_moves_no_contract_but_marks_those_that_would_move(procurement, current):
    moving = assessed(ContractFactory(tier="silver"), all_answered(2, impact=2, continuity=4))
    staying = assessed(ContractFactory(tier="bronze"), all_answered(1))
    over = assessed(ContractFactory(tier="silver", stage="ended"), all_answered(2, continuity=4))
    assert moving.score == Decimal("57.5")
    draft = lower_gold(actions.start_draft(by=procurement), procurement)
    assert publish(draft, procurement) == 1
    for assessment in (moving, staying, over):
        assessment.refresh_from_db()
    assert (moving.marked_by_id, moving.marked_tier) == (draft.pk, "gold")
    assert (moving.due_on, moving.next_due_on) == (date(2027, 1, 15), date(2027, 1, 15))
    assert moving.history.first().history_change_reason == "Version 2 would give Gold"
    assert moving.history.first().history_user == procurement
    assert (staying.marked_by, over.marked_by) == (None, None)
    assert moving.contract.tier == Contract.objects.get(pk=moving.contract_id).tier == "silver"
    assert (moving.proposed_tier, moving.decided_tier) == ("silver", "silver")


def test_a_mark_brings_the_next_assessment_forward_never_back(procurement):
    soon = assessed(given=all_answered(2, continuity=4), next_due_on=date(2026, 12, 1))
    late = assessed(given=all_answered(2, continuity=4), next_due_on=date(2028, 1, 1))
    draft = lower_gold(actions.start_draft(by=procurement), procurement)
    publish(draft, procurement, reassess_by=date(2027, 2, 27))
    soon.refresh_from_db()
    late.refresh_from_db()
    assert (soon.due_on, late.due_on) == (date(2026, 12, 1), date(2027, 2, 27))


def test_a_mark_goes_when_a_later_version_gives_the_old_tier_again(procurement):
    moving = assessed(given=all_answered(2, continuity=4), next_due_on=date(2028, 1, 1))
    publish(lower_gold(actions.start_draft(by=procurement), procurement), procurement)
    back = lower_gold(actions.start_draft(by=procurement), procurement, to="60")
    assert publish(back, procurement) == 0
    moving.refresh_from_db()
    assert (moving.marked_by, moving.marked_tier) == (None, "")
    assert moving.due_on == date(2028, 1, 1)
    assert moving.history.first().history_change_reason == (
        "Version 3 gives the tier that it was assessed as"
    )


def test_publishing_takes_the_same_number_of_queries_whatever_there_is(
    procurement, django_assert_max_num_queries
):
    for n in range(15):
        assessed(given=all_answered(2, continuity=n % 5))
    draft = lower_gold(actions.start_draft(by=procurement), procurement)
    draft.refresh_from_db()
    with django_assert_max_num_queries(36):
        publish(draft, procurement)


def test_a_discarded_draft_leaves_its_history_and_frees_its_number(procurement):
    draft = actions.start_draft(by=procurement)
    actions.discard_draft(draft=draft, by=procurement)
    assert Questionnaire.objects.draft() is None
    assert Questionnaire.history.filter(history_type="-").get().history_user == procurement
    assert actions.start_draft(by=procurement).number == 2
