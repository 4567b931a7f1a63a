"""What Northmere knows of its suppliers and markets. All invented, as the suppliers are."""

from datetime import timedelta
from decimal import Decimal

from common.demo import moment, save_as_of
from suppliers.intelligence import actions, rules
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote

K = rules.NoteKind
# kind, supplier, category, days ago, valid for so many days (0: without end), title, text, source
NOTES = (
    (K.MARKET, "", "Social care", 34, 180, "Home care providers in the north of the region are merging", "Two providers have joined, and a third looks for a buyer. Prices in new contracts have risen by a tenth.", "Regional providers' forum"),
    (K.MARKET, "", "Energy", 20, 90, "Wholesale electricity has fallen for three months", "A good time to fix prices for the next two winters. Our framework lets us do so by half-year.", "Monthly report of the buying group"),
    (K.CATEGORY, "", "Passenger transport", 61, 365, "Drivers are short, and rural routes find one bidder", "Smaller lots and later start times brought a second bidder in a neighbouring county.", "Talks with three operators"),
    (K.MARKET, "", "Waste and recycling", 140, 120, "Gate fees for residual waste rise from April", "The new levy is passed on in full by most plants. Look at the change-in-law clause.", "Industry newsletter"),
    (K.CATEGORY, "", "Information technology", 48, 365, "Case management systems move to subscriptions", "All four suppliers have said that licences for ever will no longer be sold.", "Market engagement day"),
    (K.SUPPLIER, "casewright", "Information technology", 75, 200, "Bought by a larger firm", "The new owner has three products of the same kind. Ask for the road map in writing.", "The supplier's announcement"),
    (K.SUPPLIER, "dalesrider", "Passenger transport", 26, 180, "New depot in Market Sandon", "Twelve more vehicles from spring, which shortens the empty journeys.", "Review meeting"),
    (K.OPPORTUNITY, "powergate", "Energy", 18, 60, "Offers to meter small sites without charge", "Would save about £40,000 a year. Needs the consent of schools.", "Letter of the supplier"),
    (K.OPPORTUNITY, "verdantway", "", 190, 150, "Could take on tree surgery", "One crew for parks and trees would save journeys. Talked about and left for the next tender.", "Review meeting"),
    (K.REPUTATION, "tallowfield", "", 44, 180, "Inspection report expected to be critical", "The inspectorate has spoken with former staff. The council will be asked what it knew.", "Call from the inspectorate"),
    (K.REPUTATION, "quillstone", "", 15, 120, "Strike ballot among collection crews", "Talks have broken down. The union will announce the result in two weeks.", "Union representative"),
    (K.FINANCIAL, "cawdale", "", 30, 90, "Parent company looks for new lenders", "Two banks have left the loan. The finance director would not say when it is renewed.", "Meeting with the finance director"),
    (K.FINANCIAL, "ferncombe", "", 120, 100, "Pays its agency staff a month late", "Heard from two agencies. The supplier says that a new payroll system is to blame.", "Two agencies"),
)  # fmt: skip

