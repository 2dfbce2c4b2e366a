"""Full names in running text that are nobody's in the directory.

Two or three capitalised words in a row may be a name: beyond doubt after “Mrs” or “Dr”, probably
when the first is a first name, possibly in the middle of a sentence. What is left is compared with
the directory, and with the places, teams and organisations the story is about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from retold.together import together
from staff.models import Employee

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
BETWEEN = re.compile(r"[ \u00a0]{1,2}")
AFTER_TITLE = re.compile(r"\.?[ \u00a0]{1,2}")
SENTENCE_START = re.compile(r"(?:^|[.!?…:;–—]['\"’”)\]]*\s+|\n\s*|(?:^|[\s(])[“\"‘'(\[–—-]\s*)$")
LOOK_BACK = 12
MOST_CANDIDATES = 200
MOST_EMPLOYEES = 5000
NAMES = ("number", "first_name", "known_as", "last_name", "job_title", "active", "unnamed")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words("mr mrs ms miss mx dr prof professor herr frau mevrouw meneer madame")
PARTICLES = _words("van von de der den del della di da dos du la le ter ten bin al el")

# First names common enough to be one whoever works here; the directory's own are added.
FIRST_NAMES = _words(
    """
    aaron abdul adam agnes ahmed aisha alan albert alex alexander alice alison amanda amina amy
    ana andrea andrew angela anita anna anne annie anthony antonio arthur barbara beatrice ben
    benjamin bernard bettina bill brenda brian bridget bruno carlos carmen carol caroline catherine
    charles charlotte chen chloe chris christina christine christopher claire clara colette craig
    cristina daniel daniela david deborah denise dennis diana diego dmitri donna dorothy doug
    douglas edith eduardo edward eileen elaine eleanor elena elizabeth ellen emily emma eric erik
    ernest esther eva evelyn fatima fernando fiona frances francis frank fred frederick gareth
    gary george gerald giovanni gloria gordon graham greta hannah harold harry hassan heather
    helen henry hugo ian ibrahim ines ingrid irene isabel ivan jacob james jan jane janet jason
    jean jennifer jessica jim joan joe john jonathan jorge jose joseph joshua joyce juan judith
    julia julie karen karin karl katarzyna kate katherine kathleen keith kelly ken kenneth kevin
    kim kofi larissa laura lauren lee leonard lily linda lisa liu louise lucas lucia lucy luis
    magda malcolm marcus margaret maria marie marion mark martha martin mary matthew maureen
    michael michelle miguel mike mohamed mohammed monica muhammad nancy natalie neil nicholas nick
    nicola nigel nina nora olga oliver oscar pamela patricia patrick paul paula pedro peter philip
    piotr priya rachel rafael raj ralph raymond rebecca richard rita robert roberta roger ronald
    rosa rosemary ruth ryan sally samantha samuel sandra sara sarah sean sharon sheila simon sofia
    stan stanley stefan stella stephanie stephen steve steven stuart susan svetlana sylvia tania
    teresa thelma theresa thomas tim timothy tina tom tomasz tony ursula valerie vera victor
    victoria vincent walter wanda wendy wei william winston yusuf yvonne
    """
)

# Capitalised words of which two in a row are a place, a day, a firm or a form, not a person.
NOT_NAMES = _words(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december christmas easter eve ramadan diwali hanukkah
    new year years day night boxing bank holiday black good mother father mothers fathers
    north south east west northern southern eastern western central upper lower old great grand
    street road lane avenue square place park bridge gate hill house hall court yard quay wharf
    harbour harbor port station terminal platform airport line tower market centre center mall
    shop store hotel hostel inn bar cafe café restaurant bakery kitchen clinic hospital hospice
    surgery ward school college university library museum theatre church mosque temple chapel
    garden gardens green field fields wood woods lake river bay beach island islands isle city town
    village county state region kingdom republic union saint st san santa los las
    team desk office department service services support help customer guest reception floor room
    bus tram train express railway rail underground metro tube company group trust limited ltd inc
    gmbh bv plc american british english scottish welsh irish french german dutch spanish italian
    polish european african asian indian chinese japanese turkish arabic portuguese brazilian
    america britain england scotland wales ireland france germany netherlands spain italy poland
    europe africa asia india china japan york london paris berlin amsterdam lagos
    red white blue cross post mail royal national international world premier league cup
    i the a an and or but my our your his her their this that these those it he she we you they
    when what where who why how if in on at by for from to with no not yes all one two three four
    five six seven eight nine ten first last just then there here so as please thank thanks sorry
    dear hello hi happy merry birthday mum mummy mom dad daddy nan gran granny grandma grandpa
    grandad uncle auntie aunt sir madam lord lady king queen prince princess doctor nurse sister
    brother captain sergeant officer god jesus google apple windows word excel teams zoom facebook
    instagram whatsapp youtube amazon netflix uber visa mastercard bluetooth wifi internet
    """
)


@dataclass(frozen=True)
class Candidate:
    """Words that may be a full name, and where they stand."""

    start: int
    end: int
    first: str
    last: str
    titled: bool = False
    starts_sentence: bool = False


