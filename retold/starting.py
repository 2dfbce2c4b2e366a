"""The start: a setting that makes no sense ends it with a sentence that names it, that alone."""

import re
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from environs import EnvError, ValidationError
from phonenumbers import SUPPORTED_REGIONS


def read_settings() -> None:
    """Read the settings, or end with what is wrong with them: where in the code that was noticed
    helps nobody who sets Retold up."""
    try:
        settings.INSTALLED_APPS  # noqa: B018  # the first that is asked for has all of them read
    except ImproperlyConfigured as wrong:
        sys.exit(f"Retold can’t start. {wrong}")


def find_static_files() -> None:
    """End where the files of the pages were not collected: no page could be made without them."""
    if isinstance(files := storages["staticfiles"], ManifestFilesMixin) and not files.hashed_files:
        collect = "Run manage.py collectstatic --noinput."
        sys.exit(f"Retold can’t start. The files of its pages are not collected. {collect}")


def in_words(error: EnvError) -> str:
    """What is wrong with a variable, said as the other sentences are."""
    said = getattr(error, "error_messages", None)
    text = str(error).replace(str(said), " ".join(said)) if isinstance(said, list) else str(error)
    return re.sub(r'^Environment variable "(\w+)" invalid', r"\1", text)


def a_time_zone(name: str) -> None:
    """Refuse what is none."""
    try:
        ZoneInfo(name)
    except (LookupError, ValueError, OSError) as none:
        raise ValidationError(f"“{name}” is no time zone, such as Europe/Amsterdam.") from none


def a_phone_region(name: str) -> None:
    """Refuse what is none: numbers without a prefix would be taken for something else."""
    if name not in SUPPORTED_REGIONS:
        raise ValidationError(f"“{name}” is no country in two capitals, such as NL.")


def a_file_in_a_folder(path: str) -> None:
    """Refuse a file in a folder that is not there: each line to be written would fail."""
    if path and not Path(path).absolute().parent.is_dir():
        raise ValidationError(f"The folder of “{path}” is not there.")
