"""What each person sees and may do on the pages of documents."""

import csv
import io
import re
from datetime import date

import pytest
from django.urls import reverse

from contracts.documents import actions
from contracts.documents.models import Document, Version
from tests.documents.factories import a_document, a_version
from tests.documents.files import DOCX, HTML, PDF, upload
from tests.factories import ContractFactory
from tests.world import read

pytestmark = pytest.mark.django_db


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def day(name, year, month, number):
    return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}


def sent(**changes):
    """What the form for a new document sends."""
    return {
        "kind": "plan", "title": "Continuity plan", "publication": "no", "file": upload(name="plan.pdf"),
        **day("effective_on", 2026, 4, 1), **changes,
    }  # fmt: skip


@pytest.fixture
def as_owner(client, owner):
    client.force_login(owner)
    return client


def tab(contract):
    return reverse("documents:contract", args=[contract.pk])


def add(contract):
    return reverse("documents:add", args=[contract.pk])


def page_of(name, row):
    return reverse(f"documents:{name}", args=[row.pk])


# --- The documents of a contract --------------------------------------------------------------------


def test_an_owner_adds_a_document_and_finds_it_in_its_group(as_owner, contract):
    response = as_owner.post(add(contract), sent(**day("review_on", 2027, 4, 1)), follow=True)
    shown = text_of(response)
    assert "Continuity plan added." in shown
    assert "Plans" in shown
    assert "plan.pdf (PDF, 1 KB)" in shown
    assert "Review 1 April 2027 (in 4 months)" in shown
    assert Document.objects.get().review_on == date(2027, 4, 1)


def test_documents_stand_in_the_order_of_a_contract(as_owner, contract):
    for kind, number, title in (
        ("other", None, "Letter"), ("schedule", 10, "Ten"), ("schedule", 2, "Two"),
        ("schedule", None, "Annex"), ("contract", None, "Signed contract"), ("minutes", 1, "Meeting"),
    ):  # fmt: skip
        a_document(contract, kind=kind, number=number, title=title)
    shown = text_of(as_owner.get(tab(contract)))
    order = ["Signed contract", "Schedule 2: Two", "Schedule 10: Ten", "Annex", "Minutes 1: Meeting", "Letter"]  # fmt: skip
    assert sorted(order, key=shown.index) == order


def test_an_empty_tab_says_what_to_do(client, as_owner, contract, people):
    page = as_owner.get(tab(contract)).content.decode()
    assert f"{add(contract)}?kind=contract" in page
    client.force_login(people["viewer"])
    response = client.get(tab(contract))
    assert add(contract) not in response.content.decode()
    assert "the deputy or the Procurement Unit can add documents" in text_of(response)


def test_the_link_for_the_signed_contract_brings_what_is_known(as_owner, contract):
    contract.signed_on = date(2025, 3, 9)
    contract.save()
    page = as_owner.get(f"{add(contract)}?kind=contract").content.decode()
    assert 'value="Signed contract"' in page
    assert 'value="2025"' in page
    assert 'value="contract" id="id_kind" checked' in page


def test_earlier_and_withdrawn_versions_are_folded_away(as_owner, contract, owner):
    document = a_document(contract, file=upload(name="first.pdf"))
    a_version(document, file=upload(name="second.pdf"))
    gone = a_document(contract, title="Draft")
    actions.withdraw(document=gone, by=owner, on=date(2026, 11, 1), reason="Never agreed", seen=1)
    shown = text_of(as_owner.get(tab(contract)))
    assert shown.index("second.pdf") < shown.index("first.pdf")
    assert "1 withdrawn document Draft , from 1 November 2026: Never agreed" in shown


