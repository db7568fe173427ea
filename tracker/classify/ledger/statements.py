"""The grammar of English sentences about what a company does, may do and does not do.

A statement is a subject with its auxiliaries and its verb: `we`, or the service's name, where it may begin one; or the
name of some data with a passive. `you grant us` is one too. Belongs here: what is said. Does not belong here: whether
that is a promise or a power.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from tracker.classify.ledger.words import Words

_MODALS: Final = {"may": "may", "might": "may", "can": "can", "will": "will", "shall": "will", "do": "do", "does": "do",
                  "have": "have", "has": "have", "are": "be", "is": "be", "be": "be", "been": "be"}  # fmt: skip
_NEGATED: Final = {"cannot": "can", "can't": "can", "won't": "will", "don't": "do", "doesn't": "do",
                   "aren't": "be", "isn't": "be", "haven't": "have", "hasn't": "have"}  # fmt: skip
_AUXILIARIES: Final = frozenset({*_MODALS, *_NEGATED})
#: Modals behind which nothing is promised and nothing claimed.
_UNREAL: Final = frozenset(
    {"would", "could", "should", "must", "did", "didn't", "wouldn't", "couldn't", "shouldn't"}
)  # fmt: skip
#: Modals that end the search for one: `will have`, `may be`.
_LEADING: Final = frozenset({"may", "can", "will", "do"})
_ONLY: Final = frozenset({"only", "solely", "exclusively"})
#: What takes a `not` back: `we do not just collect`.
_NOT_REALLY: Final = frozenset({*_ONLY, "just", "necessarily", "always", "merely", "simply"})
_RIGHTS: Final = frozenset({"entitled", "permitted", "authorized", "authorised", "allowed"})
_NOBODY: Final = frozenset({"nobody", "none", "neither", "no"})
#: Words behind which `that` begins what is said, doubted or hoped.
_SAYING: Final = frozenset({"ensure", "ensures", "sure", "so", "doubt", "fact", "likely", "possible", "believe", "say"})
#: Words that make a question or a condition of what stands behind them.
_INNER: Final = frozenset(
    {"how", "whether", "if", "when", "where", "why", "what", "unless", "while", "guarantee", "long"}
)  # fmt: skip
_LICENSING: Final = frozenset({"grant", "grants", "give", "license"})
_AUTHORIZING: Final = frozenset({"authorize", "authorise", "permit"})
_LICENCES: Final = frozenset({"license", "licence", "right", "rights", "permission", "sublicense"})
_JOINTS: Final = frozenset({"and", "or", "nor", "otherwise", "even"})

#: How far a word is looked for, in words.
_MOST_AUXILIARIES: Final = 16
_MOST_SUBJECT: Final = 14
_MOST_OBJECT: Final = 12
_MOST_AFTER: Final = 16
_MOST_AGENT: Final = 8
_MOST_SHARED: Final = 25
_MOST_ASIDE: Final = 11
_MOST_COMPANIONS: Final = 8
_MOST_VERBS: Final = 8
_MOST_JOINTS: Final = 3
_MOST_RIGHT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a sentence says that somebody does, may do or does not do, before anybody asks what it is worth."""

    verbs: tuple[str, ...]
    """Names of the verbs that stand side by side: `sell`, `rent`."""
    modal: str | None
    """`may`, `can`, `will`, `do`, `have`, `be` or `right`; None in the plain present."""
    marks: frozenset[str]
    """Of `not`, `never`, `only`, `always`, those that it bears."""
    is_passive: bool
    start: int
    """Offset in the sentence of the first of its words, and after the last one of the verbs."""
    end: int
    acts_on: str

    @property
    def is_denial(self) -> bool:
        return bool(self.marks & {"not", "never"})

    @property
    def is_never(self) -> bool:
        return "never" in self.marks

    @property
    def is_only(self) -> bool:
        return "only" in self.marks


@dataclass(slots=True)
class _Auxiliaries:
    """What stands between a subject and its verb."""

    place: int
    """Of the verb."""
    modal: str | None
    marks: set[str] = field(default_factory=set)


def list_statements(words: Words) -> Iterator[Statement]:
    """Yield the statements of a sentence in the order of their words."""
    reader = _Reader(words)
    taken = -1
    for place in words.places():
        if place < taken:
            continue
        statement = reader.read_at(place)
        if statement is not None:
            taken = max(place + 1, words.place_of(statement.end))
            yield statement


