"""Names for the files that readers take away."""

import re
import unicodedata

MOST_NAME = 60


def as_file_name(words: str, *, otherwise: str) -> str:
    """What is said, in letters every system stores.

    Django's `slugify` drops the marks that vowels are written with in Hindi or Thai, which makes
    other words of them.
    """
    words = re.sub(r"[-\s]+", "-", unicodedata.normalize("NFKC", words).lower())
    kept = "".join(sign for sign in words if sign in "-_" or unicodedata.category(sign)[0] in "LMN")
    kept = re.sub(r"-+", "-", kept)[:MOST_NAME].strip("-_")
    return kept or otherwise
