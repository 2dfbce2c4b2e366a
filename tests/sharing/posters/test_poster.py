"""A story on paper: what stands on the sheet, and what a screen reader gets of it."""

import io
import re

import pikepdf
import pypdf
import pytest
from django.urls import reverse

from staff.audiences import SCREENS
from staff.naming import Naming
from stories import palette
from stories.sharing.cards.faces import missing_packages
from stories.sharing.posters.press import SIZES, press
from stories.sharing.posters.sheet import sheet
from stories.sharing.posters.views import file_name
from tests.factories import EmployeeFactory, PublishedStoryFactory, TeamFactory, TraitFactory

from .conftest import for_press, photographed, picture, plain, scanned, words

pytestmark = pytest.mark.django_db

MEGABYTE = 1_000_000

with_other_scripts = pytest.mark.skipif(
    bool(missing_packages()), reason="there are no fonts for other scripts here"
)


def printed(story, *, size="a4", **about) -> bytes:
    page = sheet(for_press(story), Naming(SCREENS), **about)
    return press([page], size=size, title=page.data["title"], made=story.created_at)


def together(stories) -> bytes:
    """Many posters in one document, which is much quicker than one by one."""
    pages = [sheet(for_press(story), Naming(SCREENS)) for story in stories]
    return press(pages, size="a4", title="All of them", made=stories[0].created_at)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def elements(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """All elements of the structure, in reading order."""
    found = []

    def walk(node):
        if isinstance(node, pikepdf.Array):
            for child in node:
                walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.append(node)
            if "/K" in node:
                walk(node.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


def fonts(pdf: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    nothing = pikepdf.Dictionary()
    return [font for page in pdf.pages for font in page.resources.get("/Font", nothing).values()]


def width(pdf: bytes) -> float:
    document = opened(pdf)
    return float(document.pages[0].mediabox[2])


@pytest.mark.parametrize("size", SIZES)
def test_a_poster_is_one_page_of_the_paper_asked_for(size):
    pdf = opened(printed(PublishedStoryFactory(), size=size))
    assert len(pdf.pages) == 1
    wide, high = (float(side) for side in pdf.pages[0].mediabox[2:])
    assert (wide, high) == pytest.approx(SIZES[size], abs=0.01)


def test_what_stands_on_it_can_be_copied():
    team = TeamFactory(name="Till six")
    story = PublishedStoryFactory(
        line="No relation. He’s my customer.",
        title="The handle of the bag",
        body="A freezing morning and a queue. She warmed his hands.",
        traits=["personal", "caring"],
        people=[EmployeeFactory(first_name="Roberta")],
        people__team=team,
        recovery=True,
        went_wrong="The bag tore.",
    )
    story.set_gold(True, by=None)
    text = words(printed(story))
    for said in (
        "No relation. He’s my customer.”",
        "The handle of the bag",
        "A freezing morning and a queue. She warmed his hands.",
        "Personal Caring",
        "Roberta, Till six",
        "Went wrong first The bag tore.",
        "Gold standard",
        "2 March 2026",
        f"retold.example/stories/{story.public_id}",
    ):
        assert said in text


def test_the_code_leads_to_the_story_whatever_the_inks():
    stories = [
        PublishedStoryFactory(traits=[TraitFactory(name=f"In {hue}", hue=hue)])
        for hue in palette.BY_SLUG
    ]
    pdf = together(stories)
    for page, story in enumerate(stories):
        address = f"https://retold.example{story.get_absolute_url()}from/poster/"
        assert scanned(pdf, page) == [address], story.shown_traits()


def test_the_ground_is_that_of_the_leading_trait_and_white_paper_saves_it():
    story = PublishedStoryFactory(traits=["personal"])
    pair = palette.BY_SLUG["personal"]
    corner = picture(printed(story)).getpixel((3, 3))
    assert corner == pytest.approx(pair.ground.rgb, abs=2)
    white = picture(printed(story, white=True))
    assert white.getpixel((3, 3)) == (255, 255, 255)
    # Pale ink would not be seen there: the deep ground is what is printed.
    assert min(
        (colour for _, colour in white.getcolors(white.width * white.height)), key=sum
    ) == pytest.approx(pair.ground.rgb, abs=4)


def test_a_poster_is_tagged_with_its_language_title_headings_and_pictures():
    story = PublishedStoryFactory(line="Two sugars.", traits=["small thing"])
    photographed(story, alt="Two hands and a bag")
    pdf = opened(printed(story))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "en-GB"
    assert str(pdf.docinfo.Title) == "“Two sugars.”"
    with pdf.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
    tags = elements(pdf)
    assert [str(tag.S) for tag in tags].count("/H1") == 1
    described = [str(tag.Alt) for tag in tags if "/Alt" in tag]
    assert described[0] == "Two hands and a bag"
    assert f"https://retold.example{story.get_absolute_url()}" in described[1]
    assert len(described) == 2


@with_other_scripts
def test_every_font_is_embedded_and_only_what_is_used_of_it():
    story = PublishedStoryFactory(line="Łukasz, هذا, 你好 and कोई.", body="Cała historia. 你好。")
    document = opened(printed(story))
    used = fonts(document)
    assert len(used) >= 5
    for font in used:
        inner = font.DescendantFonts[0] if font.Subtype == "/Type0" else font
        assert re.match(r"/[A-Z]{6}\+", str(inner.BaseFont)), inner.BaseFont
        kept = inner.FontDescriptor
        assert "/FontFile2" in kept or "/FontFile3" in kept


def test_a_poster_with_a_photo_and_a_long_story_is_small_and_the_same_each_time():
    story = PublishedStoryFactory(body="She held the door with her foot. " * 300)
    photographed(story)
    first = printed(story)
    assert len(first) < MEGABYTE
    assert printed(story) == first


def test_a_photo_that_storage_lost_is_left_out():
    story = PublishedStoryFactory()
    photo = photographed(story)
    photo.original.storage.delete(photo.original.name)
    pdf = opened(printed(story))
    assert len([tag for tag in elements(pdf) if "/Alt" in tag]) == 1


def test_a_long_story_ends_with_a_sentence_and_says_where_the_rest_is():
    sentences = [f"Sentence number {number} is here." for number in range(400)]
    text = words(printed(PublishedStoryFactory(body=" ".join(sentences))))
    assert "Sentence number 5 is here." in text
    assert "Sentence number 399 is here." not in text
    assert re.search(r"Sentence number \d+ is here\. The rest is behind the code\.", text)


def test_a_short_story_is_told_to_its_end():
    text = words(printed(PublishedStoryFactory(body="He asked.\n\nShe said yes.")))
    assert "He asked. She said yes." in text
    assert "The rest" not in text


def test_a_line_too_long_to_lead_stands_below_the_title():
    line = "I have been meaning to say " * 9 + "thank you"
    text = words(printed(PublishedStoryFactory(line=line, title="The foot")))
    assert text.index("The foot") < text.index("“I have been meaning")


def test_who_asked_not_to_be_named_is_nowhere_on_it():
    person = EmployeeFactory(first_name="Ottoline", last_name="Zwart", unnamed=True)
    story = PublishedStoryFactory(
        line="Ask Ottoline.",
        title="Ottoline Zwart knew",
        body="Ottoline Zwart held the door. Ottoline smiled.",
        people=[person],
        recovery=True,
        went_wrong="Ottoline was late.",
    )
    photographed(story, alt="Ottoline Zwart at the door")
    pdf = printed(story)
    assert "A colleague" in words(pdf)
    document = opened(pdf)
    tagged = " ".join(str(tag.Alt) for tag in elements(document) if "/Alt" in tag)
    for text in (words(pdf), tagged, str(document.docinfo.Title)):
        assert "Ottoline" not in text
        assert "Zwart" not in text


SCRIPTS = [
    ("هذا زبوني وليس قريبي.", "ar"),
    ("הוא הלקוח שלי.", "he"),
    ("कोई रिश्ता नहीं।", "hi"),
    ("เขาเป็นลูกค้าของฉัน", "th"),
    ("私のお客さまです。", "ja"),
    ("他是我的顾客。", "zh"),
    ("제 손님이에요.", "ko"),
    ("Είναι πελάτης μου.", "el"),
    ("Он мой покупатель.", "en"),
    ("A biscuit 🍪 and 👩🏽‍💻", "en"),
]


@with_other_scripts
def test_every_script_is_set_with_letters_of_its_own_and_says_its_language():
    document = opened(together([PublishedStoryFactory(line=line) for line, _lang in SCRIPTS]))
    # PDF/UA vouches for it: there a sign without a letter in any font is refused.
    with document.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
    spoken = {str(tag.Lang).partition("-")[0] for tag in elements(document) if "/Lang" in tag}
    assert spoken | {"en"} == {lang for _line, lang in SCRIPTS}


@with_other_scripts
def test_korean_breaks_between_words_and_nowhere_else():
    said = "걱정 마세요, 할머니. 버스가 올 때까지 제가 같이 기다려 드릴게요."
    pdf = printed(PublishedStoryFactory(line=said, title="T", body="B"))
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    rows = [row.strip() for row in page.splitlines() if any(word in row for word in said.split())]
    assert len(rows) > 2
    assert " ".join(rows) == f"“{said}”"


def test_lines_from_right_to_left_stand_on_the_right():
    story = PublishedStoryFactory(line="הוא הלקוח שלי.", traits=["personal"])
    drawn = picture(printed(story))
    across, ground = drawn.width, drawn.getpixel((3, 3))
    inked = [
        sum(drawn.getpixel((x, y)) != ground for x in columns for y in range(120, 500, 8))
        for columns in (range(0, across // 3, 8), range(2 * across // 3, across, 8))
    ]
    assert inked[1] > inked[0]


NAUGHTY = [
    '#import "@preview/cetz:0.3.0": * #read("/etc/passwd")',
    "= Title *bold* _italic_ `raw` $x^2$ <label> @ref // comment /* other */",
    "\\u{41} \\ \\\\ \\n #let x = 1 #{ } [ ] { } ~ --- -- ... ''",
    '"quoted" \'single\' ", "gold": true } ]',
    "\u202ebackwards\u202c and \ufeff \u2028 \u2029 \x0b \x07 \x1b[31m",
    "Z̸̢̛̟̻͔a̷͍̓l̶̨̽g̵̘͝o̴͕̍ " * 8,
    "𓀀 𒀀 \U0001f3f4\U000e0067\U000e0062\U000e007f \ue000 \U0001fadd \u0378",
    "W" * 270,
    "<script>alert(1)</script> {{ 7*7 }} %s %n ${x}",
    "-" * 100 + " " + "." * 100,
]


def test_what_people_write_is_set_as_they_wrote_it():
    pdf = together(
        [
            PublishedStoryFactory(line=text[:280], title=text[:120], body=text * 8)
            for text in NAUGHTY
        ]
    )
    assert len(opened(pdf).pages) == len(NAUGHTY)
    assert not any("root:x:" in words(pdf, page) for page in range(len(NAUGHTY)))


def test_markup_stays_letters():
    markup = "= No *bold*, #strong[no] $x$ \\ and @no <tag>"
    assert plain(markup) in words(printed(PublishedStoryFactory(body=markup)))


def test_twelve_thousand_characters_of_anything_are_one_page():
    units = ["word ", "x", "字", "ก", "م ", "🍪", "a. ", "\n\n-"]
    bodies = [(unit * 12_000)[:12_000].strip() for unit in units]
    pdf = together([PublishedStoryFactory(body=body) for body in bodies])
    assert len(opened(pdf).pages) == len(units)


def test_signs_that_no_font_has_do_not_keep_a_poster_from_being_tagged():
    document = opened(printed(PublishedStoryFactory(line="It said \ue000.")))
    assert "/StructTreeRoot" in document.Root


class TestAddress:
    def test_whoever_may_read_a_story_may_print_it(self, staff_client):
        story = PublishedStoryFactory(title="The handle of the bag", line="He’s my customer.")
        answer = staff_client.get(reverse("story_poster", args=[story.public_id]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'inline; filename="retold-hes-my-customer.pdf"'
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer.content.startswith(b"%PDF-")

    def test_the_size_and_the_paper_are_chosen_in_the_address(self, staff_client):
        story = PublishedStoryFactory(traits=["personal"])
        url = reverse("story_poster", args=[story.public_id])
        letter = staff_client.get(f"{url}?size=letter&paper=white").content
        assert width(letter) == 612
        assert picture(letter).getpixel((3, 3)) == (255, 255, 255)
        anything = staff_client.get(f"{url}?size=a0&paper=%00").content
        assert width(anything) == pytest.approx(595.276, abs=0.01)

    def test_a_poster_that_is_still_right_is_not_made_again(self, staff_client, monkeypatch):
        story = PublishedStoryFactory()
        url = reverse("story_poster", args=[story.public_id])
        etag = staff_client.get(url)["ETag"]

        def pressed(*args, **about):
            raise AssertionError("made again")

        monkeypatch.setattr("stories.sharing.posters.views.press", pressed)
        assert staff_client.get(url, headers={"If-None-Match": etag}).status_code == 304

    @pytest.mark.parametrize("change", ["title", "photo", "unnamed", "size"])
    def test_a_poster_that_changed_is_made_again(self, staff_client, change):
        person = EmployeeFactory()
        story = PublishedStoryFactory(people=[person])
        url = reverse("story_poster", args=[story.public_id])
        etag = staff_client.get(url)["ETag"]
        if change == "title":
            story.title = "Another title"
            story.save()
        elif change == "photo":
            photographed(story)
        elif change == "unnamed":
            person.unnamed = True
            person.save()
        else:
            url += "?size=letter"
        assert staff_client.get(url, headers={"If-None-Match": etag}).status_code == 200

    def test_a_poster_costs_as_many_queries_with_a_crowd(
        self, staff_client, django_assert_max_num_queries
    ):
        story = PublishedStoryFactory(
            traits=["personal", "caring"], people=[EmployeeFactory() for _ in range(8)]
        )
        with django_assert_max_num_queries(9):
            staff_client.get(reverse("story_poster", args=[story.public_id]))

    def test_when_the_press_is_busy_it_says_so(self, staff_client, monkeypatch):
        monkeypatch.setattr("stories.sharing.posters.press.PATIENCE", 0.01)
        monkeypatch.setattr("stories.sharing.posters.press.turns.acquire", lambda **about: False)
        story = PublishedStoryFactory()
        answer = staff_client.get(reverse("story_poster", args=[story.public_id]))
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "The press is busy" in answer.content.decode()

    def test_a_document_that_never_ends_is_ended(self, staff_client, monkeypatch):
        monkeypatch.setattr("stories.sharing.posters.press.LONGEST", 0.01)
        story = PublishedStoryFactory()
        answer = staff_client.get(reverse("story_poster", args=[story.public_id]))
        assert answer.status_code == 503

    @pytest.mark.parametrize(
        ("name", "file"),
        [
            ("“Two sugars.”", "retold-two-sugars.pdf"),
            ('a"b\r\nSet-Cookie: x=1; ../../etc', "retold-ab-set-cookie-x1-etc.pdf"),
            ("他是我的顾客。", "retold-他是我的顾客.pdf"),
            ("🍪", "retold-poster.pdf"),
            ("long " * 60, None),
        ],
    )
    def test_the_file_has_a_name_that_every_system_can_keep(self, name, file):
        made = file_name(name)
        assert file is None or made == file
        assert len(made) <= 80


def test_without_fonts_for_other_scripts_a_poster_is_printed_all_the_same(settings):
    settings.FONT_DIRS = ["/nowhere"]
    document = opened(
        printed(PublishedStoryFactory(line="私のお客さまです。", body="She said it."))
    )
    assert len(document.pages) == 1
