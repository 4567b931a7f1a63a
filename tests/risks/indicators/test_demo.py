"""The demo tells its stories on any day, and its rows are what people could have written."""

from datetime import date

import pytest

from common import deadlines
from contracts import checks
from contracts.models import Contract
from dashboards import demo as council
from risks.indicators import demo
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.indicators.rules import Source
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2028, 2, 29)])
def test_indicators_of_the_council(today, time_machine):
    time_machine.move_to(f"{today} 12:00:00+00:00")
    council.build(today)
    found = {kri.name: kri for kri in KeyRiskIndicator.objects.select_related("risk", "contract")}
    assert set(found) == {line.name for line in demo.LINES}

    crossed = found["Visit records opened without a need"]
    assert (crossed.latest_status, crossed.risk.review_on) == ("red", today)
    assert [s.cause for s in crossed.risk.scorings.all()] == ["raised", "reviewed", "indicator"]
    assert crossed.risk.referrals.waiting().exists()
    assert KeyRiskIndicator.objects.unanswered().get() == crossed
    kinds = {d.kind for d in deadlines.within(deadlines.Scope(), today, today)}
    assert "kri-crossed" in kinds

    followed = found["Missed collections"]
    assert followed.measure_label.endswith("Missed collections per 100,000")
    assert {r.source for r in followed.readings.all()} == {Source.MEASURE}
    assert followed.latest_status == "green"

    never = found["Records that fail the check a day"]
    assert (never.latest_status, never.readings.count()) == ("not_measured", 0)
    failing = checks.get("kri_not_measured").failing(Contract.objects.all())
    assert list(failing) == [never.contract]

    _everything_is_as_a_person_would_have_left_it()


def _everything_is_as_a_person_would_have_left_it():
    for kri in found_whole():
        kri.full_clean()
        assert kri.history.exists()
        latest = kri.readings.first()
        if latest is not None:
            assert (kri.latest_period, kri.latest_value) == (latest.period_start, latest.value)
            assert kri.latest_status == latest.status
        for reading in kri.readings.all():
            assert reading.history.exists()
            assert reading.period_start >= kri.period(kri.starts_on).start


def found_whole():
    return KeyRiskIndicator.objects.prefetch_related("readings__indicator")


def test_a_register_for_measuring_has_all_kinds(time_machine):
    today = date(2026, 11, 27)
    time_machine.move_to(today)
    owner = UserFactory()
    for _ in range(40):
        ContractFactory(oco=owner)
    demo.bulk_build(today, number=30, months=12)
    found = KeyRiskIndicator.objects.with_standing(today)
    assert found.count() == 30
    assert {"green", "amber", "red"} <= set(found.values_list("stands", flat=True))
    assert found.filter(is_late=True).exists()
    assert KriReading.objects.filter(indicator=found.exclude(is_late=True).first()).count() == 12
    for kri in found.prefetch_related("readings__indicator"):
        kri.full_clean()
        assert kri.latest_status == kri.readings.first().status
        assert kri.since == kri.latest_period
