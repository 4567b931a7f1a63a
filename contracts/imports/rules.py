"""What headings mean, and when two rows or two names are the same. Plain values in, plain values out."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher

from common.spreadsheets.mapping import NOT_IMPORTED, meanings, normalise, target

SIMILAR_ENOUGH = 0.88


# The synonyms come from files that public bodies really publish: Contracts Finder extracts, the
# Local Government Transparency Code's template, NHS and council registers.
TARGETS = (
    target("reference", "Reference", "The contract",
            "reference, contract reference, reference number, contract reference number, contract ref, ref, "
            "ref no, contract number, contract no, contract id, agreement number, release id, id, "
            "contract reference number id, our reference"),
    target("title", "Title", "The contract",
            "title, contract title, contract name, tender title, name of contract, agreement title, "
            "title of agreement, title of the agreement, name, contract, project title"),
    target("description", "Description", "The contract",
            "description, contract description, tender description, short description, "
            "description of goods and services, description of goods services, details, summary"),
    target("kind", "Kind of agreement (contract, framework, call-off or spot contract)", "The contract",
            "kind of agreement, kind, agreement type, type of agreement, contract type, type of contract"),
    target("parent", "Stands under (reference of the framework or parent contract)", "The contract",
            "stands under, parent, parent reference, parent contract, parent contract reference, framework reference, "
            "framework ref, framework agreement reference, called off under, call off from, master agreement"),
    target("unit", "Business unit", "The contract",
            "business unit, unit, department, directorate, service, service area, organisational unit, "
            "department responsible, local authority department responsible, division, team, entity, "
            "directorate service, local authority directorate service responsible"),
    target("nature", "What is bought (goods, services or works)", "The contract",
            "what is bought, nature, goods services works, main category"),
    target("category", "Category", "The contract",
            "category, service category, service category label, primary procurement category, "
            "procurement category, classification description, spend category, category name, cpv label"),
    target("cpv_code", "CPV code", "The contract", "cpv, cpv code, cpv codes, classification id"),
    target("supplier", "Supplier (several with ; between them)", "The supplier",
            "supplier, suppliers, supplier name, supplier s, lead supplier, contractor, contractor name, "
            "vendor, vendor name, provider, company, other parties, awarded supplier, name of supplier"),
    target("supplier_company_number", "Supplier's company number", "The supplier",
            "company number, company registration number, companies house registration number, "
            "companies house number, supplier company number, registration number, crn, "
            "supplier registered company number"),
    target("supplier_charity_number", "Supplier's charity number", "The supplier",
            "charity number, charity commission number, supplier registered charity number"),
    target("supplier_vat_number", "Supplier's VAT number", "The supplier",
            "vat number, vat no, vat registration number, vat reg no, supplier vat number, vat registration no"),
    target("supplier_ppon", "Supplier's PPON", "The supplier",
            "ppon, supplier ppon, public procurement organisation number, organisation ppon"),
    target("supplier_other_number", "Supplier's other identifier", "The supplier",
            "other supplier id, duns, duns number, supplier id, supplier number, vendor number"),
    target("supplier_is_sme", "Supplier is small or medium-sized (yes or no)", "The supplier",
            "sme, sme supplier, is sme, supplier sme"),
    target("supplier_is_vcse", "Supplier is a VCSE (yes or no)", "The supplier",
            "vcse, vcse supplier, is vcse, supplier vcse"),
    target("oco", "Operational Contract Owner (name or e-mail)", "People",
            "oco, operational contract owner, operational contract owner oco, contract owner, owner, "
            "contract manager, manager, responsible officer, lead officer"),
    target("deputy", "Deputy owner (name or e-mail)", "People",
            "deputy, deputy owner, deputy oco, deputy contract manager"),
    target("sro", "SRO (name or e-mail)", "People",
            "sro, senior responsible owner, senior responsible officer, senior representative owner"),
    target("tier", "Tier", "How it is managed", "tier, contract tier, tiering, classification, segmentation"),
    target("stage", "Stage", "How it is managed", "stage, status, contract status, state, lifecycle stage"),
    target("regime", "Procurement regime", "How it is managed",
            "regime, procurement regime, legislation, regulations"),
    target("procurement_route", "Procurement route", "How it is managed",
            "procurement route, procurement method, method, route, route to market, process type, procedure, "
            "procurement procedure, tender process, procurement process"),
    target("signed_on", "Date signed", "Dates", "date signed, signed, signature date, signed on, contract signed date"),
    target("effective_on", "Effective date", "Dates", "effective date, effective, effective from"),
    target("commences_on", "Commencement date", "Dates",
            "commencement date, start date, start, contract start date, contract start, starts, from, "
            "commencement, contract period start date, date start, commences"),
    target("initial_term_months", "Initial term (such as 36 months)", "Dates",
            "initial term, initial term months, initial term in months, term, contract term, length of contract, "
            "contract length, duration, contract duration"),
    target("initial_end_on", "Initial end date", "Dates",
            "initial end date, original end date, initial term end, original expiry date"),
    target("ends_on", "Current end date", "Dates",
            "current end date, end date, end, contract end date, contract end, contract current end date, "
            "expiry date, expiry, expires, contract expiry date, ends, to, contract period end date, "
            "completion date, date end"),
    target("notice_period", "Notice period (such as 3 months)", "Dates",
            "notice period, notice, termination notice, notice period months"),
    target("review_on", "Next review date", "Dates",
            "review date, next review date, contract review date, review, next review"),
    target("value", "Award value", "Money",
            "award value, value, contract value, contract award value, total value, value amount, "
            "total contract value, estimated value, amount, award amount, whole life value, lifetime value"),
    target("value_net", "Award value excluding VAT", "Money",
            "contract value ex vat, contract value excluding vat, value ex vat, value excluding vat, "
            "award value excluding vat, value exc vat, net value, total value ex vat"),
    target("value_gross", "Award value including VAT", "Money",
            "contract value incl vat, contract value including vat, contract value inc vat, value inc vat, "
            "value including vat, award value including vat, gross value"),
    target("current_value", "Current value", "Money",
            "current value, current contract value, revised value, revised contract value, value to date, "
            "value after changes, updated contract value"),
    target("cap_kind", "What the value means (maximum, estimated or fixed)", "Money",
            "what the value means, value type, type of value, cap, cap type, value basis, price basis"),
    target("annual_value", "Annual value", "Money",
            "annual value, annual contract value, yearly value, value per annum, estimated annual value, "
            "estimated annual spend, annual spend"),
    target("currency", "Currency", "Money", "currency, value currency, currency code"),
    target("vat_basis", "VAT basis", "Money", "vat basis, vat"),
    target("finance_reference", "Finance system number", "Other systems and notes",
            "finance system number, finance reference, purchase order, po number, purchase order number, "
            "cost centre reference, erp number"),
    target("ocid", "Open contracting ID (OCID)", "Other systems and notes",
            "ocid, open contracting id, open contracting id ocid, open contracting identifier"),
    target("notes", "Notes (several columns can go here)", "Other systems and notes",
            "notes, note, comments, comment, remarks, buyer, buyer name"),
)  # fmt: skip
BY_KEY = {target.key: target for target in TARGETS}

# One amount, told with or without VAT: a contract has one value, so the first of these wins.
VALUES = ("value_net", "value", "value_gross")
_NATURES = {"goods", "services", "works"}


_MEANINGS = meanings(TARGETS)


def is_known_heading(heading: str) -> bool:
    return normalise(heading) in _MEANINGS


def propose(headings: Sequence[str], samples: Sequence[Sequence[str]]) -> list[str]:
    """What each column probably means; NOT_IMPORTED where nothing fits. No target is given twice.

    >>> propose(["Title", "category", "value_human"], [["Cleaning", "services", "5"]])
    ['title', 'nature', '']
    """
    found = [_MEANINGS.get(normalise(heading), NOT_IMPORTED) for heading in headings]
    for position, key in enumerate(found):
        column = {
            row[position].casefold() for row in samples if position < len(row) and row[position]
        }
        if key in ("category", "kind") and column and column <= _NATURES:
            found[position] = "nature"
    present = [key for key in VALUES if key in found]
    taken: set[str] = set(present[1:])
    return [_first_time(key, taken) for key in found]


def _first_time(key: str, taken: set[str]) -> str:
    if key in taken:
        return NOT_IMPORTED
    if key not in (NOT_IMPORTED, "notes"):
        taken.add(key)
    return key


def mapping_problems(
    headings: Sequence[str], mapping: Sequence[str]
) -> list[tuple[int | None, str]]:
    """What is wrong with a choice of columns, as (position of the column or None, sentence)."""
    problems: list[tuple[int | None, str]] = []
    if "title" not in mapping:
        problems.append((None, "Say which column holds the title: no contract can do without one"))
    first: dict[str, int] = {}
    for position, key in enumerate(mapping):
        if not key or key == "notes":
            continue
        if key in first:
            problems.append((
                position,
                f"“{headings[position]}” and “{headings[first[key]]}” are both {BY_KEY[key].label}: choose one",
            ))  # fmt: skip
        first.setdefault(key, position)
    values = [position for position, key in enumerate(mapping) if key in VALUES]
    if len({mapping[p] for p in values}) > 1:
        problems.append(
            (values[1], "A contract has one award value: choose it with or without VAT, not both")
        )
    if "supplier" not in mapping and any(key.startswith("supplier_") for key in mapping):
        where = next(p for p, key in enumerate(mapping) if key.startswith("supplier_"))
        problems.append(
            (where, f"“{headings[where]}” describes a supplier, but no column holds its name")
        )
    return problems


def natural_key(title: str, supplier: object, commences_on: date | None) -> int:
    """What makes two contracts without references the same: title, lead supplier and commencement.

    >>> natural_key("Cleaning  Services", 5, None) == natural_key("cleaning services", 5, None)
    True
    """
    start = commences_on.isoformat() if commences_on else ""
    text = f"{' '.join(title.casefold().split())}\x1f{supplier or ''}\x1f{start}"
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def split_suppliers(cell: str) -> list[str]:
    """The names in a cell, the lead first, none twice.

    >>> split_suppliers("Acme Ltd; Bolt plc;; acme ltd")
    ['Acme Ltd', 'Bolt plc']
    """
    names: dict[str, str] = {}
    for part in cell.split(";"):
        name = " ".join(part.split())
        if name:
            names.setdefault(name.casefold(), name)
    return list(names.values())


def near_names(
    bare: str, others: Mapping[str, Iterable[str]], limit: int = 3
) -> list[tuple[str, str]]:
    """Names so like this one that a person should say whether they are the same, as (name, why).

    All names are bare normalised ones. `others` maps a first word to the names that begin with it:
    only those are compared, so that ten thousand names do not make a hundred million comparisons.
    """
    first = bare.split(" ", 1)[0]
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(bare)
    found = []
    for other in others.get(first, ()):
        if other == bare:
            found.append((2.0, other, "The names differ only in “Ltd”, “plc” or the like"))
            continue
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() < SIMILAR_ENOUGH or matcher.quick_ratio() < SIMILAR_ENOUGH:
            continue
        likeness = matcher.ratio()
        if likeness >= SIMILAR_ENOUGH and re.findall(r"\d+", other) == re.findall(r"\d+", bare):
            found.append((likeness, other, "The names are spelled almost alike"))
    return [(name, why) for _, name, why in sorted(found, reverse=True)[:limit]]


def notice_period(cell: str) -> tuple[int, str] | None:
    """A number and its unit; a bare number is months. None when it cannot be read.

    >>> notice_period("3 months"), notice_period("90 days"), notice_period("6"), notice_period("1 year")
    ((3, 'months'), (90, 'days'), (6, 'months'), (12, 'months'))
    """
    found = re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*(calendar\s+)?(days?|weeks?|months?|years?|d|w|m|y)?('?\s*notice)?",
                         cell.strip().lower())  # fmt: skip
    if not found:
        return None
    number, unit = int(found[1]), (found[3] or "m")[0]
    factor, name = {"d": (1, "days"), "w": (7, "days"), "m": (1, "months"), "y": (12, "months")}[
        unit
    ]
    return number * factor, name


def months(cell: str) -> int | None:
    """A length of time in whole months; None when it is none.

    >>> months("3 years"), months("36"), months("18 months"), months("90 days")
    (36, 36, 18, None)
    """
    period = notice_period(cell)
    return period[0] if period and period[1] == "months" else None


def generated_reference(run: int, row: int) -> str:
    """The reference of a contract whose row has none: where it came from.

    >>> generated_reference(12, 5)
    'I12-0005'
    """
    return f"I{run}-{row:04d}"
