"""How services of the fictional council go on, and what they comply with. Invented, and about nobody."""

from typing import NamedTuple

from risks.demo_table import CASES, HOME_CARE, MEALS, REPAIRS, TRANSPORT, WASTE


class PlanStory(NamedTuple):
    """A plan of a contract, or of a supplier (its key in the demonstration). Days count back from today; `next_test` and
    `next_review` count on. `tests` are (days ago, how, result, time reached, unit, what it showed), the oldest first."""

    of: str
    kind: str
    title: str
    agreed: int | None
    next_review: int | None
    next_test: int | None
    whose: str = "supplier"
    scope: str = ""
    rto: tuple = (None, "")
    rpo: tuple = (None, "")
    url: str = ""
    paper: str = ""  # the title of a document of the contract
    tests: tuple = ()
    retired: tuple = ()  # (days ago, reason)
    nobodys: bool = False


CONTINUITY, RECOVERY = "continuity", "recovery"
PLANS = (
    # Tested, and better the second time.
    PlanStory(
        WASTE, CONTINUITY, "Continuity plan for collections", 180, 185, 175, rto=(1, "days"),
        scope="Household rounds, food waste and the call centre", paper="Business continuity plan",
        tests=(
            (560, "desk", "findings", None, "", "Nobody at the depot knew who calls the crews of the second shift."),
            (190, "live", "passed", 18, "hours", "A depot was closed for a day. Rounds left from the other one at 6.20 the next morning."),
        ),
    ),
    # Never tested, although its system is critical.
    PlanStory(
        CASES, RECOVERY, "Recovery of the case management system", 250, 115, -20, rto=(4, "hours"), rpo=(1, "hours"),
        scope="Records, alerts and the out-of-hours desk", url="https://www.casewright.example/recovery",
    ),
    PlanStory(
        CASES, CONTINUITY, "Working without the case system", 120, 245, 31, whose="ours", rto=(2, "days"),
        scope="Duty desk and safeguarding alerts, on paper",
        tests=((330, "desk", "passed", None, "", "Duty desk worked from printed lists for a morning."),),
    ),
    # Failed its last test.
    PlanStory(
        HOME_CARE, CONTINUITY, "When a provider hands its rounds back", 300, 65, 62, whose="ours", rto=(1, "days"),
        scope="All rounds, those of people who live alone first", paper="Provider failure plan",
        tests=(
            (395, "desk", "passed", 20, "hours", "All rounds were placed on paper."),
            (28, "walk", "failed", 3, "days", "Two of the five neighbouring providers could not be reached on a Sunday, and nobody had the key safe codes."),
        ),
    ),
    PlanStory(
        MEALS, CONTINUITY, "Meals when a kitchen is closed", 400, -35, -35, rto=(1, "days"), scope="All 41 kitchens",
        tests=((400, "live", "findings", 5, "hours", "Cold meals reached the school, without those for allergies."),),
    ),
    PlanStory(
        TRANSPORT, CONTINUITY, "No child stays at the kerb", 90, 275, 44, scope="Routes of the four special schools",
        tests=((321, "walk", "passed", None, "", "Both depots took over each other's routes."),),
    ),
    PlanStory(
        REPAIRS, CONTINUITY, "Continuity plan of the first year", 800, None, None, retired=(210, "Replaced by the plan that names the sub-contractors"),
        tests=((700, "desk", "passed", None, "", ""),),
    ),
    PlanStory(REPAIRS, CONTINUITY, "Continuity plan with sub-contractors", 210, 155, 21, rto=(2, "days"), nobodys=True),
    PlanStory(
        "quillstone", CONTINUITY, "Group plan for industrial action and loss of a depot", 150, 215, 130, rto=(3, "days"),
        scope="All depots in the region", tests=((235, "desk", "passed", None, "", "Shown to us at the spring review."),),
    ),
    PlanStory("cawdale", RECOVERY, "Recovery of the job scheduling system", None, 40, -5),
)  # fmt: skip


class CheckStory(NamedTuple):
    """A requirement of a contract or a supplier. Days count back from today for `checked`, on for `expires` and `again`.
    `earlier` are (checked, expired) days ago of the checks that it replaced, the oldest first."""

    of: str
    topic: str
    requirement: str
    result: str = "complies"
    evidence: str = ""
    checked: int | None = None
    expires: int | None = None
    again: int | None = None
    action: str = ""
    risk: str = ""
    words: str = ""
    url: str = ""
    paper: str = ""
    earlier: tuple = ()


CHECKS = (
    # Expires soon.
    CheckStory(
        WASTE, "insurance", "Employer’s liability insurance of £10 million", evidence="Certificate of the broker, policy 7741",
        checked=341, expires=24, earlier=((707, 342),),
    ),
    # Has expired.
    CheckStory(
        WASTE, "accreditation", "ISO 14001 for environmental management", evidence="Certificate of the certification body",
        checked=1080, expires=-12,
    ),
    # In order.
    CheckStory(
        WASTE, "modern_slavery", "Modern slavery statement, approved by the board each year", evidence="Statement on the supplier’s website",
        url="https://www.quillstone.example/modern-slavery", checked=96, expires=269,
    ),
    # Not complied with, and a risk of the register.
    CheckStory(
        HOME_CARE, "data_security", "Health details are locked on every device", "fails", "Four of ten telephones looked at had no lock",
        checked=14, again=9, action="Supplier fits locks by the end of the month; no new client data on devices without one until then",
        risk="Visit records show health details to the wrong people",
    ),
    CheckStory(
        HOME_CARE, "insurance", "Public liability insurance of £5 million", evidence="Certificate seen", checked=200, expires=165,
        paper="Liability insurance certificate",
    ),
    CheckStory(
        HOME_CARE, "other", "Care staff are paid the real living wage", "partly", "Payroll extract of two of three branches",
        checked=47, again=43, action="Extract of the third branch asked for", words="Living wage",
    ),
    CheckStory(
        CASES, "data_security", "Cyber Essentials Plus", evidence="Certificate of the assessor", checked=315, expires=50, earlier=((680, 315),)
    ),
    CheckStory(
        CASES, "data_security", "Penetration test each year, with all high findings closed", "partly", "Summary of the testers",
        checked=70, again=20, action="One high finding is open until the next release",
    ),
    CheckStory(MEALS, "supply_chain", "Fish from certified sources", evidence="Purchase list of the spring term, all certified", checked=150, again=30),
    CheckStory(MEALS, "ethics", "Gifts and hospitality register, shown each half-year", "not_checked", again=-8),
    CheckStory(TRANSPORT, "accreditation", "Operator licence for passenger vehicles", evidence="Licence in the public register", checked=60, expires=900),
    CheckStory("quillstone", "insurance", "Public liability insurance of £20 million", evidence="Certificate of the group", checked=100, expires=265),
    CheckStory("cawdale", "anti_fraud", "Fraud response plan and register of incidents", "not_checked", again=14),
)  # fmt: skip
