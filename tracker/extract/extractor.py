"""The order of work of an extraction (DESIGN, section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tracker.errors import ExtractError
from tracker.extract.charset import decode_body
from tracker.extract.filters import (
    apply_filters,
    make_links_absolute,
    may_protect_addresses,
    reveal_protected_addresses,
)
from tracker.extract.markdown_reader import parse_markdown
from tracker.extract.markdown_writer import write_markdown, write_paragraphs
from tracker.extract.page import count_hidden_texts, drop_unseen, parse_page
from tracker.extract.pdf import read_pdf
from tracker.extract.selection import remove_parts, select_parts
from tracker.model import Document, Snapshot, Source, Version

#: Number of the extraction rules. It goes up with every change that can alter a version made from the same snapshot, so
#: that the archive re-extracts instead of reporting a change.
EXTRACTOR: Final = 1


def extract_version(document: Document, snapshots: Sequence[Snapshot]) -> Version:
    """Return the version of `document` that `snapshots` hold, one snapshot for each of its sources, in their order.

    Raises:
        ExtractError: If a snapshot cannot be read, or a selector or range finds nothing in it. Never an empty version.
    """
    if len(snapshots) != len(document.sources):
        raise ValueError(f"{document.key} has {len(document.sources)} sources, not {len(snapshots)}")
    parts: list[str] = []
    notes: list[str] = []
    for source, snapshot in zip(document.sources, snapshots, strict=True):
        part, part_notes = _extract_source(source, snapshot)
        parts.append(part)
        notes.extend(part_notes)
    version = parse_markdown("\n\n".join(part for part in parts if part))
    if not version.clauses:
        raise ExtractError(
            f"{document.key}: the selected part of {snapshots[0].final_url} holds no text a reader would see",
            reason="empty-text",
        )
    return Version(markdown=version.markdown, sections=version.sections, clauses=version.clauses, notes=tuple(notes))


def _extract_source(source: Source, snapshot: Snapshot) -> tuple[str, tuple[str, ...]]:
    if not snapshot.body.strip():
        raise ExtractError(f"{snapshot.final_url} answered with an empty page", reason="empty-body")
    if snapshot.media_type == "application/pdf" or snapshot.body.startswith(b"%PDF-"):
        return write_paragraphs(read_pdf(snapshot.body, url=snapshot.final_url)), ()
    text = decode_body(snapshot)
    if snapshot.media_type in {"text/plain", "text/markdown"} and not source.select:
        return write_paragraphs(text.replace("\r\n", "\n").split("\n\n")), ()
    page = parse_page(text, url=snapshot.final_url)
    apply_filters(page, source.filters)
    make_links_absolute(page, base=snapshot.final_url)
    drop_unseen(page)
    if may_protect_addresses(text):
        reveal_protected_addresses(page)
    remove_parts(page, source.remove)
    selected = select_parts(page, source.select)
    hidden = sum(count_hidden_texts(node) for node in selected)
    notes = (
        (f"hidden-text: {hidden} parts of {snapshot.final_url} are hidden by CSS until asked for",) if hidden else ()
    )
    return write_markdown(selected), notes
