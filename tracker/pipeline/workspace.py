"""Where a command works: the folder, its settings, its declarations and its archive."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from tracker.archive import Archive
from tracker.config import Settings
from tracker.declarations import Loaded, LoadedCorrections, load_corrections, load_folder
from tracker.errors import UsageError
from tracker.fetch import FetchRequest, FetchSettings
from tracker.model import Capture, Document, DocumentKey

#: Captures requests as they are done: (place of the request, capture).
Fetch: TypeAlias = Callable[[Sequence[FetchRequest], FetchSettings], Iterator[tuple[int, Capture]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A folder with its settings."""

    settings: Settings
    folder: Path

    def open_archive(self, *, create: bool = False) -> Archive:
        """Return the archive; with `create`, a bare one is made where the settings name one that is absent."""
        return Archive.open(self.settings.archive, branch=self.settings.branch, create=create, folder=self.folder)

    def load_declarations(self) -> Loaded:
        """Return what is declared, with the errors of files that are wrong."""
        return load_folder(self.settings.declarations)

    def declared_or_nothing(self) -> Loaded:
        """Return what is declared, or nothing where there is no folder of declarations: for commands that only read."""
        if not self.settings.declarations.is_dir():
            return Loaded(documents=())
        return load_folder(self.settings.declarations)

    def load_corrections(self, now: datetime) -> LoadedCorrections:
        """Return what persons corrected, as of `now` (UTC), with the errors of files that are wrong."""
        return load_corrections(self.settings.corrections, now=now)

    def fetch_settings(self) -> FetchSettings:
        """Return the limits and manners that the settings ask for."""
        settings = self.settings
        return FetchSettings(
            user_agent=settings.user_agent,
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
            total_seconds=settings.total_seconds,
            max_bytes=settings.max_bytes,
            per_host_seconds=settings.per_host_seconds,
            allow_private=settings.allow_private,
            respect_robots=settings.respect_robots,
        )


def choose_documents(documents: Sequence[Document], names: Sequence[str]) -> tuple[Document, ...]:
    """Return those of `documents` that `names` name, in the order of the declarations; all of them without names.

    A name is `Service/Terms Type`, or a service alone for all its documents.

    Raises:
        UsageError: If a name fits none; the message gives near ones.
    """
    if not names:
        return tuple(documents)
    chosen: set[DocumentKey] = set()
    for name in names:
        keys = {document.key for document in documents if name in (str(document.key), document.key.service)}
        if not keys:
            known = [str(document.key) for document in documents]
            near = get_close_matches(name, known, n=3, cutoff=0.4) or known[:5]
            raise UsageError(f"{name!r} is not declared; declared are, for example: {', '.join(near) or 'none'}")
        chosen |= keys
    return tuple(document for document in documents if document.key in chosen)
