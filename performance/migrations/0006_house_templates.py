"""The library that an installation begins with. No history: nobody has chosen these yet."""

from decimal import Decimal

from django.db import migrations

ANY, FACILITIES, SYSTEMS, CARE = (
    "Any contract",
    "Facilities and repairs",
    "Information technology",
    "Social care",
)
WASTE, TRANSPORT = "Waste and streets", "Passenger transport"
UP, DOWN, YES_NO = "higher", "lower", "yes_no"
MONTH, QUARTER, YEAR, EVENT = "monthly", "quarterly", "yearly", "on_event"
PERFORMANCE, COST, RISK, USER = "performance", "cost", "risk", "user"
SUPPLIER, OURS = "supplier", "authority"

# category, name, definition, unit, decimals, direction, target, near, far, frequency, quadrant, who measures it
HOUSE_TEMPLATES = (
    (ANY, "Deliverables on time", "Reports and deliveries by their date, of all that were due in the month.", "%", 1, UP, "95", "3", "8", MONTH, PERFORMANCE, SUPPLIER),
    (ANY, "Monthly report received by its date", "Complete, with the figures of every service.", "", 0, YES_NO, "1", None, None, MONTH, PERFORMANCE, OURS),
    (ANY, "Invoice accuracy", "Invoices paid without a query, of all that were received.", "%", 1, UP, "98", "1", "3", MONTH, COST, OURS),
    (ANY, "Actions closed on time", "Actions of review meetings closed by their date, of all that were due.", "%", 0, UP, "90", "5", "15", MONTH, PERFORMANCE, OURS),
    (ANY, "Complaints upheld", "Complaints found to be justified in the month.", "", 0, DOWN, "2", "1", "4", MONTH, USER, OURS),
    (ANY, "User satisfaction", "Satisfied or very satisfied, of those who answered the survey.", "%", 0, UP, "85", "5", "10", QUARTER, USER, OURS),
    (ANY, "Subcontractors paid within 30 days", "Undisputed invoices of subcontractors paid within 30 days, of all that were due.", "%", 1, UP, "95", "2", "10", QUARTER, RISK, SUPPLIER),
    (ANY, "Social value commitments delivered", "Commitments delivered by their date, of all that were due in the year.", "%", 0, UP, "100", "10", "25", YEAR, PERFORMANCE, SUPPLIER),
    (ANY, "Reportable data incidents", "Incidents with personal data that had to be reported.", "", 0, DOWN, "0", None, "1", EVENT, RISK, SUPPLIER),
    (FACILITIES, "Urgent jobs made safe in time", "Made safe within the time of their priority, of all urgent jobs.", "%", 1, UP, "98", "1", "4", MONTH, PERFORMANCE, SUPPLIER),
    (FACILITIES, "Routine jobs completed in time", "Finished within the time of their priority, of all jobs closed.", "%", 1, UP, "95", "2", "5", MONTH, PERFORMANCE, SUPPLIER),
    (FACILITIES, "Right first time", "Jobs that needed no second visit, of all jobs closed.", "%", 1, UP, "90", "3", "8", MONTH, PERFORMANCE, SUPPLIER),
    (FACILITIES, "Safety certificates in date", "In date on the last day of the month, of all that are required.", "%", 2, UP, "100", "0.5", "1", MONTH, RISK, SUPPLIER),
    (SYSTEMS, "System availability", "Minutes available, of the agreed service hours.", "%", 2, UP, "99.5", "0.3", "1", MONTH, PERFORMANCE, SUPPLIER),
    (SYSTEMS, "Priority 1 incidents fixed in time", "Fixed or worked around within the agreed hours, of all calls of priority 1.", "%", 0, UP, "95", "5", "15", MONTH, PERFORMANCE, SUPPLIER),
    (SYSTEMS, "Calls answered within 20 seconds", "Taken by a person within 20 seconds, of all calls offered.", "%", 1, UP, "90", "3", "8", MONTH, USER, SUPPLIER),
    (SYSTEMS, "Critical patches applied in time", "Applied within 14 days of their release, of all critical patches.", "%", 1, UP, "100", "2", "10", MONTH, RISK, SUPPLIER),
    (CARE, "Visits within 15 minutes of plan", "Begun within 15 minutes of the time planned, of all visits made.", "%", 1, UP, "95", "2", "5", MONTH, PERFORMANCE, SUPPLIER),
    (CARE, "Missed visits", "Visits that did not take place and that nobody had cancelled.", "", 0, DOWN, "0", "2", "5", MONTH, RISK, SUPPLIER),
    (CARE, "Staff training in date", "Staff whose mandatory training is in date on the last day of the month.", "%", 0, UP, "92", "3", "8", MONTH, RISK, SUPPLIER),
    (WASTE, "Missed collections per 100,000", "Reported as missed and not put right by the next day.", "", 0, DOWN, "40", "10", "30", MONTH, PERFORMANCE, SUPPLIER),
    (WASTE, "Streets that pass inspection", "At or above the standard, of those inspected.", "%", 0, UP, "90", "4", "10", MONTH, PERFORMANCE, OURS),
    (TRANSPORT, "Journeys on time", "Arrivals no more than five minutes late, of all arrivals.", "%", 1, UP, "95", "2", "5", MONTH, PERFORMANCE, SUPPLIER),
    (TRANSPORT, "Drivers with checks in date", "Drivers and escorts whose checks are in date.", "%", 1, UP, "100", "0.5", "2", MONTH, RISK, SUPPLIER),
)  # fmt: skip
COLUMNS = (
    "category", "name", "text", "unit", "decimals", "direction", "target", "tolerance_near",
    "tolerance_far", "frequency", "quadrant", "reported_by",
)  # fmt: skip
AMOUNTS = {"target", "tolerance_near", "tolerance_far"}


def add(apps, schema_editor):
    Template = apps.get_model("performance", "IndicatorTemplate")
    for row in HOUSE_TEMPLATES:
        values = dict(zip(COLUMNS, row, strict=True))
        for name in AMOUNTS:
            values[name] = None if values[name] is None else Decimal(values[name])
        Template.objects.create(**values)


def remove(apps, schema_editor):
    apps.get_model("performance", "IndicatorTemplate").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("performance", "0005_indicator_templates")]

    operations = [migrations.RunPython(add, remove)]
