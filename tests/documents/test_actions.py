"""How documents come in and change: what is kept, what is refused, and what history says."""

import functools
import hashlib
import threading
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from common import locking
from contracts.documents import actions, rules
from contracts.documents.demo_files import pdf
from contracts.documents.models import Document, Version
from tests.documents.conftest import TODAY
from tests.documents.factories import a_document, a_version
from tests.documents.files import DOCX, HTML, PDF, upload

pytestmark = pytest.mark.django_db


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def told(rows):
    """The history of one row, oldest first: (sign, reason, person)."""
    return [
        (row.history_type, row.history_change_reason, row.history_user)
        for row in rows.order_by("history_id")
    ]


# --- Coming in ------------------------------------------------------------------------------------


def test_adding_keeps_the_file_under_a_name_that_says_nothing(contract, owner, settings):
    document = a_document(
        contract,
        file=upload(PDF, "../Pric\u202eing.pdf", "application/pdf"),
        reason="From the file",
    )
    version = document.current
    assert (version.number, version.original_name, version.content_type) == (
        1, "Pricing.pdf", "application/pdf",
    )  # fmt: skip
    checksum = hashlib.sha256(PDF).hexdigest()
    assert (version.size, version.sha256, version.uploaded_by) == (len(PDF), checksum, owner)
    [path] = kept(settings)
    assert path.read_bytes() == PDF
    assert "ricing" not in str(path.relative_to(settings.MEDIA_ROOT))
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert told(document.history) == [("+", "From the file", owner)]
    assert document.history.get().current_id == version.pk
    assert told(version.history) == [("+", "From the file", owner)]


def test_a_file_that_is_refused_leaves_nothing(contract, settings):
    with pytest.raises(rules.NotAccepted):
        a_document(contract, file=upload(HTML))
    assert not Document.objects.exists()
    assert not kept(settings)


def test_a_row_that_is_refused_leaves_no_file(contract, settings):
    """The database says no after the file is on disk."""
    with pytest.raises(IntegrityError), transaction.atomic():
        a_document(contract, publication="redacted", publication_note="")
    assert not kept(settings)
    assert not Version.objects.exists()


def test_whoever_makes_a_document_confidential_must_be_allowed_to_read_it(
    contract, people, settings
):
    for who in ("oco", "procurement"):
        a_document(contract, by=people[who], confidential=True)
    with pytest.raises(actions.MayNotBeRead):
        a_document(contract, by=people["deputy"], confidential=True)
    document = a_document(contract)
    with pytest.raises(actions.MayNotBeRead):
        actions.change(document=document, by=people["deputy"], version=1, confidential=True)
    assert len(kept(settings)) == 3


def test_a_form_that_is_sent_twice_adds_one(contract, owner, people, settings):
    first = a_document(contract)
    assert a_document(contract) == first
    assert len(kept(settings)) == 1
    assert a_document(contract, title="Other") != first
    assert a_document(contract, by=people["deputy"]) != first
    version = a_version(first)
    assert a_version(first) == version
    assert a_version(first, effective_on=date(2026, 5, 1)) != version
    assert first.versions.count() == 3


def test_what_became_confidential_meanwhile_is_not_told_by_sending_again(contract, owner, people):
    first = a_document(contract, by=people["deputy"])
    actions.change(document=first, by=owner, version=1, confidential=True)
    assert a_document(contract, by=people["deputy"]) != first


def test_the_same_paper_on_another_day_is_another_document(contract, time_machine):
    first = a_document(contract)
    time_machine.shift(3600)
    assert a_document(contract) != first


# --- Versions -------------------------------------------------------------------------------------


def test_a_new_version_counts_from_its_date_and_the_old_one_stays(contract, owner, settings):
    document = a_document(contract, effective_on=date(2026, 1, 1))
    first = document.current
    second = a_version(document, effective_on=date(2026, 4, 1), file=upload(DOCX, "b.docx"))
    document.refresh_from_db()
    assert (document.current, second.number) == (second, 2)
    assert first.file.read() == PDF
    assert len(kept(settings)) == 2
    assert told(document.history)[-1] == ("~", "Version 2 added", owner)
    first.file.close()


def test_a_version_to_come_takes_over_on_its_day(contract, owner):
    document = a_document(contract)
    second = a_version(document, effective_on=date(2026, 12, 1))
    document.refresh_from_db()
    assert (document.current.number, document.next_change_on) == (1, date(2026, 12, 1))
    assert actions.settle_due(today=date(2026, 11, 30)) == 0
    assert actions.settle_due(today=date(2026, 12, 1)) == 1
    assert actions.settle_due(today=date(2026, 12, 1)) == 0
    document.refresh_from_db()
    assert (document.current, document.next_change_on) == (second, None)
    assert told(document.history)[-1] == ("~", "Its day has come", None)


def test_a_version_may_count_at_once_whatever_its_date(contract, owner):
    document = a_document(contract)
    second = a_version(document, effective_on=date(2027, 6, 1), counts_at_once=True)
    document.refresh_from_db()
    assert document.current == second
    assert second.choices.get().from_on == TODAY


def test_an_older_paper_that_turns_up_late_takes_its_place_in_time(contract):
    document = a_document(contract, effective_on=date(2026, 4, 1))
    a_version(document, effective_on=date(2025, 1, 1))
    document.refresh_from_db()
    assert document.current.number == 1


def test_a_date_put_right_lets_another_version_become_current(contract, owner):
    document = a_document(contract)
    second = a_version(document, effective_on=date(2026, 4, 1))
    actions.change_version(version=second, by=owner, reason="A slip", effective_on=date(2027, 4, 1))
    document.refresh_from_db()
    assert (document.current.number, document.next_change_on) == (1, date(2027, 4, 1))
    assert told(second.history)[-1] == ("~", "A slip", owner)
    actions.change_version(version=second, by=owner, effective_on=date(2027, 4, 1))
    assert second.history.count() == 2


