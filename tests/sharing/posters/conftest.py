"""Sheets to look at: stories, photos to print on them, and what can be read out of a PDF."""

import io
import re
import unicodedata

import pypdfium2
import pytest
import zxingcpp
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from stories.models import Photo, Story


@pytest.fixture(autouse=True)
def stored_aside(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }
    settings.SITE_URL = "https://retold.example"


def photographed(story: Story, alt: str = "Two hands and a bag") -> Photo:
    image = Image.radial_gradient("L").resize((1200, 900)).convert("RGB")
    ImageDraw.Draw(image).ellipse((300, 200, 700, 600), fill="white")
    file = io.BytesIO()
    image.save(file, "JPEG")
    photo = Photo(story=story, alt=alt, width=1200, height=900, state=Photo.State.READY)
    photo.original.save("any.jpg", ContentFile(file.getvalue()), save=False)
    photo.save()
    return photo


def for_press(story: Story) -> Story:
    return Story.objects.for_cards().get(pk=story.pk)


def words(pdf: bytes, page: int = 0) -> str:
    """The text of a page as a reader gets it, in single spaces."""
    text = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_range()
    return plain(text)


def plain(text: str) -> str:
    text = text.replace("\u200b", "").replace("\ufffe", "").replace("\x02", "")
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()


def picture(pdf: bytes, page: int = 0, scale: float = 2) -> Image.Image:
    return pypdfium2.PdfDocument(pdf)[page].render(scale=scale).to_pil().convert("RGB")


def scanned(pdf: bytes, page: int = 0) -> list[str]:
    """What a telephone reads from the page."""
    return [code.text for code in zxingcpp.read_barcodes(picture(pdf, page))]
