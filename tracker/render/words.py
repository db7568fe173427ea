"""The words in which codes are told to people. Every code of the model has its words here; a test holds that.

What is marked by `N_` is English and the name of a message: whoever tells it asks the language for it. Text for
terminals is English, which is what every function here speaks when no language is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from tracker.model import (
    N_,
    Announcement,
    AppliedCorrection,
    ClauseChange,
    ClauseKind,
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
)
from tracker.render.language import ENGLISH, Language

KIND_WORDS: Final[dict[str, str]] = {
    "substantive": N_("Substantive"),
    "clarification": N_("Clarification"),
    "editorial": N_("Editorial"),
    "technical": N_("Technical"),
    "broken": N_("Not the policy"),
}
KIND_MEANINGS: Final[dict[str, str]] = {
    "substantive": N_("rights, duties, data or conditions differ"),
    "clarification": N_("the wording explains more; the practice is the same"),
    "editorial": N_("wording, spelling, numbering or order; the meaning stands"),
    "technical": N_("markup, links or extraction; the same words"),
    "broken": N_("the captured page was not the document"),
}
EFFECT_WORDS: Final[dict[str, str]] = {
    "widens": N_("Widens"),
    "narrows": N_("Narrows"),
    "mixed": N_("Widens and narrows"),
    "neutral": N_("Neutral"),
    "unclear": N_("Unclear"),
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
    "widens": N_("the company may do more, or the user is less protected"),
    "narrows": N_("the company may do less, or the user is better protected"),
    "mixed": N_("some clauses widen what the company may do, others narrow it"),
    "neutral": N_("neither side gains or loses"),
    "unclear": N_("the text allows more than one reading"),
}
TRUST_WORDS: Final[dict[str, str]] = {
    "suspect": N_("Doubtful capture"),
    "alternating": N_("Alternating text"),
    "reverted": N_("Return to an earlier text"),
    "confirmed": N_("Confirmed"),
    "single": N_("Seen once so far"),
    "imported": N_("Imported"),
}
TRUST_MEANINGS: Final[dict[str, str]] = {
    "suspect": N_("the checks have doubts about this capture; it is set aside until they are settled"),
    "alternating": N_("the site serves two texts in turn; this is not counted as a change"),
    "reverted": N_("the policy went back to a text that it had before"),
    "confirmed": N_("the new text was seen again, at least an hour later or from another place"),
    "single": N_("one capture shows the new text; a second has not confirmed it yet"),
    "imported": N_("taken from another archive, whose captures we did not make"),
}
#: Why a step between two texts is no change.
FOLDING_WORDS: Final[dict[str, str]] = {
    "switch": N_("another variant of the page was served"),
    "passing": N_("a text that stood for days at most before the one before it came back"),
    "return": N_("back to a text that was away for days at most, not for the first time"),
}
FACET_WORDS: Final[dict[str, str]] = {
    "trigger": N_("What sets it off"),
    "authority": N_("Who may demand it"),
    "data": N_("Which data"),
    "recipient": N_("Who receives it"),
    "purpose": N_("What for"),
    "modality": N_("Never, may, will or must"),
    "retention": N_("How long"),
    "cadence": N_("How often"),
    "assurance": N_("Promise"),
    "notice": N_("Notice"),
    "consent": N_("Consent"),
    "age": N_("Age"),
    "money": N_("Money"),
    "jurisdiction": N_("Jurisdiction"),
}
#: What became of a promise or a power.
FATE_WORDS: Final[dict[Fate, str]] = {
    "kept": N_("Kept"),
    "narrowed": N_("Narrowed"),
    "strengthened": N_("Strengthened"),
    "widened": N_("Widened"),
    "broken-off": N_("Broken off"),
    "withdrawn": N_("Withdrawn"),
    "unclear": N_("Unclear"),
}
FATE_MEANINGS: Final[dict[Fate, str]] = {
    "kept": N_("it stands word for word, or in words in which no rule finds another meaning"),
    "narrowed": N_("it covers less than it did"),
    "strengthened": N_("the promise covers more than it did"),
    "widened": N_("the company permits itself more than it did"),
    "broken-off": N_("the sentence is gone, nothing like it stands anywhere, or the text says the opposite"),
    "withdrawn": N_("the company no longer permits itself this in these or similar words"),
    "unclear": N_("it was reworded, and no rule tells which way"),
}
OP_WORDS: Final[dict[str, str]] = {
    "modified": N_("Reworded"),
    "added": N_("Added"),
    "removed": N_("Removed"),
    "moved": N_("Moved"),
}
CLAUSE_WORDS: Final[dict[ClauseKind, str]] = {
    "heading": N_("Heading"),
    "paragraph": N_("Paragraph"),
    "item": N_("Item"),
    "row": N_("Row"),
    "quote": N_("Quote"),
    "code": N_("Code"),
}
#: Notes of the comparer by the code before their colon.
NOTE_WORDS: Final[dict[str, str]] = {
    "coarse": N_(
        "Too long to compare word by word: long passages are shown as replaced, even where some of their words stayed"
    ),
    "invisible": N_("Invisible: %(told)s"),
    "look-alike": N_("Look-alike letters: %(told)s"),
    "overlay": N_("Overlaid letters: %(told)s"),
    "place": N_("Place: %(told)s"),
}
OUTCOME_WORDS: Final[dict[str, str]] = {
    "first-record": N_("first record"),
    "changed": N_("changed"),
    "technical": N_("same words, other markup"),
    "unchanged": N_("unchanged"),
    "held": N_("held back for review"),
    "refused": N_("refused"),
    "failed": N_("failed"),
    "skipped": N_("skipped"),
}
#: Only what is not `watching` is ever told.
STANDING_WORDS: Final[dict[str, str]] = {
    "watching": N_("Watched"),
    "ended": N_("Ended"),
    "moved": N_("Moved?"),
}
#: How an absence was over.
ENDING_WORDS: Final[dict[str, str]] = {
    "returned": N_("The document is back in its place"),
    "moved-on": N_("The document was found on another host"),
    "declared-anew": N_("The document is watched at a new address"),
}
RECORD_WORDS: Final[dict[str, str]] = {
    "first": N_("First record"),
    "change": N_("Change of the text"),
    "technical": N_("Technical: same words"),
}
ANNOUNCED_WORDS: Final[dict[str, str]] = {
    "same-version": N_("Announced in the policy's own change log with this version"),
    "later": N_("Announced in the policy's own change log only later"),
    "never": N_("Not announced in the policy's own change log so far"),
    "no-log": N_("The policy keeps no change log"),
}
#: What became of the policy's own date.
DATE_WORDS: Final[dict[DateStatus, str]] = {
    "moved-with-change": N_("The policy's own date moved with the text"),
    "moved-alone": N_("The policy's own date moved, and no other word differs"),
    "stood-still": N_("The policy's own date did not move, though the text changed in substance"),
    "unmoved": N_("The policy's own date did not move"),
    "went-back": N_("The policy's own date went back"),
    "appeared": N_("The policy now bears a date of its own"),
    "gone": N_("The policy's own date is gone"),
}

#: What clauses are about.
TOPIC_WORDS: Final[dict[str, str]] = {
    "data-collection": N_("data collection"),
    "data-sharing": N_("data sharing"),
    "law-enforcement": N_("law enforcement"),
    "retention-deletion": N_("retention and deletion"),
    "security": N_("security"),
    "advertising-profiling": N_("advertising and profiling"),
    "user-rights": N_("user rights"),
    "children": N_("children"),
    "international-transfer": N_("international transfer"),
    "payments": N_("payments"),
    "third-party": N_("third party"),
    "ai-automation": N_("AI and automation"),
    "contact-representative": N_("contact and representative"),
    "policy-changes": N_("policy changes"),
    "legal-basis": N_("legal basis"),
    "cookies": N_("cookies"),
    "location": N_("location"),
    "liability-disputes": N_("liability and disputes"),
    "account-termination": N_("account termination"),
    "content-licence": N_("content licence"),
    "other": N_("other"),
}
#: What a person may correct.
CORRECTION_WORDS: Final[dict[CorrectionField, str]] = {
    "kind": N_("Kind"),
    "material": N_("Materiality"),
    "effect": N_("Effect"),
    "topics": N_("Topics"),
    "headline": N_("Headline"),
    "retract": N_("Standing"),
}

#: Look-alike letters that one note names.
_MOST_LETTERS: Final = 5

MONTHS: Final = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"), N_("August"),
    N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip


def tell_day(instant: datetime, language: Language = ENGLISH) -> str:
    """Return the UTC day of `instant` as `23 September 2024`, whatever the machine's locale."""
    moment = instant.astimezone(UTC)
    month = language.gettext(MONTHS[moment.month - 1])
    return language.gettext("%(day)s %(month)s %(year)s", day=moment.day, month=month, year=moment.year)


