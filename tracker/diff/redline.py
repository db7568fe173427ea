"""Redlines: which words were kept, deleted and inserted, grouped as an editor would mark them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from diff_match_patch import diff_match_patch

from tracker.diff.sequences import common_in_order
from tracker.diff.tokens import is_word, split_sentences, split_tokens
from tracker.model import Span, SpanTag

#: Beyond this product of lengths (in units, after common ends are cut) the work is split at sentences. On one core a
#: product of 10**6 with nothing in common takes about two seconds.
WORK_CAP: Final = 1_000_000
COARSE_NOTE: Final = "coarse: too long to compare word by word; whole sentences are shown as replaced"

_Edit: TypeAlias = tuple[SpanTag, list[str]]

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
_OTHER_SIDE: Final[dict[SpanTag, SpanTag]] = {"=": "=", "-": "+", "+": "-"}
#: How many units an edit is moved at most: repeated words could move it across the whole text.
_LONGEST_SLIDE: Final = 200
_SENTENCE_ENDS: Final = frozenset({".", "!", "?"})
_BEFORE_SENTENCE: Final = _SENTENCE_ENDS | {":"}
_FIRST_CODE: Final = 0x100
_SURROGATES: Final = 0xD800
_SURROGATE_COUNT: Final = 0x800


def redline_texts(old: str, new: str) -> tuple[tuple[Span, ...], bool]:
    """Return the redline from `old` to `new`, and whether it is coarser than words.

    The `=` and `-` texts make `old`, the `=` and `+` texts make `new`; between two kept runs, what is deleted comes
    before what is inserted. With the sides swapped, insertions and deletions are swapped.
    """
    if old == new:
        return ((Span("=", old),) if old else ()), False
    if not old or not new:
        return (Span("-", old) if old else Span("+", new),), False
    if new < old:  # always compared in the same order: of two ways as good, the first found wins
        edits, coarse = _edits_between(new, old)
        edits = _join([(_OTHER_SIDE[tag], tokens) for tag, tokens in edits])
    else:
        edits, coarse = _edits_between(old, new)
    return tuple(Span(tag, "".join(tokens)) for tag, tokens in edits), coarse


def _edits_between(old: str, new: str) -> tuple[list[_Edit], bool]:
    old_tokens, new_tokens = split_tokens(old), split_tokens(new)
    coarse = False
    if _work(old_tokens, new_tokens) <= WORK_CAP:
        edits = _diff(old_tokens, new_tokens)
    else:
        edits, coarse = _diff_by_sentences(old, new)
    return _tidy(edits), coarse


def _work(old: Sequence[str], new: Sequence[str]) -> int:
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return (len(old) - start - end) * (len(new) - start - end)


def _diff(old: Sequence[str], new: Sequence[str]) -> list[_Edit]:
    """Return the edits from `old` to `new` by diff-match-patch, each unit standing for one character.

    White space is carried by the unit after it and not compared: a kept space must never win against a kept word.
    """
    old_units, new_units = _carry_spaces(old), _carry_spaces(new)
    codes: dict[str, str] = {}

    def encode(units: Sequence[tuple[str, str]]) -> str:
        for _, token in units:
            if token not in codes:
                code = _FIRST_CODE + len(codes)
                codes[token] = chr(code if code < _SURROGATES else code + _SURROGATE_COUNT)
        return "".join(codes[token] for _, token in units)

    differ = diff_match_patch()
    differ.Diff_Timeout = 0  # a limit would make the result depend on the machine; WORK_CAP bounds the work instead
    edits: list[_Edit] = []
    old_place = new_place = 0
    for operation, text in differ.diff_main(encode(old_units), encode(new_units), False):
        for _ in text:
            if operation == 0:
                (old_space, token), (new_space, _) = old_units[old_place], new_units[new_place]
                if old_space == new_space:
                    edits.append(("=", [old_space, token]))
                else:
                    edits.extend((("-", [old_space]), ("+", [new_space]), ("=", [token])))
            elif operation < 0:
                edits.append(("-", list(old_units[old_place])))
            else:
                edits.append(("+", list(new_units[new_place])))
            old_place += operation <= 0
            new_place += operation >= 0
    return [(tag, kept) for tag, tokens in edits if (kept := [token for token in tokens if token])]


def _carry_spaces(tokens: Sequence[str]) -> list[tuple[str, str]]:
    """Return (white space before it, unit) for every unit; white space at the end is carried by an empty unit."""
    units: list[tuple[str, str]] = []
    space = ""
    for token in tokens:
        if token.isspace():
            space += token
        else:
            units.append((space, token))
            space = ""
    return [*units, (space, "")] if space else units


def _diff_by_sentences(old: str, new: str) -> tuple[list[_Edit], bool]:
    """Return the edits from `old` to `new`, words compared between equal sentences alone, and whether some were not."""
    old_sentences, new_sentences = split_sentences(old), split_sentences(new)
    edits: list[_Edit] = []
    coarse = False
    old_place = new_place = 0
    ends = (len(old_sentences), len(new_sentences))
    for old_kept, new_kept in [*common_in_order(old_sentences, new_sentences), ends]:
        gone = split_tokens("".join(old_sentences[old_place:old_kept]))
        come = split_tokens("".join(new_sentences[new_place:new_kept]))
        if gone and come and _work(gone, come) <= WORK_CAP:
            edits.extend(_diff(gone, come))
        else:
            coarse = coarse or bool(gone and come)
            edits.extend(_edits(("-", gone), ("+", come)))
        if (old_kept, new_kept) != ends:
            edits.append(("=", split_tokens(old_sentences[old_kept])))
        old_place, new_place = old_kept + 1, new_kept + 1
    return edits, coarse


def _replace_middle(old: Sequence[str], new: Sequence[str]) -> list[_Edit]:
    """Return the common ends as kept and all between them as replaced."""
    start = 0
    shorter = min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return _edits(
        ("=", split_tokens("".join(old[:start]))),
        ("-", split_tokens("".join(old[start : len(old) - end]))),
        ("+", split_tokens("".join(new[start : len(new) - end]))),
        ("=", split_tokens("".join(old[len(old) - end :]))),
    )


def _edits(*edits: _Edit) -> list[_Edit]:
    return [edit for edit in edits if edit[1]]


def _tidy(edits: Sequence[_Edit]) -> list[_Edit]:
    """Return `edits` without islands of weak words, edges slid to word and sentence borders, runs joined.

    diff-match-patch's own semantic clean-up is not used: it drowns kept phrases as soon as the edits around are longer,
    and compares characters where we have words.
    """
    joined = _join(edits)
    while True:
        drowned = _join(_drown_islands(joined))
        if drowned == joined:
            return _join(_slide(_trim(joined)))
        joined = drowned


def _drown_islands(edits: Sequence[_Edit]) -> list[_Edit]:
    """Return `edits` with every kept run that is too weak for its neighbours marked as replaced."""
    drowned: list[_Edit] = []
    for place, (tag, tokens) in enumerate(edits):
        if tag == "=" and 0 < place < len(edits) - 1 and _is_island(edits, place):
            drowned.extend((("-", list(tokens)), ("+", list(tokens))))
        else:
            drowned.append((tag, list(tokens)))
    return drowned


def _is_island(edits: Sequence[_Edit], place: int) -> bool:
    """Whether the kept run at `place` is better shown as replaced along with the edits on both sides of it."""
    before = _words_of(edits, place, -1)
    after = _words_of(edits, place, 1)
    if not any(before.values()) or not any(after.values()):
        return False
    if not (before["-"] or after["-"]) or not (before["+"] or after["+"]):
        return False  # a kept run between two insertions, or two deletions, breaks nothing
    words = [token.lower() for token in edits[place][1] if is_word(token)]
    strong = sum(1 for word in words if word not in _WEAK)
    if strong == 0:
        return len(words) <= _MOST_WEAK_WORDS
    around = min(max(before.values()), max(after.values()))
    return strong == 1 and len(words) <= _MOST_WEAK_WORDS and around >= _LONG_EDIT_WORDS


def _words_of(edits: Sequence[_Edit], place: int, step: int) -> dict[str, int]:
    """Return how many words the deletion and the insertion next to the kept run at `place` have."""
    counts = {"-": 0, "+": 0}
    place += step
    while 0 <= place < len(edits) and edits[place][0] != "=":
        counts[edits[place][0]] += sum(1 for token in edits[place][1] if is_word(token))
        place += step
    return counts


def _join(edits: Sequence[_Edit]) -> list[_Edit]:
    """Return `edits` with one deletion and one insertion, in this order, between kept runs."""
    joined: list[_Edit] = []
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


def _trim(edits: Sequence[_Edit]) -> list[_Edit]:
    """Return `edits` with the common ends of a deletion and its insertion given back to the kept runs."""
    trimmed: list[_Edit] = []
    place = 0
    while place < len(edits):
        tag, tokens = edits[place]
        if tag == "-" and place + 1 < len(edits) and edits[place + 1][0] == "+":
            trimmed.extend(_replace_middle(tokens, edits[place + 1][1]))
            place += 2
        else:
            trimmed.append((tag, tokens))
            place += 1
    return _join(trimmed)


def _slide(edits: Sequence[_Edit]) -> list[_Edit]:
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
