"""Who was never assessed, who is overdue, who waits; and SQL that scores exactly as the rules do."""

import random
from datetime import date
from decimal import Decimal

import pytest

from contracts.models import Contract
from contracts.tiering import actions, rules
from contracts.tiering.models import Assessment, Questionnaire
from contracts.tiering.querysets import Rescored, never_assessed, overdue, waiting
from tests.contracts.tiering.factories import all_answered, assessed, proposed
from tests.factories import ContractFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


def titles(contracts):
    return sorted(contracts.values_list("title", flat=True))


def test_a_contract_is_assessed_when_the_tier_on_record_was_decided():
    ContractFactory(title="Imported with a tier", tier="gold")
    ContractFactory(title="Without a tier")
    ContractFactory(title="Draft", stage="draft")
    ContractFactory(title="Ended", stage="ended")
    assessed(ContractFactory(title="Assessed", tier="silver"))
    assessed(ContractFactory(title="Tier changed by an import", tier="gold"))
    proposed(ContractFactory(title="Waiting"))
    assert titles(never_assessed(Contract.objects.all())) == [
        "Imported with a tier",
        "Tier changed by an import",
        "Without a tier",
    ]


def test_an_assessment_is_overdue_the_day_after_it_was_due():
    for title, due in (("Today", TODAY), ("Yesterday", date(2026, 11, 26))):
        assessed(ContractFactory(title=title, tier="silver"), due_on=due)
    assessed(ContractFactory(title="Ended", stage="ended"), due_on=date(2020, 1, 1))
    busy = ContractFactory(title="Being assessed", tier="silver")
    assessed(busy, due_on=date(2020, 1, 1))
    proposed(busy)
    assert titles(overdue(Contract.objects.all(), TODAY)) == ["Yesterday"]
    assert titles(waiting(Contract.objects.all())) == ["Being assessed"]


# --- SQL and the rules ----------------------------------------------------------------------------


def changed_draft(**numbers):
    by = person_with("procurement")
    draft = actions.start_draft(by=by)
    Questionnaire.objects.filter(pk=draft.pk).update(**numbers)
    return Questionnaire.objects.draft()


@pytest.mark.parametrize("platinum", [True, False])
def test_sql_gives_every_contract_the_tier_that_the_rules_give(platinum):
    luck = random.Random(20261127)
    for _ in range(60):
        given = {key: luck.choice((0, 1, 2, 3, 4, 4)) for key in all_answered()}
        value, currency = luck.choice([(None, "GBP"), (6_000_000, "GBP"), (6_000_000, "EUR"), (1, "GBP")])  # fmt: skip
        assessed(given=given, value=value, currency=currency, platinum=platinum)
    draft = changed_draft(
        gold_from=Decimal("52.6"), silver_from=Decimal("40.5"), platinum_from=Decimal("66.66")
    )
    draft.questions.filter(key="impact").update(weight=18)
    draft.questions.filter(key="data").update(weight=17)
    draft = Questionnaire.objects.draft()
    rescored = Rescored(draft, platinum=platinum)
    expected = {
        assessment.pk: rules.judge(
            draft.rulebook, assessment.given, assessment.total_value, platinum=platinum
        ).tier
        for assessment in Assessment.objects.prefetch_related("answers__question")
    }
    found = {a.pk: a.would_be for a in rescored.annotate(Assessment.objects.all())}
    assert found == expected
    moving = {a.pk for a in Assessment.objects.all() if expected[a.pk] != a.proposed_tier}
    assert set(rescored.moving().values_list("assessment", flat=True)) == moving
    assert 5 < len(moving) < 60
    counts = rescored.counts()
    for was in rules.TIERS:
        for now in rules.TIERS:
            these = {
                a.pk
                for a in Assessment.objects.all()
                if (a.proposed_tier, expected[a.pk]) == (was, now)
            }
            assert counts[was, now] == len(these)
            assert set(
                rescored.assessments(was=was, now=now).values_list("assessment", flat=True)
            ) == these  # fmt: skip


@pytest.mark.parametrize(
    ("gold_from", "tier"), [("57.49", "gold"), ("57.5", "gold"), ("57.51", "silver")]
)
def test_a_cut_off_between_two_quarters_of_a_point_is_exact_in_sql_too(gold_from, tier):
    assessment = assessed(given=all_answered(2, continuity=4))
    assert assessment.score == Decimal("57.5")
    draft = changed_draft(gold_from=Decimal(gold_from))
    rescored = Rescored(draft, platinum=False)
    assert rescored.annotate(Assessment.objects.all()).get().would_be == tier


def test_an_answer_that_was_never_given_leaves_the_score_unknown():
    assessment = assessed(given=all_answered(4))
    by = person_with("procurement")
    draft = actions.start_draft(by=by)
    actions.add_question(draft=draft, by=by, text="Is it new to us?")
    rescored = Rescored(Questionnaire.objects.draft(), platinum=False)
    assert rescored.counts()["gold", ""] == 1
    unknown = rescored.assessments(was="gold", now="")
    assert list(unknown.values_list("assessment", flat=True)) == [assessment.pk]
    assert not rescored.moving().exists()


def test_answers_are_found_by_what_a_question_keeps_from_version_to_version():
    """Assessments of two versions, one of which no longer asks what the other did."""
    by = person_with("procurement")
    old = assessed(given=all_answered(4))
    draft = actions.start_draft(by=by)
    actions.remove_row(row=draft.questions.get(key="reputation"), by=by)
    draft.questions.filter(key="data").update(weight=15)
    draft.refresh_from_db()
    actions.publish(draft=draft, by=by, version=draft.version, reason="x", reassess_by=TODAY)
    given = all_answered(0)
    del given["reputation"]
    new = assessed(given=given, questionnaire=Questionnaire.objects.current())
    rescored = Rescored(Questionnaire.objects.current(), platinum=False)
    found = {a.pk: a.would_be for a in rescored.annotate(Assessment.objects.all())}
    assert found == {old.pk: "gold", new.pk: "bronze"}


def test_what_would_change_is_counted_in_one_query_and_the_ids_of_the_questions(
    django_assert_num_queries,
):
    for n in range(12):
        assessed(given=all_answered(n % 5))
    draft = changed_draft(gold_from=Decimal(50))
    with django_assert_num_queries(2):
        Rescored(draft, platinum=False).counts()
