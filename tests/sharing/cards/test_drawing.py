"""Cards as pictures: what is printed where, looked at pixel by pixel."""

import io

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from stories import palette
from stories.sharing.cards.content import Content, content_of
from stories.sharing.cards.drawing import GOLD, card_image, draw_card
from stories.sharing.cards.faces import DISPLAY, UNSEEN, coverage
from stories.sharing.cards.layout import FORMATS, MARGIN, Layout, lay_out
from stories.sharing.cards.setting import runs, width

from .conftest import a_card

pytestmark = pytest.mark.usefixtures("noto")

# Words as people write them, of every script that cards promise; the last have no spaces.
WORDS = {
    "Latin": "He’s my customer. No relation, Łódź café naïve £3.40 (really) “yes” — twenty-four",
    "Greek": "Κρατήστε τα ρέστα, κύριε. Θα σας δω αύριο",
    "Cyrillic": "Подождите, я вас провожу до дома. Її м’яч був у мене",
    "Arabic": "لا تقلق، سأنتظرك حتى تنتهي رقم 9 ۱۲",
    "Hebrew": "אל תדאגי, שמרתי לך מקום 12 (Northgate)",
    "Devanagari": "चिंता मत कीजिए, मैं यहीं हूँ। स्टेशन पर",
    "Korean": "괜찮아요, 제가 끝까지 기다릴게요. 마지막 버스와",
    "emoji": "🎂 ❤️ 👩🏽‍🍳 🇳🇱 1️⃣ ☕ ok",
    "Thai": "ไม่ต้องรีบ นะคะหนูรอได้ค่ะ คุณยายค่อยๆเดิน",
    "Chinese": "别着急， 我陪您走到车站 再回来。",
    "Japanese": "お客様の傘、 ずっと預かって おりました。",
}
UNSPACED = ("Thai", "Chinese", "Japanese")
FORMS = st.sampled_from(list(FORMATS.values()))
SLOW = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def said(draw, most: int) -> str:
    """A line in one script or in several, as short or as long as one may be."""
    scripts = draw(st.lists(st.sampled_from(list(WORDS)), min_size=1, max_size=3))
    gap = "" if set(scripts) <= set(UNSPACED) else " "
    words = [word for script in scripts for word in WORDS[script].split()]
    chosen = draw(st.lists(st.sampled_from(words), min_size=1, max_size=40))
    return gap.join(chosen)[:most]


def picture(card, form: str = "landscape", photo: Image.Image | None = None) -> Image.Image:
    png = draw_card(content_of(card), FORMATS[form], photo)
    return Image.open(io.BytesIO(png)).convert("RGB")


def inks(slug: str) -> tuple[tuple, tuple]:
    pair = palette.BY_SLUG[slug]
    return pair.ground.rgb, pair.ink.rgb


def printed(image: Image.Image, ground: tuple) -> tuple[int, int, int, int]:
    """The box of all that is not ground."""
    empty = Image.new("RGB", image.size, ground)
    return ImageChops.difference(image, empty).getbbox() or (0, 0, 0, 0)


def a_photo() -> Image.Image:
    """Pale, with something dark in its left third."""
    photo = Image.new("RGB", (900, 600), (235, 225, 215))
    ImageDraw.Draw(photo).ellipse((60, 150, 280, 370), fill=(20, 30, 40))
    return photo


def lead_rows(layout: Layout) -> list:
    return [row for row in layout.rows if row.style.cut == DISPLAY and row.size == layout.size]


