"""From the archive to the site folder."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from typing import Final

from jinja2 import Environment

from tracker.archive import Archive
from tracker.archive import HeldCapture as Held
from tracker.declarations import Loaded, LoadedCorrections
from tracker.errors import CorrectionError
from tracker.model import REASONS, JsonValue, Timeline
from tracker.pipeline.cache import Cache, name_result, pages_fingerprint
from tracker.pipeline.figures import tell_figures, view_of
from tracker.pipeline.judging import Judgements
from tracker.pipeline.reading import Reader
from tracker.pipeline.searching import SearchIndex
from tracker.pipeline.sheets import Shelf, SiteMemory, list_sheets
from tracker.pipeline.workspace import Workspace
from tracker.publish import PublishReport, find_painter, find_templates, load_catalog, write_site
from tracker.render import (
    HeldCapture,
    Language,
    SiteContext,
    SiteModel,
    list_permalinks,
    make_environment,
    render_withdrawn,
)
from tracker.render.change_view import quote_argument, show_command
from tracker.transparency import TransparencyError

#: Values made, less those gone, after which Python looks for cycles among the newest while a site is built; 700 else.
_NEW_VALUES: Final = 100_000


def build_site(
    archive: Archive,
    workspace: Workspace,
    declared: Loaded,
    *,
    judgements: Judgements | None = None,
    corrections: LoadedCorrections | None = None,
    complain: Callable[[CorrectionError | TransparencyError], None] = lambda _error: None,
) -> PublishReport:
    """Make the site folder show what `archive` holds; only files whose bytes differ are written.

    Args:
        archive: What is shown.
        workspace: Where.
        declared: Gives names and languages.
        judgements: What this process has judged before.
        corrections: What persons say against verdicts.
        complain: Told of each correction that is wrong or names no change, and of each damaged file of figures; the
            others are shown.

    Raises:
        UsageError: If the folder is not the tracker's own.
    """
    with _rare_collections(), Cache.beside(archive.git_dir) as cache:
        reader = Reader(archive, declared, cache=cache, judgements=judgements, corrections=corrections)
        code = pages_fingerprint(find_templates())
        folder = workspace.settings.site
        memory = SiteMemory(cache, folder)
        notes: list[str] = []
        index = SearchIndex(folder, cache, memory, tell=notes.append) if workspace.settings.search == "auto" else None
        painter = find_painter()
        site = replace(
            _model_of(archive, workspace, [Shelf(reader, key, cache, code=code) for key in reader.records]),
            has_search=index is not None and index.is_there,
            pictures=None if painter is None else painter.name,
            figures=tell_figures(
                workspace, archive, view=view_of(reader), until=archive.written_at(), complain=complain
            ),
        )
        context = SiteContext(
            site,
            _environment(workspace.settings.language),
            recall=partial(_recall, cache, code),
            painter=painter,
        )
        for error in reader.corrections.errors():
            complain(error)
        sheets = list_sheets(context, cache, code=code)
        report = write_site(
            folder,
            sheets if index is None else index.follow(sheets),
            withdraw=render_withdrawn(context),
            memory=memory,
        )
        return replace(report, notes=tuple(notes))


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Have Python look for cycles seldom: a build makes a great many values that last, and hardly a cycle.

    A tenth of the time of a build goes without it, for about a hundred MB of memory where a site is large.
    """
    before = gc.get_threshold()
    gc.set_threshold(_NEW_VALUES, before[1], before[2])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _model_of(archive: Archive, workspace: Workspace, shelves: Sequence[Shelf]) -> SiteModel:
    return SiteModel(
        title=workspace.settings.title,
        language=workspace.settings.language,
        site_url=workspace.settings.site_url,
        websub_hub=workspace.settings.websub_hub,
        contact=workspace.settings.contact,
        dossiers=tuple(shelves),
        held=tuple(
            HeldCapture(
                document=str(held.key),
                held_at=held.held_at,
                reason=held.reason,
                detail=held.detail,
                next_step=REASONS.get(held.reason, ""),
                outcome=held.outcome,
                look=_look_command(held, archive.branch),
            )
            for held in archive.held()
        ),
        published=tuple(_published(archive.permalinks())),
    )


def _recall(cache: Cache, code: str, name: str, make: Callable[[], str]) -> str:
    """Return the part of a page that is kept under `name`; `make` is asked for it where it is not."""
    name = name_result("part", [code, name])
    kept = cache.get(name)
    if isinstance(kept, str):
        return kept
    made = make()
    cache.put(name, made)
    return made


def _look_command(held: Held, branch: str) -> str:
    """Return the git command that shows what is in the slot: its text, or where there is none its files."""
    if held.text_sha256 is not None:
        return show_command(branch, f"{held.slot}/text.md")
    return f"git ls-tree {branch} {quote_argument(f'{held.slot}/')}"


@lru_cache(maxsize=4)
def _environment(code: str) -> Environment:
    """Return the templates in the language `code`, compiled once however often a process builds a site."""
    return make_environment(find_templates(), Language(code=code, catalog=load_catalog(code)))


def new_permalinks(archive: Archive, timelines: Sequence[Timeline]) -> tuple[dict[str, JsonValue], ...]:
    """Return a row for every change page of `timelines` whose address the archive does not keep yet."""
    known = set(_published(archive.permalinks()))
    return tuple(row for row in list_permalinks(timelines) if row["address"] not in known)


def _published(rows: Iterable[dict[str, JsonValue]]) -> Iterable[str]:
    return (str(row["address"]) for row in rows if row.get("address"))
