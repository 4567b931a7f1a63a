from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.db.models import Q

from accounts.lookups import PersonField
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.forms import ChangeForm, DateField, Form, ModelForm, MoneyField, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from common.widgets import AffixInput
from contracts import rules
from contracts.lookups import ParentField
from contracts.models import (
    PEOPLE,
    Contract,
    ContractSupplier,
    Criticality,
    Office,
    Stage,
    TermOfOffice,
    Tier,
)
from suppliers.lookups import SupplierField

# What a contract may be when it is typed in; from there it moves through its gates.
STAGES_TO_BEGIN_IN = (Stage.DRAFT, Stage.AWAITING_CONDITIONS, Stage.MOBILISATION, Stage.LIVE)
SHOWN_IN_HISTORY = "Shown in the contract's history"


class PeopleFields(forms.Form):
    """The three people of a contract, typed by name or e-mail address."""

    oco = PersonField(label="Operational Contract Owner (OCO)", required=False)
    deputy = PersonField(label="Deputy owner", required=False)
    sro = PersonField(label="SRO", required=False)

    def clean(self):
        values = super().clean()
        report_problems(self, values)
        return values


def report_problems(form, values):
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


class SupplierAndPlace(KeepsLookups, VersionMixin, ModelForm):
    """What the long and the short form of a contract have in common: its reference, its supplier, and
    the contract that it stands under."""

    supplier = SupplierField(label="Lead supplier", required=False)
    add_supplier = forms.BooleanField(
        label="This is a new supplier: add it", required=False, widget=forms.HiddenInput
    )
    value = MoneyField(
        label="Award value", required=False, help_text="For the whole term, as awarded"
    )
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)
    amounts = ("value",)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        contract = self.instance
        if not contract.pk:
            del self.fields["reason"]
        for name in self.amounts:
            self.fields[name].currency = contract.currency
        self._offer_to_add_the_supplier()
        self.helper.form_tag = False
        self.helper.inputs = []

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
        report_problems(self, values)
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

    def add_problems(self, problems):
        """What the action refused, beside the fields it is about."""
        for _, field, sentence in problems:
            self.add_error(field if field in self.fields else None, sentence)

    def _with_supplier(self, *fields):
        return [*fields, "supplier", *(["add_supplier"] if "add_supplier" in self.fields else [])]

    @property
    def changes(self):
        """What the action is to write: the cleaned columns, without the form's own fields."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        return values | {"new_supplier": self.cleaned_data.get("new_supplier", "")}


class ContractForm(SupplierAndPlace):
    """A contract's own columns. What is checked here is checked for imported rows too."""

    parent = ParentField(
        label="Framework or contract it stands under",
        required=False,
        help_text="For a call-off or a spot contract. Start with its reference or title",
    )
    oco = PersonField(label="Operational Contract Owner (OCO)", required=False)
    deputy = PersonField(label="Deputy owner", required=False)
    sro = PersonField(label="SRO", required=False)
    current_value = MoneyField(
        label="Current value",
        required=False,
        help_text="With the changes made so far. Leave empty while it is as awarded",
    )
    annual_value = MoneyField(label="Annual value", required=False)
    amounts = ("value", "current_value", "annual_value")

    class Meta:
        model = Contract
        fields = (
            "reference", "title", "description", "kind", "parent", "supplier",
            "unit", "oco", "deputy", "sro",
            "tier", "stage", "regime",
            "signed_on", "effective_on", "commences_on", "initial_term_months", "initial_end_on", "ends_on",
            "notice_period", "notice_unit", "review_on",
            "value", "current_value", "annual_value", "cap_kind", "currency", "vat_basis",
            "procurement_route", "nature", "category", "cpv_code",
            "finance_reference", "ocid", "notes",
        )  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect(attrs={"class": "govuk-radios--small govuk-radios--inline"}),
            "initial_term_months": AffixInput(suffix="months", width=4, numeric=True),
            "notice_period": forms.TextInput(
                attrs={"class": "govuk-input--width-4", "inputmode": "numeric"}
            ),
            "currency": forms.TextInput(attrs={"class": "govuk-input--width-4"}),
            "cpv_code": forms.TextInput(attrs={"class": "govuk-input--width-10"}),
            "description": forms.Textarea(attrs={"rows": 4}),
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, user, organisation, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        contract = self.instance
        self.fields["sro"].label = organisation.sro_label
        self.fields["tier"].choices = tier_choices(organisation, contract.tier)
        self.fields["initial_term_months"].label = "Initial term"
        in_use = Q(is_active=True) | Q(pk=contract.unit_id)
        self.fields["unit"].queryset = BusinessUnit.objects.filter(in_use).order_by("name")
        self.fields["unit"].empty_label = "Choose a business unit"
        if contract.pk:
            del self.fields["stage"]
            self._keep_from_those_who_may_not()
        elif user:
            self.fields["stage"].choices = [(s.value, s.label) for s in STAGES_TO_BEGIN_IN]
        for name in ("regime", "nature", "cap_kind", "vat_basis"):
            self.fields[name].choices = [("", "Not known"), *list(self.fields[name].choices)[1:]]
        if user:
            self._place_among_what_they_see(Contract.objects.visible_to(user))
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

    def _place_among_what_they_see(self, contracts):
        """A contract under one that this person may not see keeps its place, and does not name it."""
        parent = self.instance.parent
        if parent and not parent.allows(self.user, Permission.VIEW_CONTRACTS):
            del self.fields["parent"], self.fields["kind"]
        else:
            self.fields["parent"].look_among(contracts.exclude(pk=self.instance.pk))

    def clean(self):
        values = super().clean()
        if "parent" in self.fields and not {"kind", "parent"} & self.errors.keys():
            self._check_its_place(values["kind"], values["parent"])
        return values

    def _check_its_place(self, kind, parent):
        for field, sentence in rules.structure_problems(
            kind, parent.place if parent else None, self.instance.kinds_of_children()
        ):
            self.add_error(field, sentence)

    def clean_currency(self):
        return self.cleaned_data["currency"].upper()

    def _layout(self):
        place = [name for name in ("kind", "parent") if name in self.fields]
        parts = [
            Fieldset("What it is", *self._with_supplier("reference", "title", "description", *place),
                     "nature", "category", "cpv_code"),
            Fieldset("Who answers for it", "unit", "oco", "deputy", "sro"),
            Fieldset("How it is managed", "tier", *(["stage"] if "stage" in self.fields else []),
                     "regime", "procurement_route"),
            Fieldset("Dates", "signed_on", "effective_on", "commences_on", "initial_term_months",
                     "initial_end_on", "ends_on",
                     Div("notice_period", "notice_unit", css_class="app-side-by-side"), "review_on"),
            Fieldset("Money", "value", "current_value", "annual_value", "cap_kind",
                     Div("currency", "vat_basis", css_class="app-side-by-side")),
            Fieldset("Other systems and notes", "finance_reference", "ocid", "notes"),
        ]  # fmt: skip
        if "reason" in self.fields:
            parts.append(Field("reason"))
        return Layout("version", *parts)


