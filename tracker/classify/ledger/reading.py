"""Which sentences are a promise of the publisher's, or a power that it gives itself.

English is read word by word (`statements.py`), and each statement is weighed by the class of its verb: `we do
not sell` is a promise, `we do not warrant` is none. Other languages are read by phrases. What is not understood is not
listed: a reader of the ledger can trust each line of it, but not that it has them all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tracker.classify.cues import fold_case
from tracker.classify.ledger.lexicon import is_read, load_ledger_lexicon
from tracker.classify.ledger.statements import Statement, list_statements
from tracker.classify.ledger.words import WORD, Words
from tracker.classify.wording import split_sentences
from tracker.model import CommitmentKind, CommitmentModality, fold_text

Worth: TypeAlias = tuple[CommitmentKind, CommitmentModality]

_LEAST_WORDS: Final = 3
#: A line with fewer words and no mark at its end is a title.
_LEAST_TITLE: Final = 5
#: How far behind a verb its data, or the consent that it asks for, are looked for, in words.
_MOST_AFTER: Final = 8
_MOST_LEAVE: Final = 6
#: A piece that ends so is no whole sentence, whatever follows: `the U.S. government`.
_OPEN_END: Final = re.compile(r"(?:^|[\s(.])[A-Za-z]\.$|\b(?:approx|incl|etc|no|nos|sec|cf|resp)\.$", re.IGNORECASE)
_LONGEST_OPEN_END: Final = 12
#: Languages that are read by phrases alone.
_BY_PHRASES: Final = ("de", "fr")
#: Classes of verbs that `only` limits, of something done by us, and of a passive.
_LIMITED: Final = {False: ("data", "takes", "gives", "control"), True: ("data", "takes")}
_ENDING: Final = frozenset({"delete", "stop", "destroy", "cease"})
_NOT_DATA: Final = frozenset({"account", "accounts", "posts", "videos", "access", "username"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a clause."""

    start: int
    """Offset of its first character in the clause's text."""
    text: str
    key: str
    """Equal for sentences that read the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sentence read as a promise or a power."""

    kind: CommitmentKind
    modality: CommitmentModality
    sentence: Sentence
    verbs: tuple[str, ...] = ()
    acts_on: str = ""
    start: int
    """Offset in the sentence of the words that make it one."""
    end: int


def list_sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a clause, without the white space around them.

    >>> [sentence.text for sentence in list_sentences("We obey U.S. law. We never lie!")]
    ['We obey U.S. law.', 'We never lie!']
    """
    pieces: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        goes_on = text[start : start + 3].lstrip()[:1].islower()
        if pieces and (goes_on or _OPEN_END.search(text[max(0, start - _LONGEST_OPEN_END) : start])):
            pieces[-1] = (pieces[-1][0], end)
        else:
            pieces.append((start, end))
    found = []
    for start, end in pieces:
        shown = text[start:end].strip()
        if shown:
            offset = end - len(text[start:end].lstrip())
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
        found += _read_english(sentence, names)
    for tongue in _BY_PHRASES:
        if is_read(language, tongue):
            found += _read_phrases(sentence, tongue)
    kinds: dict[CommitmentKind, Reading] = {}
    for reading in found:
        kinds.setdefault(reading.kind, reading)
    return tuple(sorted(kinds.values(), key=lambda reading: reading.start))


def _read_phrases(sentence: Sentence, language: str) -> Iterator[Reading]:
    lexicon = load_ledger_lexicon()
    folded = fold_case(sentence.text)
    if lexicon.cues["phrases_not"].stand_in(folded, language=language):
        return
    for phrase in lexicon.phrases:
        for start, end in phrase.cues.find_all(folded, language=language):
            yield Reading(kind=phrase.kind, modality=phrase.modality, sentence=sentence, start=start, end=end)
            break


def _read_english(sentence: Sentence, names: Sequence[str]) -> Iterator[Reading]:
    words = Words(sentence.text, names)
    if len(words) < _LEAST_WORDS:
        return
    cues = words.lexicon.cues
    is_disclaimer = cues["not_commitments"].stand_in(words.folded, language="en")
    is_told = False
    for statement in list_statements(words):
        worth = _weigh(statement, words)
        if worth is None or (is_disclaimer and worth[0] == "promise"):
            continue
        is_told = is_told or worth[0] == "power" or worth[1] == "will"
        yield Reading(
            kind=worth[0],
            modality=worth[1],
            sentence=sentence,
            verbs=statement.verbs,
            acts_on=statement.acts_on,
            start=statement.start,
            end=statement.end,
        )
    for start, end in cues["assurances"].find_all(words.folded, language="en"):
        yield Reading(kind="promise", modality="never", sentence=sentence, start=start, end=end)
    if not is_told:
        for start, end in cues["discretion"].find_all(words.folded, language="en"):
            if _acts_before(words, start):
                yield Reading(kind="power", modality="discretion", sentence=sentence, start=start, end=end)


def _acts_before(words: Words, offset: int) -> bool:
    """Whether a statement of the publisher's begins up to four words before `offset`."""
    place = words.place_of(offset)
    return any(
        words.subject_end(near) is not None and words.can_begin(near) for near in range(max(0, place - 4), place)
    )


