"""What imports share: the document that is imported, what an earlier import settled, and what a capture leaves behind.

Belongs here: what is the same whatever the captures come from. Does not belong here: how they are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.archive import HeldCapture, StoredVersion
from tracker.declarations import Loaded, document_on
from tracker.errors import UsageError
from tracker.model import PROVING_OUTCOMES, Check, Document, DocumentKey, Record
from tracker.pipeline.capturing import Baseline, Judged
from tracker.pipeline.stored import version_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTarget:
    """The document that an import is for."""

    key: DocumentKey
    """As the archive keeps it: under a vantage, or on the live path."""
    loaded: Loaded

    @classmethod
    def of(cls, loaded: Loaded, *, name: str, vantage: str) -> ImportTarget:
        """Return the target that `name` means.

        Args:
            loaded: What is declared.
            name: `Service/Terms Type`, perhaps with a vantage.
            vantage: The vantage where `name` has none or another; `""` for the one that `name` has.

        Raises:
            UsageError: If `name` names no document, or `vantage` cannot be one.
        """
        try:
            named = DocumentKey.parse(name)
            key = replace(named, vantage=vantage or named.vantage)
        except ValueError as error:
            raise UsageError(str(error)) from error
        return cls(key=key, loaded=loaded)

    @property
    def own(self) -> DocumentKey:
        """The name of the document as declared."""
        return self.key.own

    def declared_on(self, instant: datetime) -> Document:
        """Return the document as it was declared at `instant`, under its name in the archive.

        Raises:
            UsageError: If it was not.
            DeclarationError: If the service's history file has errors.
        """
        document = self.find_declaration(instant)
        if document is None:
            wrong = [str(error) for error in self.loaded.errors]
            known = ", ".join(str(other.key) for other in self.loaded.documents[:5])
            raise UsageError(
                f"{self.own} is not declared, and a declaration says how to read its pages; "
                + ("; ".join(wrong) if wrong else f"declared are, for example: {known or 'none'}")
            )
        return document

    def find_declaration(self, instant: datetime) -> Document | None:
        """Return the document as it was declared at `instant`, under its name in the archive; None where it was not.

        Raises:
            DeclarationError: If the service's history file has errors.
        """
        document = document_on(self.loaded, self.own, instant)
        return replace(document, key=self.key, valid_until=None) if document is not None else None

    def addresses(self) -> tuple[str, ...]:
        """Return every address that the document ever was declared with, oldest declarations first, each once."""
        former = self.loaded.history.get(self.own, ())
        current = (document for document in self.loaded.documents if document.key == self.own)
        return tuple(
            dict.fromkeys(source.url for document in (*former, *current) for source in document.sources)
        )  # fmt: skip


def settled_instants(checks: Iterable[Check], records: Iterable[Record]) -> set[datetime]:
    """Return the instants of captures that need not be looked at again.

    Refused and held ones are, once a cause is mended; but a held text is settled, too, once a later capture had it
    recorded.
    """
    return {check.checked_at for check in _settling(checks, records)}


def settled_sources(checks: Iterable[Check], records: Iterable[Record]) -> dict[datetime, frozenset[str] | None]:
    """Return the instants of captures that need not be looked at again, with the addresses that were had of each.

    None stands for all of them: for what is known of documents of one page, and from before this was kept.
    """
    return sources_by_instant(_settling(checks, records))


def sources_by_instant(checks: Iterable[Check]) -> dict[datetime, frozenset[str] | None]:
    """Return the instants of `checks`, with the addresses that they name for each; None for all."""
    found: dict[datetime, frozenset[str] | None] = {}
    for check in checks:
        before = found.get(check.checked_at, frozenset())
        if before is None or check.sources is None:
            found[check.checked_at] = None
        else:
            found[check.checked_at] = before | frozenset(check.sources)
    return found


def _settling(checks: Iterable[Check], records: Iterable[Record]) -> Iterator[Check]:
    recorded: dict[str, datetime] = {}
    for record in records:
        recorded[record.text_sha256] = max(record.fetched_at, recorded.get(record.text_sha256, record.fetched_at))
    for check in checks:
        recorded_at = recorded.get(check.text_sha256) if check.text_sha256 is not None else None
        was_recorded = check.outcome == "held" and recorded_at is not None and recorded_at >= check.checked_at
        if check.outcome in PROVING_OUTCOMES or was_recorded:
            yield check


def baseline_of(latest: StoredVersion | None, settled: Iterable[datetime]) -> Baseline | None:
    """Return the newest version as what the next capture is compared to; None where there is none."""
    if latest is None:
        return None
    return Baseline(
        version=version_of(latest),
        provenance=latest.provenance,
        last_seen_at=max([latest.provenance.fetched_at, *settled]),
    )


def next_baseline(baseline: Baseline | None, judged: Judged, *, at: datetime) -> Baseline | None:
    """Return what the capture after one `at` an instant is compared to."""
    if judged.entry is not None and judged.version is not None:
        return Baseline(version=judged.version, provenance=judged.entry.provenance, last_seen_at=at)
    if judged.outcome == "unchanged" and baseline is not None:
        return replace(baseline, last_seen_at=at)
    return baseline


def next_held(held: HeldCapture | None, judged: Judged) -> HeldCapture | None:
    """Return what stands in the slot after a capture.

    A held text keeps the time when it was first held, and is not driven out by an error page.
    """
    if judged.held is None:
        return None
    if held is None:
        return judged.held
    is_same = held.text_sha256 == judged.held.text_sha256 and held.outcome == judged.held.outcome
    keeps = is_same or (held.outcome == "held" and judged.held.outcome == "refused")
    return held if keeps else judged.held


def check_of(key: DocumentKey, judged: Judged, *, at: datetime, sources: tuple[str, ...] | None = None) -> Check:
    """Return the row about a capture `at` an instant, of which copies of `sources` were had; None for all there is."""
    return Check(
        document=key,
        checked_at=at,
        outcome=judged.outcome,
        reason=judged.concern.reason if judged.concern is not None else None,
        detail=judged.concern.detail if judged.concern is not None else None,
        text_sha256=judged.version.text_sha256 if judged.version is not None else None,
        sources=sources,
    )