class _Reader:
    def __init__(self, words: Words) -> None:
        self._words = words
        self._ours = -_MOST_SHARED - 1
        """Place of the publisher as subject, as long as nobody else has become it."""

    def read_at(self, place: int) -> Statement | None:
        """Return the statement that begins at `place`."""
        words = self._words
        statement = None
        subject = words.subject_end(place)
        if subject is not None and words.can_begin(place):
            self._ours = place
            statement = self._read_active(place, *subject)
        elif place - self._ours <= _MOST_SHARED and self._goes_on(place):
            statement = self._read_active(place, place, None)
        elif words.at(place) == "you" and words.can_begin(place):
            statement = self._read_grant(place)
        elif words.at(place) in _AUXILIARIES:
            statement = self._read_passive(place)
        if words.is_in(place, "other_subjects") and not self._is_object(place):
            self._ours = -_MOST_SHARED - 1
        return statement

    def _goes_on(self, place: int) -> bool:
        """Whether the publisher's statement goes on with one more verb: `we answer you, and may keep it`."""
        words = self._words
        is_verb = words.at(place) in _AUXILIARIES or words.at(place) in {"never", "reserve"}
        is_be = _MODALS.get(words.at(place)) == "be"
        return is_verb and not is_be and words.at(place - 1) in {"and", "but", "or"}

    def _is_object(self, place: int) -> bool:
        """Whether the pronoun at `place` is acted on: `we answer you, and`."""
        words = self._words
        is_last = words.at(place + 1) in {"and", "or", "but", ""} or words.breaks_before(place + 1)
        return is_last or words.is_in(place - 1, "stop_object")

    # -- we ------------------------------------------------------------------------------------------------------------

    def _read_active(self, first: int, place: int, modal: str | None) -> Statement | None:
        found = self._read_auxiliaries(self._skip_companions(place), modal)
        if found is None:
            return None
        place, marks = found.place, found.marks
        if (right := self._right_at(found)) is not None:
            return self._right_to(first, right, marks)
        if found.modal == "be":
            return None
        verbs, end, classes = self._read_verbs(place, is_participle=found.modal == "have")
        if not verbs:
            return None
        may_be_limited = not marks & {"not", "never"} and (found.modal is not None or "data" in classes)
        if may_be_limited and self._has_only_after(end):
            marks.add("only")
        return self._statement(first, end, verbs, modal=found.modal, marks=marks, acts_on=self._object_after(end))

    def _skip_companions(self, place: int) -> int:
        """Return the place after `and our partners`, and after what stands between two commas behind a subject."""
        words = self._words
        for _ in range(2):
            is_list = words.breaks_before(place) and words.is_in(place, "together_with")
            if words.at(place) in {"and", "or"} or is_list:
                after = words.find(_AUXILIARIES, place + 1, _MOST_COMPANIONS)
                is_named = words.is_in(place, "together_with") or words.is_in(place + 1, "together_with")
                if after is None or not is_named:
                    return place
                place = after
            elif words.breaks_before(place) and words.at(place) not in _MODALS:
                end = words.next_break(place + 1, _MOST_ASIDE - 1)
                place = place if end is None or end >= len(words) else end
            else:
                break
        return place

    def _read_auxiliaries(self, place: int, modal: str | None) -> _Auxiliaries | None:
        """Return what stands before the verb; None for what is not read: `we would`, `we do not only`."""
        words = self._words
        found = _Auxiliaries(place, modal)
        for _ in range(_MOST_AUXILIARIES):
            word = words.at(found.place)
            if word in _UNREAL or ("not" in found.marks and word in _NOT_REALLY):
                return None
            if self._take_auxiliary(found, word):
                found.place += 1
            elif filler := words.filler_at(found.place):
                found.place += filler
            elif not self._skip_aside(found):
                break
        return found

    @staticmethod
    def _take_auxiliary(found: _Auxiliaries, word: str) -> bool:
        """Note the modal or mark that `word` is; return whether it is one."""
        if word in _NEGATED:
            found.modal = _NEGATED[word]
            found.marks.add("not")
        elif word in _MODALS and found.modal not in _LEADING:
            found.modal = _MODALS[word]
        elif word in {"be", "been"}:
            found.marks.add("be")
        elif word in {"not", "never", "always"}:
            found.marks.add(word)
        elif word in _ONLY:
            found.marks.add("only")
        else:
            return False
        return True

    def _skip_aside(self, found: _Auxiliaries) -> bool:
        """Pass over what stands between two commas: `we may, where the law allows it, share`."""
        words = self._words
        if not words.breaks_before(found.place) or words.is_verb(found.place) or found.modal not in _LEADING:
            return False
        end = words.next_break(found.place + 1, _MOST_ASIDE)
        if end is None or end >= len(words):
            return False
        found.place = end
        return bool(words.filler_at(end))

    def _right_at(self, found: _Auxiliaries) -> int | None:
        """Return the place behind `reserve the right`, `have the right` or `are entitled`; None where none stands."""
        words, place = self._words, found.place
        if found.modal == "be":
            return place + 1 if words.at(place) in _RIGHTS and words.at(place + 1) == "to" else None
        if found.modal is None and words.at(place) in {"reserve", "reserves"}:
            right = words.find({"right", "rights"}, place + 1, _MOST_RIGHT)
            return None if right is None else right + 1
        has_right = found.modal == "have" and words.at(place) in {"the", "a"} and words.at(place + 1) == "right"
        return place + 2 if has_right else None

    def _right_to(self, first: int, place: int, marks: set[str]) -> Statement | None:
        """Read the verb after `the right to`, whichever it is."""
        words = self._words
        to = words.find({"to"}, place, _MOST_AFTER)
        verb = -1 if to is None else words.skip_fillers(to + 1)
        if not words.at(verb):
            return None
        verbs, end, _ = self._read_verbs(verb, is_participle=False)
        if not verbs:
            verbs, end = (words.at(verb),), verb + 1
        return self._statement(first, end, verbs, modal="right", marks=marks, acts_on=self._object_after(end))

    def _read_grant(self, first: int) -> Statement | None:
        """Read `you grant us a licence` and `you authorize us to`."""
        words = self._words
        verb = first + 1
        while verb <= first + _MOST_JOINTS and words.at(verb) in {
            "hereby",
            "also",
            "therefore",
            "automatically",
            "and",
        }:
            verb += 1
        target = verb + 1 + (words.at(verb + 1) == "to")
        subject = words.subject_end(target)
        if words.at(target) != "us" and subject is None:
            return None
        after = target + 1 if subject is None else subject[0]
        if words.at(verb) in _LICENSING and words.find(_LICENCES, after, _MOST_AFTER) is not None:
            return self._statement(first, after, ("license",), modal="right", marks=set(), acts_on="")
        if words.at(verb) in _AUTHORIZING and words.at(after) in {"to", "and"}:
            return self._statement(first, after, ("authorize",), modal="right", marks=set(), acts_on="")
        return None

    # -- your data -----------------------------------------------------------------------------------------------------

    def _read_passive(self, place: int) -> Statement | None:
        words = self._words
        found = self._read_auxiliaries(place, None)
        start = self._subject_start(place)
        if found is None or start is None:
            return None
        marks = found.marks
        if found.modal == "have" and "never" in marks and words.at(found.place) in {"happened", "occurred"}:
            end = found.place + 1
            return self._statement(start, end, ("happen",), modal="have", marks=marks, acts_on="", is_passive=True)
        verbs, end, classes = self._read_verbs(found.place, is_participle=True)
        is_passive = "be" in marks or found.modal == "be"
        if not verbs or not is_passive or not self._acts_alone(end):
            return None
        if not self._is_about_us(start, place, classes, is_power=found.modal == "may"):
            return None
        if words.at(start) in _NOBODY:
            marks.add("not")
        elif words.at(start) in _ONLY:
            marks.add("only")
        if not marks & {"not", "never"} and self._has_only_after(end):
            marks.add("only")
        subject = words.quote(start, place)
        return self._statement(start, end, verbs, modal=found.modal, marks=marks, acts_on=subject, is_passive=True)

    def _is_about_us(self, start: int, place: int, classes: set[str], *, is_power: bool) -> bool:
        """Whether the subject is data or, where something may be done to it, the service: what the publisher holds."""
        lists = self._words.lexicon.words
        subject = set(self._words.listed[start:place])
        if is_power and "control" in classes and not subject.isdisjoint(lists["names_of_service"]):
            return True
        if "protect" in classes and "account" in subject:
            return False
        is_pronoun = place - start == 1 and subject <= lists["pronouns"]
        return not subject.isdisjoint(lists["names_of_data"]) or (is_pronoun and "data" in classes)

    def _subject_start(self, place: int) -> int | None:
        """Return where the subject before the auxiliary at `place` begins; None where that is no statement."""
        words = self._words
        before = words.at(place - 1)
        is_wrong = words.is_in(place - 1, "subordinate") or before in {"we", "you", "i", "there", "us"}
        if place == 0 or before in _MODALS or (is_wrong and not (before == "that" and place == 1)):
            return None
        start = max(words.segment_start(place - 1), place - _MOST_SUBJECT)
        while start < place - 1 and words.at(start) in {"and", "but", "or", "so", "however", "therefore"}:
            start += 1
        if words.is_in(start, "subordinate") and words.at(start) not in {"that", "since"}:
            return None
        # "information about how it is used": a question inside.
        if words.find(_INNER, start, place - start) is not None:
            return None
        return self._behind_that(start, place)

    def _behind_that(self, start: int, place: int) -> int | None:
        """Return where the subject begins that stands in `start` to `place`, where a `that` stands in it."""
        words = self._words
        said = next((near for near in range(place - 1, start - 1, -1) if words.at(near) == "that"), None)
        if said is None or (said == start == 0 and place > 1):
            return start
        if words.is_in(said - 1, "agrees_that"):
            return said + 1
        # "the data that you send" is a relative clause, "no doubt that it is sent" is none.
        return start if said > start and words.at(said - 1) not in _SAYING else None

    def _acts_alone(self, end: int) -> bool:
        """Whether the passive does not name somebody else who acts."""
        by = self._words.find({"by"}, end, _MOST_AGENT)
        return by is None or not self._words.is_in(by + 1, "other_agents")

    # -- parts of either -----------------------------------------------------------------------------------------------

    def _read_verbs(self, place: int, *, is_participle: bool) -> tuple[tuple[str, ...], int, set[str]]:
        """Return the verbs side by side at `place`, the place after them, and the classes of the first one."""
        words = self._words
        verbs: list[str] = []
        classes: set[str] = set()
        end = place
        while len(verbs) < _MOST_VERBS and (found := words.verb_at(place, is_participle=is_participle)):
            classes = classes or set(found)
            verbs.append(next(iter(found.values())))
            end = place = place + 1
            while words.at(place) in _JOINTS and place - end < _MOST_JOINTS:
                place += 1
            if place == end and not words.breaks_before(place):
                break
        return tuple(verbs), end, classes

    def _has_only_after(self, end: int) -> bool:
        """Whether `only` behind the verb limits it: `we use it only to`, but not `not only`."""
        words = self._words
        only = words.find(_ONLY, end, _MOST_AFTER)
        if only is None:
            return False
        others = {"you", "which", "who", *_MODALS}
        is_far = any(words.at(near) in others or words.subject_end(near) is not None for near in range(end, only))
        is_name = words.at(only - 1) in {"not", "if", "your", "the", "read", "an", "a", "for"}
        return not is_far and not is_name and words.is_in(only + 1, "pairs_with_only")

    def _object_after(self, end: int) -> str:
        """Return the words after a verb that tell what it acts on."""
        words = self._words
        last = end
        while last < min(end + _MOST_OBJECT, len(words)):
            if words.is_in(last, "stop_object") or (words.breaks_before(last) and last > end):
                break
            last += 1
        return words.quote(end, last)

    def _statement(
        self,
        first: int,
        end: int,
        verbs: Sequence[str],
        *,
        modal: str | None,
        marks: set[str],
        acts_on: str,
        is_passive: bool = False,
    ) -> Statement:
        return Statement(
            verbs=tuple(verbs),
            modal=modal,
            marks=frozenset(marks - {"be"}),
            is_passive=is_passive,
            start=self._words.starts[first],
            end=self._words.ends[end - 1],
            acts_on=acts_on,
        )
