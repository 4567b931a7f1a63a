from accounts.permissions import Permission
from common import navigation

navigation.register(
    navigation.Item(
        "people", "People", "accounts:people", order=80,
        shown=lambda user: user.may(Permission.MANAGE_PEOPLE),
        prefixes=("/people/people/", "/people/units/", "/people/organisation/"),
    )
)  # fmt: skip
