"""A ledger laid out for reading: each promise and power with since when it stands and what became of it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.model import Commitment, CommitmentKind, CommitmentStep, Event, Fate, Ledger
from tracker.render.words import FATE_WORDS, tell_count, tell_day, tell_section

LEDGER_TITLES: Final[dict[CommitmentKind, str]] = {
    "promise": "What it promises",
    "power": "What it permits itself",
}
_GONE_TITLES: Final[dict[CommitmentKind, tuple[str, str]]] = {
    "promise": ("promise no longer made in these words", "promises no longer made in these words"),
    "power": ("permission no longer claimed in these words", "permissions no longer claimed in these words"),
}
#: What a rule of the ledger found, where its quotations do not say it. Other rules are told by their quotations.
RULE_WORDS: Final[dict[str, str]] = {
    "exception-added": "an exception was added",
    "exception-removed": "an exception was taken out",
    "limit-added": "a limit was added",
    "limit-removed": "a limit was taken out",
    "condition-added": "a condition was added",
    "condition-removed": "a condition was taken out",
    "freedom-added": "it has a freer hand",
    "freedom-removed": "it has a less free hand",
    "object-smaller": "it speaks of less",
    "object-larger": "it speaks of more",
    "verbs-fewer": "it names fewer things that may be done",
    "verbs-more": "it names more things that may be done",
    "item-added": "words were added",
    "item-removed": "words were taken out",
    "phrase-added": "it was limited to a part",
    "phrase-removed": "a limit to a part was taken out",
    "only-added": "it became a limit",
    "not-to-only": "it became a limit",
    "only-to-not": "the limit became a refusal",
    "may-to-does": "what it might do, it does",
    "will-to-may": "what it would do, it may do",
    "reversed": "it says the opposite",
    "gone": "nothing like it stands in the new text",
    "said-elsewhere": "similar words stand in another sentence",
    "returned": "the sentence is back",
    "same-meaning": "other words; no rule finds another meaning",
    "both-ways": "the words went both ways",
    "no-rule": "other words; no rule tells which way they go",
    "form-unread": "the sentence in its place is not one that the rules can read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFate:
    """One thing that happened to a sentence, as people read it."""

    step: CommitmentStep
    word: str
    """What became of it: `Narrowed`."""
    words: str
    """Why, without a full stop: `it speaks of less: “your data” became “your photos”`."""
    change: Event | None
    """The change on whose page more is told; None where there is none."""
    shows_old: bool
    """Whether the sentence before is to be shown as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCommitment:
    """One promise or power as people read it."""

    commitment: Commitment
    state: Fate
    word: str
    section: str
    since: str
    """Since when it stands, without a full stop."""
    began: Event | None
    """The change that brought it; None where it was there from the first version on."""
    fates: tuple[ToldFate, ...]
    """Oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerPart:
    """The promises, or the powers, of a document."""

    kind: CommitmentKind
    title: str
    current: tuple[ToldCommitment, ...]
    gone: tuple[ToldCommitment, ...]
    gone_title: str
    """`3 promises no longer made in these words`."""
    counts: str
    """`12: 9 kept, 3 narrowed`; `none` where there is none."""


def lay_out_ledger(ledger: Ledger) -> tuple[LedgerPart, ...]:
    """Return the promises, then the powers."""
    return tuple(_lay_out_part(ledger, kind) for kind in LEDGER_TITLES)


def tell_ledger_span(ledger: Ledger) -> str:
    """Return over which time the ledger was kept: `Kept from 29 July 2020 to 22 August 2026`."""
    return f"Kept from {tell_day(ledger.first.fetched_at)} to {tell_day(ledger.latest.fetched_at)}"


def _lay_out_part(ledger: Ledger, kind: CommitmentKind) -> LedgerPart:
    current, gone = ledger.current(kind), ledger.gone(kind)
    return LedgerPart(
        kind=kind,
        title=LEDGER_TITLES[kind],
        current=tuple(_tell(ledger, item) for item in current),
        gone=tuple(_tell(ledger, item) for item in gone),
        gone_title=tell_count(len(gone), *_GONE_TITLES[kind]),
        counts=_tell_counts(current),
    )


def _tell_counts(items: tuple[Commitment, ...]) -> str:
    states = [item.state for item in items]
    counted = [f"{states.count(fate)} {word.lower()}" for fate, word in FATE_WORDS.items() if fate in states]
    return f"{len(items)}: {', '.join(counted)}" if items else "none"


def _tell(ledger: Ledger, item: Commitment) -> ToldCommitment:
    return ToldCommitment(
        commitment=item,
        state=item.state,
        word=FATE_WORDS[item.state],
        section=tell_section(item.section),
        since=_tell_since(ledger, item),
        began=item.first_event,
        fates=tuple(_tell_step(step) for step in item.steps),
    )


def _tell_since(ledger: Ledger, item: Commitment) -> str:
    day = tell_day(item.first_seen.fetched_at)
    if item.first_seen == ledger.first:
        since = f"in the first version known, {day}"
    elif item.first_event is None:
        since = f"first read {day}, not as part of a change"
    else:
        since = f"since {day}"
    return since if item.variant is None else f"{since}; in variant {item.variant} alone, which is not served now"


def _tell_step(step: CommitmentStep) -> ToldFate:
    event = step.event
    return ToldFate(
        step=step,
        word="Returned" if step.is_return else FATE_WORDS[step.fate],
        words="; ".join(_reasons(step)),
        change=event if event is not None and event.folded is None else None,
        shows_old=bool(step.old and step.new),
    )


def _reasons(step: CommitmentStep) -> Iterator[str]:
    reason = RULE_WORDS.get(step.rule)
    quotes = _tell_quotes(step)
    if reason is not None:
        yield f"{reason}: {quotes}" if quotes else reason
    elif quotes:
        both = step.before is not None and step.after is not None
        yield quotes if both else f"{'newly' if step.before is None else 'no longer'} named: {quotes}"
    if step.event is not None and step.event.folded is not None:
        yield "another variant of the page was served"


def _tell_quotes(step: CommitmentStep) -> str:
    before = None if step.before is None else f"\u201c{step.before.text}\u201d"
    after = None if step.after is None else f"\u201c{step.after.text}\u201d"
    if before is not None and after is not None:
        return f"{before} became {after}"
    if after is not None:
        return after
    return before or ""
