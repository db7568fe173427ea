"""From a change to its verdict: the room's one door.

`judge_change` reads each changed clause by the tables of this room and adds them up. It computes nothing for clauses
that do not differ, takes no clock and no network, and gives the same verdict for the same change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tracker.classify.announcements import Announcer
from tracker.classify.cues import has_cues
from tracker.classify.evidence import DIRECTIONS, is_sure
from tracker.classify.facets import Balance, effect_of_clause, weigh_clause, weigh_evidence
from tracker.classify.headline import weightiest_kind, write_broken_headline, write_headline, write_recovered_headline
from tracker.classify.kinds import Evidence, decide_kind, plain_words
from tracker.classify.meaning import NOTHING_SPOKEN, Meaning
from tracker.classify.own_dates import compare_own_dates
from tracker.classify.surroundings import Surroundings
from tracker.classify.topics import (
    Spoken,
    find_document_title,
    lead_topics,
    likely_topics,
    load_topics,
    material_topics,
    weigh_spoken,
)
from tracker.classify.wording import LONGEST_READ_CHARACTERS, Side, Wording, read_wording, split_sentences, words_of
from tracker.model import TOPICS, Broken, Change, ClauseChange, ClauseVerdict, Effect, Finding, Kind, Verdict, Version

#: Moves with every change of rules or lexicon that can change a verdict.
RULES_VERSION: Final = 5

#: Two quotations that share this part of their words, and so many, say the same in another place.
_MOVED_SHARE: Final = 0.7
_LEAST_MOVED: Final = 5
#: More pairs of quotations are not compared.
_MOST_PAIRED: Final = 20_000
#: An alert needs more than one faint finding: its weight, its confidence counted in.
_LEAST_EVIDENCE: Final = 0.12
#: One clause at least has findings of this weight, and is by its words this likely to be one for an alert.
_LEAST_OF_ONE: Final = 0.1
_LEAST_LIKELY: Final = 0.5
#: Rules by which a clause differs without any consequence.
_NEUTRAL_RULES: Final = frozenset({"is_explanation", "is_signpost", "is_contact_detail"})
_PLAIN_KINDS: Final = frozenset({"technical", "editorial"})
#: Rules by which a clause has the words of another place, or the same words written otherwise.
_REARRANGING_RULES: Final = frozenset({"is_moved", "is_repeated", "is_same_words"})
#: Where so many clauses differ, and none in more than that, the page was laid out or read otherwise.
_MANY_REARRANGED: Final = 4


def judge_change(
    change: Change, *, language: str | None = None, broken: Broken | None = None, recovered: Broken | None = None
) -> Verdict:
    """Return what `change` means, with the evidence; `unclear` where the rules do not tell.

    Args:
        change: One version to the next.
        language: BCP 47 tag of the texts; None where it is not known, and cues of every language are tried. For a
            language without cues there are kinds and announcements, and every effect is `unclear`.
        broken: Why the new version is not the document, where vetting found that: then nothing else is judged.
        recovered: Why the old version was not the document, where the new one is it again: nothing was decided.
    """
    if broken is not None:
        return Verdict(
            kind="broken",
            material=False,
            effect="unclear",
            topics=(),
            headline=write_broken_headline(broken),
            broken=broken,
        )
    if recovered is not None:
        return Verdict(
            kind="technical",
            material=False,
            effect="neutral",
            topics=(),
            headline=write_recovered_headline(recovered),
            clauses=tuple(ClauseVerdict(kind="technical") for _ in change.clauses),
        )
    announcer = Announcer(change)
    moved = _Elsewhere(change)
    around = Surroundings(change, has_cues=has_cues(language))
    document = find_document_title(change)
    judged = _without_rearranged(
        change,
        _without_moved(
            [_judge_clause(clause, language, announcer, moved, around, document=document) for clause in change.clauses]
        ),
    )
    verdicts = tuple(one.verdict for one in judged)
    kind = weightiest_kind(verdicts)
    dates = compare_own_dates(change, verdicts, old_log=announcer.old_log, new_log=announcer.new_log)
    return Verdict(
        kind=kind,
        material=_is_material(judged),
        effect=_effect_of_change(judged),
        topics=_topics_of_change(kind, judged),
        headline=write_headline(change, verdicts, kind, dates=dates),
        clauses=verdicts,
        dates=dates,
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """A clause's verdict, and what of the clause it rests on."""

    verdict: ClauseVerdict
    spoken: Spoken = NOTHING_SPOKEN
    rule: str = ""
    """The kind's."""


