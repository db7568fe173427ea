"""`tracker history`: one clause through time."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tracker.cli.instants import parse_bound
from tracker.cli.look import COLOUR_OPTION, FORMAT_OPTION, Look
from tracker.cli.session import JSON_OPTION, Session, command, print_json
from tracker.pipeline import Reader
from tracker.publish import find_templates
from tracker.render import biography_to_html, biography_to_json, biography_to_text, make_environment


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
    output: FORMAT_OPTION = "text",
    colour: COLOUR_OPTION = "auto",
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
            since=parse_bound(since, "--since"),
            until=parse_bound(until, "--until", is_end=True),
        )
    look = Look(output="json" if as_json else output, colour=colour)
    if look.output == "json":
        print_json(biography_to_json(biography))
    elif look.output == "html":
        sys.stdout.write(biography_to_html(biography, environment=make_environment(find_templates())))
    else:
        sys.stdout.write(biography_to_text(biography, colour=look.wants_colour, screen=look.screen))
