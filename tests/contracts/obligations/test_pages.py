"""What each person sees and may do on the pages of obligations."""

import csv
import io
import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts.models import Contract
from contracts.obligations import actions
from contracts.obligations.models import Dependency, Obligation, Occurrence
from tests.contracts.obligations.factories import (
    DependencyFactory,
    ObligationFactory,
    OccurrenceFactory,
)
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
DUE = "/contracts/obligations/due/"
LIST = "/contracts/obligations/"
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, title="Waste collection", reference="C-7", tier="gold")


@pytest.fixture
def obligation(contract):
    return ObligationFactory(contract=contract, number="S1", title="Monthly report")


@pytest.fixture
def overdue(obligation):
    return OccurrenceFactory(obligation=obligation)


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def tab(contract):
    return reverse("obligations:contract", args=[contract.pk])


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def typed(**values):
    """What the browser sends for a new obligation."""
    return {
        "number": "S9", "title": "Quarterly return", "party": "supplier", "kind": "reporting",
        "repeat": "quarters", "every": "1",
        "first_due_day": "31", "first_due_month": "12", "first_due_year": "2026",
        "followed_from_day": "27", "followed_from_month": "11", "followed_from_year": "2026",
    } | values  # fmt: skip


# --- A contract's obligations ---------------------------------------------------------------------


def test_the_matrix_shows_each_party_and_how_each_month_stands(as_owner, contract, obligation):
    for day, values in (
        ("2026-08-10", {"status": "met"}),
        ("2026-09-10", {"status": "late", "done_on": D("2026-09-12")}),
        ("2026-10-10", {"status": "failed"}),
        ("2026-11-10", {}),
        ("2026-12-10", {}),
    ):
        OccurrenceFactory(obligation=obligation, due_on=D(day), **values)
    ours = ObligationFactory(contract=contract, party="authority", title="Pay invoices")
    OccurrenceFactory(obligation=ours, due_on=D("2026-11-30"))
    response = as_owner.get(tab(contract))
    groups = response.context["groups"]
    assert [(g.heading, len(g.rows)) for g in groups] == [
        ("What the supplier must do", 1),
        ("What we must do", 1),
    ]
    words = [mark.words for cell in groups[0].rows[0].cells for mark in cell.marks]
    assert words == ["Met", "Met late", "Failed", "Overdue", "Due 10"]
    assert [cell.month.month for cell in groups[0].rows[0].cells][:2] == [6, 7]
    shown = text_of(response)
    assert "Met in time: 25%, 1 of 4 in the last 12 months" in shown
    assert "Not tracked yet: nothing has fallen due" in shown
    assert "Monthly report, due 10 September 2026: Met late" in shown


def test_a_cell_with_several_counts_them_and_leads_to_their_list(as_owner, contract):
    weekly = ObligationFactory(contract=contract, repeat="weeks")
    for day in ("2026-10-05", "2026-10-12", "2026-10-19"):
        OccurrenceFactory(obligation=weekly, due_on=D(day), status="met")
    OccurrenceFactory(obligation=weekly, due_on=D("2026-10-26"), status="failed")
    response = as_owner.get(tab(contract))
    failed, met = response.context["groups"][0].rows[0].cells[4].marks
    assert (failed.words, met.words) == ("Failed", "3 met")
    listed = as_owner.get(met.url)
    assert listed.context["page"].count == 3


def test_the_numbers_lead_to_the_lists_behind_them(as_owner, contract, obligation, overdue):
    for day in ("2026-09-10", "2026-10-10"):
        OccurrenceFactory(obligation=obligation, due_on=D(day), status="met")
    OccurrenceFactory(obligation=obligation, due_on=D("2026-12-10"))
    OccurrenceFactory(obligation=obligation, due_on=D("2026-08-10"), status="waived")
    figures = as_owner.get(tab(contract)).context["figures"]
    assert [figure["number"] for figure in figures] == [1, 1, "66%", "Not yet"]
    counts = [as_owner.get(figure["url"]).context["page"].count for figure in figures]
    assert counts == [1, 1, 3, 0]


def test_what_is_overdue_comes_first(as_owner, contract, obligation):
    late = ObligationFactory(contract=contract, number="S2", title="Overdue thing")
    OccurrenceFactory(obligation=late)
    response = as_owner.get(tab(contract))
    assert [row.obligation for row in response.context["groups"][0].rows] == [late, obligation]
    assert [o.obligation for o in response.context["overdue"]] == [late]


