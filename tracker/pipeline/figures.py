"""Keeping transparency reports: one file a publisher in the working folder, beside the declarations.

The figures are no policy text, so they are kept as files of the watch repository itself.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import UsageError
from tracker.pipeline.workspace import Workspace
from tracker.transparency import (
    Conflict,
    Report,
    SeriesRow,
    conflicts,
    from_json_row,
    parse_message,
    series,
    to_json_row,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What `tracker transparency add` did."""

    added: tuple[Report, ...]
    known: tuple[Report, ...]
    """Reports that were stored already, word for word."""
    conflicts: tuple[Conflict, ...]
    """Figures that contradict stored ones; both are kept."""
    path: Path


def add_reports(workspace: Workspace, texts: Sequence[str], *, publisher: str, country: str | None) -> Added:
    """Store the reports that `texts` hold; nothing is stored if one of them cannot be read.

    Raises:
        TransparencyError: If a line is not understood or figures do not add up.
        UsageError: If a report does not say which country it is about and `country` is None.
    """
    reports = [report for text in texts for report in parse_message(text, publisher=publisher, country=country)]
    unplaced = [report for report in reports if report.country is None]
    if unplaced:
        raise UsageError(
            f"the report from {unplaced[0].start} to {unplaced[0].end} says 'your country': name it with --country, "
            "as a code of three letters (ISO 3166-1)"
        )
    path = _path(workspace, publisher)
    stored = _read(path)
    known = [report for report in reports if report in stored]
    added = [report for report in dict.fromkeys(reports) if report not in stored]
    found = conflicts(stored, added)
    if added:
        path.parent.mkdir(exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        text = "".join(f"{to_json_row(report)}\n" for report in [*stored, *added])
        part.write_text(text, encoding="utf-8")
        os.replace(part, path)  # noqa: PTH105 - the call whose atomicity is documented
    return Added(added=tuple(added), known=tuple(known), conflicts=found, path=path)


def read_series(workspace: Workspace, *, publisher: str, country: str | None = None) -> tuple[SeriesRow, ...]:
    """Return the stored figures, of one country or of all.

    Raises:
        UsageError: If nothing is stored for the publisher, or for the country.
    """
    path = _path(workspace, publisher)
    stored = _read(path)
    if not stored:
        raise UsageError(f"no reports of {publisher} are stored yet: 'tracker transparency add' takes them in")
    rows = tuple(row for row in series(stored) if country is None or row.country == country)
    if not rows:
        known = ", ".join(sorted({row.country for row in series(stored)}))
        raise UsageError(f"no reports for {country!r} are stored; there are: {known}")
    return rows


def _path(workspace: Workspace, publisher: str) -> Path:
    if not publisher or publisher.startswith(".") or any(letter in publisher for letter in "/\\\0"):
        raise UsageError(f"{publisher!r} is no name of a publisher")
    return workspace.folder / "transparency" / f"{publisher}.jsonl"


def _read(path: Path) -> list[Report]:
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [from_json_row(line) for line in lines if line.strip()]
