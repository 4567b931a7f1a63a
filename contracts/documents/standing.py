"""The contract as it stands on a day: what it says, which papers count, and how it came to that."""

from contracts import timeline
from contracts.documents import rules
from contracts.documents.models import Document


class Standing:
    """What the page shows of one contract, to one reader, on one day. Three queries and the sources'."""

    def __init__(self, contract, user, *, on, today):
        self.contract, self.on, self.today = contract, on, today
        self.is_today = on == today
        entries = timeline.of(contract, user)
        self.entries = [entry for entry in entries if entry.on <= on]
        self.later = [entry for entry in entries if entry.on > on]
        self._every_entry = entries
        self._documents = list(_documents(contract, user))

    def _fact(self, name, award, now):
        changes = {
            e.on: getattr(e, name) for e in self._every_entry if getattr(e, name) is not None
        }
        return rules.fact_on(self.on, today=self.today, award=award, now=now, changes=changes)

    @property
    def value(self):
        contract = self.contract
        now = contract.value if contract.current_value is None else contract.current_value
        return self._fact("value", contract.value, now)

    @property
    def ends_on(self):
        contract = self.contract
        return self._fact("ends_on", contract.initial_end_on or contract.ends_on, contract.ends_on)

    @property
    def papers(self):
        """(document, its version) of what counted on the day, in the order of the contract."""
        return [
            (document, version)
            for document in self._documents
            if (version := version_on(document, self.on))
        ]


def _documents(contract, user):
    documents = Document.objects.of(contract, user).of_the_agreement().in_order()
    return documents.prefetch_related("versions__choices")


def version_on(document, on):
    """The version of a document that counted on a day; None before its first and after its withdrawal, or
    after its files were destroyed."""
    if any(day and day <= on for day in (document.withdrawn_on, document.disposed_on)):
        return None
    counting = {v.number: v for v in document.versions.all() if not v.withdrawn_on}
    turns = [turn for version in counting.values() for turn in version.turns]
    return counting.get(rules.in_force(turns, on))


def entries(contract, user):
    """Each day on which a version of what was agreed began to count, or a paper ceased to."""
    for document in _documents(contract, user):
        url = document.get_absolute_url()
        for version in document.versions.all():
            if version.withdrawn_on:
                continue
            yield timeline.Entry(
                version.effective_on, _begins(document, version), version.note, url
            )
            for choice in version.choices.all():
                title = f"{document.name}: version {version.number} chosen as current"
                yield timeline.Entry(choice.from_on, title, choice.reason, url)
        if document.withdrawn_on:
            title = f"{document.name} no longer counts"
            yield timeline.Entry(document.withdrawn_on, title, document.withdrawn_reason, url)
        if document.disposed_on:
            title = f"{document.name} was disposed of"
            yield timeline.Entry(document.disposed_on, title, document.disposed_reason, url)


def _begins(document, version):
    return document.name if version.number == 1 else f"{document.name}, version {version.number}"
