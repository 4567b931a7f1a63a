from django.urls import path

from contracts.tiering import views

app_name = "tiering"

urlpatterns = [
    path("<int:contract_pk>/tiering/", views.contract_tiering, name="contract"),
    path("<int:contract_pk>/tiering/assess/", views.contract_assess, name="assess"),
    path("tiering/", views.tiering_waiting, name="waiting"),
    path("tiering/never-assessed/", views.tiering_never, name="never"),
    path("tiering/overdue/", views.tiering_overdue, name="overdue"),
    path("tiering/assessed/", views.tiering_assessed, name="assessed"),
    path("tiering/decide/", views.decide_many, name="decide_many"),
    path("tiering/assessment/<int:assessment_pk>/", views.assessment_page, name="assessment"),
    path("tiering/assessment/<int:assessment_pk>/decide/", views.assessment_decide, name="decide"),
    path("tiering/questionnaire/", views.questionnaire_page, name="questionnaire"),
    path(
        "tiering/questionnaire/<int:questionnaire_pk>/", views.questionnaire_version, name="version"
    ),
    path("tiering/questionnaire/draft/", views.draft_page, name="draft"),
    path("tiering/questionnaire/draft/start/", views.draft_start, name="draft_start"),
    path("tiering/questionnaire/draft/discard/", views.draft_discard, name="discard"),
    path("tiering/questionnaire/draft/numbers/", views.draft_numbers, name="numbers"),
    path("tiering/questionnaire/draft/question/add/", views.question_add, name="question_add"),
    path(
        "tiering/questionnaire/draft/question/<int:question_pk>/",
        views.question_edit,
        name="question_edit",
    ),
    path(
        "tiering/questionnaire/draft/question/<int:question_pk>/remove/",
        views.question_remove,
        name="question_remove",
    ),
    path("tiering/questionnaire/draft/rule/add/", views.rule_add, name="rule_add"),
    path("tiering/questionnaire/draft/rule/<int:rule_pk>/", views.rule_edit, name="rule_edit"),
    path(
        "tiering/questionnaire/draft/rule/<int:rule_pk>/remove/",
        views.rule_remove,
        name="rule_remove",
    ),
    path("tiering/questionnaire/draft/changes/", views.draft_changes, name="changes"),
    path("tiering/questionnaire/draft/publish/", views.draft_publish, name="publish"),
]
