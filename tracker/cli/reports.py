"""Commands about transparency reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tracker.cli.session import JSON_OPTION, Session, command, print_json
from tracker.errors import UsageError
from tracker.model import JsonValue
from tracker.pipeline.figures import add_reports, read_series

_PUBLISHER = Annotated[str, typer.Option("--publisher", help="Whose reports they are.")]
_MAX_MESSAGE_BYTES = 1_000_000


@command
def transparency_add(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Pasted answers of the bot; stdin without.", show_default=False),
    ] = None,
    *,
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="For answers that say 'your country'.", show_default=False),
    ] = None,
    publisher: _PUBLISHER = "Telegram",
    as_json: JSON_OPTION = False,
) -> None:
    """Store transparency reports: answers of the bot, pasted whole. What is not understood is refused.

    Example:

        tracker transparency add answer.txt --country FRA
    """
    texts = [_read_message(path) for path in files] if files else [sys.stdin.read(_MAX_MESSAGE_BYTES)]
    done = add_reports(session.workspace, texts, publisher=publisher, country=country)
    if as_json:
        contradictions: list[JsonValue] = [str(conflict) for conflict in done.conflicts]
        print_json(
            {
                "schema": "tracker.transparency-add/1",
                "added": len(done.added),
                "known": len(done.known),
                "conflicts": contradictions,
                "file": str(done.path),
            }
        )
        return
    for report in done.added:
        session.say(
            f"{report.country} {report.start} to {report.end}: {report.requests} requests, {report.users} users"
        )
    for conflict in done.conflicts:
        session.complain(f"contradiction, both are kept: {conflict}")
    session.say(f"{len(done.added)} stored in {done.path}, {len(done.known)} known already")


def _read_message(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_MESSAGE_BYTES:
            raise UsageError(f"{path} is far larger than any such message")
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


@command
def transparency_show(
    session: Session,
    country: Annotated[
        str | None,
        typer.Argument(metavar="[COUNTRY]", help="A code of three letters; all without.", show_default=False),
    ] = None,
    *,
    publisher: _PUBLISHER = "Telegram",
    as_json: JSON_OPTION = False,
) -> None:
    """Show the stored figures. Periods may overlap: rows are never to be added up blindly.

    Example:

        tracker transparency show USA
    """
    rows = read_series(session.workspace, publisher=publisher, country=country)
    if as_json:
        figures: list[JsonValue] = [
            {
                "country": row.country,
                "from": row.start.isoformat(),
                "to": row.end.isoformat(),
                "requests": row.requests,
                "users": row.users,
                "disputed": row.is_disputed,
            }
            for row in rows
        ]
        print_json({"schema": "tracker.transparency/1", "publisher": publisher, "rows": figures})
        return
    table = Table("Country", "From", "To", "Requests", "Users", "", box=None, pad_edge=False)
    for row in rows:
        marks = "disputed" if row.is_disputed else ""
        table.add_row(row.country, str(row.start), str(row.end), str(row.requests), str(row.users), marks)
    session.show_table(table)
