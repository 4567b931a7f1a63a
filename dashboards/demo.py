"""The demonstration in order: each room's part, from the bottom of the house to the top."""

from django.db import connection, transaction

from accounts import demo as accounts
from accounts.models import BusinessUnit
from contracts import demo as contracts
from contracts.documents import demo as documents
from contracts.imports import demo as imports
from contracts.models import Contract, Kind, Stage
from contracts.obligations import demo as obligations
from contracts.stages import demo as stages
from contracts.terms import demo as terms
from contracts.tiering import demo as tiering
from performance import demo as performance
from performance.credits import demo as service_credits
from performance.scorecards import demo as scorecards
from reminders import demo as reminders
from risks import demo as risks
from risks import scale as many_risks
from risks.continuity import demo as continuity
from risks.indicators import demo as risk_indicators
from suppliers import demo as suppliers
from suppliers.intelligence import demo as intelligence
from suppliers.models import Supplier
from suppliers.segmentation import demo as segmentation

# Bought by the unit, or run by the house itself: nobody measures these, and the pages say so.
NOT_MEASURED = {
    "Electricity for buildings and street lights",
    "Natural gas for buildings",
    "Temporary accommodation by the night",
    "Refuse collection vehicles, supply and hire",
    "Stray dog collection and kennels",
    "Storage of museum collections",
}


def is_there_data():
    """Whether this register is in use; then the demonstration stays away from it."""
    return any(model.objects.exists() for model in (BusinessUnit, Supplier, Contract))


@transaction.atomic
def build(today):
    """A fictional council, dated from today: {title: contract}."""
    units, people = accounts.build(today)
    procurement = people["hannah"]
    firms = suppliers.build(today, opened=accounts.OPENED, by=procurement)
    register = contracts.build(
        today, opened=accounts.OPENED, units=units, people=people, suppliers=firms
    )
    terms.build(register, today, procurement)
    segmentation.build(today, by=procurement, colleague=people["tomasz"], suppliers=firms)
    intelligence.build(today, by=procurement, colleague=people["priya"], suppliers=firms)
    stages.build(register)
    suppliers.settle(today, firms=firms, people=people)
    imports.build(today)
    tiering.build(register, today, people=people, opened=accounts.OPENED)
    performance.build(measured(register), today, procurement)
    documents.build(register, today, people)
    obligations.build(register, today, procurement)
    scorecards.build(register, today, procurement)
    service_credits.build(register, today, procurement)
    risks.build(register, today, procurement, colleague=people["owen"])
    continuity.build(register, today, procurement, suppliers=firms)
    risk_indicators.build(register, today, procurement)
    _let_the_database_count()
    reminders.build(today)
    return register


def _let_the_database_count():
    """Have it plan for the rows that are here now: nobody else sees them yet to count them, and a count of none makes
    questions about dates take hours. Until the transaction ends nobody else counts these tables either."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measured(register):
    running = (Stage.LIVE, Stage.EXIT)
    return [
        c
        for title, c in register.items()
        if c.stage in running and c.kind == Kind.CONTRACT and title not in NOT_MEASURED
    ]


@transaction.atomic
def build_scaled(today, *, number, readings=False):
    """A register of so many contracts, a tenth as many suppliers, and their histories, for measuring."""
    units, owners, sros, people = accounts.bulk_build(today)
    by = people["hannah"]
    firms = suppliers.bulk_build(max(1, number // 10), today=today, by=by)
    contracts.bulk_build(
        number, today=today, units=units, owners=owners, sros=sros, suppliers=firms, by=by
    )
    in_force = Contract.objects.in_force()
    quarter = in_force.order_by("pk").values("pk")[: number // 4]
    tiering.bulk_build(Contract.objects.filter(pk__in=quarter), today, by=by)
    segmentation.bulk_build(firms[: len(firms) // 5], today=today, by=by)
    if readings:
        in_force = in_force.order_by("pk")
        measured_ids = list(in_force.values_list("pk", flat=True)[: number // 4])
        wide = _wide(Contract.objects.filter(pk__in=measured_ids), people)
        performance.bulk_build(measured_ids, today, wide=wide)
        service_credits.bulk_build(measured_ids, today)
        scorecards.bulk_build(today)
        obligations.bulk_build(today)
        many_risks.bulk_build(today, number=2 * number, owner=people["alex"].pk)
        continuity.bulk_build(today, plans=number // 10, checks=number // 5)
        risk_indicators.bulk_build(today)


def _wide(measured, people):
    """{contract: how many KPIs} of those that are measured closely: a few of one owner's have 30, one has 300."""
    few = measured.filter(oco=people["alex"]).order_by("pk").values_list("pk", flat=True)[:3]
    one = (
        measured.exclude(oco=people["alex"])
        .exclude(oco=None)
        .exclude(sro=None)
        .order_by("pk")
        .first()
    )
    return dict.fromkeys(few, 30) | ({one.pk: 300} if one else {})
