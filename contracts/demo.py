"""The contracts of the demonstration, and what happened to each since the register was opened.

`demo_table` says how things stand today; `_story` and its `TOLD` say what was different before, so
that history can be written from its beginning.
"""

import random
from datetime import timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from common.bulk import insert_rows, write_history
from common.demo import moment, save_as_of
from contracts import offices
from contracts.demo_table import (
    DESCRIPTIONS,
    FURTHER,
    FURTHER_DEPUTIES,
    LINES,
    NOTES,
    ROUTES,
    STARTED,
    TOLD,
    Edit,
)
from contracts.models import (
    PEOPLE,
    CapKind,
    Contract,
    ContractSupplier,
    Ending,
    Kind,
    Office,
    Regime,
    Stage,
    TermOfOffice,
    Tier,
)

SEED = 2026


def build(today, *, opened, units, people, suppliers):
    """Every contract with its history: {title: contract}."""
    rng = random.Random(SEED)  # noqa: S311
    things = {"units": units, "people": people, "suppliers": suppliers}
    numbers = {}
    contracts = {}
    # What stands under another comes after it.
    for line in sorted(LINES, key=lambda line: "parent" in line.more):
        contract = _contract(line, today, rng, numbers, **things)
        contract.parent = contracts.get(line.more.get("parent"))
        _save_from_the_beginning(
            contract, _story(line, contract, today, opened), today, opened, **things
        )
        contracts[line.title] = contract
    _name_further_suppliers(contracts, today, opened, people, suppliers)
    _name_further_deputies(contracts, today, people)
    return {line.title: contracts[line.title] for line in LINES}


def _name_further_suppliers(contracts, today, opened, people, suppliers):
    for title, supplier, part, known in FURTHER:
        details = dict(known)
        days = {"starts_on": details.pop("since", None), "ends_on": details.pop("until", None)}
        details |= {name: today + timedelta(days=number) for name, number in days.items() if number}
        named = ContractSupplier(
            contract=contracts[title], supplier=suppliers[supplier], part=part, **details
        )
        at = moment(today, opened - 20, hour=15)
        save_as_of(
            named,
            at=max(at, contracts[title].created_at),
            by=people["tomasz"],
            reason="From the contract documents",
        )


def _name_further_deputies(contracts, today, people):
    for title, person, since, until in FURTHER_DEPUTIES:
        contract = contracts[title]
        term = TermOfOffice(
            contract=contract, person=people[person], part=Office.FURTHER,
            starts_on=today - timedelta(days=since),
            ends_on=today - timedelta(days=until) if until else None,
        )  # fmt: skip
        at = moment(today, until or since, hour=10)
        save_as_of(term, at=at, by=contract.oco, reason="Two patches, two deputies")
        offices.note_further_deputies(Contract.objects.filter(pk=contract.pk))


def _contract(line, today, rng, numbers, *, units, people, suppliers):
    commences_on, initial_end_on, ends_on = _dates(line, today)
    signed_on = min(commences_on, today) - timedelta(days=rng.randint(25, 80))
    numbers[signed_on.year] = numbers.get(signed_on.year, 0) + rng.randint(1, 9)
    amount, _, unit = line.notice.partition(" ")
    oco, deputy, sro = (people.get(name) for name in line.people)
    category, cpv_code, nature = line.bought
    value = _decimal(line.value)
    contract = Contract(
        reference=f"C-{signed_on.year}-{numbers[signed_on.year]:04d}",
        title=line.title, description=DESCRIPTIONS.get(line.title, ""), notes=NOTES.get(line.title, ""),
        supplier=suppliers.get(line.supplier), unit=units[line.unit], oco=oco, deputy=deputy, sro=sro,
        tier=line.tier, stage=line.stage, regime=line.regime, kind=line.more.get("kind", Kind.CONTRACT),
        commences_on=commences_on, initial_end_on=initial_end_on, ends_on=ends_on,
        initial_term_months=line.more.get("awarded_for", line.term) or None,
        notice_period=int(amount) if amount else None, notice_unit=unit or "months",
        value=value, current_value=_decimal(line.more.get("current_value")),
        annual_value=_annual(value, line.term), cap_kind=_cap(line) if value else "",
        currency=line.more.get("currency", "GBP"), vat_basis=line.more.get("vat_basis", "net") if value else "",
        procurement_route=rng.choice(ROUTES[line.regime]),
        category=category, cpv_code=cpv_code, nature=nature,
    )  # fmt: skip
    if line.stage != Stage.DRAFT:
        contract.signed_on = contract.effective_on = signed_on
        contract.finance_reference = f"PO{rng.randint(400000, 899999)}"
        if line.regime != Regime.BELOW_THRESHOLD:
            contract.ocid = f"ocds-northm-{rng.randint(0x100000, 0xFFFFFF):06x}"
    if line.stage == Stage.AWAITING_CONDITIONS:
        contract.effective_on = None
    if line.stage == Stage.ENDED:
        contract.ended_as = line.more.get("ended_as", Ending.EXPIRED)
        contract.ended_on = ends_on - timedelta(days=line.more.get("ended_early", 0))
    if "review_in" in line.more:
        contract.review_on = today + timedelta(days=line.more["review_in"])
    elif line.tier in (Tier.PLATINUM, Tier.GOLD) and line.stage == Stage.LIVE:
        contract.review_on = today + timedelta(days=rng.randint(-20, 160))
    contract.derive()
    return contract


