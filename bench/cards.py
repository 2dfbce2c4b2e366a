"""Which cards the bench has drawn before it begins, on a wall too large to draw them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from unittest import mock

from django.conf import settings
from django.test import Client
from pyroaring import BitMap

from bench.asked import Asker
from bench.questions import signed_in
from stories import posters
from stories.drawing import STEP, drawn
from stories.models import CardClaim, StoredCard
from stories.printed import look
from stories.wall import found


def draw(each: int) -> dict:
    """Draw the cards of every page of the wall that is going to be asked for; how many."""
    StoredCard.objects.miss()
    asker = Asker()
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = signed_in(asker)[0]
    missing = BitMap(_missing(client, _walls(asker.kinds(each)) | _walls(asker.courses())))
    number = 0
    for start in range(0, len(missing), STEP):
        claim = CardClaim.objects.create(seqs=missing[start : start + STEP].serialize())
        number += StoredCard.objects.keep(claim, drawn(claim), look())
    return {"drawn": number}


def _walls(kinds: dict[str, list[str]]) -> set[str]:
    """The addresses of pages that show cards which are kept."""
    return {
        address
        for kind, addresses in kinds.items()
        if not kind.startswith("story")
        for address in addresses
    }


def _missing(client: Client, addresses: Iterable[str]) -> set[int]:
    """The places on these pages whose cards are not kept."""
    missing: set[int] = set()

    def noted(seqs: Iterable[int], *_more: Any) -> dict:
        missing.update(seqs)
        return {}

    with (
        mock.patch.object(posters, "cards_at", noted),
        mock.patch.object(found, "found_at", noted),
    ):
        for address in addresses:
            client.get(address)
    return missing