def test_numbers_are_sorted_as_people_count(as_owner, contract):
    for number in ("S10", "S2", "S1"):
        ObligationFactory(contract=contract, number=number)
    rows = as_owner.get(tab(contract)).context["groups"][0].rows
    assert [row.obligation.number for row in rows] == ["S1", "S2", "S10"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"S1", "A1", "S2"}),
        ("?party=authority", {"A1"}),
        ("?kind=payment", {"A1"}),
        ("?state=overdue", {"S1"}),
        ("?month=2026-12", {"S2"}),
        ("?month=2026-12&state=overdue", set()),
        ("?responsible=0", {"A1", "S2"}),
        ("?party=nonsense&start=junk&month=1&responsible=x", {"S1", "A1", "S2"}),
    ],
)
def test_the_matrix_can_be_narrowed(as_owner, owner, contract, obligation, overdue, query, found):
    Obligation.objects.filter(pk=obligation.pk).update(responsible=owner)
    ObligationFactory(contract=contract, number="A1", party="authority", kind="payment")
    other = ObligationFactory(contract=contract, number="S2")
    OccurrenceFactory(obligation=other, due_on=D("2026-12-10"))
    groups = as_owner.get(tab(contract) + query).context["groups"]
    assert {row.obligation.number for group in groups for row in group.rows} == found


def test_the_first_month_is_chosen(as_owner, contract, obligation):
    OccurrenceFactory(obligation=obligation, due_on=D("2025-02-10"), status="met")
    response = as_owner.get(tab(contract) + "?start=2025-01")
    cells = response.context["groups"][0].rows[0].cells
    assert (cells[0].month, cells[1].marks[0].words) == (D("2025-01-01"), "Met")
    assert (response.context["earlier"], response.context["later"]) == ("2024-07", "2025-07")


def test_an_empty_tab_says_why_and_what_to_do(client, as_owner, contract):
    assert "Not tracked yet" in text_of(as_owner.get(tab(contract)))
    assert (
        reverse("obligations:add", args=[contract.pk])
        in as_owner.get(tab(contract)).content.decode()
    )
    client.force_login(person_with("viewer", contract.unit))
    shown = client.get(tab(contract))
    assert "/add/" not in shown.content.decode()
    assert "can add them" in text_of(shown)


def test_conditions_precedent_stand_at_the_top_while_the_contract_waits(as_owner, contract):
    condition = ObligationFactory(
        contract=contract, kind="condition", repeat="once", title="Guarantee signed"
    )
    OccurrenceFactory(obligation=condition)
    Contract.objects.update(stage="awaiting_conditions")
    response = as_owner.get(tab(contract))
    assert "The contract cannot go live while one of these is open" in text_of(response)
    assert (response.context["groups"], response.context["overdue"]) == ([], [])
    Occurrence.objects.update(status="met", done_on=D("2026-11-09"))
    assert "All are settled" in text_of(as_owner.get(tab(contract)))
    Contract.objects.update(stage="live")
    response = as_owner.get(tab(contract))
    assert response.context["conditions"] == []
    assert [row.obligation for row in response.context["groups"][0].rows] == [condition]


# --- Adding, changing and ending ------------------------------------------------------------------


def test_an_obligation_is_added_and_its_year_made(as_owner, owner, contract):
    response = as_owner.post(
        reverse("obligations:add", args=[contract.pk]),
        typed(responsible="Olive Owner", evidence_required="Signed return", last_day="on"),
    )
    obligation = Obligation.objects.get()
    assert response.url == obligation.get_absolute_url()
    assert (obligation.responsible, obligation.history.get().history_user) == (owner, owner)
    assert [str(o.due_on) for o in obligation.occurrences.all()] == [
        "2026-12-31", "2027-03-31", "2027-06-30", "2027-09-30",
    ]  # fmt: skip
    shown = text_of(as_owner.get(response.url))
    assert "On the last day of the month, every 3 months from 31 December 2026" in shown


def test_several_can_be_entered_one_after_another(as_owner, contract):
    address = reverse("obligations:add", args=[contract.pk])
    assert as_owner.post(address, typed(number="7", another="1")).url == address
    assert as_owner.get(address).context["form"]["number"].value() == "8"


