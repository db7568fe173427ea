"""From check rows to a document's standing: watched, ended, or perhaps moved to another address.

A document's end is never a removal of its clauses: nothing here looks at a text. What is said rests on the statuses and
addresses that check rows keep; rows from before they were kept (`answers` is None) prove only that a text was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Final

from tracker.history.places import SIGHTS, host_of, leads_elsewhere, leads_home
from tracker.model import Answer, Check, Outcome, Standing, StandingState, latest_standing

#: Days in a row on which a page must be found missing before the document counts as ended: two weeks outlast a bad
#: release and the holidays of whoever could repair it.
DAYS_NOT_FOUND: Final = 14

#: Outcomes of pages that came and are not the document, or not surely.
_STRANGE: Final[frozenset[Outcome]] = frozenset({"held", "refused"})
_GONE: Final = 410
_NOT_FOUND: Final = 404

_LONGEST_SHOWN: Final = 200


def tell_standing(checks: Sequence[Check]) -> Standing:
    """Return how the document stands after `checks`, rows of one document in any order."""
    return latest_standing(list_departures(checks))


def list_departures(checks: Sequence[Check]) -> tuple[Standing, ...]:
    """Return the stretches in which the document had ended or seemed to have moved, oldest first.

    It has ended when every source answers 410 (RFC 9110, section 15.5.11), at once, or when every source is not found
    on `DAYS_NOT_FOUND` days in a row, with nothing else in between. It may have moved when a source redirects to a home
    page or to a host at which the document was never seen, and what stands there is not the document; or is the
    document, which is then seen every night. Nothing is said of a document that was never seen.

    Args:
        checks: Rows of one document in any order.
    """
    walk = _Walk()
    for check in sorted(checks, key=lambda row: row.checked_at):
        walk.pass_check(check)
    return tuple(walk.departures)


@dataclass(slots=True)
class _Absence:
    """Rows, without another in between, in which every source was gone or not found."""

    first: Check
    days: list[str] = field(default_factory=list)
    """Each once, in order."""
    statuses: set[int | None] = field(default_factory=set)

    def add(self, check: Check, answers: Sequence[Answer]) -> None:
        day = f"{check.checked_at.astimezone(UTC):%Y-%m-%d}"
        if day not in self.days[-1:]:
            self.days.append(day)
        self.statuses.update(answer.status for answer in answers)


@dataclass(slots=True)
class _Walk:
    """One pass over the checks of a document."""

    departures: list[Standing] = field(default_factory=list)
    _open: list[int] = field(default_factory=list)
    """Places of the departures that last."""
    _is_known: bool = False
    """Whether the document was seen at all."""
    _seen: set[str] = field(default_factory=set)
    """Hosts at which it was seen; nothing is known of them before the first row that keeps its answers."""
    _seen_urls: set[str] = field(default_factory=set)
    """Addresses to which it redirected when it was seen."""
    _absence: _Absence | None = None

    def pass_check(self, check: Check) -> None:
        if check.outcome in SIGHTS:
            self._pass_sight(check)
        elif self._is_known:
            self._pass_absence(check)

    def _pass_sight(self, check: Check) -> None:
        self._is_known = True
        self._absence = None
        answers = check.answers or ()
        hosts = {host_of(answer.final_url or answer.url) for answer in answers}
        self._open, ending = (
            [place for place in self._open if self._is_still_served(place, hosts)],
            [place for place in self._open if not self._is_still_served(place, hosts)],
        )
        for place in ending:
            self.departures[place] = replace(self.departures[place], back_at=check.checked_at)
        if check.answers is None:
            return
        moved = next((answer for answer in answers if self._is_strange(answer)), None)
        if moved is not None and not self._open:
            where = "on another host, which serves the document"
            said = f"{_shown(moved.url)} redirects to {_shown(moved.final_url)}, {where}"
            self._begin("moved", check, check, said, new_url=moved.final_url, is_served=True)
        self._seen |= hosts or {""}
        self._seen_urls |= {answer.final_url for answer in answers if answer.final_url is not None}

    def _is_still_served(self, place: int, hosts: set[str]) -> bool:
        standing = self.departures[place]
        return standing.is_served and host_of(standing.new_url or "") in hosts

    def _pass_absence(self, check: Check) -> None:
        answers = check.answers or ()
        is_absent = bool(answers) and all(answer.status in (_GONE, _NOT_FOUND) for answer in answers)
        self._absence = (self._absence or _Absence(first=check)) if is_absent else None
        if self._absence is not None:
            self._absence.add(check, answers)
        if any(self.departures[place].state == "ended" for place in self._open):
            return
        if self._absence is not None and all(answer.status == _GONE for answer in answers):
            self._begin("ended", self._absence.first, check, f"{_name(answers)} answered 410 Gone")
        elif self._absence is not None and len(self._absence.days) >= DAYS_NOT_FOUND:
            self._begin("ended", self._absence.first, check, f"{_name(answers)} {_tell_days(self._absence)}")
        elif not self._open and (is_absent or check.outcome in _STRANGE):
            self._suspect_move(check, answers)

    def _suspect_move(self, check: Check, answers: Sequence[Answer]) -> None:
        for answer in answers:
            if leads_home(answer.url, answer.final_url) and answer.final_url not in self._seen_urls:
                where = "a home page, which is not the document"
            elif self._is_strange(answer):
                where = "on another host, which does not give the document"
            else:
                continue
            said = f"{_shown(answer.url)} redirects to {_shown(answer.final_url)}, {where}"
            self._begin("moved", check, check, said, new_url=answer.final_url)
            return

    def _is_strange(self, answer: Answer) -> bool:
        """Whether `answer` came from a host at which the document was never seen, although we know where it was."""
        if not self._seen or not leads_elsewhere(answer.url, answer.final_url):
            return False
        return host_of(answer.final_url or "") not in self._seen

    def _begin(
        self,
        state: StandingState,
        first: Check,
        told: Check,
        said: str,
        *,
        new_url: str | None = None,
        is_served: bool = False,
    ) -> None:
        self._open.append(len(self.departures))
        self.departures.append(
            Standing(
                state=state,
                since=first.checked_at,
                told_at=told.checked_at,
                evidence=said,
                new_url=new_url,
                is_served=is_served,
            )
        )


def _name(answers: Sequence[Answer]) -> str:
    return _shown(answers[0].url) if len(answers) == 1 else f"Each of the {len(answers)} sources"


def _shown(url: str | None) -> str:
    """Return `url` as it may stand in a sentence: addresses of redirects may carry pages of parameters."""
    shown = url or ""
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}..."


def _tell_days(absence: _Absence) -> str:
    answered = "404 Not Found" if absence.statuses == {_NOT_FOUND} else "404 Not Found or 410 Gone"
    days = absence.days
    return f"answered {answered} on {len(days)} days in a row, from {days[0]} to {days[-1]}"
