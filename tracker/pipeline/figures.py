"""Transparency reports: taking them in, and telling what is known.

Messages that a person pasted are kept as rows in the watch repository, beside the declarations; datasets that others
publish are kept in the archive, every version as it was served (decision 41).
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tracker.archive import Archive, FiguresFault, FiguresVersion, name_fault
from tracker.declarations import Dataset, LoadedPublishers, Publisher, load_publisher_files, load_publishers
from tracker.declarations.reading import printable
from tracker.errors import ArchiveError, DeclarationError, UsageError
from tracker.fetch import FetchRequest, FetchSettings
from tracker.model import (
    Cadence,
    Capture,
    Contradiction,
    DocumentKey,
    FiguresNews,
    PublisherFigures,
    Record,
    Report,
    Stated,
    format_instant,
)
from tracker.pipeline.cache import Cache
from tracker.pipeline.reading import Reader
from tracker.pipeline.workspace import Fetch, Workspace
from tracker.transparency import (
    FORMS,
    DatasetState,
    FiguresState,
    Known,
    TransparencyError,
    find_cadence,
    from_json_row,
    guess_form,
    parse_message,
    read_dataset,
    reckon,
    tell_news,
    tell_publisher,
    to_json_row,
)

#: Whose reports are meant where nobody says.
DEFAULT_PUBLISHER: Final = "Telegram"
#: A new version of a dataset that knows less than this share of the periods of the one before is not believed.
_LEAST_KEPT: Final = 0.5
#: What whoever adds reports holds, in the folder of the rows.
_LOCK: Final = ".lock"
_MODE: Final = 0o644


class PassedOverError(TransparencyError):
    """A dataset or a file of messages that cannot be read is left out; everything else is told.

    Attributes:
        publisher: Whose figures it holds.
    """

    def __init__(self, cause: str, *, publisher: str) -> None:
        super().__init__(cause)
        self.publisher = publisher


#: Told of what is left out.
Complain: TypeAlias = Callable[[PassedOverError], None]


# ------------------------------------------------------------------------------------------------------------- messages


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What `tracker transparency add` did."""

    added: tuple[Report, ...]
    known: tuple[Report, ...]
    """Reports that were stored already, word for word."""
    contradictions: tuple[Contradiction, ...]
    """Figures that cannot be right beside others, and that were not known before; all are kept."""
    path: Path


def add_reports(
    workspace: Workspace,
    texts: Sequence[tuple[str, str]],
    *,
    publisher: str,
    country: str | None,
    now: datetime,
    complain: Complain,
) -> Added:
    """Store the reports that `texts` hold; nothing is stored if one of them cannot be read.

    Args:
        workspace: Where.
        texts: (name of the source, text) of each paste.
        publisher: Whose reports they are.
        country: Code of the country of messages that say 'your country'.
        now: The moment (UTC).
        complain: Told of each dataset of the publisher that is damaged: contradictions with it are not found.

    Raises:
        TransparencyError: If a line is not understood, figures do not add up, or stored rows are damaged.
        UsageError: If a report does not say which country it is about and `country` is None, or the folder cannot be
            written to.
    """
    path = _rows_path(workspace, publisher)
    found = [
        Stated(report=report, source=printable(source), at=now)
        for source, text in texts
        for report in parse_message(text, publisher=publisher, country=country, today=now.date())
    ]
    unplaced = [stated.report for stated in found if stated.report.country is None]
    if unplaced:
        raise UsageError(
            f"the report from {unplaced[0].start} to {unplaced[0].end} says 'your country': name it with --country, "
            "as a code of three letters (ISO 3166-1)"
        )
    with _open_or_nothing(workspace) as archive:
        datasets = () if archive is None else tuple(_newest_of(archive, publisher, complain))
    with _lock_rows(path.parent):
        stored = _read_rows(path)
        reports = {stated.report for stated in stored}
        known = [stated.report for stated in found if stated.report in reports]
        new = {stated.report: stated for stated in reversed(found) if stated.report not in reports}
        added = list(new.values())[::-1]
        if added:
            _write_rows(path, [*stored, *added])
    before = _contradictions([*datasets, *(stated.report for stated in stored)])
    after = _contradictions([*datasets, *(stated.report for stated in [*stored, *added])])
    return Added(
        added=tuple(stated.report for stated in added),
        known=tuple(known),
        contradictions=tuple(item for item in after if item not in before),
        path=path,
    )


