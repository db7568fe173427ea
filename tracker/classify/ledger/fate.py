"""What became of a promise or a power whose sentence was reworded.

Where rules point both ways, or none applies although words of weight differ, nothing is claimed: `unclear`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tracker.classify.facets import combine_effects, rule_weights
from tracker.classify.ledger.hints import LESS, MORE, MOST_COMPARED, find_hints
from tracker.classify.ledger.lexicon import is_read, load_ledger_lexicon
from tracker.classify.ledger.reading import Reading, sentence_key
from tracker.classify.ledger.sides import Side, content_words, make_redline, weighty_words
from tracker.classify.ledger.statements import Statement, list_statements
from tracker.classify.ledger.words import Words
from tracker.classify.lists import compare_lists
from tracker.classify.quantities import compare_quantities
from tracker.classify.scales import compare_scales
from tracker.classify.wording import read_wording
from tracker.model import ClauseChange, CommitmentKind, Fate, Finding, Quote, SectionRef

_FATES: Final[dict[tuple[CommitmentKind, int], Fate]] = {
    ("promise", LESS): "narrowed",
    ("promise", MORE): "strengthened",
    ("power", LESS): "narrowed",
    ("power", MORE): "widened",
}
_ENDS: Final[dict[CommitmentKind, Fate]] = {"promise": "broken-off", "power": "withdrawn"}
#: Facets that are asked where no rule of this module applies. Promises, their limits and modal verbs are its own.
_FACETS: Final = (compare_scales, compare_quantities, compare_lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a sentence, and by which rule."""

    fate: Fate
    rule: str
    before: Quote | None = None
    after: Quote | None = None


def end_of(kind: CommitmentKind) -> Fate:
    """Return what a commitment of `kind` is when its sentence is gone."""
    return _ENDS[kind]


def judge_rewording(
    old: Reading,
    new_text: str,
    new: Reading | None,
    *,
    section: SectionRef,
    language: str | None,
    names: Sequence[str] = (),
) -> Outcome:
    """Return what became of `old`, whose sentence is now `new_text`.

    Args:
        old: The sentence before, read as a promise or a power.
        new_text: The sentence after.
        new: That sentence read as one of the same kind; None where it is none.
        section: Where the sentence stands now.
        language: Primary language subtag; None where it is not known.
        names: What the publisher calls itself, beside `we`.
    """
    before, after = Side.of(old.sentence.text), Side.of(new_text)
    if before.words == after.words or sentence_key(before.text) == sentence_key(after.text):
        return Outcome(fate="kept", rule="same-words")
    if new is None:
        return _judge_unread(old, after, language, names)
    return (
        _ask_hints(old, new, before, after, language)
        or _ask_facets(old, before, after, section, language)
        or _ask_words(before, after)
    )


def _ask_hints(old: Reading, new: Reading, before: Side, after: Side, language: str | None) -> Outcome | None:
    hints = list(find_hints(old, new, before, after, language))
    if not hints:
        return None
    if len({hint.way for hint in hints}) > 1:
        return Outcome(fate="unclear", rule="both-ways")
    first = hints[0]
    return Outcome(fate=_FATES[old.kind, first.way], rule=first.rule, before=first.before, after=first.after)


def _ask_words(before: Side, after: Side) -> Outcome:
    is_same = weighty_words(before.text) == weighty_words(after.text)
    return Outcome(fate="kept" if is_same else "unclear", rule="same-meaning" if is_same else "no-rule")


def _ask_facets(old: Reading, before: Side, after: Side, section: SectionRef, language: str | None) -> Outcome | None:
    """Return what the room's rules for changed clauses say: a lower trigger, a longer period, one more recipient."""
    if max(len(before.words), len(after.words)) > MOST_COMPARED:
        return None
    clause = ClauseChange(
        op="modified", section=section, old=before.text, new=after.text, redline=tuple(make_redline(before, after))
    )
    wording = read_wording(clause, language)
    # Behind "only", more data are more that is held back: lists say nothing there.
    facets = _FACETS if old.modality != "only" else _FACETS[:2]
    findings = [finding for compare in facets for finding in compare(wording)]
    if any(span.tag == "+" and content_words(span.text) for span in clause.redline):
        # What is no longer named may be named otherwise: "specific messages", "any message".
        findings = [finding for finding in findings if finding.after is not None]
    findings = [finding for finding in findings if not _is_aside(finding, after)]
    effect = combine_effects(findings)
    if effect not in {"widens", "narrows"}:
        return Outcome(fate="unclear", rule="both-ways") if effect == "mixed" else None
    weights = rule_weights()
    first = max(
        (finding for finding in findings if finding.effect == effect),
        key=lambda finding: weights[finding.rule] * finding.confidence,
    )
    # What widens what the company may do is a larger power, and a smaller promise.
    way = MORE if (effect == "widens") == (old.kind == "power") else LESS
    return Outcome(fate=_FATES[old.kind, way], rule=first.rule, before=first.before, after=first.after)


def _is_aside(finding: Finding, after: Side) -> bool:
    """Whether what is newly named stands between brackets, about somebody else: `members (who may use providers)`."""
    if finding.after is None:
        return False
    opened = after.text.rfind("(", 0, finding.after.start)
    return opened > after.text.rfind(")", 0, finding.after.start)


def _judge_unread(old: Reading, after: Side, language: str | None, names: Sequence[str]) -> Outcome:
    """Return what became of `old` where the new sentence is no commitment of its kind."""
    unread = Outcome(fate="unclear", rule="form-unread")
    if not is_read(language, "en") or not old.verbs:
        return unread
    statements = list_statements(Words(after.text, names))
    same = next((statement for statement in statements if set(statement.verbs) & set(old.verbs)), None)
    found = None if same is None else _judge_promise(old, same) if old.kind == "promise" else _judge_power(old, same)
    if same is None or found is None:
        return unread
    return Outcome(
        fate=found[0],
        rule=found[1],
        before=Quote(text=old.sentence.text[old.start : old.end], start=old.start),
        after=Quote(text=after.text[same.start : same.end], start=same.start),
    )


def _judge_promise(old: Reading, same: Statement) -> tuple[Fate, str] | None:
    if _is_reversed(old, same):
        return "broken-off", "reversed"
    if old.modality == "will" and same.modal in {"may", "can"}:
        return "narrowed", "will-to-may"
    return None


def _judge_power(old: Reading, same: Statement) -> tuple[Fate, str] | None:
    if same.is_denial:
        return "withdrawn", "reversed"
    if same.is_only:
        return "narrowed", "only-added"
    verbs = load_ledger_lexicon().verbs
    uses_data = any(old.verbs[0] in verbs[name].plain for name in ("data", "gives", "takes"))
    does = same.modal in {None, "will", "do", "be"}
    return ("widened", "may-to-does") if uses_data and does else None


def _is_reversed(old: Reading, same: Statement) -> bool:
    """Whether the company now does what it promised not to do, or no longer does what it promised to do."""
    if old.modality == "will":
        return same.is_denial
    return old.modality in {"not", "never"} and not same.is_denial and not same.is_only
