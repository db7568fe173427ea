"""Forms of text that is no rule, known by the words of a clause alone: code, counters, banners, addresses.

Such text is caught by accident and changes every day; a change of it says nothing about the rules. The phrases stand in
`lexicon/surroundings.json`. Does not belong here: what is known by its place in a version (`surroundings.py`), and what
a policy's own sentences mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import Cues, fold_case, read_lexicon, texts
from tracker.classify.wording import Side, Wording, words_of
from tracker.model import ClauseChange

#: Signs that programs and style sheets are full of, and sentences are not.
_CODE_SIGN: Final = re.compile(r"[{}=;<>\\|_$]|\(\)|\]\(|\":|':")
#: What stands in no sentence; it counts only beside a sign.
_CODE_WORD: Final = re.compile(
    r"(?:\bfunction ?\(|\bvar [a-z_$]|\bwindow\.[a-z]|\bdocument\.[a-z]|\btypeof |\bgtag\(|\.push\(|<iframe|<script"
    r"|<img |stylesheet|@media|!important|display: ?none|\]\(https?:)"
)
#: Without such a word: a sentence with an address and a quotation has fewer signs.
_LEAST_CODE_SIGNS: Final = 6
#: One such sign in so many characters: a sentence with a web address has one in a hundred.
_CHARACTERS_A_SIGN: Final = 24
#: A longer text may well tell that rules change, and is one of them: "how we change these terms".
_LONGEST_BANNER_WORDS: Final = 80
_LONGEST_NOTICE_WORDS: Final = 50
#: Live text is a line; what has more words is a sentence that states a figure.
_LONGEST_LINE_WORDS: Final = 16
#: An address has no more words, old and new together.
_MOST_CONTACT_WORDS: Final = 60
#: A word with a digit: "12", "v2", "2024a".
_NUMBER: Final = re.compile(r"(?<!\w)[^\W\d]*+\d\w*+")
#: What a page of a PDF file bears at its foot, between the words of a sentence.
_PAGE_NUMBER: Final = re.compile(r"(?:(?:page|seite|of|von|sur) )*\d{0,3}")
#: Figures with these are prices and periods, however short the line.
_MONEY_OR_TIME: Final = re.compile(
    r"[$€£%¥]|\b(?:usd|eur|gbp|days?|months?|years?|hours?|weeks?|tage?|monate?|jahre?)\b"
)
_TELEPHONE: Final = re.compile(r"(?:\+|\b0)\d{1,4}[ /-]\(?\d|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b")
#: What a protection against robots writes in the place of an e-mail address.
_HIDDEN_ADDRESS: Final = "[email protected]"
#: What stood behind the hiding: an address of a few words, and no sentence.
_MOST_ADDRESS_WORDS: Final = 8
#: Every part is bounded, so that a text without spaces is passed over once.
_ADDRESS: Final = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,200}|(?:https?://|www\.)\S{1,500}"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,10}(?:/\S{0,500})?",
    re.IGNORECASE,
)
#: Of a text of any length, so much is looked at for its form.
LONGEST_LOOKED_AT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    banners: Cues
    notices: Cues
    """Banners that point nowhere: they say that the document was changed, and for what."""
    pointers: Cues
    copyright: Cues
    editions: Cues
    live: Cues
    contacts: Cues
    acting: Cues
    contact_words: frozenset[str]
    """Words by which a text says how to reach somebody."""
    pointing: frozenset[str]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/surroundings.json")
    return _Lexicon(
        notices=Cues.from_json(data["notices"]),
        banners=Cues.from_json(data["banners"]),
        pointers=Cues.from_json(data["pointers"]),
        copyright=Cues.from_json(data["copyright"]),
        editions=Cues.from_json(data["editions"]),
        live=Cues.from_json(data["live"]),
        contacts=Cues.from_json(data["contacts"]),
        acting=Cues.from_json(data["acting"]),
        contact_words=frozenset(texts(data["contact_words"])),
        pointing=frozenset(texts(data["pointing_words"])),
    )


def is_code(words: str) -> bool:
    """Return whether `words` are a program, a style sheet or markup rather than sentences."""
    looked_at = words[:LONGEST_LOOKED_AT]
    signs = len(_CODE_SIGN.findall(looked_at))
    if signs and _CODE_WORD.search(looked_at.lower()):
        return True
    return signs >= _LEAST_CODE_SIGNS and signs * _CHARACTERS_A_SIGN >= len(looked_at)


def changed_words(clause: ClauseChange) -> list[str]:
    """Return the deleted and inserted words of `clause`, as `fold_case` writes them."""
    return [word for span in clause.redline if span.tag != "=" for word in words_of(span.text)]


def is_copyright_line(wording: Wording) -> bool:
    """Return whether the clause is a notice of copyright of which the year, or nothing that matters, differs."""
    clause, lexicon = wording.clause, _load()
    sides = [side for side in (clause.old, clause.new) if side]
    if not all(lexicon.copyright.stand_in(fold_case(side)[:400]) or "\u00a9" in side[:400] for side in sides):
        return False
    if clause.op == "modified":
        return all(_NUMBER.fullmatch(word) for word in changed_words(clause))
    return all(len(words_of(side)) <= _LONGEST_LINE_WORDS * 2 for side in sides)


def is_counter(wording: Wording) -> bool:
    """Return whether only figures of a short line without a sentence differ: a time stamp, a build, a count, an IP."""
    clause = wording.clause
    if clause.op != "modified":
        return False
    words = changed_words(clause)
    line = fold_case(clause.new)
    # A sentence states a figure; a counter shows one.
    if _TELEPHONE.search(line) or line.rstrip().endswith("."):
        return False
    return (
        bool(words)
        and sum(not _NUMBER.fullmatch(word) for word in words_of(clause.new)) <= _LONGEST_LINE_WORDS
        and all(_NUMBER.fullmatch(word) or len(word) == 1 for word in words)
        and not _MONEY_OR_TIME.search(line + fold_case(clause.old))
        and not any(word in {"we", "you", "may", "must", "shall", "under", "age", "least"} for word in words_of(line))
    )


def is_live_text(wording: Wording) -> bool:
    """Return whether the clause shows what a visitor or a moment brings: likes, ratings, the visitor's address."""
    clause, lexicon = wording.clause, _load()
    sides = [side for side in (clause.old, clause.new) if side]
    return all(len(words_of(side)) <= _LONGEST_LINE_WORDS and lexicon.live.stand_in(fold_case(side)) for side in sides)


