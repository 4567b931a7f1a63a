from django.urls import path

from performance.trends import views

app_name = "trends"

urlpatterns = [
    path("", views.portfolio, name="portfolio"),
    path("indicators/", views.indicator_list, name="indicators"),
    path("not-tracked/", views.untracked_list, name="untracked"),
    path("supplier/<int:supplier_pk>/", views.supplier_ratings, name="of_supplier"),
    path("contract/<int:contract_pk>/", views.contract_trends, name="contract"),
]
