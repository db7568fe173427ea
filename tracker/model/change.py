"""What differs between two versions: operations, spans and clause changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tracker.model.text import fold_text
from tracker.model.version import Version

OpTag: TypeAlias = Literal["equal", "modified", "added", "removed", "moved"]
SpanTag: TypeAlias = Literal["=", "-", "+"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Op:
    """Index ranges of clauses that belong together: `old.clauses[old_start:old_end]` and likewise for `new`."""

    tag: OpTag
    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words of a redline: kept (`=`), deleted (`-`) or inserted (`+`)."""

    tag: SpanTag
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRef:
    """The innermost numbered heading above a clause, for people to find it by."""

    number: str | None
    """`"0"` before the first numbered heading; None where the heading bears no number."""
    title: str
    anchor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """One clause that differs, or several that were split or merged, with a redline."""

    op: Literal["modified", "added", "removed", "moved"]
    section: SectionRef
    """On the new side; on the old side for a removal."""
    moved_from: SectionRef | None = None
    old: str
    """What a reader saw; `""` for an addition. Paragraphs of a split or merge are joined by a blank line."""
    new: str
    redline: tuple[Span, ...]
    """The `=` and `-` texts make `old`, the `=` and `+` texts `new`, exactly."""
    old_clauses: tuple[int, ...] = ()
    """Indices in the old version, in reading order."""
    new_clauses: tuple[int, ...] = ()
    is_heading: bool = False
    """Whether it is a heading on both sides: whether it is written in capitals says nothing then."""
    links: tuple[tuple[str, str], ...] = ()
    """Targets that changed under the same words: (old, new); `""` for a link that is gone or new."""
    notes: tuple[str, ...] = ()
    """Named oddities: invisible characters, look-alike letters, a diff coarser than words."""

    def __post_init__(self) -> None:
        if "".join([span.text for span in self.redline if span.tag != "+"]) != self.old:
            raise ValueError("a redline rebuilds the old text")
        if "".join([span.text for span in self.redline if span.tag != "-"]) != self.new:
            raise ValueError("a redline rebuilds the new text")

    @property
    def is_technical(self) -> bool:
        """Whether no word differs: link targets, quote style, white space, marks or the case of a heading alone."""
        if self.op != "modified":
            return False
        if self.old == self.new:
            return True
        old, new = fold_text(self.old), fold_text(self.new)
        return old == new or (self.is_heading and old.casefold() == new.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One version to the next: which clauses differ, in reading order of the new version."""

    old: Version
    new: Version
    ops: tuple[Op, ...]
    """Cover both versions: every clause of each is in exactly one op of its side."""
    clauses: tuple[ClauseChange, ...]
    words_added: int
    words_removed: int
    """Words in `+` and `-` spans of clauses that are not technical; moved words count on neither side."""
