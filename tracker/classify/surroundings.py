"""What a page holds besides its policy: scripts, menus, banners, counters, copyright lines, lists of older editions.

They are caught in a text by accident and change every day; a change of them says nothing about the rules. Belongs here:
how such text is recognised, by its form, by fixed phrases (`lexicon/surroundings.json`) and by its place in the version.
Does not belong here: what a policy's own sentences mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final

from tracker.classify.cues import Cues, fold_case, read_lexicon, texts
from tracker.classify.wording import Side, Wording, find_lead, words_of
from tracker.model import Change, ClauseChange, Version

#: Signs that programs and style sheets are full of, and sentences are not.
_CODE_SIGN: Final = re.compile(r"[{}=;<>\\|_$]|\(\)|\]\(|\":|':")
_CODE_WORD: Final = re.compile(
    r"(?:\bfunction ?\(|\bvar [a-z_$]|\bwindow\.|\bdocument\.|\btypeof |\bgtag\(|\.push\(|<iframe|<script|<img |stylesheet"
    r"|@media|!important|display: ?none|\]\(https?:)"
)
_LEAST_CODE_SIGNS: Final = 6
#: One such sign in so many characters: a sentence with a web address has one in a hundred.
_CHARACTERS_A_SIGN: Final = 24
_LONGEST_LOOKED_AT: Final = 20_000
#: A clause of fewer words is a label; a policy's sentence has more.
_PROSE_WORDS: Final = 12
_LONGEST_BANNER_WORDS: Final = 80
_LONGEST_NOTICE_WORDS: Final = 50
_LONGEST_LINE_WORDS: Final = 16
#: A run of fewer clauses at the edge of a page is not taken for a menu because of its form.
_LEAST_MENU: Final = 4
#: Share of a menu's words that may stand in sentences: teasers, an invitation to subscribe.
_MENU_PROSE: Final = 0.4
#: Or else so many clauses for each that is a sentence.
_LABELS_A_SENTENCE: Final = 8
_SHINGLE: Final = 3
#: Share of a clause's runs of three words that stand elsewhere, where it only changed its place or its cut.
_REPEATED_SHARE: Final = 0.92
_LEAST_REPEATED_WORDS: Final = 4
#: An entry of a table of contents has no more words, of which all but a few are a heading's.
_LONGEST_ENTRY_WORDS: Final = 60
_MOST_REST_WORDS: Final = 4
#: An address has no more words, old and new together.
_MOST_CONTACT_WORDS: Final = 60
_LEAST_TITLE_SPACES: Final = 2
_NOT_ALPHABETIC: Final = re.compile(r"[\W\d_]+")
#: A change of fewer clauses is read clause by clause.
_LEAST_RECUT_CLAUSES: Final = 20
_LEAST_RECUT_LETTERS: Final = 2_000
_GRAM: Final = 12
_SAME_LETTERS: Final = 0.975
#: Share of the words that differ where a text was cut otherwise as a whole.
_RECUT_WORDS: Final = 0.05
_NUMBER: Final = re.compile(r"(?<!\w)[^\W\d]*+\d\w*+")
#: What a page of a PDF file bears at its foot, between the words of a sentence.
_PAGE_NUMBER: Final = re.compile(r"(?:(?:page|seite|of|von|sur) )*\d{0,3}")
_MONEY_OR_TIME: Final = re.compile(
    r"[$€£%¥]|\b(?:usd|eur|gbp|days?|months?|years?|hours?|weeks?|tage?|monate?|jahre?)\b"
)
_TELEPHONE: Final = re.compile(r"(?:\+|\b0)\d{1,4}[ /-]\(?\d|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b")
#: What a protection against robots writes in the place of an e-mail address.
_HIDDEN_ADDRESS: Final = "[email protected]"
_MOST_ADDRESS_WORDS: Final = 8
_ADDRESS: Final = re.compile(
    r"[^\s@]{1,64}@[^\s@]{1,200}|(?:https?://|www\.)\S{1,500}"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[a-z]{2,10}(?:/\S{0,500})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    banners: Cues
    notices: Cues
    """Banners that point nowhere: they say that the document was changed, and for what."""
    pointers: Cues
    copyright: Cues
    editions: Cues
    live: Cues
    actors: Cues
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
        actors=Cues.from_json(read_lexicon("lexicon/kinds.json")["actors"]),
        contacts=Cues.from_json(data["contacts"]),
        acting=Cues.from_json(data["acting"]),
        contact_words=frozenset(texts(data["contact_words"])),
        pointing=frozenset(texts(data["pointing_words"])),
    )


def is_code(words: str) -> bool:
    """Return whether `words` are a program, a style sheet or markup rather than sentences."""
    looked_at = words[:_LONGEST_LOOKED_AT]
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


class Surroundings:
    """Knows of one change which of its clauses lie around the policy, and which words stand elsewhere too.

    Everything is computed when it is first asked for.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._chrome: frozenset[int] | None = None
        self._titles: frozenset[str] | None = None
        self._recut: bool | None = None
        self._runs: dict[bool, frozenset[tuple[str, ...]]] = {}

    def is_chrome(self, clause: ClauseChange) -> bool:
        """Return whether a clause belongs to a menu, a footer or teasers at the edge of the page."""
        if self._chrome is None:
            self._chrome = frozenset(self._find_chrome())
        return id(clause) in self._chrome

    def is_heading(self, clause: ClauseChange) -> bool:
        """Return whether a clause is a heading on the sides on which it stands."""
        return bool(clause.old_clauses or clause.new_clauses) and all(
            version.clauses[place].kind == "heading"
            for version, places in ((self._change.old, clause.old_clauses), (self._change.new, clause.new_clauses))
            for place in places
        )

    def gains_heading(self, wording: Wording) -> bool:
        """Return whether all words that differ are headings of either version, with or without their numbers."""
        if wording.clause.op != "modified" or not wording.edits:
            return False
        if self._titles is None:
            sections = (*self._change.old.sections, *self._change.new.sections)
            self._titles = frozenset(_plain(section.title) for section in sections) - {""}
        return all(
            bool(edit.deleted) != bool(edit.inserted)
            and " ".join(word for word in (edit.deleted or edit.inserted) if not word.isdigit()) in self._titles
            for edit in wording.edits
        )

    @property
    def is_recut(self) -> bool:
        """Whether the two versions are the same letters, which another program cut into other words and clauses."""
        if self._recut is None:
            self._recut = _is_recut(self._change)
        return self._recut

    def lead(self, clause: ClauseChange) -> str:
        """Return what introduces the list in which a clause stands, on the new side where it is there."""
        if clause.new_clauses:
            return find_lead(self._change.new, clause.new_clauses[0])
        return find_lead(self._change.old, clause.old_clauses[0]) if clause.old_clauses else ""

    def repeats(self, clause: ClauseChange) -> bool:
        """Return whether nearly all words of an added (removed) clause stand in the other version, in longer runs."""
        if clause.op not in {"added", "removed"}:
            return False
        words = words_of(clause.new or clause.old)
        if len(words) < _LEAST_REPEATED_WORDS:
            return False
        if len(words) <= _LONGEST_ENTRY_WORDS and self._lists_headings(clause):
            return True
        runs = _runs_of(words)
        known = self._known_runs(is_new=clause.op == "removed")
        return sum(run in known for run in runs) >= _REPEATED_SHARE * len(runs)

    def _lists_headings(self, clause: ClauseChange) -> bool:
        """Return whether a clause is little more than a heading of its version once or twice: a table of contents."""
        version = self._change.new if clause.op == "added" else self._change.old
        places = clause.new_clauses or clause.old_clauses
        if any(version.clauses[place].kind == "heading" for place in places):
            return False
        left = f" {_plain(clause.new or clause.old)} "
        for section in version.sections:
            title = _plain(section.title)
            if title.count(" ") >= _LEAST_TITLE_SPACES and f" {title} " in left:
                rest = left.replace(f" {title} ", " ").split()
                if len(rest) <= _MOST_REST_WORDS:
                    return True
        return False

    def _known_runs(self, *, is_new: bool) -> frozenset[tuple[str, ...]]:
        if is_new not in self._runs:
            version = self._change.new if is_new else self._change.old
            words = words_of("\n".join(clause.text for clause in version.clauses)[: 50 * _LONGEST_LOOKED_AT])
            self._runs[is_new] = frozenset(_runs_of(words))
        return self._runs[is_new]

    def _find_chrome(self) -> Iterable[int]:
        """Yield the clause changes that lie outside the policy on each side on which they are."""
        bodies = _body_of(self._change.old), _body_of(self._change.new)
        edges = _edge_runs(self._change, is_new=False), _edge_runs(self._change, is_new=True)
        for clause in self._change.clauses:
            sides = (clause.old_clauses, clause.new_clauses)
            if any(sides) and all(
                not places or edge.issuperset(places) or (_is_outside(places, body) and not _is_contact(clause))
                for places, body, edge in zip(sides, bodies, edges, strict=True)
            ):
                yield id(clause)


