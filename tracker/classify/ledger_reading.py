"""Which sentences are a promise of the publisher's, or a power that it gives itself.

English is read word by word: a subject (`we`, or the service's name) that may begin a statement, its auxiliaries, its
verb; or the name of some data, a passive and its verb. Each class of verbs counts in some statements alone: `we do not
sell` is a promise, `we do not warrant` is none. Other languages are read by phrases. What is not understood is not
listed: a reader of the ledger can trust each line of it, but not that it has them all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tracker.classify.cues import fold_case
from tracker.classify.ledger_lexicon import LedgerLexicon, is_read, load_ledger_lexicon
from tracker.classify.wording import split_sentences
from tracker.model import CommitmentKind, CommitmentModality, fold_text

#: Words of a sentence that are read, and of a clause that are read at all: a bound on hostile input.
MOST_WORDS: Final = 400
MOST_CHARACTERS: Final = 200_000
_LEAST_WORDS: Final = 3
#: A line with fewer words and no mark at its end is a title.
_LEAST_TITLE: Final = 5

_WORD: Final = re.compile(r"\w+(?:['-]\w+)*")
_BREAK: Final = re.compile(r"[,;:()\[\]]| - ")
#: A piece that ends so is no whole sentence, whatever follows: `the U.S. government`.
_OPEN_END: Final = re.compile(r"(?:^|[\s(.])[A-Za-z]\.$|\b(?:approx|incl|etc|no|nos|sec|cf|resp)\.$", re.IGNORECASE)

_SUBJECTS: Final = {"we": None, "we'll": "will", "we've": "have", "we're": "be", "we'd": None}
_MODALS: Final = {"may": "may", "might": "may", "can": "can", "will": "will", "shall": "will", "do": "do", "does": "do",
                  "have": "have", "has": "have", "are": "be", "is": "be", "be": "be", "been": "be"}  # fmt: skip
_NEGATED: Final = {"cannot": "can", "can't": "can", "won't": "will", "don't": "do", "doesn't": "do",
                   "aren't": "be", "isn't": "be", "haven't": "have", "hasn't": "have"}  # fmt: skip
_ONLY: Final = frozenset({"only", "solely", "exclusively"})
_NOT_REALLY: Final = frozenset({"only", "just", "necessarily", "always", "merely", "simply", "solely", "exclusively"})
_RIGHTS: Final = frozenset({"entitled", "permitted", "authorized", "authorised", "allowed"})
_NOBODY: Final = frozenset({"nobody", "none", "neither", "no"})
#: Classes of verbs that `only` limits, beside those about data: of something done by us, and of a passive.
_GIVING: Final = {False: ("gives", "control"), True: ()}
#: Words behind which `that` begins what is said, doubted or hoped.
_SAYING: Final = frozenset({"ensure", "ensures", "sure", "so", "doubt", "fact", "likely", "possible", "believe", "say"})
_GRANTS: Final = frozenset({"grant", "grants", "give", "authorize", "authorise", "permit", "license"})
_LICENCES: Final = frozenset({"license", "licence", "right", "rights", "permission", "sublicense"})
#: How far a word is looked for, in words.
_MOST_AUXILIARIES: Final = 16
_MOST_SUBJECT: Final = 14
_MOST_OBJECT: Final = 12
_MOST_AFTER: Final = 16
_MOST_SHARED: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a clause."""

    start: int
    """Offset of its first character in the clause's text."""
    text: str
    key: str
    """Equal for sentences that read the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a sentence says that somebody does, may do or does not do, before anybody asks what it is worth."""

    verbs: tuple[str, ...]
    """Names of the verbs that stand side by side: `sell`, `rent`."""
    modal: str | None
    """`may`, `can`, `will`, `do`, `have`, `be` or `right`; None in the plain present."""
    is_negated: bool
    is_never: bool
    is_only: bool
    is_always: bool
    is_passive: bool
    start: int
    """Offset in the sentence of the first of its words, and after the last one of the verbs."""
    end: int
    acts_on: str

    @property
    def is_denial(self) -> bool:
        return self.is_negated or self.is_never


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence read as a promise or a power."""

    kind: CommitmentKind
    modality: CommitmentModality
    sentence: Sentence
    verbs: tuple[str, ...]
    acts_on: str
    start: int
    """Offset in the sentence of the words that make it one."""
    end: int


def list_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a clause, without the white space around them; no more than the first `MOST_CHARACTERS`.

    >>> [sentence.text for sentence in list_sentences("We obey U.S. law. We never lie!")]
    ['We obey U.S. law.', 'We never lie!']
    """
    text = text[:MOST_CHARACTERS]
    pieces: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        rest = text[start : start + 3].lstrip()
        is_more = bool(pieces) and (
            rest[:1].islower() or _OPEN_END.search(text[max(0, start - 12) : start]) is not None
        )
        if is_more:
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    found = []
    for start, end in pieces:
        words = text[start:end]
        shown = words.strip()
        if shown:
            offset = start + len(words) - len(words.lstrip())
            found.append(Sentence(start=offset, text=shown, key=sentence_key(shown)))
    return tuple(found)


