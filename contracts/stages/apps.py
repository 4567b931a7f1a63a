from django.apps import AppConfig


class StagesConfig(AppConfig):
    name = "contracts.stages"
    label = "stages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.stages import hooks  # noqa: F401