def _dates(line, today):
    """When the contract commences, when its first term ends, and when it ends now."""
    length = relativedelta(months=line.term)
    if line.ends_in is not None:
        ends_on = today + timedelta(days=line.ends_in)
        initial_end_on = ends_on - relativedelta(months=line.extended)
        return initial_end_on + timedelta(days=1) - length, initial_end_on, ends_on
    commences_on = today.replace(day=1) + relativedelta(months=line.began)
    if not line.term:
        return commences_on, None, None
    initial_end_on = commences_on + length - timedelta(days=1)
    extended = relativedelta(months=line.term + line.extended)
    return commences_on, initial_end_on, commences_on + extended - timedelta(days=1)


def _decimal(value):
    return Decimal(value) if value else None


def _cap(line):
    """What the value means: works are bought at a price, goods as they are needed."""
    _, _, nature = line.bought
    return line.more.get(
        "cap_kind", {"works": CapKind.FIXED, "goods": CapKind.ESTIMATED}.get(nature, "")
    )


def _annual(value, term):
    return (value * 12 / term).quantize(Decimal(1)) if value and term else None


def _story(line, contract, today, opened):
    """What happened to this contract since the register was opened, latest first."""
    edits = list(TOLD.get(line.title, ()))
    began = (today - contract.commences_on).days
    oco, _, sro = line.people
    if line.stage in (Stage.LIVE, Stage.EXIT, Stage.ENDED) and 0 < began < opened - 30:
        by, reason = STARTED.get(line.title, (oco or "hannah", "Service started"))
        edits.append(Edit(began, by, reason, {"stage": Stage.MOBILISATION}))
    if line.tier and len(line.title) % 3 == 0:
        edits.append(
            Edit(255 + len(line.title), "priya", "First tiering of the register", {"tier": ""})
        )
    if line.extended:
        told = min(max(20, (today - contract.initial_end_on).days + 130), opened - 60)
        reason = f"Option of {line.extended} months taken up, delegated decision"
        edits.append(Edit(told, oco or "priya", reason, {"ends_on": contract.initial_end_on}))
    if line.stage == Stage.EXIT:
        edits.append(Edit(33, oco, "Exit plan agreed with the supplier", {"stage": Stage.LIVE}))
    if line.stage == Stage.ENDED:
        closed = (today - contract.ended_on).days - 4
        before = {"stage": Stage.EXIT, "ended_as": "", "ended_on": None}
        edits.append(Edit(closed, oco, "Ended, final account settled", before))
        edits.append(Edit(closed + 85, oco, "Handing over", {"stage": Stage.LIVE}))
    if sro and len(line.title) % 4 == 0:
        edits.append(Edit(175, "hannah", "Named by the directorate", {"sro": None}))
    if line.tier in (Tier.PLATINUM, Tier.GOLD) and contract.annual_value and began > 420:
        before = (contract.annual_value * 100 / 103).quantize(Decimal(1))
        indexed = 200 + len(line.title)
        edits.append(Edit(indexed, oco, "Yearly indexation of 3%", {"annual_value": before}))
    if oco and oco not in ("samuel", "bethany") and len(line.title) % 7 == 3:
        edits.append(Edit(118, "priya", "Samuel changed teams", {"oco": "samuel"}))
    since = min(opened - 10, began + 60 if began > 0 else 60)
    told = [edit for edit in edits if edit.days_ago < since]
    return sorted(told, key=lambda edit: edit.days_ago)


