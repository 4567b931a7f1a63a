"""Which supplier is meant? By company number or PPON, then by name; what is merely alike is asked, never guessed."""

from collections import Counter, defaultdict

from contracts.imports import rules
from contracts.imports.models import ImportSupplier, SupplierAlias
from suppliers.models import Supplier
from suppliers.rules import bare_name, normalise_name


class Ours:
    """The suppliers of the register, looked up once for a whole file."""

    def __init__(self):
        self.names, self.numbers, self.by_ppon = {}, {}, {}
        self.by_number, self.by_name, self.by_first_word = {}, defaultdict(list), defaultdict(list)
        self.by_bare = defaultdict(list)
        for pk, name, normalised, number, ppon in (
            Supplier.objects.current()
            .values_list("pk", "name", "normalised_name", "company_number", "ppon")
            .iterator()
        ):
            self.names[pk], self.numbers[pk] = name, number
            self.by_name[normalised].append(pk)
            if number:
                self.by_number[number] = pk
            if ppon:
                self.by_ppon[ppon] = pk
            bare = bare_name(name)
            self.by_bare[bare].append(pk)
        for bare in self.by_bare:
            self.by_first_word[bare.split(" ", 1)[0]].append(bare)
        self.aliases = dict(SupplierAlias.objects.values_list("key", "supplier_id"))

    def match(self, normalised, number, ppon=""):
        """(id or None, candidates): candidates are [kind, id, name, why]."""
        if number and number in self.by_number:
            return self.by_number[number], []
        # A PPON is one body's alone; with another company number one of the two is a slip.
        same_ppon = self.by_ppon.get(ppon)
        if same_ppon and not (number and self.numbers[same_ppon]):
            return same_ppon, []
        if alias := self.aliases.get(f"#{number}" if number else normalised):
            return alias, []
        same_name = self.by_name.get(normalised, [])
        # A body with another company number is another body, however alike the names are.
        possible = [pk for pk in same_name if not (number and self.numbers[pk])]
        if len(possible) == 1 and len(same_name) == 1:
            return possible[0], []
        if same_name:
            return None, [
                self._candidate(pk, self._why_same_name(pk, number)) for pk in same_name[:5]
            ]
        return None, self._near(normalised, number)

    def _why_same_name(self, pk, number):
        if number and self.numbers[pk]:
            return f"The names are the same, but this one has the company number {self.numbers[pk]}"
        return "Several suppliers in the register have this name"

    def _near(self, normalised, number):
        found = []
        for bare, why in rules.near_names(bare_name(normalised), self.by_first_word):
            for pk in self.by_bare[bare]:
                if not (number and self.numbers[pk]):
                    found.append(self._candidate(pk, why))
        return found[:4]

    def _candidate(self, pk, why):
        number = f" ({self.numbers[pk]})" if self.numbers[pk] else ""
        return ["ours", pk, f"{self.names[pk]}{number}", why]


