"""nginx as we ship it stops what is slow, endless or too large, and says who asks."""

import datetime
import http.client
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bench.server import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
SHIPPED = ROOT / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
HOST = "stories.example.org"
CUT_OFF = 0

pytestmark = [
    pytest.mark.xdist_group("nginx"),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed."),
]


class Behind(http.server.BaseHTTPRequestHandler):
    """Stands for Retold, and remembers what it was asked."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[str, dict[str, str], int]] = []

    def do_GET(self) -> None:
        size = int(self.headers.get("Content-Length", 0))
        self.rfile.read(size)
        self.asked.append((self.path, dict(self.headers), size))
        self.send_response(200)
        self.send_header("Location", "/accounts/login/?next=" + quote(self.path, safe=""))
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_args) -> None:
        pass


def certificate(folder: Path) -> None:
    """A certificate for this name, good for today."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1))
    made = made.not_valid_after(now + datetime.timedelta(days=1))
    text = serialization.Encoding.PEM
    (folder / "chain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(text))
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(text, plain[1], plain[0]))


def adapted(folder: Path, here: int, plain: int, behind: int) -> str:
    """What we ship, with ports and a certificate of its own, and no long waits."""
    text = SHIPPED.read_text()
    for shipped, ours in (
        ("listen [::]:80;", ""),
        ("listen [::]:443 ssl http2;", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{here} ssl http2;"),
        ("server 127.0.0.1:8000;", f"server 127.0.0.1:{behind};"),
        (f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"{folder}/chain.pem"),
        (f"/etc/letsencrypt/live/{HOST}/privkey.pem", f"{folder}/key.pem"),
        ("client_header_timeout 10s", "client_header_timeout 1s"),
        ("client_body_timeout 15s", "client_body_timeout 1s"),
        ("client_max_body_size 180m", "client_max_body_size 2m"),
    ):
        assert text.count(shipped) == 1, shipped
        text = text.replace(shipped, ours)
    places = "".join(
        f"{what}_temp_path {folder}/{what};\n"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        f"events {{ worker_connections 1024; }}\nhttp {{ access_log off;\n{places}{text}}}\n"
    )


class Proxy:
    def __init__(self, here: int, plain: int) -> None:
        self.here, self.plain = here, plain
        self.trust = ssl.create_default_context()
        self.trust.check_hostname, self.trust.verify_mode = False, ssl.CERT_NONE

    def ask(self, address: str = "/", method: str = "GET", **about) -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.here, context=self.trust, timeout=20
        )
        headers = {"Host": HOST, **about.pop("headers", {})}
        connection.request(method, address, headers=headers, **about)
        answer = connection.getresponse()
        answer.said = answer.read().decode()
        connection.close()
        return answer

    def refused(self, *about, **more) -> int:
        """The status; CUT_OFF where nobody listened to the end of what was sent."""
        try:
            return self.ask(*about, **more).status
        except OSError:
            return CUT_OFF

    def opened(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.here), timeout=20)
        return self.trust.wrap_socket(plain, server_hostname=HOST)


@pytest.fixture(scope="module")
def retold():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture(scope="module")
def proxy(retold, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    here, plain = free_port(), free_port()
    certificate(folder)
    (folder / "nginx.conf").write_text(adapted(folder, here, plain, retold.server_port))
    command = [NGINX, "-e", f"{folder}/log", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    process = subprocess.Popen(command)  # noqa: S603
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", here), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < until, (folder / "log").read_text()
            time.sleep(0.05)
    yield Proxy(here, plain)
    process.terminate()
    process.wait(10)


@pytest.fixture(autouse=True)
def nothing_asked_yet():
    Behind.asked.clear()


def test_it_says_who_asks_and_how_and_believes_nobody_about_it(proxy):
    lies = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "http", "Connection": "X-Own"}
    assert proxy.ask("/stories/new/?a=b", headers=lies).status == 200
    [(path, headers, _size)] = Behind.asked
    assert path == "/stories/new/?a=b"
    assert headers["Host"] == HOST
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["X-Forwarded-Proto"] == "https"


def test_plain_http_leads_to_https_under_our_own_name(proxy):
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=20)
    connection.request("GET", "/people/", headers={"Host": "evil.example"})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/people/")
    assert answer.headers["Server"] == "nginx"
    connection.close()


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("/", {"X-Long": "a" * 65_536}, 400),
        ("/", {f"X-{number}": "a" * 8_000 for number in range(10)}, 400),
        ("/?" + "a" * 100_000, {}, 414),
    ],
    ids=["a header of 64 KB", "many headers", "an address of 100 KB"],
)
def test_what_is_huge_never_reaches_retold(proxy, address, headers, status):
    assert proxy.refused(address, headers=headers) in (status, CUT_OFF)
    assert not Behind.asked


def test_a_form_as_people_send_it_does(proxy):
    assert proxy.ask("/", "POST", body=b"a" * 1_000_000).status == 200
    assert [size for _path, _headers, size in Behind.asked] == [1_000_000]


def test_a_body_that_is_too_large_or_endless_is_refused(proxy):
    assert proxy.refused("/", "POST", body=b"a" * 3_000_000) in (413, CUT_OFF)

    def endless():
        for _part in range(1_000):
            yield b"a" * 65_536

    assert proxy.refused("/", "POST", body=endless(), encode_chunked=True) in (413, CUT_OFF)
    assert not Behind.asked


def test_half_requests_are_ended_and_keep_nobody_waiting(proxy):
    began = time.monotonic()
    lines = f"Host: {HOST}\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\na"
    heads = [proxy.opened() for _each in range(60)]
    bodies = [proxy.opened() for _each in range(60)]
    for one in heads:
        one.sendall(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: ".encode())
    for one in bodies:
        one.sendall(f"POST / HTTP/1.1\r\n{lines}".encode())
    asked = time.monotonic()
    assert proxy.ask().status == 200
    assert time.monotonic() - asked < 2
    # None of them was handed on, where each would have taken one of a few threads.
    assert [path for path, _headers, _size in Behind.asked] == ["/"]
    for one in (*heads, *bodies):
        try:
            one.settimeout(10)
            one.recv(1000)
        except OSError:
            pass
        one.close()
    assert time.monotonic() - began < 15


def test_a_long_address_is_led_to_the_sign_in(proxy):
    address = "/?q=" + "%20" * 4_000
    answer = proxy.ask(address)
    assert answer.status == 200
    assert answer.headers["Location"].endswith(quote(address, safe=""))


def test_while_retold_is_away_that_is_said_plainly(retold, tmp_path):
    here, plain = free_port(), free_port()
    certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(adapted(tmp_path, here, plain, free_port()))
    command = [NGINX, "-e", f"{tmp_path}/log", "-p", str(tmp_path), "-c", f"{tmp_path}/nginx.conf"]
    with subprocess.Popen(command) as process:  # noqa: S603
        try:
            answer, until = None, time.monotonic() + 10
            while answer is None:
                try:
                    answer = Proxy(here, plain).ask()
                except OSError:
                    assert time.monotonic() < until
                    time.sleep(0.05)
        finally:
            process.terminate()
    assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
    assert "Every story that was accepted is safe." in answer.said
