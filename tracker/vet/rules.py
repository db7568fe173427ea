"""The rules of vetting, one function each, in the order in which their reasons are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

from tracker.vet import phrases
from tracker.vet.case import Case
from tracker.vet.language import foreign_language

#: Characters below which a first capture is no policy, where the document's options state no other length.
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
_ALIEN_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Why a capture should not be recorded as it is."""

    action: Literal["hold", "refuse"]
    reason: str
    """A code of `tracker.model.REASONS`."""
    detail: str


Rule: TypeAlias = Callable[[Case], Doubt | None]


def _refuse(reason: str, detail: str) -> Doubt:
    return Doubt(action="refuse", reason=reason, detail=detail)


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
    if any(character.isalnum() for character in case.text):
        return None
    return _refuse("too-short", "The page has no words.")


def doubt_loading_page(case: Case) -> Doubt | None:
    """Refuse the placeholder of a page that scripts would fill in."""
    if not (case.is_strange and case.is_slight):
        return None
    if not case.has_past and case.length >= _LOADING_FIRST:
        return None
    waits = any(phrases.LOADING_CLAUSE.fullmatch(line.strip(" .\u2026!").lower()) for line in case.text.split("\n"))
    if waits or _has_words(case, phrases.LOADING_WORDS.search(case.words)):
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
    if phrases.COOKIE_WORDS.search(case.words) and buttons + is_headed > 1:
        return _refuse("cookie-wall", _described(case, "a request for consent"))
    return None


def doubt_error_page(case: Case) -> Doubt | None:
    """Refuse an error page that was served as if it were well."""
    if not case.is_strange:
        return None
    # With nothing of the past left, an error's heading convicts a long page too: some list the whole site below it.
    is_bare = case.is_slight or (case.has_past and case.kept < _ALIEN_SHARE)
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
    sources = case.document.sources
    if len(sources) < 2:  # noqa: PLR2004 - a pair
        return None
    captured = zip(sources, case.snapshots, strict=False)
    for (source, snapshot), (other_source, other_snapshot) in combinations(captured, 2):
        # Two parts of one page are a good combined document; the same part twice is none.
        if (source.select, source.remove) != (other_source.select, other_source.remove):
            continue
        if snapshot.body == other_snapshot.body or snapshot.final_url == other_snapshot.final_url:
            return _refuse("duplicate-source", f"{source.url} and {other_source.url} gave the same page.")
    clauses = [clause.folded for clause in case.version.clauses]
    for copies in range(2, len(sources) + 1):
        size, rest = divmod(len(clauses), copies)
        if size and not rest and clauses == clauses[:size] * copies:
            return _refuse("duplicate-source", f"The text is {copies} times the same, clause by clause.")
    return None


def doubt_language(case: Case) -> Doubt | None:
    """Refuse a long text that is surely in another language than declared."""
    declared = case.document.options.language
    if declared is None or (case.has_past and not case.is_strange):
        return None
    found = foreign_language(case.text, declared=declared)
    if found is None:
        return None
    return _refuse("wrong-language", f"The text is in {found!r}, and {declared!r} is declared.")


def doubt_identity(case: Case) -> Doubt | None:
    """Hold a text that has nothing in common with the one before; refuse it if it is but a scrap."""
    if not case.has_past or case.is_known or max(case.kept, case.familiar) >= _ALIEN_SHARE:
        return None
    return Doubt(
        action="refuse" if _is_scrap(case) else "hold",
        reason="another-document",
        detail=f"Of the text before {case.kept:.0%} is kept; it had {case.old_length} characters, "
        f"the new one has {case.length}.",
    )


def doubt_length(case: Case) -> Doubt | None:
    """Refuse a text below the declared length, or a first capture below that of any policy."""
    least = case.document.options.min_length or (0 if case.has_past else SHORTEST_FIRST)
    if case.length >= least:
        return None
    return _refuse("too-short", f"The text has {case.length} characters, and at least {least} are expected.")


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
    doubt_language,
    doubt_length,
    doubt_identity,
    doubt_shrinking,
    doubt_growth,
)
