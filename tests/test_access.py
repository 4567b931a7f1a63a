"""Who may open what: every named page of Steward, as every kind of person. A page without a row fails."""

import re
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from accounts import actions
from accounts.models import User
from accounts.permissions import ROLES, Permission
from contracts.models import Contract
from performance.models import IndicatorTemplate
from risks.models import Category, RiskTemplate
from suppliers.intelligence.models import Agency
from suppliers.segmentation.models import KraljicQuestion
from tests import world as worlds
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.world import ANONYMOUS, PEOPLE

pytestmark = pytest.mark.django_db


# --- What the address of a page needs -----------------------------------------------------------


def nothing(world):
    return {}


def contract(world):
    return {"contract_pk": world.contract.pk}


def part_of_contract(world):
    return {"contract_pk": world.contract.pk, "part_pk": world.part.pk}


def term_of_office(world):
    return {"contract_pk": world.contract.pk, "term_pk": world.term.pk}


def to_exit(world):
    return {"contract_pk": world.contract.pk, "to": "exit"}


def supplier(world):
    return {"supplier_pk": world.contract.supplier_id}


def kraljic_question(world):
    return {"question_pk": KraljicQuestion.objects.first().pk}


def open_note(world):
    return {"note_pk": world.open_note.pk}


def confidential_note(world):
    return {"note_pk": world.confidential_note.pk}


def distress_event(world):
    return {"event_pk": world.distress_event.pk}


def agency(world):
    return {"agency_pk": Agency.objects.first().pk}


def two_suppliers(world):
    return {"supplier_pk": world.contract.supplier_id, "other_pk": world.supplier_again.pk}


def supplier_contact(world):
    return {"contact_pk": world.supplier_contact.pk}


def kpi_template(world):
    return {"template_pk": IndicatorTemplate.objects.first().pk}


def common_risk(world):
    return {"template_pk": RiskTemplate.objects.first().pk}


def risk_category(world):
    return {"category_pk": Category.objects.first().pk}


def event_kpi(world):
    return {"indicator_pk": world.event_kpi.pk}


def reading(world):
    return {"reading_pk": world.reading.pk}


def definition(world):
    return {"definition_pk": world.definition.pk}


def indicator(world):
    return {"indicator_pk": world.indicator.pk}


def option(world):
    return {"option_pk": world.option.pk}


def break_day(world):
    return {"day_pk": world.break_day.pk}


def notice_clock(world):
    return {"clock_pk": world.notice_clock.pk}


def current_end(world):
    return {**contract(world), "of": "current"}


def bank_holiday(world):
    return {"holiday_pk": world.bank_holiday.pk}


def document(world):
    return {"document_pk": world.document.pk}


def confidential_document(world):
    return {"document_pk": world.confidential_document.pk}


def withdrawn_document(world):
    return {"document_pk": world.withdrawn_document.pk}


def earlier_version(world):
    return {"version_pk": world.document.versions.get(number=1).pk}


def confidential_version(world):
    return {"version_pk": world.confidential_document.current_id}


def obligation(world):
    return {"obligation_pk": world.occurrence.obligation_id}


def occurrence(world):
    return {"occurrence_pk": world.occurrence.pk}


def kri(world):
    return {"kri_pk": world.kri.pk}


def followed_kri(world):
    return {"kri_pk": world.followed_kri.pk}


def kri_reading(world):
    return {"reading_pk": world.kri.readings.get().pk}


def draft_scorecard(world):
    return {"scorecard_pk": world.draft_scorecard.pk}


def signed_scorecard(world):
    return {"scorecard_pk": world.signed_scorecard.pk}


def questioned_scorecard(world):
    return {"scorecard_pk": world.questioned_scorecard.pk}


def earlier_sign_off(world):
    return {"sign_off_pk": world.earlier_sign_off.pk}


def complaint(world):
    return {"feedback_pk": world.complaint.pk}


def reminder_rule(world):
    return {"rule_pk": world.reminder_rule.pk}


def kept_message(world):
    return {"file": worlds.KEPT_MESSAGE, "number": 0}


def colleague(world):
    return {"person_pk": world.colleague.pk}


def leaver(world):
    return {"person_pk": world.leaver.pk}


def an_administrator(world):
    return {"person_pk": world.their_administrator.user_id}


def viewer_role(world):
    return {"membership_pk": world.membership.pk}


def administrator_role(world):
    return {"membership_pk": world.their_administrator.pk}


def unit(world):
    return {"unit_pk": world.unit.pk}


def tier_proposal(world):
    return {"assessment_pk": world.tier_proposal.pk}


def tier_questionnaire(world):
    return {"questionnaire_pk": world.tier_proposal.questionnaire_id}


def tier_draft(world):
    assert world.tier_draft
    return {}


def tier_question(world):
    return {"question_pk": world.tier_draft.questions.get(key="impact").pk}


def tier_rule(world):
    return {"rule_pk": world.tier_draft.hard_rules.first().pk}


def checked_run(world):
    return {"run_pk": world.checked_run.pk}


def imported_run(world):
    return {"run_pk": world.imported_run.pk}


def regime(world):
    return {"regime_pk": world.credit.regime_id}


