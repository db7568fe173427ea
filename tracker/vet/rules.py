"""The rules of vetting, one function each, in the order in which their reasons are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from tracker.vet import phrases
from tracker.vet.case import Case
from tracker.vet.language import foreign_language

#: Characters below which a first capture is no policy, where the document's options state no other length. A letter of
#: a script without spaces counts as three.
SHORTEST_FIRST: Final = 200
#: Characters of text within which a phrase in passing betrays a wall: with a past that it replaces, and without.
_WORDY: Final = 600
_WORDY_FIRST: Final = 300
#: Characters below which a page may be a script's placeholder at first capture.
_LOADING_FIRST: Final = 400
#: Characters below which phrases and page structure together betray a wall.
_BRIEF: Final = 1_000
#: Of the old length: DESIGN and FAULTS hold a text that lost 60 % or grew tenfold.
_SHRUNK_SHARE: Final = 0.4
_GROWN_FACTOR: Final = 10
#: Share of four-word runs in common below which two texts are different documents; unrelated policies share 1 or 2 %.
ALIEN_SHARE: Final = 0.05
#: Of the old length: a text that is nothing but a part of the one before, and lacks this much of it, is not whole.
_EXCERPT_LOSS: Final = 0.4
#: An edit that removes so much leaves a new word somewhere: a date, a reference, a number.
_HALF: Final = 0.5
#: Share of characters in links: from the first on a page is a list of them, up to the second it is prose.
_INDEX_LINKED: Final = 0.5
_PROSE_LINKED: Final = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a capture should not be recorded as it is, or not without saying so."""

    action: Literal["flag", "hold", "refuse"]
    """`flag`: it is recorded, and the doubt with it."""
    reason: str
    """A code of `tracker.model.REASONS`."""
    detail: str


Rule: TypeAlias = Callable[[Case], Doubt | None]


def _refuse(reason: str, detail: str) -> Doubt:
    return Doubt(action="refuse", reason=reason, detail=detail)


def _hold(reason: str, detail: str) -> Doubt:
    return Doubt(action="hold", reason=reason, detail=detail)


def _lost(case: Case) -> float:
    return 1 - case.length / case.old_length if case.old_length else 0.0


def _has_words(case: Case, found: object, *, beside_marks: bool = False) -> bool:
    """Return whether a phrase was found in a text that holds little else; marks in the page allow for a little more."""
    if not case.has_past:
        return bool(found) and case.length < _WORDY_FIRST
    return bool(found) and case.length < (_BRIEF if beside_marks else _WORDY)


def _is_scrap(case: Case) -> bool:
    """Return whether the text is a few words in the place of a document at least twice as long."""
    return case.length < min(_WORDY, case.old_length / 2)


def _described(case: Case, what: str) -> str:
    past = f" and keeps {case.kept:.0%} of the text before" if case.has_past else ""
    head = f" under the heading {case.heads[0]!r}" if case.heads else ""
    return f"The page reads as {what}{head}: it has {case.length} characters{past}."


def doubt_emptiness(case: Case) -> Doubt | None:
    """Refuse a text without a single letter."""
    if case.sketch.has_words:
        return None
    return _refuse("too-short", "The page has no words.")


def doubt_loading_page(case: Case) -> Doubt | None:
    """Refuse the placeholder of a page that scripts would fill in."""
    if not (case.is_strange and case.is_slight):
        return None
    if not case.has_past and case.length >= _LOADING_FIRST:
        return None
    if case.sketch.waits or _has_words(case, phrases.LOADING_WORDS.search(case.words)):
        return _refuse("loading-page", _described(case, "a placeholder"))
    return None


def doubt_challenge(case: Case) -> Doubt | None:
    """Refuse a bot check that says so: in its heading, in its headers, or in its words beside its scripts."""
    if not (case.is_strange and case.is_slight):
        return None
    said_by_header = any(
        (snapshot.header(name) or "").lower() in values
        for snapshot in case.snapshots
        for name, values in phrases.CHALLENGE_HEADERS.items()
    )
    says_challenge = case.is_headed(phrases.CHALLENGE_HEADS) or _has_words(
        case, phrases.CHALLENGE_WORDS.search(case.words), beside_marks=_bears_challenge_marks(case)
    )
    if said_by_header or says_challenge:
        return _refuse("challenge-page", _described(case, "a bot check"))
    return None


