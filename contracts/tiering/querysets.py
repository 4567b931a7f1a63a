from collections import Counter
from decimal import ROUND_CEILING, Decimal

from django.apps import apps
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Greatest

from contracts.models import Contract
from contracts.tiering import rules


class QuestionnaireQuerySet(QuerySet):
    """Which versions: the one in use, the one being written, those that were published."""

    def with_all(self):
        """Questions and rules too, in two further queries."""
        return self.prefetch_related("questions", "hard_rules__question")

    def current(self):
        """The version in use; None only where nobody has published one."""
        return self.with_all().filter(state="current").first()

    def draft(self):
        return self.with_all().filter(state="draft").first()

    def published(self):
        return self.exclude(state="draft")


class AssessmentQuerySet(QuerySet):
    """Which assessments: by who may see their contract, and how they stand."""

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def in_effect(self):
        """The latest decision of each contract."""
        return self.filter(in_effect=True)

    def waiting(self):
        return self.filter(state="proposed")

    def of_contracts_in_force(self):
        return self.filter(contract__in=Contract.objects.in_force())

    def overdue(self, today):
        """Decisions to be looked at again before today, where no new proposal waits."""
        return self.in_effect().filter(due_on__lt=today).without_proposal()

    def without_proposal(self):
        return self.filter(~Exists(_proposals("contract")))


def _proposals(outer):
    model = apps.get_model("tiering.Assessment")
    return model.objects.order_by().waiting().filter(contract=OuterRef(outer))


# --- Which contracts ------------------------------------------------------------------------------


def never_assessed(contracts):
    """Those in force whose tier on record nobody decided here: it is empty, or came with an import. A spot
    contract is managed with its parent."""
    model = apps.get_model("tiering.Assessment")
    decided = model.objects.order_by().in_effect().filter(contract=OuterRef("pk"))
    return contracts.in_force().filter(
        ~Q(kind="spot"),
        ~Exists(decided.filter(decided_tier=OuterRef("tier"))),
        ~Exists(_proposals("pk")),
    )


def overdue(contracts, today):
    """Those in force whose assessment was due before today, and for which no proposal waits."""
    model = apps.get_model("tiering.Assessment")
    due = model.objects.order_by().overdue(today).filter(contract=OuterRef("pk"))
    return contracts.in_force().filter(Exists(due))


def waiting(contracts):
    """Those for which a proposed tier waits for a decision."""
    return contracts.not_ended().filter(Exists(_proposals("pk")))


def sent_back(contracts):
    """Those in force whose latest proposal was sent back, and nobody has answered again."""
    assessments = apps.get_model("tiering.Assessment").objects.order_by()
    later = assessments.filter(contract=OuterRef("contract"), pk__gt=OuterRef("pk"))
    latest = assessments.filter(~Exists(later), state="sent_back", contract=OuterRef("pk"))
    return contracts.in_force().filter(Exists(latest))


# --- Scored again by another version --------------------------------------------------------------

RANKS = {tier: rules.rank(tier) for tier in rules.TIERS}
UNKNOWN = 0  # the rank of a tier that cannot be computed


