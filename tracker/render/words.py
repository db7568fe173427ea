"""The words in which codes are told to people. Every code of the model has its words here; a test holds that."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tracker.model import (
    Announcement,
    AppliedCorrection,
    ClauseChange,
    ClauseVerdict,
    CorrectionField,
    CorrectionValue,
    DateStatus,
    Event,
    Fate,
    OwnDate,
    OwnDates,
    PublishedVerdict,
    SectionRef,
    Standing,
    Verdict,
    format_days,
)

KIND_WORDS: Final[dict[str, str]] = {
    "substantive": "Substantive",
    "clarification": "Clarification",
    "editorial": "Editorial",
    "technical": "Technical",
    "broken": "Not the policy",
}
KIND_MEANINGS: Final[dict[str, str]] = {
    "substantive": "rights, duties, data or conditions differ",
    "clarification": "the wording explains more; the practice is the same",
    "editorial": "wording, spelling, numbering or order; the meaning stands",
    "technical": "markup, links or extraction; the same words",
    "broken": "the captured page was not the document",
}
EFFECT_WORDS: Final[dict[str, str]] = {
    "widens": "Widens",
    "narrows": "Narrows",
    "mixed": "Widens and narrows",
    "neutral": "Neutral",
    "unclear": "Unclear",
}
#: Marks beside the words, so that an effect is seen at a glance and without colour.
EFFECT_SHAPES: Final[dict[str, str]] = {
    "widens": "\u25b2",
    "narrows": "\u25bc",
    "mixed": "\u25c6",
    "neutral": "\u25cb",
    "unclear": "?",
}
EFFECT_MEANINGS: Final[dict[str, str]] = {
    "widens": "the company may do more, or the user is less protected",
    "narrows": "the company may do less, or the user is better protected",
    "mixed": "some clauses widen what the company may do, others narrow it",
    "neutral": "neither side gains or loses",
    "unclear": "the text allows more than one reading",
}
TRUST_WORDS: Final[dict[str, str]] = {
    "suspect": "Doubtful capture",
    "alternating": "Alternating text",
    "reverted": "Return to an earlier text",
    "confirmed": "Confirmed",
    "single": "Seen once so far",
    "imported": "Imported",
}
TRUST_MEANINGS: Final[dict[str, str]] = {
    "suspect": "the checks have doubts about this capture; it is set aside until they are settled",
    "alternating": "the site serves two texts in turn; this is not counted as a change",
    "reverted": "the policy went back to a text that it had before",
    "confirmed": "the new text was seen again, at least an hour later or from another place",
    "single": "one capture shows the new text; a second has not confirmed it yet",
    "imported": "taken from another archive, whose captures we did not make",
}
#: Why a step between two texts is no change.
FOLDING_WORDS: Final[dict[str, str]] = {
    "switch": "another variant of the page was served",
    "passing": "a text that stood for days at most before the one before it came back",
    "return": "back to a text that was away for days at most, not for the first time",
}
FACET_WORDS: Final[dict[str, str]] = {
    "trigger": "What sets it off",
    "authority": "Who may demand it",
    "data": "Which data",
    "recipient": "Who receives it",
    "purpose": "What for",
    "modality": "Never, may, will or must",
    "retention": "How long",
    "cadence": "How often",
    "assurance": "Promise",
    "notice": "Notice",
    "consent": "Consent",
    "age": "Age",
    "money": "Money",
    "jurisdiction": "Jurisdiction",
}
#: What became of a promise or a power.
FATE_WORDS: Final[dict[Fate, str]] = {
    "kept": "Kept",
    "narrowed": "Narrowed",
    "strengthened": "Strengthened",
    "widened": "Widened",
    "broken-off": "Broken off",
    "withdrawn": "Withdrawn",
    "unclear": "Unclear",
}
FATE_MEANINGS: Final[dict[Fate, str]] = {
    "kept": "it stands word for word, or in words in which no rule finds another meaning",
    "narrowed": "it covers less than it did",
    "strengthened": "the promise covers more than it did",
    "widened": "the company permits itself more than it did",
    "broken-off": "the sentence is gone, nothing like it stands anywhere, or the text says the opposite",
    "withdrawn": "the company no longer permits itself this in these or similar words",
    "unclear": "it was reworded, and no rule tells which way",
}
OP_WORDS: Final[dict[str, str]] = {
    "modified": "Reworded",
    "added": "Added",
    "removed": "Removed",
    "moved": "Moved",
}
#: Notes of the comparer by the code before their colon.
NOTE_WORDS: Final[dict[str, str]] = {
    "coarse": "Too long to compare word by word: long passages are shown as replaced, even where some of their words "
    "stayed",
    "invisible": "Invisible: {told}",
    "look-alike": "Look-alike letters: {told}",
    "overlay": "Overlaid letters: {told}",
    "place": "Place: {told}",
}
OUTCOME_WORDS: Final[dict[str, str]] = {
    "first-record": "first record",
    "changed": "changed",
    "technical": "same words, other markup",
    "unchanged": "unchanged",
    "held": "held back for review",
    "refused": "refused",
    "failed": "failed",
    "skipped": "skipped",
}
#: Only what is not `watching` is ever told.
STANDING_WORDS: Final[dict[str, str]] = {"watching": "Watched", "ended": "Ended", "moved": "Moved?"}
#: How an absence was over.
ENDING_WORDS: Final[dict[str, str]] = {
    "returned": "The document is back in its place",
    "moved-on": "The document was found on another host",
    "declared-anew": "The document is watched at a new address",
}
RECORD_WORDS: Final[dict[str, str]] = {
    "first": "First record",
    "change": "Change of the text",
    "technical": "Technical: same words",
}
ANNOUNCED_WORDS: Final[dict[str, str]] = {
    "same-version": "Announced in the policy's own change log with this version",
    "later": "Announced in the policy's own change log only later",
    "never": "Not announced in the policy's own change log so far",
    "no-log": "The policy keeps no change log",
}
#: What became of the policy's own date.
DATE_WORDS: Final[dict[DateStatus, str]] = {
    "moved-with-change": "The policy's own date moved with the text",
    "moved-alone": "The policy's own date moved, and no other word differs",
    "stood-still": "The policy's own date did not move, though the text changed in substance",
    "unmoved": "The policy's own date did not move",
    "went-back": "The policy's own date went back",
    "appeared": "The policy now bears a date of its own",
    "gone": "The policy's own date is gone",
}

#: What a person may correct.
CORRECTION_WORDS: Final[dict[CorrectionField, str]] = {
    "kind": "Kind",
    "material": "Materiality",
    "effect": "Effect",
    "topics": "Topics",
    "headline": "Headline",
    "retract": "Standing",
}

#: Look-alike letters that one note names.
_MOST_LETTERS: Final = 5

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def tell_day(instant: datetime) -> str:
    """Return the UTC day of `instant` as `23 September 2024`, in English whatever the machine's locale."""
    moment = instant.astimezone(UTC)
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def tell_month(month: str) -> str:
    """Return `2024-09` as `September 2024`."""
    year, number = month.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def tell_instant(instant: datetime) -> str:
    """Return `instant` as `23 September 2024, 15:26 UTC`."""
    moment = instant.astimezone(UTC)
    return f"{tell_day(moment)}, {moment:%H:%M} UTC"


