"""`tracker import wayback`: the copies that the Wayback Machine has of a declared document."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.instants import parse_bound
from tracker.cli.session import EXIT_FAILED, JSON_OPTION, Session, command, fail, print_json, utc_now
from tracker.model import JsonValue, format_instant
from tracker.pipeline import WAYBACK_MINUTES, ImportedMemento, WaybackImport, import_wayback, open_wayback


@command
def import_from_wayback(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="DOC", help="'Service/Terms Type', as declared.")],
    *,
    from_text: Annotated[
        str, typer.Option("--from", metavar="D", help="Only copies from this date, or instant, on (UTC).")
    ] = "",
    to_text: Annotated[
        str, typer.Option("--to", metavar="D", help="Only copies up to the end of this date, or up to this instant.")
    ] = "",
    vantage: Annotated[
        str, typer.Option("--vantage", metavar="NAME", help="Where they are kept; 'wayback' if nothing else is said.")
    ] = "",
    minutes: Annotated[
        int, typer.Option("--minutes", metavar="N", min=1, help="How long to ask for copies; the next call goes on.")
    ] = WAYBACK_MINUTES,
    as_json: JSON_OPTION = False,
) -> None:
    """Record the copies that the Wayback Machine has of a declared document, beside its own history.

    Each copy is read as the document was declared on its day. What cannot be had is listed with what to do, and the
    others go on. Ended in between, the next call goes on; repeated, it adds nothing.

    Example:

        tracker import wayback "Telegram/Privacy Policy" --from 2020-01-01 --to 2020-12-31
    """
    from_at = parse_bound(from_text, "--from")
    to_at = parse_bound(to_text, "--to", is_end=True)
    machine = open_wayback(session.workspace.fetch_settings(), minutes=minutes, now=utc_now)
    with session.progress("Importing") as show:
        done = import_wayback(
            session.workspace,
            machine,
            name=document,
            vantage=vantage,
            from_at=from_at,
            to_at=to_at,
            now=utc_now,
            progress=lambda memento, count, total: show(_name_of(memento), count, total),
        )
    if as_json:
        print_json(_to_json(done))
    else:
        _tell(session, done)
    if done.is_troubled:
        fail(EXIT_FAILED)


def _name_of(memento: ImportedMemento) -> str:
    return format_instant(memento.captured_at) if memento.captured_at is not None else "The index"


def _to_json(done: WaybackImport) -> dict[str, JsonValue]:
    mementos: list[JsonValue] = [
        {
            "captured_at": format_instant(memento.captured_at) if memento.captured_at is not None else None,
            "url": memento.url,
            "memento_url": memento.memento_url,
            "outcome": memento.outcome,
            "reason": memento.reason,
            "detail": memento.detail,
            "next_step": memento.next_step,
        }
        for memento in done.mementos
    ]
    stopped = done.stopped
    return {
        "schema": "tracker.import-wayback/1",
        "document": str(done.document),
        "archive_head": done.head,
        "counts": {str(outcome): count for outcome, count in done.counts.items()},
        "already_known": done.known,
        "stopped": {"reason": stopped.reason, "detail": stopped.detail} if stopped is not None else None,
        "mementos": mementos,
    }


def _tell(session: Session, done: WaybackImport) -> None:
    for memento in done.mementos:
        if memento.is_troubled:
            where = memento.memento_url or memento.url
            said = f"{memento.outcome}: {memento.reason}: {memento.detail}"
            session.complain(f"{_name_of(memento)} {where}: {said}. {memento.next_step}")
        elif session.is_verbose:
            cause = f": {memento.reason}: {memento.detail}" if memento.reason is not None else ""
            session.say(f"{_name_of(memento)} {memento.memento_url}: {memento.outcome}{cause}")
    if done.stopped is not None:
        session.complain(
            f"Stopped early: {done.stopped.reason}: {done.stopped.detail}. Run the same command again later: it goes "
            "on from there. Should it stop at the same copy again, --from an instant after it passes it over."
        )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in done.counts.items()) or "nothing new"
    session.say(f"{done.document}: {len(done.mementos)} copies: {counts}")
    if done.known:
        session.say(f"{done.known} copies were known already")
