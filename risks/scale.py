"""Many risks fast, for measuring: with what they scored, what is done about them, and the first line of their history."""

import random
from datetime import date, timedelta
from itertools import chain

from django.db.models import Max

from common.bulk import insert_rows, write_history
from contracts.models import Contract
from risks.models import (
    Category,
    ContingencyPlan,
    Matrix,
    Referral,
    RegisterReview,
    Risk,
    Scoring,
    Treatment,
)
from risks.rules import RED, Cause, Kind, Proximity, Response, State

SEED = 5
BATCH = 20_000
OWN = 100  # of the organisation as a whole
WIDE, VERY_WIDE = 60, 300

_TITLES = (
    ("Supplier cannot recruit enough people", "Wages elsewhere are higher", "shifts stay empty", "the service is late"),
    ("Personal data is lost or shown to others", "Data moves between systems", "data goes astray", "people are harmed"),
    ("Prices rise faster than the index", "Fuel and energy are dear", "the supplier asks for more", "the budget breaks"),
    ("Supplier becomes insolvent", "Margins are thin", "the supplier stops trading", "the service stops"),
    ("A subcontractor drops out", "One firm carries a key part", "it leaves", "work stands still"),
    ("An attack makes the system unusable", "Passwords are guessed", "systems are locked", "we work on paper"),
    ("Key people leave the supplier", "Knowledge is in few heads", "they leave", "errors grow"),
    ("Handover at the end fails", "There is no exit plan", "data and staff move late", "two suppliers are paid"),
    ("Demand is far above the forecast", "The winter is hard", "volumes double", "people wait"),
    ("We do not give access in time", "Sites are shared", "the supplier waits", "we pay for delay"),
    ("Modern slavery in the supply chain", "Goods come from afar", "labour is forced", "trust is lost"),
    ("Health and safety incident on site", "Old equipment is used", "somebody is hurt", "work is stopped"),
    ("The law changes during the contract", "A bill is before Parliament", "duties grow", "the contract must change"),
    ("Fraudulent invoices are paid", "Checks are made by one person", "work is billed twice", "money is lost"),
)  # fmt: skip
_PLACES = ("north", "south", "coast", "depot", "head office", "all sites")
_RISK = (
    "contract_id", "supplier_id", "reference", "kind", "state", "title", "cause", "event", "effect", "category_id", "owner_id",
    "inherent_likelihood", "inherent_impact", "inherent_score", "likelihood", "impact", "score",
    "target_likelihood", "target_impact", "target_score", "score_before", "scored_on", "matrix_version",
    "response", "proximity", "is_shared", "happened_on", "review_on", "reviewed_on", "raised_by_id", "raised_on",
    "closed_on", "outcome", "version",
)  # fmt: skip
_SCORING = ("risk_id", "cause", "on", "at", "by_id", "likelihood", "impact", "score", "words")
_TREATMENT = (
    "risk_id", "title", "owner_id", "due_on", "cost", "likelihood_after", "impact_after", "done_on", "done_by_id",
    "evidence", "evidence_url", "dropped_on", "version",
)  # fmt: skip
_PLAN = (
    "risk_id", "remedy", "trigger", "owner_id", "tested_on", "test_result", "test_due_on", "version",
)  # fmt: skip
_REFERRAL = (
    "risk_id", "score", "put_on", "answer", "words", "answered_on", "answered_by_id", "version",
)  # fmt: skip
_REVIEW = ("contract_id", "on", "by_id", "words")
_RESPONSES = [r.value for r in Response if r is not Response.TAKE]
_PROXIMITIES = [p.value for p in Proximity]


def bulk_build(today: date, *, number=200_000, owner=None, batch=BATCH):
    """So many risks over the contracts in force; a few contracts of this owner have dozens, one contract has hundreds.

    The first line of each risk's history is written; of what hangs on them nobody typed anything, and nobody will ask.
    """
    contracts = list(
        Contract.objects.in_force().order_by("pk").values_list("pk", "supplier", "oco", "sro")
    )
    if not contracts:
        return
    dealer = _Dealer(today, number)
    newest = Risk.objects.aggregate(newest=Max("pk"))["newest"] or 0
    dealt = list(_subjects(contracts, number, owner))
    for first in range(0, len(dealt), batch):
        _bulk_share([dealer.risk(*subject) for subject in dealt[first : first + batch]], dealer)
    insert_rows(RegisterReview, _REVIEW, dealer.reviews(contracts))
    made = Risk.objects.filter(pk__gt=newest)
    write_history(made, by=None, reason="", kind="+")


