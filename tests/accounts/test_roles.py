"""Who gives which role to whom. Nobody raises themselves."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts import actions, permissions
from accounts.models import Membership, User
from accounts.permissions import Permission
from common.history import page_of_entries
from tests.factories import BusinessUnitFactory, MembershipFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


def give(client, person, **typed):
    return client.post(reverse("accounts:role_give", args=[person.pk]), typed, follow=True)


def test_procurement_gives_roles_in_units_with_a_reason(client):
    procurement, person, unit = person_with("procurement"), UserFactory(), BusinessUnitFactory()
    client.force_login(procurement)
    give(client, person, role="viewer", unit=unit.pk, reason="Joined the team")
    membership = person.memberships.get()
    latest = membership.history.get()
    assert (membership.role, membership.unit) == ("viewer", unit)
    assert (latest.history_user, latest.history_change_reason) == (procurement, "Joined the team")


@pytest.mark.parametrize("role", permissions.ORGANISATION_ROLES)
def test_procurement_gives_no_role_for_the_whole_organisation(client, role):
    client.force_login(person_with("procurement"))
    person = UserFactory()
    give(client, person, role=role)
    assert not person.memberships.exists()
    with pytest.raises(actions.Refused):
        actions.give_role(person=person, role=role, unit=None, by=person_with("procurement"))


def test_an_administrator_gives_every_role_but_not_to_themselves(client):
    administrator, person = person_with("administrator"), UserFactory()
    client.force_login(administrator)
    for role in permissions.ORGANISATION_ROLES:
        give(client, person, role=role)
    assert person.role_keys == set(permissions.ORGANISATION_ROLES)
    assert client.get(reverse("accounts:role_give", args=[administrator.pk])).status_code == 404
    with pytest.raises(actions.Refused, match="Nobody can give a role to themselves"):
        actions.give_role(person=administrator, role="procurement", unit=None, by=administrator)


@pytest.mark.parametrize("role", ["viewer", "unit_contact", "auditor"])
def test_the_other_roles_give_nothing(role):
    unit = BusinessUnitFactory()
    giver = person_with(role, unit if role in permissions.UNIT_ROLES else None)
    with pytest.raises(actions.Refused):
        actions.give_role(person=UserFactory(), role="viewer", unit=unit, by=giver)


def test_somebody_who_left_gives_nothing():
    gone = person_with("administrator", is_active=False)
    with pytest.raises(actions.Refused):
        actions.give_role(person=UserFactory(), role="auditor", unit=None, by=gone)


def test_a_role_fits_its_place(client):
    client.force_login(person_with("administrator"))
    person, unit = UserFactory(name="Jo"), BusinessUnitFactory()
    assert (
        "Select the business unit in which Jo is to be Viewer"
        in give(client, person, role="viewer").text
    )
    text = give(client, person, role="auditor", unit=unit.pk).text
    assert "Auditor is held for the whole organisation: leave the unit empty" in text
    assert not person.memberships.exists()


def test_the_same_role_twice_is_refused_in_words(client):
    client.force_login(person_with("administrator"))
    unit = BusinessUnitFactory()
    person = person_with("viewer", unit, name="Jo")
    assert (
        "Jo holds this role there already" in give(client, person, role="viewer", unit=unit.pk).text
    )
    with pytest.raises(actions.Refused, match="holds this role already"):
        actions.give_role(person=person, role="viewer", unit=unit, by=person_with("administrator"))


def test_a_unit_out_of_use_is_not_offered(client):
    client.force_login(person_with("administrator"))
    give(client, UserFactory(), role="viewer", unit=BusinessUnitFactory(is_active=False).pk)
    assert not Membership.objects.filter(role="viewer").exists()


def test_taking_a_role_away_records_who_and_why(client):
    procurement = person_with("procurement")
    client.force_login(procurement)
    membership = MembershipFactory()
    client.post(reverse("accounts:role_take", args=[membership.pk]), {"reason": "Moved team"})
    assert not Membership.objects.filter(pk=membership.pk).exists()
    latest = Membership.history.filter(id=membership.pk).first()
    assert (latest.history_type, latest.history_user) == ("-", procurement)
    assert latest.history_change_reason == "Moved team"


def test_the_last_administrator_keeps_the_role(client):
    administrator = person_with("administrator", name="Ada Minister")
    client.force_login(administrator)
    membership = administrator.memberships.get()
    response = client.post(reverse("accounts:role_take", args=[membership.pk]))
    assert "Ada Minister is the last Administrator" in response.text
    assert Membership.objects.filter(pk=membership.pk).exists()
    person_with("administrator")
    client.post(reverse("accounts:role_take", args=[membership.pk]))
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_procurement_takes_no_role_of_the_whole_organisation():
    membership = person_with("auditor").memberships.get()
    with pytest.raises(actions.Refused):
        actions.take_role(membership=membership, by=person_with("procurement"))


@pytest.mark.parametrize(
    ("held", "manages"),
    [
        ((), True),
        (("viewer", "unit_contact"), True),
        (("viewer", "auditor"), False),
        (("procurement",), False),
    ],
)
def test_procurement_manages_those_whose_roles_it_may_give(held, manages):
    person = UserFactory()
    for role in held:
        unit = BusinessUnitFactory() if role in permissions.UNIT_ROLES else None
        MembershipFactory(user=person, role=role, unit=unit)
    assert person_with("procurement").may_manage(person) is manages


def test_only_a_superuser_manages_a_superuser():
    root = UserFactory(is_superuser=True)
    assert not person_with("administrator").may_manage(root)
    assert UserFactory(is_superuser=True).may_manage(root)


def test_the_person_page_tells_since_when_and_by_whom(client):
    procurement, person = person_with("procurement", name="Priya Shah"), UserFactory()
    client.force_login(procurement)
    actions.give_role(
        person=person, role="viewer", unit=BusinessUnitFactory(name="Housing"), by=procurement
    )
    text = client.get(reverse("accounts:person", args=[person.pk])).text
    assert "Housing" in text
    assert "Priya Shah" in text


def test_the_help_page_is_the_table_of_permissions(client):
    client.force_login(UserFactory())
    response = client.get(reverse("accounts:roles"))
    for role in permissions.ROLES.values():
        assert escape(role.description) in response.text
    shown = dict(response.context["may"])
    assert list(shown) == [permission.description for permission in Permission]
    for permission in Permission:
        answers = {role.key: yes for role, yes in shown[permission.description]}
        assert answers == {
            key: permission in role.permissions for key, role in permissions.ROLES.items()
        }


def test_roles_held_are_read_again_for_the_next_request():
    person = person_with("administrator")
    assert person.may(Permission.MANAGE_PEOPLE)
    person.memberships.all().delete()
    assert not User.objects.get(pk=person.pk).may(Permission.MANAGE_PEOPLE)


def test_a_role_given_is_told_in_the_words_of_the_page():
    unit = BusinessUnitFactory(name="Housing")
    person = UserFactory(name="Amara Okafor")
    actions.give_role(
        person=person, role="viewer", unit=unit, by=person_with("administrator"), reason=""
    )
    _, (entry,) = page_of_entries([Membership.history.filter(user_id=person.pk)], page=1)
    assert {(change.field, change.new) for change in entry.changes} == {
        ("Person", "Amara Okafor"),
        ("Business unit", "Housing"),
        ("Role", "Viewer"),
    }
