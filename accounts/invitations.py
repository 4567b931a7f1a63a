"""The e-mail with which a new person sets their first password."""

import logging
from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Organisation

logger = logging.getLogger(__name__)


class NotSent(Exception):
    """The mail server did not take the message."""


def link_for(person):
    """A link that sets the password once; it dies with the first use, a change of address, or its time."""
    path = reverse(
        "account_reset_password_from_key",
        kwargs={
            "uidb36": user_pk_to_url_str(person),
            "key": default_token_generator.make_token(person),
        },
    )
    return f"{settings.SITE_URL}{path}"


def is_kept():
    """Whether mail is kept in files here, as where there is no mail server: no link reaches anybody."""
    return settings.EMAIL_BACKEND.endswith(".filebased.EmailBackend")


def may_be_handed_over(*, person, by):
    """Whether this person's link may be shown to the inviter, who could then sign in with it.

    Only a first password, and never a superuser's: nobody takes over an account that is in use without
    a trace. Who has forgotten theirs is let back in after their access has been ended.
    """
    is_first = not person.has_usable_password()
    return is_kept() and is_first and not person.is_superuser and by.may_manage(person)


def send(*, person, by):
    organisation = Organisation.current()
    context = {
        "person": person,
        "by": by,
        "organisation": organisation,
        "link": link_for(person),
        "days": timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days,
        "site_url": settings.SITE_URL,
    }
    text = render_to_string("accounts/email/invitation.txt", context)
    # A name is typed by people; a line break in a subject would be refused.
    subject = " ".join(f"Your access to the contract register of {organisation.name}".split())
    try:
        send_mail(subject, text, None, [person.email])
    except OSError as error:  # smtplib's errors are OSErrors
        logger.warning("The invitation of person %s was not sent: %s", person.pk, error)
        raise NotSent from error
