"""Where the suppliers of the demonstration stand on the Kraljic board, how they came there, and their tiers.

The Procurement Unit met four times in two years. Three suppliers were forgotten at its last meeting.
"""

import json
import random
from datetime import timedelta

from common.bulk import insert_rows
from common.demo import moment, save_as_of
from suppliers.segmentation import actions, rules
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier

# The meetings, so many days ago.
FIRST, SECOND, THIRD, LAST = 715, 533, 352, 168
FORGOTTEN = 221  # long enough ago that a review is overdue

# key: (days ago, points for supply risk, points for business impact, why). The points are those of the house
# questions, in their order.
PLACES = {
    "quillstone": (
        (FIRST, "2221", "4434", "Five bidders last time, and a new depot is open to all of them."),
        (THIRD, "3332", "4434", "Two competitors have left the region."),
        (LAST, "3342", "4434", "Handing back the recycling centres strains the supplier."),
    ),
    "marrowdale": (
        (FIRST, "4413", "4434", "One plant within reach, for twenty-five years."),
        (THIRD, "4413", "4434", "No change."),
        (LAST, "4423", "4434", "Refinancing announced; watch the parent company."),
    ),
    "dalesrider": (
        (FIRST, "2222", "4243", "Other operators could take some of the routes."),
        (SECOND, "2232", "4443", "More pupils with special needs, and more routes."),
        (LAST, "3333", "4443", "Drivers are short everywhere; nobody else bids for the rural routes."),
    ),
    "tarnwick": (
        (FIRST, "2322", "3434", "Three national firms bid."),
        (LAST, "2322", "3434", "No change since the option was taken up."),
    ),
    "cawdale": (
        (FIRST, "1111", "2223", "Building services as everywhere."),
        (THIRD, "2222", "3323", "Took over two more contracts."),
        (LAST, "3233", "3433", "Holds the maintenance data of nearly all buildings."),
    ),
    "ferncombe": (
        (FIRST, "2333", "4442", "Care at home for half of the county."),
        (LAST, "3233", "4442", "Two smaller providers have given up."),
    ),
    "hollinbrook": (
        (FIRST, "2333", "4442", "Care at home for the other half."),
        (FORGOTTEN, "2333", "4442", "Looked at after an inspection."),
    ),
    "larkmoor": (
        (SECOND, "2322", "4432", "Supported living at twelve properties."),
        (LAST, "1222", "4432", "A second provider has registered in the county."),
    ),
    "equipwell": (
        (FIRST, "1222", "3332", "Two other firms run loan stores nearby."),
        (LAST, "1222", "3332", "No change."),
    ),
    "tallowfield": (
        (SECOND, "3323", "4432", "Beds are short in the whole region."),
        (FORGOTTEN + 9, "3333", "4432", "A home was closed; see what it does to the market."),
    ),
    "oakenhurst": ((150, "2221", "4432", "New contract, placed when it was signed."),),
    "greenladle": (
        (FIRST, "2211", "2433", "School meals; several could cook them."),
        (LAST, "1211", "3433", "A regional kitchen has opened: more to choose from."),
    ),
    "powergate": (
        (FIRST, "0111", "3442", "A market with many sellers."),
        (THIRD, "1121", "3442", "Prices have doubled; some sellers have left."),
        (LAST, "0111", "3442", "The market has settled."),
    ),
    "casewright": (
        (FIRST, "3433", "3243", "The social care system and all its data."),
        (SECOND, "3433", "3243", "No change."),
        (LAST, "3443", "3243", "Bought by a larger firm; the road map is open."),
    ),
    "ledgerline": (
        (FIRST, "3423", "3333", "Finance, payroll and revenues in one system."),
        (LAST, "3423", "3333", "No change."),
    ),
    "fibrecrest": (
        (SECOND, "2322", "2242", "Lines to every site."),
        (LAST, "2222", "2242", "A second carrier has reached the town."),
    ),
    "wellspring": (
        (FIRST, "2222", "3432", "Public health services."),
        (FORGOTTEN + 20, "3222", "3432", "Staff are short in drug and alcohol services."),
    ),
    "staffhaven": (
        (FIRST, "0010", "2433", "Agency staff; many could supply them."),
        (LAST, "0110", "2433", "No change."),
    ),
    "homestead": ((LAST, "2222", "3433", "Repairs to all homes."),),
    "heftline": ((SECOND, "3312", "2332", "Spare parts for the collection vehicles."), (LAST, "3312", "1332", "Half of the fleet has been replaced.")),
    "lumenfell": ((FIRST, "2323", "1312", "Columns and their control system."), (LAST, "2333", "1312", "The control system is no longer developed.")),
    "crosslamp": ((SECOND, "3233", "2221", "Signals with controllers of their own make."), (154, "3323", "2221", "One other firm can read the controllers.")),
    "careline": ((FIRST, "3222", "2231", "Alarm receiving for people at home."), (LAST, "3322", "2231", "The change to digital lines binds us longer.")),
    "updraught": ((LAST, "3222", "1020", "Parts for old lifts."),),
    "swimwise": ((FIRST, "1222", "1312", "Runs the pools."), (LAST, "2222", "1312", "Energy costs weigh on the trust.")),
    "verdantway": ((FIRST, "1111", "1211", "Parks and verges."), (LAST, "1111", "1211", "No change.")),
    "brightstair": ((SECOND, "0100", "1211", "Cleaning of offices."), (LAST, "0100", "2221", "Takes on the town centres too.")),
    "sentrymoor": ((LAST, "0010", "1121", "Guarding of two sites."),),
    "inkwell": ((FIRST, "1100", "0010", "Printers."), (LAST, "0100", "0010", "Fewer machines.")),
    "hoardwell": ((LAST, "1110", "0301", "Bus shelters and their advertisements."),),
    "voiceways": ((LAST, "1221", "1111", "Advocacy, with two other charities near."),),
    "bridgefold": ((FIRST, "1122", "2321", "Day opportunities."), (LAST, "1222", "3321", "Supports more people, in more places.")),
    "polyglot": ((LAST, "0010", "1010", "Interpreters on call."),),
}  # fmt: skip

