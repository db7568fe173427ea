"""From a change to its verdict: the room's one door.

`judge_change` reads each changed clause by the tables of this room and adds them up. It computes nothing for clauses
that do not differ, takes no clock and no network, and gives the same verdict for the same change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tracker.classify.announcements import Announcer
from tracker.classify.facets import combine_effects, find_differences
from tracker.classify.headline import weightiest_kind, write_broken_headline, write_headline
from tracker.classify.kinds import Evidence, decide_kind, plain_words
from tracker.classify.own_dates import compare_own_dates
from tracker.classify.topics import lead_topics, load_topics, weigh_topics
from tracker.classify.wording import LONGEST_READ_CHARACTERS, Side, Wording, read_wording, split_sentences
from tracker.model import TOPICS, Broken, Change, ClauseChange, ClauseVerdict, Effect, Verdict, Version

#: Moves with every change of rules or lexicon that can change a verdict.
RULES_VERSION: Final = 2

_PLAIN_KINDS: Final = frozenset({"technical", "editorial"})


def judge_change(change: Change, *, language: str | None = None, broken: Broken | None = None) -> Verdict:
    """Return what `change` means, with the evidence; `unclear` where the rules do not tell.

    Args:
        change: One version to the next.
        language: BCP 47 tag of the texts; None where it is not known, and cues of every language are tried. For a
            language without cues there are kinds and announcements, and every effect is `unclear`.
        broken: Why the new version is not the document, where vetting found that: then nothing else is judged.
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
    announcer = Announcer(change)
    moved = _Elsewhere(change)
    verdicts = tuple(_judge_clause(clause, language, announcer, moved) for clause in change.clauses)
    kind = weightiest_kind(verdicts)
    dates = compare_own_dates(change, verdicts, old_log=announcer.old_log, new_log=announcer.new_log)
    topics = {topic for verdict in verdicts if verdict.kind == kind or verdict.findings for topic in verdict.topics}
    return Verdict(
        kind=kind,
        material=_is_material(verdicts),
        effect=_effect_of_change(verdicts),
        topics=tuple(topic for topic in TOPICS if topic in topics),
        headline=write_headline(change, verdicts, kind, dates=dates),
        clauses=verdicts,
        dates=dates,
    )


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


def _judge_clause(clause: ClauseChange, language: str | None, announcer: Announcer, moved: _Elsewhere) -> ClauseVerdict:
    if clause.is_technical:
        return ClauseVerdict(kind="technical")
    wording = read_wording(clause, language)
    is_entry = announcer.is_log_entry(clause)
    elsewhere = moved.has(clause, wording)
    findings = () if is_entry or elsewhere or clause.op == "moved" else find_differences(wording)
    evidence = Evidence(wording=wording, findings=findings, is_log_entry=is_entry, stands_elsewhere=elsewhere)
    kind, rule = decide_kind(evidence)
    if kind in _PLAIN_KINDS:
        announced = None if is_entry or kind == "technical" else announcer.announce(clause)
        topics = ("policy-changes",) if is_entry else ()
        return ClauseVerdict(kind=kind, topics=topics, announced=announced)
    effect: Effect = combine_effects(findings)
    if rule == "is_explanation":
        effect = "neutral"
    return ClauseVerdict(
        kind=kind,
        topics=lead_topics(weigh_topics(wording, findings)) or ("other",),
        effect=effect,
        announced=announcer.announce(clause),
        findings=findings,
    )


def _effect_of_change(verdicts: Sequence[ClauseVerdict]) -> Effect:
    heavy = [verdict for verdict in verdicts if verdict.kind not in _PLAIN_KINDS]
    if not heavy:
        return "neutral"
    if findings := [finding for verdict in heavy for finding in verdict.findings]:
        return combine_effects(findings)
    return "neutral" if all(verdict.effect == "neutral" for verdict in heavy) else "unclear"


def _is_material(verdicts: Sequence[ClauseVerdict]) -> bool:
    """Return whether a clause differs in substance on a topic of which an advocate wants to hear."""
    material = {topic.name for topic in load_topics() if topic.material}
    return any(verdict.kind == "substantive" and not material.isdisjoint(verdict.topics) for verdict in verdicts)
