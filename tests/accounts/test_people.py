"""People are added, invited, changed, and leave; they are never lost and never deleted."""

import re

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import actions, lookups
from accounts.models import User
from common.history import page_of_entries
from tests.factories import BusinessUnitFactory, MembershipFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Priya Shah")
    client.force_login(person)
    return person


@pytest.fixture
def administrator(client):
    person = person_with("administrator", name="Ada Minister")
    client.force_login(person)
    return person


def add(client, **typed):
    typed = {"name": "Jo Bradley", "email": "Jo.Bradley@Example.org"} | typed
    return client.post(reverse("accounts:person_add"), typed, follow=True)


# --- adding and inviting ------------------------------------------------------------------------


def test_a_person_is_added_and_invited(client, procurement):
    response = add(client, job_title="Category lead")
    person = User.objects.get(email="jo.bradley@example.org")
    assert (person.name, person.job_title) == ("Jo Bradley", "Category lead")
    assert not person.has_usable_password()
    assert person.history.get().history_user == procurement
    assert "Jo Bradley added. An invitation is on its way" in response.text
    (message,) = mail.outbox
    assert message.to == ["jo.bradley@example.org"]
    assert "Priya Shah has given you access" in message.body


def test_the_link_in_the_invitation_sets_a_password_once(client, procurement):
    add(client)
    client.logout()
    link = re.search(r"http://\S+(/account/\S+)", mail.outbox[0].body)[1]
    form = client.get(link, follow=True)
    new = {"password1": "walnut tree in rain", "password2": "walnut tree in rain"}
    client.post(form.request["PATH_INFO"], new)
    assert User.objects.get(name="Jo Bradley").check_password("walnut tree in rain")
    client.logout()
    again = client.get(link, follow=True)
    assert "password1" not in again.text


