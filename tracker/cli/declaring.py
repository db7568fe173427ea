"""Commands about declarations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tracker.cli.session import (
    EXIT_FAILED,
    EXIT_USAGE,
    JSON_OPTION,
    Session,
    command,
    fail,
    fetch_pages,
    print_json,
    utc_now,
)
from tracker.declarations import (
    CheckRow,
    Loaded,
    LoadedCorrections,
    LoadedPublishers,
    check_report,
    load_correction_files,
    load_files,
    scaffold,
)
from tracker.errors import CorrectionError, DeclarationError
from tracker.model import JsonValue, Version
from tracker.pipeline import (
    Trial,
    Workspace,
    accept_suggestion,
    check_corrections,
    suggest_document,
    try_documents,
)
from tracker.pipeline.figure_datasets import load_workspace_publishers

_SHOWN_CLAUSES = 3
_SHOWN_CHARACTERS = 160


@command
def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Where; the current folder without.")] = Path(),
    *,
    title: Annotated[str, typer.Option("--title", help="What the site is called.")] = "Policy Change Tracker",
) -> None:
    """Start a watch repository: settings and a folder for declarations. Existing files stay as they are.

    Example:

        tracker init my-watch --title "Policies of our town"
    """
    written = scaffold(folder, title=title)
    for path in written:
        session.say(f"wrote {path}")
    session.say(
        "Next: 'tracker add URL' declares a page, 'git init' makes room for the archive, 'tracker run' captures."
    )


@command
def add(
    session: Session,
    url: Annotated[str, typer.Argument(metavar="URL", help="Address of the policy.")],
    *,
    service: Annotated[str | None, typer.Option("--service", help="Name of the service.", show_default=False)] = None,
    terms: Annotated[
        str | None, typer.Option("--terms", help="Terms type, such as 'Privacy Policy'.", show_default=False)
    ] = None,
    select: Annotated[
        str | None, typer.Option("--select", metavar="CSS", help="Selector to use.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be declared.")] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Declare a page: propose a selector, show the first and last clauses that it keeps, write the declaration.

    Example:

        tracker add https://telegram.org/privacy --service Telegram --terms "Privacy Policy"
    """
    found = suggest_document(session.workspace, url, fetch=fetch_pages, service=service, terms=terms, select=select)
    path = None if dry_run else accept_suggestion(session.workspace, found)
    source = found.document.sources[0]
    if as_json:
        clauses: list[JsonValue] = [clause.text for clause in found.version.clauses]
        print_json(
            {
                "schema": "tracker.add/1",
                "document": str(found.document.key),
                "declaration": source.to_dict(),
                "file": str(path) if path else None,
                "language": found.language,
                "share": round(found.share, 3),
                "clauses": len(clauses),
                "first": clauses[:_SHOWN_CLAUSES],
                "last": clauses[-_SHOWN_CLAUSES:],
            }
        )
        return
    session.say(f"{found.document.key}")
    session.say(f"  fetch   {source.url}")
    session.say(f"  select  {', '.join(map(str, source.select)) or '(a PDF is kept whole)'}")
    session.say(f"  keeps   {len(found.version.clauses)} clauses, {found.share:.0%} of the page's running text")
    _tell_ends(session, found.version)
    if path is None:
        session.say("Nothing was written.")
    else:
        session.say(
            f"Wrote {path}. If a clause is missing or foreign, edit 'select' there, then 'tracker check --fetch'."
        )


def _tell_ends(session: Session, version: Version) -> None:
    clauses = version.clauses
    session.say("  first clauses:")
    for clause in clauses[:_SHOWN_CLAUSES]:
        session.say(f"    | {_cut(clause.text)}")
    if len(clauses) > _SHOWN_CLAUSES:
        session.say("  last clauses:")
        for clause in clauses[max(_SHOWN_CLAUSES, len(clauses) - _SHOWN_CLAUSES) :]:
            session.say(f"    | {_cut(clause.text)}")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "\u2026"