class Named:
    """The suppliers that a file names, gathered while it is read for the first time."""

    def __init__(self):
        self.counts = Counter()
        self.names, self.details = {}, {}
        self._normalised = {}

    def add(self, names, number, details):
        for name in names:
            normalised = self._normalised.get(name)
            if normalised is None:
                normalised = self._normalised[name] = normalise_name(name)[:255]
            key = (normalised, number if len(names) == 1 else "")
            self.counts[key] += 1
            if key not in self.names:
                self.names[key], self.details[key] = name, {}
            if details and len(names) == 1:
                self.details[key] |= details

    def keep(self, run):
        """Write them down with what they match and what must be asked; earlier answers stay."""
        answers = dict(run.suppliers.exclude(answer="").values_list("key", "answer"))
        run.suppliers.all().delete()
        ours, rows = Ours(), {}
        for (normalised, number), count in sorted(self.counts.items()):
            key = f"#{number}" if number else normalised
            if key in rows:
                rows[key].rows += count
                rows[key].details |= self.details[normalised, number]
                continue
            details = self.details[normalised, number]
            supplier, candidates = ours.match(normalised, number, details.get("ppon", ""))
            rows[key] = ImportSupplier(
                run=run, key=key, name=self.names[normalised, number], normalised_name=normalised,
                company_number=number, rows=count,
                supplier_id=supplier, candidates=candidates, details=details,
            )  # fmt: skip
        self._leave_each_ppon_to_one(rows, ours)
        self._compare_with_each_other(rows)
        for key, row in rows.items():
            row.answer = _still_valid(answers.get(key, ""), row.candidates)
            if row.answer.startswith("ours:"):
                row.supplier_id = int(row.answer.removeprefix("ours:"))
        ImportSupplier.objects.bulk_create(rows.values(), batch_size=1_000)

    def _leave_each_ppon_to_one(self, rows, ours):
        """No two suppliers have one PPON: a second new one is added without it."""
        taken = set(ours.by_ppon)
        for row in rows.values():
            ppon = row.details.get("ppon")
            if ppon and ppon in taken and row.supplier_id is None:
                del row.details["ppon"]
            elif ppon:
                taken.add(ppon)

    def _compare_with_each_other(self, rows):
        """Two new names that are alike are asked about too, once."""
        unknown = [row for row in rows.values() if row.supplier_id is None]
        first_words, by_bare = defaultdict(list), defaultdict(list)
        # Those with a number come first: a name without one is asked about, not the other way round.
        for row in sorted(unknown, key=lambda row: (not row.company_number, row.key)):
            bare = bare_name(row.name)
            if not row.company_number:
                for other, why in rules.near_names(bare, first_words):
                    row.candidates += [
                        ["file", near.key, f"{near.name} (also in this file)", why]
                        for near in by_bare[other]
                    ][:3]
            if bare not in by_bare:
                first_words[bare.split(" ", 1)[0]].append(bare)
            by_bare[bare].append(row)


def _still_valid(answer, candidates):
    kind, _, which = answer.partition(":")
    if kind in ("ours", "file"):
        valid = any([kind, which] == [c[0], str(c[1])] for c in candidates)
        return answer if valid else ""
    return answer if candidates else ""


class Book:
    """What the names in a row mean, once everything has been asked: ids of ImportSupplier."""

    def __init__(self, run):
        self.rows = {row.key: row for row in run.suppliers.all()}
        self.by_id = {row.pk: row for row in self.rows.values()}
        self._remembered = {}

    def of(self, names, number):
        """The rows of the suppliers that a cell names, the lead first, none twice."""
        key = (tuple(names), number)
        found = self._remembered.get(key)
        if found is None:
            number = number if len(names) == 1 else ""
            rows = [
                self.settled(self.rows[f"#{number}" if number else normalise_name(n)[:255]])
                for n in names
            ]
            found = self._remembered[key] = list(dict.fromkeys(rows))
        return found

    def settled(self, row):
        """The row that this one was said to be the same as, or itself."""
        seen = set()
        while row.answer.startswith("file:") and row.key not in seen:
            seen.add(row.key)
            row = self.rows.get(row.answer.removeprefix("file:"), row)
        return row


def remember_names_of_merged(merge):
    """The spellings of a supplier that goes, and its own name and number, mean the one that stays."""
    number = SupplierAlias.objects.filter(supplier=merge.goes).update(supplier=merge.stays)
    stays, goes = merge.stays, merge.goes
    keys = {goes.normalised_name}
    if goes.company_number:
        keys.add(f"#{goes.company_number}")
    others = Supplier.objects.current().exclude(pk=stays.pk)
    if others.filter(normalised_name=goes.normalised_name).exists():
        keys.discard(goes.normalised_name)  # somebody else is called that too: it is asked about
    SupplierAlias.objects.bulk_create(
        [SupplierAlias(key=key, supplier=stays, answered_by=merge.by) for key in sorted(keys)],
        ignore_conflicts=True,
    )
    return number
