from django.urls import path

from suppliers import views

app_name = "suppliers"

urlpatterns = [
    path("", views.supplier_list, name="list"),
    path("add/", views.supplier_add, name="add"),
    path("<int:supplier_pk>/", views.supplier_overview, name="supplier"),
    path("<int:supplier_pk>/edit/", views.supplier_edit, name="edit"),
    path("<int:supplier_pk>/history/", views.supplier_history, name="history"),
]
