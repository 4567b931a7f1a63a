"""What reminders add to the header and to a contract's page."""

from common import navigation
from contracts import sections

navigation.register(
    navigation.Item(
        "reminders",
        "Reminders",
        "reminders:mine",
        order=60,
        prefixes=("/reminders/",),
        further=True,
    )
)
sections.register(sections.Section("reminders", "Reminders", "reminders:contract", order=60))
