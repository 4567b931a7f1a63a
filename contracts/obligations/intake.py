"""Obligations from a spreadsheet: what its columns may be, and the form and actions that its rows go through."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from common import locking
from common.history import Taken
from common.intake import kinds
from common.spreadsheets.mapping import target
from contracts.models import Contract
from contracts.obligations import actions, rules
from contracts.obligations.forms import ObligationForm

TARGETS = (
    target("number", "Number", "What was promised",
           "number, no, obligation number, obligation no, ref, reference, id, obligation id, obligation ref"),
    target("clause", "Clause", "What was promised",
           "clause, clause number, clause ref, clause reference, contract clause, schedule, paragraph, section"),
    target("title", "Title", "What was promised",
           "title, obligation, name, obligation title, deliverable, summary, requirement"),
    target("text", "Text", "What was promised",
           "text, what the contract says, description, obligation text, details, wording, obligation description, what"),
    target("party", "Party", "What was promised",
           "party, who must do it, responsible party, obligated party, owed by, obligation on, who"),
    target("kind", "Kind", "What was promised", "kind, type, obligation type, category"),
    target("repeat", "How it recurs", "When it falls due",
           "how it recurs, recurrence, frequency, repeat, how often, due"),
    target("every", "Every how many", "When it falls due", "every how many, every, interval"),
    target("first_due", "First due", "When it falls due",
           "first due, day first due, due date, due on, first due date, date due, deadline, start date"),
    target("until", "Until", "When it falls due", "until, goes on until, end date, last due, due until"),
    target("times", "How many times", "When it falls due", "how many times, number of times, times, count, occurrences"),
    target("last_day", "On the last day of the month", "When it falls due",
           "on the last day of the month, month end"),
    target("followed_from", "Followed from", "When it falls due", "followed from, follow it from"),
    target("survives", "Goes on after the contract", "When it falls due",
           "goes on after the contract, survives, survival"),
    target("responsible", "Responsible person", "Who sees to it",
           "responsible person, responsible, owner, lead, contract manager, assigned to"),
    target("supplier_contact", "Supplier's contact", "Who sees to it",
           "supplier contact, contact at the supplier, suppliers contact, supplier lead"),
    target("evidence_required", "Evidence that is required", "How it is shown, and what if not",
           "evidence that is required, evidence, evidence required, proof"),
    target("consequence", "Consequence", "How it is shown, and what if not",
           "consequence, what follows if it is not done, consequence of failure, remedy, impact"),
)  # fmt: skip


def find(user, contract_pk):
    return get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)


def form(contract, user, data=None, instance=None):
    suggested = {"followed_from": timezone.localdate()}
    return ObligationForm(data, instance=instance, contract=contract, initial=suggested)


def number(contract, taken):
    """The next free number, for a row that names none."""
    known = list(contract.obligations.values_list("number", flat=True))
    return rules.next_number([*known, *taken])


def save(bound, contract, by, reason):
    today = timezone.localdate()
    try:
        if bound.instance.pk is None:
            return actions.add(
                contract=contract, by=by, today=today, reason=reason, **bound.changes
            )
        return actions.change(
            obligation=bound.instance, by=by, today=today, reason=reason,
            version=bound.cleaned_data["version"], **bound.changes,
        )  # fmt: skip
    except (Taken, locking.Conflict, actions.AlreadyRecorded, actions.Refused) as problem:
        raise ValueError("Somebody has changed this obligation meanwhile") from problem


def back(contract):
    return reverse("obligations:contract", args=[contract.pk])


kinds.register(kinds.Kind(
    key="obligations", noun="obligation", nouns="obligations", targets=TARGETS,
    required=("title", "party", "first_due"), identity=("number", "title"),
    find=find,
    there=lambda contract: contract.obligations.active(),
    form=form,
    save=save,
    fill={"number": number},
    words={
        "party": dict.fromkeys(("contractor", "provider", "vendor", "them"), "supplier")
        | dict.fromkeys(("council", "customer", "buyer", "client", "us", "we"), "authority"),
        "kind": {"condition precedent (cp)": "condition", "cp": "condition", "report": "reporting",
                 "open book": "open_book", "dependency": "dependency", "milestone": "deliverable"},
        "repeat": {"one-off": "once", "one off": "once", "on date": "once", "week": "weeks", "every week": "weeks",
                   "month": "months", "every month": "months", "quarter": "quarters", "every quarter": "quarters",
                   "annual": "years", "annually": "years", "every year": "years", "year": "years"},
    },
    back=back,
    crumbs=lambda contract: (
        ("Contracts", reverse("contracts:list")),
        (contract.reference, contract.get_absolute_url()),
        ("Obligations", back(contract)),
    ),
))  # fmt: skip