def _is_outside(places: Sequence[int], body: tuple[int, int] | None) -> bool:
    return body is None or places[-1] < body[0] or places[0] > body[1]


def _is_contact(clause: ClauseChange) -> bool:
    return any("@" in side or _load().contacts.stand_in(fold_case(side)) for side in (clause.old, clause.new))


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


def _edge_runs(change: Change, *, is_new: bool) -> frozenset[int]:
    """Return the clauses of a run, at the beginning or the end of a version, that the other has not, if it is a menu.

    A menu is many short labels with little prose in between.
    """
    version = change.new if is_new else change.old
    alone = {
        place
        for clause in change.clauses
        if not (clause.old_clauses if is_new else clause.new_clauses)
        for place in (clause.new_clauses if is_new else clause.old_clauses)
    }
    found: set[int] = set()
    for order in (range(len(version.clauses)), range(len(version.clauses) - 1, -1, -1)):
        run = list(takewhile(lambda place: place in alone, order))
        if len(run) >= _LEAST_MENU and all(version.clauses[place].kind != "row" for place in run):
            words = [len(words_of(version.clauses[place].text)) for place in run]
            prose = [count for place, count in zip(run, words, strict=True) if _is_prose(version.clauses[place].text)]
            if sum(prose) <= _MENU_PROSE * sum(words) or len(prose) * _LABELS_A_SENTENCE <= len(run):
                found.update(run)
    return frozenset(found)


