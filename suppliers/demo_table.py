"""What is known of the suppliers of the demonstration beside their names: all of it invented."""

from decimal import Decimal

from suppliers.models import SupplierContact

OPERATIONAL, SENIOR, EXECUTIVE = SupplierContact.Level

# Companies that nothing is bought from, above those that are: key, name, company number, key of the parent.
PARENTS = (
    ("quillstone_group", "Quillstone Group plc", "99000101", ""),
    ("quillstone_uk", "Quillstone Environment Holdings Ltd", "99000119", "quillstone_group"),
    ("fernhollow", "Fernhollow Care Group Ltd", "99004002", ""),
)
# Who belongs to whom: key of the company, of its parent, days ago when it was found out, and why.
BELONGS = (
    ("quillstone", "quillstone_uk", 402, "From the group accounts"),
    ("marrowdale", "quillstone_uk", 402, "From the group accounts"),
    ("ferncombe", "fernhollow", 402, "From the group accounts"),
    ("hollinbrook", "fernhollow", 58, "Bought in the summer, says the trade press"),
)

# supplier, level, name, job title, e-mail, what they deal with
CONTACTS = (
    ("quillstone", OPERATIONAL, "Jude Pargeter", "Collections Manager", "jude.pargeter", "Rounds, missed bins and vehicles"),
    ("quillstone", OPERATIONAL, "Mina Castell", "Sites Supervisor", "mina.castell", "Recycling centres"),
    ("quillstone", SENIOR, "Oscar Whitlow", "Regional Director", "oscar.whitlow", "Both contracts"),
    ("quillstone", EXECUTIVE, "Dr Helena Marsh", "Chief Operating Officer", "helena.marsh", ""),
    ("marrowdale", SENIOR, "Piers Aldworth", "Plant Director", "piers.aldworth", "Availability and planned outages"),
    ("ferncombe", OPERATIONAL, "Tess Orchard", "Registered Manager", "tess.orchard", "Care north of the river"),
    ("ferncombe", SENIOR, "Gareth Lund", "Operations Director", "gareth.lund", ""),
    ("ferncombe", EXECUTIVE, "Priscilla Amos", "Managing Director", "priscilla.amos", "Senior performance reviews"),
    ("hollinbrook", OPERATIONAL, "Nadia Rook", "Registered Manager", "nadia.rook", "Care in the city"),
    ("hollinbrook", SENIOR, "Gareth Lund", "Operations Director, Fernhollow", "gareth.lund", ""),
    ("larkmoor", OPERATIONAL, "Bryn Tolland", "Service Manager", "bryn.tolland", "Supported living"),
    ("larkmoor", SENIOR, "Esme Hartnoll", "Director of Care", "esme.hartnoll", "Safeguarding"),
    ("larkmoor", EXECUTIVE, "Felix Dunmore", "Chief Executive", "felix.dunmore", ""),
    ("dalesrider", OPERATIONAL, "Carys Bowman", "Depot Manager", "carys.bowman", "Routes and escorts"),
    ("dalesrider", SENIOR, "Imran Keel", "Contracts Director", "imran.keel", ""),
    ("dalesrider", EXECUTIVE, "Rosalind Peake", "Managing Director", "rosalind.peake", ""),
    ("tarnwick", SENIOR, "Hugh Bannister", "Framework Director", "hugh.bannister", "Highways and winter service"),
    ("tarnwick", EXECUTIVE, "Marguerite Stowe", "Chief Executive", "marguerite.stowe", ""),
    ("greenladle", OPERATIONAL, "Sunil Frame", "Area Catering Manager", "sunil.frame", "Menus and kitchens"),
    ("casewright", OPERATIONAL, "", "Service Desk", "desk", "Faults, at any hour"),
)  # fmt: skip
# Somebody who has left, and who says so: supplier, name, job title, e-mail, days ago, by whom.
LEFT = (
    ("quillstone", "Barnaby Cole", "Collections Manager", "barnaby.cole", 150, "bethany"),
    ("larkmoor", "Winnie Sharp", "Service Manager", "winnie.sharp", 88, "ruth"),
)  # fmt: skip

# What was paid, in thousands, in the last four complete financial years, the latest last; None is not recorded.
SPEND = {
    "quillstone": (12_980, 13_940, 15_110, 16_240),
    "marrowdale": (7_900, 8_020, 8_310, 8_290),
    "ferncombe": (None, 3_180, 3_720, 4_160),
    "hollinbrook": (None, 3_610, 3_890, 3_940),
    "larkmoor": (None, 4_700, None, 5_310),
    "dalesrider": (None, 6_900, 7_480, 8_120),
    "greenladle": (None, 4_610, 4_730, 4_820),
    "tarnwick": (8_750, 9_020, 8_870, 9_460),
    "casewright": (None, None, 640, 655),
    "careline": (None, 410, 433, 447),
}  # fmt: skip
SPEND_IN_EUROS = {"heftline": (None, None, None, 610)}
SOURCE = "General ledger, net of VAT"

# The same body under two spellings: name, key of the other, spend of last year in thousands.
TWICE = (
    ("Bright Stair Cleaning", "brightstair", 38),
    ("Dalesrider Passenger Transport Limited", "dalesrider", 212),
    ("Swimwise Leisure", "swimwise", None),
)
# Alike, and not the same: name, company number, key of the other.
NOT_TWICE = ("Voiceways Advocacy Trading Ltd", "99040118", "voiceways")
# One that was put right: name, key of the one that stays, days ago, what was paid the year before last, and why.
PUT_RIGHT = (
    "Inkwell Office Machines (Northmere)", "inkwell", 96, Decimal("18250.40"),
    "Same address and bank account; the shop was entered by its sign",
)  # fmt: skip
