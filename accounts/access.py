"""The door of a page that needs a permission for the whole organisation. Every room uses it."""

from django.http import Http404


def require(user, permission):
    """404 unless this person may: a page out of permission is not confirmed to exist."""
    if not user.may(permission):
        raise Http404
