from django.apps import AppConfig


class RemindersConfig(AppConfig):
    name = "reminders"
    label = "reminders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from reminders import hooks  # noqa: F401
