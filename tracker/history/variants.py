"""Variants: the forms in which one address serves a document in turn, and which of them each text bears.

Telegram's privacy policy has an EU and another form since February 2024, and whoever asks from two places, or through
a cache, gets now the one and now the other. A text that comes back again and again after short absences gives it away;
what sets it apart from the texts of those absences is its signature, by which later texts are told too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, islice, product
from string import ascii_uppercase
from typing import Final

from tracker.history.signatures import Signature, Words
from tracker.history.tenures import Tenure, list_short_absences
from tracker.model import Record, Variant

#: Fewest short absences that make a text one that alternates: it returns a second time (DESIGN, section 6).
_LEAST_ABSENCES: Final = 2
#: Share of a signature that a text bears at least, and by how much more than of the other variant's.
_BORNE: Final = 0.5
_LEAD: Final = 0.2
#: Most texts that are looked at beside one text that alternates, most texts that alternate, and most pairs in all by
#: which a text is told: pages that show a part at random have hundreds, and no variants.
_MOST_COMPANIONS: Final = 12
_MOST_RESTLESS: Final = 24
_MOST_PAIRS: Final = 60
#: Texts whose words are kept.
_MOST_KEPT: Final = 8
#: Share of its clauses in which a text may differ from another one of which it is a variant, and how many it may at
#: least: two variants are one policy.
_APART: Final = 0.5
_LEAST_APART: Final = 20

#: Gives the folded texts of the clauses of a record, in reading order.
Read = Callable[[Record], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts that were served in turn."""

    base: str
    other: str
    base_signature: Signature
    other_signature: Signature


@dataclass(slots=True)
class Variants:
    """Which text bears which variant."""

    lines: dict[str, int] = field(default_factory=dict)
    """Text -> number of its variant, from 0 in the order of first sight."""
    pairs: list[Pair] = field(default_factory=list)

    def find_families(self) -> dict[int, int]:
        """Return for each variant the first of those that were served in turn with it, or with one that was."""
        family = {line: line for line in self.lines.values()}

        def first_of(line: int) -> int:
            while family[line] != line:
                family[line] = family[family[line]]
                line = family[line]
            return line

        for pair in self.pairs:
            one, other = sorted((first_of(self.lines[pair.base]), first_of(self.lines[pair.other])))
            family[other] = one
        return {line: first_of(line) for line in family}

    def clauses_of(self, number: int) -> frozenset[str]:
        """Return all clauses that ever were in a signature of variant `number`."""
        return frozenset(
            clause
            for pair in self.pairs
            for text, signature in ((pair.base, pair.base_signature), (pair.other, pair.other_signature))
            if self.lines[text] == number
            for clause, _ in signature.clauses
        )

    def describe(self, tenures: Sequence[Tenure]) -> tuple[Variant, ...]:
        """Return what people are told of each variant."""
        found: list[Variant] = []
        for number in sorted(set(self.lines.values())):
            own = [tenure for tenure in tenures if self.lines.get(tenure.text) == number]
            found.append(
                Variant(
                    name=name_variant(number),
                    signature=self._signature_of(number),
                    texts=len({tenure.text for tenure in own}),
                    stays=len(own),
                    first_seen=own[0].first.fetched_at,
                    last_seen=max(tenure.last.fetched_at for tenure in own),
                    newest=own[-1].last,
                    newest_since=own[-1].first.fetched_at,
                )
            )
        return tuple(found)

    def _signature_of(self, number: int) -> tuple[str, ...]:
        for pair in reversed(self.pairs):
            if self.lines[pair.base] == number:
                return tuple(clause for clause, _ in pair.base_signature.clauses)
            if self.lines[pair.other] == number:
                return tuple(clause for clause, _ in pair.other_signature.clauses)
        return ()


def name_variant(number: int) -> str:
    """Return the name of variant `number`.

    >>> [name_variant(number) for number in (0, 1, 26)]
    ['A', 'B', 'A2']
    """
    round_, letter = divmod(number, len(ascii_uppercase))
    return f"{ascii_uppercase[letter]}{round_ + 1 if round_ else ''}"


def find_variants(tenures: Sequence[Tenure], *, read: Read | None) -> Variants:
    """Return the variants in which a document was served.

    Args:
        tenures: Of all its texts, oldest first.
        read: Gives the clauses of a record; asked only where some text alternates. Without it, a text bears a variant
            only if it was itself seen to alternate.
    """
    absences = {
        text: found for text, found in list_short_absences(tenures).items() if len(found) >= _LEAST_ABSENCES
    }  # fmt: skip
    if not absences:
        return Variants()
    records = {tenure.text: tenure.first for tenure in reversed(tenures)}
    is_readable = read is not None and len(absences) <= _MOST_RESTLESS
    search = _Search(tenures, _Library(records, read) if read is not None and is_readable else None)
    for text in dict.fromkeys(tenure.text for tenure in tenures):
        if text in absences:
            search.pass_restless(text, absences[text])
    search.label_others()
    return search.numbered()


class _Library:
    """Reads each text's words when they are asked for; the last few stay."""

    def __init__(self, records: Mapping[str, Record], read: Read) -> None:
        self._records = records
        self._read = read
        self._kept: dict[str, Words] = {}

    def words(self, text: str) -> Words:
        if text not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[text] = Words.of(self._read(self._records[text]))
        return self._kept[text]


