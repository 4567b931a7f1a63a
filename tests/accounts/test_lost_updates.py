"""Two people have the same form open: what each of them changed is kept."""

import re

import pytest
from django.urls import reverse

from accounts.models import Organisation
from reminders.models import ReminderRule
from tests.factories import BusinessUnitFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client):
    person = person_with("administrator", name="Ada Minister")
    client.force_login(person)
    return person


def opened(client, url):
    """What a browser would send if nothing were typed."""
    page = client.get(url).text
    sent = {}
    for tag in re.findall(r"<input[^>]*>", page[page.index("<main") :]):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        is_off = attrs.get("type") in ("checkbox", "radio") and " checked" not in tag
        if "name" in attrs and not is_off:
            sent[attrs["name"]] = attrs.get("value", "on")
    return sent


def test_a_colleagues_change_to_a_person_survives_mine(client):
    person = UserFactory(name="Amara", job_title="Buyer", telephone="1")
    url = reverse("accounts:person_edit", args=[person.pk])
    sent = opened(client, url)
    person.job_title = "Lead buyer"
    person.save()
    client.post(url, sent | {"telephone": "2"})
    person.refresh_from_db()
    assert (person.job_title, person.telephone) == ("Lead buyer", "2")
    newest = person.history.first()
    assert (newest.job_title, newest.telephone) == ("Lead buyer", "2")


def test_what_is_emptied_is_empty_and_an_error_forgets_nothing(client):
    person = UserFactory(name="Amara", job_title="Buyer", telephone="1")
    url = reverse("accounts:person_edit", args=[person.pk])
    sent = opened(client, url)
    person.job_title = "Lead buyer"
    person.save()
    page = client.post(url, sent | {"telephone": "", "email": "x"}).text
    assert 'name="initial-job_title" value="Buyer"' in page
    client.post(url, sent | {"telephone": ""})
    person.refresh_from_db()
    assert (person.job_title, person.telephone) == ("Lead buyer", "")


def test_ones_own_details_too(client, administrator):
    url = reverse("accounts:me")
    sent = opened(client, url)
    administrator.job_title = "Head of systems"
    administrator.save()
    client.post(url, sent | {"telephone": "2"})
    administrator.refresh_from_db()
    assert (administrator.job_title, administrator.telephone) == ("Head of systems", "2")


def test_a_unit_is_not_put_back_in_use_by_a_new_code(client):
    unit = BusinessUnitFactory(name="Housing", code="H")
    url = reverse("accounts:unit_edit", args=[unit.pk])
    sent = opened(client, url)
    unit.is_active = False
    unit.save()
    client.post(url, sent | {"code": "HO"})
    unit.refresh_from_db()
    assert (unit.code, unit.is_active) == ("HO", False)


def test_the_organisation_keeps_both_changes(client):
    Organisation.objects.create(pk=1, name="Northmere", colour="#1f4e5f")
    url = reverse("accounts:organisation")
    sent = opened(client, url)
    Organisation.objects.update(colour="#112233")
    client.post(url, sent | {"name": "Northmere Council"})
    organisation = Organisation.objects.get()
    assert (organisation.name, organisation.colour) == ("Northmere Council", "#112233")


def test_a_reminder_rule_keeps_both_changes(client):
    rule = ReminderRule.objects.first()
    url = reverse("reminders:rule_edit", args=[rule.pk])
    sent = opened(client, url)
    told = next(value for value in ReminderRule.Told.values if value != rule.told)
    ReminderRule.objects.filter(pk=rule.pk).update(told=told)
    client.post(url, sent | {"steps": "77,7"})
    rule.refresh_from_db()
    assert (rule.steps, rule.told) == ("77,7", told)
