from django.utils.functional import SimpleLazyObject

from accounts.models import Organisation
from common import navigation


def steward(request):
    """What every page shows: whose register this is, and where the reader can go."""
    user = getattr(request, "user", None)
    links = (
        navigation.items_for(user, getattr(request, "navigation_path", request.path))
        if user and user.is_authenticated
        else []
    )
    return {
        "organisation": SimpleLazyObject(Organisation.shown),
        "navigation": links,
        "further_navigation": [link for link in links if link["further"]],
    }
