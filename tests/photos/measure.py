"""What photos cost in time and memory: `python -m tests.photos.measure [NAME …]`.

Each file is checked in a process of its own, as a request would, and then made as the task would.
The time is that of the processor, so that others who work on the machine count for nothing; the
memory is the largest that the process ever held, and how much of it came with the photo.
"""

import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from . import corpus

PHONE, LARGE = (4032, 3024), (8064, 6048)


def encoded(size: tuple[int, int], kind: str, mode: str = "RGB", **options) -> Callable[[], bytes]:
    return lambda: corpus.written(corpus.grainy(size).convert(mode), kind, **options)


FILES: dict[str, Callable[[], bytes]] = {
    "12 MP JPEG, turned": lambda: corpus.phone_photo(6),
    "12 MP JPEG, progressive": encoded(PHONE, "JPEG", quality=88, progressive=True),
    "12 MP JPEG, wide colours": lambda: corpus.written(
        corpus.grainy(PHONE), "JPEG", quality=88, icc_profile=corpus.wide_profile()
    ),
    "12 MP PNG": encoded(PHONE, "PNG", compress_level=1),
    "12 MP WebP": encoded(PHONE, "WEBP", quality=80, method=0),
    "12 MP AVIF": encoded(PHONE, "AVIF", quality=60, speed=10),
    "12 MP HEIC": encoded(PHONE, "HEIF", quality=50),
    "48 MP JPEG": encoded(LARGE, "JPEG", quality=85),
    "48 MP JPEG, progressive": encoded(LARGE, "JPEG", quality=85, progressive=True),
    "48 MP PNG, transparent": encoded(LARGE, "PNG", "RGBA", compress_level=1),
    "48 MP HEIC": encoded(LARGE, "HEIF", quality=40),
}


def peak() -> float:
    """The most memory this process ever held, in MB."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # Unlike the other, it forgets what the process was before it became this program.
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def measured(path: str) -> str:
    """One photo in this process: milliseconds and MB of the request, and of what comes after."""
    import django

    django.setup()
    from django.core.files.base import ContentFile, File

    from stories.models import Photo
    from stories.photos import variants
    from stories.photos.checking import check

    # What every process has loaded once it has seen a photo counts for none.
    check(ContentFile(corpus.held(1)))
    before, began = peak(), time.process_time()
    with open(path, "rb") as file:
        picture = check(File(file))
    request, most = time.process_time() - began, peak()
    photo = Photo(width=picture.width, height=picture.height)
    photo.original.save("", picture.file(), save=False)
    began = time.process_time()
    files = variants.make_files(photo)
    made = time.process_time() - began
    variants.forget([*files.values(), photo.original.name])
    least = least_work(picture.content)
    return (
        f"{request * 1000:5.0f} ms  +{most - before:4.0f} MB  {peak():4.0f} MB | "
        f"{made * 1000:5.0f} ms  {made / least:4.2f} × bare Pillow"
    )


def least_work(content: bytes) -> float:
    """How long bare Pillow takes for the three widths, doing no more than it must."""
    began = time.process_time()
    image = Image.open(io.BytesIO(content), formats=("JPEG",))
    image.load()
    for width in (1920, 960, 480):
        image = image.resize(
            (width, round(image.height * width / image.width)), Image.Resampling.LANCZOS, None, 2.0
        )
        image.save(io.BytesIO(), "WEBP", quality=80, method=2)
    return time.process_time() - began


def main(names: list[str]) -> None:
    for name in names or FILES:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "photo"
            path.write_bytes(FILES[name]())
            size = path.stat().st_size / 1024 / 1024
            command = [sys.executable, "-m", "tests.photos.measure", "--file", str(path)]
            out = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, check=True
            ).stdout
        sys.stdout.write(f"{name:26} {size:5.1f} MB | {out.strip()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["PHOTO_MEGABYTES"] = "200"
    if sys.argv[1:2] == ["--file"]:
        sys.stdout.write(measured(sys.argv[2]))
    else:
        main(sys.argv[1:])
