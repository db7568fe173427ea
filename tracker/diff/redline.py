"""Redlines: which words were kept, deleted and inserted, grouped as an editor would mark them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from tracker.diff.engine import CodeEdit, Engine, code_points, default_engine
from tracker.diff.sentences import pair_sentences
from tracker.diff.sequences import common_ends, common_in_order
from tracker.diff.tidy import Edit, join_edits, tidy_edits
from tracker.diff.tokens import is_word, split_tokens
from tracker.diff.units import Units, split_sentences, split_units
from tracker.model import Span, SpanTag

#: Two sentences, or groups of them, are compared word by word up to this product of lengths in units.
WORK_CAP: Final = 1_000_000
COARSE_NOTE: Final = "coarse: too long to compare word by word; long passages are shown as replaced"
#: Up to this product of numbers of sentences all are compared with all; beyond it equal ones are found first.
_MOST_CELLS: Final = 900
#: The same in all parts of a text together; and the most product of their units.
_MOST_CELLS_IN_ALL: Final = 20_000
_MOST_UNITS: Final = 200_000_000
_Range: TypeAlias = tuple[int, int]
_OTHER_SIDE: Final[dict[SpanTag, SpanTag]] = {"=": "=", "-": "+", "+": "-"}


def redline_texts(old: str, new: str, *, engine: Engine | None = None) -> tuple[tuple[Span, ...], bool]:
    """Return the redline from `old` to `new`, and whether it is coarser than words.

    The `=` and `-` texts make `old`, the `=` and `+` texts make `new`; between two kept runs, what is deleted comes
    before what is inserted. With the sides swapped, insertions and deletions are swapped.

    Args:
        old: Any text.
        new: Likewise.
        engine: What finds the edits between two strings; all engines give the same.
    """
    if old == new:
        return ((Span("=", old),) if old else ()), False
    if not old or not new:
        return (Span("-", old) if old else Span("+", new),), False
    if new < old:  # always compared in the same order: of two ways as good, the first found wins
        edits, coarse = _Redliner(new, old, engine or default_engine()).edits()
        edits = join_edits([(_OTHER_SIDE[tag], tokens) for tag, tokens in edits])
    else:
        edits, coarse = _Redliner(old, new, engine or default_engine()).edits()
    return tuple(Span(tag, "".join(tokens)) for tag, tokens in edits), coarse


class _Redliner:
    def __init__(self, old: str, new: str, engine: Engine) -> None:
        self._engine = engine
        self._old, self._new = split_units(old), split_units(new)
        codes = dict(zip(dict.fromkeys([*self._old.keys, *self._new.keys]), code_points(), strict=False))
        self._old_codes = "".join([codes[key] for key in self._old.keys])
        self._new_codes = "".join([codes[key] for key in self._new.keys])
        self._word_codes: dict[str, str] = {}
        self._free_codes = code_points()
        self._edits: list[Edit] = []
        self._coarse = False
        self._cells_left = _MOST_CELLS_IN_ALL

    def edits(self) -> tuple[list[Edit], bool]:
        old, new = split_sentences(self._old), split_sentences(self._new)
        old_keys = [self._old_codes[start:end] for start, end in old]
        new_keys = [self._new_codes[start:end] for start, end in new]
        start, end = common_ends(old_keys, new_keys)
        self._keep(0, old[start - 1][1] if start else 0, 0)
        self._compare(old[start : len(old) - end], new[start : len(new) - end], may_anchor=True)
        if end:
            self._keep(old[-end][0], len(self._old), new[-end][0])
        return tidy_edits(self._edits), self._coarse

    def _compare(self, old: Sequence[_Range], new: Sequence[_Range], *, may_anchor: bool) -> None:
        """Compare two runs of sentences, given as (start, end) in units."""
        if not old or not new or len(old) == len(new) == 1:
            self._compare_words(old, new)
        elif self._may_pair(old, new):
            old_words, new_words = self._words(self._old, old), self._words(self._new, new)
            for old_start, old_end, new_start, new_end in pair_sentences(old_words, new_words):
                self._compare_words(old[old_start:old_end], new[new_start:new_end])
        elif may_anchor:
            self._compare_between_equal(old, new)
        else:
            self._compare_words(old, new)

    def _may_pair(self, old: Sequence[_Range], new: Sequence[_Range]) -> bool:
        """Whether all these sentences may be compared with each other, and if so, count it."""
        cells = len(old) * len(new)
        units = (old[-1][1] - old[0][0]) * (new[-1][1] - new[0][0])
        if cells > min(_MOST_CELLS, self._cells_left) or units > _MOST_UNITS:
            return False
        self._cells_left -= cells
        return True

    def _compare_between_equal(self, old: Sequence[_Range], new: Sequence[_Range]) -> None:
        old_keys = [self._old_codes[start:end] for start, end in old]
        new_keys = [self._new_codes[start:end] for start, end in new]
        old_place = new_place = 0
        for old_kept, new_kept in common_in_order(old_keys, new_keys):
            self._compare(old[old_place:old_kept], new[new_place:new_kept], may_anchor=False)
            self._keep(*old[old_kept], new[new_kept][0])
            old_place, new_place = old_kept + 1, new_kept + 1
        self._compare(old[old_place:], new[new_place:], may_anchor=False)

    def _words(self, units: Units, sentences: Sequence[_Range]) -> list[str]:
        """Return each sentence as a string with one code point for each word, whatever its case."""
        codes = self._word_codes
        found: list[str] = []
        for start, end in sentences:
            words = [key.lower() for key in units.keys[start:end] if is_word(key)]
            found.append("".join([codes.get(word) or codes.setdefault(word, next(self._free_codes)) for word in words]))
        return found

    def _compare_words(self, old: Sequence[_Range], new: Sequence[_Range]) -> None:
        old_range = (old[0][0], old[-1][1]) if old else (0, 0)
        new_range = (new[0][0], new[-1][1]) if new else (0, 0)
        self._compare_units(old_range, new_range, may_anchor=True)

    def _compare_units(self, old: _Range, new: _Range, *, may_anchor: bool) -> None:
        """Compare two runs of units: by the engine up to `WORK_CAP`, beyond it between units that are surely kept."""
        old_codes, new_codes = self._old_codes[slice(*old)], self._new_codes[slice(*new)]
        start, end = common_ends(old_codes, new_codes)
        work = (len(old_codes) - start - end) * (len(new_codes) - start - end)
        if set(old_codes).isdisjoint(new_codes):
            self._change("-", self._old.tokens(*old))
            self._change("+", self._new.tokens(*new))
        elif work <= WORK_CAP:
            self._take(self._engine(old_codes, new_codes), old[0], new[0])
        elif may_anchor:
            old_place, new_place = old[0], new[0]
            for old_step, new_step in common_in_order(old_codes, new_codes):
                old_kept, new_kept = old[0] + old_step, new[0] + new_step
                self._compare_units((old_place, old_kept), (new_place, new_kept), may_anchor=False)
                self._keep(old_kept, old_kept + 1, new_kept)
                old_place, new_place = old_kept + 1, new_kept + 1
            self._compare_units((old_place, old[1]), (new_place, new[1]), may_anchor=False)
        else:
            self._coarse = True
            self._change("-", self._old.tokens(*old))
            self._change("+", self._new.tokens(*new))

    def _take(self, edits: Sequence[CodeEdit], old_place: int, new_place: int) -> None:
        for sign, count in edits:
            if sign == 0:
                self._keep(old_place, old_place + count, new_place)
            elif sign < 0:
                self._change("-", self._old.tokens(old_place, old_place + count))
            else:
                self._change("+", self._new.tokens(new_place, new_place + count))
            old_place += count if sign <= 0 else 0
            new_place += count if sign >= 0 else 0

    def _change(self, tag: SpanTag, tokens: list[str]) -> None:
        if tokens:
            self._edits.append((tag, tokens))

    def _keep(self, old_start: int, old_end: int, new_start: int) -> None:
        """Keep units that are the same words; white space, quotation marks and dashes that differ are replaced."""
        old, new = self._old, self._new
        count = old_end - old_start
        new_end = new_start + count
        if old.texts[old_start:old_end] == new.texts[new_start:new_end] and (
            old.spaces[old_start:old_end] == new.spaces[new_start:new_end]
        ):
            self._change("=", old.tokens(old_start, old_end))
            return
        for step in range(count):
            self._restyle(old.spaces[old_start + step], new.spaces[new_start + step])
            self._restyle(old.texts[old_start + step], new.texts[new_start + step])

    def _restyle(self, old: str, new: str) -> None:
        if old == new:
            self._change("=", [old] if old else [])
            return
        old_tokens, new_tokens = split_tokens(old), split_tokens(new)
        if len(old_tokens) != len(new_tokens) or len(old_tokens) == 1:
            self._change("-", old_tokens)
            self._change("+", new_tokens)
            return
        for old_token, new_token in zip(old_tokens, new_tokens, strict=True):
            self._restyle(old_token, new_token)
