from django.urls import path

from contracts.documents import views

app_name = "documents"

urlpatterns = [
    path("documents/", views.document_list, name="list"),
    path("<int:contract_pk>/documents/", views.contract_documents, name="contract"),
    path("<int:contract_pk>/documents/add/", views.document_add, name="add"),
    path("<int:contract_pk>/as-it-stands/", views.contract_as_it_stands, name="as_it_stands"),
    path("documents/<int:document_pk>/", views.document_page, name="document"),
    path("documents/<int:document_pk>/edit/", views.document_edit, name="edit"),
    path("documents/<int:document_pk>/add-version/", views.version_add, name="add_version"),
    path("documents/<int:document_pk>/withdraw/", views.document_withdraw, name="withdraw"),
    path("documents/<int:document_pk>/bring-back/", views.document_bring_back, name="bring_back"),
    path("documents/<int:document_pk>/dispose/", views.document_dispose, name="dispose"),
    path("documents/version/<int:version_pk>/", views.version_file, name="file"),
    path("documents/version/<int:version_pk>/edit/", views.version_edit, name="edit_version"),
    path(
        "documents/version/<int:version_pk>/make-current/",
        views.version_make_current,
        name="make_current",
    ),
    path(
        "documents/version/<int:version_pk>/withdraw/",
        views.version_withdraw,
        name="withdraw_version",
    ),
]