@SLOW
@given(
    line=said(280),
    title=said(120),
    credit=said(200),
    form=FORMS,
    gold=st.booleans(),
)
# Pictures beside letters of another font, whose spaces are wider than ours.
@example(
    line="τα ρέστα, τα 🎂 🎂 τα",
    title="He’s",
    credit="He’s",
    form=FORMATS["landscape"],
    gold=False,
)
def test_nothing_touches_the_margins_and_no_word_is_lost(line, title, credit, form, gold):
    content = content_of(a_card(line, title, ("caring", "put-right"), credit=credit, gold=gold))
    image = Image.open(io.BytesIO(draw_card(content, form))).convert("RGB")
    # The swashes of some letters reach a little beyond what a font says of them.
    margin = 0.55 * MARGIN * form.scale - 2 * form.scale
    left, top, right, bottom = printed(image, inks(content.hue)[0])
    assert left >= margin
    assert top >= margin
    assert right <= form.width - margin
    assert bottom <= form.height - margin

    layout = lay_out(content, form, photo=False)
    shown = "".join(row.text for row in lead_rows(layout)).replace(" ", "")
    assert shown == (content.lead + ("”" if content.quoted else "")).replace(" ", "")
    for text in (content.title, content.long, content.credit):
        # The last line of the foot is put in first.
        assert _in_rows(text, [row.text.replace(" ", "") for row in layout.rows])


def _in_rows(text: str, rows: list[str]) -> bool:
    """Is the text there, broken anywhere, its lines from the last to the first?"""
    text = text.replace(" ", "")
    runs = (rows[start:stop] for start in range(len(rows)) for stop in range(start, len(rows) + 1))
    return any("".join(reversed(run)) == text for run in runs)


@SLOW
@given(line=said(280), title=said(120), form=FORMS, photo=st.booleans())
def test_lines_stand_clear_of_each_other_and_in_their_column(line, title, form, photo):
    layout = lay_out(content_of(a_card(line, title)), form, photo)
    lead = lead_rows(layout)
    foot = [row.baseline - row.size for row in layout.rows if row.baseline > lead[-1].baseline]
    assert lead[-1].baseline < min(foot)
    assert [row.baseline for row in lead] == sorted(row.baseline for row in lead)
    if layout.picture:
        for row in layout.rows:
            beside = row.start < layout.picture.start
            assert beside or row.baseline <= layout.picture.top


@pytest.mark.parametrize("script", WORDS)
def test_every_letter_is_drawn_by_a_font_that_has_it(script):
    content = content_of(a_card(WORDS[script], WORDS[script]))
    for row in lay_out(content, FORMATS["square"], photo=False).rows:
        for run in runs(row.text, row.style, row.rtl):
            has = TTFont(run.face.path, fontNumber=run.face.index, lazy=True).getBestCmap()
            lacking = [char for char in run.text if ord(char) not in has and char not in UNSEEN]
            assert not lacking, (run.text, run.face.path)


@pytest.mark.parametrize(
    ("script", "font"),
    [
        ("Latin", "display.ttf"),
        ("Greek", "NotoSans-Bold.ttf"),
        ("Arabic", "NotoSansArabic-Bold.ttf"),
        ("Hebrew", "NotoSansHebrew-Bold.ttf"),
        ("Devanagari", "NotoSansDevanagari-Bold.ttf"),
        ("Thai", "NotoSansThai-Bold.ttf"),
        ("Chinese", "NotoSansCJK-Bold.ttc"),
        ("Japanese", "NotoSansCJK-Bold.ttc"),
        ("Korean", "NotoSansCJK-Bold.ttc"),
        ("emoji", "NotoColorEmoji.ttf"),
    ],
)
def test_each_script_has_its_font(script, font):
    content = content_of(a_card(WORDS[script]))
    used = runs(content.lead, content.style(DISPLAY), content.rtl)
    assert font in {run.face.path.rpartition("/")[2] for run in used}


def test_coverage_agrees_with_what_fonttools_reads():
    content = content_of(a_card(" ".join(WORDS.values())[:280]))
    faces = {run.face for run in runs(" ".join(WORDS.values()), content.style(DISPLAY), False)}
    assert len(faces) > 6
    for face in faces:
        font = TTFont(face.path, fontNumber=face.index, lazy=True)
        theirs = {code for table in font["cmap"].tables if table.isUnicode() for code in table.cmap}
        ours = coverage(face.path)
        assert {code for code in range(0x110000) if code in ours} == theirs


def test_what_no_font_has_is_left_out():
    content = content_of(a_card("Two \ue000sugars\U000f1234.", "\ue001"))
    assert content.lead == "Two sugars."
    assert content.title == ""


