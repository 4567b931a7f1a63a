"""The demonstration owes the story: a ratchet, one lapsed, one credited, one claimed, one waived, one unknown."""

import pytest

from contracts.models import Contract
from performance.credits import actions, demo
from performance.credits.models import Charge, Credit, Milestone, Regime
from tests.demo import days

pytestmark = pytest.mark.django_db


@days.on(days.ORDINARY, days.LEAP_DAY)
def test_the_council_lets_some_of_its_money_lie(council):
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
        assert not row.history.filter(history_date__date__gt=council).exists()
    before = list(Credit.objects.order_by("pk").values())
    actions.calculate_all(today=council)
    assert list(Credit.objects.order_by("pk").values()) == before