def tell_month(month: str, language: Language = ENGLISH) -> str:
    """Return `2024-09` as `September 2024`."""
    year, number = month.split("-")
    return language.gettext("%(month)s %(year)s", month=language.gettext(MONTHS[int(number) - 1]), year=year)


def tell_instant(instant: datetime, language: Language = ENGLISH) -> str:
    """Return `instant` as `23 September 2024, 15:26 UTC`."""
    moment = instant.astimezone(UTC)
    return language.gettext("%(day)s, %(time)s UTC", day=tell_day(moment, language), time=format(moment, "%H:%M"))


def tell_standing(standing: Standing, language: Language = ENGLISH) -> str:
    """Return, as a headline, that a document ended or seems to have moved, or how it is seen again."""
    if standing.ending is not None:
        return language.gettext(ENDING_WORDS[standing.ending])
    if standing.state == "moved" and standing.is_served:
        return language.gettext("The document seems to have moved to another host")
    if standing.state == "moved":
        return language.gettext("The document seems to have moved")
    if standing.state == "ended":
        return language.gettext("The document has ended at its address")
    return language.gettext("The document is watched")


def tell_next_step(standing: Standing, language: Language = ENGLISH) -> str:
    """Return what a person can do about a document that ended or seems to have moved."""
    if standing.is_served:
        return language.gettext("Open the new address, and change fetch in the declaration to it.")
    if standing.state == "moved":
        return language.gettext(
            "Find the document's new address and change fetch in the declaration; no clause counts as removed."
        )
    return language.gettext(
        "See whether the document goes on elsewhere, and change fetch in the declaration; what is archived stays, and "
        "no clause counts as removed."
    )


