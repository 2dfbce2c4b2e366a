"""The settings mean what the README says of them, and stop the start when they make no sense."""

import contextlib
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.core import checks
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import override_settings

from bench.server import free_port
from retold.databases import command_running
from retold.starting import find_static_files
from staff.trying_out import DEMO_PASSWORD
from tests.factories import UserFactory

ROOT = django_settings.BASE_DIR
OURS = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text(), re.MULTILINE)
# As the README shows it for an organisation.
REAL = {
    "SECRET_KEY": "not this one, but fifty characters chosen at random",
    "SITE_URL": "https://stories.example.org",
    "PROXIES": "1",
    "EMAIL_URL": "submission://retold:secret@mail.example.org",
}


@pytest.fixture
def read(monkeypatch, tmp_path):
    """What retold/settings.py makes of an environment."""

    def read_settings(**environment: str) -> dict:
        for name in OURS:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"DATA_DIR": str(tmp_path), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "retold" / "settings.py"))

    return read_settings


class TestARealInstallation:
    def test_is_not_one_for_trying_out(self, read):
        found = read(**REAL)
        assert not found["TRYING_OUT"]
        assert "Manifest" in found["STORAGES"]["staticfiles"]["BACKEND"]
        assert found["ORGANISATION"] == "our organisation"

    def test_puts_what_concerns_security_into_a_file_of_its_own_if_asked_to(self, read, tmp_path):
        ours = {"retold.security", "django.security"}
        assert not ours.intersection(read(**REAL)["LOGGING"]["loggers"])
        kept = str(tmp_path / "security.log")
        logging = read(**REAL, SECURITY_LOG=kept)["LOGGING"]
        assert logging["handlers"]["security"]["filename"] == kept
        assert ours <= set(logging["loggers"])

    def test_knows_its_former_keys(self, read):
        assert read(**REAL)["SECRET_KEY_FALLBACKS"] == []
        former = read(**REAL, SECRET_KEY_FALLBACKS="one, another")["SECRET_KEY_FALLBACKS"]
        assert former == ["one", "another"]

    @pytest.mark.parametrize("name", ["SECRET_KEY", "SITE_URL"])
    def test_does_not_start_without(self, read, name):
        with pytest.raises(ImproperlyConfigured, match=f"^{name} "):
            read(**{**REAL, name: ""})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SITE_URL", "stories.example.org"),
            ("SITE_URL", "ftp://stories.example.org"),
            ("SITE_URL", "http://[nonsense"),
            ("EMAIL_URL", "smtp+tls://mail.example.org"),
            ("PROXIES", "-1"),
            ("SESSION_IDLE_HOURS", "0"),
            ("SESSION_DAYS", "for ever"),
            ("HSTS_SECONDS", "a year"),
            ("HTTPS", "perhaps"),
            ("MODERATION_HOURS", "0"),
            ("TASKS", "elsewhere"),
            ("TIME_ZONE", "Mars/Olympus"),
            ("TIME_ZONE", "Europe"),
            ("PHONE_REGION", "uk"),
            ("SECURITY_LOG", "/no/such/folder/security.log"),
            ("DATA_DIR", "/dev/null/data"),
            ("DATABASE_URL", "mysql://retold@db.example.org/retold"),
            ("DATABASE_URL", "postgres://retold@db.example.org"),
            ("DATABASE_URL", "db.example.org/retold"),
            ("DATABASE_CONNECTIONS", "0"),
            ("DATABASE_SECONDS", "none"),
        ],
    )
    def test_does_not_start_with_what_makes_no_sense(self, read, name, value):
        with pytest.raises(ImproperlyConfigured, match=name):
            read(**{**REAL, name: value})

    def test_answers_to_the_host_of_its_address_and_to_the_server_itself(self, read):
        assert read(**REAL)["ALLOWED_HOSTS"] == [
            "stories.example.org",
            "localhost",
            "127.0.0.1",
            "[::1]",
        ]
        assert read(**REAL, ALLOWED_HOSTS="a.example,b.example")["ALLOWED_HOSTS"] == [
            "a.example",
            "b.example",
        ]

    def test_is_secure_where_its_address_is(self, read):
        found = read(**REAL)
        assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
        assert found["SECURE_SSL_REDIRECT"] is True
        plain = read(**{**REAL, "SITE_URL": "http://intranet"})
        assert plain["SECURE_SSL_REDIRECT"] is plain["SESSION_COOKIE_SECURE"] is False
        assert plain["SECURE_HSTS_SECONDS"] == 0

    def test_promises_https_for_its_own_name_only_unless_asked(self, read):
        found = read(**REAL)
        assert found["SECURE_HSTS_SECONDS"] == 31_536_000
        assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is False
        assert "SECURE_HSTS_PRELOAD" not in found
        asked = read(**REAL, HSTS_SECONDS="3600", HSTS_SUBDOMAINS="1")
        assert asked["SECURE_HSTS_SECONDS"] == 3600
        assert asked["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True

    def test_may_have_a_worker_for_its_tasks(self, read):
        assert "django_tasks_db" not in read(**REAL)["INSTALLED_APPS"]
        found = read(**REAL, TASKS="worker")
        assert "django_tasks_db" in found["INSTALLED_APPS"]
        assert found["TASKS"]["default"]["BACKEND"] == "django_tasks_db.DatabaseBackend"

    def test_sends_e_mail_encrypted_by_the_documented_address(self, read):
        found = read(**REAL)
        assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 587)
        assert found["EMAIL_USE_TLS"] is True


