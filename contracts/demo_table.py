"""The contracts of the demonstration as a table: how each stands today, and what it was before.

Dates are so many days or months from the day on which the demonstration is made.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from contracts.models import ContractSupplier, Criticality, Regime, Stage, Tier

# What is bought: (category, CPV code, nature).
CARE = ("Social care", "85312000", "services")
RESIDENTIAL = ("Social care", "85311000", "services")
ADVOCACY = ("Social care", "85312310", "services")
EQUIPMENT = ("Care equipment", "33196000", "goods")
EDUCATION = ("Education", "80000000", "services")
CATERING = ("Catering", "55523100", "services")
PASSENGERS = ("Passenger transport", "60130000", "services")
WASTE = ("Waste and recycling", "90511000", "services")
STREETS = ("Street scene", "90610000", "services")
GREEN = ("Grounds and trees", "77310000", "services")
VEHICLES = ("Vehicles", "34144510", "goods")
ROADS = ("Highways", "50230000", "works")
LIGHTING = ("Highways", "50232100", "services")
MATERIALS = ("Highways", "34927100", "goods")
SIGNALS = ("Highways", "50232200", "services")
DESIGN = ("Professional services", "71000000", "services")
CLEANING = ("Facilities", "90911200", "services")
SECURITY = ("Facilities", "79710000", "services")
BUILDINGS = ("Facilities", "50700000", "services")
WORKS = ("Construction", "45000000", "works")
ENERGY = ("Energy", "09310000", "goods")
GAS = ("Energy", "09123000", "goods")
SOFTWARE = ("Information technology", "48000000", "goods")
SYSTEMS = ("Information technology", "72000000", "services")
TELECOMS = ("Information technology", "64200000", "services")
PRINTERS = ("Office equipment", "30120000", "goods")
HOUSING = ("Housing", "70333000", "services")
HEALTH = ("Public health", "85100000", "services")
VOUCHERS = ("Public health", "30199770", "goods")
LEISURE = ("Leisure", "92610000", "services")
BOOKS = ("Libraries", "22113000", "goods")
STAFFING = ("People", "79620000", "services")
INSURANCE = ("Financial services", "66510000", "services")
BANKING = ("Financial services", "66110000", "services")
LEGAL = ("Professional services", "79100000", "services")
LANGUAGE = ("Professional services", "79530000", "services")

ROUTES = {
    "pa23": ("Open procedure", "Competitive flexible procedure", "Framework call-off"),
    "pa23_light_touch": ("Competitive flexible procedure", "Direct award, user choice"),
    "pcr15": ("Open procedure", "Restricted procedure", "Framework call-off"),
    "pcr15_light_touch": ("Light touch procedure", "Dynamic purchasing system"),
    "below_threshold": ("Three quotations", "Request for quotation"),
    "concession": ("Concession procedure",),
    "utilities": ("Negotiated procedure with a call for competition",),
    "defence": ("Restricted procedure",),
    "exempt": ("Provider selection regime, most suitable provider",),
}


@dataclass(frozen=True)
class Line:
    """One contract as it stands today.

    It began `began` months from today for `term` months, extended by `extended`; with `ends_in` it
    ends in exactly so many days, and its beginning follows. Without a term it rolls on.
    `people` are the first names of OCO, deputy and SRO.
    """

    title: str
    unit: str
    supplier: str
    tier: str
    stage: str
    regime: str
    bought: tuple[str, str, str]
    value: int | None
    people: tuple[str, str, str]
    began: int = 0
    term: int = 0
    extended: int = 0
    ends_in: int | None = None
    notice: str = ""
    more: dict = field(default_factory=dict)


L = Line
P, G, S, B, NO_TIER = Tier.PLATINUM, Tier.GOLD, Tier.SILVER, Tier.BRONZE, ""
DRAFT, AWAITING, MOBILISING, LIVE, EXIT, ENDED = Stage
PA, PA_LIGHT, PCR, PCR_LIGHT = (
    Regime.PA23,
    Regime.PA23_LIGHT_TOUCH,
    Regime.PCR15,
    Regime.PCR15_LIGHT_TOUCH,
)
BELOW, CONCESSION, UTILITIES, DEFENCE, EXEMPT = (
    Regime.BELOW_THRESHOLD, Regime.CONCESSION, Regime.UTILITIES, Regime.DEFENCE, Regime.EXEMPT
)  # fmt: skip

_ALEX = ("alex", "grace", "margaret")
_RUTH = ("ruth", "grace", "margaret")
_FARAH = ("farah", "grace", "anjali")
_YUSUF = ("yusuf", "maria", "colin")
_BETHANY = ("bethany", "", "colin")
_MARIA = ("maria", "yusuf", "colin")
_EWAN = ("ewan", "lucy", "helen")
_KOFI = ("kofi", "peter", "victor")
_LUCY = ("lucy", "ewan", "helen")
_DANIEL = ("daniel", "", "robert")
_IMOGEN = ("imogen", "", "colin")
_PETER = ("peter", "kofi", "victor")


def _without_sro(people):
    return (people[0], people[1], "")


SURFACING = "Surfacing of roads and footways"
ROOMS = {"kind": "spot", "parent": "Temporary accommodation by the night"}

LINES = (
    # Adult Social Care
    L("Home care, north and coast", "ASC", "ferncombe", G, LIVE, PCR_LIGHT, CARE, 14_400_000, _ALEX, began=-31, term=48, notice="6 months"),
    L("Home care, south and city", "ASC", "hollinbrook", G, LIVE, PCR_LIGHT, CARE, 16_200_000, _ALEX, began=-31, term=48, notice="6 months"),
    L("Extra care housing support at Fell View", "ASC", "larkmoor", S, LIVE, PCR_LIGHT, CARE, 2_150_000, _ALEX, term=36, ends_in=90, notice="3 months"),
    L("Community equipment loans and minor adaptations", "ASC", "equipwell", G, LIVE, PCR, EQUIPMENT, 9_600_000, _ALEX, term=48, extended=12, ends_in=180, notice="150 days"),
    L("Telecare and falls response", "ASC", "careline", S, LIVE, PCR, CARE, 1_340_000, _ALEX, term=36, ends_in=-41, notice="3 months"),
    L("Independent advocacy for adults", "ASC", "voiceways", B, EXIT, PCR_LIGHT, ADVOCACY, 285_000, _ALEX, term=36, ends_in=58, notice="90 days"),
    L("Day opportunities for adults with a learning disability", "ASC", "bridgefold", S, LIVE, PA_LIGHT, CARE, 3_420_000, _RUTH, began=-11, term=48, notice="6 months"),
    L("Supported living at twelve properties", "ASC", "larkmoor", G, LIVE, PCR_LIGHT, CARE, 22_800_000, _RUTH, began=-39, term=60, notice="12 months"),
    L("Shared Lives scheme", "ASC", "bridgefold", B, LIVE, PCR_LIGHT, CARE, 610_000, _RUTH, began=-52, notice="6 months", more={"review_in": 27}),
    L("Carers' assessments and respite", "ASC", "shepherdsgate", S, LIVE, PA_LIGHT, CARE, 1_075_000, ("samuel", "", "margaret"), began=-14, term=36, notice="3 months"),
    # Children and Education
    L("Residential placements for children, block beds", "CHS", "tallowfield", G, LIVE, PCR_LIGHT, RESIDENTIAL, 18_700_000, _FARAH, began=-28, term=48, notice="6 months"),
    L("Independent fostering placements", "CHS", "oakenhurst", G, MOBILISING, PA_LIGHT, CARE, 27_500_000, _FARAH, began=2, term=48, notice="6 months"),
    L("School meals in primary and special schools", "CHS", "greenladle", G, LIVE, PCR_LIGHT, CATERING, 24_100_000, _FARAH, began=-26, term=60, notice="12 months"),
    L("Home to school transport for pupils with special needs", "CHS", "dalesrider", P, LIVE, PCR, PASSENGERS, 31_400_000, _YUSUF, began=-27, term=48, notice="9 months"),
    L("Short breaks for disabled children", "CHS", "bridgefold", B, LIVE, PA_LIGHT, CARE, 420_000, _FARAH, began=-8, term=24, notice="3 months"),
    L("Advocacy and independent visitors for children in care", "CHS", "voiceways", B, LIVE, BELOW, ADVOCACY, 186_000, _FARAH, term=24, ends_in=7, notice="1 months"),
    L("Educational psychology assessments", "CHS", "staffhaven", B, LIVE, BELOW, EDUCATION, 142_000, ("", "", "anjali"), began=-9, term=24),
    L("Mentoring for young people leaving custody", "CHS", "", NO_TIER, DRAFT, BELOW, CARE, 95_000, ("farah", "", ""), began=4, term=24),
    # Environment and Waste
    L("Household waste and recycling collection", "ENV", "quillstone", P, LIVE, PCR, WASTE, 92_000_000, _BETHANY, began=-55, term=96, notice="18 months", more={"current_value": 95_400_000, "cap_kind": "estimated"}),
    L("Residual waste treatment and energy recovery", "ENV", "marrowdale", P, LIVE, PCR, WASTE, 210_000_000, _BETHANY, began=-112, term=300, notice="24 months"),
    L("Household waste recycling centres", "ENV", "quillstone", G, EXIT, PCR, WASTE, 19_300_000, _BETHANY, began=-81, term=60, extended=24, notice="12 months"),
    L("Street cleansing in town centres", "ENV", "brightstair", S, MOBILISING, PA, STREETS, 4_450_000, _BETHANY, began=1, term=48, notice="6 months"),
    L("Grounds maintenance of parks and verges", "ENV", "verdantway", S, LIVE, PCR, GREEN, 5_900_000, _BETHANY, began=-30, term=36, extended=12, notice="6 months"),
    L("Refuse collection vehicles, supply and hire", "ENV", "heftline", S, LIVE, PA, VEHICLES, 7_250_000, ("bethany", "", "colin"), began=-10, term=84, notice="6 months", more={"currency": "EUR"}),
    L("Tree surgery and woodland management", "ENV", "verdantway", B, LIVE, BELOW, GREEN, 178_000, _without_sro(_BETHANY), began=-20, term=36, notice="3 months"),
    L("Stray dog collection and kennels", "ENV", "shepherdsgate", B, LIVE, BELOW, STREETS, None, _without_sro(_BETHANY), began=-70),
    # Highways and Transport
    L("Highways maintenance and winter service", "HWY", "tarnwick", G, LIVE, PCR, ROADS, 64_000_000, _MARIA, began=-43, term=84, notice="12 months"),
    L("Street lighting maintenance and LED renewal", "HWY", "lumenfell", G, LIVE, PCR, LIGHTING, 21_600_000, _MARIA, began=-36, term=60, notice="9 months", more={"awarded_for": 48}),
    L("Rock salt for winter roads", "HWY", "saltersway", B, ENDED, PCR, MATERIALS, 740_000, _MARIA, began=-38, term=36),
    L("Traffic signals, maintenance and faults", "HWY", "crosslamp", S, LIVE, PCR, SIGNALS, 2_780_000, _MARIA, began=-33, term=48, notice="6 months"),
    L("Bus shelters and street advertising", "HWY", "hoardwell", S, LIVE, CONCESSION, STREETS, 3_100_000, _MARIA, began=-66, term=120, notice="12 months"),
    L("Supported bus services on rural routes", "HWY", "dalesrider", S, LIVE, UTILITIES, PASSENGERS, 8_850_000, _YUSUF, term=48, ends_in=135, notice="105 days"),
    L("Bridge inspections and structural design", "HWY", "archway", B, MOBILISING, PA, DESIGN, 560_000, _MARIA, began=1, term=48, notice="3 months"),
    L("Parking enforcement system and permits", "HWY", "casewright", S, AWAITING, PA, SYSTEMS, 1_480_000, _YUSUF, began=3, term=60, notice="6 months"),
    L("Carriageway resurfacing, lot 2", "HWY", "tarnwick", S, ENDED, PCR, ROADS, 6_300_000, _MARIA, began=-29, term=24, more={"kind": "call_off", "parent": SURFACING}),
    # Property and Facilities
    L("Cleaning of corporate buildings", "PRO", "brightstair", S, LIVE, PCR, CLEANING, 3_900_000, _EWAN, began=-25, term=24, extended=12, notice="3 months"),
    L("Guarding, patrols and key holding", "PRO", "sentrymoor", B, LIVE, PA, SECURITY, 890_000, _EWAN, began=-13, term=36, notice="3 months"),
    L("Mechanical and electrical maintenance", "PRO", "cawdale", G, LIVE, PCR, BUILDINGS, 11_200_000, _EWAN, began=-41, term=60, notice="6 months"),
    L("Lift servicing and repair", "PRO", "updraught", B, LIVE, BELOW, BUILDINGS, 164_000, _EWAN, term=36, ends_in=30, notice="30 days"),
    L("Electricity for buildings and street lights", "PRO", "powergate", G, LIVE, PCR, ENERGY, 38_500_000, _EWAN, term=48, ends_in=365, notice="6 months"),
    L("Natural gas for buildings", "PRO", "powergate", S, LIVE, PCR, GAS, 9_400_000, _EWAN, term=48, ends_in=365, notice="6 months"),
    L("Town hall roof renewal", "PRO", "cawdale", NO_TIER, MOBILISING, PA, WORKS, 2_640_000, _EWAN, began=1, term=18),
    L("Asbestos surveys and removal", "PRO", "cawdale", B, EXIT, PCR, BUILDINGS, 475_000, _EWAN, term=36, ends_in=-16, notice="3 months"),
    # Digital and Customer Services
    L("Social care case management system", "DIG", "casewright", G, LIVE, PCR, SYSTEMS, 6_750_000, _KOFI, began=-49, term=84, notice="12 months"),
    L("Finance and payroll system", "DIG", "ledgerline", G, LIVE, PCR, SYSTEMS, 8_300_000, _KOFI, began=-35, term=60, extended=24, notice="12 months"),
    L("Wide area network and internet access", "DIG", "fibrecrest", S, LIVE, PCR, TELECOMS, 4_120_000, _KOFI, began=-44, term=60, notice="6 months"),
    L("Productivity software licences", "DIG", "ledgerline", S, LIVE, PA, SOFTWARE, 3_360_000, _KOFI, term=36, ends_in=212, notice="90 days"),
    L("Contact centre telephony", "DIG", "fibrecrest", S, EXIT, PCR, TELECOMS, 1_190_000, _KOFI, began=-58, term=48, extended=12, notice="6 months"),
    L("Cyber security monitoring", "DIG", "fibrecrest", S, AWAITING, PA, SYSTEMS, 980_000, _KOFI, began=2, term=36, notice="3 months"),
    L("Multifunction printers", "DIG", "inkwell", B, LIVE, PCR, PRINTERS, 520_000, _KOFI, term=60, ends_in=0, notice="90 days"),
    L("Website hosting and support", "DIG", "casewright", B, ENDED, BELOW, SYSTEMS, 130_000, _KOFI, began=-41, term=36, more={"ended_as": "terminated", "ended_early": 21}),
    L("Secure radio for the resilience forum", "DIG", "crosslamp", B, LIVE, DEFENCE, TELECOMS, 690_000, ("kofi", "", "victor"), began=-18, term=60, notice="6 months"),
    # Housing
    L("Responsive repairs and empty homes", "HOU", "homestead", G, LIVE, PCR, HOUSING, 34_800_000, _LUCY, began=-37, term=60, notice="12 months"),
    L("Gas servicing and boiler replacement", "HOU", "cawdale", G, LIVE, PA, HOUSING, 12_600_000, _without_sro(_LUCY), began=-10, term=48, notice="6 months"),
    L("Temporary accommodation by the night", "HOU", "homestead", NO_TIER, LIVE, EXEMPT, HOUSING, 5_500_000, ("lucy", "", "helen"), began=-47, more={"review_in": 74}),
    L("Housing support for young people", "HOU", "bridgefold", B, EXIT, PCR_LIGHT, HOUSING, 940_000, _LUCY, began=-35, term=36, notice="3 months"),
    L("CCTV maintenance on estates", "HOU", "sentrymoor", B, LIVE, BELOW, SECURITY, 118_000, _without_sro(_LUCY), began=-16, term=36, notice="3 months"),
    L("Kitchen and bathroom renewals", "HOU", "", S, DRAFT, PA, WORKS, 9_900_000, _LUCY, began=6, term=48),
    # Public Health
    L("Integrated sexual health service", "PUH", "wellspring", G, LIVE, PCR_LIGHT, HEALTH, 15_300_000, ("daniel", "alex", "margaret"), began=-34, term=60, notice="12 months"),
    L("Drug and alcohol treatment and recovery", "PUH", "wellspring", G, LIVE, PCR_LIGHT, HEALTH, 17_900_000, ("daniel", "alex", "margaret"), began=-29, term=60, notice="12 months"),
    L("Health visiting and school nursing", "PUH", "wellspring", G, LIVE, EXEMPT, HEALTH, 28_400_000, _DANIEL, began=-7, term=60, notice="12 months"),
    L("Stop smoking service", "PUH", "wellspring", B, LIVE, PA_LIGHT, HEALTH, 390_000, _DANIEL, began=-9, term=24, notice="3 months"),
    L("Healthy eating vouchers for families", "PUH", "freshtoken", S, LIVE, PCR, VOUCHERS, 2_500_000, _DANIEL, began=-33, term=60, notice="6 months"),
    # Culture, Libraries and Leisure
    L("Leisure centres, operation and upkeep", "CLL", "swimwise", G, LIVE, CONCESSION, LEISURE, 13_700_000, _IMOGEN, began=-61, term=120, notice="18 months"),
    L("Library books and e-books", "CLL", "ledgerline", B, LIVE, PA, BOOKS, 1_050_000, _IMOGEN, began=-12, term=36, notice="3 months"),
    L("Storage of museum collections", "CLL", "archway", NO_TIER, LIVE, BELOW, HOUSING, None, ("imogen", "", ""), began=-64),
    L("Theatre bar and catering", "CLL", "greenladle", B, LIVE, CONCESSION, CATERING, 860_000, _IMOGEN, term=60, ends_in=-122, notice="6 months"),
    # Corporate Resources
    L("Agency staff through a neutral vendor", "COR", "staffhaven", G, LIVE, PCR, STAFFING, 42_000_000, _PETER, term=36, extended=12, ends_in=120, notice="90 days"),
    L("Insurance of property, motor and liability", "COR", "covermark", S, ENDED, PCR, INSURANCE, 5_700_000, _PETER, began=-38, term=36, more={"ended_as": "novated"}),
    L("External legal advice, panel of four", "COR", "archway", B, MOBILISING, PA, LEGAL, 1_800_000, _PETER, began=1, term=48, notice="3 months", more={"vat_basis": "gross"}),
    L("Banking and cash collection", "COR", "ledgerline", S, DRAFT, PA, BANKING, 1_250_000, ("peter", "", "victor"), began=5, term=60),
    L("Translation and interpreting", "COR", "polyglot", B, LIVE, BELOW, LANGUAGE, 172_000, ("", "", ""), began=-19, term=36, notice="1 months"),
    # A framework with its call-offs, one of them past its end
    L(SURFACING, "HWY", "tarnwick", G, LIVE, PCR, ROADS, 14_000_000, _MARIA, began=-32, term=48, more={"kind": "framework", "cap_kind": "maximum"}),
    L("Surfacing of market town centres", "HWY", "tarnwick", S, LIVE, PCR, ROADS, 2_400_000, _MARIA, began=-8, term=18, more={"kind": "call_off", "parent": SURFACING}),
    L("Footway renewal in the northern wards", "HWY", "archway", B, MOBILISING, PCR, ROADS, 1_150_000, _MARIA, began=1, term=10, more={"kind": "call_off", "parent": SURFACING}),
    L("Surface dressing, summer programme", "HWY", "tarnwick", B, LIVE, PCR, ROADS, 860_000, _MARIA, term=6, ends_in=-23, more={"kind": "call_off", "parent": SURFACING}),
    # Spot contracts: a few rooms at a time, under the contract for rooms by the night
    L("Eight rooms at Ferry House", "HOU", "homestead", NO_TIER, LIVE, EXEMPT, HOUSING, 41_600, ("lucy", "", "helen"), began=-2, term=6, more=ROOMS),
    L("Four family rooms at Mill Lane", "HOU", "bridgefold", NO_TIER, LIVE, EXEMPT, HOUSING, 29_900, ("lucy", "", "helen"), began=-1, term=3, more=ROOMS),
    L("Rooms during the flood, three weeks", "HOU", "homestead", NO_TIER, ENDED, EXEMPT, HOUSING, 18_250, ("lucy", "", "helen"), term=1, ends_in=-64, more=ROOMS),
    L("Accessible flat at Harbour Street", "HOU", "homestead", NO_TIER, LIVE, EXEMPT, HOUSING, None, ("lucy", "", "helen"), began=-3, term=12, more=ROOMS),
)  # fmt: skip

MEMBER, SUBCONTRACTOR = ContractSupplier.Part
HIGH, MEDIUM, LOW = Criticality
# Contract, supplier, part, and what is known of it: what they do, how critical, since and until so many days.
FURTHER = (
    ("Household waste and recycling collection", "heftline", SUBCONTRACTOR, {"service": "Vehicles for every round", "criticality": HIGH, "since": -900}),
    ("Responsive repairs and empty homes", "cawdale", MEMBER, {"service": "Heating and electrical trades"}),
    ("Responsive repairs and empty homes", "updraught", SUBCONTRACTOR, {"service": "Lifts in four blocks", "criticality": LOW}),
    ("School meals in primary and special schools", "freshtoken", SUBCONTRACTOR, {"service": "Payment cards", "criticality": MEDIUM, "since": -500, "until": -60}),
    ("Residual waste treatment and energy recovery", "quillstone", MEMBER, {"service": "Haulage to the plant"}),
    ("Residual waste treatment and energy recovery", "powergate", SUBCONTRACTOR, {"service": "Sale of the electricity", "criticality": MEDIUM}),
    ("Drug and alcohol treatment and recovery", "bridgefold", MEMBER, {"service": "Recovery housing", "criticality": MEDIUM}),
    ("External legal advice, panel of four", "polyglot", MEMBER, {}),
)  # fmt: skip


@dataclass(frozen=True)
class Edit:
    """Something that somebody changed: `before` is what stood in those columns until then."""

    days_ago: int
    by: str
    reason: str
    before: dict


# What is peculiar to one contract; the ordinary course of things is worked out by `_story`.
TOLD = {
    "Home care, north and coast": (
        Edit(330, "alex", "Six months, not three: clause 31.2", {"notice_period": 3}),
        Edit(47, "alex", "Rates rose with the real living wage", {"annual_value": Decimal("3450000.00")}),
    ),
    "Home care, south and city": (
        Edit(402, "priya", "Hollinbrook bought the service from its first provider", {"supplier": "ferncombe"}),
    ),
    "Community equipment loans and minor adaptations": (
        Edit(38, "alex", "Figure of the award notice, not of the estimate", {"value": Decimal("9200000.00")}),
    ),
    "Telecare and falls response": (
        Edit(71, "alex", "Extension not agreed: the supplier asked for 14% more", {"notes": ""}),
    ),
    "Carers' assessments and respite": (
        Edit(212, "denise", "New commissioner in post", {"oco": "ruth"}),
    ),
    "Household waste and recycling collection": (
        Edit(388, "bethany", "Food waste added from this spring", {"description": "Weekly collection of waste and recycling from every household."}),
        Edit(19, "bethany", "Cost of the food waste rounds", {"annual_value": Decimal("11500000.00"), "current_value": None}),
    ),
    "Agency staff through a neutral vendor": (
        Edit(96, "peter", "Under review after the staffing scrutiny", {"review_on": None}),
        Edit(12, "tomasz", "Spend is above the estimate", {"annual_value": Decimal("10500000.00")}),
    ),
    "Multifunction printers": (
        Edit(64, "kofi", "Return of the machines is agreed for the last week", {"notes": ""}),
    ),
    "Healthy eating vouchers for families": (
        Edit(140, "daniel", "Card replaces paper vouchers", {"description": "Paper vouchers for fruit, vegetables and milk."}),
    ),
}  # fmt: skip

# Whose service started although its gate was shut: by whom, and in which words history has it.
SEASON = "The heating season has begun; the directorate names its SRO by the new year"
GATE = "Name the SRO: a Gold or Platinum contract needs one"
STARTED = {
    "Gas servicing and boiler replacement": (
        "hannah",
        f"{SEASON} (moved on although this was missing: {GATE})",
    ),
}
# Deputies beside the first: contract, person, since and until so many days ago.
FURTHER_DEPUTIES = (
    ("Home care, north and coast", "ruth", 140, None),
    ("Home care, north and coast", "farah", 300, 141),
    ("Integrated sexual health service", "ruth", 64, None),
)

DESCRIPTIONS = {
    "Household waste and recycling collection": "Weekly collection of food waste and fortnightly collection of recycling and residual waste from every household.",
    "Healthy eating vouchers for families": "A prepaid card for fruit, vegetables and milk for families with young children, from application to settlement with shops.",
    "Home care, north and coast": "Personal care at home for adults with assessed needs in the northern and coastal districts.",
    "Agency staff through a neutral vendor": "Temporary staff of every grade, supplied through one vendor that draws on many agencies.",
}  # fmt: skip
NOTES = {
    "Telecare and falls response": "Runs on month by month while the new service is bought.",
    "Multifunction printers": "Not to be replaced: print moves to the shared service.",
}
