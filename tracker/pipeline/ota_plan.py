"""What an import of a collection has to do: which versions of each document, in which batches, and how far it got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tracker.errors import UsageError
from tracker.importers import OtaVersion
from tracker.model import DocumentKey, Outcome
from tracker.pipeline.import_marks import Mark

#: Versions after which a batch ends, with the document that it is in: some tens of megabytes, a second or two.
_BATCH_VERSIONS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The time of which versions are wanted; both ends included, None for no end."""

    since: datetime | None = None
    until: datetime | None = None

    def hold(self, instant: datetime) -> bool:
        """Whether `instant` lies within."""
        return (self.since is None or instant >= self.since) and (self.until is None or instant <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One document that has something new."""

    key: DocumentKey
    versions: tuple[OtaVersion, ...]
    """From the first that was ever taken in, or is wanted now, to the last that is wanted: what is vetted."""
    settled: int
    """How many of them are decided for good."""
    pending: frozenset[str]
    """Commits of those that are to be decided now."""
    mark: Mark
    known: int
    """Versions that are wanted and were taken in before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document that has nothing new."""

    known: int


def make_plan(
    key: DocumentKey, history: Sequence[OtaVersion], mark: Mark, bounds: Bounds, *, is_taken: bool
) -> Plan | Known | None:
    """Return what is to be done about a document; None where nothing of it is wanted.

    Args:
        key: Which document.
        history: All its versions in the collection, in order.
        mark: How far it was taken in.
        bounds: The time of which versions are wanted.
        is_taken: Whether the archive has versions under this name.

    Raises:
        UsageError: If those versions came from elsewhere, the collection was rewritten, or what is wanted lies before
            what was taken in: history only grows at its end.
    """
    places = {version.commit: place for place, version in enumerate(history)}
    wanted = [place for place, version in enumerate(history) if bounds.hold(version.recorded_at)]
    if not wanted:
        return None
    if is_taken and mark.first is None:
        raise UsageError(f"{key}: it has versions that came from elsewhere. Name another vantage: --vantage NAME.")
    lost = next((commit for commit in (mark.first, mark.settled) if commit is not None and commit not in places), None)
    if lost is not None:
        raise UsageError(
            f"{key}: commit {lost[:12]}, which was imported, is not in the collection any more: the collection was "
            "rewritten, or is another one. What was imported stays. To import this one, name another vantage: "
            "--vantage NAME."
        )
    first = places[mark.first] if mark.first is not None else wanted[0]
    settled = places[mark.settled] if mark.settled is not None else first - 1
    early = sum(place < first for place in wanted)
    if early:
        raise UsageError(
            f"{key}: {early} of the versions that are wanted lie before those that were imported, and history only "
            "grows at its end. Import all of it under another name: --vantage NAME."
        )
    new = [place for place in wanted if place > settled]
    open_commits = {commit for commit, _ in mark.open}
    if {history[place].commit for place in new} <= open_commits:
        return Known(known=len(wanted))
    return Plan(
        key=key,
        versions=tuple(history[first : wanted[-1] + 1]),
        settled=settled - first + 1,
        pending=frozenset(history[place].commit for place in new),
        mark=mark,
        known=len(wanted) - len(new),
    )


def list_batches(sizes: Mapping[DocumentKey, int]) -> Iterator[tuple[DocumentKey, ...]]:
    """Yield the documents in batches of some hundred versions, in order.

    The batches depend on the collection alone and not on what was taken in of it before: an import that was killed
    goes on with the same ones.

    Args:
        sizes: How many versions each document has.
    """
    batch: list[DocumentKey] = []
    count = 0
    for key, size in sizes.items():
        batch.append(key)
        count += size
        if count >= _BATCH_VERSIONS:
            yield tuple(batch)
            batch, count = [], 0
    if batch:
        yield tuple(batch)


def mark_after(plan: Plan, outcomes: Mapping[str, Outcome]) -> Mark:
    """Return the mark after all of `plan`: from the first version on that is held at its end, all stay open.

    Args:
        plan: What was done.
        outcomes: What became of each version of `plan` that was decided, now or by a mark before.
    """
    end = len(plan.versions)
    open_from = end
    for place in range(end - 1, plan.settled - 1, -1):
        outcome = outcomes.get(plan.versions[place].commit)
        if outcome == "held":
            open_from = place
        elif outcome != "refused":
            break
    return Mark(
        first=plan.versions[0].commit,
        settled=plan.versions[open_from - 1].commit if open_from else None,
        open=tuple(_decided(plan.versions[open_from:], outcomes)),
    )


def _decided(versions: Iterable[OtaVersion], outcomes: Mapping[str, Outcome]) -> Iterator[tuple[str, str]]:
    for version in versions:
        outcome = outcomes.get(version.commit)
        if outcome is not None:
            yield version.commit, outcome
