"""The facet of modality: what the company never, may or will do, read from modal verb and verb.

The verbs stand in `lexicon/modality.json` in two classes: those that use data, and those that protect the user. More
binding words about a use of data widen; about protection they narrow. A negated use of data is a promise (facet
`assurance`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tracker.classify.cues import LexiconError, compile_phrases, read_lexicon, rows, texts
from tracker.classify.evidence import Rule, number
from tracker.classify.wording import Side, Wording
from tracker.model import Effect, Facet, Finding, JsonValue

_NEVER: Final = 0
_LONGEST_QUOTED: Final = 70
_LIMITS: Final = frozenset({"only", "solely", "exclusively"})
#: What a company deletes to the harm of its users.
_OF_USERS: Final = frozenset({"account", "accounts", "content", "posts", "comments", "membership"})
#: Up to six more words of the same part of the sentence.
_OBJECT: Final = re.compile(r"(?: [\w'-]{1,30}+){0,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One modal verb with its verb: `may disclose`."""

    verb: str
    """The verb's name in the lexicon, whatever its form in the text."""
    uses_data: bool
    level: int
    """0 never, 1 may, 2 will or does."""
    is_limited: bool
    """Whether "only" or the like stands with it."""
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    pattern: re.Pattern[str]
    levels: tuple[tuple[re.Pattern[str], int], ...]
    verbs: tuple[tuple[re.Pattern[str], str, bool], ...]
    others: frozenset[str]
    rules: dict[str, Rule]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/modality.json")
    verbs: list[tuple[re.Pattern[str], str, bool]] = []
    forms: list[str] = []
    for kind in ("uses_data", "protects"):
        listed = data[kind]
        if not isinstance(listed, dict):
            raise LexiconError(f"lexicon/modality.json: {kind} is no object")
        for verb, phrases in listed.items():
            verbs.append((compile_phrases(texts(phrases)), verb, kind == "uses_data"))
            forms += texts(phrases)
    modals = [(texts(row["cues"]), int(number(row["level"]))) for row in rows(data["modals"])]
    modal = compile_phrases([phrase for cues, _ in modals for phrase in cues]).pattern
    verb_form = compile_phrases(forms).pattern
    rules = _load_rules(data["rules"])
    return _Lexicon(
        # Up to two words may stand in between: "may also be shared", "will not, as a rule, share" is left unread.
        pattern=re.compile(rf"(?P<modal>{modal})(?:\s\w{{1,14}}+){{0,2}}?\s(?P<verb>{verb_form})"),
        levels=tuple((compile_phrases(cues), level) for cues, level in modals),
        verbs=tuple(verbs),
        others=frozenset(texts(data["subjects_not_the_company"])),
        rules=rules,
    )


def _load_rules(value: JsonValue) -> dict[str, Rule]:
    (listed,) = rows([value])
    found = {}
    for name, row in listed.items():
        (fields,) = rows([row])
        found[name] = Rule.from_row(fields, id=name)
    return found


def modality_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    return tuple(_load().rules.values())


def read_statements(side: Side) -> Iterator[Statement]:
    """Yield what the touched sentences of `side` say the company never, may or will do, in reading order."""
    lexicon = _load()
    for start, end in side.sentences:
        for match in lexicon.pattern.finditer(side.folded, start, end):
            words = match.group().split()
            # "you may share", "users who disclose": it is not the company who acts.
            before = side.folded[max(start, match.start() - 24) : match.start()].split()
            if (before and before[-1].strip(",") in lexicon.others) or not lexicon.others.isdisjoint(words):
                continue
            verb, uses_data = _verb_of(match.group("verb"))
            stop = _object_end(side.folded, match.end(), end)
            objects = side.folded[match.end() : stop].split()
            yield Statement(
                verb=verb,
                # "We may delete your account" protects nobody.
                uses_data=uses_data or not _OF_USERS.isdisjoint(objects),
                is_limited=not _LIMITS.isdisjoint((*words, *objects)),
                level=_level_of(match.group()),
                start=match.start(),
                end=stop,
            )


