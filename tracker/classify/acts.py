"""Who does what, read from an English sentence: subject, modality, negation, verb and what it acts on.

The reader is a bounded scan over the words of a sentence, without grammar: from a subject it looks a few words ahead
for a verb that the lexicon knows (`lexicon/acts.json`), and from the verb for its object. What it cannot read it leaves
out. Belongs here: how an act is read, and whether it is the company's power or the user's shield. Does not belong here:
what its coming or going means (`stances.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

from tracker.classify.cues import LexiconError, read_lexicon, texts
from tracker.classify.wording import Range
from tracker.model import JsonValue

Bearing: TypeAlias = Literal["power", "shield"]
Actor: TypeAlias = Literal["company", "third", "user", "data", "authority"]

#: How far a verb is looked for after its subject, and an object after its verb, in words.
_VERB_WORDS: Final = 9
_OBJECT_WORDS: Final = 12
#: Unknown words that may stand between subject and verb: "we, and companies like ours, may".
_MOST_UNKNOWN: Final = {"company": 3, "third": 3, "user": 3, "data": 6, "authority": 3}
_MOST_ACTS: Final = 40
_TOKEN: Final = re.compile(r"[\w&@]+(?:['-]\w+)*|[;:,()]")
_MAY: Final = 1
_DOES: Final = 2
_MUST: Final = 3
_ONLY: Final = frozenset({"only", "solely", "exclusively", "strictly"})
_ENTITLING: Final = frozenset({"right", "rights", "entitled", "choice", "option", "ability", "opportunity", "free"})
_NONE: Final = frozenset({"no", "neither"})
_BEING: Final = frozenset({"is", "are", "be", "been", "being", "was", "were"})
_STOPS: Final = frozenset({";", ":"})
_STARTING: Final = frozenset({"we", "you"})
#: How long what is inserted between commas behind a modal may be: "may, once a year and free of charge, ask".
_LONGEST_INSERT: Final = 14
#: How far a second verb of the same subject is looked for behind the first: "is sent over TLS and is never stored".
_JOINED_WORDS: Final = 16


class Token(NamedTuple):
    """A word, or a mark that separates."""

    word: str
    """By `fold_case`."""
    start: int
    end: int
    is_name: bool
    """Whether it is written with a capital letter, and not because it begins the sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that somebody does, may do, or does not do."""

    actor: Actor
    verb: str
    """Its name in the lexicon."""
    kind: str
    """What sort of act it is: `use`, `power`, `protect`, `enable`, `choose` or `bind`."""
    obj: str
    """Class of what it acts on; `""` where none was read."""
    modality: int
    """0 never or not, 1 may or can, 2 does, will or must."""
    bearing: Bearing
    is_limited: bool = False
    """Whether "only" or the like makes a shield of what would be a power."""
    is_condition: bool = False
    """Whether it stands behind "if" or "before": of it nobody says that it happens."""
    start: int
    end: int
    """Offsets of subject to object in the text."""
    verb_start: int = -1
    """Offset of the verb; -1 where none was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    subjects: dict[str, Actor]
    subject_tails: frozenset[str]
    modals: dict[str, int]
    negations: frozenset[str]
    skipped: frozenset[str]
    verbs: dict[str, str]
    kinds: dict[str, dict[str, str]]
    objects: dict[str, str]
    forbidding: frozenset[str]
    relating: frozenset[str]
    assenting: frozenset[str]
    permitting: frozenset[str]
    told_to_company: frozenset[str]
    conditional: frozenset[str]
    """What begins a clause that is only a condition: "if we close your account"."""
    determiners: frozenset[str]
    obligations: frozenset[str]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/acts.json")
    verbs: dict[str, str] = {}
    kinds: dict[str, dict[str, str]] = {}
    for verb, row in _object(data["verbs"]).items():
        fields = _object(row)
        kinds[verb] = {name: str(kind) for name, kind in fields.items() if name != "forms"}
        for form in (*_forms_of(verb), *texts(fields.get("forms", []))):
            verbs.setdefault(form, verb)
    return _Lexicon(
        subjects={
            word: actor for actor in ("user", "third", "data", "company", "authority") for word in _words(data, actor)
        },
        subject_tails=frozenset(texts(data["subject_tails"])),
        modals={word: int(level) for level, words in _object(data["modals"]).items() for word in texts(words)},
        negations=frozenset(texts(data["negations"])),
        skipped=frozenset(texts(data["skipped"])),
        verbs=verbs,
        kinds=kinds,
        objects={word: name for name, words in _object(data["objects"]).items() for word in texts(words)},
        forbidding=frozenset(texts(data["forbidding"])),
        relating=frozenset(texts(data["relating"])),
        assenting=frozenset(texts(data["assenting"])),
        permitting=frozenset(texts(data["permitting"])),
        told_to_company=frozenset(texts(data["told_to_company"])),
        conditional=frozenset(texts(data["conditional"])),
        determiners=frozenset(texts(data["determiners"])),
        obligations=frozenset(texts(data["obligations"])),
    )


