"""What is known of figures of transparency reports: messages and datasets together, beside the policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.archive import Archive
from tracker.declarations import Publisher
from tracker.model import (
    Cadence,
    DocumentKey,
    PublisherFigures,
    Record,
    Stated,
)
from tracker.pipeline.cache import Cache
from tracker.pipeline.figure_datasets import (
    Complain,
    Versions,
    load_workspace_publishers,
    open_or_nothing,
    read_datasets,
)
from tracker.pipeline.figure_messages import read_rows, row_files
from tracker.pipeline.reading import Reader
from tracker.pipeline.workspace import Workspace
from tracker.transparency import (
    DatasetState,
    Known,
    PassedOverError,
    TransparencyError,
    find_cadence,
    tell_publisher,
)


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
    datasets = {} if archive is None else read_datasets(archive, complain)
    messages: dict[str, list[Stated]] = {}
    for path in row_files(workspace):
        try:
            messages[path.stem] = read_rows(path)
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
    datasets: Mapping[str, Versions],
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


def read_figures(workspace: Workspace, *, now: datetime, complain: Complain) -> tuple[PublisherFigures, ...]:
    """Return everything known of every publisher as of `now` (UTC), whether there is an archive or not.

    `complain` is told of each dataset and each file of messages that is damaged; everything else is told.
    """
    with open_or_nothing(workspace) as archive:
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
