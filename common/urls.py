from django.urls import path

from common import health, views

app_name = "common"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("search/", views.search, name="search"),
]
