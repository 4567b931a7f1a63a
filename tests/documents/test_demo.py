"""The papers of the demonstration are real files, tell their stories, and agree with each other."""

from datetime import date

import pytest
from django.utils import timezone

from contracts.documents import demo, rules
from contracts.documents.models import Document, Version
from tests.documents.conftest import TODAY
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def built():
    people = {"hannah": UserFactory(name="Hannah Osei")}
    others = [f"Contract {n}" for n in range(6)]
    contracts = {
        title: ContractFactory(
            title=title,
            tier="gold",
            oco=UserFactory(),
            sro=UserFactory(),
            signed_on=date(2024, 1, 9),
        )
        for title in (*demo.STORIES, *others)
    }
    demo.build(contracts, TODAY, people)
    return contracts


def test_every_file_is_what_its_name_says(built):
    for version in Version.objects.filter(document__disposed_on=None):
        with version.file.open("rb") as file:
            assert (
                rules.recognise(version.original_name, "", file).media_type == version.content_type
            )
            assert file.seek(0, 2) == version.size


def test_there_is_a_story_for_every_page(built):
    documents = Document.objects.in_use()
    assert documents.filter(confidential=True).count() == 2
    assert documents.filter(review_on__lt=TODAY, confidential=False).exists()
    assert documents.filter(retain_until__lt=TODAY).exists()
    assert documents.filter(next_change_on__gt=TODAY).exists()
    assert documents.filter(publication="redacted").exists()
    assert set(documents.values_list("kind", flat=True)) >= {
        "contract", "schedule", "change_note", "plan", "minutes", "evidence", "other",
    }  # fmt: skip
    assert Version.objects.exclude(withdrawn_on=None).get().withdrawn_reason
    assert Document.objects.exclude(disposed_on=None).get().disposed_reason
    assert 0 < sum(not contract.documents.exists() for contract in built.values()) < 4


def test_history_lies_in_the_past_and_runs_forward(built):
    now = timezone.now()
    for document in Document.objects.all():
        rows = list(document.history.order_by("history_id"))
        assert [row.history_type for row in rows] == ["+", *"~" * (len(rows) - 1)]
        dates = [row.history_date for row in rows]
        assert dates == sorted(dates)
        assert dates[-1] <= now
        assert all(row.history_user_id for row in rows)
    for version in Version.objects.filter(withdrawn_on=None):
        assert version.history.get().history_date == version.uploaded_at


def test_the_current_version_follows_from_the_dates(built):
    for document in Document.objects.select_related("current"):
        versions = document.versions.counting().prefetch_related("choices")
        turns = [turn for version in versions for turn in version.turns]
        assert document.current.number == rules.current(turns, TODAY)


def test_what_was_disposed_of_has_no_file_and_says_who_did_it_and_when(built):
    document = Document.objects.exclude(disposed_on=None).get()
    assert document.retain_until < document.disposed_on < TODAY
    assert document.disposed_by.name == "Hannah Osei"
    assert [version.file.name for version in document.versions.all()] == [""]
    latest = document.history.first()
    assert latest.history_date.date() == document.disposed_on
    assert (latest.history_user, latest.history_change_reason) == (
        document.disposed_by,
        document.disposed_reason,
    )
