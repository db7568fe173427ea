"""Invented policies to edit: sections of two levels, paragraphs, lists and a table, with clauses that look alike.

The document knows which clause is which, whatever is done to it: every block keeps its key, and says from which blocks
of the first document it was made.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from tracker.model import Clause, ClauseKind, Link, Mark, Section, Version, visible_text

Anchors: TypeAlias = Literal["none", "lasting", "titled", "placed"]

_WHO: Final = [
    "We", "Our partners", "The keeper of your loft", "Sorters at night", "Our paying office", "Tower guards",
    "A neighbouring post", "The council of birds", "Companies of our group", "Carriers that we hire", "The ring office",
]  # fmt: skip
_MAY: Final = ["may", "will", "must", "can", "shall", "never", "do not", "sometimes", "always", "may only"]
_DO: Final = [
    "collect", "store", "read", "forward", "delete", "copy", "compare", "encrypt", "measure", "share", "weigh", "sell",
    "seal", "translate", "photograph", "sort", "return", "publish", "lock away", "look through", "hand over", "count",
]  # fmt: skip
_WHAT: Final = [
    "ring numbers", "flight times", "delivery addresses", "sealed letters", "the colour of your stamps", "loft keys",
    "payment receipts", "the weight of parcels", "names of recipients", "feather samples", "routes over open sea",
    "messages to towers", "photographs of birds", "lists of contacts", "your date of birth", "unsent drafts",
    "lost and found notes", "hatching records", "telephone numbers", "a fingerprint of the wax", "feeding habits",
    "the address of your computer", "voice recordings", "membership cards", "complaints", "weather reports",
]  # fmt: skip
_WHOM: Final = [
    "judges", "tax officers", "the harbour police", "advertisers", "researchers at universities", "other members",
    "insurers", "printers of stamps", "relatives that you name", "the owner of the tower", "repair workshops",
]  # fmt: skip
_WHY: Final = [
    "to find lost birds", "to answer your questions", "to prevent forged stamps", "to keep the towers safe",
    "to work out the price of a delivery", "to show notices that suit your region", "to obey the law of the harbour",
    "to teach young pigeons", "to settle quarrels between neighbours", "to plan the routes of next spring",
    "to repair damaged bags", "to thank loyal customers", "to find out why a letter came late",
]  # fmt: skip
_WHEN: Final = [
    "when a storm is announced", "if you have agreed beforehand", "unless a court forbids it", "when a bird lands",
    "where local rules ask for it", "after the third failed delivery", "while your account is open",
    "before the first flight of the day", "once the receipt is signed", "whenever a ring is replaced",
    "during the yearly count", "until you tell us to stop", "even if the letter was never opened",
    'if you chose "swift wings"', 'unless the box "no notices" is ticked', "on request - even by letter -",
    "in line with your country's law", "as the keeper's council decided",
]  # fmt: skip
_HOW_LONG: Final = ["months", "days", "weeks", "years", "hours"]
_KINDS: Final = ["Lost", "Paid", "Sealed", "Night", "Foreign", "Young", "Hidden", "Public", "Heavy", "Returned", "Rare"]
_THINGS: Final = [
    "Letters", "Rings", "Parcels", "Towers", "Stamps", "Lofts", "Routes", "Receipts", "Feathers", "Messages", "Guests",
    "Members", "Complaints", "Payments", "Contacts", "Keys", "Flights", "Birds", "Records", "Bags", "Maps", "Notices",
]  # fmt: skip
#: Clauses that policies repeat with one or two words replaced.
_REPEATED: Final = [
    "If you do not agree with our rules on {}, please stop using the service and close your account.",
    "You may write to the keeper at any time to ask for a copy of all that concerns {}.",
    "This section explains which rights you have and what we do in matters of {}.",
    "We keep a record of {} for {} days, after which it is destroyed together with all copies.",
]
#: Clauses that stand word for word in several sections.
_TWICE: Final = [
    "Nothing in this section limits the rights that the law of your country gives you.",
    "Please read the notice on towers for details, and ask your keeper if anything is unclear.",
]


@dataclass(slots=True)
class Block:
    """One clause to be."""

    key: int
    kind: ClauseKind
    text: str
    origins: tuple[int, ...] = ()
    """Keys of the blocks of the first document that it was made from; none for a new one."""
    links: tuple[Link, ...] = ()
    marks: tuple[Mark, ...] = ()
    moved: bool = False
    """Whether it was taken to another place on its own, not with its section."""
    note: str = ""
    """What a note on its change must contain."""


@dataclass(slots=True)
class Part:
    """A heading and what stands below it, up to the next heading."""

    level: int
    title: str
    number: str | None = None
    anchor: str | None = None
    printed: str = "{}. "
    """How the heading prints its number."""
    heading: Block | None = None
    """None for what stands before the first heading."""
    blocks: list[Block] = field(default_factory=list)
    maybe_moved: bool = False
    """Whether it changed places with others, so that it or they may be said to have moved."""


@dataclass(slots=True)
class Document:
    """A policy that can be edited, in reading order."""

    parts: list[Part]
    is_numbered: bool
    anchors: Anchors = "none"
    next_key: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def copy(self) -> Document:
        """Return the same document to be edited; its blocks are made from those of this one."""
        parts = [
            replace(
                part,
                heading=part.heading and _derived(part.heading),
                blocks=[_derived(block) for block in part.blocks],
            )
            for part in self.parts
        ]
        return replace(self, parts=parts)

    def block(self, kind: ClauseKind, text: str) -> Block:
        """Return a new block."""
        return Block(key=next(self.next_key), kind=kind, text=text)

    def subtree(self, place: int) -> range:
        """Return the places of the part at `place` and of those inside it."""
        level = self.parts[place].level
        end = place + 1
        while end < len(self.parts) and self.parts[end].level > level:
            end += 1
        return range(place, end)

    def number(self) -> None:
        """Give every heading the number of its place, and the anchor that goes with it."""
        counts = [0] * 7
        top = min((part.level for part in self.parts if part.level > 1), default=2)
        for place, part in enumerate(self.parts):
            if part.heading is None or part.level < top:
                continue
            counts[part.level] += 1
            counts[part.level + 1 :] = [0] * (6 - part.level)
            if self.is_numbered:
                part.number = ".".join(str(count) for count in counts[top : part.level + 1])
            if self.anchors == "placed":
                part.anchor = f"s{place}"
            elif self.anchors == "titled":
                part.anchor = "-".join(re.findall(r"\w+", f"{part.number or ''} {part.title}".lower()))

    def heading_text(self, part: Part) -> str:
        """Return what the heading of `part` says."""
        return (part.printed.replace("{}", part.number) if part.number is not None else "") + part.title

    def blocks(self) -> Iterator[tuple[Part, Block]]:
        """Yield every block, headings included, in reading order, with its part."""
        for part in self.parts:
            if part.heading is not None:
                part.heading.text = self.heading_text(part)
                yield part, part.heading
            for block in part.blocks:
                yield part, block

    def to_version(self) -> Version:
        """Return the document as clauses; the clause at place n is the nth of `blocks`."""
        sections: list[Section] = []
        clauses: list[Clause] = []
        for index, part in enumerate(self.parts):
            parent = next((x.index for x in reversed(sections) if 0 < x.level < part.level), None)
            sections.append(
                Section(
                    index=index,
                    level=part.level,
                    number=part.number,
                    title=part.title,
                    anchor=part.anchor,
                    parent=parent,
                )
            )
        places = {id(part): index for index, part in enumerate(self.parts)}
        for index, (part, block) in enumerate(self.blocks()):
            clauses.append(
                Clause(
                    index=index,
                    kind=block.kind,
                    text=visible_text(block.text),
                    section=places[id(part)],
                    depth=1 if block.kind == "item" else 0,
                    links=block.links,
                    marks=block.marks,
                )
            )
        return Version(markdown=self.to_markdown(), sections=tuple(sections), clauses=tuple(clauses))

    def to_markdown(self) -> str:
        """Return the document as Markdown; right for invented texts, which hold no marks of their own."""
        lines: list[str] = []
        before: ClauseKind | None = None
        for part, block in self.blocks():
            text = block.text
            for link in reversed(block.links):
                text = f"{text[: link.start]}[{text[link.start : link.end]}]({link.href}){text[link.end :]}"
            for mark in reversed(block.marks):
                text = f"{text[: mark.start]}**{text[mark.start : mark.end]}**{text[mark.end :]}"
            if block.kind != before or block.kind not in {"item", "row"}:
                lines.append("")
            if block.kind == "row":
                lines.extend([f"| {text} |"] if before == "row" else [f"| {text} |", "|---|"])
            elif block.kind == "heading":
                lines.append("#" * part.level + (f" [](#{part.anchor})" if part.anchor else " ") + text)
            else:
                lines.append(f"- {text}" if block.kind == "item" else text)
            before = block.kind
        return "\n".join(lines).strip("\n") + "\n"


def document_of(version: Version) -> Document:
    """Return a version as a document to be edited; its numbers stay what they are."""
    document = Document(parts=[], is_numbered=False)
    for section in version.sections:
        document.parts.append(
            Part(level=section.level, title=section.title, number=section.number, anchor=section.anchor)
        )
    for clause in version.clauses:
        part = document.parts[clause.section]
        block = document.block(clause.kind, clause.text)
        block.links, block.marks = clause.links, clause.marks
        if clause.kind != "heading":
            part.blocks.append(block)
            continue
        part.heading = block
        if part.number is not None:
            before = clause.text[: len(clause.text) - len(part.title)]
            part.printed = before.replace(part.number, "{}", 1)
    return document


def _derived(block: Block) -> Block:
    return replace(block, origins=(block.key,))


class Writer:
    """Writes sentences and titles, none of them twice."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self._written: set[str] = set()

    def _one(self, words: Sequence[str]) -> str:
        return self.source.choice(words)

    def sentence(self) -> str:
        """Return a sentence of 8 to 30 words."""
        while True:
            one = self._one
            deed = f"{one(_MAY)} {one(_DO)} {one(_WHAT)}"
            time = f"{self.source.randint(2, 90)} {one(_HOW_LONG)}"
            text = self.source.choice(
                [
                    f"{one(_WHO)} {deed} {one(_WHY)}, {one(_WHEN)}.",
                    f"{one(_WHEN)}, {one(_WHO)} {deed} together with {one(_WHAT)}.",
                    f"{one(_WHY)}, {one(_WHO)} {deed} and {one(_DO)} {one(_WHAT)}.",
                    f"{one(_WHO)} {deed} for {one(_WHOM)} {one(_WHEN)}.",
                    f"{one(_WHAT)} reach {one(_WHOM)} within {time} {one(_WHY)}.",
                    f"You {one(_MAY)} ask {one(_WHOM)} about {one(_WHAT)} {one(_WHEN)}.",
                    f"Without {one(_WHAT)} {one(_WHOM)} {one(_MAY)} {one(_DO)} {one(_WHAT)}, {one(_WHEN)}.",
                    f"{one(_WHOM)} {deed} every {time} {one(_WHY)}.",
                ]
            )
            text = text[0].upper() + text[1:]
            if text not in self._written and len(text.split()) >= 8:
                self._written.add(text)
                return text

    def paragraph(self, sentences: int = 0) -> str:
        """Return so many sentences, or 1 to 5."""
        return " ".join(self.sentence() for _ in range(sentences or self.source.randint(1, 5)))

    def title(self) -> str:
        """Return a title of two to four words."""
        while True:
            first, second = self.source.sample(_THINGS, 2)
            text = self.source.choice([f"{self._one(_KINDS)} {first}", f"{first} and {second}"])
            if text not in self._written:
                self._written.add(text)
                return text

    def item(self) -> str:
        """Return an item of a list: a sentence, or one without a full stop."""
        return self.sentence() if self.source.random() < 0.3 else self.sentence().rstrip(".")

    def row(self) -> str:
        """Return a row of a table."""
        while True:
            text = f"{self._one(_WHAT)} {self._one(_WHY)} {self.source.randint(2, 90)} {self._one(_HOW_LONG)}"
            if text not in self._written:
                self._written.add(text)
                return text