@dataclass
class Directory:
    """What the directory knows of the words of some candidates, and the people it was asked for.

    `told` are the words of names that somebody means to tell.
    """

    people: list[Employee] = field(default_factory=list)
    firsts: set[str] = field(default_factory=set)
    lasts: set[str] = field(default_factory=set)
    full: set[tuple[str, str]] = field(default_factory=set)
    told: set[str] = field(default_factory=set)

    @classmethod
    def of(
        cls, candidates: Iterable[Candidate], also: Q | None = None, *beside: QuerySet
    ) -> Directory:
        """Look up the words of all candidates, and who `also` describes, with one query, which
        fetches what is needed `beside` them too."""
        names = {name for found in candidates for name in _forms(found)}
        if not names and also is None:
            together(*beside)
            return cls()
        wanted = Q(first_name__in=names) | Q(known_as__in=names) | Q(last_name__in=names)
        people = Employee.objects.filter(wanted | also if also else wanted)
        people = people.only(*NAMES)[:MOST_EMPLOYEES]
        together(people, *beside)
        directory = cls(list(people))
        for person in directory.people:
            last = key(person.last_name)
            directory.lasts.add(last)
            for called in filter(None, (key(person.first_name), key(person.known_as))):
                directory.firsts.add(called)
                directory.full |= {(called, last), (last, called)}
        return directory

    def is_stranger(self, name: Candidate, places: set[str]) -> bool:
        """Whether these words name somebody who is not in the directory, as far as one can tell."""
        first, last = key(name.first), key(name.last)
        if self.told & {first, last, *last.split()}:
            return False
        if name.titled:
            return key(name.last.split()[-1]) not in self.lasts and last not in self.lasts
        if (first, last) in self.full or f"{first} {last}" in self.firsts:
            return False
        parts = {first, *last.split(), *last.replace("-", " ").split()}
        if parts & places or parts & NOT_NAMES:
            return False
        if first in self.firsts or first in FIRST_NAMES:
            return True
        return not name.starts_sentence


def candidates(text: str) -> Iterator[Candidate]:
    """What may be a full name in the text, at most MOST_CANDIDATES of them."""
    count = 0
    for run in _runs(text):
        found = _titled(run) or _untitled(run, text)
        if found and count < MOST_CANDIDATES:
            count += 1
            yield found


def words(text: str) -> set[str]:
    """The words of names of places, so that they are not taken for people."""
    return {
        key(match.group().removesuffix("'s").removesuffix("’s")) for match in WORD.finditer(text)
    }


def key(name: str) -> str:
    """A name without case and accents."""
    decomposed = unicodedata.normalize("NFD", name.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _runs(text: str) -> Iterator[list[re.Match]]:
    """Capitalised words in a row, with the small words that names have between them."""
    run: list[re.Match] = []
    for word in WORD.finditer(text):
        joins = bool(run) and _joins(run[-1], word, text)
        if joins and (_is_capitalised(word.group()) or key(word.group()) in PARTICLES):
            run.append(word)
            continue
        yield from _closed(run)
        run = [word] if _is_capitalised(word.group()) else []
    yield from _closed(run)


def _closed(run: list[re.Match]) -> Iterator[list[re.Match]]:
    while run and not _is_capitalised(run[-1].group()):
        run = run[:-1]
    if len(run) > 1:
        yield run


def _joins(left: re.Match, right: re.Match, text: str) -> bool:
    between = AFTER_TITLE if key(left.group()) in TITLES else BETWEEN
    return between.fullmatch(text, left.end(), right.start()) is not None


def _is_capitalised(word: str) -> bool:
    return word[0].isupper() and (len(word) == 1 or any(letter.islower() for letter in word[1:]))


def _titled(run: list[re.Match]) -> Candidate | None:
    """“Mrs Okafor”, wherever in the run the title stands."""
    for place, word in enumerate(run[:-1]):
        if key(word.group()) in TITLES:
            name = run[place + 1 : place + 4]
            return Candidate(word.start(), name[-1].end(), "", _last(name), titled=True)
    return None


def _untitled(run: list[re.Match], text: str) -> Candidate | None:
    starts = _starts_sentence(run[0], text)
    if starts and len(run) > 2 and key(run[0].group()) not in FIRST_NAMES:
        # “When Walter Higgins came”: the first word is only the first of the sentence.
        run, starts = run[1:], False
    capitals = [word for word in run if _is_capitalised(word.group())]
    if len(run) < 2 or len(capitals) > 3:
        return None
    last = _last(run[1:]).removesuffix("'s").removesuffix("’s")
    end = run[-1].start() + len(run[-1].group().removesuffix("'s").removesuffix("’s"))
    if len(last) < 2 or len(run[0].group()) < 2:
        return None
    return Candidate(run[0].start(), end, run[0].group(), last, starts_sentence=starts)


def _last(words: list[re.Match]) -> str:
    return " ".join(word.group() for word in words)


def _starts_sentence(word: re.Match, text: str) -> bool:
    before = text[max(0, word.start() - LOOK_BACK) : word.start()]
    return word.start() == 0 or SENTENCE_START.search(before) is not None


def _forms(name: Candidate) -> set[str]:
    """The ways in which the directory may have written the parts of a name."""
    both = f"{name.first} {name.last}"
    return {form for form in (both, name.first, name.last, *name.last.split()) if form}
