"""Which change a correction names, and how that change stands once it is corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Protocol, Self, TypeVar
from urllib.parse import urlsplit

from tracker.archive import Archive
from tracker.declarations import LoadedCorrections, correction_error
from tracker.errors import CorrectionError
from tracker.model import (
    CHANGE_SLUG,
    AppliedCorrection,
    ChangeReport,
    ChangeSummary,
    Correction,
    CorrectionValue,
    DocumentKey,
    Effect,
    Event,
    Kind,
    Record,
    Timeline,
    Verdict,
    compact_instant,
    format_instant,
)
from tracker.render import Addresses, change_ids, shorten, tell_folding

#: An address of the site: `<service>/<terms>/<slug>`, whatever stands before.
_ADDRESS_PARTS: Final = 3
_FILES: Final = frozenset({"index.html", "change.json", ""})
#: Characters of a name that a message repeats.
_LONGEST_NAME: Final = 200
_LIST_HINT: Final = "take the address or the id from its page, or the id that 'tracker log --json' gives"


class _Judged(Protocol):
    """What a verdict and its summary have in common. Read only: a frozen value gives it."""

    @property
    def kind(self) -> Kind: ...
    @property
    def material(self) -> bool: ...
    @property
    def effect(self) -> Effect: ...
    @property
    def topics(self) -> tuple[str, ...]: ...
    @property
    def headline(self) -> str: ...


_Value = TypeVar("_Value", Verdict, ChangeSummary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What is needed to tell which change an address or a slug means."""

    addresses: Addresses
    records: Mapping[DocumentKey, Sequence[Record]]
    ids: Mapping[str, str]
    """Feed ids by the addresses ever published, without a slash at their ends."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Names of documents by the feed ids of their changes ever published."""

    @classmethod
    def of(
        cls,
        archive: Archive,
        records: Mapping[DocumentKey, Sequence[Record]],
        *,
        first_at: Callable[[DocumentKey], datetime],
    ) -> Self:
        """Return those of `archive`, whose `records` are read when they are asked for, and begin at `first_at`."""
        rows = archive.permalinks()
        return cls(
            addresses=Addresses({key: first_at(key) for key in records}),
            records=records,
            ids={str(row.get("address", "")).strip("/"): str(row.get("id", "")) for row in rows},
            documents={str(row.get("id", "")): str(row.get("document", "")) for row in rows},
        )