def test_a_line_from_the_right_ends_at_the_axis_on_the_right():
    card = a_card("אל תדאגי שמרתי לך מקום ליד החלון", "", traits=(), credit="")
    content = content_of(card)
    form = FORMATS["square"]
    layout = lay_out(content, form, photo=False)
    image = picture(card, "square")
    ground = inks(content.hue)[0]
    edges = []
    for row in lead_rows(layout)[1:]:
        band = (0, int(row.baseline - row.size * 0.4), form.width, int(row.baseline))
        edges.append(printed(image.crop(band), ground))
    assert len(edges) > 1
    axis = form.width - lead_rows(layout)[0].start
    assert all(abs(right - axis) < 0.04 * layout.size for _left, _top, right, _bottom in edges)
    assert len({left for left, *_ in edges}) > 1


def test_the_opening_quote_hangs_before_the_axis():
    content = content_of(a_card("I have a whistle.", ""))
    form = FORMATS["landscape"]
    layout = lay_out(content, form, photo=False)
    first = lead_rows(layout)[0]
    image = picture(a_card("I have a whistle.", ""))
    ground = inks(content.hue)[0]
    top, bottom = int(first.baseline - layout.size * 0.7), int(first.baseline)
    hung = printed(image.crop((0, top, int(first.start) - 2, bottom)), ground)
    assert hung[0] == pytest.approx(first.start - 0.31 * layout.size, abs=0.03 * layout.size)
    # Below it, nothing: the stem of the I begins on the axis, exactly.
    stem = printed(image.crop((0, bottom - 40, form.width, bottom)), ground)
    assert stem[0] == pytest.approx(first.start, abs=2)


@pytest.mark.parametrize("pair", palette.PAIRS, ids=lambda pair: pair.slug)
def test_a_card_is_printed_in_its_two_inks(pair):
    image = picture(a_card(traits=(pair.slug,) if pair.slug != palette.PLAIN else ()))
    found = [colour for _count, colour in sorted(image.getcolors(10_000), reverse=True)]
    assert {found[0], found[1]} == {pair.ground.rgb, pair.ink.rgb}
    assert image.getpixel((1, 1)) == pair.ground.rgb


def test_the_same_words_make_the_same_bytes():
    content = content_of(a_card("Two sugars.", gold=True))
    form = FORMATS["portrait"]
    assert draw_card(content, form, a_photo()) == draw_card(content, form, a_photo())
    other = content_of(a_card("Three sugars.", gold=True))
    assert draw_card(content, form) != draw_card(other, form)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.slug)
@pytest.mark.parametrize("hue", ["personal", "caring"])
def test_a_photo_is_printed_in_dots_and_stays_positive(form, hue):
    content = content_of(a_card(traits=(hue,)))
    layout = lay_out(content, form, photo=True)
    image = Image.open(io.BytesIO(draw_card(content, form, a_photo(), (0, 50)))).convert("L")
    panel = image.crop(tuple(map(round, layout.picture)))
    histogram = panel.histogram()
    assert sum(1 for count in histogram if count > panel.width) >= 2
    # What is dark in the photo is darker on the card than what is pale.
    shape = panel.resize((9, 9), Image.Resampling.BOX)
    assert shape.getextrema()[0] < shape.getpixel((8, 8)) - 40
    assert image.tobytes() != Image.open(io.BytesIO(draw_card(content, form))).tobytes()


def test_the_focal_point_chooses_what_a_crop_keeps():
    content = content_of(a_card(traits=("caring",)))
    form = FORMATS["square"]
    panel = tuple(map(round, lay_out(content, form, photo=True).picture))

    def darkest(focus: tuple[int, int]) -> int:
        card = Image.open(io.BytesIO(draw_card(content, form, a_photo(), focus))).convert("L")
        return card.crop(panel).resize((9, 9), Image.Resampling.BOX).getextrema()[0]

    assert darkest((10, 50)) < darkest((100, 50)) - 40


