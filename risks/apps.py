from django.apps import AppConfig


class RisksConfig(AppConfig):
    name = "risks"

    def ready(self):
        from risks import heat_hooks, hooks  # noqa: F401 - they register what this room adds to others
