"""Which supplier is the same as this one, and what of the two is kept."""

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from common.forms import Form, reason_field
from common.history import in_words
from common.templatetags.steward import money
from suppliers import rules
from suppliers.lookups import SupplierField, distinguish
from suppliers.models import Supplier

# The columns of which one value stays. Of notes and other identifiers, both can.
COLUMNS = (
    "name", "company_number", "charity_number", "vat_number", "ppon", "other_number", "parent",
    "is_sme", "is_vcse", "website", "notes",
)  # fmt: skip
STAYS, GOES, BOTH = "stays", "goes", "both"
JOINED = {"notes": "\n\n", "other_number": "; "}
NOTHING = ("Not known", "None")
LONGEST_SHOWN = 200
LONGEST_BESIDE = 32  # two of these stand in one line


class ChooseOtherForm(Form):
    """Which supplier turns out to be the same."""

    submit_label = "Compare the two"

    other = SupplierField(label="Which supplier is the same as this one?")

    def __init__(self, *args, supplier, **kwargs):
        super().__init__(*args, **kwargs)
        self.supplier = supplier
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        self.helper.inputs[0].name = ""
        self.cancel_url = supplier.get_absolute_url()

    def clean_other(self):
        other = self.cleaned_data["other"]
        if other == self.supplier:
            raise ValidationError(f"{distinguish(other)} cannot be merged with itself")
        return other


def _in_words(column, value):
    if value in (None, ""):
        return NOTHING[column.name == "notes"]
    if column.is_relation:
        return value.name
    words = in_words(column, value)
    return words if len(words) <= LONGEST_SHOWN else f"{words[:LONGEST_SHOWN]}…"


class MergeForm(Form):
    """For each column in which the two differ, which value stays; and what becomes of years of spend that both have."""

    submit_label = ""

    stays_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    goes_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = reason_field(
        "How do you know that they are one?", required=True,
        help_text="Shown in the history of the supplier and of everything that moves",
    )  # fmt: skip

    def __init__(self, data=None, *, stays, goes):
        self.stays, self.goes = stays, goes
        initial = {"stays_version": stays.version, "goes_version": goes.version}
        super().__init__(data, initial=initial)
        self.different = [
            name for name in self._asked() if getattr(stays, name) != getattr(goes, name)
        ]
        for name in self.different:
            self.fields[name] = self._choice(name)
            self.initial[name] = self._usual(name)
        self.years = self._years_of_both()
        for key, (mine, theirs) in self.years.items():
            self.fields[self._name_of(key)] = self._choice_of_spend(key, mine, theirs)
            self.initial[self._name_of(key)] = rules.usual_for_spend(mine, theirs)
        self.order_fields([n for n in self.fields if n != "reason"])
        self.helper.form_tag = False
        spend = [self._name_of(key) for key in self.years]
        self.helper.layout = Layout(
            "stays_version",
            "goes_version",
            *([Fieldset("Where they differ", *self.different)] if self.different else []),
            *([Fieldset("Spend that both have recorded", *spend)] if spend else []),
            Fieldset("Why", "reason"),
        )

    def _asked(self):
        """Of two of whom one belongs to the other, the place in their group follows: it is no choice."""
        goes_is_above = self.goes.pk in Supplier.objects.above(self.stays.pk)
        if goes_is_above or self.stays.pk in Supplier.objects.above(self.goes.pk):
            return [name for name in COLUMNS if name != "parent"]
        return COLUMNS

    # --- one column --------------------------------------------------------------------------------

    def _choice(self, name):
        column = Supplier._meta.get_field(name)
        label = column.verbose_name[:1].upper() + column.verbose_name[1:]
        mine, theirs = getattr(self.stays, name), getattr(self.goes, name)
        choices = [(STAYS, _in_words(column, mine)), (GOES, _in_words(column, theirs))]
        if name in JOINED and mine and theirs and self._fits(column, self._joined(name)):
            choices.append((BOTH, "Both, one after the other"))
        beside = all(len(words) <= LONGEST_BESIDE for _, words in choices)
        return forms.ChoiceField(
            label=label, choices=choices, help_text=self._hint(name, mine, theirs),
            widget=forms.RadioSelect(
                attrs={"class": f"govuk-radios--small{' govuk-radios--inline' if beside else ''}"}
            ),
        )  # fmt: skip

    def _joined(self, name):
        return JOINED[name].join([getattr(self.stays, name), getattr(self.goes, name)])

    @staticmethod
    def _fits(column, text):
        return column.max_length is None or len(text) <= column.max_length

    @staticmethod
    def _hint(name, mine, theirs):
        if name == "company_number" and mine and theirs:
            return "Two company numbers are usually two companies. Merge them only if one of the numbers is a slip"
        return ""

    def _usual(self, name):
        """What is proposed: nothing that is known is lost."""
        mine, theirs = getattr(self.stays, name), getattr(self.goes, name)
        if name in JOINED and any(value == BOTH for value, _ in self.fields[name].choices):
            return BOTH
        return GOES if mine in (None, "") and theirs not in (None, "") else STAYS

    # --- spend ---------------------------------------------------------------------------------------

    def _years_of_both(self):
        mine = {(row.year, row.currency): row.amount for row in self.stays.spend.all()}
        theirs = {(row.year, row.currency): row.amount for row in self.goes.spend.all()}
        return {key: (mine[key], theirs[key]) for key in sorted(mine.keys() & theirs.keys())}

    @staticmethod
    def _name_of(key):
        return f"spend_{key[0]}_{key[1]}"

    @staticmethod
    def _choice_of_spend(key, mine, theirs):
        year, currency = key
        choices = [
            (rules.SPEND_ADDED, f"Add them: {money(mine + theirs, currency)}"),
            (rules.SPEND_OF_STAYS, f"{money(mine, currency)}, of the one that stays"),
            (rules.SPEND_OF_GOES, f"{money(theirs, currency)}, of the other"),
        ]
        return forms.ChoiceField(
            label=rules.year_label(year), choices=choices,
            widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        )  # fmt: skip

    # --- what was chosen -----------------------------------------------------------------------------

    @property
    def values(self):
        """The columns of the supplier that stays, where they are not its own."""
        values = {}
        for name in self.different:
            chosen = self.cleaned_data[name]
            if chosen == GOES:
                values[name] = getattr(self.goes, name)
            elif chosen == BOTH:
                values[name] = self._joined(name)
        return values

    @property
    def spend(self):
        return {key: self.cleaned_data[self._name_of(key)] for key in self.years}

    @property
    def is_overtaken(self):
        """Somebody has saved one of the two since the page was opened: other columns may differ by now."""
        if not self.is_bound or self.errors.keys() & {"stays_version", "goes_version"}:
            return False
        return self.versions != (self.stays.version, self.goes.version)

    @property
    def versions(self):
        return self.cleaned_data["stays_version"], self.cleaned_data["goes_version"]

    @property
    def chosen(self):
        """For the page that asks once more: (label, what will stand there, what will not)."""
        lines = []
        for name in self.different:
            words = dict(self.fields[name].choices)
            value = self.cleaned_data[name]
            other = "" if value == BOTH else words[GOES if value == STAYS else STAYS]
            other = "" if other in NOTHING else other
            lines.append((self.fields[name].label, words[value], other))
        for key in self.years:
            field = self.fields[self._name_of(key)]
            words = dict(field.choices)
            lines.append((f"Spend {field.label}", words[self.cleaned_data[self._name_of(key)]], ""))
        return lines

    @property
    def hidden(self):
        """(name, value) of everything, for the page that asks once more."""
        return [(name, self.cleaned_data[name]) for name in self.fields]
