"""The demonstration: the story of `tracker.demo`, night by night, through the real nightly job."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tracker.config import Settings
from tracker.demo import DECLARATION, DECLARATION_FILE, NIGHTS, PUBLISHER, URL, DemoServer
from tracker.demo import Night as StoryNight
from tracker.errors import UsageError
from tracker.fetch import FetchRequest, FetchSettings, fetch_all
from tracker.model import Capture, DocumentResult
from tracker.pipeline.figure_datasets import ImportedFigures
from tracker.pipeline.night import run_night
from tracker.pipeline.workspace import Workspace

MARKER: Final = ".tracker-demo"
_MARKER_TEXT: Final = "This folder was made by 'tracker demo', which removes and rebuilds it.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoNight:
    """One night of the story and what the tracker made of it."""

    night: StoryNight
    result: DocumentResult
    figures: ImportedFigures
    """What became of its invented transparency reports."""


def run_demo(out: Path, *, told: Callable[[DemoNight], None] = lambda _night: None) -> tuple[DemoNight, ...]:
    """Play the story into the folder `out`: declarations, archive, snapshots and site, the same bytes every time.

    Args:
        out: A folder that is absent, empty, or of an earlier demonstration.
        told: Told after each night.

    Raises:
        UsageError: If the folder holds something else; nothing of it is touched.
    """
    _claim(out)
    declarations = out / "declarations"
    declarations.mkdir()
    (declarations / DECLARATION_FILE).write_text(DECLARATION, encoding="utf-8")
    transparency = out / "transparency"
    transparency.mkdir()
    (transparency / DECLARATION_FILE).write_text(PUBLISHER, encoding="utf-8")
    workspace = Workspace(
        folder=out,
        settings=Settings(
            archive=out / "archive.git",
            declarations=declarations,
            corrections=out / "corrections",
            transparency=transparency,
            site=out / "site",
            snapshots=out / "snapshots",
            title="Policy Change Tracker: demonstration",
            per_host_seconds=0,
            allow_private=True,
        ),
    )
    nights: list[DemoNight] = []
    with DemoServer() as server:
        for night in NIGHTS:
            server.night = night
            done = run_night(
                workspace,
                now=lambda at=night.at: at,  # type: ignore[misc]
                fetch=_fetch_from(server, night),
                # The story stands still during a night: there is nothing to wait for.
                sleep=lambda _seconds: None,
                clock=lambda: 0.0,
            )
            nights.append(DemoNight(night=night, result=done.report.results[0], figures=done.figures[0]))
            told(nights[-1])
    return tuple(nights)


def _fetch_from(
    server: DemoServer, night: StoryNight
) -> Callable[[Sequence[FetchRequest], FetchSettings], Iterator[tuple[int, Capture]]]:
    """Return a fetch that finds the story's host at the loopback server, whatever port it has."""

    def fetch(requests: Sequence[FetchRequest], settings: FetchSettings) -> Iterator[tuple[int, Capture]]:
        host = URL.split("/")[2]
        return fetch_all(requests, replace(settings, connect_to=((host, *server.address),)), now=lambda: night.at)

    return fetch


def _claim(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out} is not a folder: name another one with --out")
    if out.is_dir() and any(out.iterdir()):
        if not (out / MARKER).is_file():
            raise UsageError(
                f"{out} holds files that the demonstration did not make, and it rebuilds its folder from nothing: "
                "name another one with --out"
            )
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).write_text(_MARKER_TEXT, encoding="utf-8")
