"""From check rows to a document's standing: watched, ended, or perhaps moved to another address.

A document's end is never a removal of its clauses: nothing here looks at a text. What is said rests on the statuses and
addresses that check rows keep; rows from before they were kept (`answers` is None) prove only that a text was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Final

from tracker.history.places import host_of, leads_elsewhere, leads_home
from tracker.model import (
    PROVING_OUTCOMES,
    Answer,
    Check,
    Outcome,
    Standing,
    StandingEnd,
    StandingState,
    latest_standing,
)

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
    on `DAYS_NOT_FOUND` days in a row, with no other answer in between; rows without any count for nothing. It may
    have moved when a source redirects to a home page or to a host at which the document was never seen, and what stands
    there is not the document; or is the document, which is then seen every night, on one foreign host or on several in
    turn. Nothing is said of a document that was never seen.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A departure that lasts."""

    place: int
    """Among all departures."""
    urls: frozenset[str]
    """The declared addresses of which it tells."""
    hosts: frozenset[str]
    """Hosts at which the document was seen before; none where that is not known."""

    def leaves(self, answer: Answer) -> bool:
        """Return whether `answer` came from another host than the declared one and those from before."""
        is_elsewhere = leads_elsewhere(answer.url, answer.final_url)
        return is_elsewhere and bool(self.hosts) and host_of(answer.final_url or "") not in self.hosts


@dataclass(slots=True)
class _Walk:
    """One pass over the checks of a document."""

    departures: list[Standing] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)
    _is_known: bool = False
    """Whether the document was seen at all."""
    _seen: set[str] = field(default_factory=set)
    """Hosts at which it was seen; nothing is known of them before the first row that keeps its answers."""
    _seen_urls: set[str] = field(default_factory=set)
    """Addresses to which it redirected when it was seen."""
    _absence: _Absence | None = None

    def pass_check(self, check: Check) -> None:
        if check.outcome in PROVING_OUTCOMES:
            self._pass_sight(check)
        elif self._is_known:
            self._pass_absence(check)

    def _pass_sight(self, check: Check) -> None:
        self._is_known = True
        self._absence = None
        answers = check.answers or ()
        self._open = [departure for departure in self._open if self._is_still_served(departure, check)]
        if check.answers is None:
            return
        moved = next((answer for answer in answers if self._is_strange(answer)), None)
        if moved is not None and not self._open:
            where = "on another host, which serves the document"
            said = f"{_shown(moved.url)} redirects to {_shown(moved.final_url)}, {where}"
            self._begin("moved", check, check, said, new_url=moved.final_url, is_served=True)
        self._seen |= {host_of(answer.final_url or answer.url) for answer in answers} or {""}
        self._seen_urls |= {answer.final_url for answer in answers if answer.final_url is not None}

    def _is_still_served(self, departure: _Open, check: Check) -> bool:
        """Return whether a sight is one of a document that moved and goes on elsewhere; else its departure is over."""
        answers = check.answers or ()
        standing = self.departures[departure.place]
        away = next((answer for answer in answers if departure.leaves(answer)), None)
        ending: StandingEnd = "returned" if away is None else "moved-on"
        if any(answer.url not in departure.urls for answer in answers):
            ending = "declared-anew"
        elif away is not None and standing.is_served:
            self.departures[departure.place] = replace(standing, new_url=away.final_url)
            return True
        self.departures[departure.place] = replace(standing, back_at=check.checked_at, ending=ending)
        return False

    def _pass_absence(self, check: Check) -> None:
        answers = check.answers or ()
        came = [answer for answer in answers if answer.status is not None]
        is_missing = all(answer.status in (_GONE, _NOT_FOUND) for answer in came)
        if check.outcome not in _STRANGE and is_missing and len(came) < max(len(answers), 1):
            return  # a source without an answer says nothing, either way
        is_absent = bool(answers) and is_missing
        self._absence = (self._absence or _Absence(first=check)) if is_absent else None
        if self._absence is not None:
            self._absence.add(check, answers)
        if any(self.departures[departure.place].state == "ended" for departure in self._open):
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
        self._open.append(
            _Open(
                place=len(self.departures),
                urls=frozenset(answer.url for answer in told.answers or ()),
                hosts=frozenset(self._seen),
            )
        )
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
