"""Datasets of figures that others publish: fetched, weighed, kept in the archive as they were served (decision 41)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tracker.archive import Archive, FiguresFault, FiguresVersion, name_fault
from tracker.declarations import Dataset, LoadedPublishers, Publisher, load_publisher_files, load_publishers
from tracker.errors import ArchiveError, DeclarationError, UsageError
from tracker.fetch import FetchRequest, FetchSettings
from tracker.model import (
    Capture,
    FiguresNews,
    Report,
    format_instant,
)
from tracker.pipeline.workspace import Fetch, Workspace
from tracker.transparency import (
    FORMS,
    FiguresState,
    PassedOverError,
    TransparencyError,
    guess_form,
    read_dataset,
    tell_news,
)

#: A new version of a dataset that knows less than this share of the periods of the one before is not believed.
_LEAST_KEPT: Final = 0.5
#: Told of what is left out.
Complain: TypeAlias = Callable[[PassedOverError], None]

#: `refused` is what cannot be right, `failed` what cannot be had.
FiguresOutcome: TypeAlias = Literal["first", "new-version", "unchanged", "refused", "failed"]
_TROUBLED: Final[frozenset[FiguresOutcome]] = frozenset({"refused", "failed"})
_SEE_THE_FILE: Final = "Look at what is served there; nothing of it was archived, and the version before still counts."


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFigures:
    """What became of a dataset."""

    publisher: str
    name: str
    version: FiguresVersion | None
    """The one that counts now; None where nothing was archived."""
    outcome: FiguresOutcome
    reports: tuple[Report, ...] = ()
    """Of that version."""
    news: tuple[FiguresNews, ...] = ()
    """What it says that the version before did not."""
    problem: str = ""
    """Why it was refused or could not be had, in one sentence."""
    next_step: str = ""
    """What a person can do about it."""

    @property
    def is_troubled(self) -> bool:
        return self.outcome in _TROUBLED


def import_figures(
    archive: Archive, versions: Iterable[FiguresVersion], *, now: datetime, accept: bool = False
) -> tuple[ImportedFigures, ...]:
    """Keep versions of datasets in the archive, whose lock is held; one that cannot be right is refused.

    Args:
        archive: Where.
        versions: As they were captured; of several of one dataset the oldest first.
        now: The moment (UTC).
        accept: Whether one that lost most of its periods is believed.

    Raises:
        ArchiveError: If the archive cannot be read or written.
    """
    captured = list(versions)
    if not captured:
        return ()
    newest: dict[tuple[str, str], FiguresVersion | FiguresFault] = {
        place: found if isinstance(found, FiguresFault) else found[-1] for place, found in archive.figures().items()
    }
    transaction = archive.transaction(at=now)
    done: list[ImportedFigures] = []
    for version in captured:
        place = version.publisher, version.name
        result = _weigh(version, newest.get(place), accept=accept)
        if result.outcome in {"first", "new-version"}:
            try:
                transaction.put_figures(version)
            except ArchiveError as error:
                if error.reason != "unwritable":
                    raise
                result = _refuse(version, newest.get(place), str(error), "Give it another name.")
            else:
                newest[place] = version
        done.append(result)
    transaction.commit()
    return tuple(done)


def _weigh(version: FiguresVersion, before: FiguresVersion | FiguresFault | None, *, accept: bool) -> ImportedFigures:
    """Return what is to become of a version that follows `before`."""
    if isinstance(before, FiguresFault):
        return _refuse(version, before, before.detail, "Nothing is added to a dataset that is damaged: mend it first.")
    try:
        reports = reports_of(version)
    except TransparencyError as error:
        return _refuse(version, before, f"{version.url}: {error}", _SEE_THE_FILE)
    result = ImportedFigures(
        publisher=version.publisher, name=version.name, version=version, outcome="first", reports=reports
    )
    return result if before is None else _follow(result, version, before, accept=accept)


def _follow(
    result: ImportedFigures, version: FiguresVersion, before: FiguresVersion, *, accept: bool
) -> ImportedFigures:
    """Return what is to become of a version that can be read, `result` as the first one, and follows `before`."""
    is_same = before.content == version.content
    # Whoever names nobody does not take back whom to name.
    if is_same and before.form == version.form and version.credit in ("", before.credit):
        return replace(result, version=before, outcome="unchanged")
    # What was said of the same bytes may be put right as of the time at which they were published.
    if version.fetched_at < before.fetched_at or (version.fetched_at == before.fetched_at and not is_same):
        return _refuse(
            version,
            before,
            f"{version.url}: a version of {format_instant(before.fetched_at)} is archived, and this one is of "
            f"{format_instant(version.fetched_at)}",
            "Import versions of the past oldest first, or under a name of their own (--name).",
        )
    try:
        former = reports_of(before)
    except TransparencyError:  # archived by rules that were milder: nothing can be said of what is new since
        return replace(result, outcome="new-version")
    places, former_places = (
        {(report.country, report.period) for report in listed} for listed in (result.reports, former)
    )
    kept = len(places & former_places)
    if kept < _LEAST_KEPT * len(former_places) and not accept:
        return _refuse(
            version,
            before,
            f"{version.url}: of {len(former_places)} periods only {kept} are left",
            "If that is right, import it with 'tracker transparency import --accept'.",
        )
    news = tell_news((_state_of(before, former), _state_of(version, result.reports)))
    return replace(result, outcome="new-version", news=tuple(news))


def _refuse(
    version: FiguresVersion, before: FiguresVersion | FiguresFault | None, problem: str, next_step: str
) -> ImportedFigures:
    return ImportedFigures(
        publisher=version.publisher,
        name=version.name,
        version=None if isinstance(before, FiguresFault) else before,
        outcome="refused",
        problem=problem,
        next_step=next_step,
    )


def _state_of(version: FiguresVersion, reports: tuple[Report, ...]) -> FiguresState:
    return FiguresState(at=version.fetched_at, name=f"{version.name}:{version.sha256[:16]}", reports=reports)


def reports_of(version: FiguresVersion) -> tuple[Report, ...]:
    """Return what a version says.

    Raises:
        TransparencyError: If the rules of today refuse it.
    """
    today = version.fetched_at.date()
    return read_dataset(version.content, publisher=version.publisher, form=version.form, today=today)


def newest_reports(archive: Archive, publisher: str, complain: Complain) -> Iterator[Report]:
    """Yield what the newest versions of the publisher's datasets say, what is believed most last."""
    known = read_datasets(archive, complain).get(publisher, {})
    for _, versions in sorted(known.items(), key=lambda item: (item[1][-1][0].fetched_at, item[0])):
        yield from versions[-1][1]


