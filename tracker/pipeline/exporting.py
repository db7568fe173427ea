"""From the archive to files for others: a database, tables, one object, or a history that other tools read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TextIO, TypeAlias

from tracker import __version__
from tracker.archive import Archive, CollectionVersion, write_collection
from tracker.errors import UsageError
from tracker.history import list_departures
from tracker.model import EXPORT_SCHEMA, DocumentKey, ExportedDocument, Record, latest_standing
from tracker.pipeline.cache import Cache
from tracker.pipeline.reading import Reader, no_version_of
from tracker.pipeline.workspace import Workspace
from tracker.publish import write_csv, write_json, write_sqlite
from tracker.render import (
    TABLES,
    ExportRows,
    describe_package,
    dump_json_line,
    header_to_csv,
    make_cells,
    row_to_csv,
)

#: Told (what is done, how many, of how many).
Progress: TypeAlias = Callable[[str, int, int], None]


def _tell_nobody(_name: str, _done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoice:
    """What is to be exported."""

    names: tuple[str, ...] = ()
    """Documents, or services for all of theirs; everything where empty."""
    since: datetime | None = None
    """Only versions captured, and changes first seen, from this instant on (UTC)."""
    until: datetime | None = None
    """Only those up to this instant, itself included (UTC)."""
    with_text: bool = False
    """Whether versions bear their Markdown."""
    now: datetime
    """The instant as of which corrections count (UTC)."""

    def takes(self, at: datetime) -> bool:
        """Whether what happened at `at` is to be exported."""
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


@dataclass(slots=True)
class ExportCount:
    """How much was exported."""

    documents: int = 0
    versions: int = 0
    changes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """An open archive, about to be exported."""

    reader: Reader
    keys: tuple[DocumentKey, ...]
    choice: ExportChoice
    rows: ExportRows
    facts: Mapping[str, str]
    progress: Progress
    count: ExportCount = field(default_factory=ExportCount)

    def documents(self) -> Iterator[ExportedDocument]:
        """Yield what is taken of each document, in the order of their names."""
        for done, key in enumerate(self.keys, start=1):
            taken = _take_document(self.reader, key, self.choice)
            self.count.documents += 1
            self.count.versions += len(taken.records)
            self.count.changes += len(taken.changes)
            yield taken
            self.progress(str(key), done, len(self.keys))


def export_sqlite(
    workspace: Workspace, choice: ExportChoice, out: Path, *, progress: Progress = _tell_nobody
) -> ExportCount:
    """Write a SQLite database to the file `out`.

    Raises:
        UsageError: If a name fits no document, or `out` is somebody else's or cannot be written.
    """
    with _open(workspace, choice, progress) as source:
        rows = ((name, make_cells(row)) for taken in source.documents() for name, row in source.rows.list_rows(taken))
        write_sqlite(out, TABLES, rows, facts={"schema": EXPORT_SCHEMA, **source.facts})
        return source.count


def export_csv(
    workspace: Workspace, choice: ExportChoice, out: Path, *, progress: Progress = _tell_nobody
) -> ExportCount:
    """Write a file a table into the folder `out`, with their description; raises as `export_sqlite`."""
    with _open(workspace, choice, progress) as source:
        write_csv(
            out,
            {table.name: header_to_csv(table) for table in TABLES},
            (
                (name, row_to_csv(make_cells(row)))
                for taken in source.documents()
                for name, row in source.rows.list_rows(taken)
            ),
            description=describe_package(TABLES, facts=source.facts),
        )
        return source.count


def export_json(
    workspace: Workspace, choice: ExportChoice, out: Path | TextIO, *, progress: Progress = _tell_nobody
) -> ExportCount:
    """Write one object `tracker.export/1` to a file or a stream; raises as `export_sqlite`."""
    with _open(workspace, choice, progress) as source:
        facts = {"schema": EXPORT_SCHEMA, **source.facts}
        write_json(
            out,
            [f"{dump_json_line(name)}: {dump_json_line(value)}" for name, value in facts.items()],
            ("documents", "versions", "changes"),
            ((name, dump_json_line(row)) for taken in source.documents() for name, row in source.rows.list_json(taken)),
        )
        return source.count


def export_collection(
    workspace: Workspace, choice: ExportChoice, out: Path, *, vantage: str = "", progress: Progress = _tell_nobody
) -> ExportCount:
    """Make a repository in the form of Open Terms Archive's collections in the new folder `out`.

    Args:
        workspace: Whose archive is exported.
        choice: What of it.
        out: A folder that is absent or empty.
        vantage: Whose captures: own ones where empty.
        progress: Told of each version.

    Raises:
        UsageError: If a name fits no document of that vantage, nothing is there to export, or `out` is taken.
        ArchiveError: If the repository cannot be written (reason `unwritable`).
    """
    with workspace.open_archive() as archive:
        withheld = archive.withheld()
        records = {
            key: tuple(record for record in own if record.text_sha256 not in withheld)
            for key, own in archive.records().items()
        }
        for name in choice.names:
            prefix, colon, _ = name.partition(":")
            if colon and "/" not in prefix and prefix != vantage:
                raise UsageError(f"{name!r} is of another vantage: a collection is of one, so add --vantage {prefix}")
        keys = choose_archived([key for key, own in records.items() if own and key.vantage == vantage], choice.names)
        if not keys:
            others = sorted({key.vantage for key in records} - {vantage})
            hint = f"; --vantage takes one of {', '.join(filter(None, others))}" if any(others) else ""
            raise UsageError(f"there is no version to export of {vantage or 'own captures'}{hint}")
        chosen = _order_records({key: records[key] for key in keys}, choice)
        write_collection(out, _collect(archive, chosen, progress))
        documents = len({record.document for record, _ in chosen})
        return ExportCount(documents=documents, versions=len(chosen))


def choose_archived(keys: Sequence[DocumentKey], names: Sequence[str]) -> tuple[DocumentKey, ...]:
    """Return those of `keys` that `names` name, in their order; all of them without names.

    A name is a document, of all vantages where it names none, or a service for all of its documents.

    Raises:
        UsageError: If a name fits none; the message gives near ones.
    """
    if not names:
        return tuple(keys)
    chosen: set[DocumentKey] = set()
    for name in names:
        found = {key for key in keys if name in (str(key), str(key.own), key.service)}
        if not found:
            raise no_version_of(name, keys)
        chosen |= found
    return tuple(key for key in keys if key in chosen)


@contextmanager
def _open(workspace: Workspace, choice: ExportChoice, progress: Progress) -> Iterator[_Source]:
    with workspace.open_archive() as archive, Cache.beside(archive.git_dir) as cache:
        reader = Reader(
            archive, workspace.declared_or_nothing(), cache=cache, corrections=workspace.load_corrections(choice.now)
        )

        def read_open(record: Record) -> str:
            return "" if reader.withheld.of(record) else reader.stored(record).markdown

        read = read_open if choice.with_text else None
        yield _Source(
            reader=reader,
            keys=choose_archived(tuple(reader.records), choice.names),
            choice=choice,
            rows=ExportRows(pages=_pages(archive, workspace.settings.site_url), read_markdown=read),
            facts={"tracker_version": __version__, "archive_head": archive.head() or ""},
            progress=progress,
        )


def _pages(archive: Archive, site_url: str | None) -> dict[str, str]:
    """Return the address of each change that was published, by its feed id: the newest one where it moved."""
    rows = archive.permalinks()
    return {str(row["id"]): f"{site_url or ''}{row['address']}" for row in rows if row.get("id") and row.get("address")}


def _take_document(reader: Reader, key: DocumentKey, choice: ExportChoice) -> ExportedDocument:
    timeline = reader.timeline(key)
    # An announcement may have come at any later time, so changes are judged all together or not at all.
    is_wanted = any(choice.takes(event.first_seen_new) for event in timeline.changes)
    reports = reader.change_reports(timeline) if is_wanted else ()
    changes = tuple(report for report in reports if choice.takes(report.event.first_seen_new))
    compared = {record.commit for report in changes for record in (report.event.old, report.event.new)}
    return ExportedDocument(
        service_name=reader.service_name(key),
        language=reader.language(key),
        timeline=timeline,
        latest_provenance=reader.provenance(timeline.records[-1]),
        standing=latest_standing(list_departures(timeline.checks)),
        records=tuple(
            record for record in timeline.records if record.commit in compared or choice.takes(record.fetched_at)
        ),
        changes=changes,
    )


def _order_records(
    records: Mapping[DocumentKey, Sequence[Record]], choice: ExportChoice
) -> list[tuple[Record, bool]]:  # fmt: skip
    """Return the records that a collection holds, and whether each is the first of its document, in order of time.

    A document's own records stay in the order of the archive, also where a clock was set back. A record that changed
    nothing in the Markdown is left out: a commit without a file is no version to Open Terms Archive.
    """
    ordered: list[tuple[datetime, Record, bool]] = []
    for own in records.values():
        newest: datetime | None = None
        digest = None
        for record in own:
            if not choice.takes(record.fetched_at) or record.markdown_sha256 == digest:
                continue
            is_first = newest is None
            newest = record.fetched_at if newest is None else max(newest, record.fetched_at)
            digest = record.markdown_sha256
            ordered.append((newest, record, is_first))
    ordered.sort(key=lambda item: item[0])
    return [(record, is_first) for _, record, is_first in ordered]


def _collect(
    archive: Archive, chosen: Sequence[tuple[Record, bool]], progress: Progress
) -> Iterator[CollectionVersion]:  # fmt: skip
    for done, (record, is_first) in enumerate(chosen, start=1):
        stored = archive.read(record.document, record.commit)
        # What became the first by a choice of days began the history, whatever it was in the archive.
        kind = "first" if is_first else "change" if record.kind == "first" else record.kind
        yield CollectionVersion(record=record, stored=stored, kind=kind)
        progress(str(record.document), done, len(chosen))