def doubt_login_wall(case: Case) -> Doubt | None:
    """Refuse a request to log in."""
    if not case.is_strange:
        return None
    was_sent_to_login = case.was_redirected(phrases.LOGIN_SEGMENTS) and (case.is_slight or case.has_past)
    asks_password = any(b'type="password"' in page or b"type=password" in page for page in case.raw)
    says_login = case.is_slight and (
        case.is_headed(phrases.LOGIN_HEADS)
        or _has_words(case, phrases.LOGIN_WORDS.search(case.words), beside_marks=asks_password)
    )
    if was_sent_to_login or says_login:
        return _refuse("login-wall", _described(case, "a login"))
    return None


def doubt_cookie_wall(case: Case) -> Doubt | None:
    """Refuse a page that offers consent buttons instead of the document."""
    if not (case.is_strange and case.is_slight) or (not case.has_past and case.length >= _BRIEF):
        return None
    buttons = sum(bool(button.search(case.words)) for button in phrases.COOKIE_BUTTONS)
    is_headed = case.is_headed(phrases.COOKIE_HEADS)
    # A policy on cookies may bear such a heading, and speak of a button.
    least = 3 if case.reads_as_policy else 2
    if phrases.COOKIE_WORDS.search(case.words) and buttons + is_headed >= least:
        return _refuse("cookie-wall", _described(case, "a request for consent"))
    return None


def doubt_error_page(case: Case) -> Doubt | None:
    """Refuse an error page that was served as if it were well."""
    if not case.is_strange:
        return None
    # With nothing of the past left, an error's heading convicts a long page too: some list the whole site below it.
    is_bare = case.is_slight or (case.has_past and case.kept < ALIEN_SHARE)
    if (is_bare and case.is_headed(phrases.ERROR_HEADS)) or (
        case.is_slight and _has_words(case, phrases.ERROR_WORDS.search(case.words))
    ):
        return _refuse("error-page", _described(case, "an error"))
    return None


def doubt_challenge_scripts(case: Case) -> Doubt | None:
    """Refuse a wordless bot check: a scrap of text, nothing of the past, and the scripts of a check."""
    if case.is_strange and _is_scrap(case) and _bears_challenge_marks(case):
        return _refuse("challenge-page", _described(case, "a bot check, by its scripts,"))
    return None


def _bears_challenge_marks(case: Case) -> bool:
    return any(mark in page for page in case.raw for mark in phrases.CHALLENGE_MARKS)


def doubt_duplicate_source(case: Case) -> Doubt | None:
    """Refuse a combined document that holds one of its sources in the place of another.

    Open Terms Archive recorded 140 such versions of Telegram's terms, from September 2024 to March 2025.
    """
    if case.parts < 2:  # noqa: PLR2004 - a pair
        return None
    captured = zip(case.sources, case.snapshots, strict=False)
    for (source, snapshot), (other_source, other_snapshot) in combinations(captured, 2):
        # Two parts of one page are a good combined document; the same part twice is none.
        if (source.select, source.remove) != (other_source.select, other_source.remove):
            continue
        if snapshot.body == other_snapshot.body or snapshot.final_url == other_snapshot.final_url:
            return _refuse("duplicate-source", f"{source.url} and {other_source.url} gave the same page.")
    if len(set(case.names)) < len(case.names):
        return _refuse("duplicate-source", "It was made from one snapshot in the place of several.")
    copies = case.sketch.count_copies(case.parts)
    if copies > 1:
        return _refuse("duplicate-source", f"The text is {copies} times the same, clause by clause.")
    return None


def doubt_missing_source(case: Case) -> Doubt | None:
    """Refuse a combined document of which some page is not there; hold one of which a large part is gone as a whole."""
    if case.snapshots and len(case.snapshots) < len(case.sources):
        count, expected = len(case.snapshots), len(case.sources)
        return _refuse("missing-source", f"It was made from {count} of the {expected} pages that are declared.")
    is_combined = case.parts > 1
    is_excerpt = case.excerpt in {"cut", "beginning", "part"} and not case.is_known
    if is_combined and is_excerpt and _lost(case) >= _EXCERPT_LOSS:
        return _hold("missing-source", f"It is one part of the text before, without the other {_lost(case):.0%}.")
    return None


def doubt_language(case: Case) -> Doubt | None:
    """Refuse a long text that is surely in another language than declared, or than before where none is declared."""
    if case.has_past and not case.is_strange:
        return None
    expected = case.language
    if expected is None and case.past is not None:
        expected = case.past.language
    found = foreign_language(case.sketch.languages, expected=expected) if expected is not None else None
    if found is None:
        return None
    why = "is declared" if case.language is not None else "was the language before"
    return _refuse("wrong-language", f"The text is in {found!r}, and {expected!r} {why}.")


