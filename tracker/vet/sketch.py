"""What vetting remembers of a text: little enough to keep of every version, and to send between processes.

Belongs here: measures of one text alone. Does not belong here: what two texts have in common (`likeness.py`), and what
follows from it (`rules.py`).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import xor
from typing import Final

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
#: The hash of the empty word, which fills up a text of less than four.
_NO_WORD: Final = zlib.crc32(b"")
#: Lines whose hashes are remembered: some megabytes. The neighbours of a text repeat nearly all of its lines.
_REMEMBERED_LINES: Final = 8_192
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
    shingles, ceiling = _sample(_shingles(folded))
    heading = next((clause.folded for clause in version.clauses if clause.kind == "heading"), "")
    linked = sum(link.end - link.start for clause in version.clauses for link in clause.links)
    return Sketch(
        text_sha256=sha256_hex(text),
        length=len(text),
        shingles=shingles,
        ceiling=ceiling,
        clauses=_pack([zlib.crc32(line.encode("utf-8", "surrogatepass")) for line in folded[:_MOST_CLAUSES]]),
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


def _shingles(lines: Sequence[str]) -> set[int]:
    """Return the hashes of all runs of four words, over the ends of lines too; of a shorter text, that of its words."""
    found: set[int] = set()
    before: tuple[int, ...] = ()
    for line in lines:
        numbers, runs = _read_line(line)
        found.update(runs)
        found.update(_runs_over(before, numbers[: _SHINGLE_WORDS - 1]))
        before = (before + numbers)[1 - _SHINGLE_WORDS :]
    if not found and before:
        found.add(_hash_run((*before, *[_NO_WORD] * (_SHINGLE_WORDS - len(before)))))
    return found


@lru_cache(maxsize=_REMEMBERED_LINES)
def _read_line(line: str) -> tuple[tuple[int, ...], frozenset[int]]:
    """Return the hashes of the first and last words of `line`, and of the runs inside it: neighbours repeat lines."""
    lower = line.lower()
    words = (_PLAIN_WORD if lower.isascii() or not _UNSPACED_LETTER.search(lower) else _WORD).findall(lower)
    hashes = {word: zlib.crc32(word.encode("utf-8", "surrogatepass")) for word in set(words)}
    numbers = [hashes[word] for word in words]
    # The place of a word in its run counts: each has its own odd factor, without which CRCs of any order give one sum.
    first, second, third, fourth = (
        [number * factor % _HASHES for number in numbers[place:]] for place, factor in enumerate(_FACTORS)
    )
    runs = frozenset(map(xor, map(xor, first, second), map(xor, third, fourth)))
    # Only the ends of a line take part in runs over its ends.
    ends = numbers if len(numbers) < 2 * _SHINGLE_WORDS else [*numbers[:_SHINGLE_WORDS], *numbers[-_SHINGLE_WORDS:]]
    return tuple(ends), runs


@lru_cache(maxsize=_REMEMBERED_LINES)
def _runs_over(before: tuple[int, ...], after: tuple[int, ...]) -> tuple[int, ...]:
    """Return the hashes of the runs that begin with the last words `before` the end of a line and end `after` it."""
    edge = before + after
    ends = range(max(len(before) + 1, _SHINGLE_WORDS), len(edge) + 1)
    return tuple(_hash_run(edge[end - _SHINGLE_WORDS : end]) for end in ends)


def _hash_run(run: Sequence[int]) -> int:
    found = 0
    for number, factor in zip(run, _FACTORS, strict=True):
        found ^= number * factor % _HASHES
    return found


def _sample(hashes: set[int]) -> tuple[bytes, int]:
    if len(hashes) <= _MOST_SHINGLES:
        return _pack(sorted(hashes)), _HASHES
    rising = sorted(hashes)
    return _pack(rising[:_MOST_SHINGLES]), rising[_MOST_SHINGLES]


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