CREDIT, Z_SCORE, DAYS_TO_PAY = (
    "Credit score, 0 to 100",
    "Z-score from published accounts",
    "Average days to pay suppliers",
)
# supplier, score, what, days ago, what was found
CHECKS = (
    ("quillstone", CREDIT, "71", 410, "Sound."), ("quillstone", CREDIT, "64", 60, "Lower than last year, still sound."),
    ("marrowdale", CREDIT, "58", 200, "Refinancing is under way."), ("dalesrider", CREDIT, "55", 45, ""),
    ("tarnwick", CREDIT, "82", 95, ""), ("ferncombe", CREDIT, "47", 110, "Late payments to agencies have cost it eight points."),
    ("hollinbrook", CREDIT, "66", 372, ""), ("larkmoor", CREDIT, None, 130, "A community interest company; the agency has no score for it."),
    ("equipwell", CREDIT, "77", 170, ""), ("greenladle", CREDIT, "69", 300, ""), ("tallowfield", CREDIT, "52", 80, "Just above the threshold."),
    ("cawdale", CREDIT, "61", 395, "Sound."), ("cawdale", CREDIT, "38", 28, "Fell by 23 points after two lenders left."),
    ("cawdale", Z_SCORE, "1.42", 28, "From the accounts of the parent company."), ("cawdale", DAYS_TO_PAY, "74", 28, "Up from 41 a year ago."),
    ("powergate", CREDIT, "74", 150, ""), ("casewright", CREDIT, "80", 71, "Of the new owner."), ("ledgerline", CREDIT, "79", 220, ""),
    ("wellspring", CREDIT, "60", 340, ""), ("staffhaven", CREDIT, "63", 384, "Repeat after the takeover."), ("swimwise", CREDIT, "49", 90, "Energy costs."),
    ("verdantway", CREDIT, "72", 260, ""), ("homestead", CREDIT, "68", 33, ""),
)  # fmt: skip


def build(today, *, by, colleague, suppliers):
    """Notes, checks and one supplier in distress. Contracts must be there already."""
    for kind, key, category, days, valid, title, text, source in NOTES:
        on = today - timedelta(days=days)
        note = IntelligenceNote(
            kind=kind.value, supplier=suppliers.get(key), category=category, title=title, text=text,
            source=source, noted_on=on, written_by=colleague,
            valid_until=on + timedelta(days=valid) if valid else None,
        )  # fmt: skip
        save_as_of(note, at=moment(today, days, hour=16), by=colleague)
    agencies = {agency.name: agency for agency in Agency.objects.all()}
    tiers = {key: actions.highest_tier(suppliers[key]) for key in {line[0] for line in CHECKS}}
    latest = {(key, what): days for key, what, _, days, _ in CHECKS}
    for key, what, score, days, found in CHECKS:
        agency, on = agencies[what], today - timedelta(days=days)
        score = Decimal(score) if score else None
        check = FinancialCheck(
            supplier=suppliers[key], agency=agency, score=score, threshold=agency.threshold, bad_when=agency.bad_when,
            kind=rules.CheckKind.ACCOUNTS if what == Z_SCORE else rules.CheckKind.CREDIT,
            result=rules.judge(score, threshold=agency.threshold, bad_when=agency.bad_when).value,
            checked_on=on, due_on=rules.next_check(on, tiers[key]), note=found, checked_by=by,
            is_current=latest[key, what] == days,
        )  # fmt: skip
        save_as_of(check, at=moment(today, days, hour=13), by=by)
    _distress(today, by, suppliers)


def _distress(today, by, suppliers):
    ended = DistressEvent(
        supplier=suppliers["ferncombe"], sign=rules.Sign.UNPAID_SUBCONTRACTORS.value,
        text="Three agencies were not paid for two months.", recorded_by=by,
        happened_on=today - timedelta(days=300), notified_on=today - timedelta(days=290),
        plan_due_on=today - timedelta(days=270), plan_agreed_on=today - timedelta(days=272),
        closed_on=today - timedelta(days=200), outcome="All agencies were paid. The plan was not needed.",
    )  # fmt: skip
    save_as_of(ended, at=moment(today, 200), by=by)
    falling = DistressEvent(
        supplier=suppliers["cawdale"], sign=rules.Sign.RATING_FALL.value,
        text="The credit score fell from 61 to 38 after two banks left the loan of the parent company. "
        "Four contracts and nearly all buildings hang on it.",
        happened_on=today - timedelta(days=31), plan_due_on=today - timedelta(days=6), recorded_by=by,
    )  # fmt: skip
    falling = save_as_of(falling, at=moment(today, 29), by=by)
    falling.notified_on = today - timedelta(days=24)
    falling.version += 1
    save_as_of(falling, at=moment(today, 24), by=by, reason="The finance director telephoned")
