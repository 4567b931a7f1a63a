"""The council as a whole: complete, and alive on any day."""

import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import demo as people
from accounts.models import Membership, User
from accounts.permissions import ORGANISATION_ROLES, UNIT_ROLES
from common import deadlines
from contracts import checks, rules
from contracts.models import (
    PEOPLE,
    CapKind,
    Contract,
    ContractSupplier,
    Ending,
    Kind,
    Regime,
    Stage,
    TermOfOffice,
    Tier,
)
from contracts.stages.models import StageMove
from contracts.terms.models import ExtensionOption, NoticeClock, Term
from performance.models import Indicator, Reading
from performance.rules import Rating
from reminders.models import Notice
from tests.demo import days

LISTS = (
    "contracts:list", "suppliers:list", "accounts:people", "accounts:units", "accounts:roles",
    "dashboards:work", "dashboards:overview", "dashboards:units", "dashboards:portfolio", "dashboards:ratings",
    "performance:log", "reminders:mine", "reminders:all", "reminders:digests", "reminders:rules", "imports:list",
    "obligations:due", "obligations:list", "scorecards:list",
)  # fmt: skip

pytestmark = pytest.mark.django_db


def run(*arguments):
    printed = io.StringIO()
    call_command("demo", *arguments, stdout=printed)
    return printed.getvalue()


def counts():
    return {model: model.objects.count() for model in apps.get_models() if model._meta.managed}


@days.on(days.LEAP_DAY, days.A_LATER_NEW_YEAR)
def test_it_can_be_made_on_any_day(council):
    assert Contract.objects.past_their_end(council).exists()
    assert Contract.objects.filter(ends_on=council + timedelta(days=30)).exists()


@pytest.mark.parametrize(("capacity", "kinds"), [("mine", 10), ("overseen", 8)])
def test_dates_of_contracts_that_are_named_are_the_dates_of_the_scope(council, capacity, kinds):
    """First pages look the contracts up once and ask all sources about them, by questions that are kept."""
    window = (council - timedelta(days=400), council + timedelta(days=400))
    told = set()
    for name in ("Alex Shah", "Margaret Ellery", "Ruth Ackroyd", "Priya Raman"):
        scope = deadlines.Scope(User.objects.get(name=name), capacity)
        ids = Contract.objects.within(scope).order_by().values_list("pk", flat=True)
        found = list(deadlines.within(scope, *window))
        named = deadlines.within(replace(scope, contracts=tuple(ids)), *window)
        assert sorted(named, key=repr) == sorted(found, key=repr)
        told |= {deadline.kind for deadline in found}
    assert len(told) >= kinds


def person(name):
    return User.objects.get(name=name)


def test_every_tier_stage_and_regime_occurs(council):
    for field, choices in (("tier", Tier), ("stage", Stage), ("regime", Regime)):
        found = set(Contract.objects.values_list(field, flat=True)) - {""}
        assert found == set(choices.values), field
    assert Contract.objects.count() == 80


def test_every_role_is_held_and_can_be_signed_in_as(council):
    assert set(Membership.objects.values_list("role", flat=True)) == {
        *UNIT_ROLES,
        *ORGANISATION_ROLES,
    }
    assert person("Alex Shah").contracts_owned.count() == 6
    assert person("Margaret Ellery").contracts_answered_for.count() == 12
    assert person("Grace Holloway").contracts_deputised.exists()
    printed = run("--sign-ins")
    for email, words in people.sign_ins():
        assert re.search(rf"{email} +{words}", printed)
    assert person("Priya Raman").check_password(people.PASSWORD)
    assert people.PASSWORD in printed


def test_every_kind_cap_and_ending_occurs_and_a_gate_was_overridden(council):
    for field, choices in (("kind", Kind), ("cap_kind", CapKind), ("ended_as", Ending)):
        found = set(Contract.objects.values_list(field, flat=True)) - {""}
        assert found == set(choices.values), field
    assert not Contract.objects.filter(stage="ended", ended_on=None).exists()
    framework = Contract.objects.get(kind="framework")
    assert framework.children.filter(kind="call_off").count() == 4
    assert Contract.objects.get(title="Temporary accommodation by the night").children.count() == 4
    past_the_gate = StageMove.objects.exclude(missing="").get()
    assert past_the_gate.by == person("Hannah Osei")
    assert past_the_gate.missing == "Name the SRO: a Gold or Platinum contract needs one"
    assert ContractSupplier.objects.filter(criticality="high").exists()


def test_terms_of_office_say_who_holds_what_and_who_held_it(council):
    for contract in Contract.objects.all():
        current = contract.offices.current().exclude(part="further").values_list("part", "person")
        named = {part: getattr(contract, f"{part}_id") for part in PEOPLE}
        assert dict(current) == {part: pk for part, pk in named.items() if pk}
        further = contract.offices.current().filter(part="further").exists()
        assert contract.has_further_deputies == further
    assert TermOfOffice.objects.filter(part="oco").exclude(ends_on=None).exists()
    assert Contract.objects.filter(has_further_deputies=True).count() == 2