def is_banner(wording: Wording) -> bool:
    """Return whether the clause is a notice that the rules change, or changed: it points to them and is not they."""
    lexicon = _load()
    sides = [fold_case(side) for side in (wording.clause.old, wording.clause.new) if side]
    return all(
        (
            len(words_of(side)) <= _LONGEST_BANNER_WORDS
            and lexicon.banners.stand_in(side, language=wording.language)
            and lexicon.pointers.stand_in(side, language=wording.language)
        )
        or (len(words_of(side)) <= _LONGEST_NOTICE_WORDS and lexicon.notices.stand_in(side, language=wording.language))
        for side in sides
    )


def is_edition_link(wording: Wording) -> bool:
    """Return whether the clause only leads to other editions of the document, or to it in another form."""
    lexicon = _load()
    return all(
        len(words_of(side)) <= _LONGEST_LINE_WORDS
        and lexicon.editions.stand_in(fold_case(side), language=wording.language)
        for side in (wording.clause.old, wording.clause.new)
        if side
    )


def has_same_letters(wording: Wording) -> bool:
    """Return whether no letter differs: words are cut or joined otherwise, leaders are longer, pages bear numbers."""
    if wording.clause.op != "modified":
        return False
    if any(_HIDDEN_ADDRESS in side.replace("\u00a0", " ") for side in (wording.clause.old, wording.clause.new)):
        return all(_is_address(edit.deleted) and _is_address(edit.inserted) for edit in wording.edits)
    # A table of contents has leaders; elsewhere a number is a number.
    return not wording.edits or (
        "....." in wording.clause.new
        and all(
            _PAGE_NUMBER.fullmatch(" ".join(edit.deleted)) and _PAGE_NUMBER.fullmatch(" ".join(edit.inserted))
            for edit in wording.edits
        )
    )


def _is_address(words: Sequence[str]) -> bool:
    return len(words) <= _MOST_ADDRESS_WORDS


def is_pointer(wording: Wording) -> bool:
    """Return whether nothing differs but web addresses and the words by which a text points to one."""
    clause, lexicon = wording.clause, _load()
    if clause.op != "modified":
        return False
    found = False
    for span in clause.redline:
        if span.tag == "=":
            continue
        rest, count = _ADDRESS.subn(" ", span.text)
        found = found or bool(count)
        if not all(word in lexicon.pointing for word in words_of(rest)):
            return False
    return found or any(word in {"window", "tab"} for word in changed_words(clause))


def _is_part_of_address(word: str) -> bool:
    return "@" in word or word in {"http", "https", "www", "com", "org", "net"} or word.isdigit()


def _says_whom_to_reach(side: Side) -> bool:
    return any(
        "@" in side.text[start:end] or _load().contacts.stand_in(side.folded, start, end)
        for start, end in side.sentences
    )


def is_contact_detail(wording: Wording) -> bool:
    """Return whether an address, a telephone number or the like gave way to another of the same people.

    The words that differ are figures, names and parts of addresses, in a clause that says whom to turn to.
    """
    clause, lexicon = wording.clause, _load()
    if clause.op != "modified" or not wording.edits:
        return False
    if all(
        word in lexicon.contact_words or _is_part_of_address(word)
        for edit in wording.edits
        for side in edit
        for word in side
    ) and _says_whom_to_reach(wording.new):
        return True
    if not _says_whom_to_reach(wording.new) and not _TELEPHONE.search(wording.new.folded):
        return False
    return (
        not any(
            lexicon.acting.stand_in(" ".join(words), language=wording.language)
            for edit in wording.edits
            for words in edit
        )
        and sum(len(edit.deleted) + len(edit.inserted) for edit in wording.edits) <= _MOST_CONTACT_WORDS
    )