def test_adding_says_every_error_at_once_and_keeps_what_was_typed(as_owner, contract, obligation):
    stranger = UserFactory(name="Strange Person")
    response = as_owner.post(
        reverse("obligations:add", args=[contract.pk]),
        typed(number="s1", title="", responsible=stranger.name, kind="condition", times="3",
              until_day="1", until_month="1", until_year="2028", every="0"),
    )  # fmt: skip
    errors = response.context["form"].errors
    assert set(errors) == {"number", "title", "responsible", "repeat", "times", "every"}
    assert "cannot see this contract" in errors["responsible"][0]
    assert 'value="Strange Person"' in response.content.decode()
    assert Obligation.objects.count() == 1


def test_what_depends_on_ours_is_ticked(as_owner, contract):
    ours = ObligationFactory(contract=contract, party="authority", number="A1")
    elsewhere = ObligationFactory(party="authority")
    address = reverse("obligations:add", args=[contract.pk])
    refused = as_owner.post(address, typed(depends_on=[elsewhere.pk]))
    assert "depends_on" in refused.context["form"].errors
    as_owner.post(address, typed(depends_on=[ours.pk]))
    assert Dependency.objects.get().on == ours
    page = text_of(as_owner.get(ours.get_absolute_url()))
    assert "What the supplier cannot do without this" in page
    assert "S9 Quarterly return" in page


def test_ours_cannot_become_the_suppliers_while_others_depend_on_it(as_owner, contract):
    ours = DependencyFactory(obligation__contract=contract).on
    form = as_owner.get(reverse("obligations:edit", args=[ours.pk])).context["form"]
    response = as_owner.post(
        reverse("obligations:edit", args=[ours.pk]),
        typed(party="supplier", version=form["version"].value()),
    )
    assert "party" in response.context["form"].errors


def edit(client, obligation, **values):
    return client.post(
        reverse("obligations:edit", args=[obligation.pk]),
        typed(number=obligation.number, title=obligation.title, repeat="months", **values),
    )


def test_two_people_edit_the_same_obligation_and_neither_loses(as_owner, obligation):
    assert edit(as_owner, obligation, version=1, clause="4.1", reason="Found it").status_code == 302
    response = edit(as_owner, obligation, version=1, evidence_required="Letter")
    assert response.status_code == 409
    form = response.context["form"]
    assert (form["clause"].value(), form["evidence_required"].value()) == ("4.1", "Letter")
    assert Obligation.objects.get().evidence_required == ""


def test_a_single_date_that_was_recorded_is_not_moved(as_owner, contract):
    once = ObligationFactory(contract=contract, repeat="once", title="Plan")
    OccurrenceFactory(obligation=once, due_on=once.first_due, status="met")
    response = as_owner.post(
        reverse("obligations:edit", args=[once.pk]),
        typed(number=once.number, title="Plan", repeat="once", version=1),
    )
    assert "has been recorded" in response.context["form"].errors["first_due"][0]


def test_an_obligation_is_ended_with_a_reason(as_owner, obligation):
    OccurrenceFactory(obligation=obligation, due_on=D("2026-12-10"))
    address = reverse("obligations:end", args=[obligation.pk])
    last = {"on_day": "27", "on_month": "11", "on_year": "2026"}
    assert "reason" in as_owner.post(address, last).context["form"].errors
    future = as_owner.post(address, last | {"on_day": "28", "reason": "x"})
    assert "on" in future.context["form"].errors
    as_owner.post(address, last | {"reason": "Change 3"})
    assert not Occurrence.objects.exists()
    shown = text_of(as_owner.get(obligation.get_absolute_url()))
    assert "it held until 27 November 2026" in shown
    assert "Change 3" in shown
    assert as_owner.get(reverse("obligations:edit", args=[obligation.pk])).status_code == 404


# --- Recording ------------------------------------------------------------------------------------


def say(client, occurrence, status="met", **values):
    done = {"done_on_day": "12", "done_on_month": "11", "done_on_year": "2026"}
    done = done if status == "met" else {}
    return client.post(
        occurrence.get_absolute_url(),
        {"status": status, "version": occurrence.version, **done, **values},
    )


def test_the_owner_records_and_sees_that_it_was_late(as_owner, owner, overdue):
    say(as_owner, overdue, evidence="Folder 3", evidence_url="https://example.org/report")
    overdue.refresh_from_db()
    assert (overdue.status, overdue.said_by) == ("late", owner)
    shown = text_of(as_owner.get(overdue.get_absolute_url()))
    for words in ("Met late", "12 November 2026", "Folder 3", "https://example.org/report"):
        assert words in shown


