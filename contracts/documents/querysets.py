from django.db import models
from django.db.models import F, Prefetch, Q

from accounts.permissions import Permission
from contracts.models import Contract


def sees_confidential(contract, user):
    """Whether a reader of this contract may know of its confidential documents."""
    return contract.allows(user, Permission.VIEW_CONFIDENTIAL)


class DocumentQuerySet(models.QuerySet):
    """Which documents: by who may know of them, and how they stand.

    Every question that a reader asks goes through `visible_to` or `of`, so that a confidential document
    is in no list, count, export, search or history of somebody who may not open it.
    """

    def visible_to(self, user):
        found = self
        if not user.may(Permission.VIEW_CONTRACTS):
            found = found.filter(contract__in=_ids(Contract.objects.visible_to(user)))
        if user.may(Permission.VIEW_CONFIDENTIAL):
            return found
        allowed = Contract.objects.allowing(user, Permission.VIEW_CONFIDENTIAL)
        return found.filter(Q(confidential=False) | Q(contract__in=_ids(allowed)))

    def editable_by(self, user):
        """Those that this user may change; what has been disposed of changes no more."""
        editable = Contract.objects.editable_by(user)
        return self.visible_to(user).kept().filter(contract__in=_ids(editable))

    def disposable_by(self, user):
        """Those that this user may dispose of, once they need not be kept any longer."""
        theirs = Contract.objects.allowing(user, Permission.DISPOSE_OF_DOCUMENTS)
        return self.visible_to(user).filter(contract__in=_ids(theirs))

    def of(self, contract, user):
        """The documents of a contract that this user, who sees the contract, may know of."""
        found = self.filter(contract=contract)
        return found if sees_confidential(contract, user) else found.open_to_all()

    def open_to_all(self):
        """Those that everybody who sees the contract may read: what is asked of all contracts at once
        must not give the others away."""
        return self.filter(confidential=False)

    def in_use(self):
        return self.kept().filter(withdrawn_on=None)

    def withdrawn(self):
        return self.kept().exclude(withdrawn_on=None)

    def kept(self):
        """Those whose files are there, in use or withdrawn."""
        return self.filter(disposed_on=None)

    def disposed_of(self):
        return self.exclude(disposed_on=None)

    def of_the_agreement(self):
        """What was agreed and what changed it, against what only helps to manage it."""
        return self.filter(kind__in=self.model.AGREEMENT)

    def in_order(self):
        """By kind as people look for them, then by their numbers."""
        return self.order_by("place", F("number").asc(nulls_last=True), "title", "pk")

    def with_versions(self, most=None):
        """Each with `shown`, its latest versions (all without `most`), newest first."""
        from contracts.documents.models import Version

        versions = Version.objects.select_related("uploaded_by").order_by("-number")
        return self.prefetch_related(Prefetch("versions", versions[:most], to_attr="shown"))

    def search(self, text):
        """Documents with every word of the text in their titles."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(title__icontains=word)
        return found

    def due_to_change(self, today):
        """Those whose next version was to take over by now."""
        return self.filter(next_change_on__lte=today)


class VersionQuerySet(models.QuerySet):
    """Which versions: by who may know of their document, and what is known of their files."""

    def _of(self, documents):
        return self.filter(document__in=documents.order_by().values("pk"))

    def visible_to(self, user):
        from contracts.documents.models import Document

        return self._of(Document.objects.visible_to(user))

    def editable_by(self, user):
        from contracts.documents.models import Document

        return self._of(Document.objects.editable_by(user))

    def counting(self):
        """Those that may count on some day; a withdrawn one counts on none."""
        return self.filter(withdrawn_on=None)

    def unscanned(self):
        """Those with a file that no scanner has judged yet."""
        return self.filter(scan="unscanned").exclude(file="")

    def longest_unasked_first(self):
        """Those about which the scanner was asked in vain come last, the latest of them at the end."""
        return self.order_by(F("scanned_at").asc(nulls_first=True), "pk")


def histories(user, *, contract=None, document=None):
    """The historical rows of documents and versions of one of these that this reader may know.

    Whoever may not read confidential documents is told nothing of one that is or ever was: its rows
    would say what it was called then.
    """
    from contracts.documents.models import Document, Version

    contract = contract or document.contract
    documents = Document.history.all()
    # The first version is told with its document.
    versions = Version.history.exclude(number=1, history_type="+")
    if document is not None:
        documents, versions = (
            documents.filter(id=document.pk),
            versions.filter(document=document.pk),
        )
    else:
        of_it = Document.objects.filter(contract=contract).order_by().values("pk")
        documents = documents.filter(contract_id=contract.pk)
        versions = versions.filter(document__in=of_it)
    if not sees_confidential(contract, user):
        secret = Document.history.filter(contract_id=contract.pk, confidential=True).order_by()
        documents = documents.exclude(id__in=secret.values("id"))
        versions = versions.exclude(document__in=secret.values("id"))
    return [documents, versions]


def _ids(contracts):
    return contracts.order_by().values("pk")
