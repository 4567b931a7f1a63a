from django.db.models import Q
from django.urls import reverse

from common import navigation, search
from suppliers import (
    actions,
    contacts,
    duplicates,
    facts,
    merging,
    pages,
    sections,
    spending,
    trail,
)
from suppliers.columns import amounts, amounts_in_brief, amounts_in_short
from suppliers.models import DuplicateCandidate, Supplier, SupplierContact, SupplierSpend
from suppliers.rules import CLEAN_NUMBER, add_up, as_stored

navigation.register(navigation.Item("suppliers", "Suppliers", "suppliers:list", order=30))

pages.register(pages.Page("list", "All suppliers", "suppliers:list", order=0))

sections.register(sections.Section("overview", "Overview", "suppliers:supplier", order=0))
sections.register(
    sections.Section(
        "spend", "Spend", "suppliers:spend", order=25,
        summary_template="suppliers/_spend_summary.html", summary=spending.summary,
    )
)  # fmt: skip
sections.register(
    sections.Section(
        "contacts", "Contacts", "suppliers:contacts", order=30,
        summary_template="suppliers/_contacts_summary.html", summary=contacts.summary,
    )
)  # fmt: skip
sections.register(sections.Section("history", "History", "suppliers:history", order=100))


facts.register(
    facts.Fact(
        "spend", "Spend last year", spending.last_year_of_suppliers, default=spending.NOT_RECORDED, order=20,
        show=amounts, short=amounts_in_short, brief=amounts_in_brief, hint=spending.last_year_hint, add=add_up,
        url=lambda supplier: reverse("suppliers:spend", args=[supplier.pk]), in_list=False,
    )
)  # fmt: skip

# Columns of the list. The page shows all contacts, by level.
for fact in (
    facts.Fact(
        "contact", "Contact", contacts.first_of_suppliers, part="contact",
        default="", numeric=False, order=2, on_page=False,
    ),
    facts.Fact(
        "contact_email", "Contact e-mail", contacts.first_of_suppliers, part="contact_email",
        default="", numeric=False, order=3, on_page=False, in_list=False,
    ),
    facts.Fact(
        "contact_telephone", "Contact telephone", contacts.first_of_suppliers, part="contact_telephone",
        default="", numeric=False, order=4, on_page=False, in_list=False,
    ),
):  # fmt: skip
    facts.register(fact)


@trail.source
def of_the_supplier(supplier_ids, user):
    return Supplier.history.filter(id__in=supplier_ids)


@trail.source
def of_its_contacts(supplier_ids, user):
    return SupplierContact.history.filter(supplier_id__in=supplier_ids)


@trail.source
def of_its_spend(supplier_ids, user):
    return SupplierSpend.history.filter(supplier_id__in=supplier_ids)


for mover in (
    merging.Mover(Supplier, "parent", "company that belongs to it,companies that belong to it",
                  move=actions.move_companies, order=30),
    merging.Mover(Supplier, "merged_into", "supplier that was merged into it earlier,suppliers that were merged into it earlier", order=90),
    merging.Mover(DuplicateCandidate, "one", move=duplicates.move_verdicts, order=95),
    # Moved with the first.
    merging.Mover(DuplicateCandidate, "other", move=lambda asked: 0, order=96),
    merging.Mover(SupplierContact, "supplier", "contact", move=actions.move_contacts, order=20),
    merging.Mover(SupplierSpend, "supplier", "year of spend,years of spend", move=actions.move_spend, order=25),
):  # fmt: skip
    merging.register(mover)


def find(user, text, limit):
    """By what they are called, or were called before they were merged."""
    found = Supplier.objects.known_to(user).search(text).select_related("merged_into")
    return [_hit(supplier) for supplier in found.order_by("name", "pk")[:limit]]


def _hit(supplier):
    if now := supplier.merged_into:
        return search.Hit(now.name, f"Was also recorded as {supplier.name}", now.get_absolute_url())
    number = supplier.company_number
    detail = f"Company number {number}" if number else ""
    return search.Hit(supplier.name, detail, supplier.get_absolute_url())


def exact(user, text):
    """A number leads straight to the supplier, when one alone has it."""
    meant = Q()
    for column in CLEAN_NUMBER:
        if number := as_stored(column, text):
            meant |= Q(**{column: number})
    found = Supplier.objects.visible_to(user).filter(meant)[:2] if meant else []
    return found[0].get_absolute_url() if len(found) == 1 else None


search.register(
    search.Source(
        "suppliers",
        "Suppliers",
        find,
        lambda query: f"{reverse('suppliers:list')}?{query}",
        exact,
        order=20,
    )
)
