"""How risks are scored, for everybody to read and for the Procurement Unit to change."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import Change, Entry, Taken, latest_editor, page_of_entries
from common.lists import page_number
from common.templatetags.steward import count_of
from contracts import parts
from risks import actions, rescoring, rules, settings_columns
from risks.models import Category, Matrix, Risk
from risks.rules import LEVELS, Band
from risks.settings_forms import CategoryForm, MatrixForm, flat, label_of

CHANGES_ON_A_PAGE = 10
LOOK_AGAIN = "You have changed something since: look at what would change, then save"


def _for_readers(user):
    if not parts.sees_contracts(user):
        raise Http404


def _row():
    """The matrix that counts; the house default, unsaved, until somebody has changed it."""
    return Matrix.objects.order_by("pk").first() or Matrix(version=0)


# --- The matrix -----------------------------------------------------------------------------------


def matrix(request):
    """How risks are scored, in words and as a picture."""
    _for_readers(request.user)
    row = _row()
    history_page, entries = past(page_number(request))
    context = {
        "row": row, "matrix": row.rules, "picture": picture(row.rules), "bands": bands(row.rules),
        "may_manage": request.user.may(Permission.MANAGE_RISKS),
        "to_go": rescoring.still_to_score(), "total": Risk.objects.count(),
        "tiers": rules.MONTHS_BETWEEN_REVIEWS, "answer_within": rules.ANSWER_WITHIN.days,
        "history_page": history_page, "entries": entries,
    }  # fmt: skip
    return render(request, "risks/matrix.html", context)


def picture(matrix):
    """Rows of the picture, the most likely first: (level, word, [(score, band)])."""
    return [
        (
            likelihood,
            matrix.likelihoods[likelihood - 1],
            [(score, matrix.band(score)) for score in matrix.scores[likelihood - 1]],
        )
        for likelihood in reversed(LEVELS)
    ]


def bands(matrix):
    """(band, its scores in words, months until the next review), the lowest first."""
    found = []
    for band in Band:
        begins, ends = matrix.range_of(band)
        if ends is None:
            scores = f"{begins} and more"
        elif begins == 0:
            scores = f"Up to {ends - 1}"
        else:
            scores = f"{begins} to {ends - 1}"
        found.append((band, scores, matrix.months[band]))
    return found


def past(number):
    """A page of how the matrix was changed, box by box; the first is told against the house default."""
    page = Paginator(
        Matrix.history.select_related("history_user").order_by("-history_id"), CHANGES_ON_A_PAGE
    ).get_page(number)
    rows = list(page)
    if not rows:
        return page, []
    older = Matrix.history.filter(history_id__lt=rows[-1].history_id).order_by("-history_id")
    befores = [*rows[1:], older.first() or Matrix()]
    return page, [_entry(row, before) for row, before in zip(rows, befores, strict=True)]


def _entry(row, before):
    was, now = flat(before), flat(row)
    return Entry(
        at=row.history_date,
        by=str(row.history_user) if row.history_user else "Steward",
        reason=row.history_change_reason or "",
        verb="changed",
        noun="matrix",
        subject="",
        changes=[
            Change(label_of(name), str(was[name]), str(now[name]))
            for name in now
            if was[name] != now[name]
        ],
    )


@require_http_methods(["GET", "POST"])
def matrix_edit(request):
    """Change it, look at what would change, then save."""
    require(request.user, Permission.MANAGE_RISKS)
    row = _row()
    form = MatrixForm(request.POST or None, row=row)
    if request.method != "POST" or not form.is_valid():
        return _matrix_page(request, form)
    if form.cleaned_data["version"] != row.version:
        return _matrix_conflict(request, form, row)
    if "save" in request.POST and form.was_looked_at:
        return _save_matrix(request, form, row)
    changes = rescoring.changes(row.rules, form.matrix)
    if "save" in request.POST:
        form.add_error(None, LOOK_AGAIN)
    return _matrix_page(request, form, changes=changes, shown=form.matrix)


def _matrix_page(request, form, *, status=200, changes=None, shown=None, **context):
    context |= {"form": form, "changes": changes, "levels": LEVELS}
    if shown is not None:
        context |= {
            "matrix": shown,
            "picture": picture(shown),
            "bands": bands(shown),
            "digest": form.digest,
        }
    return render(request, "risks/matrix_edit.html", context, status=status)


def _matrix_conflict(request, form, row):
    data, differences = form.merged(row)
    edited_by, edited_at = latest_editor(row)
    return _matrix_page(
        request, MatrixForm(data, row=row), status=409,
        differences=differences, edited_by=edited_by, edited_at=edited_at,
    )  # fmt: skip


def _save_matrix(request, form, row):
    if all(getattr(row, name) == value for name, value in form.columns.items()):
        messages.info(request, "Nothing was changed.")
        return redirect("risks:matrix")
    try:
        actions.set_matrix(
            by=request.user, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"],
            **form.columns,
        )  # fmt: skip
    except locking.Conflict:
        return _matrix_conflict(request, form, _row())
    messages.success(request, "The matrix is saved. Risks are scored anew in the background.")
    _ask(request)
    return redirect("risks:matrix")


def _ask(request):
    if not rescoring.ask_for_it():
        messages.warning(
            request, "The background service cannot be reached just now: it begins within the hour."
        )


# --- Categories -----------------------------------------------------------------------------------


def categories(request):
    """The categories of risks with their appetites; how many are above it, for who keeps them."""
    _for_readers(request.user)
    keeper = request.user.may(Permission.MANAGE_RISKS)
    page = settings_columns.category_list(request, Matrix.current(), keeper=keeper)
    if page.export:
        return page.export_response()
    return render(request, "risks/categories.html", {"page": page, "keeper": keeper})


@require_http_methods(["GET", "POST"])
def category_add(request):
    require(request.user, Permission.MANAGE_RISKS)
    form = CategoryForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _save_category(request, form):
        return redirect("risks:categories")
    return render(request, "risks/category_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def category_edit(request, category_pk):
    """Change it; another appetite shows first how many risks would be above it."""
    require(request.user, Permission.MANAGE_RISKS)
    category = get_object_or_404(Category, pk=category_pk)
    form = CategoryForm(request.POST or None, instance=category)
    context = {}
    if request.method == "POST" and form.is_valid():
        if form.appetite_changes and not form.was_looked_at:
            context = {"would_be": _would_be(category, form.cleaned_data["appetite"])}
            data = request.POST.copy()
            data["looked_at"] = context["would_be"]["looked_at"]
            form = CategoryForm(data, instance=category)
        else:
            try:
                if _save_category(request, form, reason=form.cleaned_data["reason"]):
                    return redirect("risks:categories")
            except locking.Conflict:
                return _category_conflict(request, category_pk, form)
    return _category_page(request, form, category_pk, **context)


def _would_be(category, appetite):
    """What another appetite would change: how many open risks are above it now, and would be."""
    return {
        "appetite": appetite,
        "before": rescoring.above_appetite(category, category.appetite),
        "after": rescoring.above_appetite(category, appetite),
        "looked_at": str(appetite or "none"),
    }


def _save_category(request, form, *, reason=""):
    """Whether it could be saved; if not, the form says why."""
    try:
        category = actions.save_category(
            category=form.instance, by=request.user, version=form.cleaned_data["version"],
            reason=reason, **form.changes,
        )  # fmt: skip
    except Taken as problem:
        form.add_error(problem.field, str(problem))
        return False
    above = rescoring.above_appetite(category, category.appetite)
    told = f" {count_of(above, 'open risk')} above its appetite." if above else ""
    messages.success(request, f"Saved: {category.name}.{told}")
    return True


def _category_conflict(request, category_pk, form):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Category.objects.get(pk=category_pk)
    data, differences = locking.merge(form, current, request.POST)
    data["looked_at"] = ""
    edited_by, edited_at = latest_editor(current)
    return _category_page(
        request, CategoryForm(data, instance=current), category_pk, status=409,
        differences=differences, edited_by=edited_by, edited_at=edited_at,
    )  # fmt: skip


def _category_page(request, form, category_pk, *, status=200, **context):
    history_page, entries = page_of_entries(
        [Category.history.filter(id=category_pk)], page=page_number(request)
    )
    context |= {
        "form": form, "category": Category.objects.get(pk=category_pk),
        "history_page": history_page, "entries": entries,
    }  # fmt: skip
    return render(request, "risks/category_form.html", context, status=status)