def tell_standing(standing: Standing) -> str:
    """Return, as a headline, that a document ended or seems to have moved, or how it is seen again."""
    if standing.ending is not None:
        return ENDING_WORDS[standing.ending]
    if standing.state == "moved":
        return "The document seems to have moved" + (" to another host" if standing.is_served else "")
    return "The document has ended at its address" if standing.state == "ended" else "The document is watched"


def tell_next_step(standing: Standing) -> str:
    """Return what a person can do about a document that ended or seems to have moved."""
    if standing.is_served:
        return "Open the new address, and change fetch in the declaration to it."
    if standing.state == "moved":
        return "Find the document's new address and change fetch in the declaration; no clause counts as removed."
    return (
        "See whether the document goes on elsewhere, and change fetch in the declaration; what is archived stays, and "
        "no clause counts as removed."
    )


#: Topics of two subjects, between which the code has a mere hyphen.
_TWOFOLD_TOPICS: Final = {
    "advertising-profiling": "advertising and profiling",
    "ai-automation": "AI and automation",
    "contact-representative": "contact and representative",
    "liability-disputes": "liability and disputes",
    "retention-deletion": "retention and deletion",
}


def tell_topic(topic: str) -> str:
    """Return a topic's code as words: `law enforcement`."""
    return _TWOFOLD_TOPICS.get(topic, topic.replace("-", " "))


