"""A change laid out for reading: changed clauses in order, what did not change folded between them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tracker.model import (
    Change,
    ChangeReport,
    Clause,
    ClauseChange,
    ClauseVerdict,
    Finding,
    Provenance,
    Record,
    SectionRef,
    Verdict,
    Version,
)
from tracker.render.change_json import judged_clauses

_SAFE_IN_DOUBLE_QUOTES = frozenset(" /#:.,-_+@()'&")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A run of clauses that stand as they stood."""

    clauses: tuple[Clause, ...]
    first: SectionRef
    last: SectionRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One clause change with its verdict."""

    number: int
    """From 1, in reading order: how the page refers to it."""
    clause: ClauseChange
    verdict: ClauseVerdict
    opens_section: bool
    """Whether it stands under another section than the clause change before it."""


Block: TypeAlias = Unchanged | Changed


def lay_out(change: Change, verdict: Verdict) -> tuple[Block, ...]:
    """Return the whole new version in reading order, with removed clauses where they stood; nothing for a broken one.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
    """
    judged = tuple(judged_clauses(change, verdict))
    touched = {index for clause, _ in judged for index in clause.new_clauses}
    blocks: list[Block] = []
    done = 0
    section: SectionRef | None = None
    for number, (clause, clause_verdict) in enumerate(judged, start=1):
        start = _place(change, clause, done)
        blocks += _fold(change.new, range(done, start), touched)
        done = max(done, start, *(index + 1 for index in clause.new_clauses), 0)
        blocks.append(
            Changed(number=number, clause=clause, verdict=clause_verdict, opens_section=clause.section != section)
        )
        section = clause.section
    if touched or any(clause.old_clauses for clause, _ in judged):
        blocks += _fold(change.new, range(done, len(change.new.clauses)), touched)
    return tuple(blocks)


def _place(change: Change, clause: ClauseChange, done: int) -> int:
    """Return the index in the new version before which `clause` stands; `done` where nothing says."""
    if clause.new_clauses:
        return max(done, min(clause.new_clauses))
    if not clause.old_clauses:
        return done
    first = clause.old_clauses[0]
    starts = (op.new_start for op in change.ops if op.tag == "removed" and op.old_start <= first < op.old_end)
    return max(done, next(starts, done))


def _fold(version: Version, indices: range, touched: set[int]) -> Iterator[Unchanged]:
    clauses = tuple(version.clauses[index] for index in indices if index not in touched)
    if clauses:
        yield Unchanged(clauses=clauses, first=_section(version, clauses[0]), last=_section(version, clauses[-1]))


def _section(version: Version, clause: Clause) -> SectionRef:
    section = version.sections[clause.section]
    number = section.number if section.level else "0"
    return SectionRef(number=number, title=section.title, anchor=section.anchor)


def list_findings(blocks: tuple[Block, ...]) -> tuple[tuple[Changed, Finding], ...]:
    """Return every finding with the clause that it was found in, in reading order."""
    return tuple(
        (block, finding) for block in blocks if isinstance(block, Changed) for finding in block.verdict.findings
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A command to type, and the digest that it must print."""

    command: str
    digest: str
    meaning: str


def list_proofs(report: ChangeReport) -> tuple[Proof, ...]:
    """Return how to check both texts and both snapshots against the archive, offline."""
    event = report.event
    sides = (("Old", event.old, report.old_provenance), ("New", event.new, report.new_provenance))
    return tuple(proof for name, record, provenance in sides for proof in _proofs(name, record, provenance))


def _proofs(name: str, record: Record, provenance: Provenance) -> Iterator[Proof]:
    path = f"{record.document.path}.md"
    yield Proof(
        command=f"{show_command(record.commit, path)} | sha256sum",
        digest=provenance.markdown_sha256,
        meaning=f"{name} text, as Markdown",
    )
    for source in provenance.sources:
        yield Proof(
            command=f"{show_command(record.commit, source.snapshot)} | sha256sum",
            digest=source.body_sha256,
            meaning=f"{name} page, as served",
        )


def show_command(commit: str, path: str) -> str:
    """Return the git command that prints the file at `path` as it was recorded.

    >>> show_command("1f0c", "Courier/Privacy Policy.md")
    'git show 1f0c:"Courier/Privacy Policy.md"'
    """
    return f"git show {commit}:{quote_argument(path)}"


def quote_argument(text: str) -> str:
    """Return `text` as one argument of a POSIX shell, in double quotes where that is safe."""
    if all(letter.isalnum() or letter in _SAFE_IN_DOUBLE_QUOTES for letter in text):
        return f'"{text}"'
    return shlex.quote(text)