#: Versions of a dataset, oldest first, each with its reports.
Versions: TypeAlias = Sequence[tuple[FiguresVersion, tuple[Report, ...]]]


def read_datasets(archive: Archive, complain: Complain) -> dict[str, dict[str, Versions]]:
    """Return what every dataset that can be read says, by publisher and name."""
    found: dict[str, dict[str, Versions]] = {}
    for (publisher, name), versions in archive.figures().items():
        try:
            found.setdefault(publisher, {})[name] = _read_versions(publisher, name, versions)
        except PassedOverError as error:
            complain(error)
    return found


def _read_versions(publisher: str, name: str, versions: Sequence[FiguresVersion] | FiguresFault) -> Versions:
    if isinstance(versions, FiguresFault):
        raise PassedOverError(f"{publisher}, {name}: {versions.detail}", publisher=publisher)
    read: list[tuple[FiguresVersion, tuple[Report, ...]]] = []
    for version in versions:
        try:
            read.append((version, reports_of(version)))
        except TransparencyError as error:
            # Of versions of the past, which later ones replaced, nothing is at stake but their news.
            if version is not versions[-1]:
                continue
            raise PassedOverError(
                f"{publisher}, {name}: the archived version of {format_instant(version.fetched_at)} cannot be right: "
                f"{error.cause}. Run 'tracker verify': it says whether its bytes are as they were served",
                publisher=publisher,
            ) from error
    return read


