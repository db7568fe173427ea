"""One document of an imported collection: each version recorded, or set aside with its reason and kept all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from tracker import __version__
from tracker.archive import HeldCapture, RecordEntry, Transaction
from tracker.extract import EXTRACTOR, parse_markdown, plain_markdown
from tracker.importers import OtaVersion
from tracker.model import (
    RECORD_OUTCOMES,
    Check,
    Digested,
    DocumentKey,
    Failure,
    Outcome,
    Provenance,
    RecordKind,
    SourceProvenance,
    Version,
    sha256_hex,
)
from tracker.vet import Decision, Sketch, sketch_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A version of the collection that was not recorded, or recorded with a doubt."""

    document: DocumentKey
    recorded_at: datetime
    commit: str
    """Its commit in the collection."""
    outcome: Outcome
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtaText:
    """What one Markdown of the collection says; not the Markdown itself, which is read again where it is recorded.

    All those of a document wait until each of them is judged, and come from other processes: git reads a blob in a
    tenth of the time in which one is packed, sent and unpacked.
    """

    text_sha256: str
    markdown_sha256: str
    sketch: Sketch
    body_sha256: str
    """Of the Markdown as the collection has it."""
    size_bytes: int

    @classmethod
    def of(cls, version: Version, content: bytes) -> OtaText:
        """Return what `content`, the Markdown of `version`, says."""
        return cls(
            text_sha256=version.text_sha256,
            markdown_sha256=version.markdown_sha256,
            sketch=sketch_text(version),
            body_sha256=sha256_hex(content),
            size_bytes=len(content),
        )

    def version(self, content: bytes) -> Digested:
        """Return the version, without its clauses, whose Markdown the collection has as `content`."""
        return Digested(
            markdown=plain_markdown(_decode(content)),
            text_sha256=self.text_sha256,
            markdown_sha256=self.markdown_sha256,
        )


#: A text, and its Markdown as the collection has it.
Found: TypeAlias = tuple[OtaText, bytes]


def read_texts(contents: tuple[bytes | None, ...]) -> list[OtaText | None]:
    """Return what each Markdown says; None for one that is too large or no UTF-8. Runs in a worker."""
    return [_read_text(content) if content is not None else None for content in contents]


def _read_text(content: bytes) -> OtaText | None:
    try:
        version = parse_markdown(_decode(content))
    except UnicodeDecodeError:
        return None
    return OtaText.of(version, content)


def _decode(content: bytes) -> str:
    return content.decode("utf-8-sig")


@dataclass(slots=True, kw_only=True)
class Past:
    """The newest recorded version of a document."""

    text_sha256: str | None = None
    markdown_sha256: str | None = None
    last_seen_at: datetime | None = None
    is_upgrade_due: bool = False
    """Whether a technical version was set aside since: what comes next was made by other rules than the last."""


