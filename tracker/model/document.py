"""What is watched: documents, their sources, and the names by which the archive keeps them."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote, urlsplit

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"

#: Filters that this tracker has built in, by the name that a declaration calls them.
BUILT_IN_FILTERS = frozenset({"removeQueryParams"})

_ILLEGAL_IN_FILE_NAMES = re.compile(r'[\\:"<>|*?\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A part of a page from one element to another: one start and one end, each before or after its element."""

    start_before: str | None = None
    start_after: str | None = None
    end_before: str | None = None
    end_after: str | None = None

    def __post_init__(self) -> None:
        if (self.start_before is None) == (self.start_after is None):
            raise ValueError("a range has exactly one of startBefore and startAfter")
        if (self.end_before is None) == (self.end_after is None):
            raise ValueError("a range has exactly one of endBefore and endAfter")

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the range as Open Terms Archive writes it."""
        named = {
            "startBefore": self.start_before,
            "startAfter": self.start_after,
            "endBefore": self.end_before,
            "endAfter": self.end_after,
        }
        return {key: value for key, value in named.items() if value is not None}


Selector: TypeAlias = str | Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A named transformation of the page, applied before anything else."""

    name: str
    parameters: tuple[str, ...] = ()
    """Parameters in order; one that is not a string is kept as its JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One URL of a document and how its text is cut out of the page."""

    url: str
    select: tuple[Selector, ...] = ()
    """Empty for a PDF, and only there."""
    remove: tuple[Selector, ...] = ()
    filters: tuple[Filter, ...] = ()
    execute_client_scripts: bool = False

    @property
    def slug(self) -> str:
        """The URL's path as a file name, by Open Terms Archive's rule for sources of combined documents.

        The rule: path segments joined by hyphens, a known file extension dropped, characters that are illegal in file
        names replaced by an underscore (Open Terms Archive engine, `SourceDocument.generateId`).

        >>> Source(url="https://example.org/tos/eu-dsa?setln=en", select=("main",)).slug
        'tos-eu-dsa'
        """
        path = PurePosixPath(unquote(urlsplit(self.url).path) or "/")
        if path.suffix and mimetypes.types_map.get(path.suffix.lower()):
            path = path.with_suffix("")
        return _ILLEGAL_IN_FILE_NAMES.sub("_", "-".join(part for part in path.parts if "/" not in part))

    def to_dict(self) -> dict[str, JsonValue]:
        """Return the source as a declaration states it, defaults left out."""
        declared: dict[str, JsonValue] = {"fetch": self.url}
        if self.select:
            declared["select"] = [_selector_to_json(selector) for selector in self.select]
        if self.remove:
            declared["remove"] = [_selector_to_json(selector) for selector in self.remove]
        if self.filters:
            declared["filter"] = [_filter_to_json(item) for item in self.filters]
        if self.execute_client_scripts:
            declared["executeClientScripts"] = True
        return declared


def _selector_to_json(selector: Selector) -> JsonValue:
    return selector if isinstance(selector, str) else selector.to_dict()


def _filter_to_json(item: Filter) -> JsonValue:
    return {item.name: list(item.parameters)} if item.parameters else item.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Our own wishes about a document, from `declarations/<Service>.tracker.json`."""

    language: str | None = None
    """BCP 47 tag of the language in which the document is expected, such as `en`; None where nothing is expected."""
    headers: tuple[tuple[str, str], ...] = ()
    """Request headers to send to the declared host, and to no other."""
    variant: str | None = None
    """Name of the variant (regional form, say) that this document is meant to be."""
    min_length: int = 0
    """Characters of text below which a capture is refused; 0 leaves it to the document's own past."""
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DocumentKey:
    """The name of a document in the archive: `Service/Terms Type`, or `vantage:Service/Terms Type`."""

    vantage: str = ""
    """Name of the imported collection or other vantage; empty for our own captures."""
    service: str
    """The service's id: the name of its declaration file without `.json`."""
    terms_type: str

    def __post_init__(self) -> None:
        for name, value in (("service", self.service), ("terms type", self.terms_type)):
            if not value or value != value.strip() or value.startswith("."):
                raise ValueError(f"{value!r} is no {name}: it is empty, starts with a dot or has spaces at its ends")
            if "/" in value or _CONTROL.search(value) or len(value.encode()) > _LONGEST_NAME_BYTES:
                raise ValueError(f"{value!r} is no {name}: it has a slash or a control character, or is too long")
        if self.vantage and not _VANTAGE.fullmatch(self.vantage):
            raise ValueError(f"{self.vantage!r} is no name of a vantage: use letters, digits, dots, hyphens")

    @classmethod
    def parse(cls, text: str) -> DocumentKey:
        """Return the key that `text` writes.

        Raises:
            ValueError: If `text` is not of the form `[vantage:]Service/Terms Type`.

        >>> DocumentKey.parse("ota:Telegram/Privacy Policy").vantage
        'ota'
        """
        vantage, colon, rest = text.partition(":")
        if not colon or "/" in vantage:
            vantage, rest = "", text
        service, slash, terms_type = rest.partition("/")
        if not slash:
            raise ValueError(f"{text!r} names no document: write it as 'Service/Terms Type'")
        return cls(vantage=vantage, service=service, terms_type=terms_type)

    @property
    def own(self) -> DocumentKey:
        """The same document as we capture it ourselves: under no vantage."""
        return replace(self, vantage="")

    @property
    def path(self) -> str:
        """Path in the archive without an extension, such as `Telegram/Privacy Policy`."""
        prefix = f"vantages/{self.vantage}/" if self.vantage else ""
        return f"{prefix}{self.service}/{self.terms_type}"

    def __str__(self) -> str:
        prefix = f"{self.vantage}:" if self.vantage else ""
        return f"{prefix}{self.service}/{self.terms_type}"


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VANTAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_LONGEST_NAME_BYTES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One declared document: which pages it is made of and what is expected of it."""

    key: DocumentKey
    service_name: str
    """The service's name as people write it."""
    sources: tuple[Source, ...]
    """In the order in which their texts follow each other; more than one for a combined document."""
    options: Options = field(default_factory=Options)
    valid_until: datetime | None = None
    """Last instant at which a former declaration held (inclusive, UTC); None for the one that holds now."""

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"{self.key} has no source")

    @property
    def degraded(self) -> tuple[str, ...]:
        """Names of the filters that the declaration asks for and that are not run here, in order, each once."""
        names = (item.name for source in self.sources for item in source.filters)
        return tuple(dict.fromkeys(name for name in names if name not in BUILT_IN_FILTERS))

    @property
    def needs_browser(self) -> bool:
        """Whether some source is declared with `executeClientScripts`."""
        return any(source.execute_client_scripts for source in self.sources)

    def snapshot_stem(self, index: int) -> str:
        """Path in the archive, without extension, of the snapshot of source `index`."""
        if len(self.sources) == 1:
            return self.key.path
        return f"{self.key.path} #{self.sources[index].slug}"

    def declaration(self) -> dict[str, JsonValue]:
        """Return the declaration in force as JSON values: what is kept in the provenance of a version."""
        if len(self.sources) == 1:
            return self.sources[0].to_dict()
        return {"combine": [source.to_dict() for source in self.sources]}