def sentence_key(text: str) -> str:
    """Return what sentences are told apart by: their words, without case and the marks around them."""
    return fold_text(text).casefold().strip(" .,;:!-*\"'()")


def read_sentence(
    sentence: Sentence, *, language: str | None, names: Sequence[str] = ()
) -> tuple[Reading, ...]:  # fmt: skip
    """Return the promise and the power that `sentence` states: one of each kind at most, in the order of the words.

    Args:
        sentence: From `list_sentences`.
        language: Primary language subtag; None reads by the rules of every language.
        names: What the publisher calls itself, beside `we`.
    """
    if sentence.text.rstrip("\"' )\u201d\u2019").endswith(("?", "\uff1f")):
        return ()
    found: list[Reading] = []
    if is_read(language, "en"):
        found += _read_english(Words(sentence.text, names), sentence)
    if language != "en":
        found += _read_phrases(sentence, language)
    kinds: dict[CommitmentKind, Reading] = {}
    for reading in found:
        kinds.setdefault(reading.kind, reading)
    return tuple(sorted(kinds.values(), key=lambda reading: reading.start))


def list_statements(text: str, *, names: Sequence[str] = ()) -> tuple[Statement, ...]:
    """Return what the English sentence `text` states, whether it is a commitment or not."""
    return tuple(Words(text, names).statements())


def _read_phrases(sentence: Sentence, language: str | None) -> Iterator[Reading]:
    lexicon = load_ledger_lexicon()
    folded = fold_case(sentence.text)
    tongues = [language] if language is not None else ["de", "fr"]
    for tongue in tongues:
        if lexicon.cues["phrases_not"].stand_in(folded, language=tongue):
            continue
        for phrase in lexicon.phrases:
            for start, end in phrase.cues.find_all(folded, language=tongue):
                yield Reading(
                    kind=phrase.kind,
                    modality=phrase.modality,
                    sentence=sentence,
                    verbs=(),
                    acts_on="",
                    start=start,
                    end=end,
                )
                break


def _read_english(words: Words, sentence: Sentence) -> Iterator[Reading]:
    lexicon = words.lexicon
    if len(words.listed) < _LEAST_WORDS:
        return
    is_disclaimer = lexicon.cues["not_commitments"].stand_in(words.folded, language="en")
    is_told = False
    for statement in words.statements():
        read = _judge(statement, words)
        if read is None or (is_disclaimer and read[0] == "promise"):
            continue
        is_told = is_told or read[0] == "power" or read[1] == "will"
        yield Reading(
            kind=read[0],
            modality=read[1],
            sentence=sentence,
            verbs=statement.verbs,
            acts_on=statement.acts_on,
            start=statement.start,
            end=statement.end,
        )
    for name, kind, modality in (("assurances", "promise", "never"), ("discretion", "power", "discretion")):
        if name == "discretion" and is_told:
            continue
        for start, end in lexicon.cues[name].find_all(words.folded, language="en"):
            if name == "discretion" and not words.company_acts_before(start):
                continue
            yield Reading(
                kind="promise" if kind == "promise" else "power",
                modality="never" if modality == "never" else "discretion",
                sentence=sentence,
                verbs=(),
                acts_on="",
                start=start,
                end=end,
            )
            break


