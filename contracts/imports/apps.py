from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "contracts.imports"
    label = "imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.imports import hooks  # noqa: F401