def milestone(world):
    return {"milestone_pk": world.milestone.pk}


def risk(world):
    return {"risk_pk": world.risk.pk}


def risk_put_forward(world):
    return {"risk_pk": world.risk_put_forward.pk}


def closed_risk(world):
    return {"risk_pk": world.closed_risk.pk}


def supplier_risk(world):
    return {"risk_pk": world.supplier_risk.pk}


def strategic_risk(world):
    return {"risk_pk": world.strategic_risk.pk}


def treatment(world):
    return {"treatment_pk": world.treatment.pk}


def credit_due(world):
    return {"credit_pk": world.credit.pk}


def credit_claimed(world):
    return {"credit_pk": world.credit_claimed.pk}


def credit_lapsed(world):
    return {"credit_pk": world.credit_lapsed.pk}


def charges_of_the_contract(world):
    return {"kind_key": "charges", "about_pk": world.contract.pk}


def kpis_of_the_contract(world):
    return {"kind_key": "kpis", "about_pk": world.contract.pk}


def plan(world):
    return {"plan_pk": world.plan.pk}


def plan_test(world):
    return {"test_pk": world.plan_test.pk}


def compliance(world):
    return {"check_pk": world.compliance.pk}


def intake(world):
    return {"intake_pk": world.intake.pk}


