"""One version to the next, as a list of clause changes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from tracker.diff.align import Alignment, align_clauses
from tracker.diff.oddities import name_oddities
from tracker.diff.redline import COARSE_NOTE, redline_texts
from tracker.diff.sections import SectionFinder
from tracker.diff.technical import changed_links, name_technical, quote_start
from tracker.diff.tokens import count_words, is_word, split_tokens
from tracker.model import Change, Clause, ClauseChange, Op, OpTag, SpanTag, Version, fold_text

_PARAGRAPH_BREAK: Final = "\n\n"


def compare_versions(old: Version, new: Version) -> Change:
    """Return what differs from `old` to `new`, in reading order of `new`.

    A removed clause stands where it stood: after the clause that it followed.
    """
    return _Comparison(old, new).compare()


class _Comparison:
    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        self.old_refs, self.new_refs = SectionFinder(old), SectionFinder(new)
        self.alignment: Alignment = align_clauses(old, new)
        self.kept_sections = set(self.alignment.sections.values())
        self.ops: list[Op] = []
        self.changes: list[ClauseChange] = []

    def compare(self) -> Change:
        self._walk()
        added, removed = count_changed_words(self.changes)
        return Change(
            old=self.old,
            new=self.new,
            ops=tuple(self.ops),
            clauses=tuple(self.changes),
            words_added=added,
            words_removed=removed,
        )

    def _walk(self) -> None:
        """Go through the clauses of the new version, and tell each removed one after the clause that it followed."""
        alignment = self.alignment
        groups, grouped = self._groups()
        back = {new_index: old_index for old_index, new_index in alignment.pairs.items()}
        removed_after = self._removed_after()
        self._tell_removed(removed_after.get(-1, ()))
        start = (-1, -1)  # of the run of clauses of which nothing is to be said
        for index in range(len(self.new.clauses)):
            old_index = back.get(index, -1)
            if old_index >= 0 and index not in grouped and self._is_same(old_index, index):
                if start[1] < 0 or old_index - start[0] != index - start[1]:
                    self._end_run(start, index)
                    start = (old_index, index)
            else:
                self._end_run(start, index)
                start = (-1, -1)
                if index in groups:
                    self._tell(*groups[index])
                elif index not in grouped:
                    self._tell([old_index] if old_index >= 0 else [], [index])
            if index in removed_after:
                self._end_run(start, index + 1)
                start = (-1, -1)
                self._tell_removed(removed_after[index])
        self._end_run(start, len(self.new.clauses))

    def _groups(self) -> tuple[dict[int, tuple[list[int], list[int]]], set[int]]:
        """Return (old indices, new indices) of splits and merges, by first new index; and all their new indices."""
        alignment = self.alignment
        groups: dict[int, tuple[list[int], list[int]]] = {}
        grouped: set[int] = set()
        for old_index in sorted({*alignment.joined_old, *alignment.joined_new}):
            olds = sorted([old_index, *alignment.joined_old.get(old_index, [])])
            news = sorted([alignment.pairs[old_index], *alignment.joined_new.get(old_index, [])])
            groups[news[0]] = (olds, news)
            grouped.update(news)
        return groups, grouped

    def _removed_after(self) -> dict[int, list[int]]:
        """Return the removed clauses by the new index of the clause that they followed, -1 for the start."""
        alignment = self.alignment
        merged = {index for further in alignment.joined_old.values() for index in further}
        removed: dict[int, list[int]] = defaultdict(list)
        last = -1
        for index in range(len(self.old.clauses)):
            new_index = alignment.pairs.get(index)
            if new_index is not None:
                last = last if index in alignment.moved else new_index
            elif index not in merged:
                removed[last].append(index)
        return removed

    def _is_same(self, old_index: int, new_index: int) -> bool:
        """Whether nothing at all is to be said of a pair: asked first, since it is true of most."""
        old_clause, new_clause = self.old.clauses[old_index], self.new.clauses[new_index]
        return (
            old_clause.text == new_clause.text
            and old_clause.links == new_clause.links
            and old_clause.marks == new_clause.marks
            and old_index not in self.alignment.moved
            and old_index not in self.alignment.displaced
            and self.alignment.sections.get(old_clause.section) == new_clause.section
        )

    def _end_run(self, start: tuple[int, int], new_end: int) -> None:
        old_start, new_start = start
        if new_start >= 0:
            old_end = old_start + new_end - new_start
            self.ops.append(Op(tag="equal", old_start=old_start, old_end=old_end, new_start=new_start, new_end=new_end))

    def _tell_removed(self, indices: Sequence[int]) -> None:
        for index in indices:
            self._tell([index], [])

    def _tell(self, old_indices: list[int], new_indices: list[int]) -> None:
        change = self._clause_change(old_indices, new_indices)
        if change is not None:
            self.changes.append(change)
        is_moved = not self.alignment.moved.isdisjoint(old_indices)
        tag: OpTag = change.op if change is not None else "moved" if is_moved else "equal"
        old_start = old_indices[0] if old_indices else (self.ops[-1].old_end if self.ops else 0)
        new_start = new_indices[0] if new_indices else (self.ops[-1].new_end if self.ops else 0)
        self.ops.append(
            Op(
                tag=tag,
                old_start=old_start,
                old_end=old_indices[-1] + 1 if old_indices else old_start,
                new_start=new_start,
                new_end=new_indices[-1] + 1 if new_indices else new_start,
            )
        )

    def _clause_change(self, old_indices: Sequence[int], new_indices: Sequence[int]) -> ClauseChange | None:
        old_clauses = [self.old.clauses[index] for index in old_indices]
        new_clauses = [self.new.clauses[index] for index in new_indices]
        old_text = _PARAGRAPH_BREAK.join([clause.text for clause in old_clauses])
        new_text = _PARAGRAPH_BREAK.join([clause.text for clause in new_clauses])
        old_ref = self.old_refs.find(old_clauses[0].section) if old_clauses else None
        new_ref = self.new_refs.find(new_clauses[0].section) if new_clauses else None
        if old_ref is None or new_ref is None:
            section = new_ref or old_ref
            if section is None:
                raise AssertionError("a group of clauses has at least one")
            return ClauseChange(
                op="added" if old_ref is None else "removed",
                section=section,
                old=old_text,
                new=new_text,
                redline=redline_texts(old_text, new_text)[0],
                old_clauses=tuple(old_indices),
                new_clauses=tuple(new_indices),
                notes=name_oddities(old_text, new_text),
            )
        is_move = any(
            self._is_move(self.old.clauses[index], self.new.clauses[self.alignment.pairs[index]])
            for index in old_indices
            if index in self.alignment.pairs
        )
        links = changed_links(old_clauses, new_clauses)
        technical = name_technical(old_clauses, new_clauses)
        if old_text == new_text and not is_move and not links and not technical:
            return None
        spans, coarse = redline_texts(old_text, new_text)
        place = self._place_note(old_indices[0], new_indices[0]) if is_move and old_ref == new_ref else ()
        return ClauseChange(
            op="moved" if is_move else "modified",
            section=new_ref,
            moved_from=old_ref if is_move else None,
            old=old_text,
            new=new_text,
            redline=spans,
            old_clauses=tuple(old_indices),
            new_clauses=tuple(new_indices),
            is_heading=old_clauses[0].kind == new_clauses[0].kind == "heading",
            links=links,
            notes=(*name_oddities(old_text, new_text), *technical, *place, *((COARSE_NOTE,) if coarse else ())),
        )

    def _place_note(self, old_index: int, new_index: int) -> tuple[str, ...]:
        """Tell where a clause stood and stands whose section bears no other number or title than before."""
        was, now = _words_before(self.old, old_index), _words_before(self.new, new_index)
        return (f"place: stood {was}, stands {now}",) if was != now else ()

    def _is_move(self, old_clause: Clause, new_clause: Clause) -> bool:
        """Whether a reader finds the clause in another place; what moves with its section moves once, with the heading.

        A heading moves when its number changes and its title does not, or when it leaves the order.
        """
        if old_clause.index in self.alignment.displaced:
            return True
        if old_clause.kind == "heading" and new_clause.kind == "heading":
            was, now = self.old.sections[old_clause.section], self.new.sections[new_clause.section]
            return was.number != now.number and fold_text(was.title) == fold_text(now.title)
        if old_clause.kind == "heading" or new_clause.kind == "heading":
            return False
        target = self.alignment.sections.get(old_clause.section)
        # Under another heading: a move unless its old heading is gone or its new one is new.
        return target is not None and target != new_clause.section and new_clause.section in self.kept_sections


def _words_before(version: Version, index: int) -> str:
    """Return what a clause stands after, for people to find it by; a heading stands after a heading of its level."""
    clauses, sections = version.clauses, version.sections
    before = index - 1
    if clauses[index].kind == "heading":
        level = sections[clauses[index].section].level
        while before >= 0 and (clauses[before].kind != "heading" or sections[clauses[before].section].level > level):
            before -= 1
    if before < 0:
        return "at the start"
    return f"after {quote_start(clauses[before].text)}"


def count_changed_words(changes: Sequence[ClauseChange]) -> tuple[int, int]:
    """Return how many words came and went; those that were only written otherwise count on neither side."""
    added = removed = 0
    for change in changes:
        if change.old == change.new or change.is_technical:
            continue
        if not change.old or not change.new:
            added += _count_words(change.new)
            removed += _count_words(change.old)
            continue
        come = _Counted(change, "+")
        gone = _Counted(change, "-")
        both = 0
        if come.has_styles or gone.has_styles or (change.is_heading and come.words and gone.words):
            both = max((come.folded() & gone.folded()).total() - (come.raw() & gone.raw()).total(), 0)
        added += come.words - both
        removed += gone.words - both
    return added, removed


class _Counted:
    """The words of one side of a redline."""

    def __init__(self, change: ClauseChange, tag: SpanTag) -> None:
        self._text = "\n".join([span.text for span in change.redline if span.tag == tag])
        self._is_heading = change.is_heading
        self.has_styles = _has_styles(self._text)
        self.words = _count_words(self._text)

    def raw(self) -> Counter[str]:
        return _words(self._text)

    def folded(self) -> Counter[str]:
        text = fold_text(self._text)
        return _words(text.casefold() if self._is_heading else text)


def _has_styles(text: str) -> bool:
    """Whether a text may be written otherwise with the same words."""
    return not text.isascii() or "`" in text


def _count_words(text: str) -> int:
    return count_words(fold_text(text) if _has_styles(text) else text)


def _words(text: str) -> Counter[str]:
    return Counter(filter(is_word, split_tokens(text)))
