"""The addresses of the wall, and of the pages that are the wall with a heading."""

from django.urls import path

from . import offers, people, views

urlpatterns = [
    path("", views.wall, name="wall"),
    path("search/offers/", offers.search_offers, name="search_offers"),
    path("traits/", views.traits, name="traits"),
    # A trait may have a name, and so an address, in any script.
    path("traits/<str:slug>/", views.trait, name="trait"),
    path("people/me/", people.me, name="me"),
    path("people/<int:pk>/", people.person, name="person"),
    path("teams/<slug:slug>/", people.team, name="team"),
]