def invent_document(seed: int) -> Document:
    """Return a policy of 60 to 200 clauses."""
    source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    writer = Writer(source)
    document = Document(
        parts=[],
        is_numbered=source.random() < 0.75,
        anchors=source.choice(["none", "lasting", "titled", "placed"]),
        next_key=itertools.count(1),
    )
    document.parts.append(Part(level=0, title=""))
    document.parts.append(_part(document, writer, 1, blocks=source.randint(1, 3)))
    for _ in range(source.randint(4, 7)):
        document.parts.append(_part(document, writer, 2, blocks=source.randint(0, 6)))
        document.parts.extend(
            _part(document, writer, 3, blocks=source.randint(2, 7)) for _ in range(source.choice([0, 2, 3]))
        )
    texts = [part for part in document.parts if part.level > 1 and len(part.blocks) > 1]
    for text in _TWICE:
        for part in source.sample(texts, min(len(texts), source.randint(3, 5))):
            part.blocks.insert(source.randint(0, len(part.blocks)), document.block("paragraph", text))
    table = source.choice(texts)
    table.blocks.extend(document.block("row", writer.row()) for _ in range(source.randint(4, 8)))
    document.number()
    return document


def _part(document: Document, writer: Writer, level: int, *, blocks: int) -> Part:
    source = writer.source
    title = writer.title()
    part = Part(level=level, title=title, heading=document.block("heading", title))
    if document.anchors == "lasting":
        part.anchor = f"a{source.randrange(10**6)}"
    while len(part.blocks) < blocks:
        kind = source.choice(["paragraph", "paragraph", "paragraph", "linked", "list", "repeated"])
        if kind == "list":
            part.blocks.extend(document.block("item", writer.item()) for _ in range(source.randint(3, 6)))
        elif kind == "repeated":
            text = source.choice(_REPEATED).format(title.lower(), source.choice([7, 14, 30, 90]))
            if text not in {block.text for block in part.blocks}:
                part.blocks.append(document.block("paragraph", text))
        else:
            part.blocks.append(document.block("paragraph", writer.paragraph()))
            if kind == "linked":
                link_words(part.blocks[-1], source)
    return part


def new_part(document: Document, writer: Writer, title: str, level: int) -> Part:
    """Return a section of 1 to 4 paragraphs."""
    part = Part(level=level, title=title, heading=document.block("heading", title))
    if document.anchors == "lasting":
        part.anchor = f"b{writer.source.randrange(10**6)}"
    part.blocks = [document.block("paragraph", writer.paragraph()) for _ in range(writer.source.randint(1, 4))]
    return part


def link_words(block: Block, source: random.Random) -> None:
    """Make a link of two neighbouring words of `block`."""
    words = list(re.finditer(r"\w+", block.text))
    place = source.randrange(len(words) - 1)
    href = f"https://example.org/{source.randrange(10**6)}"
    block.links = (Link(start=words[place].start(), end=words[place + 1].end(), href=href),)
