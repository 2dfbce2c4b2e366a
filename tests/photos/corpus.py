"""Pictures to upload, good and hostile, drawn when a test asks for them."""

import functools
import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageChops, ImageDraw, PngImagePlugin, TiffImagePlugin

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (220, 40, 40), (40, 180, 60), (40, 60, 210), (250, 250, 250)
ORIENTATION, GPS = 0x0112, 0x8825
SECRET = b"Klaproosstraat 7, Gent"
# How a camera stores what it saw, for each way it may be held.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture whose way up can be told: red and green above, blue and white below."""
    image = Image.new("RGB", size, WHITE)
    draw, (width, height) = ImageDraw.Draw(image), size
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), fill=RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=BLUE)
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """What stands in the middle of each quarter."""
    width, height = image.size
    return [
        image.convert("RGB").getpixel((width * x // 4, height * y // 4))
        for y in (1, 3)
        for x in (1, 3)
    ]


def looks_like_quarters(image: Image.Image, tolerance: int = 30) -> bool:
    return all(
        abs(one - other) <= tolerance
        for found, meant in zip(corners(image), (RED, GREEN, BLUE, WHITE), strict=True)
        for one, other in zip(found, meant, strict=True)
    )


def written(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def telltale_exif(orientation: int = 1) -> Image.Exif:
    """What a phone notes: a place, a time, a maker, whose it is."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Telltale Phones"
    exif[0x013B] = SECRET.decode()
    exif[GPS] = {
        1: "N",
        2: tuple(TiffImagePlugin.IFDRational(value) for value in (51, 3, 14)),
        3: "E",
        4: tuple(TiffImagePlugin.IFDRational(value) for value in (3, 43, 18)),
    }
    return exif


def held(orientation: int, size: tuple[int, int] = (320, 240)) -> bytes:
    """A JPEG as a phone writes it when it was held like this; upright it shows the quarters."""
    turn = HELD[orientation]
    image = quarters(size)
    image = image if turn is None else image.transpose(turn)
    return written(image, "JPEG", quality=92, exif=telltale_exif(orientation))


def grainy(size: tuple[int, int]) -> Image.Image:
    """As heavy to decode as what a camera sees: five megabytes for twelve million pixels."""
    grain = Image.effect_noise(size, 14).convert("RGB")
    return ImageChops.add(quarters(size), grain, offset=-128)


@functools.cache
def phone_photo(orientation: int = 1) -> bytes:
    """Twelve million pixels, as heavy to decode as a phone's."""
    image = grainy((4032, 3024))
    turn = HELD[orientation]
    image = image if turn is None else image.transpose(turn)
    return written(image, "JPEG", quality=88, exif=telltale_exif(orientation))


def telltale_jpeg() -> bytes:
    """With everything a JPEG can carry: EXIF with place and thumbnail, XMP, IPTC, a comment."""
    exif = telltale_exif().tobytes()
    plain = written(
        quarters(),
        "JPEG",
        exif=exif,
        comment=SECRET,
        xmp=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>",
        icc_profile=wide_profile(),
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(SECRET)) + SECRET
    segment = b"\xff\xed" + struct.pack(">H", len(iptc) + 2) + iptc
    return plain[:2] + segment + plain[2:]


def telltale_png() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    return written(quarters(), "PNG", pnginfo=info, exif=telltale_exif())


@functools.cache
def wide_profile() -> bytes:
    """The profile of a screen as phones have them: Display P3, with the curve of 2.2."""

    def fixed(number: float) -> bytes:
        return struct.pack(">i", round(number * 65536))

    def xyz(*numbers: float) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, numbers))

    name = b"Display P3 (ours)"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" * 79,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": xyz(0.9505, 1.0, 1.0891),
        b"rXYZ": xyz(0.51512, 0.24120, -0.00105),
        b"gXYZ": xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": xyz(0.15710, 0.06657, 0.78407),
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"curv\0\0\0\0\0\0\0\1\x02\x33\0\0"),
    }
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, content in tags.items():
        table += tag + struct.pack(">II", start + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    kinds = (b"mntr", b"RGB ", b"XYZ ")
    head = struct.pack(">I4sI4s4s4s", start + len(data), b"none", 0x02400000, *kinds)
    head += struct.pack(">6H4s4s", 2026, 1, 1, 0, 0, 0, b"acsp", b"APPL")
    head = head.ljust(68, b"\0") + fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return head.ljust(128, b"\0") + table + data


def wide_red() -> bytes:
    """The reddest red of a wide screen: an ordinary one can't show it, and clips it to its own."""
    return written(Image.new("RGB", (64, 64), (200, 40, 40)), "PNG", icc_profile=wide_profile())


def wide_by_number(kind: str) -> bytes:
    """The quarters in the colours of a wide screen, which the file names and does not describe."""
    if kind == "PNG":
        whole = written(quarters(), kind)
        return whole[:33] + chunk(b"cICP", bytes([12, 13, 0, 1])) + whole[33:]
    if kind == "HEIF":
        named = {"color_primaries": 12, "transfer_characteristics": 13, "matrix_coefficients": 6}
        buffer = io.BytesIO()
        options = {"save_nclx_profile": True, "full_range_flag": 1, **named}
        pillow_heif.from_pillow(quarters()).save(buffer, quality=95, **options)
        return buffer.getvalue()
    whole = written(quarters(), kind, quality=95)
    at = whole.index(b"colrnclx") + len(b"colrnclx")
    return whole[:at] + bytes([0, 12, 0, 13]) + whole[at + 4 :]


def palette_with_holes() -> bytes:
    """Red in a palette, with a transparent half that must turn out white."""
    image = Image.new("P", (64, 64), 0)
    image.putpalette([*RED, 0, 0, 0])
    image.paste(1, (32, 0, 64, 64))
    return written(image, "PNG", transparency=1)


def see_through(mode: str = "RGBA") -> bytes:
    image = Image.new("RGBA", (64, 64), (*RED, 255))
    image.paste((0, 0, 0, 0), (32, 0, 64, 64))
    return written(image.convert(mode), "PNG")


def sixteen_bits() -> bytes:
    image = Image.new("I;16", (64, 64), 128 << 8)
    return written(image, "PNG")


def sixteen_bits_in_colour() -> bytes:
    """Pillow reads such a PNG, and can't write one."""
    row = b"\0" + struct.pack(">3H", 200 << 8, 100 << 8, 50 << 8) * 64
    return png((64, 64), zlib.compress(row * 64), depth=16)


def inked() -> bytes:
    return written(quarters().convert("CMYK"), "JPEG", quality=92)


def animated(kind: str) -> bytes:
    frames = [quarters(), Image.new("RGB", (320, 240), (0, 0, 0))]
    return written(frames[0], kind, save_all=True, append_images=frames[1:], duration=80)


def heic(size: tuple[int, int] = (320, 240)) -> bytes:
    return written(quarters(size), "HEIF", quality=90, exif=telltale_exif())


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(size: tuple[int, int], packed: bytes, depth: int = 8, colours: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", *size, depth, colours, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def bomb_by_header() -> bytes:
    """30,000 × 30,000 by what it says of itself, and nothing else."""
    return png((30_000, 30_000), zlib.compress(b"\0" * 100))


@functools.cache
def bomb() -> bytes:
    """900 million pixels, black and white, that are really there in a tenth of a megabyte."""
    packer, row = zlib.compressobj(9), b"\0" * (30_000 // 8 + 1)
    packed = b"".join(packer.compress(row * 100) for _ in range(300))
    return png((30_000, 30_000), packed + packer.flush(), depth=1, colours=0)


def polyglots() -> dict[str, bytes]:
    """Pictures that are something else as well."""
    page = b"<html><script>alert(1)</script>" + SECRET + b"</html>"
    archive = b"PK\x03\x04" + SECRET * 20 + b"PK\x05\x06" + b"\0" * 18
    gif, jpeg = written(quarters(), "GIF"), written(quarters(), "JPEG", comment=page)
    return {"gif+html": gif + page, "jpeg+html": jpeg + page, "jpeg+zip": jpeg + archive}


def others() -> dict[str, bytes]:
    """What people send that is no photo; several of them Pillow could read."""
    image = quarters((64, 48))
    return {
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "EPS": written(image, "EPS"),
        "TIFF": written(image, "TIFF"),
        "PDF": written(image, "PDF"),
        "ICO": written(image, "ICO"),
        "BMP": written(image, "BMP"),
        "ZIP": b"PK\x03\x04" + b"\0" * 60,
        "a video": b"\0\0\0\x20ftypisom" + b"\0" * 100,
        "JPEG XL": b"\xff\x0a" + b"\0" * 100,
        "JPEG 2000": written(image, "JPEG2000"),
    }


GOOD: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: written(quarters(), "JPEG", quality=92),
    "progressive": lambda: written(quarters(), "JPEG", quality=92, progressive=True),
    "cmyk": inked,
    "png": lambda: written(quarters(), "PNG"),
    "png with a place": telltale_png,
    "webp": lambda: written(quarters(), "WEBP", quality=90, exif=telltale_exif()),
    "avif": lambda: written(quarters(), "AVIF", quality=90, exif=telltale_exif()),
    "gif": lambda: written(quarters(), "GIF"),
    "heic": heic,
    "animated gif": lambda: animated("GIF"),
    "animated webp": lambda: animated("WEBP"),
    "animated png": lambda: animated("PNG"),
    "everything told": telltale_jpeg,
    "wrong colours": lambda: written(quarters(), "JPEG", quality=92, icc_profile=b"nonsense"),
}
