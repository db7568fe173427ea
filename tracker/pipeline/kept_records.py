"""The records of an archive as they are kept between runs: what came since is read, and what was known is not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.archive import Archive
from tracker.model import DocumentKey, Record, sha256_hex
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_values import KeptForm
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


_RECORDS: Final[KeptForm[tuple[Record, ...]]] = KeptForm(tuple[Record, ...])
_INDICES: Final[KeptForm[_Index]] = KeptForm(_Index)


class KeptRecords(Mapping[DocumentKey, tuple[Record, ...]]):
    """The records of each document, oldest first in the order of the archive; those of one are read when asked for."""

    def __init__(self, archive: Archive, cache: Cache) -> None:
        """Read what of `archive` is not kept in `cache` yet, and keep it there."""
        self._archive = archive
        self._cache = cache
        self._known: dict[DocumentKey, tuple[Record, ...]] = {}
        self._lines: dict[DocumentKey, _Line] = {}
        # Asked once: another process may record more meanwhile, and that belongs to the next run.
        head = archive.head()
        self._head = head
        if head is None:
            return
        kept = _INDICES.read(cache.get_json(_index_name()))
        if kept is not None:
            self._lines = {DocumentKey.parse(name): line for name, line in kept.lines.items()}
            if kept.head == head:
                return
        news = archive.records_since(kept.head, at=head) if kept is not None else None
        if news is None or not self._take_in(head, news):
            self._take_all(head)

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
        name = _name_of(self._lines[key].digest)
        kept = _RECORDS.read(self._cache.get_json(name))
        if kept is not None:
            return kept
        found = self._archive.records_of(key, at=self._head)
        if _digest_of(found) == self._lines[key].digest:
            self._cache.put_json(_RECORDS.write(name, found))
        return found

    # ---------------------------------------------------------------------------------------------------------- keeping

    def _take_all(self, head: str) -> None:
        self._known = self._archive.records(at=head)
        self._lines = {
            key: _Line(digest=_digest_of(records), first_at=records[0].fetched_at)
            for key, records in self._known.items()
        }
        self._keep(head, self._known)

    def _take_in(self, head: str, news: Sequence[Record]) -> bool:
        """Add `news` to what is kept; return whether all was there to which it is to be added."""
        fresh: dict[DocumentKey, list[Record]] = {}
        for record in news:
            fresh.setdefault(record.document, []).append(record)
        before = {key: self._lines[key].digest for key in fresh if key in self._lines}
        for key, records in fresh.items():
            kept = _RECORDS.read(self._cache.get_json(_name_of(before[key]))) if key in before else ()
            if kept is None:
                return False
            self._known[key] = (*kept, *records)
            digest = _digest_of(records, before.get(key, ""))
            self._lines[key] = _Line(digest=digest, first_at=self._known[key][0].fetched_at)
        self._lines = dict(sorted(self._lines.items()))
        self._keep(head, {key: self._known[key] for key in fresh}, drop=before.values())
        return True

    def _keep(
        self, head: str, fresh: Mapping[DocumentKey, tuple[Record, ...]], *, drop: Iterable[str] = ()
    ) -> None:  # fmt: skip
        rows: dict[str, bytes] = {}
        for key, records in fresh.items():
            rows |= _RECORDS.write(_name_of(self._lines[key].digest), records)
        index = _Index(head=head, lines={str(key): line for key, line in self._lines.items()})
        # All at once: an index without the rows that it names, or rows that no index knows, would be of no use.
        self._cache.put_json(rows | _INDICES.write(_index_name(), index), drop=map(_name_of, drop))


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
