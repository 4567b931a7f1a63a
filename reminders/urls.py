from django.urls import path

from reminders import views

app_name = "reminders"

urlpatterns = [
    path("", views.notices_mine, name="mine"),
    path("all/", views.notices_all, name="all"),
    path("contract/<int:contract_pk>/", views.notices_of_contract, name="contract"),
    path("e-mails/", views.digest_list, name="digests"),
    path("e-mails/send-again/", views.digests_send_again, name="send_again"),
    path("rules/", views.rule_list, name="rules"),
    path("rules/<int:rule_pk>/", views.rule_edit, name="rule_edit"),
    path("mail/", views.mail_list, name="mail"),
    path("mail/<str:file>/<int:number>/", views.mail_message, name="message"),
]
