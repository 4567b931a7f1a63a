from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.intake import actions, kinds
from common.intake.forms import (
    ConfirmForm,
    KindColumnsForm,
    SheetForm,
    Shown,
    UploadForm,
)  # fmt: skip
from common.intake.models import Intake
from common.lists import XLSX_TYPE
from common.spreadsheets.reading import UnreadableFile
from common.spreadsheets.writing import write_xlsx

State = Intake.State
ROWS_A_PAGE, RUNS_SHOWN = 50, 10
# Where an intake stands is where its page leads.
_PAGE_OF_STATE = {
    State.UPLOADED: "intake:columns",
    State.CHECKING: "intake:progress",
    State.IMPORTING: "intake:progress",
    State.CHECKED: "intake:preview",
}


def _find(request, intake_pk):
    """The intake and what it is about; 404 for whoever may not change that."""
    intake = get_object_or_404(Intake.objects.select_related("uploaded_by"), pk=intake_pk)
    if intake.kind is None:
        raise Http404
    return intake, intake.kind.find(request.user, intake.about_pk)


def _kind(request, kind_key, about_pk):
    kind = kinds.get(kind_key)
    if kind is None:
        raise Http404
    return kind, kind.find(request.user, about_pk)


def _page(request, template, about, *, kind, intake=None, **context):
    crumbs = [part for pair in kind.crumbs(about) for part in pair]
    back = kind.back(about)
    request.navigation_path = crumbs[1] if crumbs else back
    context |= {"kind": kind, "intake": intake, "about": about, "crumbs": crumbs, "back": back}
    return render(request, template, context)


def _somebody_was_first(request, intake):
    messages.error(
        request, "Somebody else has worked on this import meanwhile. This is how it stands now."
    )
    return redirect(intake)


@require_http_methods(["GET", "POST"])
def intake_upload(request, kind_key, about_pk):
    kind, about = _kind(request, kind_key, about_pk)
    posted = request.POST if request.method == "POST" else None
    form = UploadForm(posted, request.FILES or None, noun=kind.noun)
    if request.method == "POST" and form.is_valid():
        try:
            intake = actions.upload(
                kind=kind, about_pk=about_pk, file=form.cleaned_data["file"], by=request.user
            )
        except UnreadableFile as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("intake:columns", intake.pk)
    earlier = Intake.objects.filter(kind_key=kind.key, about_pk=about_pk)
    return _page(
        request, "intake/upload.html", about, kind=kind, form=form,
        about_pk=about_pk, earlier=earlier.select_related("uploaded_by")[:RUNS_SHOWN],
    )  # fmt: skip


def intake_template(request, kind_key, about_pk):
    """An empty workbook with our own headings, each of which is recognised."""
    kind, _ = _kind(request, kind_key, about_pk)
    headings = [target.label.split(" (")[0] for target in kind.targets]
    file = write_xlsx(headings, [], sheet=kind.noun.capitalize())
    name = f"{kind.key}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX_TYPE)


def intake_run(request, intake_pk):
    intake, about = _find(request, intake_pk)
    if intake.state in _PAGE_OF_STATE:
        return redirect(_PAGE_OF_STATE[intake.state], intake.pk)
    return _page(request, "intake/run.html", about, kind=intake.kind, intake=intake)


@require_http_methods(["GET", "POST"])
def intake_columns(request, intake_pk):
    intake, about = _find(request, intake_pk)
    if intake.state not in actions.BEFORE_IMPORT:
        return redirect(intake)
    form = KindColumnsForm(request.POST if request.method == "POST" else None, run=intake)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_columns(intake=intake, mapping=form.mapping, by=request.user)
        except actions.NoLongerWaiting:
            return _somebody_was_first(request, intake)
        return redirect(intake)
    sheets = SheetForm(run=intake) if len(intake.sheets) > 1 else None
    return _page(
        request, "intake/columns.html", about,
        kind=intake.kind, intake=intake, form=form, sheets=sheets,
    )  # fmt: skip


@require_POST
def intake_sheet(request, intake_pk):
    intake, _ = _find(request, intake_pk)
    form = SheetForm(request.POST, run=intake)
    if intake.state in actions.BEFORE_IMPORT and form.is_valid():
        try:
            actions.choose_sheet(intake=intake, sheet=form.cleaned_data["sheet"])
        except UnreadableFile as problem:
            messages.error(request, str(problem))
        except actions.NoLongerWaiting:
            return _somebody_was_first(request, intake)
    return redirect("intake:columns", intake.pk)


@require_POST
def intake_check(request, intake_pk):
    intake, _ = _find(request, intake_pk)
    try:
        actions.start_check(intake=intake, by=request.user)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, intake)
    return redirect(intake)


def intake_progress(request, intake_pk):
    intake, about = _find(request, intake_pk)
    if not intake.is_being_worked_on:
        return redirect(intake)
    is_stuck = intake.active_at and intake.active_at < timezone.now() - actions.STALE_AFTER
    return _page(
        request, "intake/progress.html", about,
        kind=intake.kind, intake=intake, is_stuck=is_stuck,
    )  # fmt: skip


def intake_preview(request, intake_pk):
    intake, about = _find(request, intake_pk)
    if intake.state != State.CHECKED:
        return redirect(intake)
    shown = Shown(request.GET)
    shown.is_valid()
    fallback = next((outcome for outcome, count in intake.counts.items() if count), "new")
    outcome = shown.cleaned_data.get("show") or fallback
    rows = intake.rows.filter(outcome=outcome).order_by("number")
    page = Paginator(rows, ROWS_A_PAGE).get_page(shown.cleaned_data.get("page") or 1)
    return _page(
        request, "intake/preview.html", about,
        kind=intake.kind, intake=intake, outcome=outcome, page=page,
    )  # fmt: skip


@require_POST
def intake_confirm(request, intake_pk):
    intake, about = _find(request, intake_pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid() or form.cleaned_data["attempt"] != intake.attempt:
        return _somebody_was_first(request, intake)
    good_rows = form.cleaned_data["good_rows"]
    if intake.wrong and not good_rows:
        return redirect("intake:preview", intake.pk)
    try:
        intake = actions.confirm(intake=intake, by=request.user, good_rows_only=good_rows)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, intake)
    if intake.state == State.IMPORTED and not intake.good_rows_only:
        messages.success(request, f"{intake.new} added, {intake.changed} changed.")
        return redirect(intake.kind.back(about))
    return redirect(intake)


def intake_wrong_rows(request, intake_pk):
    """The rows that must be put right, as they came, with what is wrong beside them."""
    intake, _ = _find(request, intake_pk)
    if not intake.has_file or not intake.wrong:
        raise Http404
    headings = ["Row", "To put right", *intake.headings]
    file = write_xlsx(headings, actions.rows_to_put_right(intake), sheet="To put right")
    name = f"{intake.original_name.rsplit('.', 1)[0]}-to-put-right.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX_TYPE)


def intake_file(request, intake_pk):
    """The file as it was sent. Never opened by the browser: it is somebody else's content."""
    intake, _ = _find(request, intake_pk)
    if not intake.has_file:
        raise Http404
    return FileResponse(
        intake.file.open("rb"), as_attachment=True, filename=intake.original_name,
        content_type="application/octet-stream",
    )  # fmt: skip


@require_POST
def intake_discard(request, intake_pk):
    intake, _ = _find(request, intake_pk)
    try:
        actions.discard(intake=intake, by=request.user)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, intake)
    messages.success(request, "The import has been discarded. Nothing was changed.")
    return redirect("intake:upload", intake.kind_key, intake.about_pk)
