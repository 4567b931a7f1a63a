from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.home, name="home"),
    path("work/", views.work, name="work"),
    path("overview/", views.overview, name="overview"),
    path("units/", views.units, name="units"),
    path("portfolio/", views.portfolio, name="portfolio"),
    path("ratings/", views.ratings, name="ratings"),
    path("setup/", views.setup, name="setup"),
]
