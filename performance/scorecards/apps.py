from django.apps import AppConfig


class ScorecardsConfig(AppConfig):
    name = "performance.scorecards"
    label = "scorecards"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from performance.scorecards import hooks  # noqa: F401
