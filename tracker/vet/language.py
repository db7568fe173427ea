"""Which languages a text may be in. Excludes one only where every part of the text does so, by far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import py3langid

#: Characters of a piece that is judged by itself. Shorter ones mislead: the lone word "Privacy" is taken for Slovak.
PIECE_LENGTH: Final = 400
_PIECES: Final = 4
#: Pieces whose languages are remembered: those of a text's neighbours are often the same, its first one nearly always.
_REMEMBERED_PIECES: Final = 512
#: How much likelier (natural logarithm) another language must be. Of 400-character pieces of Telegram's policies in
#: English and German, the right language led the next one by 94 or more, 292 or more over the other of the two.
_MARGIN: Final = 100.0
#: A shorter text is in no language that could be told.
_SHORTEST: Final = 40
#: The same for a whole text of less than one piece. Of 1,900 single clauses of 40 to 400 characters in English, German
#: and French, 30 and more set no wrong language apart.
_SHORT_MARGIN: Final = 30.0

#: Languages that are written so alike that no alarm is raised between them.
_KIN: Final = (
    frozenset({"da", "nb", "nn", "no"}),
    frozenset({"bs", "hr", "sh", "sr"}),
    frozenset({"id", "jv", "ms"}),
    frozenset({"gl", "pt"}),
    frozenset({"cs", "sk"}),
    frozenset({"af", "nl"}),
    frozenset({"wuu", "yue", "zh"}),
    frozenset({"ar", "ary", "arz"}),
)


def possible_languages(text: str) -> tuple[tuple[str, ...], ...]:
    """Return, for each of up to four pieces of 400 characters from all over `text`, the languages it may be in.

    The likeliest comes first, then those that are not much less likely. A shorter text has no piece.
    """
    return tuple(_rank(piece) for piece in _pieces(text))


def common_language(*texts: str) -> str | None:
    """Return the code of the one language that all `texts` surely are in; None where they are mixed, or too short.

    It is the likeliest of most of their pieces, every piece may be in it, and no other language is that of all as well,
    but for those that are written nearly alike.
    """
    pieces = [piece for text in texts for piece in _pieces_of_any(text)]
    if not pieces:
        return None
    likeliest = Counter(piece[0] for piece in pieces)
    found, count = max(likeliest.items(), key=lambda item: (item[1], item[0]))
    shared = set(pieces[0]).intersection(*pieces[1:])
    is_sure = found in shared and 2 * count > len(pieces) and all(_are_kin(found, other) for other in shared)
    return found if is_sure else None


def _pieces_of_any(text: str) -> tuple[tuple[str, ...], ...]:
    if _SHORTEST <= len(text) < PIECE_LENGTH:
        return (_rank(text, _SHORT_MARGIN),)
    return possible_languages(text)


def foreign_language(pieces: Sequence[Sequence[str]], *, expected: str) -> str | None:
    """Return the code of the language of a text where it surely is not the expected one, else None.

    Args:
        pieces: What `possible_languages` says of the text.
        expected: BCP 47 tag; only its first subtag counts, and a language unknown to the model is not judged.
    """
    code = _code(expected)
    if not pieces or code not in _known_languages():
        return None
    if any(code in piece or _are_kin(piece[0], code) for piece in pieces):
        return None
    found = [piece[0] for piece in pieces]
    return max(sorted(set(found)), key=found.count)


def is_mostly_foreign(pieces: Sequence[Sequence[str]], *, expected: str) -> bool:
    """Return whether all pieces are likeliest in one other language, and most of them by far.

    Enough to set a text apart from the others of its history; lists of names and addresses blur a piece or two.
    """
    code = _code(expected)
    likeliest = {piece[0] for piece in pieces}
    if len(likeliest) != 1 or code not in _known_languages() or _are_kin(likeliest.pop(), code):
        return False
    return 2 * sum(code not in piece for piece in pieces) > len(pieces)


def _code(tag: str) -> str:
    return tag.split("-", maxsplit=1)[0].lower()


@lru_cache(maxsize=_REMEMBERED_PIECES)
def _rank(piece: str, margin: float = _MARGIN) -> tuple[str, ...]:
    ranked = py3langid.rank(piece)
    best = ranked[0][1]
    return tuple(str(language) for language, score in ranked if best - score < margin)


@lru_cache(maxsize=1)
def _known_languages() -> frozenset[str]:
    return frozenset(str(language) for language, _ in py3langid.rank(""))


def _pieces(text: str) -> list[str]:
    count = min(_PIECES, len(text) // PIECE_LENGTH)
    if not count:
        return []
    stride = len(text) // count
    return [text[start * stride : start * stride + PIECE_LENGTH] for start in range(count)]


def _are_kin(one: str, other: str) -> bool:
    return one == other or any({one, other} <= kin for kin in _KIN)
