from django.apps import AppConfig


class TieringConfig(AppConfig):
    name = "contracts.tiering"
    label = "tiering"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.tiering import hooks  # noqa: F401
