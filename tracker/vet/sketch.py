"""What vetting remembers of a text: little enough to keep of every version, and to send between processes.

Belongs here: measures of one text alone. Does not belong here: what two texts have in common (`likeness.py`), and what
follows from it (`rules.py`).
"""

from __future__ import annotations

import re
import struct
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from operator import xor
from typing import Final, TypeAlias

from tracker.model import Version, sha256_hex
from tracker.vet.dates import list_own_dates
from tracker.vet.language import possible_languages
from tracker.vet.phrases import LOADING_CLAUSE

#: Words that count as one piece when two texts are compared: few enough to survive edits, enough not to be chance.
_SHINGLE_WORDS: Final = 4
#: Runs that are kept. Nine in ten policies have fewer; of a longer one, the runs with the smallest hashes are a random
#: sample, the same runs of every text, so that two samples can be compared.
_MOST_SHINGLES: Final = 6_000
#: Clauses whose order is kept.
_MOST_CLAUSES: Final = 3_000
_HASHES: Final = 1 << 32
#: What is remembered, in some megabytes: the neighbours of a text repeat nearly all of its passages, and of its lines
#: in those that they do not.
_REMEMBERED_PASSAGES: Final = 1_024
_REMEMBERED_LINES: Final = 8_192
_REMEMBERED_WORDS: Final = 16_384
#: Lines of a passage, about: one in so many ends it.
_PASSAGE_LINES: Final = 12
#: Of a text with too many runs, so many times those that are kept are sorted: enough that some are left over.
_SPARE: Final = 1.1
_LONGEST_HEAD: Final = 160
_LONGEST_OPENING: Final = 4_000
_LONGEST_PLACEHOLDER: Final = 100

# Scripts that write no spaces between words count by letters, or a whole clause would be one word.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_PLAIN_WORD: Final = re.compile(r"\w+")
_UNSPACED_LETTER: Final = re.compile(f"[{_UNSPACED}]")
#: Odd numbers of 32 bits without a pattern, from the digits of the golden ratio, pi, e and the root of two.
_FACTORS: Final = (0x9E3779B1, 0x243F6A89, 0xB7E15163, 0x6A09E667)
#: What a word adds to the hash of a run in each place of it.
_Terms: TypeAlias = tuple[int, int, int, int]
_SENTENCE_END: Final = re.compile("[.!?\u3002\uff01\uff1f\u061f\u06d4\u0964]")
_TRIMMED: Final = " .!?:;,-\u2026\u00bb\u203a*#\"'"
#: With what a finished sentence or an introduction to a list may end.
_FINAL: Final = frozenset(".!?:;)]\"'\u3002\uff01\uff1f\u061f\u06d4\u0964")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """The measures of one text. Two versions with the same text have the same sketch, in every process."""

    text_sha256: str
    length: int
    """Characters of the folded text."""
    shingles: bytes
    """Hashes of its runs of four words, each once and rising, as unsigned 32-bit numbers in little-endian order."""
    ceiling: int
    """Every run whose hash lies below is in `shingles`, and no other; 2**32 where all are."""
    clauses: bytes
    """Hashes of its first 3,000 clauses, in reading order, written like `shingles`."""
    heading: str
    """Folded text of its first heading, at most 160 characters; `""` where it has none."""
    heads: tuple[str, ...]
    """How it presents itself: its first heading and its first clause, where short; lower case, each once."""
    opening: str
    """Its first 4,000 characters, in lower case, as one line."""
    closing: str
    """The end of its last clause, at most 160 characters."""
    waits: bool
    """Whether one of its clauses is a placeholder's, such as "Loading"."""
    languages: tuple[tuple[str, ...], ...]
    """For each of up to four pieces, the languages that it may be in, the likeliest first."""
    dates: tuple[date, ...]
    """The days by which it dates itself, rising; none where it does not say so plainly."""
    copies: int
    """How often its clauses repeat themselves as a whole; 1 as a rule."""
    linked: float
    """Share of its characters that stand in links."""

    @property
    def has_words(self) -> bool:
        return bool(self.shingles)

    def count_copies(self, parts: int) -> int:
        """Return how often the text is there in a document of `parts` pages; 1 unless it is the same several times.

        The least number counts, for a page may repeat itself.
        """
        return next((copies for copies in range(2, parts + 1) if self.copies % copies == 0), 1)

    @property
    def breaks_off(self) -> bool:
        """Whether its last clause ends without the mark that ends a sentence."""
        return bool(self.closing) and self.closing[-1] not in _FINAL

    @property
    def dated(self) -> date | None:
        """The latest day by which it dates itself; None where it does not."""
        return self.dates[-1] if self.dates else None

    def dated_by(self, day: date | None) -> date | None:
        """Return the latest day by which it dates itself, up to `day` where there is one; None where it does not."""
        return next((own for own in reversed(self.dates) if day is None or own <= day), None)

    @property
    def language(self) -> str | None:
        """The language of all its pieces; None where they differ or are too short to tell."""
        likeliest = {languages[0] for languages in self.languages}
        return likeliest.pop() if len(likeliest) == 1 else None


