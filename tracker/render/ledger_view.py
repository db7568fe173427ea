"""A ledger laid out for reading: each promise and power with since when it stands and what became of it, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker.model import N_, Commitment, CommitmentKind, CommitmentStep, Event, Fate, Ledger
from tracker.render.language import ENGLISH, Language
from tracker.render.words import FATE_WORDS, tell_day, tell_section, uncapitalise

LEDGER_TITLES: Final[dict[CommitmentKind, str]] = {
    "promise": N_("What it promises"),
    "power": N_("What it permits itself"),
}
#: What a rule of the ledger found, where its quotations do not say it. Other rules are told by their quotations.
RULE_WORDS: Final[dict[str, str]] = {
    "exception-added": N_("an exception was added"),
    "exception-removed": N_("an exception was taken out"),
    "limit-added": N_("a limit was added"),
    "limit-removed": N_("a limit was taken out"),
    "condition-added": N_("a condition was added"),
    "condition-removed": N_("a condition was taken out"),
    "freedom-added": N_("it has a freer hand"),
    "freedom-removed": N_("it has a less free hand"),
    "object-smaller": N_("it speaks of less"),
    "object-larger": N_("it speaks of more"),
    "verbs-fewer": N_("it names fewer things that may be done"),
    "verbs-more": N_("it names more things that may be done"),
    "item-added": N_("words were added"),
    "item-removed": N_("words were taken out"),
    "phrase-added": N_("it was limited to a part"),
    "phrase-removed": N_("a limit to a part was taken out"),
    "only-added": N_("it became a limit"),
    "not-to-only": N_("it became a limit"),
    "only-to-not": N_("the limit became a refusal"),
    "may-to-does": N_("what it might do, it does"),
    "will-to-may": N_("what it would do, it may do"),
    "reversed": N_("it says the opposite"),
    "gone": N_("nothing like it stands in the new text"),
    "said-elsewhere": N_("similar words stand in another sentence"),
    "returned": N_("the sentence is back"),
    "same-meaning": N_("other words; no rule finds another meaning"),
    "both-ways": N_("the words went both ways"),
    "no-rule": N_("other words; no rule tells which way they go"),
    "form-unread": N_("the sentence in its place is not one that the rules can read"),
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


def lay_out_ledger(ledger: Ledger, language: Language = ENGLISH) -> tuple[LedgerPart, ...]:
    """Return the promises, then the powers."""
    return tuple(_lay_out_part(ledger, kind, language) for kind in LEDGER_TITLES)


def tell_ledger_span(ledger: Ledger) -> str:
    """Return over which time the ledger was kept: `Kept from 29 July 2020 to 22 August 2026`."""
    return f"Kept from {tell_day(ledger.first.fetched_at)} to {tell_day(ledger.latest.fetched_at)}"


def _lay_out_part(ledger: Ledger, kind: CommitmentKind, language: Language) -> LedgerPart:
    current, gone = ledger.current(kind), ledger.gone(kind)
    return LedgerPart(
        kind=kind,
        title=language.gettext(LEDGER_TITLES[kind]),
        current=tuple(_tell(ledger, item, language) for item in current),
        gone=tuple(_tell(ledger, item, language) for item in gone),
        gone_title=_tell_gone(kind, len(gone), language),
        counts=_tell_counts(current, language),
    )


def _tell_gone(kind: CommitmentKind, number: int, language: Language) -> str:
    if kind == "promise":
        return language.ngettext(
            "%(num)s promise no longer made in these words", "%(num)s promises no longer made in these words", number
        )
    return language.ngettext(
        "%(num)s permission no longer claimed in these words",
        "%(num)s permissions no longer claimed in these words",
        number,
    )


def _tell_counts(items: tuple[Commitment, ...], language: Language) -> str:
    states = [item.state for item in items]
    counted = [
        f"{states.count(fate)} {uncapitalise(language.gettext(word))}"
        for fate, word in FATE_WORDS.items()
        if fate in states
    ]
    return f"{len(items)}: {', '.join(counted)}" if items else language.gettext("none")


def _tell(ledger: Ledger, item: Commitment, language: Language) -> ToldCommitment:
    return ToldCommitment(
        commitment=item,
        state=item.state,
        word=language.gettext(FATE_WORDS[item.state]),
        section=tell_section(item.section, language),
        since=_tell_since(ledger, item, language),
        began=item.first_event,
        fates=tuple(_tell_step(step, language) for step in item.steps),
    )


def _tell_since(ledger: Ledger, item: Commitment, language: Language) -> str:
    day = tell_day(item.first_seen.fetched_at, language)
    if item.first_seen == ledger.first:
        since = language.gettext("in the first version known, %(day)s", day=day)
    elif item.first_event is None:
        since = language.gettext("first read %(day)s, not as part of a change", day=day)
    else:
        since = language.gettext("since %(day)s", day=day)
    if item.variant is None:
        return since
    alone = language.gettext("in variant %(name)s alone, which is not served now", name=item.variant)
    return f"{since}; {alone}"


def _tell_step(step: CommitmentStep, language: Language) -> ToldFate:
    event = step.event
    return ToldFate(
        step=step,
        word=language.gettext("Returned" if step.is_return else FATE_WORDS[step.fate]),
        words="; ".join(_reasons(step, language)),
        change=event if event is not None and event.folded is None else None,
        shows_old=bool(step.old and step.new),
    )


def _reasons(step: CommitmentStep, language: Language) -> Iterator[str]:
    quotes = _tell_quotes(step, language)
    if step.rule in RULE_WORDS:
        reason = language.gettext(RULE_WORDS[step.rule])
        yield f"{reason}: {quotes}" if quotes else reason
    elif quotes:
        if step.before is None:
            yield language.gettext("newly named: %(words)s", words=quotes)
        elif step.after is None:
            yield language.gettext("no longer named: %(words)s", words=quotes)
        else:
            yield quotes
    if step.event is not None and step.event.folded is not None:
        yield language.gettext("another variant of the page was served")


def _tell_quotes(step: CommitmentStep, language: Language) -> str:
    before, after = (
        None if side is None else language.gettext("\u201c%(words)s\u201d", words=side.text)
        for side in (step.before, step.after)
    )
    if before is not None and after is not None:
        return language.gettext("%(old)s became %(new)s", old=before, new=after)
    return after or before or ""