def test_the_page_refuses_what_the_action_would_refuse(as_owner, overdue):
    Obligation.objects.update(evidence_required="Signed report")
    assert set(say(as_owner, overdue).context["form"].errors) == {"evidence"}
    assert set(say(as_owner, overdue, "failed").context["form"].errors) == {"reason"}
    assert set(say(as_owner, overdue, "").context["form"].errors) == {"status"}
    assert set(say(as_owner, overdue, done_on_year="2027").context["form"].errors) >= {"done_on"}
    bad = say(as_owner, overdue, evidence="x", evidence_url="javascript:alert(1)")
    assert set(bad.context["form"].errors) == {"evidence_url"}
    overdue.refresh_from_db()
    assert overdue.is_pending


def test_a_record_is_corrected_with_a_reason_and_the_history_tells_both(as_owner, overdue):
    say(as_owner, overdue, "failed", reason="No report came")
    overdue.refresh_from_db()
    assert "reason" in say(as_owner, overdue).context["form"].errors
    say(as_owner, overdue, reason="It lay in the spam folder")
    shown = text_of(as_owner.get(overdue.get_absolute_url()))
    for words in ("Failed", "No report came", "It lay in the spam folder", "Met late"):
        assert words in shown


def test_who_records_what_somebody_else_recorded_sees_theirs_and_keeps_their_own(as_owner, overdue):
    stale = Occurrence.objects.get(pk=overdue.pk)
    say(as_owner, overdue, "failed", reason="No report came")
    response = say(as_owner, stale, evidence="Folder 3")
    assert response.status_code == 409
    assert "Somebody recorded this while you were at it" in text_of(response)
    assert response.context["form"]["evidence"].value() == "Folder 3"
    overdue.refresh_from_db()
    assert overdue.status == "failed"
    again = {"version": response.context["form"]["version"].value()}
    say(as_owner, overdue, **again, reason="Mine is right")
    overdue.refresh_from_db()
    assert overdue.status == "late"


def test_what_a_new_rule_took_away_meanwhile_is_not_an_error(as_owner, overdue, monkeypatch):
    from contracts.obligations import actions

    original = actions.record

    def taken_away_first(**said):
        Occurrence.objects.all().delete()
        return original(**said)

    monkeypatch.setattr(actions, "record", taken_away_first)
    response = say(as_owner, overdue)
    assert response.url == overdue.obligation.get_absolute_url()


def ask_for_evidence_meanwhile(monkeypatch, name):
    """Somebody asks for evidence after the form was read, and before the record is written."""
    write = getattr(actions, name)

    def later(**values):
        Obligation.objects.update(evidence_required="The report")
        return write(**values)

    monkeypatch.setattr(actions, name, later)


def test_evidence_that_is_asked_for_meanwhile_is_asked_for_on_the_page(
    as_owner, overdue, monkeypatch
):
    ask_for_evidence_meanwhile(monkeypatch, "record")
    response = say(as_owner, overdue)
    assert "Say where the evidence is. Required is: The report" in text_of(response)
    overdue.refresh_from_db()
    assert overdue.is_pending


def test_evidence_that_is_asked_for_meanwhile_saves_none_of_several(as_owner, overdue, monkeypatch):
    ask_for_evidence_meanwhile(monkeypatch, "record_done")
    page = text_of(as_owner.get(met(as_owner, overdue, save="1", when="due").url))
    assert "Nothing was saved: some of these have been changed meanwhile." in page
    overdue.refresh_from_db()
    assert overdue.is_pending


def test_a_responsible_person_records_theirs_and_nothing_else(client, contract, overdue):
    colleague = person_with("viewer", contract.unit)
    other = OccurrenceFactory(obligation__contract=contract)
    Obligation.objects.filter(pk=overdue.obligation_id).update(responsible=colleague)
    client.force_login(colleague)
    assert client.get(overdue.get_absolute_url()).context["form"] is not None
    assert client.get(other.get_absolute_url()).context["form"] is None
    assert say(client, overdue).status_code == 302
    assert say(client, other).status_code == 404
    address = reverse("obligations:met")
    sent = {"occurrence": [other.pk], "when": "due", "save": "1", f"version_{other.pk}": 1}
    client.post(address, sent)
    other.refresh_from_db()
    assert other.is_pending


