"""Answers of Telegram's transparency bot, read line by line. What is not understood is an error, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tracker.model import Quarter, Report, fold_text, quarters_between
from tracker.transparency.countries import country_code
from tracker.transparency.errors import TransparencyError

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH: Final = "|".join(_MONTHS)
# Figures are written without leading zeros and without separators in every message known; anything else may be a
# number that lost or gained a digit. [0-9] and not \d: other scripts have digits that look like others of ours.
_FIGURE: Final = "0|[1-9][0-9]{0,8}"
_DAY: Final = rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.(?:[0-9]{{4}}|[0-9]{{2}})|[0-9]{{1,2}} (?:{_MONTH}) [0-9]{{4}}"

_PERIOD_LINE: Final = re.compile(
    rf"transparency report for the period(?: from)? (?P<start>{_DAY})(?: ?- ?| to )(?P<end>{_DAY}) ?\.?", re.IGNORECASE
)
_REQUESTS_LINE: Final = re.compile(
    rf"ful{{1,2}}fil{{1,2}}ed requests from (?P<country>[^:0-9]{{2,80}}?)"
    rf" for ip addresse?s? and ?/ ?or phone numbers? ?:(?: ?(?P<figure>{_FIGURE}))?",
    re.IGNORECASE,
)
_USERS_LINE: Final = re.compile(rf"affected users ?:(?: ?(?P<figure>{_FIGURE}))?", re.IGNORECASE)
_QUARTER_LINE: Final = re.compile(rf"q ?(?P<number>[1-4]) ?[-:] ?(?P<figure>{_FIGURE})", re.IGNORECASE)
_TOTAL_LINE: Final = re.compile(rf"total ?[-:] ?(?P<figure>{_FIGURE})", re.IGNORECASE)
_CITATION: Final = re.compile(
    r"all requests are processed according to (?:paragraph|section) (?P<paragraph>[0-9]{1,3}(?:\.[0-9]{1,3}){0,4})"
    r" of the privacy policy ?\.?"
    r"(?: for more information, see telegram's user guidance for the eu digital services act ?\.?)?",
    re.IGNORECASE,
)
_PROMISE: Final = re.compile(
    rf"the next transparency report will be published in (?P<month>{_MONTH}) (?P<year>20[0-9]{{2}})(?: ?\.)?"
    r"(?: telegram's annual dsa transparency report for (?:20[0-9]{2}|the period from "
    rf"(?:{_DAY}) to (?:{_DAY})) (?:is available on this webpage"
    rf"|will be released separately in (?:{_MONTH}) 20[0-9]{{2}}) ?\.?)?",
    re.IGNORECASE,
)
_OWN_COUNTRY: Final = "your country"
# A space takes the place of a mark of bold type, so that digits on either side of one never become one number.
_BOLD: Final = re.compile(r"\*\*|__|\*")
_LONGEST_MESSAGE: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    raw: str
    text: str

    def error(self, cause: str) -> TransparencyError:
        return TransparencyError(cause, line_number=self.number, line=self.raw[:200])


@dataclass(slots=True)
class _Figures:
    """Figures of one kind as they are read."""

    line: _Line
    total: int | None
    quarters: dict[int, int] = field(default_factory=dict)

    def set_total(self, total: int, line: _Line) -> None:
        if self.total is not None:
            raise line.error("a second total stands here: it is unclear which one counts")
        self.total = total

    def set_quarter(self, number: int, figure: int, line: _Line) -> None:
        if number in self.quarters:
            raise line.error(f"quarter {number} is given twice")
        self.quarters[number] = figure


@dataclass(slots=True)
class _Draft:
    """A report as it is read."""

    line: _Line
    start: date
    end: date
    country_name: str = ""
    requests: _Figures | None = None
    users: _Figures | None = None
    paragraph: str | None = None
    next_report: date | None = None


def parse_message(text: str, *, publisher: str = "Telegram", country: str | None = None) -> tuple[Report, ...]:
    """Return the reports that `text` holds, in its order: one or several answers of the bot, pasted whole.

    Spacing, dashes, marks of bold type, years of two or four digits and common misspellings of "fulfilled" may vary.

    Args:
        text: As copied; nothing else may stand around the messages.
        publisher: Whose report it is.
        country: ISO 3166-1 alpha-3 code of the asking account's country, for messages that say "your country"; those
            that name a country must name this one.

    Raises:
        TransparencyError: If a line is not understood, figures do not add up, or the message may have been cut off.
    """
    if len(text) > _LONGEST_MESSAGE:
        raise TransparencyError(f"the text has {len(text)} characters, far more than any such message")
    drafts: list[_Draft] = []
    section: _Figures | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = _Line(number, raw, fold_text(_BOLD.sub(" ", raw)))
        if not line.text:
            continue
        if period := _PERIOD_LINE.fullmatch(line.text):
            drafts.append(_Draft(line, _day(period["start"], line), _day(period["end"], line)))
            section = None
        elif not drafts:
            raise line.error("a message begins with 'Transparency report for the period …'")
        else:
            section = _read_line(line, drafts[-1], section)
    if not drafts:
        raise TransparencyError("the text is empty")
    return tuple(_finish(draft, publisher, country) for draft in drafts)


def _read_line(line: _Line, draft: _Draft, section: _Figures | None) -> _Figures | None:
    """Read one line into `draft` and return the figures that the next line may continue."""
    if opened := _open_section(line, draft):
        return opened
    if section is not None and _continue_section(line, section):
        return section
    if (citation := _CITATION.fullmatch(line.text)) and draft.paragraph is None:
        draft.paragraph = citation["paragraph"]
    elif (promise := _PROMISE.fullmatch(line.text)) and draft.next_report is None:
        draft.next_report = date(int(promise["year"]), _MONTHS.index(promise["month"].lower()) + 1, 1)
    else:
        raise line.error("this line is not understood; paste the bot's answer whole and without anything else")
    return None


def _open_section(line: _Line, draft: _Draft) -> _Figures | None:
    """Return the figures that `line` announces, entered in `draft`; None if it announces none."""
    if requests := _REQUESTS_LINE.fullmatch(line.text):
        if draft.requests is not None:
            raise line.error("the requests are given twice in one message")
        draft.country_name = requests["country"]
        draft.requests = _Figures(line, _figure(requests["figure"]))
        return draft.requests
    if users := _USERS_LINE.fullmatch(line.text):
        if draft.users is not None:
            raise line.error("the users are given twice in one message")
        draft.users = _Figures(line, _figure(users["figure"]))
        return draft.users
    return None


def _continue_section(line: _Line, section: _Figures) -> bool:
    """Enter the quarter or total that `line` gives, and return whether it gives one."""
    if quarter := _QUARTER_LINE.fullmatch(line.text):
        section.set_quarter(int(quarter["number"]), int(quarter["figure"]), line)
    elif total := _TOTAL_LINE.fullmatch(line.text):
        section.set_total(int(total["figure"]), line)
    elif section.total is None and not section.quarters and re.fullmatch(_FIGURE, line.text):
        section.set_total(int(line.text), line)
    else:
        return False
    return True


def _figure(found: str | None) -> int | None:
    return None if found is None else int(found)


def _day(text: str, line: _Line) -> date:
    """Return the day that `text` writes, day first: `30.09.24`, `30.09.2024` or `30 September 2024`."""
    day, month, year = text.split("." if "." in text else " ")
    number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
    try:
        return date(int(year) + (2000 if int(year) < 100 else 0), number, int(day))  # noqa: PLR2004 - two digits
    except ValueError as error:
        raise line.error(f"{text!r} is no day of the calendar") from error


def _finish(draft: _Draft, publisher: str, country: str | None) -> Report:
    requests, users = draft.requests, draft.users
    if requests is None or users is None:
        raise draft.line.error("the message gives no requests, or no affected users: it may have been cut off")
    periods = quarters_between(draft.start, draft.end)
    request_parts, user_parts = (_parts(figures, periods, draft) for figures in (requests, users))
    if bool(request_parts) != bool(user_parts):
        raise users.line.error("quarters are given for the requests or for the users, and not for both")
    total_requests = _total(requests, request_parts)
    total_users = _total(users, user_parts)
    # Cut off after its figures, a message may have lost a quarter or the last digits of a number. Nought alone cannot
    # be the beginning of another number, and its message is known to end there.
    if draft.paragraph is None and (total_users or user_parts):
        raise users.line.error("no sentence follows the figures: the message may have been cut off; paste it whole")
    try:
        return Report(
            publisher=publisher,
            country=_country(draft, country),
            start=draft.start,
            end=draft.end,
            requests=total_requests,
            users=total_users,
            quarters=tuple(
                Quarter(start=start, end=end, requests=fulfilled, users=affected)
                for (start, end), fulfilled, affected in zip(
                    periods, request_parts, user_parts, strict=bool(user_parts)
                )
            ),
            next_report=draft.next_report,
            paragraph=draft.paragraph,
        )
    except ValueError as error:
        raise draft.line.error(str(error)) from error


def _parts(figures: _Figures, periods: tuple[tuple[date, date], ...], draft: _Draft) -> tuple[int, ...]:
    """Return the figures by quarter, in order; empty where there are none."""
    if not figures.quarters:
        return ()
    expected = [(start.month + 2) // 3 for start, _ in periods]
    if draft.start.year != draft.end.year or sorted(figures.quarters) != expected:
        given = ", ".join(f"Q{number}" for number in sorted(figures.quarters))
        raise figures.line.error(f"{given} do not make up the period from {draft.start} to {draft.end}")
    return tuple(figures.quarters[number] for number in expected)


def _total(figures: _Figures, parts: tuple[int, ...]) -> int:
    if figures.total is None and not parts:
        raise figures.line.error("no figure follows")
    total = sum(parts) if figures.total is None else figures.total
    if parts and sum(parts) != total:
        raise figures.line.error(f"the quarters add up to {sum(parts)}, and the total says {total}")
    return total


def _country(draft: _Draft, asked_from: str | None) -> str | None:
    if draft.requests is None or draft.country_name.lower() == _OWN_COUNTRY:
        return asked_from
    code = country_code(draft.country_name)
    if code is None:
        raise draft.requests.line.error(f"{draft.country_name!r} names no country for certain")
    if asked_from is not None and asked_from != code:
        raise draft.requests.line.error(f"the message is about {code}, and {asked_from} was expected")
    return code
