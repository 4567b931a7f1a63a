from django.urls import path

from contracts.terms import views

app_name = "terms"

urlpatterns = [
    path("<int:contract_pk>/term/", views.contract_term, name="contract"),
    path("<int:contract_pk>/term/set/", views.term_set, name="set"),
    path("<int:contract_pk>/term/ends/<slug:of>/", views.term_end, name="end"),
    path("<int:contract_pk>/term/renewal/", views.renewal_record, name="renewal"),
    path("<int:contract_pk>/term/breaks/add/", views.break_add, name="break_add"),
    path("<int:contract_pk>/term/notices/add/", views.clock_add, name="clock_add"),
    path("term/options/<int:option_pk>/take/", views.option_take, name="option_take"),
    path("term/options/<int:option_pk>/decline/", views.option_decline, name="option_decline"),
    path("term/options/<int:option_pk>/lapse/", views.option_lapse, name="option_lapse"),
    path("term/options/<int:option_pk>/reopen/", views.option_reopen, name="option_reopen"),
    path("term/breaks/<int:day_pk>/", views.break_edit, name="break_edit"),
    path("term/breaks/<int:day_pk>/use/", views.break_use, name="break_use"),
    path("term/breaks/<int:day_pk>/leave/", views.break_leave, name="break_leave"),
    path("term/breaks/<int:day_pk>/reopen/", views.break_reopen, name="break_reopen"),
    path("term/breaks/<int:day_pk>/remove/", views.break_remove, name="break_remove"),
    path("term/notices/<int:clock_pk>/", views.clock_edit, name="clock_edit"),
    path("term/notices/<int:clock_pk>/settle/", views.clock_settle, name="clock_settle"),
    path("term/notices/<int:clock_pk>/remove/", views.clock_remove, name="clock_remove"),
    path("bank-holidays/", views.holidays, name="holidays"),
    path("bank-holidays/add/", views.holiday_add, name="holiday_add"),
    path("bank-holidays/history/", views.holidays_history, name="holidays_history"),
    path("bank-holidays/<int:holiday_pk>/remove/", views.holiday_remove, name="holiday_remove"),
]
