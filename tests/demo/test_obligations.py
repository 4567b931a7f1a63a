"""The demo tells its stories on any day, and its rows are what people could have recorded."""

import pytest

from contracts.models import Contract
from contracts.obligations import actions, rules
from contracts.obligations.demo_table import AT_ONCE, CONDITIONS, NOBODY, NONE_YET
from contracts.obligations.models import Obligation, Occurrence
from tests.demo import days

pytestmark = pytest.mark.django_db


@days.on(days.ORDINARY, days.LEAP_DAY)
def test_the_council_has_kept_and_broken_its_promises(council):
    titles = set(Contract.objects.values_list("title", flat=True))
    assert set(CONDITIONS) | NONE_YET | NOBODY | {AT_ONCE} <= titles
    states = set(Occurrence.objects.with_standing(council).values_list("standing", flat=True))
    assert states == {state.value for state in rules.State}
    assert set(Occurrence.objects.values_list("relief", flat=True)) == {"", "offered", "granted"}
    assert set(Obligation.objects.values_list("kind", flat=True)) == {k.value for k in rules.Kind}
    waiting = Contract.objects.filter(stage="awaiting_conditions")
    assert all(contract.obligations.open_conditions().exists() for contract in waiting)
    assert not Occurrence.objects.filter(said_at__date__gt=council).exists()
    _everything_is_as_a_person_would_have_left_it(council)


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
