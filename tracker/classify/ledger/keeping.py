"""The ledger of a document: every promise and power through all of its versions, and what became of each.

A sentence is the same commitment as long as it stands, wherever it stands; reworded, it goes on with the sentence that
took its place, found by likeness in its clause's line first and then in the whole text. It is gone only where nothing
like it stands anywhere. What is no change of the document (another variant, a text that passed, a doubtful capture, a
re-extraction of ours) makes no step. Pure: the lines of clauses and the changes are handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tracker.classify.ledger.fate import Outcome, end_of, judge_rewording
from tracker.classify.ledger.hints import is_generic
from tracker.classify.ledger.lexicon import has_rules, load_ledger_lexicon, primary_language
from tracker.classify.ledger.pages import UNREAD_KINDS, Key, Page, PageMaker, Place
from tracker.classify.ledger.pairing import SentenceIndex, pair_sentences
from tracker.classify.ledger.reading import Reading
from tracker.classify.ledger.sides import weighty_words
from tracker.model import (
    Clause,
    Commitment,
    CommitmentKind,
    CommitmentStep,
    Event,
    Lineage,
    Quote,
    Record,
    SectionRef,
    Timeline,
    Version,
    sha256_hex,
)


@dataclass(slots=True, eq=False)
class _Thread:
    """A commitment in the making. Where it stands in which version is told by the states."""

    kind: CommitmentKind
    reading: Reading
    """As it was read last: words that are not understood keep the reading that they had."""
    first_text: str
    first_seen: Record
    first_event: Event | None
    place: Place
    """Where it was seen last."""
    last_seen: Record
    section: SectionRef
    """Of `place`."""
    steps: list[CommitmentStep] = field(default_factory=list)
    told: tuple[str, str] | None = None
    """The rewording that was told last: another variant may follow with the same."""
    is_over: bool = False
    is_unread: bool = False
    """Whether the sentence that took its place is not read as a commitment: it may be one, nobody knows."""


State: TypeAlias = dict[Key, _Thread]


@dataclass(frozen=True, slots=True)
class _Lost:
    """A sentence of the old version that the new one does not have."""

    key: Key
    thread: _Thread
    place: Place
    """In the old version."""


def keep_ledger(
    lineage: Lineage,
    timeline: Timeline,
    *,
    load: Callable[[Record], Version],
    locate: Callable[[Version, int], SectionRef],
    language: str | None = None,
    names: Sequence[str] = (),
) -> tuple[Commitment, ...]:
    """Return what the document promises and permits, in the order of `Ledger.commitments`.

    Nothing is read in a language for which there are no rules.

    Args:
        lineage: The lines of the document's clauses.
        timeline: Its records, the same as in `lineage`, with its changes and variants.
        load: Gives the version of a record.
        locate: Gives the section by which a clause is cited, from a version and the index of one of its sections.
        language: BCP 47 tag of the texts; None where it is not known.
        names: What the publisher calls itself, beside `we`: its service's name.
    """
    tongue = primary_language(language)
    if not lineage.records or not has_rules(tongue):
        return ()
    walk = _Walk(lineage, timeline, load=load, locate=locate, language=tongue, names=names)
    for index, record in enumerate(lineage.records):
        walk.pass_record(index, record)
    return walk.finish()


class _Walk:
    """One pass over the records of a document."""

    def __init__(
        self,
        lineage: Lineage,
        timeline: Timeline,
        *,
        load: Callable[[Record], Version],
        locate: Callable[[Version, int], SectionRef],
        language: str | None,
        names: Sequence[str],
    ) -> None:
        self._lineage, self._timeline = lineage, timeline
        self._load, self._locate, self._language, self._names = load, locate, language, names
        self._events = {event.new.commit: event for event in timeline.events}
        self._maker = PageMaker(language=language, names=names)
        self._states: dict[str, State] = {}
        """Commit -> what stands in its version."""
        self._stands_for: dict[str, str] = {}
        """Commit of a version that is not read -> that of the one before it that is."""
        self._pages: dict[str, Page] = {}
        self._threads: list[_Thread] = []
        self._known: dict[Key, _Thread] = {}
        """Every wording that ever stood -> the commitment that had it."""
        self._newest: str | None = None

    # -- from one version to the next ----------------------------------------------------------------------------------

    def pass_record(self, index: int, record: Record) -> None:
        """Take in the next version."""
        event = self._events.get(record.commit)
        base = event.old.commit if event is not None else self._newest
        base = self._stands_for.get(base, base) if base is not None else None
        if base is not None and event is not None and (event.trust == "suspect" or event.folded == "passing"):
            # Not the policy, as far as is known, or a text of some days: as if it had not been captured.
            self._stands_for[record.commit] = base
            return
        page = self._maker.make(record, self._load(record), self._lineage.places[index])
        if base is None or base not in self._states:
            state = {key: self._begin(place, key[0], page, None) for key, place in page.commitments()}
        else:
            is_change = event is not None and event.folded is None
            state = self._follow(self._pages[base], self._states[base], page, event if is_change else None)
        for key, thread in state.items():
            thread.last_seen = record
            self._known.setdefault(key, thread)
        self._states[record.commit] = state
        self._pages[record.commit] = page
        self._newest = record.commit

    def _follow(self, old: Page, before: Mapping[Key, _Thread], page: Page, event: Event | None) -> State:
        """Return what stands in `page`, which follows `old`; steps are told where `event` is a change."""
        state: State = {}
        lost: list[_Lost] = []
        for key, thread in before.items():
            place = page.places.get(key[1])
            if place is None:
                lost.append(_Lost(key, thread, old.places[key[1]]))
            else:
                state[key] = self._stand(thread, place, page, event)
        fresh = {
            words: place
            for words, place in page.places.items()
            if words not in old.places and place.clause.kind not in UNREAD_KINDS
        }
        paired = list(pair_sentences([(item.key[0], item.place) for item in lost], fresh))
        for number, target in paired:
            item = lost[number]
            if self._reword(item, fresh[target], page, event):
                state.setdefault((item.key[0], target), self._stand(item.thread, fresh[target], page, event))
        standing = {id(thread) for thread in state.values()}
        for key, place in page.commitments():
            if key in state:
                continue
            known = self._known.get(key)
            if known is not None and id(known) not in standing:
                state[key] = self._stand(known, place, page, event)
            else:
                state[key] = self._begin(place, key[0], page, event)
            standing.add(id(state[key]))
        if event is not None:
            gone_on = {number for number, _ in paired}
            left = [item for number, item in enumerate(lost) if number not in gone_on]
            self._end([item for item in left if id(item.thread) not in standing], page, event)
        return state

    def _begin(self, place: Place, kind: CommitmentKind, page: Page, event: Event | None) -> _Thread:
        reading = place.reading(kind)
        if reading is None:
            raise ValueError("a commitment begins with a sentence that reads as one")
        thread = _Thread(
            kind=kind,
            reading=reading,
            first_text=place.sentence.text,
            first_seen=page.record,
            first_event=event,
            place=place,
            last_seen=page.record,
            section=self._section(page, place),
        )
        self._threads.append(thread)
        return thread

    def _section(self, page: Page, place: Place) -> SectionRef:
        return self._locate(page.version, place.clause.section)

    def _stand(self, thread: _Thread, place: Place, page: Page, event: Event | None) -> _Thread:
        """Have `thread` stand at `place`; it returned where it had ended."""
        if place.clause is not thread.place.clause:
            thread.section = self._section(page, place)
        thread.place = place
        if (reading := place.reading(thread.kind)) is not None:
            thread.reading, thread.is_unread = reading, False
        if thread.is_over:
            thread.is_over = False
            thread.steps.append(
                CommitmentStep(
                    fate="kept",
                    record=page.record,
                    event=event or self._events.get(page.record.commit),
                    section=thread.section,
                    old="",
                    new=place.sentence.text,
                    rule="returned",
                )
            )
        return thread

    # -- what becomes of a sentence that is not there any more ---------------------------------------------------------

    def _reword(self, lost: _Lost, place: Place, page: Page, event: Event | None) -> bool:
        """Tell how a sentence was reworded to the one at `place`; return whether the commitment goes on."""
        thread, old, new = lost.thread, lost.place.sentence, place.sentence
        reading = lost.place.reading(thread.kind) or replace(
            thread.reading, sentence=old, start=0, end=len(old.text)
        )  # fmt: skip
        section = self._section(page, place)
        outcome = judge_rewording(
            reading,
            new.text,
            place.reading(thread.kind),
            section=section,
            language=self._language,
            names=self._names,
        )
        is_end = outcome.fate == end_of(thread.kind)
        is_told = (
            event is not None
            and outcome.rule != "same-words"
            and thread.told != (old.key, new.key)
            and not thread.is_over
            and _belongs(event, lost.place.clause, place.clause)
        )
        if event is not None and is_told:
            thread.told = (old.key, new.key)
            thread.steps.append(_step(outcome, event, section, old.text, new.text))
            thread.is_over = is_end
        thread.is_unread = outcome.rule == "form-unread"
        return not is_end

    def _end(self, lost: Sequence[_Lost], page: Page, event: Event) -> None:
        """Tell of each of `lost` that it stands no longer, or that another sentence says the same."""
        waiting = [item for item in lost if not item.thread.is_over and _belongs(event, item.place.clause, None)]
        if not waiting:
            return
        twins = _Twins(page)
        for item in waiting:
            thread, old = item.thread, item.place.sentence
            if thread.is_unread:
                # What became of it was told when it was last read.
                thread.is_over = bool(thread.steps)
                continue
            twin = twins.find(thread, old.text)
            if twin is None:
                outcome = Outcome(fate=end_of(thread.kind), rule="gone")
                step = _step(outcome, event, self._section_of(item, event), old.text, "")
            else:
                is_same = twin.reading(thread.kind) is not None and weighty_words(old.text) <= weighty_words(
                    twin.sentence.text
                )
                outcome = Outcome(fate="kept" if is_same else "unclear", rule="said-elsewhere")
                step = _step(outcome, event, self._section(page, twin), old.text, twin.sentence.text)
            thread.steps.append(step)
            thread.is_over = True

    def _section_of(self, lost: _Lost, event: Event) -> SectionRef:
        """Return where a sentence stood in the old version of `event`."""
        if lost.place.clause is lost.thread.place.clause:
            return lost.thread.section
        old = self._pages.get(self._stands_for.get(event.old.commit, event.old.commit))
        return lost.thread.section if old is None else self._section(old, lost.place)

    # -- the end -------------------------------------------------------------------------------------------------------

    def finish(self) -> tuple[Commitment, ...]:
        """Return the commitments of all versions passed so far."""
        found: dict[int, tuple[_Thread, Place, str | None]] = {}
        for commit, variant in self._newest_versions():
            places = self._pages[commit].places
            standing = [
                (places[key[1]], thread) for key, thread in self._states[commit].items() if not thread.is_unread
            ]
            standing.sort(key=lambda item: (item[0].clause.index, item[0].sentence.start, item[1].kind))
            for place, thread in standing:
                if not thread.is_over:
                    found.setdefault(id(thread), (thread, place, variant))
        order = {record.commit: place for place, record in enumerate(self._lineage.records)}
        gone = [
            thread
            for thread in self._threads
            if thread.steps and (thread.is_over or thread.is_unread) and id(thread) not in found
        ]
        gone.sort(key=lambda thread: -order[thread.steps[-1].record.commit])
        name = _Names()
        current = [self._commitment(thread, place, name(thread), variant) for thread, place, variant in found.values()]
        ended = [self._commitment(thread, thread.place, name(thread), None, is_current=False) for thread in gone]
        return (*current, *ended)

    def _newest_versions(self) -> Iterator[tuple[str, str | None]]:
        """Yield the commit of the newest version, then those of the variants that are not served now."""
        if self._newest is not None:
            yield self._newest, None
        for variant in self._timeline.variants:
            commit = self._stands_for.get(variant.newest.commit, variant.newest.commit)
            if commit != self._newest and commit in self._states:
                yield commit, variant.name

    def _commitment(
        self, thread: _Thread, place: Place, name: str, variant: str | None, *, is_current: bool = True
    ) -> Commitment:
        reading = place.reading(thread.kind) or thread.reading
        # What was reworded past reading is quoted as it was read last.
        sentence = place.sentence if is_current else reading.sentence
        return Commitment(
            id=name,
            kind=thread.kind,
            modality=reading.modality,
            quote=Quote(text=sentence.text, start=sentence.start),
            verb=reading.verbs[0] if reading.verbs else "",
            acts_on=reading.acts_on,
            line=self._lineage.lines[place.line].id,
            clause=place.clause.index,
            section=thread.section,
            first_seen=thread.first_seen,
            first_event=thread.first_event,
            last_seen=thread.last_seen,
            is_current=is_current,
            variant=variant,
            steps=tuple(thread.steps),
        )


class _Names:
    """Names for commitments: kind, and a digest of the first wording, with a number where that is taken."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    def __call__(self, thread: _Thread) -> str:
        stem = f"{thread.kind}-{sha256_hex(thread.first_text)[:8]}"
        self._taken[stem] += 1
        return stem if self._taken[stem] == 1 else f"{stem}-{self._taken[stem]}"


