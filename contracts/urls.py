from django.urls import path

from contracts import views

app_name = "contracts"

urlpatterns = [
    path("", views.contract_list, name="list"),
    path("add/", views.contract_add, name="add"),
    path("assign/", views.contracts_assign, name="assign"),
    path("<int:contract_pk>/", views.contract_overview, name="contract"),
    path("<int:contract_pk>/edit/", views.contract_edit, name="edit"),
    path("<int:contract_pk>/people/", views.contract_people, name="people"),
    path("<int:contract_pk>/people/deputies/add/", views.contract_deputy_add, name="deputy_add"),
    path("<int:contract_pk>/people/<int:term_pk>/", views.contract_term, name="term"),
    path("<int:contract_pk>/suppliers/", views.contract_suppliers, name="suppliers"),
    path("<int:contract_pk>/suppliers/<int:part_pk>/", views.contract_supplier, name="supplier"),
    path("<int:contract_pk>/call-offs/", views.contract_children, name="children"),
    path("<int:contract_pk>/spot/add/", views.contract_spot_add, name="spot_add"),
    path("<int:contract_pk>/history/", views.contract_history, name="history"),
    path("of-supplier/<int:supplier_pk>/", views.contracts_of_supplier, name="of_supplier"),
    path("of-person/<int:person_pk>/", views.contracts_of_person, name="of_person"),
]
