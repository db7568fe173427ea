"""The clean-up that makes a list of edits read as an editor would mark them.

diff-match-patch's own semantic clean-up is not used: it drowns kept phrases as soon as the edits around are longer, and
compares characters where we have words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from tracker.diff.sequences import common_ends
from tracker.diff.tokens import is_word
from tracker.model import SpanTag

Edit: TypeAlias = tuple[SpanTag, list[str]]
"""Units, white space included, that are kept (`=`), deleted (`-`) or inserted (`+`)."""

#: Words too weak to stand alone between two replaced runs.
_WEAK: Final = frozenset(
    """
    a an the and or of to in on at by for from with as is are be we you your our it that this these those any all not
    may will der die das und oder von zu in mit auf für ist le la les de des du et ou à en
    """.split()  # noqa: SIM905 - a list of words reads as one
)
#: A kept run of no more words, all weak, between two replaced runs is drowned.
_MOST_WEAK_WORDS: Final = 2
#: One strong word is drowned as well where the edits on both sides have as many words as this.
_LONG_EDIT_WORDS: Final = 4
#: How many units an edit is moved at most: repeated words could move it across the whole text.
_LONGEST_SLIDE: Final = 200
_SENTENCE_ENDS: Final = frozenset({".", "!", "?"})
_BEFORE_SENTENCE: Final = _SENTENCE_ENDS | {":"}


def tidy_edits(edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` without islands of weak words, edges slid to word and sentence borders, runs joined."""
    joined = join_edits(edits)
    while True:
        drowned = join_edits(_drown_islands(joined))
        if drowned == joined:
            return join_edits(_slide(_trim(joined)))
        joined = drowned


def _drown_islands(edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` with every kept run that is too weak for its neighbours marked as replaced."""
    drowned: list[Edit] = []
    for place, (tag, tokens) in enumerate(edits):
        if tag == "=" and 0 < place < len(edits) - 1 and _is_island(edits, place):
            drowned.extend((("-", list(tokens)), ("+", list(tokens))))
        else:
            drowned.append((tag, list(tokens)))
    return drowned


def _is_island(edits: Sequence[Edit], place: int) -> bool:
    """Whether the kept run at `place` is better shown as replaced along with the edits on both sides of it."""
    before = _words_of(edits, place, -1)
    after = _words_of(edits, place, 1)
    if not any(before.values()) or not any(after.values()):
        return False
    if not (before["-"] or after["-"]) or not (before["+"] or after["+"]):
        return False  # a kept run between two insertions, or two deletions, breaks nothing
    words = [token.lower().strip("()") for token in edits[place][1] if is_word(token)]
    strong = sum(1 for word in words if word not in _WEAK)
    if strong == 0:
        return len(words) <= _MOST_WEAK_WORDS
    around = min(max(before.values()), max(after.values()))
    return strong == 1 and len(words) <= _MOST_WEAK_WORDS and around >= _LONG_EDIT_WORDS


def _words_of(edits: Sequence[Edit], place: int, step: int) -> dict[str, int]:
    """Return how many words the deletion and the insertion next to the kept run at `place` have."""
    counts = {"-": 0, "+": 0}
    place += step
    while 0 <= place < len(edits) and edits[place][0] != "=":
        counts[edits[place][0]] += sum(1 for token in edits[place][1] if is_word(token))
        place += step
    return counts


def join_edits(edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` with one deletion and one insertion, in this order, between kept runs."""
    joined: list[Edit] = []
    gone: list[str] = []
    come: list[str] = []

    def settle() -> None:
        if gone:
            joined.append(("-", gone.copy()))
        if come:
            joined.append(("+", come.copy()))
        gone.clear()
        come.clear()

    for tag, tokens in edits:
        if not tokens:
            continue
        if tag == "-":
            gone.extend(tokens)
        elif tag == "+":
            come.extend(tokens)
        else:
            settle()
            if joined and joined[-1][0] == "=":
                joined[-1][1].extend(tokens)
            else:
                joined.append(("=", list(tokens)))
    settle()
    return joined


def _trim(edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` with the common ends of a deletion and its insertion given back to the kept runs."""
    trimmed: list[Edit] = []
    place = 0
    while place < len(edits):
        tag, tokens = edits[place]
        if tag == "-" and place + 1 < len(edits) and edits[place + 1][0] == "+":
            trimmed.extend(replace_middle(tokens, edits[place + 1][1]))
            place += 2
        else:
            trimmed.append((tag, tokens))
            place += 1
    return join_edits(trimmed)


def _slide(edits: Sequence[Edit]) -> list[Edit]:
    """Return `edits` with every lone insertion or deletion moved along equal words to where it reads best."""
    slid = [(tag, list(tokens)) for tag, tokens in edits]
    for place in range(1, len(slid) - 1):
        tag, tokens = slid[place]
        if tag == "=" or slid[place - 1][0] != "=" or slid[place + 1][0] != "=":
            continue
        before, after = slid[place - 1][1], slid[place + 1][1]
        left = _shifts(list(reversed(before)), list(reversed(tokens)))
        right = _shifts(after, tokens)
        line = before + tokens + after
        places = range(len(before) - left, len(before) + right + 1)
        start = max(reversed(places), key=lambda x: (_edge_score(line, x, x + len(tokens)), -abs(x - len(before))))
        end = start + len(tokens)
        slid[place - 1 : place + 2] = [("=", line[:start]), (tag, line[start:end]), ("=", line[end:])]
    return [(tag, tokens) for tag, tokens in slid if tokens]


def _shifts(neighbour: Sequence[str], tokens: Sequence[str]) -> int:
    """Return by how many units, up to a limit, `tokens` can slide into `neighbour` without changing either text."""
    most = min(len(neighbour), len(tokens), _LONGEST_SLIDE)
    return next((place for place in range(most) if neighbour[place] != tokens[place]), most)


def _edge_score(line: Sequence[str], start: int, end: int) -> int:
    """Return how well the edit `line[start:end]` reads: whole sentences best, then words with the space after them."""
    score = 0
    first, last = line[start], line[end - 1]
    starts_sentence = start == 0 or (start > 1 and line[start - 1].isspace() and line[start - 2] in _BEFORE_SENTENCE)
    if starts_sentence or (first.isspace() and line[start - 1] in _SENTENCE_ENDS):
        score += 4
    if last in _SENTENCE_ENDS or (last.isspace() and end - start > 1 and line[end - 2] in _SENTENCE_ENDS):
        score += 4
    if start == 0 or line[start - 1].isspace():
        score += 1
    if end == len(line) or last.isspace() or line[end].isspace():
        score += 1
    if first in {",", ";"}:
        score += 2  # ", and phone number" reads better than "and phone number,"
    return score


def replace_middle(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return the common ends as kept and all between them as replaced."""
    start, end = common_ends(old, new)
    edits: list[Edit] = [
        ("=", list(old[:start])),
        ("-", list(old[start : len(old) - end])),
        ("+", list(new[start : len(new) - end])),
        ("=", list(old[len(old) - end :])),
    ]
    return [edit for edit in edits if edit[1]]
