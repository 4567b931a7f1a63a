"""Addresses of this room that lie outside /people/, and come before allauth's."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("organisation.css", views.organisation_css, name="organisation_css"),
    # allauth would let people change the address they sign in with; here that is the work of
    # those who manage people, and stands in the history.
    path("account/email/", views.own_email, name="account_email"),
]
