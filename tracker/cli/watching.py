"""Commands that capture, import and publish."""

from __future__ import annotations

import contextlib
import functools
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from tracker.cli.figures_told import result_to_json, tell_outcome, tell_result
from tracker.cli.session import (
    EXIT_CHANGED,
    EXIT_FAILED,
    JSON_OPTION,
    Clock,
    ReplayClock,
    Session,
    command,
    fail,
    fetch_pages,
    print_json,
    utc_now,
)
from tracker.errors import CorrectionError, UsageError
from tracker.fetch import Hosts
from tracker.model import DocumentResult, JsonValue, format_instant, parse_instant
from tracker.pipeline import DemoNight, build_site, import_folder, run_demo, run_night
from tracker.pipeline.importing import FolderImport
from tracker.pipeline.night import Night
from tracker.publish import PublishReport, serve
from tracker.render import terminal_text
from tracker.transparency import TransparencyError

_QUIET_OUTCOMES = frozenset({"unchanged"})


@command
def run(
    session: Session,
    documents: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DOC]...", help="'Service/Terms Type' or a service; all without.", show_default=False),
    ] = None,
    *,
    unconfirmed: Annotated[bool, typer.Option("--unconfirmed", help="Capture only what awaits another look.")] = False,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="For replays: act as if it were TIME.", show_default=False),
    ] = None,
    fail_on_change: Annotated[
        bool, typer.Option("--fail-on-change", help="Exit with 4 if a document changed.")
    ] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Capture the declared documents, archive what is new, rebuild the site: the nightly job.

    Without DOC it also takes in the figures that files in 'transparency/' name. Exit code 1 means that some documents
    or datasets failed and all others are done.

    Example:

        tracker run "Telegram/Privacy Policy"
    """
    clock = Clock() if at is None else ReplayClock(_parse_moment(at))
    with session.progress("Capturing") as show:
        night = run_night(
            session.workspace,
            now=clock.now,
            fetch=functools.partial(fetch_pages, now=clock.now, hosts=Hosts()),
            sleep=clock.sleep,
            clock=clock.seconds,
            names=documents or (),
            unconfirmed=unconfirmed,
            # A replay acts as if it were another time; what persons have said since holds all the same.
            corrections=session.workspace.load_corrections(utc_now()),
            progress=lambda result, done, total: show(str(result.document), done, total),
        )
    for problem in night.problems:
        session.complain(f"Passed over {problem.where}: {problem.detail}")
    for note in night.site.notes if night.site is not None else ():
        session.complain(note)
    for wrong in night.wrong_inputs:
        session.complain(_tell_wrong(wrong))
    for error in night.wrong_publishers:
        session.complain(f"figures passed over: {error}")
    if as_json:
        print_json(_night_to_json(night))
    else:
        _tell_night(session, night)
    if night.is_troubled:
        fail(EXIT_FAILED)
    if fail_on_change and night.report.changed:
        fail(EXIT_CHANGED)


def _parse_moment(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError as error:
        raise UsageError(f"--at {text!r} is no instant: write it as 2024-09-23T15:26:23Z") from error


def _night_to_json(night: Night) -> dict[str, JsonValue]:
    results: list[JsonValue] = [
        {
            "document": str(result.document),
            "outcome": result.outcome,
            "reason": result.reason,
            "detail": result.detail,
            "next_step": result.next_step,
            "headline": result.headline,
            "folded": result.folded,
        }
        for result in night.report.results
    ]
    return {
        "schema": "tracker.run/1",
        "started_at": format_instant(night.report.started_at),
        "archive_head": night.head,
        "results": results,
        "figures": [result_to_json(result) for result in night.figures],
    }


def _tell_night(session: Session, night: Night) -> None:
    results = night.report.results
    counts: dict[str, int] = {}
    for result in results:
        counts[result.outcome] = counts.get(result.outcome, 0) + 1
    worth_telling = [result for result in results if session.is_verbose or result.outcome not in _QUIET_OUTCOMES]
    if session.is_quiet:
        worth_telling = list(night.report.troubled)
    if worth_telling:
        session.show_table(_table_of(worth_telling), as_complaint=session.is_quiet)
    said = ", ".join(f"{count} {outcome}" for outcome, count in counts.items()) or "no documents"
    session.say(f"{len(results)} documents: {said}")
    for told in night.figures:
        if told.outcome not in _QUIET_OUTCOMES or session.is_verbose:
            tell_result(session, told)
    if night.site is not None:
        session.say(f"Site: {session.workspace.settings.site / 'index.html'}")


def _table_of(results: list[DocumentResult]) -> Table:
    table = Table(show_header=True, header_style="bold", box=None, pad_edge=False)
    table.add_column("Document", overflow="fold")
    table.add_column("Outcome")
    table.add_column("What and what next", overflow="fold")
    for result in results:
        said = result.headline or ""
        if result.reason:
            said = f"{result.reason}: {result.detail or ''}\n{result.next_step or ''}"
        table.add_row(terminal_text(str(result.document)), result.outcome, terminal_text(said))
    return table


@command
def demo(
    session: Session,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Where to build it.")] = Path("demo"),
    as_json: JSON_OPTION = False,
) -> None:
    """Show the whole story offline: an invented messenger's policy, captured night by night.

    Example:

        tracker demo --out /tmp/demo
    """

    def tell(done: DemoNight) -> None:
        if as_json:
            return
        night, result = done.night, done.result
        session.say(f"{night.at:%d %B %Y}  {night.shows}")
        told = result.headline or (f"{result.reason}: {result.detail}" if result.reason else "")
        session.say(f"    {result.outcome}{': ' if told else ''}{told}")
        if done.figures.outcome != "unchanged":
            session.say(f"    {tell_outcome(done.figures)}")

    nights = run_demo(out, told=tell)
    page = out / "site" / "index.html"
    if as_json:
        rows: list[JsonValue] = [
            {
                "at": format_instant(done.night.at),
                "outcome": done.result.outcome,
                "reason": done.result.reason,
                "headline": done.result.headline,
                "figures": done.figures.outcome,
            }
            for done in nights
        ]
        print_json({"schema": "tracker.demo/1", "nights": rows, "site": str(page)})
        return
    session.say()
    session.say(f"Pages:   {page}")
    session.say(f"Feeds:   {out / 'site' / 'feeds'}")
    session.say(f"Archive: {out / 'archive.git'}  (git log archive)")
    session.say(
        f"Figures: cd {out}; tracker transparency show --publisher Courier --archive archive.git  (all made up)"
    )


@command
def site_build(session: Session, *, as_json: JSON_OPTION = False) -> None:
    """Rebuild the site from the archive.

    Exit code 1 means that a correction or a file of figures is wrong, and everything else is published.

    Example:

        tracker site build --site public
    """
    workspace = session.workspace
    wrong: list[CorrectionError | TransparencyError] = []
    with workspace.open_archive() as archive:
        files = build_site(
            archive,
            workspace,
            workspace.declared_or_nothing(),
            corrections=workspace.load_corrections(utc_now()),
            complain=wrong.append,
        )
    for note in files.notes:
        session.complain(note)
    for error in wrong:
        session.complain(_tell_wrong(error))
    _tell_files(session, files, as_json=as_json)
    if wrong:
        fail(EXIT_FAILED)


def _tell_wrong(error: CorrectionError | TransparencyError) -> str:
    what = "correction" if isinstance(error, CorrectionError) else "figures"
    return f"{what} passed over: {error}"


def _tell_files(session: Session, files: PublishReport, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "schema": "tracker.site/1",
                "written": len(files.written),
                "unchanged": len(files.unchanged),
                "removed": len(files.removed),
            }
        )
        return
    session.say(
        f"{session.workspace.settings.site / 'index.html'}: {len(files.written)} files written, "
        f"{len(files.unchanged)} unchanged, {len(files.removed)} removed"
    )


@command
def site_serve(
    session: Session,
    *,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port on this machine; 0 for a free one.")
    ] = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
) -> None:
    """Show the built site on this machine, until Ctrl+C.

    Example:

        tracker site serve --port 8000
    """
    with serve(session.workspace.settings.site, port=port) as server:
        session.say(f"{server.url}  (Ctrl+C ends it)")
        if open_browser:
            webbrowser.open(server.url)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
        session.say()


@command
def import_dated_folder(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Files named YYYY-MM-DDTHHMMSSZ*.html, .md or .pdf.")],
    *,
    document: Annotated[str, typer.Option("--document", metavar="DOC", help="'Service/Terms Type', as declared.")],
    vantage: Annotated[
        str, typer.Option("--vantage", metavar="NAME", help="Keep them beside the document's own history.")
    ] = "",
    as_json: JSON_OPTION = False,
) -> None:
    """Record dated captures from a folder as versions of a declared document.

    Example:

        tracker import folder captures --document "Telegram/Privacy Policy"
    """
    with session.progress("Importing") as show:
        done = import_folder(
            session.workspace,
            folder,
            name=document,
            vantage=vantage,
            now=utc_now(),
            progress=lambda file, count, total: show(file.name, count, total),
        )
    if as_json:
        print_json(_import_to_json(done))
    else:
        _tell_import(session, done)
    if done.is_troubled:
        fail(EXIT_FAILED)


def _import_to_json(done: FolderImport) -> dict[str, JsonValue]:
    files: list[JsonValue] = [
        {
            "name": file.name,
            "captured_at": format_instant(file.captured_at),
            "outcome": file.outcome,
            "reason": file.reason,
            "detail": file.detail,
        }
        for file in done.files
    ]
    return {
        "schema": "tracker.import/1",
        "document": str(done.document),
        "archive_head": done.head,
        "counts": {str(outcome): count for outcome, count in done.counts.items()},
        "already_known": done.known,
        "ignored": list(done.ignored),
        "files": files,
    }


def _tell_import(session: Session, done: FolderImport) -> None:
    for file in done.files:
        if file.reason is not None:
            session.complain(f"{file.name}: {file.outcome}: {file.reason}: {file.detail}")
        elif session.is_verbose:
            session.say(f"{file.name}: {file.outcome}")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in done.counts.items()) or "nothing new"
    session.say(f"{done.document}: {len(done.files)} captures: {counts}")
    if done.known:
        session.say(f"{done.known} captures were known already")
    if done.ignored:
        session.say(f"Not dated captures, left out: {', '.join(done.ignored)}")