# --- Bad input --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": ""}, "Choose what it is"),
        ({"kind": "junk"}, "must be one of the choices offered"),
        ({"title": ""}, "Enter the title"),
        ({"title": "x" * 201}, "Title must be 200 characters or fewer"),
        ({"title": "a\x00b"}, "has a character in it that cannot be kept"),
        ({"number": "0"}, "Enter 1 or more"),
        ({"number": "1.5"}, "must be a whole number"),
        ({"file": ""}, "Choose the file"),
        ({"file": upload(b"")}, "The file is empty"),
        ({"file": upload(HTML)}, "is a web page or a script"),
        ({"file": upload(DOCX)}, "looks like Word"),
        ({"file": upload(PDF, "a.pdf", "text/html")}, "was sent as another kind"),
        ({"file": upload(PDF, "a.exe")}, "A .exe file is not accepted"),
        (day("effective_on", 2026, 2, 30), "must be a real date"),
        (day("effective_on", 1949, 12, 31), "Enter a year after 1949"),
        (day("effective_on", "", "", ""), "Enter the date on which it takes effect"),
        ({"publication": "redacted"}, "Say what is redacted, and why"),
        ({"publication": "yes", "confidential": "on"}, "cannot be published in full"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(as_owner, contract, settings, wrong, words):
    response = as_owner.post(add(contract), sent(**wrong))
    assert response.status_code == 200
    assert words in text_of(response)
    assert not Document.objects.exists()


def test_every_error_at_once_and_what_was_typed_stays(as_owner, contract):
    response = as_owner.post(
        add(contract), sent(title="", kind="", note="From the file", number="7")
    )
    page, shown = response.content.decode(), text_of(response)
    for words in ("Enter the title", "Choose what it is", "Choose “plan.pdf” again: nothing was saved"):  # fmt: skip
        assert words in shown
    for kept in ('value="From the file"', 'value="7"', 'value="2026"'):
        assert kept in page
    for anchor in ("#id_title", "#id_kind", "#id_file"):
        assert f'href="{anchor}"' in page


def test_a_file_above_the_limit_is_told_its_size(as_owner, contract, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    big = upload(PDF + b"\n" * 2000)
    shown = text_of(as_owner.post(add(contract), sent(file=big)))
    assert "The file is 3 KB; the most that can be kept is 1 KB" in shown


def test_a_deputy_is_not_offered_what_they_could_not_read(client, contract, people):
    client.force_login(people["deputy"])
    page = client.get(add(contract))
    assert 'name="confidential"' not in page.content.decode()
    assert "ask the OCO or the Procurement Unit to add it" in text_of(page)
    client.post(add(contract), sent(confidential="on"))
    assert Document.objects.get().confidential is False


# --- The file ---------------------------------------------------------------------------------------


def test_a_file_is_only_ever_saved_never_shown(as_owner, contract):
    document = a_document(contract, file=upload(PDF, "Prêt “final”.pdf"))
    response = as_owner.get(document.current.get_absolute_url())
    assert read(response) == PDF
    assert response.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Pr%C3%AAt%20%E2%80%9Cfinal%E2%80%9D.pdf"
    )
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'none'; frame-ancestors 'none'; sandbox"
    )


def test_a_name_cannot_add_a_header(as_owner, contract):
    document = a_document(contract)
    Version.objects.update(original_name='a"\r\nSet-Cookie: b=c.pdf')
    response = as_owner.get(document.current.get_absolute_url())
    read(response)
    assert "Set-Cookie" not in response.headers
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="a_ Set-Cookie_ b=c.pdf"'
    )


def test_a_file_that_is_missing_on_the_server_is_no_crash(as_owner, contract):
    document = a_document(contract)
    document.current.file.storage.delete(document.current.file.name)
    response = as_owner.get(document.current.get_absolute_url(), follow=True)
    assert "is missing on the server" in text_of(response)


def test_nothing_lies_where_a_web_server_would_give_it_out(contract, settings):
    version = a_document(contract).current
    assert settings.MEDIA_URL in ("", "/")
    assert str(settings.STATIC_ROOT) not in version.file.path
    assert not version.file.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("who", "status"),
    [("viewer", 200), ("auditor", 200), ("sro", 200), ("stranger", 404), ("administrator", 404)],
)
def test_a_file_is_for_those_who_see_the_contract(client, contract, people, who, status):
    version = a_document(contract).current
    client.force_login(people[who])
    response = client.get(version.get_absolute_url())
    read(response)
    assert response.status_code == status


