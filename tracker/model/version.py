"""The text of a document at one moment: version, section, clause."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from tracker.model.text import fold_text, sha256_hex

ClauseKind: TypeAlias = Literal["heading", "paragraph", "item", "row", "quote", "code"]
MarkKind: TypeAlias = Literal["strong", "emphasis", "code"]

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
#: Versions of one document repeat nearly all clauses of each other: those of some dozens of policies are folded once.
_remembered_fold = lru_cache(maxsize=16_384)(fold_text)
_LONGEST_REMEMBERED: Final = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link inside a clause."""

    start: int
    """Offset of its first character in the clause's text."""
    end: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A run of words of a clause that is set apart without saying anything else."""

    start: int
    """Offset of its first character in the clause's text."""
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """The smallest unit compared and quoted: a paragraph, a list item, a table row, a heading."""

    index: int
    """Its place in the version, from 0, in reading order."""
    kind: ClauseKind
    text: str
    """What a reader sees: NFC, white space folded, no marks and no link targets. Never empty."""
    section: int
    """Index of the innermost section that holds it; a heading belongs to the section that it opens."""
    depth: int = 0
    """Nesting of lists and quotes around it; 0 for none."""
    links: tuple[Link, ...] = ()
    """In reading order; a link without text is left out."""
    marks: tuple[Mark, ...] = ()
    """In reading order; neighbours of one kind are one mark."""
    folded: str = field(init=False, compare=False, repr=False)
    """The form by which two clauses are the same text."""

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a clause has text")
        text = self.text
        folded = _remembered_fold(text) if len(text) <= _LONGEST_REMEMBERED else fold_text(text)
        object.__setattr__(self, "folded", folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The part of a version under one heading, up to the next heading."""

    index: int
    """From 0. Section 0 holds what stands before the first heading, and exists even where that is nothing."""
    level: int
    """Level of its heading, 1 to 6; 0 for section 0."""
    number: str | None
    """The heading's own number without a closing dot, such as `8.3`; None where it bears none."""
    title: str
    """The heading's text without its number; `""` for section 0."""
    anchor: str | None
    """The fragment identifier by which the page is linked here; None where there is none."""
    parent: int | None
    """Index of the nearest section before it whose level is lower; None for section 0 and top sections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Text extracted from one or more snapshots, as Markdown and as clauses."""

    markdown: str
    """Deterministic Markdown, ending in one newline: what the archive keeps."""
    sections: tuple[Section, ...]
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What the extractor noticed and a person should know, such as text hidden by CSS. Not kept in the Markdown."""

    def __post_init__(self) -> None:
        if not self.sections or self.sections[0].level != 0:
            raise ValueError("a version has a section 0")
        if any(clause.index != place for place, clause in enumerate(self.clauses)):
            raise ValueError("clauses know their places")

    @property
    def text(self) -> str:
        """What a reader sees, folded (DESIGN, section 5): one line a clause, in reading order."""
        return "\n".join(clause.folded for clause in self.clauses)

    @property
    def text_sha256(self) -> str:
        return sha256_hex(self.text)

    @property
    def markdown_sha256(self) -> str:
        return sha256_hex(self.markdown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """A version whose clauses nobody needs now: its Markdown, and the digests that were calculated when it was read.

    It stands in for a `Version` where one is written; nothing is compared or quoted by it.
    """

    markdown: str
    """As in `Version`."""
    text_sha256: str
    """The `Version`'s own, which the Markdown alone does not tell."""
    markdown_sha256: str

    def __post_init__(self) -> None:
        if not _DIGEST.fullmatch(self.text_sha256):
            raise ValueError(f"{self.text_sha256!r} is no digest")
        if self.markdown_sha256 != sha256_hex(self.markdown):
            raise ValueError(f"the Markdown has another digest than {self.markdown_sha256}")


def forget_clauses() -> None:
    """Have nothing remembered of the clauses that were made before."""
    _remembered_fold.cache_clear()
