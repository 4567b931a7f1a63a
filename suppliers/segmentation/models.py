from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from suppliers.segmentation import rules
from suppliers.segmentation.querysets import (
    KraljicPlacementQuerySet,
    KraljicQuestionQuerySet,
    SupplierTierQuerySet,
)

HEAVIEST = 100


def _answer(points, hint):
    return models.CharField(
        f"answer worth {points} point{'' if points == 1 else 's'}", max_length=120, help_text=hint
    )


class KraljicQuestion(models.Model):
    """A question that places a supplier on the Kraljic board. Its five answers are worth 0 to 4 points.

    The first questions are a house default. A question is never deleted; one that is no longer asked stays.
    """

    axis = models.CharField("what it measures", max_length=20, choices=rules.Axis.choices())
    text = models.CharField("question", max_length=200)
    weight = models.PositiveSmallIntegerField(
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(HEAVIEST, f"Enter {HEAVIEST} or less"),
        ],
        help_text="How much it counts beside the other questions of its kind",
    )
    answer_0 = _answer(0, "The least risk or impact")
    answer_1 = _answer(1, "")
    answer_2 = _answer(2, "")
    answer_3 = _answer(3, "")
    answer_4 = _answer(4, "The most risk or impact")
    order = models.PositiveSmallIntegerField(
        "place in the form", default=50, help_text="The lowest number comes first"
    )
    is_asked = models.BooleanField("ask this question", default=True)

    objects = KraljicQuestionQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ("axis", "order", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(weight__gte=1), name="kraljic_question_has_a_weight"
            ),
        )

    def __str__(self):
        return self.text

    @property
    def title(self):
        """What the history calls it."""
        return self.text

    @property
    def answers(self):
        """The five answers, the one worth nothing first."""
        return [getattr(self, f"answer_{points}") for points in range(rules.MOST_POINTS + 1)]


class KraljicPlacement(models.Model):
    """Where a supplier was placed on the Kraljic board, by whom and why. It is kept for ever, with the questions as
    they were asked; the latest one stands."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, related_name="placements", db_index=False
    )
    # [{"axis", "question", "answer", "points", "weight"}]: readable whatever becomes of the questions.
    answers = models.JSONField(default=list)
    supply_risk = models.DecimalField(max_digits=4, decimal_places=1)
    business_impact = models.DecimalField(max_digits=4, decimal_places=1)
    quadrant = models.CharField("place", max_length=15, choices=rules.Quadrant.choices())
    reason = models.TextField("why")
    placed_on = models.DateField("placed on")
    placed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="kraljic_placements"
    )
    due_on = models.DateField("next review")
    is_current = models.BooleanField(default=True)
    # The placement whose place this one took: from there the arrow on the board is drawn.
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="followed_by", db_index=False
    )

    objects = KraljicPlacementQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["answers"])

    class Meta:
        verbose_name = "place on the Kraljic board"
        ordering = ("-placed_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["supplier"],
                condition=Q(is_current=True),
                name="kraljic_placement_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(supply_risk__range=(0, 100), business_impact__range=(0, 100)),
                name="kraljic_scores_from_0_to_100",
            ),
        )
        indexes = (
            models.Index(fields=["supplier", "placed_on", "id"], name="kraljic_by_supplier"),
            models.Index(
                fields=["due_on", "id"], condition=Q(is_current=True), name="kraljic_by_due_day"
            ),
            models.Index(
                fields=["quadrant", "id"], condition=Q(is_current=True), name="kraljic_by_quadrant"
            ),
        )

    def __str__(self):
        return f"{self.supplier}: {self.get_quadrant_display()}"

    def get_absolute_url(self):
        return reverse("segmentation:supplier", args=[self.supplier_id])

    @property
    def scores(self):
        """(supply risk, business impact), as `rules` has them."""
        return self.supply_risk, self.business_impact

    @property
    def movement(self):
        """How the supplier has moved since the placement before. Wants `follows` to be at hand."""
        return rules.movement(self.follows.scores if self.follows else None, self.scores)

    @property
    def answers_by_axis(self):
        return [
            (axis.label, score, [answer for answer in self.answers if answer["axis"] == axis.value])
            for axis, score in zip(rules.Axis, self.scores, strict=True)
        ]


class SupplierTier(models.Model):
    """A decision on how closely a supplier must be managed: what was proposed, what was decided, and why if they
    differ. Every decision is kept; the latest one stands."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, related_name="tiers", db_index=False
    )
    proposed = models.CharField(
        "proposed tier", max_length=10, choices=rules.Tier.choices(), blank=True
    )
    grounds = models.TextField("grounds of the proposal")
    decided = models.CharField("tier", max_length=10, choices=rules.Tier.choices())
    reason = models.TextField(blank=True)
    decided_on = models.DateField("decided on")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="supplier_tiers_decided"
    )
    due_on = models.DateField("next review")
    is_current = models.BooleanField(default=True)

    objects = SupplierTierQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "supplier tier"
        ordering = ("-decided_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(is_current=True), name="supplier_tier_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(decided=F("proposed")) | ~Q(reason=""),
                name="supplier_tier_other_than_proposed_has_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["supplier", "decided_on", "id"], name="supplier_tier_by_supplier"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(is_current=True),
                name="supplier_tier_by_due_day",
            ),
        )

    def __str__(self):
        return f"{self.supplier}: {self.get_decided_display()}"

    def get_absolute_url(self):
        return reverse("segmentation:supplier", args=[self.supplier_id])

    @property
    def is_as_proposed(self):
        return self.decided == self.proposed
