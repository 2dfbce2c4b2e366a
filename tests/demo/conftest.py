"""The demo, filled in once for a module; what a test itself stores is undone."""

import io
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.test import override_settings

from stories.demo import photos
from tests.shared import shared


@pytest.fixture(scope="module")
def small_pictures(tmp_path_factory) -> Iterator[None]:
    """The same pictures, an eighth as large, so that nobody waits for them."""
    from .test_pictures import SCENES, kept

    folder = tmp_path_factory.mktemp("pictures")
    for name in SCENES:
        image = kept(name)
        image.thumbnail((200, 200))
        image.save(folder / f"{name}.webp")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(photos, "FOLDER", folder)
        yield


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker, small_pictures) -> Iterator[str]:
    """What the command says that fills an empty database."""
    with shared(django_db_blocker), override_settings(DEMO=True):
        out = io.StringIO()
        call_command("demo", stdout=out)
        yield out.getvalue()
