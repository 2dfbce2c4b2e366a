from django.urls import path

from . import views

urlpatterns = [path("photos/<slug:key>/<str:name>", views.photo, name="photo")]
