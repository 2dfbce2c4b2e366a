"""The addresses of Retold: each room brings its own."""

from django.contrib import admin
from django.urls import include, path

from staff.trying_out import trying_out

urlpatterns = [
    path("", include("stories.urls")),
    path("", include("staff.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("retold.health")),
]

handler400 = "retold.errors.bad_request"
handler404 = "retold.errors.page_not_found"
handler500 = "retold.errors.server_error"

if trying_out():
    urlpatterns.append(path("", include("stories.styleguide")))
