from django.urls import path

from . import views

urlpatterns = [
    path("feeds/<slug:token>/stories.atom", views.atom, name="feed_atom"),
    path("feeds/<slug:token>/stories.json", views.json, name="feed_json"),
    path("feeds/<slug:token>/photos/<slug:key>/<str:name>", views.photo, name="feed_photo"),
]
