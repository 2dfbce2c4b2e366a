"""Fonts that are there, and cards where they are not."""

import io
import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from PIL import Image, features

from stories.sharing.cards.checks import fonts_are_there
from stories.sharing.cards.content import content_of
from stories.sharing.cards.drawing import draw_card
from stories.sharing.cards.faces import coverage, require_raqm
from stories.sharing.cards.layout import FORMATS

from .conftest import a_card


def test_without_fonts_a_card_still_comes_and_leaves_out_what_it_cannot_draw(no_fonts):
    content = content_of(a_card("Happy birthday, Edith 🎂!", "שלום"))
    assert content.lead == "Happy birthday, Edith !"
    assert content.title == ""
    png = draw_card(content, FORMATS["landscape"])
    assert Image.open(io.BytesIO(png)).size == (1200, 630)


def test_a_line_that_no_font_has_leaves_the_lead_to_the_title(no_fonts):
    content = content_of(a_card("ไม่ต้องรีบนะคะ", "The clerk who waited"))
    assert (content.lead, content.quoted) == ("The clerk who waited", False)


def test_a_card_that_nothing_can_be_drawn_of_says_our_name(no_fonts):
    assert content_of(a_card("ไม่ต้องรีบนะคะ", "別着急")).lead == "Retold"


def test_what_is_left_out_is_logged_once(no_fonts, caplog):
    with caplog.at_level(logging.WARNING):
        content_of(a_card("Two ☃ sugars."))
        content_of(a_card("Two ☃ sugars."))
    assert len([record for record in caplog.records if "☃" in record.getMessage()]) == 1


def test_the_check_names_the_package(no_fonts):
    (warning,) = fonts_are_there(None)
    assert warning.id == "stories.W001"
    assert "fonts-noto-cjk" in warning.msg
    call_command("check")


def test_with_the_fonts_the_check_is_silent(noto):
    assert fonts_are_there(None) == []


def test_without_raqm_nothing_is_drawn_and_the_check_says_so(monkeypatch, noto):
    monkeypatch.setattr(features, "check", lambda name: False)
    assert [message.id for message in fonts_are_there(None)] == ["stories.E001"]
    with pytest.raises(ImproperlyConfigured, match="Raqm"):
        require_raqm()


def test_a_file_that_is_no_font_covers_nothing(tmp_path):
    for number, content in enumerate((b"", b"OTTO", b"\x00\x01\x00\x00\x00\x01" + b"cmap" * 20)):
        file = tmp_path / f"{number}.ttf"
        file.write_bytes(content)
        assert not any(code in coverage(str(file)) for code in range(300))