# --- The table ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """A page and what it answers to each person: one sign a person, in the order of the heading.

    s  sign in first        y  the page (200)             .  not found, as if it were not there (404)
    >  done or sent on (302)                              x  not this way (405)

    `post` is for an empty form; a page that takes none leaves it out.
    """

    name: str
    kwargs: object
    get: str
    post: str = ""

    def url(self, world):
        return reverse(self.name, kwargs=self.kwargs(world))


STATUS = {"s": 302, "y": 200, ".": 404, ">": 302, "x": 405}

# fmt: off
PAGES = (
    #                                               anonymous
    #                                               | no role
    #                                               | | viewer of the contract's unit
    #                                               | | | viewer of another unit
    #                                               | | | | unit contact
    #                                               | | | | | OCO
    #                                               | | | | | | deputy
    #                                               | | | | | | | SRO
    #                                               | | | | | | | | Procurement Unit
    #                                               | | | | | | | | | auditor
    #                                               | | | | | | | | | | administrator
    # Everybody's
    Page("common:healthz", nothing,            get="y y y y y y y y y y y"),
    Page("common:search", nothing,             get="s y y y y y y y y y y"),
    Page("organisation_css", nothing,          get="y y y y y y y y y y y"),
    Page("accounts:accessibility", nothing,    get="y y y y y y y y y y y"),
    Page("accounts:privacy", nothing,          get="y y y y y y y y y y y"),
    Page("accounts:roles", nothing,            get="s y y y y y y y y y y"),
    Page("accounts:me", nothing,               get="s y y y y y y y y y y", post="s y y y y y y y y y y"),
    # People and access
    Page("accounts:people", nothing,           get="s . . . . . . . y . y"),
    Page("accounts:person_add", nothing,       get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("accounts:person", colleague,         get="s . . . . . . . y . y"),
    Page("accounts:person_history", colleague, get="s . . . . . . . y . y"),
    Page("accounts:person_edit", colleague,    get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("accounts:person_invite", colleague,  get="s x x x x x x x x x x", post="s . . . . . . . > . >"),
    Page("accounts:person_deactivate", colleague, get="s . . . . . . . y . y", post="s . . . . . . . > . >"),
    Page("accounts:person_reactivate", leaver, get="s . . . . . . . y . y", post="s . . . . . . . > . >"),
    Page("accounts:role_give", colleague,      get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("accounts:role_take", viewer_role,    get="s . . . . . . . y . y", post="s . . . . . . . > . >"),
    #   Whoever looks after roles in units has no hold on those who hold one for the whole organisation.
    Page("accounts:person", an_administrator,      get="s . . . . . . . y . y"),
    Page("accounts:person_edit", an_administrator, get="s . . . . . . . . . y", post="s . . . . . . . . . y"),
    Page("accounts:person_invite", an_administrator, get="s x x x x x x x x x x", post="s . . . . . . . . . >"),
    Page("accounts:person_deactivate", an_administrator, get="s . . . . . . . . . y", post="s . . . . . . . . . >"),
    Page("accounts:role_take", administrator_role, get="s . . . . . . . . . y", post="s . . . . . . . . . >"),
    Page("accounts:units", nothing,            get="s . . . . . . . y . y"),
    Page("accounts:unit_add", nothing,         get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("accounts:unit", unit,                get="s . . . . . . . y . y"),
    Page("accounts:unit_edit", unit,           get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("accounts:organisation", nothing,     get="s . . . . . . . . . y", post="s . . . . . . . . . y"),
    # Suppliers
    Page("suppliers:list", nothing,            get="s y y y y y y y y y y"),
    Page("suppliers:add", nothing,             get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("suppliers:supplier", supplier,       get="s y y y y y y y y y y"),
    Page("suppliers:edit", supplier,           get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("suppliers:history", supplier,        get="s y y y y y y y y y y"),
    # Segmentation of suppliers
    #   The board shows each reader the suppliers of the contracts they see; it may be empty.
    Page("segmentation:board", nothing,        get="s y y y y y y y y y y"),
    Page("segmentation:questions", nothing,    get="s . . . . . . . y y ."),
    Page("segmentation:question_add", nothing, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("segmentation:question_edit", kraljic_question, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("segmentation:tiers", nothing,        get="s . . . . . . . y y ."),
    Page("segmentation:tiers_accept", nothing, get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("segmentation:supplier", supplier,    get="s y y y y y y y y y y"),
    Page("segmentation:place", supplier,       get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("segmentation:tier", supplier,        get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    # What is known of suppliers
    #   Notes are everybody's, but for the confidential ones; checks and distress are closed but for those who may read of
    #   some supplier: the SRO of a contract, and the Procurement Unit.
    Page("intelligence:list", nothing,         get="s y y y y y y y y y y"),
    Page("intelligence:note_add", nothing,     get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:note", open_note,       get="s y y y y y y y y y y"),
    Page("intelligence:note", confidential_note, get="s . . . . . . y y . ."),
    Page("intelligence:note_edit", open_note,  get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:note_end", open_note,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:checks", nothing,       get="s . . . . . . y y . ."),
    Page("intelligence:unchecked", nothing,    get="s . . . . . . y y . ."),
    Page("intelligence:distress", nothing,     get="s . . . . . . y y . ."),
    Page("intelligence:distress_edit", distress_event, get="s . . . . . . y y . .", post="s . . . . . . . y . ."),
    Page("intelligence:agencies", nothing,     get="s . . . . . . . y . ."),
    Page("intelligence:agency_add", nothing,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:agency_edit", agency,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:supplier", supplier,    get="s y y y y y y y y y y"),
    Page("intelligence:check_add", supplier,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("intelligence:distress_add", supplier, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    #   Whoever manages a contract with a supplier keeps its contacts.
    Page("suppliers:contacts", supplier,       get="s y y y y y y y y y y"),
    Page("suppliers:contact_add", supplier,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("suppliers:contact_edit", supplier_contact, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("suppliers:contact_retire", supplier_contact, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("suppliers:contact_bring_back", supplier_contact, get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    #   What is paid is public; what was agreed is counted only as far as the reader may see the contracts.
    Page("suppliers:spend", supplier,          get="s y y y y y y y y y y"),
    Page("suppliers:spend_record", supplier,   get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("suppliers:duplicates", nothing,      get="s . . . . . . . y . ."),
    Page("suppliers:duplicates_decide", nothing, get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("suppliers:duplicates_search", nothing, get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("suppliers:merge_choose", supplier,   get="s . . . . . . . y . ."),
    Page("suppliers:merge", two_suppliers,     get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    # The register
    Page("contracts:list", nothing,            get="s y y y y y y y y y y"),
    Page("contracts:add", nothing,             get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("contracts:assign", nothing,          get="s x x x x x x x x x x", post="s > > > > > > > > > >"),
    Page("contracts:contract", contract,       get="s . y . y y y y y y ."),
    Page("contracts:history", contract,        get="s . y . y y y y y y ."),
    Page("contracts:edit", contract,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("stages:contract", contract,          get="s . y . y y y y y y ."),
    Page("stages:move", to_exit,               get="s . . . . y y y y . .", post="s . . . . y y y y . ."),
    Page("stages:outcome", contract,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("contracts:people", contract,         get="s . y . y y y y y y .", post="s . . . y y . . y . ."),
    Page("contracts:deputy_add", contract,     get="s . . . y y . . y . .", post="s . . . y y . . y . ."),
    Page("contracts:term", term_of_office,     get="s . . . y y . . y . .", post="s . . . y y . . y . ."),
    Page("contracts:suppliers", contract,      get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("contracts:children", contract,       get="s . y . y y y y y y ."),
    Page("contracts:spot_add", contract,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("contracts:supplier", part_of_contract, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("contracts:of_person", colleague,        get="s . . . . . . . y . y"),
    Page("contracts:of_supplier", supplier,    get="s y y y y y y y y y y"),
    # Tiering
    Page("tiering:contract", contract,         get="s . y . y y y y y y ."),
    Page("tiering:assess", contract,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("tiering:assessment", tier_proposal,  get="s . y . y y y y y y ."),
    Page("tiering:decide", tier_proposal,      get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:waiting", nothing,           get="s . . . . . . . y y ."),
    Page("tiering:never", nothing,             get="s . . . . . . . y y ."),
    Page("tiering:overdue", nothing,           get="s . . . . . . . y y ."),
    Page("tiering:assessed", nothing,          get="s . . . . . . . y y ."),
    Page("tiering:decide_many", nothing,       get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("tiering:questionnaire", nothing,     get="s . y y y y y y y y ."),
    Page("tiering:version", tier_questionnaire, get="s . y y y y y y y y ."),
    Page("tiering:draft_start", nothing,       get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("tiering:draft", tier_draft,          get="s . . . . . . . y . ."),
    Page("tiering:discard", tier_draft,        get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("tiering:numbers", tier_draft,        get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:question_add", tier_draft,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:question_edit", tier_question, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:question_remove", tier_question, get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("tiering:rule_add", tier_draft,       get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:rule_edit", tier_rule,       get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("tiering:rule_remove", tier_rule,     get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("tiering:changes", tier_draft,        get="s . . . . . . . y . ."),
    Page("tiering:publish", tier_draft,        get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    # Terms
    Page("terms:contract", contract,           get="s . y . y y y y y y ."),
    Page("terms:set", contract,                get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   There is nothing to settle or to record here: whoever may is sent back to the term.
    Page("terms:end", current_end,             get="s . . . . > > . > . .", post="s . . . . > > . > . ."),
    Page("terms:renewal", contract,            get="s . . . . > > . > . .", post="s . . . . > > . > . ."),
    Page("terms:option_take", option,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:option_decline", option,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:option_lapse", option,         get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   Nothing has been decided that could be taken back.
    Page("terms:option_reopen", option,        get="s . . . . > > . > . .", post="s . . . . > > . > . ."),
    Page("terms:break_add", contract,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:break_edit", break_day,        get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:break_use", break_day,         get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:break_leave", break_day,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:break_reopen", break_day,      get="s . . . . > > . > . .", post="s . . . . > > . > . ."),
    Page("terms:break_remove", break_day,      get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:clock_add", contract,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:clock_edit", notice_clock,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:clock_settle", notice_clock,   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:clock_remove", notice_clock,   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("terms:holidays", nothing,            get="s y y y y y y y y y y"),
    Page("terms:holidays_history", nothing,    get="s y y y y y y y y y y"),
    Page("terms:holiday_add", nothing,         get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("terms:holiday_remove", bank_holiday, get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    # Imports
    Page("imports:list", nothing,              get="s . . . . . . . y . ."),
    Page("imports:upload", nothing,            get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("imports:template", nothing,          get="s . . . . . . . y . ."),
    Page("imports:run", checked_run,           get="s . . . . . . . > . ."),
    Page("imports:run", imported_run,          get="s . . . . . . . y . ."),
    Page("imports:columns", checked_run,       get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("imports:sheet", checked_run,         get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("imports:questions", checked_run,     get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("imports:check", checked_run,         get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("imports:first_rows", checked_run,    get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("imports:progress", checked_run,      get="s . . . . . . . > . ."),
    Page("imports:preview", checked_run,       get="s . . . . . . . y . ."),
    Page("imports:confirm", checked_run,       get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    Page("imports:wrong_rows", checked_run,    get="s . . . . . . . y . ."),
    Page("imports:file", checked_run,          get="s . . . . . . . y . ."),
    Page("imports:undo", imported_run,         get="s . . . . . . . y . .", post="s . . . . . . . > . ."),
    Page("imports:discard", checked_run,       get="s x x x x x x x x x x", post="s . . . . . . . > . ."),
    # Rows of a spreadsheet into a room: whoever may change what they belong to
    Page("intake:upload", kpis_of_the_contract, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("intake:template", kpis_of_the_contract, get="s . . . . y y . y . ."),
    Page("intake:run", intake,                 get="s . . . . > > . > . ."),
    Page("intake:columns", intake,             get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("intake:sheet", intake,               get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    Page("intake:check", intake,               get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    Page("intake:progress", intake,            get="s . . . . > > . > . ."),
    Page("intake:preview", intake,             get="s . . . . y y . y . ."),
    Page("intake:confirm", intake,             get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    Page("intake:wrong_rows", intake,          get="s . . . . y y . y . ."),
    Page("intake:file", intake,                get="s . . . . y y . y . ."),
    Page("intake:discard", intake,             get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    # Documents
    Page("documents:list", nothing,            get="s y y y y y y y y y y"),
    Page("documents:contract", contract,       get="s . y . y y y y y y ."),
    Page("documents:as_it_stands", contract,   get="s . y . y y y y y y ."),
    Page("documents:add", contract,            get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:document", document,       get="s . y . y y y y y y ."),
    Page("documents:file", earlier_version,    get="s . y . y y y y y y ."),
    Page("documents:edit", document,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:add_version", document,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:withdraw", document,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:bring_back", withdrawn_document, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:dispose", withdrawn_document, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("documents:edit_version", earlier_version, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:make_current", earlier_version, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("documents:withdraw_version", earlier_version, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   A confidential one is for the OCO, the SRO and the Procurement Unit.
    Page("documents:document", confidential_document, get="s . . . . y . y y . ."),
    Page("documents:file", confidential_version, get="s . . . . y . y y . ."),
    Page("documents:edit", confidential_document, get="s . . . . y . . y . .", post="s . . . . y . . y . ."),
    Page("documents:add_version", confidential_document, get="s . . . . y . . y . .", post="s . . . . y . . y . ."),
    Page("documents:withdraw", confidential_document, get="s . . . . y . . y . .", post="s . . . . y . . y . ."),
    # Risks
    Page("risks:list", nothing,                get="s y y y y y y y y y y"),
    Page("risks:contract", contract,           get="s . y . y y y y y y ."),
    Page("risks:of_supplier", supplier,        get="s y y y y y y y y y y"),
    Page("risks:add", contract,                get="s . y . y y y y y . .", post="s . y . y y y y y . ."),
    Page("risks:supplier_add", supplier,       get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:organisation_add", nothing,    get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:register_review", contract,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:risk", risk,                   get="s . y . y y y y y y ."),
    Page("risks:risk", supplier_risk,          get="s . y . y y y y y y ."),
    Page("risks:risk", strategic_risk,         get="s . . . . . . . y y ."),
    Page("risks:edit", risk,                   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:edit", supplier_risk,          get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:edit", strategic_risk,         get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:accept", risk_put_forward,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:decline", risk_put_forward,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:review", risk,                 get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:happened", risk,               get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:close", risk,                  get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:reopen", closed_risk,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:decide", risk,                 get="s . . . . . . y . . .", post="s . . . . . . y . . ."),
    Page("risks:treatment_add", risk,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:treatment_edit", treatment,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:treatment_done", treatment,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:treatment_drop", treatment,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:contingency", risk,            get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:contingency_tested", risk,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    # Obligations
    Page("obligations:list", nothing,          get="s y y y y y y y y y y"),
    Page("obligations:due", nothing,           get="s y y y y y y y y y y"),
    Page("obligations:met", nothing,           get="s x x x x x x x x x x", post="s > > > > > > > > > >"),
    Page("obligations:of_supplier", supplier,  get="s y y y y y y y y y y"),
    Page("obligations:contract", contract,     get="s . y . y y y y y y ."),
    Page("obligations:add", contract,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("obligations:obligation", obligation, get="s . y . y y y y y y ."),
    Page("obligations:edit", obligation,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("obligations:end", obligation,        get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("obligations:occurrence", occurrence, get="s . y . y y y y y y .", post="s . . . . y y . y . ."),
    Page("obligations:relief", occurrence,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    # Performance
    #   Nobody is refused the page of their own readings due; it may be empty.
    Page("performance:log", nothing,           get="s y y y y y y y y y y", post="s > > > > > > > y > >"),
    Page("performance:of_supplier", supplier,  get="s y y y y y y y y y y"),
    Page("performance:contract", contract,     get="s . y . y y y y y y ."),
    Page("performance:add", contract,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:indicator", indicator,   get="s . y . y y y y y y ."),
    Page("performance:edit", indicator,        get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:retire", indicator,      get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    # Scorecards
    # Key risk indicators
    Page("indicators:list", nothing,           get="s y y y y y y y y y y"),
    Page("indicators:contract", contract,      get="s . y . y y y y y y ."),
    Page("indicators:add", contract,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("indicators:indicator", kri,          get="s . y . y y y y y y ."),
    Page("indicators:edit", kri,               get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("indicators:record", kri,             get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("indicators:record", followed_kri,    get="s . . . . . . . . . ."),
    Page("indicators:correct", kri_reading,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("indicators:read", followed_kri,      get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    Page("indicators:retire", kri,             get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   The owner and the deputy sign off; the SRO of the contract has seen it; nobody does both.
    Page("scorecards:list", nothing,           get="s y y y y y y y y y y"),
    Page("scorecards:contract", contract,      get="s . y . y y y y y y ."),
    Page("scorecards:start", contract,         get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:scorecard", draft_scorecard, get="s . y . y y y y y y ."),
    Page("scorecards:scorecard", questioned_scorecard, get="s . y . y y y y y y ."),
    Page("scorecards:earlier", earlier_sign_off, get="s . y . y y y y y y ."),
    Page("scorecards:print", signed_scorecard, get="s . y . y y y y y y ."),
    Page("scorecards:fill", draft_scorecard,   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:fill", signed_scorecard,  get="s . . . . . . . . . .", post="s . . . . . . . . . ."),
    Page("scorecards:sign_off", draft_scorecard, get="s . . . . y y . . . .", post="s . . . . y y . . . ."),
    Page("scorecards:discard", draft_scorecard, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:see", signed_scorecard,   get="s . . . . . . y . . .", post="s . . . . . . y . . ."),
    Page("scorecards:see", draft_scorecard,    get="s . . . . . . . . . .", post="s . . . . . . . . . ."),
    Page("scorecards:answer", questioned_scorecard, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:reopen", signed_scorecard, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:feedback", contract,      get="s . y . y y y y y y ."),
    Page("scorecards:feedback_add", contract,  get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:feedback_edit", complaint, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("scorecards:feedback_resolve", complaint, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:definition_add", indicator, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:definition", definition, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:definition_remove", definition, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:event", event_kpi,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:reading", reading,       get="s . y . y y y y y y ."),
    Page("performance:challenge", reading,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:amend", reading,         get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:rate", reading,          get="s . . . . . . y y . .", post="s . . . . . . y y . ."),
    Page("performance:relief", reading,        get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:evidence", reading,      get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:from_templates", contract, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("performance:templates", nothing,     get="s . . . . . . . y . ."),
    Page("performance:template_add", nothing,  get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("performance:template_edit", kpi_template, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("performance:template_remove", kpi_template, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("performance:check", nothing,         get="s y y y y y y y y y y", post="s > > > > > > > > > >"),
    # The library of risks, the workshop, and how risks are scored
    Page("risks:library", nothing,             get="s . y y y y y y y y ."),
    Page("risks:template_add", nothing,        get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:template_edit", common_risk,   get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:from_library", contract,       get="s . y . y y y y y . .", post="s . > . > > > > > . ."),
    Page("risks:workshop", contract,           get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("risks:matrix", nothing,              get="s . y y y y y y y y ."),
    Page("risks:matrix_edit", nothing,         get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:categories", nothing,          get="s . y y y y y y y y ."),
    Page("risks:category_add", nothing,        get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("risks:category_edit", risk_category, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    # Service credits, liquidated damages and the ledger
    #   The lists show each reader the contracts they see; they may be empty.
    Page("credits:list", nothing,              get="s y y y y y y y y y y"),
    Page("credits:by_contract", nothing,       get="s y y y y y y y y y y"),
    Page("credits:by_supplier", nothing,       get="s y y y y y y y y y y"),
    Page("credits:contract", contract,         get="s . y . y y y y y y ."),
    Page("credits:regime_add", contract,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("credits:regime_edit", regime,        get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   An empty form changes nothing: every line may be left empty.
    Page("credits:charges", contract,          get="s . . . . y y . y . .", post="s . . . . > > . > . ."),
    Page("credits:work_out", contract,         get="s x x x x x x x x x x", post="s . . . . > > . > . ."),
    Page("credits:milestone_add", contract,    get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("credits:milestone", milestone,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("credits:credit", credit_due,         get="s . y . y y y y y y ."),
    Page("credits:claim", credit_due,          get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("credits:credited", credit_claimed,   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    #   A waiver is a decision of the SRO or the Procurement Unit, and so is what becomes of one or of what was lost.
    Page("credits:waive", credit_due,          get="s . . . . . . y y . .", post="s . . . . . . y y . ."),
    Page("credits:take_back", credit_claimed,  get="s . . . . y y y y . .", post="s . . . . y y y y . ."),
    Page("credits:take_back", credit_lapsed,   get="s . . . . . . y y . .", post="s . . . . . . y y . ."),
    Page("intake:upload", charges_of_the_contract, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("trends:portfolio", nothing,          get="s y y y y y y y y y y"),
    Page("trends:indicators", nothing,         get="s y y y y y y y y y y"),
    Page("trends:untracked", nothing,          get="s y y y y y y y y y y"),
    Page("trends:of_supplier", supplier,       get="s y y y y y y y y y y"),
    Page("trends:contract", contract,          get="s . y . y y y y y y ."),
    # Pictures of risks
    Page("risks:heat_map", nothing,            get="s y y y y y y y y y y"),
    # Reminders
    Page("reminders:mine", nothing,            get="s y y y y y y y y y y"),
    Page("reminders:all", nothing,             get="s . . . . . . . y y ."),
    Page("reminders:contract", contract,       get="s . y . y y y y y y ."),
    Page("reminders:digests", nothing,         get="s . . . . . . . y y y"),
    Page("reminders:send_again", nothing,      get="s x x x x x x x x x x", post="s . . . . . . . > . >"),
    Page("reminders:rules", nothing,           get="s . . . . . . . y . y"),
    Page("reminders:rule_edit", reminder_rule, get="s . . . . . . . y . y", post="s . . . . . . . y . y"),
    Page("reminders:mail", nothing,            get="s . . . . . . . . . y"),
    Page("reminders:message", kept_message,    get="s . . . . . . . . . y"),
    # First pages
    Page("dashboards:home", nothing,           get="s y > > > > > > > > >"),
    Page("dashboards:work", nothing,           get="s y y y y y y y y y y"),
    Page("dashboards:overview", nothing,       get="s y y y y y y y y y y"),
    Page("dashboards:units", nothing,          get="s y y y y y y y y y y"),
    Page("dashboards:portfolio", nothing,      get="s . . . . . . . y y ."),
    Page("dashboards:ratings", nothing,        get="s y y y y y y y y y y"),
    # Continuity plans and compliance
    #   The lists show each reader what hangs on contracts they see, and on suppliers of these; they may be empty.
    Page("continuity:plans", nothing,          get="s y y y y y y y y y y"),
    Page("continuity:checks", nothing,         get="s y y y y y y y y y y"),
    Page("continuity:contract", contract,      get="s . y . y y y y y y ."),
    Page("continuity:plan_add", contract,      get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:check_add", contract,     get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:of_supplier", supplier,   get="s y y y y y y y y y y"),
    Page("continuity:supplier_plan_add", supplier, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("continuity:supplier_check_add", supplier, get="s . . . . . . . y . .", post="s . . . . . . . y . ."),
    Page("continuity:plan", plan,              get="s . y . y y y y y y ."),
    Page("continuity:plan_edit", plan,         get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:plan_retire", plan,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:test_record", plan,       get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:test_correct", plan_test, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:check", compliance,       get="s . y . y y y y y y ."),
    Page("continuity:check_edit", compliance,  get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:check_renew", compliance, get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("continuity:check_end", compliance,   get="s . . . . y y . y . .", post="s . . . . y y . y . ."),
    Page("dashboards:setup", nothing,          get="s . . . . . . . . . y"),
)
# fmt: on

# Signing in, passwords and two-step codes are allauth's, and tested by it. They lie under this prefix,
# show people only their own account, and get one test as a group.
ALLAUTH = "account/"
OPEN_TO_ANYBODY = (
    "account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key_done",
)  # fmt: skip
FOR_WHO_IS_SIGNED_IN = (
    "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes", "socialaccount_connections",
)  # fmt: skip


# --- The table is complete ----------------------------------------------------------------------


def addresses(resolver=None, namespaces=(), prefix=""):
    """(name, route) of everything that can be opened; a page without a name has an empty one."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from addresses(pattern, inner, route)
        else:
            yield ":".join([*namespaces, pattern.name]) if pattern.name else "", route


