"""What each person sees of a term and may decide."""

import re
from datetime import date as D

import pytest
from django.urls import reverse

from contracts import actions as register
from contracts import checks
from contracts.models import Contract
from contracts.terms.hooks import asked
from contracts.terms.models import (
    BreakDate,
    EndOverride,
    ExtensionOption,
    NoticeClock,
    Term,
)
from tests.contracts.terms.factories import TermFactory, decided
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = D(2025, 12, 1)
EXTEND = {"kind": "extend", "amount": 3}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def owner(client):
    owner = UserFactory(name="Olive Owner")
    client.force_login(owner)
    return owner


@pytest.fixture
def contract(owner):
    """2+1+1 from April 2024, to decide on by the end of the year."""
    return TermFactory(contract__oco=owner, options=(12, 12), notices=[EXTEND]).contract


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def page_of(client, contract):
    return text_of(client.get(reverse("terms:contract", args=[contract.pk])))


def option(contract, number=1):
    return ExtensionOption.objects.get(contract=contract, number=number)


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def decision(contract, **values):
    seen = {"version": fresh(contract).version, "term_version": fresh(contract).term.version}
    return seen | {"reason": "Decided", **day("on", TODAY), **values}


# --- The tab ----------------------------------------------------------------------------------------


def test_the_first_screen_answers_when_it_ends_how_far_and_what_next(client, contract):
    shown = page_of(client, contract)
    assert "Ends now 31 March 2026 in 4 months" in shown
    assert "May run until 31 March 2028 With 2 options left" in shown
    assert "Next date to act 31 December 2025 in 30 days Last day to take option 1" in shown
    assert "Take option 1" in shown


def test_each_date_says_why(client, contract):
    shown = page_of(client, contract)
    assert (
        "Its anniversary is 1 April 2026; the last day is the day before, 31 March 2026." in shown
    )
    assert "3 months before that is 31 December 2025." in shown


def test_the_picture_is_told_in_words_and_as_a_table(client, contract):
    page = client.get(reverse("terms:contract", args=[contract.pk])).content.decode()
    assert (
        'aria-label="Starts on 1 April 2024, ends on 31 March 2026, may run until 31 March 2028."'
        in page
    )
    numbers = re.findall(r'class="app-line__number"[^>]*>(\d+)<', page)
    assert numbers == ["2", "3", "4", "5", "6"]
    assert len(re.findall(r'class="app-line-number app-line-number--\w+">\d', page)) >= 6


@pytest.mark.parametrize(
    "build",
    [
        dict,
        lambda: {"rolling": True, "contract__ends_on": None, "contract__initial_end_on": None},
        lambda: {"renews_for_months": 12},
        lambda: {"contract__commences_on": None},
        lambda: {"contract__ends_on": None},
        lambda: {"contract__initial_term_months": None, "contract__initial_end_on": None},
    ],
)
def test_the_tab_opens_whatever_is_recorded(client, owner, build):
    notices = [
        EXTEND,
        *({"kind": "terminate", "amount": 20, "unit": "working_days", "counts_from": counts}
          for counts in ("end", "breaks", "any_time")),
        {"kind": "stop_renewal", "amount": 1, "by_post": True, "service_days": 3},
        {"kind": "claim", "amount": 5, "unit": "days", "counts_from": "day", "from_on": TODAY},
    ]  # fmt: skip
    term = TermFactory(
        contract__oco=owner, options=(12,), breaks=[D(2025, 3, 31), D(2026, 1, 1)], notices=notices, **build()
    )  # fmt: skip
    assert client.get(reverse("terms:contract", args=[term.contract_id])).status_code == 200
    assert client.get(term.contract.get_absolute_url()).status_code == 200


def test_a_contract_without_a_term_says_what_to_do(client, owner):
    contract = ContractFactory(oco=owner, ends_on=D(2026, 3, 31))
    assert "No term is recorded yet" in page_of(client, contract)
    overview = text_of(client.get(contract.get_absolute_url()))
    assert "No term is recorded" in overview
    assert "Record the term" in overview


def test_who_may_not_edit_is_offered_nothing(client, contract):
    client.force_login(person_with("auditor"))
    page = client.get(reverse("terms:contract", args=[contract.pk])).content.decode()
    assert "Last day to take option 1" in page
    for words in ("/take/", "/decline/", "term/set/", "notices/add/", "breaks/add/"):
        assert words not in page


