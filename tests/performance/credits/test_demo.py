"""The demonstration owes the story: a ratchet, one lapsed, one credited, one claimed, one waived, one unknown."""

from datetime import date

import pytest

from contracts.models import Contract
from dashboards import demo as council
from performance.credits import actions, demo
from performance.credits.models import Charge, Credit, Milestone, Regime

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2028, 2, 29)])
def test_the_council_lets_some_of_its_money_lie(today, time_machine):
    time_machine.move_to(f"{today} 12:00:00+00:00")
    council.build(today)
    example = Contract.objects.get(title=demo.WORKED_EXAMPLE)
    story = list(example.credits.order_by("month").values_list("points", "amount", "state"))
    assert story == [
        (1, 1000, "lapsed"), (8, 8000, "credited"), (8, 8000, "claimed"), (4, 4000, "due"),
    ]  # fmt: skip
    assert sum(amount for _, amount, _ in story) == 21_000
    states = set(Credit.objects.values_list("state", flat=True))
    assert states == {"due", "claimed", "credited", "waived", "lapsed", "nothing"}
    assert Credit.objects.due().filter(amount=None).exists()
    assert Credit.objects.filter(milestone__isnull=False, is_final=False).exists()
    for row in (*Regime.objects.all(), *Charge.objects.all(), *Milestone.objects.all()):
        row.full_clean()
    for row in (Credit, Charge, Regime):
        assert not row.history.filter(history_date__date__gt=today).exists()
    before = list(Credit.objects.order_by("pk").values())
    actions.calculate_all(today=today)
    assert list(Credit.objects.order_by("pk").values()) == before
