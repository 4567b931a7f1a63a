"""What documents add to others' pages: a tab, dates, checks, history, the timeline and search."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from common import deadlines, navigation, search
from common.markup import row_url
from contracts import checks, parts, sections, timeline, trail
from contracts.documents import standing
from contracts.documents.models import Document, Kind, Version
from contracts.documents.querysets import histories, sees_confidential
from contracts.models import Contract
from contracts.sections import columns_of, revived

DOCUMENTS_IN_SUMMARY = 5


def asked(contract, confidential_too):
    """The papers of the agreement come first in the order of documents, so they are the ones shown."""
    documents = Document.objects.filter(contract=contract).in_use()
    if not confidential_too:
        documents = documents.open_to_all()
    # A member of a UNION may have no limit; what it chooses from may.
    first = documents.in_order().values("pk")[: DOCUMENTS_IN_SUMMARY + 1]
    version = {f"current__{name}": f"current__{name}" for name in ("number", "effective_on")}
    return ((Document.objects.filter(pk__in=first), columns_of(Document, **version)),)


def summary(contract, user, rows):
    documents = sorted((_document(row) for row in rows), key=_in_order)
    return {
        "documents": documents[:DOCUMENTS_IN_SUMMARY],
        "more": len(documents) > DOCUMENTS_IN_SUMMARY,
    }


def _document(row):
    document = revived(Document, row)
    effective_on = date.fromisoformat(row["current__effective_on"])
    document.current = Version(
        pk=document.current_id, number=row["current__number"], effective_on=effective_on
    )
    return document


def _in_order(document):
    number = document.number
    return (document.place, number is None, number or 0, document.title, document.pk)


navigation.register(
    navigation.Item(
        "documents", "Documents", "documents:list", order=27, shown=parts.sees_contracts,
        prefixes=("/contracts/documents/",), further=True,
    )
)  # fmt: skip


sections.register(
    sections.Section(
        "documents", "Documents", "documents:contract", order=60,
        summary_template="documents/_summary.html", summary=summary, asked=asked,
        mode=sees_confidential,
    )
)  # fmt: skip


@trail.source(for_reader=True)
def of_its_documents(contract, user):
    return histories(user, contract=contract)[0]


@trail.source(for_reader=True)
def of_their_versions(contract, user):
    return histories(user, contract=contract)[1]


timeline.source(standing.entries)


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "pk", "title", "confidential", "contract", "contract__reference", "contract__title",
    "contract__unit", "contract__oco", "contract__deputy", "contract__sro",
)  # fmt: skip


def _asking(documents, contracts, column):
    def asked(scope, start, end):
        of_these = contracts().within(scope).order_by().values("pk")
        due = documents().filter(contract__in=of_these, **{f"{column}__range": (start, end)})
        return due.order_by().values_list(*_COLUMNS, column)

    return asked


def _deadlines(key, told, found, user):
    """Reminders are logged where everybody who sees the contract may read them, so that a sweep, which has
    no reader, is told of no confidential document. Those who may read one find its dates under My work."""
    for pk, title, confidential, contract, reference, name, unit, oco, deputy, sro, due_on in found:
        of_it = Contract(pk=contract, unit_id=unit, oco_id=oco, deputy_id=deputy, sro_id=sro)
        if confidential and not (user and sees_confidential(of_it, user)):
            continue
        people = (oco, sro) if confidential else (oco, deputy)
        yield deadlines.Deadline(
            key=f"{key}:{pk}",
            due_on=due_on,
            title=told.format(title),
            subject=f"{reference} {name}",
            url=row_url("documents:document", pk),
            responsible=tuple(person for person in people if person),
            contract_id=contract,
            unit_id=unit,
        )


_to_review = _asking(Document.objects.in_use, Contract.objects.not_ended, "review_on")
# Of contracts that have ended above all, and also of what was withdrawn: its files are there.
_kept_long_enough = _asking(Document.objects.kept, Contract.objects.all, "retain_until")


@deadlines.source("document-review", "Document review", asked=_to_review)
def reviews(scope, start, end):
    found = deadlines.kept_rows(_to_review, scope, start, end)
    return _deadlines("document-review", "Review “{}”", found, scope.user)


@deadlines.source(
    "document-retention", "Document need not be kept any longer", asked=_kept_long_enough
)
def retentions(scope, start, end):
    found = deadlines.kept_rows(_kept_long_enough, scope, start, end)
    return _deadlines("document-retention", "Decide whether to keep “{}”", found, scope.user)


# --- how the contract is managed ------------------------------------------------------------------
#
# A check is told to everybody who sees the contract. Both leave confidential documents aside: that a gap
# is not there would say that one is.


def without_signed_contract(contracts):
    papers = Document.objects.open_to_all().in_use().filter(contract=OuterRef("pk"), kind=Kind.CONTRACT)  # fmt: skip
    # House default: asked for from Silver upwards.
    asked = contracts.in_force().filter(tier__in=["platinum", "gold", "silver"])
    return asked.filter(~Exists(papers))


def with_review_overdue(contracts):
    late = Document.objects.open_to_all().in_use().filter(
        contract=OuterRef("pk"), review_on__lt=timezone.localdate()
    )  # fmt: skip
    return contracts.not_ended().filter(Exists(late))


checks.register(checks.Check(
    "no_signed_contract", "No signed contract on file",
    "Add the signed contract, as a document that everybody who sees this page may read",
    failing=without_signed_contract,
    mend=lambda contract: f"{reverse('documents:add', args=[contract.pk])}?kind={Kind.CONTRACT}",
    order=90,
))  # fmt: skip
checks.register(checks.Check(
    "document_review_overdue", "Document review overdue",
    "Review the documents whose date has passed, and set their next dates",
    failing=with_review_overdue,
    mend=lambda contract: reverse("documents:contract", args=[contract.pk]),
    order=92,
))  # fmt: skip


# --- search -----------------------------------------------------------------------------------------


def find(user, text, limit):
    found = Document.objects.visible_to(user).in_use().search(text).select_related("contract")
    return [
        search.Hit(
            document.name,
            f"{document.get_kind_display()} of {document.contract}",
            document.get_absolute_url(),
        )
        for document in found.order_by("title", "pk")[:limit]
    ]


search.register(
    search.Source(
        "documents",
        "Documents",
        find,
        lambda query: f"{reverse('documents:list')}?{query}",
        order=30,
    )
)