# What was decided so many days ago; the reason says why it is not what was proposed.
ON_PROPOSAL = (
    "quillstone", "marrowdale", "dalesrider", "tarnwick", "ferncombe", "hollinbrook", "larkmoor", "equipwell",
    "tallowfield", "greenladle", "powergate", "casewright", "ledgerline", "wellspring", "staffhaven",
    "verdantway", "inkwell", "crosslamp", "careline",
)  # fmt: skip
AGAINST = {
    "swimwise": (150, rules.Tier.SILVER, "Gold for its one contract, but it runs without trouble and two others would take it on."),
}  # fmt: skip
EARLIER = {
    "cawdale": (rules.Tier.SILVER, 340),
    "lumenfell": (rules.Tier.GOLD, 402),
}  # decided when less was known


def build(today, *, by, colleague, suppliers):
    """Placements and decisions of two years, the last by a colleague. Contracts must be there already."""
    questions = list(KraljicQuestion.objects.asked().order_by("order", "pk"))
    for key, places in PLACES.items():
        _place(suppliers[key], places, today, questions, by, colleague)
    proposals = actions.proposals([supplier.pk for supplier in suppliers.values()])
    for number, key in enumerate(ON_PROPOSAL):
        proposal = proposals[suppliers[key].pk]
        _decide(suppliers[key], proposal, proposal.tier, today, LAST - number % 3, colleague, "As proposed, after the meeting")  # fmt: skip
    for key, (days, tier, reason) in AGAINST.items():
        _decide(suppliers[key], proposals[suppliers[key].pk], tier, today, days, by, reason)
    for key, (tier, days) in EARLIER.items():
        then = rules.propose(contracts=tier, place=None, platinum=True)
        _decide(suppliers[key], then, tier, today, days, by, "First tiering of suppliers")


def _place(supplier, places, today, questions, by, colleague):
    before = None
    for days, risk, impact, reason in places:
        points = list(zip(questions, map(int, risk + impact), strict=True))
        place, on = actions.place_of(points), today - timedelta(days=days)
        placement = KraljicPlacement(
            supplier=supplier, answers=place.answers, supply_risk=place.supply_risk,
            business_impact=place.business_impact, quadrant=place.quadrant.value, reason=reason,
            placed_on=on, placed_by=colleague if days == LAST else by, due_on=rules.review_due(on),
            is_current=days == places[-1][0], follows=before,
        )  # fmt: skip
        before = save_as_of(placement, at=moment(today, days, hour=14), by=by, reason=reason)


def _decide(supplier, proposal, tier, today, days, by, reason):
    on = today - timedelta(days=days)
    decision = SupplierTier(
        supplier=supplier, proposed=proposal.tier or "", grounds=proposal.because, decided=tier,
        reason=reason, decided_on=on, decided_by=by, due_on=rules.tier_review_due(on),
    )  # fmt: skip
    save_as_of(decision, at=moment(today, days, hour=15), by=by, reason=reason)


# --- As many as are wanted, for measuring -------------------------------------------------------

SEED = 2028
BULK_COLUMNS = (
    "supplier_id", "answers", "supply_risk", "business_impact", "quadrant", "reason", "placed_on",
    "placed_by_id", "due_on", "is_current", "follows_id",
)  # fmt: skip


def bulk_build(supplier_ids, *, today, by):
    """Two placements for each of these suppliers, half a year apart, without history: nobody made them."""
    rng = random.Random(SEED)  # noqa: S311
    supplier_ids = list(supplier_ids)
    insert_rows(KraljicPlacement, BULK_COLUMNS, _bulk_rows(rng, supplier_ids, today, 390, by, {}))
    earlier = KraljicPlacement.objects.filter(supplier__in=supplier_ids)
    earlier = dict(earlier.values_list("supplier", "pk"))
    insert_rows(
        KraljicPlacement, BULK_COLUMNS, _bulk_rows(rng, supplier_ids, today, 200, by, earlier)
    )


def _bulk_rows(rng, supplier_ids, today, days, by, earlier):
    current = bool(earlier)
    for supplier in supplier_ids:
        scores = [rules.score([(rng.randint(0, 4), w) for w in (30, 30, 20, 20)]) for _ in "xy"]
        on = today - timedelta(days=days - rng.randint(0, 150))
        yield (
            supplier, json.dumps([]), str(scores[0]), str(scores[1]), rules.quadrant(*scores).value,
            "Made to measure speed", on.isoformat(), by.pk, rules.review_due(on).isoformat(),
            int(current), earlier.get(supplier),
        )  # fmt: skip