class Rescored:
    """The assessments in effect as a questionnaire would judge them, from their stored answers, in SQL.

    Points are whole numbers (see `rules.points`), so the database counts exactly what the rules do.
    A question that an assessment was not asked leaves its score unknown.
    """

    def __init__(self, questionnaire, *, platinum):
        self.rulebook = questionnaire.rulebook
        self.platinum = platinum
        self.ids = _ids_by_key(self.rulebook.questions)

    def _of(self, key):
        """The condition that an answer belongs to this question, in whichever version it was asked."""
        return Q(question__in=self.ids.get(key, ()))

    @property
    def _points(self):
        weights = [
            When(self._of(question.key), then=F("value") * Value(question.weight))
            for question in self.rulebook.questions
            if self.ids.get(question.key)
        ]
        return Sum(Case(*weights, default=Value(0), output_field=IntegerField()))

    @property
    def _rank(self):
        """The rank that points and hard rules give together."""
        offs = self.rulebook.cut_offs
        lines = [("platinum", offs.platinum)] if self.platinum else []
        lines += [("gold", offs.gold), ("silver", offs.silver)]
        by_score = Case(
            *(When(points__gte=_in_points(line), then=Value(RANKS[tier])) for tier, line in lines),
            default=Value(RANKS["bronze"]),
            output_field=IntegerField(),
        )
        raised = [self._raised(n, rule) for n, rule in enumerate(self.rulebook.hard_rules)]
        return Greatest(by_score, *raised) if raised else by_score

    def _raised(self, number, rule):
        least = RANKS[rules.in_use(rule.at_least, platinum=self.platinum)]
        if rule.subject == rules.VALUE:
            holds = Q(assessment__value__gt=rule.threshold, assessment__currency="GBP")
        else:
            holds = Q(**{f"answer_{number}__gte": int(rule.threshold)})
        return Case(When(holds, then=Value(least)), default=Value(0), output_field=IntegerField())

    @property
    def _answers_of_rules(self):
        """The answers that hard rules ask for, each under a name of its own."""
        return {
            f"answer_{number}": Max(
                Case(When(self._of(rule.question), then=F("value")), output_field=IntegerField())
            )
            for number, rule in enumerate(self.rulebook.hard_rules)
            if rule.subject == rules.ANSWER
        }

    @property
    def _answered(self):
        asked = [id_ for question in self.rulebook.questions for id_ in self.ids[question.key]]
        return Count("pk", filter=Q(question__in=asked))

    @property
    def rows(self):
        """A row for each assessment in effect: its id, the tier that its rules gave, and `rank`."""
        answers = apps.get_model("tiering.Answer").objects.order_by()
        judged = (
            answers.filter(assessment__in_effect=True)
            .exclude(assessment__contract__stage="ended")
            .values(
                "assessment", "assessment__value", "assessment__currency",
                "assessment__proposed_tier", "assessment__contract",
            )
            .annotate(points=self._points, answered=self._answered, **self._answers_of_rules)
        )  # fmt: skip
        complete = Q(answered=len(self.rulebook.questions))
        return judged.annotate(
            rank=Case(
                When(complete, then=self._rank),
                default=Value(UNKNOWN),
                output_field=IntegerField(),
            )
        )

    def counts(self):
        """{(tier it was, tier it would be): how many}; "" where it cannot be computed. One query."""
        cells = {
            f"{was}_{now or 'unknown'}": Count(
                "assessment", filter=Q(assessment__proposed_tier=was, rank=RANKS.get(now, UNKNOWN))
            )
            for was in rules.TIERS
            for now in (*rules.TIERS, "")
        }
        counted = self.rows.aggregate(**cells)
        return Counter({
            (was, now): counted[f"{was}_{now or 'unknown'}"]
            for was in rules.TIERS
            for now in (*rules.TIERS, "")
        })  # fmt: skip

    def assessments(self, *, now, was=""):
        """Ids of the assessments that would be of this tier, and were of that one; `was` empty is any
        other."""
        rows = self.rows.filter(rank=RANKS.get(now, UNKNOWN))
        if was:
            return rows.filter(assessment__proposed_tier=was).values("assessment")
        return rows.exclude(assessment__proposed_tier=now).values("assessment")

    def moving(self):
        """Ids of the assessments whose rules' tier would be another; what cannot be computed is left out."""
        moved = Q()
        for tier, rank in RANKS.items():
            moved |= Q(rank=rank) & ~Q(assessment__proposed_tier=tier)
        return self.rows.filter(moved).values("assessment")

    def annotate(self, assessments):
        """The assessments with `would_be`: the tier by this questionnaire. For a page of them."""
        rank = self.rows.filter(assessment=OuterRef("pk")).values("rank")
        tiers = [When(rank_now=rank, then=Value(tier)) for tier, rank in RANKS.items()]
        return assessments.annotate(rank_now=Subquery(rank)).annotate(
            would_be=Case(*tiers, default=Value(""), output_field=CharField())
        )


def _in_points(line):
    """The lowest whole number of points that reaches a cut-off."""
    return int((Decimal(line) * rules.HIGHEST_ANSWER).to_integral_value(ROUND_CEILING))


def _ids_by_key(questions):
    """{key: ids of the question in every version}. Answers name the version's own question; by their ids
    no join is needed."""
    model = apps.get_model("tiering.Question")
    ids = {question.key: [] for question in questions}
    found = model.objects.filter(key__in=ids).order_by("pk").values_list("key", "pk")
    for key, pk in found:
        ids[key].append(pk)
    return ids
