"""How regimes, charges and milestones change, how credits are worked out, and what becomes of them, and by whom."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from common import locking
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts.models import Contract
from contracts.terms.models import Nation, Term
from contracts.terms.sheet import Calendars
from performance.credits import rules
from performance.credits.models import Charge, Credit, KpiShare, Milestone, Regime
from performance.credits.rules import State, Verb
from performance.credits.sheet import Sheet, months_to_work_out

logger = logging.getLogger(__name__)

# House default: what is older is not worked out anew, whatever is corrected later.
MONTHS_LOOKED_BACK = 24
RECORDED = ("amount", "source")


class Refused(Exception):
    """Nothing was written; `str()` says why in a sentence."""


class ChargesChanged(Exception):
    """Somebody else recorded some of the same months; `charges` has theirs by month."""

    def __init__(self, charges):
        super().__init__()
        self.charges = charges


class ReasonMissing(Exception):
    """A charge that is there already changes only with a reason."""


# --- Regimes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """What one KPI counts. `values` are columns of KpiShare; without any the KPI does not count."""

    indicator_id: int
    values: dict = field(default_factory=dict)


def _lock(contract):
    # Whoever works out the same contract's credits or changes what they follow from waits here.
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


@transaction.atomic
def set_regime(
    *, contract, by, today, regime=None, version=None, shares: Sequence[ShareEntry] = (), reason="", **values
):  # fmt: skip
    """Say by which rules failures become money from a day on, or correct what was said.

    Credits that nobody has claimed, waived or lost follow; the others stay as they were. `version` is the one of
    the regime that the person saw; `locking.Conflict` if somebody has saved since.
    """
    contract = _lock(contract)
    if regime is None:
        current = Regime(contract=contract, **values)
        changed = True
    else:
        current = Regime.objects.select_for_update().get(pk=regime.pk)
        locking.check(current, version)
        changed = [name for name, value in values.items() if getattr(current, name) != value]
        for name in changed:
            setattr(current, name, values[name])
        # What its KPIs count is part of it: whoever has it open learns of that too.
        changed = changed or any(differs for _, _, differs in _shared_out(current, shares))
        current.version += bool(changed)
    if changed:
        save_unless_taken(
            current, by=by, reason=reason,
            field="from_on", sentence="This contract has a regime from this day already",
        )  # fmt: skip
    _share_out(current, shares, by=by, reason=reason)
    _work_out(contract, today=today, by=by, reason=reason)
    return current


def _share_out(regime, shares, *, by, reason):
    for entry, share, differs in _shared_out(regime, shares):
        if not differs:
            continue
        if not entry.values:
            delete_with_history(share, by=by, reason=reason)
            continue
        share = share or KpiShare(regime=regime, indicator_id=entry.indicator_id)
        for name, value in entry.values.items():
            setattr(share, name, value)
        save_with_history(share, by=by, reason=reason)


def _shared_out(regime, shares):
    """Each entry with the share that is there, if any, and whether they differ."""
    kept = {share.indicator_id: share for share in regime.shares.all()} if regime.pk else {}
    found = []
    for entry in shares:
        share = kept.get(entry.indicator_id)
        same = all(share and getattr(share, name) == v for name, v in entry.values.items())
        found.append((entry, share, not same if entry.values else share is not None))
    return found


# --- Charges --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChargeEntry:
    """The charge of one month. `version` is the one that the person saw, 0 if there was none."""

    month: date
    amount: Decimal
    source: str = ""
    version: int = 0


@transaction.atomic
def record_charges(*, contract, entries: Sequence[ChargeEntry], by, today, reason=""):
    """Record the charges of several months and correct those that are there: all or, if one cannot be, none.

    Gives the charges that were written; one that changes nothing is passed over.
    """
    contract = _lock(contract)
    kept = Charge.objects.by_month(contract, [entry.month for entry in entries])
    theirs = {
        entry.month: kept.get(entry.month)
        for entry in entries
        if (kept[entry.month].version if entry.month in kept else 0) != entry.version
    }
    if theirs:
        raise ChargesChanged(theirs)
    written = []
    for entry in entries:
        charge = kept.get(entry.month)
        if charge is None:
            charge = Charge(contract=contract, month=rules.month_of(entry.month))
        elif all(getattr(charge, name) == getattr(entry, name) for name in RECORDED):
            continue
        elif charge.amount != entry.amount and not reason:
            raise ReasonMissing
        else:
            charge.version += 1
        charge.amount, charge.source = entry.amount, entry.source
        written.append(save_with_history(charge, by=by, reason=reason))
    if written:
        _work_out(contract, today=today, by=by, reason="A charge was recorded")
    return written


# --- Working out ----------------------------------------------------------------------------------


@transaction.atomic
def calculate(*, contract, today, by=None):
    """Work out every month that is over, and every milestone: as often as one likes, with the same outcome.

    What was claimed, credited or waived stays as it was. Gives how many lines of the ledger changed.
    """
    return _work_out(_lock(contract), today=today, by=by)


def calculate_all(*, today):
    """Work out every contract with a regime or a milestone, each by itself, and let lapse what was not claimed in time."""
    concerned = Contract.objects.filter(
        Q(credit_regimes__isnull=False) | Q(milestones__isnull=False)
    )
    for pk in concerned.order_by("pk").values_list("pk", flat=True).distinct():
        try:
            calculate(contract=Contract(pk=pk), today=today)
        except Exception:
            # One contract that cannot be worked out must not keep all others from it.
            logger.exception("The credits of contract %s could not be worked out", pk)
    return lapse_due(today=today)


def _work_out(contract, *, today, by=None, reason=""):
    changed = 0
    regimes = list(contract.credit_regimes.order_by("from_on"))
    months = months_to_work_out(regimes, today=today, most=MONTHS_LOOKED_BACK)
    if months:
        sheet = Sheet(contract, months[0], months[-1])
        _take_out_months_without_a_regime(sheet, by=by)
        calendar = _calendar(contract)
        for month in months:
            # In order: what an earlier month comes to counts towards the cap of the later ones, and yields only to
            # those that stay as they are.
            changed += _work_out_month(sheet, month, calendar, by=by, reason=reason)
    for milestone in contract.milestones.select_related("ledger_line"):
        changed += _work_out_milestone(milestone, contract, today=today, by=by, reason=reason)
    return changed


def _take_out_months_without_a_regime(sheet, *, by):
    """A regime was moved to a later day: what it made due before, and nobody has claimed, is no longer owed."""
    for month, credit in list(sheet.credits.items()):
        if sheet.regime_of(month) is None and credit.state in rules.OPEN:
            delete_with_history(credit, by=by, reason="No regime counts for this month")
            del sheet.credits[month]


def _calendar(contract):
    """The working days of the contract's part of the United Kingdom."""
    nation = Term.objects.filter(contract=contract).values_list("nation", flat=True).first()
    return Calendars().of(Nation(nation or Nation.ENGLAND_WALES))


