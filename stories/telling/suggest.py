"""What a story's own words suggest: its sentences, its line, its title. Text in, text out.

We suggest, never write: whatever comes back is taken from the words that went in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stories.languages import language_of
from stories.sentences import sentences

from .speech import Speech, speeches

# A poster's line is short; beyond this nothing is worth suggesting.
LONGEST_LINE, LONGEST_TITLE = 140, 60
COMFORTABLE_LINE, WHOLE_SPEECH = 60, 80
# Evidence is a sentence, not a page.
LONGEST_SENTENCE = 1000
# What may stand between two halves of one utterance: ‘No relation,’ she said. ‘He’s my customer.’
LONGEST_TAG = 40

MARKS = "“”‘’\"'«»„‹›「」『』—–- "
SPEECH_MARK = re.compile('[“”"«»„‹›「」『』]|^[—–-]\\s')
CLAUSE = re.compile(
    r"[,;:](?=\s)|[—–(]|\s(?:when|who|whose|that|which|because|but|and|so|while|asked|said|told|"
    r"where|until|after|before|if|whether|then|since|although)\b"
)
DANGLING = re.compile(
    r"\s{1,9}(?:a|an|the|to|of|in|on|at|for|with|by|his|her|my|our|their|was|is)$"
)
# What a phrase of ours begins with: cut before its noun, “with a wet” is less than nothing.
BEGINNING = frozenset(
    """
    a an the my your his her its our their some this that these those
    about above across after against along among around at before behind beneath beside between
    beyond by down for from in inside into near of off on onto out outside over past through to
    towards under until up upon with without
    """.split()  # noqa: SIM905 - as a list it would be fifty lines
)
# What follows a phrase that is whole: another, a clause, or what is done.
FOLLOWING = BEGINNING | frozenset(
    """
    and or but nor so yet as because although if than though unless when where whether which while
    who whom whose i you he she it we they there
    am are is was were be been had has have did does do can could may might must shall should will
    would
    """.split()  # noqa: SIM905
)
WORD = re.compile(r"[a-z]+?(?=n[’']t\b|[^a-z]|$)")
PHRASE_WORDS, FEWEST_WORDS = 3, 3
ABOUT_US = re.compile(
    r"\b(?:i|i[’']\w+|my|me|mine|you|you[’']\w+|your|yours|we|we[’']\w+|us)\b", re.I
)
MERE_MANNERS = re.compile(
    r"\W{0,9}(?:thank you|thanks|hello|good \w+|yes|no|ok|okay|sorry)\W{0,9}", re.I
)


class _Candidate(NamedTuple):
    score: float
    place: int
    line: str


def evidence_sentences(body: str, most: int = 150) -> list[str]:
    """The sentences a teller can point at, each once; bounded, and none longer than a page."""
    wanted = (words for words in sentences(body) if len(words) <= LONGEST_SENTENCE)
    return list(dict.fromkeys(wanted))[:most]


def suggest_line(body: str) -> str:
    """The best short thing somebody says in the text, without its quotation marks, or ''."""
    said = speeches(body)
    candidates = list(_candidates(said, body))
    if not candidates:
        return ""
    return max(candidates, key=lambda candidate: (candidate.score, candidate.place)).line


def suggest_title(body: str) -> str:
    """The first words of the story up to where they can stop, or ''."""
    told = sentences(body)[:3]
    plain = [words for words in told if not speeches(words) and not SPEECH_MARK.search(words)]
    is_english = language_of(body, usual="") == "en"
    titles = (_title(words, is_english) for words in [*plain, *told])
    return next(filter(None, titles), "")


def _candidates(said: list[Speech], body: str) -> Iterator[_Candidate]:
    last = max(len(said) - 1, 1)
    for place, speech in enumerate(said):
        late = 1.5 * place / last
        texts = sentences(speech.text)
        if len(texts) > 1 and len(speech.text) <= WHOLE_SPEECH:
            yield _candidate(speech.text, late + 0.5, place)
        for text in texts:
            yield _candidate(text, late, place)
        if place + 1 < len(said) and (both := _joined(speech, said[place + 1], body)):
            yield _candidate(both, late + 1.5 / last + 1, place)


def _candidate(text: str, bonus: float, place: int) -> _Candidate:
    line = _as_line(text)
    words = len(line.split())
    if len(line) > LONGEST_LINE or not any(character.isalnum() for character in line):
        return _Candidate(float("-inf"), place, "")
    score = bonus
    if 12 <= len(line) <= COMFORTABLE_LINE:
        score += 3
    elif len(line) <= 90 and words > 1:
        score += 1
    score += 1 if ABOUT_US.search(line) else 0
    score -= 1 if line.endswith("?") else 0
    score -= 3 if MERE_MANNERS.fullmatch(line) else 0
    return _Candidate(score, place, line)


def _joined(one: Speech, other: Speech, body: str) -> str:
    """Two halves of one utterance with ‘she said’ between them, or ''."""
    tag = body[one.stop : other.start]
    spoken_of = tag.strip(" .,!?…")
    if len(tag) > LONGEST_TAG or "\n" in tag or not spoken_of:
        return ""
    # After a full stop a capital begins another sentence: then this is no “she said”.
    if not one.text.endswith(",") and not spoken_of[0].islower():
        return ""
    if (
        sum(tag.count(mark) for mark in ".!?…") > 1
        or len(one.text) + len(other.text) > WHOLE_SPEECH
    ):
        return ""
    first = one.text
    if first.endswith(",") and not other.text[:1].islower():
        first = first[:-1] + "."
    return f"{first} {other.text}"


def _as_line(text: str) -> str:
    line = " ".join(text.split())
    return line[:-1] + "." if line.endswith((",", ";")) else line


def _title(sentence: str, is_english: bool) -> str:
    words = " ".join(sentence.split()).strip(MARKS)
    words = SPEECH_MARK.split(words)[0].rstrip(MARKS + ".!,;:")
    if not any(character.isalnum() for character in words):
        return ""
    if len(words) <= LONGEST_TITLE - 16:
        return words
    for clause in CLAUSE.finditer(words):
        part = words[: clause.start()].strip()
        if len(part) >= 8 and len(part.split()) > 1:
            if len(part) <= LONGEST_TITLE:
                return DANGLING.sub("", part)
            break
    cut = words[: LONGEST_TITLE - 12].rsplit(" ", 1)[0]
    while (shorter := DANGLING.sub("", cut)) != cut:
        cut = shorter
    return (_before_phrase(cut, words) if is_english else cut) + "…"


def _before_phrase(cut: str, words: str) -> str:
    """Up to the phrase that the cut falls into: “… window”, not “… window with a wet”."""
    kept = _whole(cut.split())
    if len(kept) <= FEWEST_WORDS:
        return cut
    following = words.split()[len(kept)]
    parted = not (kept[-1][-1].isalnum() and following[0].isalnum())
    if not parted and _word(following) not in FOLLOWING:
        last = max(len(kept) - PHRASE_WORDS, FEWEST_WORDS)
        begins = (at for at in range(last, len(kept)) if _word(kept[at]) in BEGINNING)
        kept = _whole(kept[: next(begins, None)])
    return " ".join(kept)


def _whole(kept: list[str]) -> list[str]:
    """Without the beginning of a phrase of which no more is kept."""
    while len(kept) > FEWEST_WORDS and _word(kept[-1]) in BEGINNING:
        kept = kept[:-1]
    return kept


def _word(word: str) -> str:
    """As it is listed: “he’d” is “he”, “hadn’t” is “had”, and what no letter begins is none."""
    found = WORD.match(word.lower())
    return found.group() if found else ""