class SpotForm(SupplierAndPlace):
    """A light contract under another: what differs from its parent, and nothing else."""

    class Meta:
        model = Contract
        fields = (
            "reference", "title", "supplier", "value", "commences_on", "ends_on", "notes",
        )  # fmt: skip
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].label = "Supplier"
        self.fields["value"].label = "Value"
        self.fields["value"].help_text = ""
        reason = ["reason"] if "reason" in self.fields else []
        self.helper.layout = Layout(
            "version", *self._with_supplier("reference", "title"),
            "value", "commences_on", "ends_on", "notes", *reason,
        )  # fmt: skip


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

    def add_problems(self, problems):
        for _, field, sentence in problems:
            self.add_error(field, sentence)


class DeputyForm(Form):
    """A further deputy, with the permissions of the first."""

    submit_label = "Add deputy"
    person = PersonField(label="Deputy")
    starts_on = DateField(label="Since")
    reason = reason_field("Anything to add?", help_text=SHOWN_IN_HISTORY)

    def add_problems(self, problems):
        for _, field, sentence in problems:
            self.add_error(field, sentence)


class TermForm(ModelForm):
    """Since when and until when somebody held a part."""

    submit_label = "Save"
    starts_on = DateField(label="Since", required=False)
    ends_on = DateField(label="Until", required=False)
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)
    hide_optional = True

    class Meta:
        model = TermOfOffice
        fields = ("starts_on", "ends_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.ends_on is None:
            self.fields["ends_on"].help_text = "Leave empty while they deputise"
            if self.instance.part != Office.FURTHER:
                del self.fields["ends_on"]  # it ends when somebody else is named

    def _post_clean(self):
        """The action says what is wrong, under its lock; the row stays as it was until then."""

    def add_problems(self, problems):
        for _, field, sentence in problems:
            self.add_error(field if field in self.fields else None, sentence)


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


class PartFields(ModelForm):
    """What a further supplier does for the contract, how much hangs on them, and when."""

    class Meta:
        model = ContractSupplier
        fields = ("part", "service", "criticality", "starts_on", "ends_on")
        widgets = {"part": forms.RadioSelect, "criticality": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].label = "Part in the contract"
        criticality = self.fields["criticality"]
        criticality.label = "How critical are they?"
        criticality.choices = [*Criticality.choices, ("", "Not known")]

    def clean(self):
        values = super().clean()
        starts_on, ends_on = values.get("starts_on"), values.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "The last day must be on or after the first")
        return values


class FurtherSupplierForm(PartFields):
    """A supplier beside the lead."""

    submit_label = "Add supplier"
    supplier = SupplierField(label="Supplier")

    class Meta(PartFields.Meta):
        fields = ("supplier", *PartFields.Meta.fields)

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract

    def clean_supplier(self):
        supplier = self.cleaned_data["supplier"]
        if supplier.pk == self.contract.supplier_id:
            raise forms.ValidationError("This is the lead supplier of the contract already")
        if self.contract.further_suppliers.filter(supplier=supplier).exists():
            raise forms.ValidationError("This supplier is named on the contract already")
        return supplier


class PartForm(PartFields, ChangeForm):
    """A further supplier that is named already; which supplier it is stays."""

    submit_label = "Save"
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta(PartFields.Meta):
        pass
