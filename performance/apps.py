from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "performance"
    label = "performance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from performance import hooks, intake, reading_intake  # noqa: F401
