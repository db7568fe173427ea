"""What stands in a heading beside its title: numbers, in the forms that policies use, and signs to link by."""

from __future__ import annotations

import re
from typing import Final

from tracker.model import fold_text

_WORD: Final = r"(?:(?:section|article|artikel|abschnitt|part|chapter|clause|ziffer|§§?)\s{0,2})"
_NUMBERED: Final = re.compile(
    rf"(?:{_WORD}(?P<named>\d{{1,4}}(?:\.\d{{1,4}}){{0,6}}[a-z]?|[IVXLC]{{1,7}}\b)"
    r"|(?P<bare>\d{1,3}(?:\.\d{1,3}){0,6}[a-z]?)(?=[.):\s])"
    r"|(?P<lettered>[A-Z](?:\.\d{1,3}){0,4}|[IVX]{1,5}|[a-z])(?=[.)]\s))"
    r"[.):]?\s{0,3}[-\u2013\u2014:.]?\s{0,3}",
    re.IGNORECASE | re.UNICODE,
)

#: What pages print as a link from a heading to itself: MkDocs and Sphinx the pilcrow, GitHub a chain, others the rest.
_PERMALINK_SIGNS: Final = frozenset({"", "#", "\u00b6", "\u00a7", "\U0001f517", "\u2693", "\u221e"})


def is_permalink_sign(text: str) -> bool:
    """Whether `text`, linked from a heading to itself, is there to be clicked and not read.

    >>> is_permalink_sign("\u00b6"), is_permalink_sign("1. Data")
    (True, False)
    """
    return fold_text(text) in _PERMALINK_SIGNS


def split_number(heading: str) -> tuple[str | None, str]:
    """Return the number that a heading's text bears, without a closing dot, and its title.

    >>> split_number("8.3. Law Enforcement Authorities")
    ('8.3', 'Law Enforcement Authorities')
    >>> split_number("Article 5: Your rights")
    ('5', 'Your rights')
    >>> split_number("24 hours a day")
    (None, '24 hours a day')
    """
    found = _NUMBERED.match(heading)
    if found is None:
        return None, heading
    title = heading[found.end() :]
    if found["bare"] and "." not in found[0] and ")" not in found[0] and ":" not in found[0] and title[:1].islower():
        return None, heading  # "24 hours a day", "3 things to know"
    if found["lettered"] and len(found["lettered"]) == 1 and not title:
        return None, heading
    return found["named"] or found["bare"] or found["lettered"], title