class _Elsewhere:
    """Knows which words only changed their place; built when first asked, and from nothing that did not differ.

    A text that is rearranged among the changed clauses, that stands a second time, or that repeats a heading in a table
    of contents, says nothing new.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._sentences: dict[bool, frozenset[str]] = {}
        self._clauses: dict[bool, frozenset[str]] = {}
        self._headings: dict[bool, frozenset[str]] = {}

    def has(self, clause: ClauseChange, wording: Wording) -> bool:
        """Return whether all that the clause gained stood in the old version, and all it lost stands in the new."""
        if clause.op in {"added", "removed"} and self._repeats(clause):
            return True
        if clause.op == "moved" or len(self._change.clauses) == 1:
            return False
        if max(len(clause.old), len(clause.new)) <= LONGEST_READ_CHARACTERS and plain_words(clause.old) == plain_words(
            clause.new
        ):
            # The same words at the same place.
            return False
        gained, lost = _sentences_of(wording.new), _sentences_of(wording.old)
        return (not gained or gained <= self._changed(is_new=False)) and (
            not lost or lost <= self._changed(is_new=True)
        )

    def _repeats(self, clause: ClauseChange) -> bool:
        is_new = clause.op == "added"
        own, other = self._version(is_new=is_new), self._version(is_new=not is_new)
        if is_new not in self._clauses:
            self._clauses[is_new] = frozenset(item.text for item in other.clauses)
            self._headings[is_new] = frozenset(plain_words(item.text) for item in own.clauses if item.kind == "heading")
        words = clause.new or clause.old
        places = clause.new_clauses or clause.old_clauses
        is_heading = bool(places) and own.clauses[places[0]].kind == "heading"
        return words in self._clauses[is_new] or (not is_heading and plain_words(words) in self._headings[is_new])

    def _version(self, *, is_new: bool) -> Version:
        return self._change.new if is_new else self._change.old

    def _changed(self, *, is_new: bool) -> frozenset[str]:
        if is_new not in self._sentences:
            sides = [clause.new if is_new else clause.old for clause in self._change.clauses]
            self._sentences[is_new] = frozenset(
                plain_words(side[start:end])
                for side in sides
                if len(side) <= LONGEST_READ_CHARACTERS
                for start, end in split_sentences(side)
            )
        return self._sentences[is_new]


def _sentences_of(side: Side) -> frozenset[str]:
    if len(side.text) > LONGEST_READ_CHARACTERS:
        return frozenset({side.text[:1]})
    return frozenset(plain_words(side.text[start:end]) for start, end in side.sentences) - {""}


def _judge_clause(
    clause: ClauseChange,
    language: str | None,
    announcer: Announcer,
    moved: _Elsewhere,
    around: Surroundings,
    *,
    document: str,
) -> _Judged:
    """Return the verdict on a clause, and what it rests on."""
    if clause.is_technical or around.is_recut:
        return _Judged(ClauseVerdict(kind="technical"))
    wording = read_wording(clause, language, lead=around.lead(clause))
    is_entry = announcer.is_log_entry(clause)
    elsewhere = moved.has(clause, wording)
    is_heading = around.is_heading(clause)
    # Without cues nothing can be read: a word of another language that looks like one would be a guess.
    is_unread = is_entry or elsewhere or is_heading or clause.op == "moved" or not has_cues(language)
    meaning = Meaning(wording, document=document, is_read=not is_unread)
    evidence = Evidence(
        wording=wording,
        meaning=meaning,
        is_log_entry=is_entry,
        stands_elsewhere=elsewhere,
        is_heading=is_heading,
        gains_heading=around.gains_heading(wording),
        is_chrome=around.is_chrome(clause),
        repeats=around.repeats(clause),
    )
    kind, rule = decide_kind(evidence)
    announced = None if is_entry or kind == "technical" else announcer.announce(clause)
    if kind in _PLAIN_KINDS:
        is_dated = is_entry or rule == "is_date_line"
        is_silent = is_dated or kind != "editorial" or is_heading or evidence.is_chrome or clause.op == "moved"
        spoken = NOTHING_SPOKEN if is_silent or is_unread else meaning.spoken
        topics = ("policy-changes",) if is_dated else likely_topics(weigh_spoken([spoken]))
        return _Judged(ClauseVerdict(kind=kind, topics=topics, announced=announced), spoken, rule)
    spoken = meaning.spoken
    verdict = ClauseVerdict(
        kind=kind,
        topics=_with_sure_topics(lead_topics(weigh_spoken([spoken])), meaning.findings),
        effect="neutral" if rule in _NEUTRAL_RULES else effect_of_clause(meaning.findings, meaning.readings),
        announced=announced,
        findings=meaning.findings,
    )
    # Of what was not read, because it moved or is a heading, words say what it is about and not which way it cuts.
    return _Judged(verdict, replace(spoken, readings=meaning.readings))


def _topics_of_change(kind: Kind, judged: Sequence[_Judged]) -> tuple[str, ...]:
    """Return what a change is about; one of wording alone need not be about anything."""
    if kind not in _PLAIN_KINDS:
        heavy = [one for one in judged if one.verdict.kind not in _PLAIN_KINDS]
        likely = lead_topics(weigh_spoken([one.spoken for one in heavy]))
        return _with_sure_topics(likely, [finding for one in heavy for finding in one.verdict.findings])
    reworded = [one for one in judged if one.verdict.kind == "editorial"]
    named = set(likely_topics(weigh_spoken([one.spoken for one in reworded if one.spoken is not NOTHING_SPOKEN])))
    named |= {topic for one in reworded if one.spoken is NOTHING_SPOKEN for topic in one.verdict.topics}
    return tuple(name for name in TOPICS if name in named)


def _with_sure_topics(likely: Sequence[str], findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return the likely topics and those of which a sure rule found something: a period that data are kept, say."""
    facets = {finding.facet for finding in findings if is_sure(finding)}
    sure = {topic.name for topic in load_topics() if not facets.isdisjoint(topic.facets)}
    return tuple(name for name in TOPICS if name in sure or name in likely) or ("other",)


