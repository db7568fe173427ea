"""From the archive to the site folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from jinja2 import Environment

from tracker.archive import Archive
from tracker.archive import HeldCapture as Held
from tracker.declarations import Loaded, LoadedCorrections
from tracker.errors import CorrectionError
from tracker.model import REASONS, JsonValue, Timeline, sha256_hex
from tracker.pipeline.cache import Cache, name_result, pages_fingerprint
from tracker.pipeline.judging import Judgements
from tracker.pipeline.reading import Reader
from tracker.pipeline.searching import SearchIndex
from tracker.pipeline.workspace import Workspace
from tracker.publish import PublishReport, Sheet, find_painter, find_templates, write_site
from tracker.render import (
    Draft,
    HeldCapture,
    SiteModel,
    draft_site,
    list_permalinks,
    make_environment,
    render_withdrawn,
)
from tracker.render.change_view import quote_argument, show_command


def build_site(
    archive: Archive,
    workspace: Workspace,
    declared: Loaded,
    *,
    judgements: Judgements | None = None,
    corrections: LoadedCorrections | None = None,
    complain: Callable[[CorrectionError], None] = lambda _error: None,
) -> PublishReport:
    """Make the site folder show what `archive` holds; only files whose bytes differ are written.

    Args:
        archive: What is shown.
        workspace: Where.
        declared: Gives names and languages.
        judgements: What this process has judged before.
        corrections: What persons say against verdicts.
        complain: Told of each correction that is wrong or names no change; the others are shown.

    Raises:
        UsageError: If the folder is not the tracker's own.
    """
    with Cache.beside(archive.git_dir) as cache:
        reader = Reader(archive, declared, cache=cache, judgements=judgements, corrections=corrections)
        notes: list[str] = []
        index = None
        if workspace.settings.search == "auto":
            index = SearchIndex(workspace.settings.site, cache, tell=notes.append)
        has_search = index is not None and index.is_there
        painter = find_painter()
        site = replace(
            _model_of(archive, workspace, reader),
            has_search=has_search,
            pictures=None if painter is None else painter.name,
        )
        for error in reader.corrections.errors():
            complain(error)
        environment = _environment()
        sheets = _sheets_of(draft_site(site, environment, painter), cache)
        report = write_site(
            workspace.settings.site,
            sheets if index is None else index.follow(sheets),
            withdraw=render_withdrawn(site, environment),
        )
        return replace(report, notes=tuple(notes))


def _model_of(archive: Archive, workspace: Workspace, reader: Reader) -> SiteModel:
    return SiteModel(
        title=workspace.settings.title,
        site_url=workspace.settings.site_url,
        websub_hub=workspace.settings.websub_hub,
        contact=workspace.settings.contact,
        documents=tuple(reader.report(key) for key in reader.records),
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


def _sheets_of(drafts: Iterable[Draft], cache: Cache) -> Iterator[Sheet]:
    """Yield `drafts` with the digests of what an earlier build wrote from the same inputs, by the same code."""
    code = pages_fingerprint(find_templates())
    for draft in drafts:
        if draft.inputs is None:
            yield Sheet(path=draft.path, write=draft.write)
            continue
        name = name_result("page", [code, draft.path, draft.inputs])
        kept = cache.get(name)
        yield Sheet(
            path=draft.path,
            write=partial(_write_and_keep, draft, cache, name),
            sha256=kept if isinstance(kept, str) else None,
        )


def _write_and_keep(draft: Draft, cache: Cache, name: str) -> str | bytes:
    content = draft.write()
    cache.put(name, sha256_hex(content))
    return content


def _look_command(held: Held, branch: str) -> str:
    """Return the git command that shows what is in the slot: its text, or where there is none its files."""
    if held.text_sha256 is not None:
        return show_command(branch, f"{held.slot}/text.md")
    return f"git ls-tree {branch} {quote_argument(f'{held.slot}/')}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Return the templates, compiled once however often a process builds a site."""
    return make_environment(find_templates())


def new_permalinks(archive: Archive, timelines: Sequence[Timeline]) -> tuple[dict[str, JsonValue], ...]:
    """Return a row for every change page of `timelines` whose address the archive does not keep yet."""
    known = set(_published(archive.permalinks()))
    return tuple(row for row in list_permalinks(timelines) if row["address"] not in known)


def _published(rows: Iterable[dict[str, JsonValue]]) -> Iterable[str]:
    return (str(row["address"]) for row in rows if row.get("address"))