@dataclass(slots=True, kw_only=True)
class Recording:
    """Records the versions of one document, in order."""

    source: str
    """What the collection is called."""
    transaction: Transaction
    key: DocumentKey
    known: Mapping[str, str]
    """Outcome of each commit that an earlier import left open, and noted."""
    past: Past
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    """How many versions came to what."""
    set_aside: list[SetAside] = field(default_factory=list)
    decided: dict[str, Outcome] = field(default_factory=dict)
    """Outcome of each commit."""
    repeated: int = 0
    """Versions of which nothing new was found."""
    _is_slot_due: bool = False
    """Whether what stands in the slot was overtaken by a version that was recorded."""

    def pass_version(self, version: OtaVersion, found: Found | None, decision: Decision | None) -> None:
        """Record `version`, or set it aside."""
        if found is None or decision is None:
            detail = "Its Markdown is no UTF-8, or too large for a policy."
            self._set_aside(version, None, "refused", "bad-charset", detail)
        elif decision.failure is not None:
            outcome: Literal["held", "refused"] = "held" if decision.action == "hold" else "refused"
            self._set_aside(version, found, outcome, decision.failure.reason, decision.failure.detail)
        else:
            self._record(version, *found, decision)

    def close(self) -> None:
        """Empty the slot where the last version was recorded: what is in it waits for nothing any more."""
        if self._is_slot_due:
            self.transaction.release(self.key)

    def _set_aside(
        self,
        version: OtaVersion,
        found: Found | None,
        outcome: Literal["held", "refused"],
        reason: str,
        detail: str,
    ) -> None:
        text, content = found if found is not None else (None, b"")
        if version.kind == "technical":
            self.past.is_upgrade_due = True
        self.decided[version.commit] = outcome
        self._is_slot_due = False
        if self.known.get(version.commit) == outcome:
            self.repeated += 1
            return
        self._note(version, outcome, reason, detail)
        held = HeldCapture(
            key=self.key,
            held_at=version.recorded_at,
            outcome=outcome,
            reason=reason,
            detail=detail,
            text_sha256=text.text_sha256 if text is not None else None,
            markdown=text.version(content).markdown if text is not None else None,
            provenance=self._provenance(version, text) if text is not None else None,
        )
        self.transaction.record_held(held, imported_from=self._origin(version))
        self._check(version, text, outcome, reason, f"{detail} ({self._origin(version)})")

    def _record(self, version: OtaVersion, text: OtaText, content: bytes, decision: Decision) -> None:
        kind = self._kind(version, text)
        self._is_slot_due = True
        if kind is None:
            self.decided[version.commit] = "unchanged"
            self._note(version, "unchanged")
        else:
            entry = RecordEntry(
                key=self.key,
                kind=kind,
                version=text.version(content),
                snapshots=(),
                provenance=self._provenance(version, text),
                last_seen_old=self._last_seen(version) if kind != "first" else None,
                imported_from=self._origin(version),
            )
            self.transaction.record(entry)
            outcome = RECORD_OUTCOMES[kind]
            self.decided[version.commit] = outcome
            if decision.doubt is not None or version.commit in self.known:
                self._check(version, text, outcome, *_said(decision.doubt))
            if decision.doubt is None:
                self._note(version, outcome)
            else:
                self._note(version, outcome, decision.doubt.reason, decision.doubt.detail)
            self.past = Past(text_sha256=text.text_sha256, markdown_sha256=text.markdown_sha256)
        self.past.last_seen_at = version.recorded_at

    def _kind(self, version: OtaVersion, text: OtaText) -> RecordKind | None:
        """Return as what `version` is recorded; None where it is word and mark the one before."""
        if self.past.text_sha256 is None:
            return "first"
        if self.past.text_sha256 == text.text_sha256:
            return "technical" if self.past.markdown_sha256 != text.markdown_sha256 else None
        return "technical" if version.kind == "technical" or self.past.is_upgrade_due else "change"

    def _last_seen(self, version: OtaVersion) -> datetime | None:
        """Return when the text before was last seen; technical versions bear dates of old snapshots."""
        seen_at = self.past.last_seen_at
        return seen_at if seen_at is not None and seen_at <= version.recorded_at else None

    def _note(self, version: OtaVersion, outcome: Outcome, reason: str = "", detail: str = "") -> None:
        self.outcomes[outcome] += 1
        if reason:
            self.set_aside.append(
                SetAside(
                    document=self.key,
                    recorded_at=version.recorded_at,
                    commit=version.commit,
                    outcome=outcome,
                    reason=reason,
                    detail=detail,
                )
            )

    def _check(
        self, version: OtaVersion, text: OtaText | None, outcome: Outcome, reason: str | None, detail: str | None
    ) -> None:
        self.transaction.check(
            Check(
                document=self.key,
                checked_at=version.recorded_at,
                outcome=outcome,
                reason=reason,
                detail=detail,
                text_sha256=text.text_sha256 if text is not None else None,
            )
        )

    def _origin(self, version: OtaVersion) -> str:
        return f"ota:{self.source}@{version.commit}"

    def _provenance(self, version: OtaVersion, text: OtaText) -> Provenance:
        """Return where a version comes from. Its snapshot is in the archive that made it, or in none that is known."""
        headers = {"x-engine-version": version.engine or "", "x-snapshots": " ".join(filter(None, version.snapshots))}
        reference = next(filter(None, version.snapshots), "")
        url = reference if "://" in reference else f"snapshot:{reference or 'unnamed'}"
        source = SourceProvenance(
            url=url,
            final_url=url,
            redirects=(),
            status=200,
            headers=tuple(sorted((name, value) for name, value in headers.items() if value)),
            fetched_at=version.recorded_at,
            body_sha256=text.body_sha256,
            size_bytes=text.size_bytes,
            media_type="text/markdown",
            charset="utf-8",
            fetcher="ota",
            snapshot="",
        )
        return Provenance(
            document=str(self.key),
            fetched_at=version.recorded_at,
            text_sha256=text.text_sha256,
            markdown_sha256=text.markdown_sha256,
            tracker_version=__version__,
            extractor=EXTRACTOR,
            declaration={},
            sources=(source,),
        )


def _said(doubt: Failure | None) -> tuple[str | None, str | None]:
    return (doubt.reason, doubt.detail) if doubt is not None else (None, None)
