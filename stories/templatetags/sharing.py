"""What a page needs to hand a story on."""

from django import template
from django.conf import settings
from django.urls import reverse

from stories.models import Story, ToldTo

register = template.Library()


@register.simple_tag
def link_to_share(story: Story) -> str:
    """The whole address to hand on; whoever opens it is counted, and needs an account to read."""
    return settings.SITE_URL + reverse("story_from", args=[story.public_id, ToldTo.LINK])