@contextmanager
def _lock_rows(folder: Path) -> Iterator[None]:
    """Keep others from adding reports below `folder`, which is made; waits for them. The system frees it by itself."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError as error:
            raise _unwritable(folder, error) from error
        yield
    finally:
        os.close(handle)


def _write_rows(path: Path, rows: Iterable[Stated]) -> None:
    """Have `rows` stand at `path`, all of them or as it was."""
    text = "".join(f"{to_json_row(stated)}\n" for stated in rows)
    try:
        handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            part.chmod(path.stat().st_mode & 0o777 if path.exists() else _MODE)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path.parent, error) from error


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        f"reports cannot be stored in {folder}: {error.strerror or error}. It must be a folder that can be written to; "
        "'transparency' in tracker.toml names another one"
    )


def _contradictions(reports: Iterable[Report]) -> tuple[Contradiction, ...]:
    return tuple(found for one in reckon(reports).values() for found in one.contradictions())


def _rows_path(workspace: Workspace, publisher: str) -> Path:
    fault = name_fault("publisher", publisher)
    if fault is not None:
        raise UsageError(fault)
    return workspace.settings.transparency / f"{publisher}.jsonl"


def _read_rows(path: Path) -> list[Stated]:
    fault = name_fault("publisher", path.stem)
    if fault is not None:
        raise TransparencyError(f"{printable(str(path))}: {fault}; give the file another name")
    try:
        # Not `splitlines`: a name may hold a line separator of Unicode, which JSON leaves as it is.
        lines = path.read_bytes().decode().split("\n")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise TransparencyError(f"the stored reports in {path} cannot be read: {error}") from error
    try:
        return [from_json_row(line) for line in lines if line.strip()]
    except TransparencyError as error:
        raise TransparencyError(f"{path}: {error.cause}; mend the line, or take the file away") from error


def find_damaged_messages(workspace: Workspace) -> tuple[tuple[Path, str], ...]:
    """Return the files of messages that cannot be read, each with the cause."""
    found: list[tuple[Path, str]] = []
    for path in _row_files(workspace):
        try:
            _read_rows(path)
        except TransparencyError as error:
            found.append((path, str(error)))
    return tuple(found)


def _row_files(workspace: Workspace) -> list[Path]:
    return [path for path in sorted((workspace.settings.transparency).glob("*.jsonl")) if path.name[0] != "."]


# ------------------------------------------------------------------------------------------------------------- datasets


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
        reports = _reports_of(version)
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
        former = _reports_of(before)
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


def _reports_of(version: FiguresVersion) -> tuple[Report, ...]:
    today = version.fetched_at.date()
    return read_dataset(version.content, publisher=version.publisher, form=version.form, today=today)


def _newest_of(archive: Archive, publisher: str, complain: Complain) -> Iterator[Report]:
    """Yield what the newest versions of the publisher's datasets say, what is believed most last."""
    known = _read_datasets(archive, complain).get(publisher, {})
    for _, versions in sorted(known.items(), key=lambda item: (item[1][-1][0].fetched_at, item[0])):
        yield from versions[-1][1]


#: Versions of a dataset, oldest first, each with its reports.
_Versions: TypeAlias = Sequence[tuple[FiguresVersion, tuple[Report, ...]]]


def _read_datasets(archive: Archive, complain: Complain) -> dict[str, dict[str, _Versions]]:
    """Return what every dataset that can be read says, by publisher and name."""
    found: dict[str, dict[str, _Versions]] = {}
    for (publisher, name), versions in archive.figures().items():
        try:
            found.setdefault(publisher, {})[name] = _read_versions(publisher, name, versions)
        except PassedOverError as error:
            complain(error)
    return found


def _read_versions(publisher: str, name: str, versions: Sequence[FiguresVersion] | FiguresFault) -> _Versions:
    if isinstance(versions, FiguresFault):
        raise PassedOverError(f"{publisher}, {name}: {versions.detail}", publisher=publisher)
    read: list[tuple[FiguresVersion, tuple[Report, ...]]] = []
    for version in versions:
        try:
            read.append((version, _reports_of(version)))
        except TransparencyError as error:
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


# ---------------------------------------------------------------------------------------------------- what is known now


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyView:
    """How the archive reads, for what policies promise."""

    records: Mapping[DocumentKey, Sequence[Record]]
    texts: Callable[[Record], Sequence[str] | None]
    """Gives the clauses of a version; None of one that is withheld."""