class Corrections:
    """The corrections of a folder, each found by the change that it names.

    It remembers which of them it has found a change for, so that `errors` tells of the others once all documents were
    looked at.
    """

    def __init__(self, loaded: LoadedCorrections, places: Callable[[], Places]) -> None:
        """Keep `loaded`; `places` is asked once, and only where there is a correction at all."""
        self._loaded = loaded
        self._places = places
        self._named: dict[str, list[Correction]] | None = None
        self._found: set[int] = set()
        self._errors: dict[tuple[str, str, str], CorrectionError] = {}

    def errors(self) -> tuple[CorrectionError, ...]:
        """Return what is wrong: with files, with corrections of the documents looked at, and those that name none."""
        missed = [
            correction_error(
                correction,
                f"{shorten(correction.change, _LONGEST_NAME)!r} is no change of the archive: {_LIST_HINT}",
                key="change",
            )
            for correction in self._loaded.corrections
            if id(correction) not in self._found
        ]
        return (*self._loaded.errors, *self._errors.values(), *missed)

    @cached_property
    def concerned(self) -> frozenset[DocumentKey] | None:
        """The documents of which a correction may speak; None where that may be any."""
        found: set[DocumentKey] = set()
        for correction in self._loaded.corrections:
            name = self._stable_name(_name_of(correction.change))
            if "/" in name:
                found.update(key for key in self._places_once.records if name.startswith(self._stem_of(key)))
            elif name in self._places_once.documents:
                named = self._places_once.documents[name]
                found.update(key for key in self._places_once.records if str(key) == named)
            else:
                return None
        return frozenset(found)

    def _stem_of(self, key: DocumentKey) -> str:
        return f"{self._places_once.addresses.document_stem(key)}/"

    def correct_reports(self, reports: Sequence[ChangeReport], timeline: Timeline) -> tuple[ChangeReport, ...]:
        """Return `reports`, changes of `timeline`, as they stand once they are corrected."""
        wanted = self.find(timeline)
        return tuple(
            self._correct_report(report, wanted[report.event.slug]) if report.event.slug in wanted else report
            for report in reports
        )

    def correct_summaries(
        self, summaries: Sequence[ChangeSummary], timeline: Timeline
    ) -> tuple[tuple[ChangeSummary, ...], dict[str, tuple[AppliedCorrection, ...]]]:
        """Return `summaries`, one for each change of `timeline`, corrected, and what was corrected by slug."""
        wanted = self.find(timeline)
        applied: dict[str, tuple[AppliedCorrection, ...]] = {}
        corrected: list[ChangeSummary] = []
        for event, summary in zip(timeline.changes, summaries, strict=True):
            value, done = self._apply(summary, wanted.get(event.slug, ()))
            corrected.append(value)
            if done:
                applied[event.slug] = done
        return tuple(corrected), applied

    def find(self, timeline: Timeline) -> dict[str, tuple[Correction, ...]]:
        """Return the corrections of each change of `timeline` that has any, oldest first, by its slug."""
        if not self._loaded.corrections:
            return {}
        if self._named is None:
            self._named = self._index()
        stem = self._places_once.addresses.document_stem(timeline.document)
        ids = change_ids(timeline)
        found: dict[str, tuple[Correction, ...]] = {}
        for event in timeline.events:
            names = (f"{stem}/{event.slug}", event.slug, ids[event.slug])
            own = [correction for name in names for correction in self._named.get(name, ())]
            sound = [correction for correction in own if self._stands(correction, event)]
            if sound:
                found[event.slug] = self._in_order(sound)
        return found

    @property
    def _places_once(self) -> Places:
        places = self._places()
        self._places = lambda: places
        return places

    def _index(self) -> dict[str, list[Correction]]:
        """Return the corrections by the one name under which their change is looked for."""
        named: dict[str, list[Correction]] = {}
        for correction in self._loaded.corrections:
            name = _name_of(correction.change)
            if "/" not in name and self._count_documents(name) > 1:
                cause = f"{name!r} is the name of a change in several documents: write its address or its id"
                self._complain(correction, cause, "change")
                continue
            named.setdefault(self._stable_name(name), []).append(correction)
        return named

    def _stable_name(self, name: str) -> str:
        """Return the id of the change at the address `name`, if it was ever published: its address may be another."""
        return self._places_once.ids.get(name, name)

    def _count_documents(self, name: str) -> int:
        """Return in how many documents a change may bear the slug `name`."""
        slug = CHANGE_SLUG.fullmatch(name)
        if slug is None:
            return 0
        at, new = slug.group("at", "new")
        return sum(
            any(compact_instant(record.fetched_at) == at and record.text_sha256.startswith(new) for record in records)
            for records in self._places_once.records.values()
        )

    def _stands(self, correction: Correction, event: Event) -> bool:
        """Whether `correction` is one of a change that can be corrected; what is wrong is noted."""
        self._found.add(id(correction))
        if event.folded is not None:
            cause = f"this is no change now ({tell_folding(event)}): nothing is left to correct, remove the correction"
            self._complain(correction, cause, "change")
            return False
        if correction.at < event.first_seen_new.replace(microsecond=0):
            seen = format_instant(event.first_seen_new)
            self._complain(correction, f"the change was first seen later, {seen}: write when it was corrected", "at")
            return False
        return True

    def _in_order(self, corrections: Iterable[Correction]) -> tuple[Correction, ...]:
        found: dict[tuple[str, Any], Correction] = {}
        for correction in sorted(corrections, key=lambda item: item.at):
            key = (correction.field, correction.at)
            if key in found:
                cause = (
                    f"{found[key].file} corrects the same field at the same instant: give the later one a later 'at'"
                )
                self._complain(correction, cause, "at")
                continue
            found[key] = correction
        return tuple(found.values())

    def _correct_report(self, report: ChangeReport, corrections: Sequence[Correction]) -> ChangeReport:
        verdict, applied = self._apply(report.verdict, corrections)
        if not applied:
            return report
        judged = report.verdict if any(done.correction.field != "retract" for done in applied) else None
        return replace(report, verdict=verdict, corrections=applied, judged=judged)

    def _apply(self, value: _Value, corrections: Sequence[Correction]) -> tuple[_Value, tuple[AppliedCorrection, ...]]:
        """Return what `value` is after `corrections`, oldest first, and each of them with what stood before it."""
        applied: list[AppliedCorrection] = []
        is_retracted = False
        for correction in corrections:
            if correction.field == "retract":
                applied.append(AppliedCorrection(correction=correction, old=is_retracted))
                is_retracted = bool(correction.value)
                continue
            if value.kind == "broken" and correction.field != "headline":
                cause = (
                    "the captured page was not the policy, so there is nothing to judge: only the headline can be "
                    "corrected, or the change retracted"
                )
                self._complain(correction, cause, "field")
                continue
            applied.append(AppliedCorrection(correction=correction, old=_value_of(value, correction)))
            # Checked when it was built: each field's values are those that a verdict takes.
            change: dict[str, Any] = {correction.field: correction.value}
            value = replace(value, **change)
        return value, tuple(applied)

    def _complain(self, correction: Correction, cause: str, key: str) -> None:
        self._found.add(id(correction))
        error = correction_error(correction, cause, key=key)
        self._errors[error.file, error.path, error.cause] = error


def _value_of(value: _Judged, correction: Correction) -> CorrectionValue:
    found: CorrectionValue = getattr(value, correction.field)
    return found


def _name_of(change: str) -> str:
    """Return what `change` names: a feed id, a slug, or an address as `<service>/<terms>/<slug>`."""
    text = change.strip()
    if text.lower().startswith("urn:uuid:"):
        return text.lower()
    try:
        path = urlsplit(text).path
    except ValueError:
        return text
    parts = path.split("/")
    while len(parts) > 1 and parts[-1] in _FILES:
        parts.pop()
    kept = [part for part in parts if part][-_ADDRESS_PARTS:]
    return "/".join(kept) or text
