"""Addresses of the moderation pages, and what their edit form would post untouched."""

from django.urls import reverse

LIST = "/admin/stories/story/"


def change(story) -> str:
    return reverse("admin:stories_story_change", args=[story.pk])


def decision(story, name: str) -> str:
    return reverse(f"admin:stories_story_{name}", args=[story.pk])


def edit_data(client, story, **changed) -> dict:
    """The edit form as a browser would send it, with some fields changed."""
    form = client.get(change(story)).context["adminform"].form
    parts = [form, form.trait_rows.management_form, form.person_rows.management_form]
    parts += [*form.trait_rows, *form.person_rows]
    data = {}
    for part in parts:
        for field in part:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = "on" if value is True else str(value)
    return data | changed


def said(response) -> list[str]:
    """The messages on the page."""
    return [str(message) for message in response.context["messages"]]