def load_workspace_publishers(workspace: Workspace, files: Sequence[Path] | None = None) -> LoadedPublishers:
    """Return the publishers that the watch repository follows; with `files`, those that these files are about.

    A dataset that cannot be read or archived as it is declared is among the errors, and not with its publisher.
    """
    loaded = load_publishers(workspace.settings.transparency) if files is None else load_publisher_files(files)
    errors = list(loaded.errors)
    publishers: list[Publisher] = []
    for publisher in loaded.publishers:
        fault = name_fault("publisher", publisher.name)
        if fault is not None:
            errors.append(DeclarationError(file=publisher.file, path="", cause=f"{fault}; give the file another name"))
            continue
        faults = [_fault_of(publisher, place) for place in range(len(publisher.datasets))]
        errors += [fault for fault in faults if fault is not None]
        good = [dataset for dataset, fault in zip(publisher.datasets, faults, strict=True) if fault is None]
        publishers.append(replace(publisher, datasets=tuple(good)))
    return LoadedPublishers(publishers=tuple(publishers), errors=tuple(errors))


def _fault_of(publisher: Publisher, place: int) -> DeclarationError | None:
    """Return why the dataset at `place` can be none, or None."""
    dataset = publisher.datasets[place]
    key, cause = "form", f"the form of a dataset is one of {', '.join(FORMS)}"
    if dataset.form is None or dataset.form in FORMS:
        fault = name_fault("dataset", dataset.name)
        if fault is None:
            return None
        key, cause = "name", fault
    return DeclarationError(file=publisher.file, path=f"datasets.{place}.{key}", cause=cause)


def fetch_datasets(
    publishers: Iterable[Publisher], *, fetch: Fetch, settings: FetchSettings
) -> tuple[tuple[FiguresVersion, ...], tuple[ImportedFigures, ...]]:
    """Return the datasets of `publishers` as they are served now, in their order, and which of them cannot be had."""
    asked = [(publisher, dataset) for publisher in publishers for dataset in publisher.datasets]
    if not asked:
        return (), ()
    captures = dict(fetch([FetchRequest(url=dataset.url, is_data=True) for _, dataset in asked], settings))
    found: list[FiguresVersion] = []
    failed: list[ImportedFigures] = []
    for place, (publisher, dataset) in enumerate(asked):
        captured = _version_of(publisher, dataset, captures[place])
        if isinstance(captured, FiguresVersion):
            found.append(captured)
        else:
            failed.append(captured)
    return tuple(found), tuple(failed)


def _version_of(publisher: Publisher, dataset: Dataset, capture: Capture) -> FiguresVersion | ImportedFigures:
    if capture.snapshot is None:
        failure = capture.failure
        problem = f"{dataset.url}: {failure.detail}" if failure is not None else f"{dataset.url} gave no answer"
        next_step = failure.next_step if failure is not None else ""
        return ImportedFigures(
            publisher=publisher.name,
            name=dataset.name,
            version=None,
            outcome="failed",
            problem=problem,
            next_step=next_step,
        )
    return FiguresVersion(
        publisher=publisher.name,
        name=dataset.name,
        form=dataset.form or guess_form(dataset.url),
        url=dataset.url,
        fetched_at=capture.snapshot.fetched_at,
        content=capture.snapshot.body,
        credit=dataset.credit,
        is_made_up=publisher.is_made_up,
    )


@contextmanager
def open_or_nothing(workspace: Workspace) -> Iterator[Archive | None]:
    """Open the archive, if there is one."""
    try:
        archive = workspace.open_archive()
    except UsageError:
        yield None
        return
    except ArchiveError as error:
        if error.reason != "missing":
            raise
        yield None
        return
    with archive:
        yield archive
