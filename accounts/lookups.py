"""A person typed into a form: by e-mail address or by full name."""

import re

from django.core.exceptions import ValidationError

from accounts.models import User
from common.lookups import LookupField

_EMAIL_IN_BRACKETS = re.compile(r"\(([^()\s]+@[^()\s]+)\)\s*\Z")


def describe(person):
    return f"{person} ({person.email})" if person.name else str(person)


def find(text):
    email = _EMAIL_IN_BRACKETS.search(text)
    text = email[1] if email else text.strip()
    people = (
        User.objects.filter(email__iexact=text)
        if "@" in text
        else User.objects.filter(name__iexact=text)
    )
    found = people.active().order_by("pk")
    if not found and (leaver := people.first()):
        raise ValidationError(f"{leaver} has left, and is given nothing new", code="left")
    return found


def suggest(text):
    return User.objects.active().matching(text.split(" ")[0][:60]).order_by("name")


class PersonField(LookupField):
    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "Full name or e-mail address")
        super().__init__(
            model=User,
            find=find,
            describe=describe,
            suggest=suggest,
            noun="person",
            offer_from=lambda: User.objects.active().order_by("name", "pk"),
            **kwargs,
        )
