from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "risks.indicators"
    label = "indicators"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from risks.indicators import hooks  # noqa: F401
