"""The process says that it lives, and says that it can serve only when it can."""

import runpy

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from retold import health, urls
from retold.wsgi import application

pytestmark = pytest.mark.django_db


def test_the_server_s_entry_answers():
    request = RequestFactory().get("/healthz", HTTP_HOST="localhost")
    said = []
    body = application(request.environ, lambda status, headers: said.append(status))
    assert (b"".join(body), said) == (b'{"alive": true}', ["200 OK"])


def test_it_is_ready_with_a_database_that_is_up_to_date(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": True, "migrations": True}


def test_it_is_not_ready_while_the_database_is_behind(client, monkeypatch):
    monkeypatch.setattr(health, "migrations_missing", lambda: True)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": True, "migrations": False}


def test_it_lives_but_is_not_ready_without_a_database(client, monkeypatch):
    def away():
        raise OperationalError("nobody there")

    monkeypatch.setattr(health, "migrations_missing", away)
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": False, "migrations": False}


@pytest.mark.parametrize("trying_out", [True, False])
def test_the_styleguide_is_there_only_while_trying_out(settings, trying_out):
    settings.DEMO = trying_out
    patterns = runpy.run_path(urls.__file__)["urlpatterns"]
    included = [getattr(pattern, "urlconf_name", None) for pattern in patterns]
    named = [getattr(module, "__name__", "") for module in included]
    assert ("stories.styleguide" in named) is trying_out
