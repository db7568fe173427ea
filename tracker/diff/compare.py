"""One version to the next, as a list of clause changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from tracker.diff.align import Alignment, align_clauses, map_sections
from tracker.diff.oddities import name_oddities
from tracker.diff.redline import COARSE_NOTE, redline_texts
from tracker.diff.sections import section_ref
from tracker.diff.tokens import count_words
from tracker.model import Change, Clause, ClauseChange, Op, OpTag, Version, fold_text

_PARAGRAPH_BREAK: Final = "\n\n"


def compare_versions(old: Version, new: Version) -> Change:
    """Return what differs from `old` to `new`, in reading order of `new`.

    A removed clause stands where it stood: after the clause that it followed.
    """
    return _Comparison(old, new).compare()


class _Comparison:
    def __init__(self, old: Version, new: Version) -> None:
        self.old, self.new = old, new
        self.alignment: Alignment = align_clauses(old, new)
        self.sections = map_sections(old, new, self.alignment.pairs)
        self.kept_sections = set(self.sections.values())
        self.moved_sections = {
            old.clauses[index].section for index in self.alignment.moved if old.clauses[index].kind == "heading"
        }

    def compare(self) -> Change:
        groups = self._groups()
        ops: list[Op] = []
        changes: list[ClauseChange] = []
        for old_indices, new_indices in groups:
            change = self._clause_change(old_indices, new_indices)
            if change is not None:
                changes.append(change)
            tag: OpTag = change.op if change is not None else self._quiet_tag(old_indices)
            _append_op(ops, tag, old_indices, new_indices)
        added, removed = _count(changes)
        return Change(
            old=self.old,
            new=self.new,
            ops=tuple(ops),
            clauses=tuple(changes),
            words_added=added,
            words_removed=removed,
        )

    def _groups(self) -> list[tuple[list[int], list[int]]]:
        """Return (old indices, new indices) of clauses that belong together, in reading order of the new version."""
        alignment = self.alignment
        group_of_new: dict[int, tuple[list[int], list[int]]] = {}
        swallowed_old: set[int] = set()
        swallowed_new: set[int] = set()
        for old_index, new_index in alignment.pairs.items():
            olds = sorted([old_index, *alignment.joined_old.get(old_index, [])])
            news = sorted([new_index, *alignment.joined_new.get(old_index, [])])
            group_of_new[news[0]] = (olds, news)
            swallowed_old.update(olds)
            swallowed_new.update(news)
        removed_after: dict[int, list[int]] = defaultdict(list)
        last = -1
        for index in range(len(self.old.clauses)):
            if index in alignment.pairs:
                last = last if index in alignment.moved else alignment.pairs[index]
            elif index not in swallowed_old:
                removed_after[last].append(index)
        groups: list[tuple[list[int], list[int]]] = [([index], []) for index in removed_after[-1]]
        for index in range(len(self.new.clauses)):
            if index in group_of_new:
                groups.append(group_of_new[index])
            elif index not in swallowed_new:
                groups.append(([], [index]))
            groups.extend(([gone], []) for gone in removed_after[index])
        return groups

    def _quiet_tag(self, old_indices: Sequence[int]) -> OpTag:
        return "moved" if set(old_indices) & self.alignment.moved else "equal"

    def _clause_change(self, old_indices: Sequence[int], new_indices: Sequence[int]) -> ClauseChange | None:
        old_clauses = [self.old.clauses[index] for index in old_indices]
        new_clauses = [self.new.clauses[index] for index in new_indices]
        old_text = _PARAGRAPH_BREAK.join(clause.text for clause in old_clauses)
        new_text = _PARAGRAPH_BREAK.join(clause.text for clause in new_clauses)
        is_move = any(
            self._is_move(self.old.clauses[index], self.new.clauses[self.alignment.pairs[index]])
            for index in old_indices
            if index in self.alignment.pairs
        )
        links = _changed_links(old_clauses, new_clauses) if old_clauses and new_clauses else ()
        if old_text == new_text and not is_move and not links:
            return None
        old_ref = section_ref(self.old, old_clauses[0].section) if old_clauses else None
        new_ref = section_ref(self.new, new_clauses[0].section) if new_clauses else None
        section = new_ref or old_ref
        if section is None:
            raise AssertionError("a group of clauses has at least one")
        spans, coarse = redline_texts(old_text, new_text)
        notes = name_oddities(old_text, new_text)
        return ClauseChange(
            op="added" if not old_clauses else "removed" if not new_clauses else "moved" if is_move else "modified",
            section=section,
            moved_from=old_ref if is_move else None,
            old=old_text,
            new=new_text,
            redline=spans,
            old_clauses=tuple(old_indices),
            new_clauses=tuple(new_indices),
            links=links,
            notes=(*notes, COARSE_NOTE) if coarse else notes,
        )

    def _is_move(self, old_clause: Clause, new_clause: Clause) -> bool:
        """Whether a reader finds the clause in another place; what moves with its section moves once, with the heading.

        A heading moves when its number changes and its title does not, or when it leaves the order.
        """
        out_of_order = old_clause.index in self.alignment.moved
        if old_clause.kind == "heading" and new_clause.kind == "heading":
            was, now = self.old.sections[old_clause.section], self.new.sections[new_clause.section]
            renumbered = was.number != now.number and fold_text(was.title) == fold_text(now.title)
            return renumbered or out_of_order
        target = self.sections.get(old_clause.section)
        if target == new_clause.section:
            return out_of_order and old_clause.section not in self.moved_sections
        if out_of_order:
            return True
        # In order, but under another heading: a move unless its old heading is gone or its new one is new.
        return target is not None and new_clause.section in self.kept_sections


def _append_op(ops: list[Op], tag: OpTag, old_indices: Sequence[int], new_indices: Sequence[int]) -> None:
    """Append the op, joined with the one before it where both are the same and follow each other."""
    old_start = old_indices[0] if old_indices else (ops[-1].old_end if ops else 0)
    old_end = old_indices[-1] + 1 if old_indices else old_start
    new_start = new_indices[0] if new_indices else (ops[-1].new_end if ops else 0)
    new_end = new_indices[-1] + 1 if new_indices else new_start
    if ops and tag == "equal" and ops[-1].tag == "equal":
        last = ops[-1]
        if last.old_end == old_start and last.new_end == new_start:
            ops[-1] = Op(
                tag="equal", old_start=last.old_start, old_end=old_end, new_start=last.new_start, new_end=new_end
            )
            return
    ops.append(Op(tag=tag, old_start=old_start, old_end=old_end, new_start=new_start, new_end=new_end))


def _count(changes: Sequence[ClauseChange]) -> tuple[int, int]:
    counted = [change for change in changes if not change.is_technical]
    added = sum(count_words(span.text) for change in counted for span in change.redline if span.tag == "+")
    removed = sum(count_words(span.text) for change in counted for span in change.redline if span.tag == "-")
    return added, removed


def _changed_links(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[tuple[str, str], ...]:
    """Return (old target, new target) where the same linked words lead elsewhere.

    Under unchanged words a link that came or went counts too, with `""` on the other side.
    """
    if not any(clause.links for clause in (*old, *new)):
        return ()
    was = _linked_words(old)
    now = _linked_words(new)
    if was == now:
        return ()
    same_text = [clause.folded for clause in old] == [clause.folded for clause in new]
    changed: list[tuple[str, str]] = []
    targets: dict[str, list[str]] = defaultdict(list)
    for words, href in now:
        targets[words].append(href)
    for words, href in was:
        if targets[words]:
            other = targets[words].pop(0)
            if other != href:
                changed.append((href, other))
        elif same_text:
            changed.append((href, ""))
    if same_text:
        changed.extend(("", href) for hrefs in targets.values() for href in hrefs)
    return tuple(changed)


def _linked_words(clauses: Sequence[Clause]) -> list[tuple[str, str]]:
    return [
        (fold_text(clause.text[link.start : link.end]), link.href)
        for clause in clauses
        for link in clause.links
        if not link.href.startswith("#")
    ]
