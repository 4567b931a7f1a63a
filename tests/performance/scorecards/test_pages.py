"""What each person sees and may do on the pages of scorecards and feedback."""

import csv
import io
import re
from datetime import date, datetime
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from common import deadlines
from performance.scorecards import actions
from performance.scorecards.models import Feedback, Line, Scorecard
from performance.scorecards.rules import Quadrant
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.performance.factories import ReadingFactory
from tests.performance.scorecards.factories import (
    ACCEPTED,
    BLANK,
    FeedbackFactory,
    ScorecardFactory,
    signed_off,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
LIST = "/performance/scorecards/"
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


def asked(**values):
    """A Gold contract that has been in the register for years."""
    known = {
        "tier": "gold", "oco": UserFactory(), "sro": UserFactory(), "commences_on": D("2024-04-01"),
        "created_at": timezone.make_aware(datetime(2024, 4, 2)),  # noqa: DTZ001
    }  # fmt: skip
    return ContractFactory(**(known | values))


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def sro():
    return UserFactory(name="Sam Sro")


@pytest.fixture
def contract(owner, sro):
    return asked(title="Waste collection", reference="C-7", oco=owner, sro=sro)


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def address(name, row):
    return reverse(f"scorecards:{name}", args=[row.pk])


def errors_of(response):
    summary = re.search(r"govuk-error-summary.*?</ul>", response.content.decode(), re.DOTALL)
    return re.findall(r'href="#([^"]+)">([^<]+)<', unescape(summary[0])) if summary else []


def typed(scorecard, **quadrants):
    """What the browser sends for the four quadrants; `cost={"rag": "green"}` says something of one."""
    sent = {}
    for line in scorecard.lines.all():
        boxes = {
            "version": line.version, "rag": line.rag, "reason": line.reason, "narrative": line.narrative,
            "decision": line.decision, "decision_note": line.decision_note,
        } | quadrants.get(line.quadrant, {})  # fmt: skip
        sent |= {f"{line.quadrant}-{name}": value for name, value in boxes.items()}
    return sent


# --- A contract's scorecards --------------------------------------------------------------------------


def test_a_contract_without_a_scorecard_says_what_one_is_and_what_is_overdue(as_owner, contract):
    shown = text_of(as_owner.get(address("contract", contract)))
    assert "No scorecard yet" in shown
    assert "The scorecard for July to September 2026 is overdue : it was to be signed off by 30 October 2026." in shown  # fmt: skip
    assert "Start a scorecard" in shown


def test_others_are_told_who_can_start_one(client, contract):
    client.force_login(contract.sro)
    page = client.get(address("contract", contract))
    assert address("start", contract) not in page.content.decode()
    assert "owner, the deputy or the Procurement Unit can start one" in text_of(page)


def test_the_latest_scorecard_stands_on_the_contract_and_the_others_below(as_owner, contract):
    before = {"rag": "amber", "reason": "Said so", "narrative": "Late twice"}
    signed_off(
        ScorecardFactory(contract=contract, quarter_start=D("2026-04-01"), lines__risk=before)
    )
    better = {"rag": "green", "reason": "On time since"}
    signed_off(ScorecardFactory(contract=contract, lines__risk=better))
    shown = text_of(as_owner.get(address("contract", contract)))
    for words in (
        "July to September 2026 Start another State Signed off",
        "Waits for Sam Sro",
        "Risk Green ↑ Better than April to June 2026 (Amber)",
        "Not tracked was proposed. On time since",
        "Decided: accept that it is not tracked. Too small to measure",
        "All scorecards",
        "The next scorecard is for October to December 2026, to be signed off by 30 January 2027.",
    ):
        assert words in shown, words


def test_performance_has_a_page_for_it(as_owner, contract):
    page = as_owner.get(reverse("performance:contract", args=[contract.pk])).content.decode()
    assert address("contract", contract) in page


def test_start_offers_the_quarters_that_have_none_and_goes_on_to_the_form(as_owner, contract):
    ScorecardFactory(contract=contract)
    page = as_owner.get(address("start", contract))
    offered = [start for start, _ in page.context["form"].fields["quarter"].choices]
    assert offered[0] == "2026-04-01"
    assert offered[-1] == "2026-10-01"  # the running one comes last
    assert "2026-07-01" not in offered
    response = as_owner.post(address("start", contract), {"quarter": "2026-04-01"})
    scorecard = Scorecard.objects.get(quarter_start=D("2026-04-01"))
    assert response.url == address("fill", scorecard)


@pytest.mark.parametrize("quarter", ["", "2026-07-01", "2026-08-01", "2031-01-01", "x"])
def test_start_refuses_what_it_does_not_offer(as_owner, contract, quarter):
    ScorecardFactory(contract=contract)
    page = as_owner.post(address("start", contract), {"quarter": quarter})
    assert errors_of(page)
    assert Scorecard.objects.count() == 1


# --- Filling in ---------------------------------------------------------------------------------------


def test_the_form_shows_what_is_measured_beside_each_quadrant(as_owner, contract):
    ReadingFactory(indicator__contract=contract, indicator__name="Bins emptied", period_start=D("2026-09-01"))  # fmt: skip
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    shown = text_of(as_owner.get(address("fill", scorecard)))
    assert "Proposed: Amber KPIs 1 KPI: 1 Good; 1 not reported for every period" in shown
    assert "Bins emptied: not reported for July 2026" in shown


def test_a_draft_may_leave_things_open(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    response = as_owner.post(
        address("fill", scorecard),
        typed(scorecard, cost={"rag": "red"}, user={"narrative": "Soon"}),
    )
    assert response.url == scorecard.get_absolute_url()
    assert list(scorecard.lines.values_list("rag", flat=True)) == ["red", "", "", ""]
    shown = text_of(as_owner.get(response.url))
    assert "Cost: say why it is Red, where nothing is measured" in shown
    assert "Risk: choose Green, Amber, Red or Not tracked" in shown


def test_going_on_to_sign_off_shows_all_that_lacks_at_once_and_keeps_what_was_typed(
    as_owner, contract
):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    sent = typed(
        scorecard,
        cost={"rag": "not_tracked", "decision": "accept"},
        performance={"rag": "red", "reason": "As the users say"},
        user={"narrative": "Two complaints"},
    )
    page = as_owner.post(address("fill", scorecard), sent | {"sign": "1"})
    assert page.status_code == 200
    assert errors_of(page) == [
        ("id_cost-decision_note", "Cost: say why it is acceptable that it is not tracked"),
        ("id_performance-narrative", "Performance: say what happened and what is being done"),
        ("id_risk-rag", "Risk: choose Green, Amber, Red or Not tracked"),
        ("id_user-rag", "User: choose Green, Amber, Red or Not tracked"),
    ]
    assert "Two complaints" in page.content.decode()
    assert "<title>Error: " in page.content.decode()
    assert not Line.objects.exclude(rag="").exists()


def test_with_nothing_lacking_the_owner_is_led_to_the_sign_off(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    said = dict.fromkeys(map(str, Quadrant), ACCEPTED)
    response = as_owner.post(address("fill", scorecard), typed(scorecard, **said) | {"sign": "1"})
    assert response.url == address("sign_off", scorecard)


def test_a_text_that_is_too_long_is_named_with_its_quadrant(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    sent = typed(scorecard, risk={"narrative": "x" * 4001})
    page = as_owner.post(address("fill", scorecard), sent)
    assert errors_of(page) == [
        (
            "id_risk-narrative",
            "Risk: what happened, and what is being done must be 4,000 characters or fewer",
        )
    ]


def test_two_people_fill_in_one_quadrant_and_neither_loses_anything(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    sent = typed(scorecard, cost={"rag": "red", "reason": "Dear"}, risk={"rag": "green"})
    nothing = dict.fromkeys(("reason", "decision", "decision_note"), "")
    actions.fill(
        scorecard=scorecard, by=UserFactory(name="Dan Deputy"),
        lines={"cost": (1, {**nothing, "rag": "amber", "narrative": "Theirs"})},
    )  # fmt: skip
    page = as_owner.post(address("fill", scorecard), sent)
    assert page.status_code == 409
    shown = text_of(page)
    assert "Someone changed this while you were editing Dan Deputy saved this scorecard" in shown
    assert "Cost: How does it stand? empty Amber Red Yours" in shown
    assert "Cost: What happened, and what is being done? empty Theirs empty Theirs" in shown
    assert list(Line.objects.exclude(rag="").values_list("rag", flat=True)) == ["amber"]

    again = {
        field.html_name: field.value() or ""
        for form in page.context["sheet"].forms
        for field in form
    }
    assert as_owner.post(address("fill", scorecard), again).status_code == 302
    cost, _, risk, _ = scorecard.lines.all()
    assert (cost.rag, cost.reason, cost.narrative, risk.rag) == ("red", "Dear", "Theirs", "green")


def test_what_was_signed_off_meanwhile_is_not_filled_in(as_owner, contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    assert as_owner.post(address("fill", scorecard), typed(scorecard)).status_code == 404


# --- Signing off, seeing, answering, opening again ------------------------------------------------------


def test_from_the_sign_off_to_the_answer(client, contract, owner, sro):
    scorecard = ScorecardFactory(contract=contract)
    client.force_login(owner)
    page = client.get(address("sign_off", scorecard))
    sent = {"version": page.context["form"].initial["version"]}
    assert errors_of(client.post(address("sign_off", scorecard), sent)) == [
        ("id_confirm", "Confirm that you have read it and answer for it")
    ]
    client.post(address("sign_off", scorecard), sent | {"confirm": "on"})
    scorecard.refresh_from_db()
    assert scorecard.state == "signed_off"

    client.force_login(sro)
    assert "Mark as seen" in text_of(client.get(scorecard.get_absolute_url()))
    client.post(
        address("see", scorecard),
        {"version": scorecard.version, "question": "What does it cost us?"},
    )
    client.force_login(owner)
    shown = text_of(client.get(scorecard.get_absolute_url()))
    assert "Sam Sro asks What does it cost us? Answer" in shown
    scorecard.refresh_from_db()
    client.post(
        address("answer", scorecard), {"version": scorecard.version, "words": "Nothing yet"}
    )
    shown = text_of(client.get(scorecard.get_absolute_url()))
    assert "Olive Owner answered on 27 November 2026: Nothing yet" in shown


def test_the_sign_off_lists_what_is_lacking_instead_of_a_button(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    page = as_owner.get(address("sign_off", scorecard))
    assert "It cannot be signed off yet" in text_of(page)
    assert 'name="confirm"' not in page.content.decode()
    sent = {"version": scorecard.version, "confirm": "on"}
    assert as_owner.post(address("sign_off", scorecard), sent).status_code == 302
    scorecard.refresh_from_db()
    assert scorecard.state == "draft"


def test_the_second_to_press_is_told(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract)
    sent = {"version": scorecard.version - 1, "confirm": "on"}
    page = as_owner.post(address("sign_off", scorecard), sent, follow=True)
    assert "somebody else has changed this scorecard meanwhile" in text_of(page)
    scorecard.refresh_from_db()
    assert scorecard.state == "draft"


def test_reopen_and_sign_again_shows_both(as_owner, contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    sent = {"version": scorecard.version}
    assert errors_of(as_owner.post(address("reopen", scorecard), sent))
    as_owner.post(address("reopen", scorecard), sent | {"reason": "Wrong figure"})
    scorecard.refresh_from_db()
    shown = text_of(as_owner.get(scorecard.get_absolute_url()))
    assert "1 sign-off that was taken back Signed off by Olive Owner" in shown
    assert "Wrong figure" in shown
    before = as_owner.get(address("earlier", scorecard.sign_offs.get()))
    assert "Olive Owner opened it again on 27 November 2026" in text_of(before)
    assert "Decided: accept that it is not tracked. Too small to measure" in text_of(before)
    assert "Discard the draft" not in shown


def test_a_draft_is_discarded_with_a_reason(as_owner, contract):
    scorecard = ScorecardFactory(contract=contract, **BLANK)
    page = as_owner.post(
        address("discard", scorecard), {"version": scorecard.version, "reason": "Wrong quarter"}
    )
    assert page.url == address("contract", contract)
    assert not Scorecard.objects.exists()


def test_the_printed_page_says_who_signed_off(client, contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    client.force_login(person_with("auditor"))
    shown = text_of(client.get(address("print", scorecard)))
    assert "Signed off by Olive Owner on 27 November 2026. Not seen by the SRO yet." in shown
    draft = ScorecardFactory(contract=contract, quarter_start=D("2026-04-01"))
    assert "Draft, not signed off." in text_of(client.get(address("print", draft)))


# --- Feedback -----------------------------------------------------------------------------------------


def feedback_typed(**values):
    return {
        "kind": "survey", "received_on_day": "10", "received_on_month": "11", "received_on_year": "2026",
        "source": "Survey of residents", "score": "4.2", "scale": "5", "nps": "", "sample": "300",
        "comments": "",
    } | values  # fmt: skip


def test_feedback_is_added_and_listed(as_owner, contract):
    response = as_owner.post(address("feedback_add", contract), feedback_typed())
    shown = text_of(as_owner.get(response.url))
    assert "Survey Survey of residents 10 November 2026 4.2 of 5 300 answers" in shown


def test_all_that_is_wrong_with_feedback_is_shown_at_once(as_owner, contract):
    sent = feedback_typed(
        kind="complaint", received_on_year="2027", source="", score="6", nps="500", sample="0"
    )
    page = as_owner.post(address("feedback_add", contract), sent)
    assert {field for field, _ in errors_of(page)} == {
        "id_received_on_0", "id_source", "id_comments", "id_score", "id_nps", "id_sample",
    }  # fmt: skip
    assert not Feedback.objects.exists()


def test_a_complaint_is_resolved(as_owner, contract):
    complaint = FeedbackFactory(contract=contract, kind="complaint", comments="Late buses")
    assert "1 complaint not resolved" in text_of(as_owner.get(address("contract", contract)))
    sent = {
        "version": 1, "outcome": "New timetable",
        "resolved_on_day": "1", "resolved_on_month": "8", "resolved_on_year": "2026",
    }  # fmt: skip
    page = as_owner.post(address("feedback_resolve", complaint), sent)
    assert errors_of(page) == [("id_resolved_on_0", "It cannot be resolved before it was received")]
    sent["resolved_on_day"] = "20"
    as_owner.post(address("feedback_resolve", complaint), sent)
    shown = text_of(as_owner.get(address("feedback", contract)))
    assert "Resolved 20 August 2026 New timetable" in shown


def test_resolving_what_somebody_else_resolved_shows_theirs(as_owner, contract):
    complaint = FeedbackFactory(contract=contract, kind="complaint", comments="Late buses")
    actions.resolve(
        feedback=complaint, by=UserFactory(), today=TODAY, version=1, resolved_on=TODAY, outcome="Theirs"
    )  # fmt: skip
    sent = {
        "version": 1, "outcome": "Mine",
        "resolved_on_day": "27", "resolved_on_month": "11", "resolved_on_year": "2026",
    }  # fmt: skip
    page = as_owner.post(address("feedback_resolve", complaint), sent)
    assert page.status_code == 409
    assert "resolved on 27 November 2026: Theirs" in text_of(page)
    assert "Mine" in page.content.decode()
    sent["version"] = page.context["form"]["version"].value()
    as_owner.post(address("feedback_resolve", complaint), sent)
    complaint.refresh_from_db()
    assert complaint.outcome == "Mine"


def test_a_survey_has_nothing_to_resolve(as_owner, contract):
    survey = FeedbackFactory(contract=contract)
    assert as_owner.get(address("feedback_resolve", survey)).status_code == 404


def test_two_people_change_one_piece_of_feedback(as_owner, contract):
    feedback = FeedbackFactory(
        contract=contract, score="4.2", sample=300, received_on=D("2026-11-10")
    )
    sent = feedback_typed(version="1", source="Panel of residents", reason="")
    feedback.refresh_from_db()
    values = {name: getattr(feedback, name) for name in ("kind", "received_on", "source", "score", "scale", "nps", "comments")}  # fmt: skip
    actions.change_feedback(
        feedback=feedback, by=UserFactory(), today=TODAY, version=1, **{**values, "sample": 250}
    )
    page = as_owner.post(address("feedback_edit", feedback), sent)
    assert page.status_code == 409
    assert "How many people answered? 300 250 300 Theirs" in text_of(page)


# --- Across contracts -----------------------------------------------------------------------------------


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_list_says_how_each_contract_stands_with_the_last_quarter(client, contract):
    client.force_login(person_with("procurement"))
    waiting = asked(title="Waits")
    signed_off(ScorecardFactory(contract=waiting, lines__risk={"rag": "red", "reason": "Strike", "narrative": "A plan"}))  # fmt: skip
    seen = asked(title="Seen")
    scorecard = signed_off(ScorecardFactory(contract=seen))
    actions.see(scorecard=scorecard, by=seen.sro, version=scorecard.version)
    begun = asked(title="Begun")
    ScorecardFactory(contract=begun, **BLANK)
    asked(title="Silver", tier="silver", commences_on=D("2026-04-01"))
    asked(title="Bronze", tier="bronze")
    bronze = asked(title="Bronze with one", tier="bronze", sro=None)
    signed_off(ScorecardFactory(contract=bronze))

    page = client.get(LIST)
    assert "Scorecards for July to September 2026" in text_of(page)
    assert [(f["label"], f["number"]) for f in page.context["figures"]] == [
        ("Overdue", 2), ("Waits for the SRO", 1), ("Seen by the SRO", 1),
    ]  # fmt: skip
    rows = rows_of(client.get(f"{LIST}?export=csv"))
    assert [(row["Contract"], row["How it stands"], row["Risk"]) for row in rows] == [
        ("Begun", "Overdue", ""),
        ("Bronze with one", "Signed off, no SRO to see it", "Not tracked"),
        ("Seen", "Seen by the SRO", "Not tracked"),
        ("Waits", "Waits for the SRO", "Red"),
        ("Waste collection", "Overdue", ""),
    ]
    for question, found in (
        ("stands=overdue", {"Begun", "Waste collection"}),
        ("stands=waits&stands=seen", {"Waits", "Seen"}),
        ("quadrant=red", {"Waits"}),
        ("quarter=2026-10-01&stands=due", {"Waste collection", "Waits", "Seen", "Begun"}),
        ("q=waste", {"Waste collection"}),
    ):
        exported = rows_of(client.get(f"{LIST}?{question}&export=csv"))
        assert {row["Contract"] for row in exported} == found, question


@pytest.mark.parametrize("quarter", ["2026-08-01", "x", "1900-01-01", "", "2026-13-01"])
def test_a_quarter_that_is_not_understood_is_left_aside(client, quarter):
    client.force_login(person_with("auditor"))
    page = client.get(LIST, {"quarter": quarter})
    assert page.context["quarter"].label == "July to September 2026"


def test_the_list_shows_each_reader_their_own(client, contract, owner, sro):
    asked(unit=BusinessUnitFactory(), title="Elsewhere")
    for person in (owner, sro, person_with("viewer", contract.unit)):
        client.force_login(person)
        assert [line["name"] for line in client.get(LIST).context["page"].lines] == [
            "Waste collection"
        ]
    client.force_login(UserFactory())
    assert client.get(LIST).context["page"].count == 0


def cost_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_little_and_for_much(client, contract):
    client.force_login(person_with("procurement"))

    def add(start):
        quarter_start = D(start)
        signed_off(ScorecardFactory(contract=contract, quarter_start=quarter_start))
        FeedbackFactory(contract=contract)
        signed_off(ScorecardFactory(contract=asked()))

    add("2026-07-01")
    urls = [LIST, address("contract", contract), address("feedback", contract)]
    before = cost_of(client, LIST)
    for start in ("2026-04-01", "2026-01-01", "2025-10-01", "2025-07-01"):
        add(start)
    assert cost_of(client, LIST) == before
    # The scorecard before is looked up from the second on; it costs the same however many there are.
    with_two = [cost_of(client, url) for url in urls]
    add("2025-04-01")
    assert [cost_of(client, url) for url in urls] == with_two
    assert max(with_two) < 30


def test_long_lists_are_paged(client, contract):
    for number in range(14):
        year, month = divmod(2023 * 12 + number * 3, 12)
        ScorecardFactory(contract=contract, quarter_start=date(year, month + 1, 1))
    for _ in range(26):
        FeedbackFactory(contract=contract)
    client.force_login(contract.oco)
    for name in ("contract", "feedback"):
        page = client.get(address(name, contract))
        assert page.context["page"].paginator.num_pages == 2
        assert 'aria-label="Page 2 of 2"' in page.content.decode()


def test_what_the_sro_signed_off_themselves_waits_for_nobody(client, contract):
    contract.oco = contract.sro
    contract.save()
    scorecard = signed_off(ScorecardFactory(contract=contract))
    client.force_login(contract.sro)
    shown = text_of(client.get(scorecard.get_absolute_url()))
    assert "Signed off by the SRO, so nobody else has to see it" in shown
    assert "Waits for" not in shown
    rows = rows_of(client.get(f"{LIST}?export=csv"))
    assert [row["How it stands"] for row in rows] == ["Signed off, no SRO to see it"]
    scope = deadlines.Scope(contract.sro, "overseen")
    assert not list(deadlines.within(scope, TODAY, date(2027, 12, 31), only={"scorecard-to-see"}))
