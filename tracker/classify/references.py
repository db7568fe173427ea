"""Which sections an entry of a change log names: by number, by anchor, by title.

Belongs here: reading references in an entry's words and links. Does not belong here: which entry is new, and what that
says of a change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.log_words import content_words, log_words
from tracker.classify.wording import words_of
from tracker.model import Link, SectionRef

#: Longer entries are read up to here: a bound on hostile input.
_LONGEST_READ: Final = 4_000
#: A range that names more sections than this is none.
_LONGEST_RANGE: Final = 40
#: How many words after a number are searched for the name of a law.
_LAW_REACH: Final = 3
#: A shorter title, such as "Data", stands in too many sentences to name a section.
_SHORTEST_TITLE: Final = 8
_SHORTEST_ANCHOR: Final = 3
_CENTURY_LETTERS: Final = 4

_TOKEN: Final = re.compile(
    r"(?P<number>(?<![\w.,/$\u20ac\u00a3])\d{1,3}(?:\.\d{1,3}){0,5}(?![\d%]|[.,/:]\d| ?%| ?\u20ac)(?:\([a-z]{1,2}\))?)"
    r"|(?P<sign>\u00a7{1,2})|(?P<word>[^\W\d_][\w'&-]{0,60})|(?P<mark>[,&;:()-]|[.!?](?=\s|$))|(?P<other>\S)"
)
_LETTERED: Final = re.compile(r"[A-Z]{1,6}")
_QUOTES: Final = frozenset("\"'\u201c\u201d\u201e\u00ab\u00bb")


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The sections that an entry names."""

    numbers: frozenset[str]
    """As sections bear them: `8.3`, and `12` where it can be nothing but a section's number."""
    chapters: frozenset[str]
    """Those of `numbers` without a dot that are called a section: `section 8`."""
    anchors: frozenset[str]
    """Fragments of its links."""
    link_texts: frozenset[str]
    """By `fold_case`."""
    text: str
    """The entry, by `fold_case`."""

    def names(self, section: SectionRef) -> bool:
        """Return whether the entry names just this section."""
        return self.names_number(section.number) or self.names_anchor(section.anchor) or self.names_title(section.title)

    def names_number(self, number: str | None) -> bool:
        """Return whether the entry names a section of this number."""
        return bool(number) and number != "0" and number in self.numbers

    def names_anchor(self, anchor: str | None) -> bool:
        """Return whether a link of the entry leads there."""
        return anchor is not None and len(anchor) >= _SHORTEST_ANCHOR and anchor.lower() in self.anchors

    def names_part_above(self, number: str | None) -> bool:
        """Return whether the entry names a section above, but not the whole chapter: 6.5 for 6.5.1, not 6."""
        return any("." in above and above in self.numbers for above in _numbers_above(number))

    def names_chapter(self, number: str | None) -> bool:
        """Return whether the entry names the whole chapter that holds a section of this number."""
        return any(above in self.chapters for above in _numbers_above(number))

    def names_title(self, title: str) -> bool:
        """Return whether the entry names a section of this title; titles of general words alone name none."""
        folded = fold_case(title).strip()
        if len(folded) < _SHORTEST_TITLE or not content_words(folded):
            return False
        if folded in self.link_texts:
            return True
        is_one_word = len(words_of(folded)) == 1
        start = self.text.find(folded)
        while start >= 0:
            before, after = self.text[start - 1 : start] if start else "", self.text[start + len(folded) :][:1]
            # One word is a word of the language before it is a title.
            is_apart = (before in _QUOTES and after in _QUOTES) if is_one_word else True
            if not before.isalnum() and not after.isalnum() and is_apart:
                return True
            start = self.text.find(folded, start + 1)
        return False

    def __bool__(self) -> bool:
        return bool(self.numbers or self.anchors)


