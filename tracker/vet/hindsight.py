"""Decisions over a whole foreign history, where what came after each version is known too.

What looks strange beside its past may be a real change, and its future tells: if the document went on from there, it
was; if the text before came back, it was an interlude. An interlude of another edition is the document as well, and
the timeline's business; one of a stub, a wall, a cut or a foreign text is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import Final, Literal, TypeAlias

from tracker.model import CONFIRMATION_DELAY, Failure
from tracker.vet.case import Case
from tracker.vet.language import foreign_language, is_mostly_foreign
from tracker.vet.likeness import closeness, is_cut, likeness, present_alike, share_within
from tracker.vet.rules import ALIEN_SHARE, Doubt
from tracker.vet.sketch import Sketch
from tracker.vet.vetting import Decision, decline, doubts_of, fail

Course: TypeAlias = Literal["went-on", "returned", "replaced", "unknown"]

#: From this share on two texts are two states of one text.
_SAME_TEXT: Final = 0.5
#: A later text that is closer to the past than this, and than to what came between, is a return.
_RETURN: Final = 0.4
#: An earlier text that is this close to a new one makes it a return.
_KNOWN: Final = 0.9
#: Of two such texts the shorter one has at least this share of the other's length.
_KNOWN_LENGTH: Final = 0.7
#: Versions that are looked at, back and ahead: all of them would make a history quadratic.
_HORIZON: Final = 100
#: After so long a time a text is what the publisher wanted, whatever came before and after.
_LASTING: Final = timedelta(days=30)
#: A text below both is a stub, not an edition: share of the length of the document, and characters.
_STUB_SHARE: Final = 0.1
_STUB_LENGTH: Final = 2_000
#: Of the length of the text before: what a text lacks at least that says nothing else and is whole again soon after.
_PARTIAL_LOSS: Final = 0.3
#: Share of the length of the text before, below which no return of it is left without a doubt.
_COLLAPSED_SHARE: Final = 0.2
#: Share of a first text that the document keeps when it grows out of it, and does not when the text was a stub.
_OUTGROWN: Final = 0.2
#: Later versions among which the whole of a first text that was cut is looked for.
_SOON: Final = 5
#: Of the length of the text before: what a text lacks at least whose end came back later.
_CUT_LOSS: Final = 0.05
_BEGINNINGS: Final = frozenset({"cut", "beginning"})
#: Names of snapshots that say nothing; older bodies of Open Terms Archive's commits have them.
_SILENT_NAMES: Final = frozenset({"", "undefined", "true", "null", "none"})
#: Reasons for which no future makes up.
_FINAL_REASONS: Final = frozenset({"duplicate-source"})
#: Reasons that speak against a text after another one, and not against the text.
_PASSING_REASONS: Final = frozenset({"wrong-language", "older-edition", "grown"})
#: Reasons that say that only a part of the text is there.
_PARTIAL_REASONS: Final = frozenset({"truncated", "missing-source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """A version of a foreign history."""

    captured_at: datetime
    """When its page was fetched (UTC)."""
    sketch: Sketch
    sources: tuple[str, ...] = ()
    """Names of the snapshots it was made from, one for each page; two the same are a doubled source, unless they say
    nothing, such as `undefined`."""


def vet_history(versions: Sequence[PastVersion], *, language: str | None = None) -> tuple[Decision, ...]:
    """Return a decision on each of `versions`, all of one document and in the order of their history.

    What is accepted with a doubt belongs to the timeline, with trust `suspect`. The last versions have no future; they
    are judged as a new capture is.

    Args:
        versions: As the foreign archive has them; their times may go back.
        language: BCP 47 tag of the document. Without it, the language of most of its texts.
    """
    reading = _Reading(versions=versions, language=language)
    return tuple(reading.decide(place) for place in range(len(versions)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Future:
    """What became of a strange text."""

    course: Course
    """`went-on`: later texts are states of it; `returned`: the text before came back; `replaced`: neither did."""
    lasted: timedelta
    """From its capture to the first of a text that is no state of it, or else to the last one of a state of it."""

    @property
    def is_lasting(self) -> bool:
        return self.lasted >= _LASTING


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One passage over a history; nothing of it outlives the call."""

    versions: Sequence[PastVersion]
    language: str | None
    """As declared."""
    past: Sketch | None = None
    """Of the newest accepted version, interludes apart."""
    past_at: datetime | None = None
    """When it was captured (UTC)."""
    accepted: dict[str, Sketch] = field(default_factory=dict)
    """Digest -> sketch of the accepted texts, the latest first accepted at the end."""
    doubted: dict[str, Failure] = field(default_factory=dict)
    """Digest -> why the text is doubtful wherever it stands."""
    main_language: str | None = field(init=False)
    barred: tuple[bool, ...] = field(init=False)
    """For each version whether it can vouch for nothing: a doubled source, or a foreign language."""

    def __post_init__(self) -> None:
        self.main_language = self.language or _main_language(self.versions)
        self.barred = tuple(
            _is_doubled(version) or _is_foreign(version.sketch, self.main_language) for version in self.versions
        )

    def decide(self, place: int) -> Decision:
        """Return the decision on the version at `place`, after those on all versions before it."""
        version = self.versions[place]
        sketch = version.sketch
        case = Case.measure(
            sketch,
            past=self.past,
            known=self.accepted.keys(),
            language=self.language,
            names=_telling_names(version),
            parts=len(version.sources),
            at=version.captured_at,
            past_at=self.past_at,
        )
        doubts = doubts_of(case) or self._doubts_in_hindsight(place, case)
        decision, is_interlude = self._settle(place, case, doubts[0]) if doubts else (_accept(case), False)
        if decision.action == "accept":
            if decision.doubt is None and sketch.text_sha256 in self.doubted:
                decision = replace(decision, doubt=self.doubted[sketch.text_sha256])
            elif decision.doubt is not None and decision.doubt.reason not in _PASSING_REASONS:
                self.doubted[sketch.text_sha256] = decision.doubt
            self.accepted.setdefault(sketch.text_sha256, sketch)
            if not is_interlude:
                self.past, self.past_at = sketch, version.captured_at
        return decision

    def _settle(self, place: int, case: Case, doubt: Doubt) -> tuple[Decision, bool]:
        """Return the decision on a case with a doubt, and whether it is an interlude that later texts do not follow."""
        if doubt.reason in _FINAL_REASONS or not case.sketch.has_words:
            return decline(doubt, case), False
        if doubt.reason == "wrong-language":
            return self._settle_language(place, case, doubt), False
        if self._is_return(case, doubt) or self._is_vouched_for(place, case, doubt):
            return _accept(case), False
        if doubt.action == "flag":
            return _accept(case, doubt), self.past is None
        future = self._future(place)
        if doubt.action == "refuse":
            stands = future.course == "went-on" and future.is_lasting and case.length >= _STUB_LENGTH
            return (_accept(case, doubt), False) if stands else (decline(doubt, case), False)
        return _settle_hold(case, doubt, future), future.course == "returned"

    def _settle_language(self, place: int, case: Case, doubt: Doubt) -> Decision:
        if self.language is not None:
            return decline(doubt, case)
        if not self.barred[place]:
            return _accept(case, doubt)  # the document comes to the language of most of its texts
        later = self.versions[place + 1 :]
        returned = any(not barred for barred in self.barred[place + 1 :])
        lasted = later[-1].captured_at - self.versions[place].captured_at if later else timedelta()
        return decline(doubt, case) if returned or lasted < _LASTING else _accept(case, doubt)

    def _doubts_in_hindsight(self, place: int, case: Case) -> tuple[Doubt, ...]:
        """Return what the future says against a text that nothing else speaks against."""
        if self.past is not None:
            return self._doubts_of_restored(place, case)
        if self.barred[place] and self.language is None:
            return self._doubts_of_first_language(place)
        soon = islice(self._later(place), _SOON)
        if any(self._is_beginning(place, later) for later in soon):
            detail = "It is nothing but the beginning of the text that follows soon after."
            return (Doubt(action="flag", reason="truncated", detail=detail),)
        return self._doubts_of_outsider(place, case)

    def _is_beginning(self, place: int, later: PastVersion) -> bool:
        version = self.versions[place]
        return later.captured_at - version.captured_at < _LASTING and is_cut(later.sketch, version.sketch)

    def _doubts_of_outsider(self, place: int, case: Case) -> tuple[Doubt, ...]:
        """Return what speaks against a first text of which the document that follows keeps nothing."""
        following = self._first_established(place)
        if following is None:
            return ()
        lasted = next(self._later(place)).captured_at - self.versions[place].captured_at
        kept = share_within(case.sketch, following.sketch)
        detail = (
            f"It has {case.length} characters; the document that follows has {following.sketch.length}, "
            f"and {kept:.0%} of it stands there."
        )
        if case.length < min(_STUB_LENGTH, _STUB_SHARE * following.sketch.length) and kept < _OUTGROWN:
            action: Literal["flag", "refuse"] = "flag" if lasted >= _LASTING else "refuse"
            return (Doubt(action=action, reason="too-short", detail=detail),)
        is_other = likeness(case.sketch, following.sketch) < ALIEN_SHARE
        if is_other and lasted < _LASTING and not present_alike(case.sketch, following.sketch):
            return (Doubt(action="flag", reason="another-document", detail=detail),)
        return ()

    def _doubts_of_restored(self, place: int, case: Case) -> tuple[Doubt, ...]:
        """Return whether the text lacks what stood there before and comes back later, and says nothing instead."""
        lost = 1 - case.length / case.old_length if case.old_length else 0.0
        lacks_end = case.excerpt in _BEGINNINGS and lost > _CUT_LOSS
        if case.is_known or not (lacks_end or (case.familiar >= _KNOWN and lost >= _PARTIAL_LOSS)):
            return ()
        future = self._future(place)
        if future.course != "returned":
            return ()
        if lacks_end:
            is_sure = case.excerpt == "cut" or not future.is_lasting
            detail = "It lacks the end of the text before, which came back later."
            return (Doubt(action="hold" if is_sure else "flag", reason="truncated", detail=detail),)
        if future.is_lasting:
            return ()
        detail = f"It lacks {lost:.0%} of the text before, which came back soon after."
        return (Doubt(action="flag", reason="shrunk", detail=detail),)

    def _doubts_of_first_language(self, place: int) -> tuple[Doubt, ...]:
        version = self.versions[place]
        lasted = next(
            (
                later.captured_at - version.captured_at
                for barred, later in zip(self.barred[place + 1 :], self.versions[place + 1 :], strict=True)
                if not barred
            ),
            _LASTING,
        )
        if lasted >= _LASTING:
            return ()
        detail = f"The text is in {version.sketch.language!r}, and {self.main_language!r} is the document's language."
        return (Doubt(action="refuse", reason="wrong-language", detail=detail),)

    def _first_established(self, place: int) -> PastVersion | None:
        """Return the first later version that has later states or lasts; None if that at `place` has later states."""
        sketch = self.versions[place].sketch
        later = list(self._later(place))
        if any(likeness(version.sketch, sketch) >= _SAME_TEXT for version in later):
            return None
        pairs = [pair for pair in pairwise(later) if pair[0].sketch.has_words]
        settled = (one for one, next_one in pairs if likeness(one.sketch, next_one.sketch) >= _SAME_TEXT)
        lasting = (one for one, next_one in pairs if next_one.captured_at - one.captured_at >= _LASTING)
        return next(settled, None) or next(lasting, None)

    def _later(self, place: int) -> Iterator[PastVersion]:
        ahead = range(place + 1, min(place + 1 + _HORIZON, len(self.versions)))
        return (self.versions[later] for later in ahead if not self.barred[later])

    def _is_vouched_for(self, place: int, case: Case, doubt: Doubt) -> bool:
        """Return whether a later, longer text holds on to this one, which owes nothing to the past."""
        return (
            doubt.action != "flag"
            and doubt.reason != "too-short"
            and case.length < _STUB_LENGTH
            and case.familiar < _SAME_TEXT
            and any(
                later.sketch.length >= _STUB_LENGTH and share_within(case.sketch, later.sketch) >= _SAME_TEXT
                for later in self._later(place)
            )
        )

    def _is_return(self, case: Case, doubt: Doubt) -> bool:
        """Return whether an earlier text, of another time than the newest one, is back, perhaps amended."""
        sketch = case.sketch
        if doubt.reason in _PARTIAL_REASONS or sketch.length < _STUB_LENGTH:
            return False
        recent = islice(reversed(self.accepted.values()), _HORIZON)
        alike = (earlier for earlier in recent if _KNOWN_LENGTH <= earlier.length / sketch.length <= 1 / _KNOWN_LENGTH)
        return any(closeness(sketch, earlier) >= _KNOWN for earlier in alike)

    def _future(self, place: int) -> _Future:
        version = self.versions[place]
        sketch, past = version.sketch, self.past
        seen_at, left_at, is_seen_again = version.captured_at, None, False
        course: Course = "unknown"
        for later in self._later(place):
            is_near = closeness(later.sketch, sketch) if likeness(later.sketch, sketch) >= _SAME_TEXT else 0.0
            was_near = closeness(later.sketch, past) if past is not None else 0.0
            if was_near > max(is_near, _RETURN):
                course, left_at = "returned", left_at or later.captured_at
                break
            if is_near:
                is_seen_again = is_seen_again or later.captured_at - version.captured_at >= CONFIRMATION_DELAY
                seen_at = max(seen_at, later.captured_at)
                course, left_at = "went-on" if is_seen_again else course, None
            else:
                left_at = left_at or later.captured_at
                course = course if course == "went-on" else "replaced"
        lasted = max((left_at or seen_at) - version.captured_at, timedelta())
        return _Future(course=course, lasted=lasted)


