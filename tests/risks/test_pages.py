"""The register of risks on its pages: what is shown, what is typed, who may do what."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from risks import actions
from risks.models import Matrix, Referral, RegisterReview, Risk
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    UserFactory,
    person_with,
)
from tests.risks.factories import (
    CategoryFactory,
    ReferralFactory,
    RiskFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def oco():
    return UserFactory(name="Alex Shah")


@pytest.fixture
def contract(oco):
    return ContractFactory(oco=oco, tier="gold", unit=BusinessUnitFactory(name="Housing"))


@pytest.fixture
def as_oco(oco):
    return as_(oco)


def as_(person):
    client = Client()
    client.force_login(person)
    return client


def text_of(answer):
    return answer.content.decode()


def entry(category, **values):
    return {
        "kind": "risk", "title": "Too few drivers", "category": category.pk, "likelihood": "4", "impact": "4",
        "cause": "", "event": "Rounds are missed", "effect": "", "owner": "",
    } | values  # fmt: skip


def far(days):
    return timezone.localdate() + timedelta(days=days)


# --- Adding ---------------------------------------------------------------------------------------


def test_the_owner_adds_a_risk_that_is_open_at_once(as_oco, contract, oco):
    url = reverse("risks:add", args=[contract.pk])
    answer = as_oco.post(url, entry(CategoryFactory(), owner=oco.email), follow=True)
    risk = contract.risks.get()
    assert (risk.state, risk.score, risk.owner, risk.raised_by) == ("open", 16, oco, oco)
    text = text_of(answer)
    assert "High 16" in text
    assert "It waits for the SRO" in text  # from 13 on


def test_a_viewer_puts_a_risk_forward_and_the_owner_takes_it_on(as_oco, contract):
    viewer = person_with("viewer", contract.unit)
    category = CategoryFactory()
    form = {"kind": "risk", "title": "Damp", "category": category.pk, "event": "Walls are wet"}
    answer = as_(viewer).post(reverse("risks:add", args=[contract.pk]), form, follow=True)
    risk = contract.risks.get()
    assert (risk.state, risk.raised_by, risk.score) == ("proposed", viewer, None)
    assert "The contract’s owner decides" in text_of(answer)
    url = reverse("risks:accept", args=[risk.pk])
    assert "Complete what" in text_of(as_oco.get(url))
    answer = as_oco.post(url, entry(category, title="Damp", version=risk.version), follow=True)
    risk.refresh_from_db()
    assert (risk.state, risk.score) == ("open", 16)


def test_the_first_owner_that_is_offered_is_the_contracts(as_oco, contract, oco):
    assert oco.email in text_of(as_oco.get(reverse("risks:add", args=[contract.pk])))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "What is it, in one line"),
        ({"likelihood": ""}, "Choose how likely it is"),
        ({"likelihood": "6"}, "6"),
        ({"target_likelihood": "2"}, "Choose the impact too, as you aim at"),
        ({"kind": "issue"}, "Enter the day on which it happened"),
        ({"response": "take"}, "Only an opportunity is taken"),
        ({"owner": "nobody at all"}, "nobody at all"),
        (
            {"happened_on_day": "1", "happened_on_month": "1", "happened_on_year": "2026"},
            "Only an issue has happened",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(as_oco, contract, values, sentence):
    form = entry(CategoryFactory(), effect="Complaints rise") | values
    text = text_of(as_oco.post(reverse("risks:add", args=[contract.pk]), form))
    assert "There is a problem" in text
    assert sentence in text
    assert "Complaints rise" in text
    assert not contract.risks.exists()


def test_a_stranger_to_the_contract_is_no_owner(as_oco, contract):
    stranger = UserFactory(name="Kim Stranger")
    form = entry(CategoryFactory(), owner=stranger.email)
    text = text_of(as_oco.post(reverse("risks:add", args=[contract.pk]), form))
    assert "Kim Stranger cannot see this contract" in text


def test_a_number_that_is_taken_is_refused(as_oco, contract):
    RiskFactory(contract=contract, reference="R1")
    form = entry(CategoryFactory(), reference="r1")
    text = text_of(as_oco.post(reverse("risks:add", args=[contract.pk]), form))
    assert "This contract has a risk with this number already" in text


# --- Seeing ---------------------------------------------------------------------------------------


def test_what_is_most_serious_stands_first(as_oco, contract):
    RiskFactory(contract=contract, title="Small", likelihood=1, impact=1)
    RiskFactory(contract=contract, title="Large", likelihood=5, impact=5)
    text = text_of(as_oco.get(reverse("risks:contract", args=[contract.pk])))
    assert text.index("Large") < text.index("Small")
    assert "Critical 25" in text


def test_an_empty_register_says_what_to_do(as_oco, contract):
    text = text_of(as_oco.get(reverse("risks:contract", args=[contract.pk])))
    assert "No risks recorded" in text
    assert "Add a risk" in text


def test_a_stranger_finds_nothing_of_a_contracts_risks(contract):
    risk = RiskFactory(contract=contract, title="Secret weakness")
    stranger = as_(person_with("viewer", BusinessUnitFactory()))
    assert stranger.get(reverse("risks:risk", args=[risk.pk])).status_code == 404
    for url in (reverse("risks:list"), reverse("risks:of_supplier", args=[contract.supplier_id])):
        assert "Secret weakness" not in text_of(stranger.get(url))
        assert (
            "Secret weakness"
            not in b"".join(stranger.get(url, {"export": "csv"}).streaming_content).decode()
        )


def test_risks_of_a_supplier_are_seen_by_those_who_work_with_it(as_oco, contract):
    RiskFactory(contract=None, supplier=contract.supplier, title="Thin margins")
    url = reverse("risks:of_supplier", args=[contract.supplier_id])
    assert "Thin margins" in text_of(as_oco.get(url))
    assert "Thin margins" not in text_of(as_(person_with("viewer", BusinessUnitFactory())).get(url))


def test_an_owner_who_may_not_edit_reviews_and_treats(contract):
    owner = person_with("viewer", contract.unit)
    risk = RiskFactory(contract=contract, owner=owner)
    client = as_(owner)
    text = text_of(client.get(risk.get_absolute_url()))
    assert reverse("risks:review", args=[risk.pk]) in text
    assert reverse("risks:edit", args=[risk.pk]) not in text
    assert client.get(reverse("risks:edit", args=[risk.pk])).status_code == 404
    form = {"version": 1, "likelihood": "2", "impact": "2", "words": "Better"}
    client.post(reverse("risks:review", args=[risk.pk]), form)
    risk.refresh_from_db()
    assert (risk.score, risk.reviewed_on) == (4, timezone.localdate())


def test_whoever_is_to_do_a_treatment_says_that_it_is_done(contract):
    colleague = person_with("viewer", contract.unit)
    treatment = TreatmentFactory(risk__contract=contract, owner=colleague)
    client = as_(colleague)
    url = reverse("risks:treatment_done", args=[treatment.pk])
    assert url in text_of(client.get(treatment.risk.get_absolute_url()))
    day = timezone.localdate()
    when = {"done_on_day": day.day, "done_on_month": day.month, "done_on_year": day.year}
    text = text_of(client.post(url, {"version": 1, **when}))
    assert "Say what shows that it was done" in text
    client.post(url, {"version": 1, "evidence": "Letter", **when})
    treatment.refresh_from_db()
    assert (treatment.done_on, treatment.done_by) == (day, colleague)


# --- Steps ----------------------------------------------------------------------------------------


def test_what_has_happened_becomes_an_issue_with_one_action(as_oco, contract):
    risk = RiskFactory(contract=contract)
    day = far(-3)
    form = {
        "version": 1, "impact": "5", "words": "Two rounds were missed",
        "happened_on_day": day.day, "happened_on_month": day.month, "happened_on_year": day.year,
    }  # fmt: skip
    text = text_of(as_oco.post(reverse("risks:happened", args=[risk.pk]), form, follow=True))
    risk.refresh_from_db()
    assert (risk.kind, risk.score, risk.happened_on) == ("issue", 25, day)
    assert "It happened on" in text


def test_the_sro_decides_and_the_decision_stands_on_the_page(contract):
    sro = UserFactory(name="Margaret Ellery")
    contract.sro = sro
    contract.save()
    risk = RiskFactory(contract=contract, likelihood=5, impact=4)
    ReferralFactory(risk=risk)
    client = as_(sro)
    assert "Decide on this risk" in text_of(client.get(risk.get_absolute_url()))
    form = {"version": 1, "answer": "treat", "words": "Bring me a plan"}
    text = text_of(client.post(reverse("risks:decide", args=[risk.pk]), form, follow=True))
    assert "The SRO decided: do more about it" in text
    assert "Bring me a plan" in text
    assert not Referral.objects.waiting().exists()


def test_somebody_elses_change_is_shown_and_mine_is_kept(as_oco, contract):
    risk = RiskFactory(contract=contract, title="Old")
    form = entry(risk.category, title="Mine", version=1)
    other = {"title": "Theirs", "version": 2}
    Risk.objects.filter(pk=risk.pk).update(**other)
    answer = as_oco.post(reverse("risks:edit", args=[risk.pk]), form)
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "Mine" in text_of(answer)
    risk.refresh_from_db()
    assert risk.title == "Theirs"


def test_a_step_that_comes_too_late_says_so(as_oco, contract):
    risk = RiskFactory(contract=contract)
    Risk.objects.update(version=2)
    form = {"version": 1, "likelihood": "1", "impact": "1", "words": "It is better"}
    answer = as_oco.post(reverse("risks:review", args=[risk.pk]), form)
    assert answer.status_code == 409
    assert "Nothing was saved yet" in text_of(answer)
    assert "It is better" in text_of(answer)
    assert 'name="version" value="2"' in text_of(answer)


def test_a_review_of_what_was_closed_meanwhile_is_refused_with_what_was_typed(as_oco, contract):
    risk = RiskFactory(contract=contract, state="closed")
    form = {"version": 1, "likelihood": "1", "impact": "1", "words": "It is better"}
    answer = as_oco.post(reverse("risks:review", args=[risk.pk]), form)
    assert answer.status_code == 409
    assert "Only what is open is reviewed" in text_of(answer)
    assert "It is better" in text_of(answer)


def test_an_edit_offers_no_way_around_what_has_happened(as_oco, contract):
    risk = RiskFactory(contract=contract)
    text = text_of(
        as_oco.post(
            reverse("risks:edit", args=[risk.pk]), entry(risk.category, kind="issue", version=1)
        )
    )
    assert "There is a problem" in text
    risk.refresh_from_db()
    assert risk.kind == "risk"


def test_a_plan_that_two_people_write_keeps_both(as_oco, contract, oco):
    risk = RiskFactory(contract=contract)
    for version, remedy in enumerate(("First", "Theirs")):
        actions.plan_contingency(risk=risk, by=oco, version=version, trigger="Snow", remedy=remedy)
    form = {"version": 1, "trigger": "Snow", "remedy": "Mine", "owner": ""}
    answer = as_oco.post(reverse("risks:contingency", args=[risk.pk]), form)
    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert "Mine" in text_of(answer)


def test_the_review_of_the_register_is_recorded(as_oco, contract, oco):
    day = timezone.localdate()
    form = {"on_day": day.day, "on_month": day.month, "on_year": day.year, "words": "Nothing new"}
    text = text_of(
        as_oco.post(reverse("risks:register_review", args=[contract.pk]), form, follow=True)
    )
    assert RegisterReview.objects.get().by == oco
    assert "Nothing new" in text


# --- The list -------------------------------------------------------------------------------------


def test_the_list_leaves_out_what_is_over_until_it_is_asked_for(as_oco, contract):
    RiskFactory(contract=contract, title="Open one")
    RiskFactory(contract=contract, title="Closed one", state="closed")
    assert "Closed one" not in text_of(as_oco.get(reverse("risks:list")))
    assert "Closed one" in text_of(as_oco.get(reverse("risks:list"), {"state": "all"}))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"band": "critical"}, {"Red"}),
        ({"band": ["critical", "low"]}, {"Red", "Green"}),
        ({"above": "appetite"}, {"Red"}),
        ({"gap": "review"}, {"Green"}),
        ({"gap": "contingency"}, {"Red"}),
        ({"kind": "opportunity"}, {"Chance"}),
        ({"likelihood": 5, "impact": 5}, {"Red"}),
        ({"q": "gre"}, {"Green"}),
        ({"about": "organisation"}, set()),
        ({"shared": "yes"}, {"Green"}),
    ],
)
def test_the_list_is_narrowed(as_oco, contract, asked, found):
    category = CategoryFactory(appetite=9)
    same = {"contract": contract, "category": category}
    RiskFactory(**same, title="Red", likelihood=5, impact=5, review_on=far(30))
    RiskFactory(**same, title="Green", likelihood=1, impact=1, review_on=far(-1), is_shared=True)
    RiskFactory(
        **same, title="Chance", kind="opportunity", likelihood=4, impact=3, review_on=far(30)
    )
    text = text_of(as_oco.get(reverse("risks:list"), asked))
    table = text[text.index("app-list__results") :]
    assert {title for title in ("Red", "Green", "Chance") if f">{title}</a>" in table} == found


def test_the_bands_follow_the_matrix(as_oco, contract):
    RiskFactory(contract=contract, likelihood=3, impact=4)
    Matrix.objects.create(high=12)
    assert "High 12" in text_of(as_oco.get(reverse("risks:list")))
    assert "High 12" in text_of(as_oco.get(reverse("risks:contract", args=[contract.pk])))


@pytest.mark.parametrize("page", ["list", "contract", "of_supplier"])
def test_a_page_costs_the_same_for_one_risk_and_for_many(
    page, as_oco, contract, django_assert_max_num_queries, django_assert_num_queries
):
    def look():
        args = {"list": [], "contract": [contract.pk], "of_supplier": [contract.supplier_id]}[page]
        return as_oco.get(reverse(f"risks:{page}", args=args))

    RiskFactory(contract=contract, owner=contract.oco)
    look()
    with django_assert_max_num_queries(40) as few:
        look()
    for _ in range(12):
        TreatmentFactory(risk=RiskFactory(contract=contract, owner=contract.oco))
    with django_assert_num_queries(len(few)):
        look()


def test_the_page_of_a_risk_costs_the_same_with_many_treatments(
    as_oco, contract, django_assert_max_num_queries, django_assert_num_queries
):
    risk = RiskFactory(contract=contract)
    TreatmentFactory(risk=risk, owner=contract.oco)
    as_oco.get(risk.get_absolute_url())
    with django_assert_max_num_queries(40) as few:
        as_oco.get(risk.get_absolute_url())
    for _ in range(10):
        TreatmentFactory(risk=risk, owner=contract.oco)
    with django_assert_num_queries(len(few)):
        as_oco.get(risk.get_absolute_url())


def test_earlier_dates_are_no_next_review(as_oco, contract):
    form = entry(CategoryFactory(), review_on_day="1", review_on_month="1", review_on_year="2026")
    text = text_of(as_oco.post(reverse("risks:add", args=[contract.pk]), form))
    assert "The next review must be today or later" in text
    assert date(2026, 1, 1) < timezone.localdate()
