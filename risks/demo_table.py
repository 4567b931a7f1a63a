"""What may go wrong at the fictional council. Invented, and about nobody."""

from typing import NamedTuple

from risks.rules import Kind, Proximity, Response


class Story(NamedTuple):
    """A risk of a contract. Days count back from today; `scores` are (days ago, likelihood, impact), the oldest first."""

    contract: str
    title: str
    category: str
    cause: str
    event: str
    effect: str
    scores: tuple
    inherent: tuple | None = None
    target: tuple | None = None
    kind: str = Kind.RISK
    response: str = Response.TREAT
    proximity: str = Proximity.YEAR
    shared: bool = False
    review_in: int = 30
    happened: int | None = None
    treatments: tuple = ()  # (what, due in days, cost, (likelihood, impact) after, evidence when done)
    contingency: tuple = ()  # (trigger, remedy, tested days ago or None, what the test showed, next test in days)
    answer: tuple = ()  # (days ago, answer, words); () leaves it with the SRO
    reference: str = ""


WASTE, HOME_CARE, CASES = (
    "Household waste and recycling collection", "Home care, north and coast", "Social care case management system",
)  # fmt: skip
MEALS, REPAIRS, TRANSPORT = (
    "School meals in primary and special schools", "Responsive repairs and empty homes",
    "Home to school transport for pupils with special needs",
)  # fmt: skip

STORIES = (
    # Treated: it has come down step by step.
    Story(
        WASTE, "Too few drivers to crew every round", "Operations", "There are too few qualified drivers in the region",
        "rounds go out late or not at all", "bins stay full and complaints rise",
        ((400, 5, 4), (290, 4, 4), (150, 3, 4), (25, 3, 3)), inherent=(5, 4), target=(2, 3), shared=True, review_in=65,
        treatments=(
            ("Supplier trains twelve loaders as drivers", -160, "48000.00", (3, 4), "Licences of all twelve, seen at the March meeting"),
            ("Agency framework for short-notice drivers", -40, None, (3, 3), "Framework in place, two agencies called off"),
            ("Retention payment after two winters", 75, "62000.00", (2, 3), ""),
        ),
        contingency=(
            "Two rounds missed in one week", "Crews from the garden waste rounds, then the neighbouring council under the mutual aid letter",
            200, "Second crews were out by 9.40; the radio channel was unknown to them, which is mended", 165,
        ),
        answer=(285, "treat", "A summer like the last one is not acceptable. Bring me a plan for drivers"), reference="R1",
    ),
    # It has happened, and is an issue now.
    Story(
        CASES, "Data move to the new system is late", "Project and programme", "Old records are of mixed quality",
        "records are moved late or with errors", "social workers keep two systems and miss alerts",
        ((330, 2, 4), (120, 3, 4), (21, 5, 4)), inherent=(3, 4), target=(1, 3), kind=Kind.ISSUE, happened=21,
        proximity=Proximity.NOW, review_in=9, shared=True, reference="R3",
        treatments=(
            ("Clean-up team of four works off the errors", 24, "35000.00", (5, 2), ""),
            ("Weekly count of alerts that were missed", -7, None, None, "Counts of two weeks in the project folder"),
        ),
        contingency=("More than fifty records a day cannot be moved", "The old system stays readable for six months more", None, "", None),
        answer=(12, "treat", "Keep the old system readable. I want the count every Friday"),
    ),
    # Above appetite, and before its SRO.
    Story(
        HOME_CARE, "Supplier leaves the market", "Commercial", "The hourly rate has not kept pace with wages",
        "the supplier hands its rounds back at short notice", "some two hundred people are without care until others take over",
        ((260, 2, 5), (95, 3, 5), (6, 4, 5)), inherent=(4, 5), target=(2, 4), proximity=Proximity.SOON, review_in=10,
        treatments=(
            ("Open-book review of the rate with Finance", 20, None, (3, 5), ""),
            ("Agree with two neighbours who takes which rounds", -9, None, (4, 3), ""),
        ), reference="R2",
    ),
    Story(
        HOME_CARE, "Visit records show health details to the wrong people", "Information", "The supplier’s app has no lock on shared telephones",
        "health details are seen by people who should not see them", "people are harmed and the regulator has to be told",
        ((200, 3, 4), (40, 2, 4)), inherent=(4, 4), target=(1, 4), review_in=-6, response=Response.TREAT, shared=True,
        treatments=(("Six-digit lock on every telephone", -30, None, (2, 4), "Screenshots and the list of devices, 4 November"),),
        reference="R4",
    ),
    Story(
        MEALS, "Food prices rise faster than the index", "Financial", "The price is indexed once a year",
        "prices rise faster than the index in between", "the supplier asks for relief or lowers quality",
        ((220, 3, 3),), inherent=(4, 3), target=(3, 2), response=Response.TOLERATE, review_in=70,
    ),
    Story(
        MEALS, "Menus with more local produce", "Commercial", "Three farms nearby can deliver all year",
        "the share of local produce can double", "travel falls and the social value target is passed",
        ((130, 3, 3),), kind=Kind.OPPORTUNITY, response=Response.TAKE, review_in=45, shared=True,
        treatments=(("Trial menus in six schools", 33, None, None, ""),),
    ),
    Story(
        REPAIRS, "Damp and mould are not dealt with in the time that the law sets", "Legal", "Reports come by three channels",
        "a serious report is not inspected in time", "a family is harmed, and the landlord breaks the law",
        ((170, 4, 5), (60, 3, 5)), inherent=(5, 5), target=(2, 4), review_in=3, shared=True, proximity=Proximity.NOW,
        treatments=(("One list for all three channels, checked daily", -3, None, (2, 5), ""),),
        answer=(50, "carry", "I carry it until the single list is live in December, and not longer"),
    ),
    Story(
        TRANSPORT, "Escorts without a current check", "People", "Checks run out on different days",
        "an escort travels with children without a current check", "a child is at risk",
        ((150, 2, 5), (20, 2, 5)), inherent=(4, 5), target=(1, 5), review_in=25,
        treatments=(("Register of checks with a warning 60 days ahead", -90, None, (2, 5), "Register shown at the September meeting"),),
        contingency=("A check has run out", "The escort is stood down, a council escort travels", 75, "Worked at both depots", 290),
    ),
)  # fmt: skip

