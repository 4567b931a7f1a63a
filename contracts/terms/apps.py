from django.apps import AppConfig


class TermsConfig(AppConfig):
    name = "contracts.terms"
    label = "terms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.terms import hooks  # noqa: F401
