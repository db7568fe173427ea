"""Every clause of a document through its whole history: which clause of one version is which of the next.

The alignment of neighbours comes from the comparison that is handed in. Added here is what only a whole history can
tell: a clause that comes back after an absence, or to a text that it had before, is the same clause. No text is
compared again for that, but in one case: where clauses return after a gap, what stands between them is compared with
the version before the gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tracker.history.drafts import Arrival, LineDraft, Locate, Seat, is_same_place, make_seats, name_line
from tracker.history.pieces import Piece, share_out, whole_redline
from tracker.model import Change, Clause, ClauseChange, Event, Lineage, Record, Span, StepOp, Version

#: Fewest words with which a text is known again in another section than the one it was removed from: shorter ones,
#: such as items of lists, stand in many places.
_LEAST_WORDS: Final = 4
#: Most gaps that one version is compared across.
_MOST_GAPS: Final = 2


def follow_clauses(
    records: Sequence[Record],
    events: Iterable[Event] = (),
    *,
    load: Callable[[Record], Version],
    compare: Callable[[Record, Record], Change],
    locate: Locate,
) -> Lineage:
    """Return the line of every clause of every version.

    Each version belongs to the lines before it as its comparison with the one before says; technical records too, so
    that a line runs on through them. Of a split, the line goes on with the piece that keeps most of it and the others
    begin lines; of a merge, the line of the piece that is kept most goes on and the others end. A clause that is added
    with a text that an ended line had before continues that line, in the same section, or anywhere if the text has
    four words. A whole version that comes back brings back the lines that it had.

    Args:
        records: All records of a document or a part of them without gaps, oldest first.
        events: The changes between them; those of other records are of no concern.
        load: Gives the version of a record.
        compare: Gives what differs between the versions of two records; asked for neighbours, and across gaps.
        locate: Gives the section by which a clause is cited, from a version and the index of one of its sections.
    """
    walk = _Walk(load=load, compare=compare, locate=locate)
    by_commit = {event.new.commit: event for event in events}
    for record in records:
        walk.pass_record(record, by_commit.get(record.commit))
    nexts = (by_commit.get(record.commit) for record in records[1:])
    sights = [
        # Where the new text was compared with another variant's, the event knows of that one's sights.
        event.last_seen_old if event is not None and event.old.commit == record.commit else record.fetched_at
        for record, event in zip(records, [*nexts, None], strict=True)
    ]
    return walk.finish(sights)


@dataclass(slots=True)
class _Fate:
    """What happens to one clause of the new version: which line it is, and by what."""

    line: int | None = None
    redline: tuple[Span, ...] | None = None
    """None where nobody found a difference."""
    change: ClauseChange | None = None
    op: StepOp | None = None
    """Where it is known beforehand; else it follows from texts and places."""
    others: list[int] = field(default_factory=list)
    """Lines that it takes in, or from which it was split."""


@dataclass(slots=True)
class _End:
    """Why a line finds no clause in the new version."""

    change: ClauseChange | None = None
    into: int | None = None
    """Index in the new version of the clause that it was merged into."""


class _Walk:
    """One pass over the records of a document. Lines are known by their place in the order in which they began."""

    def __init__(
        self, *, load: Callable[[Record], Version], compare: Callable[[Record, Record], Change], locate: Locate
    ) -> None:
        self._load, self._compare, self._locate = load, compare, locate
        self._records: list[Record] = []
        self._lines: list[LineDraft] = []
        self._places: list[tuple[int, ...]] = []
        self._holders: defaultdict[tuple[bool, str], list[int]] = defaultdict(list)
        """Text (of a heading or not) -> lines that had it, in the order in which they had it first."""
        self._free: set[int] = set()
        """Lines without a clause in the newest version: they may go on later."""
        self._ids: set[str] = set()
        self._seen: dict[str, int] = {}
        """Digest of a version's Markdown -> the first record that had it."""

    def pass_record(self, record: Record, event: Event | None) -> None:
        """Take in the next version."""
        last = self._records[-1] if self._records else None
        self._records.append(record)
        if last is not None and last.markdown_sha256 == record.markdown_sha256:
            self._places.append(self._places[-1])
            return
        ends: dict[int, _End] = {}
        if last is None:
            version = self._load(record)
            fates = [_Fate() for _ in version.clauses]
        else:
            version, fates = self._follow(last, record, ends)
        self._seen.setdefault(record.markdown_sha256, len(self._records) - 1)
        self._free.update(ends)
        seats = make_seats(version, self._locate)
        self._return_lines(version, seats, fates)
        self._begin_lines(version, seats, fates)
        self._write(version, seats, fates, event)
        for line in sorted(self._free & ends.keys()):
            end = ends[line]
            into = (self._lines[self._places[-1][end.into]].id,) if end.into is not None else ()
            self._lines[line].leave(len(self._records) - 1, record, event, change=end.change, into=into)

    def finish(self, sights: Sequence[datetime]) -> Lineage:
        """Return the lines of all versions passed so far, each of which was last served at its sight."""
        return Lineage(
            records=tuple(self._records),
            lines=tuple(line.finish(self._records, sights) for line in self._lines),
            places=tuple(self._places),
        )

    # -- from one version to the next ---------------------------------------------------------------------------------

    def _follow(self, last: Record, record: Record, ends: dict[int, _End]) -> tuple[Version, list[_Fate]]:
        """Return the new version with the fate of each clause, and note in `ends` the lines that find none in it."""
        twin = self._seen.get(record.markdown_sha256)
        if twin is None:
            change = self._compare(last, record)
            return change.new, self._follow_neighbour(change, ends)
        lines, olds = self._places[twin], set(self._places[-1])
        version = self._load(record)
        if olds.isdisjoint(lines):
            fates = [_Fate() for _ in lines]
        else:
            fates = self._follow_neighbour(self._compare(last, record), ends)
        for clause, fate, line in zip(version.clauses, fates, lines, strict=True):
            if fate.line != line:
                # The whole text has come back: each clause is what it was then, whatever it looks like now.
                fate.change, fate.op, fate.others = None, None, []
                fate.line, fate.redline = line, self._whole_redline(line, clause)
        self._free.difference_update(lines)
        for line in olds - ends.keys():
            ends[line] = _End()
        for line in lines:
            ends.pop(line, None)
        return version, fates

    def _whole_redline(self, line: int, clause: Clause) -> tuple[Span, ...]:
        """Return the redline from the last wording of `line` to `clause`, where nothing finer is known."""
        draft = self._lines[line]
        is_same = draft.numbers[clause.folded] == draft.wording
        return whole_redline(clause.text if is_same else draft.text, clause.text)

    def _follow_neighbour(self, change: Change, ends: dict[int, _End]) -> list[_Fate]:
        """Return the fate of each new clause by the comparison alone."""
        olds = self._places[-1]
        fates = [_Fate() for _ in change.new.clauses]
        told_old: set[int] = set()
        told_new: set[int] = set()
        for clause in change.clauses:
            told_old.update(clause.old_clauses)
            told_new.update(clause.new_clauses)
            self._follow_change(change, clause, fates, ends)
        for op in change.ops:
            # What no clause change tells of stands as it stood, one to one: `equal`, or moved with its section.
            quiet_old = [index for index in range(op.old_start, op.old_end) if index not in told_old]
            quiet_new = [index for index in range(op.new_start, op.new_end) if index not in told_new]
            for old_index, new_index in zip(quiet_old, quiet_new, strict=False):
                fates[new_index].line = olds[old_index]
        kept = {fate.line for fate in fates}
        for line in olds:
            if line not in kept:
                ends.setdefault(line, _End())
        return fates

    def _follow_change(
        self, change: Change, clause: ClauseChange, fates: Sequence[_Fate], ends: dict[int, _End]
    ) -> None:
        lines = [self._places[-1][index] for index in clause.old_clauses]
        news = clause.new_clauses
        for index in news:
            fates[index].change = clause
        if not news:
            ends.update((line, _End(change=clause)) for line in lines)
        if not news or not lines:
            return
        pieces = [
            piece
            for piece in _pieces(change, clause)
            if not self._belongs_elsewhere(change.new, change.new.clauses[news[piece.new]], lines[piece.old])
        ]
        for piece in pieces:
            fate = fates[news[piece.new]]
            fate.line, fate.redline = lines[piece.old], piece.redline
            fate.op = "split" if len(news) > len(lines) else "merged" if len(news) < len(lines) else None
        heir = news[pieces[0].new] if pieces else None
        for place in set(range(len(lines))) - {piece.old for piece in pieces}:
            ends[lines[place]] = _End(change=clause, into=heir)
            if heir is not None:
                fates[heir].others.append(lines[place])
        for place in set(range(len(news))) - {piece.new for piece in pieces}:
            if pieces:
                fates[news[place]].others.append(lines[pieces[0].old])

    def _belongs_elsewhere(self, version: Version, clause: Clause, line: int) -> bool:
        """Whether `clause` has word for word the text of an ended line of its section, and `line` never had it."""
        if clause.folded in self._lines[line].numbers:
            return False
        holders = self._holders.get((clause.kind == "heading", clause.folded), ())
        section = self._locate(version, clause.section)
        return any(other in self._free and is_same_place(self._lines[other].section, section) for other in holders)

    # -- what only a whole history tells -------------------------------------------------------------------------------

    def _return_lines(self, version: Version, seats: Sequence[Seat], fates: Sequence[_Fate]) -> None:
        """Give new clauses without a line the free line that had their text before."""
        gaps: set[int] = set()
        for clause, seat, fate in zip(version.clauses, seats, fates, strict=True):
            if fate.line is not None:
                continue
            is_long = clause.folded.count(" ") >= _LEAST_WORDS - 1
            found = [
                (self._rank(line, clause, seat), line)
                for line in self._holders.get((clause.kind == "heading", clause.folded), ())
                if line in self._free and (is_long or is_same_place(self._lines[line].section, seat.section))
            ]
            if not found:
                continue
            line = min(found)[1]
            draft = self._lines[line]
            if draft.ended_at is not None:
                gaps.add(draft.ended_at)
            self._give(line, fate, self._whole_redline(line, clause))
        for gap in sorted(gaps, reverse=True)[:_MOST_GAPS]:
            self._close_gap(gap, fates)

    def _rank(self, line: int, clause: Clause, seat: Seat) -> tuple[bool, bool, int]:
        """Return how far a free line is from going on as `clause`: another place, an older text, a longer absence."""
        draft = self._lines[line]
        is_last = draft.numbers[clause.folded] == draft.wording
        ended_at = len(self._records) if draft.ended_at is None else draft.ended_at
        return (not is_same_place(draft.section, seat.section), not is_last, -ended_at)

    def _close_gap(self, gap: int, fates: Sequence[_Fate]) -> None:
        """Compare with the version before the record `gap`: clauses without a line may be ended ones, reworded."""
        before = self._places[gap - 1]
        waiting = {line for line in before if line in self._free and self._lines[line].ended_at == gap}
        if not waiting or all(fate.line is not None for fate in fates):
            return
        change = self._compare(self._records[gap - 1], self._records[-1])
        for clause in change.clauses:
            for piece in _pieces(change, clause):
                line, fate = before[clause.old_clauses[piece.old]], fates[clause.new_clauses[piece.new]]
                if line in waiting and fate.line is None:
                    fate.change = clause
                    self._give(line, fate, piece.redline)

    def _give(self, line: int, fate: _Fate, redline: tuple[Span, ...]) -> None:
        fate.line, fate.op, fate.redline = line, "returned", redline
        fate.others = []
        self._free.discard(line)

    # -- writing it down -----------------------------------------------------------------------------------------------

    def _begin_lines(self, version: Version, seats: Sequence[Seat], fates: Sequence[_Fate]) -> None:
        heirs = {fate.line: fate for fate in fates if fate.op == "split"}
        for clause, seat, fate in zip(version.clauses, seats, fates, strict=True):
            if fate.line is not None:
                continue
            name = name_line(seat.section, clause.folded, self._ids)
            self._ids.add(name)
            fate.line = len(self._lines)
            fate.op = "split-from" if fate.others else "first-seen"
            fate.redline = whole_redline("", clause.text)
            self._lines.append(LineDraft(id=name, kind=clause.kind))
            for parent in fate.others:
                if parent in heirs:
                    heirs[parent].others.append(fate.line)

    def _write(self, version: Version, seats: Sequence[Seat], fates: Sequence[_Fate], event: Event | None) -> None:
        lines = tuple(fate.line for fate in fates if fate.line is not None)
        self._places.append(lines)
        for clause, seat, fate, line in zip(version.clauses, seats, fates, lines, strict=True):
            arrival = Arrival(
                text=clause.text,
                folded=clause.folded,
                section=seat.section,
                heading=None if seat.heading is None else self._lines[lines[seat.heading]].id,
                op=fate.op,
                redline=fate.redline,
                change=fate.change,
                others=tuple(self._lines[other].id for other in fate.others),
            )
            if self._lines[line].arrive(len(self._records) - 1, self._records[-1], event, arrival):
                self._holders[clause.kind == "heading", clause.folded].append(line)


def _pieces(change: Change, clause: ClauseChange) -> tuple[Piece, ...]:
    """Return which old clauses of `clause` go on as which new ones."""
    return share_out(
        clause.redline,
        [change.old.clauses[index].text for index in clause.old_clauses],
        [change.new.clauses[index].text for index in clause.new_clauses],
    )