def test_the_page_costs_the_same_for_few_and_for_many(client, owner, django_assert_max_num_queries):
    few = TermFactory(contract__oco=owner, options=(12,), notices=[EXTEND]).contract
    many = TermFactory(
        contract__oco=owner, options=(12,) * 8, notices=[EXTEND, {"kind": "terminate", "amount": 2}],
        breaks=[D(2025, month, 1) for month in range(1, 11)],
    ).contract  # fmt: skip
    for opt in many.extension_options.all()[:3]:
        decided(opt, "taken")
    for contract in (few, many):
        client.get(reverse("terms:contract", args=[contract.pk]))
        with django_assert_max_num_queries(15):
            client.get(reverse("terms:contract", args=[contract.pk]))


def test_a_hundred_claims_do_not_bury_the_page(client, owner):
    contract = TermFactory(contract__oco=owner).contract
    for number in range(30):
        NoticeClock.objects.create(
            contract=contract, kind="claim", amount=5, unit="days", counts_from="day",
            from_on=D(2024, 5, 1 + number % 28), about=f"Claim {number}", due_on=D(2024, 6, 1),
            outcome="given", outcome_for_on=D(2024, 6, 1), outcome_on=D(2024, 6, 1), outcome_by=owner,
        )  # fmt: skip
    assert page_of(client, contract).count("To claim: Claim") == 10


# --- The overview -----------------------------------------------------------------------------------


def test_the_overview_tells_the_next_date_and_the_options_left(client, contract):
    shown = text_of(client.get(contract.get_absolute_url()))
    assert "Next date to act 31 December 2025 in 30 days Last day to take option 1" in shown
    assert "Options left 2 24 months in all" in shown
    assert "May run until 31 March 2028" in shown


def test_the_overview_does_not_tell_two_last_days(client, contract, owner):
    register.change(contract=contract, by=owner, version=1, notice_period=6)
    assert "Last day to give notice" not in text_of(client.get(contract.get_absolute_url()))
    plain = ContractFactory(oco=owner, ends_on=D(2026, 3, 31), notice_period=6)
    assert "Last day to give notice" in text_of(client.get(plain.get_absolute_url()))


def test_the_overview_tells_the_last_day_again_when_no_option_is_left(client, contract, owner):
    register.change(contract=contract, by=owner, version=1, notice_period=6)
    client.post(
        reverse("terms:option_decline", args=[option(contract).pk]),
        decision(contract, later_fall="on"),
    )
    assert "Last day to give notice" in text_of(client.get(contract.get_absolute_url()))


def test_the_summary_asks_with_the_other_sections(contract, owner, django_assert_num_queries):
    for row in (contract, ContractFactory()):
        questions = asked(row, owner)
        with django_assert_num_queries(0):
            assert len(list(questions)) == 5


# --- Setting the term -------------------------------------------------------------------------------


def term_form(contract, **values):
    term = Term.objects.filter(contract=contract).first()
    return {
        "runs": "fixed", "shape": "2+1+1", "nation": "england_wales", "clause": "", "reason": "",
        "renews_for_months": "", "version": contract.version, "term_version": term.version if term else 0,
        **day("commences_on", D(2024, 4, 1)),
    } | values  # fmt: skip


def set_url(contract):
    return reverse("terms:set", args=[contract.pk])


def test_two_plus_one_plus_one_in_one_field(client, owner):
    contract = ContractFactory(oco=owner)
    response = client.post(set_url(contract), term_form(contract), follow=True)
    assert "Term saved: 24 months, then options of 12 and 12 months." in text_of(response)
    assert fresh(contract).ends_on == D(2026, 3, 31)
    assert contract.extension_options.count() == 2
    again = client.get(set_url(contract))
    assert again.context["form"].initial["shape"] == "2+1+1"


