"""Cutting the document out of its page: CSS selectors and ranges, by Open Terms Archive's rules."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from bs4.element import PageElement
from soupsieve import SelectorSyntaxError

from tracker.errors import ExtractError
from tracker.model import Range, Selector


@dataclass(frozen=True, slots=True)
class _Cut:
    """A range resolved to positions in document order: `start <= node < end`."""

    start: int
    end: int


class _Positions:
    """Where every node of a page begins and ends, in document order."""

    def __init__(self, page: BeautifulSoup) -> None:
        self._begin: dict[int, int] = {}
        self._end: dict[int, int] = {}
        position = 0
        stack: list[tuple[PageElement, bool]] = [(page, False)]
        while stack:
            node, closing = stack.pop()
            position += 1
            if closing:
                self._end[id(node)] = position
                continue
            self._begin[id(node)] = position
            stack.append((node, True))
            if isinstance(node, Tag):
                stack.extend((child, False) for child in reversed(node.contents))

    def begin(self, node: PageElement) -> int:
        return self._begin[id(node)]

    def end(self, node: PageElement) -> int:
        return self._end[id(node)]


def remove_parts(page: BeautifulSoup, selectors: Sequence[Selector]) -> None:
    """Remove what `selectors` match; ranges are resolved before any node goes, a CSS selector may match nothing.

    Raises:
        ExtractError: If a range has no start or no end on the page, or a selector is not CSS.
    """
    if not selectors:
        return
    nodes: list[Tag] = []
    cuts: list[_Cut] = []
    positions = _Positions(page) if any(isinstance(selector, Range) for selector in selectors) else None
    for selector in selectors:
        if isinstance(selector, str):
            nodes.extend(_select(page, selector))
        elif positions is not None:
            cuts.append(_resolve(page, selector, positions))
    doomed: list[PageElement] = [*nodes]
    for cut in cuts:
        if positions is not None:
            _collect_inside(page, cut, positions, doomed)
    for node in doomed:
        node.extract()


def select_parts(page: BeautifulSoup, selectors: Sequence[Selector]) -> tuple[PageElement, ...]:
    """Return the selected parts: in the order of `selectors`, in document order within each.

    A match inside another match of the same selector is kept once, inside its parent. Without selectors the whole body
    is selected.

    Raises:
        ExtractError: If nothing matches any selector, if a range has no start or no end, or a selector is not CSS.
    """
    if not selectors:
        return (page.body or page,)
    positions = _Positions(page) if any(isinstance(selector, Range) for selector in selectors) else None
    parts: list[PageElement] = []
    for selector in selectors:
        if isinstance(selector, str):
            parts.extend(_outermost(_select(page, selector)))
        elif positions is not None:
            parts.append(_copy_of_range(page, _resolve(page, selector, positions), positions))
    if not parts:
        missed = ", ".join(repr(selector) for selector in selectors if isinstance(selector, str))
        raise ExtractError(
            f"select {missed} matches nothing on the page", reason="selector-without-match", selector=missed
        )
    return tuple(parts)


def _select(page: BeautifulSoup, selector: str) -> list[Tag]:
    try:
        return list(page.select(selector))
    except (SelectorSyntaxError, NotImplementedError) as error:
        first_line = str(error).partition("\n")[0]
        raise ExtractError(
            f"{selector!r} is not a CSS selector: {first_line}", reason="bad-selector", selector=selector
        ) from error


def _outermost(nodes: Sequence[Tag]) -> list[Tag]:
    matched = {id(node) for node in nodes}
    return [node for node in nodes if not any(id(parent) in matched for parent in node.parents)]


def _resolve(page: BeautifulSoup, wanted: Range, positions: _Positions) -> _Cut:
    start = (
        positions.begin(_first(page, wanted.start_before, "startBefore"))
        if wanted.start_before is not None
        else positions.end(_first(page, wanted.start_after, "startAfter"))
    )
    end = (
        positions.begin(_first(page, wanted.end_before, "endBefore"))
        if wanted.end_before is not None
        else positions.end(_first(page, wanted.end_after, "endAfter")) + 1
    )
    if end <= start:
        raise ExtractError(
            f"the range {wanted.to_dict()} ends before it starts on the page",
            reason="range-without-match",
            selector=str(wanted.to_dict()),
        )
    return _Cut(start, end)


def _first(page: BeautifulSoup, selector: str | None, key: str) -> Tag:
    found = _select(page, selector or "")[:1]
    if not found:
        raise ExtractError(
            f"{key} {selector!r} of a range matches nothing on the page",
            reason="range-without-match",
            selector=selector,
        )
    return found[0]


def _collect_inside(node: Tag, cut: _Cut, positions: _Positions, found: list[PageElement]) -> None:
    for child in node.contents:
        begin, end = positions.begin(child), positions.end(child)
        if end <= cut.start or begin >= cut.end:
            continue
        if begin >= cut.start and end < cut.end:
            found.append(child)
        elif isinstance(child, Tag):
            _collect_inside(child, cut, positions, found)


def _copy_of_range(page: BeautifulSoup, cut: _Cut, positions: _Positions) -> Tag:
    """Return what the DOM calls the range's cloned contents: nodes inside whole, nodes around as empty shells."""
    root = _shell(page.body or page)
    root.name = "div"
    _copy_children(page.body or page, root, cut, positions)
    return root


def _copy_children(node: Tag, target: Tag, cut: _Cut, positions: _Positions) -> None:
    for child in node.contents:
        begin, end = positions.begin(child), positions.end(child)
        if end <= cut.start or begin >= cut.end:
            continue
        if begin >= cut.start and end < cut.end:
            target.append(copy.copy(child))
        elif isinstance(child, Tag):
            shell = _shell(child)
            target.append(shell)
            _copy_children(child, shell, cut, positions)


def _shell(node: Tag) -> Tag:
    return Tag(name=node.name, attrs={key: value for key, value in node.attrs.items() if key in {"href", "start"}})
