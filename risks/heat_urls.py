"""The heat map of all risks; `risks/urls.py` includes these."""

from django.urls import path

from risks import heat_views

urlpatterns = [path("heat-map/", heat_views.heat_map, name="heat_map")]
