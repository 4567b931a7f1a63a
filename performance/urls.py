from django.urls import path

from performance import views

app_name = "performance"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("supplier/<int:supplier_pk>/", views.supplier_performance, name="of_supplier"),
    path("contract/<int:contract_pk>/", views.contract_performance, name="contract"),
    path("contract/<int:contract_pk>/add/", views.indicator_add, name="add"),
    path("<int:indicator_pk>/", views.indicator_page, name="indicator"),
    path("<int:indicator_pk>/edit/", views.indicator_edit, name="edit"),
    path("<int:indicator_pk>/retire/", views.indicator_retire, name="retire"),
]