def test_every_error_is_said_at_once_and_what_was_typed_stays(client, owner):
    contract = ContractFactory(oco=owner)
    sent = term_form(
        contract, shape="two years", renews_for_months="12", nation="atlantis", commences_on_year="99"
    )  # fmt: skip
    shown = text_of(client.post(set_url(contract), sent))
    for words in (
        "“two years” is no length of time",
        "Leave this empty, or choose that it renews by itself",
        "must be one of the choices offered",
        "year must include 4 numbers",
    ):
        assert words in shown
    assert not Term.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"shape": ""}, "Enter the initial term, such as 2+1+1"),
        ({"runs": "rolls"}, "Leave the term empty: a contract that rolls on has none"),
        ({"runs": "renews"}, "Enter for how many months it renews each time"),
        (day("commences_on", D(2024, 4, 1)) | {"commences_on_day": "", "commences_on_month": "", "commences_on_year": ""}, "Enter the commencement date"),
        ({"commences_on_year": "1920"}, "Enter a year after 1949"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(client, owner, values, words):
    contract = ContractFactory(oco=owner)
    assert words in text_of(client.post(set_url(contract), term_form(contract, **values)))


def test_a_recorded_end_is_asked_about_before_anything_is_saved(client, owner):
    contract = ContractFactory(oco=owner, ends_on=D(2026, 6, 30))
    asked = client.post(set_url(contract), term_form(contract))
    assert (
        "The current end is recorded as 30 June 2026, and the term works out to 31 March 2026"
        in text_of(asked)
    )
    assert not Term.objects.exists()
    sent = term_form(contract, asked_ends="1")
    assert "Choose which is right" in text_of(client.post(set_url(contract), sent))
    no_reason = client.post(set_url(contract), sent | {"ends": "keep"})
    assert "Say why the recorded end counts" in text_of(no_reason)
    kept = client.post(
        set_url(contract), sent | {"ends": "keep", "reason": "Varied in 2025"}, follow=True
    )
    assert "The reason: Varied in 2025" in text_of(kept)
    assert EndOverride.objects.get().recorded_on == fresh(contract).ends_on == D(2026, 6, 30)


def test_a_rolling_contract_is_asked_about_its_end(client, owner):
    contract = ContractFactory(oco=owner, ends_on=D(2026, 6, 30))
    sent = term_form(contract, runs="rolls", shape="")
    assert "a contract that rolls on has none" in text_of(client.post(set_url(contract), sent))
    client.post(set_url(contract), sent | {"asked_ends": "1", "ends": "work_out"})
    assert fresh(contract).ends_on is None
    assert "No end Rolls on until notice is given" in page_of(client, contract)


def test_a_decided_option_is_not_typed_away(client, contract):
    decided(option(contract), "taken")
    shown = text_of(client.post(set_url(contract), term_form(contract, shape="2+2")))
    assert "Option 1 (12 months) is taken: keep it as it is, or reopen it first" in shown


def test_two_people_set_the_term_and_neither_loses(client, owner):
    contract = ContractFactory(oco=owner)
    stale = term_form(contract, shape="3+1")
    client.post(set_url(contract), term_form(contract))
    response = client.post(set_url(contract), stale)
    assert response.status_code == 409
    assert 'value="3+1"' in response.content.decode()
    form = response.context["form"]
    sent = stale | {
        "version": form["version"].value(),
        "term_version": form["term_version"].value(),
    }
    sent |= {"asked_ends": "1", "ends": "work_out"}
    assert client.post(set_url(contract), sent).status_code == 302
    assert fresh(contract).initial_term_months == 36


# --- Deciding on options ----------------------------------------------------------------------------


def test_taking_says_first_what_will_follow(client, contract):
    url = reverse("terms:option_take", args=[option(contract).pk])
    shown = text_of(client.get(url))
    assert "The current end moves from 31 March 2026 to 31 March 2027." in shown
    assert "1 option is left: it may run until 31 March 2028." in shown
    assert "The next date to act is the last day to take option 2: 31 December 2026." in shown
    assert fresh(contract).ends_on == D(2026, 3, 31)
    response = client.post(url, decision(contract), follow=True)
    assert "Option 1 taken: the contract now ends on 31 March 2027." in text_of(response)
    assert fresh(contract).ends_on == D(2027, 3, 31)


def test_a_reason_and_a_day_that_is_not_ahead_are_asked_for(client, contract):
    url = reverse("terms:option_take", args=[option(contract).pk])
    sent = decision(contract, reason="") | day("on", D(2026, 1, 1))
    shown = text_of(client.post(url, sent))
    assert "Enter the reason" in shown
    assert "Decided on must be today or in the past" in shown


def test_declining_lets_the_later_ones_fall_unless_the_box_is_cleared(client, contract):
    url = reverse("terms:option_decline", args=[option(contract).pk])
    assert "The later option (2) can then not be taken either" in text_of(client.get(url))
    client.post(url, decision(contract))
    assert [o.state for o in contract.extension_options.all()] == ["declined", "available"]


def test_the_second_to_press_the_button_is_told(client, contract):
    url = reverse("terms:option_take", args=[option(contract).pk])
    stale = decision(contract)
    register.change(contract=contract, by=UserFactory(), version=1, title="Renamed")
    response = client.post(url, stale)
    assert response.status_code == 409
    assert "Somebody changed this contract while the page was open" in text_of(response)
    assert option(contract).is_open
    again = stale | {"version": response.context["form"]["version"].value()}
    assert client.post(url, again).status_code == 302
    assert "has been decided" in text_of(client.post(url, again, follow=True))


def test_an_option_that_has_become_longer_meanwhile_is_shown_again(client, contract, owner):
    url = reverse("terms:option_take", args=[option(contract).pk])
    stale = decision(contract)
    client.post(set_url(contract), term_form(contract, shape="2+2+1"))
    response = client.post(url, stale)
    assert response.status_code == 409
    assert "The current end moves from 31 March 2026 to 31 March 2028." in text_of(response)
    again = stale | {"term_version": response.context["form"]["term_version"].value()}
    assert client.post(url, again).status_code == 302
    assert fresh(contract).ends_on == D(2028, 3, 31)


def test_a_later_option_waits_for_its_turn(client, contract):
    url = reverse("terms:option_take", args=[option(contract, 2).pk])
    assert "Options go one after the other" in text_of(client.get(url, follow=True))


def test_an_option_past_its_notice_asks_loudly_for_what_followed(
    client, owner, contract, time_machine
):
    time_machine.move_to(D(2026, 1, 15))
    client.force_login(owner)  # the old session has run out
    shown = page_of(client, contract)
    assert (
        "Last day to take option 1 was 31 December 2025 (15 days ago), and what followed is not recorded."
        in shown
    )
    assert "Record that it lapsed" in shown
    check = checks.get("option_undecided")
    assert list(check.failing(Contract.objects.all())) == [contract]
    url = reverse("terms:option_lapse", args=[option(contract).pk])
    client.post(url, decision(contract, reason="Nobody gave notice", later_fall="on"))
    assert [o.state for o in contract.extension_options.all()] == ["lapsed", "lapsed"]
    assert not check.failing(Contract.objects.all()).exists()
    assert "what followed is not recorded" not in page_of(client, contract)


def test_while_there_is_time_an_option_is_declined_and_does_not_lapse(client, contract):
    url = reverse("terms:option_lapse", args=[option(contract).pk])
    assert client.get(url).url == reverse("terms:option_decline", args=[option(contract).pk])


def test_a_decision_is_taken_back_with_a_reason_and_nothing_is_hidden(client, contract, owner):
    client.post(reverse("terms:option_take", args=[option(contract).pk]), decision(contract))
    url = reverse("terms:option_reopen", args=[option(contract).pk])
    assert "The current end moves from 31 March 2027 to 31 March 2026." in text_of(client.get(url))
    client.post(url, decision(contract, reason="The wrong contract"))
    assert fresh(contract).ends_on == D(2026, 3, 31)
    history = text_of(client.get(reverse("contracts:history", args=[contract.pk])))
    assert "The wrong contract" in history
    assert "Extension option “Option 1” changed" in history


# --- Two ends ---------------------------------------------------------------------------------------


def test_an_end_that_was_moved_by_hand_is_questioned_and_explained(client, contract, owner):
    register.change(contract=contract, by=owner, version=1, ends_on=D(2026, 9, 30))
    shown = page_of(client, contract)
    assert (
        "The current end is recorded as 30 September 2026, and the term works out to 31 March 2026."
        in shown
    )
    check = checks.get("ends_disagree")
    assert list(check.failing(Contract.objects.all())) == [contract]
    take = client.get(reverse("terms:option_take", args=[option(contract).pk]))
    url = reverse("terms:end", args=[contract.pk, "current"])
    assert take.url == url
    client.post(url, decision(contract, ends="keep", reason="Deed of variation"))
    assert "The reason: Deed of variation" in page_of(client, contract)
    assert not check.failing(Contract.objects.all()).exists()
    register.change(contract=contract, by=owner, version=2, ends_on=D(2026, 10, 31))
    assert list(check.failing(Contract.objects.all())) == [contract]


def test_an_initial_end_that_is_recorded_otherwise_is_a_gap_too(client, contract, owner):
    check = checks.get("ends_disagree")
    assert not check.failing(Contract.objects.all()).exists()
    register.change(
        contract=contract,
        by=owner,
        version=1,
        initial_end_on=D(2026, 4, 30),
        ends_on=D(2026, 4, 30),
    )
    assert list(check.failing(Contract.objects.all())) == [contract]
    url = reverse("terms:end", args=[contract.pk, "initial"])
    client.post(url, decision(contract, ends="keep", reason="The deed says April"))
    assert not check.failing(Contract.objects.all()).exists()
    register.change(contract=contract, by=owner, version=2, ends_on=None)
    assert list(check.failing(Contract.objects.all())) == [contract]


def test_an_end_that_fits_later_options_offers_to_record_them(client, contract, owner):
    register.change(contract=contract, by=owner, version=1, ends_on=D(2028, 3, 31))
    assert "That is the end with option 2: if it was taken, record that." in page_of(
        client, contract
    )
    for number in (1, 2):
        url = reverse("terms:option_take", args=[option(contract, number).pk])
        assert client.post(url, decision(contract)).status_code == 302
    assert fresh(contract).ends_on == D(2028, 3, 31)
    assert not checks.get("ends_disagree").failing(Contract.objects.all()).exists()


@pytest.mark.parametrize("of", ["middle", "initial_end", "x" * 300])
def test_there_are_two_ends_only(client, contract, of):
    assert client.get(f"/contracts/{contract.pk}/term/ends/{of}/").status_code == 404


# --- Breaks, renewals and notices -------------------------------------------------------------------


def test_a_break_is_recorded_used_and_shown(client, contract):
    url = reverse("terms:break_add", args=[contract.pk])
    early = client.post(url, {"who": "authority", **day("on", D(2020, 1, 1))})
    assert "on or after the commencement date, 1 April 2024" in text_of(early)
    client.post(url, {"who": "either", **day("on", D(2026, 1, 31))})
    twice = client.post(url, {"who": "either", **day("on", D(2026, 1, 31))})
    assert "This break date is recorded already" in text_of(twice)
    found = BreakDate.objects.get()
    use = reverse("terms:break_use", args=[found.pk])
    assert "The current end moves from 31 March 2026 to 31 January 2026." in text_of(
        client.get(use)
    )
    client.post(use, decision(contract))
    assert fresh(contract).ends_on == D(2026, 1, 31)
    shown = page_of(client, contract)
    assert "Take option" not in shown
    assert "Used" in shown


def test_a_notice_by_post_is_recorded_and_counted(client, contract, owner):
    register.change(
        contract=contract,
        by=owner,
        version=1,
        ends_on=D(2026, 5, 31),
        initial_end_on=D(2026, 5, 31),
    )
    url = reverse("terms:clock_add", args=[contract.pk])
    sent = {
        "use": "terminate:end",
        "amount": "3",
        "unit": "months",
        "by_post": "on",
        "service_days": "0",
    }
    assert "after how many working days a letter counts as served" in text_of(
        client.post(url, sent)
    )
    client.post(url, sent | {"service_days": "2"})
    clock = NoticeClock.objects.get(kind="terminate")
    assert clock.due_on == D(2026, 2, 25)
    shown = page_of(client, contract)
    assert (
        "28 February 2026 is a Saturday, so a letter must count as served by Friday 27 February 2026."
        in shown
    )
    assert "recorded already" in text_of(client.post(url, sent | {"service_days": "2"}))
    edit = reverse("terms:clock_edit", args=[clock.pk])
    client.post(
        edit, {"amount": "4", "unit": "months", "service_days": "", "reason": "Clause read again"}
    )
    assert fresh(clock).due_on == D(2026, 1, 31)
    client.post(reverse("terms:clock_remove", args=[clock.pk]), decision(contract))
    assert not NoticeClock.objects.filter(kind="terminate").exists()
    history = text_of(client.get(reverse("contracts:history", args=[contract.pk])))
    assert "Notice “to terminate or break” removed" in history


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Select what it is for"),
        ({"use": "claim:day"}, "Enter the day from which the time for the claim is counted"),
        ({"use": "terminate:end", "about": "credits"}, "only a claim has it"),
        ({"use": "terminate:end", **day("from_on", TODAY)}, "only a claim is counted from one"),
        ({"use": "terminate:day"}, "must be one of the choices offered"),
        ({"use": "terminate:end", "amount": "0"}, "Enter 1 or more"),
        ({"use": "terminate:end", "service_days": "2"}, "Tick this if it must be sent by post"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(client, contract, values, words):
    sent = {"amount": "3", "unit": "months", "service_days": "0"} | values
    url = reverse("terms:clock_add", args=[contract.pk])
    assert words in text_of(client.post(url, sent))


def test_a_missed_notice_stays_until_its_consequence_is_recorded(client, owner, time_machine):
    contract = TermFactory(
        contract__oco=owner, notices=[{"kind": "terminate", "amount": 3}]
    ).contract
    time_machine.move_to(D(2026, 1, 10))
    client.force_login(owner)  # the old session has run out
    check = checks.get("notice_missed")
    assert list(check.failing(Contract.objects.all())) == [contract]
    assert "Record what followed" in page_of(client, contract)
    clock = NoticeClock.objects.get()
    url = reverse("terms:clock_settle", args=[clock.pk])
    sent = {
        "outcome": "missed",
        "for_on": "2025-12-31",
        "consequence": "",
        **day("on", D(2026, 1, 10)),
    }
    assert "Say what followed from the missed date" in text_of(client.post(url, sent))
    late = client.post(url, sent | {"outcome": "given"})
    assert "after the last day, 31 December 2025: it was missed" in text_of(late)
    moved = client.post(url, sent | {"consequence": "A year more", "for_on": "rubbish"})
    assert moved.status_code == 409
    client.post(url, sent | {"consequence": "A year more"})
    assert "A year more" in page_of(client, contract)
    assert not check.failing(Contract.objects.all()).exists()


def test_a_notice_that_is_still_to_come_cannot_be_missed_yet(client, contract, owner):
    clock = NoticeClock.objects.create(contract=contract, kind="terminate", amount=1)
    register.change(contract=contract, by=owner, version=1, title="Renamed", ends_on=D(2026, 3, 30))
    page = client.get(reverse("terms:clock_settle", args=[clock.pk]))
    assert [value for value, _ in page.context["form"].fields["outcome"].choices] == [
        "given",
        "not_needed",
    ]


def test_a_contract_that_renewed_by_itself_says_so(client, owner, time_machine):
    contract = TermFactory(contract__oco=owner, renews_for_months=12).contract
    time_machine.move_to(D(2026, 4, 10))
    client.force_login(owner)  # the old session has run out
    shown = page_of(client, contract)
    assert "By its terms this contract has renewed by itself, until 31 March 2027." in shown
    url = reverse("terms:renewal", args=[contract.pk])
    assert "The current end moves from 31 March 2026 to 31 March 2027." in text_of(client.get(url))
    client.post(url, decision(contract))
    assert fresh(contract).ends_on == D(2027, 3, 31)


def test_a_renewal_is_recorded_although_the_recorded_end_is_in_question(
    client, owner, time_machine
):
    contract = TermFactory(
        contract__oco=owner, contract__ends_on=D(2026, 6, 30), renews_for_months=12
    ).contract
    time_machine.move_to(D(2026, 7, 10))
    client.force_login(owner)
    url = reverse("terms:renewal", args=[contract.pk])
    assert "The current end moves from 30 June 2026 to 30 June 2027." in text_of(client.get(url))
    client.post(url, decision(contract))
    assert fresh(contract).ends_on == D(2027, 6, 30)


def test_a_break_is_used_although_the_recorded_end_is_in_question(client, owner):
    contract = TermFactory(
        contract__oco=owner, contract__ends_on=D(2026, 6, 30), breaks=[D(2026, 5, 31)]
    ).contract
    url = reverse("terms:break_use", args=[BreakDate.objects.get().pk])
    assert "The current end moves from 30 June 2026 to 31 May 2026." in text_of(client.get(url))
    client.post(url, decision(contract))
    assert fresh(contract).ends_on == D(2026, 5, 31)


def test_the_history_tells_of_every_part(client, contract):
    client.post(
        reverse("terms:break_add", args=[contract.pk]),
        {"who": "either", **day("on", D(2026, 1, 31))},
    )
    history = text_of(client.get(reverse("contracts:history", args=[contract.pk])))
    assert "Break date “31 January 2026” added" in history
    assert "Extension option “Option 2” added" in history
    assert "Notice “to extend” added" in history
