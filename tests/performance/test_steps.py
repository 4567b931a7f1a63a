"""The pages on which a figure is checked, doubted, amended, rated otherwise or excused, and a target changes."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from performance.models import Definition, Evidence, Indicator, Reading
from tests.contracts.obligations.factories import ObligationFactory, OccurrenceFactory
from tests.documents.factories import a_document
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import DefinitionFactory, IndicatorFactory, ReadingFactory
from tests.performance.test_pages import line, text_of

pytestmark = pytest.mark.django_db
CHECK = "/performance/check/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(
        oco=owner, sro=UserFactory(name="Sam Senior"), title="Waste collection", stage="live"
    )


@pytest.fixture
def reading(contract):
    indicator = IndicatorFactory(contract=contract, name="Calls answered", reported_by="supplier")
    return ReadingFactory(indicator=indicator, value=Decimal(95))


def to(name, row, **answers):
    return reverse(f"performance:{name}", args=[row.pk]), {"version": row.version, **answers}


# --- Checking -------------------------------------------------------------------------------------


def test_figures_to_check_are_listed_and_validated_together(client, owner, reading):
    other = ReadingFactory(indicator__contract=reading.indicator.contract, value=Decimal(99))
    client.force_login(owner)
    assert "2 readings reported and not checked" in text_of(client.get(CHECK))
    ticked = [f"{reading.pk}:1", f"{other.pk}:1"]
    response = client.post(CHECK, {"reading": ticked}, follow=True)
    assert "2 readings validated." in text_of(response)
    assert "Every figure that was reported has been checked" in text_of(response)


def test_a_figure_that_changed_meanwhile_is_looked_at_again(client, owner, reading):
    client.force_login(owner)
    response = client.post(CHECK, {"reading": [f"{reading.pk}:0"]}, follow=True)
    assert "one of these has changed meanwhile" in text_of(response)
    reading.refresh_from_db()
    assert reading.status == "reported"


@pytest.mark.parametrize("ticked", [[], ["x"], ["1"], ["1:2:3"], ["9" * 30 + ":1"], ["-1:1"]])
def test_what_makes_no_sense_is_not_ticked(client, owner, reading, ticked):
    client.force_login(owner)
    response = client.post(CHECK, {"reading": ticked}, follow=True)
    assert "Tick at least one reading" in text_of(response)


def test_nobody_checks_the_figures_of_others(client, reading):
    client.force_login(UserFactory())
    client.post(CHECK, {"reading": [f"{reading.pk}:1"]})
    reading.refresh_from_db()
    assert reading.status == "reported"


def test_the_procurement_unit_checks_those_of_a_contract_it_names(client, reading):
    client.force_login(person_with("procurement"))
    address = f"{CHECK}?contract={reading.indicator.contract_id}"
    assert "Calls answered" in text_of(client.get(address))
    client.post(address, {"reading": [f"{reading.pk}:1"], "back": "reading"})
    reading.refresh_from_db()
    assert reading.status == "validated"


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, owner, contract, number, django_assert_max_num_queries
):
    for _ in range(number):
        ReadingFactory(indicator__contract=contract)
    client.force_login(owner)
    with django_assert_max_num_queries(8):
        client.get(CHECK)


def test_the_sheet_says_whether_figures_were_checked(client, owner, contract, reading):
    waits = IndicatorFactory(contract=contract, reported_by="supplier", name="Waits")
    client.force_login(owner)
    assert "I have checked the suppliers" in text_of(client.get("/performance/log/?month=2026-10"))
    client.post("/performance/log/?month=2026-10", line(waits, "47/50") | {"checked": "on"})
    logged = Reading.objects.get(indicator=waits)
    assert (logged.status, logged.value, logged.numerator, logged.denominator) == (
        "validated",
        94,
        47,
        50,
    )
    assert logged.checked_by == owner


# --- One reading ----------------------------------------------------------------------------------


def test_the_page_says_where_a_figure_stands_and_what_may_be_done(client, owner, reading):
    client.force_login(owner)
    shown = text_of(client.get(reading.get_absolute_url()))
    for words in (
        "October 2026: 95.00%",
        "The supplier reported this figure",
        "Validate",
        "Challenge",
        "99.00% or more",
    ):
        assert words in shown
    assert "Rate otherwise" not in shown


def test_challenging_needs_a_reason_and_shows_it(client, owner, reading):
    client.force_login(owner)
    address, answers = to("challenge", reading, reason="")
    assert "Enter the reason" in text_of(client.post(address, answers))
    shown = text_of(client.post(address, answers | {"reason": "Two cases missing"}, follow=True))
    assert "Challenged by Olive Owner on 2 November 2026: Two cases missing" in shown
    assert "This reading is challenged already" in text_of(client.get(address, follow=True))


def test_amending_shows_both_values(client, owner, reading):
    client.force_login(owner)
    address, answers = to("amend", reading, reason="Counted again", measure="95.00")
    assert "Value is the same as before" in text_of(client.post(address, answers))
    assert "must be a number" in text_of(client.post(address, answers | {"measure": "many"}))
    shown = text_of(client.post(address, answers | {"measure": "98.5"}, follow=True))
    assert "October 2026: 98.50%" in shown
    assert "First reported as 95.00%" in shown
    assert "Approaching target" in shown


def test_an_sro_rates_otherwise_with_a_reason(client, contract, reading):
    client.force_login(contract.sro)
    address, answers = to("rate", reading, rating="other", reason="The site was closed")
    assert "Inadequate (by the rule)" in text_of(client.get(address))
    shown = text_of(client.post(address, answers, follow=True))
    assert "By the rule: Inadequate. The site was closed" in shown


def test_an_owner_may_not_rate_otherwise(client, owner, reading):
    client.force_login(owner)
    address, answers = to("rate", reading, rating="good", reason="x")
    assert client.post(address, answers).status_code == 404


def test_a_failure_is_excused_because_of_our_own(client, owner, contract, reading):
    ours = ObligationFactory(contract=contract, party="authority", title="Access to the depot")
    failed = OccurrenceFactory(
        obligation=ours, due_on=date(2026, 10, 5), status="failed", reason="Forgotten"
    )
    client.force_login(owner)
    address, answers = to("relief", reading, decision="", reason="No access")
    assert "Say whether the failure is excused" in text_of(client.post(address, answers))
    answers |= {"decision": "grant", "because_of": failed.pk}
    shown = text_of(client.post(address, answers, follow=True))
    assert "Granted, because of" in shown
    assert "Access to the depot" in shown
    reading.refresh_from_db()
    assert reading.is_excused


def test_nothing_of_another_contract_excuses(client, owner, reading):
    elsewhere = OccurrenceFactory(obligation__party="authority", status="failed", reason="x")
    client.force_login(owner)
    address, answers = to("relief", reading, decision="grant", reason="x", because_of=elsewhere.pk)
    assert "must be one of the choices offered" in text_of(client.post(address, answers))


def test_a_good_reading_is_not_excused(client, owner, contract):
    good = ReadingFactory(indicator__contract=contract)
    client.force_login(owner)
    address, _ = to("relief", good)
    assert "Only a reading that missed its target" in text_of(client.get(address, follow=True))


def test_deciding_on_an_old_page_saves_nothing(client, owner, reading):
    client.force_login(owner)
    address, answers = to("challenge", reading, reason="x")
    shown = text_of(client.post(address, answers | {"version": 7}, follow=True))
    assert "somebody else has changed this reading meanwhile" in shown
    reading.refresh_from_db()
    assert reading.status == "reported"


def test_evidence_is_one_of_the_contracts_documents(client, owner, contract, reading):
    document, elsewhere = (
        a_document(contract, title="October report"),
        a_document(ContractFactory(oco=owner)),
    )
    client.force_login(owner)
    address, _ = to("evidence", reading)
    assert "must be one of the choices" in text_of(client.post(address, {"document": elsewhere.pk}))
    shown = text_of(client.post(address, {"document": document.pk}, follow=True))
    assert "Evidence October report" in shown
    client.post(address, {"document": document.pk})
    assert Evidence.objects.count() == 1


def test_confidential_evidence_is_named_to_nobody_else(client, owner, contract, reading):
    document = a_document(contract, title="Price breakdown", confidential=True)
    Evidence.objects.create(reading=reading, document=document, added_by=owner)
    for person, sees in ((owner, True), (person_with("viewer", contract.unit), False)):
        client.force_login(person)
        assert ("Price breakdown" in text_of(client.get(reading.get_absolute_url()))) is sees


def test_history_does_not_name_confidential_evidence(client, owner, contract, reading):
    document = a_document(contract, title="Price breakdown", confidential=True)
    client.force_login(owner)
    address, _ = to("evidence", reading)
    client.post(address, {"document": document.pk})
    client.force_login(person_with("viewer", contract.unit))
    for page in (reading, reading.indicator):
        shown = text_of(client.get(page.get_absolute_url()))
        assert "Evidence attached" in shown
        assert "Price breakdown" not in shown


def test_without_the_version_that_was_seen_nothing_is_decided(client, owner, reading):
    client.force_login(owner)
    address, _ = to("relief", reading)
    shown = text_of(client.post(address, {"decision": "grant", "reason": "x"}, follow=True))
    assert "Nothing was saved" in shown
    assert Reading.objects.get().relief == ""


@pytest.mark.parametrize("number", [1, 15])
def test_a_reading_costs_the_same_with_any_history(
    client, owner, reading, number, django_assert_max_num_queries
):
    for n in range(number):
        reading.save()
        document = a_document(reading.indicator.contract, title=f"Report {n}")
        Evidence.objects.create(reading=reading, document=document)
    client.force_login(owner)
    with django_assert_max_num_queries(16):
        client.get(reading.get_absolute_url())


# --- Targets by date --------------------------------------------------------------------------------


def from_day(year, month, day):
    return {"from_on_year": year, "from_on_month": month, "from_on_day": day}


def test_a_target_rises_from_a_day_and_can_be_taken_back(client, owner, reading):
    indicator = reading.indicator
    client.force_login(owner)
    address = reverse("performance:definition_add", args=[indicator.pk])
    answers = {
        "target": "99.5",
        "tolerance_near": "1",
        "tolerance_far": "3",
        **from_day(2027, 1, 1),
    }
    assert "Enter the reason" in text_of(client.post(address, answers))
    shown = text_of(client.post(address, answers | {"reason": "Ramp-up"}, follow=True))
    assert "99.50% or more To come" in shown
    coming = Definition.objects.get(from_on=date(2027, 1, 1))
    shown = text_of(
        client.post(
            reverse("performance:definition_remove", args=[coming.pk]),
            {"reason": "Too early"},
            follow=True,
        )
    )
    assert "The definition is taken back" in shown
    assert Definition.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"bands": "Minor, 1"}, "Service points: line 1 must be a name, a limit and points"),
        ({"tolerance_near": "4"}, "must be at least the one for Approaching target"),
        ({"target": ""}, "A tolerance needs a target"),
        ({"upper": "120"}, "Only a range has an upper end"),
        ({"from_on_month": "13"}, "must be a real date"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_and_kept(client, owner, reading, wrong, words):
    client.force_login(owner)
    address = reverse("performance:definition_add", args=[reading.indicator_id])
    answers = {
        "target": "97",
        "tolerance_near": "1",
        "tolerance_far": "3",
        **from_day(2027, 1, 1),
        "reason": "Why not",
    }
    response = client.post(address, answers | wrong)
    assert words in text_of(response)
    assert "Why not" in response.content.decode()
    assert Definition.objects.count() == 1


def test_what_was_used_is_not_rewritten(client, owner, reading):
    client.force_login(owner)
    definition = reading.definition
    address = reverse("performance:definition", args=[definition.pk])
    answers = {"version": 1, "target": "90", "reason": "x"}
    assert "Readings were rated by this definition" in text_of(client.post(address, answers))
    same_day = {"target": "90", "reason": "x", **from_day(2024, 1, 1)}
    response = client.post(
        reverse("performance:definition_add", args=[reading.indicator_id]), same_day
    )
    assert "choose a later day" in text_of(response)
    definition.refresh_from_db()
    assert definition.target == 99


def test_a_definition_to_come_is_edited_in_its_place(client, owner, reading):
    coming = DefinitionFactory(
        indicator=reading.indicator, from_on=date(2027, 1, 1), target=Decimal(98)
    )
    client.force_login(owner)
    address = reverse("performance:definition", args=[coming.pk])
    client.post(address, {"version": 1, "target": "98.5", "reason": "Agreed"})
    coming.refresh_from_db()
    assert (coming.target, coming.from_on) == (Decimal("98.5"), date(2027, 1, 1))
    assert "Somebody else has changed this definition" in text_of(
        client.post(address, {"version": 1, "target": "97", "reason": "Agreed"})
    )


# --- Weeks and events -----------------------------------------------------------------------------


def test_a_kpi_by_the_week_has_a_line_for_each_week_that_ends_in_the_month(client, owner, contract):
    weekly = IndicatorFactory(
        contract=contract, name="Bins missed", frequency="weekly", unit="", decimals=0
    )
    client.force_login(owner)
    page = client.get("/performance/log/?month=2026-10")
    assert [week in text_of(page) for week in ("Week to 4 October", "Week to 25 October")] == [
        True,
        True,
    ]
    answers = {
        f"kpi-{weekly.pk}-{monday}-{box}": value
        for monday, value in (("20260928", "100"), ("20261005", "99"), ("20261012", "oops"))
        for box, value in (("value", value), ("version", "0"))
    }
    shown = text_of(client.post("/performance/log/?month=2026-10", answers))
    assert "value must be a number" in shown
    assert not Reading.objects.exists()
    answers[f"kpi-{weekly.pk}-20261012-value"] = "98"
    client.post("/performance/log/?month=2026-10", answers)
    assert Reading.objects.count() == 3
    assert Indicator.objects.get().latest_period == date(2026, 10, 12)


def test_an_event_is_recorded_on_its_day(client, owner, contract):
    kpi = IndicatorFactory(
        contract=contract,
        name="Hours to fix",
        frequency="on_event",
        unit="hours",
        direction="lower",
        target=Decimal(4),
    )
    client.force_login(owner)
    address = reverse("performance:event", args=[kpi.pk])
    day = {"on_day": "1", "on_month": "11", "on_year": "2026", "measure": "6.5"}
    assert "The day must be today or in the past" in text_of(
        client.post(address, day | {"on_day": "3"})
    )
    shown = text_of(client.post(address, day, follow=True))
    assert "Recorded: Requires improvement" in shown
    assert "1 November 2026" in shown
    assert "There is a reading for this day already" in text_of(client.post(address, day))
    assert "Hours to fix" not in text_of(client.get("/performance/log/?month=2026-11"))
