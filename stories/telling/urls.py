"""Telling a story: the form, its drafts, and what helps while writing."""

from django.urls import path

from . import assist, shelf, uploads, views

urlpatterns = [
    path("stories/new/", views.tell, name="tell"),
    path("stories/mine/", shelf.mine, name="mine"),
    path("stories/autosave/", assist.autosave, name="autosave"),
    path("stories/suggest/", assist.suggest, name="suggest"),
    path("stories/people/", assist.people_suggest, name="people_suggest"),
    path("stories/<slug:public_id>/edit/", views.edit, name="edit"),
    path("stories/<slug:public_id>/photos/", uploads.draft_photos, name="draft_photos"),
    path("stories/<slug:public_id>/sent/", views.sent, name="sent"),
    path("stories/<slug:public_id>/withdraw/", shelf.withdraw, name="withdraw"),
    path("stories/<slug:public_id>/discard/", shelf.discard, name="discard"),
]
