"""What the pages of tiering show: how a contract stands, answers in groups, a version in words, the matrix."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from accounts.permissions import Permission
from contracts import parts as contract_parts
from contracts.models import Contract, Tier
from contracts.tiering import rules
from contracts.tiering.models import Assessment
from contracts.tiering.querysets import never_assessed

UNKNOWN = "unknown"


# --- Who sees what --------------------------------------------------------------------------------


def oversees(user):
    """Whether somebody looks after the tiers of all contracts, or reads everything."""
    return user.may(Permission.SET_TIERS) or user.may(Permission.VIEW_PORTFOLIO)


def sees_contracts(user):
    """Whether somebody may see any contract, by any of their roles."""
    if user.may(Permission.VIEW_CONTRACTS) or user.units_allowing(Permission.VIEW_CONTRACTS):
        return True
    return any(contract_parts.contract_roles(user))


# --- A contract -----------------------------------------------------------------------------------


def in_question(contract):
    """The assessments that say how a contract stands: the decision in effect, the proposal that waits."""
    return Assessment.objects.filter(Q(state="proposed") | Q(in_effect=True), contract=contract)


def standing(contract, rows):
    """The decision in effect and the proposal that waits, of the assessments in question."""
    decided = next((row for row in rows if row.in_effect), None)
    return {
        "decided": decided,
        "waiting": next((row for row in rows if row.is_waiting), None),
        # A tier that was typed or imported: nobody has decided it here.
        "not_decided_here": bool(contract.tier)
        and (decided is None or decided.decided_tier != contract.tier),
    }


@dataclass
class Latest:
    """What somebody who assesses a contract starts from."""

    waiting: Any = None
    decided: Any = None
    sent_back: Any = None
    to_put_right: dict = field(default_factory=dict)


def latest(contract):
    """The waiting proposal, the decision in effect, and else a proposal that was sent back since."""
    assessments = (
        contract.tier_assessments.select_related("proposed_by", "decided_by", "questionnaire")
        .prefetch_related("answers__question")
        .order_by("-pk")
    )
    rows = list(assessments.filter(Q(state="proposed") | Q(in_effect=True)))
    found = Latest(
        waiting=next((row for row in rows if row.is_waiting), None),
        decided=next((row for row in rows if row.in_effect), None),
    )
    if found.waiting is None:
        since = found.decided.pk if found.decided else 0
        found.sent_back = assessments.filter(state="sent_back", pk__gt=since).first()
    if again := found.waiting or found.sent_back:
        found.to_put_right = {f"q-{key}": str(value) for key, value in again.given.items()}
        found.to_put_right["comment"] = again.comment
    return found


def answers_by_factor(assessment):
    """[(factor, its answers)] in the order of the questionnaire; one query."""
    groups = {}
    for answer in assessment.answers.select_related("question"):
        groups.setdefault(answer.question.get_factor_display(), []).append(answer)
    return list(groups.items())


# --- A version of the questionnaire ---------------------------------------------------------------


def bands(questionnaire):
    platinum = Organisation.current().platinum_tier
    return rules.bands(questionnaire.cut_offs, platinum=platinum)


def described(questionnaire, before):
    """A version in words, and how it differs from the one before."""
    rulebook = questionnaire.rulebook
    groups = {}
    for question in questionnaire.questions.all():
        groups.setdefault(question.get_factor_display(), []).append(question)
    platinum = Organisation.current().platinum_tier
    return {
        "bands": [
            (tier, words, questionnaire.months[tier])
            for tier, words in rules.bands(questionnaire.cut_offs, platinum=platinum)
        ],
        "platinum": platinum,
        "groups": list(groups.items()),
        "hard_rules": [
            (rule, rules.condition(rule.plain, rulebook.questions))
            for rule in questionnaire.hard_rules.all()
        ],
        "total_weight": sum(question.weight for question in rulebook.questions),
        "before": before,
        "differences": rules.differences(before.rulebook, rulebook) if before else [],
    }


def problems(draft):
    """What keeps a draft from being published: [(sentence, where it is mended)]."""
    numbers = reverse("tiering:numbers")
    found = []
    for name, sentence in rules.problems(draft.rulebook):
        kind, _, key = name.partition(":")
        url = f"{numbers}#id_{name.replace(':', '-')}" if name else reverse("tiering:question_add")
        if kind == "question":
            pk = next(q.pk for q in draft.questions.all() if q.key == key)
            url = reverse("tiering:question_edit", args=[pk])
        elif kind == "rule":
            url = reverse("tiering:rule_edit", args=[list(draft.hard_rules.all())[int(key)].pk])
        found.append((sentence, url))
    return found


# --- What a draft would change --------------------------------------------------------------------


class Matrix:
    """How many assessed contracts would move from which tier to which, each number with its list.

    `was` and `now` name the cell whose contracts are listed; without them, all that would move are.
    """

    def __init__(self, rescored, was="", now=""):
        self.rescored, self.was, self.now = rescored, was, now

    @cached_property
    def counts(self):
        return self.rescored.counts()

    @cached_property
    def never_assessed(self):
        return never_assessed(Contract.objects.all()).count()

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def unknown(self):
        return sum(number for (_, now), number in self.counts.items() if not now)

    def _moved(self, direction):
        return sum(
            number
            for (was, now), number in self.counts.items()
            if now and (rules.rank(now) - rules.rank(was)) * direction > 0
        )

    @property
    def up(self):
        return self._moved(1)

    @property
    def down(self):
        return self._moved(-1)

    @property
    def moving(self):
        return self.up + self.down

    @cached_property
    def tiers(self):
        """Those in use, highest first."""
        in_use = {tier for pair, number in self.counts.items() if number for tier in pair}
        return [t for t in Tier if t != Tier.PLATINUM or self.rescored.platinum or t in in_use]

    @property
    def rows(self):
        for was in self.tiers:
            numbers = [(now, self.counts[was, now]) for now in self.tiers]
            cells = [self._cell(was, now, number) for now, number in numbers]
            if self.unknown:
                cells.append(self._cell(was, UNKNOWN, self.counts[was, ""]))
            yield {"tier": was, "cells": cells, "total": sum(cell["number"] for cell in cells)}

    def _cell(self, was, now, number):
        stays = was == now
        shown = (was, now) == (self.was, self.now)
        url = f"{reverse('tiering:changes')}?was={was}&now={now}#contracts"
        return {
            "number": number, "stays": stays, "shown": shown, "now": now,
            "url": url if number and not stays else "",
        }  # fmt: skip

    # --- the list below it ----------------------------------------------------------------------

    @property
    def _tier_shown(self):
        return "" if self.now == UNKNOWN else self.now

    @property
    def number_shown(self):
        return self.counts[self.was, self._tier_shown] if self.was else self.moving

    @property
    def assessments(self):
        ids = (
            self.rescored.assessments(was=self.was, now=self._tier_shown)
            if self.was
            else self.rescored.moving()
        )
        return self.rescored.annotate(Assessment.objects.filter(pk__in=ids))

    @property
    def shown_in_words(self):
        if not self.was:
            return "All contracts that would move"
        if self.now == UNKNOWN:
            return f"{rules.name(self.was)} so far, and cannot be computed"
        return f"From {rules.name(self.was)} to {rules.name(self.now)}"
