"""The pages of stages as their readers use them: what is shown, what is refused, what it costs."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts import gates
from contracts.models import Contract, Stage
from contracts.stages.models import StageMove
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


def days(number):
    return timezone.localdate() + timedelta(days=number)


def boxes(name, day):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.fixture
def contract():
    """In mobilisation, ready to go live but for its tier, which only some may decide."""
    return ContractFactory(
        reference="C-1", stage="mobilisation", oco=UserFactory(name="Alex Shah"), deputy=UserFactory(),
        sro=UserFactory(name="Margaret Ellery"), value=5, signed_on=date(2026, 1, 1),
        commences_on=days(0), ends_on=days(900),
    )  # fmt: skip


def tab(contract):
    return reverse("stages:contract", args=[contract.pk])


def to(contract, stage):
    return reverse("stages:move", args=[contract.pk, stage])


def post(client, contract, stage, *, on=None, **data):
    return client.post(to(contract, stage), boxes("moved_on", on or days(0)) | data)


# --- the tab ------------------------------------------------------------------------------------


def test_the_tab_says_where_it_is_what_comes_next_and_what_is_missing(client, contract):
    client.force_login(contract.oco)
    page = client.get(tab(contract))
    assert [(s.stage.value, s.state) for s in page.context["steps"]][1:4] == [
        ("awaiting_conditions", "passed"), ("mobilisation", "here"), ("live", "ahead"),
    ]  # fmt: skip
    assert page.context["following"] == Stage.LIVE
    tiering = reverse("tiering:contract", args=[contract.pk])
    assert page.context["missing"] == [{"sentence": "Decide the tier", "url": tiering}]
    html = page.content.decode()
    assert "Still missing for that" in html
    assert "the Procurement Unit can move it on all the same" in html
    assert to(contract, "live") not in html


def test_what_is_missing_leads_to_where_its_reader_mends_it(client, contract):
    Contract.objects.filter(pk=contract.pk).update(supplier=None, oco=None)
    urls = {}
    for name, person in {
        "deputy": contract.deputy,
        "procurement": person_with("procurement"),
    }.items():
        client.force_login(person)
        missing = client.get(tab(contract)).context["missing"]
        urls[name] = {gap["sentence"].split()[0]: gap["url"] for gap in missing}
    edit = reverse("contracts:edit", args=[contract.pk])
    people = reverse("contracts:people", args=[contract.pk])
    # Who edits a contract proposes its tier where the Procurement Unit decides it.
    tiering = reverse("tiering:contract", args=[contract.pk])
    assert urls["deputy"] == {"Name": f"{edit}#id_supplier", "Choose": "", "Decide": tiering}
    assert urls["procurement"] == {
        "Name": f"{edit}#id_supplier", "Choose": f"{people}#id_oco", "Decide": tiering,
    }  # fmt: skip


def test_a_viewer_reads_where_it_is_and_moves_nothing(client, contract):
    client.force_login(person_with("viewer", contract.unit))
    html = client.get(tab(contract)).content.decode()
    assert "/stage/to/" not in html
    assert client.get(to(contract, "live")).status_code == 404
    assert post(client, contract, "ended", ended_as="terminated").status_code == 404


def test_steps_show_the_days_on_which_they_were_reached_or_are_due(client, contract):
    client.force_login(contract.oco)
    StageMove.objects.create(
        contract=contract, from_stage="draft", to_stage="mobilisation", moved_on=days(-3)
    )
    steps = {
        s.stage.value: (s.on, s.is_expected) for s in client.get(tab(contract)).context["steps"]
    }
    assert steps["mobilisation"] == (days(-3), False)
    assert steps["live"] == (days(0), True)
    assert steps["ended"] == (days(900), True)


def test_a_contract_that_went_live_before_its_day_does_not_show_a_day_to_come_as_reached(
    client, contract
):
    Contract.objects.filter(pk=contract.pk).update(stage="live", commences_on=days(20))
    client.force_login(contract.oco)
    summary = (
        client.get(contract.get_absolute_url()).content.decode().split("app-steps__step--here")[1]
    )
    assert "app-steps__when" not in summary.split("</li>")[0]


def test_moves_are_listed_and_exported_with_what_was_missing(client, contract):
    StageMove.objects.create(
        contract=contract, from_stage="draft", to_stage="mobilisation", moved_on=date(2026, 11, 2),
        by=contract.sro, reason="Winter is near", missing="Name the SRO\nDecide the tier",
    )  # fmt: skip
    client.force_login(contract.sro)
    html = client.get(tab(contract)).content.decode()
    for words in (
        "Moved on all the same",
        "<li>Decide the tier</li>",
        "Winter is near",
        "Margaret Ellery",
    ):
        assert words in html
    query = {"export": "csv", "columns": ["to_stage", "reason", "missing"]}
    body = b"".join(client.get(tab(contract), query)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body))) == [
        ["Day", "To", "Why", "Missing at the time"],
        ["2026-11-02", "Mobilisation", "Winter is near", "Name the SRO\nDecide the tier"],
    ]


def test_the_tab_costs_the_same_for_one_move_and_for_many(client, contract):
    client.force_login(contract.oco)

    def cost():
        client.get(tab(contract))
        with CaptureQueriesContext(connection) as captured:
            client.get(tab(contract))
        return len(captured)

    def moves(number):
        for _ in range(number):
            StageMove.objects.create(
                contract=contract, from_stage="draft", to_stage="live", moved_on=days(0),
                by=UserFactory(),
            )  # fmt: skip

    moves(1)
    one = cost()
    moves(40)
    assert cost() == one <= 9


def test_the_overview_shows_the_steps_without_a_query(client, contract):
    client.force_login(contract.oco)
    client.get(contract.get_absolute_url())
    with CaptureQueriesContext(connection) as captured:
        page = client.get(contract.get_absolute_url())
    assert not any("stages_stagemove" in query["sql"] for query in captured)
    assert to(contract, "live") in page.content.decode()


# --- moving -------------------------------------------------------------------------------------


def test_an_owner_moves_a_contract_on_when_everything_is_there(client, contract):
    Contract.objects.filter(pk=contract.pk).update(tier="silver")
    client.force_login(contract.oco)
    assert "Everything that it needs is here" in client.get(tab(contract)).content.decode()
    assert client.get(to(contract, "live")).context["form"].initial["moved_on"] == days(0)
    assert post(client, contract, "live", on=days(-2)).url == tab(contract)
    contract.refresh_from_db()
    assert (contract.stage, contract.stage_moves.get().moved_on) == ("live", days(-2))


def test_an_owner_is_refused_while_something_is_missing(client, contract):
    client.force_login(contract.oco)
    html = client.get(to(contract, "live")).content.decode()
    assert "Margaret Ellery" in html
    assert "<button" not in html.split("Still missing")[1].split("</main>")[0]
    answer = post(client, contract, "live", although="on", reason="Because")
    assert answer.status_code == 200
    contract.refresh_from_db()
    assert (contract.stage, contract.stage_moves.count()) == ("mobilisation", 0)


def test_an_sro_who_edits_nothing_may_move_it_all_the_same_with_a_reason(client, contract):
    client.force_login(contract.sro)
    assert client.get(reverse("contracts:edit", args=[contract.pk])).status_code == 404
    assert "all the same" in client.get(tab(contract)).content.decode()
    form = post(client, contract, "live").context["form"]
    assert set(form.errors) == {"although", "reason"}
    assert post(client, contract, "live", although="on", reason="Winter is near").status_code == 302
    move = contract.stage_moves.get()
    assert (move.by, move.missing) == (contract.sro, "Decide the tier")
    history = client.get(reverse("contracts:history", args=[contract.pk])).content.decode()
    assert "moved on although this was missing: Decide the tier" in history


def test_an_end_asks_how_and_when_and_suggests_what_is_likely(client, contract):
    Contract.objects.filter(pk=contract.pk).update(
        stage="live", commences_on=days(-900), ends_on=days(-5)
    )
    client.force_login(contract.oco)
    initial = client.get(to(contract, "ended")).context["form"].initial
    assert (initial["ended_as"], initial["moved_on"]) == ("expired", days(-5))
    form = post(client, contract, "ended", on=days(1)).context["form"]
    assert set(form.errors) == {"moved_on", "ended_as"}
    early = post(client, contract, "ended", on=days(-6), ended_as="expired").context["form"]
    assert "It expires on its current end" in early.errors["ended_as"][0]
    assert post(client, contract, "ended", on=days(-6), ended_as="terminated").status_code == 302
    contract.refresh_from_db()
    assert (contract.stage, contract.ended_as, contract.ended_on) == (
        "ended",
        "terminated",
        days(-6),
    )
    html = client.get(tab(contract)).content.decode()
    assert "Ended: terminated on" in html


def test_a_mistake_is_put_right_with_a_reason(client, contract):
    client.force_login(contract.oco)
    assert "Back to Draft" in client.get(tab(contract)).content.decode()
    assert set(post(client, contract, "draft").context["form"].errors) == {"reason"}
    post(client, contract, "draft", reason="The wrong contract")
    contract.refresh_from_db()
    assert contract.stage == "draft"


def test_how_a_contract_ended_can_be_said_later(client, contract):
    Contract.objects.filter(pk=contract.pk).update(stage="ended")
    client.force_login(contract.oco)
    assert "It is not recorded how it ended" in client.get(tab(contract)).content.decode()
    assert post(client, contract, "ended", ended_as="novated").status_code == 302
    contract.refresh_from_db()
    assert (contract.ended_as, contract.ended_on) == ("novated", days(0))
    assert post(client, contract, "ended", ended_as="expired").url == tab(contract)
    contract.refresh_from_db()
    assert contract.ended_as == "novated"


def test_whoever_comes_second_is_shown_how_it_stands(client, contract):
    Contract.objects.filter(pk=contract.pk).update(tier="silver")
    client.force_login(contract.oco)
    answer = client.post(
        to(contract, "live"), boxes("moved_on", days(0)) | {"seen": "draft"}, follow=True
    )
    assert "Somebody has moved this contract meanwhile" in answer.content.decode()
    assert client.get(to(contract, "exit")).url == tab(contract)
    assert client.get(to(contract, "sold")).status_code == 404


# --- what follows a date that has come ----------------------------------------------------------


def outcome(client, contract, **data):
    url = reverse("stages:outcome", args=[contract.pk])
    return client.post(url, {"version": contract.version, "reason": "Decided", **data})


@pytest.fixture
def overdue(contract):
    Contract.objects.filter(pk=contract.pk).update(
        stage="live", tier="silver", commences_on=days(-900), ends_on=days(-5)
    )
    contract.refresh_from_db()
    return contract


def test_an_extension_leaves_the_stage(client, overdue):
    client.force_login(overdue.oco)
    assert outcome(client, overdue, stage="live", **boxes("ends_on", days(365))).status_code == 302
    overdue.refresh_from_db()
    assert (overdue.stage, overdue.ends_on, overdue.stage_moves.count()) == ("live", days(365), 0)


def test_an_end_is_recorded_with_how_and_when(client, overdue):
    client.force_login(overdue.oco)
    end = boxes("ends_on", overdue.ends_on)
    unsaid = outcome(client, overdue, stage="ended", **end)
    assert set(unsaid.context["form"].errors) == {"ended_as"}
    odd = outcome(client, overdue, stage="live", ended_as="expired", **end)
    assert odd.context["form"].errors["stage"] == ["Select Ended if it has ended"]
    data = {"ended_as": "expired", **end, **boxes("moved_on", overdue.ends_on)}
    assert outcome(client, overdue, stage="ended", **data).status_code == 302
    overdue.refresh_from_db()
    assert (overdue.stage, overdue.ended_on) == ("ended", days(-5))
    assert overdue.stage_moves.get().reason == "Decided"


def test_a_contract_in_exit_that_was_extended_goes_back_to_live_through_the_gate(
    client, overdue, monkeypatch
):
    Contract.objects.filter(pk=overdue.pk).update(stage="exit")
    overdue.refresh_from_db()
    client.force_login(overdue.oco)
    data = {"stage": "live", **boxes("ends_on", days(365))}
    monkeypatch.setattr(gates, "_requirements", dict(gates._requirements))
    gates.requirement("test-shut", stages={Stage.LIVE})(lambda contract: [gates.Missing("Shut")])
    refused = outcome(client, overdue, **data)
    assert "needs what is listed below" in refused.context["form"].errors["stage"][0]
    assert refused.context["missing"] == [{"sentence": "Shut", "url": ""}]
    monkeypatch.undo()
    assert outcome(client, overdue, **data).status_code == 302
    overdue.refresh_from_db()
    assert (overdue.stage, overdue.ends_on) == ("live", days(365))


def test_two_people_who_decide_at_once_see_both(client, overdue):
    client.force_login(overdue.oco)
    outcome(client, overdue, stage="exit", **boxes("ends_on", overdue.ends_on))
    stale = outcome(client, overdue, stage="live", **boxes("ends_on", days(100)))
    assert stale.status_code == 409
    assert ("Live", "Exit") in {(d.mine, d.theirs) for d in stale.context["differences"]} | {
        (d.before, d.theirs) for d in stale.context["differences"]
    }


# --- the one way --------------------------------------------------------------------------------


def test_the_edit_form_has_no_stage_and_the_form_of_a_new_contract_those_to_begin_in(
    client, contract
):
    client.force_login(person_with("procurement"))
    edit = client.get(reverse("contracts:edit", args=[contract.pk])).context["form"]
    assert "stage" not in edit.fields
    add = client.get(reverse("contracts:add")).context["form"]
    assert [value for value, _ in add.fields["stage"].choices] == [
        "draft", "awaiting_conditions", "mobilisation", "live",
    ]  # fmt: skip


# --- past its end, loudly -----------------------------------------------------------------------


def test_a_contract_past_its_end_says_so_wherever_it_is_named(client, overdue):
    framework = ContractFactory(kind="framework", oco=overdue.oco)
    Contract.objects.filter(pk=overdue.pk).update(kind="call_off", parent=framework, title="Lifts")
    client.force_login(overdue.oco)
    for url in (
        tab(overdue), "/contracts/", reverse("contracts:of_supplier", args=[overdue.supplier_id]),
        reverse("contracts:children", args=[framework.pk]), "/search/?q=Lifts", "/work/",
    ):  # fmt: skip
        html = client.get(url).content.decode().lower()
        assert "past its end" in html or "passed its end" in html, url


def test_a_spreadsheet_says_it_in_a_column_of_its_own(client, overdue):
    ContractFactory(oco=overdue.oco, title="Runs")
    client.force_login(overdue.oco)
    body = b"".join(client.get("/contracts/", {"export": "csv", "columns": ["ends_on", "tier"]}))
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0] == ["Contract", "Tier", "Ends", "Past its end"]
    assert {row[0]: row[3] for row in rows[1:]} == {overdue.title: "Yes", "Runs": "No"}
