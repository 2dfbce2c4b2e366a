"""Factories for everything tests are made of; each makes the smallest valid thing."""

import datetime
import functools
import io
import uuid

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory
from PIL import Image

from staff.models import Credit, Employee, Membership, Team, User
from stories.models import Note, Photo, Screen, Story, StoryTrait, Trait, TraitMerge
from stories.models.merging import merge_step


class UserFactory(DjangoModelFactory):
    """An account with an employee behind it; `UserFactory(roles=["moderators"])` gives a role.

    `UserFactory(password="…")` lets it sign in by the form.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")
    first_name = "Noor"
    last_name = factory.Sequence(lambda n: f"Visser{n}")
    employee = factory.RelatedFactory(
        "tests.factories.EmployeeFactory",
        "account",
        first_name=factory.SelfAttribute("..first_name"),
        last_name=factory.SelfAttribute("..last_name"),
    )

    @factory.post_generation
    def roles(self, create, names, **kwargs):
        for name in names or []:
            self.groups.add(Group.objects.get_or_create(name=name)[0])

    @factory.post_generation
    def password(self, create, words, **kwargs):
        if words:
            self.set_password(words)
            self.save()


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class EmployeeFactory(DjangoModelFactory):
    class Meta:
        model = Employee

    number = factory.Sequence(lambda n: f"T{n:04}")
    first_name = "Marek"
    last_name = factory.Sequence(lambda n: f"Nowak{n}")


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    employee = factory.SubFactory(EmployeeFactory)
    team = factory.SubFactory(TeamFactory)
    since = datetime.date(2020, 1, 1)


class TraitFactory(DjangoModelFactory):
    """A trait of this name: one that Retold ships with, or a new one."""

    class Meta:
        model = Trait
        django_get_or_create = ("name",)

    name = factory.Sequence(lambda n: f"Trait {n}")
    meaning = "Nobody would have missed it."
    question = "When did you last see it?"
    hue = "personal"


class StoryFactory(DjangoModelFactory):
    """A draft. `PublishedStoryFactory` sends it in and publishes it, as life does.

    `traits=["personal", …]` takes names or Trait objects, `people=[…]` employees, `team=` a team.
    """

    class Meta:
        model = Story
        skip_postgeneration_save = True

    teller = factory.SubFactory(EmployeeFactory)
    submission = factory.LazyFunction(uuid.uuid4)
    title = factory.Sequence(lambda n: f"The handle of the bag {n}")
    line = "No relation. He’s my customer."
    body = (
        "A freezing morning and a queue. Roberta came round the counter and warmed his hands. "
        "‘No relation,’ she said. ‘He’s my customer.’"
    )
    happened_on = datetime.date(2026, 3, 2)

    @factory.post_generation
    def traits(self, create, traits, **kwargs):
        chosen = [
            (trait if isinstance(trait, Trait) else named_trait(trait), "")
            for trait in traits or []
        ]
        if chosen:
            self.set_traits(chosen)

    @factory.post_generation
    def people(self, create, people, **kwargs):
        if people or kwargs.get("team"):
            self.set_credits(people=people or [], team=kwargs.get("team"))

    @factory.post_generation
    def status_moves(self, create, moves, **kwargs):
        for move in moves or []:
            getattr(self, move)(by=None)


class PendingStoryFactory(StoryFactory):
    status_moves = factory.PostGeneration(lambda story, create, extracted: story.submit(by=None))


class PublishedStoryFactory(StoryFactory):
    @factory.post_generation
    def status_moves(self, create, moves, **kwargs):
        self.submit(by=None)
        self.publish(by=None)


def named_trait(name: str) -> Trait:
    return Trait.objects.filter(name__iexact=name).first() or TraitFactory(name=name)


def merged(trait: Trait, into: Trait, *, by: User | None = None) -> None:
    """Merge a trait, to the last of its stories."""
    trait.merge_into(into, by=by)
    merge_to_the_last()
    trait.refresh_from_db()


def dropped(trait: Trait, *, by: User | None = None) -> None:
    trait.drop(by=by)
    merge_to_the_last()
    trait.refresh_from_db()


def merge_to_the_last() -> None:
    while TraitMerge.objects.exists():
        merge_step()


class NoteFactory(DjangoModelFactory):
    class Meta:
        model = Note

    story = factory.SubFactory(PublishedStoryFactory)
    author = factory.SubFactory(EmployeeFactory)
    text = "My father has those hands. Thank you for telling it."


@functools.cache
def small_picture() -> bytes:
    """A JPEG as a photo's original is kept: 64 × 48, from dark to bright."""
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((64, 48)).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()


class PhotoFactory(DjangoModelFactory):
    """A photo that waits to be made; `PhotoFactory(made=True)` is ready."""

    class Meta:
        model = Photo
        skip_postgeneration_save = True

    story = factory.SubFactory(PublishedStoryFactory)
    original = factory.LazyFunction(lambda: ContentFile(small_picture(), "photo.jpg"))
    width, height = 64, 48
    alt = "Two hands and the handle of a paper bag."

    @factory.post_generation
    def made(self, create, made, **kwargs):
        if made:
            from stories.photos.tasks import make_photo

            make_photo.call(self.pk)
            self.refresh_from_db()


class ScreenFactory(DjangoModelFactory):
    """A screen by a moderator, so that it may show everyone's stories."""

    class Meta:
        model = Screen

    name = factory.Sequence(lambda n: f"Staff room {n}")
    made_by = factory.SubFactory(UserFactory, roles=["moderators"])


__all__ = ["Credit", "StoryTrait"]