def _step(
    outcome: Outcome, event: Event, section: SectionRef, old: str, new: str
) -> CommitmentStep:  # fmt: skip
    return CommitmentStep(
        fate=outcome.fate,
        record=event.new,
        event=event,
        section=section,
        old=old,
        new=new,
        rule=outcome.rule,
        before=outcome.before,
        after=outcome.after,
    )


def _belongs(event: Event, old: Clause, new: Clause | None) -> bool:
    """Whether a difference is part of the change `event`, where the rest of it was told before."""
    residue = event.residue
    if residue is None:
        return True
    return old.folded in residue.removed or (new is not None and new.folded in residue.added)


class _Twins:
    """Finds the sentence of a version that says what another one said."""

    def __init__(self, page: Page) -> None:
        self._places = page.places
        self._index = SentenceIndex(page.places)
        self._complete: dict[str, Place] = {}
        """Verb -> the first sentence that promises, of all data, not to do it: not to sell them."""
        verbs = load_ledger_lexicon().words["complete"]
        for place in page.places.values():
            reading = place.reading("promise")
            if reading is not None and is_generic(reading.acts_on):
                for verb in verbs & set(reading.verbs):
                    self._complete.setdefault(verb, place)

    def find(self, thread: _Thread, text: str) -> Place | None:
        """Return the sentence that says what `thread` said as `text`, one that is read as such before all others."""
        places = [self._places[key] for _, key in self._index.find(text)]
        verbs = set(thread.reading.verbs)
        for place in places:
            reading = place.reading(thread.kind)
            if reading is not None and (not verbs or not reading.verbs or verbs & set(reading.verbs)):
                return place
        # One that is read as the opposite does not say the same.
        unread = next((place for place in places if not place.readings), None)
        if unread is not None or thread.kind != "promise":
            return unread
        return next((self._complete[verb] for verb in thread.reading.verbs if verb in self._complete), None)
