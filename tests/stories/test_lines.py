"""A line fills its box and never leaves it, whatever somebody said."""

import gzip
import re
import time
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont, features

from stories import lines
from stories.lines import STEPS, WIDTHS, Fit, as_set, fit, measure, offsets, stylesheet, wrap

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "static" / "fonts"

SHORT = ["Two sugars.", "I saw your car.", "He’s eaten. Now you.", "I left the light on."]
SAID = [
    *SHORT,
    "No relation. He’s my customer.",
    "I have a whistle. I’m just not blowing it yet.",
    "£3.40. And I like your coat.",
    "I’m not hanging up until all nine of you are in.",
    "Your bear checked in at six. He’s been no trouble.",
    "I don’t know. But I’ll still be on the line when I do.",
    "She asked for platform nine. I said I’d walk her, then I saw the boxes, so I took two "
    "boxes and she told me about Lagos.",
    "Wait — “I’ll come with you,” he said, and AVATAR was late anyway.",
    "Żółć gęślą jaźń, řekl Łukasz.",
]
RUSSIAN = "Я подожду с вами, пока не придёт автобус. "
ODD = [
    "a\0b c\0d",
    "🧁 for the 👩‍🚒 crew",
    "أنا لا أعرفك ولكنني سأبقى معك",
    "e\u0301 e\u0301\u0301\u0301 \u0301",
    "電車はもう来ません。一緒に待ちましょう。",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz, bitte",
    "\ud800 alone",
    "\u200b\u200d\ufeff",
    "a\u00a0b\u202fc",
    "  \n\t ",
    "”",
    "W" * 320,
    "w " * 160,
]


def worst(text: str, width: float) -> float:
    return max(measure(line) for line in wrap(text, width)) / width


def phone_size(text: str) -> float:
    measured = fit(text)
    return min(lines.PHONE / measured.widths[measured.phone - 1], lines.PHONE_LARGEST)


@pytest.mark.parametrize("said", [*SAID, *ODD])
def test_text_filled_to_a_class_width_takes_no_more_lines_than_the_class_says(said):
    text = as_set(said)
    for count, step in fit(said).steps.items():
        assert len(wrap(text, WIDTHS[step])) <= count
        assert worst(text, WIDTHS[step]) <= 1


@given(st.text(max_size=200))
def test_no_text_raises_or_overflows(said):
    text = as_set(said)
    for count, step in fit(said).steps.items():
        assert len(wrap(text, WIDTHS[step])) <= count
        assert worst(text, WIDTHS[step]) <= 1


@pytest.mark.parametrize("said", SAID)
def test_rounding_to_a_class_costs_little(said):
    measured = fit(said)
    for count, step in measured.steps.items():
        if WIDTHS[step] > WIDTHS[0]:
            assert WIDTHS[step] / measured.widths[count - 1] <= 1.04


@pytest.mark.parametrize("said", [said for said in SAID if len(said.split()) <= 12])
def test_each_break_is_the_best_there_is(said):
    words = as_set(said).split(" ")
    measured = fit(said)
    for count, width in enumerate(measured.widths, start=1):
        best = min(
            max(measure(" ".join(words[a:b])) for a, b in pairwise((0, *cuts, len(words))))
            for cuts in combinations(range(1, len(words)), count - 1)
        )
        assert width == pytest.approx(min(best, *measured.widths[: count - 1], 99), abs=0.001)


def test_no_break_is_narrower_than_the_widest_word():
    word = "Überwachungsaufgabenübertragungsgesetz"
    assert min(fit(f"I have a {word} to read.").widths) >= measure(word)
    assert min(fit("a b\u00a0c\u00a0d e").widths) == pytest.approx(
        measure("b\u00a0c\u00a0d"), 0.001
    )


def test_a_line_that_another_break_makes_no_narrower_is_left_out():
    assert set(fit("Two extraordinarily").steps) == {1, 2}
    assert set(fit("a b Rindfleischetikettierung").steps) == {1, 2}
    assert set(fit("Yes.").steps) == {1}


