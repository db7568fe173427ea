"""Whether an entry of a change log that names no section describes a clause: by the words that they share.

Belongs here: words. Does not belong here: numbers and titles, by which an entry names a section. A false description
clears a publisher of silence, so each rule asks for more than a likeness.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

from tracker.classify.change_log import LogEntry
from tracker.classify.log_words import content_words, stems_of
from tracker.classify.wording import Side, read_wording, words_of
from tracker.model import Change, Clause, ClauseChange

#: An entry describes a clause if they share this many words, and this part of what the entry says.
_LEAST_SHARED_WORDS: Final = 3
_LEAST_SHARED_PART: Final = 0.5
#: Of a few changed words, this part stands in the entry, and of what their sentences share with it so many are rare.
_LEAST_CHANGED_PART: Final = 0.75
_LEAST_RARE_WORDS: Final = 2
#: A word is rare that stands in no more than this part of the clauses, or in no more than so many.
_RARE_PART: Final = 0.04
_RARE_CLAUSES: Final = 3
#: A clause of so few words, without a full stop, can be a title that is no heading.
_MOST_TITLE_WORDS: Final = 12
#: Longer clauses are not read for words that they share with an entry.
_LONGEST_DESCRIBED: Final = 20_000
_LONGEST_ENTRY: Final = 4_000


class Descriptions:
    """Tells whether an entry describes a clause of one change; counts words when first asked."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._common: frozenset[str] | None = None
        self._titles: dict[int, str] | None = None
        self._headed: frozenset[int] | None = None
        self._words: dict[int, frozenset[str]] = {}

    def describes(self, entry: LogEntry, clause: ClauseChange) -> bool:
        """Return whether an entry that names no section speaks of a clause all the same.

        It does where most of what it says are rare words that the clause, or its new section, gained or lost; where
        nearly all the words that differ are its own, in sentences that share most of what it says; and where it quotes
        the title under which the clause came, though the title is no heading.
        """
        if entry.references or max(len(clause.old), len(clause.new)) > _LONGEST_DESCRIBED:
            return False
        if self._title_above(clause, entry):
            return True
        said = _said_by(entry.text)
        least = max(_LEAST_SHARED_WORDS, _LEAST_SHARED_PART * len(said))
        if len(said) < least:
            return False
        if len(said & self._changed_words(clause) - self._common_words()) >= least:
            return True
        changed = _changed_stems(clause)
        if not changed or len(changed & said) < _LEAST_CHANGED_PART * len(changed):
            return False
        shared = said & _touched_stems(clause)
        return len(shared) >= least and len(shared - self._common_words()) >= _LEAST_RARE_WORDS

    def _title_above(self, clause: ClauseChange, entry: LogEntry) -> bool:
        """Return whether a new clause is, or directly follows, a new title that the entry quotes."""
        if clause.op != "added" or not clause.new_clauses:
            return False
        title = self._new_titles().get(clause.new_clauses[0])
        return title is not None and entry.references.names_title(title)

    def _new_titles(self) -> dict[int, str]:
        """Return, by the index of each new clause, the new title that it is, or stands under."""
        if self._titles is None:
            added = {place for clause in self._change.clauses if clause.op == "added" for place in clause.new_clauses}
            self._titles = {}
            title: str | None = None
            for place in sorted(added):
                clause = self._change.new.clauses[place]
                title = clause.text if _is_title(clause) else title if place - 1 in added else None
                if title is not None:
                    self._titles[place] = title
        return self._titles

    def _changed_words(self, clause: ClauseChange) -> frozenset[str]:
        section = self._new_section(clause)
        if section is None:
            return _changed_stems(clause)
        if section not in self._words:
            parts = [_changed_stems(other) for other in self._change.clauses if self._new_section(other) == section]
            self._words[section] = frozenset().union(*parts)
        return self._words[section]

    def _new_section(self, clause: ClauseChange) -> int | None:
        """Return the section of a clause that came with it; None for one in a section that stood before."""
        if clause.op != "added" or not clause.new_clauses:
            return None
        section = self._change.new.clauses[clause.new_clauses[0]].section
        return section if section in self._new_sections() else None

    def _new_sections(self) -> frozenset[int]:
        if self._headed is None:
            new = self._change.new.clauses
            self._headed = frozenset(
                new[place].section
                for clause in self._change.clauses
                if clause.op == "added"
                for place in clause.new_clauses
                if new[place].kind == "heading"
            )
        return self._headed

    def _common_words(self) -> frozenset[str]:
        if self._common is None:
            clauses = self._change.old.clauses
            counts = Counter(stem for clause in clauses for stem in _stems_of_clause(clause))
            most = max(_RARE_CLAUSES, _RARE_PART * len(clauses))
            self._common = frozenset(stem for stem, count in counts.items() if count > most)
        return self._common


@lru_cache(maxsize=1_024)
def _said_by(entry: str) -> frozenset[str]:
    return stems_of(content_words(entry[:_LONGEST_ENTRY]))


def _stems_of_clause(clause: Clause) -> frozenset[str]:
    return stems_of(content_words(clause.text[:_LONGEST_DESCRIBED]))


def _changed_stems(clause: ClauseChange) -> frozenset[str]:
    if max(len(clause.old), len(clause.new)) > _LONGEST_DESCRIBED:
        return frozenset()
    return stems_of(word for span in clause.redline if span.tag != "=" for word in content_words(span.text))


def _touched_stems(clause: ClauseChange) -> frozenset[str]:
    wording = read_wording(clause, None)
    return stems_of(word for side in (wording.old, wording.new) for word in _touched_words(side))


def _touched_words(side: Side) -> list[str]:
    return [word for start, end in side.sentences for word in content_words(side.text[start:end])]


def _is_title(clause: Clause) -> bool:
    return not clause.text.endswith((".", ";")) and len(words_of(clause.text)) <= _MOST_TITLE_WORDS
