"""One row of a file becomes one story, or a list of reasons why not."""

from __future__ import annotations

import datetime
import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass, field

from django import forms

from staff.days import as_iso, has_been
from staff.models import Employee, Team
from staff.text import clean_text
from stories.fields import SaidLine, Title
from stories.models import Status, Story, Trait
from stories.models.content import FACTS
from stories.models.record import MOST_WHY
from stories.models.story import MOST_PEOPLE, MOST_SHORT, MOST_TRAITS
from stories.models.trait import MOST_EVIDENCE

# Stories that came by file are known again by the name of their row within this space.
NAMESPACE = uuid.UUID("6f3f4e0e-0f4b-4a55-8c1c-0a8f4d1c2b90")
MOST_PROPOSED = 40
TRUE, FALSE = {"1", "true", "yes", "y", "x"}, {"", "0", "false", "no", "n"}
TOO_LONG = "it has %(show_value)d characters and may have %(limit_value)d."
NOBODY_ELSE = "not one person’s number, e-mail, name or account"
STATUSES = (
    Status.PENDING,
    Status.PUBLISHED,
    Status.DRAFT,
    Status.SENT_BACK,
    Status.REJECTED,
    Status.WITHDRAWN,
)


def submission_for(ref: str) -> uuid.UUID:
    """What stands for the form's own submission number in a story that came by file."""
    return uuid.uuid5(NAMESPACE, ref)


def choices_of(name: str) -> list[tuple[str, str]]:
    return Story._meta.get_field(name).flatchoices  # type: ignore[union-attr]  # those have some


class StoryRowForm(forms.ModelForm):
    """The facts of one row, checked by the same rules as the model's own."""

    class Meta:
        model = Story
        fields = [name for name in FACTS if name != "inspired_by_id"]
        field_classes = {"line": SaidLine, "title": Title}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("setting", "served", "initiative"):
            self.fields[name].required = False
        self.fields["body"].error_messages["required"] = "it is empty."
        self.fields["happened_on"].error_messages["invalid"] = "is not a day like 2026-03-01."
        for name, form_field in self.fields.items():
            form_field.error_messages["max_length"] = TOO_LONG
            if isinstance(form_field, forms.ChoiceField):
                there_are = ", ".join(value for value, _label in choices_of(name))
                form_field.error_messages["invalid_choice"] = f"“%(value)s” is none of {there_are}."

    def clean_setting(self) -> str:
        return self.cleaned_data["setting"] or "here"

    def clean_served(self) -> str:
        return self.cleaned_data["served"] or "customer"

    def clean_initiative(self) -> str:
        return self.cleaned_data["initiative"] or "unknown"

    def clean_happened_on(self) -> datetime.date | None:
        day = self.cleaned_data["happened_on"]
        if day and not has_been(day):
            raise forms.ValidationError("must lie between 1900 and today.")
        return day


# What is read of a row beside its facts.
OTHERS = {
    *("ref", "teller", "traits", "proposed_traits", "people", "people_text", "team"),
    *("status", "note", "published_on", "gold", "inspired_by"),
}


def is_used(column: str) -> bool:
    """Is anything read from a column of this name?"""
    return column in OTHERS or column in StoryRowForm.base_fields or column.startswith("evidence-")


@dataclass
class StoryRow:
    """A row as understood: what will be stored, and what is to be said about it."""

    number: int
    ref: str
    story: Story | None = None
    status: str = Status.PENDING
    note: str = ""
    published_on: datetime.date | None = None
    gold: bool = False
    inspired_by: str = ""
    traits: list[tuple[Trait, str]] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    people: list[Employee] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    team: Team | None = None
    errors: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def submission(self) -> uuid.UUID:
        return submission_for(self.ref)


class Directory:
    """The people, teams and traits a file may speak of, read once."""

    def __init__(self) -> None:
        self.people: dict[str, list[Employee]] = {}
        self.accounts: dict[str, Employee] = {}
        for person in Employee.objects.select_related("account").iterator():
            if person.account:
                self.accounts[_key(person.account.username)] = person
            names = {person.number, person.email, person.full_name}
            if person.last_name:
                names.add(f"{person.called} {person.last_name}")
            for name in names:
                if name:
                    self.people.setdefault(_key(name), []).append(person)
        teams = list(Team.objects.all())
        self.teams = {_key(name): team for team in teams for name in (team.name, team.slug)}
        traits = list(Trait.objects.curated())
        self.traits = {_key(name): trait for trait in traits for name in (trait.name, trait.slug)}

    def person(self, name: str) -> Employee | None:
        """The one employee of this number, address or name; None if nobody or several."""
        found = self.people.get(_key(name), [])
        return found[0] if len(found) == 1 else None

    def teller(self, name: str) -> Employee | None:
        """Whoever tells may be named by their account too; in a story it would be a first name."""
        return self.person(name) or self.accounts.get(_key(name))

    def team(self, name: str) -> Team | None:
        return self.teams.get(_key(name))

    def trait(self, name: str) -> Trait | None:
        return self.traits.get(_key(name))


def understand(
    number: int, row: dict, directory: Directory, *, teller: Employee | None
) -> StoryRow:
    """Read one row; whatever is wrong with it is in `.errors`, in words with the column's name."""
    body = _text(row.get("body"))
    ref = _text(row.get("ref")) or hashlib.sha256(body.encode()).hexdigest()[:32]
    found = StoryRow(number=number, ref=ref[:200])
    _read_facts(found, row)
    _read_teller(found, row, directory, teller)
    _read_traits(found, row, directory)
    _read_credits(found, row, directory)
    _read_status(found, row)
    return found