# What most contracts of some size share: title, category, cause, event, effect, likelihood, impact, response.
COMMON = (
    ("Key people leave", "People", "Few people know how the service works", "one of them leaves without a handover", "quality falls for some months", 3, 3, Response.TREAT),
    ("Supplier becomes insolvent", "Commercial", "Margins in this market are thin", "the supplier goes into administration", "the service stops until another takes over", 2, 5, Response.TREAT),
    ("Personal data is lost or seen by others", "Information", "The supplier works with personal data", "data is lost or sent to the wrong person", "people are harmed and fines follow", 2, 4, Response.TREAT),
    ("Prices rise more than the budget", "Financial", "Prices follow an index", "the index rises faster than the budget", "we buy less or overspend", 3, 3, Response.TOLERATE),
    ("Attack on the supplier’s systems", "Security", "The supplier’s systems can be reached from outside", "they are held to ransom", "the service stops for days", 2, 4, Response.TRANSFER),
    ("Handover at the end is not prepared", "Commercial", "The exit plan is old", "the next supplier starts without what it needs", "the first months go badly", 2, 3, Response.TREAT),
)  # fmt: skip

PROPOSED = (
    WASTE,
    "Battery fires in collection vehicles",
    "Operations",
    "Batteries are thrown into household waste",
    "a vehicle catches fire on its round",
    "crews are hurt and a vehicle is lost",
)
NOBODYS = "Cleaning of corporate buildings"
SUPPLIER_RISK = (
    "Depends on one customer for most of its turnover",
    "Commercial",
    "We are more than half of its turnover",
    "it cannot bear a month without our payment",
    "every disagreement puts the service at risk",
    3,
    4,
)
STRATEGIC = (
    ("Two suppliers hold most of our adult social care", "Strategy", "The market has narrowed", "one of them leaves", "we cannot place everybody who needs care", ((300, 3, 5), (80, 3, 5)), (2, 4)),
    ("Modern slavery in supply chains that we cannot see", "Legal", "Labour is subcontracted more than once", "people are exploited under one of our contracts", "people are harmed, and trust in us is lost", ((300, 2, 5), (30, 2, 5)), (1, 5)),
)  # fmt: skip
