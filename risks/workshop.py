"""The page of a workshop: the open risks of a contract to be scored again, rows for new ones, and all of it together.

A row is saved where something was changed in it or it was ticked as looked at; a blank one is left alone.
"""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.functional import cached_property

from accounts.lookups import PersonField
from accounts.models import User
from common.forms import DateField, Form
from common.lookups import MOST_OFFERED
from common.widgets import QuickSelect
from risks import batches
from risks.forms import level_choices, refuse_stranger
from risks.models import Category, Risk

MOST_RISKS = 50
ROWS_AT_FIRST, ROWS_MORE, MOST_ROWS = 5, 5, 50
LEVELS = ("likelihood", "impact")
PEOPLE_LIST = "people"


class HeadForm(Form):
    """When it was, and who took part: what the review of the register says."""

    submit_label = ""

    on = DateField(label="Day of the workshop")
    took_part = forms.CharField(
        label="Who took part?", max_length=300, help_text="Names, also of the supplier’s people",
        error_messages={"required": "Say who took part"},
    )  # fmt: skip
    words = forms.CharField(
        label="What came out of it?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, data=None, *, today):
        super().__init__(data, initial={"on": today})
        self.today = today

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The day of the workshop must be today or in the past")
        return on

    @property
    def told(self):
        """In words, for the review of the register."""
        told = f"Workshop with {self.cleaned_data['took_part'].rstrip('.')}."
        return f"{told} {self.cleaned_data['words']}".strip()


def _level_field(words, what):
    message = f"Choose how {what} it is"
    return forms.TypedChoiceField(
        choices=[("", "Choose"), *level_choices(words)], coerce=int, empty_value=None, widget=QuickSelect,
        error_messages={"required": message, "invalid_choice": message},
    )  # fmt: skip


def _text_field(name, *, max_length, required=False):
    return forms.CharField(
        required=required, max_length=max_length,
        error_messages={
            "required": f"Enter the {name}",
            "max_length": f"The {name} must be {max_length:,} characters or fewer",
        },
    )  # fmt: skip


class ScoreForm(forms.Form):
    """One open risk, to be scored again. `seen` are its levels as the page showed them."""

    use_required_attribute = False

    looked_at = forms.BooleanField(required=False)
    words = _text_field("words", max_length=500)

    def __init__(self, data=None, *, risk, matrix, version_seen=None, seen=None):
        self.risk, self.matrix = risk, matrix
        self.version_seen = risk.version if version_seen is None else version_seen
        self.seen = seen or (risk.likelihood, risk.impact)
        super().__init__(
            data, prefix=prefix_of(risk.pk), initial={name: getattr(risk, name) for name in LEVELS}
        )
        self.fields["likelihood"] = _level_field(matrix.likelihoods, "likely")
        self.fields["impact"] = _level_field(matrix.impacts, "serious")

    @property
    def is_overtaken(self):
        return self.is_bound and self.version_seen != self.risk.version

    @cached_property
    def is_touched(self):
        """Whether anything was said here that the page did not show before."""
        if not self.is_bound:
            return False
        typed = [self._typed(name) for name in LEVELS]
        says = self._typed("looked_at") or self._typed("words")
        return bool(says) or typed != [str(level) for level in self.seen]

    def _typed(self, name):
        return (self.data.get(f"{self.prefix}-{name}") or "").strip()

    def clean(self):
        values = super().clean()
        if self.is_overtaken and self.is_touched:
            levels = ", ".join(
                f"{level} {words[level - 1]}"
                for level, words in (
                    (self.risk.likelihood, self.matrix.likelihoods),
                    (self.risk.impact, self.matrix.impacts),
                )
            )
            self.add_error("likelihood", f"Somebody changed it meanwhile: it stands at {levels}. To replace that, save again")  # fmt: skip
        return values

    @property
    def score(self):
        return {
            "risk": self.risk, "version": self.version_seen,
            **{name: self.cleaned_data[name] for name in (*LEVELS, "words")},
        }  # fmt: skip


class NewForm(forms.Form):
    """A risk that came up in the workshop."""

    use_required_attribute = False

    title = _text_field("risk, in one line", max_length=200, required=True)
    cause = _text_field("cause", max_length=2000)
    event = _text_field("event", max_length=2000)
    effect = _text_field("effect", max_length=2000)
    owner = PersonField(required=False, widget=forms.TextInput(attrs={"list": PEOPLE_LIST}))

    def __init__(self, data=None, *, number, contract, matrix, categories, there):
        super().__init__(data, prefix=f"new-{number}")
        self.number, self.contract = number, contract
        self.categories, self.there = categories, there
        self.fields["category"] = forms.ChoiceField(
            choices=[("", "Choose"), *((str(pk), c.name) for pk, c in categories.items())], widget=QuickSelect,
            error_messages={"required": "Choose the category", "invalid_choice": "Choose the category"},
        )  # fmt: skip
        self.fields["likelihood"] = _level_field(matrix.likelihoods, "likely")
        self.fields["impact"] = _level_field(matrix.impacts, "serious")

    @cached_property
    def is_touched(self):
        return self.is_bound and any(
            (self.data.get(self.add_prefix(name)) or "").strip() for name in self.fields
        )

    def clean_title(self):
        title = " ".join(self.cleaned_data["title"].split())
        if title.casefold() in self.there:
            raise ValidationError("The register has an open risk with this title already")
        return title

    def clean_category(self):
        return self.categories[int(self.cleaned_data["category"])]

    def clean_owner(self):
        return refuse_stranger(self.cleaned_data["owner"], self.contract, None)

    @property
    def entry(self):
        values = dict(self.cleaned_data)
        values["owner"] = values["owner"] or batches.first_owner(self.contract)
        return values

    @property
    def has_more(self):
        """Whether the boxes for cause, event and effect are to be shown at once."""
        return self.is_bound and any(
            self.data.get(self.add_prefix(name)) for name in ("cause", "event", "effect")
        )


def prefix_of(pk):
    return f"risk-{pk}"


class Workshop:
    """The whole page. `checked` is false where only more rows were asked for: then nothing is complained of."""

    def __init__(self, contract, *, matrix, today, data=None, checked=True):
        self.contract, self.matrix, self.today = contract, matrix, today
        self.data, self.is_checked = data, data is not None and checked
        self.head = HeadForm(data, today=today)
        self.gone = []
        self.rows = self._open_rows() if data is None else self._sent_rows()
        self.entries = self._entries()
        if data is not None and not checked:
            for form in (self.head, *self.rows, *self.entries):
                form._errors = ErrorDict()

    # --- the risks that are there ---------------------------------------------------------------

    @cached_property
    def number_open(self):
        return self.contract.risks.open().count()

    def _open_rows(self):
        risks = self.contract.risks.open().worst_first().select_related("owner")[:MOST_RISKS]
        return [ScoreForm(risk=risk, matrix=self.matrix) for risk in risks]

    def _sent_rows(self):
        """Those that the page had, in its order; what is no longer open and was scored is told of, and left out."""
        versions = _versions(self.data)
        found = self.contract.risks.select_related("owner").in_bulk(versions)
        seen = _levels_seen(
            {pk: versions[pk] for pk, r in found.items() if r.version != versions[pk]}
        )
        rows = []
        for pk, version in versions.items():
            if pk not in found:
                continue
            row = ScoreForm(
                self.data, risk=found[pk], matrix=self.matrix, version_seen=version, seen=seen.get(pk)
            )  # fmt: skip
            if not found[pk].is_open:
                if row.is_touched:
                    self.gone.append(found[pk])
            elif row.is_overtaken and not row.is_touched:
                # Where only somebody else changed something, theirs is shown.
                rows.append(ScoreForm(risk=found[pk], matrix=self.matrix))
            else:
                rows.append(row)
        return rows

    # --- new ones -------------------------------------------------------------------------------

    @property
    def number_of_rows(self):
        if self.data is None:
            return ROWS_AT_FIRST
        number = _number(self.data.get("rows")) or ROWS_AT_FIRST
        more = 0 if self.is_checked else ROWS_MORE
        return min(number + more, MOST_ROWS)

    @property
    def may_have_more(self):
        return len(self.entries) < MOST_ROWS

    def _entries(self):
        offered = Category.objects.filter(is_used=True)
        about = {
            "contract": self.contract,
            "matrix": self.matrix,
            "categories": {category.pk: category for category in offered},
            "there": batches.titles_there(self.contract) if self.is_checked else frozenset(),
        }
        return [self._entry(number, about) for number in range(self.number_of_rows)]

    def _entry(self, number, about):
        form = NewForm(self.data, number=number, **about)
        # A blank row is no mistake.
        return form if form.is_touched else NewForm(number=number, **about)

    @cached_property
    def people(self):
        """What may be typed as an owner, where there are few enough to be of help."""
        people = list(User.objects.active().order_by("name", "pk")[: MOST_OFFERED + 1])
        return [] if len(people) > MOST_OFFERED else people

    @property
    def first_owner(self):
        return batches.first_owner(self.contract)

    # --- all of it ------------------------------------------------------------------------------

    def is_valid(self):
        return not self.errors

    @property
    def is_overtaken(self):
        return bool(self.gone) or any(row.is_overtaken and row.is_touched for row in self.rows)

    @cached_property
    def errors(self):
        """(anchor, sentence) of every error, for the summary above the page."""
        if not self.is_checked:
            return []
        gone = [
            ("", f"{risk.title}: it is no longer open, so it cannot be scored")
            for risk in self.gone
        ]
        head = [
            (f"{self.head[name].auto_id}{'_0' if name == 'on' else ''}", sentence)
            for name, sentences in self.head.errors.items()
            for sentence in sentences
        ]
        rows = [error for row in self.rows for error in _of(row, row.risk.title)]
        new = [error for form in self.entries for error in _of(form, f"New risk {form.number + 1}")]
        return [*gone, *head, *rows, *new, *self._together()]

    def _together(self):
        found = []
        on = self.head.cleaned_data.get("on")
        later = [row.risk for row in self.touched if row.risk.scored_on and on and row.risk.scored_on > on]  # fmt: skip
        if later:
            day = max(risk.scored_on for risk in later)
            found.append((
                f"{self.head['on'].auto_id}_0",
                f"{later[0].title} was scored later than this day, on {day.day} {day:%B %Y}: choose that day or a later one",
            ))  # fmt: skip
        titles = set()
        for form in self.entries:
            title = form.is_bound and form.cleaned_data.get("title", "").casefold()
            if title and title in titles:
                found.append((form["title"].auto_id, f"New risk {form.number + 1}: you entered this title twice"))  # fmt: skip
            titles.add(title)
        return found

    @property
    def touched(self):
        return [row for row in self.rows if row.is_touched]

    @property
    def answers(self):
        """What the action is to write."""
        return {
            "on": self.head.cleaned_data["on"],
            "words": self.head.told,
            "scores": [row.score for row in self.touched],
            "entries": [form.entry for form in self.entries if form.is_bound],
        }


def _of(form, name):
    return [
        (form[field].auto_id, f"{name}: {sentence[:1].lower()}{sentence[1:]}")
        for field, sentences in form.errors.items()
        for sentence in sentences
    ]


def _number(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _versions(data):
    """{id of a risk: version that the page showed}, in the order of the page."""
    found = {}
    for name in data:
        match = re.fullmatch(r"risk-([0-9]{1,17})-version", name)
        if match and len(found) < MOST_RISKS:
            found[int(match[1])] = _number(data.get(name))
    return found


def _levels_seen(versions):
    """The levels of risks as they were at a version: {id: (likelihood, impact)}."""
    rows = Risk.history.filter(id__in=versions).order_by("history_id")
    return {
        pk: levels
        for pk, version, *levels in rows.values_list("id", "version", *LEVELS)
        if versions[pk] == version
    }
