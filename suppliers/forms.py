from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.validators import MaxLengthValidator

from common.forms import Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from suppliers.contacts import PURPOSE
from suppliers.lookups import SupplierField, distinguish
from suppliers.models import Supplier, SupplierContact
from suppliers.rules import CLEAN_NUMBER, normalise_name

LONGEST_NUMBER = 40
SHOWN_IN_HISTORY = "Shown in the supplier's history"
# Of a new supplier: the box, and the column of its first contact.
FIRST_CONTACT = {"contact_name": "name", "contact_email": "email", "contact_telephone": "telephone"}
YES_NO = (("", "Not known"), ("true", "Yes"), ("false", "No"))


def _yes_no(label):
    return forms.TypedChoiceField(
        label=label, choices=YES_NO, required=False,
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small govuk-radios--inline"}),
        coerce={"true": True, "false": False}.get, empty_value=None,
    )  # fmt: skip


class SupplierForm(KeepsLookups, VersionMixin, ModelForm):
    parent = SupplierField(
        label="Parent company",
        required=False,
        help_text="The company it belongs to, by name or company number as it is in the register",
    )
    is_sme = _yes_no("Small or medium-sized (under 250 people)")
    is_vcse = _yes_no("Voluntary, community or social enterprise")
    another = forms.BooleanField(
        label="This is another supplier of the same name", required=False, widget=forms.HiddenInput
    )
    contact_name = forms.CharField(max_length=150, required=False)
    contact_email = forms.EmailField(label="Contact e-mail", required=False)
    contact_telephone = forms.CharField(max_length=40, required=False)
    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Supplier
        fields = (
            "name", "company_number", "charity_number", "vat_number", "ppon", "other_number",
            "parent", "is_sme", "is_vcse", "website", "notes",
        )  # fmt: skip
        widgets = {
            **{
                name: forms.TextInput(attrs={"class": "govuk-input--width-20"})
                for name in CLEAN_NUMBER
            },
            "notes": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("is_sme", "is_vcse"):
            known = getattr(self.instance, name)
            self.initial[name] = "" if known is None else str(known).lower()
        for name in CLEAN_NUMBER:
            # A number is typed as people write it, with spaces or without leading zeros.
            field = self.fields[name]
            field.max_length, field.validators = (
                LONGEST_NUMBER,
                [MaxLengthValidator(LONGEST_NUMBER)],
            )
            field.widget.attrs.pop("maxlength", None)
        first_contact = list(FIRST_CONTACT)
        for name in first_contact if self.instance.pk else ["reason"]:
            del self.fields[name]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset(
                "Who they are",
                "name",
                "another",
                "company_number",
                "charity_number",
                "vat_number",
                "ppon",
                "other_number",
                "parent",
                "is_sme",
                "is_vcse",
            ),
            *([] if self.instance.pk else [Fieldset("Whom to ask first", *first_contact)]),
            Fieldset(
                "Website and notes", "website", "notes", *(["reason"] if self.instance.pk else [])
            ),
        )

    def clean_company_number(self):
        return self._number("company_number", taken="{} has this company number already")

    def clean_charity_number(self):
        return self._number("charity_number")

    def clean_vat_number(self):
        return self._number("vat_number")

    def clean_ppon(self):
        return self._number("ppon", taken="{} has this PPON already")

    def _number(self, name, *, taken=""):
        typed = self.cleaned_data[name]
        if self.instance.pk and typed == self.initial.get(name):
            return typed  # what is there stays, also from before there was a rule
        try:
            number = CLEAN_NUMBER[name](typed)
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None
        if number and taken:
            others = Supplier.objects.current().exclude(pk=self.instance.pk)
            other = others.filter(**{name: number}).first()
            if other:
                raise forms.ValidationError(taken.format(other.name))
        return number

    def clean_parent(self):
        parent = self.cleaned_data["parent"]
        if parent and parent != self.instance.parent:
            sentence = Supplier.objects.problem_with_parent(self.instance.pk, parent.pk)
            if sentence:
                raise forms.ValidationError(sentence)
        return parent

    def clean(self):
        values = super().clean()
        self._ask_about_namesakes(values)
        return values

    def _ask_about_namesakes(self, values):
        """Two bodies may share a name, but mostly it is one that was added twice: ask."""
        name = normalise_name(values.get("name", ""))
        if not name or values.get("another") or name == self.instance.normalised_name:
            return
        namesake = (
            Supplier.objects.current()
            .filter(normalised_name=name)
            .exclude(pk=self.instance.pk)
            .first()
        )
        if namesake:
            self.fields["another"].widget = forms.CheckboxInput()
            self.add_error(
                "name",
                f"{distinguish(namesake)} is here already. Tick the box below if this is another",
            )

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def first_contact(self):
        return {column: self.cleaned_data[name] for name, column in FIRST_CONTACT.items()}


class ContactForm(VersionMixin, ModelForm):
    """Somebody at a supplier."""

    reason = reason_field("Why are you changing this?", help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = SupplierContact
        fields = ("level", "name", "job_title", "email", "telephone", "deals_with", "notes")
        widgets = {"level": forms.RadioSelect, "notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [
            (level.value, f"{level.label}: {PURPOSE[level][:1].lower()}{PURPOSE[level][1:]}")
            for level in SupplierContact.Level
        ]
        self.fields["telephone"].widget.attrs["class"] = "govuk-input--width-20"
        if not self.instance.pk:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []

    def clean(self):
        values = super().clean()
        ways = ("name", "email", "telephone")
        if not self.errors and not any(values.get(name) for name in ways):
            self.add_error("name", "Enter a name, an e-mail address or a telephone number")
        return values

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RetireContactForm(Form):
    """Why somebody is no longer a contact."""

    submit_label = "Retire this contact"

    reason = reason_field("Reason", help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, contact, **kwargs):
        super().__init__(*args, **kwargs)
        self.cancel_url = contact.get_absolute_url()


class LevelAsked(forms.Form):
    """Which level a new contact is for, by the link that led here; what is not understood is left aside."""

    level = forms.ChoiceField(choices=SupplierContact.Level, required=False)

    @property
    def chosen(self):
        return (self.is_valid() and self.cleaned_data["level"]) or SupplierContact.Level.OPERATIONAL