def doubt_identity(case: Case) -> Doubt | None:
    """Hold a text that has nothing in common with the one before; refuse a scrap, or a list of links."""
    if case.past is None or case.is_known:
        return None
    if case.is_strange and case.is_slight and case.past.linked < _PROSE_LINKED and case.sketch.linked >= _INDEX_LINKED:
        return _refuse("another-document", f"It has {case.length} characters, and {case.sketch.linked:.0%} are links.")
    if max(case.kept, case.familiar) >= ALIEN_SHARE:
        return None
    return Doubt(
        action="refuse" if _is_scrap(case) else "hold",
        reason="another-document",
        detail=f"Of the text before {case.kept:.0%} is kept; it had {case.old_length} characters, "
        f"the new one has {case.length}.",
    )


def doubt_length(case: Case) -> Doubt | None:
    """Refuse a text below the declared length, or a first capture below that of any policy."""
    least = case.min_length or (0 if case.has_past else SHORTEST_FIRST)
    if case.length >= least or (not case.min_length and case.weight >= least):
        return None
    return _refuse("too-short", f"The text has {case.length} characters, and at least {least} are expected.")


def doubt_truncation(case: Case) -> Doubt | None:
    """Hold a text that ends where the one before went on; refuse one that breaks off with its page, which had an end.

    A page without its closing tag proves little by itself: minifiers drop the tag, which HTML allows, and scripts may
    follow it. So what may be the whole text is held, for a later run to see again.
    """
    if case.is_known:
        return None
    if case.past is None:
        is_broken = case.is_unclosed and case.sketch.breaks_off
        return _hold("truncated", "The page has no end, and its text ends within a sentence.") if is_broken else None
    lost = _lost(case)
    where = "within a sentence" if case.sketch.breaks_off else "where it went on before"
    if case.is_unclosed and case.was_closed and case.is_cut and case.sketch.breaks_off:
        return _refuse("truncated", f"The page has no end, and its text ends {where}, {lost:.0%} shorter than before.")
    if case.is_cut or (case.is_unclosed and case.excerpt in {"cut", "beginning"}):
        return _hold("truncated", f"It is the beginning of the text before, and ends {where}; {lost:.0%} is gone.")
    if case.is_unclosed and case.was_closed and lost > 0 and case.sketch.closing != case.past.closing:
        return _hold("truncated", f"The page has no end, and its text ends otherwise, {lost:.0%} shorter than before.")
    return None


def doubt_shrinking(case: Case) -> Doubt | None:
    """Hold a text that lost 60 % or more."""
    if not case.has_past or case.is_known or case.length > _SHRUNK_SHARE * case.old_length:
        return None
    return Doubt(
        action="hold", reason="shrunk", detail=f"The text went from {case.old_length} to {case.length} characters."
    )


def doubt_growth(case: Case) -> Doubt | None:
    """Hold a text that is ten times as long as before."""
    if not case.has_past or case.is_known or case.length < _GROWN_FACTOR * case.old_length:
        return None
    return Doubt(
        action="hold", reason="grown", detail=f"The text went from {case.old_length} to {case.length} characters."
    )


def doubt_excerpt(case: Case) -> Doubt | None:
    """Hold a text that says nothing new and lacks about half of what was there."""
    if case.past is None or case.is_known:
        return None
    lost = _lost(case)
    # A text that was there twice over keeps its runs of words when one of the two goes.
    if case.excerpt is None or lost < (_HALF if case.excerpt == "parts" else _EXCERPT_LOSS) or case.kept > 1 - lost / 2:
        return None
    return _hold("truncated", f"It says nothing that the text before did not say, and {lost:.0%} of that is gone.")


def doubt_older_edition(case: Case) -> Doubt | None:
    """Flag a text that dates itself before the one that it replaces: an older edition, or another one."""
    past, dated = case.past_dated, case.dated
    if case.is_known or past is None or dated is None or dated >= past or not case.is_much_changed:
        return None
    return Doubt(
        action="flag", reason="older-edition", detail=f"It dates itself {dated}, and the text before is of {past}."
    )


#: In this order the first refusal, or else the first doubt that holds, gives the reason.
RULES: Final[tuple[Rule, ...]] = (
    doubt_emptiness,
    doubt_loading_page,
    doubt_challenge,
    doubt_login_wall,
    doubt_cookie_wall,
    doubt_error_page,
    doubt_challenge_scripts,
    doubt_duplicate_source,
    doubt_missing_source,
    doubt_language,
    doubt_length,
    doubt_identity,
    doubt_truncation,
    doubt_shrinking,
    doubt_growth,
    doubt_excerpt,
    doubt_older_edition,
)