def test_a_worker_says_that_its_table_is_not_there_yet(tmp_path):
    found = manage("db_worker", folder=tmp_path, DEMO="1", TASKS="worker")
    assert found.returncode == 1
    assert found.stderr == "CommandError: The database is not ready. Run manage.py migrate first.\n"


class TestPostgreSQL:
    URL = "postgres://retold:secret@db.example.org/retold"

    def options(self, read, url: str = URL, **environment: str) -> dict:
        found = read(**REAL, DATABASE_URL=url, **environment)["DATABASES"]["default"]
        assert found["ENGINE"] == "retold.postgresql"
        return found["OPTIONS"]

    def test_requests_share_connections_and_end_in_time(self, read):
        options = self.options(read, DATABASE_CONNECTIONS="5", DATABASE_SECONDS="7")
        assert options["pool"]["max_size"] == 5
        assert "-c statement_timeout=7s" in options["options"]
        assert options["application_name"] == "retold web"

    def test_a_command_has_one_connection_and_the_time_that_it_needs(self, read, monkeypatch):
        monkeypatch.setattr("retold.databases.command_running", lambda: "migrate")
        options = self.options(read)
        assert "pool" not in options
        assert "statement_timeout" not in options["options"]
        assert options["application_name"] == "retold migrate"

    @pytest.mark.parametrize(
        ("program", "running"),
        [
            (["/srv/retold/manage.py", "migrate", "--plan"], "migrate"),
            (["manage.py", "runserver"], ""),
            (["manage.py"], ""),
            (["/srv/retold/.venv/bin/granian", "retold.wsgi:application"], ""),
        ],
    )
    def test_a_server_is_no_command(self, program, running, monkeypatch):
        monkeypatch.setattr(sys, "argv", program)
        assert command_running() == running

    def test_what_the_address_says_wins(self, read):
        options = self.options(
            read,
            f"{self.URL}?sslmode=require&application_name=ours&options=-c%20statement_timeout%3D1s",
        )
        assert options["sslmode"] == "require"
        assert options["application_name"] == "ours"
        # PostgreSQL goes by what stands last.
        assert options["options"].endswith("-c statement_timeout=1s")


class TestTryingOut:
    @pytest.mark.parametrize("by", ["DEMO", "DEBUG"])
    def test_needs_nothing_else(self, read, by):
        found = read(**{by: "1"})
        assert found["TRYING_OUT"] is True
        assert found["DEBUG"] is (by == "DEBUG")
        assert found["SECURE_SSL_REDIRECT"] is False
        assert found["SITE_URL"] == "http://127.0.0.1:8000"
        assert found["WHITENOISE_USE_FINDERS"] is True

    def test_is_what_make_run_does_without_the_pages_of_a_developer(self):
        lines = (ROOT / "Makefile").read_text().splitlines()
        assert "run: export DEMO ?= 1" in lines
        assert not [line for line in lines if line.startswith("run:") and "DEBUG" in line]