def test_a_responsible_person_who_sees_the_contract_no_longer_records_nothing(client, overdue):
    gone = UserFactory()
    Obligation.objects.update(responsible=gone)
    client.force_login(gone)
    assert client.get(overdue.get_absolute_url()).status_code == 404
    assert not Occurrence.objects.recordable_by(gone).exists()


# --- Several at once ------------------------------------------------------------------------------


def met(client, *occurrences, **values):
    versions = {f"version_{o.pk}": o.version for o in occurrences}
    return client.post(
        reverse("obligations:met"),
        {"occurrence": [o.pk for o in occurrences], "back": DUE, **versions, **values},
    )


def test_several_are_ticked_and_recorded_as_met(as_owner, owner, contract, overdue):
    other = OccurrenceFactory(obligation__contract=contract, due_on=D("2026-11-20"))
    page = met(as_owner, overdue, other)
    assert page.status_code == 200
    response = met(as_owner, overdue, other, save="1", when="due")
    assert response.url == DUE
    assert set(Occurrence.objects.values_list("status", "said_by")) == {("met", owner.pk)}


def test_all_on_one_day_tells_which_were_late(as_owner, contract, overdue):
    other = OccurrenceFactory(obligation__contract=contract, due_on=D("2026-11-20"))
    day = {"done_on_day": "15", "done_on_month": "11", "done_on_year": "2026"}
    response = met(as_owner, overdue, other, save="1", when="day", **day)
    assert "2 recorded as met, 1 of them late." in text_of(as_owner.get(response.url))


def test_evidence_is_asked_for_each_that_requires_it(as_owner, contract, overdue):
    needs = OccurrenceFactory(
        obligation__contract=contract, obligation__evidence_required="Minutes"
    )
    response = met(as_owner, overdue, needs, save="1", when="due")
    assert set(response.context["form"].errors) == {f"evidence_{needs.pk}"}
    met(as_owner, overdue, needs, save="1", when="due", **{f"evidence_{needs.pk}": "Folder 3"})
    assert not Occurrence.objects.pending().exists()


def test_the_evidence_that_is_asked_for_is_words_and_never_markup(as_owner, contract):
    markup = '<form action="/somewhere/">Sign in again</form>'
    due = OccurrenceFactory(obligation__contract=contract, obligation__evidence_required=markup)
    for page in (as_owner.get(due.get_absolute_url()), met(as_owner, due)):
        html = page.content.decode()
        assert markup not in html
        assert "Required is: &lt;form action=" in html


def test_what_is_not_due_yet_needs_its_day(as_owner, obligation):
    early = OccurrenceFactory(obligation=obligation, due_on=D("2026-12-10"))
    response = met(as_owner, early, save="1", when="due")
    assert "Not all of them have fallen due" in response.context["form"].errors["when"][0]


def test_what_is_recorded_already_is_left_out_and_said(as_owner, contract, overdue):
    done = OccurrenceFactory(obligation__contract=contract, status="met")
    page = text_of(met(as_owner, overdue, done))
    assert "Record 1 obligation as met" in page
    assert "Left out" in page


def test_what_was_recorded_meanwhile_saves_none(as_owner, contract, overdue):
    other = OccurrenceFactory(obligation__contract=contract)
    stale = Occurrence.objects.get(pk=other.pk)
    Occurrence.objects.filter(pk=other.pk).update(version=2)
    response = met(as_owner, overdue, stale, save="1", when="due")
    assert response.url == DUE
    assert Occurrence.objects.pending().count() == 2


# --- Relief ---------------------------------------------------------------------------------------


def test_relief_is_offered_decided_and_shown_on_both(as_owner, owner, contract):
    dependency = DependencyFactory(
        obligation__contract=contract, obligation__title="Route plan", on__title="Pupil list"
    )
    ours = OccurrenceFactory(obligation=dependency.on, due_on=D("2026-11-05"))
    theirs = OccurrenceFactory(obligation=dependency.obligation)
    say(as_owner, ours, "failed", reason="The list came late")
    theirs.refresh_from_db()
    assert "1 occurrence of the supplier waits for a decision" in text_of(
        as_owner.get(tab(contract))
    )
    assert "Decide on relief" in text_of(as_owner.get(theirs.get_absolute_url()))
    address = reverse("obligations:relief", args=[theirs.pk])
    assert "The list came late" in text_of(as_owner.get(address))
    assert set(as_owner.post(address, {"save": "1"}).context["form"].errors) == {
        "decision",
        "reason",
    }
    decision = {"decision": "grant", "reason": "Agreed in the review", "version": theirs.version}
    as_owner.post(address, decision)
    for occurrence in (ours, theirs):
        assert "Agreed in the review" in text_of(as_owner.get(occurrence.get_absolute_url()))
    assert "Relief granted" in text_of(as_owner.get(theirs.get_absolute_url()))
    assert as_owner.get(f"{DUE}?stands=counted&party=supplier").context["page"].count == 0


