from django.apps import AppConfig


class CreditsConfig(AppConfig):
    name = "performance.credits"
    label = "credits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from performance.credits import hooks, intake  # noqa: F401
