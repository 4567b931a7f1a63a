from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.db.models import Q

from accounts.lookups import PersonField
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.forms import Form, ModelForm, MoneyField, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from contracts import rules
from contracts.models import PEOPLE, Contract, ContractSupplier, Tier
from suppliers.lookups import SupplierField

SHOWN_IN_HISTORY = "Shown in the contract's history"


class PeopleFields(forms.Form):
    """The three people of a contract, typed by name or e-mail address."""

    oco = PersonField(label="Operational Contract Owner (OCO)", required=False)
    deputy = PersonField(label="Deputy owner", required=False)
    sro = PersonField(label="SRO", required=False)

    def clean(self):
        values = super().clean()
        _report_problems(self, values)
        return values


def _report_problems(form, values):
    for field, sentence in rules.problems(values):
        if field in form.fields and field not in form.errors:
            form.add_error(field, sentence)


def tier_choices(organisation, current=""):
    """The tiers in use here; Platinum only where it is switched on, or already given."""
    shown = [
        (tier.value, tier.label)
        for tier in Tier
        if tier != Tier.PLATINUM or organisation.platinum_tier or current == Tier.PLATINUM
    ]
    return [("", "Not tiered"), *shown]


class ContractForm(KeepsLookups, VersionMixin, ModelForm):
    """A contract's own columns. What is checked here is checked for imported rows too."""

    supplier = SupplierField(label="Lead supplier", required=False)
    add_supplier = forms.BooleanField(
        label="This is a new supplier: add it", required=False, widget=forms.HiddenInput
    )
    oco = PersonField(label="Operational Contract Owner (OCO)", required=False)
    deputy = PersonField(label="Deputy owner", required=False)
    sro = PersonField(label="SRO", required=False)
    value = MoneyField(
        label="Award value", required=False, help_text="For the whole term, as awarded"
    )
    annual_value = MoneyField(label="Annual value", required=False)
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Contract
        fields = (
            "reference", "title", "description", "supplier", "unit", "oco", "deputy", "sro",
            "tier", "stage", "regime",
            "signed_on", "effective_on", "commences_on", "initial_end_on", "ends_on",
            "notice_period", "notice_unit", "review_on",
            "value", "annual_value", "currency", "vat_basis",
            "procurement_route", "nature", "category", "cpv_code",
            "finance_reference", "ocid", "notes",
        )  # fmt: skip
        widgets = {
            "notice_period": forms.TextInput(
                attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}
            ),
            "currency": forms.TextInput(attrs={"class": "govuk-input--width-4"}),
            "cpv_code": forms.TextInput(attrs={"class": "govuk-input--width-10"}),
            "description": forms.Textarea(attrs={"rows": 4}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, user, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        contract = self.instance
        self.fields["sro"].label = organisation.sro_label
        self.fields["tier"].choices = tier_choices(organisation, contract.tier)
        in_use = Q(is_active=True) | Q(pk=contract.unit_id)
        self.fields["unit"].queryset = BusinessUnit.objects.filter(in_use).order_by("name")
        self.fields["unit"].empty_label = "Choose a business unit"
        if contract.pk:
            self._keep_from_those_who_may_not()
        else:
            del self.fields["reason"]
        for name in ("value", "annual_value"):
            self.fields[name].currency = contract.currency
        for name in ("regime", "nature", "vat_basis"):
            self.fields[name].choices = [("", "Not known"), *list(self.fields[name].choices)[1:]]
        self._offer_to_add_the_supplier()
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _keep_from_those_who_may_not(self):
        contract, user = self.instance, self.user
        if not contract.allows(user, Permission.ASSIGN_PEOPLE):
            self._lock(("oco", "deputy", "sro"), "The owner or the Procurement Unit chooses people")
        self._lock(("tier",), "Decided in the Tiering section of the contract's page")
        if not contract.allows(user, Permission.ADD_CONTRACTS):
            self._lock(("unit",), "The Procurement Unit moves contracts between units")

    def _lock(self, names, why):
        for name in names:
            self.fields[name].disabled = True
            self.fields[name].help_text = why

    def _offer_to_add_the_supplier(self):
        """Only after a name was not found, and only to those who may add suppliers."""
        named = self.data.get(self.add_prefix("supplier")) if self.is_bound else ""
        offered = named and self.user.may(Permission.EDIT_SUPPLIERS)
        if not offered:
            del self.fields["add_supplier"]

    def clean(self):
        values = super().clean()
        self._accept_a_new_supplier(values)
        self._refuse_a_lead_named_twice(values.get("supplier"))
        _report_problems(self, values)
        return values

    def _accept_a_new_supplier(self, values):
        if "supplier" not in self.errors or "add_supplier" not in self.fields:
            return
        unknown = any(e.code == "unknown" for e in self.errors["supplier"].as_data())
        if not unknown:
            return
        if values.get("add_supplier"):
            del self._errors["supplier"]
            values["supplier"] = None
            values["new_supplier"] = self.data[self.add_prefix("supplier")].strip()
        else:
            self.fields["add_supplier"].widget = forms.CheckboxInput()

    def _refuse_a_lead_named_twice(self, supplier):
        contract = self.instance
        if (
            supplier
            and contract.pk
            and supplier.pk != contract.supplier_id
            and contract.further_suppliers.filter(supplier=supplier).exists()
        ):
            self.add_error(
                "supplier",
                f"{supplier} is named on this contract as a further supplier: remove it there first",
            )

    def clean_reference(self):
        reference = self.cleaned_data["reference"].strip()
        taken = Contract.objects.filter(reference__iexact=reference).exclude(pk=self.instance.pk)
        if taken.exists():
            raise forms.ValidationError("There is a contract with this reference already")
        return reference

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()

    def _layout(self):
        parts = [
            Fieldset("What it is", "reference", "title", "description", "supplier",
                     *(["add_supplier"] if "add_supplier" in self.fields else []),
                     "nature", "category", "cpv_code"),
            Fieldset("Who answers for it", "unit", "oco", "deputy", "sro"),
            Fieldset("How it is managed", "tier", "stage", "regime", "procurement_route"),
            Fieldset("Dates", "signed_on", "effective_on", "commences_on", "initial_end_on", "ends_on",
                     Div("notice_period", "notice_unit", css_class="app-side-by-side"), "review_on"),
            Fieldset("Money", "value", "annual_value", Div("currency", "vat_basis", css_class="app-side-by-side")),
            Fieldset("Other systems and notes", "finance_reference", "ocid", "notes"),
        ]  # fmt: skip
        if "reason" in self.fields:
            parts.append(Field("reason"))
        return Layout("version", *parts)

    @property
    def changes(self):
        """What the action is to write: the cleaned columns, without the form's own fields."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return values | {"new_supplier": self.cleaned_data.get("new_supplier", "")}


class OutcomeForm(VersionMixin, ModelForm):
    """What follows a date that has come: extended, closing, ended, or reviewed."""

    submit_label = "Save"
    reason = reason_field("What was decided, and why?", required=True, help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Contract
        fields = ("stage", "ends_on", "review_on")
        widgets = {"stage": forms.RadioSelect}

    def clean(self):
        values = super().clean()
        _report_problems(self, {"commences_on": self.instance.commences_on, **values})
        return values

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PeopleForm(KeepsLookups, VersionMixin, PeopleFields, ModelForm):
    """Who owns, deputises and answers for one contract."""

    submit_label = "Save people"
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Contract
        fields = PEOPLE

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sro"].label = organisation.sro_label


class AssignForm(PeopleFields, Form):
    """The same people for several contracts at once; a box left empty keeps who is there."""

    submit_label = "Save people"
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sro"].label = organisation.sro_label
        for name in PEOPLE:
            self.fields[
                name
            ].help_text = "Full name or e-mail address. Leave empty to keep who is there"
        self.helper.form_tag = False
        self.helper.inputs = []

    def clean(self):
        values = super().clean()
        if not self.errors and not any(values.get(name) for name in PEOPLE):
            raise forms.ValidationError("Name at least one person")
        return values

    def add_problems(self, problems):
        """One error for each contract that the rules refuse."""
        for contract, field, sentence in problems:
            self.add_error(field, f"{contract.reference}: {sentence}")


class FurtherSupplierForm(ModelForm):
    """A supplier beside the lead."""

    submit_label = "Add supplier"
    supplier = SupplierField(label="Supplier")

    class Meta:
        model = ContractSupplier
        fields = ("supplier", "part")

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["part"].label = "Part in the contract"

    def clean_supplier(self):
        supplier = self.cleaned_data["supplier"]
        if supplier.pk == self.contract.supplier_id:
            raise forms.ValidationError("This is the lead supplier of the contract already")
        if self.contract.further_suppliers.filter(supplier=supplier).exists():
            raise forms.ValidationError("This supplier is named on the contract already")
        return supplier
