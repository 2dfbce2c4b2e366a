"""Which language a text is in: by its script, or by the small words that only one language has.

A guess for the search, which is then kinder to that language's endings, and for whoever has a page
read aloud. Where a text is too short to tell, it is in the language of the organisation.
"""

from __future__ import annotations

import re
from collections import Counter

from django.conf import settings

from staff.searching import tokens

from .terms import base

# A text has to speak for another language than the organisation's: so many words of it.
ENOUGH = 2
# So much of a text tells.
MOST_READ = 2_000

# Folded, as `tokens` gives them. Words that other languages here write the same are few.
SMALL_WORDS = {
    "ca": "amb dels els aquest aquesta pero tambe molt seva seu vaig va perque quan nomes fins",
    "cs": "ktery ktera jsem jsme byl byla bylo ale jeho jeji nebo protoze kdyz jeste uz",
    "da": "ikke jeg hun havde blev ogsaa eller hvad hvor efter hendes han var det og af til",
    "de": "und der die das ich nicht ein eine einen sie er war mit auf fur dem den zu von sich "
    "auch ihr ihm sein hat hatte wir nach noch wurde",
    "en": "the and was of to that his her with for she they had have from were this which would "
    "been him them what when who said an",
    "es": "el los las una que con por para pero su se lo como mas muy cuando nos ella sin sobre "
    "tambien estaba era habia del le",
    "et": "ja ei oli see aga kui mis tema oma meie siis veel",
    "fi": "ja ei oli han se mutta kun niin myos olen minun sanoi hanen joka mita vain",
    "fr": "le les des une est et dans qui que pour avec pas elle il nous mais sur son sa ses au "
    "aux du ce cette etait avait lui je",
    "hu": "es az egy nem hogy volt meg csak mert mint neki akkor azt kell",
    "id": "yang dan tidak untuk dengan dari saya kami itu ini ada akan sudah kepada dia",
    "it": "il gli una che con per ma non era sono della del di questo quando anche piu suo sua lo "
    "nel alla aveva",
    "lt": "ir kad yra buvo su bet tai kaip man labai tik jau mes",
    "nl": "het een en van ik niet zij hij was met op voor maar ook zijn haar naar wij dat werd "
    "heeft had geen toen",
    "no": "ikke jeg hun hadde ble ogsa eller hva hvor etter hennes han var det og av til fra",
    "pl": "nie sie jest ze byl byla bylo jak ale przez tylko juz dla jego pani pan bardzo zeby",
    "pt": "nao uma um os com por para mas seu sua ele ela mais quando foi estava tambem muito das "
    "dos ao na no",
    "ro": "si nu este cu pentru care din sa fost era dar cand mai lui ei foarte sau",
    "sv": "inte jag hon hade blev ocksa eller vad efter hennes han var det och av till fran som "
    "att",
    "tr": "ve bir bu icin ile ama cok daha gibi degil sonra bana dedi vardi kadar",
}
LANGUAGES_OF = {
    word: [code for code, words in SMALL_WORDS.items() if word in words.split()]
    for words in SMALL_WORDS.values()
    for word in words.split()
}

# The first that is found in a text tells, so the letters of one language come before its script.
SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("uk", re.compile(r"[іїєґІЇЄҐ]")),
    ("sr", re.compile(r"[јљњђћџЈЉЊЂЋЏ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("yi", re.compile(r"[\u05f0-\u05f2]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("fa", re.compile(r"[پچژگ]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
)
LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str, usual: str) -> str:
    """The language of a text as a short code; `usual` where the text does not tell."""
    text = text[:MOST_READ]
    return _by_script(text) or _by_small_words(text, usual)


def foreign(language: str) -> str:
    """How a page marks words in this language, so that they are read aloud as such; '' where they
    are in its own, or nobody knows."""
    return "" if language == base(settings.LANGUAGE_CODE) else language


def _by_script(text: str) -> str:
    """The language whose script most of the text is in; '' for Latin letters and for none."""
    letters = LETTER.findall(text)
    others = "".join(one for one in letters if ord(one) >= 0x370)
    if 2 * len(others) <= len(letters):
        return ""
    return next((code for code, script in SCRIPTS if script.search(others)), "")


def _by_small_words(text: str, usual: str) -> str:
    found: Counter[str] = Counter()
    for word in tokens(text):
        found.update(LANGUAGES_OF.get(word, ()))
    most = max(found.values(), default=0)
    if most < ENOUGH or found[usual] == most:
        return usual
    return min(code for code, number in found.items() if number == most)
