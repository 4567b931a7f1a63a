"""What may be typed about the risks of the library, and how its list is narrowed."""

import django_filters as filters
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.forms import ModelForm, reason_field
from common.lists import FilterForm, ListFilter
from common.locking import VersionMixin
from risks import rules
from risks.forms import level_field
from risks.models import Category, RiskTemplate

_SMALL = {"class": "govuk-radios--small govuk-radios--inline"}
IN_USE, OUT_OF_USE = "used", "unused"


class TemplateForm(VersionMixin, ModelForm):
    """A risk that many contracts share."""

    reason = reason_field()

    class Meta:
        model = RiskTemplate
        fields = (
            "topic", "title", "kind", "category", "cause", "event", "effect",
            "likelihood", "impact", "response", "treatment", "is_used",
        )  # fmt: skip
        widgets = {
            "kind": forms.RadioSelect(attrs=_SMALL),
            **{name: forms.Textarea(attrs={"rows": 2}) for name in ("cause", "event", "effect")},
        }
        labels = {"title": "What is it, in one line?"}

    def __init__(self, *args, matrix, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = RiskTemplate._meta.get_field("kind").choices
        for name in ("likelihood", "impact"):
            label = RiskTemplate._meta.get_field(name).verbose_name.capitalize()
            self.fields[name] = level_field(matrix, name, label, required=True)
        kept = self.instance.category_id
        offered = Category.objects.filter(is_used=True) | Category.objects.filter(pk=kept)
        self.fields["category"].queryset = offered
        self.fields["category"].empty_label = "Choose"
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("What may happen", "topic", "title", "kind", "category", "cause", "event", "effect"),
            Fieldset("How serious it often is", Div("likelihood", "impact", css_class="app-side-by-side")),
            Fieldset("What is done about it", "response", "treatment"),
            "is_used",
            *(["reason"] if "reason" in self.fields else []),
        )  # fmt: skip

    def clean_title(self):
        # In the words of the page; the constraint would say it in its own.
        title = self.cleaned_data["title"]
        namesakes = RiskTemplate.objects.filter(title__iexact=title)
        if namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("The library has a risk with this title already")
        return title

    def clean(self):
        values = super().clean()
        for name, sentence in rules.problems(values, today=timezone.localdate()):
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return values

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class LibraryFilter(ListFilter):
    q = filters.CharFilter(label="Words in it", method="by_words", max_length=200)
    topic = filters.ChoiceFilter(label="Topic", empty_label="All topics")
    category = filters.ChoiceFilter(label="Category", empty_label="All categories")
    kind = filters.ChoiceFilter(
        label="Kind", empty_label="All kinds", choices=RiskTemplate._meta.get_field("kind").choices
    )
    use = filters.ChoiceFilter(
        label="Whether it is offered", empty_label="All", method="by_use",
        choices=((IN_USE, "Offered"), (OUT_OF_USE, "Out of use")),
    )  # fmt: skip

    class Meta:
        model = RiskTemplate
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        topics = RiskTemplate.objects.order_by("topic").values_list("topic", flat=True).distinct()
        self.form.fields["topic"].choices = [(topic, topic) for topic in topics]
        self.form.fields["category"].choices = [
            (str(pk), name) for pk, name in Category.objects.values_list("pk", "name")
        ]

    def by_words(self, templates, name, value):
        for word in value.split()[:8]:
            found = templates.filter(title__icontains=word) | templates.filter(
                event__icontains=word
            )
            templates = found
        return templates

    def by_use(self, templates, name, value):
        return templates.filter(is_used=value == IN_USE)
