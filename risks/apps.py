from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "risks"

    def ready(self):
        # They register what this room adds to others.
        from risks import heat_hooks, hooks, intake, library_hooks  # noqa: F401
