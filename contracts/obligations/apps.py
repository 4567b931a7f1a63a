from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "contracts.obligations"
    label = "obligations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.obligations import hooks, intake  # noqa: F401
