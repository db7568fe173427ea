"""What editors do to how clauses are printed and linked, and what tricksters do to their characters.

One function a kind of edit; each returns the keys of the blocks that it touched.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tests.diff.edits import Desk, Touched, words_of
from tests.diff.invented import link_words
from tracker.model import Mark


def change_target(desk: Desk) -> Touched:
    """Let a link lead elsewhere."""
    blocks = [block for _, block in desk.document.blocks() if block.links and block.key not in desk.touched]
    if not blocks:
        return None
    block = desk.source.choice(blocks)
    place = desk.source.randrange(len(block.links))
    links = list(block.links)
    links[place] = replace(links[place], href=f"https://example.net/{desk.source.randrange(10**6)}")
    block.links = tuple(links)
    return {block.key}


def add_link(desk: Desk) -> Touched:
    """Make a link of words that were there."""
    for _, block in desk.places(words=6, kinds=("paragraph", "item")):
        link_words(block, desk.source)
        return {block.key}
    return None


def emphasise(desk: Desk) -> Touched:
    for _, block in desk.places(words=6, kinds=("paragraph", "item")):
        word = desk.source.choice(words_of(block.text))
        block.marks = (Mark(start=word.start(), end=word.end(), kind="strong"),)
        return {block.key}
    return None


def _put(desk: Desk, pattern: str, character: str, *, note: str = "") -> Touched:
    """Replace one match of `pattern` by `character`."""
    for _, block in desk.places(words=6, kinds=("paragraph", "item")):
        matches = list(re.finditer(pattern, block.text))
        if matches:
            found = desk.source.choice(matches)
            block.text = block.text[: found.start()] + character + block.text[found.end() :]
            block.note = note
            return {block.key}
    return None


def quote_style(desk: Desk) -> Touched:
    """Print all straight quotation marks and apostrophes of a clause as curved ones."""
    for _, block in desk.places(words=6, kinds=("paragraph", "item")):
        text = re.sub(r'"([^"]*)"', "\u201c\\1\u201d", block.text).replace("'", "\u2019")
        if text != block.text:
            block.text = text
            return {block.key}
    return None


def dash_style(desk: Desk) -> Touched:
    for _, block in desk.places(words=6, kinds=("paragraph", "item")):
        text = block.text.replace(" - ", " \u2013 ").replace(" -,", " \u2013,")
        if text != block.text:
            block.text = text
            return {block.key}
    return None


def no_break_space(desk: Desk) -> Touched:
    return _put(desk, r"(?<=\w) (?=\w)", "\u00a0")


def soft_hyphen(desk: Desk) -> Touched:
    return _put(desk, r"(?<=[a-z]{3})(?=[a-z]{3})", "\u00ad")


def zero_width_space(desk: Desk) -> Touched:
    return _put(desk, r"(?<=[a-z])(?=[a-z])", "\u200b", note="U+200B")


def heading_case(desk: Desk) -> Touched:
    for place in desk.parts():
        part = desk.document.parts[place]
        part.title = desk.source.choice([part.title.upper(), part.title.capitalize()])
        return {part.heading.key} if part.heading is not None else None
    return None


def bidirectional_override(desk: Desk) -> Touched:
    return _put(desk, r"(?<= )(?=[a-z])", "\u202e", note="U+202E")


def look_alike(desk: Desk) -> Touched:
    """Put a Cyrillic letter into a Latin word."""
    return _put(desk, r"(?<=[a-z])a(?=[a-z])", "\u0430", note="look-alike")


def look_alike_word(desk: Desk) -> Touched:
    """Write a whole word in Cyrillic letters that look like Latin ones."""
    for word, other in (("a", "\u0430"), ("copy", "\u0441\u043e\u0440\u0443")):
        touched = _put(desk, rf"\b{word}\b", other, note="look-alike")
        if touched is not None:
            return touched
    return None
