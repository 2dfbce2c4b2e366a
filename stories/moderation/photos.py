"""Photos on the moderation page: described, turned, cropped to their subject, taken off."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from staff.text import as_id, clean_text
from stories.fields import Line
from stories.models import Photo, Story, TransitionRefused
from stories.models.photo import MOST_ALT
from stories.models.photographed import MOST_CUT_OFF
from stories.photos.tasks import make_photo

from . import decisions


class PhotoForm(forms.Form):
    """What a photo shows, and the point of it that posters keep."""

    alt = Line(required=False, max_length=MOST_ALT)
    focus_x = forms.IntegerField(min_value=0, max_value=100)
    focus_y = forms.IntegerField(min_value=0, max_value=100)


class CutForm(forms.Form):
    """How much of a photo is cut off on each side, in per cent."""

    left = forms.IntegerField(min_value=0, max_value=MOST_CUT_OFF)
    top = forms.IntegerField(min_value=0, max_value=MOST_CUT_OFF)
    right = forms.IntegerField(min_value=0, max_value=MOST_CUT_OFF)
    bottom = forms.IntegerField(min_value=0, max_value=MOST_CUT_OFF)


class NotDone(Exception):
    """What was posted can't be done; the message says why."""


def urls(wrap: Callable) -> list:
    """One address for all that can be done to a photo; `wrap` as in decisions.urls."""
    return [path("<int:pk>/photos/<slug:key>/", wrap(change), name="stories_story_photo")]


@require_POST
def change(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Do to one photo what the button that was pressed says, and show the page again."""
    act = ACTS.get(request.POST.get("do", ""))
    if act is None:
        raise Http404
    try:
        with transaction.atomic():
            story = decisions.story_to_move(request, pk)
            if as_id(request.POST.get("version", "")) != story.version:
                raise NotDone(
                    _("The story was changed while you were looking. Nothing was done; look again.")
                )
            photo = next((one for one in story.held_photos() if one.key == key), None)
            if photo is None:
                raise Http404
            done = act(request, story, photo)
    except (NotDone, TransitionRefused) as error:
        messages.error(request, str(error))
    except OSError:
        messages.error(request, _("The file of this photo cannot be read just now."))
    else:
        messages.success(request, done)
    return redirect(f"{decisions.address(story)}#photos")


def describe(request: HttpRequest, story: Story, photo: Photo) -> str:
    form = PhotoForm(request.POST)
    if not form.is_valid():
        raise NotDone(_("The two numbers are per cent, from 0 to 100. Nothing was stored."))
    data = form.cleaned_data
    focus = data["focus_x"], data["focus_y"]
    story.describe_photo(photo, by=request.user, alt=data["alt"], focus=focus)
    return _("The photo is described, and cropped to where you pointed.")


def turn_left(request: HttpRequest, story: Story, photo: Photo) -> str:
    story.turn_photo(photo, by=request.user, clockwise=False)
    return _("The photo is turned to the left.")


def turn_right(request: HttpRequest, story: Story, photo: Photo) -> str:
    story.turn_photo(photo, by=request.user)
    return _("The photo is turned to the right.")


def cut(request: HttpRequest, story: Story, photo: Photo) -> str:
    form = CutForm(request.POST)
    if not form.is_valid():
        raise NotDone(_("The four numbers are per cent, from 0 to 90. Nothing was cut off."))
    data = form.cleaned_data
    off = data["left"], data["top"], data["right"], data["bottom"]
    if not any(off):
        raise NotDone(_("Say on which side to cut, and how much."))
    try:
        story.crop_photo(photo, by=request.user, off=off)
    except ValueError as error:
        raise NotDone(str(error)) from error
    return _("The photo is cut, and what was cut off is gone.")


def try_again(request: HttpRequest, story: Story, photo: Photo) -> str:
    if photo.state == Photo.State.FAILED:
        photo.wait_again()
        make_photo.enqueue(photo.pk)
    return _("The photo is being prepared once more.")


def remove(request: HttpRequest, story: Story, photo: Photo) -> str:
    reason = clean_text(request.POST.get("reason"))[: decisions.MOST_NOTE]
    if not reason:
        raise NotDone(_("Write down why, for the record."))
    story.remove_photo(photo, by=request.user, reason=reason)
    return _("The photo is off the story, and so are its files.")


ACTS: dict[str, Callable[[HttpRequest, Story, Photo], str]] = {
    "save": describe,
    "left": turn_left,
    "right": turn_right,
    "cut": cut,
    "again": try_again,
    "remove": remove,
}