def _numbers_above(number: str | None) -> list[str]:
    """Return the numbers of the sections above: `6.5` and `6` for `6.5.1`."""
    parts = (number or "").split(".")
    return [".".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int


@lru_cache(maxsize=4_096)
def read_references(text: str, links: tuple[Link, ...] = ()) -> References:
    """Return what the words and links of an entry name.

    >>> sorted(read_references("Updated 1.4, 9.2 and 12; see Article 6 GDPR").numbers)
    ['1.4', '12', '9.2']
    >>> sorted(read_references("Clarified sections 6.1-6.3 and \u00a7 9").numbers)
    ['6.1', '6.2', '6.3', '9']
    """
    text = text[:_LONGEST_READ]
    numbers, chapters = _read_numbers(text)
    fragments = [link.href.rpartition("#")[2] for link in links if "#" in link.href]
    return References(
        numbers=frozenset(numbers),
        chapters=frozenset(chapters),
        anchors=frozenset(fragment.lower() for fragment in fragments if fragment),
        link_texts=frozenset(fold_case(text[link.start : link.end]).strip() for link in links),
        text=fold_case(text),
    )


def _read_numbers(text: str) -> tuple[set[str], set[str]]:
    known = log_words()
    folded = fold_case(text)
    tokens = [_Token(match.lastgroup or "", match.group(), match.start()) for match in _TOKEN.finditer(text)]
    plain = [folded[token.start : token.start + len(token.text)] for token in tokens]
    moves = not known.move_words.isdisjoint(plain)
    numbers: set[str] = set()
    chapters: set[str] = set()
    called = listed = False  # after a word such as "section", and after a number that was taken
    ranged: str | None = None
    last: str | None = None
    for place, token in enumerate(tokens):
        if token.kind == "number" or (called and _is_lettered(token)):
            number = token.text.partition("(")[0]
            before = plain[place - 1] if place else ""
            is_taken = (
                before not in known.no_section_words
                and not _belongs_to_law(plain, place)
                and ("." in number or called or (listed and _ends_here(tokens, plain, place)))
            )
            if is_taken:
                numbers.add(number)
                if called and "." not in number:
                    chapters.add(number)
                if ranged and not moves:
                    between = _between(ranged, number)
                    numbers.update(between)
                    chapters.update(item for item in between if called and "." not in item)
                listed, last, ranged = True, number, None
                continue
            called = listed = False
            last = ranged = None
        elif plain[place] in known.section_words:
            called, listed, last, ranged = True, False, None, None
        elif listed and plain[place] in known.range_words:
            ranged = last
        elif not (listed and (plain[place] in known.list_words or token.text in "(),&;")):
            called = called and token.text in {"(", ":", "."} and not listed
            listed, last, ranged = False, None, None
    return numbers, chapters


def _is_lettered(token: _Token) -> bool:
    return token.kind == "word" and len(token.text) <= _CENTURY_LETTERS and bool(_LETTERED.fullmatch(token.text))


def _belongs_to_law(plain: list[str], place: int) -> bool:
    for word in plain[place + 1 : place + 1 + _LAW_REACH]:
        if word in log_words().law_words:
            return True
        if word in {".", ",", ";", ":"}:
            return False
    return False


def _ends_here(tokens: list[_Token], plain: list[str], place: int) -> bool:
    """Return whether a number without a dot ends its list: "9.2 and 12 to reflect", not "9.2 and 12 partners"."""
    if place + 1 == len(tokens):
        return True
    return tokens[place + 1].kind in {"mark", "number"} or plain[place + 1] in log_words().stop_words


def _between(first: str, last: str) -> list[str]:
    """Return the numbers between two of one chapter: `6.2` between `6.1` and `6.3`; none where they are no range."""
    head, _, low = first.rpartition(".")
    other, _, high = last.rpartition(".")
    if head != other or not (low.isdigit() and high.isdigit()) or not 0 < int(high) - int(low) <= _LONGEST_RANGE:
        return []
    return [f"{head}.{number}" if head else str(number) for number in range(int(low) + 1, int(high))]
