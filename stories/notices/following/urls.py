from django.urls import path

from . import views

urlpatterns = [
    path("follow/", views.follow, name="follow"),
    path("follow/new/", views.new, name="follow_new"),
    path("follow/feed/", views.feed, name="follow_feed"),
    path("follow/<int:pk>/end/", views.stop, name="follow_stop"),
    path("follow/end/<slug:token>/", views.end, name="follow_end"),
]
