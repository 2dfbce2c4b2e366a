"""The tell form: one required field, everything else as one likes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from retold.together import Whole, together
from staff.models import Employee, Team, User
from staff.text import as_id, clean_text, says_something
from stories.models import Credited, Initiative, Served, Setting, Story, Trait
from stories.models.access import StoryQuerySet
from stories.models.content import FACTS
from stories.models.story import MOST_PEOPLE, MOST_SHORT, MOST_TRAITS

from .fields import MOST_VALUES
from .named import Named
from .photos import Arranged
from .questions import MOST_PROPOSED, Questions
from .warning import Looked, look_over

NOTHING_YET = {
    "setting": Setting.HERE,
    "served": Served.CUSTOMER,
    "initiative": Initiative.UNKNOWN,
}
MOST_TEAMS = 2000
MOST_SAID = 5
NAMES = re.compile(r"[,;\n]")


class TellForm(Questions):
    """What a teller writes about one moment.

    `user` is who tells, `story` the story as stored if this is about one. Characters that nobody
    can see are taken out of every value, so that what comes back in the form is what was written.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: User,
        story: Story | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.user, self.story = user, story
        # The chosen traits that were merged into others, and into which.
        self.merged: list[tuple[Trait, Trait]] = []
        self._slugs: dict[int, list[str]] = {}
        # What is asked for besides, with the next question that there is about this form.
        self._asked_beside: list[QuerySet] = []
        # The teams there are; asked for once, and only if needed.
        self.teams = Team.objects.only("slug", "name", "parent")[:MOST_TEAMS]
        stored = from_story(story) if story else NOTHING_YET
        super().__init__(without_unseen(data), initial={**stored, **(initial or {})})

    def posted(self, name: str) -> list[str]:
        """Every value of a name that is no field of this form."""
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def value_of(self, name: str) -> str:
        """A value that is no field of its own, as it was posted or stored."""
        return clean_text(self.data.get(name) if self.is_bound else self.initial.get(name))

    @property
    def arranged(self) -> Arranged:
        """What this form says of the photos that are there."""
        return Arranged.by(self.data) if isinstance(self.data, QueryDict) else Arranged()

    @cached_property
    def looked(self) -> Looked:
        """What this form says that may tell who somebody is, and the people that it has chosen."""
        named = self._naming.questions if self._is_sent else []
        return look_over(self, *named, *self._taken_beside())

    def look_with(self, *beside: QuerySet) -> None:
        """Look over it, and ask for these with that, or by themselves if it is done."""
        if "looked" in vars(self):
            together(*beside)
        else:
            self._asked_beside += beside
            _looked = self.looked

    def find(self, stories: Whole) -> Story | None:
        """Its story, if there is one, asked for together with what it names."""
        self._asked_beside += stories.questions
        _named = self._named
        self.story = next(iter(stories.objects), None)
        return self.story

    # Hidden values: a broken one is no fault of the teller's, and is answered with a fresh one.

    @property
    def submission(self) -> uuid.UUID:
        """What makes this form one story however often it is sent."""
        return self.story.submission if self.story else submission_in(self.data, self.user)

    @property
    def version(self) -> int:
        """The version of the story that this form began from; 0 for a new one."""
        return as_id(self.data.get("version", "")) or 0

    @property
    def writer(self) -> uuid.UUID | None:
        """The page that this form was shown on."""
        return as_uuid(self.data.get("writer"))

    def clean_body(self) -> str:
        body = self.cleaned_data["body"]
        if not says_something(body):
            raise ValidationError(
                _("Write what happened, in a sentence or two. It is the only thing we need.")
            )
        return body

    def clean_traits(self) -> list[Trait]:
        """The traits in the order they were chosen; one that was merged leads to its heir."""
        slugs = self.cleaned_data["traits"]
        if not slugs:
            return []
        held = self._held("story_traits", "tag_id")
        found = self._named.traits
        heirs = {slug: trait.merged_into or trait for slug, trait in found.items()}
        usable = {
            slug: trait
            for slug, trait in heirs.items()
            if trait.standing == Trait.Standing.CURATED or trait.pk in held
        }
        if unknown := [slug for slug in slugs if slug not in usable]:
            raise ValidationError(
                _("Not a trait we know (any more): %(words)s. The others are kept.")
                % {"words": _some_of(unknown)}
            )
        self.merged = [(found[slug], usable[slug]) for slug in slugs if found[slug].merged_into]
        for slug in slugs:
            self._slugs.setdefault(usable[slug].pk, []).append(slug)
        traits = list({trait.pk: trait for trait in map(usable.__getitem__, slugs)}.values())
        if len(traits) > MOST_TRAITS:
            raise ValidationError(
                _("Choose up to %(most)s; the strongest say most.") % {"most": MOST_TRAITS}
            )
        leading = clean_text(self.data.get("leading"))
        return sorted(traits, key=lambda trait: leading not in self._slugs[trait.pk])

    def clean_trait_proposed(self) -> str:
        word = self.cleaned_data["trait_proposed"]
        if word and not any(character.isalpha() for character in word):
            raise ValidationError(_("Propose it in a word or two."))
        known = self._named.by_word if word else None
        if known and known.standing == Trait.Standing.RETIRED:
            raise ValidationError(
                _("“%(word)s” is no longer in use here. Another word for it?") % {"word": known}
            )
        return word

    def clean_people(self) -> list[Employee]:
        """Colleagues by id. Those who asked not to be named stay if they were credited before."""
        ids = [as_id(one) for one in self.cleaned_data["people"]]
        if not ids:
            return []
        found = self._named.people(self._held("credits", "employee_id"))
        if missing := len(ids) - len(found):
            raise ValidationError(
                ngettext(
                    "One of the people is not in the directory (any more). Write the name instead.",
                    "%(count)s of the people are not in the directory (any more). "
                    "Write their names instead.",
                    missing,
                )
                % {"count": missing}
            )
        return [found[pk] for pk in ids if pk]

    def clean_people_text(self) -> list[str]:
        """Names as the teller writes them, parted by commas."""
        names = [name.strip() for name in NAMES.split(self.cleaned_data["people_text"])]
        names = list(dict.fromkeys(name for name in names if name))
        if any(len(name) > MOST_SHORT for name in names):
            raise ValidationError(_("Put a comma between the names; one of them is very long."))
        return names

    def clean_team(self) -> Team | None:
        slug = self.cleaned_data["team"]
        if not slug:
            return None
        if slug not in self._named.teams:
            raise ValidationError(_("We don’t know that team. Choose one from the list."))
        return self._named.teams[slug]

    def clean_inspired_by(self) -> Story | None:
        public_id = self.cleaned_data["inspired_by"]
        if not public_id:
            return None
        before = self.story.inspired_by if self.story else None
        if before and before.public_id == public_id:
            return before
        story = self._named.inspiring
        if story is None or (self.story and story.pk == self.story.pk):
            raise ValidationError(
                _("The story that inspired this one is no longer up. Yours can go without it.")
            )
        return story

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("organisation") and data.get("setting") == Setting.HERE:
            self.add_error(
                "organisation",
                _(
                    "You name another organisation. If it happened there, choose ‘Seen "
                    "elsewhere’; if it happened here, empty this field."
                ),
            )
        if data.get("went_wrong"):
            data["recovery"] = True
        if len(data.get("people") or []) + len(data.get("people_text") or []) > MOST_PEOPLE:
            self.add_error(
                "people_text",
                _("A story names up to %(most)s people. Credit the whole team instead?")
                % {"most": MOST_PEOPLE},
            )
        if data.get("trait_proposed") and len(data.get("traits") or []) >= MOST_TRAITS:
            self.add_error(
                "trait_proposed",
                _("Choose up to %(most)s, your own word included.") % {"most": MOST_TRAITS},
            )
        return data

    def write_on(self, story: Story) -> None:
        """Set on the story whatever of this form is right; nothing is stored yet."""
        for name in FACTS:
            if name in self.cleaned_data:
                setattr(story, name, self.cleaned_data[name])
        if "inspired_by" in self.cleaned_data:
            story.inspired_by = self.cleaned_data["inspired_by"]
        # A draft that is kept while its form is not right yet still makes sense as far as it goes.
        if story.setting != Setting.ELSEWHERE:
            story.organisation = ""
        if not story.recovery:
            story.went_wrong = ""

    def chosen_traits(self) -> list[tuple[Trait, str]] | None:
        """The traits, each with the words that show it; None where they are not right."""
        traits = self.cleaned_data.get("traits")
        return traits and [(trait, self._evidence(trait)) for trait in traits]

    def credited(self) -> Credited | None:
        data = self.cleaned_data
        if not {"people", "people_text", "team"} <= data.keys():
            return None
        return Credited(data["people"], data["people_text"], data["team"])

    @cached_property
    def _is_sent(self) -> bool:
        """Whether it is looked over in any case before it is stored."""
        return "send" in self.data

    @cached_property
    def _naming(self) -> Named:
        """What this form names, not asked for yet."""
        people_said = self._read("people")[:MOST_VALUES]
        before = self._read("inspired_by")[:MOST_SHORT]
        return Named(
            traits=self._read("traits")[:MOST_VALUES],
            word=self._read("trait_proposed")[:MOST_PROPOSED],
            people=[pk for one in people_said if (pk := as_id(one))],
            team=self._read("team"),
            inspiring=inspiring(before, self.user) if before else None,
        )

    @cached_property
    def _named(self) -> Named:
        """The same, asked for in one question."""
        if self._is_sent:
            # Looking over it asks for this too.
            _looked = self.looked
        else:
            together(*self._naming.questions, *self._taken_beside())
        return self._naming

    def _taken_beside(self) -> list[QuerySet]:
        taken, self._asked_beside = self._asked_beside, []
        return taken

    def _read(self, name: str) -> Any:
        """A value as its field reads it, before it is known to be right."""
        return self.fields[name].to_python(self[name].data)

    def _evidence(self, trait: Trait) -> str:
        said = (clean_text(self.data.get(f"evidence-{slug}")) for slug in self._slugs[trait.pk])
        return next(filter(None, said), "")

    def _held(self, relation: str, field: str) -> set[int]:
        """What the stored story has already."""
        rows = getattr(self.story, relation).all() if self.story else ()
        return {getattr(row, field) for row in rows} - {None}


