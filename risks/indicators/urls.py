from django.urls import path

from risks.indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.kri_list, name="list"),
    path("contract/<int:contract_pk>/", views.contract_indicators, name="contract"),
    path("contract/<int:contract_pk>/add/", views.kri_add, name="add"),
    path("<int:kri_pk>/", views.kri_page, name="indicator"),
    path("<int:kri_pk>/edit/", views.kri_edit, name="edit"),
    path("<int:kri_pk>/record/", views.kri_record, name="record"),
    path("<int:kri_pk>/read/", views.kri_read, name="read"),
    path("<int:kri_pk>/retire/", views.kri_retire, name="retire"),
    path("reading/<int:reading_pk>/correct/", views.reading_correct, name="correct"),
]
