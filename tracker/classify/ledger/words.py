"""One English sentence as words, and what can be asked of a place in it. Every question looks at a bounded part.

Belongs here: places, breaks and lists of words. Does not belong here: grammar, and what a statement is worth.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.ledger.lexicon import LedgerLexicon, load_ledger_lexicon

#: Words of a sentence that are read: a bound on hostile input.
MOST_WORDS: Final = 400

WORD: Final = re.compile(r"\w+(?:['-]\w+)*")
_BREAK: Final = re.compile(r"[,;:()\[\]]| - ")
#: Subjects that speak for the publisher, with the modal that they bring along.
_SUBJECTS: Final = {"we": None, "we'll": "will", "we've": "have", "we're": "be", "we'd": None}
_MOST_BACK: Final = 60


class Words:
    """The words of one sentence, and what stands between them."""

    def __init__(self, text: str, names: Sequence[str] = ()) -> None:
        """Read `text`; `names` are what the publisher calls itself, beside `we`."""
        self.lexicon: LedgerLexicon = load_ledger_lexicon()
        self.text = text
        self.folded = fold_case(text)
        matches = []
        for match in WORD.finditer(self.folded):
            matches.append(match)
            if len(matches) == MOST_WORDS:
                break
        self.listed = [match.group() for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self._names = [tuple(WORD.findall(fold_case(name))) for name in names if name]

    def __len__(self) -> int:
        return len(self.listed)

    def at(self, place: int) -> str:
        """Return the word at `place`, `""` outside."""
        return self.listed[place] if 0 <= place < len(self.listed) else ""

    def is_in(self, place: int, name: str) -> bool:
        """Whether the word at `place` is one of the list `name` of the lexicon."""
        return self.at(place) in self.lexicon.words[name]

    def breaks_before(self, place: int) -> bool:
        """Whether a comma or the like stands before the word at `place`; true at both ends of the sentence."""
        if place <= 0 or place >= len(self.listed):
            return True
        return _BREAK.search(self.folded, self.ends[place - 1], self.starts[place]) is not None

    def find(self, wanted: frozenset[str] | set[str], first: int, most: int) -> int | None:
        """Return the place of the first of the `wanted` words among `most` from `first` on."""
        near = range(max(0, first), min(first + most, len(self.listed)))
        return next((place for place in near if self.listed[place] in wanted), None)

    def next_break(self, first: int, most: int) -> int | None:
        """Return the first place among `most` from `first` on before which a comma or the like stands."""
        return next((place for place in range(first, first + most) if self.breaks_before(place)), None)

    def segment_start(self, place: int) -> int:
        """Return where the part of the sentence begins that holds `place`: after the last comma or the like."""
        first = max(0, place - _MOST_BACK)
        while place > first and not self.breaks_before(place):
            place -= 1
        return place

    def place_of(self, offset: int) -> int:
        """Return the place of the first word that begins at or after `offset`."""
        return bisect_left(self.starts, offset)

    def quote(self, first: int, end: int) -> str:
        """Return the text of the words from `first` up to before `end`, with what stands between them."""
        return self.text[self.starts[first] : self.ends[end - 1]] if first < end else ""

    def words_after(self, offset: int, most: int) -> list[str]:
        """Return up to `most` words that begin at or after `offset`."""
        place = self.place_of(offset)
        return self.listed[place : place + most]

    # -- subjects, fillers, verbs --------------------------------------------------------------------------------------

    def subject_end(self, place: int) -> tuple[int, str | None] | None:
        """Return the place after the publisher as subject at `place`, and the modal in it; None where it is none."""
        word = self.at(place)
        if word in _SUBJECTS:
            return place + 1, _SUBJECTS[word]
        for name in self._names:
            if name and tuple(self.listed[place : place + len(name)]) == name:
                return place + len(name), None
        return None

    def can_begin(self, place: int) -> bool:
        """Whether a subject at `place` begins a statement of its own: no condition, question or relative clause."""
        if place == 0:
            return True
        before = self.at(place - 1)
        if before == "that":
            return self.is_in(place - 2, "agrees_that")
        if self.is_in(place - 1, "subordinate"):
            return False
        if self.breaks_before(place):
            # "how we use it and, …": what a policy says that it explains.
            return before != "and" or place <= 1
        start = self.segment_start(place - 1)
        is_joined = self.is_in(place - 1, "may_stand_before")
        return is_joined and (not self.is_in(start, "subordinate") or self.at(start) in {"as", "to", "since"})

    def filler_at(self, place: int) -> int:
        """Return how many words stand at `place` that may come between a modal verb and its verb."""
        for filler in self.lexicon.fillers.get(self.at(place), ()):
            if tuple(self.listed[place : place + len(filler)]) == filler:
                return len(filler)
        return 0

    def skip_fillers(self, place: int) -> int:
        """Return the first place from `place` on at which no filler stands."""
        while filler := self.filler_at(place):
            place += filler
        return place

    def is_verb(self, place: int) -> bool:
        """Whether a verb of the lexicon stands at `place`, in its plain form."""
        return any(self.at(place) in verbs.plain for verbs in self.lexicon.verbs.values())

    def verb_at(self, place: int, *, is_participle: bool) -> dict[str, str]:
        """Return the classes of the verb at `place`, each with the verb's name."""
        word = self.at(place)
        forms = (
            (name, verbs.participles if is_participle else verbs.plain) for name, verbs in self.lexicon.verbs.items()
        )
        return {name: known[word] for name, known in forms if word in known}

    def places(self) -> Iterator[int]:
        """Yield every place in order."""
        yield from range(len(self.listed))
