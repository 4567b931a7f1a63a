"""What the demonstration's contracts promise, by what is bought. Invented clauses."""

from typing import NamedTuple

from contracts.obligations.rules import Kind, Party, Repeat

US = Party.AUTHORITY
ONCE, WEEKS, MONTHS, QUARTERS, YEARS = Repeat


class Promise(NamedTuple):
    """An obligation. `day` is the day of the month on which it is due, 31 the last; `needs` names the number
    of one of ours that it depends on; `story` says how it goes: see `demo.STORIES`."""

    number: str
    title: str
    repeat: str
    day: int = 10
    story: str = "good"
    party: str = Party.SUPPLIER
    kind: str = Kind.OBLIGATION
    clause: str = ""
    text: str = ""
    evidence: str = ""
    consequence: str = ""
    needs: str = ""
    every: int = 1


P = Promise

# Every contract that is managed closely has these; the richer half of them only from Gold upwards.
GENERAL = (
    P("S1", "Monthly performance report", MONTHS, 10, "slack", kind=Kind.REPORTING, clause="Schedule 3, 2.1",
      text="The Supplier shall send the performance report for each month by the tenth of the next.",
      evidence="The report, in the contract's folder", consequence="£500 for each week of delay"),
    P("S2", "Insurance certificates renewed", YEARS, 1, kind=Kind.ASSURANCE, clause="Clause 28", evidence="Certificates of all three insurances",
      consequence="We may insure at the Supplier's cost"),
    P("S3", "Business continuity plan tested", YEARS, 15, "silent", kind=Kind.ASSURANCE, clause="Schedule 9, 4", evidence="Report of the test"),
    P("A1", "Pay undisputed invoices within 30 days", MONTHS, 31, "slack", US, Kind.PAYMENT, "Clause 12.4",
      "The Authority shall pay each undisputed invoice within 30 days of its receipt.", consequence="Interest under the Late Payment Act"),
)  # fmt: skip
GOLD = (
    P("S4", "Open-book report with margins", QUARTERS, 20, "failed", kind=Kind.OPEN_BOOK, clause="Schedule 6, 3",
      text="Costs, overhead and margin of the quarter, against the financial model.", evidence="The filled model"),
    P("S5", "Improvement plan for the year", YEARS, 30, kind=Kind.DELIVERABLE, clause="Schedule 3, 7"),
    P("A2", "Answer requests for approval within ten working days", MONTHS, 15, "good", US, clause="Clause 9.2"),
)  # fmt: skip
BY_CATEGORY = {
    "Social care": (
        P("S10", "Safeguarding return", MONTHS, 5, "good", kind=Kind.REPORTING, clause="Schedule 2, 11", evidence="Return to the safeguarding board"),
        P("S11", "Workforce and training return", QUARTERS, 15, "slack", kind=Kind.REPORTING, clause="Schedule 2, 14"),
        P("S12", "Unannounced quality visit put right", QUARTERS, 31, "silent", kind=Kind.DELIVERABLE, clause="Schedule 2, 16", evidence="Action plan, signed off"),
        P("A10", "Forecast of referrals", QUARTERS, 1, "good", US, Kind.DEPENDENCY, "Schedule 2, 3"),
    ),
    "Passenger transport": (
        P("S10", "Route plan for the term", QUARTERS, 20, "good", kind=Kind.DELIVERABLE, clause="Schedule 2, 5",
          text="Routes, pick-up times and escorts for every pupil, from the list of pupils.", needs="A10", evidence="The plan, agreed with the schools"),
        P("S11", "Drivers' and escorts' checks in date", MONTHS, 1, "good", kind=Kind.ASSURANCE, clause="Clause 17.2", evidence="Extract of the register of checks", consequence="No driver without a check may drive"),
        P("S12", "Vehicle inspection sheets", WEEKS, 0, "good", clause="Schedule 2, 9"),
        P("A10", "List of pupils and their addresses", QUARTERS, 5, "good", US, Kind.DEPENDENCY, "Schedule 2, 4",
          "The Authority shall send the list three weeks before each term."),
    ),
    "Waste and recycling": (
        P("S10", "Tonnage return", QUARTERS, 28, "good", kind=Kind.REPORTING, clause="Schedule 4, 2", evidence="Figures as sent to the national system"),
        P("S11", "Missed collections made good by the next day", MONTHS, 12, "good", clause="Schedule 2, 6", needs="A10", consequence="Service points under Schedule 5"),
        P("S12", "Emissions of the fleet", YEARS, 31, "slack", kind=Kind.REPORTING, clause="Schedule 8"),
        P("A10", "Notice of road closures", MONTHS, 3, "good", US, Kind.DEPENDENCY, "Schedule 2, 7",
          "The Authority shall tell the Supplier of closures known for the month."),
        P("A11", "Transfer station open on all days of collection", MONTHS, 2, "good", US, Kind.DEPENDENCY, "Schedule 2, 8"),
    ),
    "Information technology": (
        P("S10", "Availability report", MONTHS, 5, "good", kind=Kind.REPORTING, clause="Schedule 3, 3"),
        P("S11", "Penetration test, and what it found put right", YEARS, 15, "fading", kind=Kind.ASSURANCE, clause="Schedule 5, 6", evidence="Summary of the tester, and the list of fixes"),
        P("S12", "Restore from backup tried", QUARTERS, 10, "slack", kind=Kind.ASSURANCE, clause="Schedule 5, 8", evidence="Log of the restore"),
        P("A10", "Window for upgrades agreed", QUARTERS, 1, "good", US, Kind.DEPENDENCY, "Schedule 4, 2"),
    ),
    "Highways": (
        P("S10", "Programme of works for the quarter", QUARTERS, 15, "slack", kind=Kind.DELIVERABLE, clause="Schedule 2, 3"),
        P("S11", "Winter service plan", YEARS, 1, "good", kind=Kind.DELIVERABLE, clause="Schedule 2, 12", evidence="The plan, approved"),
        P("S12", "Safety inspections recorded", MONTHS, 8, "fading", kind=Kind.ASSURANCE, clause="Schedule 2, 9", evidence="Extract of the inspection system"),
        P("A10", "Permits and closures granted in time", MONTHS, 20, "slack", US, Kind.DEPENDENCY, "Schedule 2, 4"),
    ),
    "Facilities": (
        P("S10", "Statutory inspection certificates", MONTHS, 15, "good", kind=Kind.ASSURANCE, clause="Schedule 2, 7", evidence="Certificates in the building log"),
        P("S11", "Asset register updated", QUARTERS, 31, "fading", kind=Kind.DELIVERABLE, clause="Schedule 2, 10"),
        P("A10", "Access to every building", MONTHS, 1, "good", US, Kind.DEPENDENCY, "Clause 6.1"),
    ),
    "Catering": (
        P("S10", "Menus and allergens published", QUARTERS, 10, "good", kind=Kind.DELIVERABLE, clause="Schedule 2, 5", evidence="Link to the published menus"),
        P("S11", "Kitchen hygiene audits", MONTHS, 20, "no_august", kind=Kind.ASSURANCE, clause="Schedule 2, 8", evidence="Audit sheets"),
        P("A10", "Numbers of pupils for each school", QUARTERS, 1, "good", US, Kind.DEPENDENCY, "Schedule 2, 2"),
    ),
    "Housing": (
        P("S10", "Gas safety certificates in date", MONTHS, 1, "good", kind=Kind.ASSURANCE, clause="Schedule 2, 4", evidence="List of certificates", consequence="We may send another engineer at the Supplier's cost"),
        P("S11", "Damp and mould cases answered in the time of the law", MONTHS, 15, "failed", clause="Schedule 2, 6"),
        P("A10", "Keys and access for empty homes", MONTHS, 5, "slack", US, Kind.DEPENDENCY, "Clause 8"),
    ),
    "Public health": (
        P("S10", "Clinical governance report", QUARTERS, 15, "good", kind=Kind.REPORTING, clause="Schedule 2, 9", evidence="Minutes of the governance board"),
        P("S11", "Waiting times return", MONTHS, 7, "waived", kind=Kind.REPORTING, clause="Schedule 2, 11"),
        P("A10", "Public health data for the needs assessment", YEARS, 1, "good", US, Kind.DEPENDENCY, "Schedule 2, 3"),
    ),
}  # fmt: skip
# Contracts whose obligations nobody has written down yet: the check says so.
NONE_YET = {
    "Electricity for buildings and street lights", "Agency staff through a neutral vendor",
    "Healthy eating vouchers for families", "Supported bus services on rural routes",
}  # fmt: skip
# In these nobody is named for some of them.
NOBODY = {"Supported living at twelve properties", "Traffic signals, maintenance and faults"}
# Three that were due on the same days, and that one visit settled: to be recorded at once.
AT_ONCE = "Home care, north and coast"

