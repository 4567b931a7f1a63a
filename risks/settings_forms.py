"""What may be typed about how risks are scored: the matrix, and the categories with their appetites."""

import hashlib
import json

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from common.forms import Form, ModelForm, reason_field
from common.locking import Difference, VersionMixin
from common.widgets import AffixInput
from risks import rules
from risks.models import Category
from risks.rules import LEVELS, Band

HIGHEST_SCORE, MOST_MONTHS = 1000, 60
LINES = ("medium", "high", "critical", "before_sro")
_LABELS = {
    "medium": "Medium from", "high": "High from", "critical": "Critical from",
    "before_sro": "Put before the SRO from",
}  # fmt: skip


def _whole(label, *, highest):
    return forms.IntegerField(
        label=label, min_value=1, max_value=highest, widget=AffixInput(width=3, numeric=True)
    )


def flat(matrix):
    """A matrix as the boxes of its form: {name of a box: value}."""
    return {
        **{f"likelihood_{level}": matrix.likelihoods[level - 1] for level in LEVELS},
        **{f"impact_{level}": matrix.impacts[level - 1] for level in LEVELS},
        **{
            f"score_{likelihood}_{impact}": matrix.scores[likelihood - 1][impact - 1]
            for likelihood in LEVELS
            for impact in LEVELS
        },
        **{name: getattr(matrix, name) for name in LINES},
        **{f"months_{band.value}": matrix.months[band.value] for band in Band},
    }


def label_of(name):
    """What a box of the form is called, also in the history."""
    if name in _LABELS:
        return _LABELS[name]
    what, _, rest = name.partition("_")
    if what == "score":
        return "Score of likelihood {} and impact {}".format(*rest.split("_"))
    if what == "months":
        return f"{Band(rest).label}: months until the next review"
    return f"{'How likely' if what == 'likelihood' else 'How serious'}: word for {rest}"


class MatrixForm(Form):
    """The whole matrix, judged together. `looked_at` tells for which values the page has shown what would change."""

    submit_label = ""
    hide_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    looked_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, data=None, *, row):
        super().__init__(data, initial=flat(row) | {"version": row.version})
        self.row = row
        for name in flat(row):
            self.fields[name] = self._box(name)
        self.fields["reason"] = reason_field(required=True, label="Why does it change?")

    @staticmethod
    def _box(name):
        label = label_of(name)
        if name.startswith(("likelihood", "impact")):
            return forms.CharField(label=label, max_length=30)
        return _whole(label, highest=MOST_MONTHS if name.startswith("months") else HIGHEST_SCORE)

    # --- in the order of the page ---------------------------------------------------------------

    @property
    def words_of(self):
        """(heading, boxes) of the words of both sides."""
        return [
            ("How likely", [self[f"likelihood_{level}"] for level in LEVELS]),
            ("How serious", [self[f"impact_{level}"] for level in LEVELS]),
        ]

    @property
    def score_rows(self):
        """(likelihood, its boxes), the most likely first, as in the picture."""
        return [
            (likelihood, [self[f"score_{likelihood}_{impact}"] for impact in LEVELS])
            for likelihood in reversed(LEVELS)
        ]

    @property
    def line_boxes(self):
        return [self[name] for name in LINES]

    @property
    def month_boxes(self):
        return [(band.label, self[f"months_{band.value}"]) for band in Band]

    # --- checks ---------------------------------------------------------------------------------

    def clean(self):
        values = super().clean()
        if any(name not in values for name in flat(self.row)):
            return values
        for name, sentence in rules.matrix_problems(self.matrix):
            self.add_error("score_1_1" if name == "scores" else name, sentence)
        for side in ("likelihood", "impact"):
            words = [values.get(f"{side}_{level}", "").casefold() for level in LEVELS]
            if len(set(words)) < len(LEVELS):
                self.add_error(f"{side}_1", "Each level needs a word of its own")
        return values

    @property
    def columns(self):
        """What the action is to write."""
        values = self.cleaned_data
        return {
            **{name: values[name] for name in LINES},
            "likelihoods": [values[f"likelihood_{level}"] for level in LEVELS],
            "impacts": [values[f"impact_{level}"] for level in LEVELS],
            "scores": [
                [values[f"score_{likelihood}_{impact}"] for impact in LEVELS] for likelihood in LEVELS
            ],
            "months": {band.value: values[f"months_{band.value}"] for band in Band},
        }  # fmt: skip

    @property
    def matrix(self):
        return rules.Matrix(**self.columns)

    @property
    def digest(self):
        """Tells these values from all others."""
        written = json.dumps(self.columns, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()

    @property
    def was_looked_at(self):
        return self.cleaned_data["looked_at"] == self.digest

    def merged(self, current):
        """Somebody saved meanwhile: (data with both people's work, what differs), as `locking.merge`."""
        seen = current.history.filter(version=self.cleaned_data.get("version") or 0).last()
        theirs = {name: str(value) for name, value in flat(current).items()}
        before = {name: str(value) for name, value in flat(seen).items()} if seen else theirs
        data, differences = self.data.copy(), []
        for name, value in theirs.items():
            mine = self.data.get(name, "")
            if value in (before[name], mine):
                continue
            clash = mine != before[name]
            if not clash:
                data[name] = value
            label = str(self.fields[name].label)
            differences.append(Difference(name, label, before[name], value, mine, clash))
        data["version"], data["looked_at"] = str(current.version), ""
        return data, differences


class CategoryForm(VersionMixin, ModelForm):
    """A category, and how much of it we are ready to carry. `looked_at` is the appetite whose consequence was shown."""

    reason = reason_field()
    looked_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)

    class Meta:
        model = Category
        fields = ("name", "description", "appetite", "is_used")
        widgets = {"appetite": AffixInput(width=3, numeric=True)}
        labels = {"appetite": "Highest score that we are ready to carry"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["appetite"].max_value = HIGHEST_SCORE
        self.fields["appetite"].validators.append(
            forms.fields.validators.MaxValueValidator(HIGHEST_SCORE)
        )
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            "looked_at",
            Fieldset("The category", "name", "description"),
            Fieldset("Appetite", "appetite"),
            "is_used",
            *(["reason"] if "reason" in self.fields else []),
        )

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Category.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("There is a category with this name already")
        return name

    def _post_clean(self):
        """The row is written by the action; the form's own copy stays as it was read, to be compared with."""

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    @property
    def appetite_changes(self):
        return (
            self.instance.pk is not None and self.cleaned_data["appetite"] != self.instance.appetite
        )

    @property
    def was_looked_at(self):
        return self.cleaned_data["looked_at"] == str(self.cleaned_data["appetite"] or "none")