def manage(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    kept = {key: value for key, value in os.environ.items() if key not in OURS}
    # The tests' own, and what a browser on the same worker needs.
    for name in ("DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"):
        kept.pop(name, None)
    return subprocess.run(  # noqa: S603 - our own commands
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**kept, "DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_run_readies_everything_in_one_process_and_a_second_time_nothing(tmp_path):
    place = {"DATA_DIR": str(tmp_path), "DEMO": "1", "PATH": os.environ["PATH"]}
    command = [sys.executable, ROOT / "tools" / "make_ready.py"]
    port = str(free_port())
    # Two in the same second: one has the port, also before its server answers there.
    both = [
        subprocess.Popen(  # noqa: S603
            [*command, port], env=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _once in "12"
    ]
    ends = [(one.communicate(), one.returncode) for one in both]
    said = {code: words for words, code in ends}
    assert "accounts: staff, manager, moderator, admin." in said[0][0]
    assert said[1][1].startswith(f"Port {port} is taken")
    second = subprocess.run(command, env=place, capture_output=True, text=True, check=True)  # noqa: S603
    assert (second.stdout, second.stderr) == ("", "")
    refused = subprocess.run(  # noqa: S603
        command, env={**place, "DEMO": "0"}, capture_output=True, text=True, check=False
    )
    assert refused.stderr.startswith("Retold can’t start. SECRET_KEY is not set.")


def test_make_run_says_that_its_port_is_taken_or_none_before_it_makes_anything(tmp_path):
    place = {"DATA_DIR": str(tmp_path), "DEMO": "1", "PATH": os.environ["PATH"]}
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        for port, said in (
            (taken, f"Port {taken} is taken: something answers there already"),
            ("web", "“web” is no port"),
            ("80000", "“80000” is no port"),
        ):
            made = subprocess.run(  # noqa: S603
                [sys.executable, ROOT / "tools" / "make_ready.py", port],
                env=place,
                capture_output=True,
                text=True,
                check=False,
            )
            assert made.returncode == 1
            assert made.stderr.startswith(said)
    assert not list(tmp_path.iterdir())
    assert "tools/make_ready.py $(PORT)\n" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("paper", ["Makefile", "README.md"])
def test_a_server_stopped_before_its_worker_has_loaded_is_not_waited_for_for_good(tmp_path, paper):
    options = re.search("--respawn-failed-workers.*[0-9]", (ROOT / paper).read_text())
    sooner = re.sub(r"(--workers-kill-timeout) \d+", r"\1 1", options[0])
    (tmp_path / "slow.py").write_text("open('loading', 'w'); import time; time.sleep(60)")
    command = [ROOT / sys.prefix / "bin" / "granian", "--interface", "wsgi", "slow:application"]
    server = subprocess.Popen(  # noqa: S603
        [*command, "--port", str(free_port()), *sooner.split()],
        cwd=tmp_path,
        start_new_session=True,
    )
    try:
        while not (tmp_path / "loading").exists():
            assert server.poll() is None
            time.sleep(0.05)
        # As Ctrl-C does: to all of them.
        os.killpg(server.pid, signal.SIGINT)
        server.wait(15)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def test_a_real_installation_as_documented_passes_the_check_for_one(tmp_path):
    found = manage("check", "--deploy", "--fail-level", "WARNING", folder=tmp_path, **REAL)
    assert (found.returncode, found.stderr) == (0, "")


class TestWhatMakesNoSense:
    """It is said in one sentence: where in the code it was noticed helps nobody."""

    @pytest.mark.parametrize(
        ("environment", "sentence"),
        [
            ({}, "SECRET_KEY is not set."),
            ({"DEMO": "1", "TASKS": "elsewhere"}, "TASKS: Must be one of: process, worker."),
            ({"DEMO": "1", "TIME_ZONE": "Mars/Olympus"}, "“Mars/Olympus” is no time zone"),
        ],
    )
    def test_to_whoever_runs_a_command(self, tmp_path, environment, sentence):
        found = manage("check", folder=tmp_path, **environment)
        assert found.returncode == 1
        assert found.stderr.startswith("Retold can’t start. ")
        assert sentence in found.stderr
        assert found.stderr.count("\n") == 1

    def test_to_whoever_starts_the_server(self, monkeypatch):
        monkeypatch.setattr("retold.starting.settings", LazySettings())
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "retold.settings")
        monkeypatch.delitem(sys.modules, "retold.settings", raising=False)
        for name in OURS:
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(SystemExit, match="SECRET_KEY is not set"):
            runpy.run_path(str(ROOT / "retold" / "wsgi.py"))


def test_no_server_starts_whose_pages_lack_their_files(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with pytest.raises(SystemExit, match="collectstatic"):
        find_static_files()
    (tmp_path / "staticfiles.json").write_text(
        '{"version": "1.1", "paths": {"css/base.css": "css/base.1.css"}, "hash": "1"}'
    )
    settings.STORAGES = {**settings.STORAGES}
    find_static_files()


def deploy_warnings() -> set[str]:
    found = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)
    return {message.id for message in found}


def test_the_check_names_e_mails_that_nobody_gets_and_a_demo_in_earnest():
    assert not deploy_warnings() & {"retold.W001", "retold.W002"}
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend"):
        assert "retold.W001" in deploy_warnings()
    with override_settings(DEMO=True):
        assert "retold.W002" in deploy_warnings()


class TestWithoutTables:
    @pytest.mark.parametrize("command", ["demo", "send_notices"])
    def test_a_command_says_what_is_missing(self, command, monkeypatch):
        monkeypatch.setattr("retold.commands.migrations_missing", lambda: True)
        with pytest.raises(CommandError, match="not ready"):
            call_command(command)

    def test_a_command_says_that_the_database_is_away(self, monkeypatch):
        def away():
            raise OperationalError("nobody there")

        monkeypatch.setattr("retold.commands.migrations_missing", away)
        with pytest.raises(CommandError, match="does not answer: nobody there"):
            call_command("send_notices")

    def test_it_is_a_sentence_and_not_a_traceback(self, tmp_path):
        found = manage("demo", folder=tmp_path, DEMO="1")
        assert found.returncode == 1
        assert found.stderr.startswith("CommandError: The database is not ready.")
        assert "Traceback" not in found.stderr


@pytest.mark.django_db
class TestProxies:
    """Tries to sign in are counted by address, and nobody may choose theirs."""

    def tries(self, client, forwarded: list[str | None]) -> list[int]:
        found = []
        for addresses in forwarded:
            headers = {} if addresses is None else {"X-Forwarded-For": addresses}
            data = {"login": "nobody", "password": "x"}
            found.append(client.post("/accounts/login/", data, headers=headers).status_code)
        return found

    @pytest.fixture(autouse=True)
    def two_tries(self, settings):
        cache.clear()
        settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}

    def test_without_one_a_header_that_anybody_may_send_counts_for_nothing(self, client):
        assert self.tries(client, ["1.1.1.1", "2.2.2.2", "3.3.3.3"])[-1] == 429

    def test_behind_one_each_address_it_saw_has_its_own_count(self, client, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert 429 not in self.tries(client, ["1.1.1.1", "2.2.2.2", "3.3.3.3"])
        assert self.tries(client, ["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1"])[-1] == 429

    @pytest.mark.parametrize("header", [None, "1.1.1.1"])
    def test_a_request_that_came_past_them_is_answered(self, client, settings, header):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
        assert self.tries(client, [header]) == [200]


@pytest.mark.django_db
class TestTheDemosPassword:
    def sign_in(self, client) -> bool:
        UserFactory(username="admin", password=DEMO_PASSWORD)
        client.post("/accounts/login/", {"login": "admin", "password": DEMO_PASSWORD})
        return "_auth_user_id" in client.session

    @pytest.mark.parametrize("by", ["DEMO", "DEBUG"])
    def test_opens_an_account_while_trying_out(self, client, settings, by):
        setattr(settings, by, True)
        assert self.sign_in(client)

    def test_opens_none_in_earnest(self, client):
        assert not self.sign_in(client)

    def test_is_refused_as_a_password_of_ones_own(self, staff_client):
        data = {"password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD}
        staff_client.user.set_unusable_password()
        staff_client.user.save()
        staff_client.force_login(staff_client.user)
        response = staff_client.post("/accounts/password/set/", data)
        assert "Everybody knows that password" in response.content.decode()
