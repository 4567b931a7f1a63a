"""The papers of the demonstration: most contracts have theirs, some tell a story, some are missing."""

from dataclasses import dataclass
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from common.demo import moment
from contracts.documents import actions
from contracts.documents.demo_files import docx, pdf
from contracts.documents.models import Document, Version
from contracts.models import Stage, Tier

WITHOUT_A_PAPER = 5  # every fifth contract: somebody has to ask for it
CHECKED = (Tier.PLATINUM, Tier.GOLD, Tier.SILVER)


@dataclass(frozen=True)
class Paper:
    """A version of a document that took effect `days_ago` days ago; with a minus, in days to come, and
    with nothing on the day of signature."""

    kind: str
    title: str
    days_ago: int | None = None
    note: str = ""
    number: int | None = None
    word: bool = False
    more: tuple = ()


def _in(days):
    return lambda today: today + timedelta(days=days)


# A title that is there already is a further version of that document.
STORIES = {
    "Household waste and recycling collection": (
        Paper("contract", "Signed contract", None, "As signed, with all schedules"),
        Paper("schedule", "Specification", None, number=1),
        Paper("schedule", "Pricing", None, number=3, more=(("publication", "redacted"), ("publication_note", "Unit rates: commercially sensitive until the next procurement"))),
        Paper("change_note", "Weekly collection of food waste", 395, "Agreed after the trial in two wards", number=1, more=(("publication", "yes"),)),
        Paper("schedule", "Specification", 395, "Food waste added by change note 1", number=1),
        Paper("schedule", "Pricing", 395, "Rates of the food waste rounds", number=3),
        Paper("schedule", "Pricing", -45, "Yearly indexation of 3%", number=3),
        Paper("plan", "Business continuity plan", 420, "Of the supplier, tested in May", more=(("review_on", _in(-24)),)),
        Paper("plan", "Contract management plan", 210, word=True, more=(("review_on", _in(19)),)),
        Paper("minutes", "Contract review meeting", 34, number=14, word=True),
        Paper("other", "Counsel's advice on the claim for the spring rounds", 61, "Privileged: do not forward", more=(("confidential", True),)),
    ),
    "Home care, north and coast": (
        Paper("contract", "Signed contract", None),
        Paper("schedule", "Rates for care", None, number=2, more=(("publication", "redacted"), ("publication_note", "Rates of each provider"))),
        Paper("schedule", "Rates for care", 47, "Rates rose with the real living wage", number=2),
        Paper("plan", "Provider failure plan", 330, word=True, more=(("review_on", _in(12)),)),
        Paper("evidence", "Liability insurance certificate", 200, more=(("review_on", _in(-8)),)),
        Paper("other", "Safeguarding enquiry, summary", 28, "For the panel of next month", more=(("confidential", True), ("review_on", _in(6)))),
    ),
    "Rock salt for winter roads": (
        Paper("contract", "Signed contract", None, more=(("retain_until", _in(-17)),)),
        Paper("evidence", "Weighbridge tickets of the first winter", 600, "Two gritting depots", more=(("retain_until", _in(-75)),)),
        Paper("evidence", "Delivery notes of three winters", 120, more=(("retain_until", _in(40)),)),
    ),
    "Finance and payroll system": (
        Paper("contract", "Signed contract", None),
        Paper("schedule", "Service levels", None, number=4, word=True),
        Paper("schedule", "Service levels", 300, "Availability measured monthly, not quarterly", number=4, word=True),
        Paper("change_note", "Extension by two years", 180, number=2, more=(("publication", "yes"),)),
        Paper("plan", "Disaster recovery plan", 500, more=(("review_on", _in(71)),)),
    ),
    "Telecare and falls response": (
        Paper("contract", "Signed contract", None),
        Paper("contract", "Signed contract", 600, "Scanned from the wrong folder"),
    ),
}  # fmt: skip
# Which document somebody has disposed of, how many days ago and why.
DISPOSED = (
    "Rock salt for winter roads",
    "Weighbridge tickets of the first winter",
    30,
    "Kept for two years, as the retention schedule asks; the account of that winter is closed",
)
WRONG_FILE = (
    "Telecare and falls response",
    "Signed contract",
    2,
    "The contract of another service",
)