def sketch_text(version: Version) -> Sketch:
    """Return the sketch of `version`. Linear in the text, and of 40 KB at the most."""
    text = version.text
    folded = [clause.folded for clause in version.clauses]
    numbers = [zlib.crc32(line.encode("utf-8", "surrogatepass")) for line in folded]
    shingles, ceiling = _sample_runs(folded, numbers)
    heading = next((clause.folded for clause in version.clauses if clause.kind == "heading"), "")
    linked = sum(link.end - link.start for clause in version.clauses for link in clause.links)
    return Sketch(
        text_sha256=sha256_hex(text),
        length=len(text),
        shingles=shingles,
        ceiling=ceiling,
        clauses=_pack(numbers[:_MOST_CLAUSES]),
        heading=heading[:_LONGEST_HEAD],
        heads=trim_heads((heading, folded[0] if folded else "")),
        opening=text[:_LONGEST_OPENING].lower().replace("\n", " "),
        closing=folded[-1][-_LONGEST_HEAD:] if folded else "",
        waits=any(_is_placeholder(line) for line in folded),
        languages=possible_languages(text),
        dates=list_own_dates(text),
        copies=_count_copies(folded),
        linked=linked / len(text) if text else 0.0,
    )


def count_unspaced(text: str) -> int:
    """Return how many letters of `text` belong to scripts that write no spaces between words."""
    return len(_UNSPACED_LETTER.findall(text))


def count_sentences(text: str, *, words: int) -> int:
    """Return how many sentences of at least so many words there are in `text`; without its mark, the last is none."""
    *sentences, _ = _SENTENCE_END.split(text)
    return sum(len(_WORD.findall(sentence)) >= words for sentence in sentences)


def trim_heads(heads: Iterable[str]) -> tuple[str, ...]:
    """Return those of `heads` that are short, as the phrases of walls and errors are matched with them, each once."""
    trimmed = (head.strip(_TRIMMED).lower() for head in heads if len(head) <= _LONGEST_HEAD)
    return tuple(dict.fromkeys(head for head in trimmed if head))


def _is_placeholder(clause: str) -> bool:
    if len(clause) > _LONGEST_PLACEHOLDER:
        return False
    return LOADING_CLAUSE.fullmatch(clause.strip(" .\u2026!").lower()) is not None


def _sample_runs(lines: Sequence[str], numbers: Sequence[int]) -> tuple[bytes, int]:
    """Return the packed hashes of the runs of four words that are kept, and the hash below which all of them are.

    Args:
        lines: Folded clauses.
        numbers: The hash of each.
    """
    found: list[tuple[int, ...]] = []
    before: tuple[_Terms, ...] = ()
    for passage in _passages(lines, numbers):
        ends, runs = _read_passage(passage)
        found += (runs, _runs_over(before, ends[: _SHINGLE_WORDS - 1]))
        before = (before + ends)[1 - _SHINGLE_WORDS :]
    count = sum(map(len, found))
    if not count and before:
        found.append((_hash_run((*before, *[_word_terms("")] * (_SHINGLE_WORDS - len(before)))),))
    if count > _MOST_SHINGLES * _SPARE:
        # Hashes are spread evenly: so many lie below the bound, or more, unless the text repeats much of itself.
        bound = int(_HASHES * _MOST_SHINGLES * _SPARE / count)
        rising = _sort([runs[: bisect_left(runs, bound)] for runs in found])
        if len(rising) > _MOST_SHINGLES:
            return _pack(rising[:_MOST_SHINGLES]), rising[_MOST_SHINGLES]
    rising = _sort(found)
    ceiling = rising[_MOST_SHINGLES] if len(rising) > _MOST_SHINGLES else _HASHES
    return _pack(rising[:_MOST_SHINGLES]), ceiling