def _judge(statement: Statement, words: Words) -> tuple[CommitmentKind, CommitmentModality] | None:
    """Return what a statement is worth; None where it is neither promise nor power."""
    if statement.modal == "right":
        return None if statement.is_denial else ("power", "right")
    if statement.is_denial:
        return _judge_denial(statement, words)
    if statement.is_only:
        if statement.is_passive and statement.modal == "can":
            return None
        return ("promise", "only") if words.are(statement, "data", "takes", *_GIVING[statement.is_passive]) else None
    if statement.modal == "may":
        is_power = words.are(statement, "data", "gives", "control", "takes") and not words.serves(statement)
        return ("power", "may") if is_power else None
    if statement.modal == "can":
        is_power = not statement.is_passive and words.are(statement, "data", "control") and not words.serves(statement)
        return ("power", "may") if is_power else None
    if statement.modal == "will" or statement.is_always:
        is_promise = (
            words.are(statement, "protect") and not words.punishes(statement) and words.seeks_consent(statement)
        )
        return ("promise", "will") if is_promise else None
    return None


def _judge_denial(statement: Statement, words: Words) -> tuple[CommitmentKind, CommitmentModality] | None:
    if statement.modal == "may":
        return None  # "we may not": a prohibition as well as a want of power
    if statement.modal == "can":
        # "cannot be accessed on other devices": what the reader cannot do.
        is_promise = words.are(statement, "cannot") and not (statement.is_passive and statement.verbs[0] == "access")
        return ("promise", "not") if is_promise else None
    if statement.is_passive:
        harms = words.are(statement, "data", "gives", "takes") or (statement.is_never and statement.modal == "have")
    elif statement.is_never:
        harms = words.are(statement, "data", "gives", "takes", "imposes")
    else:
        harms = words.are(statement, "data", "gives", "imposes")
    is_promise = harms and words.names_data(statement)
    return ("promise", "never" if statement.is_never else "not") if is_promise else None