def row_to_add(name, route):
    needs = re.findall(r"<(?:\w+:)?(\w+)>", route)
    maker = needs[0].removesuffix("_pk") if needs else "nothing"
    return f'    Page("{name}", {maker}, get="s ? ? ? ? ? ? ? ? ? ?"),   # /{route}'


def test_every_page_has_a_row():
    known = {page.name for page in PAGES}
    missing = [
        row_to_add(name or "(give this address a name)", route)
        for name, route in addresses()
        if name not in known and not route.startswith(ALLAUTH)
    ]
    assert not missing, (
        "Pages without a row in the table of who may open what. Add to PAGES in tests/test_access.py, with "
        "one sign for each person (see Page) and post=... if it takes a form:\n"
        + "\n".join(missing)
    )


def test_every_row_has_a_sign_for_everybody():
    for page in PAGES:
        for signs in filter(None, (page.get, page.post)):
            assert len(signs.split()) == len(PEOPLE), f"{page.name}: {signs!r}"
            assert set(signs.split()) <= set(STATUS), f"{page.name}: {signs!r}"


# --- The table is true --------------------------------------------------------------------------


def signed_in(world):
    """A browser for each person of the table."""
    return {name: world.browser(name, raise_request_exception=False) for name in PEOPLE}


def sign_of(response):
    """The sign a response has in the table; its number if it has none."""
    if response.status_code == 302 and response.url.startswith(reverse(settings.LOGIN_URL)):
        return "s"
    signs = {200: "y", 302: ">", 404: ".", 405: "x"}
    return signs.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("row", PAGES, ids=lambda row: f"{row.name} {row.kwargs.__name__}")
