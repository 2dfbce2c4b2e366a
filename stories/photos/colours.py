"""Colours that a file names by a number, where it brings no profile that describes them."""

from __future__ import annotations

import functools
import re
import struct

from PIL import ImageCms

# How far into a file it says so: HEIC and AVIF in a box, PNG in a chunk; first the primaries, then
# the curve. A film's curves for high brightness are no photo's.
HEADER = 4096
NAMED = re.compile(rb"colrnclx\x00(.)\x00(.)|\x00\x00\x00\x04cICP(.)(.)", re.S)
DISPLAY_P3 = 12
CURVES_OF_SRGB = {1, 2, 6, 13}
# Red, green and blue of Display P3, as profiles say them.
P3 = {
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}


def profile_named(start: bytes) -> bytes | None:
    """The profile of the wide colours that the beginning of this file names, if it does."""
    found = NAMED.search(start)
    if found is None:
        return None
    primaries, curve = (group[0] for group in found.groups() if group is not None)
    return _display_p3() if primaries == DISPLAY_P3 and curve in CURVES_OF_SRGB else None


@functools.cache
def _display_p3() -> bytes:
    """The profile of sRGB, with other primaries and a name of its own."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag, values in P3.items():
        entry = profile.index(tag)
        (place,) = struct.unpack_from(">I", profile, entry + 4)
        struct.pack_into(">3i", profile, place + 8, *(round(value * 65536) for value in values))
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "P3  ".encode("utf-16-be"))