def tell_topic(topic: str, language: Language = ENGLISH) -> str:
    """Return a topic's code as words: `law enforcement`. A code that other rules brought in is told as it is."""
    words = TOPIC_WORDS.get(topic)
    return topic.replace("-", " ") if words is None else language.gettext(words)


def capitalise(words: str) -> str:
    """Return `words` with a capital at the beginning; `str.capitalize` would make all others small."""
    return words[:1].upper() + words[1:]


def uncapitalise(words: str) -> str:
    """Return `words` as they stand within a sentence: with a small letter at the beginning, all others as they are."""
    return words[:1].lower() + words[1:]


def tell_count(number: int, one: str, many: str) -> str:
    """Return `1 clause` or `2 clauses`, for texts that are English alone; pages have `Language.ngettext`."""
    return f"{number:,} {one if number == 1 else many}"


def tell_section(section: SectionRef, language: Language = ENGLISH) -> str:
    """Return a section as people cite it: `8.3 Law Enforcement`."""
    number = section.number if section.number != "0" else None
    named = " ".join(part for part in (number, section.title) if part)
    return named or language.gettext("Before the first heading")


def tell_op(clause: ClauseChange, language: Language = ENGLISH) -> str:
    """Return what happened to a clause: `Reworded`, `Moved from 8.3 Police to 8.4 Law Enforcement`."""
    if clause.is_technical:
        return language.gettext("Same words")
    word = language.gettext(OP_WORDS[clause.op])
    if clause.moved_from is None or (clause.is_heading and clause.moved_from == clause.section):
        return word
    new = tell_section(clause.section, language)
    if clause.moved_from == clause.section:
        return language.gettext("%(happened)s within %(section)s", happened=word, section=new)
    old = tell_section(clause.moved_from, language)
    return language.gettext("%(happened)s from %(old)s to %(new)s", happened=word, old=old, new=new)


def tell_note(note: str) -> str:
    """Return a note of a clause change as a sentence without its full stop; the comparer's codes become words.

    >>> tell_note("coarse: whole sentences")[:12]
    'Too long to '
    """
    words, told = read_note(note)
    return words % {"told": told} if words else told


def read_note(note: str) -> tuple[str, str]:
    """Return the message that goes with a note's code, `""` where it has none, and what the comparer says in English.

    Where there is a place for that, it stands at `%(told)s` of the message.
    """
    code, colon, told = note.partition(": ")
    if code == "look-alike":
        told = "; ".join([told, *_foreign_letters(told)])
    if colon and code in NOTE_WORDS:
        return NOTE_WORDS[code], told
    return "", capitalise(note)


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


def tell_announcement(announced: Announcement, language: Language = ENGLISH) -> str:
    """Return whether a clause was announced, in one phrase, with the lag where it was only later."""
    if announced.lag_days is not None:
        return language.gettext(
            "Announced in the policy's own change log only later: %(lag)s after the change was first seen",
            lag=_tell_days(announced.lag_days, language),
        )
    if announced.status == "never" and announced.entry is not None:
        return language.gettext(
            "Not announced in the policy's own change log so far, but for words that name no change"
        )
    return language.gettext(ANNOUNCED_WORDS[announced.status])


