"""What editors do to clauses, one function a kind of edit; each returns the keys of the blocks that it touched.

An edit touches no block that an earlier one touched, so that what a careful editor would say of it stays plain. It
returns None where the document has no place for it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from tests.diff.invented import Block, Document, Part, Writer

Touched: TypeAlias = set[int] | None


@dataclass(slots=True)
class Desk:
    """A document on an editor's desk."""

    document: Document
    source: random.Random
    writer: Writer
    touched: set[int] = field(default_factory=set)
    """Keys of the blocks that earlier edits touched."""

    def places(
        self, *, words: int = 1, kinds: Iterable[str] = ("paragraph", "item", "row")
    ) -> list[tuple[Part, Block]]:
        """Return untouched blocks without links and marks, of so many words or more and of these kinds, shuffled."""
        counts = Counter(block.text for _, block in self.document.blocks())
        found = [
            (part, block)
            for part, block in self.document.blocks()
            if block.kind in set(kinds)
            and block.key not in self.touched
            and not block.links
            and not block.marks
            and counts[block.text] == 1
            and len(words_of(block.text)) >= words
        ]
        self.source.shuffle(found)
        return found

    def title(self) -> str:
        """Return a title that no section bears."""
        borne = {part.title for part in self.document.parts}
        return next(title for _ in range(1000) if (title := self.writer.title()) not in borne)

    def parts(self, *, least: int = 0, level: int | None = None) -> list[int]:
        """Return places of untouched sections that have so many untouched blocks or more, shuffled."""
        found = [
            place
            for place, part in enumerate(self.document.parts)
            if part.level > 1
            and level in {None, part.level}
            and part.heading is not None
            and part.heading.key not in self.touched
            and len(part.blocks) >= least
            and not any(block.key in self.touched for block in part.blocks)
        ]
        self.source.shuffle(found)
        return found


Edit: TypeAlias = Callable[[Desk], Touched]

#: Words that may take the place of others.
_OTHER_WORDS: Final = [
    "harbours",
    "nearly",
    "twelve",
    "kindly",
    "behind",
    "winter",
    "magpie",
    "reported",
    "gladly",
    "stricter",
    "upper",
    "certain",
]


#: A text of fewer words would be another one after three of them were replaced.
_LEAST_WORDS = 6


def words_of(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\w+", text))


def reworded(text: str, source: random.Random, most: int = 3) -> str:
    """Return `text` with one to three words replaced, put in or left out."""
    for found in sorted(source.sample(words_of(text), source.randint(1, most)), key=lambda x: x.start(), reverse=True):
        word = source.choice(_OTHER_WORDS)
        new = source.choice([word, word, f"{found[0]} {word}", ""])
        text = text[: found.start()] + new + text[found.end() :]
    return re.sub(r"  +", " ", text).strip()


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[A-Z])", text)


# --- wording ----------------------------------------------------------------------------------------------------------


def reword_lightly(desk: Desk) -> Touched:
    for _, block in desk.places(words=12):
        text = reworded(block.text, desk.source)
        if text != block.text:
            block.text = text
            return {block.key}
    return None


