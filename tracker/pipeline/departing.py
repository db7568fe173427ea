"""Where the requests of one look at a document ended: in its own place, or away from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tracker.history import leads_elsewhere, leads_home, list_places
from tracker.model import Answer, Capture, Check, Failure
from tracker.pipeline.capturing import Baseline, Judged
from tracker.pipeline.confirming import hold_back
from tracker.render.words import shorten

_GOOD: Final = frozenset({200, 304, None})
_NOT_MODIFIED: Final = 304
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A redirect that leads away from all places at which the document was seen."""

    answer: Answer
    is_home: bool
    """Whether it leads to a home page; else to another host."""
    is_new: bool
    """Whether the document was captured from the same declared address before."""


def answers_of(captures: Sequence[Capture], baseline: Baseline | None) -> tuple[Answer, ...]:
    """Return what each source answered, in order; nothing where all answered well in their own place, or not at all.

    Where the newest version was captured from other addresses than are declared now, all answers are kept: that a
    document is found at a new address is no return.
    """
    answers = tuple(_answer_of(capture) for capture in captures)
    known = {source.url for source in baseline.provenance.sources} if baseline is not None else None
    is_plain = all(
        answer.status in _GOOD
        and answer.final_url in (None, answer.url)
        and (capture.failure is None or answer.status is None)
        and (known is None or answer.status is None or capture.url in known)
        for capture, answer in zip(captures, answers, strict=True)
    )
    return () if is_plain else answers


def find_departure(
    answers: Sequence[Answer], baseline: Baseline | None, *, read_checks: Callable[[], Iterable[Check]]
) -> Departure | None:
    """Return the redirect that leads away from the document's own places; None where there is none.

    Its own are the addresses at which its text was ever seen, as `list_departures` has it. A document without a version
    has no other than the declared ones; a short address on another host may then be one of them, a home page not.

    Args:
        answers: What its sources answered.
        baseline: None where the document has no version yet.
        read_checks: Gives the document's rows. Asked only where an address is not that of the baseline.
    """
    sources = baseline.provenance.sources if baseline is not None else ()
    seen = frozenset(source.final_url for source in sources)
    if not any(_leads_away(answer, seen, is_known=baseline is not None) for answer in answers):
        return None
    seen |= list_places(read_checks())
    urls = {source.url for source in sources}
    return next(
        (
            Departure(answer=answer, is_home=_strays_home(answer, seen), is_new=answer.url in urls)
            for answer in answers
            if _leads_away(answer, seen, is_known=baseline is not None)
        ),
        None,
    )


def doubt_departed(judged: Judged, departure: Departure, *, old_text_sha256: str | None) -> Judged:
    """Return `judged`, the look that `departure` led away, with its doubts.

    A text that is doubtful, or new and on a home page, is held for the redirect: it is another document, until somebody
    declares the new address. A text on another host that nothing else speaks against is the document, which moved.

    Args:
        judged: What the look came to.
        departure: Where it led.
        old_text_sha256: Digest of the newest text of the document; None where it has none.
    """
    answer = departure.answer
    where = "a home page" if departure.is_home else "on another host"
    target = shorten(answer.final_url or "", _LONGEST_SHOWN)
    before = ", as it did not before" if departure.is_new else ""
    said = f"{shorten(answer.url, _LONGEST_SHOWN)} redirects to {target}, {where}{before}"
    entry = judged.entry
    if departure.is_home and entry is not None and entry.version.text_sha256 != old_text_sha256:
        return hold_back(judged, Failure(reason="moved", detail=said))
    if judged.outcome == "held" and judged.held is not None and judged.failure is not None:
        failure = Failure(reason="moved", detail=f"{said} ({judged.failure.reason}: {judged.failure.detail})")
        return replace(judged, failure=failure, held=replace(judged.held, reason=failure.reason, detail=failure.detail))
    return judged


def _leads_away(answer: Answer, seen: Collection[str], *, is_known: bool) -> bool:
    return _strays_home(answer, seen) or (is_known and leads_elsewhere(answer.url, answer.final_url, seen=seen))


def _strays_home(answer: Answer, seen: Collection[str]) -> bool:
    return answer.final_url not in seen and leads_home(answer.url, answer.final_url)


def _answer_of(capture: Capture) -> Answer:
    if capture.snapshot is not None:
        return Answer(url=capture.url, status=capture.snapshot.status, final_url=capture.snapshot.final_url)
    if capture.failure is not None:
        return Answer(url=capture.url, status=capture.failure.status, final_url=capture.failure.final_url)
    return Answer(url=capture.url, status=_NOT_MODIFIED, final_url=capture.url)