def _work_out_month(sheet, month, calendar, *, by, reason):
    regime, credit = sheet.regime_of(month), sheet.credits.get(month)
    if regime is None or (credit and credit.is_frozen):
        return False
    worked = sheet.work_out(month, regime)
    credit = credit or Credit(contract=sheet.contract, month=month)
    sheet.credits[month] = credit
    due = credit.state in rules.OPEN
    return _settle(
        credit, by=by, reason=reason,
        regime_id=regime.pk,
        state=worked.state.value if due else credit.state,
        amount=worked.amount,
        points=worked.points,
        not_reported=worked.not_reported,
        working=rules.as_json(worked.lines),
        claim_by=rules.claim_by(month, regime.claim_within, regime.claim_unit, calendar)
        if due
        else credit.claim_by,
    )  # fmt: skip


def _work_out_milestone(milestone, contract, *, today, by, reason):
    milestone.contract = contract
    credit = getattr(milestone, "ledger_line", None)
    found = milestone.damages(today)
    if credit is None and not found.days_late:
        return False
    credit = credit or Credit(contract=contract, milestone=milestone)
    if credit.pk and credit.is_frozen:
        return False
    return _settle(
        credit, by=by, reason=reason,
        state=(State.DUE if found.amount else State.NOTHING).value,
        amount=found.amount,
        is_final=found.is_final,
        working=rules.as_json(found.lines),
        claim_by=milestone.claim_by,
    )  # fmt: skip


def _settle(credit, *, by, reason, **values):
    """Store what was worked out, where it differs from what is stored. Whether it did."""
    differing = [name for name, value in values.items() if getattr(credit, name) != value]
    if credit.pk and not differing:
        return False
    for name, value in values.items():
        setattr(credit, name, value)
    told = {"state", "amount", "points", "claim_by"} & set(differing)
    credit.version += bool(credit.pk)
    # A month without a failure, what grows day by day, and other words are no news.
    if told and credit.is_final and (credit.state != State.NOTHING or credit.pk):
        save_with_history(credit, by=by, reason=reason or "Worked out")
    else:
        credit.save_without_historical_record()
    return True


def lapse_due(*, today):
    """What was not claimed by its last day is lost. Gives how many were."""
    found = Credit.objects.past_their_claim(today).order_by("pk").values_list("pk", "contract")
    return sum(_lapse(pk, contract_pk, today=today) for pk, contract_pk in list(found))


