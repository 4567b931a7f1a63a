from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    label = "contracts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts import hooks  # noqa: F401
