from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.urls import reverse_lazy

from accounts import rules
from accounts.models import BusinessUnit, Membership, Organisation, User
from accounts.permissions import ORGANISATION_ROLES, ROLES, UNIT_ROLES
from common.forms import ChangeForm, Form, reason_field

DETAILS = ("name", "job_title", "telephone")


class PersonForm(ChangeForm):
    """A new person, or the details of one who is here."""

    cancel_url = reverse_lazy("accounts:people")

    class Meta:
        model = User
        fields = ("name", "email", "job_title", "telephone")
        help_texts = {"email": "They sign in with it, and reminders go there"}
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "telephone": forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"
        self.helper.inputs[0].value = "Add and invite" if not self.instance.pk else "Save person"
        if self.instance.pk:
            self.fields["reason"] = reason_field()
            self.cancel_url = self.instance.get_absolute_url()

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        taken = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).first()
        if taken and taken.is_active:
            raise forms.ValidationError(
                f"{taken.name or 'Somebody'} has this e-mail address already"
            )
        if taken:
            raise forms.ValidationError(
                f"{taken.name or 'Somebody'}, who has left, has this e-mail address. "
                "Find them in the list and let them back in instead"
            )
        return email


class OwnDetailsForm(ChangeForm):
    """What people may change about themselves."""

    submit_label = "Save my details"

    class Meta:
        model = User
        fields = DETAILS


class RoleForm(Form):
    """A role for a person: only those that the giver may give."""

    submit_label = "Give role"
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    unit = forms.ModelChoiceField(
        label="Business unit", queryset=BusinessUnit.objects.none(), required=False,
        empty_label="The whole organisation",
    )  # fmt: skip
    reason = reason_field("Why are you giving this role?")

    def __init__(self, *args, person, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        self.cancel_url = person.get_absolute_url()
        given = [role for role in ROLES.values() if by.may_give(role.key)]
        self.fields["role"].choices = [(r.key, f"{r.name}: {r.description}") for r in given]
        self.fields["unit"].queryset = BusinessUnit.objects.filter(is_active=True).order_by("name")
        self.fields["unit"].help_text = self._where(given)
        if not any(role.key in ORGANISATION_ROLES for role in given):
            self.fields["unit"].required = True
            self.fields["unit"].empty_label = "Choose a business unit"

    @staticmethod
    def _where(given):
        in_unit = " and ".join(role.name for role in given if role.key in UNIT_ROLES)
        sentence = f"{in_unit} are held in one unit; give the role again for each further unit."
        if any(role.key in ORGANISATION_ROLES for role in given):
            sentence += " The other roles are held for the whole organisation."
        return sentence

    def clean(self):
        values = super().clean()
        role, unit = values.get("role"), values.get("unit")
        if not role or "unit" in self.errors:
            return values
        name = ROLES[role].name
        if role in UNIT_ROLES and unit is None:
            self.add_error(
                "unit", f"Select the business unit in which {self.person} is to be {name}"
            )
        elif role in ORGANISATION_ROLES and unit is not None:
            self.add_error(
                "unit", f"{name} is held for the whole organisation: leave the unit empty"
            )
        elif Membership.objects.filter(user=self.person, role=role, unit=unit).exists():
            self.add_error("role", f"{self.person} holds this role there already")
        return values


class ReasonForm(Form):
    """Asks once more before something is taken away, and why."""

    reason = reason_field("Why?")

    def __init__(self, *args, submit_label, cancel_url, label="Why?", warn=True, **kwargs):
        self.submit_label, self.cancel_url = submit_label, cancel_url
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        if warn:
            self.helper.inputs[0].field_classes += " govuk-button--warning"


class UnitForm(ChangeForm):
    cancel_url = reverse_lazy("accounts:units")

    class Meta:
        model = BusinessUnit
        fields = ("name", "code", "is_active")
        widgets = {"code": forms.TextInput(attrs={"class": "govuk-input--width-10"})}
        help_texts = {
            "is_active": (
                "A unit out of use keeps its contracts, its roles and its history; "
                "it is no longer offered for new ones"
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_active"].label = "In use"
        self.helper.inputs[0].value = "Save unit" if self.instance.pk else "Add unit"
        if self.instance.pk:
            self.fields["reason"] = reason_field()
            self.cancel_url = self.instance.get_absolute_url()
        else:
            del self.fields["is_active"]

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        taken = BusinessUnit.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).first()
        if taken:
            out = (
                "" if taken.is_active else ", which is out of use. Put that one back in use instead"
            )
            raise forms.ValidationError(
                f"There is a business unit called {taken.name} already{out}"
            )
        return name


class OrganisationForm(ChangeForm):
    submit_label = "Save organisation"
    colour = forms.RegexField(
        r"\A#[0-9a-fA-F]{6}\Z",
        strip=True,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "spellcheck": "false"}),
        error_messages={"invalid": "Colour must be # and six figures, such as #1f4e5f"},
    )
    reason = reason_field()

    class Meta:
        model = Organisation
        fields = ("name", "colour", "sro_label", "platinum_tier")
        widgets = {"sro_label": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platinum_tier"].label = "Use a Platinum tier, above Gold"
        self.fields["platinum_tier"].help_text = ""
        self.fields["sro_label"].label = "What SRO stands for here"
        colour = self.instance.colour
        self.fields["colour"].help_text = (
            "For the bar at the top, as # and six figures. White text lies on it, so it must be dark "
            f"enough: a contrast of {rules.READABLE} or more. Now {colour}, with a contrast of "
            f"{rules.contrast_with_white(colour)}"
        )
        self.helper.layout = Layout(
            Fieldset("Name and colour", "name", "colour"),
            Fieldset("House terms", "sro_label", "platinum_tier", "reason"),
        )

    def clean_colour(self):
        colour = self.cleaned_data["colour"].lower()
        contrast = rules.contrast_with_white(colour)
        if contrast < rules.READABLE:
            raise forms.ValidationError(
                f"Colour must be darker: white text on {colour} has a contrast of {contrast}, "
                f"and {rules.READABLE} is needed to read it"
            )
        return colour
