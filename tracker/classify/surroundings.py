"""Where a clause stands in its version: in the policy's body or around it, as a heading, or also in the other version.

Menus, footers and teasers are caught by accident and change every day; words that only changed their place or their cut
say nothing new. Does not belong here: what is known by a clause's words alone (`forms.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import takewhile
from typing import Final

from tracker.classify.cues import Cues, fold_case, read_lexicon
from tracker.classify.forms import LONGEST_LOOKED_AT, is_code
from tracker.classify.wording import Wording, find_lead_in, words_of
from tracker.model import Change, ClauseChange, Version

#: A clause of fewer words is a label; a policy's sentence has more.
_PROSE_WORDS: Final = 12
#: A run of fewer clauses at the edge of a page is not taken for a menu because of its form.
_LEAST_MENU: Final = 4
#: Share of a menu's words that may stand in sentences: teasers, an invitation to subscribe.
_MENU_PROSE: Final = 0.4
#: Or else so many clauses for each that is a sentence.
_LABELS_A_SENTENCE: Final = 8
#: In words: two stand together anywhere, and a clause that was cut otherwise keeps nearly all runs of three.
_SHINGLE: Final = 3
#: The longest words of a clause are the rarest.
_RARE_WORDS: Final = 8
#: Share of a clause's runs of three words that stand elsewhere, where it only changed its place or its cut.
_REPEATED_SHARE: Final = 0.92
_LEAST_REPEATED_WORDS: Final = 4
#: An entry of a table of contents has no more words, of which all but a few are a heading's.
_LONGEST_ENTRY_WORDS: Final = 60
_MOST_REST_WORDS: Final = 4
#: A title of one or two words ("Your data") stands in many sentences.
_LEAST_TITLE_SPACES: Final = 2
_NOT_ALPHABETIC: Final = re.compile(r"[\W\d_]+")
#: A change of fewer clauses is read clause by clause.
_LEAST_RECUT_CLAUSES: Final = 20
_LEAST_RECUT_LETTERS: Final = 2_000
#: In letters: longer than most words, so that the order of words counts.
_GRAM: Final = 12
#: Share of the runs of letters that both versions have; the rest are page numbers and leaders.
_SAME_LETTERS: Final = 0.975
#: Share of the words that differ where a text was cut otherwise as a whole.
_RECUT_WORDS: Final = 0.05


@cache
def _load_actors() -> Cues:
    return Cues.from_json(read_lexicon("lexicon/kinds.json")["actors"])


@cache
def _load_contacts() -> Cues:
    return Cues.from_json(read_lexicon("lexicon/surroundings.json")["contacts"])


#: A sentence of a policy has at least so many words, and letters.
_SENTENCE_WORDS: Final = 7
_LEAST_PROSE: Final = 25
#: By which a sentence is known in a language without cues.
_SENTENCE_ENDS: Final = frozenset(".:;!?\u3002\u061f")


class Surroundings:
    """Knows of one change which of its clauses lie around the policy, and which words stand elsewhere too.

    Everything is computed when it is first asked for.
    """

    def __init__(self, change: Change, *, has_cues: bool = True) -> None:
        """Look at `change`; without cues of its language, a sentence is known by its full stop alone."""
        self._change = change
        self._has_cues = has_cues
        self._chrome: frozenset[int] | None = None
        self._titles: frozenset[str] | None = None
        self._recut: bool | None = None
        self._texts: dict[bool, str] = {}
        self._known_titles: dict[bool, tuple[str, ...]] = {}
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
        return find_lead_in(self._change, clause)

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
        # A word that the other version has not is in three runs: a few such words settle it without reading all.
        folded = self._folded(is_new=clause.op == "removed")
        missing = sum(word not in folded for word in sorted(set(words), key=len)[-_RARE_WORDS:])
        if missing * _SHINGLE > (1 - _REPEATED_SHARE) * len(runs) + _SHINGLE:
            return False
        known = self._known_runs(is_new=clause.op == "removed")
        return sum(run in known for run in runs) >= _REPEATED_SHARE * len(runs)

    def _lists_headings(self, clause: ClauseChange) -> bool:
        """Return whether a clause is little more than a heading of its version once or twice: a table of contents."""
        version = self._change.new if clause.op == "added" else self._change.old
        places = clause.new_clauses or clause.old_clauses
        if any(version.clauses[place].kind == "heading" for place in places):
            return False
        left = f" {_plain(clause.new or clause.old)} "
        for title in self._titles_of(is_new=clause.op == "added"):
            if f" {title} " in left:
                rest = left.replace(f" {title} ", " ").split()
                if len(rest) <= _MOST_REST_WORDS:
                    return True
        return False

    def _titles_of(self, *, is_new: bool) -> tuple[str, ...]:
        """Return the titles of a version's sections that have some words."""
        if is_new not in self._known_titles:
            version = self._change.new if is_new else self._change.old
            plain = (_plain(section.title) for section in version.sections)
            self._known_titles[is_new] = tuple(title for title in plain if title.count(" ") >= _LEAST_TITLE_SPACES)
        return self._known_titles[is_new]

    def _folded(self, *, is_new: bool) -> str:
        if is_new not in self._texts:
            version = self._change.new if is_new else self._change.old
            self._texts[is_new] = fold_case("\n".join(clause.text for clause in version.clauses))
        return self._texts[is_new]

    def _known_runs(self, *, is_new: bool) -> frozenset[tuple[str, ...]]:
        if is_new not in self._runs:
            version = self._change.new if is_new else self._change.old
            words = words_of("\n".join(clause.text for clause in version.clauses)[: 50 * LONGEST_LOOKED_AT])
            self._runs[is_new] = frozenset(_runs_of(words))
        return self._runs[is_new]

    def _find_chrome(self) -> Iterable[int]:
        """Yield the clause changes that lie outside the policy on each side on which they are."""
        bodies = tuple(_body_of(version, has_cues=self._has_cues) for version in (self._change.old, self._change.new))
        edges = tuple(_edge_runs(self._change, has_cues=self._has_cues, is_new=is_new) for is_new in (False, True))
        for clause in self._change.clauses:
            sides = (clause.old_clauses, clause.new_clauses)
            if any(sides) and all(
                not places or edge.issuperset(places) or (_is_outside(places, body) and _may_be_chrome(clause))
                for places, body, edge in zip(sides, bodies, edges, strict=True)
            ):
                yield id(clause)


