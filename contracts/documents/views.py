from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking, scanner
from common.history import latest_editor, page_of_entries
from common.lists import ListPage, page_number
from common.templatetags.steward import day
from contracts.documents import actions, files, rules
from contracts.documents.columns import COLUMNS
from contracts.documents.filters import DocumentFilter
from contracts.documents.forms import (
    AddForm,
    BringBackForm,
    DayForm,
    DisposeForm,
    DocumentForm,
    MakeCurrentForm,
    VersionAddForm,
    VersionForm,
    WithdrawForm,
    WithdrawVersionForm,
)
from contracts.documents.models import PLURALS, Document, Kind, Version
from contracts.documents.querysets import histories
from contracts.documents.standing import Standing
from contracts.models import Contract
from contracts.views import contract_page

DOCUMENTS_ON_A_PAGE = 50
VERSIONS_SHOWN = (
    6  # of each document on its contract's page: the current one is nearly always among them
)
VERSIONS_ON_A_PAGE = 50
ENTRIES_ON_A_PAGE = 100
OF = ("contract", "contract__supplier", "current")
SOMEBODY_WAS_FIRST = "Somebody else was first. This is how the document stands now."
# What the browser may do with a file that somebody sent: nothing but save it.
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def document_list(request):
    page = ListPage(
        request, queryset=Document.objects.visible_to(request.user), columns=COLUMNS,
        filterset=DocumentFilter, sort="title", name="documents",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(request, "documents/document_list.html", {"page": page})


# --- The documents of a contract ------------------------------------------------------------------


def _visible_contract(request, contract_pk):
    visible = Contract.objects.visible_to(request.user).select_related("supplier")
    return get_object_or_404(visible, pk=contract_pk)


def contract_documents(request, contract_pk):
    contract = _visible_contract(request, contract_pk)
    documents = Document.objects.of(contract, request.user).select_related("current__uploaded_by")
    in_use = documents.in_use().in_order().with_versions(most=VERSIONS_SHOWN)
    page = Paginator(in_use, DOCUMENTS_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "documents", "documents/contract_documents.html",
        {
            "page": page,
            "groups": _groups(page),
            "withdrawn": documents.withdrawn().in_order()[:DOCUMENTS_ON_A_PAGE],
            "disposed_of": documents.disposed_of().in_order()[:DOCUMENTS_ON_A_PAGE],
            "scanner": scanner.is_configured(),
        },
    )  # fmt: skip


def _groups(documents):
    groups = {}
    for document in documents:
        groups.setdefault(PLURALS[Kind(document.kind)], []).append(document)
    return groups.items()


def contract_as_it_stands(request, contract_pk):
    contract = _visible_contract(request, contract_pk)
    today = timezone.localdate()
    form = DayForm(request.GET)
    standing = Standing(contract, request.user, on=form.day, today=today)
    page = Paginator(standing.entries, ENTRIES_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "documents", "documents/as_it_stands.html",
        {"standing": standing, "page": page, "form": form},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def document_add(request, contract_pk):
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    form = AddForm(
        request.POST or None, request.FILES or None,
        contract=contract, user=request.user, initial=_suggested(request, contract),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("file", "effective_on", "note")}
        try:
            document = actions.add(contract=contract, by=request.user, **form.changes, **values)
        except (files.Infected, rules.NotAccepted) as problem:
            form.add_error("file", str(problem))
        else:
            messages.success(request, f"{document.name} added.{_waiting(document.current)}")
            return redirect("documents:contract", contract.pk)
    context = {"form": form, "contract": contract, "submit_label": "Add document"}
    return render(request, "documents/document_form.html", context)


def _suggested(request, contract):
    """What a link from elsewhere asks for, such as the signed contract that is missing."""
    kind = request.GET.get("kind")
    if kind not in Kind.values:
        return {"effective_on": timezone.localdate()}
    if kind != Kind.CONTRACT:
        return {"kind": kind, "effective_on": timezone.localdate()}
    since = contract.effective_on or contract.signed_on or contract.commences_on
    return {"kind": kind, "title": "Signed contract", "effective_on": since}


def _waiting(version):
    """What the message says of a file that cannot be given out yet."""
    return "" if version.may_be_downloaded else " It can be downloaded once the virus scanner has looked at it."  # fmt: skip


# --- One document ---------------------------------------------------------------------------------


def document_page(request, document_pk):
    document = get_object_or_404(
        Document.objects.visible_to(request.user).select_related(
            *OF, "withdrawn_by", "disposed_by"
        ),
        pk=document_pk,
    )
    user, contract = request.user, document.contract
    versions = document.versions.select_related("uploaded_by", "withdrawn_by").order_by("-number")
    page = Paginator(versions, VERSIONS_ON_A_PAGE).get_page(page_number(request))
    history_page, entries = page_of_entries(
        histories(request.user, document=document), page=page_number(request)
    )
    return contract_page(
        request, contract, "documents", "documents/document.html",
        {
            "document": document,
            # Not may_edit, which the head of the page goes by: the contract can still be changed.
            "may_change": contract.allows(user, Permission.EDIT_CONTRACTS) and not document.disposed_on,
            "may_dispose": contract.allows(user, Permission.DISPOSE_OF_DOCUMENTS),
            "page": page,
            "today": timezone.localdate(),
            "history_page": history_page,
            "entries": entries,
            "scanner": scanner.is_configured(),
        },
    )  # fmt: skip


def _editable(request, document_pk):
    editable = Document.objects.editable_by(request.user).select_related(*OF)
    return get_object_or_404(editable, pk=document_pk)


def _editable_version(request, version_pk):
    editable = Version.objects.editable_by(request.user)
    return get_object_or_404(
        editable.select_related("document__contract", "document__current"), pk=version_pk
    )


@require_http_methods(["GET", "POST"])
def document_edit(request, document_pk):
    document = _editable(request, document_pk)
    contract, user = document.contract, request.user
    form = DocumentForm(request.POST or None, instance=document, contract=contract, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                document=document, by=user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _conflict(request, document_pk, form)
        messages.success(
            request, "Document saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(document)
    context = {"form": form, "contract": contract, "document": document, "submit_label": "Save document"}  # fmt: skip
    return render(request, "documents/document_form.html", context)


def _conflict(request, document_pk, form):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    # Found anew: whoever made it confidential meanwhile has closed it to this person.
    current = _editable(request, document_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": DocumentForm(data, instance=current, contract=current.contract, user=request.user),
        "contract": current.contract,
        "document": current,
        "submit_label": "Save document",
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "documents/document_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def version_add(request, document_pk):
    document = _editable(request, document_pk)
    if document.withdrawn_on:
        messages.warning(
            request, "This document has been withdrawn. Bring it back to add a version."
        )
        return redirect(document)
    form = VersionAddForm(
        request.POST or None, request.FILES or None,
        initial={"effective_on": timezone.localdate(), "counts": "effective"},
    )  # fmt: skip
    form.helper.form_tag, form.helper.inputs = False, []
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.add_version(document=document, by=request.user, **form.values)
        except (files.Infected, rules.NotAccepted) as problem:
            form.add_error("file", str(problem))
        except actions.Withdrawn:
            return redirect(document)
        else:
            messages.success(request, _added_in_words(version))
            return redirect(document)
    context = {"form": form, "contract": document.contract, "document": document}
    return render(request, "documents/version_add.html", context)


def _added_in_words(version):
    current = Document.objects.select_related("current").get(pk=version.document_id).current
    if current.pk == version.pk:
        told = f"Version {version.number} added. It is the current version."
    elif version.effective_on > timezone.localdate():
        told = f"Version {version.number} added. It takes over on {day(version.effective_on)}."
    else:
        told = f"Version {version.number} added. Version {current.number} stays current: it counts from a later day."  # fmt: skip
    return told + _waiting(version)


@require_http_methods(["GET", "POST"])
def version_edit(request, version_pk):
    version = _editable_version(request, version_pk)
    document = version.document
    form = VersionForm(request.POST or None, instance=version)
    form.cancel_url = document.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_version(
                version=version, by=request.user, reason=form.cleaned_data["reason"], **form.changes
            )
        except actions.Disposed:
            messages.warning(request, SOMEBODY_WAS_FIRST)
        else:
            messages.success(request, f"Version {version.number} saved.")
        return redirect(document)
    return _form_page(request, form, document, f"Put version {version.number} right", (
        "The file stays as it came. A new date may let another version become current."
    ))  # fmt: skip


# --- Decisions with a reason ----------------------------------------------------------------------


def version_file(request, version_pk):
    """One file as it came. Never opened by the browser: it is somebody else's content."""
    version = get_object_or_404(
        Version.objects.visible_to(request.user).select_related("document"), pk=version_pk
    )
    if not version.may_be_downloaded:
        messages.warning(request, f"{version} cannot be downloaded: {version.why_not.lower()}.")
        return redirect(version.document)
    try:
        file = version.file.open("rb")
    except FileNotFoundError:
        messages.error(
            request, f"The file of version {version.number} is missing on the server. Tell your administrator: it can be restored from a backup."
        )  # fmt: skip
        return redirect(version.document)
    return FileResponse(
        file, as_attachment=True, filename=rules.safe_name(version.original_name),
        content_type=version.content_type,
        headers={
            "Content-Security-Policy": FILE_POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def version_make_current(request, version_pk):
    version = _editable_version(request, version_pk)
    document = version.document
    if version.withdrawn_on or document.withdrawn_on:
        messages.warning(request, "What has been withdrawn cannot be current.")
        return redirect(document)
    form = MakeCurrentForm(
        request.POST or None, document=document, initial={"from_on": timezone.localdate()}
    )

    def decide(**decision):
        try:
            actions.make_current(version=version, by=request.user, **decision)
        except actions.Overtaken as overtaken:
            turn = overtaken.turn
            form.add_error(
                "from_on", f"Version {turn.number} counts from {day(turn.on)}: choose that day or a later one"
            )  # fmt: skip
            return ""
        return f"Version {version.number} counts from {day(decision['from_on'])}."

    return _decide(request, form, document, decide, f"Make version {version.number} current", (
        f"Version {document.current.number} is current now. From the day you choose, everybody is pointed to "
        f"version {version.number} instead; no version is lost."
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def version_withdraw(request, version_pk):
    version = _editable_version(request, version_pk)
    document = version.document
    if version.withdrawn_on:
        messages.warning(request, f"{version} has been withdrawn already.")
        return redirect(document)

    def decide(**decision):
        try:
            actions.withdraw_version(version=version, by=request.user, **decision)
        except actions.OnlyVersion:
            form.add_error(
                None, "This is the only version that counts. Add the right one first, or withdraw the whole document"
            )  # fmt: skip
            return ""
        return f"Version {version.number} is withdrawn. It is kept, and counts on no day."

    form = WithdrawVersionForm(request.POST or None, document=document)
    return _decide(request, form, document, decide, f"Withdraw version {version.number}", (
        "Withdraw a version that should never have been here, such as the wrong file. It is kept, and counts "
        "on no day. If it was right once and no longer is, make another version current instead."
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def document_withdraw(request, document_pk):
    document = _editable(request, document_pk)
    if document.withdrawn_on:
        messages.warning(request, "This document has been withdrawn already.")
        return redirect(document)

    def decide(**decision):
        actions.withdraw(document=document, by=request.user, **decision)
        return f"{document.name} is withdrawn. It is kept with all its versions."

    form = WithdrawForm(
        request.POST or None, document=document, initial={"on": timezone.localdate()}
    )
    return _decide(request, form, document, decide, "Withdraw this document", (
        "It leaves the lists and counts no longer from that day on. It is kept with all its versions, and can "
        "be brought back."
    ))  # fmt: skip


@require_http_methods(["GET", "POST"])
def document_bring_back(request, document_pk):
    document = _editable(request, document_pk)
    if not document.withdrawn_on:
        return redirect(document)

    def decide(**decision):
        actions.bring_back(document=document, by=request.user, **decision)
        return f"{document.name} is back."

    form = BringBackForm(request.POST or None, document=document)
    text = f"It was withdrawn from {day(document.withdrawn_on)}: {document.withdrawn_reason}"
    return _decide(request, form, document, decide, "Bring this document back", text)


@require_http_methods(["GET", "POST"])
def document_dispose(request, document_pk):
    """Destroy the files of a document, once nothing asks for them to be kept."""
    document = get_object_or_404(
        Document.objects.disposable_by(request.user).select_related(*OF), pk=document_pk
    )
    if not document.may_be_disposed_of:
        messages.warning(request, _still_kept(document))
        return redirect(document)

    def decide(**decision):
        try:
            actions.dispose(document=document, by=request.user, **decision)
        except actions.StillKept:
            form.add_error(None, "It is to be kept for longer now")
            return ""
        return (
            f"{document.name} is disposed of. What it was stays in this register, its files do not."
        )

    form = DisposeForm(request.POST or None, document=document)
    return _decide(request, form, document, decide, "Dispose of this document", (
        "The files of all its versions are destroyed, and cannot be brought back. Its title, its dates, the names "
        "and checksums of its files and its history stay, to say what there was."
    ))  # fmt: skip


def _still_kept(document):
    if document.disposed_on:
        return "It has been disposed of already."
    if document.retain_until:
        return f"It is to be kept until {day(document.retain_until)}."
    return "Nobody has said until when it is to be kept. Set the date, or withdraw it first."


def _decide(request, form, document, decide, title, text):
    """One decision with a reason. `decide` carries it out and says so, or gives the form its errors."""
    if request.method == "POST" and form.is_valid():
        try:
            told = decide(**form.decision)
        except locking.Conflict:
            return _decide_again(request, form, document, title, text)
        except actions.Withdrawn:
            messages.warning(request, SOMEBODY_WAS_FIRST)
            return redirect(document)
        if told:
            messages.success(request, told)
            return redirect(document)
    return _form_page(request, form, document, title, text)


def _decide_again(request, form, document, title, text):
    """Somebody changed the document meanwhile: say what it is now, and ask once more."""
    if Document.objects.visible_to(request.user).disposed_of().filter(pk=document.pk).exists():
        messages.warning(request, SOMEBODY_WAS_FIRST)
        return redirect(document)
    current = _editable(request, document.pk)
    edited_by, _ = latest_editor(current)
    form = form.opened_again(current)
    form.add_error(
        None, f"{edited_by or 'Somebody'} changed this document while you were deciding. Version "
        f"{current.current.number} is current now. If your decision still stands, send it again"
    )  # fmt: skip
    return _form_page(request, form, current, title, text, status=409)


def _form_page(request, form, document, title, text, status=200):
    context = {
        "form": form,
        "document": document,
        "contract": document.contract,
        "form_title": title,
        "text": text,
        "documents_url": reverse("documents:contract", args=[document.contract_id]),
    }
    return render(request, "documents/decision.html", context, status=status)
