"""The address of a photo: who may not read its story is told that there is none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from stories.models import Photo

from .serving import serve


@require_safe
def photo(request: HttpRequest, key: str, name: str) -> HttpResponse:
    found = get_object_or_404(Photo.objects.visible_to(request.user), key=key)
    return serve(request, found, name)
