from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from contracts.models import Ending, Stage


class StageMove(models.Model):
    """A contract's move from one stage to another: on which day, who recorded it, and what was missing.

    Rows are written once and never changed; the contract's own history tells of them too.
    """

    contract = models.ForeignKey(
        "contracts.Contract", models.CASCADE, related_name="stage_moves", db_index=False
    )
    from_stage = models.CharField("from", max_length=20, choices=Stage)
    to_stage = models.CharField("to", max_length=20, choices=Stage)
    moved_on = models.DateField("on")
    ended_as = models.CharField("how it ended", max_length=10, choices=Ending, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="stage_moves"
    )
    reason = models.TextField(blank=True)
    # What the gate asked for, a line each, when it was moved on all the same.
    missing = models.TextField("missing at the time", blank=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = "move to another stage"
        verbose_name_plural = "moves to other stages"
        ordering = ("-moved_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_stage=F("to_stage")), name="stage_move_leads_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(missing="") | ~Q(reason=""), name="stage_move_past_a_gate_has_a_reason"
            ),
        )
        indexes = (
            models.Index(fields=["contract", "moved_on", "id"], name="stage_moves_of_a_contract"),
        )

    def __str__(self):
        return f"{self.get_from_stage_display()} to {self.get_to_stage_display()}"
