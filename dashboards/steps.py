"""What an administrator sets up once, and how far that is."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import BusinessUnit, Membership, Organisation, User
from accounts.permissions import PROCUREMENT
from common.templatetags.steward import count_of
from contracts.terms.models import BankHoliday
from reminders.models import ReminderRule


@dataclass(frozen=True)
class Step:
    """Something to set up: `state` says how it is now, `done` whether that is enough to start."""

    title: str
    text: str
    state: str
    done: bool
    url_name: str
    action: str


def steps():
    named = Organisation.objects.filter(pk=1).first()
    units = BusinessUnit.objects.filter(is_active=True).count()
    people = User.objects.active().count()
    keepers = Membership.objects.filter(role=PROCUREMENT.key, user__is_active=True).count()
    rules = ReminderRule.objects.aggregate(on=Count("pk", filter=Q(is_active=True)))["on"]
    holidays = BankHoliday.objects.known_until()
    kept = "filebased" in settings.EMAIL_BACKEND
    return [
        Step(
            "Organisation", "Its name, its colour, and the words it uses.",
            named.name if named else "Not named yet", named is not None,
            "accounts:organisation", "Set name and terms",
        ),
        Step(
            "Business units", "Directorates, departments or services that hold contracts.",
            count_of(units, "unit") if units else "None yet", units > 0,
            "accounts:units", "Manage units",
        ),
        Step(
            "People and roles", "Who can sign in, and what they may do.",
            f"{count_of(people, 'person,people')} can sign in, {keepers} in the Procurement Unit",
            keepers > 0, "accounts:people", "Manage people",
        ),
        Step(
            "Reminders", "Which dates are reminded of, how early, and who is told.",
            f"{count_of(rules, 'kind')} of date reminded of" if rules else "None switched on",
            rules > 0, "reminders:rules", "Choose reminders",
        ),
        Step(
            "Bank holidays", "Working days of notices are counted by them.",
            f"Known until {holidays}" if holidays else "None recorded",
            holidays > timezone.localdate().year, "terms:holidays", "Keep bank holidays",
        ),
        Step(
            "Mail", "Messages that Steward sends.",
            "Kept here and not sent: no mail server is set" if kept else "Sent by the mail server",
            not kept, "reminders:mail", "Read kept messages",
        ),
    ]  # fmt: skip