def _sort(runs: Iterable[Iterable[int]]) -> list[int]:
    """Return all of the rising `runs` as one, each number once: Python's sort merges what is sorted in parts."""
    return list(dict.fromkeys(sorted(chain.from_iterable(runs))))


def _passages(lines: Sequence[str], numbers: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """Yield `lines` in passages of some dozen, whose ends the lines themselves decide: neighbours have most in common.

    A passage ends with a line whose hash says so, wherever it stands: a line more or less moves no other end.
    """
    start = 0
    for end, number in enumerate(numbers, start=1):
        if number % _PASSAGE_LINES == 0:
            yield tuple(lines[start:end])
            start = end
    if start < len(lines):
        yield tuple(lines[start:])


@lru_cache(maxsize=_REMEMBERED_PASSAGES)
def _read_passage(lines: tuple[str, ...]) -> tuple[tuple[_Terms, ...], tuple[int, ...]]:
    """Return the terms of the first and last words of `lines`, and the hashes of the runs in them, ends included.

    The hashes are rising, each once.
    """
    found: set[int] = set()
    ends: tuple[_Terms, ...] = ()
    for line in lines:
        terms, runs = _read_line(line)
        found.update(runs, _runs_over(ends[1 - _SHINGLE_WORDS :], terms[: _SHINGLE_WORDS - 1]))
        ends = _ends(ends + terms)
    return ends, tuple(sorted(found))


@lru_cache(maxsize=_REMEMBERED_LINES)
def _read_line(line: str) -> tuple[tuple[_Terms, ...], tuple[int, ...]]:
    """Return the terms of the first and last words of `line`, and of the runs inside it: neighbours repeat lines."""
    lower = line.lower()
    words = (_PLAIN_WORD if lower.isascii() or not _UNSPACED_LETTER.search(lower) else _WORD).findall(lower)
    terms = tuple(map(_word_terms, words))
    if len(terms) < _SHINGLE_WORDS:
        return terms, ()
    first, second, third, fourth = zip(*terms, strict=True)
    runs = tuple(map(xor, map(xor, first, second[1:]), map(xor, third[2:], fourth[3:])))
    return _ends(terms), runs


@lru_cache(maxsize=_REMEMBERED_WORDS)
def _word_terms(word: str) -> _Terms:
    """Return what `word` adds to the hash of a run as its first, second, third and fourth word.

    Each place has its own odd factor, without which CRCs of any order give one sum.
    """
    number = zlib.crc32(word.encode("utf-8", "surrogatepass"))
    first, second, third, fourth = _FACTORS
    return number * first % _HASHES, number * second % _HASHES, number * third % _HASHES, number * fourth % _HASHES


def _ends(terms: tuple[_Terms, ...]) -> tuple[_Terms, ...]:
    """Return the first and last of `terms`, which alone take part in runs over its ends; all of few."""
    return terms if len(terms) < 2 * _SHINGLE_WORDS else terms[:_SHINGLE_WORDS] + terms[-_SHINGLE_WORDS:]


def _runs_over(before: tuple[_Terms, ...], after: tuple[_Terms, ...]) -> tuple[int, ...]:
    """Return the hashes, rising, of the runs that begin with the words `before` an end of line and end `after` it."""
    edge = before + after
    ends = range(max(len(before) + 1, _SHINGLE_WORDS), len(edge) + 1)
    return tuple(sorted(_hash_run(edge[end - _SHINGLE_WORDS : end]) for end in ends))


def _hash_run(run: Sequence[_Terms]) -> int:
    first, second, third, fourth = run
    return first[0] ^ second[1] ^ third[2] ^ fourth[3]


def _pack(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)


def _count_copies(clauses: Sequence[str]) -> int:
    """Return how many times over the clauses are the same, by the borders of Knuth, Morris and Pratt."""
    borders = [0] * len(clauses)
    border = 0
    for place in range(1, len(clauses)):
        while border and clauses[place] != clauses[border]:
            border = borders[border - 1]
        border += clauses[place] == clauses[border]
        borders[place] = border
    period = len(clauses) - border
    return len(clauses) // period if border and len(clauses) % period == 0 else 1
