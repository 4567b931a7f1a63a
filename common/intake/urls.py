from django.urls import path

from common.intake import views

app_name = "intake"

urlpatterns = [
    path("<slug:kind_key>/<int:about_pk>/", views.intake_upload, name="upload"),
    path("<slug:kind_key>/<int:about_pk>/template/", views.intake_template, name="template"),
    path("<int:intake_pk>/", views.intake_run, name="run"),
    path("<int:intake_pk>/columns/", views.intake_columns, name="columns"),
    path("<int:intake_pk>/sheet/", views.intake_sheet, name="sheet"),
    path("<int:intake_pk>/check/", views.intake_check, name="check"),
    path("<int:intake_pk>/progress/", views.intake_progress, name="progress"),
    path("<int:intake_pk>/preview/", views.intake_preview, name="preview"),
    path("<int:intake_pk>/confirm/", views.intake_confirm, name="confirm"),
    path("<int:intake_pk>/wrong-rows/", views.intake_wrong_rows, name="wrong_rows"),
    path("<int:intake_pk>/file/", views.intake_file, name="file"),
    path("<int:intake_pk>/discard/", views.intake_discard, name="discard"),
]
