"""How scorecards and feedback change, who may, and what stays as it was."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from common import locking
from common.history import Taken
from performance.scorecards import actions, cards, rules
from performance.scorecards.models import Feedback, Line, Scorecard
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import ReadingFactory
from tests.performance.scorecards.factories import (
    ACCEPTED,
    BLANK,
    FeedbackFactory,
    ScorecardFactory,
    signed_off,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
QUARTER = rules.quarter_of(date(2026, 7, 1))
NOTHING = {"rag": "", "reason": "", "narrative": "", "decision": "", "decision_note": ""}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(oco=UserFactory(), deputy=UserFactory(), sro=UserFactory(), tier="gold")


def line_of(scorecard, quadrant):
    return Line.objects.get(scorecard=scorecard, quadrant=quadrant)


def start(contract, quarter=QUARTER):
    return actions.start(contract=contract, by=contract.oco, quarter=quarter, today=TODAY)


# --- Starting and filling -----------------------------------------------------------------------------


def test_start_makes_four_quadrants_with_what_is_proposed(contract):
    reading = ReadingFactory(
        indicator__contract=contract, period_start=date(2026, 9, 1), value=Decimal(97)
    )
    scorecard = start(contract)
    assert list(scorecard.lines.values_list("quadrant", "proposed", "rag")) == [
        ("cost", "not_tracked", ""),
        ("performance", "amber", ""),
        ("risk", "not_tracked", ""),
        ("user", "not_tracked", ""),
    ]
    assert reading.rating == "requires_improvement"
    assert scorecard.history.get().history_user == contract.oco


def test_one_scorecard_a_quarter(contract):
    start(contract)
    with pytest.raises(Taken) as taken:
        start(contract)
    assert taken.value.field == "quarter"
    assert Scorecard.objects.count() == 1


def test_no_scorecard_is_started_for_a_quarter_to_come(contract):
    with pytest.raises(actions.Refused):
        start(contract, rules.quarter_of(date(2027, 1, 1)))


def test_what_was_decided_on_a_quadrant_that_is_not_tracked_is_carried_over(contract):
    undecided = {**ACCEPTED, "decision": "change", "decision_note": "Change 7"}
    before = ScorecardFactory(
        contract=contract, quarter_start=date(2026, 4, 1), lines__cost=undecided
    )
    signed_off(before)
    scorecard = start(contract)
    cost = line_of(scorecard, "cost")
    assert (cost.rag, cost.decision, cost.decision_note) == ("", "change", "Change 7")


def test_fill_keeps_what_is_said_with_name_and_version(contract):
    scorecard = start(contract)
    said = {**NOTHING, "rag": "amber", "narrative": "Late twice"}
    changed = actions.fill(
        scorecard=scorecard, by=contract.deputy,
        lines={"risk": (1, said), "cost": (1, NOTHING)},
    )  # fmt: skip
    assert [line.quadrant for line in changed] == ["risk"]
    risk = line_of(scorecard, "risk")
    assert (risk.rag, risk.narrative, risk.version) == ("amber", "Late twice", 2)
    assert risk.history.first().history_user == contract.deputy
    assert line_of(scorecard, "cost").version == 1
    scorecard.refresh_from_db()
    assert scorecard.version == 2


def test_fill_with_nothing_new_writes_nothing(contract):
    scorecard = start(contract)
    assert actions.fill(scorecard=scorecard, by=contract.oco, lines={"cost": (1, NOTHING)}) == []
    scorecard.refresh_from_db()
    assert scorecard.version == 1


def test_a_decision_goes_when_the_quadrant_is_tracked_after_all(contract):
    scorecard = ScorecardFactory(contract=contract)
    actions.fill(
        scorecard=scorecard, by=contract.oco, lines={"cost": (1, {**ACCEPTED, "narrative": "", "rag": "green"})}
    )  # fmt: skip
    cost = line_of(scorecard, "cost")
    assert (cost.rag, cost.decision, cost.decision_note) == ("green", "", "")


def test_whoever_saves_a_quadrant_second_is_told(contract):
    scorecard = start(contract)
    actions.fill(
        scorecard=scorecard, by=contract.deputy, lines={"cost": (1, {**NOTHING, "rag": "green"})}
    )
    lines = {"risk": (1, {**NOTHING, "rag": "red"}), "cost": (1, {**NOTHING, "rag": "red"})}
    with pytest.raises(locking.Conflict):
        actions.fill(scorecard=scorecard, by=contract.oco, lines=lines)
    assert line_of(scorecard, "risk").rag == ""  # all or nothing


def test_two_people_at_different_quadrants_do_not_disturb_each_other(contract):
    scorecard = start(contract)
    for person, quadrant in ((contract.deputy, "cost"), (contract.oco, "risk")):
        actions.fill(
            scorecard=scorecard, by=person, lines={quadrant: (1, {**NOTHING, "rag": "green"})}
        )
    assert {line_of(scorecard, q).rag for q in ("cost", "risk")} == {"green"}


# --- Signing off --------------------------------------------------------------------------------------


def test_sign_off_freezes_what_is_measured_and_what_was_decided(contract):
    reading = ReadingFactory(indicator__contract=contract, period_start=date(2026, 9, 1))
    for month in (7, 8):
        ReadingFactory(indicator=reading.indicator, period_start=date(2026, month, 1))
    scorecard = ScorecardFactory(
        contract=contract, lines__performance={"rag": "green", "narrative": "On target"}
    )
    signed = signed_off(scorecard).signed
    assert (signed.by, signed.scorecard_id) == (contract.oco, scorecard.pk)

    reading.value, reading.rating, reading.rating_reason = Decimal(10), "inadequate", "Recounted"
    reading.save()
    FeedbackFactory(contract=contract)
    scorecard.refresh_from_db()
    card = cards.of(scorecard)[1]
    assert (card.word, card.proposed.label) == ("Green", "Green")
    assert card.measured[0].words == "1 KPI: 1 Good"
    assert "99.00% (Good) in September 2026" in card.measured[0].details[0]
    assert [m.words for m in cards.of(scorecard)[3].measured] == ["Not tracked"] * 4
    assert (scorecard.state, scorecard.history.first().history_user) == (
        "signed_off", contract.oco,
    )  # fmt: skip


def test_what_is_measured_may_have_changed_since_it_was_filled_in(contract):
    """Then the word that was decided wants its reason again."""
    scorecard = ScorecardFactory(
        contract=contract,
        lines__performance={"rag": "not_tracked", "decision": "change", "proposed": "not_tracked"},
    )
    ReadingFactory(indicator__contract=contract, period_start=date(2026, 9, 1), value=Decimal(90))
    with pytest.raises(actions.Refused) as refused:
        signed_off(scorecard)
    assert refused.value.problems == [
        "Performance: say why it is not tracked, where Red is proposed"
    ]
    scorecard.refresh_from_db()
    assert (scorecard.state, scorecard.sign_offs.count()) == ("draft", 0)


def test_nothing_is_signed_off_that_lacks_something(contract):
    with pytest.raises(actions.Refused) as refused:
        signed_off(ScorecardFactory(contract=contract, **BLANK))
    assert len(refused.value.problems) == 4


def test_nothing_is_signed_off_before_its_quarter_is_over(contract):
    running = ScorecardFactory(contract=contract, quarter_start=date(2026, 10, 1))
    with pytest.raises(actions.Refused, match="not over"):
        signed_off(running)


@pytest.mark.parametrize("who", ["sro", "procurement", "viewer"])
def test_only_those_who_manage_it_sign_off(contract, who):
    people = {"sro": contract.sro, "procurement": person_with("procurement"), "viewer": person_with("viewer", contract.unit)}  # fmt: skip
    with pytest.raises(actions.NotTheirs):
        signed_off(ScorecardFactory(contract=contract), by=people[who])


def test_the_deputy_stands_in(contract):
    assert signed_off(ScorecardFactory(contract=contract), by=contract.deputy).signed


def test_nobody_signs_off_what_has_changed_since_they_read_it(contract):
    scorecard = ScorecardFactory(contract=contract)
    seen = scorecard.version
    actions.fill(
        scorecard=scorecard, by=contract.deputy, lines={"cost": (1, {**NOTHING, "rag": "green"})}
    )
    with pytest.raises(locking.Conflict):
        actions.sign_off(scorecard=scorecard, by=contract.oco, version=seen, today=TODAY)


def test_what_is_signed_off_is_not_filled_or_signed_again(contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    with pytest.raises(actions.NotNow):
        actions.fill(scorecard=scorecard, by=contract.oco, lines={})
    with pytest.raises(actions.NotNow):
        signed_off(scorecard)


# --- The SRO ------------------------------------------------------------------------------------------


def see(scorecard, by, **more):
    return actions.see(scorecard=scorecard, by=by, version=scorecard.version, **more)


def test_see_records_the_sro_and_the_question_and_the_owner_answers(contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    scorecard = see(scorecard, contract.sro, question="Why is cost not tracked?")
    assert (scorecard.state, scorecard.signed.seen_by) == ("seen", contract.sro)
    assert scorecard.signed.awaits_answer
    scorecard = actions.answer(
        scorecard=scorecard, by=contract.oco, version=scorecard.version, words="It will be"
    )
    signed = scorecard.signed
    assert (signed.answer, signed.answered_by, signed.awaits_answer) == ("It will be", contract.oco, False)  # fmt: skip
    with pytest.raises(actions.NotNow):
        actions.answer(
            scorecard=scorecard, by=contract.oco, version=scorecard.version, words="Twice"
        )


def test_nobody_but_the_sro_has_seen_it(contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    for person in (contract.oco, contract.deputy, person_with("procurement")):
        with pytest.raises(actions.NotTheirs):
            see(scorecard, person)


def test_who_signed_it_off_is_not_who_has_seen_it():
    both = UserFactory()
    contract = ContractFactory(oco=both, sro=both, tier="gold")
    scorecard = signed_off(ScorecardFactory(contract=contract))
    with pytest.raises(actions.NotTheirs):
        see(scorecard, both)
    signed = scorecard.signed
    signed.seen_by, signed.seen_at = both, signed.at
    with pytest.raises(IntegrityError), transaction.atomic():
        signed.save()


def test_a_draft_is_not_seen(contract):
    with pytest.raises(actions.NotNow):
        see(ScorecardFactory(contract=contract), contract.sro)


# --- Taking back and discarding ------------------------------------------------------------------------


def test_reopen_keeps_both_sign_offs(contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    first = see(scorecard, contract.sro, question="Sure?").signed
    scorecard.refresh_from_db()
    scorecard = actions.reopen(
        scorecard=scorecard, by=contract.oco, version=scorecard.version, reason="Wrong figure"
    )
    assert (scorecard.state, scorecard.signed) == ("draft", None)
    said = {**NOTHING, "rag": "red", "reason": "It was worse", "narrative": "A plan"}
    actions.fill(scorecard=scorecard, by=contract.oco, lines={"risk": (1, said)})
    scorecard.refresh_from_db()
    second = signed_off(scorecard).signed

    first.refresh_from_db()
    assert (first.reopened_by, first.reopened_reason) == (contract.oco, "Wrong figure")
    assert (first.question, first.awaits_answer) == ("Sure?", False)
    assert first.frozen["lines"]["risk"]["rag"] == "not_tracked"
    assert second.frozen["lines"]["risk"]["rag"] == "red"
    assert [cards.words_of(s) for s in (first, second)] == [
        "Cost Not tracked, Performance Not tracked, Risk Not tracked, User Not tracked",
        "Cost Not tracked, Performance Not tracked, Risk Red, User Not tracked",
    ]
    states = list(scorecard.history.order_by("history_id").values_list("state", flat=True))
    assert states == ["draft", "signed_off", "seen", "draft", "signed_off"]


def test_a_draft_is_not_opened_again(contract):
    draft = ScorecardFactory(contract=contract)
    with pytest.raises(actions.NotNow):
        actions.reopen(scorecard=draft, by=contract.oco, version=draft.version, reason="Why")


def test_discard_takes_a_draft_away_and_remembers_why(contract):
    scorecard = start(contract)
    actions.discard(scorecard=scorecard, by=contract.oco, version=1, reason="Wrong quarter")
    assert not Scorecard.objects.exists()
    gone = Scorecard.history.first()
    assert (gone.history_type, gone.history_change_reason) == ("-", "Wrong quarter")


def test_what_was_signed_off_once_is_not_discarded(contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    scorecard = actions.reopen(
        scorecard=scorecard, by=contract.oco, version=scorecard.version, reason="Wrong figure"
    )
    with pytest.raises(actions.NotNow):
        actions.discard(
            scorecard=scorecard, by=contract.oco, version=scorecard.version, reason="Away"
        )


# --- Feedback -----------------------------------------------------------------------------------------

COMPLAINT = {
    "kind": "complaint", "received_on": date(2026, 11, 2), "source": "Contact centre",
    "score": None, "scale": None, "nps": None, "sample": None, "comments": "Late",
}  # fmt: skip


def test_feedback_is_kept_with_who_recorded_it(contract):
    feedback = actions.add_feedback(contract=contract, by=contract.deputy, today=TODAY, **COMPLAINT)
    assert (feedback.recorded_by, feedback.is_open) == (contract.deputy, True)
    assert feedback.history.get().history_user == contract.deputy


def test_feedback_that_cannot_be_is_refused(contract):
    with pytest.raises(actions.Refused):
        actions.add_feedback(
            contract=contract, by=contract.oco, today=TODAY, **{**COMPLAINT, "comments": ""}
        )
    assert not Feedback.objects.exists()


def test_a_complaint_is_resolved_once_somebody_says_how(contract):
    feedback = FeedbackFactory(contract=contract, **COMPLAINT)
    known = {"feedback": feedback, "by": contract.oco, "today": TODAY, "version": 1}
    with pytest.raises(actions.Refused):
        actions.resolve(resolved_on=date(2026, 11, 1), outcome="Put right", **known)
    resolved = actions.resolve(resolved_on=TODAY, outcome="Put right", **known)
    assert (resolved.resolved_on, resolved.is_open) == (TODAY, False)
    with pytest.raises(locking.Conflict):
        actions.resolve(resolved_on=TODAY, outcome="Twice", **known)


def test_a_survey_is_not_resolved(contract):
    with pytest.raises(actions.NotNow):
        actions.resolve(
            feedback=FeedbackFactory(contract=contract), by=contract.oco, today=TODAY, version=1,
            resolved_on=TODAY, outcome="Nothing",
        )  # fmt: skip


@pytest.mark.parametrize(
    "values", [{"kind": "compliment"}, {"received_on": date(2026, 11, 20)}], ids=str
)
def test_a_resolved_complaint_stays_one(contract, values):
    feedback = FeedbackFactory(
        contract=contract, resolved_on=date(2026, 11, 10), outcome="Put right", **COMPLAINT
    )
    with pytest.raises(actions.Refused):
        actions.change_feedback(
            feedback=feedback, by=contract.oco, today=TODAY, version=1, **{**COMPLAINT, **values}
        )


def test_change_feedback_writes_the_reason(contract):
    feedback = FeedbackFactory(contract=contract, **COMPLAINT)
    changed = actions.change_feedback(
        feedback=feedback, by=contract.oco, today=TODAY, version=1, reason="Typing error",
        **{**COMPLAINT, "source": "Web form"},
    )  # fmt: skip
    assert (changed.source, changed.version) == ("Web form", 2)
    assert changed.history.first().history_change_reason == "Typing error"
