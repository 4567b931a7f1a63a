from django.urls import path

from common import health

app_name = "common"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
