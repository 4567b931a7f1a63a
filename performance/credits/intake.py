"""Charges from a spreadsheet: what its columns may be, and the form and action that its rows go through."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from common.intake import kinds
from common.spreadsheets.mapping import target
from contracts.models import Contract
from performance.credits import actions
from performance.credits.forms import ChargeForm

TARGETS = (
    target("month", "Month (any day of it)", "The charge", "month, period, date, invoice date, service month, for"),
    target("amount", "Charge without VAT", "The charge",
           "charge without vat, charge, amount, net, net amount, charges, ex vat, amount ex vat, value"),
    target("source", "Source", "The charge", "source, invoice, invoice number, invoice no, reference"),
)  # fmt: skip


def find(user, contract_pk):
    return get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)


def save(form, contract, by, reason):
    values = form.cleaned_data
    entry = actions.ChargeEntry(
        month=values["month"], amount=values["amount"], source=values["source"],
        version=values["version"] if form.instance.pk else 0,
    )  # fmt: skip
    try:
        return actions.record_charges(
            contract=contract, entries=[entry], by=by, today=timezone.localdate(), reason=reason
        )
    except actions.ChargesChanged as problem:
        raise ValueError("Somebody has changed this charge meanwhile") from problem


def back(contract):
    return reverse("credits:contract", args=[contract.pk])


kinds.register(kinds.Kind(
    key="charges", noun="charge", nouns="charges", targets=TARGETS, required=("month", "amount"), identity=("month",),
    find=find,
    there=lambda contract: contract.charges.all(),
    form=lambda contract, user, data=None, instance=None: ChargeForm(
        data, instance=instance, contract=contract
    ),
    save=save,
    back=back,
    crumbs=lambda contract: (
        ("Contracts", reverse("contracts:list")),
        (contract.reference, contract.get_absolute_url()),
        ("Service credits", back(contract)),
    ),
))  # fmt: skip
