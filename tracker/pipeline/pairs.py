"""Comparing two texts that no archive holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tracker.classify import judge_change
from tracker.diff import compare_versions
from tracker.errors import UsageError
from tracker.extract import extract_version, parse_markdown
from tracker.model import (
    Broken,
    Change,
    Document,
    DocumentKey,
    Options,
    Snapshot,
    Source,
    Verdict,
    Version,
)
from tracker.vet import common_language, vet_capture

#: The instant that texts without one are given: nothing of it is shown.
_NO_INSTANT: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_FILE_BYTES: Final = 50_000_000
#: Doubts that in a timeline hold a capture back, and in a lone pair say that the new text is not the document.
_BROKEN_DOUBTS: Final = frozenset({"another-document", "missing-source", "shrunk", "truncated"})
#: Two shorter texts may be one clause reworded, if the new one has at least this share of the old one's length.
_LEAST_IDENTITY_CHARACTERS: Final = 600
_REWORDED_SHARE: Final = 0.25
#: An old text that is shorter, and that the new one exceeds by this factor, was the stub of the two.
_STUB_CHARACTERS: Final = 2_000
_STUB_FACTOR: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts, compared."""

    id: str
    change: Change
    verdict: Verdict


def compare_pair(
    old: Version, new: Version, *, id: str = "", language: str | None = None, name: str = "Unnamed/Document"  # noqa: A002
) -> Pair:  # fmt: skip
    """Return what differs between two versions of which nothing else is known, and whether the new one is the document.

    Args:
        old: The earlier text.
        new: The later text.
        id: What the pair is called; made of the digests where empty.
        language: BCP 47 tag of the texts; None where it is not known, and the texts tell it if they can.
        name: `Service/Terms Type`, if known.
    """
    change = compare_versions(old, new)
    broken = _find_broken(old, new, language=language, name=name) if change.clauses else None
    recovered = _find_recovery(old, new, language=language, name=name) if change.clauses and not broken else None
    spoken = language or common_language(old.text, new.text) if change.clauses else language
    verdict = judge_change(change, language=spoken, broken=broken, recovered=recovered)
    return Pair(id=id or f"{old.text_sha256[:8]}-{new.text_sha256[:8]}", change=change, verdict=verdict)


def _find_broken(old: Version, new: Version, *, language: str | None, name: str) -> Broken | None:
    source = Source(url="https://unnamed.invalid/", select=("body",))
    document = Document(
        key=DocumentKey.parse(name),
        service_name=name,
        sources=(source,),
        options=Options(language=language),
    )
    snapshot = Snapshot(
        url=source.url,
        final_url=source.url,
        fetched_at=_NO_INSTANT,
        body=new.markdown.encode("utf-8", "replace"),
        media_type="text/markdown",
    )
    decision = vet_capture(document, [snapshot], new, previous=[old], now=_NO_INSTANT)
    found = decision.failure or decision.doubt
    if found is None or (found.reason == "another-document" and _is_reworded_or_restored(old, new)):
        return None
    if decision.action == "refuse" or decision.doubt is not None or found.reason in _BROKEN_DOUBTS:
        return Broken(reason=found.reason, detail=found.detail)
    return None


def _find_recovery(old: Version, new: Version, *, language: str | None, name: str) -> Broken | None:
    """Return why the old text was not the document, where the new one is it again."""
    found = _find_broken(new, old, language=language, name=name)
    # That an edition is older than the next one is no fault.
    return found if found is not None and found.reason != "older-edition" else None


def _is_reworded_or_restored(old: Version, new: Version) -> bool:
    """Return whether two texts with nothing in common may be one clause reworded, or the document after a stub."""
    old_length, new_length = len(old.text), len(new.text)
    is_short = min(old_length, new_length) < _LEAST_IDENTITY_CHARACTERS
    is_reworded = is_short and new_length >= _REWORDED_SHARE * old_length
    return is_reworded or (old_length < _STUB_CHARACTERS and new_length >= _STUB_FACTOR * old_length)


def read_version_file(path: Path, *, document: Document | None = None) -> Version:
    """Return the version in a Markdown, HTML or PDF file.

    Args:
        path: Which file; its extension says what it is.
        document: Whose selectors cut an HTML page; without it the whole page counts.

    Raises:
        UsageError: If the file cannot be read, is too large, or has another extension.
        ExtractError: If it holds no text.
    """
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise UsageError(f"{path} is larger than {_MAX_FILE_BYTES:,} bytes")
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    suffix = path.suffix.lower()
    if suffix in {".md", ".markdown", ".txt"}:
        try:
            return parse_markdown(body.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not UTF-8: {error}") from error
    types = {".html": "text/html", ".htm": "text/html", ".xhtml": "text/html", ".pdf": "application/pdf"}
    if suffix not in types:
        raise UsageError(f"{path} is neither Markdown (.md), HTML (.html) nor PDF (.pdf)")
    url = document.sources[0].url if document is not None else f"file:{path.name}"
    snapshot = Snapshot(
        url=url, final_url=url, fetched_at=_NO_INSTANT, body=body, media_type=types[suffix], fetcher="file"
    )
    if document is None:
        key = DocumentKey(service="Files", terms_type=path.name.strip(". ") or "file")
        document = Document(key=key, service_name="Files", sources=(Source(url=url),))
    elif len(document.sources) > 1:
        raise UsageError(f"{document.key} is combined from several pages: compare archived versions of it instead")
    return extract_version(document, [snapshot])
