"""From drafts to the files of the site: what an earlier build wrote from the same inputs is known by its digest.

Of a document to which nothing happened neither texts are read nor pages listed: its lines for lists are kept, and so
are the digests of its pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from tracker.model import DocumentKey, DocumentReport, sha256_hex
from tracker.pipeline.cache import Cache, name_result
from tracker.pipeline.kept_values import KeptForm
from tracker.pipeline.reading import Reader
from tracker.publish import FileMemory, Sheet
from tracker.render import Batch, Draft, Listing, SiteContext, draft_site, list_document, sitemap_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptListing:
    """A document as lists tell it, and the state of which that is told."""

    state: str
    listing: Listing


@dataclass(frozen=True, slots=True, kw_only=True)
class _KeptBatch:
    """The pages of a batch, and what they were made from."""

    inputs: str
    pages: tuple[tuple[str, str], ...]
    """(path, digest) of each."""


_LISTINGS: Final[KeptForm[_KeptListing]] = KeptForm(_KeptListing)
_BATCHES: Final[KeptForm[_KeptBatch]] = KeptForm(_KeptBatch)


class Shelf:
    """A document of the archive as the site needs it: its report is read where a page is to be written."""

    def __init__(self, reader: Reader, key: DocumentKey, cache: Cache, *, code: str) -> None:
        """Read `key` by `reader`; `code` is the digest of all by which pages are made."""
        self.document = key
        self._reader = reader
        self._cache = cache
        self._code = code

    @property
    def first_at(self) -> datetime:
        """When it was first recorded."""
        return self._reader.first_at(self.document)

    @cached_property
    def state(self) -> str | None:
        """Digest of all that its report tells; None where it has to be read for that."""
        return self._reader.state_of(self.document)

    def listing(self, stem: str) -> Listing:
        """Return the document as lists tell it, at the place `stem`."""
        if self.state is None:
            return list_document(self.report(), stem)
        # One row a document, written over: each night gives most of them another state.
        name = name_result("listing", [self._code, stem])
        kept = _LISTINGS.read(self._cache.get_json(name))
        if kept is not None and kept.state == self.state:
            return kept.listing
        listing = list_document(self.report(), stem)
        self._cache.put_json(_LISTINGS.write(name, _KeptListing(state=self.state, listing=listing)))
        return listing

    @cached_property
    def _report(self) -> DocumentReport:
        return self._reader.report(self.document)

    def report(self) -> DocumentReport:
        """Return all of it."""
        return self._report


class SiteMemory(FileMemory):
    """What is known of the files in the folder of a site."""

    def __init__(self, cache: Cache, folder: Path) -> None:
        self._cache = cache
        self._folder = str(folder.resolve())

    def recall(self) -> Mapping[str, tuple[str, str]]:
        """Return (digest, mark) of files by path."""
        return self._cache.files(self._folder)

    def note(self, rows: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        """Keep (digest, mark) of files by path; forget those that are gone."""
        self._cache.note_files(self._folder, rows, gone=gone)


def list_sheets(context: SiteContext, cache: Cache, *, code: str) -> Iterator[Sheet]:
    """Yield every file of the site, in the order in which they are to be put in place.

    Args:
        context: The site.
        cache: What earlier builds wrote; takes in what this one writes.
        code: The digest of all by which pages are made.
    """
    maker = _Maker(cache, code)
    paths: list[str] = []
    for item in draft_site(context):
        for sheet in maker.of_batch(item) if isinstance(item, Batch) else (maker.of_draft(item),):
            paths.append(sheet.path)
            yield sheet
    yield from map(maker.of_draft, sitemap_pages(context, paths))


class _Maker:
    def __init__(self, cache: Cache, code: str) -> None:
        self._cache = cache
        self._code = code

    def of_draft(self, draft: Draft, written: dict[str, str] | None = None) -> Sheet:
        """Return the sheet of `draft`; the digest of its text is added to `written` once that is known."""
        name = None if draft.inputs is None else name_result("page", [self._code, draft.path, draft.inputs])
        kept = None if name is None else self._cache.get(name)
        sha256 = kept if isinstance(kept, str) else None
        if written is not None and sha256 is not None:
            written[draft.path] = sha256
        return Sheet(path=draft.path, write=partial(self._write, draft, name, written), sha256=sha256)

    def _write(self, draft: Draft, name: str | None, written: dict[str, str] | None) -> str | bytes:
        content = draft.write()
        digest = sha256_hex(content)
        if name is not None:
            self._cache.put(name, digest)
        if written is not None:
            written[draft.path] = digest
        return content

    def of_batch(self, batch: Batch) -> Iterator[Sheet]:
        """Yield the sheets of a batch: from what is kept, or from its drafts, once they have been written."""
        if batch.inputs is None:
            yield from map(self.of_draft, batch.list_drafts())
            return
        name = name_result("pages", [self._code, batch.name])
        kept = _BATCHES.read(self._cache.get_json(name))
        if kept is not None and kept.inputs == batch.inputs:
            write = _OnDemand(batch)
            for path, sha256 in kept.pages:
                yield Sheet(path=path, write=partial(write, path), sha256=sha256)
            return
        written: dict[str, str] = {}
        for draft in batch.list_drafts():
            yield self.of_draft(draft, written)
        self._cache.put_json(_BATCHES.write(name, _KeptBatch(inputs=batch.inputs, pages=tuple(written.items()))))


class _OnDemand:
    """Writes pages of a batch whose files are gone or altered: only then are its drafts listed."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    @cached_property
    def _drafts(self) -> Mapping[str, Callable[[], str | bytes]]:
        return {draft.path: draft.write for draft in self._batch.list_drafts()}

    def __call__(self, path: str) -> str | bytes:
        """Return the text of the page, or the bytes of the picture, at `path`."""
        return self._drafts[path]()
