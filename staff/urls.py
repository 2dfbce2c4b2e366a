"""The addresses of the directory. A person's and a team's own page are walls."""

from django.urls import path

from . import account_pages, views

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/me/naming/", views.me_naming, name="me_naming"),
    path("teams/", views.teams, name="teams"),
    # In place of allauth's pages: on its own people add addresses and remove them.
    path("accounts/email/", account_pages.account, name="account_email"),
    path(
        "accounts/login/code/confirm/", account_pages.code_typed, name="account_confirm_login_code"
    ),
    path("accounts/sessions/", account_pages.sessions, name="account_sessions"),
    path("accounts/second-factor/", account_pages.proof, name="second_factor"),
]
