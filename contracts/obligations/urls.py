from django.urls import path

from contracts.obligations import views

app_name = "obligations"

urlpatterns = [
    path("obligations/", views.obligation_list, name="list"),
    path("obligations/due/", views.occurrence_list, name="due"),
    path("obligations/met/", views.occurrences_met, name="met"),
    path("obligations/<int:obligation_pk>/", views.obligation_page, name="obligation"),
    path("obligations/<int:obligation_pk>/edit/", views.obligation_edit, name="edit"),
    path("obligations/<int:obligation_pk>/end/", views.obligation_end, name="end"),
    path("obligations/occurrences/<int:occurrence_pk>/", views.occurrence_page, name="occurrence"),
    path("obligations/occurrences/<int:occurrence_pk>/relief/", views.relief_decide, name="relief"),
    path("obligations/of-supplier/<int:supplier_pk>/", views.of_supplier, name="of_supplier"),
    path("<int:contract_pk>/obligations/", views.contract_obligations, name="contract"),
    path("<int:contract_pk>/obligations/add/", views.obligation_add, name="add"),
]
