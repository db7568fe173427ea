"""What an export is made of: tables with their columns, and the documents that fill them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tracker.model.document import DocumentKey, JsonValue
from tracker.model.provenance import Provenance
from tracker.model.report import ChangeReport
from tracker.model.standing import Standing
from tracker.model.timeline import Record, Timeline

#: Names the form of an export, whatever it is written as. A change that a reader must know of raises the number.
EXPORT_SCHEMA: Final = "tracker.export/1"

#: `instant` is text such as `2024-09-23T15:26:23Z`, `array` a JSON list.
ColumnType: TypeAlias = Literal["text", "integer", "real", "boolean", "instant", "array"]

#: Values in the order of a table's columns.
Row: TypeAlias = tuple[JsonValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    name: str
    type: ColumnType
    description: str
    is_optional: bool = False
    """Whether a row may have nothing here."""
    references: str | None = None
    """The table whose key this is; None where it is no reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of an export. Its first column is its key."""

    name: str
    description: str
    columns: tuple[Column, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    """Further columns by which a row is known."""
    indexes: tuple[tuple[str, ...], ...] = ()
    """Columns by which rows are often sought."""
    searched: tuple[str, ...] = ()
    """Columns whose words can be searched; then the key is an integer."""

    @property
    def key(self) -> Column:
        return self.columns[0]

    def __post_init__(self) -> None:
        names = {column.name for column in self.columns}
        if len(names) < len(self.columns) or self.key.is_optional:
            raise ValueError(f"the columns of {self.name} have names of their own, and every row has a key")
        unknown = {name for group in (*self.unique, *self.indexes, self.searched) for name in group} - names
        if unknown or (self.searched and self.key.type != "integer"):
            raise ValueError(f"{self.name} cannot be sought by {sorted(unknown) or self.key.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDocument:
    """What an export takes of one document."""

    service_name: str
    language: str | None
    """BCP 47 tag of the language in which it is declared; None where none is."""
    timeline: Timeline
    """All of it, whatever the export takes."""
    latest_provenance: Provenance
    standing: Standing
    records: tuple[Record, ...]
    """The versions that are taken, in the order of the timeline; those that `changes` compare are among them."""
    changes: tuple[ChangeReport, ...]
    """The changes that are taken, oldest first."""

    @property
    def document(self) -> DocumentKey:
        return self.timeline.document

    def __post_init__(self) -> None:
        taken = {record.commit for record in self.records}
        if any({change.event.old.commit, change.event.new.commit} - taken for change in self.changes):
            raise ValueError(f"an export of {self.document} takes both versions of each change")
