from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.person_list, name="people"),
    path("add/", views.person_add, name="person_add"),
    path("<int:person_pk>/", views.person_overview, name="person"),
    path("<int:person_pk>/history/", views.person_history, name="person_history"),
    path("<int:person_pk>/edit/", views.person_edit, name="person_edit"),
    path("<int:person_pk>/invite/", views.person_invite, name="person_invite"),
    path("<int:person_pk>/deactivate/", views.person_deactivate, name="person_deactivate"),
    path("<int:person_pk>/reactivate/", views.person_reactivate, name="person_reactivate"),
    path("<int:person_pk>/roles/give/", views.role_give, name="role_give"),
    path("roles/<int:membership_pk>/take/", views.role_take, name="role_take"),
    path("units/", views.unit_list, name="units"),
    path("units/add/", views.unit_add, name="unit_add"),
    path("units/<int:unit_pk>/", views.unit_overview, name="unit"),
    path("units/<int:unit_pk>/edit/", views.unit_edit, name="unit_edit"),
    path("organisation/", views.organisation, name="organisation"),
    path("roles/", views.roles_help, name="roles"),
    path("me/", views.own_account, name="me"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
]