def _is_outside(places: Sequence[int], body: tuple[int, int] | None) -> bool:
    return body is not None and (places[-1] < body[0] or places[0] > body[1])


def _is_contact(clause: ClauseChange) -> bool:
    return any("@" in side or _load_contacts().stand_in(fold_case(side)) for side in (clause.old, clause.new))


def _may_be_chrome(clause: ClauseChange) -> bool:
    """Return whether a clause outside the policy's body is no way to reach somebody, and no sentence either."""
    return not _is_contact(clause) and not any(
        len(words_of(side)) >= _PROSE_WORDS and side.rstrip().endswith(".") for side in (clause.old, clause.new)
    )


def _edge_runs(change: Change, *, has_cues: bool, is_new: bool) -> frozenset[int]:
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
            prose = [
                count
                for place, count in zip(run, words, strict=True)
                if _is_prose(version.clauses[place].text, has_cues=has_cues)
            ]
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


def _body_of(version: Version, *, has_cues: bool) -> tuple[int, int] | None:
    """Return the first and the last clause of the policy itself: prose in which somebody acts, and its headings."""
    first = next((clause.index for clause in version.clauses if _is_prose(clause.text, has_cues=has_cues)), None)
    if first is None:
        return None
    last = next(clause.index for clause in reversed(version.clauses) if _is_prose(clause.text, has_cues=has_cues))
    # The heading of the first paragraph belongs to it.
    while first and version.clauses[first - 1].kind == "heading":
        first -= 1
    return first, last


def _is_prose(words: str, *, has_cues: bool) -> bool:
    if len(words) < _LEAST_PROSE:
        return False
    listed = words_of(words[:2_000])
    acts = _load_actors().stand_in(fold_case(words[:2_000])) or (not has_cues and words.rstrip()[-1:] in _SENTENCE_ENDS)
    is_long = len(listed) >= _PROSE_WORDS or (len(listed) >= _SENTENCE_WORDS and words.rstrip().endswith("."))
    return is_long and acts and not is_code(words)
