"""What another matrix or another appetite would change, and how far the scores have been worked out anew."""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count, F, Q

from risks import rules
from risks.models import Matrix, Risk
from risks.rules import Band, Kind, State


@dataclass
class Changes:
    """How the open risks would stand by another matrix: by band before and after, and what follows from it."""

    moves: Counter = field(default_factory=Counter)  # (band before, band after): how many
    before_sro: tuple[int, int] = (0, 0)
    above: tuple[int, int] = (0, 0)

    @property
    def total(self):
        return self.moves.total()

    @property
    def up(self):
        return sum(n for (was, now), n in self.moves.items() if _place(now) > _place(was))

    @property
    def down(self):
        return sum(n for (was, now), n in self.moves.items() if _place(now) < _place(was))

    @property
    def moving(self):
        return self.up + self.down

    @property
    def rows(self):
        """For a table: each band before, and how many would then be of each band; (band, [(band, how many)])."""
        return [(was, [(now, self.moves[was, now]) for now in Band]) for was in Band]


def _place(band):
    return list(Band).index(band)


def changes(old: rules.Matrix, new: rules.Matrix) -> Changes:
    """One query, however many risks there are: they are counted by how likely and how serious they are."""
    cells = (
        Risk.objects.open()
        .order_by()
        .values_list("likelihood", "impact", "kind", "category__appetite")
        .annotate(number=Count("pk"), of_contracts=Count("contract"))
    )
    found, put_before, above = Changes(), [0, 0], [0, 0]
    for likelihood, impact, kind, appetite, number, of_contracts in cells:
        scores = [matrix.score(likelihood, impact) for matrix in (old, new)]
        found.moves[old.band(scores[0]), new.band(scores[1])] += number
        for place, (matrix, score) in enumerate(zip((old, new), scores, strict=True)):
            if kind != Kind.OPPORTUNITY and matrix.goes_before_sro(score):
                put_before[place] += of_contracts
            if rules.is_above_appetite(score, appetite, kind=kind):
                above[place] += number
    found.before_sro, found.above = tuple(put_before), tuple(above)
    return found


def above_appetite(category, appetite):
    """How many open risks of a category score more than this."""
    if appetite is None:
        return 0
    return Risk.objects.open().threats().filter(category=category, score__gt=appetite).count()


def with_counts(categories):
    """With how many risks are open in each, and how many of them are above its appetite."""
    is_open = Q(risks__state=State.OPEN)
    is_above = is_open & ~Q(risks__kind=Kind.OPPORTUNITY) & Q(risks__score__gt=F("appetite"))
    return categories.annotate(
        open_risks=Count("risks", filter=is_open), above=Count("risks", filter=is_above)
    )


def still_to_score():
    """How many risks were scored by an earlier matrix."""
    version = Matrix.objects.order_by("pk").values_list("version", flat=True).first() or 0
    return Risk.objects.exclude(matrix_version=version).count()


def ask_for_it():
    """Have the scores worked out anew in the background; False when nobody can be asked just now."""
    from risks import tasks

    return tasks.score_anew.delay() is not None
