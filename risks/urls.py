from django.urls import path

from risks import heat_urls, library_urls, views

app_name = "risks"

urlpatterns = [
    *library_urls.urlpatterns,
    path("", views.risk_list, name="list"),
    *heat_urls.urlpatterns,
    path("contract/<int:contract_pk>/", views.contract_risks, name="contract"),
    path("contract/<int:contract_pk>/add/", views.risk_add, name="add"),
    path("contract/<int:contract_pk>/reviewed/", views.register_review, name="register_review"),
    path("supplier/<int:supplier_pk>/", views.of_supplier, name="of_supplier"),
    path("supplier/<int:supplier_pk>/add/", views.supplier_risk_add, name="supplier_add"),
    path("organisation/add/", views.organisation_risk_add, name="organisation_add"),
    path("<int:risk_pk>/", views.risk_page, name="risk"),
    path("<int:risk_pk>/edit/", views.risk_edit, name="edit"),
    path("<int:risk_pk>/take-on/", views.risk_accept, name="accept"),
    path("<int:risk_pk>/decline/", views.risk_decline, name="decline"),
    path("<int:risk_pk>/review/", views.risk_review, name="review"),
    path("<int:risk_pk>/happened/", views.risk_happened, name="happened"),
    path("<int:risk_pk>/close/", views.risk_close, name="close"),
    path("<int:risk_pk>/reopen/", views.risk_reopen, name="reopen"),
    path("<int:risk_pk>/decide/", views.risk_decide, name="decide"),
    path("<int:risk_pk>/treatments/add/", views.treatment_add, name="treatment_add"),
    path("treatments/<int:treatment_pk>/edit/", views.treatment_edit, name="treatment_edit"),
    path("treatments/<int:treatment_pk>/done/", views.treatment_done, name="treatment_done"),
    path("treatments/<int:treatment_pk>/give-up/", views.treatment_drop, name="treatment_drop"),
    path("<int:risk_pk>/contingency/", views.contingency_edit, name="contingency"),
    path("<int:risk_pk>/contingency/tested/", views.contingency_tested, name="contingency_tested"),
]
