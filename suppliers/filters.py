import django_filters as filters
from django.db.models import Q

from common.lists import FilterForm
from suppliers.models import Supplier

KINDS = (("sme", "Small or medium-sized"), ("vcse", "Voluntary, community or social enterprise"))
GAPS = (("number", "No company or other number"), ("contact", "No contact"))


class SupplierFilter(filters.FilterSet):
    """What may narrow the list of suppliers."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    kind = filters.ChoiceFilter(
        label="Kind", choices=KINDS, method="by_kind", empty_label="All kinds"
    )
    gap = filters.ChoiceFilter(
        label="Something missing", choices=GAPS, method="by_gap", empty_label="Any"
    )

    class Meta:
        model = Supplier
        fields = ()
        form = FilterForm

    def by_words(self, suppliers, name, value):
        return suppliers.search(value)

    def by_kind(self, suppliers, name, value):
        return suppliers.filter(**{f"is_{value}": True})

    def by_gap(self, suppliers, name, value):
        if value == "number":
            return suppliers.filter(company_number="", charity_number="", ppon="", other_number="")
        return suppliers.filter(Q(contact_name="") & Q(contact_email=""))
