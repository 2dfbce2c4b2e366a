from django.urls import path

from . import views

urlpatterns = [
    path("screens/", views.screens, name="screens"),
    path("screens/new/", views.new, name="screen_new"),
    path("screens/<int:pk>/off/", views.off, name="screen_off"),
    path("screens/<slug:token>/", views.screen, name="screen"),
    path("screens/<slug:token>/slides/", views.slides, name="screen_slides"),
    path("screens/<slug:token>/photos/<slug:key>/<str:name>", views.photo, name="screen_photo"),
]
