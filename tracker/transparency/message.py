"""Answers of Telegram's transparency bot, read line by line. What is not understood is an error, never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tracker.model import Period, Quarter, Report, add_months, quarters_between
from tracker.transparency.countries import COUNTRY_NAMES
from tracker.transparency.errors import TransparencyError
from tracker.transparency.message_countries import country_code_in, languages_naming
from tracker.transparency.message_line import Line, read_lines, why_not_understood
from tracker.transparency.message_words import ENGLISH, FIGURE, LANGUAGES, Grammar, grammars

LONGEST_MESSAGE: Final = 100_000
#: Months from the end of a period to the next report: more is a typing error.
_LONGEST_WAIT: Final = 24
_SIGNS_IN_NAMES: Final = frozenset(" '.,()-")
#: What messengers put above a message that was passed on, in the languages of `LANGUAGES`, and what Telegram Desktop
#: writes above each of several messages that are copied. The name has neither digits nor a colon, so that no line of a
#: report can be taken for one.
_FORWARDED: Final = re.compile(
    r"\[?(?:forwarded from|weitergeleitet von|transféré de|reenviado de|inoltrato da|encaminhado de|переслано от"
    r"|переслано від):? [^0-9:\]]{1,64}\]?"
    r"|[^0-9:,\[\]]{1,64}, \[[0-9]{1,2}\.[0-9]{1,2}\.(?:20)?[0-9]{2},? [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\]:?"
)


@dataclass(slots=True)
class _Figures:
    """Figures of one kind as they are read."""

    line: Line
    total: int | None
    total_line: Line
    quarters: dict[int, int] = field(default_factory=dict)

    def set_total(self, total: int, line: Line) -> None:
        if self.total is not None:
            raise line.error("a second total stands here: it is unclear which one counts; paste the answer anew")
        self.total, self.total_line = total, line

    def set_quarter(self, number: int, figure: int, line: Line) -> None:
        if number in self.quarters:
            raise line.error(f"quarter {number} is given twice; compare with the bot's answer")
        self.quarters[number] = figure


@dataclass(slots=True)
class _Draft:
    """A report as it is read."""

    line: Line
    grammar: Grammar
    start: date
    end: date
    country_name: str = ""
    requests: _Figures | None = None
    users: _Figures | None = None
    paragraph: str | None = None
    next_report: date | None = None
    promise_line: Line | None = None
    last_figures: Line | None = None
    """The last line with figures, as long as no sentence has followed it."""


def parse_message(
    text: str, *, publisher: str = "Telegram", country: str | None = None, today: date | None = None
) -> tuple[Report, ...]:
    """Return the reports that `text` holds, in its order: one or several answers of the bot, pasted whole.

    Spacing, dashes, marks of bold type, characters that nobody sees, years of two or four digits, common misspellings
    of "fulfilled" and the order of blocks and closing sentences may vary. Each answer is in one of `LANGUAGES`.

    Args:
        text: As copied; nothing else may stand around the messages but the line of a messenger that says who sent one.
        publisher: Whose report it is.
        country: ISO 3166-1 alpha-3 code, in any case, of the asking account's country, for messages that say "your
            country" and for names of countries in other languages that are not known; those that are known must name
            this one.
        today: The day on which it is read: no period ends after it. None: that is not checked.

    Raises:
        TransparencyError: If a line is not understood, figures do not add up, or the message may have been cut off. It
            names a line unless the text has none, is too long to be such a message, or `country` is no country.
    """
    if len(text) > LONGEST_MESSAGE:
        raise TransparencyError(f"the text has {len(text)} characters, far more than any such message")
    if country is not None and (country := country.upper()) not in COUNTRY_NAMES:
        raise TransparencyError(f"{country[:20]!r} is no code of a country (ISO 3166-1 alpha-3)")
    drafts: list[_Draft] = []
    section: _Figures | None = None
    header: Line | None = None
    for line in read_lines(text):
        if draft := _open_message(line):
            drafts.append(draft)
            section = header = None
        elif header is not None or not drafts:
            if header is not None or not _FORWARDED.fullmatch(line.folded):
                raise line.error(_no_title(line))
            header = line
        elif _FORWARDED.fullmatch(line.folded):
            section, header = None, line
        else:
            section = _read_line(line, drafts[-1], section)
    if header is not None:
        raise header.error("a messenger announces a message, and none follows; paste the bot's answer whole")
    if not drafts:
        raise TransparencyError("the text is empty: it has no line to read; paste the bot's answer whole")
    return tuple(_finish(draft, publisher, country, today) for draft in drafts)


def _no_title(line: Line) -> str:
    known = ", ".join(words.language for words in LANGUAGES)
    return (
        "a message begins with 'Transparency report for the period …', or the same in another language that is known "
        f"({known}), with two days of the calendar: {why_not_understood(line, None)}"
    )


def _open_message(line: Line) -> _Draft | None:
    """Return the draft of the message that `line` begins; None if it begins none."""
    for grammar in grammars():
        if period := grammar.title.fullmatch(line.folded):
            start, end = (_day(period[name], grammar, line) for name in ("start", "end"))
            return _Draft(line, grammar, start, end)
    return None


def _read_line(line: Line, draft: _Draft, section: _Figures | None) -> _Figures | None:
    """Read one line into `draft` and return the figures that the next line may continue."""
    if opened := _open_section(line, draft):
        draft.last_figures = line
        return opened
    if section is not None and _continue_section(line, section, draft.grammar):
        draft.last_figures = line
        return section
    citation = draft.grammar.citation.fullmatch(line.folded)
    promise = draft.grammar.promise.fullmatch(line.folded)
    if citation and draft.paragraph is None:
        draft.paragraph = citation["paragraph"]
    elif promise and draft.next_report is None:
        draft.next_report = date(int(promise["year"]), draft.grammar.month_number(promise["month"]), 1)
        draft.promise_line = line
    elif citation or promise:
        raise line.error("this sentence stands twice in one message: two answers may be mixed; paste them anew")
    else:
        raise line.error(f"this line is not understood: {why_not_understood(line, draft.grammar)}")
    draft.last_figures = None
    return None


def _open_section(line: Line, draft: _Draft) -> _Figures | None:
    """Return the figures that `line` announces, entered in `draft`; None if it announces none."""
    if requests := draft.grammar.requests.fullmatch(line.folded):
        if draft.requests is not None:
            raise line.error("the requests are given twice in one message; paste each answer with its first line")
        draft.country_name = line.written(requests, "country")
        draft.requests = _Figures(line, _figure(requests["figure"]), line)
        return draft.requests
    if users := draft.grammar.users.fullmatch(line.folded):
        if draft.users is not None:
            raise line.error("the users are given twice in one message; paste each answer with its first line")
        draft.users = _Figures(line, _figure(users["figure"]), line)
        return draft.users
    return None


def _continue_section(line: Line, section: _Figures, grammar: Grammar) -> bool:
    """Enter the quarter or total that `line` gives, and return whether it gives one."""
    if quarter := grammar.quarter.fullmatch(line.folded):
        section.set_quarter(int(quarter["number"]), int(quarter["figure"]), line)
    elif total := grammar.total.fullmatch(line.folded):
        section.set_total(int(total["figure"]), line)
    elif section.total is None and not section.quarters and re.fullmatch(FIGURE, line.text):
        section.set_total(int(line.text), line)
    else:
        return False
    return True


def _figure(found: str | None) -> int | None:
    return None if found is None else int(found)


def _day(text: str, grammar: Grammar, line: Line) -> date:
    """Return the day that `text` writes, day first: `30.09.24`, `30.09.2024` or `30 September 2024`."""
    try:
        return date(*grammar.day_numbers(text))
    except ValueError as error:
        raise line.error(f"{text!r} is no day of the calendar") from error


def _finish(draft: _Draft, publisher: str, country: str | None, today: date | None) -> Report:
    requests, users = draft.requests, draft.users
    if requests is None or users is None:
        raise draft.line.error("the message gives no requests, or no affected users: it may have been cut off")
    periods = _quarters(draft, today)
    request_parts, user_parts = (_parts(figures, periods, draft) for figures in (requests, users))
    if bool(request_parts) != bool(user_parts):
        raise users.line.error("quarters are given for the requests or for the users, and not for both")
    total_requests = _total(requests, request_parts)
    total_users = _total(users, user_parts)
    if (requests.total is None) != (users.total is None):
        raise users.line.error("a total is given for the requests or for the users, and not for both")
    # Cut off after its figures, a message may have lost a quarter or the last digits of a number. Nought and nought
    # cannot be the beginning of other numbers, and that message is known to end there.
    if draft.last_figures is not None and (total_requests or total_users or user_parts):
        raise draft.last_figures.error(
            "no sentence follows the figures: the message may have been cut off; paste it whole"
        )
    _require_next(draft)
    try:
        return Report(
            publisher=publisher,
            country=_country(draft, requests.line, country),
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


def _quarters(draft: _Draft, today: date | None) -> tuple[Period, ...]:
    """Return the quarters that make up the period; refuse one that no message can tell of."""
    if draft.end < draft.start:
        raise draft.line.error(f"the period ends on {draft.end}, before it starts on {draft.start}")
    if today is not None and draft.end > today:
        raise draft.line.error(f"the period ends on {draft.end}, after {today}: nobody can know its figures")
    periods = quarters_between(draft.start, draft.end)
    if not periods:
        raise draft.line.error(
            f"the period from {draft.start} to {draft.end} is not made of whole quarters of a year, as all known "
            "messages are; compare with the bot's answer"
        )
    return periods


def _require_next(draft: _Draft) -> None:
    """Refuse a promise of the next report that cannot be right."""
    if draft.next_report is None or draft.promise_line is None:
        return
    if draft.next_report <= draft.end:
        raise draft.promise_line.error(f"the next report is promised before the end of this one's period, {draft.end}")
    if draft.next_report > add_months(draft.end, _LONGEST_WAIT):
        raise draft.promise_line.error(
            f"the next report is promised more than {_LONGEST_WAIT} months after the end of this one's period, "
            f"{draft.end}"
        )


def _parts(figures: _Figures, periods: tuple[Period, ...], draft: _Draft) -> tuple[int, ...]:
    """Return the figures by quarter, in order; empty where there are none."""
    if not figures.quarters:
        return ()
    expected = [(start.month + 2) // 3 for start, _ in periods]
    if draft.start.year != draft.end.year or sorted(figures.quarters) != expected:
        given = ", ".join(f"Q{number}" for number in sorted(figures.quarters))
        raise figures.line.error(
            f"{given} do not make up the period from {draft.start} to {draft.end}; compare with the bot's answer"
        )
    return tuple(figures.quarters[number] for number in expected)


def _total(figures: _Figures, parts: tuple[int, ...]) -> int:
    if figures.total is None and not parts:
        raise figures.line.error("no figure follows; paste the bot's answer whole")
    total = sum(parts) if figures.total is None else figures.total
    if parts and sum(parts) != total:
        raise figures.total_line.error(
            f"the quarters add up to {sum(parts)}, and the total says {total}; compare with the bot's answer"
        )
    return total


def _country(draft: _Draft, line: Line, asked_from: str | None) -> str | None:
    name, language = draft.country_name, draft.grammar.words.language
    if draft.grammar.names_own_country(name):
        return asked_from
    code = country_code_in(language, name)
    if code is None and draft.grammar.words is ENGLISH:
        raise line.error(f"{name!r} names no country for certain; in English its usual name is needed")
    if code is None and (others := languages_naming(name)):
        raise line.error(f"the message is {language}, and {name!r} is {' or '.join(others)}: one of them is not whole")
    if code is None and not all(char.isalpha() or char in _SIGNS_IN_NAMES for char in name):
        raise line.error(f"{name!r} is no name of a country")
    if code is None and asked_from is None:
        raise line.error(
            f"{name!r} names no country for certain that is known in {language}; if it is one, say which with "
            "--country and its code of three letters (ISO 3166-1)"
        )
    if code is not None and asked_from is not None and asked_from != code:
        raise line.error(f"the message is about {code}, and {asked_from} was expected")
    return code or asked_from
