"""Retold's own settings; the storage of photos can be made to hang or to fail."""

from retold.settings import *  # noqa: F403

STORAGES["default"] = {"BACKEND": "torture.storage.Moody"}  # noqa: F405