def capitalise(words: str) -> str:
    """Return `words` with a capital at the beginning; `str.capitalize` would make all others small."""
    return words[:1].upper() + words[1:]


def tell_count(number: int, one: str, many: str) -> str:
    """Return `1 clause` or `2 clauses`."""
    return f"{number:,} {one if number == 1 else many}"


def tell_section(section: SectionRef) -> str:
    """Return a section as people cite it: `8.3 Law Enforcement`."""
    number = section.number if section.number != "0" else None
    named = " ".join(part for part in (number, section.title) if part)
    return named or "Before the first heading"


def tell_op(clause: ClauseChange) -> str:
    """Return what happened to a clause: `Reworded`, `Moved from 8.3 Police to 8.4 Law Enforcement`."""
    if clause.is_technical:
        return "Same words"
    word = OP_WORDS[clause.op]
    if clause.moved_from is None or (clause.is_heading and clause.moved_from == clause.section):
        return word
    if clause.moved_from == clause.section:
        return f"{word} within {tell_section(clause.section)}"
    return f"{word} from {tell_section(clause.moved_from)} to {tell_section(clause.section)}"


def tell_note(note: str) -> str:
    """Return a note of a clause change as a sentence without its full stop; the comparer's codes become words.

    >>> tell_note("coarse: whole sentences")[:12]
    'Too long to '
    """
    code, colon, told = note.partition(": ")
    if code == "look-alike":
        told = "; ".join([told, *_foreign_letters(told)])
    if colon and code in NOTE_WORDS:
        return NOTE_WORDS[code].format(told=told)
    return capitalise(note)


def _foreign_letters(text: str) -> list[str]:
    """Return each letter of another script than Latin with its name: somebody took it for a Latin one."""
    letters = (letter for letter in dict.fromkeys(text) if letter.isalpha() and not letter.isascii())
    names = ((letter, unicodedata.name(letter, "unnamed letter").lower()) for letter in letters)
    foreign = [f"{letter} is U+{ord(letter):04X} {name}" for letter, name in names if not name.startswith("latin")]
    return foreign[:_MOST_LETTERS]


def is_coarse(note: str) -> bool:
    """Whether a note of a clause change says that its redline is coarser than words."""
    return note.startswith("coarse")


def shorten(text: str, limit: int) -> str:
    """Return `text`, or its first words up to about `limit` characters and an ellipsis.

    >>> shorten("Letters wait in the loft", 14)
    'Letters wait\u2026'
    """
    if len(text) <= limit:
        return text
    cut = text[: limit + 1]
    words, space, _ = cut.rpartition(" ")
    return f"{(words if space and len(words) > limit // 2 else text[:limit]).rstrip()}\u2026"


def tell_announcement(announced: Announcement) -> str:
    """Return whether a clause was announced, in one phrase, with the lag where it was only later."""
    told = ANNOUNCED_WORDS[announced.status]
    if announced.lag_days is not None:
        return f"{told}: {format_days(announced.lag_days)} after the change was first seen"
    if announced.status == "never" and announced.entry is not None:
        return f"{told}, but for words that name no change"
    return told


