"""One plain sentence for a person, built from findings and from nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from tracker.classify.evidence import WORDS, shorten
from tracker.classify.facets import rule_weights
from tracker.classify.topics import load_topics
from tracker.model import (
    HEADLINE_LIMIT,
    KINDS,
    Broken,
    Change,
    ClauseChange,
    ClauseVerdict,
    Finding,
    Kind,
    OwnDates,
    SectionRef,
    fold_white_space,
    format_days,
)

_LONGEST_PLACE: Final = 60
_MOST_PLACES: Final = 3
#: What the same rule finds again counts so much less for what a headline has room to tell.
_AGAIN: Final = 0.3
#: A headline has room for some ten; those behind these are counted by their clauses alone.
_MOST_MERGED: Final = 400
_REWORDED: Final = {"modified": "reworded", "added": "added", "removed": "removed", "moved": "moved"}


def write_broken_headline(broken: Broken) -> str:
    """Return the headline of a capture that is not the policy."""
    return _cut(f"Not the policy: {fold_white_space(broken.detail) or broken.reason}")


def write_recovered_headline(recovered: Broken) -> str:
    """Return the headline of a capture that is the policy again after one that was not."""
    return _cut(f"The policy is back after a capture that was not it: {fold_white_space(recovered.detail)}")


def write_headline(
    change: Change, verdicts: Sequence[ClauseVerdict], kind: Kind, *, dates: OwnDates | None = None
) -> str:
    """Return one sentence of at most `HEADLINE_LIMIT` characters about the weightiest clauses of a change.

    It is cut at a whole part, never inside one, and says how many further clauses differ. What became of the policy's
    own date is said where it is at odds with the change, and where there is room.
    """
    if dates is not None and dates.status == "moved-alone":
        others = [
            clause for clause, verdict in zip(change.clauses, verdicts, strict=True) if verdict.kind == "technical"
        ]
        is_plain = all(clause.is_technical for clause in others)
        rest = "no other word differs" if is_plain else "what else differs is technical"
        return _cut(f"Only the policy's own date moved, {_tell_move(dates)}; {rest}.")
    headline = _write_changes(change, verdicts, kind)
    told = _tell_dates(dates) if any(verdict.findings for verdict in verdicts) else None
    longer = f"{headline.removesuffix('.')}; {told}."
    return longer if told and len(longer) <= HEADLINE_LIMIT else headline


def _tell_dates(dates: OwnDates | None) -> str | None:
    """Return what a reader should know of the policy's own date; None where it is as it should be."""
    if dates is None or dates.old is None:
        return None
    named = f'the date "{_shorten(dates.old.label)}"' if dates.old.label else "the policy's own date"
    if dates.status == "stood-still":
        return f"{named} did not move"
    if dates.status == "went-back":
        return f"{named} went back {_tell_move(dates)}"
    return f"{named} is gone" if dates.status == "gone" else None


def _tell_move(dates: OwnDates) -> str:
    old, new = dates.old, dates.new
    return f"from {old.printed} to {new.printed}" if old and new else ""


def _write_changes(change: Change, verdicts: Sequence[ClauseVerdict], kind: Kind) -> str:
    judged = [
        (clause, verdict) for clause, verdict in zip(change.clauses, verdicts, strict=True) if verdict.kind == kind
    ]
    if not judged:
        return "Technical: no word differs."
    told = [item for item in judged if item[1].findings]
    if told:
        return _tell_findings(told, len(judged))
    return _tell_places(judged, kind)


def _tell_findings(told: list[tuple[ClauseChange, ClauseVerdict]], clauses: int) -> str:
    # The order of the clauses, and of the table of rules, stands where two findings weigh the same.
    found = [(_label(clause, verdict), finding) for clause, verdict in told for finding in verdict.findings]
    found.sort(key=lambda item: -rule_weights()[item[1].rule] * item[1].confidence)
    found = _with_others_first(found)
    parts = _merge([(label, finding) for label, finding in found[:_MOST_MERGED]])
    announced = _tell_announcement([verdict for _, verdict in told])
    rest = clauses - len(told)
    tail = [announced] if announced else []
    if rest:
        tail.append(f"{rest} more {'clause' if rest == 1 else 'clauses'} reworded")
    return _join(parts, tail)


def _with_others_first(found: list[tuple[str, Finding]]) -> list[tuple[str, Finding]]:
    """Return `found` with what one rule found for the second time, and so on, behind what others found less plainly."""
    times: Counter[str] = Counter()
    weighed = []
    for item in found:
        rule = item[1].rule
        weighed.append((-rule_weights()[rule] * item[1].confidence * _AGAIN ** times[rule], item))
        times[rule] += 1
    weighed.sort(key=lambda pair: pair[0])
    return [item for _, item in weighed]


def _merge(told: list[tuple[str, Finding]]) -> list[tuple[str, str]]:
    """Return labels and summaries with those of one label and beginning, such as `data added: `, as one.

    What words alone tell is a sentence, and stays one.
    """
    merged: dict[tuple[str, str], str] = {}
    for label, finding in told:
        summary = finding.summary
        head, colon, rest = ("", "", "") if finding.rule == WORDS else summary.partition(": ")
        key = label, head if colon else summary
        if key not in merged or not colon:
            merged[key] = summary
        elif rest not in merged[key].partition(": ")[2].split(", "):
            merged[key] += f", {rest}"
    return [(label, summary) for (label, _), summary in merged.items()]


