"""The demo tells its stories on any day, and its rows are what people could have recorded."""

from datetime import date

import pytest
from django.db.models import Count

from contracts.models import Contract
from contracts.obligations import actions, demo, rules
from contracts.obligations.demo_table import AT_ONCE, CONDITIONS, NOBODY, NONE_YET
from contracts.obligations.models import Obligation, Occurrence
from dashboards import demo as council
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2028, 2, 29)])
def test_the_council_has_kept_and_broken_its_promises(today, time_machine):
    time_machine.move_to(f"{today} 12:00:00+00:00")
    council.build(today)
    titles = set(Contract.objects.values_list("title", flat=True))
    assert set(CONDITIONS) | NONE_YET | NOBODY | {AT_ONCE} <= titles
    states = set(Occurrence.objects.with_standing(today).values_list("standing", flat=True))
    assert states == {state.value for state in rules.State}
    assert set(Occurrence.objects.values_list("relief", flat=True)) == {"", "offered", "granted"}
    assert set(Obligation.objects.values_list("kind", flat=True)) == {k.value for k in rules.Kind}
    waiting = Contract.objects.filter(stage="awaiting_conditions")
    assert all(contract.obligations.open_conditions().exists() for contract in waiting)
    assert not Occurrence.objects.filter(said_at__date__gt=today).exists()
    _everything_is_as_a_person_would_have_left_it(today)


def _everything_is_as_a_person_would_have_left_it(today):
    for obligation in Obligation.objects.prefetch_related("dependencies"):
        obligation.full_clean()
        values = {f.name: getattr(obligation, f.attname) for f in obligation._meta.fields}
        values["depends_on"] = list(obligation.dependencies.all())
        assert rules.problems(values) == []
    for occurrence in Occurrence.objects.exclude(said_at=None).select_related("obligation"):
        assert occurrence.history.exists()
        said = rules.record_problems(
            status=occurrence.status, done_on=occurrence.done_on, reason=occurrence.reason,
            evidence=occurrence.evidence, evidence_required=occurrence.obligation.evidence_required,
            is_correction=False, today=today,
        )  # fmt: skip
        assert said == [], occurrence
    before = Occurrence.objects.count()
    actions.make_ahead(today=today)
    assert Occurrence.objects.count() == before


def test_many_are_made_by_the_database(time_machine):
    today = date(2026, 11, 27)
    contracts = [ContractFactory() for _ in range(22)]
    demo.bulk_build(today)
    chosen = [contract for contract in contracts if contract.pk % 10 == 0]
    assert Obligation.objects.count() == 4 * len(chosen)
    counted = Obligation.objects.annotate(made=Count("occurrences"))
    assert set(counted.values_list("made", flat=True)) == {12}
    for occurrence in Occurrence.objects.all():
        occurrence.full_clean(exclude=["relief_from"])
    days = {o.due_on for o in Occurrence.objects.select_related("obligation")}
    rule = Obligation.objects.first().rule
    assert days == set(rule.between(min(days), max(days)))