def test_each_person_gets_what_the_table_says(world, row):
    url, clients = row.url(world), signed_in(world)
    for method, expected in (("get", row.get), ("post", row.post or _refused(row.get))):
        found, wrong = [], []
        for name, wanted in zip(PEOPLE, expected.split(), strict=True):
            if wanted == "?":
                continue
            with transaction.atomic():  # nothing that the page does is kept
                response = getattr(clients[name], method)(url)
                worlds.read(response)
                found.append(sign_of(response))
                transaction.set_rollback(True)
            if found[-1] != wanted:
                wrong.append(f"{name} got {found[-1]!r} instead of {wanted!r}")
        assert not wrong, (
            f"{method.upper()} {url}: {', '.join(wrong)}. The row is now {' '.join(found)}"
        )


def _refused(get):
    """A page without a form: whoever cannot open it cannot post to it either."""
    return " ".join(sign if sign in "s." else "?" for sign in get.split())


# Those who hold no role that carries the permission to export, and still see some lists.
WITHOUT_EXPORT = {"nobody", "administrator"}


def test_every_list_is_exported_by_those_who_may_export_and_by_nobody_else(world):
    clients, lists = signed_in(world), set()
    for row in PAGES:
        readers = [name for name, sign in zip(PEOPLE, row.get.split(), strict=True) if sign == "y"]
        if ANONYMOUS in readers or not set(readers) - WITHOUT_EXPORT:
            continue
        url = row.url(world)
        if not is_exported(exported(clients[max(set(readers) - WITHOUT_EXPORT)], url)):
            continue
        lists.add(row.name)
        for name in readers:
            answer = exported(clients[name], url)
            if name in WITHOUT_EXPORT:
                assert answer.status_code == 404, f"{name} exports {url}"
                assert b"Export to CSV" not in clients[name].get(url).content
            else:
                assert is_exported(answer), f"{name} does not export {url}"
    assert {"contracts:list", "suppliers:list", "accounts:people", "obligations:due"} <= lists
    assert len(lists) > 20