def _plain(words: str) -> str:
    return " ".join(word for word in words_of(words) if not word.isdigit())


def _is_recut(change: Change) -> bool:
    total = sum(len(clause.text.split()) for clause in change.old.clauses)
    if len(change.clauses) < _LEAST_RECUT_CLAUSES or change.words_removed < _RECUT_WORDS * total:
        return False
    old, new = (
        _NOT_ALPHABETIC.sub("", fold_case("".join(clause.text for clause in version.clauses)))
        for version in (change.old, change.new)
    )
    if min(len(old), len(new)) < _LEAST_RECUT_LETTERS:
        return False
    grams = [{side[place : place + _GRAM] for place in range(len(side) - _GRAM + 1)} for side in (old, new)]
    shared = len(grams[0] & grams[1])
    return shared >= _SAME_LETTERS * max(len(grams[0]), len(grams[1]))


def _runs_of(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[place : place + _SHINGLE]) for place in range(max(1, len(words) - _SHINGLE + 1))]


def _body_of(version: Version) -> tuple[int, int] | None:
    """Return the first and the last clause of the policy itself: prose in which somebody acts, and its headings."""
    first = next((clause.index for clause in version.clauses if _is_prose(clause.text)), None)
    if first is None:
        return None
    last = next(clause.index for clause in reversed(version.clauses) if _is_prose(clause.text))
    # The heading of the first paragraph belongs to it.
    while first and version.clauses[first - 1].kind == "heading":
        first -= 1
    return first, last


def _is_prose(words: str) -> bool:
    if len(words) < 40:  # noqa: PLR2004 - twelve words are longer
        return False
    listed = words_of(words[:2_000])
    return len(listed) >= _PROSE_WORDS and _load().actors.stand_in(fold_case(words[:2_000])) and not is_code(words)