def test_who_has_left_cannot_sign_in_and_still_owns_a_contract(council):
    left = person("Samuel Tierney")
    assert not left.is_active
    assert left.contracts_owned.count() == 1


def test_every_check_has_something_to_show(council):
    for check in checks.all_checks():
        assert check.failing(Contract.objects.all()).exists(), check.key


def test_dates_to_be_reminded_of(council):
    ends = set(Contract.objects.in_force().values_list("ends_on", flat=True))
    assert {council + timedelta(days=days) for days in (0, 7, 30, 90, 180, 365)} <= ends
    assert Contract.objects.filter(notice_on=council + timedelta(days=30)).count() == 3
    assert Contract.objects.past_their_end(council).count() == 4
    assert Contract.objects.not_ended().filter(ends_on=None).count() == 4
    assert Notice.objects.exists()


def test_every_contract_is_as_the_form_would_leave_it(council):
    for contract in Contract.objects.all():
        contract.full_clean()
        assert (
            rules.problems({f.name: getattr(contract, f.attname) for f in contract._meta.fields})
            == []
        )
    assert Contract.objects.values("title").distinct().count() == 80
    assert set(ContractSupplier.objects.values_list("part", flat=True)) == {
        "member",
        "subcontractor",
    }


def test_history_runs_from_the_beginning_to_now(council):
    assert not Contract.history.filter(history_date__gt=timezone.now()).exists()
    assert Contract.objects.filter(version__gt=1).count() >= 40
    for contract in Contract.objects.all():
        rows = list(contract.history.order_by("history_id"))
        assert [row.history_type for row in rows] == ["+", *"~" * (len(rows) - 1)]
        assert [row.version for row in rows] == list(range(1, len(rows) + 1))
        dates = [row.history_date for row in rows]
        assert dates == sorted(dates)
        assert all(row.history_user_id and row.history_change_reason for row in rows)
        assert (rows[-1].stage, rows[-1].ends_on) == (contract.stage, contract.ends_on)
        assert contract.updated_at == dates[-1]


def test_performance_has_good_and_bad_stories(council):
    assert {Rating.GOOD, Rating.INADEQUATE} <= set(
        Indicator.objects.values_list("latest_rating", flat=True)
    )
    first = Reading.objects.order_by("period_start").first().period_start
    assert first <= council - timedelta(days=640)


def test_terms_tell_each_kind_of_story(council):
    states = set(ExtensionOption.objects.values_list("state", flat=True))
    assert {"available", "taken", "declined"} <= states
    soon = ExtensionOption.objects.next_to_decide().filter(
        notice_on__range=(council, council + timedelta(days=22))
    )
    assert soon.exists()
    assert NoticeClock.objects.missed(council).exists()
    assert NoticeClock.objects.filter(by_post=True, contract__term__nation="scotland").exists()
    assert Term.objects.filter(rolling=True).exists()
    assert Term.objects.exclude(renews_for_months=None).exists()
    taken = Contract.objects.get(title="Cleaning of corporate buildings")
    option = taken.extension_options.get(number=1)
    assert option.ends_on == taken.ends_on == taken.term.works_out_on
    assert taken.initial_end_on < option.ends_on < taken.term.longest_on
    in_question = checks.get("ends_disagree").failing(Contract.objects.all())
    assert [contract.title for contract in in_question] == ["Finance and payroll system"]


def test_nothing_of_it_is_dated_in_another_year_than_it_says(council):
    signed = Contract.objects.exclude(signed_on=None)
    assert not signed.filter(signed_on__gt=council).exists()
    assert not signed.filter(signed_on__gt=F("commences_on")).exists()
    for contract in signed:
        assert contract.reference.startswith(f"C-{contract.signed_on.year}-")


def test_a_second_run_changes_nothing(council):
    before = counts()
    assert "nothing was changed" in run()
    assert counts() == before


@pytest.mark.parametrize("name", LISTS)
def test_every_list_answers(council, name):
    client = Client()
    client.force_login(person("Priya Raman"))
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "name", ["Alex Shah", "Margaret Ellery", "Denise Harrow", "Marta Lindqvist", "Rhys Beddow"]
)
def test_everybody_has_a_first_page(council, name):
    client = Client()
    client.force_login(person(name))
    assert client.get("/", follow=True).status_code == 200


def test_contracts_and_their_histories_can_be_opened(council):
    client = Client()
    client.force_login(person("Rhys Beddow"))
    for pk in Contract.objects.values_list("pk", flat=True)[::6]:
        for name in (
            "contracts:contract",
            "contracts:history",
            "performance:contract",
            "scorecards:contract",
            "scorecards:feedback",
            "obligations:contract",
            "terms:contract",
        ):
            assert client.get(reverse(name, args=[pk])).status_code == 200
