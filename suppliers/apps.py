from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    name = "suppliers"
    label = "suppliers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from suppliers import hooks  # noqa: F401
