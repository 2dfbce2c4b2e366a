from django.urls import path

from . import views

urlpatterns = [
    path("stories/<slug:public_id>/card-<slug:size>.png", views.card, name="story_card"),
]
