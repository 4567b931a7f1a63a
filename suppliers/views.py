from itertools import islice

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import Column, ListPage, page_number
from suppliers import actions, facts, pages, sections
from suppliers.columns import COLUMNS
from suppliers.filters import SupplierFilter
from suppliers.forms import SupplierForm
from suppliers.models import Supplier

EXPORTED_AT_ONCE = 1000


def batched(rows, size):
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


class SupplierPage(ListPage):
    """The list of suppliers, with what upper rooms know about those on this page."""

    @property
    def lines(self):
        lines = super().lines
        ids = [line["pk"] for line in lines]
        for fact in facts.all_facts():
            known = fact.values(self.request.user, ids) if ids else {}
            column = Column(fact.key, fact.label, "pk", numeric=fact.numeric)
            for line in lines:
                line["cells"].append((column, known.get(line["pk"], fact.default)))
        return lines

    def _export_rows(self):
        known = facts.all_facts()
        sources = [c.source for c in self.columns]
        converters = [c.export for c in self.columns]
        rows = self.queryset.order_by(*self._ordering()).values_list("pk", *sources)
        for batch in batched(rows.iterator(chunk_size=EXPORTED_AT_ONCE), EXPORTED_AT_ONCE):
            values = [fact.values(self.request.user, [row[0] for row in batch]) for fact in known]
            for pk, *cells in batch:
                shown = [c(v) if c else v for c, v in zip(converters, cells, strict=True)]
                yield [*shown, *(v.get(pk, f.default) for f, v in zip(known, values, strict=True))]

    @property
    def export_headings(self):
        return [*super().export_headings, *(fact.label for fact in facts.all_facts())]

    @property
    def headings(self):
        yield from super().headings
        for fact in facts.all_facts():
            yield {"column": Column(fact.key, fact.label, "pk", numeric=fact.numeric), "url": ""}


def supplier_list(request):
    page = SupplierPage(
        request,
        queryset=Supplier.objects.visible_to(request.user),
        columns=COLUMNS,
        filterset=SupplierFilter,
        sort="name",
        name="suppliers",
    )
    if page.export:
        return page.export_response()
    may_add = request.user.may(Permission.EDIT_SUPPLIERS)
    context = {"page": page, "may_add": may_add, "tabs": pages.tabs(request.user, "list")}
    return render(request, "suppliers/supplier_list.html", context)


def supplier_page(request, supplier, section, template, context=None):
    """Answer with one section of a supplier's page. Other rooms' sections use it too."""
    request.navigation_path = supplier.get_absolute_url()
    may_edit = request.user.may(Permission.EDIT_SUPPLIERS)
    tabs = sections.tabs(supplier, section)
    return render(
        request,
        template,
        {"supplier": supplier, "tabs": tabs, "may_edit": may_edit, **(context or {})},
    )


def supplier_overview(request, supplier_pk):
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    known = [
        {
            "label": fact.label,
            "value": fact.values(request.user, [supplier.pk]).get(supplier.pk, fact.default),
        }
        for fact in facts.all_facts()
    ]
    edited_by, edited_at = latest_editor(supplier)
    return supplier_page(
        request, supplier, "overview", "suppliers/supplier_overview.html",
        {
            "facts": known,
            "summaries": sections.summaries(supplier, request.user),
            "edited_by": edited_by,
            "edited_at": edited_at,
        },
    )  # fmt: skip


def supplier_history(request, supplier_pk):
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    page, entries = page_of_entries(
        [Supplier.history.filter(id=supplier.pk)], page=page_number(request)
    )
    return supplier_page(
        request, supplier, "history", "suppliers/supplier_history.html",
        {"history_page": page, "entries": entries},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def supplier_add(request):
    if not request.user.may(Permission.EDIT_SUPPLIERS):
        raise Http404
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            supplier = actions.add(by=request.user, **form.changes)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"{supplier.name} added.")
            return redirect(supplier)
    return render(request, "suppliers/supplier_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def supplier_edit(request, supplier_pk):
    supplier = get_object_or_404(Supplier.objects.editable_by(request.user), pk=supplier_pk)
    form = SupplierForm(request.POST or None, instance=supplier)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                supplier=supplier, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _supplier_conflict(request, supplier_pk, form)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
            return render(
                request, "suppliers/supplier_form.html", {"form": form, "supplier": supplier}
            )
        messages.success(
            request, "Supplier saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(supplier)
    return render(request, "suppliers/supplier_form.html", {"form": form, "supplier": supplier})


def _supplier_conflict(request, supplier_pk, form):
    current = Supplier.objects.get(pk=supplier_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": SupplierForm(data, instance=current),
        "supplier": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "suppliers/supplier_form.html", context, status=409)
