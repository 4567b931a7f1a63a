from crispy_forms.layout import HTML, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.permissions import Permission
from common.forms import WRITTEN_DATE_FORMATS, ChangeForm, DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from contracts.documents import rules
from contracts.documents.models import DATE_VALIDATORS, Document, Publication, Version

SHOWN_IN_HISTORY = "Shown in the contract's history"
CONFIDENTIAL_HELP = "Only the OCO, the SRO and the Procurement Unit will know that it is here. Deputies, viewers and auditors will not, and no e-mail tells of its dates"  # fmt: skip
NO_DATE = "Enter the date on which it takes effect"
ASK_FOR_CONFIDENTIAL = (
    "What you add here can be read by everybody who sees this contract. If it is confidential, ask the OCO "
    "or the Procurement Unit to add it."
)


class UploadField(forms.FileField):
    """A file that is taken in only if its name, its declared type and its content agree."""

    widget = forms.FileInput
    default_error_messages = {
        "empty": "The file is empty. Check that it was saved, then choose it again"
    }

    def __init__(self, **kwargs):
        limit = rules.in_words(settings.UPLOAD_MAX_BYTES)
        kwargs.setdefault("label", "File")
        kwargs.setdefault("help_text", f"{rules.ACCEPTED_IN_WORDS}. {limit} at most")
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = rules.ACCEPT

    def clean(self, data, initial=None):
        file = super().clean(data, initial)
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(
                f"The file is {rules.in_words(file.size)}; the most that can be kept is "
                f"{rules.in_words(settings.UPLOAD_MAX_BYTES)}. Make its pictures smaller, or split it"
            )
        try:
            rules.recognise(file.name, file.content_type or "", file)
        except rules.NotAccepted as problem:
            raise ValidationError(str(problem)) from problem
        return file


class WithFile:
    """A form with a file, which a page with errors cannot show again: it says so beside the field."""

    def full_clean(self):
        super().full_clean()
        file = self.files.get("file") if self.is_bound else None
        if file and self.errors and "file" not in self.errors:
            name = rules.safe_name(file.name)
            self.add_error("file", f"Choose “{name}” again: nothing was saved, and browsers do not keep files")  # fmt: skip