def _object_end(folded: str, start: int, end: int) -> int:
    """Return where the words end that tell a reader what the verb is about."""
    match = _OBJECT.match(folded, start, end)
    return match.end() if match else start


def _verb_of(form: str) -> tuple[str, bool]:
    return next((name, uses) for pattern, name, uses in _load().verbs if pattern.fullmatch(form))


def _level_of(words: str) -> int:
    # In the order of the lexicon, negations first: "we" in "we do not share" is the least of it.
    return next(level for pattern, level in _load().levels if pattern.search(words))


def compare_modality(wording: Wording) -> tuple[Finding, ...]:
    """Return findings for verbs whose modality differs, and for uses, promises and duties only one side states."""
    old, new = list(read_statements(wording.old)), list(read_statements(wording.new))
    # What one side alone states in English is read by whole sentences (`stances.py`).
    tells_one_sided = wording.language not in {None, "en"}
    found: list[Finding] = []
    for verb in dict.fromkeys(statement.verb for statement in (*old, *new)):
        before = [statement for statement in old if statement.verb == verb]
        after = [statement for statement in new if statement.verb == verb]
        levels = {statement.level for statement in before} & {statement.level for statement in after}
        before = [statement for statement in before if statement.level not in levels]
        after = [statement for statement in after if statement.level not in levels]
        if before and after and before[0].level and after[0].is_limited and not before[0].is_limited:
            # "May keep some" became "keep only what": not the modal verb is what matters there.
            continue
        if before and after:
            found.append(_changed(wording, before[0], after[0]))
        elif tells_one_sided and not levels and after and _is_new(wording.new, after[0]):
            found.append(_one_sided(wording, after[0], is_added=True))
        elif tells_one_sided and not levels and before and _is_new(wording.old, before[0]):
            found.append(_one_sided(wording, before[0], is_added=False))
    return tuple(found)


def _is_new(side: Side, statement: Statement) -> bool:
    return side.is_changed(statement.start, statement.end)


def _changed(wording: Wording, before: Statement, after: Statement) -> Finding:
    rule = _load().rules["modality-changed"]
    stronger = after.level > before.level
    effect: Effect = "widens" if stronger == after.uses_data else "narrows"
    old = wording.old.quote(before.start, before.end)
    new = wording.new.quote(after.start, after.end)
    summary = f"'{_shown(old.text)}' became '{_shown(new.text)}'"
    return Finding(
        facet="modality",
        before=old,
        after=new,
        effect=effect,
        rule=rule.id,
        confidence=rule.confidence,
        summary=summary,
    )


def _one_sided(wording: Wording, statement: Statement, *, is_added: bool) -> Finding:
    side = wording.new if is_added else wording.old
    quote = side.quote(statement.start, statement.end)
    is_promise = statement.uses_data and statement.level == _NEVER
    facet: Facet = "assurance" if is_promise else "modality"
    # A protecting verb that is negated ("we will not notify you") weakens the user; one that is stated protects.
    protects = is_promise or (not statement.uses_data and statement.level != _NEVER)
    effect: Effect = "narrows" if protects == is_added else "widens"
    if not is_added and not protects:
        # The text no longer says that data are used so: whether the use stopped, or its mention, it does not tell.
        effect = "unclear"
    promise = "promise-added" if is_added else "promise-removed"
    rule = _load().rules[promise if is_promise else "use-stated" if statement.uses_data else "protection-stated"]
    return Finding(
        facet=facet,
        before=None if is_added else quote,
        after=quote if is_added else None,
        effect=effect,
        rule=rule.id,
        confidence=rule.confidence,
        summary=f"'{_shown(quote.text)}' {'added' if is_added else 'removed'}",
    )


def _shown(quoted: str) -> str:
    return quoted if len(quoted) <= _LONGEST_QUOTED else quoted[: _LONGEST_QUOTED - 1] + "\u2026"