def _tell_places(judged: list[tuple[ClauseChange, ClauseVerdict]], kind: Kind) -> str:
    places: dict[str, list[str]] = {}
    for clause, verdict in judged:
        places.setdefault(_place(clause.section), []).append(_happened(clause, verdict.kind))
    parts: list[tuple[str, str]] = []
    for place, ops in places.items():
        counted = [f"{ops.count(op)} {_noun(ops.count(op))} {op}" for op in dict.fromkeys(ops)]
        parts.append((place, ", ".join(counted)))
    if len(judged) == 1 and kind in {"substantive", "clarification"} and (words := _tell_words(judged[0][0])):
        parts = [(place, f"{told} ({words})") for place, told in parts]
    tail = []
    if kind in {"substantive", "clarification"}:
        effects = {verdict.effect for _, verdict in judged}
        tail = ["effect unclear"] if "unclear" in effects else []
        announced = _tell_announcement([verdict for _, verdict in judged]) if kind == "substantive" else None
        tail += [announced] if announced else []
    if len(parts) > _MOST_PLACES:
        tail.insert(0, f"{len(parts) - _MOST_PLACES} more {_noun(len(parts) - _MOST_PLACES, 'section')}")
    lead = {"editorial": "Editorial: ", "technical": "Technical: "}.get(kind, "")
    return _join(parts[:_MOST_PLACES], tail, lead=lead)


def _happened(clause: ClauseChange, kind: Kind) -> str:
    if clause.op == "modified" and kind == "technical":
        # Of a clause whose words are all there nobody says that it was reworded.
        if not clause.is_technical:
            return "written otherwise"
        return "with other links" if clause.links else "with other marks"
    origin = clause.moved_from.number if clause.moved_from else None
    return f"{_REWORDED[clause.op]} from {origin}" if origin else _REWORDED[clause.op]


def _tell_words(clause: ClauseChange) -> str | None:
    """Return the first words that came or went in a clause, as a headline quotes them; None where there are none."""
    spans = [span for span in clause.redline if span.tag != "=" and span.text.strip()]
    first = next(iter(spans), None)
    if first is None:
        return None
    place = clause.redline.index(first)
    following = clause.redline[place + 1] if place + 1 < len(clause.redline) else None
    pair = [first] if following is None or following.tag == "=" else [first, following]
    gone, come = (" ".join(shorten(span.text) for span in pair if span.tag == tag) for tag in ("-", "+"))
    more = " \u2026" if len(spans) > len(pair) else ""
    if gone and come:
        return f"'{gone}' became '{come}'{more}"
    return f"new: '{come}'{more}" if come else f"gone: '{gone}'{more}"


def _noun(count: int, noun: str = "clause") -> str:
    return noun if count == 1 else f"{noun}s"


def _place(section: SectionRef) -> str:
    number = section.number if section.number and section.number != "0" else ""
    return _shorten(f"{number} {section.title}") or "Introduction"


def _shorten(words: str) -> str:
    """Return a title, a label or a date as it stands in a headline."""
    place = fold_white_space(words)
    return place if len(place) <= _LONGEST_PLACE else place[: _LONGEST_PLACE - 1] + "\u2026"


def _label(clause: ClauseChange, verdict: ClauseVerdict) -> str:
    """Return the weightiest topic's name, or else the section's."""
    labels = {topic.name: topic.label for topic in load_topics()}
    facets = {topic.name for topic in load_topics() if {item.facet for item in verdict.findings} & set(topic.facets)}
    names = [name for name in verdict.topics if name in facets] or list(verdict.topics)
    return labels[names[0]] if names and names[0] in labels else _place(clause.section)


def _tell_announcement(verdicts: Sequence[ClauseVerdict]) -> str | None:
    told = [verdict.announced for verdict in verdicts if verdict.announced and verdict.announced.status != "no-log"]
    never = [announced for announced in told if announced.status == "never"]
    later = [announced for announced in told if announced.status == "later"]
    if not told:
        return None
    if len(never) == len(told):
        if any(announced.entry for announced in never):
            return "announced in the policy's own log in general words alone"
        return "not announced in the policy's own log"
    if never:
        return f"{len(never)} of {len(told)} clauses not announced in the policy's own log"
    if not later:
        return "announced in the policy's own log"
    lags = sorted({announced.lag_days for announced in later if announced.lag_days is not None})
    after = f"only {format_days(lags[-1])} later" if lags else "only later"
    dates = list(dict.fromkeys(announced.date for announced in later if announced.date))
    dated = f", in an entry dated {_shorten(dates[0])}" if len(dates) == 1 else ""
    return f"announced {'in part ' if len(later) < len(told) else ''}{after}{dated}"


def _join(parts: list[tuple[str, str]], tail: list[str], *, lead: str = "") -> str:
    """Return the parts under their labels: the first, and each further one that fits whole before the tail."""
    kept = parts[:1]
    for part in parts[1:]:
        longer = [*kept, part]
        if len(_sentence(longer, tail, len(parts) - len(longer), lead)) <= HEADLINE_LIMIT:
            kept = longer
    return _cut(_sentence(kept, tail, len(parts) - len(kept), lead))


def _sentence(kept: list[tuple[str, str]], tail: list[str], left_out: int, lead: str) -> str:
    written = []
    last = None
    for label, summary in kept:
        written.append(summary if label == last else f"{label}: {summary}")
        last = label
    more = [f"{left_out} more {_noun(left_out, 'difference')}"] if left_out else []
    return lead + "; ".join([*written, *more, *tail]).rstrip(".") + "."


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= HEADLINE_LIMIT else sentence[: HEADLINE_LIMIT - 1].rstrip() + "\u2026"


def weightiest_kind(verdicts: Sequence[ClauseVerdict]) -> Kind:
    """Return the kind of a change: that of its weightiest clause; `technical` where no clause differs."""
    return min((verdict.kind for verdict in verdicts), key=KINDS.index, default="technical")