@command
def check(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE]...", help="Declarations, corrections, publishers; all of them without.", show_default=False
        ),
    ] = None,
    *,
    fetch: Annotated[
        bool, typer.Option("--fetch", help="Also try them on the live pages; nothing is archived.")
    ] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Validate declarations, corrections and publishers of figures: every error with file, place and cause.

    It also says which filters are not run.

    Example:

        tracker check declarations/Telegram.json
    """
    workspace, loaded, corrections, publishers = _load(session.workspace, files or ())
    rows = check_report(loaded)
    wrong: list[CorrectionError | DeclarationError] = [
        *check_corrections(workspace, loaded, corrections),
        *publishers.errors,
    ]
    trials: list[Trial] = []
    if fetch:
        trials = list(try_documents(workspace, loaded.documents, fetch=fetch_pages, now=utc_now))
    if as_json:
        print_json(
            {
                "schema": "tracker.check/1",
                "documents": [_row_to_json(row) for row in rows if row.error is None],
                "corrections": len(corrections.corrections),
                "publishers": len(publishers.publishers),
                "errors": [
                    {"file": error.file, "path": error.path, "cause": error.cause} for error in (*loaded.errors, *wrong)
                ],
                "trials": [_trial_to_json(trial) for trial in trials],
            }
        )
    else:
        for row in rows:
            if row.error is not None:
                session.complain(f"error: {row.details[0]}")
            elif row.details or session.is_verbose:
                session.say(f"{row.document}: {row.status}{''.join(f'; {detail}' for detail in row.details)}")
        for error in wrong:
            session.complain(f"error: {error}")
        for trial in trials:
            _tell_trial(session, trial)
        degraded = sum(row.status == "degraded" for row in rows)
        told = f", {len(corrections.corrections)} corrections" if corrections != LoadedCorrections() else ""
        told += f", {len(publishers.publishers)} publishers" if publishers != LoadedPublishers() else ""
        count = len(loaded.errors) + len(wrong)
        session.say(f"{len(loaded.documents)} documents, {degraded} degraded{told}, {count} errors")
    if loaded.errors or wrong:
        fail(EXIT_USAGE)
    if any(trial.failure is not None for trial in trials):
        fail(EXIT_FAILED)


def _load(workspace: Workspace, paths: Sequence[Path]) -> tuple[Workspace, Loaded, LoadedCorrections, LoadedPublishers]:
    """Return what `paths` hold: declarations, corrections, publishers; all that there is where none is given.

    The workspace is the one whose folder of declarations is meant.
    """
    nothing = Loaded(documents=())
    if not paths:
        corrections = workspace.load_corrections(utc_now())
        return workspace, workspace.load_declarations(), corrections, load_workspace_publishers(workspace)
    folder, publishers = workspace.settings.corrections.resolve(), workspace.settings.transparency.resolve()
    resolved = [path.resolve() for path in paths]
    if resolved == [folder]:
        return workspace, nothing, workspace.load_corrections(utc_now()), LoadedPublishers()
    if resolved == [publishers]:
        return workspace, nothing, LoadedCorrections(), load_workspace_publishers(workspace)
    if len(paths) == 1 and paths[0].is_dir():
        other = Workspace(settings=replace(workspace.settings, declarations=paths[0]), folder=workspace.folder)
        return other, other.load_declarations(), LoadedCorrections(), LoadedPublishers()
    by_folder: dict[Path, list[Path]] = {}
    for path in paths:
        by_folder.setdefault(path.resolve().parent, []).append(path)
    chosen, about_publishers = by_folder.pop(folder, []), by_folder.pop(publishers, [])
    rest = [path for path in paths if path not in chosen and path not in about_publishers]
    return (
        workspace,
        load_files(rest) if rest else nothing,
        load_correction_files(chosen, now=utc_now()),
        load_workspace_publishers(workspace, about_publishers),
    )


def _row_to_json(row: CheckRow) -> JsonValue:
    return {
        "document": str(row.document) if row.document is not None else None,
        "status": row.status,
        "filters": list(row.filters),
        "needs_browser": row.needs_browser,
        "details": list(row.details),
    }


def _trial_to_json(trial: Trial) -> JsonValue:
    return {
        "document": str(trial.document),
        "clauses": len(trial.version.clauses) if trial.version is not None else None,
        "reason": trial.failure.reason if trial.failure is not None else None,
        "detail": trial.failure.detail if trial.failure is not None else None,
    }


def _tell_trial(session: Session, trial: Trial) -> None:
    if trial.failure is not None:
        session.complain(f"{trial.document}: {trial.failure.reason}: {trial.failure.detail}")
        session.complain(f"  {trial.failure.next_step}")
    elif trial.version is not None:
        session.say(f"{trial.document}: {len(trial.version.clauses)} clauses")
        _tell_ends(session, trial.version)
