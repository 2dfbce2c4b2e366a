from django.urls import path

from . import views

urlpatterns = [
    path("stories/<slug:public_id>/from/<slug:way>/", views.opened, name="story_from"),
]
