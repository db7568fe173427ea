"""Commands that read: one change, any two versions."""

from __future__ import annotations

import json
import os
import stat
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from tracker.cli.look import COLOUR_OPTION, FORMAT_OPTION, VIEW_OPTION, Look
from tracker.cli.session import EXIT_CHANGED, EXIT_FAILED, JSON_OPTION, Session, command, fail, print_json, utc_now
from tracker.errors import UsageError
from tracker.model import (
    AppliedCorrection,
    Change,
    Passing,
    Trust,
    Verdict,
    VerdictHistory,
    Withholding,
    format_instant,
)
from tracker.pipeline import Reader, compare_pair, compare_rows, read_version_file
from tracker.publish import find_templates
from tracker.render import change_to_html, change_to_json, change_to_text, make_environment

_FILE_ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".pdf")


@command
def show(
    session: Session,
    document: Annotated[str, typer.Argument(metavar="DOC", help="'Service/Terms Type'.")],
    revision: Annotated[
        str,
        typer.Argument(
            metavar="[REV]",
            help="A commit, a date, an instant, first, latest, latest~1; the newest change without.",
            show_default=False,
        ),
    ] = "",
    *,
    output: FORMAT_OPTION = "text",
    view: VIEW_OPTION = "inline",
    colour: COLOUR_OPTION = "auto",
    as_json: JSON_OPTION = False,
) -> None:
    """Show one change: what came with the version REV, and what it means.

    Example:

        tracker show "Telegram/Privacy Policy" 2024-09-23
    """
    workspace = session.workspace
    with workspace.open_archive() as archive:
        reader = Reader(archive, workspace.declared_or_nothing(), corrections=workspace.load_corrections(utc_now()))
        report = reader.find_change(reader.find_document(document), revision)
    event = report.event
    if output == "text" and not as_json:
        session.say(f"{event.new.document}  {event.slug}  ({event.trust})")
        session.say(f"  old text last seen   {format_instant(event.last_seen_old)}  commit {event.old.commit}")
        session.say(f"  new text first seen  {format_instant(event.first_seen_new)}  commit {event.new.commit}")
        session.say(f"  {event.new.source_url}")
        session.say()
    told = _Told(
        change=report.change,
        verdict=report.verdict,
        id=event.slug,
        trust=event.trust,
        old_name=f"{event.old.document}@{event.old.commit[:9]}",
        new_name=f"{event.new.document}@{event.new.commit[:9]}",
        history=report.history,
        corrections=report.corrections,
        judged=report.judged,
        withheld=report.withheld,
    )
    _print_change(told, Look(output="json" if as_json else output, view=view, colour=colour))