def test_a_person_is_kept_when_the_invitation_cannot_be_sent(client, procurement, monkeypatch):
    def no_server(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.invitations.send_mail", no_server)
    response = add(client)
    assert User.objects.filter(email="jo.bradley@example.org").exists()
    assert "Jo Bradley added. But the invitation to jo.bradley@example.org could not be sent" in (
        response.text
    )


def test_the_invitation_can_be_sent_again(client, procurement):
    person = UserFactory()
    client.post(reverse("accounts:person_invite", args=[person.pk]))
    assert mail.outbox[0].to == [person.email]


def test_an_address_is_taken_whatever_its_case(client, procurement):
    UserFactory(name="Jo Other", email="jo.bradley@example.org")
    response = add(client, email="JO.BRADLEY@example.org")
    assert "Jo Other has this e-mail address already" in response.text
    assert 'value="JO.BRADLEY@example.org"' in response.text


def test_who_has_left_is_let_back_in_instead_of_added_again(client, procurement):
    UserFactory(name="Jo Before", email="jo.bradley@example.org", is_active=False)
    assert "Jo Before, who has left, has this e-mail address" in add(client).text


def test_two_who_add_the_same_person_at_once_get_a_sentence(procurement):
    UserFactory(email="jo@example.org")
    with pytest.raises(actions.Refused, match="e-mail address is here already"):
        actions.add_person(by=procurement, email="JO@example.org", name="Jo")


# --- changing -----------------------------------------------------------------------------------


def test_a_change_is_told_in_words(client, procurement):
    person = UserFactory(name="Amara Okafor", email="amara@example.org")
    client.post(
        reverse("accounts:person_edit", args=[person.pk]),
        {"name": "Amara Lee", "email": "amara@example.org", "reason": "Married"},
    )
    page = client.get(reverse("accounts:person_history", args=[person.pk])).text
    assert all(word in page for word in ("Amara Okafor", "Amara Lee", "Married", "Priya Shah"))


def test_nothing_changed_leaves_no_history(client, procurement):
    person = UserFactory(name="Amara", email="amara@example.org")
    before = person.history.count()
    client.post(
        reverse("accounts:person_edit", args=[person.pk]),
        {"name": "Amara", "email": "amara@example.org"},
    )
    assert person.history.count() == before


def test_an_old_address_no_longer_signs_in(client, administrator):
    person = UserFactory(email="old@example.org")
    person.emailaddress_set.create(email="old@example.org", verified=True, primary=True)
    actions.change_person(person=person, by=administrator, email="new@example.org")
    assert not person.emailaddress_set.exists()


def test_procurement_cannot_take_over_an_administrator_by_their_address(procurement):
    """Whoever sets an address can have a new password sent to it."""
    target = person_with("administrator", email="ada@example.org")
    with pytest.raises(actions.Refused):
        actions.change_person(person=target, by=procurement, email="me@example.org")
    target.refresh_from_db()
    assert target.email == "ada@example.org"


def test_procurement_cannot_wake_an_administrator_who_left(procurement):
    """The roles of somebody who left count for nothing, but count here."""
    target = person_with("administrator", is_active=False)
    with pytest.raises(actions.Refused):
        actions.reactivate(person=target, by=procurement)


def test_people_change_their_own_details_but_not_their_address(client):
    person = UserFactory(email="me@example.org")
    client.force_login(person)
    client.post(reverse("accounts:me"), {"name": "Me Myself", "email": "director@example.org"})
    person.refresh_from_db()
    assert (person.name, person.email) == ("Me Myself", "me@example.org")
    assert client.get(reverse("account_email")).url == reverse("accounts:me")
    client.post(reverse("account_email"), {"email": "director@example.org", "action_add": ""})
    assert not person.emailaddress_set.filter(email="director@example.org").exists()


# --- leaving and coming back --------------------------------------------------------------------


def test_leaving_ends_access_and_keeps_the_person(client, procurement):
    person = person_with("viewer", BusinessUnitFactory())
    client.post(
        reverse("accounts:person_deactivate", args=[person.pk]), {"reason": "Left on 31 October"}
    )
    person.refresh_from_db()
    latest = person.history.first()
    assert (person.is_active, person.has_usable_password()) == (False, False)
    assert (latest.history_user, latest.history_change_reason) == (
        procurement,
        "Left on 31 October",
    )
    assert person.memberships.exists()


def test_nobody_ends_their_own_access(client, administrator):
    person_with("administrator")
    response = client.post(reverse("accounts:person_deactivate", args=[administrator.pk]))
    assert "Nobody can end their own access" in response.text
    administrator.refresh_from_db()
    assert administrator.is_active


def test_the_last_administrator_cannot_leave(client):
    last = person_with("administrator", name="Ada Minister")
    root = UserFactory(is_superuser=True)
    client.force_login(root)
    response = client.post(reverse("accounts:person_deactivate", args=[last.pk]))
    assert "Ada Minister is the last Administrator" in response.text
    person_with("administrator", is_active=False)
    with pytest.raises(actions.Refused):
        actions.deactivate(person=last, by=root)
    person_with("administrator")
    actions.deactivate(person=last, by=root)


def test_an_invitation_sent_before_leaving_is_dead(client, procurement):
    person = UserFactory()
    client.post(reverse("accounts:person_invite", args=[person.pk]))
    link = re.search(r"http://\S+(/account/\S+)", mail.outbox[0].body)[1]
    actions.deactivate(person=person, by=procurement)
    actions.reactivate(person=User.objects.get(pk=person.pk), by=procurement)
    client.logout()
    assert "password1" not in client.get(link, follow=True).text


def test_coming_back_means_a_new_invitation(client, procurement):
    person = UserFactory(is_active=False)
    client.post(reverse("accounts:person_reactivate", args=[person.pk]))
    person.refresh_from_db()
    assert person.is_active
    assert mail.outbox[0].to == [person.email]


# --- the list -----------------------------------------------------------------------------------


def names(client, **query):
    page = client.get(reverse("accounts:people"), query).context["page"]
    return {row["name"] for row in page.lines}


def test_the_list_is_searched_by_name_and_address(client, procurement):
    UserFactory(name="Amara Okafor", email="amara@example.org")
    UserFactory(name="Ben Field", email="ben@housing.example.org")
    assert names(client, q="okafor amara") == {"Amara Okafor"}
    assert names(client, q="housing") == {"Ben Field"}


def test_role_and_unit_are_asked_of_the_same_membership(client, procurement):
    """Contact in Housing and viewer in Highways is not a contact in Highways."""
    housing, highways = BusinessUnitFactory(name="Housing"), BusinessUnitFactory(name="Highways")
    person = person_with("unit_contact", housing, name="Both")
    MembershipFactory(user=person, unit=highways, role="viewer")
    assert names(client, role="unit_contact", unit=housing.pk) == {"Both"}
    assert names(client, role="unit_contact", unit=highways.pk) == set()
    assert names(client, unit=highways.pk) == {"Both"}


def test_the_list_tells_who_has_left_and_who_has_no_role(client, procurement):
    UserFactory(name="Gone", is_active=False)
    UserFactory(name="Here")
    assert names(client, state="left") == {"Gone"}
    assert names(client, role="none", state="active") == {"Here"}


def test_the_list_costs_the_same_for_few_and_for_many(
    client, procurement, django_assert_max_num_queries
):
    unit = BusinessUnitFactory()
    with django_assert_max_num_queries(10):
        client.get(reverse("accounts:people"))
    for _ in range(15):
        person_with("viewer", unit)
    with django_assert_max_num_queries(10):
        client.get(reverse("accounts:people"))


def test_the_export_holds_what_is_filtered(client, procurement):
    person_with("viewer", BusinessUnitFactory(name="Housing"), name="Amara Okafor")
    response = client.get(reverse("accounts:people"), {"q": "amara", "export": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert len(text.strip().splitlines()) == 2
    assert "Viewer in Housing" in text


def test_the_history_of_a_person_names_their_roles_with_few_queries(
    client, procurement, django_assert_max_num_queries
):
    person = UserFactory(name="Amara")
    for unit in [BusinessUnitFactory() for _ in range(6)]:
        membership = actions.give_role(person=person, role="viewer", unit=unit, by=procurement)
    actions.take_role(membership=membership, by=procurement, reason="Moved team")
    sources = [type(membership).history.filter(user_id=person.pk)]
    with django_assert_max_num_queries(8):
        _, entries = page_of_entries(sources, page=1)
    assert (entries[0].verb, entries[0].noun) == ("removed", "role")
    assert entries[0].subject == f"Amara: Viewer in {unit.name}"
    assert entries[0].reason == "Moved team"


# --- where no mail leaves -----------------------------------------------------------------------


@pytest.fixture
def kept(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path


def test_the_inviter_hands_the_link_over_where_no_mail_leaves(client, procurement, kept):
    page = add(client).text
    assert "hand Jo Bradley this link yourself" in page
    link = re.search(r"http://\S+(/account/password/reset/key/[^\s<]+)", page)[1]
    client.logout()
    form = client.get(link, follow=True)
    new = {"password1": "walnut tree in rain", "password2": "walnut tree in rain"}
    client.post(form.request["PATH_INFO"], new)
    assert User.objects.get(name="Jo Bradley").check_password("walnut tree in rain")


def invited(client, person):
    return client.post(reverse("accounts:person_invite", args=[person.pk]), follow=True)


def test_nobody_is_shown_a_link_into_an_account_in_use(client, administrator, kept):
    person = UserFactory(password="walnut tree in rain")
    page = invited(client, person).text
    assert "was kept as a file" in page
    assert "/reset/key/" not in page


def test_a_superusers_link_is_shown_to_nobody(client, administrator, kept):
    person = UserFactory(is_superuser=True)
    assert invited(client, person).status_code == 404
    client.force_login(UserFactory(is_superuser=True))
    page = invited(client, person).text
    assert "was kept as a file" in page
    assert "/reset/key/" not in page


def test_where_mail_leaves_no_link_is_shown(client, procurement):
    assert "/reset/key/" not in add(client).text


# --- a person whose name is not known ------------------------------------------------------------


def test_a_person_without_a_name_goes_by_their_address(client, procurement):
    person = UserFactory(name="", email="jo@example.org")
    text = lookups.describe(person)
    assert text == "jo@example.org"
    assert list(lookups.find(text)) == [person]
    drawn = render_to_string("contracts/_person.html", {"person": person})
    assert ">jo@example.org</a>" in drawn
