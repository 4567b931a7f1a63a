"""What the demonstration measures, by what is bought. Invented figures."""

from decimal import Decimal
from typing import NamedTuple

from performance.periods import Frequency
from performance.rules import Band, Direction, Quadrant, ReportedBy, write_bands


class Kpi(NamedTuple):
    name: str
    definition: str
    unit: str
    decimals: int
    direction: str
    target: str
    near: str = ""
    far: str = ""
    frequency: str = Frequency.MONTHLY
    quadrant: str = Quadrant.PERFORMANCE
    reported_by: str = ReportedBy.SUPPLIER

    @property
    def columns(self):
        """The columns of an indicator that this line fills."""
        return {
            "name": self.name,
            "unit": self.unit,
            "decimals": self.decimals,
            "direction": self.direction,
            "frequency": self.frequency,
            "quadrant": self.quadrant,
            "reported_by": self.reported_by,
            "source": "The supplier's report"
            if self.reported_by == ReportedBy.SUPPLIER
            else "Our own survey",
        }

    @property
    def defined(self):
        """The columns of its definition."""
        return {
            "text": self.definition,
            "target": Decimal(self.target),
            "tolerance_near": Decimal(self.near) if self.near else None,
            "tolerance_far": Decimal(self.far) if self.far else None,
        }

    @property
    def bands(self):
        """Service points where missing the target costs some: up to the tolerances, twice the far one, beyond."""
        if not self.near or not self.far:
            return ""
        near, far = Decimal(self.near), Decimal(self.far)
        return write_bands([
            Band("Minor", near, 1), Band("Serious", far, 2), Band("Severe", far * 2, 3),
            Band("Service threshold", None, 4),
        ])  # fmt: skip


UP, DOWN = Direction.HIGHER, Direction.LOWER
QUARTER, YEAR = Frequency.QUARTERLY, Frequency.YEARLY
COST, RISK = Quadrant.COST, Quadrant.RISK
OURS = (Quadrant.USER, ReportedBy.AUTHORITY)  # what users say, in a survey of ours

