"""`tracker history`: one clause through time."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal

import typer
from rich.cells import cell_len

from tracker.cli.session import JSON_OPTION, Session, command, print_json
from tracker.errors import UsageError
from tracker.pipeline import Reader
from tracker.publish import find_templates
from tracker.render import Screen, biography_to_html, biography_to_json, biography_to_text, make_environment


@command
def history(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="DOC", help="'Service/Terms Type'.")],
    clause: Annotated[
        str,
        typer.Argument(
            metavar="CLAUSE", help="A section's number, anchor or title, a clause's id, or words of one clause."
        ),
    ],
    *,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only what happened from this UTC day on.", show_default=False),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="Only what happened by the end of it.", show_default=False),
    ] = None,
    output: Annotated[
        Literal["text", "json", "html"], typer.Option("--format", help="How to show it.", case_sensitive=False)
    ] = "text",
    colour: Annotated[
        Literal["auto", "always", "never"],
        typer.Option("--color", "--colour", help="Whether to colour text; auto: on a terminal.", case_sensitive=False),
    ] = "auto",
    as_json: JSON_OPTION = False,
) -> None:
    """Tell the life of a clause: each wording with its date, redlines between them, moves, splits, returns.

    A section's number tells of every clause that ever stood in it; where the number was given to another section in
    the course of time, the two are told apart.

    Example:

        tracker history "Telegram/Privacy Policy" 8.3
    """
    workspace = session.workspace
    with workspace.open_archive() as archive:
        reader = Reader(archive, workspace.declared_or_nothing())
        biography = reader.biography(
            reader.find_document(document),
            clause,
            since=_start_of("--since", since),
            until=_start_of("--until", until, days_later=1),
        )
    if as_json or output == "json":
        print_json(biography_to_json(biography))
    elif output == "html":
        sys.stdout.write(biography_to_html(biography, environment=make_environment(find_templates())))
    else:
        sys.stdout.write(biography_to_text(biography, colour=_wants_colour(colour), screen=_screen()))


def _start_of(option: str, day: str | None, *, days_later: int = 0) -> datetime | None:
    if day is None:
        return None
    try:
        start = date.fromisoformat(day) + timedelta(days=days_later)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} takes a day such as 2024-09-23, not {day!r}") from error
    return datetime.combine(start, time.min, tzinfo=UTC)


def _wants_colour(choice: str) -> bool:
    """Whether to colour: as the option says, else as https://no-color.org asks."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _screen() -> Screen | None:
    """How wide lines may be; None where nobody folds them, so that they can be searched."""
    return Screen(width=shutil.get_terminal_size().columns, measure=cell_len) if sys.stdout.isatty() else None