class _Search:
    """Finds pairs of texts served in turn, and gives every text that bears a signature its line."""

    def __init__(self, tenures: Sequence[Tenure], library: _Library | None) -> None:
        self._tenures = tenures
        self._library = library
        self._found = Variants()
        self._next_line = 0

    def pass_restless(self, base: str, absences: Sequence[tuple[int, int]]) -> None:
        """Take in a text that was away for short times: what stood then, twice or in the same form, is its variant."""
        seen = Counter(
            text
            for before, after in absences
            for text in dict.fromkeys(tenure.text for tenure in self._tenures[before + 1 : after])
        )
        often = [text for text, count in seen.items() if count >= _LEAST_ABSENCES]
        once = [text for text, count in seen.items() if count < _LEAST_ABSENCES]
        pairs = [self._pair(base, other) for other in islice(often, _MOST_COMPANIONS)]
        if self._library is not None:
            pairs += self._pair_by_likeness(base, once[:_MOST_COMPANIONS], pairs)
        for pair in pairs:
            self._add(pair)

    def _pair(self, base: str, other: str) -> Pair:
        if self._library is None:
            return Pair(base=base, other=other, base_signature=_NOTHING, other_signature=_NOTHING)
        own, foreign = self._library.words(base), self._library.words(other)
        shared = len(frozenset(own.clauses) & frozenset(foreign.clauses))
        fewer = min(len(own.clauses), len(foreign.clauses))
        if fewer - shared > max(_LEAST_APART, _APART * fewer):
            return Pair(base=base, other=other, base_signature=_NOTHING, other_signature=_NOTHING)
        return Pair(
            base=base,
            other=other,
            base_signature=Signature.between(own, foreign),
            other_signature=Signature.between(foreign, own),
        )

    def _pair_by_likeness(self, base: str, once: Sequence[str], known: Sequence[Pair]) -> list[Pair]:
        """Return pairs of `base` with texts that stood in one absence alone and differ from it as another one does."""
        candidates = [self._pair(base, other) for other in once]
        alike = {
            pair.other
            for one, other in chain(combinations(candidates, 2), product(candidates, known))
            if self._bears(one, other) or self._bears(other, one)
            for pair in (one, other)
        }
        return [pair for pair in candidates if pair.other in alike]

    def _bears(self, one: Pair, other: Pair) -> bool:
        """Whether the second text of `one` differs from the base as that of `other` does."""
        if self._library is None:
            return False
        base, foreign = _shares(other, self._library.words(one.other))
        return foreign >= _BORNE and foreign - base >= _LEAD

    def _add(self, pair: Pair) -> None:
        lines = self._found.lines
        base = lines.get(pair.base)
        if base is None:
            base = self._line_of(pair.base)
        other = lines.get(pair.other)
        if other is None:
            other = self._line_of(pair.other)
        if base is None and other is not None:
            base = self._counterpart(other)
        if base is None or base == other:
            base = lines[pair.base] = lines.get(pair.base, self._new_line())
        lines[pair.base] = base
        if other is None or other == base:
            other = self._new_line()
        lines[pair.other] = other
        self._found.pairs.append(pair)

    def _new_line(self) -> int:
        self._next_line += 1
        return self._next_line - 1

    def _counterpart(self, line: int) -> int | None:
        """Return the line that was served in turn with `line`, where there is but one."""
        lines = self._found.lines
        beside = {lines[pair.base] for pair in self._found.pairs if lines[pair.other] == line}
        beside |= {lines[pair.other] for pair in self._found.pairs if lines[pair.base] == line}
        return beside.pop() if len(beside) == 1 else None

    def _line_of(self, text: str) -> int | None:
        """Return the line whose signature `text` bears best, if it bears any."""
        if self._library is None:
            return None
        words = self._library.words(text)
        best: tuple[float, bool, int] | None = None
        for pair in reversed(self._found.pairs[-_MOST_PAIRS:]):  # of two that are borne alike, the newer one speaks
            base, other = _shares(pair, words)
            if max(base, other) < _BORNE or abs(base - other) < _LEAD:
                continue
            text_borne, signature = (
                (pair.base, pair.base_signature) if base > other else (pair.other, pair.other_signature)
            )  # fmt: skip
            # What a text has says more than what it lacks.
            found = (max(base, other), bool(signature), self._found.lines[text_borne])
            if best is None or found[:2] > best[:2]:
                best = found
        return best[2] if best is not None else None

    def label_others(self) -> None:
        """Give each text that was not seen to alternate the line whose signature it bears."""
        lines = self._found.lines
        found = {
            text: line
            for text in dict.fromkeys(tenure.text for tenure in self._tenures)
            if text not in lines and (line := self._line_of(text)) is not None
        }
        lines.update(found)

    def numbered(self) -> Variants:
        """Return the variants, numbered in the order of first sight."""
        lines = self._found.lines
        order = dict.fromkeys(lines[tenure.text] for tenure in self._tenures if tenure.text in lines)
        numbers = {line: number for number, line in enumerate(order)}
        return Variants(lines={text: numbers[line] for text, line in lines.items()}, pairs=self._found.pairs)


def _shares(pair: Pair, words: Words) -> tuple[float, float]:
    """Return how much `words` bear of either variant; of one without own clauses, how much they lack of the other."""
    base, other = pair.base_signature.share_in(words), pair.other_signature.share_in(words)
    if not pair.base_signature and pair.other_signature:
        return 1 - other, other
    if not pair.other_signature and pair.base_signature:
        return base, 1 - base
    return base, other


_NOTHING: Final = Signature(clauses=())
