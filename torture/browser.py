"""What somebody with a telephone does: opens pages, sends forms, tells stories, tries again."""

from __future__ import annotations

import http.client
import io
import uuid
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode, urlsplit

from PIL import Image

TOKEN = "b" * 32
SECONDS = 60
BOUNDARY = "----what-a-browser-would-make-up"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


@dataclass(frozen=True)
class Told:
    """A story as somebody sends it; the same one however often it is sent."""

    words: str
    photo: bool = False
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))

    def fields(self) -> list[tuple[str, str]]:
        return [
            ("csrfmiddlewaretoken", TOKEN),
            ("submission", self.submission),
            ("body", self.words),
            ("line", "I’ve got all day."),
            ("served", "customer"),
            ("setting", "here"),
            ("initiative", "own"),
            ("traits", "personal"),
            ("traits", "caring"),
            ("people_text", "Lou from the bakery"),
            ("send", "1"),
        ]


@dataclass(frozen=True)
class Browser:
    """Somebody who is signed in."""

    port: int
    session: str

    def get(self, address: str, seconds: float = SECONDS, **headers: str) -> Answer:
        return self._ask("GET", address, None, headers, seconds)

    def post(self, address: str, fields: dict[str, str], seconds: float = SECONDS) -> Answer:
        return self._send(address, [("csrfmiddlewaretoken", TOKEN), *fields.items()], seconds)

    def follow(self, answer: Answer) -> Answer:
        """Go where an answer leads, with what it gave to be carried along."""
        if answer.status != 302:
            return answer
        given = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie") or []]
        return self.get(urlsplit(answer.location).path, Cookie="; ".join([self.cookies, *given]))

    @property
    def cookies(self) -> str:
        return f"sessionid={self.session}; csrftoken={TOKEN}"

    def tell(self, story: Told, seconds: float = SECONDS) -> Answer:
        if not story.photo:
            return self._send("/stories/new/", story.fields(), seconds)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self._ask("POST", "/stories/new/", _with_photo(story), kind, seconds)

    def _send(self, address: str, fields: list[tuple[str, str]], seconds: float) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", address, urlencode(fields).encode(), kind, seconds)

    def _ask(
        self, method: str, address: str, body: bytes | None, headers: dict[str, str], seconds: float
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request(method, address, body, {"Cookie": self.cookies} | headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def accepted(answer: Answer) -> bool:
    """Whether a story that was sent is said to be with the moderators."""
    return answer.status == 302 and answer.location.endswith("/sent/")


@cache
def picture() -> bytes:
    """A small photo."""
    kept = io.BytesIO()
    Image.radial_gradient("L").resize((320, 240)).convert("RGB").save(kept, "JPEG")
    return kept.getvalue()


def _with_photo(story: Told) -> bytes:
    lines = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in story.fields()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
    head += "Content-Type: image/jpeg\r\n\r\n"
    return "".join([*lines, head]).encode() + picture() + f"\r\n--{BOUNDARY}--\r\n".encode()
