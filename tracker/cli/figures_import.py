"""`tracker transparency import`: figures that others collected, every version of them archived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from tracker.archive import FiguresVersion
from tracker.cli.figures_told import complain_of, result_to_json, tell_problem, tell_result
from tracker.cli.instants import parse_bound
from tracker.cli.session import EXIT_FAILED, JSON_OPTION, Session, command, fail, fetch_pages, print_json, utc_now
from tracker.declarations.reading import printable
from tracker.declarations.schema import check_url
from tracker.errors import DeclarationError, FetchError, UsageError
from tracker.fetch import FetchRequest
from tracker.model import JsonValue, PublisherFigures
from tracker.pipeline.figure_datasets import ImportedFigures, fetch_datasets, import_figures, load_workspace_publishers
from tracker.pipeline.figure_messages import DEFAULT_PUBLISHER
from tracker.pipeline.figures import read_figures
from tracker.render import tell_contradiction, tell_period
from tracker.render.figure_words import MEASURE_WORDS, tell_sum
from tracker.render.figures_json import Derived, contradiction_to_json, derived_to_json, list_derived
from tracker.transparency import FORMS, MAX_DATASET_BYTES, guess_form, name_country


@command
def transparency_import(
    session: Session,
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE]",
            help="A file or an address; without, all that 'transparency/*.json' name.",
            show_default=False,
        ),
    ] = "",
    *,
    publisher: Annotated[
        str, typer.Option("--publisher", metavar="NAME", help="Whose reports they are.")
    ] = DEFAULT_PUBLISHER,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What the dataset is called; its versions follow one another.")
    ] = "community",
    form: Annotated[
        str,
        typer.Option("--form", metavar="FORM", help=f"How it is written: {', '.join(FORMS)}; by its ending if unsaid."),
    ] = "",
    credit: Annotated[
        str, typer.Option("--credit", metavar="TEXT", help="Whom to name beside the figures, and the licence.")
    ] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="D", help="When a file was published (UTC), for versions of the past.")
    ] = "",
    accept: Annotated[bool, typer.Option("--accept", help="Believe a version that lost most of its periods.")] = False,
    as_json: JSON_OPTION = False,
) -> None:
    """Archive a dataset of transparency figures: every version of it, so that later corrections show as changes.

    A dataset is taken whole: one row that cannot be right refuses it. What contradicts is listed, and all of it kept;
    what follows from other figures (fourth quarter = year - first nine months) is counted as derived.

    Example:

        tracker transparency import dataset.json --publisher Telegram --credit "Te-k, CC BY 4.0"
    """
    now = utc_now()
    moment = _moment(at, now, source)
    wrong: Sequence[DeclarationError] = ()
    failed: Sequence[ImportedFigures] = ()
    if source:
        asked = _Asked(
            source=source,
            publisher=publisher,
            name=name,
            form=form,
            credit=credit,
            at=moment,
            is_made_up=_is_made_up(session, publisher),
        )
        versions: Sequence[FiguresVersion] = (_capture(session, asked),)
    else:
        loaded = load_workspace_publishers(session.workspace)
        wrong = loaded.errors
        versions, failed = fetch_datasets(
            loaded.publishers, fetch=fetch_pages, settings=session.workspace.fetch_settings()
        )
        if not versions and not failed and not wrong:
            raise UsageError(
                "name a file or an address: no file in transparency/ names a dataset to fetch; docs/transparency.md "
                "shows one"
            )
    done = list(failed)
    if versions:
        with session.workspace.open_archive(create=True) as archive, archive.lock(now):
            done += import_figures(archive, versions, now=now, accept=accept)
            archive.materialise(session.workspace.settings.snapshots)
    known = read_figures(session.workspace, now=now, complain=complain_of(session))
    figures = {told.publisher: told for told in known}
    if as_json:
        print_json(
            {
                "schema": "tracker.transparency-import/1",
                "datasets": [_import_to_json(result, figures.get(result.publisher)) for result in done],
                "failed": [*map(str, wrong), *(tell_problem(result) for result in done if result.is_troubled)],
            }
        )
    else:
        for error in wrong:
            session.complain(f"passed over: {error}")
        for result in done:
            tell_result(session, result)
            if not result.is_troubled and result.publisher in figures:
                _tell_figures(session, figures[result.publisher])
    if wrong or any(result.is_troubled for result in done):
        fail(EXIT_FAILED)


def _moment(at: str, now: datetime, source: str) -> datetime:
    moment = parse_bound(at, "--at") or now
    if at and (not source or _is_address(source)):
        raise UsageError("--at says when a file was published; what is fetched bears the time of its capture")
    if moment > now:
        raise UsageError(f"--at {at!r} lies in the future: no later version could follow")
    return moment


def _is_made_up(session: Session, publisher: str) -> bool:
    declared = load_workspace_publishers(session.workspace).publishers
    return any(known.is_made_up for known in declared if known.name == publisher)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What was asked to be imported."""

    source: str
    publisher: str
    name: str
    form: str
    credit: str
    at: datetime
    is_made_up: bool

    def version(self, content: bytes, at: datetime) -> FiguresVersion:
        """Return what was served at `at` as a version of the dataset."""
        if self.form and self.form not in FORMS:
            raise UsageError(f"the form of a dataset is one of {', '.join(FORMS)}, not {self.form!r}")
        try:
            return FiguresVersion(
                publisher=self.publisher,
                name=self.name,
                form=self.form or guess_form(self.source),
                url=self.source if _is_address(self.source) else printable(Path(self.source).name),
                fetched_at=at,
                content=content,
                credit=self.credit,
                is_made_up=self.is_made_up,
            )
        except ValueError as error:
            raise UsageError(str(error)) from error


