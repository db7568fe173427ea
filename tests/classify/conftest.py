"""Builders of versions and changes, by hand: this room's tests need no other room."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest

from tracker.model import Change, Clause, ClauseChange, ClauseKind, Section, SectionRef, Span, Version

#: (number, title, [(kind, text), …])
Part: TypeAlias = tuple[str | None, str, Sequence[tuple[ClauseKind, str]]]
MakeClause: TypeAlias = Callable[..., ClauseChange]
MakeVersion: TypeAlias = Callable[..., Version]
MakeChange: TypeAlias = Callable[..., Change]


def redline_of(old: str, new: str) -> tuple[Span, ...]:
    before, after = (re.findall(r"\w+|\s+|[^\w\s]", side) for side in (old, new))
    spans: list[Span] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span("=", "".join(before[i1:i2])))
            continue
        if i2 > i1:
            spans.append(Span("-", "".join(before[i1:i2])))
        if j2 > j1:
            spans.append(Span("+", "".join(after[j1:j2])))
    return tuple(spans)


@pytest.fixture
def make_clause() -> MakeClause:
    """Builds a clause change from two texts; `""` for the side that has none."""

    def build(
        old: str, new: str, *, number: str | None = "1", title: str = "Practices", moved_from: SectionRef | None = None
    ) -> ClauseChange:
        return ClauseChange(
            op="moved" if moved_from else "added" if not old else "removed" if not new else "modified",
            section=SectionRef(number=number, title=title, anchor=None),
            moved_from=moved_from,
            old=old,
            new=new,
            redline=redline_of(old, new),
        )

    return build


@pytest.fixture
def make_version() -> MakeVersion:
    """Builds a version from parts: section number, title, clauses."""

    def build(*parts: Part) -> Version:
        sections = [Section(index=0, level=0, number=None, title="", anchor=None, parent=None)]
        clauses: list[Clause] = []
        for number, title, listed in parts:
            index = len(sections)
            sections.append(Section(index=index, level=2, number=number, title=title, anchor=None, parent=0))
            heading: tuple[ClauseKind, str] = ("heading", f"{number}. {title}" if number else title)
            for kind, text in (heading, *listed):
                clauses.append(Clause(index=len(clauses), kind=kind, text=text, section=index))
        return Version(markdown="\n", sections=tuple(sections), clauses=tuple(clauses))

    return build


@pytest.fixture
def make_change(make_version: MakeVersion) -> MakeChange:
    """Builds a change of the clauses given, between two versions (empty ones by default)."""

    def build(*clauses: ClauseChange, old: Version | None = None, new: Version | None = None) -> Change:
        return Change(
            old=old or make_version(),
            new=new or make_version(),
            ops=(),
            clauses=clauses,
            words_added=0,
            words_removed=0,
        )

    return build
