from django.apps import AppConfig


class ContinuityConfig(AppConfig):
    name = "risks.continuity"
    label = "continuity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from risks.continuity import hooks, intake  # noqa: F401