def _capture(session: Session, asked: _Asked) -> FiguresVersion:
    if _is_address(asked.source):
        return asked.version(*_fetch(session, asked.source))
    return asked.version(_read_dataset(Path(asked.source)), asked.at)


def _read_dataset(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DATASET_BYTES:
            raise UsageError(f"{path} is far larger than any such dataset")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def _fetch(session: Session, url: str) -> tuple[bytes, datetime]:
    try:
        check_url(url)
    except ValueError as error:  # the address is not repeated: it may hold a password
        raise UsageError(f"nothing can be imported from there: {error}, and so is where figures come from") from error
    _, capture = next(iter(fetch_pages([FetchRequest(url=url, is_data=True)], session.workspace.fetch_settings())))
    if capture.snapshot is None:
        failure = capture.failure
        raise FetchError(
            f"{url} could not be had: " + (f"{failure.detail} {failure.next_step}" if failure else "no answer came"),
            url=url,
            reason=failure.reason if failure else "unexpected",
        )
    return capture.snapshot.body, capture.snapshot.fetched_at


def _tell_figures(session: Session, figures: PublisherFigures) -> None:
    told = list(list_derived(figures))
    confirmed = [item for item in told if item.is_reported]
    worked_out = [item for item in told if not item.is_reported]
    count = len(figures.contradictions)
    session.say(f"{count} contradiction{'' if count == 1 else 's'}; all reports are kept")
    for found in figures.contradictions:
        session.say(f"  {tell_contradiction(found, name_country(found.country))}")
    session.say(
        f"{len(worked_out)} figures derived from others; {len(confirmed)} more follow from others, and are reported so"
    )
    for item in worked_out:
        session.say(f"  {_tell_derived(item)}")
    if session.is_verbose:
        for item in confirmed:
            session.say(f"  {_tell_derived(item)}, as reported")


def _tell_derived(item: Derived) -> str:
    return (
        f"{item.country.name}, {tell_period(item.period)}: {item.value} {MEASURE_WORDS[item.measure]} = "
        f"{tell_sum(item.parts)}"
    )


def _import_to_json(result: ImportedFigures, figures: PublisherFigures | None) -> dict[str, JsonValue]:
    told = [] if figures is None else list(list_derived(figures))
    return {
        **result_to_json(result),
        "contradictions": [] if figures is None else [contradiction_to_json(found) for found in figures.contradictions],
        "derived": [derived_to_json(item) for item in told],
        "derived_count": sum(not item.is_reported for item in told),
        "confirmed_count": sum(item.is_reported for item in told),
    }
