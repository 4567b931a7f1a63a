"""One small organisation with somebody in every part: what the access table and the crawler walk through."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common.intake import actions as intakes
from common.intake import kinds
from common.intake.models import Intake
from contracts.imports import actions as imports
from contracts.imports.models import ImportRun
from reminders.models import ReminderRule
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    MembershipFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)
from tests.performance.factories import IndicatorFactory, ReadingFactory
from tests.suppliers.factories import SupplierContactFactory

KEPT_MESSAGE = "20261103-101200-1.log"

# The columns of the access table, in its order. "stranger" is a viewer of another unit.
ANONYMOUS = "anonymous"
PEOPLE = (
    ANONYMOUS, "nobody", "viewer", "stranger", "contact", "oco", "deputy", "sro",
    "procurement", "auditor", "administrator",
)  # fmt: skip


@dataclass
class World:
    people: dict[str, Any]
    unit: Any
    contract: Any
    indicator: Any
    supplier_contact: Any
    supplier_again: Any
    reminder_rule: Any
    colleague: Any
    leaver: Any
    membership: Any
    their_administrator: Any

    @cached_property
    def checked_run(self):
        """An import that has been read: one row is new, one must be put right."""
        procurement = self.people["procurement"]
        sheet = "Reference,Title,Business unit\nC-77,Lifts,Housing\nC-78,,Housing\n"
        file = SimpleUploadedFile("register.csv", sheet.encode())
        run = imports.upload(file=file, by=procurement)
        imports.choose_columns(run=run, mapping=run.mapping, by=procurement)
        assert (run.state, run.new, run.wrong) == (ImportRun.State.CHECKED, 1, 1)
        return run

    @cached_property
    def intake(self):
        """KPIs from a spreadsheet that has been read: one row is new, one must be put right."""
        oco = self.people["oco"]
        sheet = (
            "KPI,Direction,Frequency,From\nLifts,Higher is better,Monthly,1/4/2026\nDoors,,,soon\n"
        )
        file = SimpleUploadedFile("kpis.csv", sheet.encode())
        kind = kinds.get("kpis")
        intake = intakes.upload(kind=kind, about_pk=self.contract.pk, file=file, by=oco)
        intakes.choose_columns(intake=intake, mapping=intake.mapping, by=oco)
        assert (intake.state, intake.new, intake.wrong) == (Intake.State.CHECKED, 1, 1)
        return intake

    @cached_property
    def imported_run(self):
        run = self.checked_run
        imports.confirm(run=run, by=self.people["procurement"], good_rows_only=True)
        return run


def build():
    """A contract with everybody around it; `colleague` is a further viewer of its unit."""
    unit = BusinessUnitFactory(name="Housing")
    people = {
        ANONYMOUS: None,
        "nobody": UserFactory(),
        "viewer": person_with("viewer", unit),
        "stranger": person_with("viewer", BusinessUnitFactory(name="Highways")),
        "contact": person_with("unit_contact", unit),
        "oco": UserFactory(),
        "deputy": UserFactory(),
        "sro": UserFactory(),
        "procurement": person_with("procurement"),
        "auditor": person_with("auditor"),
        "administrator": person_with("administrator"),
    }
    contract = ContractFactory(
        unit=unit,
        oco=people["oco"],
        deputy=people["deputy"],
        sro=people["sro"],
        tier="gold",
        ends_on=date(2027, 3, 31),
    )
    indicator = IndicatorFactory(contract=contract)
    ReadingFactory(indicator=indicator)
    colleague = UserFactory(name="Colleague")
    return World(
        people=people,
        unit=unit,
        contract=contract,
        indicator=indicator,
        supplier_contact=SupplierContactFactory(supplier=contract.supplier),
        supplier_again=SupplierFactory(name=contract.supplier.name.upper()),
        reminder_rule=ReminderRule.objects.first(),
        colleague=colleague,
        leaver=UserFactory(name="Leaver", is_active=False),
        membership=MembershipFactory(user=colleague, unit=unit),
        their_administrator=MembershipFactory(
            user=person_with("auditor"), unit=None, role="administrator"
        ),
    )


def keep_a_message(folder):
    """A message such as an installation without a mail server keeps."""
    message = "Subject: Reminder\nFrom: a@example.org\nTo: b@example.org\n\nSomething ends.\n"
    (folder / KEPT_MESSAGE).write_text(message + "-" * 79 + "\n")


def read(response):
    """All of an answer's bytes; a streamed one does its work, and closes its file, only when read."""
    return b"".join(response.streaming_content) if response.streaming else response.content
