"""Terms of office follow the people that the contracts' columns name, however these were written.

Works on a queryset, so that naming the people of a hundred thousand imported contracts costs one
INSERT for each part.
"""

from django.db.models import DateField, Exists, F, OuterRef, Value
from django.utils import timezone

from common.bulk import insert_select
from contracts.models import PEOPLE, Contract, Office, TermOfOffice


def follow(contracts, by):
    keep_in_step(contracts, today=timezone.localdate())


def keep_in_step(contracts, *, today):
    """End, begin and reopen terms until they say what the columns say. The day of change is today.

    No history is written: who named whom, and why, is told by the history of the contract.
    """
    known = TermOfOffice.objects.filter(contract__in=contracts)
    if known.exists():
        for part in PEOPLE:
            _end(known, part, today)
            _reopen(contracts, known, part, today)
        _end_as_further(known, today)
    for part in PEOPLE:
        _begin(contracts, part, today)
    note_further_deputies(contracts.filter(has_further_deputies=True))


def _end(terms, part, today):
    """Those whom the column no longer names. Who was named and replaced on one day was a slip."""
    theirs = terms.current().filter(part=part).exclude(person=F(f"contract__{part}"))
    slips = theirs.filter(starts_on__gte=today)
    slips._raw_delete(slips.db)
    theirs.update(ends_on=today)


def _reopen(contracts, terms, part, today):
    """Whoever is named again on the day on which they were replaced has held it all the time."""
    again = terms.filter(part=part, ends_on=today, person=F(f"contract__{part}"))
    again.filter(~Exists(_current(part, OuterRef("contract")))).update(ends_on=None)


def _begin(contracts, part, today):
    vacant = contracts.filter(**{f"{part}__isnull": False}).filter(
        ~Exists(_current(part, OuterRef("pk")))
    )
    columns = {
        "contract_id": F("pk"),
        "person_id": F(f"{part}_id"),
        "part": Value(part),
        "starts_on": Value(today, output_field=DateField()),
    }
    insert_select(TermOfOffice, columns, vacant)


def _current(part, contract):
    return TermOfOffice.objects.current().filter(part=part, contract=contract)


def _end_as_further(terms, today):
    """A further deputy who becomes the owner or the first deputy is no longer a further one."""
    further = terms.current().filter(part=Office.FURTHER)
    for part in ("oco", "deputy"):
        further.filter(person=F(f"contract__{part}")).update(ends_on=today)


def note_further_deputies(contracts):
    """Say on the contracts whether they have any: what lists and access look at first. No history: the
    terms tell it."""
    there = TermOfOffice.objects.current().filter(part=Office.FURTHER, contract=OuterRef("pk"))
    ids = list(contracts.order_by().values_list("pk", flat=True))
    Contract.objects.filter(pk__in=ids).update(has_further_deputies=Exists(there))