def test_a_decision_on_what_has_changed_meanwhile_is_not_saved(as_owner, contract):
    theirs = OccurrenceFactory(
        obligation__contract=contract, relief="offered",
        relief_from=OccurrenceFactory(status="failed", obligation__contract=contract),
    )  # fmt: skip
    address = reverse("obligations:relief", args=[theirs.pk])
    response = as_owner.post(address, {"decision": "grant", "reason": "Yes", "version": 7})
    theirs.refresh_from_db()
    assert (response.url, theirs.relief) == (theirs.get_absolute_url(), "offered")


def test_no_relief_is_decided_where_none_was_offered(as_owner, overdue):
    assert as_owner.get(reverse("obligations:relief", args=[overdue.pk])).status_code == 404


# --- Across contracts -----------------------------------------------------------------------------


def test_the_lists_show_and_export_only_what_the_reader_sees(as_owner, overdue):
    OccurrenceFactory(obligation__title="Secret thing")
    for address in (DUE, LIST):
        assert "Secret thing" not in text_of(as_owner.get(address))
        assert "Monthly report" in text_of(as_owner.get(address))
        assert len(rows_of(as_owner.get(f"{address}?export=csv"))) == 1


def test_what_is_due_leaves_out_what_is_done_until_it_is_asked_for(as_owner, obligation, overdue):
    OccurrenceFactory(obligation=obligation, due_on=D("2026-10-10"), status="met")
    assert as_owner.get(DUE).context["page"].count == 1
    assert as_owner.get(f"{DUE}?stands=all").context["page"].count == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stands=overdue", 1), ("stands=met", 1), ("stands=soon", 1), ("stands=counted", 2), ("stands=offered", 0),
        ("stands=all&month=2026-12", 1), ("stands=all&q=report+S1", 3), ("stands=all&q=nothing", 0),
        ("stands=all&contract=waste", 3), ("stands=all&party=authority", 0), ("stands=all&kind=obligation", 3),
        ("stands=all&responsible=nobody-known", 0), ("stands=all&contract_id=999", 0), ("month=nonsense", 2),
    ],
)  # fmt: skip
def test_each_filter_finds(as_owner, obligation, overdue, query, found):
    OccurrenceFactory(obligation=obligation, due_on=D("2026-10-10"), status="met")
    OccurrenceFactory(obligation=obligation, due_on=D("2026-12-10"))
    assert as_owner.get(f"{DUE}?{query}").context["page"].count == found


def test_the_export_says_how_each_stands(as_owner, obligation, overdue):
    OccurrenceFactory(obligation=obligation, due_on=D("2026-10-10"), status="met")
    rows = rows_of(as_owner.get(f"{DUE}?stands=all&export=csv&columns=due_on&columns=standing"))
    assert [(row["Due"], row["How it stands"]) for row in rows] == [
        ("2026-10-10", "Met"), ("2026-11-10", "Overdue"),
    ]  # fmt: skip