# (number, title, who, days from today, clause, evidence, how it stands)
CONDITIONS = {
    "Parking enforcement system and permits": (
        ("C1", "Parent company guarantee signed", Party.SUPPLIER, -6, "Clause 3.1 (a)", "The guarantee, sealed", "open"),
        ("C2", "Certificates of insurance shown", Party.SUPPLIER, -20, "Clause 3.1 (b)", "Certificates", "met"),
        ("C3", "Data protection impact assessment approved", US, 12, "Clause 3.1 (c)", "Approval of the data protection officer", "open"),
        ("C4", "Traffic orders sealed", US, 40, "Clause 3.1 (d)", "", "open"),
        ("C5", "Consent of the landlord of the pound", US, -30, "Clause 3.1 (e)", "", "waived"),
    ),
    "Cyber security monitoring": (
        ("C1", "Staff vetted to the level of the clause", Party.SUPPLIER, 9, "Clause 2.2", "Confirmation of the vetting unit", "open"),
        ("C2", "Network diagrams handed over", US, -12, "Clause 2.3", "", "late"),
    ),
    "Independent fostering placements": (
        ("C1", "Registration with the inspectorate shown", Party.SUPPLIER, -15, "Clause 4", "Certificate", "met"),
    ),
}  # fmt: skip

REASONS = {
    "failed": "The supplier had no figures: its system was being replaced",
    "waived": "One return for two months was agreed",
    "no_august": "Schools are closed in August",
}
EVIDENCE = ("In the contract's folder", "Sent by e-mail, filed", "Shown at the review meeting")