def _accept(case: Case, doubt: Doubt | None = None) -> Decision:
    return Decision(action="accept", failure=None, remarks=case.remarks(), doubt=fail(doubt) if doubt else None)


def _settle_hold(case: Case, doubt: Doubt, future: _Future) -> Decision:
    """Return what becomes of a text that would be held until it is seen again."""
    is_stub = case.length < min(_STUB_LENGTH, _STUB_SHARE * case.old_length)
    if future.course == "unknown":
        return decline(doubt, case)
    is_other = doubt.reason == "another-document" and not (
        case.past is not None and present_alike(case.sketch, case.past)
    )
    if future.course == "went-on":
        return _accept(case, doubt if is_stub or (is_other and not future.is_lasting) else None)
    is_part = doubt.reason in _PARTIAL_REASONS or (doubt.reason == "shrunk" and case.familiar >= _KNOWN)
    is_passing = is_other and not future.is_lasting
    is_collapse = doubt.reason == "shrunk" and case.length < _COLLAPSED_SHARE * case.old_length
    if is_stub or (future.course == "returned" and (is_part or is_passing)):
        return decline(Doubt(action="refuse", reason=doubt.reason, detail=doubt.detail), case)
    return _accept(case, doubt if is_other or is_collapse or not future.is_lasting else None)


def _main_language(versions: Sequence[PastVersion]) -> str | None:
    """Return the language of most pieces of the different texts; of two with as many the later one; None for none."""
    texts = {
        version.sketch.text_sha256: version.sketch.languages
        for version in reversed(versions)
        if not _is_doubled(version)
    }
    counts = Counter(piece[0] for pieces in texts.values() for piece in pieces)
    return counts.most_common(1)[0][0] if counts else None


def _is_foreign(sketch: Sketch, language: str | None) -> bool:
    if language is None:
        return False
    is_surely = foreign_language(sketch.languages, expected=language) is not None
    return is_surely or is_mostly_foreign(sketch.languages, expected=language)


def _is_doubled(version: PastVersion) -> bool:
    names = _telling_names(version)
    return len(set(names)) < len(names) or version.sketch.count_copies(len(version.sources)) > 1


def _telling_names(version: PastVersion) -> tuple[str, ...]:
    return tuple(name for name in version.sources if name.strip().lower() not in _SILENT_NAMES)
