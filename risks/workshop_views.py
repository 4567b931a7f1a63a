from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common import locking
from common.templatetags.steward import count_of
from contracts.models import Contract
from risks import actions, batches
from risks.models import Matrix
from risks.workshop import Workshop


@require_http_methods(["GET", "POST"])
def workshop(request, contract_pk):
    """Score what is open, enter what is new, and have gone through the register: one page, one save."""
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier", "oco"), pk=contract_pk
    )
    data = request.POST if request.method == "POST" else None
    checked = "more" not in request.POST
    about = {"matrix": Matrix.current(), "today": timezone.localdate()}
    sheet = Workshop(contract, data=data, checked=checked, **about)
    if sheet.is_checked and sheet.is_valid():
        answers = sheet.answers
        try:
            batches.hold_workshop(contract=contract, by=request.user, **answers)
        except (locking.Conflict, actions.Refused):  # in the moment since the page was checked
            sheet = Workshop(contract, data=data, **about)
        else:
            messages.success(request, _in_words(answers))
            return redirect("risks:contract", contract.pk)
    context = {"sheet": sheet, "contract": contract}
    status = 409 if sheet.is_checked and sheet.is_overtaken else 200
    return render(request, "risks/workshop.html", context, status=status)


def _in_words(answers):
    looked_at = count_of(len(answers["scores"]), "risk")
    return f"{looked_at} looked at, {len(answers['entries'])} added. The review of the register is recorded."
