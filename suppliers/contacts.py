"""The people at a supplier, as pages want them."""

from suppliers.models import SupplierContact

LEVELS = {value: rank for rank, value in enumerate(SupplierContact.Level.values)}
# What each level is there for, where there is nobody yet.
PURPOSE = {
    SupplierContact.Level.OPERATIONAL: "Whom to ask about day-to-day delivery",
    SupplierContact.Level.SENIOR: "Whom to turn to when that does not help",
    SupplierContact.Level.EXECUTIVE: "Who answers for the contract, such as the chief executive",
}


def by_level(contacts):
    """Each level with its contacts, also where there is nobody."""
    contacts = list(contacts)
    return [
        {
            "level": level.value,
            "label": level.label,
            "purpose": PURPOSE[level],
            "contacts": [contact for contact in contacts if contact.level == level],
        }
        for level in SupplierContact.Level
    ]


def first_of_suppliers(user, supplier_ids):
    """{supplier: contact, contact_email and contact_telephone of whom to ask first}. One query."""
    rows = SupplierContact.objects.active().filter(supplier__in=supplier_ids).order_by()
    found = {}
    for row in sorted(
        rows.values("pk", "supplier", "level", "name", "job_title", "email", "telephone"),
        key=lambda row: (LEVELS[row["level"]], row["name"].casefold(), row["pk"]),
    ):
        said = {
            "contact": row["name"] or row["job_title"] or row["email"] or row["telephone"],
            "contact_email": row["email"],
            "contact_telephone": row["telephone"],
        }
        found.setdefault(row["supplier"], said)
    return found


def summary(supplier, user):
    """For the overview: the active ones by level."""
    return {"levels": by_level(supplier.contacts.active())}