def _subjects(contracts, number, owner):
    """(contract, supplier, owner, SRO) of each risk: most contracts have a few, some have many."""
    own = min(OWN, number // 20)
    for _ in range(own):
        yield None, None, None, None
    for _, supplier, oco, _ in contracts[: number // 50]:
        if supplier:
            yield None, supplier, oco, None
            own += 1
    left = number - own
    wide = [c for c in contracts if owner and c[2] == owner][:3]
    wide = [(c, WIDE) for c in wide] + [
        (c, VERY_WIDE) for c in contracts[len(contracts) // 2 :][:1]
    ]
    for contract, how_many in wide if left > 20 * VERY_WIDE else ():
        for _ in range(how_many):
            yield _of_contract(contract)
        left -= how_many
    for place in range(left):
        # Each contract in turn, but the first ones more often than the last.
        yield _of_contract(contracts[(place * 7 + place * place // left) % len(contracts)])


def _of_contract(contract):
    pk, _, oco, sro = contract
    return pk, None, oco, sro


def _bulk_share(dealt, dealer):
    newest = Risk.objects.aggregate(newest=Max("pk"))["newest"] or 0
    insert_rows(Risk, _RISK, (row for row, *_ in dealt))
    ids = Risk.objects.filter(pk__gt=newest).order_by("pk").values_list("pk", flat=True)
    risks = list(zip(ids, dealt, strict=True))
    for model, names, rows_of in (
        (Scoring, _SCORING, dealer.scorings),
        (Treatment, _TREATMENT, dealer.treatments),
        (ContingencyPlan, _PLAN, dealer.plans),
        (Referral, _REFERRAL, dealer.referrals),
    ):
        insert_rows(model, names, chain.from_iterable(rows_of(pk, *one) for pk, one in risks))


class _Dealer:
    """Deals plain values; a row is a risk's columns, and `sro` whom it is put before."""

    def __init__(self, today, number):
        self.today, self.luck = today, random.Random(SEED)  # noqa: S311 - invented figures, the same in every run
        self.matrix = Matrix.current()
        self.version = Matrix.objects.order_by("pk").values_list("version", flat=True).first() or 0
        self.categories = list(Category.objects.order_by("pk").values_list("pk", flat=True))
        self.number = 0

    def _day(self, days):
        return self.today + timedelta(days=days)

    def risk(self, contract, supplier, owner, sro):
        """(its row, its row as a dict, the SRO)."""
        luck, matrix = self.luck, self.matrix
        self.number += 1
        fate = luck.random()
        kind = Kind.RISK if fate < 0.87 else Kind.ISSUE if fate < 0.95 else Kind.OPPORTUNITY
        fate = luck.random()
        state = (
            State.OPEN if fate < 0.80 else State.PROPOSED if fate < 0.83
            else State.CLOSED if fate < 0.98 else State.DECLINED
        )  # fmt: skip
        first = (luck.choice((2, 3, 3, 4, 4, 5)), luck.choice((1, 2, 3, 3, 4, 4, 5)))
        is_reviewed = luck.random() < 0.7
        now = (max(1, first[0] - luck.choice((-1, 0, 1, 1, 2))), first[1]) if is_reviewed else first
        now = (5 if kind is Kind.ISSUE else min(now[0], 5), now[1])
        target = (
            (max(1, now[0] - 1), max(1, now[1] - luck.choice((0, 1))))
            if luck.random() < 0.6
            else None
        )
        title, cause, event, effect = _TITLES[self.number % len(_TITLES)]
        raised = -luck.randint(200, 1000)
        reviewed = -luck.randint(1, 100) if is_reviewed else None
        is_over = state in (State.CLOSED, State.DECLINED)
        values = {
            "number": self.number,  # no column: ids differ from run to run
            "contract_id": contract, "supplier_id": supplier, "reference": "", "kind": kind.value, "state": state.value,
            "title": f"{title}, {_PLACES[self.number % len(_PLACES)]}", "cause": cause, "event": event, "effect": effect,
            "category_id": luck.choice(self.categories), "owner_id": None if luck.random() < 0.03 else owner,
            "inherent_likelihood": first[0], "inherent_impact": first[1], "inherent_score": matrix.score(*first),
            "likelihood": now[0], "impact": now[1], "score": matrix.score(*now),
            "target_likelihood": target and target[0], "target_impact": target and target[1],
            "target_score": target and matrix.score(*target),
            "score_before": matrix.score(*first) if is_reviewed else None,
            "scored_on": self._day(reviewed or raised), "matrix_version": self.version,
            "response": "" if luck.random() < 0.1 else luck.choice(_RESPONSES), "proximity": luck.choice(_PROXIMITIES),
            "is_shared": luck.random() < 0.3,
            "happened_on": self._day(reviewed or raised) if kind is Kind.ISSUE else None,
            "review_on": self._day(luck.randint(-8, 150)), "reviewed_on": reviewed and self._day(reviewed),
            "raised_by_id": owner, "raised_on": self._day(raised),
            "closed_on": self._day(-luck.randint(1, 150)) if is_over else None,
            "outcome": "It can no longer happen" if is_over else "", "version": 1,
        }  # fmt: skip
        return tuple(map(values.get, _RISK)), values, sro

    def scorings(self, pk, row, values, sro):
        by, first = values["owner_id"], ("inherent_likelihood", "inherent_impact", "inherent_score")
        is_reviewed = values["reviewed_on"] is not None
        now = ("likelihood", "impact", "score")
        yield (pk, Cause.RAISED.value, values["raised_on"], _noon(values["raised_on"]), by,
               *map(values.get, first if is_reviewed else now), "")  # fmt: skip
        if is_reviewed:
            on = values["reviewed_on"]
            before = on - timedelta(days=95)
            yield (
                pk,
                Cause.REVIEWED.value,
                before,
                _noon(before),
                by,
                *map(values.get, first),
                "As before",
            )
            cause = Cause.HAPPENED if values["kind"] == Kind.ISSUE else Cause.REVIEWED
            yield pk, cause.value, on, _noon(on), by, *map(values.get, now), ""

    def treatments(self, pk, row, values, sro):
        if values["response"] != Response.TREAT:
            return
        for number in range(1 + values["number"] % 3):
            due_on = self._day(self.luck.randint(-200, 200))
            done = due_on <= self._day(-7)
            after = (
                (values["target_likelihood"], values["target_impact"])
                if number == 0
                else (None, None)
            )
            yield (
                pk, f"Step {number + 1} against it", values["owner_id"], due_on, 500 * (1 + values["number"] % 40) if values["number"] % 4 else None,
                *after, due_on if done else None, values["owner_id"] if done else None,
                "Seen at the meeting" if done else "", "", None, 1,
            )  # fmt: skip

    def plans(self, pk, row, values, sro):
        if self.matrix.band(values["score"]) not in RED or values["number"] % 3 == 0:
            return
        tested = None if values["number"] % 2 else self._day(-self.luck.randint(10, 300))
        yield (
            pk, "Call the second supplier", "It happens", values["owner_id"], tested, "It worked" if tested else "",
            self._day(self.luck.randint(-10, 300)), 1,
        )  # fmt: skip

    def referrals(self, pk, row, values, sro):
        is_asked = (
            values["contract_id"] and values["state"] == State.OPEN and values["kind"] != Kind.OPPORTUNITY
            and self.matrix.goes_before_sro(values["score"])
        )  # fmt: skip
        if not is_asked:
            return
        waits = values["number"] % 20 == 0 or sro is None
        answer = (
            ("", "", None, None) if waits else ("carry", "We carry it", values["scored_on"], sro)
        )
        yield pk, values["score"], values["scored_on"], *answer, 1

    def reviews(self, contracts):
        """Half of the registers were gone through lately."""
        for pk, _, oco, _ in contracts[::2]:
            yield pk, self._day(-self.luck.randint(1, 400)), oco, ""


def _noon(day):
    return f"{day} 12:00:00"
