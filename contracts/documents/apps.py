from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "contracts.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from contracts.documents import hooks  # noqa: F401