def tell_figures(
    workspace: Workspace,
    archive: Archive | None,
    *,
    view: PolicyView | None,
    until: datetime | None,
    complain: Complain,
) -> tuple[PublisherFigures, ...]:
    """Return everything known of every publisher, by name.

    Args:
        workspace: Where pasted messages and declarations of publishers are.
        archive: Where datasets are; None where there is none.
        view: For promises of policies; None for none.
        until: As of when reports are overdue (UTC); None for the newest instant of which the figures know.
        complain: Told of each dataset and each file of messages that is damaged; everything else is told.
    """
    declared = {publisher.name: publisher for publisher in load_workspace_publishers(workspace).publishers}
    datasets = {} if archive is None else _read_datasets(archive, complain)
    messages: dict[str, list[Stated]] = {}
    for path in _row_files(workspace):
        try:
            messages[path.stem] = _read_rows(path)
        except TransparencyError as error:
            complain(PassedOverError(error.cause, publisher=path.stem))
    names = sorted(
        {*datasets, *(name for name, rows in messages.items() if rows)}, key=lambda name: (name.casefold(), name)
    )
    return tuple(
        _tell_publisher(
            declared.get(name, Publisher(name=name)), datasets.get(name, {}), messages.get(name, []), view, until
        )
        for name in names
    )


def _tell_publisher(
    publisher: Publisher,
    datasets: Mapping[str, _Versions],
    messages: Sequence[Stated],
    view: PolicyView | None,
    until: datetime | None,
) -> PublisherFigures:
    document = None if view is None else _find_document(publisher, view)
    credit_of = {dataset.name: dataset.credit for dataset in publisher.datasets}
    return tell_publisher(
        publisher.name,
        Known(
            datasets={
                name: [
                    DatasetState(
                        at=version.fetched_at,
                        url=version.url,
                        sha256=version.sha256,
                        credit=credit_of.get(name) or version.credit,
                        reports=reports,
                    )
                    for version, reports in versions
                ]
                for name, versions in sorted(datasets.items())
            },
            messages=messages,
        ),
        document=document,
        cadence=_tell_cadence(view, document) if view is not None and document is not None else None,
        until=until,
        is_made_up=publisher.is_made_up or any(versions[-1][0].is_made_up for versions in datasets.values()),
    )


def _find_document(publisher: Publisher, view: PolicyView) -> DocumentKey | None:
    """Return the archived document that governs what the publisher gives; None where there is none."""
    try:
        wanted = publisher.document or DocumentKey(service=publisher.name, terms_type="Privacy Policy")
    except ValueError:  # archived under a name that is none of a service
        return None
    same = [key for key in view.records if (key.service, key.terms_type) == (wanted.service, wanted.terms_type)]
    if wanted in same or wanted.vantage:
        return wanted if wanted in same else None
    return min(same, default=None)


def _tell_cadence(view: PolicyView, document: DocumentKey) -> Cadence | None:
    """Return how often `document` promises a report now, since when, and what it promised before.

    Of a version that is withheld nobody can tell: what stood before it holds. One without a promise ends it.
    """
    found: Cadence | None = None
    for record in view.records[document]:
        texts = view.texts(record)
        if texts is None:
            continue
        told = find_cadence(texts)
        if told is None:
            found = None
            continue
        months, quote = told
        if found is None or found.months != months:
            before = None if found is None else found.months
            found = Cadence(months=months, since=record.fetched_at, quote=quote, before=before)
    return found


@contextmanager
def _open_or_nothing(workspace: Workspace) -> Iterator[Archive | None]:
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


def read_figures(workspace: Workspace, *, now: datetime, complain: Complain) -> tuple[PublisherFigures, ...]:
    """Return everything known of every publisher as of `now` (UTC), whether there is an archive or not.

    `complain` is told of each dataset and each file of messages that is damaged; everything else is told.
    """
    with _open_or_nothing(workspace) as archive:
        if archive is None:
            return tell_figures(workspace, None, view=None, until=now, complain=complain)
        with Cache.beside(archive.git_dir) as cache:
            reader = Reader(archive, workspace.declared_or_nothing(), cache=cache)
            return tell_figures(workspace, archive, view=view_of(reader), until=now, complain=complain)


def view_of(reader: Reader) -> PolicyView:
    """Return how an archive reads, for what policies promise."""
    return PolicyView(
        records=reader.records,
        texts=lambda record: None if reader.withheld.of(record) is not None else reader.clause_texts(record),
    )
