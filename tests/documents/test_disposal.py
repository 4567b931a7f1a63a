"""A document that need not be kept any longer: its files go, and what there was stays."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from common import deadlines, locking
from contracts import timeline
from contracts.documents import actions
from contracts.documents.models import Document
from contracts.documents.standing import Standing
from tests.documents.conftest import TODAY
from tests.documents.factories import a_document, a_version
from tests.documents.files import DOCX, upload
from tests.world import read

pytestmark = pytest.mark.django_db
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
WHY = "Seven years after the end, by the retention schedule"


@pytest.fixture
def unit_head(people):
    return people["procurement"]


@pytest.fixture
def old(contract):
    """Two versions, to be kept until today."""
    document = a_document(contract, kind="contract", title="Signed contract", retain_until=TODAY)
    a_version(document, file=upload(DOCX, "second.docx"))
    document.refresh_from_db()
    return document


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def dispose(document, by, **values):
    values = {"reason": WHY, "seen": document.version, **values}
    return actions.dispose(document=document, by=by, **values)


# --- What goes and what stays ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_files_go_and_what_they_were_stays(old, unit_head, settings):
    before = list(old.versions.order_by("number").values_list("original_name", "sha256", "size"))
    assert len(kept(settings)) == 2
    dispose(old, unit_head)
    old.refresh_from_db()
    assert kept(settings) == []
    assert (old.disposed_on, old.disposed_by, old.disposed_reason) == (TODAY, unit_head, WHY)
    after = old.versions.order_by("number").values_list("original_name", "sha256", "size")
    assert list(after) == before
    latest = old.history.first()
    assert (latest.history_user, latest.history_change_reason) == (unit_head, WHY)
    assert latest.disposed_on == TODAY


@pytest.mark.django_db(transaction=True)
def test_a_file_that_cannot_be_removed_does_not_keep_the_others(
    old, unit_head, settings, monkeypatch
):
    storage = old.current.file.storage
    delete, stuck = storage.delete, old.versions.get(number=1).file.name

    def delete_but_one(name):
        if name == stuck:
            raise PermissionError(name)
        delete(name)

    monkeypatch.setattr(storage, "delete", delete_but_one)
    dispose(old, unit_head)
    assert [path.name for path in kept(settings)] == [Path(stuck).name]


@pytest.mark.parametrize(
    ("retain_until", "withdrawn", "may"),
    [
        (YESTERDAY, False, True), (TODAY, False, True), (TOMORROW, False, False), (None, False, False),
        (None, True, True), (TOMORROW, True, False),
    ],
)  # fmt: skip
def test_nothing_goes_before_its_date(contract, owner, unit_head, retain_until, withdrawn, may):
    document = a_document(contract, retain_until=retain_until)
    if withdrawn:
        document = actions.withdraw(document=document, by=owner, on=TODAY, reason="Void", seen=1)
    assert document.may_be_disposed_of is may
    if may:
        assert dispose(document, unit_head).disposed_on
    else:
        with pytest.raises(actions.StillKept):
            dispose(document, unit_head)


def test_whoever_looked_at_an_older_state_looks_again(old, unit_head, owner):
    actions.change(document=old, by=owner, version=old.version, retain_until=TOMORROW)
    with pytest.raises(locking.Conflict):
        dispose(old, unit_head)


def test_nothing_about_it_changes_any_more(old, unit_head, owner):
    dispose(old, unit_head)
    old.refresh_from_db()
    version = old.versions.get(number=1)
    seen = {"by": owner, "reason": "Why", "seen": old.version}
    for change in (
        lambda: actions.change(document=old, by=owner, version=old.version, title="Other"),
        lambda: actions.change_version(version=version, by=owner, note="Other"),
        lambda: a_version(old),
        lambda: actions.make_current(version=version, from_on=TODAY, **seen),
        lambda: actions.withdraw_version(version=version, **seen),
        lambda: actions.withdraw(document=old, on=TODAY, **seen),
        lambda: actions.dispose(document=old, **seen),
    ):
        with pytest.raises(actions.Disposed):
            change()


def test_the_scanner_is_not_asked_about_files_that_are_gone(old, unit_head, settings, tmp_path):
    dispose(old, unit_head)
    settings.SCANNER_URL = f"unix://{tmp_path / 'nobody-listens'}"
    assert actions.scan_waiting() == 0
    assert not any(v.may_be_downloaded for v in old.versions.all())


# --- Where it is told of --------------------------------------------------------------------------


def test_it_leaves_lists_and_dates_and_stands_in_the_register_of_what_went(
    client, old, unit_head, contract
):
    dispose(old, unit_head)
    assert not Document.objects.in_use().exists()
    far = (TODAY - timedelta(days=400), TODAY + timedelta(days=400))
    assert not [
        d for d in deadlines.within(deadlines.Scope(), *far) if d.kind.startswith("document-")
    ]
    client.force_login(unit_head)
    assert client.get(reverse("documents:list")).context["page"].count == 0
    gone = client.get(reverse("documents:list") + "?state=disposed_of")
    assert [line["name"] for line in gone.context["page"].lines] == ["Signed contract"]
    page = client.get(reverse("documents:contract", args=[contract.pk])).content.decode()
    assert WHY in page


def test_what_is_past_its_date_is_found_whether_in_use_or_withdrawn(client, contract, owner, old):
    void = a_document(contract, title="Void", retain_until=YESTERDAY)
    actions.withdraw(document=void, by=owner, on=TODAY, reason="Void", seen=1)
    client.force_login(owner)
    found = client.get(reverse("documents:list") + "?retention=reached").context["page"]
    assert sorted(line["name"] for line in found.lines) == ["Signed contract", "Void"]


def test_a_past_day_still_says_what_counted_then(contract, owner, old, unit_head):
    dispose(old, unit_head)
    may = Standing(contract, owner, on=date(2026, 5, 1), today=TODAY)
    assert [(d.title, v.number) for d, v in may.papers] == [("Signed contract", 2)]
    assert Standing(contract, owner, on=TODAY, today=TODAY).papers == []
    last = timeline.of(contract, owner)[-1]
    assert (last.title, last.detail) == ("Signed contract was disposed of", WHY)


def test_a_confidential_one_is_told_of_to_nobody_else(client, contract, people, unit_head):
    secret = a_document(contract, title="Zebrafish", confidential=True, retain_until=TODAY)
    dispose(secret, unit_head)
    for who, found in (("sro", True), ("deputy", False), ("auditor", False)):
        client.force_login(people[who])
        for address in (
            reverse("documents:list") + "?state=disposed_of",
            reverse("documents:contract", args=[contract.pk]),
            reverse("documents:as_it_stands", args=[contract.pk]),
            reverse("contracts:history", args=[contract.pk]),
        ):
            told = "Zebrafish" in read(client.get(address)).decode()
            assert told is found, (who, address)


# --- In the browser -------------------------------------------------------------------------------


def test_the_procurement_unit_disposes_with_a_reason(client, old, unit_head, contract):
    client.force_login(unit_head)
    address = reverse("documents:dispose", args=[old.pk])
    assert address in client.get(old.get_absolute_url()).content.decode()
    asked = client.get(address).content.decode()
    assert "cannot be brought back" in asked
    assert "govuk-button--warning" in asked
    sent = {"version": old.version, "reason": WHY}
    page = client.post(address, sent).content.decode()
    assert "Make sure that no claim, audit or request for information needs it" in page
    page = client.post(address, sent | {"is_needed_by_nobody": "on"}, follow=True).content.decode()
    assert "Signed contract is disposed of." in page
    assert f"<strong>Disposed of on 27 November 2026.</strong> {WHY}" in page
    assert old.current.sha256 in page
    assert reverse("documents:edit", args=[old.pk]) not in page
    assert reverse("contracts:edit", args=[contract.pk]) in page  # of the contract, which goes on
    for version in old.versions.all():
        assert version.get_absolute_url() not in page
        response = client.get(version.get_absolute_url(), follow=True)
        assert "cannot be downloaded: disposed of" in response.content.decode()
    for name in ("edit", "add_version", "withdraw", "bring_back"):
        assert client.get(reverse(f"documents:{name}", args=[old.pk])).status_code == 404
    again = client.get(address, follow=True).content.decode()
    assert "It has been disposed of already." in again


def test_the_second_of_two_who_dispose_is_told(client, old, unit_head):
    client.force_login(unit_head)
    address = reverse("documents:dispose", args=[old.pk])
    sent = {"version": old.version, "reason": WHY, "is_needed_by_nobody": "on"}
    view = actions.dispose

    def somebody_is_faster(**values):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(actions, "dispose", view)
            view(document=old, by=unit_head, reason="Mine", seen=old.version)
        return view(**values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "dispose", somebody_is_faster)
        page = client.post(address, sent, follow=True).content.decode()
    assert "Somebody else was first." in page


def test_what_is_still_kept_says_until_when(client, contract, unit_head):
    client.force_login(unit_head)
    for document, words in (
        (a_document(contract, title="A", retain_until=TOMORROW), "It is to be kept until 28 November 2026."),
        (a_document(contract, title="B"), "Nobody has said until when it is to be kept."),
    ):  # fmt: skip
        address = reverse("documents:dispose", args=[document.pk])
        assert address not in client.get(document.get_absolute_url()).content.decode()
        assert words in client.get(address, follow=True).content.decode()


def test_the_owner_is_told_whom_to_ask(client, old, owner):
    client.force_login(owner)
    page = client.get(old.get_absolute_url()).content.decode()
    assert "ask the Procurement Unit to dispose of it" in page
    assert client.get(reverse("documents:dispose", args=[old.pk])).status_code == 404
