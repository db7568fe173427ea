"""The command that imports a collection of Open Terms Archive."""

from __future__ import annotations

from typing import Annotated

import typer

from tracker.cli.instants import parse_bound
from tracker.cli.session import EXIT_FAILED, JSON_OPTION, Session, command, fail, print_json, utc_now
from tracker.model import JsonValue, format_instant
from tracker.pipeline import OtaImport, import_ota

#: Versions that were set aside and are listed without being asked for.
_LISTED = 20


@command
def import_collection(
    session: Session,
    repository: Annotated[
        str, typer.Argument(metavar="REPO", help="A local repository, a bundle, or an address that git can clone.")
    ],
    *,
    service: Annotated[
        list[str] | None, typer.Option("--service", metavar="S", help="Only this service; may be repeated.")
    ] = None,
    terms: Annotated[
        list[str] | None, typer.Option("--terms", metavar="T", help="Only this terms type; may be repeated.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="D", help="Only versions from this day or instant on (UTC).")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="D", help="Only versions up to the end of this day (UTC).")
    ] = None,
    vantage: Annotated[
        str, typer.Option("--vantage", metavar="NAME", help="What to call the collection; else its own name.")
    ] = "",
    as_json: JSON_OPTION = False,
) -> None:
    """Take in the history of a collection of Open Terms Archive, beside your own captures.

    Versions that are broken (error pages, walls, doubled sources) are not recorded; they are listed, and kept in the
    archive's history. Repeat the import to take in what has come since; an import that was ended goes on.

    Example:

        tracker import ota https://github.com/OpenTermsArchive/contrib-versions.git --service Telegram
    """
    with session.progress("Importing") as show:
        done = import_ota(
            session.workspace,
            repository,
            services=service or (),
            terms_types=terms or (),
            since=parse_bound(since, "--since"),
            until=parse_bound(until, "--until", is_end=True),
            vantage=vantage,
            now=utc_now(),
            progress=show,
        )
    if as_json:
        print_json(_to_json(done))
    else:
        _tell(session, done)
    if done.failed:
        fail(EXIT_FAILED)


def _tell(session: Session, done: OtaImport) -> None:
    listed = done.set_aside if session.is_verbose else done.set_aside[:_LISTED]
    for item in listed:
        session.say(
            f"{item.document}  {format_instant(item.recorded_at)}  {item.commit[:9]}  {item.outcome}: "
            f"{item.reason}: {item.detail}"
        )
    if len(listed) < len(done.set_aside):
        session.say(f"… and {len(done.set_aside) - len(listed)} more (-v lists all)")
    for key, why in done.failed:
        session.complain(why if why.startswith(str(key)) else f"{key}: {why}")
    if session.is_verbose:
        for commit, why in done.skipped:
            session.say(f"commit {commit[:9]} skipped: {why}")
    commits = ", ".join(f"{count} {name}" for name, count in done.commits.items())
    session.say(f"{done.source} at {done.source_head[:12]}: {sum(done.commits.values())} commits: {commits}")
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in done.outcomes.items()) or "nothing new"
    session.say(f"{done.vantage}: {done.documents} documents, {done.versions} versions: {outcomes}")
    if done.known:
        session.say(f"{done.known} versions were known already")


def _to_json(done: OtaImport) -> dict[str, JsonValue]:
    set_aside: list[JsonValue] = [
        {
            "document": str(item.document),
            "recorded_at": format_instant(item.recorded_at),
            "commit": item.commit,
            "outcome": item.outcome,
            "reason": item.reason,
            "detail": item.detail,
        }
        for item in done.set_aside
    ]
    skipped: list[JsonValue] = [{"commit": commit, "why": why} for commit, why in done.skipped]
    failed: list[JsonValue] = [{"document": str(key), "detail": why} for key, why in done.failed]
    return {
        "schema": "tracker.import-ota/1",
        "vantage": done.vantage,
        "source": done.source,
        "source_head": done.source_head,
        "archive_head": done.head,
        "commits": {str(name): count for name, count in done.commits.items()},
        "documents": done.documents,
        "versions": done.versions,
        "already_known": done.known,
        "counts": {str(outcome): count for outcome, count in sorted(done.outcomes.items())},
        "set_aside": set_aside,
        "skipped": skipped,
        "failed": failed,
    }