def _save_from_the_beginning(contract, story, today, opened, *, units, people, suppliers):
    """Take the edits back one by one, then save each state in turn, as it was and by whom."""
    states = []
    columns = {}
    for edit in story:
        earlier = {
            name: _meant(name, value, people, suppliers) for name, value in edit.before.items()
        }
        states.append((edit, {name: getattr(contract, name) for name in earlier}))
        for name, value in earlier.items():
            columns.setdefault(name, getattr(contract, name))
            setattr(contract, name, value)
    signed = (today - contract.signed_on).days if contract.signed_on else 45
    registered = min(opened - 12, max(signed - 9, 1 + max((e.days_ago for e in story), default=0)))
    at = moment(today, registered, hour=11, minute=registered % 60)
    contract.created_at = contract.updated_at = at
    first_by = people["hannah" if registered % 2 else "tomasz"]
    from_old = registered >= opened - 12
    reason = "From the old spreadsheet" if from_old else "Added to the register"
    contract.derive()
    save_as_of(contract, at=at, by=first_by, reason=reason)
    this_one = Contract.objects.filter(pk=contract.pk)
    offices.keep_in_step(this_one, today=at.date())
    for edit, values in reversed(states):
        for name, value in values.items():
            setattr(contract, name, value)
        contract.derive()
        contract.version += 1
        at = moment(today, edit.days_ago, hour=9 + edit.days_ago % 8, minute=edit.days_ago % 60)
        contract.updated_at = at
        save_as_of(contract, at=at, by=people[edit.by], reason=edit.reason)
        if not values.keys().isdisjoint(PEOPLE):
            offices.keep_in_step(this_one, today=at.date())


def _meant(name, value, people, suppliers):
    """An edit names people and suppliers by their keys."""
    if value is None:
        return None
    return people[value] if name in PEOPLE else suppliers[value] if name == "supplier" else value


# --- A register of any size, for measuring ------------------------------------------------------

SERVICES = (
    "Domiciliary care", "Residential care", "Nursing placements", "Reablement", "Day services", "Respite breaks",
    "Fostering placements", "Children's residential placements", "School meals", "School transport", "School cleaning",
    "Educational software", "Playground equipment", "Youth outreach", "Waste collection", "Recycling processing",
    "Street cleansing", "Fly-tipping clearance", "Grounds maintenance", "Tree works", "Pest control",
    "Highway resurfacing", "Pothole repairs", "Gully emptying", "Road marking", "Winter gritting", "Bridge repairs",
    "Street lighting maintenance", "Traffic signals", "Parking enforcement", "Bus services", "Vehicle hire",
    "Building maintenance", "Office cleaning", "Window cleaning", "Security guarding", "Lift servicing",
    "Boiler maintenance", "Fire alarm testing", "Legionella monitoring", "Roof repairs", "Electrical testing",
    "Electricity supply", "Gas supply", "Water hygiene", "Furniture supply", "Catering supplies", "Stationery",
    "Printing and mailing", "Software licences", "Hosting services", "Network support", "Telephony", "Laptops and devices",
    "Application support", "Penetration testing", "Data centre", "Responsive repairs", "Void property works",
    "Gas servicing", "Kitchen replacements", "Window replacements", "Temporary accommodation", "Floating support",
    "Sexual health services", "Drug and alcohol recovery", "Health visiting", "Weight management", "Smoking cessation",
    "Leisure management", "Library stock", "Museum storage", "Event staging", "Agency staff", "Occupational health",
    "Insurance broking", "Banking services", "Internal audit support", "Legal advice", "Translation", "Recruitment",
    "Consultancy", "Architectural design", "Quantity surveying", "Archive scanning", "Courier services",
)  # fmt: skip
PLACES = (
    "Northmere", "Fell View", "Ashby Cross", "Harbourside", "Millbeck", "Stonegate", "Upper Dale", "Lower Dale",
    "Castle ward", "Abbey ward", "Riverside", "Hightown", "Westfield", "Eastcliff", "Southbank", "Greenhow",
    "Moorgate", "Thornley", "Beckside", "Whinfell", "Market Sandon", "Priory", "Langholme", "Oxgate", "Marsh Lane",
    "Kirkstead", "Brackenhill", "Saltmarsh", "Hollowell", "Penny Bridge", "Quarry Bank", "Rosehill", "Silverdene",
    "Tollgate", "Underwood", "Vicarage", "Wharfside", "Yewbarrow", "Coldharbour", "Drovers Way",
)  # fmt: skip
RARE_PLACE, ONE_IN = "Kettlemoor", 11_000  # for a search that finds very few
EXTRAS = (
    "",
    "",
    "",
    ", lot 1",
    ", lot 2",
    ", lot 3",
    " framework",
    " call-off",
    " extension",
    " interim",
)
BULK_COLUMNS = (
    "reference", "title", "description", "supplier_id", "unit_id", "oco_id", "deputy_id", "sro_id",
    "tier", "stage", "regime", "signed_on", "effective_on", "commences_on", "initial_end_on", "ends_on",
    "notice_period", "notice_unit", "notice_on", "review_on", "value", "annual_value", "currency", "vat_basis",
    "procurement_route", "nature", "category", "cpv_code", "finance_reference", "ocid", "notes",
    "version", "created_at", "updated_at", "kind", "cap_kind", "ended_as", "has_further_deputies",
)  # fmt: skip
BATCH = 10_000


