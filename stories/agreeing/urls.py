from django.urls import path

from . import views

urlpatterns = [
    path("people/me/named/", views.mine, name="my_naming"),
    path("named/<str:token>/", views.choose, name="named"),
]
