from django.apps import AppConfig


class SegmentationConfig(AppConfig):
    name = "suppliers.segmentation"
    label = "segmentation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from suppliers.segmentation import hooks  # noqa: F401
