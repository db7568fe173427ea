"""The commands that export: for researchers, spreadsheets, programs, and other archives."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, TextIO

import typer

from tracker.cli.instants import parse_bound
from tracker.cli.session import JSON_OPTION, Session, command, print_json, utc_now
from tracker.errors import UsageError
from tracker.pipeline import (
    ExportChoice,
    ExportCount,
    export_collection,
    export_csv,
    export_json,
    export_sqlite,
)

_DOCUMENTS = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[DOC]...", help="'Service/Terms Type' or a service; everything without.", show_default=False
    ),
]
_SINCE = Annotated[
    str | None,
    typer.Option("--since", metavar="D", help="Only what was captured from this day on (UTC).", show_default=False),
]
_UNTIL = Annotated[
    str | None,
    typer.Option("--until", metavar="D", help="Only what was captured by the end of this day.", show_default=False),
]
_WITH_TEXT = Annotated[bool, typer.Option("--with-text", help="Add the whole text of every version.")]
_OUT_FILE = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to; an earlier export is replaced.")]
_OUT_FOLDER = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to; an earlier export is replaced.")]


@command
def export_to_sqlite(
    session: Session,
    documents: _DOCUMENTS = None,
    *,
    out: _OUT_FILE,
    since: _SINCE = None,
    until: _UNTIL = None,
    with_text: _WITH_TEXT = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Write a SQLite database: documents, versions, changes, clauses, findings, with searches of the full text.

    Example:

        tracker export sqlite --out changes.sqlite "Telegram/Privacy Policy"
    """
    choice = _choose(documents, since, until, with_text=with_text)
    _export(session, "sqlite", export_sqlite, choice, out, as_json=as_json)


@command
def export_to_csv(
    session: Session,
    documents: _DOCUMENTS = None,
    *,
    out: _OUT_FOLDER,
    since: _SINCE = None,
    until: _UNTIL = None,
    with_text: _WITH_TEXT = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Write the tables of the database as CSV files, one a table; no cell acts in a spreadsheet.

    Example:

        tracker export csv --out tables --since 2024-01-01
    """
    choice = _choose(documents, since, until, with_text=with_text)
    _export(session, "csv", export_csv, choice, out, as_json=as_json)


@command
def export_to_json(
    session: Session,
    documents: _DOCUMENTS = None,
    *,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Where to; '-' for standard output."),
    ],
    since: _SINCE = None,
    until: _UNTIL = None,
    with_text: _WITH_TEXT = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Write one JSON object with documents, versions and changes, an entry a line.

    Example:

        tracker export json --out - "Telegram/Privacy Policy"
    """
    choice = _choose(documents, since, until, with_text=with_text)
    is_stream = str(out) == "-"
    if is_stream and as_json:
        raise UsageError("--out - and --json would both answer on standard output: leave --json out")
    if is_stream:
        with session.progress("Exporting") as show, _utf8_output() as stream:
            export_json(session.workspace, choice, stream, progress=show)
        return
    _export(session, "json", export_json, choice, out, as_json=as_json)


@command
def export_to_ota(
    session: Session,
    documents: _DOCUMENTS = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to: a folder that is new or empty.")],
    since: _SINCE = None,
    until: _UNTIL = None,
    vantage: Annotated[
        str, typer.Option("--vantage", metavar="NAME", help="An imported collection; own without.")
    ] = "",
    as_json: JSON_OPTION = False,
) -> None:
    """Make a git repository of versions as Open Terms Archive's: one file a document, one commit a version.

    Example:

        tracker export ota --out ../my-versions
    """
    choice = _choose(documents, since, until)
    _export(session, "ota", partial(export_collection, vantage=vantage), choice, out, as_json=as_json)


@contextmanager
def _utf8_output() -> Iterator[TextIO]:
    """Give standard output as UTF-8, whatever letters the terminal has: JSON is in no other (RFC 8259, section 8.1)."""
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n", write_through=True)
    try:
        yield stream
    finally:
        stream.detach()


def _choose(
    documents: list[str] | None, since: str | None, until: str | None, *, with_text: bool = False
) -> ExportChoice:  # fmt: skip
    return ExportChoice(
        names=tuple(documents or ()),
        since=parse_bound(since, "--since"),
        until=parse_bound(until, "--until", is_end=True),
        with_text=with_text,
        now=utc_now(),
    )


def _export(
    session: Session, form: str, write: Callable[..., ExportCount], choice: ExportChoice, out: Path, *, as_json: bool
) -> None:  # fmt: skip
    """Write what `choice` names to `out` by `write`, and tell how much it was."""
    with session.progress("Exporting") as show:
        count = write(session.workspace, choice, out, progress=show)
    has_changes = form != "ota"
    if as_json:
        print_json(
            {
                "schema": "tracker.export-report/1",
                "format": form,
                "out": str(out),
                "documents": count.documents,
                "versions": count.versions,
                **({"changes": count.changes} if has_changes else {}),
            }
        )
        return
    changes = f", {count.changes} changes" if has_changes else ""
    session.say(f"wrote {out}: {count.documents} documents, {count.versions} versions{changes}")
