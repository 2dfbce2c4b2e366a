"""Photos of a story: the checked picture, and what was made of it for pages and posters."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _
from PIL import Image

from staff.lengths import TextsFit

MOST_ALT = 300
WIDTHS = (480, 960, 1920)
KEY_LENGTH = 20
FOLDER = "photos"


def new_key() -> str:
    """A name that says nothing and cannot be guessed: 62^20 possibilities."""
    return get_random_string(KEY_LENGTH)


def focus_classes(x: int, y: int) -> str:
    """A focal point in per cent as the classes of static/css/photo.css: “fx5 fy3”."""
    return f"fx{round(x / 10)} fy{round(y / 10)}"


def original_name(photo: Photo | None = None, filename: str = "") -> str:
    """Where the true photo is kept; nothing of the name it came with stays."""
    return f"{FOLDER}/{new_key()}.jpg"


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user) -> PhotoQuerySet:
        """The photos of the stories that this account may read."""
        # Imported late: the story's module needs this one.
        from .story import Story

        return self.filter(story__in=Story.objects.visible_to(user))

    def ready(self) -> PhotoQuerySet:
        return self.filter(state=Photo.State.READY)

    def waiting(self) -> PhotoQuerySet:
        return self.filter(state=Photo.State.WAITING)


class Photo(models.Model):
    """One photo of one story.

    `key` is all that an address shows of it. `original` is the true photo: checked, upright, sRGB,
    without metadata. `files` names what was made of it, {"480": …, "halftone": …}: the names are
    new each time, so that nobody ever reads half of one. The focal point says what a crop keeps.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being prepared")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Could not be prepared")

    story = models.ForeignKey(
        "stories.Story", verbose_name=_("story"), on_delete=models.CASCADE, related_name="photos"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    alt = models.CharField(
        _("what it shows"),
        max_length=MOST_ALT,
        blank=True,
        help_text=_("Read to whoever cannot see the photo."),
    )
    focus_x = models.PositiveSmallIntegerField(_("focus, from the left in %"), default=50)
    focus_y = models.PositiveSmallIntegerField(_("focus, from the top in %"), default=50)
    original = models.FileField(_("photo"), upload_to=original_name, max_length=200)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    placeholder = models.TextField(blank=True, editable=False)
    files = models.JSONField(default=dict, blank=True, editable=False)
    # Of the file as it came, so that one sent twice is stored once.
    digest = models.CharField(max_length=64, blank=True, editable=False)

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING, editable=False
    )
    failure = models.CharField(_("why it failed"), max_length=300, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    # Whoever makes it writes the time down first, so that nobody else does meanwhile.
    tried_at = models.DateTimeField(null=True, editable=False)
    made_at = models.DateTimeField(_("prepared"), null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(state="waiting"), name="photo_waiting")
        ]
        constraints = [
            TextsFit(
                name="photo_texts_fit",
                most={"key": 40, "alt": MOST_ALT, "digest": 64, "failure": 300},
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ready", "failed"]), name="photo_state_known"
            ),
            models.CheckConstraint(
                condition=Q(focus_x__lte=100, focus_y__lte=100), name="photo_focus_is_inside"
            ),
            models.CheckConstraint(
                condition=Q(width__gte=1, height__gte=1), name="photo_has_a_size"
            ),
        ]

    def __str__(self) -> str:
        return self.alt[:60] or str(_("A photo without words"))

    @property
    def ready(self) -> bool:
        return self.state == self.State.READY

    @property
    def widths(self) -> dict[int, int]:
        """What is made: the name of each width, and how wide it truly is; never enlarged."""
        made: dict[int, int] = {}
        for width in WIDTHS:
            if self.width > max(made.values(), default=0):
                made[width] = min(width, self.width)
        return made

    @property
    def src(self) -> str:
        return self.address("960.webp")

    @property
    def srcset(self) -> str:
        return ", ".join(
            f"{self.address(f'{name}.webp')} {width}w" for name, width in self.widths.items()
        )

    @property
    def focus(self) -> str:
        """The focal point as classes, in steps of ten per cent, for where a page crops it."""
        return focus_classes(self.focus_x, self.focus_y)

    @property
    def full_url(self) -> str:
        """The true photo, for the viewer."""
        return self.address("full.jpg")

    def halftone_url(self, hue: str, swapped: bool = False) -> str:
        """The photo as dots in the ink of this pair, on nothing: the ground shows through."""
        return self.address(f"halftone-{hue}{'-swapped' if swapped else ''}.png")

    def address(self, name: str) -> str:
        return reverse("photo", args=[self.key, name])

    def open_image(self, longest: int | None = None) -> Image.Image:
        """The true photo in RGB, with no side longer than asked for; for cards and posters."""
        with self.original.open("rb") as file:
            image = Image.open(file, formats=("JPEG",))
            if longest:
                image.draft("RGB", (longest, longest))
            picture = image.convert("RGB")
        if longest:
            picture.thumbnail((longest, longest), reducing_gap=2.0)
        return picture

    def stored_names(self) -> list[str]:
        """Every file in storage that is this photo's."""
        return [name for name in (self.original.name, *self.files.values()) if name]

    @transaction.atomic
    def made(self, files: dict[str, str]) -> bool:
        """Everything was made of this original; False if it has gone or changed meanwhile."""
        # Imported late: the index of the wall is built on photos, and stories on it.
        from .entry import Entry
        from .story import Story

        self.files, self.state, self.failure = files, self.State.READY, ""
        self.made_at = timezone.now()
        the_same = type(self).objects.filter(pk=self.pk, original=self.original.name)
        # Its story is published before or after this, not meanwhile.
        stories = Story.objects.select_for_update().filter(pk=self.story_id)
        seqs = list(stories.values_list("seq", flat=True))
        published = any(seq is not None for seq in seqs)
        done = the_same.update(files=files, state=self.state, failure="", made_at=self.made_at)
        if done and published:
            Entry.objects.follow([self.story_id])
        return bool(done)

    def wait_again(self) -> None:
        """Have it tried once more, from the start."""
        self.state, self.failure, self.attempts, self.tried_at = self.State.WAITING, "", 0, None
        self.save(update_fields=["state", "failure", "attempts", "tried_at"])

    def failed(self, why: str) -> None:
        """It could not be made; the reason is for moderators."""
        self.state, self.failure = self.State.FAILED, why[:300]
        type(self).objects.filter(pk=self.pk).update(state=self.state, failure=self.failure)
