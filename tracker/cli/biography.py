"""`tracker history`: one clause through time, or all that a document promises and permits."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tracker.cli.instants import parse_bound
from tracker.cli.look import COLOUR_OPTION, FORMAT_OPTION, Look
from tracker.cli.session import JSON_OPTION, Session, command, print_json
from tracker.model import Biography, Ledger
from tracker.pipeline import Cache, Reader
from tracker.publish import find_templates
from tracker.render import (
    biography_to_html,
    biography_to_json,
    biography_to_text,
    ledger_to_html,
    ledger_to_json,
    ledger_to_text,
    make_environment,
)


@command
def history(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="DOC", help="'Service/Terms Type'.")],
    clause: Annotated[
        str | None,
        typer.Argument(
            metavar="CLAUSE",
            help="A section's number, anchor or title, a clause's id, or words of one clause. Without it: the ledger.",
            show_default=False,
        ),
    ] = None,
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

    Without CLAUSE: the document's ledger of promises and powers, each with the day it appeared and what became of it.

    Example:

        tracker history "Telegram/Privacy Policy" 8.3
        tracker history "Telegram/Privacy Policy"
    """
    workspace = session.workspace
    look = Look(output="json" if as_json else output, colour=colour)
    first, last = parse_bound(since, "--since"), parse_bound(until, "--until", is_end=True)
    with workspace.open_archive() as archive, Cache.beside(archive.git_dir) as cache:
        reader = Reader(archive, workspace.declared_or_nothing(), cache=cache)
        key = reader.find_document(document)
        if clause is None:
            _show_ledger(reader.ledger(key, since=first, until=last), look)
        else:
            _show_biography(reader.biography(key, clause, since=first, until=last), look)


def _show_biography(biography: Biography, look: Look) -> None:
    if look.output == "json":
        print_json(biography_to_json(biography))
    elif look.output == "html":
        sys.stdout.write(biography_to_html(biography, environment=make_environment(find_templates())))
    else:
        sys.stdout.write(biography_to_text(biography, colour=look.wants_colour, screen=look.screen))


def _show_ledger(ledger: Ledger, look: Look) -> None:
    if look.output == "json":
        print_json(ledger_to_json(ledger))
    elif look.output == "html":
        sys.stdout.write(ledger_to_html(ledger, environment=make_environment(find_templates())))
    else:
        sys.stdout.write(ledger_to_text(ledger, screen=look.screen))
