"""A change laid out for reading: changed clauses in order, what did not change folded between them.

Differences in technicalities alone (`ClauseChange.is_technical`) come last: whoever looks for what was said is not to
wade through quotation marks.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

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
from tracker.render.language import ENGLISH, Language
from tracker.render.visible import list_deceptive, list_hidden
from tracker.render.words import shorten

#: Characters of the words that open a list or table, where they are shown for context.
_LEAD_IN_LENGTH = 160
#: Clauses that are looked at for them; what is further away is no context any more.
_LEAD_IN_DISTANCE = 100

_SAFE_IN_DOUBLE_QUOTES = frozenset(" /#:.,-_+@()'&")

#: Bytes of a page of an ordinary change, beside its head, its evidence and the rest that every page has; and bytes of
#: unchanged clauses that it has in any case.
_BYTES_OF_A_PAGE: Final = 40_000
_LEAST_UNCHANGED: Final = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """A run of clauses that stand as they stood."""

    clauses: tuple[Clause, ...]
    first: SectionRef
    last: SectionRef
    left_out: int = 0
    """How many of them stand between `clauses` and `ending`, and are not shown."""
    ending: tuple[Clause, ...] = ()
    """The last of them, where some before are not shown."""

    @property
    def is_technical(self) -> bool:
        return False

    @property
    def count(self) -> int:
        """How many clauses they are, shown or not."""
        return len(self.clauses) + self.left_out + len(self.ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One clause change with its verdict."""

    number: int
    """From 1, in the change's order: how the page refers to it."""
    clause: ClauseChange
    verdict: ClauseVerdict
    opens_section: bool
    """Whether it stands under another section than the clause change before it."""
    lead_in: str | None = None
    """What the item or row hangs on, shortened: the words before the list, the item above, the table's first row. None
    where it hangs on nothing, and where those words changed too or stood with the clause change before."""

    @property
    def is_technical(self) -> bool:
        return self.clause.is_technical

    @property
    def is_reworded(self) -> bool:
        """Whether anything of its text differs, be it a quotation mark."""
        return any(span.tag != "=" for span in self.clause.redline)


Block: TypeAlias = Unchanged | Changed


def lay_out(change: Change, verdict: Verdict) -> tuple[Block, ...]:
    """Return the new version in reading order, removed clauses where they stood, then technical differences in theirs.

    A clause that differs technically stands among the unchanged ones too. Nothing for a broken change.

    Raises:
        RenderError: If the verdict judges another number of clauses than the change has.
    """
    judged = tuple(enumerate(judged_clauses(change, verdict), start=1))
    told = tuple(_number(change, [row for row in judged if not row[1][0].is_technical]))
    touched = {index for block in told for index in block.clause.new_clauses}
    blocks: list[Block] = []
    done = 0
    for block in told:
        start = _place(change, block.clause, done)
        blocks += _fold(change.new, range(done, start), touched)
        done = max(done, start, *(index + 1 for index in block.clause.new_clauses), 0)
        blocks.append(block)
    if touched or any(block.clause.old_clauses for block in told):
        blocks += _fold(change.new, range(done, len(change.new.clauses)), touched)
    return (*blocks, *_number(change, [row for row in judged if row[1][0].is_technical]))


def _number(change: Change, rows: Sequence[tuple[int, tuple[ClauseChange, ClauseVerdict]]]) -> Iterator[Changed]:
    section: SectionRef | None = None
    lead_in: str | None = None
    touched = {"old": set[int](), "new": set[int]()}
    for _, (clause, _verdict) in rows:
        touched["old"].update(clause.old_clauses)
        touched["new"].update(clause.new_clauses)
    for number, (clause, verdict) in rows:
        opens_section = clause.section != section
        found = _lead_in(change, clause, touched)
        yield Changed(
            number=number,
            clause=clause,
            verdict=verdict,
            opens_section=opens_section,
            lead_in=found if opens_section or found != lead_in else None,
        )
        section, lead_in = clause.section, found


def _lead_in(change: Change, clause: ClauseChange, touched: Mapping[str, set[int]]) -> str | None:
    side, version, indices = (
        ("new", change.new, clause.new_clauses) if clause.new_clauses else ("old", change.old, clause.old_clauses)
    )
    if not indices:
        return None
    first = version.clauses[indices[0]]
    index = _find_lead_in(version, first)
    if index is None or index in touched[side]:
        return None
    text = version.clauses[index].text
    if first.kind == "item" and len(text) > _LEAD_IN_LENGTH:
        # A list hangs on the end of what stands before it.
        return f"\u2026{text[-_LEAD_IN_LENGTH:].partition(' ')[2]}"
    return shorten(text, _LEAD_IN_LENGTH)


def _find_lead_in(version: Version, clause: Clause) -> int | None:
    if clause.kind not in {"item", "row"}:
        return None
    found: int | None = None
    for index in range(clause.index - 1, max(-1, clause.index - 1 - _LEAD_IN_DISTANCE), -1):
        before = version.clauses[index]
        if before.section != clause.section or before.kind == "heading":
            break
        if clause.kind == "row":
            if before.kind != "row":
                break
            found = index
        elif before.kind != "item" or before.depth < clause.depth:
            return index
    return found


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


