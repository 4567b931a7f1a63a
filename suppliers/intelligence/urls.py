from django.urls import path

from suppliers.intelligence import views

app_name = "intelligence"

urlpatterns = [
    path("intelligence/", views.notes, name="list"),
    path("intelligence/add/", views.note_add, name="note_add"),
    path("intelligence/checks/", views.checks, name="checks"),
    path("intelligence/unchecked/", views.suppliers_unchecked, name="unchecked"),
    path("intelligence/distress/", views.distress, name="distress"),
    path("intelligence/distress/<int:event_pk>/", views.distress_edit, name="distress_edit"),
    path("intelligence/scores/", views.agencies, name="agencies"),
    path("intelligence/scores/add/", views.agency_add, name="agency_add"),
    path("intelligence/scores/<int:agency_pk>/", views.agency_edit, name="agency_edit"),
    path("intelligence/<int:note_pk>/", views.note, name="note"),
    path("intelligence/<int:note_pk>/edit/", views.note_edit, name="note_edit"),
    path("intelligence/<int:note_pk>/end/", views.note_end, name="note_end"),
    path("<int:supplier_pk>/intelligence/", views.supplier_intelligence, name="supplier"),
    path("<int:supplier_pk>/intelligence/check/", views.check_add, name="check_add"),
    path("<int:supplier_pk>/intelligence/distress/", views.distress_add, name="distress_add"),
]
