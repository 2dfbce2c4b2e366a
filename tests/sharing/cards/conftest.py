"""Cards for tests, and the fonts they need."""

import datetime
import os

import pytest
from django.test import override_settings

from stories import lines
from stories.cards import Card, CardTrait
from stories.sharing.cards.faces import look_again, missing_packages


@pytest.fixture(scope="session")
def noto() -> None:
    """Leave a test out, and say so, where Noto's fonts are not; where all is tested it fails."""
    if missing := ", ".join(missing_packages()):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"Fonts not found: {missing}")


@pytest.fixture
def no_fonts(tmp_path):
    """A machine that has only our own fonts."""
    with override_settings(FONT_DIRS=[str(tmp_path)]):
        look_again()
        yield
    look_again()


def a_card(
    line: str = "Two sugars.", title: str = "The cup", traits=("personal",), **about
) -> Card:
    about.setdefault("credit", "Marek, platform team")
    return Card(
        public_id="bcdfg",
        url="/stories/bcdfg/",
        line=line,
        title=title,
        excerpt="",
        when=datetime.date(2026, 3, 2),
        fit=lines.leading(line, title),
        traits=[CardTrait(name.replace("-", " ").capitalize(), name, name) for name in traits],
        **about,
    )


@pytest.fixture(autouse=True)
def no_cards_before(request, settings, tmp_path):
    """Cards of other tests are not found."""
    if "django_db" in request.keywords or "db" in request.fixturenames:
        settings.MEDIA_ROOT = tmp_path / "media"
