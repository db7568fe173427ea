"""From the snapshots of one document to what is to be recorded: extraction, vetting, and what the past says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tracker import __version__
from tracker.archive import HeldCapture, RecordEntry
from tracker.errors import ExtractError
from tracker.extract import EXTRACTOR, extract_version, parse_markdown
from tracker.model import RECORD_OUTCOMES, Document, Failure, Outcome, Provenance, RecordKind, Snapshot, Version
from tracker.pipeline.stored import provenance_of, snapshot_path
from tracker.vet import vet_capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The newest version of a document, to which a capture is compared."""

    version: Version
    provenance: Provenance
    last_seen_at: datetime
    """When its text is known to have been served last (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What one capture of a document comes to."""

    outcome: Outcome
    version: Version | None = None
    failure: Failure | None = None
    entry: RecordEntry | None = None
    """What is to be recorded; None where nothing is."""
    held: HeldCapture | None = None
    """What is to be kept for a look."""
    doubt: Failure | None = None
    """Why what is recorded is doubtful all the same: the timeline calls it `suspect`."""

    overcome: Failure | None = None
    """The doubt for which its text was held before, and is recorded now that a later run sees it again."""

    @property
    def concern(self) -> Failure | None:
        """What a check row says against the capture."""
        return self.failure or self.doubt


def judge_capture(
    document: Document,
    snapshots: Sequence[Snapshot],
    *,
    baseline: Baseline | None,
    held: HeldCapture | None,
    imported_from: str | None = None,
    is_upgrade: bool = False,
    read_past: Callable[[], Sequence[Snapshot]] = tuple,
) -> Judged:
    """Return what the capture of `document` in `snapshots` (one for each source) comes to.

    Args:
        document: As declared for the moment of the capture.
        snapshots: In the order of the sources.
        baseline: None where the document has no version yet.
        held: What is held back for the document, if anything is.
        imported_from: Where an imported capture comes from.
        read_past: Gives the snapshots of the baseline, where they are at hand: how its pages ended tells which are cut
            off. Asked only where the text differs.
        is_upgrade: Whether our own rules moved since the baseline, so that a difference is no change of theirs.
    """
    captured = tuple(snapshots)
    at = max(snapshot.fetched_at for snapshot in captured)
    try:
        version = _read_version(document, captured)
    except ExtractError as error:
        failure = Failure(reason=error.reason, detail=str(error))
        kept = HeldCapture(
            key=document.key,
            held_at=at,
            outcome="refused",
            reason=failure.reason,
            detail=failure.detail,
            snapshots=_files(document, captured),
        )
        return Judged(outcome="refused", failure=failure, held=kept)
    provenance = provenance_of(document, captured, version, tracker_version=__version__, extractor=EXTRACTOR)

    def entry(kind: RecordKind) -> RecordEntry:
        return RecordEntry(
            key=document.key,
            kind=kind,
            version=version,
            snapshots=_files(document, captured),
            provenance=provenance,
            last_seen_old=baseline.last_seen_at if baseline is not None and kind != "first" else None,
            imported_from=imported_from,
        )

    if baseline is not None and version.text_sha256 == baseline.provenance.text_sha256:
        if version.markdown_sha256 == baseline.provenance.markdown_sha256:
            return Judged(outcome="unchanged", version=version)
        return Judged(outcome="technical", version=version, entry=entry("technical"))
    decision = vet_capture(
        document,
        captured,
        version,
        previous=[baseline.version] if baseline is not None else [],
        held_text_sha256=held.text_sha256 if held is not None and held.vouches else None,
        held_version=_version_of_held(held) if held is not None and held.vouches else None,
        held_at=held.held_at if held is not None and held.vouches else None,
        past_snapshots=read_past(),
        past_at=baseline.provenance.fetched_at if baseline is not None else None,
        now=at,
    )
    if decision.failure is not None:
        outcome: Literal["held", "refused"] = "held" if decision.action == "hold" else "refused"
        kept = HeldCapture(
            key=document.key,
            held_at=at,
            outcome=outcome,
            reason=decision.failure.reason,
            detail=decision.failure.detail,
            text_sha256=version.text_sha256,
            markdown=version.markdown,
            snapshots=_files(document, captured),
            provenance=provenance,
        )
        return Judged(outcome=outcome, version=version, failure=decision.failure, held=kept)
    kind: RecordKind = "first" if baseline is None else "technical" if is_upgrade else "change"
    return Judged(
        outcome=RECORD_OUTCOMES[kind],
        version=version,
        entry=entry(kind),
        doubt=decision.doubt,
        overcome=decision.overcome,
    )


def _version_of_held(held: HeldCapture) -> Version | None:
    return parse_markdown(held.markdown) if held.markdown is not None else None


def extract_again(
    document: Document, snapshots: Sequence[Snapshot], *, imported_from: str | None = None
) -> tuple[Version, RecordEntry] | None:
    """Return the version that `document`, as declared and extracted now, has in earlier `snapshots`, and its record.

    None where they hold none.

    Args:
        document: As declared now.
        snapshots: Those from which its newest version was made, in any order.
        imported_from: Where they come from.
    """
    by_url = {snapshot.url: snapshot for snapshot in snapshots}
    if not all(source.url in by_url for source in document.sources):
        return None
    captured = tuple(by_url[source.url] for source in document.sources)
    try:
        version = extract_version(document, captured)
    except ExtractError:
        return None  # the new selectors were written for the page as it became
    entry = RecordEntry(
        key=document.key,
        kind="technical",
        version=version,
        snapshots=_files(document, captured),
        provenance=provenance_of(document, captured, version, tracker_version=__version__, extractor=EXTRACTOR),
        imported_from=imported_from,
    )
    return version, entry


def _read_version(document: Document, snapshots: tuple[Snapshot, ...]) -> Version:
    """Return the version that `snapshots` hold; a Markdown file, which another archive made, is one itself.

    Raises:
        ExtractError: If they hold none.
    """
    if not all(snapshot.fetcher == "file" and snapshot.media_type == "text/markdown" for snapshot in snapshots):
        return extract_version(document, snapshots)
    try:
        version = parse_markdown("\n\n".join(snapshot.body.decode("utf-8-sig") for snapshot in snapshots))
    except UnicodeDecodeError as error:
        raise ExtractError(f"{document.key}: the Markdown is not UTF-8: {error}", reason="bad-charset") from error
    if not version.clauses:
        raise ExtractError(f"{document.key}: the Markdown holds no text", reason="empty-text")
    return version


def _files(document: Document, snapshots: Sequence[Snapshot]) -> tuple[tuple[str, bytes], ...]:
    """Return (path in the archive, body) of the snapshots that are kept."""
    named = ((snapshot_path(document, place, snapshot), snapshot.body) for place, snapshot in enumerate(snapshots))
    return tuple((path, body) for path, body in named if path)
