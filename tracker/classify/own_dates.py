"""The date by which a policy says when it was changed, and what became of it with a change.

Belongs here: `Last updated`, `Effective from`, `Stand`, with the date beside them. Does not belong here: dates of a
change log, and whether a text is an older edition, which vetting decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from tracker.classify.change_log import label_of
from tracker.classify.cues import fold_case
from tracker.classify.log_words import DATE_LABELS, DateLabel, content_words, log_words
from tracker.classify.wording import words_of
from tracker.model import (
    Change,
    ClauseChange,
    ClauseVerdict,
    DateStatus,
    OwnDate,
    OwnDates,
    PrintedDate,
    Version,
    find_dates,
    fold_text,
)

#: What dates are called, from what tells most of a change to a date that stands alone.
_ORDER: Final[tuple[DateLabel | None, ...]] = (*DATE_LABELS, None)
_Move: TypeAlias = Literal["same", "forward", "back", "elsewhere"]

#: A date that stands alone is the policy's own before this many clauses, and a labelled one in a longer clause.
_HEAD_CLAUSES: Final = 8
#: What dates a text begins or ends a clause: characters read at either end.
_REACH: Final = 320
_LONGEST_LABEL: Final = 120
_MOST_LABEL_WORDS: Final = 16
_MOST_WORDS_AFTER: Final = 8
#: Dates of one text: a bound on hostile input.
_MOST_DATES: Final = 60
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_OPENS: Final = re.compile(r"\s{0,3}(?:$|[.;(\[|/\u00b7\u2013\u2014-])")
_IN_BRACKETS: Final = re.compile(r"\([^()]{0,120}\)")
#: A full stop after these ends no sentence.
_SENTENCE_END: Final = re.compile(r"(?<!\brev)(?<!\bver)(?<!\bv)(?<!\bno)[.!?]\s", re.IGNORECASE)
_LONGEST_COMPARED: Final = 4_000
_MOST_NAME_WORDS: Final = 3
_TRIM: Final = " \t,:;.*_()[]-\u2013\u2014|"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    label: DateLabel | None
    words: str
    date: PrintedDate
    clause: int

    def to_own_date(self) -> OwnDate:
        return OwnDate(label=self.words, printed=self.date.text, day=self.date.day, is_ambiguous=self.date.is_ambiguous)


def compare_own_dates(
    change: Change,
    verdicts: Sequence[ClauseVerdict],
    *,
    old_log: frozenset[int] = frozenset(),
    new_log: frozenset[int] = frozenset(),
) -> OwnDates | None:
    """Return what became of the policy's own date; None where neither version bears one.

    Args:
        change: One version to the next.
        verdicts: What its clause changes mean, in their order.
        old_log: Indices of the clauses of the old version that are its change log: their dates are of entries.
        new_log: Those of the new version.
    """
    old, new = _find_own_dates(change.old, old_log), _find_own_dates(change.new, new_log)
    if not old and not new:
        return None
    if not old or not new:
        lone = _lead(new or old).to_own_date()
        return OwnDates(status="gone" if old else "appeared", old=lone if old else None, new=None if old else lone)
    shared = [label for label in _ORDER if _of(old, label) and _of(new, label)]
    moves = {label: _move(_of(old, label), _of(new, label)) for label in shared}
    # Of a policy that bears several dates, one that moved on speaks for it; else the one that tells most of a change.
    told = next((label for label, move in moves.items() if move in {"forward", "elsewhere"}), next(iter(shared), None))
    if not shared:
        return OwnDates(
            status=_status("elsewhere", change, verdicts, old, new),
            old=_lead(old).to_own_date(),
            new=_lead(new).to_own_date(),
        )
    before, after = _of(old, told), _of(new, told)
    if moves[told] == "same":
        stayed = {(item.date.first, item.date.last) for item in after}
        before = [item for item in before if (item.date.first, item.date.last) in stayed]
    return OwnDates(
        status=_status(moves[told], change, verdicts, old, new),
        old=_lead(before).to_own_date(),
        new=_lead(after).to_own_date(),
    )


def _of(found: Sequence[_Found], label: DateLabel | None) -> list[_Found]:
    return [item for item in found if item.label == label]


def _lead(found: Sequence[_Found]) -> _Found:
    """Return the date that a reader takes for the policy's: of the label that tells most, the latest, the first."""
    best = min(_ORDER.index(item.label) for item in found)
    return max((item for item in found if _ORDER.index(item.label) == best), key=lambda item: item.date.last)