def _some_of(words: list[str]) -> str:
    """The first of the words; of many more, how many there are."""
    said = ", ".join(words[:MOST_SAID])
    if more := len(words[MOST_SAID:]):
        return _("%(words)s and %(count)s more") % {"words": said, "count": more}
    return said


def from_story(story: Story) -> dict[str, Any]:
    """The values a form shows of a stored story."""
    facts = {name: getattr(story, name) for name in FACTS if name != "inspired_by_id"}
    held = list(story.story_traits.all())
    credits = list(story.credits.all())
    proposed = [one.tag.name for one in held if one.tag.standing == Trait.Standing.PROPOSED]
    return {
        **facts,
        "traits": [tagging.tag.slug for tagging in story.shown_traits()],
        **{f"evidence-{tagging.tag.slug}": tagging.evidence for tagging in held},
        "trait_proposed": "".join(proposed[:1]),
        "people": [str(credit.employee_id) for credit in credits if credit.employee_id],
        "people_text": ", ".join(credit.name_text for credit in credits if credit.name_text),
        "team": next(
            (credit.team.slug for credit in credits if credit.team and credit.is_whole_team), ""
        ),
        "inspired_by": story.inspired_by.public_id if story.inspired_by else "",
    }


def inspiring(public_id: str, user: User) -> StoryQuerySet:
    """The question for the published story of this id, if this account may read it."""
    readable = Story.objects.published().visible_to(user)
    return readable.filter(public_id=clean_text(public_id))


def without_unseen(data: QueryDict | None) -> QueryDict | None:
    """The same values without the characters that nobody can see."""
    if data is None:
        return None
    seen = QueryDict(mutable=True)
    for name, values in data.lists():
        seen.setlist(clean_text(name), [clean_text(value) for value in values])
    return seen


def submission_in(data: Mapping[str, Any], user: User) -> uuid.UUID:
    """What makes a form that was posted one story however often it is sent.

    A form that came without it is told by its teller and its words.
    """
    return as_uuid(clean_text(data.get("submission"))) or uuid.uuid5(
        uuid.NAMESPACE_OID, f"{user.pk}:{clean_text(data.get('body'))}"
    )


def as_uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
