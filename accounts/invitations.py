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
