"""The WSGI entry that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from retold.memory import share_one_heap
from retold.starting import find_static_files, read_settings

share_one_heap()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retold.settings")
read_settings()
application = get_wsgi_application()
find_static_files()

# Only now, when the apps are there.
from retold.sqlite.base import DatabaseWrapper  # noqa: E402
from staff.settings_history import remember_beside  # noqa: E402

DatabaseWrapper.serves = True

remember_beside()

# The pages as well, which Django would load with the first request.
get_resolver().url_patterns  # noqa: B018

# What is loaded by now stays loaded: looking it through for garbage again and again, as Python does
# after every few hundred objects, costs a page a tenth of its time. Looking more seldom than this
# costs no less, and lets ten to forty megabytes of requests that are over pile up.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 5, 1)
