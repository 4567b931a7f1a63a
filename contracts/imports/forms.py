from django import forms

from accounts.models import BusinessUnit
from common.forms import Form
from common.intake.forms import ColumnsForm
from common.spreadsheets import mapping
from contracts.imports import rules

_QUESTIONS_A_PAGE = 200
_CREATE, _NO_UNIT = "create", "none"


class MappingForm(ColumnsForm):
    """What each column of a register means."""

    choices = mapping.choices(rules.TARGETS)

    def problems(self):
        return rules.mapping_problems(self.run.headings, self.mapping)


class QuestionsForm(Form):
    """What a file names and the register does not know: units, suppliers that are nearly ours."""

    submit_label = "Continue"

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, **kwargs)
        self.run = run
        self.units = list(BusinessUnit.objects.filter(is_active=True).values_list("pk", "name"))
        self.questions = list(run.questions[:_QUESTIONS_A_PAGE])
        self._ask_about_rows_without_unit()
        self._ask_about_units()
        self._ask_about_suppliers()

    def _ask_about_rows_without_unit(self):
        options = self.run.options
        if not options.get("without_unit"):
            return
        label = "Which business unit do rows belong to that name none?" if "unit" in self.run.mapping \
            else "Which business unit do these contracts belong to?"  # fmt: skip
        chosen = options.get("default_unit", "")
        self.fields["default_unit"] = forms.ChoiceField(
            label=label,
            choices=[
                ("", "Choose a business unit"),
                *self.units,
                (_NO_UNIT, "None: report new rows without a unit as errors"),
            ],
            initial=_NO_UNIT if chosen is None else chosen,
            required=not self._typed("new_unit"),
            error_messages={"required": "Choose a business unit, or name a new one below"},
        )
        self.fields["new_unit"] = forms.CharField(
            label="Or add a business unit called", required=False, max_length=150
        )

    def _ask_about_units(self):
        unknown = self.run.options.get("unknown_units", {})
        if not unknown:
            return
        answers = self.run.options.get("units", {})
        choices = [("", "Choose"), (_CREATE, "Add it as a new business unit"),
                   ("It is", [(pk, name) for pk, name in self.units])]  # fmt: skip
        for number, (key, name) in enumerate(unknown.items()):
            self.fields[f"unit_{number}"] = forms.ChoiceField(
                label=name,
                choices=choices,
                initial=answers.get(key, ""),
                required=not self._ticked("add_other_units"),
                error_messages={"required": f"Say what “{name}” is"},
            )
        if len(unknown) > 1:
            self.fields["add_other_units"] = forms.BooleanField(
                label="Add every unit that I leave open as a new business unit", required=False
            )

    def _ask_about_suppliers(self):
        for question in self.questions:
            same = [
                (f"{kind}:{which}", f"Yes, the same as {name}. {why}")
                for kind, which, name, why in question.candidates
            ]
            number = f" ({question.company_number})" if question.company_number else ""
            label = f"Is “{question.name}”{number} a supplier you have?"
            self.fields[f"supplier_{question.pk}"] = forms.ChoiceField(
                label=label,
                choices=[*same, ("new", "No, a different supplier: add it")],
                widget=forms.RadioSelect,
                initial=question.answer,
                required=not self._ticked("other_suppliers_differ"),
                error_messages={"required": f"Answer: {label}"},
            )
        if len(self.questions) > 1:
            self.fields["other_suppliers_differ"] = forms.BooleanField(
                label="Add every supplier that I leave open as a different one", required=False
            )

    def clean_new_unit(self):
        name = self.cleaned_data["new_unit"]
        if name and self.cleaned_data.get("default_unit"):
            raise forms.ValidationError("Choose a business unit above, or name a new one, not both")
        if name and BusinessUnit.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a business unit with this name already")
        return name

    def _typed(self, name):
        return bool(self.data.get(self.add_prefix(name), "").strip()) if self.is_bound else False

    def _ticked(self, name):
        """Whether the person has said one thing about everything they leave open."""
        return bool(self.data.get(self.add_prefix(name))) if self.is_bound else False

    @property
    def options(self):
        options = {}
        if default := self.cleaned_data.get("default_unit"):
            options["default_unit"] = None if default == _NO_UNIT else int(default)
        if unknown := self.run.options.get("unknown_units"):
            answers = dict(self.run.options.get("units", {}))
            for number, key in enumerate(unknown):
                said = self.cleaned_data.get(f"unit_{number}") or _CREATE
                answers[key] = said if said == _CREATE else int(said)
            options["units"] = answers
        return options

    @property
    def suppliers(self):
        """Answers by the id of the question."""
        return {q.pk: self.cleaned_data.get(f"supplier_{q.pk}") or "new" for q in self.questions}

    def of_kind(self, *starts):
        return [self[name] for name in self.fields if name.startswith(starts)]

    @property
    def unit_fields(self):
        return self.of_kind("unit_", "add_other_units")

    @property
    def supplier_fields(self):
        return self.of_kind("supplier_", "other_suppliers_differ")
