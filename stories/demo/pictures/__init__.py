"""The demo's photos, drawn by code: nobody's likeness, nobody's rights, the same every time."""

from PIL import Image

from . import (
    clothes,
    coast,
    counters,
    evening,
    hotel,
    island,
    rooms,
    stairs,
    station,
    streets,
    table,
)

SCENES = {
    **station.SCENES,
    **hotel.SCENES,
    **rooms.SCENES,
    **streets.SCENES,
    **table.SCENES,
    **counters.SCENES,
    **coast.SCENES,
    **clothes.SCENES,
    **evening.SCENES,
    **island.SCENES,
    **stairs.SCENES,
}


def draw(name: str, scale: float = 1.0) -> Image.Image:
    """The picture of this name, 1600 by 1200 or upright; smaller with a smaller scale."""
    return SCENES[name](scale)