def test_obligations_are_exported_with_all_that_an_import_needs(as_owner, obligation, overdue):
    keys = (
        "number",
        "party",
        "repeat",
        "every",
        "first_due",
        "until",
        "evidence_required",
        "next_due",
    )
    columns = "&".join(f"columns={key}" for key in keys)
    (row,) = rows_of(as_owner.get(f"{LIST}?export=csv&{columns}"))
    assert (row["Number"], row["Who must do it"], row["How often"]) == ("S1", "Supplier", "Monthly")
    assert (row["Day first due"], row["Next due"]) == ("2026-01-10", "2026-11-10")
    response = as_owner.get(f"{LIST}?export=xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"
    response.close()


def test_obligations_without_a_responsible_person_are_found(as_owner, owner, contract, obligation):
    ObligationFactory(contract=contract, responsible=owner)
    page = as_owner.get(f"{LIST}?contract_id={contract.pk}&nobody=responsible").context["page"]
    assert [line["name"] for line in page.lines] == ["Monthly report"]


def test_ended_obligations_are_left_out_until_asked_for(as_owner, contract, obligation):
    ObligationFactory(contract=contract, ended_on=D("2026-05-01"))
    counts = [
        as_owner.get(f"{LIST}{q}").context["page"].count for q in ("", "?ended=all", "?ended=ended")
    ]
    assert counts == [1, 2, 1]


def test_a_suppliers_page_counts_only_contracts_that_the_reader_sees(as_owner, contract, overdue):
    supplier = contract.supplier
    hidden = ContractFactory(supplier=supplier)
    OccurrenceFactory(obligation__contract=hidden, obligation__title="Secret thing")
    response = as_owner.get(reverse("obligations:of_supplier", args=[supplier.pk]))
    assert "Secret thing" not in text_of(response)
    assert [figure["number"] for figure in response.context["figures"]] == [1, 0, "0%", "Not yet"]
    for figure in response.context["figures"][:1]:
        assert as_owner.get(figure["url"]).context["page"].count == 1


# --- What it costs --------------------------------------------------------------------------------


def fill(contract, number):
    for n in range(number):
        obligation = ObligationFactory(
            contract=contract, responsible=UserFactory(), party=("supplier", "authority")[n % 2],
        )  # fmt: skip
        dependency = DependencyFactory(obligation__contract=contract)
        missed = OccurrenceFactory(obligation=dependency.on, status="failed", said_by=contract.oco)
        OccurrenceFactory(obligation=dependency.obligation, relief="offered", relief_from=missed)
        for month in (9, 10, 11, 12):
            OccurrenceFactory(obligation=obligation, due_on=date(2026, month, 10 + n % 5))


@pytest.mark.parametrize(
    ("name", "most"),
    [("tab", 13), ("due", 8), ("list", 7), ("supplier", 12), ("overview", 10), ("waiting", 14)],
)
def test_a_page_costs_the_same_for_one_obligation_and_for_many(as_owner, contract, name, most):
    address = {
        "tab": tab(contract), "waiting": tab(contract), "due": DUE, "list": LIST,
        "supplier": reverse("obligations:of_supplier", args=[contract.supplier_id]),
        "overview": contract.get_absolute_url(),
    }[name]  # fmt: skip
    if name == "waiting":
        Contract.objects.update(stage="awaiting_conditions")

    def cost():
        as_owner.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert as_owner.get(address).status_code == 200
        return len(captured)

    fill(contract, 1)
    one = cost()
    fill(contract, 12)
    assert cost() == one
    assert one <= most


def test_one_obligation_costs_the_same_however_long_it_has_run(as_owner, contract):
    obligation = DependencyFactory(obligation__contract=contract).obligation
    address = obligation.get_absolute_url()

    def cost():
        as_owner.get(address)
        with CaptureQueriesContext(connection) as captured:
            as_owner.get(address)
        return len(captured)

    def run_on(year):
        for month in range(1, 13):
            done = OccurrenceFactory(obligation=obligation, due_on=date(year, month, 10))
            done.reason = "x"
            done.save()  # with a row of history

    run_on(2026)
    one = cost()
    run_on(2025)
    run_on(2024)
    assert cost() <= one  # fewer, where the page of history holds fewer kinds of things


# --- The overview and the history -----------------------------------------------------------------


def test_the_overview_says_how_the_obligations_stand(as_owner, contract, overdue):
    shown = text_of(as_owner.get(contract.get_absolute_url()))
    assert "Obligations Open obligations 1 Overdue" in shown


def test_the_history_of_a_contract_tells_what_was_decided_and_keeps_the_routine_apart(
    as_owner, contract, obligation, overdue
):
    done = OccurrenceFactory(obligation=obligation, due_on=D("2026-10-10"))
    say(as_owner, done)
    say(as_owner, overdue, "waived", reason="Agreed for this month")
    edit(as_owner, obligation, version=1, reason="Clause 4.1 was found", clause="4.1")
    as_owner.get(DUE)  # where the messages of what was saved are shown
    address = reverse("contracts:history", args=[contract.pk])
    shown = text_of(as_owner.get(address))
    assert "Occurrence “Monthly report, due 10 November 2026” changed by Olive Owner" in shown
    assert "Agreed for this month" in shown
    assert "Clause 4.1 was found" in shown
    assert "due 10 October 2026" not in shown
    assert "due 10 October 2026" in text_of(as_owner.get(f"{address}?show=everything"))