def build(contracts, today, people):
    """Papers for these contracts ({title: contract}), and what became of some of them."""
    for title, papers in STORIES.items():
        if contract := contracts.get(title):
            _tell(contract, papers, today, people)
    plain = [c for title, c in contracts.items() if title not in STORIES and _wants_one(c)]
    for number, contract in enumerate(plain):
        if number % WITHOUT_A_PAPER:
            _tell(contract, [Paper("contract", "Signed contract")], today, people)
    _withdraw_the_wrong_file(contracts, today)
    _dispose_of_what_is_old(contracts, today, by=people["hannah"])


def _wants_one(contract):
    in_force = contract.stage not in (Stage.DRAFT, Stage.ENDED)
    return in_force and contract.tier in CHECKED and (contract.signed_on or contract.commences_on)


def _tell(contract, papers, today, people):
    """The papers in the order in which they came in, each by the owner of the contract."""
    by = contract.oco if contract.oco and contract.oco.is_active else people["hannah"]
    signed = (today - (contract.signed_on or contract.commences_on)).days
    dated = [(signed if paper.days_ago is None else paper.days_ago, paper) for paper in papers]
    documents = {}
    for days_ago, paper in sorted(dated, key=lambda pair: -pair[0]):
        started = timezone.now()
        effective_on = today - timedelta(days=days_ago)
        about = {
            "by": by, "effective_on": effective_on, "note": paper.note, "today": today,
            "file": _file(contract, paper, effective_on),
            "reason": paper.note or "From the contract file",
        }  # fmt: skip
        if document := documents.get(paper.title):
            version = actions.add_version(document=document, **about)
        else:
            values = {name: v(today) if callable(v) else v for name, v in paper.more}
            document = actions.add(
                contract=contract, kind=paper.kind, title=paper.title, number=paper.number, **about, **values
            )  # fmt: skip
            documents[paper.title], version = document, document.current
        came_in = moment(today, min(max(days_ago - 2, 9), 700), hour=10 + version.number)
        _as_of(version, came_in, since=started)


def _file(contract, paper, effective_on):
    lines = [
        contract.title,
        f"Reference {contract.reference}, with {contract.supplier.name if contract.supplier else 'the supplier'}",
        f"Takes effect on {effective_on.day} {effective_on:%B %Y}",
        "",
        paper.note or "As agreed by both parties.",
        "",
        "This file belongs to a demonstration. The council and the supplier in it do not exist.",
    ]
    name = paper.title.lower().replace("'", "").replace(",", "").replace(" ", "-")
    if paper.word:
        return ContentFile(docx([paper.title, *lines]), name=f"{name}.docx")
    return ContentFile(pdf(paper.title, lines), name=f"{name}.pdf")


def _as_of(version, at, *, since):
    """Move what was written just now into the past, where its history belongs."""
    # No history: this is the history.
    Version.objects.filter(pk=version.pk).update(uploaded_at=at)
    Version.history.filter(id=version.pk, history_date__gte=since).update(history_date=at)
    rows = Document.history.filter(id=version.document_id, history_date__gte=since)
    rows.update(history_date=at)


def _withdraw_the_wrong_file(contracts, today):
    title, paper, number, reason = WRONG_FILE
    if title not in contracts:
        return
    version = Version.objects.get(
        document__contract=contracts[title], document__title=paper, number=number
    )
    document = version.document
    actions.withdraw_version(
        version=version, by=version.uploaded_by, reason=reason, seen=document.version, today=today
    )


def _dispose_of_what_is_old(contracts, today, *, by):
    title, paper, days_ago, reason = DISPOSED
    if title not in contracts:
        return
    document = contracts[title].documents.get(title=paper)
    started = timezone.now()
    actions.dispose(
        document=document, by=by, reason=reason, seen=document.version, today=today - timedelta(days=days_ago)
    )  # fmt: skip
    rows = Document.history.filter(id=document.pk, history_date__gte=started)
    rows.update(history_date=moment(today, days_ago, hour=15))
