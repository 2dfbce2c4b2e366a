"""The process says that it lives, and says that it can serve only when it can."""

import runpy
import threading
import time
from pathlib import Path

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError
from django.test import RequestFactory

from retold import health, urls

application = get_wsgi_application()
pytestmark = pytest.mark.django_db


def test_the_server_s_entry_answers():
    request = RequestFactory().get("/healthz", HTTP_HOST="localhost")
    said = []
    body = application(request.environ, lambda status, headers: said.append(status))
    assert (b"".join(body), said) == (b'{"alive": true}', ["200 OK"])


def test_it_is_ready_with_a_database_that_is_up_to_date(client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {
        "ready": True,
        "database": True,
        "migrations": True,
        "storage": True,
    }


def test_it_is_not_ready_while_the_database_is_behind(client, monkeypatch):
    monkeypatch.setattr(health, "migrations_missing", lambda: True)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is response.json()["migrations"] is False
    assert response.json()["database"] is True


def test_it_lives_but_is_not_ready_without_a_database(client, monkeypatch):
    def away():
        raise OperationalError("nobody there")

    monkeypatch.setattr(health, "migrations_missing", away)
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["ready"] is response.json()["database"] is False


class TestTheStorageOfPhotos:
    def ready(self, client) -> tuple[int, bool]:
        response = client.get("/readyz")
        return response.status_code, response.json()["storage"]

    def test_is_tried_and_left_as_it_was(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        assert self.ready(client) == (200, True)
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    def test_nobody_can_write_to_is_not_ready(self, client, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path / "file"
        Path(settings.MEDIA_ROOT).write_text("A file where the folder should be.")
        assert self.ready(client) == (503, False)

    def test_that_hangs_holds_nobody_up(self, client, monkeypatch):
        go_on = threading.Event()
        monkeypatch.setattr(health, "SECONDS_FOR_STORAGE", 0.1)
        monkeypatch.setattr(health.default_storage, "save", lambda *_: go_on.wait(30))
        began = time.monotonic()
        try:
            # Who asks while one still waits does not wait for it either.
            assert self.ready(client) == self.ready(client) == (503, False)
            assert time.monotonic() - began < 20
        finally:
            go_on.set()
            monkeypatch.undo()
        health._trying.submit(int).result(timeout=5)
        assert self.ready(client) == (200, True)


@pytest.mark.parametrize("trying_out", [True, False])
def test_the_styleguide_is_there_only_while_trying_out(settings, trying_out):
    settings.DEMO = trying_out
    patterns = runpy.run_path(urls.__file__)["urlpatterns"]
    included = [getattr(pattern, "urlconf_name", None) for pattern in patterns]
    named = [getattr(module, "__name__", "") for module in included]
    assert ("stories.styleguide" in named) is trying_out
