"""How often a policy promises a report, read from its words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tracker.model import fold_text

#: Words for a report of what was given to authorities, in English and German.
_REPORT: Final = re.compile(r"transparency[ -]reports?|transparenzberichte?", re.IGNORECASE)
#: Months between two reports -> words that say so. `biannual` is twice a year here, as policies mean it; `biennial` is
#: another word.
_CADENCES: Final = (
    (1, r"monthly|(?:every|each) month|once a month|monatlich\w*|jeden monat"),
    (
        3,
        (
            r"quarterly|(?:every|each|once (?:a|per)) quarter|every three months|vierteljährlich\w*|quartalsweise\w*"
            r"|alle drei monate"
        ),
    ),
    (
        6,
        (
            r"semi-?annual(?:ly)?|half-?yearly|bi-?annual(?:ly)?|twice (?:a|per|each) year|every six months"
            r"|halbjährlich\w*|alle sechs monate|zweimal (?:im|pro) jahr"
        ),
    ),
    (
        12,
        (
            r"annual(?:ly)?|yearly|(?:every|each) year|once (?:a|per) year|every twelve months|jährlich\w*"
            r"|einmal (?:im|pro) jahr"
        ),
    ),
)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=\S)")
#: "bi-monthly" holds no word "monthly": a word begins after no hyphen.
_PATTERNS: Final = tuple(
    (months, re.compile(rf"(?<![\w-])(?:{words})\b", re.IGNORECASE)) for months, words in _CADENCES
)  # fmt: skip


def find_cadence(texts: Iterable[str]) -> tuple[int, str] | None:
    """Return (months between two reports, the sentence that says so) of the first clause that promises reports.

    Args:
        texts: The clauses of a policy, in reading order.

    >>> find_cadence(["It appears in a quarterly transparency report at this address."])
    (3, 'It appears in a quarterly transparency report at this address.')
    """
    for text in texts:
        for sentence in _SENTENCE.split(fold_text(text)):
            if not _REPORT.search(sentence):
                continue
            # "semiannual" holds no word "annual": the pattern of whole words tells them apart.
            for months, pattern in _PATTERNS:
                if pattern.search(sentence):
                    return months, sentence
    return None