class DocumentForm(VersionMixin, ModelForm):
    """What is said about a document. `confidential` is offered to those who may read what is."""

    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Document
        fields = (
            "kind", "title", "number", "confidential", "publication", "publication_note", "retain_until", "review_on",
        )  # fmt: skip
        widgets = {"kind": forms.RadioSelect, "publication": forms.RadioSelect}
        labels = {
            "kind": "What is it?",
            "confidential": "Confidential",
            "publication": "May the public have it?",
        }
        help_texts = {
            "confidential": CONFIDENTIAL_HELP,
            "retain_until": "When it need not be kept any longer, by your retention schedule. You are reminded",
            "review_on": "For plans that must be looked at again, such as for business continuity. You are reminded",
        }
        error_messages = {
            "kind": {"required": "Choose what it is"},
            "publication": {"required": "Say whether the public may have it"},
        }

    def __init__(self, *args, contract, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        for name in ("kind", "publication"):
            self.fields[name].choices = Document._meta.get_field(name).choices
            self.fields[name].widget.attrs["class"] = "govuk-radios--small"
        self.fields["kind"].widget.attrs["class"] += " govuk-radios--inline"
        self.may_keep_secrets = contract.allows(user, Permission.VIEW_CONFIDENTIAL)
        if not self.may_keep_secrets:
            del self.fields["confidential"]
        self.fields["number"].widget.attrs["class"] = "govuk-input--width-4"
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _layout(self):
        return Layout(
            "version", "kind", "title", "number", *self._about_readers(), *self._about_dates(), "reason"
        )  # fmt: skip

    def _about_readers(self):
        secret = "confidential" if self.may_keep_secrets else HTML(
            f'<p class="govuk-body">{ASK_FOR_CONFIDENTIAL}</p>'
        )  # fmt: skip
        return [Fieldset("Who may read it?", secret, "publication", "publication_note")]

    def _about_dates(self):
        return [Fieldset("When must somebody look at it again?", "review_on", "retain_until")]

    def clean(self):
        values = super().clean()
        publication = values.get("publication")
        unsaid = not values.get("publication_note") and "publication_note" not in self.errors
        if publication == Publication.REDACTED and unsaid:
            self.add_error("publication_note", "Say what is redacted, and why")
        if publication == Publication.YES and values.get("confidential"):
            self.add_error("publication", "A confidential document cannot be published in full")
        return values

    @property
    def changes(self):
        """What the action is to write."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}


class AddForm(WithFile, DocumentForm):
    """A document with its first version."""

    file = UploadField()
    effective_on = DateField(
        label="Takes effect on",
        validators=DATE_VALIDATORS,
        error_messages={"required": NO_DATE},
        help_text="For a contract or a change note the effective date in it, for minutes the day of the meeting",
    )
    note = forms.CharField(
        label="Note", required=False, max_length=500, help_text="What a colleague must know about this file"
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["reason"], self.fields["version"]

    def _layout(self):
        return Layout(
            Fieldset("The document", "kind", "title", "number"),
            Fieldset("The file", "file", "effective_on", "note"),
            *self._about_readers(),
            *self._about_dates(),
        )


class VersionAddForm(WithFile, Form):
    """A further version of a document."""

    COUNTS = (
        ("effective", "From the date on which it takes effect"),
        ("now", "From today, whatever its date"),
    )

    file = UploadField(label="File of the new version")
    effective_on = DateField(
        label="Takes effect on",
        validators=DATE_VALIDATORS,
        error_messages={"required": NO_DATE},
        help_text="The effective date in the paper",
    )
    counts = forms.ChoiceField(
        label="From when on is it the current version?", choices=COUNTS, initial="effective",
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
    )  # fmt: skip
    note = forms.CharField(
        label="What is new in it?", required=False, max_length=500,
        help_text="In a sentence, for those who know the version before",
    )  # fmt: skip
    submit_label = "Add this version"

    @property
    def values(self):
        values = dict(self.cleaned_data)
        return values | {"counts_at_once": values.pop("counts") == "now"}


class VersionForm(ChangeForm):
    """What is said about a version; its file stays as it came."""

    reason = reason_field(required=True, help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Version
        fields = ("effective_on", "note")
        labels = {"note": "What is new in it?"}


class _Decision(Form):
    """A reason, and which version of the document the person saw when they gave it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = reason_field("Reason", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = document.version
        self.cancel_url = document.get_absolute_url()

    @property
    def decision(self):
        values = dict(self.cleaned_data)
        return values | {"seen": values.pop("version")}

    def opened_again(self, document):
        """The same form with what was typed, for the document as it is now."""
        data = self.data.copy()
        data["version"] = str(document.version)
        return type(self)(data, document=document, initial=self.initial)


class MakeCurrentForm(_Decision):
    submit_label = "Make it current"
    from_on = DateField(label="From which day on?", validators=DATE_VALIDATORS)
    field_order = ("version", "from_on", "reason")


class WithdrawVersionForm(_Decision):
    submit_label = "Withdraw this version"


class WithdrawForm(_Decision):
    submit_label = "Withdraw this document"
    on = DateField(label="From which day on does it no longer count?", validators=DATE_VALIDATORS)
    field_order = ("version", "on", "reason")

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise ValidationError("The day must be today or in the past")
        return on


class BringBackForm(_Decision):
    submit_label = "Bring it back"


class DisposeForm(_Decision):
    submit_label = "Destroy its files"
    is_dangerous = True
    is_needed_by_nobody = forms.BooleanField(
        label="No claim, audit or request for information needs it",
        error_messages={"required": "Make sure that no claim, audit or request for information needs it, and tick the box"},
    )  # fmt: skip
    field_order = ("version", "is_needed_by_nobody", "reason")

    @property
    def decision(self):
        return {
            name: value for name, value in super().decision.items() if name != "is_needed_by_nobody"
        }


class DayForm(Form):
    """On which day to look at the contract; today, unless another is asked for."""

    submit_label = ""
    on = DateField(
        label="On another day", required=False, input_formats=WRITTEN_DATE_FORMATS,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        help_text="For example 31/1/2026",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.hide_optional = True

    @property
    def day(self):
        asked = self.cleaned_data.get("on") if self.is_valid() else None
        return asked or timezone.localdate()
