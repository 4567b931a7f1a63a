"""What each person sees and may do on the pages of tiering."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Organisation
from contracts.models import Contract
from contracts.tiering import actions
from contracts.tiering.models import Assessment, Questionnaire
from tests.contracts.tiering.factories import all_answered, assessed, proposed
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def procurement():
    return person_with("procurement", name="Pat Rowe")


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, title="Waste collection", value=Decimal(90_000))


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def sent(step, answers=None, **more):
    """What the browser sends of the assessment form."""
    answers = all_answered() if answers is None else answers
    version = Questionnaire.objects.current().pk
    return {"step": step, "questionnaire": version, "seen": "", "comment": ""} | {
        f"q-{key}": str(value) for key, value in answers.items()
    } | more  # fmt: skip


def page_for(contract, name="contract"):
    return reverse(f"tiering:{name}", args=[contract.pk])


# --- Assessing ------------------------------------------------------------------------------------


def test_an_owner_answers_sees_the_result_and_proposes(client, owner, contract):
    client.force_login(owner)
    address = page_for(contract, "assess")
    asked = text_of(client.get(address))
    assert "If the service failed, what would happen to people?" in asked
    assert "£90,000" in asked
    result = client.post(address, sent("check", all_answered(impact=3), comment="Busy in winter"))
    shown = text_of(result)
    assert "The rules give Gold" in shown
    assert "Score 56.25 gives Silver (35 or more, less than 60)." in shown
    assert "Raised to Gold because a service that the law requires would stop" in shown
    assert "Nothing is saved yet" in shown
    assert not Assessment.objects.exists()
    carried = dict(result.context["form"].hidden)
    assert carried["comment"] == "Busy in winter"
    done = client.post(address, {**carried, "step": "propose"}, follow=True)
    assert "Gold proposed. The Procurement Unit decides." in text_of(done)
    proposal = Assessment.objects.get()
    assert (proposal.proposed_by, proposal.comment) == (owner, "Busy in winter")


def test_an_open_question_is_named_linked_and_what_was_answered_is_kept(client, owner, contract):
    client.force_login(owner)
    answers = all_answered(3)
    del answers["data"], answers["impact"]
    response = client.post(page_for(contract, "assess"), sent("check", answers, comment="Hello"))
    page = response.content.decode()
    shown = text_of(response)
    assert "Answer “If the service failed, what would happen to people?”" in shown
    assert "Answer “What data, systems or premises" in shown
    assert 'href="#id_q-impact"' in page
    assert 'id="id_q-impact"' in page
    assert page.count(" checked>") == 6
    assert "Hello" in page
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("step", ["propose", "decide"])
def test_nothing_is_saved_with_a_question_open_whatever_the_button(
    client, procurement, contract, step
):
    client.force_login(procurement)
    answers = all_answered(3)
    del answers["data"]
    client.post(page_for(contract, "assess"), sent(step, answers, tier="silver"))
    assert not Assessment.objects.exists()


def test_answers_can_be_changed_after_the_result_was_seen(client, owner, contract):
    client.force_login(owner)
    page = client.post(
        page_for(contract, "assess"), sent("change", all_answered(4))
    ).content.decode()
    assert page.count(" checked>") == 8
    assert "There is a problem" not in page


def test_an_owner_is_not_offered_to_decide(client, owner, contract):
    client.force_login(owner)
    address = page_for(contract, "assess")
    assert 'value="decide"' not in client.post(address, sent("check")).content.decode()
    client.post(address, sent("decide", tier="gold", reason="Because"))
    contract.refresh_from_db()
    assert contract.tier == ""
    assert not Assessment.objects.exists()


def test_the_procurement_unit_decides_straight_away(client, procurement, contract):
    client.force_login(procurement)
    address = page_for(contract, "assess")
    assert "Which tier do you decide?" in text_of(client.post(address, sent("check")))
    shown = text_of(client.post(address, sent("decide", tier="silver"), follow=True))
    assert "Silver decided. To be assessed again by 27 November 2027." in shown
    contract.refresh_from_db()
    assert contract.tier == "silver"


def test_another_tier_needs_a_reason_on_the_result_page_too(client, procurement, contract):
    client.force_login(procurement)
    address = page_for(contract, "assess")
    response = client.post(address, sent("decide", tier="gold"))
    assert "Say why it is Gold, although the rules give Silver" in text_of(response)
    assert 'href="#id_reason"' in response.content.decode()
    client.post(address, sent("decide", tier="gold", reason="A pilot for the region"))
    decided = Assessment.objects.get()
    assert (decided.proposed_tier, decided.decided_tier) == ("silver", "gold")
    assert decided.reason == "A pilot for the region"


def test_who_manages_a_contract_only_proposes_from_the_procurement_unit_too(client, procurement):
    contract = ContractFactory(oco=procurement)
    client.force_login(procurement)
    address = page_for(contract, "assess")
    shown = text_of(client.post(address, sent("check")))
    assert "You manage this contract, so somebody else of the Procurement Unit decides" in shown
    client.post(address, sent("decide", tier="silver"))
    assert not Assessment.objects.exists()


def test_last_times_answers_are_a_reminder_and_not_filled_in(client, owner, contract):
    assessed(contract, all_answered(1))
    client.force_login(owner)
    response = client.get(page_for(contract, "assess"))
    assert "Last time: 1 – Some people would be inconvenienced" in text_of(response)
    assert " checked>" not in response.content.decode()


def test_a_proposal_sent_back_is_there_to_be_put_right(client, owner, procurement, contract):
    proposal = proposed(contract, all_answered(1), proposed_by=owner)
    actions.send_back(assessment=proposal, by=procurement, today=TODAY, reason="What of winter?")
    client.force_login(owner)
    response = client.get(page_for(contract, "assess"))
    assert "Pat Rowe sent the last proposal back on 27 November 2026: What of winter?" in text_of(
        response
    )
    assert response.content.decode().count(" checked>") == 8


def test_a_colleagues_proposal_made_meanwhile_is_shown_before_it_is_replaced(
    client, owner, contract
):
    client.force_login(owner)
    theirs = proposed(contract, all_answered(1), proposed_by=UserFactory(name="Dee Deputy"))
    address = page_for(contract, "assess")
    response = client.post(address, sent("propose"))
    shown = text_of(response)
    assert "While this page was open, Dee Deputy proposed Bronze" in shown
    assert theirs.get_absolute_url() in response.content.decode()
    client.post(address, {**dict(response.context["form"].hidden), "step": "propose"})
    theirs.refresh_from_db()
    assert theirs.state == "replaced"
    assert Assessment.objects.waiting().get().proposed_by == owner


def test_a_new_version_published_meanwhile_keeps_the_answers(client, owner, procurement, contract):
    client.force_login(owner)
    typed = sent("propose", all_answered(3))
    publish_lower_gold(procurement)
    response = client.post(page_for(contract, "assess"), typed)
    assert "The questionnaire has changed" in text_of(response)
    page = response.content.decode()
    assert page.count(" checked>") == 8
    assert f'name="questionnaire" value="{Questionnaire.objects.current().pk}"' in page
    assert not Assessment.objects.exists()


def test_a_contract_that_has_ended_is_not_assessed(client, procurement):
    contract = ContractFactory(stage="ended")
    client.force_login(procurement)
    assert client.get(page_for(contract, "assess")).status_code == 404
    assert page_for(contract, "assess") not in client.get(page_for(contract)).content.decode()


def test_without_a_questionnaire_the_pages_say_so(client, procurement, contract):
    Questionnaire.objects.all().delete()
    client.force_login(procurement)
    for address in (page_for(contract, "assess"), reverse("tiering:questionnaire")):
        assert "There is no questionnaire" in text_of(client.get(address))
    assert client.get(page_for(contract)).status_code == 200
    assert client.post(reverse("tiering:draft_start")).status_code == 404


def test_what_somebody_wrote_into_a_question_is_not_taken_for_markup(client, procurement, contract):
    draft = actions.start_draft(by=procurement)
    question = draft.questions.first()
    changes = {
        "help": "<b>bold</b>",
        "text": "<i>x</i>",
        "answer_0": "<u>none</u>",
        "factor": "impact",
    }
    actions.change_row(row=question, by=procurement, changes=changes)
    publish(draft, procurement)
    client.force_login(procurement)
    for address in (page_for(contract, "assess"), reverse("tiering:questionnaire")):
        page = client.get(address).content.decode()
        assert "&lt;b&gt;bold" in page
        for markup in ("<b>bold", "<i>x", "<u>none"):
            assert markup not in page


# --- The contract's section -----------------------------------------------------------------------


def test_the_section_says_what_why_by_whom_and_until_when(client, owner, procurement, contract):
    proposal = proposed(contract, all_answered(impact=3), proposed_by=owner)
    actions.decide(assessment=proposal, tier="gold", by=procurement, today=TODAY)
    client.force_login(owner)
    shown = text_of(client.get(page_for(contract)))
    for words in (
        "Raised to Gold because", "27 November 2026 by Pat Rowe", "by Olive Owner",
        "27 November 2027", "56.25 of 100", "Assess again",
    ):  # fmt: skip
        assert words in shown


def test_a_tier_against_the_rules_says_so_with_its_reason(client, owner, procurement, contract):
    proposal = proposed(contract)
    actions.decide(assessment=proposal, tier="gold", by=procurement, today=TODAY, reason="A pilot")
    client.force_login(owner)
    assert "Decided although the rules gave Silver: A pilot" in text_of(
        client.get(page_for(contract))
    )
    overview = text_of(client.get(contract.get_absolute_url()))
    assert "decided, although the rules gave Silver: A pilot" in overview


def test_a_tier_that_came_with_an_import_says_that_nobody_decided_it(client, owner):
    contract = ContractFactory(oco=owner, tier="gold")
    client.force_login(owner)
    assert "Gold is on record, but nobody has decided it here." in text_of(
        client.get(page_for(contract))
    )
    assessed(contract, all_answered(2))
    assert "Gold is on record, but Silver was decided here." in text_of(
        client.get(page_for(contract))
    )


def test_a_waiting_proposal_is_offered_to_who_may_decide(client, owner, procurement, contract):
    proposal = proposed(contract, proposed_by=owner)
    decide = reverse("tiering:decide", args=[proposal.pk])
    for person, offered in ((owner, False), (procurement, True)):
        client.force_login(person)
        for address in (page_for(contract), proposal.get_absolute_url()):
            assert (decide in client.get(address).content.decode()) is offered


def test_an_old_assessment_reads_as_it_was_after_the_questionnaire_changed(
    client, owner, procurement, contract
):
    old = assessed(contract, all_answered(2, impact=3))
    client.force_login(owner)
    before = text_of(client.get(old.get_absolute_url()))
    draft = actions.start_draft(by=procurement)
    question = draft.questions.get(key="impact")
    actions.change_row(
        row=question, by=procurement, changes={"text": "Who would be hurt?", "answer_3": "Many"}
    )
    actions.remove_row(row=draft.questions.get(key="data"), by=procurement)
    draft.questions.filter(key="impact").update(weight=35)
    publish(draft, procurement)
    after = text_of(client.get(old.get_absolute_url()))
    assert "3 – A service that the law requires would stop" in after
    assert "18.75" in after
    assert after.replace(", no longer in use", "").split("Answers")[1] == before.split("Answers")[1]


@pytest.mark.parametrize("number", [1, 9])
def test_the_section_costs_the_same_for_one_assessment_and_for_many(
    client, owner, contract, number, django_assert_max_num_queries
):
    for _ in range(number):
        assessed(contract, state="sent_back", reason="Again")
    assessed(contract)
    client.force_login(owner)
    with django_assert_max_num_queries(9):
        client.get(page_for(contract))


def test_the_overview_needs_one_query_for_its_summary(
    client, owner, contract, django_assert_max_num_queries
):
    assessed(contract)
    proposed(contract)
    client.force_login(owner)
    client.get(contract.get_absolute_url())  # the header remembers what its reader holds
    with django_assert_max_num_queries(10):
        shown = text_of(client.get(contract.get_absolute_url()))
    assert "It waits for the Procurement Unit" in shown


def test_the_history_tells_proposals_and_decisions_in_words(client, owner, procurement, contract):
    current = Questionnaire.objects.current()
    proposal = actions.propose(
        contract=contract, questionnaire=current, answers=all_answered(), by=owner
    )
    actions.decide(assessment=proposal, tier="gold", by=procurement, today=TODAY, reason="A pilot")
    client.force_login(owner)
    shown = text_of(client.get(reverse("contracts:history", args=[contract.pk])))
    assert "Tier assessment “version 1, score 50” added by Olive Owner" in shown
    assert "Tier assessment “version 1, score 50” changed by Pat Rowe" in shown
    assert "State was Waiting for a decision → now Decided" in shown.replace("&rarr;", "→")
    assert "A pilot" in shown


# --- Deciding -------------------------------------------------------------------------------------


def decide_page(proposal):
    return reverse("tiering:decide", args=[proposal.pk])


def test_a_proposal_is_decided_from_its_page(client, owner, procurement, contract):
    proposal = proposed(contract, proposed_by=owner, comment="As agreed with finance")
    client.force_login(procurement)
    shown = text_of(client.get(decide_page(proposal)))
    assert "Silver is proposed" in shown
    assert "Olive Owner added: “As agreed with finance”" in shown
    assert "Silver, as the rules give" in shown
    done = client.post(decide_page(proposal), {"tier": "silver", "reason": ""}, follow=True)
    assert "Silver decided" in text_of(done)


@pytest.mark.parametrize(
    ("tier", "words"),
    [
        ("gold", "Say why it is Gold, although the rules give Silver"),
        ("send_back", "Say what should be answered otherwise"),
        ("", "Answer “Which tier do you decide?”"),
        ("platinum", "must be one of the choices"),
    ],
)
def test_a_decision_that_lacks_something_is_refused(client, procurement, contract, tier, words):
    proposal = proposed(contract)
    client.force_login(procurement)
    response = client.post(decide_page(proposal), {"tier": tier, "reason": ""})
    if tier:
        assert words in text_of(response)
    assert response.status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "proposed"


def test_platinum_is_offered_where_it_is_switched_on(client, procurement, contract):
    Organisation.objects.create(pk=1, platinum_tier=True)
    proposal = proposed(contract)
    client.force_login(procurement)
    client.post(decide_page(proposal), {"tier": "platinum", "reason": "The minister asks weekly"})
    contract.refresh_from_db()
    assert contract.tier == "platinum"


def test_sending_back_asks_for_a_reason_and_tells_the_owner(client, owner, procurement, contract):
    proposal = proposed(contract, proposed_by=owner)
    client.force_login(procurement)
    client.post(decide_page(proposal), {"tier": "send_back", "reason": "What of winter?"})
    client.force_login(owner)
    shown = text_of(client.get(proposal.get_absolute_url()))
    assert "Sent back 27 November 2026 by Pat Rowe: What of winter?" in shown


def test_who_comes_second_is_told_and_nothing_is_overwritten(client, owner, procurement, contract):
    proposal = proposed(contract, proposed_by=owner)
    client.force_login(person_with("procurement"))
    address = decide_page(proposal)
    client.get(address)
    actions.decide(assessment=proposal, tier="silver", by=procurement, today=TODAY)
    response = client.post(address, {"tier": "gold", "reason": "Mine"}, follow=True)
    assert response.status_code == 200
    assert "27 November 2026 by Pat Rowe" in text_of(response)
    contract.refresh_from_db()
    assert contract.tier == "silver"


def test_a_proposal_by_rules_that_have_changed_warns_before_it_is_decided(
    client, procurement, contract
):
    proposal = proposed(contract)
    publish_lower_gold(procurement)
    client.force_login(procurement)
    shown = text_of(client.get(decide_page(proposal)))
    assert "It was answered under version 1, which is no longer in use" in shown


# --- All contracts --------------------------------------------------------------------------------


def test_the_lists_say_who_waits_who_was_never_assessed_and_who_is_overdue(client, procurement):
    proposed(ContractFactory(title="Waiting"))
    ContractFactory(title="Never", tier="gold")
    assessed(ContractFactory(title="Overdue", tier="silver"), due_on=date(2026, 11, 1))
    assessed(ContractFactory(title="In time", tier="silver"))
    client.force_login(procurement)
    for name, titles in (
        ("waiting", ["Waiting"]), ("never", ["Never"]), ("overdue", ["Overdue"]),
        ("assessed", ["Overdue", "In time"]),
    ):  # fmt: skip
        response = client.get(reverse(f"tiering:{name}"))
        assert [line["name"] for line in response.context["page"].lines] == titles
        counts = [tab["count"] for tab in response.context["tabs"]]
        assert counts == ["1", "1", "1", "2"]


def test_empty_lists_say_why(client, procurement):
    client.force_login(procurement)
    for name, words in (
        ("waiting", "No proposal waits"), ("never", "Every contract in force has been assessed"),
        ("overdue", "No assessment is overdue"), ("assessed", "No tier has been decided yet"),
    ):  # fmt: skip
        assert words in text_of(client.get(reverse(f"tiering:{name}")))


def test_the_lists_are_filtered_and_exported(client, procurement):
    unit = BusinessUnitFactory(name="Housing")
    against = assessed(
        ContractFactory(title="Lifts", unit=unit, tier="gold"), decided_tier="gold", reason="A pilot"
    )  # fmt: skip
    assessed(ContractFactory(title="Roofs", tier="silver"))
    client.force_login(procurement)
    address = reverse("tiering:assessed")
    for query in ({"unit": unit.pk}, {"tier": "gold"}, {"q": "lift"}, {"about": "against"}):
        response = client.get(address, query)
        assert [line["pk"] for line in response.context["page"].lines] == [against.pk]
    columns = ["decided_tier", "proposed_tier", "reason", "score"]
    response = client.get(address, {"about": "against", "export": "csv", "columns": columns})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows == [
        ["Contract", "Decided", "Score", "By the rules", "Why another tier"],
        ["Lifts", "Gold", "50.00", "Silver", "A pilot"],
    ]


@pytest.mark.parametrize("name", ["waiting", "never", "overdue", "assessed"])
@pytest.mark.parametrize("number", [1, 12])
def test_a_list_costs_the_same_for_one_row_and_for_many(
    client, procurement, name, number, django_assert_max_num_queries
):
    for _ in range(number):
        proposed(ContractFactory())
        ContractFactory(tier="gold")
        assessed(ContractFactory(tier="silver"), due_on=date(2026, 1, 1))
    client.force_login(procurement)
    with django_assert_max_num_queries(13):
        client.get(reverse(f"tiering:{name}"))


def test_an_auditor_reads_the_lists_and_is_offered_nothing_to_do(client):
    proposed(ContractFactory())
    ContractFactory(tier="gold")
    client.force_login(person_with("auditor"))
    for name in ("waiting", "never"):
        page = client.get(reverse(f"tiering:{name}")).content.decode()
        assert "Decide the ticked" not in page
        assert "/assess/" not in page


def test_ticked_proposals_are_decided_on_one_page(client, procurement, owner):
    good = [proposed(ContractFactory(title=f"Good {n}"), proposed_by=owner) for n in range(2)]
    mine = proposed(ContractFactory(title="Mine", oco=procurement))
    client.force_login(procurement)
    ticked = {"assessment": [a.pk for a in (*good, mine)], "back": reverse("tiering:waiting")}
    response = client.post(reverse("tiering:decide_many"), ticked)
    shown = text_of(response)
    assert "Decide 2 tiers as proposed?" in shown
    assert "Mine : You manage this contract: somebody else decides its tier" in shown
    assert not Contract.objects.exclude(tier="").exists()
    done = client.post(reverse("tiering:decide_many"), ticked | {"save": "1"}, follow=True)
    assert "2 tiers decided as proposed. 1 proposal left as it was" in text_of(done)
    assert Contract.objects.filter(tier="silver").count() == 2


def test_nothing_ticked_is_said(client, procurement):
    client.force_login(procurement)
    response = client.post(reverse("tiering:decide_many"), {"assessment": "x"}, follow=True)
    assert "Tick at least one proposal" in text_of(response)


# --- The questionnaire ----------------------------------------------------------------------------


def publish(draft, by):
    draft = Questionnaire.objects.draft()
    return actions.publish(
        draft=draft, by=by, version=draft.version, reason="As the board agreed",
        reassess_by=date(2027, 2, 27),
    )  # fmt: skip


def publish_lower_gold(by, to="50"):
    draft = lower_gold(by, to)
    publish(draft, by)


def lower_gold(by, to="50"):
    draft = actions.start_draft(by=by)
    Questionnaire.objects.filter(pk=draft.pk).update(gold_from=Decimal(to))
    return Questionnaire.objects.draft()


def test_everybody_who_sees_contracts_reads_how_a_tier_is_worked_out(client, owner, contract):
    client.force_login(owner)
    shown = text_of(client.get(reverse("tiering:questionnaire")))
    for words in (
        "House default: change whatever does not fit", "60 or more", "Weight 25",
        "At least Gold if “If the service failed, what would happen to people?” is answered 3 or higher",
        "At least Silver if the total value is over £5,000,000", "Platinum is switched off",
        "Nobody decides the tier of a contract that they own",
    ):  # fmt: skip
        assert words in shown
    assert "draft" not in shown.lower()


def test_a_version_says_how_it_differs_from_the_one_before(client, owner, procurement, contract):
    publish_lower_gold(procurement)
    client.force_login(owner)
    shown = text_of(client.get(reverse("tiering:questionnaire")))
    assert "What is different from version 1 Gold begins at 50 instead of 60" in shown
    assert "As the board agreed" in shown
    first = Questionnaire.objects.get(number=1)
    assert "No longer in use" in text_of(client.get(first.get_absolute_url()))


NUMBERS = {
    "platinum_from": "75", "gold_from": "60", "silver_from": "35", "platinum_months": "6",
    "gold_months": "12", "silver_months": "12", "bronze_months": "24", "notes": "Ours",
    "weight-impact": "25", "weight-reputation": "5", "weight-continuity": "15", "weight-finances": "5",
    "weight-switching": "15", "weight-value": "15", "weight-complexity": "10", "weight-data": "10",
}  # fmt: skip


@pytest.fixture
def draft(procurement, client):
    client.force_login(procurement)
    return actions.start_draft(by=procurement)


def initial(draft_numbers):
    return {f"initial-{name}": value for name, value in draft_numbers.items()}


def test_weights_and_cut_offs_are_saved_together(client, draft):
    typed = NUMBERS | {"weight-impact": "20", "weight-data": "15", "gold_from": "57.5"}
    response = client.post(
        reverse("tiering:numbers"), typed | {"version": draft.version}, follow=True
    )
    shown = text_of(response)
    assert "Gold begins at 57.5 instead of 60" in shown
    assert (
        "“What data, systems or premises does the supplier hold the keys to?” weighs 15 instead of 10"
        in shown
    )


def test_everything_wrong_with_the_numbers_is_told_at_once_and_kept(client, draft):
    typed = NUMBERS | {"weight-impact": "20", "gold_from": "30", "version": draft.version}
    response = client.post(reverse("tiering:numbers"), typed)
    page, shown = response.content.decode(), text_of(response)
    assert "The weights add up to 95: they must add up to 100" in shown
    assert "Gold must begin at a higher score than Silver" in shown
    assert 'href="#id_weight-impact"' in page
    assert 'href="#id_gold_from"' in page
    assert re.search(r'name="gold_from"[^>]* value="30"|value="30"[^>]* name="gold_from"', page)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("gold_from", "x", "Gold begins at must be a number"),
        ("gold_from", "101", "Gold begins at must be 100 or less"),
        ("gold_from", "60.123", "2 decimal places or fewer"),
        ("gold_from", "", "Fill in “Gold begins at”"),
        ("weight-impact", "2.5", "must be a whole number"),
        ("weight-impact", "-5", "must be 0 or more"),
        ("bronze_months", "0", "must be 1 or more"),
    ],
)  # fmt: skip
def test_a_number_that_is_none_is_refused(client, draft, name, typed, words):
    response = client.post(
        reverse("tiering:numbers"), NUMBERS | {name: typed, "version": draft.version}
    )
    assert words in text_of(response)


def test_two_people_at_the_numbers_lose_nothing(client, draft):
    seen = {"version": draft.version} | initial(NUMBERS | {"notes": draft.notes})
    client.post(reverse("tiering:numbers"), NUMBERS | seen | {"gold_from": "58"})
    mine = NUMBERS | seen | {"silver_from": "30", "notes": "Mine"}
    response = client.post(reverse("tiering:numbers"), mine)
    assert response.status_code == 409
    form = response.context["form"]
    assert (form["gold_from"].value(), form["silver_from"].value()) == ("58", "30")
    clashes = {d.name: d.clash for d in response.context["differences"]}
    assert clashes == {"gold_from": False, "notes": True}
    again = {name: form[name].value() for name in NUMBERS} | {"version": form["version"].value()}
    client.post(reverse("tiering:numbers"), again)
    saved = Questionnaire.objects.draft()
    assert (saved.gold_from, saved.silver_from, saved.notes) == (58, 30, "Mine")


QUESTION = {
    "text": "Is it new to us?", "help": "", "factor": "complexity", "answer_0": "No", "answer_1": "Hardly",
    "answer_2": "In part", "answer_3": "Mostly", "answer_4": "Wholly",
}  # fmt: skip


def test_a_question_is_added_worded_and_removed(client, draft):
    response = client.post(reverse("tiering:question_add"), QUESTION, follow=True)
    assert "It weighs nothing yet" in text_of(response)
    question = draft.questions.get(text="Is it new to us?")
    address = reverse("tiering:question_edit", args=[question.pk])
    client.post(address, QUESTION | {"text": "How new is it?"})
    question.refresh_from_db()
    assert question.text == "How new is it?"
    client.post(reverse("tiering:question_remove", args=[question.pk]))
    assert not draft.questions.filter(pk=question.pk).exists()


def test_a_question_needs_its_five_answers(client, draft):
    response = client.post(reverse("tiering:question_add"), QUESTION | {"answer_4": "", "text": ""})
    shown = text_of(response)
    assert "Enter the question" in shown
    assert "Enter the answer 4, the most critical" in shown


def test_two_people_at_one_question_keep_what_each_changed(client, draft):
    question = draft.questions.get(key="impact")
    address = reverse("tiering:question_edit", args=[question.pk])
    stored = {name: getattr(question, name) for name in QUESTION}
    seen = {f"initial-{name}": value for name, value in stored.items()}
    client.post(address, stored | seen | {"text": "Theirs"})
    client.post(address, stored | seen | {"answer_0": "Mine"})
    question.refresh_from_db()
    assert (question.text, question.answer_0) == ("Theirs", "Mine")


def test_rules_are_added_changed_and_removed(client, draft):
    value = {
        "subject": "value",
        "more_than": "£10,000,000",
        "at_least": "gold",
        "words": "it is large.",
    }
    client.post(reverse("tiering:rule_add"), value)
    rule = draft.hard_rules.get(words="it is large")
    assert (rule.threshold, rule.at_least, rule.question) == (10_000_000, "gold", None)
    question = draft.questions.get(key="data")
    answer = value | {"subject": "answer", "question": question.pk, "least_answer": "4"}
    client.post(reverse("tiering:rule_edit", args=[rule.pk]), answer)
    rule.refresh_from_db()
    assert (rule.question, rule.threshold) == (question, 4)
    client.post(reverse("tiering:rule_remove", args=[rule.pk]))
    assert draft.hard_rules.count() == 2


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"subject": "answer"}, ["Select the question", "Select the lowest answer"]),
        ({"subject": "value"}, ["Enter the amount in pounds", "Say why, to end the sentence"]),
        ({}, ["Answer “What does it look at?”"]),
    ],
)
def test_a_rule_that_lacks_something_says_what(client, draft, typed, words):
    shown = text_of(client.post(reverse("tiering:rule_add"), typed))
    for sentence in words[: 2 if typed else 0]:
        assert sentence in shown
    assert draft.hard_rules.count() == 2


def test_a_published_question_cannot_be_reached_through_the_draft(client, draft):
    published = Questionnaire.objects.current()
    for name, row in (
        ("question_edit", published.questions.first()),
        ("rule_edit", published.hard_rules.first()),
    ):
        assert client.get(reverse(f"tiering:{name}", args=[row.pk])).status_code == 404


def test_a_draft_that_makes_no_sense_says_so_and_is_not_published(client, draft):
    client.post(reverse("tiering:question_remove", args=[draft.questions.get(key="data").pk]))
    shown = text_of(client.get(reverse("tiering:draft")))
    assert "To put right before it can be published" in shown
    assert "The weights add up to 90" in shown
    assert "See what would change" not in shown
    assert "To put right" in text_of(client.get(reverse("tiering:changes")))
    assert client.get(reverse("tiering:publish")).status_code == 302


def test_what_would_change_is_shown_as_a_matrix_with_the_lists_behind_it(client, procurement):
    up = assessed(ContractFactory(title="Up", tier="silver"), all_answered(2, continuity=4))
    assessed(ContractFactory(title="Stays", tier="bronze"), all_answered(1))
    ContractFactory(title="Never")
    lower_gold(procurement)
    client.force_login(procurement)
    response = client.get(reverse("tiering:changes"))
    shown = text_of(response)
    assert "1 of 2 assessed contracts would move : 1 up, 0 down." in shown
    assert "1 contract in force was never assessed and is not counted" in shown
    assert [line["pk"] for line in response.context["page"].lines] == [up.pk]
    assert "?was=silver&amp;now=gold#contracts" in response.content.decode()
    cell = client.get(reverse("tiering:changes"), {"was": "silver", "now": "gold"})
    assert "From Silver to Gold" in text_of(cell)
    assert cell.context["page"].count == 1
    other = client.get(reverse("tiering:changes"), {"was": "gold", "now": "silver"})
    assert other.context["page"].count == 0
    export = client.get(
        reverse("tiering:changes"), {"export": "csv", "columns": ["proposed_tier", "would_be"]}
    )
    rows = list(csv.reader(io.StringIO(b"".join(export.streaming_content).decode("utf-8-sig"))))
    assert rows[1] == ["Up", "Silver", "Gold"]


@pytest.mark.parametrize("number", [1, 12])
def test_what_would_change_costs_the_same_for_one_and_for_many(
    client, procurement, number, django_assert_max_num_queries
):
    for _ in range(number):
        assessed(ContractFactory(tier="silver"), all_answered(2, continuity=4))
    lower_gold(procurement)
    client.force_login(procurement)
    with django_assert_max_num_queries(22):
        client.get(reverse("tiering:changes"))


def test_publishing_asks_for_a_reason_and_marks_those_that_would_move(client, procurement):
    moving = assessed(ContractFactory(tier="silver"), all_answered(2, continuity=4))
    draft = lower_gold(procurement)
    client.force_login(procurement)
    address = reverse("tiering:publish")
    day = {"reassess_by_day": "27", "reassess_by_month": "12", "reassess_by_year": "2026"}
    typed = {"version": draft.version, **day}
    shown = text_of(client.post(address, typed))
    assert "Enter the reason" in shown
    assert "1 of 1 assessed contract would move" in shown
    done = client.post(address, typed | {"reason": "The board asked for more Gold"}, follow=True)
    assert "Version 2 is in use. 1 contract to be assessed again; no tier has changed." in text_of(
        done
    )
    moving.refresh_from_db()
    assert (moving.marked_tier, moving.due_on) == ("gold", date(2026, 12, 27))
    shown = text_of(client.get(reverse("tiering:assessed"), {"about": "marked"}))
    assert "A new version would give Gold" in shown
    contract = text_of(client.get(page_for(moving.contract)))
    assert (
        "Version 2 of the questionnaire would give Gold; it was due on 15 January 2027" in contract
    )


def test_a_draft_changed_meanwhile_must_be_looked_at_again(client, draft):
    address = reverse("tiering:publish")
    day = {"reassess_by_day": "27", "reassess_by_month": "12", "reassess_by_year": "2026"}
    typed = {"version": draft.version, "reason": "Because", **day}
    Questionnaire.objects.filter(pk=draft.pk).update(version=draft.version + 1)
    response = client.post(address, typed)
    assert "The draft was changed while this page was open" in text_of(response)
    assert "Because" in response.content.decode()
    assert Questionnaire.objects.current().number == 1
    again = typed | {"version": response.context["form"]["version"].value()}
    client.post(address, again)
    assert Questionnaire.objects.current().number == 2


@pytest.mark.parametrize(
    ("year", "words"), [("2025", "today or later"), ("2031", "within two years")]
)
def test_the_day_to_assess_again_by_must_be_near(client, draft, year, words):
    day = {"reassess_by_day": "27", "reassess_by_month": "12", "reassess_by_year": year}
    typed = {"version": draft.version, "reason": "Because", **day}
    assert words in text_of(client.post(reverse("tiering:publish"), typed))


def test_somebody_else_published_while_a_page_of_the_draft_was_open(client, draft, procurement):
    publish(draft, procurement)
    assert client.post(reverse("tiering:numbers"), NUMBERS).status_code == 404


# --- Where a tier used to be edited ---------------------------------------------------------------


def test_the_edit_form_shows_the_tier_and_says_where_it_is_decided(client, procurement):
    contract = ContractFactory(tier="silver")
    client.force_login(procurement)
    address = reverse("contracts:edit", args=[contract.pk])
    response = client.get(address)
    assert "Decided in the Tiering section" in text_of(response)
    typed = {
        "reference": contract.reference, "title": contract.title, "unit": contract.unit_id, "stage": "live",
        "notice_unit": "months", "currency": "GBP", "tier": "gold", "version": contract.version,
        "supplier": contract.supplier.name,
    }  # fmt: skip
    client.post(address, typed)
    contract.refresh_from_db()
    assert contract.tier == "silver"


def test_a_contract_can_still_be_added_with_a_tier_and_counts_as_never_assessed(
    client, procurement
):
    client.force_login(procurement)
    typed = {
        "reference": "C-9", "title": "Lifts", "unit": BusinessUnitFactory().pk, "stage": "live",
        "notice_unit": "months", "currency": "GBP", "tier": "gold", "kind": "contract",
    }  # fmt: skip
    client.post(reverse("contracts:add"), typed)
    assert Contract.objects.get().tier == "gold"
    response = client.get(reverse("tiering:never"))
    assert [line["name"] for line in response.context["page"].lines] == ["Lifts"]