def test_whoever_is_signed_out_is_sent_to_sign_in(client, contract):
    version = a_document(contract).current
    assert client.get(version.get_absolute_url()).status_code == 302


# --- One document -----------------------------------------------------------------------------------


def test_the_page_of_a_document_tells_its_versions_and_its_history(as_owner, contract):
    document = a_document(contract, number=3, reason="From the contract file")
    a_version(document, note="Rates of 2026")
    a_version(document, effective_on=date(2027, 4, 1))
    shown = text_of(as_owner.get(document.get_absolute_url()))
    for words in (
        "Schedule 3: Pricing", "Version 2 , from 1 April 2026", "Rates of 2026",
        "Another version takes over on 1 April 2027", "To come", "Current", "Earlier",
        "From the contract file", document.current.sha256,
    ):  # fmt: skip
        assert words in shown


@pytest.mark.parametrize("who", ["viewer", "auditor", "sro"])
def test_a_reader_is_not_offered_what_they_may_not_do(client, contract, people, who):
    document = a_document(contract)
    a_version(document)
    client.force_login(people[who])
    page = client.get(document.get_absolute_url()).content.decode()
    for name in ("edit", "add-version", "withdraw", "make-current"):
        assert f"/{name}/" not in page.replace("/contracts/edit/", "")


def test_a_new_version_says_which_one_counts(as_owner, contract):
    document = a_document(contract)
    address = page_of("add_version", document)
    form = {"counts": "effective", "note": "", **day("effective_on", 2026, 6, 1)}
    told = text_of(as_owner.post(address, {**form, "file": upload()}, follow=True))
    assert "Version 2 added. It is the current version." in told
    later = {**form, **day("effective_on", 2027, 1, 15)}
    told = text_of(as_owner.post(address, {**later, "file": upload()}, follow=True))
    assert "Version 3 added. It takes over on 15 January 2027." in told
    earlier = {**form, **day("effective_on", 2025, 1, 1)}
    told = text_of(as_owner.post(address, {**earlier, "file": upload()}, follow=True))
    assert "Version 4 added. Version 2 stays current" in told
    told = text_of(
        as_owner.post(address, {**earlier, "counts": "now", "file": upload()}, follow=True)
    )
    assert "Version 5 added. It is the current version." in told


def test_details_are_changed_and_a_clash_is_shown(as_owner, contract):
    document = a_document(contract)
    address = page_of("edit", document)
    form = {"version": 1, "kind": "schedule", "title": "Prices", "publication": "no"}
    assert "Document saved." in text_of(as_owner.post(address, form, follow=True))
    response = as_owner.post(address, {**form, "title": "Rates", "review_on_day": ""})
    shown = text_of(response)
    assert response.status_code == 409
    assert "Someone changed this while you were editing" in shown
    assert "Prices" in shown
    assert 'value="Rates"' in response.content.decode()
    assert Document.objects.get().title == "Prices"


def test_a_version_is_made_current_with_a_reason(as_owner, contract):
    document = a_document(contract)
    a_version(document)
    first = document.versions.get(number=1)
    address = page_of("make_current", first)
    form = {"version": 2, **day("from_on", 2026, 11, 1)}
    assert "Enter the reason" in text_of(as_owner.post(address, form))
    early = {**form, **day("from_on", 2026, 2, 1), "reason": "Not signed"}
    assert "Version 2 counts from 1 April 2026: choose that day" in text_of(as_owner.post(address, early))  # fmt: skip
    told = text_of(as_owner.post(address, {**form, "reason": "Not signed"}, follow=True))
    assert "Version 1 counts from 1 November 2026." in told