def test_the_closing_quote_counts_where_there_is_one():
    line, title = fit("Two sugars."), fit("Two sugars.", quoted=False)
    assert line.em == pytest.approx(measure("Two sugars.”"), abs=0.001)
    assert title.em == pytest.approx(measure("Two sugars."), abs=0.001)


def test_white_space_collapses_as_on_a_page():
    assert fit(" Two \n\n sugars. ") == fit("Two sugars.")


def test_nothing_said_has_no_classes():
    assert fit("") == fit(" \n") == Fit(())
    assert fit("").classes == ""
    assert fit("").em == 0
    assert not fit("").long


def test_a_whole_story_is_too_long_for_any_class():
    measured = fit("word " * 2400)
    assert measured.long
    assert measured.classes == ""
    assert fit("x" * 12_000).classes == ""


def test_about_a_hundred_and_forty_characters_is_too_long_to_lead():
    said = "I said I would walk her to the platform, and then I saw the boxes, so I took two. " * 3
    assert not fit(said[:120]).long
    assert fit(said[:165]).long


def test_whether_a_line_leads_is_answered_alike_with_and_without_its_closing_quote():
    said = "I said I would walk her to the platform, and then I saw the boxes, so I took two. " * 3
    for length in range(120, 165):
        line = said[:length].strip()
        assert fit(line).long == lines.is_long(line), length


def test_a_script_that_is_set_wider_may_be_as_long():
    said = "Не переживайте, бабушка, я подожду с вами, пока не придёт автобус."
    for line in (said, RUSSIAN * 2, "ไม่ต้องห่วงนะคะคุณยาย เดี๋ยวหนูเดินไปส่งถึงบ้านเลยค่ะ"):
        assert not fit(line).long
        assert fit(line).classes
        assert lines.leading(line, "A title") == fit(line)
    assert fit(RUSSIAN * 5).long
    assert fit("他不是我的亲人，他是我的顾客。" * 3).long


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Two sugars, é, Ł and “ß”.", []),
        ("Đừng lo nghĩ gì.", []),
        ("Я подожду с вами.", ["airy"]),
        ("他不是我的亲人。", ["airy"]),
        ("Thank you 🧁", ["airy"]),
        ("걱정 마세요.", ["airy", "whole-words"]),
        ("ไม่ต้องห่วง", ["airier"]),
        ("लौट आइए", ["airier"]),
        ("سأنتظر معك", ["airier"]),
    ],
)
def test_a_line_has_the_room_from_row_to_row_that_its_script_needs(said, expected):
    measured = fit(said)
    named = [name for name in measured.classes.split() if not re.fullmatch(r"[wp][\d-]+", name)]
    assert named == expected
    assert lines.leading(said, "", measured.widths).classes == measured.classes
    assert lines.scripts(said) == expected


def test_widths_that_were_stored_of_another_text_are_not_taken():
    short, long, title = "Two sugars.", "word " * 60, "The cup that was there"
    assert lines.leading(short, title, fit(title, quoted=False).widths) == fit(short)
    assert lines.leading(long, title, fit(long).widths) == fit(title, quoted=False)
    assert lines.leading("", "", fit(short).widths) == Fit(())


def test_japanese_breaks_between_any_two_signs_but_never_before_a_small_one():
    assert len(fit("よかったです。ありがとう。").widths) == lines.MOST_LINES
    for row in wrap("ちょっと待って、カードをチェックしてきます。", 2):
        assert row[0] not in "ょっェッー、。"


def test_thai_breaks_where_a_syllable_begins():
    widths = fit("พนักงานร้านสะดวกซื้อเดินไปส่งคุณยายถึงบ้าน", quoted=False).widths
    assert len(widths) > 2
    assert widths[1] < 0.7 * widths[0]


def test_stored_widths_make_the_same_fit():
    measured = fit(SAID[5])
    again = Fit(tuple(measured.widths))
    assert again.classes == measured.classes
    assert again.phone == measured.phone


def test_every_class_is_in_the_stylesheet():
    named = set(re.findall(r"\.([a-z][\w-]*)\{", stylesheet()))
    for said in [*SAID, *ODD, *(said * 3 for said in SAID)]:
        assert set(fit(said).classes.split()) <= named