@transaction.atomic
def _lapse(pk, contract_pk, *, today):
    _lock(Contract(pk=contract_pk))
    credit = Credit.objects.select_for_update(of=("self",)).get(pk=pk)
    if not rules.has_lapsed(credit.state, credit.claim_by, today=today):
        return False
    credit.state, credit.lapsed_on = State.LAPSED.value, today
    credit.version += 1
    save_with_history(credit, by=None, reason=f"Not claimed by {rules.in_words(credit.claim_by)}")
    return True


# --- What becomes of a credit -----------------------------------------------------------------------


def _locked(credit, version, verb):
    """The credit as it is now, for this step: `locking.Conflict` when it has moved on since the person saw it."""
    # The contract first: whoever works its credits out holds it while writing what they read of them.
    _lock(Contract(pk=credit.contract_id))
    current = (
        Credit.objects.select_for_update(of=("self",))
        .select_related("contract", "milestone")
        .get(pk=credit.pk)
    )
    locking.check(current, version)
    if why := rules.refusal(
        verb, state=current.state, amount=current.amount, is_final=current.is_final,
        claim_by=current.claim_by,
    ):  # fmt: skip
        raise Refused(why)
    return current


def _saved(credit, *, by, reason):
    credit.version += 1
    return save_with_history(credit, by=by, reason=reason)


def claim(*, credit, by, version, on, today, reason=""):
    """Claim it from the supplier: from now on it stays as it is. What has lapsed is claimed only with a reason.

    It is worked out once more before, and that is kept: when it comes to something else than the person saw, the claim
    is refused with `locking.Conflict`, and they look again.
    """
    calculate(contract=Contract(pk=credit.contract_id), today=today)
    return _claim(credit=credit, by=by, version=version, on=on, reason=reason)


@transaction.atomic
def _claim(*, credit, by, version, on, reason):
    current = _locked(credit, version, Verb.CLAIM)
    is_late = rules.has_lapsed(current.state, current.claim_by, today=on)
    if (current.state == State.LAPSED or is_late) and not reason:
        raise Refused("Say why it can still be claimed")
    current.state = State.CLAIMED.value
    current.claimed_on, current.claimed_by, current.lapsed_on = on, by, None
    return _saved(current, by=by, reason=reason)


@transaction.atomic
def record_credited(*, credit, by, version, invoice, on, reason=""):
    """The supplier has taken it off an invoice."""
    current = _locked(credit, version, Verb.CREDIT)
    current.state, current.invoice, current.credited_on = State.CREDITED.value, invoice, on
    return _saved(current, by=by, reason=reason)


@transaction.atomic
def waive(*, credit, by, version, today, reason):
    """Give it up, by decision and for a reason; who may is decided by `querysets.waivable_by`."""
    current = _locked(credit, version, Verb.WAIVE)
    current.state = State.WAIVED.value
    current.waived_by, current.waived_on, current.waived_reason = by, today, reason
    return _saved(current, by=by, reason=reason)


@transaction.atomic
def take_back(*, credit, by, version, today, reason):
    """Undo the last step. What is due again is worked out anew, and may lapse by its day."""
    current = _locked(credit, version, Verb.TAKE_BACK)
    left = State(current.state)
    current.state = rules.BACK[left].value
    if left == State.CREDITED:
        current.invoice, current.credited_on = "", None
    else:
        current.claimed_on = current.claimed_by = current.lapsed_on = None
        current.waived_by, current.waived_on, current.waived_reason = None, None, ""
    _saved(current, by=by, reason=reason)
    if current.state == State.DUE:
        calculate(contract=current.contract, today=today, by=by)
        current.refresh_from_db()
    return current


# --- Milestones -------------------------------------------------------------------------------------


@transaction.atomic
def add_milestone(*, contract, by, today, reason="", **values):
    contract = _lock(contract)
    milestone = save_with_history(Milestone(contract=contract, **values), by=by, reason=reason)
    _work_out_milestone(milestone, contract, today=today, by=by, reason=reason)
    return milestone


@transaction.atomic
def change_milestone(*, milestone, by, today, version, reason="", **values):
    """Change a milestone, or say that it was achieved. Damages that were claimed or waived stay as they were."""
    contract = _lock(milestone.contract)
    current = (
        Milestone.objects.select_for_update(of=("self",))
        .select_related("ledger_line")
        .get(pk=milestone.pk)
    )
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    save_with_history(current, by=by, reason=reason)
    _work_out_milestone(current, contract, today=today, by=by, reason=reason)
    return current
