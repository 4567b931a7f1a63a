from django import forms
from django.urls import reverse_lazy

from common.forms import ChangeForm, reason_field
from reminders import rules
from reminders.models import ReminderRule, validate_steps


class RuleForm(ChangeForm):
    """How early, to whom, and whether at all."""

    submit_label = "Save rule"
    cancel_url = reverse_lazy("reminders:rules")

    reason = reason_field(help_text="Shown in the rule's history")

    class Meta:
        model = ReminderRule
        fields = ("steps", "told", "is_active")
        widgets = {"told": forms.RadioSelect}

    def clean_steps(self):
        text = self.cleaned_data["steps"]
        validate_steps(text)
        return ",".join(str(step) for step in rules.read_steps(text))
