"""Evidence of compliance from a spreadsheet: what its columns may be, and the form and actions that its rows go through."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from common import locking
from common.intake import kinds
from common.spreadsheets.mapping import target
from contracts.models import Contract
from risks.continuity import actions
from risks.continuity.forms import CheckForm
from risks.continuity.subjects import Subject

TARGETS = (
    target("requirement", "What is required", "What is required",
           "what is required, requirement, check, compliance check, title, name, certificate, policy"),
    target("topic", "What it is about", "What is required",
           "what it is about, topic, type, category, area, kind"),
    target("topic_words", "If something else, what", "What is required", "if something else what, other topic, other"),
    target("result", "What was found", "What was found", "what was found, result, status, compliant, outcome, complies"),
    target("checked_on", "Checked on", "What was found",
           "checked on, checked, date checked, last checked, reviewed on, date of check, issued on, issue date"),
    target("evidence", "What shows it", "What shows it",
           "what shows it, evidence, proof, certificate number, policy number, notes, comment"),
    target("evidence_url", "Link to the evidence", "What shows it", "link to the evidence, link, url, evidence link"),
    target("expires_on", "Evidence expires on", "What shows it",
           "evidence expires on, expires on, expiry, expiry date, expires, valid until, valid to, renewal date"),
    target("next_on", "Next check", "What follows", "next check, next review, check again, review date, due"),
    target("action", "What is done about it", "What follows",
           "what is done about it, action, actions, remedy, follow up, mitigation"),
)  # fmt: skip


def find(user, contract_pk):
    return get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)


def form(contract, user, data=None, instance=None):
    return CheckForm(
        data, instance=instance, subject=Subject(contract=contract), user=user, today=timezone.localdate()
    )  # fmt: skip


def save(bound, contract, by, reason):
    """A new requirement; one that is there is renewed when somebody looked again since, and otherwise put right."""
    today, known = timezone.localdate(), bound.instance
    try:
        if known.pk is None:
            return actions.add_check(
                contract=contract, by=by, today=today, reason=reason, **bound.changes
            )
        write = actions.renew_check if _looked_again(bound) else actions.change_check
        return write(
            check=known, by=by, today=today, reason=reason, version=bound.cleaned_data["version"], **bound.changes
        )  # fmt: skip
    except (locking.Conflict, actions.Refused) as problem:
        raise ValueError("Somebody has changed this requirement meanwhile") from problem


def _looked_again(bound):
    before, now = bound.initial.get("checked_on"), bound.cleaned_data["checked_on"]
    return now is not None and before is not None and now > before


def back(contract):
    return reverse("continuity:contract", args=[contract.pk])


kinds.register(kinds.Kind(
    key="compliance", noun="requirement", nouns="evidence of compliance", targets=TARGETS,
    required=("requirement", "topic"), identity=("requirement",),
    find=find,
    there=lambda contract: contract.compliance_checks.current(),
    form=form,
    save=save,
    words={
        "topic": {"insurances": "insurance", "gdpr": "data_security", "data protection": "data_security",
                  "information security": "data_security", "cyber": "data_security", "fraud": "anti_fraud",
                  "bribery": "anti_fraud", "sustainability": "supply_chain", "supply chain": "supply_chain",
                  "slavery": "modern_slavery", "certification": "accreditation", "iso": "accreditation"},
        "result": {"yes": "complies", "compliant": "complies", "pass": "complies", "no": "fails", "not compliant": "fails",
                   "non-compliant": "fails", "fail": "fails", "partial": "partly", "in part": "partly",
                   "partly": "partly", "not checked": "not_checked", "tbc": "not_checked"},
    },
    back=back,
    crumbs=lambda contract: (
        ("Contracts", reverse("contracts:list")),
        (contract.reference, contract.get_absolute_url()),
        ("Continuity and compliance", back(contract)),
    ),
))  # fmt: skip
