from django.urls import path

from performance import reading_views, template_views, views

app_name = "performance"

urlpatterns = [
    path("log/", views.log, name="log"),
    path("templates/", template_views.template_list, name="templates"),
    path("templates/add/", template_views.template_add, name="template_add"),
    path("templates/<int:template_pk>/", template_views.template_edit, name="template_edit"),
    path(
        "templates/<int:template_pk>/remove/",
        template_views.template_remove,
        name="template_remove",
    ),
    path(
        "contract/<int:contract_pk>/templates/",
        template_views.from_templates,
        name="from_templates",
    ),
    path("check/", reading_views.check, name="check"),
    path("supplier/<int:supplier_pk>/", views.supplier_performance, name="of_supplier"),
    path("contract/<int:contract_pk>/", views.contract_performance, name="contract"),
    path("contract/<int:contract_pk>/add/", views.indicator_add, name="add"),
    path("<int:indicator_pk>/", views.indicator_page, name="indicator"),
    path("<int:indicator_pk>/edit/", views.indicator_edit, name="edit"),
    path("<int:indicator_pk>/retire/", views.indicator_retire, name="retire"),
    path("<int:indicator_pk>/event/", reading_views.event, name="event"),
    path("<int:indicator_pk>/definition/", views.definition_add, name="definition_add"),
    path("definition/<int:definition_pk>/", views.definition_edit, name="definition"),
    path(
        "definition/<int:definition_pk>/remove/", views.definition_remove, name="definition_remove"
    ),
    path("reading/<int:reading_pk>/", reading_views.reading_page, name="reading"),
    path("reading/<int:reading_pk>/challenge/", reading_views.challenge, name="challenge"),
    path("reading/<int:reading_pk>/amend/", reading_views.amend, name="amend"),
    path("reading/<int:reading_pk>/rate/", reading_views.rate, name="rate"),
    path("reading/<int:reading_pk>/relief/", reading_views.relief, name="relief"),
    path("reading/<int:reading_pk>/evidence/", reading_views.evidence, name="evidence"),
]
