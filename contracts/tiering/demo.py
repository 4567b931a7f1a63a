"""Two years of tiering at the fictional council: two versions of the questionnaire, and a third being written."""

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from common.bulk import insert_rows
from common.demo import moment, save_as_of
from contracts.models import Stage
from contracts.tiering import actions, rules
from contracts.tiering.models import Answer, Assessment, HardRule, Question, Questionnaire

SEED = 20261127
PUBLISHED = 430  # days since version 2
DRAFTED = 6
DECIDERS = ("priya", "tomasz", "hannah")
NEVER = {
    "Town hall roof renewal",
    "Storage of museum collections",
    "Translation and interpreting",
}
OVERDUE = {"Bus shelters and street advertising", "Leisure centres, operation and upkeep"}
SENT_BACK = {"Contact centre telephony": "An hour without telephones is not a week: look at continuity again"}  # fmt: skip
# title: (proposed tier, days ago, why it was sent back); nobody has answered again yet.
SENT_BACK_NOW = {
    "Guarding, patrols and key holding": ("silver", 12, "Two answers speak of the time before the alarms were joined: look at switching and at who must work together"),
}  # fmt: skip
AGAINST = {
    "Healthy eating vouchers for families": "Families cannot buy food on the day the card fails; the score does not see that.",
}  # fmt: skip
# title: (proposed tier, days ago, what the owner adds)
WAITING = {
    "Telecare and falls response": ("gold", 3, "Since the second control room closed, an alarm that is not answered is a danger to life."),
    "Temporary accommodation by the night": ("silver", 9, "First assessment. The volumes may double this winter."),
}  # fmt: skip

IMPACT, VALUE = "impact", "value"
# About where the answers of a tier lie, before they are fitted to it.
LEVEL = {"bronze": 1, "silver": 2, "gold": 3, "platinum": 3}
HARMFUL = ("Social care", "Public health", "Passenger transport", "Housing")


def build(register, today, *, people, opened):
    """Assessments for most of the contracts {title: contract}."""
    luck = random.Random(SEED)  # noqa: S311 - invented answers, the same in every demo
    first, second = _versions(today, people, opened)
    teller = Teller(luck, today, people, first, second)
    for title, contract in register.items():
        if title in NEVER or contract.stage in (Stage.DRAFT, Stage.ENDED):
            continue
        if contract.tier:
            teller.tell(contract)
        if title in SENT_BACK_NOW:
            tier, days_ago, reason = SENT_BACK_NOW[title]
            teller.send_back(contract, second, tier, days_ago, reason)
        if title in WAITING:
            tier, days_ago, comment = WAITING[title]
            teller.propose(contract, second, tier, days_ago, comment)
    _start_draft(today, people)


# --- The versions ---------------------------------------------------------------------------------


def _versions(today, people, opened):
    """The house default, in use since the register was opened, and the council's own since last year."""
    first = Questionnaire.objects.current()
    first.published_at = first.started_at = moment(today, opened)
    first.save_without_historical_record()
    second = actions.start_draft(by=people["tomasz"])
    weights = {"data": 15, VALUE: 10}
    for question in second.questions.filter(key__in=weights):
        question.weight = weights[question.key]
        save_as_of(question, at=moment(today, PUBLISHED + 20), by=people["tomasz"])
    first.state = Questionnaire.State.RETIRED
    at = moment(today, PUBLISHED, hour=15)
    save_as_of(first, at=at, by=people["priya"], reason="Replaced by version 2")
    second.state, second.published_by, second.published_at = "current", people["priya"], at
    second.started_at = moment(today, PUBLISHED + 34)
    second.reason = (
        "Agreed with Internal Audit: data weighs more, and the yearly value less, than before"
    )
    second.reassess_by = (at + timedelta(days=90)).date()
    second.notes = "The house default, adapted to the council: " + (
        "since the audit of personal data, data and systems weigh 15 and the yearly value weighs 10."
    )
    save_as_of(second, at=at, by=people["priya"], reason=second.reason)
    _tell_of_the_copy(second, moment(today, PUBLISHED + 34))
    found = Questionnaire.objects.with_all()
    return found.get(pk=first.pk), found.get(pk=second.pk)