def bulk_build(number, *, today, units, owners, sros, suppliers, by):
    """So many contracts with one row of history each; the others are given as ids."""
    rng = random.Random(SEED)  # noqa: S311
    added_at = f"{today - timedelta(days=1)} 09:00:00"
    make = _bulk_maker(rng, today, units, owners, sros, suppliers, added_at)
    for first in range(0, number, BATCH):
        rows = [make(n) for n in range(first, min(number, first + BATCH))]
        insert_rows(Contract, BULK_COLUMNS, rows)
    everything = Contract.objects.all()
    write_history(everything, by=by, reason="Made to measure speed", kind="+")
    offices.keep_in_step(everything, today=today)


def _bulk_maker(rng, today, units, owners, sros, suppliers, added_at):
    """A function from a number to a row of plain values, in the order of BULK_COLUMNS."""
    bought = {line.bought: line.regime for line in LINES}
    kinds = list(bought)
    iso = [(today + timedelta(days=d)).isoformat() for d in range(-4400, 4400)]
    choice, randint, chance = rng.choice, rng.randint, rng.random

    def day(offset):
        return iso[offset + 4400]

    def make(n):
        place = RARE_PLACE if n % ONE_IN == 7 else choice(PLACES)
        ends = randint(-1800, 1850)  # ten years of endings around today
        years = choice((1, 2, 3, 3, 4, 4, 5, 7))
        commences = min(ends - years * 365, randint(-400, 180))
        luck = chance()
        tier = (
            "platinum"
            if luck < 0.01
            else "gold"
            if luck < 0.08
            else "silver"
            if luck < 0.28
            else "bronze"
            if luck < 0.93
            else ""
        )
        stage = _bulk_stage(commences, ends, chance())
        rolling = chance() < 0.03
        notice = choice((None, 30, 90, 90, 180))
        signed = min(commences, 0) - randint(10, 90)
        value = round(10 ** (4 + chance() * 3.2), -2)
        category, cpv_code, nature = kinds[n % len(kinds)]
        regime = bought[kinds[n % len(kinds)]]
        owner = choice(owners)
        deputy = choice(owners) if chance() < 0.4 else None
        return (
            f"N-{n:06d}", f"{choice(SERVICES)}, {place}{choice(EXTRAS)}", "",
            choice(suppliers) if chance() > 0.005 else None, choice(units),
            owner if chance() > 0.02 else None, deputy if deputy != owner else None,
            choice(sros) if tier in ("platinum", "gold") or chance() < 0.2 else None,
            tier, stage, regime, day(signed), day(signed), day(commences),
            None if rolling else day(ends), None if rolling else day(ends),
            notice, "days", None if rolling or not notice else day(ends - notice),
            day(randint(1, 365)) if rolling or chance() < 0.1 else None,
            value if chance() > 0.02 else None, round(value / years, 2), "GBP", "net",
            choice(ROUTES[regime]), nature, category, cpv_code,
            f"PO{700000 + n}", f"ocds-northm-{n:06x}" if n % 3 else "", "",
            1, added_at, added_at, "contract", "", "", False,
        )  # fmt: skip

    return make


def _bulk_stage(commences, ends, luck):
    if commences > 0:
        return "draft" if luck < 0.3 else "awaiting_conditions" if luck < 0.4 else "mobilisation"
    if ends < 0:
        return "live" if luck < 0.03 else "ended"
    return "exit" if ends < 120 and luck < 0.5 else "live"
