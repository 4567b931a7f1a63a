"""The firms and charities of the demonstration. All are invented, and so are their numbers."""

import random
from datetime import date

from common.bulk import insert_rows, write_history
from common.demo import moment, save_as_of
from suppliers import actions, duplicates, rules
from suppliers.demo_table import (
    BELONGS,
    CONTACTS,
    LEFT,
    NOT_TWICE,
    PARENTS,
    PUT_RIGHT,
    SOURCE,
    SPEND,
    SPEND_IN_EUROS,
    TWICE,
)
from suppliers.models import DuplicateCandidate, Supplier, SupplierContact, SupplierSpend

OLD_SPREADSHEET = "From the old spreadsheet"

# Companies House has given out no number from 90000000 on.
# key: name, company number, small or medium-sized, voluntary, other identifiers
SUPPLIERS = {
    "ferncombe": ("Ferncombe Care Ltd", "99004117", False, False, {}),
    "hollinbrook": ("Hollinbrook Homecare Ltd", "99012086", True, False, {}),
    "larkmoor": ("Larkmoor Living CIC", "99020455", True, True, {}),
    "equipwell": ("Equipwell Community Loans Ltd", "99007731", False, False, {"vat_number": "GB990077304"}),
    "careline": ("Northmere Careline Services Ltd", "99031902", True, False, {}),
    "voiceways": ("Voiceways Advocacy", "", True, True, {"charity_number": "9900417"}),
    "bridgefold": ("Bridgefold Trust", "", True, True, {"charity_number": "9901286"}),
    "shepherdsgate": ("Shepherdsgate Carers' Centre", "", True, True, {}),
    "tallowfield": ("Tallowfield Children's Homes Ltd", "99018340", False, False, {}),
    "oakenhurst": ("Oakenhurst Fostering Ltd", "99018862", False, False, {}),
    "greenladle": ("Green Ladle Catering Ltd", "99002519", False, False, {"vat_number": "GB990025134"}),
    "dalesrider": ("Dalesrider Passenger Transport Ltd", "99009954", True, False, {}),
    "quillstone": ("Quillstone Waste Services plc", "99000148", False, False, {"vat_number": "GB990001448"}),
    "marrowdale": ("Marrowdale Energy Recovery Ltd", "99000702", False, False, {}),
    "verdantway": ("Verdantway Grounds Ltd", "99014415", True, False, {}),
    "heftline": ("Heftline Vehicles GmbH", "", False, False, {"other_number": "DUNS 990014415"}),
    "tarnwick": ("Tarnwick Highways plc", "99000263", False, False, {}),
    "lumenfell": ("Lumenfell Lighting Ltd", "99005870", False, False, {}),
    "saltersway": ("Saltersway Minerals Ltd", "SC990112", False, False, {}),
    "crosslamp": ("Crosslamp Signals Ltd", "99013377", True, False, {}),
    "hoardwell": ("Hoardwell Media Ltd", "99022640", False, False, {}),
    "archway": ("Archway & Penn LLP", "OC990218", True, False, {}),
    "brightstair": ("Brightstair Cleaning Ltd", "99016093", True, False, {}),
    "sentrymoor": ("Sentrymoor Guarding Ltd", "99016721", True, False, {}),
    "cawdale": ("Cawdale Building Services Ltd", "99003386", False, False, {}),
    "updraught": ("Updraught Lifts", "", True, False, {}),
    "powergate": ("Powergate Energy Ltd", "99001277", False, False, {}),
    "casewright": ("Casewright Software Ltd", "99008415", False, False, {}),
    "ledgerline": ("Ledgerline Systems plc", "99000990", False, False, {}),
    "fibrecrest": ("Fibrecrest Networks Ltd", "99011029", False, False, {}),
    "inkwell": ("Inkwell Office Machines", "", True, False, {}),
    "homestead": ("Homestead Repairs Ltd", "99006648", False, False, {}),
    "wellspring": ("Wellspring Health CIC", "99025519", False, True, {"ppon": "PZZX-9900-DEMO"}),
    "freshtoken": ("Freshtoken Vouchers Ltd", "99027803", True, False, {}),
    "swimwise": ("Swimwise Leisure Trust", "", False, True, {"charity_number": "9903350"}),
    "staffhaven": ("Staffhaven Resourcing Ltd", "99010164", False, False, {}),
    "covermark": ("Covermark Insurance Brokers Ltd", "99009080", False, False, {}),
    "polyglot": ("Many Tongues Interpreting", "", True, False, {}),
}  # fmt: skip


