from django.urls import path

from contracts.imports import views

app_name = "imports"

urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.import_upload, name="upload"),
    path("template/", views.import_template, name="template"),
    path("<int:run_pk>/", views.import_run, name="run"),
    path("<int:run_pk>/columns/", views.import_columns, name="columns"),
    path("<int:run_pk>/sheet/", views.import_sheet, name="sheet"),
    path("<int:run_pk>/questions/", views.import_questions, name="questions"),
    path("<int:run_pk>/check/", views.import_check, name="check"),
    path("<int:run_pk>/first-rows/", views.import_first_rows, name="first_rows"),
    path("<int:run_pk>/progress/", views.import_progress, name="progress"),
    path("<int:run_pk>/preview/", views.import_preview, name="preview"),
    path("<int:run_pk>/confirm/", views.import_confirm, name="confirm"),
    path("<int:run_pk>/wrong-rows/", views.import_wrong_rows, name="wrong_rows"),
    path("<int:run_pk>/file/", views.import_file, name="file"),
    path("<int:run_pk>/undo/", views.import_undo, name="undo"),
    path("<int:run_pk>/discard/", views.import_discard, name="discard"),
]
