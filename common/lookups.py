"""A form field for "one of very many": typed by name, resolved by the server, never guessed."""

from django import forms
from django.core.exceptions import ValidationError

MOST_SUGGESTIONS = 5
MOST_OFFERED = 200


class LookupInput(forms.TextInput):
    """A text box that offers the rows while there are few, by the browser's own means."""

    template_name = "common/widgets/lookup.html"
    offer = staticmethod(lambda: ())

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        offered = [] if context["widget"]["attrs"].get("disabled") else list(self.offer())
        if offered:
            context["offered"] = offered
            context["widget"]["attrs"]["list"] = (
                f"{context['widget']['attrs'].get('id', name)}_offered"
            )
        return context


class LookupField(forms.CharField):
    """Text that names one row of a large table.

    `find(text)` gives the rows that this text may mean: one row is the answer, several or none are an
    error that says what there is. `describe(row)` is the text that stands for a row, `distinguish(row)`
    one that tells it from its namesakes. `kept` is the row that is there already: its text stays valid,
    whatever has happened to the row since (see `KeepsLookups`).
    `offer_from()` gives the rows to offer while the person types, shown while there are few.
    """

    widget = LookupInput

    def __init__(
        self,
        *,
        model,
        find,
        describe=str,
        distinguish=None,
        noun,
        suggest=None,
        offer_from,
        **kwargs,
    ):
        kwargs.setdefault("max_length", 300)
        self.offer_from = offer_from
        super().__init__(**kwargs)
        self.model, self.find, self.describe = model, find, describe
        self.distinguish, self.kept = distinguish or describe, None
        self.suggest, self.noun = suggest or (lambda text: []), noun
        self.widget.offer = self._offered

    def _offered(self):
        """Every row's text, or nothing when there are too many to be of help."""
        rows = list(self.offer_from()[: MOST_OFFERED + 1])
        return [] if len(rows) > MOST_OFFERED else [self.describe(row) for row in rows]

    def __deepcopy__(self, memo):
        copied = super().__deepcopy__(memo)
        copied.widget.offer = copied._offered
        return copied

    def to_python(self, value):
        if value is None or isinstance(value, self.model):
            return value
        if isinstance(value, int):  # a disabled field is cleaned from its initial value
            return self.model._base_manager.filter(pk=value).first()
        text = super().to_python(value)
        if not text:
            return None
        if self.kept is not None and text == self.describe(self.kept):
            return self.kept
        super().run_validators(text)  # length and odd characters, before the database sees them
        found = list(self.find(text)[: MOST_SUGGESTIONS + 1])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                f"More than one {self.noun} fits “{text}”: {self._listed(found)}. Enter one of them in full",
                code="several",
            )
        near = list(self.suggest(text)[:MOST_SUGGESTIONS])
        hint = f". Did you mean {self._listed(near)}?" if near else ""
        raise ValidationError(f"No {self.noun} is called “{text}”{hint}", code="unknown")

    def _listed(self, rows):
        names = [self.distinguish(row) for row in rows[:MOST_SUGGESTIONS]]
        text = "; ".join(names)
        return f"{text} and others" if len(rows) > MOST_SUGGESTIONS else text

    def validate(self, value):
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value):
        """The text was checked before it was resolved; a row has no length."""

    def prepare_value(self, value):
        if isinstance(value, self.model):
            return self.describe(value)
        if isinstance(value, int):
            row = self.model._base_manager.filter(pk=value).first()
            return self.describe(row) if row else ""
        return value

    def has_changed(self, initial, data):
        if self.disabled:
            return False
        return (self.prepare_value(initial) or "").strip() != (data or "").strip()


class KeepsLookups:
    """For a form with lookup fields: who or what is there already may stay."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        for name, field in self.fields.items():
            if isinstance(field, LookupField):
                there = getattr(instance, name, None) or self.initial.get(name)
                field.kept = there if isinstance(there, field.model) else None
