"""A feed as a document: Atom (RFC 4287) by Django's own writer, and JSON Feed 1.1."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from .entries import Entry

JSON_FEED = "https://jsonfeed.org/version/1.1"
PHOTO = "image/jpeg"


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself; `next` is the address of what is older."""

    id: str
    title: str
    subtitle: str
    author: str
    wall: str
    url: str
    next: str
    since: datetime.datetime
    entries: list[Entry]


class _Atom(Atom1Feed):
    """With the full text, with photos, and with a way to what is older (RFC 5005)."""

    def latest_post_date(self) -> datetime.datetime:
        return self.feed["updated"]

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})

    def add_item_elements(self, handler: Any, item: dict) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["html"], {"type": "html"})
        for picture in item["pictures"]:
            about = {"rel": "enclosure", "type": PHOTO, "href": picture.full}
            if picture.alt:
                about["title"] = picture.alt
            handler.addQuickElement("link", "", about)


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    document = _Atom(
        title=feed.title,
        link=feed.wall,
        description=None,
        subtitle=feed.subtitle or None,
        author_name=feed.author,
        feed_url=feed.url,
        feed_guid=feed.id,
        next=feed.next,
        updated=_latest(feed),
    )
    for entry in feed.entries:
        said = entry.said
        document.add_item(
            title=said.title,
            link=entry.url,
            # A summary that is None is left out.
            description=escape(f"“{said.line}”") if said.line else None,  # type: ignore[arg-type]
            author_name=said.author or None,
            pubdate=entry.published,
            updateddate=entry.updated,
            unique_id=entry.id,
            categories=said.traits,
            html=entry.html,
            pictures=entry.pictures,
        )
    return document.writeString("utf-8").encode()


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed."""
    document = {
        "version": JSON_FEED,
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": feed.wall,
        "feed_url": feed.url,
        "next_url": feed.next,
        "authors": [{"name": feed.author}],
        "items": [_item(entry) for entry in feed.entries],
    }
    kept = {name: value for name, value in document.items() if value or name == "items"}
    return json.dumps(kept, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def _item(entry: Entry) -> dict[str, Any]:
    said = entry.said
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": said.title,
        "summary": said.line,
        "content_html": entry.html,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "authors": [{"name": said.author}] if said.author else [],
        "tags": list(said.traits),
        "image": entry.pictures[0].full if entry.pictures else "",
        "attachments": [
            {"url": picture.full, "mime_type": PHOTO}
            | ({"title": picture.alt} if picture.alt else {})
            for picture in entry.pictures
        ],
    }
    return {name: value for name, value in item.items() if value}


def _latest(feed: Feed) -> datetime.datetime:
    return max((entry.updated for entry in feed.entries), default=feed.since)
