from django.urls import path

from performance.credits import views

app_name = "credits"

urlpatterns = [
    path("", views.credit_list, name="list"),
    path("by-contract/", views.by_contract, name="by_contract"),
    path("by-supplier/", views.by_supplier, name="by_supplier"),
    path("contract/<int:contract_pk>/", views.contract_credits, name="contract"),
    path("contract/<int:contract_pk>/regime/", views.regime_add, name="regime_add"),
    path("contract/<int:contract_pk>/charges/", views.charges, name="charges"),
    path("contract/<int:contract_pk>/work-out/", views.work_out, name="work_out"),
    path("contract/<int:contract_pk>/milestones/add/", views.milestone_add, name="milestone_add"),
    path("regimes/<int:regime_pk>/", views.regime_edit, name="regime_edit"),
    path("milestones/<int:milestone_pk>/", views.milestone_edit, name="milestone"),
    path("<int:credit_pk>/", views.credit_page, name="credit"),
    path("<int:credit_pk>/claim/", views.claim, name="claim"),
    path("<int:credit_pk>/credited/", views.credited, name="credited"),
    path("<int:credit_pk>/waive/", views.waive, name="waive"),
    path("<int:credit_pk>/take-back/", views.take_back, name="take_back"),
]