def tell_announcements(verdicts: Sequence[ClauseVerdict]) -> str | None:
    """Return whether the clauses were announced, in one phrase; None where the question makes no sense."""
    told = [verdict.announced for verdict in verdicts if verdict.announced is not None]
    if not told:
        return None
    phrases = dict.fromkeys(map(tell_announcement, told))
    if len(phrases) == 1:
        return next(iter(phrases))
    statuses = [announced.status for announced in told]
    if len(set(statuses)) == 1:
        return ANNOUNCED_WORDS[statuses[0]]
    counts = (
        ("with this version", statuses.count("same-version")),
        ("only later", statuses.count("later")),
        ("not so far", statuses.count("never")),
    )
    parts = [f"{count} {when}" for when, count in counts if count]
    return f"Partly announced, of {tell_count(len(told), 'clause', 'clauses')}: {', '.join(parts)}"


def tell_dates(dates: OwnDates) -> str:
    """Return what became of the policy's own date, with the words and days as printed."""
    old, new = dates.old, dates.new
    if old is not None and new is not None and old.printed != new.printed:
        days = f"{_tell_own_date(old)} became {_tell_own_date(new)}"
    else:
        days = next((_tell_own_date(side) for side in (new, old) if side is not None), "")
    unclear = any(side.is_ambiguous for side in (old, new) if side is not None)
    return f"{DATE_WORDS[dates.status]}: {days}{' (day and month can be read either way)' if unclear else ''}"


def _tell_own_date(date: OwnDate) -> str:
    return f"{date.label}: {date.printed}" if date.label else date.printed


def is_unannounced(verdicts: Sequence[ClauseVerdict]) -> bool:
    """Whether the meaning of some clause changed although the policy keeps a change log that does not mention it."""
    return any(
        verdict.kind in {"substantive", "clarification"}
        and verdict.announced is not None
        and verdict.announced.status == "never"
        for verdict in verdicts
    )


def tell_published(published: PublishedVerdict | Verdict) -> str:
    """Return a verdict, published or not, the headline left aside: `substantive, material, widens; security`.

    Codes that other rules brought in are told as they are.
    """
    kind = KIND_WORDS.get(published.kind, published.kind).lower()
    effect = EFFECT_WORDS.get(published.effect, published.effect).lower()
    material = "material" if published.material else "not material"
    topics = ", ".join(map(tell_topic, published.topics))
    return f"{kind}, {material}, {effect}" + (f"; {topics}" if topics else "")


def tell_value(field: CorrectionField, value: CorrectionValue) -> str:
    """Return the value of a field that can be corrected, in words."""
    if field == "material":
        return "material" if value else "not material"
    if isinstance(value, bool):
        return "retracted" if value else "standing"
    if isinstance(value, tuple):
        return ", ".join(map(tell_topic, value)) or "none"
    if field == "headline":
        return value
    words = KIND_WORDS if field == "kind" else EFFECT_WORDS
    return words.get(value, value).lower()


def tell_correction(done: AppliedCorrection) -> str:
    """Return a correction as a sentence: `Effect corrected from widens to neutral, 3 May 2025, by Ann Lee: a slip`."""
    correction = done.correction
    if correction.field == "retract":
        told = "Retracted" if correction.value else "Restored"
    else:
        old, new = (tell_value(correction.field, value) for value in (done.old, correction.value))
        told = f"{CORRECTION_WORDS[correction.field]} corrected from {old} to {new}"
    return f"{told}, {tell_instant(correction.at)}, by {correction.by}: {correction.reason}"


def tell_folding(event: Event) -> str:
    """Return why `event` is no change, in words; `""` where it is one."""
    if event.folded is None:
        return ""
    to = f"variant {event.variant}: " if event.folded == "switch" and event.variant else ""
    return to + FOLDING_WORDS[event.folded]
