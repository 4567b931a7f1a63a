"""Filter panels, whose fields are drawn once for each of their looks."""

from django import forms

from common.lists import FilterForm
from common.templatetags.govuk_forms import panel_field


class Panel(FilterForm):
    q = forms.CharField(label="Words", required=False)
    unit = forms.ChoiceField(label="Unit", required=False)
    tier = forms.MultipleChoiceField(
        choices=[("gold", "Gold")], required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data, units=()):
        super().__init__(data)
        self.fields["unit"].choices = units


def drawn(form):
    return {field.name: panel_field(field) for field in form}


def test_a_panel_shows_each_reader_their_own_choices():
    one = drawn(Panel({}, [("1", "Highways")]))["unit"]
    other = drawn(Panel({}, [("2", "Housing")]))["unit"]
    assert "Highways" in one
    assert "Highways" not in other


def test_a_panel_shows_what_was_chosen_and_what_is_wrong_each_time():
    first, again = drawn(Panel({"q": "<waste>", "tier": ["gold"]})), drawn(Panel({}))
    assert 'value="&lt;waste&gt;"' in first["q"]
    assert "checked" in first["tier"]
    assert "waste" not in again["q"]
    assert "checked" not in again["tier"]
    wrong = drawn(Panel({"unit": "9"}, [("1", "Highways")]))["unit"]
    assert "govuk-error-message" in wrong
    assert "govuk-error-message" not in drawn(Panel({}, [("1", "Highways")]))["unit"]