def _object(value: JsonValue) -> dict[str, JsonValue]:
    if not isinstance(value, dict):
        raise LexiconError(f"lexicon/acts.json: expected an object, not {value!r}")
    return value


def _words(data: dict[str, JsonValue], actor: Actor) -> list[str]:
    return texts(_object(data["subjects"])[actor])


def _forms_of(verb: str) -> tuple[str, ...]:
    """Return the regular forms of a verb.

    >>> _forms_of("use")
    ('use', 'uses', 'used', 'using')
    """
    if verb.endswith("e"):
        return (verb, f"{verb}s", f"{verb}d", f"{verb[:-1]}ing")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return (verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing")
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    return (verb, third, f"{verb}ed", f"{verb}ing")


def name_verb(word: str) -> str | None:
    """Return the verb of which `word`, by `fold_case`, is a form; None where the lexicon knows none."""
    return _load().verbs.get(word)


def tokens_of(text: str, folded: str, sentence: Range) -> list[Token]:
    """Return the words of a sentence with their offsets, and the marks that separate its parts."""
    found: list[Token] = []
    for match in _TOKEN.finditer(folded, *sentence):
        start = match.start()
        found.append(Token(match.group(), start, match.end(), bool(found) and text[start : start + 1].isupper()))
    return found


#: Several rules ask for the acts of the same sentence.
@lru_cache(maxsize=512)
def read_acts(text: str, folded: str, sentence: Range) -> tuple[Act, ...]:
    """Return the acts of a sentence in reading order, those of one bearing or the other alone.

    Args:
        text: The clause's text.
        folded: The same by `fold_case`.
        sentence: Offsets of the sentence in it.
    """
    tokens = tokens_of(text, folded, sentence)
    found: list[Act] = []
    for place in range(len(tokens)):
        if len(found) >= _MOST_ACTS:
            break
        act = _read_act(tokens, place)
        if act is not None and (not found or act.start >= found[-1].start):
            found.append(act)
            if (joined := _read_joined(tokens, place, act)) is not None:
                found.append(joined)
    return tuple(_without_repeats(found))


def _without_repeats(acts: Sequence[Act]) -> Iterator[Act]:
    reached: set[tuple[str, int]] = set()
    for act in acts:
        if (act.verb, act.end) not in reached:
            reached.add((act.verb, act.end))
            yield act


def _read_act(tokens: Sequence[Token], place: int) -> Act | None:
    lexicon = _load()
    token = tokens[place]
    if place == 0 and (act := _read_command(tokens)) is not None:
        return act
    # "unless prohibited by law" forbids users nothing.
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if token.word in lexicon.forbidding and following != "by":
        is_shield = _is_negated(tokens, place) or _binds_third(tokens, place)
        return Act(
            actor="user", verb="forbid", kind="bind", obj="", modality=0,
            bearing="shield" if is_shield else "power", start=token.start, end=token.end,
        )  # fmt: skip
    actor = _actor_at(tokens, place)
    if actor is None or _is_relative(tokens, place):
        return None
    act = _read_predicate(tokens, place, actor)
    return replace(act, is_condition=True) if act is not None and _is_condition(tokens, place) else act


def _is_relative(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a subject begins a clause that only describes: "the data we collect", "how we use it"."""
    lexicon = _load()
    before = [token.word for token in tokens[max(0, place - 3) : place]]
    while before and before[-1] in lexicon.determiners - lexicon.relating:
        before.pop()
    if not before or before[-1] not in lexicon.relating:
        return False
    return not (before[-1] == "that" and len(before) > 1 and before[-2] in lexicon.assenting)


def _is_condition(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a subject begins a condition: of what follows "if" or "before", nobody says that it happens."""
    lexicon = _load()
    for ahead in range(place - 1, max(-1, place - 4), -1):
        if tokens[ahead].word in lexicon.conditional:
            return True
        if tokens[ahead].word not in lexicon.determiners:
            return False
    return False


def _binds_third(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a ban is one on those who get data: "our vendors are prohibited from using your data"."""
    lexicon = _load()
    subjects = {lexicon.subjects.get(token.word) for token in tokens[max(0, place - 5) : place]}
    if "third" not in subjects or "user" in subjects:
        return False
    acted_on = {lexicon.objects.get(token.word) for token in tokens[place + 1 : place + 1 + _OBJECT_WORDS]}
    return not acted_on.isdisjoint({"data", "user"})


def _actor_at(tokens: Sequence[Token], place: int) -> Actor | None:
    lexicon = _load()
    token = tokens[place]
    actor = lexicon.subjects.get(token.word)
    following = tokens[place + 1].word if place + 1 < len(tokens) else ""
    if actor is not None:
        # "service providers", "user data": the last noun is the subject.
        return None if following in lexicon.subject_tails and actor != "user" else actor
    acts_next = (
        following in lexicon.modals
        or following in {"reserves", "does", "has", "is"}
        or (following.endswith("s") and following in lexicon.verbs and not _is_verbal(tokens, place + 2))
    )
    return (
        "company"
        if (token.is_name or place == 0)
        and token.word[:1].isalpha()
        and acts_next
        and token.word not in (lexicon.skipped | {"this", "it", "that", "which", "there", "what", "how", "if", "as"})
        else None
    )


def _is_verbal(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a modal or a form of "to be" stands at `place`: "direct messages are" has no verb before it."""
    return place < len(tokens) and (tokens[place].word in _BEING or tokens[place].word in _load().modals)


def _is_negated(tokens: Sequence[Token], place: int) -> bool:
    return any(token.word in _load().negations for token in tokens[max(0, place - 2) : place])


def _read_command(tokens: Sequence[Token]) -> Act | None:
    """Return what a sentence that begins with "do not" forbids the reader."""
    words = [token.word for token in tokens[:3]]
    rest = words[2:] if words[:2] == ["do", "not"] else words[1:] if words[:1] in (["don't"], ["never"]) else []
    # "Do not sell", "do not track" are what users tell the company; "do not share secrets" is what they are told.
    is_told = (
        bool(rest)
        and rest[0] == "share"
        and not tokens[1].is_name
        and "my" not in {token.word for token in tokens[:_OBJECT_WORDS]}
    )
    if rest and (is_told or rest[0] not in _load().told_to_company):
        last = tokens[min(len(tokens), 8) - 1]
        return Act(
            actor="user", verb="forbid", kind="bind", obj="", modality=0, bearing="power",
            start=tokens[0].start, end=last.end,
        )  # fmt: skip
    return None


def _read_predicate(tokens: Sequence[Token], place: int, actor: Actor) -> Act | None:
    """Return what the subject at `place` does: the first verb that the lexicon knows decides, or else its modal."""
    lexicon = _load()
    # "No data is shared", "neither we nor our partners".
    heard = _Heard(negated=any(token.word in _NONE for token in tokens[max(0, place - 2) : place]))
    last = place
    ahead, bound = place, min(len(tokens), place + 1 + _VERB_WORDS)
    while (ahead := ahead + 1) < bound:
        word = tokens[ahead].word
        following = tokens[ahead + 1].word if ahead + 1 < len(tokens) else ""
        if _ends_predicate(tokens, ahead):
            break
        if (skipped := _skip_insert(tokens, ahead)) > ahead:
            bound = min(len(tokens), bound + skipped - ahead)
            ahead = skipped
            continue
        if (act := _read_phrase(tokens, place, ahead, actor, heard)) is not None:
            return act
        if not heard.takes(word, following=following):
            if word in lexicon.verbs and _is_predicate(word, tokens[place].word, actor, heard):
                return _make(tokens, place, ahead, actor, heard)
            if _is_another_subject(word) and "user" not in {actor, lexicon.subjects[word]}:
                # "We and our partners may": who acts together is one subject.
                continue
            if _is_another_subject(word) or heard.is_lost_at(word, actor):
                break
        last = ahead
    return _act_of_modal(tokens, place, last, actor, heard)


def _ends_predicate(tokens: Sequence[Token], place: int) -> bool:
    """Return whether another part of the sentence begins: behind a semicolon, or with ", we" and ", you"."""
    word = tokens[place].word
    return word in _STOPS or (word in _STARTING and tokens[place - 1].word == ",")


def _act_of_modal(tokens: Sequence[Token], place: int, last: int, actor: Actor, heard: _Heard) -> Act | None:
    """Return what a modal says alone: what users are entitled to, or somebody must do or must not, whatever it is."""
    if actor == "user" and heard.entitles and not heard.negated:
        return Act(
            actor=actor, verb="be entitled", kind="choose", obj="", modality=_MAY, bearing="shield",
            start=tokens[place].start, end=tokens[last].end,
        )  # fmt: skip
    if actor not in {"user", "authority"} or not heard.burdens:
        return None
    return Act(
        actor=actor, verb="be bound", kind="bind", obj="", modality=0 if heard.negated else _MUST,
        bearing="power" if actor == "user" else "shield", start=tokens[place].start, end=tokens[last].end,
    )  # fmt: skip


def _read_phrase(tokens: Sequence[Token], place: int, ahead: int, actor: Actor, heard: _Heard) -> Act | None:
    """Return what a fixed phrase at `ahead` says: "are under no obligation", "may do so"."""
    if actor not in {"company", "user"} or ahead + 1 >= len(tokens):
        return None
    words = tokens[ahead].word, tokens[ahead + 1].word
    start, end = tokens[place].start, tokens[ahead + 1].end
    is_user = actor == "user"
    if words[0] == "no" and words[1] in _load().obligations:
        return Act(
            actor=actor, verb="be exempt", kind="bind" if is_user else "protect", obj="", modality=0,
            bearing="shield" if is_user else "power", start=start, end=end,
        )  # fmt: skip
    if is_user and words == ("do", "so") and heard.modality == _MAY:
        return Act(
            actor=actor, verb="do so", kind="bind" if heard.negated else "choose", obj="",
            modality=0 if heard.negated else _MAY, bearing="power" if heard.negated else "shield",
            start=start, end=end,
        )  # fmt: skip
    return None


def _is_predicate(word: str, subject: str, actor: Actor, heard: _Heard) -> bool:
    """Return whether a form of a verb is one here: no gerund, and no noun as in "employees can see payment records"."""
    if heard.passive:
        return True
    if actor == "data" or _is_gerund(word):
        return False
    is_third_person = word.endswith("s") and word[:-1] in _load().verbs
    return not (is_third_person and (heard.modality == _MAY or subject in _STARTING or subject.endswith("s")))


def _is_gerund(word: str) -> bool:
    return word.endswith("ing") and _load().verbs[word] != word


def _skip_insert(tokens: Sequence[Token], place: int) -> int:
    """Return where what is inserted behind a modal at `place` ends, at its second comma; `place` where nothing is."""
    if tokens[place].word != "," or tokens[place - 1].word not in _load().modals:
        return place
    ends = range(place + 2, min(len(tokens), place + 2 + _LONGEST_INSERT))
    # The last comma of them: what is inserted may hold commas itself.
    return next((end for end in reversed(ends) if tokens[end].word == "," and _goes_on(tokens, end)), place)


def _goes_on(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a verb stands behind `place`, at once or behind an adverb."""
    following = [token.word for token in tokens[place + 1 : place + 3]]
    return bool(following) and (
        following[0] in _load().verbs or (following[0].endswith("ly") and following[-1] in _load().verbs)
    )


def _read_joined(tokens: Sequence[Token], place: int, act: Act) -> Act | None:
    """Return what else the subject of `act` does, where another modal or "not" tells: "we store it and may sell it"."""
    if act.verb_start < 0:
        return None
    lexicon = _load()
    heard: _Heard | None = None
    first = next(ahead for ahead in range(place, len(tokens)) if tokens[ahead].start == act.verb_start)
    for ahead in range(first + 1, min(len(tokens), first + 1 + _JOINED_WORDS)):
        word = tokens[ahead].word
        following = tokens[ahead + 1].word if ahead + 1 < len(tokens) else ""
        if word in _STOPS or (heard is None and _is_another_subject(word) and act.actor != "data"):
            return None
        if heard is None:
            if word in {"and", "but"} and (
                following in lexicon.negations or following in lexicon.modals or following in _BEING
            ):
                heard = _Heard()
        elif word in lexicon.verbs and (heard.passive or not _is_gerund(word)):
            return _make(tokens, place, ahead, act.actor, heard) if act.actor != "data" or heard.passive else None
        elif not heard.takes(word, following=following) and not word.endswith("ly") and word not in {"be", "been"}:
            return None
    return None


def _is_another_subject(word: str) -> bool:
    lexicon = _load()
    return word not in lexicon.skipped and lexicon.subjects.get(word, "data") != "data"


@dataclass(slots=True)
class _Heard:
    """What stands between a subject and its verb."""

    negated: bool = False
    modality: int = _DOES
    passive: bool = False
    unknown: int = 0
    exempts: bool = False
    limits: bool = False
    """Whether "only" or the like was heard."""
    entitles: bool = False
    """Whether a right or a choice was heard: whatever follows is the user's."""
    permits: bool = False
    """Whether a word that allows was heard, which "not" turns into a ban; "you do not want to" is none."""

    def takes(self, word: str, *, following: str) -> bool:
        """Return whether `word` is a negation, a modal or a form of "to be", and is taken in as such."""
        lexicon = _load()
        self.limits = self.limits or word in _ONLY
        if word in lexicon.negations or (self.passive and word in lexicon.forbidding):
            # "Our vendors are prohibited from using your data".
            self.negated = True
        elif word in lexicon.modals:
            self._hear(lexicon.modals[word])
            self.permits = self.permits or word in lexicon.permitting
            self.entitles = self.entitles or word in _ENTITLING
        elif word == "have" and following == "to":
            self._hear(_MUST)
        elif word in _BEING:
            self.passive = True
        else:
            return False
        return True

    def is_lost_at(self, word: str, actor: Actor) -> bool:
        """Return whether with `word` too much that is unknown stands between subject and verb."""
        if word not in _load().skipped and not word.endswith("ly"):
            # Between "is" and its participle stand little words alone.
            self.unknown += 3 if actor == "data" and self.passive else 1
        return self.unknown > _MOST_UNKNOWN[actor]

    def _hear(self, modality: int) -> None:
        """Take in a modal verb; "do not have to" and "are not required to" exempt."""
        self.exempts = self.exempts or (self.negated and modality == _MUST)
        self.modality = modality

    @property
    def burdens(self) -> bool:
        """Whether the subject must do something, or may not."""
        return not self.exempts and (self.modality == _MUST or (self.negated and self.permits))


def _make(tokens: Sequence[Token], place: int, verb_place: int, actor: Actor, heard: _Heard) -> Act | None:
    lexicon = _load()
    verb = lexicon.verbs[tokens[verb_place].word]
    obj, last = _object_of(tokens, verb_place)
    kinds = lexicon.kinds[verb]
    if actor == "data":
        obj = lexicon.objects.get(tokens[place].word, obj)
        kind = kinds.get(obj) or kinds.get("passive") or kinds.get("data") or kinds.get("default", "")
    elif actor == "user":
        kind = kinds.get("by_user") or kinds.get("default") or "do"
    else:
        kind = kinds.get(obj) or kinds.get("default", "")
    bearing = _bearing(actor, kind, heard)
    if bearing is None:
        return None
    return Act(
        actor=actor, verb=verb, kind=kind, obj=obj, modality=0 if heard.negated else heard.modality, bearing=bearing,
        is_limited=heard.limits and not heard.negated and kind == "use" and actor != "user",
        start=tokens[place].start, end=tokens[last].end, verb_start=tokens[verb_place].start,
    )  # fmt: skip


def _object_of(tokens: Sequence[Token], verb_place: int) -> tuple[str, int]:
    lexicon = _load()
    for ahead in range(verb_place + 1, min(len(tokens), verb_place + 1 + _OBJECT_WORDS)):
        if tokens[ahead].word in _STOPS:
            break
        if (name := lexicon.objects.get(tokens[ahead].word)) is not None:
            # "We deny your request" is another thing than "we reject requests of authorities".
            is_own = name == "request" and tokens[ahead - 1].word == "your"
            return ("own request" if is_own else name), ahead
    return "", verb_place


def _bearing(actor: Actor, kind: str, heard: _Heard) -> Bearing | None:
    """Return whose side an act is on; None where it is on neither."""
    if actor == "authority":
        # What is asked of the authorities protects the users.
        return "shield" if heard.burdens else None
    if actor == "user":
        return _bearing_on_user(kind, heard)
    if actor == "data" and kind == "bind" and heard.negated:
        # "Advertisements for alcohol are not accepted": a ban on what users send.
        return "power"
    if kind in {"use", "power", "bind"}:
        return "shield" if heard.negated or (heard.limits and kind == "use") else "power"
    if kind in {"protect", "enable"}:
        return "power" if heard.negated else "shield"
    return None


def _bearing_on_user(kind: str, heard: _Heard) -> Bearing | None:
    if heard.exempts:
        return "shield"
    if kind == "bind":
        return "shield" if heard.negated else "power"
    if heard.burdens:
        return "power"
    return "shield" if kind == "choose" and heard.modality == _MAY and not heard.passive else None
