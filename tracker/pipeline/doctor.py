"""Looking over the set-up: `tracker doctor`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from tracker.declarations import check_report
from tracker.errors import TrackerError
from tracker.model import format_instant
from tracker.pipeline.figure_datasets import load_workspace_publishers
from tracker.pipeline.figure_messages import find_damaged_messages
from tracker.pipeline.workspace import Workspace
from tracker.publish import find_templates

_LEAST_GIT: Final = (2, 36)
_LEAST_FREE_BYTES: Final = 500_000_000
_STALE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    name: str
    status: Literal["ok", "warning", "problem"]
    detail: str
    next_step: str = ""


def diagnose(workspace: Workspace, *, now: datetime) -> tuple[Finding, ...]:
    """Return what is well and what is not with the set-up in `workspace`; nothing is changed and no page fetched."""
    looks: tuple[Callable[[Workspace, datetime], Iterator[Finding]], ...] = (
        _python,
        _git,
        _settings,
        _templates,
        _declarations,
        _figures,
        _archive,
        _disk,
    )
    return tuple(finding for look in looks for finding in look(workspace, now))


def _python(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    yield Finding(name="python", status="ok", detail=sys.version.partition(" ")[0])


def _git(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    git = shutil.which("git")
    if git is None:
        yield Finding(name="git", status="problem", detail="not found", next_step="Install git.")
        return
    said = subprocess.run([git, "version"], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    digits = [part for part in said.split() if part[:1].isdigit()]
    version = tuple(int(part) for part in digits[0].split(".")[:2] if part.isdigit()) if digits else ()
    if version < _LEAST_GIT:
        least = ".".join(map(str, _LEAST_GIT))
        yield Finding(
            name="git",
            status="problem",
            detail=said,
            next_step=f"Install git {least} or newer: it syncs what it writes.",
        )
    else:
        yield Finding(name="git", status="ok", detail=said)


def _settings(workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    settings = workspace.settings
    if not settings.contact:
        yield Finding(
            name="contact",
            status="warning",
            detail="no contact is sent along with requests",
            next_step="Set contact in tracker.toml to a page or mailbox where sites can reach you.",
        )
    if settings.site_url is None:
        yield Finding(
            name="site_url",
            status="warning",
            detail="feeds and pages carry no absolute addresses",
            next_step="Set site_url in tracker.toml once you know where the site is published.",
        )
    if settings.allow_private:
        yield Finding(
            name="allow_private",
            status="warning",
            detail="addresses of private networks may be fetched",
            next_step="Set it only where you watch your own servers.",
        )


def _templates(_workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    try:
        find_templates()
    except TrackerError as error:
        yield Finding(name="templates", status="problem", detail=str(error), next_step="Install the tracker again.")
    else:
        yield Finding(name="templates", status="ok", detail="found")


def _declarations(workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    try:
        rows = check_report(workspace.load_declarations())
    except TrackerError as error:
        yield Finding(
            name="declarations",
            status="problem",
            detail=str(error),
            next_step="'tracker add URL' writes a declaration.",
        )
        return
    wrong = [row for row in rows if row.status == "error"]
    degraded = [str(row.document) for row in rows if row.status == "degraded"]
    if wrong:
        yield Finding(
            name="declarations",
            status="problem",
            detail=f"{len(wrong)} errors: {wrong[0].details[0]}",
            next_step="'tracker check' names every error.",
        )
    if degraded:
        yield Finding(
            name="declarations",
            status="warning",
            detail=f"{len(degraded)} documents ask for filters that are not run: {', '.join(degraded[:5])}",
            next_step="'tracker check' names the filters.",
        )
    if not wrong:
        yield Finding(name="declarations", status="ok", detail=f"{len(rows)} documents")


def _figures(workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    loaded = load_workspace_publishers(workspace)
    rows = find_damaged_messages(workspace)
    if loaded.errors:
        yield Finding(
            name="figures",
            status="problem",
            detail=f"{len(loaded.errors)} errors: {loaded.errors[0]}",
            next_step="'tracker check' names every error.",
        )
    for path, cause in rows:
        yield Finding(
            name="figures",
            status="problem",
            detail=f"{path}: {cause}",
            next_step="Mend the row, or take it out: the file's history in git has it as it was.",
        )
    if loaded.publishers and not loaded.errors and not rows:
        yield Finding(name="figures", status="ok", detail=f"{len(loaded.publishers)} publishers")


def _archive(workspace: Workspace, now: datetime) -> Iterator[Finding]:
    try:
        with workspace.open_archive() as archive:
            head = archive.head()
            keys = archive.keys()
            checks = archive.last_checks(keys)
            held = archive.held()
            with archive.lock(now):
                pass
    except TrackerError as error:
        missing = getattr(error, "reason", "") == "missing"
        yield Finding(
            name="archive",
            status="warning" if missing else "problem",
            detail=str(error),
            next_step="'tracker run' makes it." if missing else "Do as the message says, then run 'tracker verify'.",
        )
        return
    if head is None:
        yield Finding(name="archive", status="ok", detail="empty: the first run begins it")
        return
    yield Finding(name="archive", status="ok", detail=f"{len(keys)} documents, newest commit {head[:12]}")
    for capture in held:
        yield Finding(
            name="held",
            status="warning",
            detail=f"{capture.key}: {capture.outcome} since {format_instant(capture.held_at)}: {capture.reason}",
            next_step="'tracker log' and the status page say more.",
        )
    for key, check in checks.items():
        if now - check.checked_at > _STALE:
            yield Finding(
                name="stale",
                status="warning",
                detail=f"{key} was last seen at {format_instant(check.checked_at)}",
                next_step="Look at the last runs: the status page names the cause.",
            )


def _disk(workspace: Workspace, _now: datetime) -> Iterator[Finding]:
    free = shutil.disk_usage(workspace.folder).free
    if free < _LEAST_FREE_BYTES:
        yield Finding(
            name="disk", status="warning", detail=f"{free // 1_000_000} MB free", next_step="Make room before a run."
        )
    if not os.access(workspace.folder, os.W_OK):
        yield Finding(
            name="folder",
            status="problem",
            detail=f"{workspace.folder} cannot be written",
            next_step="Work in a folder of your own.",
        )
