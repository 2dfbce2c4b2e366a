from django.urls import path

from . import views

urlpatterns = [
    path("views/", views.saved_views, name="saved_views"),
    path("views/new/", views.new, name="saved_view_new"),
    path("views/opening/", views.opening, name="saved_view_opening"),
    path("views/<slug:key>/", views.saved_view, name="saved_view"),
    path("views/<slug:key>/change/", views.change, name="saved_view_change"),
    path("views/<slug:key>/place/", views.place, name="saved_view_place"),
    path("views/<slug:key>/delete/", views.delete, name="saved_view_delete"),
]