@command
def diff(
    session: Session,
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="A file, or 'Service/Terms Type@REV'.", show_default=False)
    ] = None,
    new: Annotated[str | None, typer.Argument(metavar="NEW", help="Likewise.", show_default=False)] = None,
    *,
    output: FORMAT_OPTION = "text",
    view: VIEW_OPTION = "inline",
    colour: COLOUR_OPTION = "auto",
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="FILE", help="JSON lines of pairs; '-' for stdin.", show_default=False),
    ] = None,
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="DOC", help="Cut HTML files as DOC is declared.", show_default=False),
    ] = None,
    fail_on_change: Annotated[bool, typer.Option("--fail-on-change", help="Exit with 4 if something changed.")] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Compare two versions: files (.md, .html, .pdf) or revisions of archived documents.

    REV is a commit, a date (the last version captured by the end of that UTC day), an instant, first, latest or
    latest~1.

    Example:

        tracker diff "Telegram/Privacy Policy@2024-07-15" "Telegram/Privacy Policy@2024-09-23"
    """
    if batch is not None:
        if old is not None or new is not None:
            raise UsageError("--batch takes the pairs from its file: leave OLD and NEW out")
        _diff_batch(batch, fail_on_change=fail_on_change)
        return
    if old is None or new is None:
        raise UsageError("name two versions, OLD and NEW, or a file of pairs with --batch")
    told = _compare(session, old, new, document)
    _print_change(told, Look(output="json" if as_json else output, view=view, colour=colour))
    if fail_on_change and (told.change.clauses or told.verdict.broken is not None):
        fail(EXIT_CHANGED)


def _compare(session: Session, old: str, new: str, document: str | None) -> _Told:
    workspace = session.workspace
    files = [_is_file(name) for name in (old, new)]
    if not any(files):
        with workspace.open_archive() as archive:
            reader = Reader(archive, workspace.declared_or_nothing())
            found = reader.compare_revisions(reader.find_revision(old), reader.find_revision(new))
        return _Told(
            change=found.change,
            verdict=found.verdict,
            id=found.id,
            trust=found.trust,
            old_name=old,
            new_name=new,
            between=found.between,
            more_between=found.more_between,
        )
    declared = None
    if document is not None:
        loaded = workspace.load_declarations()
        declared = next((known for known in loaded.documents if str(known.key) == document), None)
        if declared is None:
            raise UsageError(f"{document!r} is not declared in {workspace.settings.declarations}")
    if not all(files):
        raise UsageError(f"{old!r} and {new!r}: name two files or two revisions")
    pair = compare_pair(
        read_version_file(Path(old), document=declared),
        read_version_file(Path(new), document=declared),
        language=declared.options.language if declared is not None else None,
    )
    return _Told(change=pair.change, verdict=pair.verdict, id=pair.id, trust="single", old_name=old, new_name=new)


def _is_file(name: str) -> bool:
    return Path(name).is_file() or ("@" not in name and name.lower().endswith(_FILE_ENDINGS))


def _diff_batch(batch: Path, *, fail_on_change: bool) -> None:
    has_error = has_change = False
    try:
        stream = sys.stdin.buffer if str(batch) == "-" else batch.open("rb")
    except OSError as error:
        raise UsageError(f"{batch} cannot be read: {error.strerror}") from error
    # Closed at once where the reader of our output has gone, so that nothing more is compared for nobody.
    with stream, closing(compare_rows(stream, total_bytes=_size_of(stream))) as rows:
        for row in rows:
            has_error = has_error or "error" in row
            has_change = has_change or bool(row.get("clauses") or row.get("broken"))
            sys.stdout.write(json.dumps(row) + "\n")
            sys.stdout.flush()
    if has_error:
        fail(EXIT_FAILED)
    if fail_on_change and has_change:
        fail(EXIT_CHANGED)


def _size_of(stream: BinaryIO) -> int:
    """Return how many bytes a file holds; 0 of a pipe, whose writer may wait for each answer."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A change and what is to be said of it."""

    change: Change
    verdict: Verdict
    id: str
    trust: Trust
    old_name: str
    new_name: str
    between: tuple[Passing, ...] = ()
    more_between: int = 0
    history: VerdictHistory | None = None
    corrections: tuple[AppliedCorrection, ...] = ()
    judged: Verdict | None = None
    withheld: tuple[Withholding, ...] = ()


def _print_change(told: _Told, look: Look) -> None:
    change, verdict, name, trust = told.change, told.verdict, told.id, told.trust
    between, more, history = told.between, told.more_between, told.history
    match look.output:
        case "json":
            row = change_to_json(
                change,
                verdict,
                id=name,
                trust=trust,
                between=between,
                more_between=more,
                history=history,
                corrections=told.corrections,
                judged=told.judged,
                withheld=told.withheld,
            )
            print_json(row)
        case "html":
            page = change_to_html(
                change,
                verdict,
                environment=make_environment(find_templates()),
                id=name,
                trust=trust,
                old_name=told.old_name,
                new_name=told.new_name,
                view=look.view,
                between=between,
                more_between=more,
                corrections=told.corrections,
                judged=told.judged,
                withheld=told.withheld,
            )
            sys.stdout.write(page)
        case _:
            text = change_to_text(
                change,
                verdict,
                colour=look.wants_colour,
                view=look.view,
                screen=look.screen,
                between=between,
                more_between=more,
                history=history,
                corrections=told.corrections,
                judged=told.judged,
                withheld=told.withheld,
            )
            sys.stdout.write(text)
