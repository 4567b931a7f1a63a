"""One small organisation with somebody in every part: what the access table and the crawler walk through."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.intake import actions as intakes
from common.intake import kinds
from common.intake.models import Intake
from contracts.documents import actions as documents
from contracts.imports import actions as imports
from contracts.imports.models import ImportRun
from contracts.terms.models import BankHoliday
from contracts.tiering import actions as tiering
from performance.scorecards import actions as scorecards
from reminders.models import ReminderRule
from tests.contracts.obligations.factories import DependencyFactory, OccurrenceFactory
from tests.contracts.terms.factories import TermFactory
from tests.contracts.tiering.factories import proposed
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    MembershipFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)
from tests.performance.credits.factories import CreditFactory, MilestoneFactory, RegimeFactory
from tests.performance.factories import (
    STANDARD,
    DefinitionFactory,
    IndicatorFactory,
    ReadingFactory,
)
from tests.performance.scorecards.factories import (
    BLANK,
    FeedbackFactory,
    ScorecardFactory,
    signed_off,
)
from tests.risks.continuity.factories import (
    ComplianceFactory,
    PlanTestFactory,
    ProvenPlanFactory,
)
from tests.risks.factories import (
    ContingencyPlanFactory,
    ReferralFactory,
    RiskFactory,
    TreatmentFactory,
)
from tests.risks.indicators.factories import KriFactory, a_risk
from tests.suppliers.factories import SupplierContactFactory
from tests.suppliers.intelligence.factories import CheckFactory, EventFactory, NoteFactory
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory

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
    event_kpi: Any
    reading: Any
    definition: Any
    option: Any
    break_day: Any
    notice_clock: Any
    bank_holiday: Any
    occurrence: Any
    open_note: Any
    confidential_note: Any
    distress_event: Any
    supplier_contact: Any
    supplier_again: Any
    reminder_rule: Any
    colleague: Any
    leaver: Any
    membership: Any
    their_administrator: Any
    part: Any
    term: Any
    sessions: dict[str, str]

    def browser(self, name, **options):
        """One in which this person of the table is signed in."""
        client = Client(**options)
        if name in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    @cached_property
    def risk(self):
        """A critical risk that waits for its SRO, treated, with a contingency plan."""
        risk = RiskFactory(contract=self.contract, owner=self.people["oco"], likelihood=5, impact=4)
        ReferralFactory(risk=risk)
        ContingencyPlanFactory(risk=risk)
        return risk

    @cached_property
    def treatment(self):
        return TreatmentFactory(risk=self.risk)

    @cached_property
    def risk_put_forward(self):
        return RiskFactory(
            contract=self.contract, state="proposed", raised_by=self.people["viewer"]
        )

    @cached_property
    def closed_risk(self):
        return RiskFactory(contract=self.contract, state="closed", outcome="Over")

    @cached_property
    def supplier_risk(self):
        """Of the supplier of the contract, and of none of its contracts."""
        return RiskFactory(contract=None, supplier=self.contract.supplier)

    @cached_property
    def strategic_risk(self):
        return RiskFactory(contract=None)

    def _document(self, **values):
        return documents.add(
            contract=self.contract, by=self.people["procurement"], effective_on=date(2026, 4, 1),
            file=SimpleUploadedFile("notes.txt", b"As agreed."), **values,
        )  # fmt: skip

    @cached_property
    def document(self):
        """A schedule with two versions, of which the second is current."""
        document = self._document(kind="schedule", title="Pricing")
        documents.add_version(
            document=document, by=self.people["procurement"], effective_on=date(2026, 5, 1),
            file=SimpleUploadedFile("notes.txt", b"As agreed again."),
        )  # fmt: skip
        return document

    @cached_property
    def confidential_document(self):
        return self._document(kind="other", title="Advice", confidential=True)

    @cached_property
    def withdrawn_document(self):
        document = self._document(kind="plan", title="Old plan")
        return documents.withdraw(
            document=document, by=self.people["procurement"], on=date(2026, 6, 1), reason="Void", seen=1
        )  # fmt: skip

    def _scorecard(self, quarter_start, **lines):
        return ScorecardFactory(contract=self.contract, quarter_start=quarter_start, **lines)

    @cached_property
    def kri(self):
        """A key risk indicator with a reading, whose risk is in the register."""
        kri = KriFactory(contract=self.contract, risk=a_risk(self.contract))
        kri.readings.create(period_start=date(2026, 10, 1), value=Decimal(3))
        return kri

    @cached_property
    def followed_kri(self):
        return KriFactory(contract=self.contract, measure=f"kpi:{self.indicator.pk}")

    @cached_property
    def draft_scorecard(self):
        return self._scorecard(date(2026, 4, 1), **BLANK)

    @cached_property
    def signed_scorecard(self):
        return signed_off(self._scorecard(date(2026, 1, 1)), by=self.people["oco"])

    @cached_property
    def earlier_sign_off(self):
        scorecard = self.signed_scorecard
        scorecards.reopen(
            scorecard=scorecard, by=self.people["oco"], version=scorecard.version, reason="Wrong"
        )
        return scorecard.signed

    @cached_property
    def questioned_scorecard(self):
        scorecard = signed_off(self._scorecard(date(2025, 10, 1)), by=self.people["oco"])
        return scorecards.see(
            scorecard=scorecard, by=self.people["sro"], version=scorecard.version, question="Why?"
        )

    @cached_property
    def complaint(self):
        return FeedbackFactory(contract=self.contract, kind="complaint", comments="Late")

    @cached_property
    def credit(self):
        """Due by a regime, for October 2026."""
        regime = RegimeFactory(contract=self.contract, from_on=date(2026, 10, 1))
        return CreditFactory(contract=self.contract, regime=regime)

    @cached_property
    def credit_claimed(self):
        return CreditFactory(contract=self.contract, month=date(2026, 9, 1), state="claimed")

    @cached_property
    def credit_lapsed(self):
        return CreditFactory(contract=self.contract, month=date(2026, 8, 1), state="lapsed")

    @cached_property
    def milestone(self):
        return MilestoneFactory(contract=self.contract)

    @cached_property
    def plan(self):
        return ProvenPlanFactory(contract=self.contract)

    @cached_property
    def plan_test(self):
        return PlanTestFactory(plan=self.plan)

    @cached_property
    def compliance(self):
        return ComplianceFactory(contract=self.contract)

    @cached_property
    def tier_proposal(self):
        return proposed(self.contract, proposed_by=self.people["oco"])

    @cached_property
    def tier_draft(self):
        return tiering.start_draft(by=self.people["procurement"])

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
    PlacementFactory(supplier=contract.supplier)
    TierFactory(supplier=contract.supplier)
    CheckFactory(supplier=contract.supplier)
    indicator = IndicatorFactory(contract=contract)
    # A supplier's figure that missed its target, so that every step of a reading may be taken.
    reading = ReadingFactory(indicator=indicator, value=Decimal(90))
    event_kpi = IndicatorFactory(contract=contract, frequency="on_event")
    # So much notice that the last day of the option has passed, whenever the tests run.
    term = TermFactory(
        contract=contract, options=(12, 12), breaks=[date(2026, 12, 31)],
        notices=[{"kind": "terminate", "amount": 3}, {"kind": "extend", "amount": 600}],
    )  # fmt: skip
    # One of ours failed, and relief is offered for what depends on it.
    dependency = DependencyFactory(obligation__contract=contract)
    missed = OccurrenceFactory(obligation=dependency.on, status="failed")
    occurrence = OccurrenceFactory(
        obligation=dependency.obligation, relief="offered", relief_from=missed
    )
    colleague = UserFactory(name="Colleague")
    return World(
        people=people,
        unit=unit,
        contract=contract,
        indicator=indicator,
        event_kpi=event_kpi,
        reading=reading,
        definition=DefinitionFactory(indicator=event_kpi, from_on=date(2030, 1, 1), **STANDARD),
        option=term.contract.extension_options.first(),
        break_day=term.contract.break_dates.get(),
        notice_clock=term.contract.notice_clocks.get(kind="terminate"),
        bank_holiday=BankHoliday.objects.first(),
        occurrence=occurrence,
        open_note=NoteFactory(supplier=contract.supplier),
        confidential_note=NoteFactory(supplier=contract.supplier, kind="financial"),
        distress_event=EventFactory(supplier=contract.supplier),
        supplier_contact=SupplierContactFactory(supplier=contract.supplier),
        supplier_again=SupplierFactory(name=contract.supplier.name.upper()),
        reminder_rule=ReminderRule.objects.first(),
        colleague=colleague,
        leaver=UserFactory(name="Leaver", is_active=False),
        membership=MembershipFactory(user=colleague, unit=unit),
        their_administrator=MembershipFactory(
            user=person_with("auditor"), unit=None, role="administrator"
        ),
        term=contract.offices.create(person=people["oco"], part="oco", starts_on=date(2026, 4, 1)),
        part=contract.further_suppliers.create(supplier=SupplierFactory(), part="subcontractor"),
        sessions={name: _session_of(person) for name, person in people.items() if person},
    )


def _session_of(person):
    client = Client()
    client.force_login(person)
    return client.session.session_key


def keep_a_message(folder):
    """A message such as an installation without a mail server keeps."""
    message = "Subject: Reminder\nFrom: a@example.org\nTo: b@example.org\n\nSomething ends.\n"
    (folder / KEPT_MESSAGE).write_text(message + "-" * 79 + "\n")


def read(response):
    """All of an answer's bytes; a streamed one does its work, and closes its file, only when read."""
    return b"".join(response.streaming_content) if response.streaming else response.content
