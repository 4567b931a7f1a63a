"""What is asked of somebody who brings a spreadsheet. The register's importer asks the same."""

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from common.forms import Form
from common.spreadsheets import mapping


class UploadForm(Form):
    """The file, with one thing in each row."""

    submit_label = "Continue"
    file = forms.FileField(
        label="Spreadsheet",
        error_messages={
            "empty": "The file is empty. Check that it was saved, then choose it again",
            "required": "Choose the spreadsheet",
        },
    )

    def __init__(self, *args, noun, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "file"
        ].help_text = f"A .csv or .xlsx file with one {noun} in each row and the names of the columns at the top"

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"The file is {filesizeformat(file.size)}; the most we can read is "
                f"{filesizeformat(settings.UPLOAD_MAX_BYTES)}. Delete columns and sheets you do not need, "
                "or split it into several files"
            )
        return file


class ColumnsForm(Form):
    """What each column of a file means. `run` has headings, samples and the mapping proposed so far."""

    choices = ()

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, **kwargs)
        self.run = run
        for position, key in enumerate(run.mapping):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=f"“{run.headings[position]}” is",
                choices=self.choices, initial=key, required=False,
            )  # fmt: skip

    @property
    def mapping(self):
        return [self.cleaned_data.get(f"column_{n}", "") for n in range(len(self.run.headings))]

    def problems(self):
        """What is wrong with the choice, as (position of the column or None, sentence)."""
        return []

    def clean(self):
        values = super().clean()
        if not self.errors:
            for position, sentence in self.problems():
                self.add_error(None if position is None else f"column_{position}", sentence)
        return values

    @property
    def lines(self):
        """For the template: each column with its samples and its select."""
        return [
            {"heading": heading, "samples": samples, "field": self[f"column_{n}"]}
            for n, (heading, samples) in enumerate(
                zip(self.run.headings, self.run.samples, strict=True)
            )
        ]


class KindColumnsForm(ColumnsForm):
    """The columns of a file of one kind."""

    def __init__(self, *args, run, **kwargs):
        self.choices = mapping.choices(run.kind.targets)
        super().__init__(*args, run=run, **kwargs)

    def problems(self):
        kind = self.run.kind
        return mapping.problems(
            self.run.headings, self.mapping,
            targets=kind.targets, required=kind.required, noun=kind.noun,
        )  # fmt: skip


class SheetForm(Form):
    """Which sheet of a workbook holds the rows."""

    submit_label = ""
    sheet = forms.ChoiceField(label="Sheet")

    def __init__(self, *args, run, **kwargs):
        super().__init__(*args, initial={"sheet": run.sheet}, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in run.sheets]


class Shown(forms.Form):
    """Which rows of the preview to show, and which page of them. What is not understood is left aside."""

    show = forms.ChoiceField(
        choices=[(k, k) for k in ("wrong", "changed", "new", "same")], required=False
    )
    page = forms.IntegerField(min_value=1, max_value=10_000_000, required=False)


class ConfirmForm(forms.Form):
    """The answer to what the preview showed; `attempt` tells which preview that was."""

    attempt = forms.IntegerField(min_value=0, max_value=2_147_483_647)
    good_rows = forms.BooleanField(required=False)