def test_a_decision_on_an_old_page_is_asked_again(as_owner, contract):
    document = a_document(contract)
    a_version(document)
    address = page_of("withdraw", document)
    form = {"version": 1, "reason": "Replaced", **day("on", 2026, 11, 1)}
    response = as_owner.post(address, form)
    assert response.status_code == 409
    assert "Version 2 is current now. If your decision still stands, send it again" in text_of(response)  # fmt: skip
    page = response.content.decode()
    assert 'name="version" value="2"' in page
    assert 'value="Replaced"' in page
    told = text_of(as_owner.post(address, {**form, "version": 2}, follow=True))
    assert "is withdrawn" in told


def test_a_wrong_file_is_withdrawn_and_the_last_one_is_not(as_owner, contract):
    document = a_document(contract)
    wrong = a_version(document)
    address = page_of("withdraw_version", wrong)
    told = text_of(as_owner.post(address, {"version": 2, "reason": "Wrong file"}, follow=True))
    assert "Version 2 is withdrawn. It is kept, and counts on no day." in told
    last = page_of("withdraw_version", document.versions.get(number=1))
    refused = text_of(as_owner.post(last, {"version": 3, "reason": "Wrong too"}))
    assert "This is the only version that counts" in refused
    assert as_owner.get(address).status_code == 302


def test_a_document_is_withdrawn_and_brought_back(as_owner, contract):
    document = a_document(contract)
    form = {"version": 1, "reason": "Replaced", **day("on", 2026, 11, 1)}
    ahead = as_owner.post(page_of("withdraw", document), {**form, **day("on", 2026, 12, 1)})
    assert "The day must be today or in the past" in text_of(ahead)
    as_owner.post(page_of("withdraw", document), form)
    assert "Withdrawn from 1 November 2026." in text_of(as_owner.get(document.get_absolute_url()))
    assert as_owner.get(page_of("add_version", document)).status_code == 302
    told = as_owner.post(page_of("bring_back", document), {"version": 2, "reason": "Still valid"}, follow=True)  # fmt: skip
    assert "Pricing is back." in text_of(told)


def test_a_date_is_put_right_with_a_reason(as_owner, contract):
    document = a_document(contract)
    address = page_of("edit_version", document.current)
    form = {"note": "", **day("effective_on", 2026, 2, 2)}
    assert "Enter the reason" in text_of(as_owner.post(address, form))
    as_owner.post(address, {**form, "reason": "A slip of the pen"})
    assert Version.objects.get().effective_on == date(2026, 2, 2)


# --- The contract as it stands ------------------------------------------------------------------------


def stands(contract, on=""):
    return f"{reverse('documents:as_it_stands', args=[contract.pk])}{f'?on={on}' if on else ''}"


@pytest.fixture
def agreement(contract, owner):
    contract.value, contract.current_value, contract.initial_end_on = 1_000_000, None, date(2028, 3, 31)  # fmt: skip
    contract.ends_on = date(2028, 3, 31)
    contract.signed_on = date(2025, 12, 1)
    contract.save()
    a_document(contract, kind="contract", title="Signed contract", effective_on=date(2025, 12, 1))
    pricing = a_document(contract, title="Pricing", number=3, effective_on=date(2026, 1, 1))
    a_version(pricing, effective_on=date(2026, 4, 1), note="Indexed")
    a_document(contract, kind="change_note", title="More rounds", number=1, effective_on=date(2026, 4, 1))  # fmt: skip
    a_document(contract, kind="plan", title="Exit plan")
    old = a_document(contract, title="Old annex", number=9, effective_on=date(2025, 12, 1))
    actions.withdraw(document=old, by=owner, on=date(2026, 3, 1), reason="Void", seen=1)
    return pricing


def papers(response):
    return [(d.name, v.number) for d, v in response.context["standing"].papers]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("", [("Signed contract", 1), ("Schedule 3: Pricing", 2), ("Change note 1: More rounds", 1)]),
        ("2026-03-31", [("Signed contract", 1), ("Schedule 3: Pricing", 1)]),
        ("31/1/2026", [("Signed contract", 1), ("Schedule 3: Pricing", 1), ("Schedule 9: Old annex", 1)]),
        ("2025-12-31", [("Signed contract", 1), ("Schedule 9: Old annex", 1)]),
        ("2025-11-30", []),
    ],
)  # fmt: skip
def test_on_any_day_the_versions_that_counted_then(as_owner, contract, agreement, on, expected):
    assert papers(as_owner.get(stands(contract, on))) == expected


