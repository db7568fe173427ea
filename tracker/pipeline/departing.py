"""Where the requests of one look at a document ended: in its own place, or away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tracker.history import leads_elsewhere, leads_home
from tracker.model import Answer, Capture, Failure
from tracker.pipeline.capturing import Baseline, Judged
from tracker.pipeline.confirming import hold_back
from tracker.render.words import shorten

_GOOD: Final = frozenset({200, 304, None})
_NOT_MODIFIED: Final = 304
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A redirect that was not there when the newest version was captured, and leads away from the document's place."""

    answer: Answer
    is_home: bool
    """Whether it leads to a home page; else to another host."""


def answers_of(captures: Sequence[Capture]) -> tuple[Answer, ...]:
    """Return what each source answered, in order; nothing where all answered well in their own place, or not at all."""
    answers = tuple(_answer_of(capture) for capture in captures)
    is_plain = all(answer.status in _GOOD and answer.final_url in (None, answer.url) for answer in answers)
    return () if is_plain else answers


def find_departure(answers: Sequence[Answer], baseline: Baseline | None) -> Departure | None:
    """Return the redirect that leads away, though it did not when `baseline` was captured; None where there is none."""
    if baseline is None:
        return None
    seen = frozenset(source.final_url for source in baseline.provenance.sources)
    for answer in answers:
        if answer.final_url not in seen and leads_home(answer.url, answer.final_url):
            return Departure(answer=answer, is_home=True)
        if leads_elsewhere(answer.url, answer.final_url, seen=seen):
            return Departure(answer=answer, is_home=False)
    return None


def doubt_departed(judged: Judged, departure: Departure) -> Judged:
    """Return `judged`, the look that `departure` led away, with its doubts.

    A text that is doubtful, or new and on a home page, is held for the redirect: it is another document, until somebody
    declares the new address. A text on another host that nothing else speaks against is the document, which moved.
    """
    answer = departure.answer
    where = "a home page" if departure.is_home else "on another host"
    target = shorten(answer.final_url or "", _LONGEST_SHOWN)
    said = f"{shorten(answer.url, _LONGEST_SHOWN)} redirects to {target}, {where}, as it did not before"
    if judged.outcome == "changed" and departure.is_home:
        return hold_back(judged, Failure(reason="moved", detail=said))
    if judged.outcome == "held" and judged.held is not None and judged.failure is not None:
        failure = Failure(reason="moved", detail=f"{said} ({judged.failure.reason}: {judged.failure.detail})")
        return replace(judged, failure=failure, held=replace(judged.held, reason=failure.reason, detail=failure.detail))
    return judged


def _answer_of(capture: Capture) -> Answer:
    if capture.snapshot is not None:
        return Answer(url=capture.url, status=capture.snapshot.status, final_url=capture.snapshot.final_url)
    if capture.failure is not None:
        return Answer(url=capture.url, status=capture.failure.status, final_url=capture.failure.final_url)
    return Answer(url=capture.url, status=_NOT_MODIFIED, final_url=capture.url)