def exported(client, url):
    answer = client.get(url, {"export": "csv"})
    worlds.read(answer)
    return answer


def is_exported(answer):
    """Whether the answer is a list in a file, and not the page or a document."""
    told = answer.headers.get("Content-Disposition", "")
    return re.search(r"-\d{4}-\d\d-\d\d\.csv", told) is not None


def test_those_who_may_not_export_hold_no_role_that_carries_it(world):
    may = {name for name in PEOPLE if name != ANONYMOUS and world.people[name].may_export}
    assert may == set(PEOPLE) - WITHOUT_EXPORT - {ANONYMOUS}


def test_an_administrator_who_owns_a_contract_exports_it(world):
    administrator = world.people["administrator"]
    ContractFactory(oco=administrator)
    assert User.objects.get(pk=administrator.pk).may_export


@pytest.mark.parametrize("name", OPEN_TO_ANYBODY)
def test_sign_in_pages_open_for_anybody(client, name):
    assert client.get(reverse(name)).status_code in (200, 302)


@pytest.mark.parametrize("name", FOR_WHO_IS_SIGNED_IN)
def test_account_pages_ask_strangers_to_sign_in(client, name):
    assert sign_of(client.get(reverse(name))) == "s"
    client.force_login(UserFactory(password="!"))
    # 403 and 404: nothing to confirm or to show yet for a person without a second step.
    response = client.get(reverse(name))
    assert response.status_code in (200, 302, 403, 404)
    assert sign_of(response) != "s"


