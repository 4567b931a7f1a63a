"""What this room adds to others' pages: its tab, where a contract stands in its life, and its needs."""

from functools import partial

from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from contracts import gates, sections
from contracts.models import Kind
from contracts.stages import rules, steps
from contracts.stages.actions import may_move


def summary(contract, user):
    """The steps of its life by the contract's own dates: no query."""
    offered = may_move(contract, user) and steps.is_time(contract)
    onward = steps.usual_next(contract) if offered else None
    return {"steps": steps.of(contract), "onward": onward}


sections.register(
    sections.Section(
        "stage", "Stage", "stages:contract", order=12,
        summary_template="stages/_summary.html", summary=summary,
    )
)  # fmt: skip

# Where each need is mended, and who may: (address, input or "", permission).
_EDIT, _PEOPLE = "contracts:edit", "contracts:people"
_MEND = {
    "supplier": (_EDIT, "supplier", Permission.EDIT_CONTRACTS),
    "signed": (_EDIT, "signed_on_0", Permission.EDIT_CONTRACTS),
    "owner": (_PEOPLE, "oco", Permission.ASSIGN_PEOPLE),
    "commencement": (_EDIT, "commences_on_0", Permission.EDIT_CONTRACTS),
    "commenced": (_EDIT, "commences_on_0", Permission.EDIT_CONTRACTS),
    "end": (_EDIT, "ends_on_0", Permission.EDIT_CONTRACTS),
    "value": (_EDIT, "value", Permission.EDIT_CONTRACTS),
    # Who edits a contract proposes its tier there, and the Procurement Unit decides it.
    "tier": ("tiering:contract", "", Permission.EDIT_CONTRACTS),
    "sro": (_PEOPLE, "sro", Permission.ASSIGN_PEOPLE),
}


def facts_of(contract):
    return rules.Facts(
        stage=contract.stage,
        today=timezone.localdate(),
        is_spot=contract.kind == Kind.SPOT,
        has_supplier=contract.supplier_id is not None,
        has_owner=contract.oco_id is not None and contract.oco.is_active,
        has_sro=contract.sro_id is not None and contract.sro.is_active,
        tier=contract.tier,
        has_value=bool(contract.value_now),
        signed_on=contract.signed_on,
        commences_on=contract.commences_on,
        ends_on=contract.ends_on,
        review_on=contract.review_on,
    )


def _ask(need, contract):
    if sentence := need.ask(facts_of(contract)):
        name, box, permission = _MEND[need.key]
        url = reverse(name, args=[contract.pk])
        yield gates.Missing(sentence, f"{url}#id_{box}" if box else url, permission)


for need in rules.NEEDS:
    gates.requirement(f"stage-{need.key}", stages=need.stages)(partial(_ask, need))
