from django.urls import path

from . import views

urlpatterns = [
    path("stories/line-up.pdf", views.line_up, name="line_up"),
    path("stories/<slug:public_id>/poster.pdf", views.poster, name="story_poster"),
]
