from accounts import sections
from accounts.permissions import Permission
from common import navigation

navigation.register(
    navigation.Item(
        "people", "People", "accounts:people", order=80, further=True,
        shown=lambda user: user.may(Permission.MANAGE_PEOPLE),
    )
)  # fmt: skip

sections.register(sections.Section("overview", "Overview", "accounts:person", order=0))
sections.register(sections.Section("history", "History", "accounts:person_history", order=100))
