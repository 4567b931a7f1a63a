"""The people of the demonstration: Northmere Council, which does not exist."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from accounts.models import BusinessUnit, Membership, Organisation, User
from common.demo import moment, save_as_of

DOMAIN = "northmere.example"
# Known to everybody who can read this, which is why the demonstration stays out of production.
PASSWORD = "northmere-demo"  # noqa: S105
OPENED = 760  # days since the council began to keep its register here

UNITS = {
    "ASC": "Adult Social Care",
    "CHS": "Children and Education",
    "CLL": "Culture, Libraries and Leisure",
    "COR": "Corporate Resources",
    "DIG": "Digital and Customer Services",
    "ENV": "Environment and Waste",
    "HOU": "Housing",
    "HWY": "Highways and Transport",
    "PRO": "Property and Facilities",
    "PUH": "Public Health",
}


# Telephone numbers from 01632 960000 are kept free for fiction, here and for suppliers.


@dataclass(frozen=True)
class Person:
    """`held` are roles beside those on contracts: `procurement`, or `viewer` with the units it covers.

    `sign_in` says in one line whom this person stands for; the others fill the register.
    """

    name: str
    job_title: str
    held: str = ""
    units: tuple[str, ...] = ()
    sign_in: str = ""
    left_days_ago: int = 0

    @property
    def key(self):
        return self.name.split(" ")[0].casefold()

    @property
    def email(self):
        return f"{self.name.casefold().replace(' ', '.')}@{DOMAIN}"


PEOPLE = (
    Person("Priya Raman", "Head of Procurement", "procurement", sign_in="Procurement Unit"),
    Person("Tomasz Wilk", "Category Manager", "procurement"),
    Person("Hannah Osei", "Procurement Officer", "procurement"),
    Person("Alex Shah", "Commissioning Manager", sign_in="OCO with six contracts in adult social care"),
    Person("Bethany Cole", "Waste Contracts Manager", sign_in="OCO of the waste contracts"),
    Person("Kofi Mensah", "ICT Service Manager", sign_in="OCO of the systems"),
    Person("Grace Holloway", "Contracts Officer", sign_in="Deputy owner in adults' and children's services"),
    Person("Margaret Ellery", "Director of Adult Services", sign_in="SRO of twelve contracts"),
    Person("Colin Drummond", "Director of Place", sign_in="SRO of the largest contracts"),
    Person("Denise Harrow", "Business Manager", "unit_contact", ("ASC", "PUH"), sign_in="Unit contact of Adult Social Care and Public Health"),
    Person("Callum Firth", "Finance Business Partner", "viewer", ("ASC", "CHS"), sign_in="Viewer of two business units"),
    Person("Rhys Beddow", "Internal Auditor", "auditor", sign_in="Auditor"),
    Person("Marta Lindqvist", "Systems Administrator", "administrator", sign_in="Administrator"),
    Person("Owen Pugh", "Business Manager", "unit_contact", ("ENV", "HWY")),
    Person("Leila Farouk", "Business Manager", "unit_contact", ("CHS", "CLL")),
    Person("Nicole Abara", "Business Manager", "unit_contact", ("HOU", "PRO")),
    Person("Sana Iqbal", "Transport Accountant", "viewer", ("HWY",)),
    Person("Anjali Desai", "Director of Children's Services"),
    Person("Victor Lam", "Director of Resources"),
    Person("Helen Strachan", "Director of Housing and Property"),
    Person("Robert Quaye", "Director of Public Health"),
    Person("Maria Santos", "Highways Contract Manager"),
    Person("Yusuf Demir", "Passenger Transport Manager"),
    Person("Ewan Douglas", "Facilities Manager"),
    Person("Farah Siddiqui", "Children's Commissioning Officer"),
    Person("Lucy Whitfield", "Repairs Contract Manager"),
    Person("Daniel Okafor", "Public Health Commissioner"),
    Person("Imogen Clarke", "Libraries and Leisure Manager"),
    Person("Peter Novak", "Corporate Contracts Manager"),
    Person("Ruth Ackroyd", "Supported Living Commissioner"),
    Person("Samuel Tierney", "Carers' Commissioner", left_days_ago=24),
)  # fmt: skip


def build(today):
    """The council, its units and its people: ({code: unit}, {first name: person})."""
    opened = moment(today, OPENED, hour=9)
    organisation = Organisation(
        pk=1, name="Northmere Council", colour="#1f4e5f", platinum_tier=True
    )
    save_as_of(organisation, at=opened, reason="Set up")
    units = {
        code: save_as_of(BusinessUnit(name=name, code=code), at=opened, reason="Set up")
        for code, name in UNITS.items()
    }
    # Hashed once: thirty hashes would take longer than all the rest.
    password = make_password(PASSWORD)
    people = {
        person.key: _add(person, f"01632 960 {100 + number}", password, units, opened)
        for number, person in enumerate(PEOPLE)
    }
    for person in PEOPLE:
        if person.left_days_ago:
            _leave(people[person.key], at=moment(today, person.left_days_ago), by=people["marta"])
    return units, people


def _add(person, telephone, password, units, opened):
    user = User(
        email=person.email, name=person.name, job_title=person.job_title,
        telephone=telephone, password=password, date_joined=opened,
    )  # fmt: skip
    save_as_of(user, at=opened, reason="Set up")
    for unit in [units[code] for code in person.units] or [None]:
        if person.held:
            membership = Membership(user=user, role=person.held, unit=unit)
            save_as_of(membership, at=opened, reason="Set up")
    return user


def _leave(user, *, at, by):
    user.is_active = False
    save_as_of(user, at=at, by=by, reason="Left the council")


def bulk_build(today, *, units=40, people=200):
    """The council with more units and people, for measuring: (unit ids, owners' ids, SROs' ids, {name: person}).

    The owners and SROs are to be drawn from: the officers stand there many times, so that the people
    who can be signed in as look after as many contracts as one person can.
    """
    _, named = build(today)
    here = BusinessUnit.objects.count()
    BusinessUnit.objects.bulk_create(
        BusinessUnit(name=f"Service area {n:02d}", code=f"SA{n:02d}")
        for n in range(here + 1, units + 1)
    )
    password = named["priya"].password
    User.objects.bulk_create(
        User(name=f"Officer {n:03d}", email=f"officer.{n:03d}@{DOMAIN}", password=password)
        for n in range(len(named) + 1, people + 1)
    )
    officers = list(
        User.objects.filter(name__startswith="Officer").order_by("pk").values_list("pk", flat=True)
    )
    directors = [p.pk for p in named.values() if p.job_title.startswith("Director")]
    owners = [p.pk for p in named.values() if p.is_active and p.pk not in directors]
    unit_ids = list(BusinessUnit.objects.order_by("pk").values_list("pk", flat=True))
    return unit_ids, owners + officers[30:] * 20, directors + officers[:30] * 20, named


def sign_ins():
    """(address, whom it stands for) of the demonstration's people who are here."""
    here = set(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True))
    return [(p.email, p.sign_in) for p in PEOPLE if p.sign_in and p.email in here]
