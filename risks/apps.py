from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "risks"

    def ready(self):
        # They register what this room adds to others.
        from risks import hooks, library_hooks  # noqa: F401