def test_somebody_chooses_another_version(contract, owner):
    document = a_document(contract)
    a_version(document)
    document.refresh_from_db()
    first = document.versions.get(number=1)
    actions.make_current(
        version=first,
        by=owner,
        from_on=date(2026, 11, 1),
        reason="The new one was not signed",
        seen=2,
    )
    document.refresh_from_db()
    assert document.current == first
    assert told(document.history)[-1] == ("~", "The new one was not signed", owner)


def test_a_choice_that_another_version_overtook_is_refused(contract, owner):
    document = a_document(contract)
    a_version(document, effective_on=date(2026, 4, 1))
    first = document.versions.get(number=1)
    with pytest.raises(actions.Overtaken) as refused:
        actions.make_current(
            version=first, by=owner, from_on=date(2026, 3, 1), reason="Too early", seen=2
        )
    assert (refused.value.turn.number, refused.value.turn.on) == (2, date(2026, 4, 1))


def test_withdrawing_a_version_keeps_it_and_counts_it_on_no_day(contract, owner, settings):
    document = a_document(contract)
    wrong = a_version(document)
    actions.withdraw_version(version=wrong, by=owner, reason="Wrong file", seen=2)
    document.refresh_from_db()
    wrong.refresh_from_db()
    assert document.current.number == 1
    assert (wrong.withdrawn_on, wrong.withdrawn_reason, wrong.withdrawn_by) == (
        TODAY, "Wrong file", owner,
    )  # fmt: skip
    assert len(kept(settings)) == 2
    with pytest.raises(actions.Withdrawn):
        actions.withdraw_version(version=wrong, by=owner, reason="Again", seen=3)
    with pytest.raises(actions.Withdrawn):
        actions.make_current(version=wrong, by=owner, from_on=TODAY, reason="Back", seen=3)


def test_the_last_version_that_counts_cannot_be_withdrawn(contract, owner):
    document = a_document(contract)
    with pytest.raises(actions.OnlyVersion):
        actions.withdraw_version(version=document.current, by=owner, reason="Wrong", seen=1)


def test_a_document_is_withdrawn_and_brought_back(contract, owner):
    document = a_document(contract)
    actions.withdraw(document=document, by=owner, on=date(2026, 11, 1), reason="Replaced", seen=1)
    assert not Document.objects.in_use().exists()
    with pytest.raises(actions.Withdrawn):
        a_version(document)
    actions.bring_back(document=document, by=owner, reason="Not replaced after all", seen=2)
    assert Document.objects.in_use().get().current.number == 1
    assert [reason for _, reason, _ in told(document.history)] == [
        "", "Replaced", "Not replaced after all",
    ]  # fmt: skip


# --- What is always true --------------------------------------------------------------------------


def test_a_document_without_a_current_version_cannot_be_saved(contract):
    document = a_document(contract)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(current=None)


def test_the_current_version_is_always_one_of_its_own_that_counts(contract, owner):
    documents = [a_document(contract, title=f"Document {n}") for n in range(3)]
    for document in documents:
        wrong = a_version(document)
        actions.withdraw_version(version=wrong, by=owner, reason="Wrong", seen=2)
        a_version(document, effective_on=date(2027, 1, 1))
    for document in Document.objects.select_related("current"):
        assert document.current.document_id == document.pk
        assert document.current.withdrawn_on is None


@pytest.mark.parametrize(
    "values",
    [
        {"publication": "redacted", "publication_note": ""},
        {"publication": "yes", "confidential": True},
        {"withdrawn_on": TODAY},
        {"withdrawn_reason": "Why"},
    ],
)
def test_what_makes_no_sense_is_refused_by_the_database(contract, values):
    document = a_document(contract)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**values)


# --- Two people at once -----------------------------------------------------------------------------


def test_whoever_decides_on_an_old_page_is_told(contract, owner):
    document = a_document(contract)
    actions.change(document=document, by=owner, version=1, title="Prices")
    for decide in (
        lambda: actions.change(document=document, by=owner, version=1, title="Rates"),
        lambda: actions.withdraw(document=document, by=owner, on=TODAY, reason="x", seen=1),
        lambda: actions.make_current(
            version=document.current, by=owner, from_on=TODAY, reason="x", seen=1
        ),
    ):
        with pytest.raises(locking.Conflict):
            decide()
    assert Document.objects.get().title == "Prices"


def test_saving_what_is_there_writes_nothing(contract, owner):
    document = a_document(contract)
    actions.change(document=document, by=owner, version=1, title="Pricing")
    assert document.history.count() == 1


def at_the_same_moment(*tasks):
    """Do each in a thread of its own, and give what went wrong."""
    problems = []

    def do(task):
        try:
            task()
        except Exception as problem:  # noqa: BLE001 - told below
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_versions_added_at_the_same_moment_are_all_kept_and_numbered(contract, owner):
    document = a_document(contract)
    papers = [upload(pdf("Contract", [f"As agreed, {number}."])) for number in range(4)]
    problems = at_the_same_moment(
        *(functools.partial(a_version, document, by=owner, file=paper) for paper in papers)
    )
    assert problems == []
    numbers = list(document.versions.order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5]
    document.refresh_from_db()
    assert document.current.number == 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_version_sent_many_times_at_the_same_moment_is_kept_once(contract, owner):
    document = a_document(contract)
    problems = at_the_same_moment(*[functools.partial(a_version, document, by=owner)] * 4)
    assert problems == []
    assert document.versions.count() == 2