def test_every_page_of_allauth_without_a_parameter_answers(client):
    """The prefix hides no broken page: allauth's own addresses answer everybody without an error."""
    client.raise_request_exception = False
    routes = [
        route
        for _, route in addresses()
        if route.startswith(ALLAUTH) and not re.search(r"[<(^]", route)
    ]
    assert len(routes) > 15
    for signed_in in (False, True):
        if signed_in:
            client.force_login(person_with("viewer", BusinessUnitFactory()))
        for route in routes:
            assert client.get(f"/{route}").status_code < 500, route


# --- Roles and sessions -------------------------------------------------------------------------


def test_a_role_taken_away_counts_from_the_next_page(client, world):
    viewer, page = world.people["viewer"], world.contract.get_absolute_url()
    client.force_login(viewer)
    assert client.get(page).status_code == 200
    actions.take_role(membership=viewer.memberships.get(), by=world.people["procurement"])
    assert client.get(page).status_code == 404


def test_a_role_in_one_unit_is_not_borrowed_in_another():
    """Contact here and viewer there: choosing people is allowed here only."""
    here, there = ContractFactory(), ContractFactory()
    person = person_with("unit_contact", here.unit)
    person.memberships.create(role="viewer", unit=there.unit)
    allowed = Contract.objects.allowing(person, Permission.ASSIGN_PEOPLE)
    assert list(allowed) == [here]
    assert set(Contract.objects.visible_to(person)) == {here, there}


