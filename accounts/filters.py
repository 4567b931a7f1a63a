import django_filters as filters
from django.db.models import Exists, OuterRef

from accounts.models import BusinessUnit, Membership, User
from common.lists import FilterForm

STATES = (("active", "Can sign in"), ("left", "Has left"))


class PersonFilter(filters.FilterSet):
    q = filters.CharFilter(label="Name or e-mail address", method="by_words", max_length=200)
    role = filters.ChoiceFilter(
        label="Role", choices=[*Membership.RoleChoices.choices, ("none", "No role given")],
        method="by_membership", empty_label="All roles",
    )  # fmt: skip
    unit = filters.ModelChoiceFilter(
        label="Business unit", queryset=BusinessUnit.objects.order_by("name"),
        method="by_membership", empty_label="All units",
    )  # fmt: skip
    state = filters.ChoiceFilter(
        label="Access", choices=STATES, method="by_state", empty_label="Everybody"
    )

    class Meta:
        model = User
        fields = ()
        form = FilterForm

    def by_membership(self, people, name, value):
        """Role and unit are asked of one and the same membership, whichever of the two is filtered by."""
        role, unit = self.form.cleaned_data.get("role"), self.form.cleaned_data.get("unit")
        held = Membership.objects.filter(user=OuterRef("pk"))
        if role == "none":
            return people.exclude(Exists(held))
        if role:
            held = held.filter(role=role)
        if unit:
            held = held.filter(unit=unit)
        return people.filter(Exists(held))

    def by_words(self, people, name, value):
        for word in value.split()[:8]:
            people = people.matching(word)
        return people

    def by_state(self, people, name, value):
        return people.filter(is_active=value == "active")
