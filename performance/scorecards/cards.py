"""What a page shows of a scorecard: a card for each quadrant, as it stands or as it was signed off."""

from dataclasses import dataclass

from performance.scorecards import measures, rules
from performance.scorecards.models import Scorecard
from performance.scorecards.rules import ARROWS, Decision, Quadrant, Rag, Trend


@dataclass(frozen=True)
class Card:
    """One quadrant. `before` is the word that the scorecard before gave it."""

    line: rules.Line
    measured: list[measures.Measured]
    before: str | None = None
    quarter_before: object = None

    @property
    def title(self):
        return Quadrant(self.line.quadrant).label

    @property
    def rag(self):
        return self.line.rag

    @property
    def word(self):
        return Rag(self.rag).label if self.rag else "Not decided yet"

    @property
    def proposed(self):
        return Rag(self.line.proposed)

    @property
    def differs(self):
        return bool(self.rag) and self.rag != self.line.proposed

    @property
    def decision(self):
        return Decision(self.line.decision).label if self.line.decision else ""

    @property
    def lacks_decision(self):
        return self.rag == Rag.NOT_TRACKED and not self.line.decision

    @property
    def trend(self):
        return rules.trend(self.before, self.rag)

    @property
    def arrow(self):
        return ARROWS.get(self.trend, "")

    @property
    def trend_words(self):
        return rules.trend_words(self.trend, before=self.before, quarter_before=self.quarter_before)

    @property
    def is_compared(self):
        return self.trend != Trend.NONE


def of(scorecard, *, sign_off=None):
    """The four cards of a scorecard, frozen once it is signed off. `sign_off` shows one that was taken back."""
    signed = sign_off or scorecard.signed
    if signed:
        lines = {q: rules.Line(q, **said) for q, said in signed.frozen["lines"].items()}
        measured = [measures.Measured.from_json(one) for one in signed.frozen["measures"]]
    else:
        measured = measures.ask(scorecard.contract, scorecard.quarter)
        lines = as_of_now(scorecard.lines.all(), measures.proposals(measured))
    return beside(scorecard, lines, measured)


def as_of_now(lines, proposals):
    """{quadrant: what is said of it}, beside what is proposed now."""
    found = {}
    for line in lines:
        line.proposed = proposals[line.quadrant].value
        found[line.quadrant] = line.plain
    return found


def beside(scorecard, lines, measured):
    """The cards with what is said, what is measured, and what the scorecard before said."""
    before = Scorecard.objects.before(scorecard)
    words = dict(before.lines.values_list("quadrant", "rag")) if before else {}
    return [
        Card(
            line=lines.get(quadrant, rules.Line(quadrant)),
            measured=[one for one in measured if one.quadrant == quadrant],
            before=words.get(quadrant),
            quarter_before=before.quarter if before else None,
        )
        for quadrant in Quadrant
    ]


def words_of(sign_off):
    """`Cost Green, Performance Amber, ...` of a sign-off that was taken back."""
    lines = sign_off.frozen["lines"]
    return ", ".join(
        f"{quadrant.label} {Rag(lines[quadrant]['rag']).label}" for quadrant in Quadrant
    )
