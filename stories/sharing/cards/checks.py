"""What `manage.py check` says about the fonts of picture cards."""

from typing import Any

from django.core.checks import CheckMessage, Error, Warning, register
from PIL import features

from .faces import missing_packages


@register()
def fonts_are_there(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Cards are drawn without them too, but leave out what no font has."""
    found: list[CheckMessage] = []
    missing = ", ".join(missing_packages())
    if missing:
        found.append(
            Warning(
                f"Picture cards leave out the scripts whose fonts were not found: {missing}.",
                hint=f"Install {missing}, or name the folders of these fonts in FONT_DIRS.",
                id="stories.W001",
            )
        )
    if not features.check("raqm"):
        found.append(
            Error(
                "This build of Pillow has no Raqm, so no picture card can be drawn.",
                hint="Install Pillow from its wheel, or build it with libraqm.",
                id="stories.E001",
            )
        )
    return found