def _tell_days(days: float, language: Language) -> str:
    """Return a number of days with one decimal at most: `28.5 days`."""
    if round(days, 1) == int(round(days, 1)):
        return language.ngettext("%(num)s day", "%(num)s days", int(round(days, 1)))
    return language.gettext("%(days)s days", days=language.decimal(days, 1))


def tell_announcements(verdicts: Sequence[ClauseVerdict], language: Language = ENGLISH) -> str | None:
    """Return whether the clauses were announced, in one phrase; None where the question makes no sense."""
    told = [verdict.announced for verdict in verdicts if verdict.announced is not None]
    if not told:
        return None
    phrases = dict.fromkeys(tell_announcement(announced, language) for announced in told)
    if len(phrases) == 1:
        return next(iter(phrases))
    statuses = [announced.status for announced in told]
    if len(set(statuses)) == 1:
        return language.gettext(ANNOUNCED_WORDS[statuses[0]])
    counts = (
        (N_("%(count)s with this version"), statuses.count("same-version")),
        (N_("%(count)s only later"), statuses.count("later")),
        (N_("%(count)s not so far"), statuses.count("never")),
    )
    parts = [language.gettext(told_so, count=count) for told_so, count in counts if count]
    return language.ngettext(
        "Partly announced, of %(num)s clause: %(parts)s",
        "Partly announced, of %(num)s clauses: %(parts)s",
        len(told),
        parts=", ".join(parts),
    )


def tell_dates(dates: OwnDates, language: Language = ENGLISH) -> str:
    """Return what became of the policy's own date, with the words and days as printed."""
    old, new = dates.old, dates.new
    if old is not None and new is not None and old.printed != new.printed:
        days = language.gettext("%(old)s became %(new)s", old=_tell_own_date(old), new=_tell_own_date(new))
    else:
        days = next((_tell_own_date(side) for side in (new, old) if side is not None), "")
    told = f"{language.gettext(DATE_WORDS[dates.status])}: {days}"
    if any(side.is_ambiguous for side in (old, new) if side is not None):
        return f"{told} {language.gettext('(day and month can be read either way)')}"
    return told


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


def tell_published(published: PublishedVerdict | Verdict, language: Language = ENGLISH) -> str:
    """Return a verdict, published or not, the headline left aside: `substantive, material, widens; security`.

    Codes that other rules brought in are told as they are.
    """
    parts = (
        uncapitalise(language.gettext(KIND_WORDS.get(published.kind, published.kind))),
        _tell_material(language, is_material=published.material),
        uncapitalise(language.gettext(EFFECT_WORDS.get(published.effect, published.effect))),
    )
    topics = ", ".join(tell_topic(topic, language) for topic in published.topics)
    return ", ".join(parts) + (f"; {topics}" if topics else "")


def _tell_material(language: Language, *, is_material: bool) -> str:
    return language.gettext("material") if is_material else language.gettext("not material")


def tell_value(field: CorrectionField, value: CorrectionValue, language: Language = ENGLISH) -> str:
    """Return the value of a field that can be corrected, in words."""
    if field == "material":
        return _tell_material(language, is_material=bool(value))
    if isinstance(value, bool):
        return language.gettext("retracted") if value else language.gettext("standing")
    if isinstance(value, tuple):
        return ", ".join(tell_topic(topic, language) for topic in value) or language.gettext("none")
    if field == "headline":
        return value
    words = KIND_WORDS if field == "kind" else EFFECT_WORDS
    return uncapitalise(language.gettext(words.get(value, value)))


def tell_correction(done: AppliedCorrection, language: Language = ENGLISH) -> str:
    """Return a correction as a sentence: `Effect corrected from widens to neutral, 3 May 2025, by Ann Lee: a slip`."""
    correction = done.correction
    if correction.field == "retract":
        told = language.gettext("Retracted") if correction.value else language.gettext("Restored")
    else:
        old, new = (tell_value(correction.field, value, language) for value in (done.old, correction.value))
        field = language.gettext(CORRECTION_WORDS[correction.field])
        told = language.gettext("%(field)s corrected from %(old)s to %(new)s", field=field, old=old, new=new)
    return language.gettext(
        "%(told)s, %(instant)s, by %(person)s: %(reason)s",
        told=told,
        instant=tell_instant(correction.at, language),
        person=correction.by,
        reason=correction.reason,
    )


def tell_folding(event: Event, language: Language = ENGLISH) -> str:
    """Return why `event` is no change, in words; `""` where it is one."""
    if event.folded is None:
        return ""
    why = language.gettext(FOLDING_WORDS[event.folded])
    if event.folded == "switch" and event.variant:
        return language.gettext("variant %(name)s: %(why)s", name=event.variant, why=why)
    return why
