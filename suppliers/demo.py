"""The firms and charities of the demonstration. All are invented, and so are their numbers."""

import random

from common.bulk import insert_rows, write_history
from common.demo import moment, save_as_of
from suppliers import rules
from suppliers.models import Supplier, SupplierContact

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


# --- As many as are wanted, for measuring -------------------------------------------------------

SEED = 2027
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
    write_history(Supplier.objects.all(), by=by, reason="Made to measure speed", kind="+")
    return list(Supplier.objects.order_by("pk").values_list("pk", flat=True))
