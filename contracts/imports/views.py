from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.intake.forms import ConfirmForm, SheetForm, Shown, UploadForm
from common.lists import XLSX_TYPE, page_number
from common.spreadsheets.reading import UnreadableFile
from common.spreadsheets.writing import write_xlsx
from contracts.imports import actions, rules, undoing
from contracts.imports.checking import rows_to_put_right
from contracts.imports.forms import MappingForm, QuestionsForm
from contracts.imports.models import ImportRun

State = ImportRun.State
ROWS_A_PAGE = 50
# Where an import stands is where its page leads.
_PAGE_OF_STATE = {
    State.UPLOADED: "imports:columns",
    State.ASKING: "imports:questions",
    State.CHECKING: "imports:progress",
    State.IMPORTING: "imports:progress",
    State.CHECKED: "imports:preview",
}


def _find(request, run_pk):
    return get_object_or_404(ImportRun.objects.visible_to(request.user), pk=run_pk)


def _only_for_importers(request):
    if not request.user.may(Permission.IMPORT_REGISTER):
        raise Http404


def _posted(request):
    return request.POST if request.method == "POST" else None


def _somebody_was_first(request, run):
    messages.error(
        request, "Somebody else has worked on this import meanwhile. This is how it stands now."
    )
    return redirect("imports:run", run.pk)


def import_list(request):
    _only_for_importers(request)
    runs = ImportRun.objects.select_related("uploaded_by", "imported_by", "undone_by")
    page = Paginator(runs, ROWS_A_PAGE).get_page(page_number(request))
    return render(request, "imports/import_list.html", {"page": page})


def import_upload(request):
    _only_for_importers(request)
    form = UploadForm(_posted(request), request.FILES or None, noun="contract")
    if request.method == "POST" and form.is_valid():
        try:
            run = actions.upload(file=form.cleaned_data["file"], by=request.user)
        except UnreadableFile as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("imports:columns", run.pk)
    return render(request, "imports/import_upload.html", {"form": form})


def import_template(request):
    """An empty workbook with our own headings, each of which is recognised."""
    _only_for_importers(request)
    headings = [
        target.label.split(" (")[0]
        for target in rules.TARGETS
        if target.key not in ("value_net", "value_gross")
    ]
    file = write_xlsx(headings, [], sheet="Register")
    return FileResponse(file, as_attachment=True, filename="register.xlsx", content_type=XLSX_TYPE)


def import_run(request, run_pk):
    run = _find(request, run_pk)
    if run.state in _PAGE_OF_STATE:
        return redirect(_PAGE_OF_STATE[run.state], run.pk)
    # A spot contract that is not in the file and has followed the people of the one above.
    above = run.imported.filter(
        row_number=OuterRef("row_number"), contract=OuterRef("contract__parent")
    )
    imported = run.imported.select_related("contract").annotate(followed=Exists(above))
    page = Paginator(imported.order_by("row_number", "pk"), ROWS_A_PAGE)
    return render(
        request,
        "imports/import_run.html",
        {"run": run, "page": page.get_page(page_number(request))},
    )


def import_columns(request, run_pk):
    run = _find(request, run_pk)
    if run.state not in actions.BEFORE_IMPORT:
        return redirect("imports:run", run.pk)
    form = MappingForm(_posted(request), run=run)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_columns(run=run, mapping=form.mapping, by=request.user)
        except actions.NoLongerWaiting:
            return _somebody_was_first(request, run)
        return redirect("imports:run", run.pk)
    sheets = SheetForm(run=run) if len(run.sheets) > 1 else None
    return render(
        request, "imports/import_columns.html", {"run": run, "form": form, "sheets": sheets}
    )


@require_POST
def import_sheet(request, run_pk):
    run = _find(request, run_pk)
    form = SheetForm(request.POST, run=run)
    if run.state in actions.BEFORE_IMPORT and form.is_valid():
        try:
            actions.choose_sheet(run=run, sheet=form.cleaned_data["sheet"])
        except UnreadableFile as problem:
            messages.error(request, str(problem))
    return redirect("imports:columns", run.pk)