def test_the_stylesheet_is_the_one_that_is_served():
    served = (ROOT / "static" / "css" / "fit.css").read_text()
    assert served == stylesheet(), "run: python -m stories.lines > static/css/fit.css"
    assert len(gzip.compress(served.encode())) < 4096
    assert len(STEPS) == lines.MOST_LINES


@pytest.mark.parametrize("said", SHORT)
def test_on_a_phone_a_short_line_is_large(said):
    assert 64 <= phone_size(said) <= lines.PHONE_LARGEST


@pytest.mark.parametrize("said", [said for said in SAID if len(said) > 40])
def test_on_a_phone_a_longer_line_is_smaller(said):
    assert 40 <= phone_size(said) <= 68


def test_the_phone_takes_a_break_that_has_a_class():
    for said in [*SAID, *ODD]:
        measured = fit(said)
        assert not measured.steps or measured.phone in measured.steps


def test_an_unknown_character_is_given_room():
    assert measure("Ж") >= 1 + lines.TRACKING
    assert measure("🧁") > measure("漢") > measure("W")
    assert measure("e\u0308\u0301") == pytest.approx(measure("e"), abs=0.05)


def test_characters_stand_where_the_text_before_them_ends():
    text = "AVATAR, “Te”"
    assert offsets(text)[-1] == measure(text)
    assert offsets(text)[5] == pytest.approx(measure(text[:6]) - measure("R"), abs=0.1)
    assert measure("AV") < measure("A") + measure("V")


def test_our_list_of_widths_is_that_of_the_font():
    drawing = TTFont(lines.__file__.replace("lines.py", "fonts/display.ttf"))
    advances = lines._metrics()[0]
    for char, advance in advances.items():
        glyph = drawing.getBestCmap()[ord(char)]
        assert round(advance * 1000) == drawing["hmtx"][glyph][0], char
    served = set()
    for path in FONTS.glob("display-*.woff2"):
        served |= set(TTFont(path).getBestCmap())
    assert set(map(ord, advances)) == served - set(range(0x300, 0x370))


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow has no Raqm here to compare with")
@pytest.mark.parametrize("said", SAID[:-1])
def test_our_measure_is_that_of_a_shaping_engine(said):
    path = lines.__file__.replace("lines.py", "fonts/display.ttf")
    ruler = ImageFont.truetype(path, 1000, layout_engine=ImageFont.Layout.RAQM)
    expected = ruler.getlength(said) / 1000 + len(said) * lines.TRACKING
    assert measure(said) == pytest.approx(expected, abs=0.004)


def test_measuring_is_quick():
    said = SAID[10] + " And then some more."
    fit(said)  # the list of widths is read once
    took = []
    for _ in range(20):
        start = time.process_time()
        fit.__wrapped__(said)
        took.append(time.process_time() - start)
    assert min(took) < 0.002


def test_what_most_pages_load_first_is_small():
    first = ["display-latin.woff2", "interface-latin.woff2"]
    assert sum((FONTS / name).stat().st_size for name in first) <= 60_000


def test_every_font_named_in_the_stylesheet_is_there():
    css = (ROOT / "static" / "css" / "fonts.css").read_text()
    named = set(re.findall(r'url\("\.\./fonts/([^"]+)"\)', css))
    assert named == {path.name for path in FONTS.glob("*.woff2")}
    assert css.count("font-display:swap") == len(named)


def test_the_fonts_have_the_letters_and_signs_we_write_with():
    needed = set(map(ord, "“”‘’–—…·×£€AZaz09éßøñçŁłŠš"))
    for family in ("display", "interface", "reading"):
        served = set()
        for path in FONTS.glob(f"{family}-*.woff2"):
            served |= set(TTFont(path).getBestCmap())
        assert needed <= served, family


def test_what_leads_a_poster_is_the_line_unless_it_is_too_long():
    short, long, title = "Two sugars.", "word " * 60, "The cup that was there"
    assert lines.leading(short, title) == lines.fit(short)
    assert lines.leading(long, title) == lines.fit(title, quoted=False)
    assert lines.leading(long, "") == lines.fit(long)
    assert lines.leading("", title) == lines.fit(title, quoted=False)