@pytest.mark.parametrize("size", [(1, 1), (64, 48), (3, 900), (2000, 7), (1081, 1350)])
def test_a_photo_of_any_shape_fills_its_place(size):
    content = content_of(a_card())
    for form in FORMATS.values():
        for focus in ((0, 0), (100, 100), (37, 63)):
            png = draw_card(content, form, Image.new("RGB", size, "gray"), focus)
            assert Image.open(io.BytesIO(png)).size == (form.width, form.height)


@pytest.mark.parametrize("photo", [None, a_photo()], ids=["no photo", "photo"])
@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.slug)
def test_the_seal_is_gold_and_stands_on_no_word(form, photo):
    content = content_of(a_card("Nobody gets the job in a creased shirt.", gold=True))
    layout = lay_out(content, form, photo is not None)
    image = Image.open(io.BytesIO(draw_card(content, form, photo))).convert("RGB")
    x, y, reach = layout.seal
    assert image.getpixel((round(x), round(y - reach * 0.6))) == GOLD
    for row in layout.rows:
        clear = row.start + width(row.text, row.style) * row.size <= x - reach
        assert clear or row.baseline < y - reach or row.baseline - row.size > y + reach


def test_recovery_is_a_band_of_ink_with_ground_letters():
    card = a_card(traits=("put-right",), recovery=True, went_wrong="The bag tore.")
    ground, ink = inks("put-right")
    image = picture(card)
    assert image.getpixel((2, 2)) == ink
    band = image.crop((0, 0, 1200, 40))
    assert ground in {colour for _count, colour in band.getcolors(10_000)}


def test_what_was_seen_elsewhere_has_a_rule_inside_its_edge():
    card = a_card(traits=("sincere",), elsewhere=True)
    ground, ink = inks("sincere")
    image = picture(card, "square")
    across = [image.getpixel((x, 700)) for x in range(40)]
    assert across[0] == ground
    assert ink in across
    assert across[39] == ground
    assert content_of(card).note == "Seen elsewhere"


LONG = "She asked for platform nine and I said I would walk her there myself, " * 4


def test_a_long_line_leaves_the_lead_to_the_title():
    content = content_of(a_card(LONG[:280], "Platform nine"))
    assert (content.lead, content.quoted, content.title) == ("Platform nine", False, "")
    assert content.long.startswith("“She asked")


def test_a_long_line_without_a_title_leads_smaller_and_whole():
    content = content_of(a_card(LONG[:280], ""))
    layout = lay_out(content, FORMATS["landscape"], photo=False)
    assert " ".join(row.text for row in lead_rows(layout)) == content.lead


def test_one_enormous_word_is_broken():
    content = content_of(a_card("W" * 280, "W" * 120, credit="M" * 200))
    for form in FORMATS.values():
        layout = lay_out(content, form, photo=True)
        assert "".join(row.text for row in lead_rows(layout)) == content.lead
        assert layout.size >= 10


def test_words_come_before_the_photo():
    crowded = a_card(
        LONG[:280],
        LONG[:120],
        credit=LONG[:200],
        recovery=True,
        went_wrong=LONG[:200],
        elsewhere=True,
        gold=True,
    )
    for form in FORMATS.values():
        layout = lay_out(content_of(crowded), form, photo=True)
        assert not any("…" in row.text for row in layout.rows)


@pytest.mark.parametrize("letter", ["W", "國", "ﷺ", "क्षि"])
@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.slug)
def test_the_most_of_everything_without_a_space_is_still_a_card(letter, form):
    card = a_card(
        (letter * 280)[:280],
        (letter * 120)[:120],
        ["caring"] * 8,
        credit=(letter * 600)[:600],
        recovery=True,
        went_wrong=(letter * 200)[:200],
        elsewhere=True,
        gold=True,
    )
    png = card_image(card, form, a_photo())
    assert Image.open(io.BytesIO(png)).size == (form.width, form.height)


def test_only_a_title_that_fits_nowhere_is_shortened():
    content = Content("caring", "Yes.", True, title="word " * 800, credit="Marek")
    layout = lay_out(content, FORMATS["landscape"], photo=True)
    shortened = [row.text for row in layout.rows if "…" in row.text]
    assert len(shortened) == 1
    assert any(row.text == "Marek" for row in layout.rows)