def _without_rearranged(change: Change, judged: list[_Judged]) -> list[_Judged]:
    """Return `judged` as technical throughout where nothing differs but the arrangement of many clauses.

    A clause that was followed to another place or number is none of them: that is somebody's doing, and editorial.
    """
    told = [
        (clause, one) for clause, one in zip(change.clauses, judged, strict=True) if one.verdict.kind != "technical"
    ]
    if len(judged) < _MANY_REARRANGED or any(
        one.rule not in _REARRANGING_RULES or clause.op == "moved" for clause, one in told
    ):
        return judged
    return [_Judged(ClauseVerdict(kind="technical")) for _ in judged]


def _without_moved(judged: list[_Judged]) -> list[_Judged]:
    """Return `judged` without what one clause says no longer and another says now, in nearly the same words."""
    findings = [finding for one in judged for finding in one.verdict.findings]
    gone = [finding for finding in findings if finding.after is None]
    come = [finding for finding in findings if finding.before is None]
    if not gone or not come or len(gone) * len(come) > _MOST_PAIRED:
        return judged
    words = {id(finding): _quoted_words(finding) for finding in (*gone, *come)}
    dropped: set[int] = set()
    for old in gone:
        for new in come:
            shared = words[id(old)] & words[id(new)]
            both = words[id(old)] | words[id(new)]
            if id(new) not in dropped and len(shared) >= _MOVED_SHARE * len(both) and len(shared) >= _LEAST_MOVED:
                dropped |= {id(old), id(new)}
                break
    return [_without(one, dropped) for one in judged] if dropped else judged


def _quoted_words(finding: Finding) -> frozenset[str]:
    quote = finding.after or finding.before
    return frozenset(words_of(quote.text)) if quote is not None else frozenset()


def _without(judged: _Judged, dropped: set[int]) -> _Judged:
    verdict = judged.verdict
    left = tuple(finding for finding in verdict.findings if id(finding) not in dropped)
    if len(left) == len(verdict.findings):
        return judged
    moved = [finding for finding in verdict.findings if id(finding) in dropped]
    readings = tuple(
        reading for reading in judged.spoken.readings if not any(reading.passage.holds(finding) for finding in moved)
    )
    kind: Kind = verdict.kind if left else "editorial"
    effect: Effect = effect_of_clause(left, readings) if left else "neutral"
    return _Judged(replace(verdict, kind=kind, findings=left, effect=effect), replace(judged.spoken, readings=readings))


def _effect_of_change(judged: Sequence[_Judged]) -> Effect:
    heavy = [one for one in judged if one.verdict.kind not in _PLAIN_KINDS]
    if all(one.verdict.effect == "neutral" for one in heavy):
        return "neutral"
    balance = sum((weigh_clause(one.verdict.findings, one.spoken.readings) for one in heavy), Balance())
    is_told = balance.is_mixed or balance.is_told(
        quoted=any(finding.effect in DIRECTIONS for one in heavy for finding in one.verdict.findings)
    )
    return balance.effect if is_told else "unclear"


def _is_material(judged: Sequence[_Judged]) -> bool:
    """Return whether clauses differ on topics of which an advocate wants to hear, by findings, and one plainly so."""
    material = material_topics()
    found = [
        (weigh_evidence(f for f in one.verdict.findings if f.effect != "neutral"), _likely_material(one))
        for one in judged
        if one.verdict.kind == "substantive" and not material.isdisjoint(one.verdict.topics)
    ]
    is_plain = any(weight >= _LEAST_OF_ONE and likely >= _LEAST_LIKELY for weight, likely in found)
    return is_plain and sum(weight * likely for weight, likely in found) >= _LEAST_EVIDENCE


def _likely_material(judged: _Judged) -> float:
    """Return how likely an advocate wants to hear of a clause, by its words; 1 where they are not weighed."""
    if any(is_sure(finding) for finding in judged.verdict.findings):
        return 1.0
    return max((reading.likelihood("material") for reading in judged.spoken.readings), default=1.0)