def _read_facts(found: StoryRow, row: dict) -> None:
    data = {name: _text(row.get(name)) for name in StoryRowForm.base_fields}
    data["happened_on"] = _day(row.get("happened_on"))
    for name, form_field in StoryRowForm.base_fields.items():
        if isinstance(form_field, forms.BooleanField):
            value = data[name].lower()
            if value not in TRUE | FALSE:
                found.errors.append(f"{name}: “{value[:40]}” is neither yes nor no.")
            data[name] = "on" if value in TRUE else ""
        elif name != "body":
            data[name] = " ".join(data[name].split()) if name != "happened_on" else data[name]
    form = StoryRowForm(data)
    if form.is_valid():
        found.story = form.instance
        return
    for name, messages in form.errors.items():
        found.errors += [f"{name}: {message}" for message in messages]


def _read_teller(found: StoryRow, row: dict, directory: Directory, teller: Employee | None) -> None:
    name = _text(row.get("teller"))
    person = directory.teller(name) if name else teller
    if person is None:
        said = f"“{name[:80]}” is {NOBODY_ELSE}" if name else "nobody is named"
        found.errors.append(f"teller: {said}; --teller names who told what the file leaves open.")
    elif found.story:
        found.story.teller = person


def _read_traits(found: StoryRow, row: dict, directory: Directory) -> None:
    for given in _words(row.get("traits")):
        name = _text(given.get("slug")) if isinstance(given, dict) else _text(given)
        evidence = _text(given.get("evidence")) if isinstance(given, dict) else ""
        evidence = evidence or _text(row.get(f"evidence-{name.lower()}"))
        trait = directory.trait(name)
        if trait is None:
            found.errors.append(f"traits: there is no trait “{name[:40]}”.")
            continue
        if len(evidence) > MOST_EVIDENCE:
            found.errors.append(
                f"traits: the words for {trait.name} have more than {MOST_EVIDENCE:,} characters."
            )
        elif evidence and found.story and evidence not in found.story.body:
            found.remarks.append(f"traits: the text does not hold the words for {trait.name}.")
        found.traits.append((trait, evidence))
    for name in map(_text, _words(row.get("proposed_traits"))):
        if any(character.isalpha() for character in name):
            found.proposed.append(name[:MOST_PROPOSED])
        else:
            found.errors.append(f"proposed_traits: “{name[:40]}” is no word.")
    if len(found.traits) + len(found.proposed) > MOST_TRAITS:
        found.errors.append(f"traits: at most {MOST_TRAITS}.")


def _read_credits(found: StoryRow, row: dict, directory: Directory) -> None:
    for name in _people(row.get("people"), directory):
        person = directory.person(name)
        if person:
            found.people.append(person)
        else:
            found.names.append(name[:MOST_SHORT])
            found.remarks.append(f"people: “{name[:80]}” is not in the directory; kept as told.")
    if text := _text(row.get("people_text")):
        found.names.append(text[:MOST_SHORT])
    if len(found.people) + len(found.names) > MOST_PEOPLE:
        found.errors.append(f"people: at most {MOST_PEOPLE}.")
    if name := _text(row.get("team")):
        found.team = directory.team(name)
        if found.team is None:
            found.errors.append(f"team: there is no team “{name[:80]}”.")


def _read_status(found: StoryRow, row: dict) -> None:
    found.status = _text(row.get("status")).lower() or Status.PENDING
    found.note = _text(row.get("note"))
    if day := _day(row.get("published_on"))[:10]:
        try:
            found.published_on = datetime.date.fromisoformat(day)
        except ValueError:
            found.errors.append(f"published_on: “{day}” is not a day like 2026-03-01.")
        if found.published_on and not has_been(found.published_on):
            found.errors.append("published_on: must lie between 1900 and today.")
    found.gold = _text(row.get("gold")).lower() in TRUE
    found.inspired_by = _text(row.get("inspired_by"))[:200]
    if found.inspired_by == found.ref:
        found.errors.append("inspired_by: no story inspired itself.")
    if found.status not in STATUSES:
        found.errors.append(f"status: “{found.status[:40]}” is none of {', '.join(STATUSES)}.")
    if found.status in (Status.SENT_BACK, Status.REJECTED) and not found.note:
        found.errors.append("note: say why it was sent back or rejected.")
    if len(found.note) > MOST_WHY:
        found.errors.append(f"note: at most {MOST_WHY:,} characters.")
    if found.gold and found.status != Status.PUBLISHED:
        found.errors.append("gold: only a published story is held up as the gold standard.")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return clean_text("" if value is None else value)


def _day(value: object) -> str:
    """A day as a sheet has it: without the hour, and the day of the month first if dotted."""
    return as_iso(_text(value).removesuffix("T00:00:00").removesuffix(" 00:00:00"))


def _list(value: object) -> list:
    if isinstance(value, list):
        return value
    return [part.strip() for part in re.split(r"[;\n]", str(value or "")) if part.strip()]


def _words(value: object) -> list:
    """A list whose parts hold no comma, so that commas part them too."""
    return value if isinstance(value, list) else _list(str(value or "").replace(",", ";"))


def _people(value: object, directory: Directory) -> list[str]:
    """Names; in a sheet commas may part them too."""
    if isinstance(value, list):
        return [name for name in map(_text, value) if name]
    return [one for name in map(_text, _list(value)) for one in _parted(name, directory)]


def _parted(name: str, directory: Directory) -> list[str]:
    """One person, last name first or not, or several: where each part is a name by itself."""
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if directory.person(name) or not parts:
        return [name]
    turned = " ".join(reversed(parts))
    if len(parts) == 2 and directory.person(turned):
        return [turned]
    whole = all(" " in part or directory.person(part) for part in parts)
    return parts if whole else [name]


def _key(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
