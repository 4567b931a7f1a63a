"""Documents with a real file each, made by the action that people use."""

from datetime import date

from contracts.documents import actions
from tests.documents.files import upload
from tests.factories import ContractFactory, UserFactory


def a_document(contract=None, *, by=None, file=None, **values):
    """A schedule that counts since 2026, added by the owner of its contract."""
    contract = contract or ContractFactory(oco=UserFactory(name="Olive Owner"))
    values = {
        "kind": "schedule", "title": "Pricing", "effective_on": date(2026, 1, 1), **values,
    }  # fmt: skip
    return actions.add(
        contract=contract, by=by or contract.oco, file=file or upload(), **values
    )  # fmt: skip


def a_version(document, *, by=None, file=None, **values):
    values = {"effective_on": date(2026, 4, 1), **values}
    return actions.add_version(
        document=document, by=by or document.contract.oco, file=file or upload(), **values
    )
