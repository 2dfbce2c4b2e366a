"""Numbers and addresses that lead to somebody: by their form, a check sum or the word before.

Every search is bounded: it takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain

from django.conf import settings
from django.utils import timezone
from phonenumbers import (
    Leniency,
    PhoneNumberMatcher,
    is_valid_number,
    ndd_prefix_for_region,
)

EMAIL, PHONE, CARD, ACCOUNT = "email", "phone", "card", "account"
BIRTH, REFERENCE = "birth", "reference"
Found = tuple[str, int, int]

ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
# What people write between the groups of a long number: a dot and a space end a sentence.
SPACED = r"[ \u00a0\u2009\u202f-]"
APART = rf"(?:\.|{SPACED}{{1,2}})?"
# 13 to 19 digits, one by one or in groups. Each step takes one digit, so nothing is tried twice.
LONG_NUMBER = re.compile(rf"(?<![\w+-])[2-6](?:{APART}\d){{12,18}}(?![\w-])")
# Two letters, two digits, and up to thirty more signs in groups; how many, the country says.
IBAN = re.compile(
    rf"(?<!\w)[A-Z]{{2}}\d\d(?:(?:\.|{SPACED})?[A-Z0-9]){{11,30}}(?!\w)", re.ASCII | re.I
)
IBAN_LENGTHS = dict(
    part.split(":")
    for part in """
    AE:23 AT:20 BE:16 BG:22 CH:21 CY:28 CZ:24 DE:22 DK:18 EE:20 ES:24 FI:18 FR:27 GB:22 GR:27 HR:21
    HU:28 IE:22 IL:23 IS:26 IT:27 LI:21 LT:20 LU:20 LV:21 MC:27 MT:31 NL:18 NO:15 PL:28 PT:25 RO:24
    SA:24 SE:24 SI:19 SK:24 TR:26 UA:29
    """.split()  # noqa: SIM905 - as a list it would be fifty lines
)
# “NHS” is also who one rings: its numbers are called so or have ten digits.
ACCOUNT_SAID = re.compile(
    r"(?i:\b(?:account|acct|sort code|national insurance|social security|passport"
    r"|nhs(?= n|\D{1,6}\d(?:[ -]?\d){9}(?!\w))|(?:policy|licence|license) (?:number|no))"
    r"\.?(?: number| no\.?)?(?: is| was)?)"
    r"[ \u00a0:#]{1,3}[A-Z]{0,3}\d(?:[ -]?[\dA-Z]){3,18}(?!\w)"
)
DIGITS_OF_AN_ACCOUNT = 5
PHONE_TRIES = 200
# Written as one dials it, from abroad or from here: a number even if its range is not known yet.
DIALLED = re.compile(r"(?:\+|\(?0)(?:[^\w\n]{0,3}\d){8,14}$")
DIGITS_OF_A_PHONE = re.compile(r"\d(?:[^\w\n]{0,3}\d){6}")

MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# A day with its year, as it is written down in some countries or others.
DATE = re.compile(
    rf"\b(?:(?P<first>\d{{4}})[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](?P<last>\d{{4}}|\d\d)"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{MONTHS},? (?P<named>\d{{4}})"
    rf"|{MONTHS} \d{{1,2}}(?:st|nd|rd|th)?,? (?P<after>\d{{4}}))\b",
    re.I,
)
BORN = re.compile(
    r"\b(?:born|date of birth|birth ?date|d\.?o\.?b)\b\W{0,4}(?:is |was |on )?$", re.I
)
LOOK_BACK = 30
# What lies longer back than this is seldom when a story happened.
LONG_AGO = 16

# What a house calls its guests' and customers' things, and the number after it.
REFERENCED = re.compile(
    r"(?i:\b(?P<what>order|booking|reservation|confirmation|reference|invoice|ticket|claim|case"
    r"|customer|patient|member(?:ship)?|client|parcel|tracking|rooms?|beds?|suite|cabin)"
    r"(?: (?:number|no|nr|code|id|ref|reference))?\.?)[ \u00a0:#-]{1,3}"
    r"(?P<number>(?=[A-Z-]{0,8}\d)[A-Z\d](?:-?[A-Z\d]){0,19}[a-z]?)(?!\w)"
)
ROOMS = frozenset({"room", "bed", "suite", "cabin"})
# “Order 3 coffees”, “customer 12 in the queue”: shorter than this is no number of a thing.
SHORTEST_REFERENCE, LONGEST_ROOM, SHORTEST_ROOM = 4, 6, 2


def numbers(text: str) -> Iterator[Found]:
    """What of the text may be one, and where; what is surest comes first, and ones may overlap."""
    return chain(_accounts(text), _addresses(text), _births(text), _references(text), _phones(text))


def _accounts(text: str) -> Iterator[Found]:
    """Card numbers first: what is one is no phone number."""
    for start, end in _proven(LONG_NUMBER, _end_of_card_number, text):
        yield CARD, start, end
    for start, end in _proven(IBAN, _end_of_iban, text):
        yield ACCOUNT, start, end
    for match in ACCOUNT_SAID.finditer(text):
        if _digits(match.group()) >= DIGITS_OF_AN_ACCOUNT:
            yield ACCOUNT, match.start(), match.end()


def _proven(
    pattern: re.Pattern[str], end_of: Callable[[str], int], text: str
) -> Iterator[tuple[int, int]]:
    """Where numbers stand whose check sum is right.

    What has a wrong one may begin with a digit or a word that stood before the number itself.
    """
    place = 0
    while match := pattern.search(text, place):
        if length := end_of(match.group()):
            yield match.start(), match.start() + length
        place = match.start() + (length or 1)


def _addresses(text: str) -> Iterator[Found]:
    if "@" in text:
        for match in ADDRESS.finditer(text):
            yield EMAIL, match.start(), match.end()


def _births(text: str) -> Iterator[Found]:
    """Days with a year of which the text says that somebody was born, or that are long ago."""
    long_ago = timezone.localdate().year - LONG_AGO
    for match in DATE.finditer(text):
        year = int(next(part for part in match.groups() if part))
        before = text[max(0, match.start() - LOOK_BACK) : match.start()]
        if BORN.search(before) or 1900 <= year <= long_ago:
            yield BIRTH, match.start(), match.end()


def _references(text: str) -> Iterator[Found]:
    for match in REFERENCED.finditer(text):
        number = match["number"]
        if match["what"].lower().removesuffix("s") in ROOMS:
            fits = SHORTEST_ROOM <= len(number) <= LONGEST_ROOM
        else:
            fits = len(number) >= SHORTEST_REFERENCE and _digits(number) > 1
        if fits:
            yield REFERENCE, match.start(), match.end()


def _phones(text: str) -> Iterator[Found]:
    if not DIGITS_OF_A_PHONE.search(text):
        return
    for phone in PhoneNumberMatcher(
        text, settings.PHONE_REGION, leniency=Leniency.POSSIBLE, max_tries=PHONE_TRIES
    ):
        written = phone.raw_string
        if _within_a_word(text, phone.start, phone.end) or _lacks_prefix(written):
            continue
        if is_valid_number(phone.number) or DIALLED.match(written):
            yield PHONE, phone.start, phone.end


def _within_a_word(text: str, start: int, end: int) -> bool:
    """Whether the digits are part of something longer, as in the key of a database."""
    around = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(character.isalnum() or character in "-_" for character in around)


def _lacks_prefix(written: str) -> bool:
    """Whether nobody here could dial this: it begins with neither + nor 0 where numbers do."""
    trunk = _trunk(settings.PHONE_REGION)
    return bool(trunk) and written.lstrip("(")[:1] not in ("+", "＋", trunk)


@lru_cache(maxsize=8)
def _trunk(region: str) -> str:
    """What a number begins with inside its country; nothing where people leave it out."""
    prefix = ndd_prefix_for_region(region, True) or ""
    return prefix if prefix == "0" else ""


def _end_of_card_number(text: str) -> int:
    """Its length if Luhn's check sum is right, as it is in one of ten by chance; else 0."""
    digits = [int(character) for character in text if character.isdigit()]
    doubled = (digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2])
    return 0 if (sum(digits[-1::-2]) + sum(doubled)) % 10 else len(text)


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def _end_of_iban(text: str) -> int:
    """Where an account number ends that begins here, by its check sum; 0 if none does.

    The capitals that follow it may be those of another word.
    """
    signs = [(place, sign) for place, sign in enumerate(text) if sign.isalnum()]
    signs = signs[: int(IBAN_LENGTHS.get(text[:2].upper(), 0))]
    if not signs:
        return 0
    turned = [*signs[4:], *signs[:4]]
    whole = int("".join(str(int(sign, 36)) for _place, sign in turned))
    return signs[-1][0] + 1 if whole % 97 == 1 else 0
