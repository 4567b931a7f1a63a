"""Who may do what: the one table. The roles help page and every scoped queryset read it."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """Something a person may do. The sentence is what the help page says."""

    VIEW_CONTRACTS = "view_contracts", "See contracts, their performance and their history"
    EXPORT = "export", "Export what they can see to CSV and Excel"
    EDIT_CONTRACTS = "edit_contracts", "Change a contract and its KPIs"
    LOG_PERFORMANCE = (
        "log_performance",
        "Log readings against KPIs, fill in scorecards and record what users say",
    )
    MANAGE_KPI_TEMPLATES = (
        "manage_kpi_templates",
        "Keep the library of KPI templates that owners choose from",
    )
    OVERRIDE_RATINGS = (
        "override_ratings",
        "Give a reading another rating than its rule, with a reason",
    )
    WAIVE_CREDITS = (
        "waive_credits",
        "Waive what a supplier owes for poor performance or delay",
    )
    RAISE_RISKS = "raise_risks", "Put forward a risk, an issue or an opportunity of a contract"
    DECIDE_ON_RISKS = (
        "decide_on_risks",
        "Decide on the risks of a contract that are put before its SRO",
    )
    MANAGE_RISKS = (
        "manage_risks",
        "Keep the risks of suppliers and of the organisation, the matrix, the appetite and the library of risks",
    )
    ASSIGN_PEOPLE = (
        "assign_people",
        "Choose the contract owner, the deputy and the SRO, but not themselves as SRO",
    )
    VIEW_CONFIDENTIAL = "view_confidential", "See the confidential documents of a contract"
    DISPOSE_OF_DOCUMENTS = (
        "dispose_of_documents",
        "Destroy the files of documents that need not be kept any longer",
    )
    OVERRIDE_GATES = (
        "override_gates",
        "Move a contract to its next stage although something is missing, with a reason",
    )
    SET_TIERS = "set_tiers", "Decide a contract's tier"
    MANAGE_TIERING = "manage_tiering", "Change the tiering questionnaire, its weights and cut-offs"
    ADD_CONTRACTS = "add_contracts", "Add contracts to the register"
    IMPORT_REGISTER = "import_register", "Import a register from a spreadsheet, and undo an import"
    EDIT_SUPPLIERS = (
        "edit_suppliers",
        "Add suppliers, change their details, record spend, and merge those recorded twice",
    )
    SEGMENT_SUPPLIERS = (
        "segment_suppliers",
        "Decide a supplier's tier and its place on the Kraljic board",
    )
    VIEW_SUPPLIER_CONFIDENTIAL = (
        "view_supplier_confidential",
        "See confidential notes on the finances and the reputation of suppliers",
    )
    MANAGE_CALENDAR = "manage_calendar", "Keep the bank holidays that working days are counted by"
    VIEW_PORTFOLIO = "view_portfolio", "See the portfolio page of the whole organisation"
    MANAGE_REMINDERS = "manage_reminders", "Decide which dates are reminded of, and how early"
    MANAGE_PEOPLE = "manage_people", "Add people and business units, and give roles"
    MANAGE_ORGANISATION = "manage_organisation", "Set the organisation's name, colour and terms"
    READ_MAIL = "read_mail", "Read the messages that were kept instead of sent"

    def __new__(cls, value, description):
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class Scope(StrEnum):
    """Where a role is held."""

    UNIT = "unit"
    CONTRACT = "contract"
    ORGANISATION = "organisation"


@dataclass(frozen=True)
class Role:
    """A role, its plain-English description, and what it allows."""

    key: str
    name: str
    scope: Scope
    description: str
    permissions: frozenset[Permission]


P = Permission
_SEE = {P.VIEW_CONTRACTS, P.EXPORT}
_WORK = {*_SEE, P.RAISE_RISKS}
_MANAGE = {*_WORK, P.EDIT_CONTRACTS, P.LOG_PERFORMANCE}

VIEWER = Role(
    "viewer", "Viewer", Scope.UNIT,
    "Reads the contracts of one business unit, and may put forward their risks.",
    frozenset(_WORK),
)  # fmt: skip
UNIT_CONTACT = Role(
    "unit_contact", "Unit contact", Scope.UNIT,
    "The first point of contact in a business unit: reads its contracts, says who owns each, "
    "and is reminded when a contract has no owner.",
    frozenset({*_WORK, P.ASSIGN_PEOPLE}),
)  # fmt: skip
OCO = Role(
    "oco", "Operational Contract Owner (OCO)", Scope.CONTRACT,
    "Manages a contract from day to day: keeps it up to date, sets its KPIs and logs performance.",
    frozenset({*_MANAGE, P.ASSIGN_PEOPLE, P.VIEW_CONFIDENTIAL}),
)  # fmt: skip
DEPUTY = Role(
    "deputy", "Deputy owner", Scope.CONTRACT,
    "Stands in for the Operational Contract Owner.",
    frozenset(_MANAGE),
)  # fmt: skip
SRO = Role(
    "sro", "SRO", Scope.CONTRACT,
    "Answers for a contract and oversees its owner: reads everything about it, confidential documents and "
    "notes on its suppliers too, may let it move on although something is missing, and may waive what the "
    "supplier owes.",
    frozenset({
        *_WORK, P.DECIDE_ON_RISKS, P.VIEW_CONFIDENTIAL, P.OVERRIDE_GATES, P.OVERRIDE_RATINGS,
        P.VIEW_SUPPLIER_CONFIDENTIAL, P.WAIVE_CREDITS,
    }),
)  # fmt: skip
PROCUREMENT = Role(
    "procurement", "Procurement Unit", Scope.ORGANISATION,
    "Looks after the whole register: every contract and supplier, imports, tiers, people and reminders.",
    frozenset({
        *_MANAGE, P.ASSIGN_PEOPLE, P.SET_TIERS, P.ADD_CONTRACTS, P.IMPORT_REGISTER, P.EDIT_SUPPLIERS,
        P.VIEW_CONFIDENTIAL, P.DISPOSE_OF_DOCUMENTS, P.OVERRIDE_GATES, P.OVERRIDE_RATINGS, P.MANAGE_KPI_TEMPLATES, P.MANAGE_TIERING, P.SEGMENT_SUPPLIERS,
        P.VIEW_SUPPLIER_CONFIDENTIAL, P.MANAGE_CALENDAR, P.VIEW_PORTFOLIO, P.MANAGE_REMINDERS,
        P.MANAGE_PEOPLE, P.WAIVE_CREDITS, P.MANAGE_RISKS,
    }),
)  # fmt: skip
AUDITOR = Role(
    "auditor", "Auditor", Scope.ORGANISATION,
    "Reads every contract and its history, and changes nothing.",
    frozenset({*_SEE, P.VIEW_PORTFOLIO}),
)  # fmt: skip
ADMINISTRATOR = Role(
    "administrator", "Administrator", Scope.ORGANISATION,
    "Sets the system up: people, business units, roles, the organisation's terms and mail. "
    "Sees contracts only with another role.",
    frozenset({
        P.MANAGE_PEOPLE, P.MANAGE_ORGANISATION, P.MANAGE_REMINDERS, P.MANAGE_CALENDAR, P.READ_MAIL,
    }),
)  # fmt: skip

ROLES = {
    role.key: role
    for role in (VIEWER, UNIT_CONTACT, OCO, DEPUTY, SRO, PROCUREMENT, AUDITOR, ADMINISTRATOR)
}
UNIT_ROLES = {key: role for key, role in ROLES.items() if role.scope == Scope.UNIT}
CONTRACT_ROLES = {key: role for key, role in ROLES.items() if role.scope == Scope.CONTRACT}
ORGANISATION_ROLES = {key: role for key, role in ROLES.items() if role.scope == Scope.ORGANISATION}


def may_grant(granter_roles: set[str], role: str) -> bool:
    """Whether somebody who holds these roles may give `role` to a person.

    Roles for the whole organisation are given by Administrators only, so that nobody can
    raise themselves.

    >>> may_grant({"procurement"}, "viewer"), may_grant({"procurement"}, "administrator")
    (True, False)
    """
    if "administrator" in granter_roles:
        return role in UNIT_ROLES or role in ORGANISATION_ROLES
    return "procurement" in granter_roles and role in UNIT_ROLES


def may_manage(granter_roles: set[str], roles_held: set[str]) -> bool:
    """Whether somebody who holds these roles may change, deactivate or take back a person who holds those.

    Whoever sets a person's e-mail address can have a new password sent to it, and so act as them.
    Only those who may give all of a person's roles have nothing to gain by that.

    >>> may_manage({"procurement"}, {"viewer"}), may_manage({"procurement"}, {"administrator"})
    (True, False)
    """
    return all(may_grant(granter_roles, role) for role in roles_held)
