"""What a careful editor would say of an edited document, and whether a comparison says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tests.diff.invented import Block, Document, Part
from tracker.model import Change, ClauseChange, visible_text

Place: TypeAlias = tuple[str | None, str]
"""Number and title of the section that a reader would name."""

#: Removed and added clauses with more words in common than this might as well be one clause reworded.
_MOST_ALIKE: Final = 0.4
#: A reworded clause keeps so many words at least, or it might as well be another.
_LEAST_KEPT: Final = 0.5
#: How much more alike a reworded clause must be to itself than to any other that changed.
_MARGIN: Final = 0.1
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PLAIN: Final = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Clauses that belong together, and how they should be reported."""

    keys: frozenset[int]
    olds: tuple[int, ...]
    """Indices in the old version."""
    news: tuple[int, ...]
    old_texts: tuple[str, ...]
    new_texts: tuple[str, ...]
    ops: frozenset[str]
    """Any of these; `none` stands for no report."""
    section: Place
    moved_from: Place | None
    is_heading: bool
    is_technical: bool
    """Whether no word differs."""
    links: int = 0
    """How many targets changed."""
    note: str = ""

    @property
    def old(self) -> str:
        return "\n\n".join(self.old_texts)

    @property
    def new(self) -> str:
        return "\n\n".join(self.new_texts)


@dataclass(slots=True)
class _Group:
    olds: list[int]
    news: list[int]


def expect(base: Document, edited: Document) -> list[Expected]:
    """Return what should be reported, for every clause of either document."""
    old, new = list(base.blocks()), list(edited.blocks())
    place_of = {block.key: place for place, (_, block) in enumerate(old)}
    groups: list[_Group] = []
    group_of: dict[int, _Group] = {}
    for index, (_, block) in enumerate(new):
        known = next((group_of[origin] for origin in block.origins if origin in group_of), None)
        group = known or _Group([], [])
        if known is None:
            groups.append(group)
        group.news.append(index)
        for origin in block.origins:
            if origin not in group_of:
                group_of[origin] = group
                group.olds.append(place_of[origin])
    groups.extend(_Group([place], []) for place, (_, block) in enumerate(old) if block.key not in group_of)
    return [_expected(base, edited, [old[x] for x in sorted(g.olds)], [new[x] for x in g.news], g) for g in groups]


def _expected(
    base: Document,
    edited: Document,
    olds: Sequence[tuple[Part, Block]],
    news: Sequence[tuple[Part, Block]],
    group: _Group,
) -> Expected:
    old_texts = tuple(visible_text(block.text) for _, block in olds)
    new_texts = tuple(visible_text(block.text) for _, block in news)
    old_text, new_text = " ".join(old_texts), " ".join(new_texts)
    was = _place(base, olds[0][0]) if olds else None
    now = _place(edited, news[0][0]) if news else None
    is_technical = plain(old_text) == plain(new_text)
    is_heading = (olds or news)[0][1].kind == "heading"
    links = sum(
        one.href != other.href
        for one, other in zip(
            [link for _, block in olds for link in block.links],
            [link for _, block in news for link in block.links],
            strict=False,
        )
    ) + abs(sum(len(block.links) for _, block in olds) - sum(len(block.links) for _, block in news))
    ops: set[str]
    if not olds or not news:
        ops = {"added" if news else "removed"}
        links, is_technical = 0, False
    elif is_heading:
        ops = _heading_ops(edited, olds[0][0], news[0][0])
        ops = {"modified"} if links and ops == {"none"} else ops
        is_technical = plain(old_text).casefold() == plain(new_text).casefold()
    elif any(block.moved for _, block in news):
        ops = {"moved"}
    elif old_texts != new_texts:
        # What differs in printing alone can be shown; what is hidden must be.
        must = not is_technical or any(block.note for _, block in news) or len(olds) != 1 or len(news) != 1
        ops = {"modified"} if must else {"modified", "none"}
    elif links:
        ops = {"modified"}
    else:
        ops = (
            {"none"}
            if [block.marks for _, block in olds] == [block.marks for _, block in news]
            else {"modified", "none"}
        )
    return Expected(
        keys=frozenset(block.key for _, block in (*olds, *news)),
        olds=tuple(sorted(group.olds)),
        news=tuple(group.news),
        old_texts=old_texts,
        new_texts=new_texts,
        ops=frozenset(ops),
        section=now or was or (None, ""),
        moved_from=was,
        is_heading=is_heading,
        is_technical=is_technical,
        links=links,
        note="".join(block.note for _, block in news),
    )


def _heading_ops(edited: Document, was: Part, now: Part) -> set[str]:
    if was.number != now.number:
        return {"modified", "moved"} if was.title != now.title else {"moved"}
    if was.title.casefold() == now.title.casefold():
        ops = {"none"} if was.title == now.title else {"modified", "none"}
    else:
        ops = {"modified"}
    return ops | {"moved"} if now.maybe_moved and not edited.is_numbered else ops


