from django.apps import AppConfig


class TrendsConfig(AppConfig):
    name = "performance.trends"
    label = "trends"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from performance.trends import hooks  # noqa: F401
