"""The address of one's own data; those of others' are in the admin."""

from django.urls import path

from . import views

urlpatterns = [path("accounts/data/", views.own_data, name="own_data")]