class Words:
    """The words of one sentence, and what stands between them."""

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.lexicon: LedgerLexicon = load_ledger_lexicon()
        self.text = text
        self.folded = fold_case(text)
        matches = []
        for match in _WORD.finditer(self.folded):
            matches.append(match)
            if len(matches) == MOST_WORDS:
                break
        self.listed = [match.group() for match in matches]
        self.starts = [match.start() for match in matches]
        self.ends = [match.end() for match in matches]
        self._names = [tuple(_WORD.findall(fold_case(name))) for name in names if name]

    # -- looking around ------------------------------------------------------------------------------------------------

    def at(self, place: int) -> str:
        return self.listed[place] if 0 <= place < len(self.listed) else ""

    def breaks_before(self, place: int) -> bool:
        """Whether a comma or the like stands between the word at `place` and the one before it."""
        if place <= 0 or place >= len(self.listed):
            return True
        return _BREAK.search(self.folded, self.ends[place - 1], self.starts[place]) is not None

    def _has(self, place: int, name: str) -> bool:
        return self.at(place) in self.lexicon.words[name]

    def _segment_start(self, place: int) -> int:
        """Return where the part of the sentence begins that holds `place`: after the last comma or the like."""
        first = max(0, place - 60)
        while place > first and not self.breaks_before(place):
            place -= 1
        return place

    def _can_begin(self, place: int) -> bool:
        """Whether a subject at `place` begins a statement of its own: not a condition, a question, a relative clause."""
        before = self.at(place - 1)
        if place == 0:
            return True
        if before == "that":
            return self._has(place - 2, "agrees_that")
        if self._has(place - 1, "subordinate"):
            return False
        if self.breaks_before(place):
            # "how, when and why, we may": what a policy says that it explains.
            return not self._is_open_question(place)
        if not self._has(place - 1, "may_stand_before"):
            return False
        start = self._segment_start(place - 1)
        return not self._has(start, "subordinate") or self.at(start) in {"as", "to", "since"}

    def _is_open_question(self, place: int) -> bool:
        """Whether the sentence only names what it, or another text, explains: `This tells how we collect and when, …`."""
        return self.at(place - 1) in {"how", "when", "why", "where", "what", "and"} and place > 1

    def company_acts_before(self, offset: int) -> bool:
        """Whether a statement of the publisher's begins up to four words before `offset`."""
        place = bisect_left(self.starts, offset)
        return any(
            self._subject_end(near) is not None and self._can_begin(near) for near in range(max(0, place - 4), place)
        )

    def _subject_end(self, place: int) -> tuple[int, str | None] | None:
        """Return the place after the subject that begins at `place`, and the modal in it; None where none begins."""
        word = self.at(place)
        if word in _SUBJECTS:
            return place + 1, _SUBJECTS[word]
        for name in self._names:
            if name and tuple(self.listed[place : place + len(name)]) == name:
                return place + len(name), None
        return None

    # -- statements ----------------------------------------------------------------------------------------------------

    def statements(self) -> Iterator[Statement]:
        """Yield the statements of the sentence in the order of their words."""
        taken = -1
        ours = -1
        for place in range(len(self.listed)):
            if place < taken:
                continue
            subject = self._subject_end(place)
            statement = None
            if subject is not None and self._can_begin(place):
                ours = place
                statement = self._read_active(place, *subject)
            elif place - ours <= _MOST_SHARED and ours >= 0 and self._goes_on(place):
                statement = self._read_active(place, place, None)
            elif self.at(place) == "you" and self._can_begin(place):
                statement = self._read_grant(place)
            elif self.at(place) in _MODALS or self.at(place) in _NEGATED:
                statement = self._read_passive(place)
            if self._has(place, "other_subjects") and not self._is_object(place):
                ours = -1
            if statement is not None:
                taken = place + 1
                while taken < len(self.listed) and self.starts[taken] < statement.end:
                    taken += 1
                yield statement

    def _goes_on(self, place: int) -> bool:
        """Whether the publisher's statement goes on with one more verb: `we answer you, and may keep it`."""
        is_verb = self.at(place) in _MODALS or self.at(place) in _NEGATED or self.at(place) in {"never", "reserve"}
        return (
            is_verb and self.at(place) not in {"are", "is", "be", "been"} and self.at(place - 1) in {"and", "but", "or"}
        )

    def _is_object(self, place: int) -> bool:
        """Whether the pronoun at `place` is acted on: `we answer you, and`."""
        is_last = self.at(place + 1) in {"and", "or", "but", ""} or self.breaks_before(place + 1)
        return is_last or self._has(place - 1, "stop_object")

    def _read_grant(self, place: int) -> Statement | None:
        """Read `you grant us a licence` and `you authorize us to`."""
        verb = place + 1
        while verb < place + 4 and self.at(verb) in {
            "hereby",
            "also",
            "therefore",
            "automatically",
            "and",
            "agree",
            "to",
        }:
            verb += 1
        if self.at(verb) not in _GRANTS:
            return None
        target = verb + 1 + (self.at(verb + 1) == "to")
        subject = self._subject_end(target)
        if self.at(target) != "us" and subject is None:
            return None
        after = target + 1 if subject is None else subject[0]
        is_licence = self.at(verb) in {"grant", "grants", "give", "license"}
        if is_licence and not any(self.at(near) in _LICENCES for near in range(after, after + _MOST_AFTER)):
            return None
        if not is_licence and self.at(after) != "to" and self.at(after) != "and":
            return None
        return self._statement(
            place, after - 1, verbs=("license",) if is_licence else ("authorize",), modal="right", acts_on=""
        )

    def _read_active(self, first: int, place: int, modal: str | None) -> Statement | None:
        place = self._skip_companions(place)
        flags = self._read_auxiliaries(place, modal)
        if flags is None:
            return None
        place, modal, marks = flags
        if modal == "be":
            return self._read_entitled(first, place, marks)
        if modal is None and self.at(place) in {"reserve", "reserves"}:
            return self._read_reserved(first, place, marks)
        if modal == "have" and self.at(place) in {"the", "a"} and self.at(place + 1) == "right":
            return self._right_to(first, place + 2, marks)
        forms = "participles" if modal == "have" else "plain"
        verbs, end, seen = self._read_verbs(place, forms)
        if not verbs:
            return None
        acts_on = self._object_after(end)
        is_only = "only" in marks or (
            not marks & {"not", "never"} and (modal is not None or seen & {"data"} != set()) and self._only_after(end)
        )
        return self._statement(
            first, end - 1, verbs=verbs, modal=modal, acts_on=acts_on, marks=marks | ({"only"} if is_only else set())
        )

    def _skip_companions(self, place: int) -> int:
        """Return the place after `and our partners`, and after what stands between two commas behind a subject."""
        for _ in range(2):
            word = self.at(place)
            if word in {"and", "or"} or (self.breaks_before(place) and self._has(place, "together_with")):
                ends = range(place + 1, min(place + 9, len(self.listed)))
                seen = {self.at(near) for near in range(place, place + 2)}
                after = next((near for near in ends if self.at(near) in _MODALS or self.at(near) in _NEGATED), None)
                if after is None or seen.isdisjoint(self.lexicon.words["together_with"]):
                    return place
                place = after
            elif self.breaks_before(place) and word not in _MODALS:
                ends = range(place + 1, min(place + 11, len(self.listed)))
                place = next((near for near in ends if self.breaks_before(near)), place)
            else:
                break
        return place

    def _read_auxiliaries(self, place: int, modal: str | None) -> tuple[int, str | None, set[str]] | None:
        """Return the place of the verb, the modal and the marks on the way; None for what is not read: `we would`."""
        marks: set[str] = set()
        last = place + _MOST_AUXILIARIES
        while place < min(last, len(self.listed)):
            word = self.at(place)
            if word in {"would", "could", "should", "must", "did", "didn't", "wouldn't", "couldn't", "shouldn't"}:
                return None
            if word in _NEGATED:
                modal = _NEGATED[word]
                marks.add("not")
            elif word in _MODALS and modal not in {"may", "can", "will", "do"}:
                modal = _MODALS[word]
            elif word in {"be", "been"}:
                marks.add("be")
            elif word == "not":
                if self.at(place + 1) in _NOT_REALLY:
                    return None
                marks.add("not")
            elif word == "never":
                marks.add("never")
            elif word in _ONLY:
                if "not" in marks:
                    return None
                marks.add("only")
            elif word == "always":
                marks.add("always")
            elif filler := self._filler_at(place):
                if "not" in marks and word in _NOT_REALLY:
                    return None
                place += filler
                continue
            elif self.breaks_before(place) and not self._is_verb(place) and modal in {"may", "will", "can", "do"}:
                # "we may, where the law allows it, share"
                after = next((near for near in range(place + 1, place + 12) if self.breaks_before(near)), None)
                if after is None or after >= len(self.listed):
                    break
                place = after
                if self._is_verb(place) or self._filler_at(place):
                    continue
                break
            else:
                break
            place += 1
        return place, modal, marks

    def _filler_at(self, place: int) -> int:
        """Return how many words of a filler stand at `place`."""
        for filler in self.lexicon.fillers.get(self.at(place), ()):
            if tuple(self.listed[place : place + len(filler)]) == filler:
                return len(filler)
        return 0

    def _is_verb(self, place: int) -> bool:
        return any(self.at(place) in verbs.plain for verbs in self.lexicon.verbs.values())

    def _read_entitled(self, first: int, place: int, marks: set[str]) -> Statement | None:
        if self.at(place) in _RIGHTS and self.at(place + 1) == "to":
            return self._right_to(first, place + 1, marks)
        return None

    def _read_reserved(self, first: int, place: int, marks: set[str]) -> Statement | None:
        ends = range(place + 1, min(place + 5, len(self.listed)))
        right = next((near for near in ends if self.at(near) in {"right", "rights"}), None)
        return None if right is None else self._right_to(first, right + 1, marks)

    def _right_to(self, first: int, place: int, marks: set[str]) -> Statement | None:
        """Read the verb after `the right to`, whichever it is."""
        ends = range(place, min(place + _MOST_AFTER, len(self.listed)))
        to = next((near for near in ends if self.at(near) == "to"), None)
        if to is None:
            return None
        verb = to + 1
        while filler := self._filler_at(verb):
            verb += filler
        if not self.at(verb):
            return None
        verbs, end, _ = self._read_verbs(verb, "plain")
        if not verbs:
            verbs, end = (self.at(verb),), verb + 1
        return self._statement(first, end - 1, verbs=verbs, modal="right", acts_on=self._object_after(end), marks=marks)

    def _read_verbs(self, place: int, forms: str) -> tuple[tuple[str, ...], int, set[str]]:
        """Return the verbs side by side at `place`, the place after them, and the classes of the first one."""
        verbs: list[str] = []
        classes: set[str] = set()
        end = place
        while len(verbs) < 8:
            found = self._verb_at(place, forms)
            if not found:
                break
            name = next(iter(found.values()))
            classes = classes or set(found)
            verbs.append(name)
            end = place = place + 1
            while self.at(place) in {"and", "or", "nor", "otherwise", "even"} and place - end < 3:
                place += 1
            if place == end and not self.breaks_before(place):
                break
        return tuple(verbs), end, classes

    def _verb_at(self, place: int, forms: str) -> dict[str, str]:
        """Return the classes of the verb at `place`, each with its name."""
        word = self.at(place)
        return {
            name: (verbs.plain if forms == "plain" else verbs.participles)[word]
            for name, verbs in self.lexicon.verbs.items()
            if word in (verbs.plain if forms == "plain" else verbs.participles)
        }

    def _read_passive(self, place: int) -> Statement | None:
        flags = self._read_auxiliaries(place, None)
        if flags is None:
            return None
        verb, modal, marks = flags
        start = self._subject_start(place)
        if start is None:
            return None
        if modal == "have" and "never" in marks and self.at(verb) in {"happened", "occurred"}:
            return self._statement(start, verb, verbs=("happen",), modal="have", acts_on="", marks=marks, passive=True)
        if "be" not in marks and modal != "be":
            return None
        verbs, end, seen = self._read_verbs(verb, "participles")
        if not verbs:
            return None
        subject = set(self.listed[start:place])
        if self.at(start) in _NOBODY:
            marks = marks | {"not"}
        if not self._acts_alone(end):
            return None
        is_data = not subject.isdisjoint(self.lexicon.words["names_of_data"])
        is_pronoun = place - start == 1 and self._has(start, "pronouns")
        is_service = not subject.isdisjoint(self.lexicon.words["names_of_service"])
        fits = is_data or (is_pronoun and "data" in seen)
        if "protect" in seen and "account" in subject:
            fits = False
        if modal == "may" and is_service and "control" in seen:
            fits = True
        if not fits:
            return None
        is_only = "only" in marks or (not marks & {"not", "never"} and self._only_after(end))
        return self._statement(
            start,
            end - 1,
            verbs=verbs,
            modal="be" if modal == "be" else modal,
            acts_on=self.text[self.starts[start] : self.ends[place - 1]],
            marks=marks | ({"only"} if is_only else set()),
            passive=True,
        )

    def _subject_start(self, place: int) -> int | None:
        """Return where the subject before the auxiliary at `place` begins; None where that is no statement."""
        if place == 0 or self._has(place - 1, "subordinate") and self.at(place - 1) != "that":
            return None
        if self.at(place - 1) in {"we", "you", "i", "who", "there", "us"} or self.at(place - 1) in _MODALS:
            return None
        if self.at(place - 1) == "that" and place > 1:
            return None
        start = self._segment_start(place - 1)
        if self.breaks_before(place) and start == place:
            return None
        start = max(start, place - _MOST_SUBJECT)
        while start < place - 1 and self.at(start) in {"and", "but", "or", "so", "however", "therefore"}:
            start += 1
        if self._has(start, "subordinate") and self.at(start) not in {"that", "since"}:
            return None
        # "information about how it is used": a question inside.
        inner = {"how", "whether", "if", "when", "where", "why", "what", "unless", "while", "guarantee"}
        if any(self.at(near) in inner for near in range(start, place)):
            return None
        said = next((near for near in range(place - 1, start - 1, -1) if self.at(near) == "that"), None)
        if said is None or (said == start and place - start > 1 and start == 0):
            return start
        if self._has(said - 1, "agrees_that"):
            return said + 1
        # "the data that you send" is a relative clause, "no doubt that it is sent" is none.
        return start if said > start and self.at(said - 1) not in _SAYING else None

    def _acts_alone(self, end: int) -> bool:
        """Whether the passive does not name somebody else who acts."""
        for near in range(end, min(end + 8, len(self.listed))):
            if self.at(near) == "by":
                return not self._has(near + 1, "other_agents")
        return True

    def _only_after(self, end: int) -> bool:
        """Whether `only` behind the verb limits it: `we use it only to`, but not `not only`."""
        for near in range(end, min(end + _MOST_AFTER, len(self.listed))):
            if self.at(near) in _MODALS or self.at(near) in _SUBJECTS or self.at(near) in {"you", "which", "who"}:
                return False
            if self.at(near) in _ONLY:
                return self.at(near - 1) not in {"not", "if", "your", "the", "read", "an", "a", "for"} and self._has(
                    near + 1, "pairs_with_only"
                )
        return False

    def _object_after(self, end: int) -> str:
        """Return the words after a verb that tell what it acts on."""
        last = end
        while last < min(end + _MOST_OBJECT, len(self.listed)):
            if self._has(last, "stop_object") or (self.breaks_before(last) and last > end):
                break
            last += 1
        return self.text[self.starts[end] : self.ends[last - 1]] if last > end else ""

    def _statement(
        self,
        first: int,
        last: int,
        *,
        verbs: tuple[str, ...],
        modal: str | None,
        acts_on: str,
        marks: set[str] | None = None,
        passive: bool = False,
    ) -> Statement:
        marks = marks or set()
        return Statement(
            verbs=verbs,
            modal=modal,
            is_negated="not" in marks,
            is_never="never" in marks,
            is_only="only" in marks,
            is_always="always" in marks,
            is_passive=passive,
            start=self.starts[first],
            end=self.ends[last],
            acts_on=acts_on,
        )

    # -- what verbs are worth ------------------------------------------------------------------------------------------

    def are(self, statement: Statement, *classes: str) -> bool:
        """Whether the first verb of `statement` is of one of `classes`; `gives` asks for data that are given."""
        verb = statement.verbs[0]
        return any(
            verb in self.lexicon.verbs[name].plain and (name != "gives" or self._gives_data(statement))
            for name in classes
        )

    def _gives_data(self, statement: Statement) -> bool:
        if statement.is_passive:
            return True
        after = _WORD.findall(self.folded, statement.end, min(len(self.folded), statement.end + 80))[:8]
        if after[:1] == ["you"] and not statement.is_denial:
            return False
        return not self.lexicon.words["names_of_data"].isdisjoint(after) or after[:1] == ["changes"]

    def names_data(self, statement: Statement) -> bool:
        """Whether data are named, where the verb says little without: `we do not process refunds`."""
        if statement.is_passive or not self._needs_data(statement):
            return True
        acts_on = set(_WORD.findall(fold_case(statement.acts_on)))
        return not acts_on.isdisjoint(self.lexicon.words["names_of_data"] | {"cookies", "it", "them"})

    def _needs_data(self, statement: Statement) -> bool:
        return statement.verbs[0] in self.lexicon.words["needs_data"]

    def seeks_consent(self, statement: Statement) -> bool:
        """Whether what is asked for, where something is, is the reader's consent."""
        if statement.verbs[0] not in {"ask", "seek", "obtain"}:
            return True
        after = _WORD.findall(self.folded, statement.end, min(len(self.folded), statement.end + 80))[:8]
        return not self.lexicon.words["names_of_consent"].isdisjoint(after)

    def serves(self, statement: Statement) -> bool:
        """Whether it is for the reader's good, or is named and no more: `we may allow you to`, `we can delete it for you`."""
        if self.folded.find("for you", statement.end, statement.end + 80) >= 0 and statement.modal == "can":
            return True
        if statement.verbs[0] in {"allow", "permit"} and self.folded.startswith((" you", " users"), statement.end):
            return True
        if statement.is_passive and statement.verbs[0] == "limit":
            return True  # "your use may be limited" by what the reader switches off
        # A title: "Courier May Terminate".
        return len(self.listed) < _LEAST_TITLE and not self.text.endswith((".", "!", ":"))

    def punishes(self, statement: Statement) -> bool:
        """Whether what is done is done to the reader's account or posts, not to their data."""
        acts_on = set(_WORD.findall(fold_case(statement.acts_on)))
        return statement.verbs[0] in {"delete", "stop", "destroy", "cease"} and not acts_on.isdisjoint(
            {"account", "accounts", "posts", "videos", "access", "username"}
        )
