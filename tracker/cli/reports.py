"""Commands about transparency reports."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table

from tracker.cli.figures_told import complain_of
from tracker.cli.session import EXIT_FAILED, JSON_OPTION, Session, command, fail, print_json, utc_now
from tracker.errors import UsageError
from tracker.model import MEASURES, Contradiction, CountryFigures, Measure, PublisherFigures, Tally
from tracker.pipeline.figure_messages import DEFAULT_PUBLISHER, add_reports
from tracker.pipeline.figures import read_figures
from tracker.render import row_to_csv, tell_contradiction, tell_period
from tracker.render.figure_words import MEASURE_WORDS, tell_due, tell_sum
from tracker.render.figures_json import figures_to_json, report_to_json
from tracker.transparency import LONGEST_MESSAGE, PassedOverError, name_country

_PUBLISHER = Annotated[str, typer.Option("--publisher", metavar="NAME", help="Whose reports they are.")]
#: No character takes more than four bytes in UTF-8: what is longer cannot be read, whatever it says.
_MAX_MESSAGE_BYTES: Final = 4 * LONGEST_MESSAGE


# ------------------------------------------------------------------------------------------------------------------ add


@command
def transparency_add(
    session: Session,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Pasted answers of the bot; stdin without.", show_default=False),
    ] = None,
    *,
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CODE", help="For answers that say 'your country'.", show_default=False),
    ] = None,
    publisher: _PUBLISHER = DEFAULT_PUBLISHER,
    as_json: JSON_OPTION = False,
) -> None:
    """Store transparency reports: answers of the bot, pasted whole. What is not understood is refused.

    Example:

        tracker transparency add answer.txt --country FRA
    """
    texts = [(path.name, _read_message(path)) for path in files] if files else [("stdin", _read_stdin())]
    done = add_reports(
        session.workspace, texts, publisher=publisher, country=country, now=utc_now(), complain=complain_of(session)
    )
    if as_json:
        print_json(
            {
                "schema": "tracker.transparency-add/1",
                "added": len(done.added),
                "known": len(done.known),
                "reports": [report_to_json(report) for report in done.added],
                "conflicts": [_tell(found) for found in done.contradictions],
                "file": str(done.path),
            }
        )
        return
    for report in done.added:
        session.say(f"{report.country} {tell_period(report.period)}: {report.requests} requests, {report.users} users")
    for found in done.contradictions:
        session.complain(f"contradiction, all are kept: {_tell(found)}")
    session.say(f"{len(done.added)} stored in {done.path}, {len(done.known)} known already")


def _read_message(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_MESSAGE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    return _decode(content, str(path))


def _read_stdin() -> str:
    try:
        content = sys.stdin.buffer.read(_MAX_MESSAGE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error.strerror or error}") from error
    return _decode(content, "standard input")


def _decode(content: bytes, where: str) -> str:
    if len(content) > _MAX_MESSAGE_BYTES:
        raise UsageError(f"{where} is far larger than any such message")
    try:
        # As text is read: a line may end in CR LF.
        return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig").read()
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} cannot be read: it is no UTF-8: {error}") from error


# ----------------------------------------------------------------------------------------------------------------- show


@command
def transparency_show(
    session: Session,
    country: Annotated[
        str | None,
        typer.Argument(
            metavar="[COUNTRY]", help="A code of three letters, or a name; all without.", show_default=False
        ),
    ] = None,
    *,
    publisher: _PUBLISHER = DEFAULT_PUBLISHER,
    form: Annotated[str, typer.Option("--format", metavar="F", help="text, csv or json.")] = "text",
    as_json: JSON_OPTION = False,
) -> None:
    """Show the figures: by quarter where they are known so, derived ones marked, gaps left as gaps.

    Example:

        tracker transparency show USA
    """
    if form not in ("text", "csv", "json"):
        raise UsageError(f"--format takes text, csv or json, not {form!r}")
    figures, is_whole = _find_publisher(session, publisher)
    chosen = _choose(figures, country)
    if as_json or form == "json":
        print_json(figures_to_json(figures, chosen))
    elif form == "csv":
        _print_csv(figures, chosen)
    elif country is None:
        _show_all(session, figures)
    else:
        for one in chosen:
            _show_country(session, figures, one)
    if not is_whole:
        fail(EXIT_FAILED)


def _find_publisher(session: Session, publisher: str) -> tuple[PublisherFigures, bool]:
    """Return what is known of the publisher, and whether that is all: nothing of it is damaged."""
    faults: list[PassedOverError] = []
    known = read_figures(session.workspace, now=utc_now(), complain=faults.append)
    found = next((figures for figures in known if figures.publisher == publisher), None)
    own = [fault for fault in faults if fault.publisher == publisher]
    if found is None and own:
        raise own[0]
    for fault in faults:
        complain_of(session)(fault)
    if found is None:
        others = ", ".join(figures.publisher for figures in known)
        raise UsageError(
            f"no reports of {publisher} are stored yet: 'tracker transparency add' and 'tracker transparency import' "
            f"take them in{f'; there are those of {others}' if others else ''}"
        )
    return found, not own


def _choose(figures: PublisherFigures, asked: str | None) -> tuple[CountryFigures, ...]:
    if asked is None:
        return figures.countries
    wanted = asked.strip().casefold()
    found = tuple(one for one in figures.countries if wanted in (one.code.casefold(), one.name.casefold()))
    if not found:
        known = ", ".join(one.code for one in figures.countries)
        raise UsageError(f"no reports for {asked!r} are stored; there are: {known}")
    return found


def _show_all(session: Session, figures: PublisherFigures) -> None:
    table = Table("", "Country", "Latest period", "Requests", "Users", "", box=None, pad_edge=False)
    for one in figures.countries:
        latest = one.latest
        if latest is None:
            continue
        marks = [
            *(["disputed"] if one.contradictions else []),
            *(["overdue"] if one.due and one.due.is_overdue else []),
        ]
        table.add_row(
            one.code, one.name, tell_period(latest.period), _cell(latest, "requests"), _cell(latest, "users"),
            ", ".join(marks),
        )  # fmt: skip
    session.show_table(table)
    _say_notes(session, figures, figures.countries)


def _show_country(session: Session, figures: PublisherFigures, one: CountryFigures) -> None:
    has_received = any(tally.received.value is not None for tally in one.tallies)
    head = ["Period", *(["Received"] if has_received else []), "Requests", "Users", "From"]
    table = Table(*head, title=None, box=None, pad_edge=False)
    for tally in one.tallies:
        received = [_cell(tally, "received")] if has_received else []
        table.add_row(
            tell_period(tally.period), *received, _cell(tally, "requests"), _cell(tally, "users"), _basis(tally)
        )
    session.say(f"{figures.publisher}, {one.name} ({one.code})")
    for tally in one.wider:
        received = [_cell(tally, "received")] if has_received else []
        table.add_row(
            f"({tell_period(tally.period)})", *received, _cell(tally, "requests"), _cell(tally, "users"), _basis(tally)
        )
    session.show_table(table)
    for found in one.contradictions:
        session.say(f"contradiction: {_tell(found)}")
    if one.due is not None:
        session.say(tell_due(one.due))
    _say_notes(session, figures, [one])


def _say_notes(session: Session, figures: PublisherFigures, told: Sequence[CountryFigures]) -> None:
    if figures.is_made_up:
        session.say("These figures are made up, for a demonstration.")
    if any(one.derived for one in told):
        session.say("* follows from other reports; a user who counts in two of them is counted twice")


def _cell(tally: Tally, measure: Measure) -> str:
    figure = tally.figure(measure)
    if figure.value is None:
        return "-"
    others = f" (or {', '.join(map(str, figure.others))})" if figure.others else ""
    return f"{figure.value}{'*' if figure.basis == 'derived' else ''}{others}"


def _basis(tally: Tally) -> str:
    if tally.is_gap:
        return "nothing known"
    figures = [(measure, tally.figure(measure)) for measure in MEASURES]
    told = [
        f"{MEASURE_WORDS[measure]} = {tell_sum(figure.parts)}"
        for measure, figure in figures
        if figure.basis == "derived"
    ]
    if told:
        return "; ".join(told)
    return "reported, and follows from other reports" if any(figure.parts for _, figure in figures) else "reported"


def _tell(found: Contradiction) -> str:
    return tell_contradiction(found, name_country(found.country))


# ------------------------------------------------------------------------------------------------------- for programs


_CSV_HEAD: Final = (
    "publisher", "country", "name", "from", "to", "measure", "value", "basis", "others", "derived_from", "sources",
)  # fmt: skip


def _print_csv(figures: PublisherFigures, chosen: Sequence[CountryFigures]) -> None:
    """Print a row for each figure of each period that is reported, or that the series by quarters tells.

    No cell acts in a spreadsheet.
    """
    rows = [row_to_csv(_CSV_HEAD)]
    for one in chosen:
        for tally in _all_tallies(one):
            sources = sorted({item.source for item in one.stated if item.report.period == tally.period})
            for measure in MEASURES:
                figure = tally.figure(measure)
                if figure.value is None and (measure == "received" or not tally.is_gap):
                    continue
                rows.append(
                    row_to_csv(
                        (
                            figures.publisher, one.code, one.name, tally.period.start.isoformat(),
                            tally.period.end.isoformat(), measure, figure.value, figure.basis,
                            ";".join(map(str, figure.others)),
                            tell_sum(figure.parts) if figure.basis == "derived" else "", ";".join(sources),
                        )
                    )
                )  # fmt: skip
    sys.stdout.write("".join(rows))


def _all_tallies(one: CountryFigures) -> list[Tally]:
    laid = {tally.period: tally for tally in one.tallies}
    return [
        laid.get(tally.period, tally) for tally in sorted({*one.tallies, *one.wider}, key=lambda tally: tally.period)
    ]
