"""What all rules share: their names and weights, and how values of data files are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from tracker.classify.cues import LexiconError, text
from tracker.model import Finding, JsonValue, fold_white_space

#: In characters.
_LONGEST_SHOWN: Final = 90
Name = TypeVar("Name", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The name by which findings cite a rule, and what a finding of it weighs against others."""

    id: str
    weight: float
    """How much it counts where findings of one clause point both ways."""
    confidence: float

    @classmethod
    def from_row(cls, row: Mapping[str, JsonValue], *, id: str | None = None) -> Rule:  # noqa: A002
        """Return the rule of a row of a data file; `id` names it where the row does not.

        Raises:
            LexiconError: If the row has no name, weight or confidence.
        """
        return cls(
            id=text(row["id"]) if id is None else id, weight=number(row["weight"]), confidence=number(row["confidence"])
        )


#: Effects that cut one way.
DIRECTIONS: Final = frozenset({"widens", "narrows"})
#: The rule that findings cite which rest on words alone: it is never surer than the words.
WORDS: Final = "words"
#: From this confidence on a rule is believed whatever else the words say: scales, figures, modal verbs, waivers.
_SURE: Final = 0.65


def is_sure(finding: Finding) -> bool:
    """Return whether `finding` is by a rule that is believed whatever else the words around it say."""
    return finding.confidence >= _SURE and finding.rule != WORDS and finding.effect in DIRECTIONS


def number(value: JsonValue) -> float:
    """Return `value`, which is a number.

    Raises:
        LexiconError: If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LexiconError(f"expected a number, not {value!r}")
    return float(value)


def one_of(value: JsonValue, names: tuple[Name, ...]) -> Name:
    """Return the member of `names` that `value` is.

    Raises:
        LexiconError: If it is none of them.
    """
    for name in names:
        if name == value:
            return name
    raise LexiconError(f"expected one of {', '.join(names)}, not {value!r}")


def shorten(words: str) -> str:
    """Return quoted `words` as a headline shows them, cut at the end of one of them where they are long."""
    plain = fold_white_space(words[: 4 * _LONGEST_SHOWN])
    if len(plain) <= _LONGEST_SHOWN:
        return plain
    cut = plain[:_LONGEST_SHOWN]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "\u2026"
