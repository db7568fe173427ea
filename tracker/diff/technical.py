"""Differences that no word carries: link targets, emphasis, typography, how a text is cut into paragraphs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.model import Clause, fold_text

_MARK_NAMES: Final = {"strong": "bold", "emphasis": "italics", "code": "code"}
_MOST_NAMED: Final = 5
_LONGEST_QUOTE: Final = 60


def changed_links(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[tuple[str, str], ...]:
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


def name_technical(old: Sequence[Clause], new: Sequence[Clause]) -> tuple[str, ...]:
    """Return a note for every way in which two clauses of the same words are written otherwise."""
    notes: list[str] = []
    if len(old) != len(new):
        notes.append(f"paragraphs: {_count(len(old))} became {_count(len(new))}")
    if len(old) == len(new) == 1 and (old[0].kind == "heading") != (new[0].kind == "heading"):
        kinds = ("heading", "paragraph") if old[0].kind == "heading" else ("paragraph", "heading")
        notes.append(f"layout: a {kinds[0]} became a {kinds[1]}")
    was, now = " ".join([clause.folded for clause in old]), " ".join([clause.folded for clause in new])
    if was != now:
        is_heading = old[0].kind == new[0].kind == "heading"
        return (*notes, "heading: other capitals") if is_heading and was.casefold() == now.casefold() else tuple(notes)
    if _is_restyled(" ".join([clause.text for clause in old]), " ".join([clause.text for clause in new])):
        notes.append("typography: quotation marks, dashes or dots in another style")
    notes.extend(_changed_marks(old, new))
    return tuple(notes)


def quote_start(text: str) -> str:
    """Return the beginning of `text` in quotation marks, for a note."""
    return repr(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}\u2026")


def _count(paragraphs: int) -> str:
    return "1 paragraph" if paragraphs == 1 else f"{paragraphs} paragraphs"


def _is_restyled(old: str, new: str) -> bool:
    """Whether characters differ that fold to visible ones; what folds to nothing is named elsewhere."""
    if old == new:
        return False
    was, now = Counter(old), Counter(new)
    return any(fold_text(character) for character in {*(was - now), *(now - was)})


def _changed_marks(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[str]:
    was, now = Counter(_marked_words(old)), Counter(_marked_words(new))
    if was == now:
        return
    changes = [(kind, words, "added") for kind, words in (now - was).elements()]
    changes += [(kind, words, "removed") for kind, words in (was - now).elements()]
    for kind, words, verb in changes[:_MOST_NAMED]:
        yield f"emphasis: {_MARK_NAMES[kind]} {verb} on {quote_start(words)}"
    if len(changes) > _MOST_NAMED:
        yield f"emphasis: {len(changes) - _MOST_NAMED} more differences"


def _marked_words(clauses: Sequence[Clause]) -> Iterator[tuple[str, str]]:
    for clause in clauses:
        for mark in clause.marks:
            yield mark.kind, fold_text(clause.text[mark.start : mark.end])


def _linked_words(clauses: Sequence[Clause]) -> list[tuple[str, str]]:
    return [
        (fold_text(clause.text[link.start : link.end]), link.href)
        for clause in clauses
        for link in clause.links
        if not link.href.startswith("#")
    ]
