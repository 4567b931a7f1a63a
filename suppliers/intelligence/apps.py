from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    name = "suppliers.intelligence"
    label = "intelligence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from suppliers.intelligence import hooks  # noqa: F401
