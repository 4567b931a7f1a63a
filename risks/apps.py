from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "risks"

    def ready(self):
        from risks import hooks  # noqa: F401 - it registers what this room adds to others
