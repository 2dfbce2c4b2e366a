"""From a form to a story: stored whole, and once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from staff.models import Employee, History
from stories.models import Photo, StaleVersion, Status, Story, Trait, TransitionRefused

from .forms import TellForm
from .photos import Sent, arrange

# A trait and the words that show it.
Evidenced = tuple[Trait, str]
OPEN = (Status.DRAFT, Status.SENT_BACK, Status.WITHDRAWN)


class AlreadySent(Exception):
    """An autosave came for a story that is no draft any more; nothing was changed."""


def save(form: TellForm, *, send: bool, photos: Sent | None = None) -> Story:
    """Store what a valid form says, and send it to the moderators if that was asked.

    With a photo that was refused it waits to be sent: its teller may want to choose another. The
    same form sent again changes nothing and gives the same story. Raises StaleVersion when
    another page saved in between, TransitionRefused when the story can no longer be edited.
    """
    if photos:
        photos.put_away()

    @transaction.atomic
    def store(*, new: bool) -> Story:
        # Written and sent in by one press of a button is one change.
        with History.objects.together():
            return _save(form, new=new, send=send, photos=photos)

    # Whoever made the form has looked for its story.
    return _once_more_if_raced(store, new=form.story is None)


def autosave(form: TellForm, photos: Sent | None = None) -> Story:
    """Store whatever of the form is right as a draft; what is not right stays as it was.

    A word proposed as a trait waits for the teller to press a button: half a word is no proposal.
    Raises AlreadySent for anything that is not a draft, StaleVersion as `save` does.
    """
    if photos:
        photos.put_away()
    # Whoever made the form has looked for its story.
    store = partial(_autosave, form, photos)
    return _once_more_if_raced(store, new=form.story is None)


def keep_photos(form: TellForm, photos: Sent) -> int | None:
    """Keep photos although their words are not right yet: a draft takes what is right of them.

    Returns the version that the page goes on from, or None if that is the one it came with.
    """
    story = form.story
    may_be_a_draft = story is None or story.status == Status.DRAFT
    try:
        if "body" in form.cleaned_data and may_be_a_draft:
            return autosave(form, photos).version
    except (AlreadySent, StaleVersion):
        # The photos have nothing to do with that.
        pass
    if story is None or not story.is_editable_by(form.user):
        photos.leave(_("Write a sentence first, then choose it again."))
        return None
    latest = form.version == story.version
    photos.put_away()
    photos.store(story, by=form.user)
    return story.version if latest else None


def _save(form: TellForm, *, new: bool, send: bool, photos: Sent | None) -> Story:
    traits, word = form.chosen_traits() or [], form.cleaned_data["trait_proposed"]
    called = Trait.objects.of_name(word) if word else Trait.objects.none()
    if new:
        story = _new(form)
    else:
        story, traits = _story_of(form, traits, photos, called)
    if word:
        if not new and not called:
            # To say a new word changes the story in any case.
            story.require_version(form.version, form.writer)
        traits.append((Trait.objects.propose(word, by=story.teller, called=called), ""))
    if send and story.status == Status.WITHDRAWN and form.version != story.version:
        # A page from before it was withdrawn; whoever sent it may not know, or have forgotten.
        raise StaleVersion(story)
    form.write_on(story)
    with story.written_together():
        is_new = story._state.adding
        changed = story.save_content(
            by=form.user,
            traits=traits,
            credited=form.credited(),
            version=form.version,
            writer=form.writer,
        )
        editable = story.is_editable_by(form.user)
        if not editable and (changed or (photos and photos.pictures)):
            # The whole of it is taken back with the transaction.
            raise TransitionRefused(_no_longer(story))
        if is_new:
            story.photos_are(Photo.objects.none())
        if editable and photos:
            photos.store(story, by=form.user)
        if send and story.status in OPEN and not (photos and photos.refused):
            story.submit(by=form.user)
    return story


@transaction.atomic
def _autosave(form: TellForm, photos: Sent | None, *, new: bool) -> Story:
    chosen = form.chosen_traits()
    if new:
        story, traits = _new(form), chosen or []
    else:
        story, traits = _story_of(form, chosen or [], photos or Sent(form.arranged))
    is_new = story._state.adding
    if not is_new:
        if story.status != Status.DRAFT:
            raise AlreadySent
        proposed = Trait.Standing.PROPOSED
        held = [one for one in story.story_traits.all() if one.tag.standing == proposed]
        traits += [(one.tag, one.evidence) for one in held]
    form.write_on(story)
    with story.written_together():
        story.save_content(
            by=form.user,
            traits=None if chosen is None else traits,
            credited=form.credited(),
            version=form.version,
            writer=form.writer,
        )
        if is_new:
            story.photos_are(Photo.objects.none())
        if photos:
            photos.store(story, by=form.user)
        else:
            arrange(story, form.arranged, by=form.user)
    return story


def _new(form: TellForm) -> Story:
    return Story(teller=form.user.person, submission=form.submission)


def _story_of(
    form: TellForm, chosen: list[Evidenced], photos: Sent | None, *beside: QuerySet
) -> tuple[Story, list[Evidenced]]:
    """The story this form is about, locked, or a new one; and the traits that were chosen.

    One that was merged while this waited for its story leads to its heir. What is needed `beside`
    a story that is there is fetched with it, and so are its photos if they may change.
    """
    teller = form.user.person
    stored = Story.objects.select_for_update().filter(teller=teller, submission=form.submission)
    story = stored.first()
    if story is None:
        return _new(form), chosen
    story.teller = teller
    merged = Trait.objects.filter(
        pk__in=[trait.pk for trait, _words in chosen], standing=Trait.Standing.MERGED
    ).select_related("merged_into")
    # What somebody tells of a draft is nobody's word yet.
    people = [] if story.status == Status.DRAFT else form.cleaned_data.get("people") or []
    its_photos = {"photos": Photo.objects.all()} if photos and photos.changes else {}
    story.fetch_content(merged, story.what_they_said(people), *beside, **its_photos)
    story.is_held_to_be_edited()
    heirs = {trait.pk: trait.merged_into for trait in merged}
    return story, [(heirs.get(trait.pk) or trait, words) for trait, words in chosen]


def _once_more_if_raced(store: Callable[..., Story], *, new: bool) -> Story:
    """Two requests may find no story and both make it; the database refuses the second one, which
    then finds the first's."""
    try:
        return store(new=new)
    except IntegrityError:
        return store(new=False)


def _no_longer(story: Story) -> str:
    return _(
        "This story was decided on while you wrote, and its state is ‘%(status)s’ now. Your "
        "words are still below; a moderator can put them in."
    ) % {"status": story.get_status_display()}


def forget_unused_proposals(teller: Employee) -> None:
    """Take away the words this teller proposed that no story carries any more."""
    Trait.objects.proposed().filter(proposed_by=teller, on_stories__isnull=True).delete()
