"""The command that takes a published text off the pages, or back onto them."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.session import JSON_OPTION, Session, command, print_json, utc_now
from tracker.model import JsonValue, format_instant
from tracker.pipeline import withhold_version


@command
def withhold(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="DOC", help="'Service/Terms Type'.")],
    revision: Annotated[
        str, typer.Argument(metavar="REV", help="A commit, a date, an instant, first, latest, latest~1.")
    ],
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in one line: readers see it.")],
    undo: Annotated[bool, typer.Option("--undo", help="Publish the text again.")] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Publish the text of a version no longer: pages, redlines and feeds then show its digests and the reason.

    The text stays in the archive, which docs/withholding.md tells how to rewrite. It is withheld wherever the archive
    has the same text; a clause that other versions have too is still shown from them.

    Example:

        tracker withhold "Telegram/Privacy Policy" 2024-09-23 --reason "Court order 12/2025"
    """
    done = withhold_version(session.workspace, document, revision, reason=reason, now=utc_now(), undo=undo)
    told = done.withholding
    if as_json:
        bodies: list[JsonValue] = list(told.body_sha256s)
        print_json(
            {
                "schema": "tracker.withhold/1",
                "document": str(told.document),
                "commit": done.record.commit,
                "text_sha256": told.text_sha256,
                "markdown_sha256": told.markdown_sha256,
                "body_sha256": bodies,
                "reason": told.reason,
                "at": format_instant(told.at),
                "withheld": done.is_withheld,
            }
        )
        return
    said = "withheld" if done.is_withheld else "published again"
    again = "" if done.is_new else ", as before, with a new reason"
    session.say(f"{told.document}@{done.record.commit[:9]}: {said}{again}")
    session.say(f"  text SHA-256 {told.text_sha256}")
    session.say("Next: 'tracker site build' rebuilds the pages and feeds; publish them, and remove older copies.")