# -- what a statement is worth -----------------------------------------------------------------------------------------


def _weigh(statement: Statement, words: Words) -> Worth | None:
    """Return what a statement is worth; None where it is neither promise nor power."""
    if statement.modal == "right":
        return None if statement.is_denial else ("power", "right")
    if statement.is_denial:
        modality: CommitmentModality = "never" if statement.is_never else "not"
        return ("promise", modality) if _spares(statement, words) else None
    if statement.is_only:
        # "it can only be used for": what it is good for.
        is_limit = statement.modal != "can"
        return ("promise", "only") if is_limit and _is(statement, words, *_LIMITED[statement.is_passive]) else None
    if statement.modal in {"may", "can"}:
        return ("power", "may") if _empowers(statement, words) else None
    if statement.modal == "will" or "always" in statement.marks:
        return ("promise", "will") if _protects(statement, words) else None
    return None


def _spares(statement: Statement, words: Words) -> bool:
    """Whether what is denied would be at the reader's cost: `we do not sell`, but not `we do not refund`."""
    if statement.modal == "may":
        return False  # "we may not": a prohibition as well as a want of power
    if statement.modal == "can":
        # "cannot be accessed on other devices": what the reader cannot do.
        is_readers = statement.is_passive and statement.verbs[0] == "access"
        return not is_readers and _is(statement, words, "cannot")
    if statement.is_passive:
        is_record = statement.is_never and statement.modal == "have"
        return is_record or _is(statement, words, "data", "gives", "takes")
    classes = ("data", "gives", "takes", "imposes") if statement.is_never else ("data", "gives", "imposes")
    return _is(statement, words, *classes) and _names_data(statement, words)


def _empowers(statement: Statement, words: Words) -> bool:
    """Whether what may be done is more than a courtesy."""
    verb = statement.verbs[0]
    is_title = len(words) < _LEAST_TITLE and not words.text.endswith((".", "!", ":"))
    after = words.words_after(statement.end, _MOST_LEAVE)
    is_leave = verb in {"allow", "permit"} and words.lexicon.words["others_let_in"].isdisjoint(after)
    # "your use may be limited": by what the reader switches off; "prices may be shown with tax".
    is_limit = statement.is_passive and verb in {"limit", "display", "show"}
    if is_title or is_leave or is_limit:
        return False
    if statement.modal == "can":
        is_service = words.folded.find("for you", statement.end, statement.end + 80) >= 0
        return not statement.is_passive and not is_service and _is(statement, words, "data", "control")
    return _is(statement, words, "data", "gives", "control", "takes")


def _protects(statement: Statement, words: Words) -> bool:
    """Whether what is done is done for the reader: not to their account, and no more asked than their consent."""
    verb = statement.verbs[0]
    acts_on = set(WORD.findall(fold_case(statement.acts_on)))
    if verb in _ENDING and not acts_on.isdisjoint(_NOT_DATA):
        return False
    if verb in {"ask", "seek", "obtain"}:
        after = words.words_after(statement.end, _MOST_AFTER)
        return not words.lexicon.words["names_of_consent"].isdisjoint(after)
    return _is(statement, words, "protect")


def _is(statement: Statement, words: Words, *classes: str) -> bool:
    """Whether the first verb of `statement` is of one of `classes`; `gives` asks for data that are given."""
    verb = statement.verbs[0]
    return any(
        verb in words.lexicon.verbs[name].plain and (name != "gives" or _gives_data(statement, words))
        for name in classes
    )


def _gives_data(statement: Statement, words: Words) -> bool:
    if statement.is_passive:
        return True
    after = words.words_after(statement.end, _MOST_AFTER)
    is_gift = (after[:1] == ["you"] or " to you" in f" {' '.join(after)}") and not statement.is_denial
    is_named = not words.lexicon.words["names_of_data"].isdisjoint(after) or after[:1] == ["changes"]
    return is_named and not is_gift


def _names_data(statement: Statement, words: Words) -> bool:
    """Whether data are named, where the verb says little without: `we do not process refunds`."""
    lists = words.lexicon.words
    if statement.verbs[0] not in lists["needs_data"]:
        return True
    acts_on = set(WORD.findall(fold_case(statement.acts_on)))
    return not acts_on.isdisjoint(lists["names_of_data"] | {"cookies", "it", "them"})
