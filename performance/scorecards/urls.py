from django.urls import path

from performance.scorecards import views

app_name = "scorecards"

urlpatterns = [
    path("", views.scorecard_list, name="list"),
    path("<int:scorecard_pk>/", views.scorecard_page, name="scorecard"),
    path("<int:scorecard_pk>/fill/", views.scorecard_fill, name="fill"),
    path("<int:scorecard_pk>/sign-off/", views.scorecard_sign_off, name="sign_off"),
    path("<int:scorecard_pk>/seen/", views.scorecard_see, name="see"),
    path("<int:scorecard_pk>/answer/", views.scorecard_answer, name="answer"),
    path("<int:scorecard_pk>/reopen/", views.scorecard_reopen, name="reopen"),
    path("<int:scorecard_pk>/discard/", views.scorecard_discard, name="discard"),
    path("<int:scorecard_pk>/print/", views.scorecard_print, name="print"),
    path("sign-off/<int:sign_off_pk>/", views.earlier_sign_off, name="earlier"),
    path("contract/<int:contract_pk>/", views.contract_scorecards, name="contract"),
    path("contract/<int:contract_pk>/start/", views.scorecard_start, name="start"),
    path("contract/<int:contract_pk>/feedback/", views.feedback_list, name="feedback"),
    path("contract/<int:contract_pk>/feedback/add/", views.feedback_add, name="feedback_add"),
    path("feedback/<int:feedback_pk>/edit/", views.feedback_edit, name="feedback_edit"),
    path("feedback/<int:feedback_pk>/resolve/", views.feedback_resolve, name="feedback_resolve"),
]
