"""The WSGI entry that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "retold.settings")
application = get_wsgi_application()

# Only now, when the apps are there.
from staff.settings_history import remember_beside  # noqa: E402

remember_beside()
