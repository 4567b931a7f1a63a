from django.urls import reverse

from common import navigation, search
from suppliers import pages, sections
from suppliers.models import Supplier

navigation.register(navigation.Item("suppliers", "Suppliers", "suppliers:list", order=30))

pages.register(pages.Page("list", "All suppliers", "suppliers:list", order=0))

sections.register(sections.Section("overview", "Overview", "suppliers:supplier", order=0))
sections.register(sections.Section("history", "History", "suppliers:history", order=100))


def find(user, text, limit):
    found = Supplier.objects.visible_to(user).search(text).order_by("name", "pk")[:limit]
    return [
        search.Hit(
            s.name,
            f"Company number {s.company_number}" if s.company_number else "",
            s.get_absolute_url(),
        )
        for s in found
    ]


def exact(user, text):
    """A company number leads straight to the supplier."""
    found = (
        Supplier.objects.visible_to(user)
        .filter(company_number=text.upper())
        .exclude(company_number="")
    )
    first = found.first()
    return first.get_absolute_url() if first else None


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
