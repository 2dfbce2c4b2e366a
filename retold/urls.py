"""The addresses of Retold: each room brings its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("stories.urls")),
    path("", include("staff.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("retold.health")),
]

if settings.DEBUG:
    urlpatterns.append(path("", include("stories.styleguide")))