def _start_draft(today, people):
    """Version 3, not yet finished: more Gold, and continuity counts for more."""
    draft = actions.start_draft(by=people["priya"])
    weights = {"continuity": 20, "complexity": 5}
    for question in draft.questions.filter(key__in=weights):
        question.weight = weights[question.key]
        save_as_of(question, at=moment(today, DRAFTED - 1), by=people["priya"])
    draft.started_at, draft.gold_from = moment(today, DRAFTED), Decimal(57)
    save_as_of(draft, at=moment(today, DRAFTED - 1, hour=11), by=people["priya"])
    _tell_of_the_copy(draft, moment(today, DRAFTED))


def _tell_of_the_copy(questionnaire, at):
    """Let the history say that the copy was made at that moment, not when the demonstration was."""
    for model, column in (
        (Questionnaire, "id"),
        (Question, "questionnaire_id"),
        (HardRule, "questionnaire_id"),
    ):
        told = model.history.filter(history_type="+", **{column: questionnaire.pk})
        told.update(history_date=at)


# --- The assessments ------------------------------------------------------------------------------


@dataclass
class Teller:
    """Writes what happened to each contract, from the first decision to the last."""

    luck: random.Random
    today: object
    people: dict
    first: Questionnaire
    second: Questionnaire

    def tell(self, contract):
        title, tier = contract.title, contract.tier
        days_ago = self._first_decision(contract)
        while True:
            version = self.first if days_ago > PUBLISHED else self.second
            if title in SENT_BACK and days_ago < PUBLISHED:
                self.send_back(contract, version, tier, days_ago + 15, SENT_BACK[title])
            decided = self._decide(contract, version, tier, days_ago)
            left = (decided.due_on - self.today).days
            if left >= 0 or (title in OVERDUE and days_ago < PUBLISHED):
                return
            days_ago = max(2, -left + self.luck.randint(2, 20))

    def _first_decision(self, contract):
        """Not before the register knew the tier; for the overdue a little more than a year ago."""
        told = contract.history.exclude(tier="").order_by("history_date").first()
        known = (self.today - told.history_date.date()).days
        if contract.title in OVERDUE:
            return min(known, 365 + self.luck.randint(12, 40))
        return known if known < 400 else min(known, self.luck.randint(380, 690))

    def _decide(self, contract, version, tier, days_ago):
        against = contract.title in AGAINST and version == self.second
        by_the_rules = "bronze" if against else tier
        thought = self.luck.randint(2, 9)
        assessment = self.propose(contract, version, by_the_rules, days_ago + thought)
        decider = self.people[self.luck.choice(DECIDERS)]
        decided_on = self.today - timedelta(days=days_ago)
        Assessment.objects.filter(contract=contract, in_effect=True).update(in_effect=False)
        assessment.state, assessment.decided_tier = Assessment.State.DECIDED, tier
        assessment.decided_by, assessment.decided_on = decider, decided_on
        assessment.reason = AGAINST[contract.title] if against else ""
        assessment.next_due_on = rules.next_due(decided_on, tier, version.months)
        assessment.due_on, assessment.in_effect = assessment.next_due_on, True
        at = moment(self.today, days_ago, hour=14)
        return save_as_of(assessment, at=at, by=decider, reason=assessment.reason)

    def send_back(self, contract, version, tier, days_ago, reason):
        assessment = self.propose(contract, version, tier, days_ago + 5)
        by = self.people["tomasz"]
        assessment.state, assessment.reason = Assessment.State.SENT_BACK, reason
        assessment.decided_by = by
        assessment.decided_on = self.today - timedelta(days=days_ago)
        save_as_of(assessment, at=moment(self.today, days_ago, hour=16), by=by, reason=reason)

    def propose(self, contract, version, tier, days_ago, comment=""):
        """A proposal with answers that give this tier by this version."""
        value = actions.total_value(contract)
        answers = self._answers(contract, version, tier, value)
        verdict = rules.judge(version.rulebook, answers, value, platinum=True)
        by = contract.oco or contract.deputy or self.people["tomasz"]
        at = moment(self.today, days_ago, minute=days_ago % 60)
        assessment = Assessment(
            contract=contract, questionnaire=version, value=value.amount, currency=value.currency,
            score=verdict.score, proposed_tier=verdict.tier, reasons="\n".join(verdict.reasons),
            comment=comment, proposed_by=by, proposed_at=at,
        )  # fmt: skip
        save_as_of(assessment, at=at, by=by)
        Answer.objects.bulk_create(
            Answer(assessment=assessment, question=question, value=answers[question.key])
            for question in version.questions.all()
        )
        return assessment

    def _answers(self, contract, version, tier, value):
        """Answers about as high as the tier; then one by one up or down until the rules give it."""
        keys = [question.key for question in version.questions.all()]
        level = LEVEL[tier]
        answers = {key: min(4, max(0, level + self.luck.choice((-1, 0, 0, 1)))) for key in keys}
        answers[VALUE] = _answer_of_value(contract.annual_value)
        answers[IMPACT] = self._impact(contract, tier)
        movable = [key for key in keys if key not in (VALUE, IMPACT)]
        # By both versions, so that an old assessment would not move by the new one.
        judges = {self.first, self.second} if version == self.first else {version}
        for _ in range(200):
            tiers = [rules.judge(v.rulebook, answers, value, platinum=True).tier for v in judges]
            wrong = next((found for found in tiers if found != tier), None)
            if wrong is None:
                return answers
            step = 1 if rules.rank(wrong) < rules.rank(tier) else -1
            key = self.luck.choice(movable)
            answers[key] = min(4, max(0, answers[key] + step))
        raise AssertionError(f"No answers give {tier} for {contract}")

    def _impact(self, contract, tier):
        """Where people could come to harm it is what makes a contract Gold."""
        if tier in ("gold", "platinum"):
            return 4 if contract.category.startswith(HARMFUL) else self.luck.choice((2, 3))
        return self.luck.choice((0, 1) if tier == "bronze" else (1, 2))


