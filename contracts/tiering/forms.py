"""What may be typed about tiers: answers, decisions, and the questionnaire itself."""

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.html import escape, format_html

from common.forms import ChangeForm, DateField, Form, MoneyField
from common.locking import Difference
from common.widgets import AffixInput
from contracts.forms import tier_choices
from contracts.models import Tier
from contracts.tiering import rules
from contracts.tiering.actions import NUMBERS
from contracts.tiering.models import Factor, HardRule, Question, Questionnaire

SEND_BACK = "send_back"
ANSWERS = range(rules.HIGHEST_ANSWER + 1)
HIGHEST_REASON = 2000


def small_radios():
    return forms.RadioSelect(attrs={"class": "govuk-radios--small"})


def _numbered(question):
    """The five answers, the number of each first, because helps and rules speak of numbers."""
    return [(str(n), f"{n} – {text}") for n, text in enumerate(question.answers)]


def _long_reason(label, help_text, *, required=False):
    return forms.CharField(
        label=label, required=required, max_length=HIGHEST_REASON, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter the reason"},
    )  # fmt: skip


# --- An assessment --------------------------------------------------------------------------------


class AssessForm(Form):
    """The questions of the version in use, one choice each; none is answered beforehand unless a
    proposal that waits or was sent back is put right."""

    submit_label = ""
    hide_optional = True

    questionnaire = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)

    def __init__(self, *args, shown, before=None, seen=None, **kwargs):
        """`shown` is the questionnaire, `before` the answers of the last decision, as a reminder."""
        super().__init__(*args, **kwargs)
        self.shown, before = shown, before or {}
        self.initial |= {"questionnaire": shown.pk, "seen": seen}
        self.seen_now = None
        for question in shown.questions.all():
            self.fields[_name(question)] = self._choice(question, before.get(question.key))
        self.fields["comment"] = forms.CharField(
            label="What should the Procurement Unit know? (optional)", required=False, max_length=2000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def _choice(self, question, last):
        return forms.TypedChoiceField(
            label=question.text, choices=_numbered(question), coerce=int, widget=small_radios(),
            help_text=self._help(question, last),
            error_messages={"required": f"Answer “{question.text}”"},
        )  # fmt: skip

    @staticmethod
    def _help(question, last):
        reminder = f"Last time: {last} – {question.answers[last]}" if last is not None else ""
        lines = [line for line in (question.help, reminder) if line]
        return format_html("{}<br>{}", *lines) if len(lines) == 2 else "".join(lines)

    def _layout(self):
        groups = {}
        for question in self.shown.questions.all():
            groups.setdefault(question.get_factor_display(), []).append(_name(question))
        return Layout(
            "questionnaire", "seen",
            *(Fieldset(escape(factor), *names) for factor, names in groups.items()),
            "comment",
        )  # fmt: skip

    @property
    def answers(self):
        return {
            question.key: self.cleaned_data[_name(question)]
            for question in self.shown.questions.all()
        }

    @property
    def answered_another_version(self):
        """Whether the page was opened before this version of the questionnaire was published."""
        return self.is_bound and self.data.get("questionnaire") not in (
            "",
            None,
            str(self.shown.pk),
        )

    @property
    def hidden(self):
        """(name, value) of everything typed, to carry along on the page that shows the result."""
        names = [name for name in self.fields if name not in ("questionnaire", "seen")]
        pairs = [(name, self.data.get(name, "")) for name in names]
        seen = self.cleaned_data["seen"] if self.seen_now is None else self.seen_now
        return [("questionnaire", self.shown.pk), ("seen", seen or ""), *pairs]

    @property
    def lines(self):
        """(question, the text of its answer) for the page that shows the result."""
        answers = self.answers
        return [
            (question, question.answers[answers[question.key]])
            for question in self.shown.questions.all()
        ]


def _name(question):
    return f"q-{question.key}"


class DecideForm(Form):
    """Which tier; another than the rules give with a reason."""

    submit_label = ""
    hide_optional = True

    tier = forms.ChoiceField(label="Which tier do you decide?", widget=small_radios())
    reason = _long_reason("Reason", "Needed for another tier than the rules give. Both are kept")

    def __init__(self, *args, proposed, organisation, may_send_back=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposed = proposed
        self.initial["tier"] = proposed
        choices = [
            (value, f"{label}, as the rules give" if value == proposed else label)
            for value, label in tier_choices(organisation, proposed)
            if value
        ]
        if may_send_back:
            choices.append((SEND_BACK, "None yet: send it back to be answered again"))
            self.fields[
                "reason"
            ].help_text = "Needed for another tier than the rules give, and to send it back. Everything is kept"
        self.fields["tier"].choices = choices
        self.helper.form_tag = False

    def clean(self):
        values = super().clean()
        tier = values.get("tier")
        if (
            tier
            and tier != self.proposed
            and not values.get("reason")
            and "reason" not in self.errors
        ):
            self.add_error("reason", self._why_needed(tier))
        return values

    def _why_needed(self, tier):
        if tier == SEND_BACK:
            return "Say what should be answered otherwise"
        return (
            f"Say why it is {rules.name(tier)}, although the rules give {rules.name(self.proposed)}"
        )


# --- The questionnaire ----------------------------------------------------------------------------


def _number_field(name):
    column = Questionnaire._meta.get_field(name)
    if name.endswith("_months"):
        return forms.IntegerField(
            label=f"{rules.name(name.removesuffix('_months'))}: months until the next assessment",
            min_value=1, max_value=rules.MOST_MONTHS,
            widget=AffixInput(suffix="months", width=3, numeric=True),
        )  # fmt: skip
    return forms.DecimalField(
        label=column.verbose_name, min_value=0, max_value=100, max_digits=5, decimal_places=2,
        widget=AffixInput(width=4, numeric=True),
    )  # fmt: skip


class NumbersForm(Form):
    """Weights, cut-offs and months of the draft, all judged together."""

    submit_label = ""
    hide_optional = True

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, draft, **kwargs):
        super().__init__(*args, **kwargs)
        self.draft = draft
        self.questions = list(draft.questions.all())
        self.initial["version"] = draft.version
        for question in self.questions:
            self._add(
                _weight(question),
                forms.IntegerField(
                    label=f"Weight of “{question.text}”", min_value=0, max_value=rules.TOTAL_WEIGHT,
                    widget=AffixInput(width=3, numeric=True),
                ),
                question.weight,
            )  # fmt: skip
        for name in NUMBERS:
            self._add(name, _number_field(name), getattr(draft, name))
        notes = forms.CharField(
            label="Notes for readers", required=False, max_length=5000,
            help_text=Questionnaire._meta.get_field("notes").help_text,
            widget=forms.Textarea(attrs={"rows": 4}),
        )  # fmt: skip
        self._add("notes", notes, draft.notes)

    def _add(self, name, field, value):
        if name in ("platinum_from", "gold_from", "silver_from"):
            value = rules.number(value)
        self.initial[name] = value
        self.fields[name] = field
        # What the page said when it was opened: see `merged`.
        field.show_hidden_initial = not self.is_bound or f"initial-{name}" in self.data

    # --- in the order of the page ---------------------------------------------------------------

    @property
    def weight_lines(self):
        return [(question, self[_weight(question)]) for question in self.questions]

    @property
    def cut_off_boxes(self):
        return [self[name] for name in NUMBERS if name.endswith("_from")]

    @property
    def month_boxes(self):
        """(tier, its box)."""
        names = [name for name in NUMBERS if name.endswith("_months")]
        return [(rules.name(name.removesuffix("_months")), self[name]) for name in names]

    # --- checks ---------------------------------------------------------------------------------

    def clean(self):
        values = super().clean()
        if all(name in values for name in self.fields):
            for field, sentence in rules.problems_of_numbers(
                self.weights, self._cut_offs, self._months
            ):
                name = field.replace("weight:", "weight-")
                self.add_error(name if name in self.fields else None, sentence)
        return values

    @property
    def weights(self):
        return {question.key: self.cleaned_data[_weight(question)] for question in self.questions}

    @property
    def numbers(self):
        return {name: self.cleaned_data[name] for name in NUMBERS}

    @property
    def _cut_offs(self):
        values = self.cleaned_data
        return rules.CutOffs(values["platinum_from"], values["gold_from"], values["silver_from"])

    @property
    def _months(self):
        return {tier: self.cleaned_data[f"{tier}_months"] for tier in rules.TIERS}

    def merged(self, current):
        """Somebody saved meanwhile: (data with both people's work, what differs), as `locking.merge`.

        `current` is a fresh form of the draft as it is now."""
        data, differences = self.data.copy(), []
        for name, field in current.fields.items():
            if name == "version":
                continue
            theirs = str(current.initial[name])
            before = self.data.get(f"initial-{name}", theirs)
            mine = self.data.get(name, before)
            if theirs in (before, mine):
                continue
            clash = mine != before
            if not clash:
                data[name] = theirs
            differences.append(Difference(name, str(field.label), before, theirs, mine, clash))
            data[f"initial-{name}"] = theirs
        data["version"] = str(current.draft.version)
        return data, differences


def _weight(question):
    return f"weight-{question.key}"


class QuestionForm(ChangeForm):
    """What a question of the draft asks, and what each of its answers means."""

    submit_label = "Save question"

    class Meta:
        model = Question
        fields = ("text", "help", "factor", *(f"answer_{n}" for n in ANSWERS))
        widgets = {
            "factor": small_radios(),
            "help": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = Factor.choices
        self.fields["factor"].initial = self.fields["factor"].initial or Factor.IMPACT
        for n in ANSWERS:
            lowest_or_highest = {
                0: ", the least critical",
                rules.HIGHEST_ANSWER: ", the most critical",
            }
            self.fields[f"answer_{n}"].label = f"Answer {n}{lowest_or_highest.get(n, '')}"
        self.helper.layout = Layout(
            Fieldset("The question", "text", "help", "factor"),
            Fieldset("Its answers", *(f"answer_{n}" for n in ANSWERS)),
        )


class RuleForm(Form):
    """A rule that raises a tier whatever the score, by an answer or by the contract's value."""

    submit_label = "Save rule"
    hide_optional = True

    subject = forms.ChoiceField(
        label="What does it look at?", choices=HardRule.Subject.choices, widget=small_radios()
    )
    question = forms.ModelChoiceField(
        label="Which question? (for an answer)", queryset=Question.objects.none(), required=False,
        empty_label="Choose a question",
    )  # fmt: skip
    least_answer = forms.TypedChoiceField(
        label="From which answer on? (for an answer)", help_text="What each answer means stands on the page of the draft", required=False, coerce=int, empty_value=None,
        choices=[("", "Choose an answer"), *((n, f"{n}" + (" or higher" if n < 4 else "")) for n in range(1, 5))],
    )  # fmt: skip
    more_than = MoneyField(label="Over how much? (for the value)", required=False)
    at_least = forms.ChoiceField(
        label="The tier is at least", choices=[c for c in Tier.choices if c[0] != Tier.BRONZE]
    )
    words = forms.CharField(
        label="Because …", max_length=200, help_text="Ends the sentence “at least Gold because …”",
        error_messages={"required": "Say why, to end the sentence “at least Gold because …”"},
    )  # fmt: skip

    def __init__(self, *args, draft, rule=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.fields["question"].queryset = Question.objects.filter(questionnaire=draft)
        if rule:
            by_answer = rule.subject == HardRule.Subject.ANSWER
            self.initial |= {
                "subject": rule.subject, "question": rule.question_id, "at_least": rule.at_least,
                "words": rule.words, "least_answer": int(rule.threshold) if by_answer else "",
                "more_than": None if by_answer else rule.threshold,
            }  # fmt: skip
        for name, field in self.fields.items():
            field.show_hidden_initial = bool(rule) and (
                not self.is_bound or f"initial-{name}" in self.data
            )

    def clean(self):
        values = super().clean()
        needed = {
            HardRule.Subject.ANSWER: {"question": "Select the question", "least_answer": "Select the lowest answer for which it holds"},
            HardRule.Subject.VALUE: {"more_than": "Enter the amount in pounds"},
        }.get(values.get("subject"), {})  # fmt: skip
        for name, sentence in needed.items():
            if name not in self.errors and values.get(name) is None:
                self.add_error(name, sentence)
        return values

    @property
    def values(self):
        """The columns of the rule."""
        typed = self.cleaned_data
        by_answer = typed["subject"] == HardRule.Subject.ANSWER
        return {
            "subject": typed["subject"],
            "question": typed["question"] if by_answer else None,
            "threshold": typed["least_answer"] if by_answer else typed["more_than"],
            "at_least": typed["at_least"],
            "words": typed["words"].rstrip("."),
        }

    @property
    def changes(self):
        """Only what this person changed; what the rule looks at is one thing in several boxes."""
        values = self.values
        together = {"subject", "question", "least_answer", "more_than"}
        if not together & set(self.changed_data):
            for name in ("subject", "question", "threshold"):
                del values[name]
        return {
            name: value
            for name, value in values.items()
            if name in self.changed_data or name in ("subject", "question", "threshold")
        }


class PublishForm(Form):
    """Why a draft is put in use, and until when contracts that would move are to be assessed again."""

    submit_label = ""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reassess_by = DateField(
        label="Assess contracts that would move again by",
        help_text="Their next assessment is brought forward to this day. No tier changes by itself",
    )
    reason = _long_reason(
        "Why is it published?", "Shown beside this version, and in the history", required=True
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper.form_tag = False

    def clean_reassess_by(self):
        day = self.cleaned_data["reassess_by"]
        if day < self.today:
            raise forms.ValidationError("The day must be today or later")
        if day > self.today.replace(year=self.today.year + 2, day=1):
            raise forms.ValidationError("The day must be within two years")
        return day