def _move(old: Sequence[_Found], new: Sequence[_Found]) -> _Move:
    before, after = ({(item.date.first, item.date.last) for item in side} for side in (old, new))
    if before == after:
        return "same"
    if after < before:
        return "same"  # A notice with a date of its own is gone, or a part of the page.
    was, now = _lead(old).date, _lead(new).date
    if (was.first, was.last) == (now.first, now.last):
        # A page of several parts, each with its date: one of them moved, or a part came.
        gone, come = before - after, after - before
        return "forward" if gone and max(come) > max(gone) else "same"
    if was.is_ambiguous or now.is_ambiguous:
        # Both readings of 11/03/2022 and 12/04/2022 tell that time went on; those of 11/03 and 10/04 differ.
        is_later, is_earlier = (
            was.first < now.first and was.last < now.last,
            now.first < was.first and now.last < was.last,
        )
        return "forward" if is_later else "back" if is_earlier else "elsewhere"
    if now.last < was.first:
        return "back"
    return "forward" if now.first > was.last else "elsewhere"


def _status(
    move: _Move,
    change: Change,
    verdicts: Sequence[ClauseVerdict],
    old: Sequence[_Found],
    new: Sequence[_Found],
) -> DateStatus:
    if move == "same":
        return "stood-still" if any(verdict.kind == "substantive" for verdict in verdicts) else "unmoved"
    if move == "back":
        return "went-back"
    dated_old, dated_new = (frozenset(item.clause for item in side) for side in (old, new))
    others = (
        clause
        for clause, verdict in zip(change.clauses, verdicts, strict=True)
        if verdict.kind != "technical" and not _is_date_alone(clause, dated_old, dated_new)
    )
    return "moved-alone" if next(others, None) is None else "moved-with-change"


def _is_date_alone(clause: ClauseChange, old: frozenset[int], new: frozenset[int]) -> bool:
    """Return whether nothing but a date of the policy itself differs in a clause."""
    if not (old.issuperset(clause.old_clauses) and new.issuperset(clause.new_clauses)):
        return False
    if max(len(clause.old), len(clause.new)) > _LONGEST_COMPARED:
        return False
    before, after = _without_dates(clause.old), _without_dates(clause.new)
    if clause.old and clause.new:
        return before == after
    # A line that is nothing but the date came or went as a whole, where the other version has it elsewhere.
    return not content_words(before + after)


def _without_dates(text: str) -> str:
    kept, at = [], 0
    for found in find_dates(text):
        kept.append(text[at : found.start])
        at = found.end
    return " ".join(words_of(fold_text(" ".join([*kept, text[at:]]))))


def _find_own_dates(version: Version, log: frozenset[int]) -> tuple[_Found, ...]:
    """Return the dates by which `version` dates itself, in reading order."""
    found: list[_Found] = []
    for clause in version.clauses:
        if clause.index in log:
            continue
        text = clause.text
        parts = (text[:_REACH], text[_REACH:][-_REACH:])
        for part in parts:
            if _YEAR.search(part):
                found += _read_part(part, clause.index)
        if len(found) >= _MOST_DATES:
            break
    return tuple(found)


def _read_part(part: str, clause: int) -> Iterator[_Found]:
    at = 0
    for date in find_dates(part):
        ends = [end.end() for end in _SENTENCE_END.finditer(part, at, date.start)]
        label = part[max([at, *ends]) : date.start]
        if _dates_the_text(label, part[date.end :], is_head=clause < _HEAD_CLAUSES):
            yield _Found(label=label_of(label), words=_tidy(label), date=date, clause=clause)
        at = date.end


def _dates_the_text(label: str, after: str, *, is_head: bool) -> bool:
    """Return whether the words around a date say that it is the text's own."""
    known = log_words()
    folded = fold_case(label)
    words = content_words(folded)
    if len(label) > _LONGEST_LABEL or len(words_of(folded)) > _MOST_LABEL_WORDS or known.not_own.stand_in(folded):
        return False
    # "This Ferry Company Privacy Policy was last updated on": a name beside the word for the document.
    if words and not (len(words) <= _MOST_NAME_WORDS and known.policy_nouns.stand_in(folded)):
        return False
    if label_of(label) is None and (words_of(label) or not is_head):
        return False
    rest = _IN_BRACKETS.sub("", after)
    return bool(_OPENS.match(rest)) or (len(words_of(rest)) <= _MOST_WORDS_AFTER and not content_words(rest))


def _tidy(label: str) -> str:
    return fold_text(label).strip(_TRIM)