def reword_heavily(desk: Desk) -> Touched:
    """Write half of the sentences of a clause anew."""
    for _, block in desk.places(words=20, kinds=("paragraph",)):
        sentences = _sentences(block.text)
        if len(sentences) < 2:
            continue
        for place in desk.source.sample(range(len(sentences)), len(sentences) // 2):
            sentences[place] = desk.writer.sentence()
        block.text = " ".join(sentences)
        return {block.key}
    return None


def change_number(desk: Desk) -> Touched:
    """Change a number in a clause or a row and nothing else."""
    for _, block in desk.places(words=6):
        numbers = list(re.finditer(r"\d+", block.text))
        if numbers:
            found = desk.source.choice(numbers)
            block.text = f"{block.text[: found.start()]}{int(found[0]) + 7}{block.text[found.end() :]}"
            return {block.key}
    return None


def add_clause(desk: Desk) -> Touched:
    parts = desk.parts(least=1)
    if not parts:
        return None
    part = desk.document.parts[parts[0]]
    block = desk.document.block("paragraph", desk.writer.paragraph())
    part.blocks.insert(desk.source.randint(0, len(part.blocks)), block)
    return {block.key}


def remove_clause(desk: Desk) -> Touched:
    for part, block in desk.places():
        if len(part.blocks) > 1:
            part.blocks.remove(block)
            return {block.key}
    return None


def _repeated(desk: Desk) -> Iterator[tuple[Part, Block]]:
    counts = Counter(block.text for _, block in desk.document.blocks() if block.kind == "paragraph")
    found = [(part, block) for part, block in desk.document.blocks() if counts[block.text] > 1]
    desk.source.shuffle(found)
    yield from ((part, block) for part, block in found if block.key not in desk.touched)


def repeat_clause(desk: Desk) -> Touched:
    """Say in another section once more what stands in several."""
    for _, block in _repeated(desk):
        for place in desk.parts(least=1):
            part = desk.document.parts[place]
            if all(other.text != block.text for other in part.blocks):
                new = desk.document.block(block.kind, block.text)
                part.blocks.insert(desk.source.randint(0, len(part.blocks)), new)
                return {new.key}
    return None


def remove_repeated(desk: Desk) -> Touched:
    """Leave out of one section what stands in several."""
    for part, block in _repeated(desk):
        if len(part.blocks) > 1:
            part.blocks.remove(block)
            return {block.key}
    return None


def reword_repeated(desk: Desk) -> Touched:
    """Reword in one section what stands in several."""
    for _, block in _repeated(desk):
        if len(words_of(block.text)) < _LEAST_WORDS:
            continue
        text = reworded(block.text, desk.source)
        if text != block.text:
            block.text = text
            return {block.key}
    return None


# --- order ------------------------------------------------------------------------------------------------------------


def move_within(desk: Desk) -> Touched:
    """Take a clause past two others or more of its section."""
    for part, block in desk.places(words=6):
        place = part.blocks.index(block)
        targets = [x for x in range(len(part.blocks)) if abs(x - place) > 1]
        if targets and not any(other.moved for other in part.blocks):
            part.blocks.remove(block)
            part.blocks.insert(desk.source.choice(targets), block)
            block.moved = True
            return {block.key}
    return None


def move_across(desk: Desk) -> Touched:
    """Take a clause to another section."""
    for part, block in desk.places(words=6):
        targets = [x for x in desk.parts(least=1) if desk.document.parts[x] is not part]
        if targets and len(part.blocks) > 2:
            target = desk.document.parts[targets[0]]
            part.blocks.remove(block)
            target.blocks.insert(desk.source.randint(0, len(target.blocks)), block)
            block.moved = True
            return {block.key}
    return None


def move_and_reword(desk: Desk) -> Touched:
    """Take a clause to another section and replace a few of its words."""
    for part, block in desk.places(words=14):
        targets = [x for x in desk.parts(least=1) if desk.document.parts[x] is not part]
        text = reworded(block.text, desk.source)
        if targets and len(part.blocks) > 2 and text != block.text:
            target = desk.document.parts[targets[0]]
            part.blocks.remove(block)
            target.blocks.insert(desk.source.randint(0, len(target.blocks)), block)
            block.moved = True
            block.text = text
            return {block.key}
    return None


# --- borders between clauses ------------------------------------------------------------------------------------------


def split_paragraph(desk: Desk) -> Touched:
    for part, block in desk.places(words=20, kinds=("paragraph",)):
        sentences = _sentences(block.text)
        if len(sentences) < 2:
            continue
        border = desk.source.randint(1, len(sentences) - 1)
        place = part.blocks.index(block)
        rest = desk.document.block("paragraph", " ".join(sentences[border:]))
        rest.origins = block.origins
        block.text = " ".join(sentences[:border])
        part.blocks.insert(place + 1, rest)
        return {block.key, rest.key}
    return None


def merge_paragraphs(desk: Desk) -> Touched:
    free = {block.key for _, block in desk.places(words=6, kinds=("paragraph",))}
    for part, block in desk.places(words=6, kinds=("paragraph",)):
        after = part.blocks[part.blocks.index(block) + 1 :][:1]
        if after and after[0].key in free:
            part.blocks.remove(after[0])
            block.text = f"{block.text} {after[0].text}"
            block.origins = (*block.origins, *after[0].origins)
            return {block.key, after[0].key}
    return None


def _lists(desk: Desk) -> Iterator[tuple[Part, list[Block]]]:
    """Yield untouched lists, whole."""
    for place in desk.parts(least=2):
        part = desk.document.parts[place]
        run: list[Block] = []
        for block in [*part.blocks, None]:
            if block is not None and block.kind == "item" and block.key not in desk.touched and not block.links:
                run.append(block)
                continue
            if len(run) > 1 and (block is None or block.kind != "item"):
                yield part, run
            run = []


def list_to_paragraph(desk: Desk) -> Touched:
    """Make one paragraph of a whole list."""
    for part, items in _lists(desk):
        part.blocks = [block for block in part.blocks if all(block is not item for item in items[1:])]
        items[0].kind = "paragraph"
        items[0].text = " ".join(item.text if item.text.endswith(".") else f"{item.text};" for item in items)
        items[0].origins = tuple(origin for item in items for origin in item.origins)
        return {item.key for item in items}
    return None


def list_to_paragraphs(desk: Desk) -> Touched:
    """Make a paragraph of each item of a list: no word differs, and the marks of a list are not text."""
    for _, items in _lists(desk):
        for item in items:
            item.kind = "paragraph"
        return {item.key for item in items}
    return None


def paragraph_to_list(desk: Desk) -> Touched:
    """Make an item of each sentence of a paragraph."""
    for part, block in desk.places(words=20, kinds=("paragraph",)):
        sentences = _sentences(block.text)
        if len(sentences) < 2:
            continue
        place = part.blocks.index(block)
        rest = [desk.document.block("item", sentence) for sentence in sentences[1:]]
        for item in rest:
            item.origins = block.origins
        block.kind, block.text = "item", sentences[0]
        part.blocks[place + 1 : place + 1] = rest
        return {block.key, *(item.key for item in rest)}
    return None
