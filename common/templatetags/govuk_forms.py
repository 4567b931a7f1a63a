"""What the templates of the `govuk` form pack ask about a bound field."""

from django import forms, template
from django.template.loader import get_template

from common.forms import required_message
from common.widgets import QuickSelect

register = template.Library()

CLASSES = (
    (forms.Textarea, "govuk-textarea"),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Widget, "govuk-input"),
)
DATE_PARTS = {"day": 0, "month": 1, "year": 2}


@register.filter
def field_kind(bound_field):
    """Which part of the pack draws this field."""
    widget = bound_field.field.widget
    if bound_field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect):  # and so CheckboxSelectMultiple, its child
        return "choices"
    if widget.use_fieldset:
        return "group"
    return "password" if isinstance(widget, forms.PasswordInput) else "input"


@register.filter
def choice_kind(bound_field):
    is_many = isinstance(bound_field.field.widget, forms.CheckboxSelectMultiple)
    return "checkboxes" if is_many else "radios"


@register.filter
def with_classes(bound_field):
    """The widget with the class names GOV.UK Frontend styles it by."""
    widget = bound_field.field.widget
    base = next(name for kind, name in CLASSES if isinstance(widget, kind))
    names = [base, widget.attrs.get("class", "")]
    if isinstance(widget, forms.NumberInput) and "govuk-input--width" not in names[1]:
        names.append("govuk-input--width-5")
    if bound_field.errors and base != "govuk-checkboxes__input":
        names.append(f"{base}--error")
    # A placeholder vanishes as soon as somebody types: labels and hints do its work.
    attrs = {"placeholder": False}
    if isinstance(widget, forms.PasswordInput):
        names.append("govuk-password-input__input govuk-js-password-input-input")
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    attrs["class"] = " ".join(filter(None, names))
    return bound_field.as_widget(attrs=attrs)


# Fields with these widgets look as `_look` says, and in no other way.
PLAIN_WIDGETS = (forms.TextInput, forms.HiddenInput, QuickSelect, forms.CheckboxSelectMultiple)
MOST_REMEMBERED = 300
_drawn: dict[tuple, str] = {}


@register.filter
def panel_field(bound_field):
    """A field of a filter panel. There are a dozen on every page of a list and hardly one differs from the
    page before, so each is drawn once for each of its looks: whoever sees it, it says nothing else."""
    if type(bound_field.field.widget) not in PLAIN_WIDGETS:
        return _draw(bound_field)
    look = _look(bound_field)
    drawn = _drawn.get(look)
    if drawn is None:
        drawn = _draw(bound_field)
        if len(_drawn) >= MOST_REMEMBERED:
            _drawn.clear()
        _drawn[look] = drawn
    return drawn


def _draw(bound_field):
    return get_template("govuk/field.html").render({"field": bound_field})


def _look(bound_field):
    """All that govuk/field.html reads of a field with a plain widget."""
    field, form = bound_field.field, bound_field.form
    widget = field.widget
    return (
        type(widget), bound_field.html_name, bound_field.auto_id, str(bound_field.label), str(bound_field.help_text),
        field.required, field.disabled, field.show_hidden_initial, getattr(form, "hide_optional", False),
        form.use_required_attribute, repr(widget.attrs), repr(bound_field.value()), tuple(bound_field.errors),
        tuple([(str(key), str(label)) for key, label in getattr(field, "choices", ())]),
    )  # fmt: skip


@register.filter
def hidden_initial(bound_field):
    """What the field said when the page was opened, out of sight: see `common.forms.ChangeForm`."""
    return bound_field.as_hidden(only_initial=True)


def _wrong_date_parts(bound_field):
    codes = {error.code for error in bound_field.errors.as_data()}
    return {DATE_PARTS[code] for code in codes if code in DATE_PARTS}


@register.filter
def with_error_parts(bound_field):
    """A widget of several boxes, drawn so that only the wrong boxes turn red."""
    if not isinstance(bound_field.field.widget, forms.MultiWidget):
        return bound_field.as_widget()
    parts = _wrong_date_parts(bound_field)
    return bound_field.as_widget(attrs={"wrong_parts": parts} if parts else {})


@register.filter
def error_anchor(bound_field):
    """The id of the input to put right: the first radio, or the box of a date that is wrong."""
    if isinstance(bound_field.field.widget, forms.MultiWidget):
        first = min(_wrong_date_parts(bound_field), default=0)
        return f"{bound_field.auto_id}_{first}"
    return bound_field.auto_id


@register.filter
def error_messages(bound_field):
    """What is wrong with a field. Forms of other packages say "This field is required": name it."""
    field = bound_field.field
    standard = forms.Field.default_error_messages["required"]
    return [
        required_message(field, str(bound_field.label)) if message == standard else message
        for message in bound_field.errors
    ]


def _errors_of(form):
    for message in form.non_field_errors():
        yield "", message
    # A hidden field cannot be put right by typing, so its message stands without a link.
    for bound_field in form.hidden_fields():
        for message in bound_field.errors:
            yield "", message
    for bound_field in sorted(form.visible_fields(), key=_place_on_page(form)):
        for message in error_messages(bound_field):
            yield error_anchor(bound_field), message


def _place_on_page(form):
    """Errors are listed from the top of the page downwards: a layout may order its fields otherwise than
    the form does."""
    layout = getattr(getattr(form, "helper", None), "layout", None)
    drawn = [pointer.name for pointer in layout.get_field_names()] if layout else []
    place = {name: number for number, name in enumerate(drawn)}
    return lambda bound_field: place.get(bound_field.name, len(place))


@register.inclusion_tag("govuk/error_summary.html")
def error_summary(*forms_or_formsets):
    """`{% error_summary form %}`: every error of the forms and formsets given, each linked to its input."""
    errors = []
    for form in forms_or_formsets:
        if isinstance(form, forms.BaseFormSet):
            errors += [("", message) for message in form.non_form_errors()]
            errors += [error for row in form.forms for error in _errors_of(row)]
        elif form:
            errors += _errors_of(form)
    return {"errors": errors}
