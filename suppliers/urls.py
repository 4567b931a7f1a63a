from django.urls import path

from suppliers import views

app_name = "suppliers"

urlpatterns = [
    path("", views.supplier_list, name="list"),
    path("duplicates/", views.duplicate_list, name="duplicates"),
    path("duplicates/decide/", views.duplicates_decide, name="duplicates_decide"),
    path("duplicates/search/", views.duplicates_search, name="duplicates_search"),
    path("add/", views.supplier_add, name="add"),
    path("<int:supplier_pk>/", views.supplier_overview, name="supplier"),
    path("<int:supplier_pk>/edit/", views.supplier_edit, name="edit"),
    path("<int:supplier_pk>/contacts/", views.supplier_contacts, name="contacts"),
    path("<int:supplier_pk>/contacts/add/", views.contact_add, name="contact_add"),
    path("contacts/<int:contact_pk>/edit/", views.contact_edit, name="contact_edit"),
    path("contacts/<int:contact_pk>/retire/", views.contact_retire, name="contact_retire"),
    path(
        "contacts/<int:contact_pk>/bring-back/", views.contact_bring_back, name="contact_bring_back"
    ),
    path("<int:supplier_pk>/spend/", views.supplier_spend, name="spend"),
    path("<int:supplier_pk>/spend/record/", views.spend_record, name="spend_record"),
    path("<int:supplier_pk>/merge/", views.merge_choose, name="merge_choose"),
    path("<int:supplier_pk>/merge/<int:other_pk>/", views.supplier_merge, name="merge"),
    path("<int:supplier_pk>/history/", views.supplier_history, name="history"),
]
