"""The page that asks for the words that go with a decision, about one thing or about several."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

# What a page sends along to say that it has asked already.
ASKED = "decide"


def ask(
    request: HttpRequest,
    model: Any,
    form: forms.Form,
    words: Mapping[str, Any],
    chosen: Iterable[tuple[object, object]],
    **more: Any,
) -> HttpResponse:
    """Show what is chosen (of each what and who) above the form that asks.

    `words` has the page's title, what to ask, what becomes of the answer, and the button's; where
    more is asked than words, the template that does so instead of the middle two.
    """
    list_url = reverse(f"admin:stories_{model._meta.model_name}_changelist")
    context = {
        **admin.site.each_context(request),
        "title": words["title"],
        "words": words,
        "form": form,
        "chosen": chosen,
        "list": list_url,
        "back": list_url,
        "opts": model._meta,
        **more,
    }
    template = words.get("template", "admin/stories/ask_why.html")
    return TemplateResponse(request, template, context)


def asked_of_many(request: HttpRequest, action: str, chosen: Iterable[Any]) -> dict[str, Any]:
    """What lets the answer come back as the same action on the same rows of the same list."""
    hidden = [("action", action), (ASKED, "1")]
    hidden += [(ACTION_CHECKBOX_NAME, each.pk) for each in chosen]
    return {"hidden": hidden, "goal": request.get_full_path()}
