"""How people, their roles, units and the organisation change, and by whom."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from accounts.models import BusinessUnit, Membership, Organisation, User
from accounts.permissions import ADMINISTRATOR, ROLES
from common.history import delete_with_history, save_with_history


class Refused(Exception):
    """Why not, in a sentence for the person who asked."""


def add_person(*, by, email, name, job_title="", telephone=""):
    """Add a person without a password; they set one through the invitation."""
    person = User(email=email.lower(), name=name, job_title=job_title, telephone=telephone)
    person.set_unusable_password()
    return _save_unless_taken(person, by=by, reason="Added", sentence=_EMAIL_TAKEN)


def change_person(*, person, by, reason="", **values):
    """Change a person's details. An old e-mail address stops working for signing in at once."""
    if not by.may_manage(person) and not (by == person and "email" not in values):
        raise Refused("Only an Administrator can change this person.")
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        saved = _change(person, values, by=by, reason=reason, sentence=_EMAIL_TAKEN)
        EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    return saved


@transaction.atomic
def deactivate(*, person, by, reason=""):
    """End a person's access at once. What they did, and the roles they held, stay on record."""
    if person == by:
        raise Refused("Nobody can end their own access. Ask another Administrator.")
    if not by.may_manage(person):
        raise Refused("Only an Administrator can end this person's access.")
    _keep_one_administrator(person)
    person.is_active = False
    # Without the old password its sessions and links are dead for good, also after a return.
    person.set_unusable_password()
    return save_with_history(person, by=by, reason=reason, update_fields=["is_active", "password"])


def reactivate(*, person, by, reason=""):
    """Let a person back in, with the roles they held. They set a new password through an invitation."""
    if not by.may_manage(person):
        raise Refused("Only an Administrator can let this person back in.")
    person.is_active = True
    return save_with_history(person, by=by, reason=reason, update_fields=["is_active"])


def give_role(*, person, role, unit, by, reason=""):
    """Give a role in a unit, or for the whole organisation when there is no unit."""
    if person == by:
        raise Refused("Nobody can give a role to themselves. Ask somebody else who may give it.")
    if not by.may_give(role):
        raise Refused(f"Only an Administrator can give the role {ROLES[role].name}.")
    membership = Membership(user=person, role=role, unit=unit)
    saved = _save_unless_taken(
        membership, by=by, reason=reason, sentence=f"{person} holds this role already."
    )
    person.__dict__.pop("roles_held", None)
    return saved


@transaction.atomic
def take_role(*, membership, by, reason=""):
    """Take a role away. It counts from the person's very next page."""
    if not by.may_give(membership.role):
        raise Refused(
            f"Only an Administrator can take away the role {membership.get_role_display()}."
        )
    if membership.role == ADMINISTRATOR.key:
        _keep_one_administrator(membership.user)
    delete_with_history(membership, by=by, reason=reason)


def _keep_one_administrator(person):
    """Refuse what would leave nobody to set the system up.

    The locks make two Administrators who remove each other at the same moment wait in line.
    """
    holders = User.objects.filter(memberships__role=ADMINISTRATOR.key)
    if person.pk not in {
        holder.pk for holder in holders.select_for_update(of=("self",)).order_by("pk")
    }:
        return
    if not User.objects.holding(ADMINISTRATOR.key).exclude(pk=person.pk).exists():
        raise Refused(f"{person} is the last Administrator. Give somebody else the role first.")


def add_unit(*, by, name, code="", is_active=True):
    unit = BusinessUnit(name=name, code=code, is_active=is_active)
    return _save_unless_taken(unit, by=by, reason="Added", sentence=_UNIT_TAKEN)


@transaction.atomic
def change_unit(*, unit, by, reason="", **values):
    unit = BusinessUnit.objects.select_for_update().get(pk=unit.pk)
    return _change(unit, values, by=by, reason=reason, sentence=_UNIT_TAKEN)


@transaction.atomic
def change_organisation(*, by, reason="", **values):
    """Change the organisation's one row, which is made by the first change."""
    transaction.on_commit(Organisation.show_again)
    saved = Organisation.objects.select_for_update().filter(pk=1).first()
    if saved is None:
        return save_with_history(Organisation(pk=1, **values), by=by, reason=reason)
    return _change(saved, values, by=by, reason=reason)


_EMAIL_TAKEN = "Somebody with this e-mail address is here already."
_UNIT_TAKEN = "There is a business unit with this name already."


def _change(row, values, *, by, reason, sentence=""):
    """Save what is different, and no other column, on a locked row; no history when nothing is."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, values[name])
    return _save_unless_taken(row, by=by, reason=reason, sentence=sentence, update_fields=changed)


def _save_unless_taken(row, *, by, reason, sentence, update_fields=None):
    """The form has looked already; the constraint catches two people at the same moment."""
    try:
        with transaction.atomic():
            return save_with_history(row, by=by, reason=reason, update_fields=update_fields)
    except IntegrityError as error:
        raise Refused(sentence) from error
