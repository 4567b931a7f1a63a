from django.urls import path

from risks.continuity import views

app_name = "continuity"

urlpatterns = [
    path("", views.plans, name="plans"),
    path("checks/", views.checks, name="checks"),
    path("contract/<int:contract_pk>/", views.contract_continuity, name="contract"),
    path("contract/<int:contract_pk>/plan/", views.plan_add, name="plan_add"),
    path("contract/<int:contract_pk>/check/", views.check_add, name="check_add"),
    path("supplier/<int:supplier_pk>/", views.of_supplier, name="of_supplier"),
    path("supplier/<int:supplier_pk>/plan/", views.supplier_plan_add, name="supplier_plan_add"),
    path("supplier/<int:supplier_pk>/check/", views.supplier_check_add, name="supplier_check_add"),
    path("plan/<int:plan_pk>/", views.plan, name="plan"),
    path("plan/<int:plan_pk>/edit/", views.plan_edit, name="plan_edit"),
    path("plan/<int:plan_pk>/retire/", views.plan_retire, name="plan_retire"),
    path("plan/<int:plan_pk>/test/", views.test_record, name="test_record"),
    path("test/<int:test_pk>/", views.test_correct, name="test_correct"),
    path("check/<int:check_pk>/", views.check, name="check"),
    path("check/<int:check_pk>/edit/", views.check_edit, name="check_edit"),
    path("check/<int:check_pk>/renew/", views.check_renew, name="check_renew"),
    path("check/<int:check_pk>/end/", views.check_end, name="check_end"),
]
