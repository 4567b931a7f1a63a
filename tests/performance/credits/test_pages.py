"""What each person sees and may do on the pages of service credits."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.intake import actions as intakes
from common.intake import kinds
from performance.credits import actions
from performance.credits.models import Charge, Credit, Milestone, Regime
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.performance.credits.factories import (
    ChargeFactory,
    CreditFactory,
    KpiShareFactory,
    MilestoneFactory,
    PointsFactory,
    RegimeFactory,
)
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
SEP, OCT = date(2026, 9, 1), date(2026, 10, 1)
LIST = "/performance/credits/"
D = Decimal


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def sro():
    return UserFactory(name="Sam Sro")


@pytest.fixture
def contract(owner, sro):
    return ContractFactory(oco=owner, sro=sro, title="Waste collection", reference="C-7")


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def tab(contract):
    return reverse("credits:contract", args=[contract.pk])


def step(credit, name):
    return reverse(f"credits:{name}", args=[credit.pk])


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


# --- A contract's credits -------------------------------------------------------------------------


def test_the_page_says_the_regime_in_words_and_the_next_step_of_each_month(as_owner, contract):
    RegimeFactory(contract=contract, clause="Schedule 7.1", cap="period", cap_percent=D(10))
    ChargeFactory(contract=contract, month=OCT)
    CreditFactory(contract=contract, month=SEP, state="claimed")
    CreditFactory(contract=contract, month=OCT)
    CreditFactory(contract=contract, month=date(2026, 8, 1), amount=None, claim_by=None)
    response = as_owner.get(tab(contract))
    shown = text_of(response)
    assert "Each service point costs the supplier 0.5% of the month’s charge." in shown
    assert "No more than 10% of the month’s charge." in shown
    assert "Schedule 7.1" in shown
    nexts = [line["next"]["label"] for line in response.context["ledger"]]
    assert nexts == ["Record the claim", "Record it as credited", "Record the charge"]
    assert "31 December 2026 in 34 days" in shown
    assert "Cannot be computed" in shown
    assert [figure["number"] for figure in response.context["figures"]] == [
        "£1,000", "£0", "£1,000", "£0",
    ]  # fmt: skip
    assert response.context["figures"][0]["hint"] == "1 cannot be computed"


def test_a_month_without_a_failure_but_with_a_gap_is_not_called_good(as_owner, contract):
    RegimeFactory(contract=contract)
    CreditFactory(contract=contract, state="nothing", amount=0, not_reported=2)
    shown = text_of(as_owner.get(tab(contract)))
    assert "Not known Not known 2 readings not reported" in shown  # the amount, and the state
    assert "£0 Not known" not in shown


def test_without_a_regime_the_page_asks_for_one(as_owner, contract):
    shown = text_of(as_owner.get(tab(contract)))
    assert "No service credit regime" in shown
    assert "Set the regime" in shown


def test_a_reader_is_offered_nothing_to_change(client, contract):
    RegimeFactory(contract=contract)
    CreditFactory(contract=contract)
    MilestoneFactory(contract=contract)
    client.force_login(person_with("viewer", contract.unit))
    shown = text_of(client.get(tab(contract)))
    for words in ("Record", "Correct", "Set another", "Add a milestone", "Work out", "Change"):
        assert words not in shown


def test_many_months_cost_what_one_does(as_owner, contract):
    RegimeFactory(contract=contract)
    CreditFactory(contract=contract, month=date(2026, 1, 1))
    MilestoneFactory(contract=contract)
    as_owner.get(tab(contract))
    with CaptureQueriesContext(connection) as one:
        as_owner.get(tab(contract))
    for number in range(2, 11):
        CreditFactory(contract=contract, month=date(2026, number, 1))
        ChargeFactory(contract=contract, month=date(2026, number, 1))
        MilestoneFactory(contract=contract)
    with CaptureQueriesContext(connection) as many:
        as_owner.get(tab(contract))
    assert len(many) == len(one)


def test_working_out_by_hand_follows_a_reading_at_once(as_owner, contract):
    RegimeFactory(contract=contract, from_on=OCT)
    ChargeFactory(contract=contract, month=OCT)
    ReadingFactory(indicator=PointsFactory(contract=contract), period_start=OCT, value=D("98.4"))
    response = as_owner.post(reverse("credits:work_out", args=[contract.pk]), follow=True)
    assert "1 entry has changed" in text_of(response)
    assert contract.credits.get().amount == 1000


# --- Regimes --------------------------------------------------------------------------------------


def regime_typed(**values):
    return {
        **day("from_on", OCT), "variant": "points", "rate": "0.5", "repeat": "2", "cap": "none",
        "claim_unit": "days", "claim_within": "30",
    } | values  # fmt: skip


def test_a_regime_is_set_and_works_out_what_is_over(as_owner, contract, owner):
    ChargeFactory(contract=contract, month=OCT)
    ReadingFactory(indicator=PointsFactory(contract=contract), period_start=OCT, value=D("98.4"))
    address = reverse("credits:regime_add", args=[contract.pk])
    response = as_owner.post(address, regime_typed())
    assert response.status_code == 302
    assert contract.credit_regimes.get().history.get().history_user == owner
    assert contract.credits.get().amount == 1000


def test_every_mistake_in_a_regime_is_told_at_once_and_nothing_typed_is_lost(as_owner, contract):
    kpi = IndicatorFactory(contract=contract, name="Calls answered")
    address = reverse("credits:regime_add", args=[contract.pk])
    typed = regime_typed(
        variant="fixed", repeat="0.5", cap="amount", clause="Schedule 7",
        **{f"kpi-{kpi.pk}-amount": "100", f"kpi-{kpi.pk}-percent": "2"},
    )  # fmt: skip
    response = as_owner.post(address, typed)
    problems = [sentence for _, sentence in response.context["problems"]]
    assert problems == [
        "Enter 1 or more",
        "Enter the amount of the cap",
        "Calls answered: enter an amount or a percentage, not both",
    ]
    content = response.content.decode()
    for anchor, _ in response.context["problems"]:
        assert f'id="{anchor}"' in content
    assert "Schedule 7" in content
    assert not Regime.objects.exists()


@pytest.mark.parametrize(
    ("variant", "line", "expected"),
    [
        ("difference", {"counts": "on"}, {}),
        ("at_risk", {"pool": "50", "credit": "40"}, {"pool": 50, "credit": 40}),
        ("fixed", {"amount": "£1,500", "step": "0.1"}, {"amount": 1500, "step": D("0.1")}),
        ("points", {"amount": "100"}, None),
    ],
)
def test_what_a_kpi_counts_is_kept_as_its_variant_needs_it(
    as_owner, contract, variant, line, expected
):
    kpi = IndicatorFactory(contract=contract)
    typed = regime_typed(
        variant=variant, at_risk="10", **{f"kpi-{kpi.pk}-{k}": v for k, v in line.items()}
    )
    as_owner.post(reverse("credits:regime_add", args=[contract.pk]), typed)
    shares = contract.credit_regimes.get().shares.all()
    if expected is None:
        assert not shares
        return
    (share,) = shares
    kept = {name: getattr(share, name) for name in ("pool", "credit", "amount", "percent", "step")}
    assert {name: value for name, value in kept.items() if value is not None} == expected


def test_only_a_percentage_costs_as_many_per_cent_as_it_was_missed_by(as_owner, contract):
    kpi = IndicatorFactory(contract=contract, name="Waits", unit="days")
    typed = regime_typed(variant="difference", **{f"kpi-{kpi.pk}-counts": "on"})
    shown = text_of(as_owner.post(reverse("credits:regime_add", args=[contract.pk]), typed))
    assert "Waits: only a KPI in per cent can cost as many per cent" in shown
    assert not Regime.objects.exists()


def test_somebody_elses_change_of_what_kpis_count_is_told_before_it_is_replaced(as_owner, contract):
    regime = RegimeFactory(contract=contract, variant="fixed", rate=None)
    kpi = IndicatorFactory(contract=contract)
    theirs = [actions.ShareEntry(kpi.pk, {"amount": D(5)})]
    about = {"contract": contract, "by": UserFactory(), "today": TODAY, "regime": regime}
    actions.set_regime(**about, version=1, shares=theirs)
    typed = regime_typed(
        **day("from_on", regime.from_on),
        variant="fixed",
        version="1",
        **{f"kpi-{kpi.pk}-amount": "7"},
    )
    response = as_owner.post(reverse("credits:regime_edit", args=[regime.pk]), typed)
    assert response.status_code == 409
    assert "Someone changed this while you were editing" in text_of(response)
    assert "as you sent it" in text_of(response)
    assert regime.shares.get().amount == 5


def test_somebody_elses_correction_of_a_regime_is_shown_beside_mine(as_owner, contract):
    regime = RegimeFactory(contract=contract)
    address = reverse("credits:regime_edit", args=[regime.pk])
    actions.set_regime(
        contract=contract, by=UserFactory(), today=TODAY, regime=regime, version=1, rate=D(1)
    )
    typed = regime_typed(**day("from_on", regime.from_on), rate="0.75", version="1")
    response = as_owner.post(address, typed)
    assert response.status_code == 409
    assert [(d.theirs, d.mine, d.clash) for d in response.context["differences"]] == [
        ("1", "0.75", True)
    ]


def test_a_second_regime_takes_over_what_kpis_count(as_owner, contract):
    regime = RegimeFactory(contract=contract, variant="fixed", rate=None)
    KpiShareFactory(regime=regime, amount=D(1500))
    response = as_owner.get(reverse("credits:regime_add", args=[contract.pk]))
    assert 'value="1,500"' in response.content.decode()


# --- Charges --------------------------------------------------------------------------------------


def grid(contract, start="2026-01"):
    return reverse("credits:charges", args=[contract.pk]) + f"?start={start}"


def test_twelve_months_are_saved_together(as_owner, contract, owner):
    typed = {f"m-2026-{month:02}-amount": f"£{month},000" for month in range(1, 13)}
    response = as_owner.post(grid(contract), typed, follow=True)
    assert "12 charges recorded" in text_of(response)
    assert [c.amount for c in Charge.objects.order_by("month")] == [
        1000 * month for month in range(1, 13)
    ]
    assert Charge.objects.first().history.get().history_user == owner


def test_lines_left_empty_are_left_alone(as_owner, contract):
    as_owner.post(grid(contract), {"m-2026-03-amount": "0"})
    assert list(Charge.objects.values_list("month", "amount")) == [(date(2026, 3, 1), 0)]


def test_every_wrong_line_is_named_and_none_is_saved(as_owner, contract):
    ChargeFactory(contract=contract, month=OCT)
    typed = {
        "m-2026-01-amount": "1000", "m-2026-02-amount": "a lot", "m-2026-03-source": "INV-3",
        "m-2026-10-amount": "", "m-2026-10-version": "1", "m-2026-10-seen": "200000.00",
    }  # fmt: skip
    response = as_owner.post(grid(contract), typed)
    errors = response.context["grid"].errors
    assert [sentence.split(":")[0] for _, sentence in errors] == [
        "February 2026", "March 2026", "October 2026",
    ]  # fmt: skip
    content = response.content.decode()
    assert "a lot" in content
    for anchor, _ in errors:
        assert f'id="{anchor}"' in content
    assert Charge.objects.count() == 1


def test_a_charge_with_a_long_source_hinders_no_other_line(as_owner, contract):
    ChargeFactory(
        contract=contract, month=SEP, source="Invoice 4711 of the depot, second page " * 2
    )
    url = reverse("credits:charges", args=[contract.pk])
    sent = {
        line.add_prefix(name): line[name].value() or ""
        for line in as_owner.get(url).context["grid"].lines
        for name in ("amount", "source", "version", "seen")
    }
    response = as_owner.post(url, {**sent, "m-2026-10-amount": "5"})
    assert response.status_code == 302
    assert Charge.objects.get(month=OCT).amount == 5


def test_a_charge_that_changes_asks_why(as_owner, contract):
    ChargeFactory(contract=contract, month=OCT)
    typed = {"m-2026-10-amount": "150000", "m-2026-10-version": "1", "m-2026-10-seen": "200000.00"}
    response = as_owner.post(grid(contract), typed)
    assert response.context["grid"].errors == [("id_reason", "Enter the reason")]
    as_owner.post(grid(contract), typed | {"reason": "Invoice corrected"})
    charge = Charge.objects.get()
    assert charge.amount == 150_000
    assert charge.history.first().history_change_reason == "Invoice corrected"


def test_what_somebody_else_recorded_meanwhile_is_told_and_then_replaced_on_purpose(
    as_owner, contract
):
    """The page was opened before the charge was there."""
    ChargeFactory(contract=contract, month=OCT, amount=D(90))
    typed = {
        "m-2026-10-amount": "80",
        "m-2026-10-version": "0",
        "m-2026-10-seen": "",
        "reason": "x",
    }
    response = as_owner.post(grid(contract), typed)
    ((_, sentence),) = response.context["grid"].errors
    assert "somebody recorded £90" in sentence
    again = typed | {"m-2026-10-version": "1"}
    assert 'name="m-2026-10-version" value="1"' in response.content.decode()
    as_owner.post(grid(contract), again)
    assert Charge.objects.get().amount == 80


def test_a_month_that_only_somebody_else_changed_keeps_theirs(as_owner, contract):
    ChargeFactory(contract=contract, month=OCT, amount=D(90), version=2)
    typed = {
        "m-2026-10-amount": "70", "m-2026-10-version": "1", "m-2026-10-seen": "70.00",
        "m-2026-11-amount": "50",
    }  # fmt: skip
    assert as_owner.post(grid(contract), typed).status_code == 302
    assert list(Charge.objects.order_by("month").values_list("amount", flat=True)) == [90, 50]


def test_the_grid_costs_the_same_full_and_empty(as_owner, contract):
    as_owner.get(grid(contract))
    with CaptureQueriesContext(connection) as empty:
        as_owner.get(grid(contract))
    for month in range(1, 13):
        ChargeFactory(contract=contract, month=date(2026, month, 1))
    with CaptureQueriesContext(connection) as full:
        as_owner.get(grid(contract))
    assert len(full) == len(empty)


def test_charges_come_in_from_a_spreadsheet(contract, owner):
    ChargeFactory(contract=contract, month=SEP, amount=D(1))
    sheet = (
        'Month,Net amount,Invoice\n01/09/2026,2000,INV-9\n2026-10-31,"3,000.50",INV-10\nsoon,1,\n'
    )
    file = SimpleUploadedFile("charges.csv", sheet.encode())
    intake = intakes.upload(kind=kinds.get("charges"), about_pk=contract.pk, file=file, by=owner)
    intakes.choose_columns(intake=intake, mapping=intake.mapping, by=owner)
    assert (intake.new, intake.changed, intake.wrong) == (1, 1, 1)
    intakes.confirm(intake=intake, by=owner, good_rows_only=True)
    found = {c.month: (c.amount, c.source) for c in Charge.objects.all()}
    assert found == {SEP: (2000, "INV-9"), OCT: (D("3000.50"), "INV-10")}


# --- Milestones -------------------------------------------------------------------------------------


def milestone_typed(**values):
    return {
        "name": "Cutover", **day("due_on", date(2026, 11, 1)), "rate": "500", "per": "day", "excused_days": "0",
    } | values  # fmt: skip


def test_a_late_milestone_shows_what_it_costs_so_far(as_owner, contract):
    as_owner.post(reverse("credits:milestone_add", args=[contract.pk]), milestone_typed())
    shown = text_of(as_owner.get(tab(contract)))
    assert "Cutover £500, each day 1 November 2026 Not yet 26 days £13,000 so far Due" in shown


def test_every_mistake_in_a_milestone_is_told_at_once(as_owner, contract):
    typed = milestone_typed(
        rate="much", excused_days="3", **day("achieved_on", date(2026, 12, 1)),
        **day("claim_by", date(2026, 1, 1)),
    )  # fmt: skip
    response = as_owner.post(reverse("credits:milestone_add", args=[contract.pk]), typed)
    assert set(response.context["form"].errors) == {
        "rate", "excused_reason", "achieved_on", "claim_by",
    }  # fmt: skip
    assert not Milestone.objects.exists()


def test_damages_are_of_an_amount_that_stays_countable(as_owner, contract):
    url = reverse("credits:milestone_add", args=[contract.pk])
    asked = {"name": "Cutover", **day("due_on", date(1990, 1, 1)), "per": "day", "excused_days": 0}
    response = as_owner.post(url, {**asked, "rate": "99999999999"})
    assert response.context["form"].errors["rate"] == [
        "Liquidated damages must be £10,000,000 or less"
    ]


def test_somebody_elses_change_of_a_milestone_is_shown_beside_mine(as_owner, contract):
    milestone = MilestoneFactory(contract=contract)
    actions.change_milestone(
        milestone=milestone, by=UserFactory(), today=TODAY, version=1, rate=D(600)
    )
    typed = milestone_typed(
        name=milestone.name, **day("due_on", milestone.due_on), rate="700", version="1"
    )
    response = as_owner.post(reverse("credits:milestone", args=[milestone.pk]), typed)
    assert response.status_code == 409
    assert [d.label for d in response.context["differences"]] == ["Liquidated damages"]


# --- One line of the ledger -------------------------------------------------------------------------


def test_the_page_of_a_credit_shows_its_working_and_warns_of_doing_nothing(as_owner, contract):
    RegimeFactory(contract=contract, from_on=OCT)
    ChargeFactory(contract=contract, month=OCT)
    ReadingFactory(
        indicator=PointsFactory(contract=contract, name="Calls"), period_start=OCT, value=D("96.5")
    )
    actions.calculate(contract=contract, today=TODAY)
    shown = text_of(as_owner.get(contract.credits.get().get_absolute_url()))
    assert (
        "Calls, October 2026 96.5% (not checked yet) against" in shown
        or "Severe, 3 points" in shown
    )
    assert "3 points × 0.5% × £200,000 for October 2026 £3,000" in shown
    assert "To do nothing can waive the right" in shown
    assert "The SRO of the contract and the Procurement Unit can waive it" in shown


def test_a_claim_is_recorded_with_its_day(as_owner, contract, owner):
    credit = CreditFactory(contract=contract)
    response = as_owner.post(
        step(credit, "claim"), {**day("on", date(2026, 11, 20)), "version": 1, "reason": "Letter 7"}
    )
    assert response.status_code == 302
    credit.refresh_from_db()
    assert (credit.state, credit.claimed_on, credit.claimed_by) == (
        "claimed",
        date(2026, 11, 20),
        owner,
    )


def test_a_claim_is_not_of_tomorrow(as_owner, contract):
    credit = CreditFactory(contract=contract)
    response = as_owner.post(step(credit, "claim"), {**day("on", date(2026, 11, 28)), "version": 1})
    assert response.context["form"].errors["on"] == ["The day must be today or in the past"]


def test_a_claim_is_not_of_a_day_before_its_month(as_owner, contract):
    credit = CreditFactory(contract=contract)
    response = as_owner.post(step(credit, "claim"), {**day("on", date(2026, 9, 30)), "version": 1})
    assert response.context["form"].errors["on"] == ["The day must not be before 1 October 2026"]


def test_a_claim_of_what_has_moved_on_is_told_and_not_saved(as_owner, contract):
    credit = CreditFactory(contract=contract, version=2)
    response = as_owner.post(step(credit, "claim"), {**day("on", TODAY), "version": 1}, follow=True)
    assert "Nothing was saved" in text_of(response)
    assert Credit.objects.get().state == "due"


def test_a_lapsed_credit_asks_why_it_can_still_be_claimed(as_owner, contract):
    credit = CreditFactory(contract=contract, state="lapsed")
    response = as_owner.post(step(credit, "claim"), {**day("on", TODAY), "version": 1})
    assert response.context["form"].errors["reason"] == ["Enter the reason"]


def test_what_cannot_be_computed_is_refused_in_words(as_owner, contract):
    credit = CreditFactory(contract=contract, amount=None)
    response = as_owner.post(step(credit, "claim"), {**day("on", TODAY), "version": 1})
    assert "cannot be computed cannot be claimed" in text_of(response)


def test_the_page_of_a_waiver_warns_and_keeps_the_reason(client, contract, sro):
    credit = CreditFactory(contract=contract)
    client.force_login(sro)
    page = client.get(step(credit, "waive"))
    assert "A waiver gives a right away" in text_of(page)
    assert client.post(step(credit, "waive"), {"version": 1}).context["form"].errors["reason"]
    client.post(step(credit, "waive"), {"version": 1, "reason": "Goodwill after the flood"})
    credit.refresh_from_db()
    assert (credit.state, credit.waived_by) == ("waived", sro)
    shown = text_of(client.get(credit.get_absolute_url()))
    assert "Sam Sro: Goodwill after the flood" in shown


def test_the_owner_cannot_waive_nor_take_a_waiver_back(as_owner, contract):
    due = CreditFactory(contract=contract)
    waived = CreditFactory(contract=contract, month=SEP, state="waived")
    reason = {"version": 1, "reason": "x"}
    assert as_owner.post(step(due, "waive"), reason).status_code == 404
    assert as_owner.post(step(waived, "take_back"), reason).status_code == 404


def test_the_owner_takes_a_claim_back(as_owner, contract):
    credit = CreditFactory(contract=contract, state="claimed")
    as_owner.post(step(credit, "take_back"), {"version": 1, "reason": "Wrong month"})
    credit.refresh_from_db()
    assert (credit.state, credit.claimed_on) == ("due", None)


def test_a_step_that_is_over_leads_to_the_credit(as_owner, contract):
    credit = CreditFactory(contract=contract, state="credited")
    response = as_owner.get(step(credit, "claim"))
    assert response.url == credit.get_absolute_url()


def test_a_credit_is_recorded_with_its_invoice(as_owner, contract):
    credit = CreditFactory(contract=contract, state="claimed")
    empty = as_owner.post(step(credit, "credited"), {"version": 1, **day("on", TODAY)})
    assert empty.context["form"].errors["invoice"] == ["Enter the invoice or credit note"]
    as_owner.post(step(credit, "credited"), {"version": 1, "invoice": "CN-1", **day("on", TODAY)})
    credit.refresh_from_db()
    assert (credit.state, credit.invoice) == ("credited", "CN-1")


# --- Money left on the table --------------------------------------------------------------------------


@pytest.fixture
def procurement(client):
    client.force_login(person_with("procurement"))
    return client


def test_the_list_shows_what_is_due_or_lapsed_the_largest_first(procurement):
    for state, amount in (
        ("due", 10), ("lapsed", 30), ("claimed", 99), ("credited", 99), ("waived", 99), ("nothing", 0), ("due", 20),
    ):  # fmt: skip
        CreditFactory(state=state, amount=D(amount))
    CreditFactory(amount=None)
    response = procurement.get(LIST)
    amounts = [row["amount"] for row in response.context["page"]._row_dicts]
    assert amounts == [30, 20, 10, None]
    figures = {f["label"]: f["number"] for f in response.context["figures"]}
    assert figures == {
        "Due and not claimed": "£30", "Lapsed": "£30", "Claimed, not credited yet": "£99", "Credited": "£99",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("?state=all", 4), ("?state=claimed", 1), ("?state=unknown", 1), ("?contract=waste", 2),
        ("?kind=milestone", 1), ("?kind=month", 2), ("?unit={unit}", 2), ("?contract_id={contract}", 2),
        ("?supplier_id={supplier}", 2),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(procurement, contract, asked, number):
    CreditFactory(contract=contract)
    CreditFactory(contract=contract, month=SEP, amount=None)
    CreditFactory(month=None, milestone=MilestoneFactory())
    CreditFactory(state="claimed")
    asked = asked.format(unit=contract.unit_id, contract=contract.pk, supplier=contract.supplier_id)
    assert procurement.get(LIST + asked).context["page"].count == number


def test_a_reader_counts_only_the_contracts_they_see(as_owner, contract):
    CreditFactory(contract=contract, amount=D(5))
    CreditFactory(amount=D(1000))
    for address, number in ((LIST, 1), (f"{LIST}by-contract/", 1), (f"{LIST}by-supplier/", 1)):
        assert as_owner.get(address).context["page"].count == number
    assert as_owner.get(LIST).context["figures"][0]["number"] == "£5"


def test_contracts_are_listed_by_what_they_leave(procurement):
    small, large = ContractFactory(), ContractFactory(currency="EUR")
    CreditFactory(contract=small, amount=D(10), claim_by=date(2026, 12, 5))
    CreditFactory(contract=large, amount=D(30))
    CreditFactory(contract=large, month=SEP, amount=D(12), state="lapsed")
    CreditFactory(contract=large, month=date(2026, 8, 1), amount=None)
    CreditFactory(state="credited")
    response = procurement.get(f"{LIST}by-contract/")
    rows = response.context["page"]._row_dicts
    assert [(r["pk"], r["unclaimed"], r["lapsed"], r["left"], r["unknown"]) for r in rows] == [
        (large.pk, 30, 12, 42, 1), (small.pk, 10, 0, 10, 0),
    ]  # fmt: skip
    assert "€42" in text_of(response)


def test_suppliers_are_listed_by_what_they_keep_and_no_currency_is_added_to_another(procurement):
    one, other = SupplierFactory(name="Acme"), SupplierFactory(name="Zed")
    for supplier, amount in ((one, 10), (one, 25), (other, 30)):
        CreditFactory(contract__supplier=supplier, amount=D(amount))
    CreditFactory(contract__supplier=one, contract__currency="EUR", amount=D(500))
    rows = procurement.get(f"{LIST}by-supplier/").context["page"]._row_dicts
    assert [(r["name"], r["left"], r["elsewhere"]) for r in rows] == [
        ("Acme", 35, 1),
        ("Zed", 30, 0),
    ]


def test_the_lists_are_exported_as_they_are_filtered(procurement, contract):
    CreditFactory(contract=contract)
    CreditFactory(contract=contract, month=SEP, amount=None)
    CreditFactory()
    found = rows_of(procurement.get(f"{LIST}?contract=waste&export=csv"))
    assert [(row["What for"], row["Amount"], row["State"]) for row in found] == [
        ("October 2026", "1000.00", "Due"), ("September 2026", "Cannot be computed", "Due"),
    ]  # fmt: skip
    (by_contract,) = rows_of(procurement.get(f"{LIST}by-contract/?contract=waste&export=csv"))
    assert by_contract["Left on the table"] == "1000.00"


@pytest.mark.parametrize("address", ["", "by-contract/", "by-supplier/"])
def test_a_long_list_costs_what_a_short_one_does(procurement, address):
    CreditFactory()
    procurement.get(LIST + address)
    with CaptureQueriesContext(connection) as one:
        procurement.get(LIST + address)
    for _ in range(12):
        CreditFactory()
    with CaptureQueriesContext(connection) as many:
        procurement.get(LIST + address)
    assert len(many) == len(one)


def test_the_list_is_among_the_pages_of_performance_and_on_the_page_of_a_contract(
    as_owner, client, contract, sro
):
    CreditFactory(contract=contract)
    assert (
        f"{LIST}?contract_id={contract.pk}&amp;state=all"
        in as_owner.get(tab(contract)).content.decode()
    )
    assert "Money left on the table" in text_of(as_owner.get("/performance/log/"))
    client.force_login(sro)
    assert "Money left on the table" in text_of(client.get("/performance/scorecards/"))
    client.force_login(UserFactory())
    assert "Money left on the table" not in text_of(client.get("/performance/log/"))
