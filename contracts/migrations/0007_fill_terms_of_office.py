from itertools import groupby
from operator import itemgetter

from django.db import migrations
from django.utils import timezone

PARTS = ("oco", "deputy", "sro")
BATCH = 2_000


def fill(apps, schema_editor):
    """Terms of office for the contracts that are here: from their history, and of those without one from
    the day on which they came in.

    No history is written: nobody has decided anything, and the contract's own history is what is read here.
    """
    Contract = apps.get_model("contracts", "Contract")
    Historical = apps.get_model("contracts", "HistoricalContract")
    Term = apps.get_model("contracts", "TermOfOffice")
    columns = ("id", "created_at", *(f"{part}_id" for part in PARTS))
    now = {
        pk: (created_at, people)
        for pk, created_at, *people in Contract.objects.values_list(*columns)
    }
    versions = Historical.objects.exclude(history_type="-").order_by(
        "id", "history_date", "history_id"
    )
    rows = versions.values_list("id", "history_date", *(f"{part}_id" for part in PARTS))
    batch = []

    def keep(pk, told):
        created_at, people = now.pop(pk)
        for number, part in enumerate(PARTS):
            days = [(timezone.localdate(at), holders[number]) for at, holders in told]
            for person, starts_on, ends_on in terms(
                days, people[number], timezone.localdate(created_at)
            ):
                batch.append(
                    Term(
                        contract_id=pk,
                        person_id=person,
                        part=part,
                        starts_on=starts_on,
                        ends_on=ends_on,
                    )
                )
        if len(batch) >= BATCH:
            Term.objects.bulk_create(batch)
            batch.clear()

    for pk, told in groupby(rows.iterator(chunk_size=5_000), key=itemgetter(0)):
        if pk in now:
            keep(pk, [(at, holders) for _, at, *holders in told])
    for pk in list(now):
        keep(pk, [])
    Term.objects.bulk_create(batch)


def terms(days, holder, created_on):
    """(person, from, until) of those who held a part, from who held it on which day; the last is who holds
    it now. Whoever was named and replaced on one day was a slip."""
    if not days or days[-1][1] != holder:
        days = [*days, (days[-1][0] if days else created_on, holder)]
    held = [next(group) for _, group in groupby(days, key=itemgetter(1))]
    for number, (starts_on, person) in enumerate(held):
        ends_on = held[number + 1][0] if number + 1 < len(held) else None
        if person is not None and ends_on != starts_on:
            yield person, starts_on, ends_on


def empty(apps, schema_editor):
    apps.get_model("contracts", "TermOfOffice").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("contracts", "0006_terms_of_office")]
    operations = [migrations.RunPython(fill, empty, elidable=True)]
