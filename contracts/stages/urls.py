from django.urls import path

from contracts.stages import views

app_name = "stages"

urlpatterns = [
    path("<int:contract_pk>/stage/", views.contract_stage, name="contract"),
    path("<int:contract_pk>/stage/to/<slug:to>/", views.contract_move, name="move"),
    path("<int:contract_pk>/outcome/", views.contract_outcome, name="outcome"),
]
