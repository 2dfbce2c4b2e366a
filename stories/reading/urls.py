from django.urls import path

from . import flags, views

urlpatterns = [
    path("stories/<slug:public_id>/", views.story, name="story"),
    path("stories/<slug:public_id>/alike/", views.alike, name="story_alike"),
    path("stories/<slug:public_id>/salute/", views.salute, name="salute"),
    path("stories/<slug:public_id>/retell/", views.retell, name="retell"),
    path("stories/<slug:public_id>/notes/", views.note, name="note"),
    path("stories/<slug:public_id>/notes/<int:pk>/remove/", views.remove_note, name="remove_note"),
    path("stories/<slug:public_id>/flag/", flags.flag, name="flag"),
    path("stories/<slug:public_id>/notes/<int:pk>/flag/", flags.flag, name="flag_note"),
    path("stories/<slug:public_id>/gold/", views.gold, name="gold"),
]
