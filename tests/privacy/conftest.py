"""Somebody of whom Retold knows everything, told of once for all tests of a class."""

import shutil
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.test import override_settings

from tests.shared import seen_anew, shared

from .people import Somebody, somebody


@pytest.fixture(scope="class")
def stored(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[Path, Somebody]]:
    media = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=media), shared(django_db_blocker):
        yield media, somebody()


@pytest.fixture
def known(stored, db, settings, tmp_path) -> Somebody:
    media, person = stored
    settings.MEDIA_ROOT = shutil.copytree(media, tmp_path / "media")
    seen_anew()
    return deepcopy(person)