def keep_near(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return `blocks` with as much of what did not change as a page may weigh: all, or what is nearest to changes.

    A page of an ordinary change is to have at most 60 kB; what changed is shown whole however long it is.
    """
    room = _BYTES_OF_A_PAGE - sum(_weigh(block) for block in blocks if isinstance(block, Changed))
    room = max(_LEAST_UNCHANGED, room)
    if sum(_weigh(block) for block in blocks if isinstance(block, Unchanged)) <= room:
        return tuple(blocks)
    is_near = [isinstance(block, Changed) and not block.is_technical for block in blocks]
    sides = [
        (place > 0 and is_near[place - 1], place + 1 < len(blocks) and is_near[place + 1])
        for place in range(len(blocks))
    ]
    count = sum(sum(side) for block, side in zip(blocks, sides, strict=True) if isinstance(block, Unchanged))
    share = room // max(1, count)
    return tuple(
        _shorten_run(block, share if side[0] else 0, share if side[1] else 0) if isinstance(block, Unchanged) else block
        for block, side in zip(blocks, sides, strict=True)
    )


def _shorten_run(block: Unchanged, room_before: int, room_after: int) -> Unchanged:
    """Return `block` with the clauses alone that fit into so many bytes at its beginning and at its end."""
    before = _count_fitting(block.clauses, room_before)
    after = _count_fitting(block.clauses[before:][::-1], room_after)
    left_out = len(block.clauses) - before - after
    if left_out <= 1:
        return block
    return replace(
        block, clauses=block.clauses[:before], left_out=left_out, ending=block.clauses[len(block.clauses) - after :]
    )


def _count_fitting(clauses: Sequence[Clause], room: int) -> int:
    for place, clause in enumerate(clauses):
        room -= _clause_bytes(clause)
        if room < 0:
            return place
    return len(clauses)


def _clause_bytes(clause: Clause) -> int:
    return len(clause.text.encode("utf-8", "replace")) + sum(len(link.href) + 50 for link in clause.links) + 40


def _weigh(block: Block) -> int:
    """Return about how many bytes of a page a block takes: what changed stands on it in one column and in two."""
    if isinstance(block, Unchanged):
        return sum(map(_clause_bytes, block.clauses))
    words = len(block.clause.old.encode("utf-8", "replace")) + len(block.clause.new.encode("utf-8", "replace"))
    return 3 * words + 55 * len(block.clause.redline) + 1_500 + 900 * len(block.verdict.findings)


def _section(version: Version, clause: Clause) -> SectionRef:
    section = version.sections[clause.section]
    number = section.number if section.level else "0"
    return SectionRef(number=number, title=section.title, anchor=section.anchor)


def list_deceptions(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the characters of the changed clauses that make a text read otherwise than it is stored, each once."""
    texts = [text for block in blocks if isinstance(block, Changed) for text in (block.clause.old, block.clause.new)]
    return tuple(dict.fromkeys(shown for text in texts for shown in list_deceptive(text)))


def list_unnamed(clause: ClauseChange) -> tuple[str, ...]:
    """Return the hidden characters of the clause that none of its notes names."""
    found = dict.fromkeys((*list_hidden(clause.old), *list_hidden(clause.new)))
    return tuple(shown for shown in found if not any(_code(shown) in note for note in clause.notes))


def _code(shown: str) -> str:
    return shown[1 : shown.index("]")]


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


def is_unchanged(block: object) -> bool:
    """Return whether `block` of a change that is laid out is a run of clauses that stand as they stood."""
    return isinstance(block, Unchanged)


def list_proofs(report: ChangeReport, language: Language = ENGLISH) -> tuple[Proof, ...]:
    """Return how to check both texts and both snapshots against the archive, offline."""
    event = report.event
    return prove_sides((event.old, report.old_provenance), (event.new, report.new_provenance), language)


def prove_sides(
    old: tuple[Record, Provenance], new: tuple[Record, Provenance], language: Language = ENGLISH
) -> tuple[Proof, ...]:
    """Return how to check two versions, each a record with its evidence, and their snapshots."""
    return (
        *_proofs(language.gettext("Old text, as Markdown"), language.gettext("Old page, as served"), *old),
        *_proofs(language.gettext("New text, as Markdown"), language.gettext("New page, as served"), *new),
    )


def _proofs(text: str, page: str, record: Record, provenance: Provenance) -> Iterator[Proof]:
    path = f"{record.document.path}.md"
    yield Proof(
        command=f"{show_command(record.commit, path)} | sha256sum",
        digest=provenance.markdown_sha256,
        meaning=text,
    )
    for source in provenance.sources:
        yield Proof(
            command=f"{show_command(record.commit, source.snapshot)} | sha256sum",
            digest=source.body_sha256,
            meaning=page,
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