def plain(text: str) -> str:
    """Return `text` without what a reader cannot see or would not call a change."""
    return " ".join(_UNSEEN.sub("", text).translate(_PLAIN).split())


def _place(document: Document, part: Part) -> Place:
    """Return the innermost numbered heading around `part`, as DESIGN, section 7, has it."""
    parts = document.parts
    index = next(place for place, other in enumerate(parts) if other is part)
    level = 7
    for other in reversed(parts[: index + 1]):
        if other.level < level:
            level = other.level
            if other.number is not None:
                return other.number, other.title
    numbered = [place for place, other in enumerate(parts) if other.number is not None]
    return ("0" if index < (numbered[0] if numbered else 1) else None), part.title


# --- is the truth plain? ----------------------------------------------------------------------------------------------


def is_plain(expected: Sequence[Expected]) -> bool:
    """Whether no two changed clauses resemble each other more than those that are one: else editors might disagree."""
    if not _titles_differ(expected):
        return False
    changed = [x for x in expected if not x.is_heading and x.ops != {"none"} and not x.is_technical]
    limits = [_alike(_bag(x.old), _bag(x.new)) - _MARGIN if x.olds and x.news else _MOST_ALIKE for x in changed]
    if any(x.olds and x.news and limit + _MARGIN < _LEAST_KEPT for x, limit in zip(changed, limits, strict=True)):
        return False
    pieces = [([_bag(text) for text in x.old_texts], [_bag(text) for text in x.new_texts]) for x in expected]
    limit_of = {id(x): limit for x, limit in zip(changed, limits, strict=True)}
    touched = [
        (limit_of.get(id(x), _MOST_ALIKE), *both)
        for x, both in zip(expected, pieces, strict=True)
        if id(x) in limit_of or (x.ops != {"none"} and len(x.olds) != len(x.news))
    ]
    return all(
        _alike(old, new) <= min(limit, other_limit)
        for place, (limit, olds, _) in enumerate(touched)
        for other_place, (other_limit, _, news) in enumerate(touched)
        if place != other_place
        for old in olds
        for new in news
    )


def _titles_differ(expected: Sequence[Expected]) -> bool:
    """Whether no removed heading and no added one have a word in common: else they might be one, retitled."""
    headings = [x for x in expected if x.is_heading]
    gone = {word for x in headings if not x.news for word in _words(x.old) if word.isalpha()}
    come = {word for x in headings if not x.olds for word in _words(x.new) if word.isalpha()}
    return not gone & come - {"and"}


def _bag(text: str) -> frozenset[str]:
    return frozenset(_words(text))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / ((len(one) + len(other)) or 1)


# --- does the comparison say it? --------------------------------------------------------------------------------------


def complaints(expected: Sequence[Expected], change: Change) -> list[tuple[Expected, str]]:
    """Return what is reported otherwise than expected, with how."""
    told_of: dict[tuple[str, int], ClauseChange] = {}
    for clause in change.clauses:
        told_of.update({("old", index): clause for index in clause.old_clauses})
        told_of.update({("new", index): clause for index in clause.new_clauses})
    found: list[tuple[Expected, str]] = []
    for one in expected:
        places = [("old", index) for index in one.olds] + [("new", index) for index in one.news]
        told: list[ClauseChange] = []
        for place in places:
            if place in told_of and all(told_of[place] is not other for other in told):
                told.append(told_of[place])
        complaint = _complaint(one, told)
        if complaint:
            found.append(
                (one, f"{complaint}; expected {'|'.join(sorted(one.ops))} {_shown(one.section)} {one.new or one.old!r}")
            )
    return found


def _complaint(one: Expected, told: Sequence[ClauseChange]) -> str:
    if not told:
        return "" if "none" in one.ops else "not reported"
    if len(told) > 1:
        return "reported as " + " and ".join(f"{x.op} {x.section.number}" for x in told)
    clause = told[0]
    if (clause.old_clauses, clause.new_clauses) != (one.olds, one.news):
        return f"{clause.op} together with others: {clause.old!r} -> {clause.new!r}"
    if clause.op not in one.ops:
        return f"reported as {clause.op}"
    return ", ".join(_wrong_details(one, clause))


def _wrong_details(one: Expected, clause: ClauseChange) -> Iterator[str]:
    if (clause.section.number, clause.section.title) != one.section:
        yield f"section {clause.section.number} {clause.section.title}"
    came = (clause.moved_from.number, clause.moved_from.title) if clause.moved_from else None
    if came != (one.moved_from if clause.op == "moved" else None):
        yield f"moved from {_shown(came)} and not {_shown(one.moved_from)}"
    if (clause.old, clause.new) != (one.old, one.new):
        yield "texts differ"
    if one.is_technical and clause.op == "modified" and not clause.is_technical and not one.note:
        yield "not technical"
    if len(clause.links) != one.links:
        yield f"links {clause.links}"
    if one.note and not any(one.note in note for note in clause.notes):
        yield f"notes {clause.notes}"


def _shown(place: Place | None) -> str:
    return "nowhere" if place is None else f"{place[0] or ''} {place[1]}".strip()