def import_questions(request, run_pk):
    run = _find(request, run_pk)
    if run.state not in (State.ASKING, State.CHECKED):
        return redirect("imports:run", run.pk)
    form = QuestionsForm(_posted(request), run=run)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(
                run=run, by=request.user, suppliers=form.suppliers, options=form.options,
                new_unit=form.cleaned_data.get("new_unit", ""),
            )  # fmt: skip
        except actions.NoLongerWaiting:
            return _somebody_was_first(request, run)
        return redirect("imports:run", run.pk)
    return render(request, "imports/import_questions.html", {"run": run, "form": form})


@require_POST
def import_check(request, run_pk):
    run = _find(request, run_pk)
    try:
        actions.start_check(run=run, by=request.user)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, run)
    return redirect("imports:run", run.pk)


@require_POST
def import_first_rows(request, run_pk):
    """Where rows share a reference, take the first of them and leave the others out."""
    run = _find(request, run_pk)
    try:
        actions.use_first_of_repeated_references(run=run, by=request.user)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, run)
    return redirect("imports:run", run.pk)


def import_progress(request, run_pk):
    run = _find(request, run_pk)
    if not run.is_being_worked_on:
        return redirect("imports:run", run.pk)
    is_stuck = run.active_at and run.active_at < timezone.now() - actions.STALE_AFTER
    return render(request, "imports/import_progress.html", {"run": run, "is_stuck": is_stuck})


def import_preview(request, run_pk):
    run = _find(request, run_pk)
    if run.state != State.CHECKED:
        return redirect("imports:run", run.pk)
    shown = Shown(request.GET)
    shown.is_valid()
    fallback = next((outcome for outcome, count in run.counts.items() if count), "new")
    outcome = shown.cleaned_data.get("show") or fallback
    rows = run.rows.filter(outcome=outcome).select_related("lead__supplier").order_by("number")
    page = Paginator(rows, ROWS_A_PAGE).get_page(shown.cleaned_data.get("page") or 1)
    context = {"run": run, "outcome": outcome, "page": page, "units": _unit_names(run)}
    return render(request, "imports/import_preview.html", context)


def _unit_names(run):
    """Names of units as rows say them: by id, or by the key of one that will be added."""
    names = dict(BusinessUnit.objects.values_list("pk", "name"))
    return names | {
        f"new:{key}": name for key, name in run.options.get("unknown_units", {}).items()
    }


@require_POST
def import_confirm(request, run_pk):
    run = _find(request, run_pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid() or form.cleaned_data["attempt"] != run.attempt:
        return _somebody_was_first(request, run)
    good_rows = form.cleaned_data["good_rows"]
    if run.wrong and not good_rows:
        return redirect("imports:preview", run.pk)
    try:
        run = actions.confirm(run=run, by=request.user, good_rows_only=good_rows)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, run)
    return redirect("imports:run", run.pk)


def import_wrong_rows(request, run_pk):
    """The rows that must be put right, as they came, with what is wrong beside them."""
    run = _find(request, run_pk)
    if not run.file or not run.wrong:
        raise Http404
    headings = ["Row", "To put right", *run.headings]
    file = write_xlsx(headings, rows_to_put_right(run), sheet="To put right")
    name = f"{run.original_name.rsplit('.', 1)[0]}-to-put-right.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX_TYPE)


def import_file(request, run_pk):
    """The file as it was sent. Never opened by the browser: it is somebody else's content."""
    run = _find(request, run_pk)
    if not run.file:
        raise Http404
    return FileResponse(
        run.file.open("rb"), as_attachment=True, filename=run.original_name,
        content_type="application/octet-stream",
    )  # fmt: skip


def import_undo(request, run_pk):
    run = _find(request, run_pk)
    if run.state != State.IMPORTED:
        return redirect("imports:run", run.pk)
    if request.method == "POST":
        try:
            actions.undo(run=run, by=request.user)
        except undoing.Touched:
            return redirect("imports:undo", run.pk)
        except actions.NoLongerWaiting:
            return _somebody_was_first(request, run)
        messages.success(request, "The import has been undone.")
        return redirect("imports:run", run.pk)
    return render(
        request, "imports/import_undo.html", {"run": run, "reasons": undoing.reasons_against(run)}
    )


@require_POST
def import_discard(request, run_pk):
    run = _find(request, run_pk)
    try:
        actions.discard(run=run, by=request.user)
    except actions.NoLongerWaiting:
        return _somebody_was_first(request, run)
    messages.success(request, "The import has been discarded. Nothing was changed.")
    return redirect("imports:list")
