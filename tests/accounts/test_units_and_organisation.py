import pytest
from django.test import Client
from django.urls import reverse

from accounts import actions, rules
from accounts.models import BusinessUnit, Organisation
from tests.factories import BusinessUnitFactory, MembershipFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    person = person_with("administrator", name="Ada Minister")
    client.force_login(person)
    return person


# --- units --------------------------------------------------------------------------------------


def test_a_unit_is_added(client, administrator):
    client.post(reverse("accounts:unit_add"), {"name": "Adult  Social Care", "code": "ASC"})
    unit = BusinessUnit.objects.get()
    assert (unit.name, unit.code, unit.is_active) == ("Adult Social Care", "ASC", True)
    assert unit.history.get().history_user == administrator


def test_a_name_is_taken_whatever_its_case(client, administrator):
    BusinessUnitFactory(name="Housing")
    response = client.post(reverse("accounts:unit_add"), {"name": "HOUSING"})
    assert "There is a business unit called Housing already" in response.text
    BusinessUnitFactory(name="Parks", is_active=False)
    response = client.post(reverse("accounts:unit_add"), {"name": "parks"})
    assert "out of use. Put that one back in use instead" in response.text
    with pytest.raises(actions.Refused):
        actions.add_unit(by=administrator, name="housing")


def test_a_unit_goes_out_of_use_with_a_reason(client, administrator):
    unit = BusinessUnitFactory(name="Housing")
    client.post(
        reverse("accounts:unit_edit", args=[unit.pk]), {"name": "Housing", "reason": "Merged"}
    )
    unit.refresh_from_db()
    assert not unit.is_active
    page = client.get(unit.get_absolute_url()).text
    assert "Merged" in page
    assert "Out of use" in page


def test_a_unit_keeps_its_own_name(client, administrator):
    unit = BusinessUnitFactory(name="Housing")
    address = reverse("accounts:unit_edit", args=[unit.pk])
    client.post(address, {"name": "Housing", "code": "H1", "is_active": "on"})
    unit.refresh_from_db()
    assert unit.code == "H1"


def test_the_list_counts_people_once(client, administrator):
    unit = BusinessUnitFactory(name="Housing")
    person = person_with("viewer", unit)
    MembershipFactory(user=person, unit=unit, role="unit_contact")
    person_with("viewer", unit, is_active=False)
    (line,) = client.get(reverse("accounts:units")).context["page"].lines
    cells = {column.key: cell for column, cell in line["cells"]}
    assert ">1</a>" in cells["people"]


# --- the organisation ---------------------------------------------------------------------------


def typed(**changes):
    return {
        "name": "Northshire Council", "colour": "#1f4e5f", "sro_label": "Senior Responsible Owner"
    } | changes  # fmt: skip


def test_the_organisation_is_changed_and_remembered(client, administrator):
    client.post(reverse("accounts:organisation"), typed(platinum_tier="on", reason="Set up"))
    organisation = Organisation.current()
    assert (organisation.name, organisation.platinum_tier) == ("Northshire Council", True)
    client.post(
        reverse("accounts:organisation"),
        typed(sro_label="Senior Representative Owner", reason="Our own word"),
    )
    page = client.get(reverse("accounts:organisation")).text
    assert all(words in page for words in ("Our own word", "Ada Minister", "Northshire Council"))
    assert Organisation.current().sro_label == "Senior Representative Owner"
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    "colour", ["#ffdd00", "#777777", "red", "#12345", "#1f4e5f;}", "", "#GGGGGG"]
)
def test_a_colour_that_cannot_be_read_is_refused(client, administrator, colour):
    response = client.post(reverse("accounts:organisation"), typed(colour=colour))
    assert response.status_code == 200
    assert "colour" in response.context["form"].errors
    assert not Organisation.objects.exists()


def test_the_form_says_the_contrast_and_what_is_needed(client, administrator):
    response = client.post(reverse("accounts:organisation"), typed(colour="#FFDD00"))
    assert "white text on #ffdd00 has a contrast of 1.3, and 4.5 is needed" in response.text


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.5), ("#777777", 4.4), ("#1d70b8", 5.1)],
)
def test_contrast_is_cut_not_rounded(colour, contrast):
    assert rules.contrast_with_white(colour) == contrast


def test_the_stylesheet_is_for_everybody_and_is_revalidated(client, administrator):
    actions.change_organisation(by=administrator, name="Northshire", colour="#5b2c6f")
    stranger = Client()
    first = stranger.get("/organisation.css")
    assert first.headers["Content-Type"].startswith("text/css")
    assert first.text == ":root{--govuk-brand-colour:#5b2c6f;--app-header-text-colour:#fff}\n"
    assert "public" in first.headers["Cache-Control"]
    again = stranger.get("/organisation.css", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    actions.change_organisation(by=administrator, colour="#1f4e5f")
    changed = stranger.get("/organisation.css", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