def build(today, *, opened, by):
    """{key: supplier}, as they stood when the register was opened, `opened` days ago."""
    suppliers = {}
    for number, (key, line) in enumerate(SUPPLIERS.items()):
        name, company_number, is_sme, is_vcse, others = line
        supplier = Supplier(
            name=name, company_number=company_number, is_sme=is_sme, is_vcse=is_vcse,
            website=f"https://www.{key}.example", **others,
        )  # fmt: skip
        supplier.derive()
        at = moment(today, opened - number % 5, hour=9 + number % 8)
        suppliers[key] = save_as_of(supplier, at=at, by=by, reason=OLD_SPREADSHEET)
        desk = SupplierContact(
            supplier=supplier, job_title="Account manager",
            email=f"contracts@{key}.example", telephone=f"01632 960 {500 + number}",
        )  # fmt: skip
        save_as_of(desk, at=at, by=by, reason=OLD_SPREADSHEET)
    _number_found(suppliers["careline"], moment(today, 131, hour=14), by)
    return suppliers


def _number_found(supplier, at, by):
    """One supplier was renamed and given its number: something to see in a supplier's history."""
    supplier.name = "Northmere Careline Ltd"
    supplier.derive()
    supplier.version += 1
    save_as_of(supplier, at=at, by=by, reason="Renamed at Companies House")


# --- What became known since -----------------------------------------------------------------------


def settle(today, *, firms, people):
    """Groups, contacts, spend, and suppliers that were recorded twice; after the contracts, which show who is who."""
    by = people["hannah"]
    _tie_groups(today, firms, by)
    for key, level, name, job_title, mailbox, deals_with in CONTACTS:
        _contact(
            today, firms[key], days_ago=330, by=by, level=level, name=name, job_title=job_title,
            email=f"{mailbox}@{key}.example", deals_with=deals_with,
        )  # fmt: skip
    for key, name, job_title, mailbox, days_ago, who in LEFT:
        email = f"{mailbox}@{key}.example"
        gone = _contact(
            today, firms[key], days_ago=330, by=by, name=name, job_title=job_title, email=email
        )
        gone.is_active = False
        gone.version += 1
        save_as_of(gone, at=moment(today, days_ago), by=people[who], reason="Has left")
    for currency, table in (("GBP", SPEND), ("EUR", SPEND_IN_EUROS)):
        for key, thousands in table.items():
            for back, amount in enumerate(reversed(thousands), start=1):
                if amount is not None:
                    _spend(
                        today,
                        firms[key],
                        back,
                        amount * 1000,
                        by=people["tomasz"],
                        currency=currency,
                    )
    _record_twice(today, firms, people)


def _tie_groups(today, firms, by):
    for key, name, number, parent in PARENTS:
        firm = Supplier(
            name=name, company_number=number, is_sme=False, is_vcse=False, parent=firms.get(parent)
        )
        firm.derive()
        firms[key] = save_as_of(
            firm, at=moment(today, 403), by=by, reason="From the group accounts"
        )
    for key, parent, days_ago, reason in BELONGS:
        firm = firms[key]
        firm.parent = firms[parent]
        firm.version += 1
        save_as_of(firm, at=moment(today, days_ago, hour=11), by=by, reason=reason)


def _contact(today, supplier, *, days_ago, by, **columns):
    contact = SupplierContact(supplier=supplier, **columns)
    return save_as_of(
        contact, at=moment(today, days_ago), by=by, reason="From the contract documents"
    )


def _spend(today, supplier, years_back, amount, *, by, currency="GBP"):
    """Recorded in June, when the ledger of the year before is closed."""
    year = rules.financial_year(today) - years_back
    at = moment(today, max(1, (today - date(year + 1, 6, 14)).days), hour=15)
    row = SupplierSpend(
        supplier=supplier, year=year, amount=amount, currency=currency, source=SOURCE,
        recorded_by=by, recorded_at=at,
    )  # fmt: skip
    return save_as_of(row, at=at, by=by, reason="Yearly return from finance")


def _record_twice(today, firms, people):
    by = people["tomasz"]
    for name, key, thousands in TWICE:
        double = _double(today, name, by, days_ago=140)
        if thousands:
            _spend(today, double, 1, thousands * 1000, by=by)
        _contact(
            today, double, days_ago=139, by=by, name="Accounts", email=f"accounts@{key}.example"
        )
    name, number, key = NOT_TWICE
    _double(today, name, by, days_ago=120, company_number=number)
    _put_right(today, firms, people["hannah"], by)
    duplicates.search()
    alike = DuplicateCandidate.objects.filter(one=firms[key], other__company_number=number)
    duplicates.say_different(candidates=alike, by=people["hannah"])


def _double(today, name, by, *, days_ago, **columns):
    double = Supplier(name=name, **columns)
    double.derive()
    return save_as_of(double, at=moment(today, days_ago), by=by, reason="From an invoice")