def test_the_page_tells_how_it_came_to_this(as_owner, contract, agreement):
    shown = text_of(as_owner.get(stands(contract))).partition("How it came to this")[2]
    order = [
        "1 December 2025 Award", "£1,000,000", "1 March 2026 Schedule 9: Old annex no longer counts",
        "1 April 2026 Schedule 3: Pricing, version 2", "Change note 1: More rounds",
    ]  # fmt: skip
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "Exit plan" not in shown


def test_a_value_that_changed_without_a_date_is_not_invented(as_owner, contract, agreement):
    contract.current_value = 1_300_000
    contract.save()
    assert "Value today £1,300,000" in text_of(as_owner.get(stands(contract)))
    assert "no change note says when" in text_of(as_owner.get(stands(contract, "2026-02-01")))


@pytest.mark.parametrize(
    "on", ["soon", "2026-02-30", "0001-01-01", "9999-12-31", "x" * 3000, "\x00"]
)
def test_a_day_that_is_none_shows_today_and_says_so(as_owner, contract, agreement, on):
    response = as_owner.get(reverse("documents:as_it_stands", args=[contract.pk]), {"on": on})
    assert response.status_code == 200
    assert "The contract as it stands today" in text_of(response)
    assert "There is a problem" in text_of(response)


# --- The list, and search -----------------------------------------------------------------------------


def names(response):
    return [line["name"] for line in response.context["page"].lines]


@pytest.fixture
def several(contract, owner):
    a_document(contract, title="Continuity plan", kind="plan", review_on=date(2026, 11, 1))
    a_document(contract, title="Exit plan", kind="plan", review_on=date(2026, 12, 20), retain_until=date(2026, 11, 1))  # fmt: skip
    a_document(contract, title="Pricing", publication="redacted", publication_note="Rates")
    gone = a_document(contract, title="Gone")
    actions.withdraw(document=gone, by=owner, on=date(2026, 11, 1), reason="Void", seen=1)
    elsewhere = ContractFactory(oco=owner, title="Roads")
    a_document(elsewhere, title="Road map")
    return elsewhere


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Continuity plan", "Exit plan", "Pricing", "Road map"]),
        ("kind=plan", ["Continuity plan", "Exit plan"]),
        ("publication=redacted", ["Pricing"]),
        ("review=overdue", ["Continuity plan"]),
        ("review=30", ["Exit plan"]),
        ("retention=reached", ["Exit plan"]),
        ("q=plan+exit", ["Exit plan"]),
        ("unit={unit}", ["Road map"]),
        ("sort=-title", ["Road map", "Pricing", "Exit plan", "Continuity plan"]),
        ("sort=-review_on", ["Exit plan", "Continuity plan", "Road map", "Pricing"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(as_owner, several, query, expected):
    query = query.format(unit=several.unit_id)
    assert names(as_owner.get(f"{reverse('documents:list')}?{query}")) == expected


def test_the_list_is_exported_as_it_is_shown(as_owner, contract):
    document = a_document(
        contract, title="Pricing", publication="redacted", publication_note="Rates"
    )
    response = as_owner.get(
        reverse("documents:list"), {"export": "csv", "columns": ["kind", "publication", "sha256"]}
    )
    rows = list(csv.reader(io.StringIO(read(response).decode("utf-8-sig"))))
    assert rows == [
        ["Document", "Kind", "For the public", "Checksum (SHA-256)"],
        ["Pricing", "Schedule", "May be published redacted", document.current.sha256],
    ]


def test_search_finds_documents_by_their_titles(as_owner, several):
    response = as_owner.get("/search/?q=exit")
    assert "Exit plan" in text_of(response)
    assert "Plan of C-2026-0042 Waste collection" in text_of(response)
    assert "Gone" not in text_of(as_owner.get("/search/?q=gone"))
