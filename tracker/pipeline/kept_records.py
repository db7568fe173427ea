"""The records of an archive as they are kept between runs: what came since is read, and what was known is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from tracker.archive import Archive
from tracker.model import DocumentKey, Record, sha256_hex
from tracker.pipeline.cache import Cache, name_result
from tracker.render import fingerprint

#: Kind of the row that says up to which commit records are kept: the only one that is written over.
_INDEX: Final = "records-index"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """What is known of the records of one document without reading them."""

    digest: str
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Up to which commit records are kept, and of which documents, by their names."""

    head: str
    lines: dict[str, _Line]


class KeptRecords(Mapping[DocumentKey, tuple[Record, ...]]):
    """The records of each document, oldest first in the order of the archive; those of one are read when asked for."""

    def __init__(self, archive: Archive, cache: Cache) -> None:
        """Read what of `archive` is not kept in `cache` yet, and keep it there."""
        self._archive = archive
        self._cache = cache
        self._known: dict[DocumentKey, tuple[Record, ...]] = {}
        self._lines: dict[DocumentKey, _Line] = {}
        head = archive.head()
        kept = self._read_index() if head is not None else None
        if head is None:
            return
        is_known = kept is not None and kept.head == head
        news = archive.records_since(kept.head) if kept is not None and not is_known else ()
        if kept is None or news is None:
            self._take_all(head)
            return
        self._lines = {DocumentKey.parse(name): line for name, line in kept.lines.items()}
        if not is_known:
            self._take_in(head, news)

    def __getitem__(self, key: DocumentKey) -> tuple[Record, ...]:
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def __iter__(self) -> Iterator[DocumentKey]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def digest(self, key: DocumentKey) -> str:
        """Return the digest of the records of `key`."""
        return self._lines[key].digest

    def first_at(self, key: DocumentKey) -> datetime:
        """Return when the first record of `key` was captured."""
        return self._lines[key].first_at

    # ---------------------------------------------------------------------------------------------------------- reading

    def _read(self, key: DocumentKey) -> tuple[Record, ...]:
        kept = self._cache.get_json(_name_of(self._lines[key].digest))
        if kept is not None:
            try:
                return _form().validate_json(kept)
            except ValidationError:
                pass
        found = self._archive.records_of(key)
        self._cache.put_json({_name_of(self._lines[key].digest): _form().dump_json(found)})
        return found

    def _read_index(self) -> _Index | None:
        kept = self._cache.get_json(_index_name())
        try:
            return None if kept is None else _index_form().validate_json(kept)
        except ValidationError:
            return None

    # ---------------------------------------------------------------------------------------------------------- keeping

    def _take_all(self, head: str) -> None:
        self._known = self._archive.records()
        self._lines = {
            key: _Line(digest=_digest_of(records), first_at=records[0].fetched_at)
            for key, records in self._known.items()
        }
        self._keep(head, self._known)

    def _take_in(self, head: str, news: Sequence[Record]) -> None:
        fresh: dict[DocumentKey, list[Record]] = {}
        for record in news:
            fresh.setdefault(record.document, []).append(record)
        before = {key: self._lines[key].digest for key in fresh if key in self._lines}
        for key, records in fresh.items():
            whole = (*(self[key] if key in self._lines else ()), *records)
            self._known[key] = whole
            digest = _digest_of(records, before.get(key, ""))
            self._lines[key] = _Line(digest=digest, first_at=whole[0].fetched_at)
        self._lines = dict(sorted(self._lines.items()))
        self._keep(head, {key: self._known[key] for key in fresh}, drop=before.values())

    def _keep(
        self, head: str, fresh: Mapping[DocumentKey, tuple[Record, ...]], *, drop: Iterable[str] = ()
    ) -> None:  # fmt: skip
        rows = {_name_of(self._lines[key].digest): _form().dump_json(records) for key, records in fresh.items()}
        self._cache.put_json(rows, drop=map(_name_of, drop))
        # Last: whoever finds it finds all that it names.
        index = _Index(head=head, lines={str(key): line for key, line in self._lines.items()})
        self._cache.put_json({_index_name(): _index_form().dump_json(index)})


def _digest_of(records: Iterable[Record], before: str = "") -> str:
    """Return the digest of records that follow those of the digest `before`: a chain, so that more can follow."""
    digest = before
    for record in records:
        digest = sha256_hex(digest + fingerprint(record))
    return digest


def _index_name() -> str:
    return name_result(_INDEX, ())


def _name_of(digest: str) -> str:
    return name_result("records", [digest])


@lru_cache(maxsize=1)
def _form() -> TypeAdapter[tuple[Record, ...]]:
    return TypeAdapter(tuple[Record, ...])


@lru_cache(maxsize=1)
def _index_form() -> TypeAdapter[_Index]:
    return TypeAdapter(_Index)