def _answer_of_value(annual):
    lines = (50_000, 250_000, 1_000_000, 5_000_000)
    return 1 if annual is None else sum(annual >= line for line in lines)


# --- For measuring --------------------------------------------------------------------------------

_ASSESSMENT = (
    "contract_id", "questionnaire_id", "value", "currency", "score", "proposed_tier", "reasons", "comment",
    "state", "proposed_by_id", "proposed_at", "decided_tier", "reason", "decided_by_id", "decided_on",
    "next_due_on", "in_effect", "due_on", "marked_tier",
)  # fmt: skip
BATCH = 5000


def bulk_build(contracts, today, *, by):
    """A decision with its answers for each of these contracts, fast. No history: nobody made them.

    The answers lie about where the contract's tier does, so that a changed cut-off moves some of them.
    """
    luck = random.Random(SEED)  # noqa: S311 - invented answers, the same in every run
    questionnaire = Questionnaire.objects.current()
    wanted = list(contracts.order_by("pk").values_list("pk", "tier", "value", "currency"))
    for start in range(0, len(wanted), BATCH):
        _bulk_share(wanted[start : start + BATCH], questionnaire, today, by, luck)


def _bulk_share(wanted, questionnaire, today, by, luck):
    rulebook, given, rows = questionnaire.rulebook, {}, []
    keys = [question.key for question in rulebook.questions]
    at = f"{today - timedelta(days=30)} 10:00:00"
    for pk, tier, value, currency in wanted:
        level = LEVEL[tier or "bronze"]
        answers = {key: min(4, max(0, level + luck.choice((-1, 0, 0, 1)))) for key in keys}
        answers[IMPACT] = min(answers[IMPACT], 2 if luck.random() < 0.9 else 4)
        verdict = rules.judge(rulebook, answers, rules.Value(value, currency), platinum=True)
        given[pk] = answers
        decided_on = today - timedelta(days=luck.randint(1, 500))
        due_on = rules.next_due(decided_on, verdict.tier, questionnaire.months)
        rows.append((
            pk, questionnaire.pk, value, currency, verdict.score, verdict.tier, "\n".join(verdict.reasons),
            "", "decided", by.pk, at, verdict.tier, "", by.pk, decided_on.isoformat(),
            due_on.isoformat(), True, due_on.isoformat(), "",
        ))  # fmt: skip
    insert_rows(Assessment, _ASSESSMENT, rows)
    ids = dict(
        Assessment.objects.in_effect().filter(contract__in=given).values_list("contract", "pk")
    )
    question_ids = {question.key: question.pk for question in questionnaire.questions.all()}
    insert_rows(
        Answer,
        ("assessment_id", "question_id", "value"),
        (
            (ids[contract], question_ids[key], value)
            for contract, answers in given.items()
            for key, value in answers.items()
        ),
    )