def _put_right(today, firms, by, who_doubled):
    """A merge in the past, with its history where it belongs."""
    name, key, days_ago, paid, reason = PUT_RIGHT
    double = _double(today, name, who_doubled, days_ago=300)
    _spend(today, double, 2, paid, by=who_doubled)
    _contact(
        today, double, days_ago=299, by=who_doubled, name="Fay Inskip", telephone="01632 960 777"
    )
    stays = Supplier.objects.get(pk=firms[key].pk)
    versions = stays.version, double.version
    firms[key] = actions.merge(stays=stays, goes=double, by=by, versions=versions, reason=reason)
    for model in (Supplier, SupplierContact, SupplierSpend):
        told = model.history.filter(history_change_reason__endswith=reason)
        told.update(history_date=moment(today, days_ago, hour=14))


# --- As many as are wanted, for measuring -------------------------------------------------------

SEED = 2027
MADE_TO_MEASURE = "Made to measure speed"
FIRST = ("Alder", "Birch", "Cedar", "Dunlin", "Elder", "Fennel", "Gorse", "Heron", "Ivy", "Juniper",
         "Kestrel", "Linden", "Merlin", "Nettle", "Osprey", "Plover", "Quince", "Rowan", "Sorrel", "Teal")  # fmt: skip
SECOND = ("bank", "bridge", "combe", "croft", "dale", "field", "ford", "gate", "ham", "hurst",
          "ley", "mere", "moor", "ridge", "shaw", "stead", "thorpe", "ton", "wick", "wood")  # fmt: skip
TRADES = ("Care", "Services", "Highways", "Catering", "Systems", "Waste", "Energy", "Cleaning", "Building",
          "Transport", "Software", "Health", "Consulting", "Supplies", "Security")  # fmt: skip
FORMS = ("Ltd", "Ltd", "Ltd", "Ltd", "Limited", "plc", "LLP", "CIC")
BULK_COLUMNS = (
    "name", "normalised_name", "company_number", "charity_number", "vat_number", "ppon", "other_number",
    "is_sme", "is_vcse", "website", "notes",
    "version", "created_at", "updated_at",
)  # fmt: skip


def bulk_build(number, *, today, by):
    """So many suppliers with one row of history each: their ids."""
    rng = random.Random(SEED)  # noqa: S311
    at = f"{today} 00:00:00"
    rows = []
    for n in range(number):
        town = f"{FIRST[n % 20]}{SECOND[n // 20 % 20]}"
        serial = f" {n // 400}" if n >= 400 else ""
        name = f"{town} {rng.choice(TRADES)}{serial} {rng.choice(FORMS)}"
        company_number = f"9{n + 1_000_000:07d}" if rng.random() > 0.15 else ""
        rows.append((
            name, rules.normalise_name(name), company_number, "", "", "", "",
            int(rng.random() < 0.6), int(rng.random() < 0.1), "", "", 1, at, at,
        ))  # fmt: skip
    insert_rows(Supplier, BULK_COLUMNS, rows)
    ids = list(Supplier.objects.order_by("pk").values_list("pk", flat=True))
    _bulk_groups(ids)
    write_history(Supplier.objects.all(), by=by, reason=MADE_TO_MEASURE, kind="+")
    _bulk_contacts(ids, by)
    _bulk_spend(ids, rng, today, by)
    return ids


def _bulk_groups(ids):
    """Of every fifty, four belong to the first."""
    for first in range(0, len(ids) - 4, 50):
        Supplier.objects.filter(pk__in=ids[first + 1 : first + 5]).update(parent=ids[first])


def _bulk_contacts(ids, by):
    columns = (
        "supplier_id", "level", "name", "job_title", "email", "telephone", "deals_with", "notes", "is_active", "version",
    )  # fmt: skip
    rows = [
        (
            pk,
            level,
            f"{level.capitalize()} {pk}",
            "",
            f"{level}{pk}@firm.example",
            "",
            "",
            "",
            True,
            1,
        )
        for pk in ids
        for level in SupplierContact.Level.values[: 3 if pk % 5 == 0 else 1]
    ]
    insert_rows(SupplierContact, columns, rows)
    write_history(SupplierContact.objects.all(), by=by, reason=MADE_TO_MEASURE, kind="+")


def _bulk_spend(ids, rng, today, by):
    columns = (
        "supplier_id",
        "year",
        "amount",
        "currency",
        "source",
        "recorded_by_id",
        "recorded_at",
        "version",
    )
    this_year, at = rules.financial_year(today), f"{today} 00:00:00"
    rows = [
        (pk, this_year - back, round(10 ** (3 + rng.random() * 3), 2), "GBP", SOURCE, by.pk, at, 1)
        for pk in ids
        if pk % 3 == 0
        for back in (1, 2, 3)
    ]
    insert_rows(SupplierSpend, columns, rows)
    write_history(SupplierSpend.objects.all(), by=by, reason=MADE_TO_MEASURE, kind="+")