def test_a_role_of_a_colleague_is_not_borrowed():
    contract = ContractFactory()
    person_with("unit_contact", contract.unit)
    viewer = person_with("viewer", contract.unit)
    assert not Contract.objects.allowing(viewer, Permission.ASSIGN_PEOPLE).exists()


def test_the_cookie_of_somebody_who_left_is_dead_for_good(client, world):
    """Also when they come back: the old session does not wake up."""
    viewer, procurement = world.people["viewer"], world.people["procurement"]
    client.force_login(viewer)
    assert client.get(reverse("contracts:list")).status_code == 200
    actions.deactivate(person=viewer, by=procurement)
    assert sign_of(client.get(reverse("contracts:list"))) == "s"
    actions.reactivate(person=viewer, by=procurement)
    assert sign_of(client.get(reverse("contracts:list"))) == "s"


def test_signing_in_changes_the_session_key(client):
    person = UserFactory()
    person.set_password("correct horse battery")
    person.save()
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = before = session.session_key
    client.post(
        reverse("account_login"), {"login": person.email, "password": "correct horse battery"}
    )
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


@pytest.mark.parametrize("permission", Permission)
def test_the_queryset_and_the_row_agree(world, permission):
    """`allowing()` in SQL and `allows()` in Python are two readings of one table of roles."""
    elsewhere = ContractFactory(unit=BusinessUnitFactory())
    for name in PEOPLE[1:]:
        person = User.objects.get(pk=world.people[name].pk)
        allowed = set(Contract.objects.allowing(person, permission))
        for contract in (world.contract, elsewhere):
            assert (contract in allowed) == contract.allows(person, permission), name


def test_the_queryset_follows_the_table_of_roles(world):
    """Each role gives on the contract what `ROLES` says, and nothing else."""
    held = {"viewer": "viewer", "contact": "unit_contact"} | {
        key: key for key in ("oco", "deputy", "sro", "procurement", "auditor", "administrator")
    }
    for name, role in held.items():
        person = User.objects.get(pk=world.people[name].pk)
        given = {
            permission
            for permission in Permission
            if Contract.objects.allowing(person, permission).contains(world.contract)
        }
        assert given == ROLES[role].permissions, name


@pytest.mark.parametrize(
    "name", ["viewer", "contact", "oco", "deputy", "sro", "procurement", "administrator"]
)
def test_somebody_who_left_is_allowed_nothing(world, name):
    User.objects.filter(pk=world.people[name].pk).update(is_active=False)
    person = User.objects.get(pk=world.people[name].pk)
    assert person.roles_held == frozenset()
    for permission in Permission:
        assert not Contract.objects.allowing(person, permission).exists()
        assert not world.contract.allows(person, permission)
        assert not person.may(permission)


def test_anonymous_comes_first_in_the_table():
    assert PEOPLE[0] == ANONYMOUS