CARE = (
    Kpi("Visits within 15 minutes of plan", "Visits begun within 15 minutes of the time planned, of all visits made.", "%", 1, UP, "95", "2", "5"),
    Kpi("Missed visits", "Visits that did not take place and that nobody had cancelled.", "", 0, DOWN, "4", "2", "6"),
    Kpi("Staff training in date", "Staff whose mandatory training is in date on the last day of the month.", "%", 0, UP, "92", "3", "8", quadrant=RISK),
    Kpi("Days from referral to start", "Working days from a complete referral to the first visit, mean of the month.", "days", 1, DOWN, "5", "1", "3"),
    Kpi("People satisfied with their care", "Satisfied or very satisfied, of those who answered the survey.", "%", 0, UP, "88", "4", "10", QUARTER, *OURS),
)  # fmt: skip
WASTE = (
    Kpi("Missed collections per 100,000", "Collections reported as missed and not put right by the next day.", "", 0, DOWN, "40", "10", "30"),
    Kpi("Rounds finished on the day", "Rounds finished on their planned day, of all rounds.", "%", 1, UP, "99", "1", "3"),
    Kpi("Contamination of recycling", "Material rejected at the sorting plant, by weight.", "%", 1, DOWN, "8", "2", "5"),
    Kpi("Vehicles available", "Front-line vehicles fit for the road at the start of the day.", "%", 1, UP, "95", "2", "6"),
    Kpi("Reuse, recycling and composting", "Household waste sent for reuse, recycling or composting, by weight.", "%", 1, UP, "46", "2", "5", QUARTER),
)  # fmt: skip
REPAIRS = (
    Kpi("Jobs completed on time", "Jobs finished within the time of their priority, of all jobs closed.", "%", 1, UP, "95", "2", "5"),
    Kpi("Average days to repair", "Working days from report to repair, mean of the month.", "days", 1, DOWN, "5", "1", "3"),
    Kpi("Right first time", "Jobs that needed no second visit, of all jobs closed.", "%", 1, UP, "90", "3", "8"),
    Kpi("Safety certificates in date", "Certificates in date on the last day of the month.", "%", 2, UP, "99.50", "0.30", "1.00", quadrant=RISK),
    Kpi("User satisfaction", "Satisfied or very satisfied, of those who answered the survey.", "%", 0, UP, "85", "5", "10", QUARTER, *OURS),
)  # fmt: skip
STREETS = (
    Kpi("Defects made safe within 24 hours", "Urgent defects made safe within 24 hours of the report.", "%", 1, UP, "98", "1", "4"),
    Kpi("Routine work finished on time", "Orders finished by their date, of all orders due.", "%", 1, UP, "92", "3", "8"),
    Kpi("Sites that pass inspection", "Sites at or above the standard, of those inspected.", "%", 0, UP, "90", "4", "10"),
    Kpi("Complaints upheld", "Complaints found justified in the month.", "", 0, DOWN, "3", "2", "5"),
    Kpi("Carbon per job", "Emissions of vehicles and plant, by job.", "kg", 1, DOWN, "24", "2", "6", QUARTER),
)  # fmt: skip
SYSTEMS = (
    Kpi("System availability", "Minutes available, of the agreed service hours.", "%", 2, UP, "99.50", "0.30", "1.00"),
    Kpi("Priority 1 incidents fixed in 4 hours", "Fixed or worked around within 4 hours of the call.", "%", 0, UP, "95", "5", "15"),
    Kpi("Calls answered within 20 seconds", "Calls taken by a person within 20 seconds, of all calls offered.", "%", 1, UP, "90", "3", "8"),
    Kpi("Changes that failed", "Changes that were rolled back, of all changes made.", "%", 1, DOWN, "3", "1", "4"),
    Kpi("User satisfaction", "Score of 4 or 5 out of 5, of closed calls that were scored.", "%", 0, UP, "85", "5", "10", QUARTER, *OURS),
)  # fmt: skip
TRANSPORT = (
    Kpi("Journeys on time", "Arrivals no more than five minutes late, of all arrivals.", "%", 1, UP, "95", "2", "5"),
    Kpi("Journeys not run", "Planned journeys that did not run, per 1,000.", "", 1, DOWN, "2", "1", "3"),
    Kpi("Drivers with checks in date", "Drivers and escorts whose checks are in date.", "%", 1, UP, "100", "0.5", "2", quadrant=RISK),
    Kpi("Complaints upheld", "Complaints found justified in the month.", "", 0, DOWN, "3", "2", "5"),
    Kpi("Families satisfied", "Satisfied or very satisfied, of those who answered the survey.", "%", 0, UP, "88", "4", "10", QUARTER, *OURS),
)  # fmt: skip
GENERAL = (
    Kpi("Deliverables on time", "Reports, deliveries and returns by their date, of all that were due.", "%", 1, UP, "95", "3", "8"),
    Kpi("Invoice accuracy", "Invoices paid without a query, of all invoices received.", "%", 1, UP, "98", "1", "3", quadrant=COST),
    Kpi("Complaints upheld", "Complaints found justified in the month.", "", 0, DOWN, "2", "1", "4"),
    Kpi("Local spend", "Spend with firms in the county, of all spend with subcontractors.", "%", 0, UP, "30", frequency=QUARTER),
    Kpi("Apprentices employed", "Apprentices working on the contract on 31 December.", "", 0, UP, "4", "1", "2", YEAR),
)  # fmt: skip

# One more for the larger contracts of a category: by the week, when it happens, yes or no, within a range.
FURTHER = {
    "Waste": Kpi("Bins missed in the week", "Bins reported as missed in the week, per 10,000.", "", 0, DOWN, "6", "2", "6", Frequency.WEEKLY),
    "Information technology": Kpi("Hours to fix a priority 1 incident", "From the call to the fix, for each incident.", "hours", 1, DOWN, "4", "1", "4", Frequency.ON_EVENT, RISK),
    "Facilities": Kpi("Monthly report by the fifth working day", "Complete, and with the figures of every site.", "", 0, Direction.YES_NO, "1"),
}  # fmt: skip

# The category of a contract, to the beginning of its name; all else is measured by GENERAL.
BY_CATEGORY = {
    "Social care": CARE, "Public health": CARE, "Waste": WASTE, "Facilities": REPAIRS, "Housing": REPAIRS,
    "Highways": STREETS, "Grounds": STREETS, "Street": STREETS, "Information technology": SYSTEMS,
    "Passenger transport": TRANSPORT,
}  # fmt: skip

# How a KPI goes, in the order in which they are dealt out. Eleven, so that they meet the five KPIs of
# a category in ever new pairs.
STORIES = (
    "steady", "decline", "steady", "cliff", "seasonal", "steady", "chronic", "gaps", "new", "steady",
    "silent",
)  # fmt: skip

COMMENTS = {
    "cliff": "The supplier's recovery plan is in place; reviewed each week",
    "decline": "Vacancies again; raised at the review meeting",
    "seasonal": "Winter pressure, as last year",
    "chronic": "Same cause as last month",
}
