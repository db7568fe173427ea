"""Whose side a sentence is on, and what it means that it came, went, or reaches further than before.

A sentence that lets the company act, or binds the user, is a power; one that binds the company, or gives the user a
choice, is a shield. A power that comes, or reaches further, widens; a shield that comes, or reaches further, narrows;
and the other way round. English sentences are read by `acts.py`; those of other languages, and words in which nobody
acts, by the cues of `lexicon/stances.json` and by what introduces the list in which they stand.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from tracker.classify.acts import Act, Bearing, read_acts
from tracker.classify.cues import Cues, fold_case, read_lexicon, rows, text, texts
from tracker.classify.evidence import Rule, one_of
from tracker.classify.wording import Range, Side, Wording, words_of
from tracker.model import EFFECTS, FACETS, Effect, Facet, Finding, JsonValue, Quote

#: A sentence came (or went) as a whole if at least this share of its words did.
_WHOLE_SHARE: Final = 0.6
_LONGEST_QUOTED: Final = 80
_LONGEST_SHOWN: Final = 70
_MOST_FINDINGS: Final = 12
_CONTENT_LETTERS: Final = 3

#: Uses of data of which a text that no longer states them says that they ended.
_PASSING_ON: Final = frozenset(
    {"share", "disclose", "sell", "rent", "trade", "transfer", "transmit", "provide", "send", "retain", "store", "keep"}
)
_OPPOSITE: Final[dict[Effect, Effect]] = {"widens": "narrows", "narrows": "widens", "unclear": "unclear"}
#: What a headline says of words that only came (True) or only went, and limit (True) a statement or extend it.
_REACHES: Final = {
    (True, True): "{what} limited",
    (True, False): "limit of {what} dropped",
    (False, True): "{what} now goes further",
    (False, False): "{what} no longer goes so far",
}
_OTHER: Final[dict[Bearing, set[Bearing]]] = {"power": {"shield"}, "shield": {"power"}}
_COMES: Final[dict[Bearing, Effect]] = {"power": "widens", "shield": "narrows"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """One way in which a sentence takes a side."""

    id: str
    bearing: Bearing
    facet: Facet
    what: str
    comes: Rule
    goes: Rule
    hint: Rule
    """For words in which nobody acts: what they are about is told by cues, lists and titles alone."""
    gone: Effect
    """What its going means."""
    for_fragments: bool
    """Whether its cues count only where nobody acts: "advertising partners" is a recipient in a list."""
    cues: Cues
    unless: Cues


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    stances: dict[str, Stance]
    titles: tuple[tuple[Cues, Stance], ...]
    """For words in which nobody acts, such as items of a list: what the section's title makes of them."""
    restricting: Cues
    joining: Cues
    pointing: Cues
    authority_titles: Cues
    """Titles under which "you" is an officer who asks for data: what is asked of them protects the users."""
    limiting: Cues
    """Words that limit wherever they stand in a sentence: "only"."""
    broadening: Cues
    """Words that make a statement reach further: "all", "any other"."""
    general: frozenset[str]
    """Words for data of any kind: a promise about them covers all."""
    little: frozenset[str]
    """Words that make no sentence reach further."""
    acting: Cues
    """Who acts, or must: a sentence without any of these is a fragment."""
    reach: dict[str, Rule]


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/stances.json")
    stances = {stance.id: stance for stance in map(_read_stance, rows(data["stances"]))}
    return _Lexicon(
        stances=stances,
        titles=tuple((Cues.from_json(row["cues"]), stances[text(row["stance"])]) for row in rows(data["titles"])),
        restricting=Cues.from_json(data["restricting"]),
        joining=Cues.from_json(data["joining"]),
        pointing=Cues.from_json(data["pointing"]),
        authority_titles=Cues.from_json(data["authority_titles"]),
        limiting=Cues.from_json(data["limiting"]),
        broadening=Cues.from_json(data["broadening"]),
        general=frozenset(texts(data["general"])),
        little=frozenset(texts(read_lexicon("lexicon/kinds.json")["little_words"])) | {"with"},
        acting=Cues.from_json(data["acting"]),
        reach={rule.id: rule for rule in map(Rule.from_row, rows(data["reach"]))},
    )


def _read_stance(row: dict[str, JsonValue]) -> Stance:
    name = text(row["id"])
    bearing = one_of(row["bearing"], ("power", "shield"))
    (comes,), (goes,), (hint,) = rows([row["comes"]]), rows([row["goes"]]), rows([row["hint"]])
    return Stance(
        id=name,
        bearing="power" if bearing == "power" else "shield",
        facet=one_of(row["facet"], FACETS),
        what=text(row["what"]),
        comes=Rule.from_row(comes, id=f"{name}-comes"),
        goes=Rule.from_row(goes, id=f"{name}-goes"),
        hint=Rule.from_row(hint, id=f"{name}-hint"),
        gone=one_of(goes["effect"], EFFECTS),
        for_fragments=row.get("for_fragments") is True,
        cues=Cues.from_json(row.get("cues", {})),
        unless=Cues.from_json(row.get("unless", {})),
    )


def stance_rules() -> tuple[Rule, ...]:
    """Return the rules of this module."""
    lexicon = _load()
    return (
        *(rule for stance in lexicon.stances.values() for rule in (stance.comes, stance.goes, stance.hint)),
        *lexicon.reach.values(),
    )


def stance_of_act(act: Act) -> Stance:
    """Return the stance of an act."""
    return _load().stances[_name_of_power(act) if act.bearing == "power" else _name_of_shield(act)]


def _name_of_power(act: Act) -> str:
    if act.kind == "use":
        return "passing-on" if act.verb in _PASSING_ON else "use"
    if act.kind in {"protect", "enable"}:
        return "disclaimer"
    return "duty" if act.actor == "user" else "power"


def _name_of_shield(act: Act) -> str:
    if act.actor in {"user", "authority"}:
        return "choice" if act.actor == "user" else "hurdle"
    if act.kind in {"use", "power", "bind"}:
        return "promise"
    return "choice" if act.kind == "enable" else "care"


def points_elsewhere(folded: str, sentence: Range, language: str | None) -> bool:
    """Return whether a sentence says where something is told: "For more information, see …"."""
    return _load().pointing.stand_in(folded, *sentence, language=language)


def compare_stances(wording: Wording) -> tuple[Finding, ...]:
    """Return a finding for each sentence with a stance that came, went, or reaches further or less far than before."""
    found: list[Finding] = [*_compare_turned(wording), *_compare_promises(wording)]
    for is_new in (False, True):
        side = wording.new if is_new else wording.old
        lone = tuple(lone_ranges(wording, is_new=is_new))
        for sentence in side.sentences:
            if len(found) < _MOST_FINDINGS:
                found += _judge_sentence(wording, side, sentence, within(lone, sentence), is_new=is_new)
    return tuple(found)


def within(ranges: Sequence[Range], sentence: Range) -> Sequence[Range]:
    """Return those of `ranges`, which are in order and apart, that begin in `sentence`."""
    first = bisect_left(ranges, sentence[0], key=_start_of)
    return ranges[first : bisect_left(ranges, sentence[1], lo=first, key=_start_of)]


def _start_of(place: Range) -> int:
    return place[0]


def _compare_turned(wording: Wording) -> Iterator[Finding]:
    """Yield a finding for each verb whose acts changed sides: "we use" became "we no longer use"."""
    if wording.language not in {None, "en"} or not (wording.old.text and wording.new.text):
        return
    old, new = (_acts_by_verb(side) for side in (wording.old, wording.new))
    # In the order of the text: that of a set differs from run to run.
    for verb in (verb for verb in old if verb in new):
        before, after = old[verb], new[verb]
        if len({act.bearing for act in before}) == 1 and {act.bearing for act in after} == _OTHER[before[0].bearing]:
            rule = _load().reach["act-turned"]
            quotes = wording.old.quote(before[0].start, before[0].end), wording.new.quote(after[0].start, after[0].end)
            yield Finding(
                facet="assurance",
                before=quotes[0],
                after=quotes[1],
                effect=_COMES[after[0].bearing],
                rule=rule.id,
                confidence=rule.confidence,
                summary=f"'{_shorten(quotes[0].text)}' became '{_shorten(quotes[1].text)}'",
            )


def _compare_promises(wording: Wording) -> Iterator[Finding]:
    """Yield a finding for a promise whose object became smaller or larger: "your data", "the contents of chats"."""
    if wording.language not in {None, "en"}:
        return
    general = _load().general
    for before, after in replaced_ranges(wording):
        acts = tuple(
            next((act for act in _acts_at(side, place) if act.modality == 0 and act.bearing == "shield"), None)
            for side, place in ((wording.old, before), (wording.new, after))
        )
        if acts[0] is None or acts[1] is None or acts[0].verb != acts[1].verb:
            continue
        was, became = (
            all(word in general for word in words_of(side.text[slice(*place)]))
            for side, place in ((wording.old, before), (wording.new, after))
        )
        if was != became:
            rule = _load().reach["promise-object"]
            old, new = wording.old.quote(*before), wording.new.quote(*after)
            yield Finding(
                facet="assurance",
                before=old,
                after=new,
                effect="widens" if was else "narrows",
                rule=rule.id,
                confidence=rule.confidence,
                summary=f"promise {'narrowed' if was else 'extended'} from '{_shorten(old.text)}' to"
                f" '{_shorten(new.text)}'",
            )


def _acts_at(side: Side, place: Range) -> tuple[Act, ...]:
    sentence = side.sentence_at(place[0])
    return read_acts(side.text, side.folded, sentence)


def replaced_ranges(wording: Wording) -> Iterator[tuple[Range, Range]]:
    """Yield the offsets of words that took each other's place, old and new, in reading order."""
    old = new = 0
    redline = wording.clause.redline
    for place, span in enumerate(redline):
        size = len(span.text)
        following = redline[place + 1] if place + 1 < len(redline) else None
        if following is not None and {span.tag, following.tag} == {"-", "+"}:
            gone, come = (span, following) if span.tag == "-" else (following, span)
            yield (old, old + len(gone.text)), (new, new + len(come.text))
        old += size if span.tag != "+" else 0
        new += size if span.tag != "-" else 0


def _acts_by_verb(side: Side) -> dict[tuple[str, bool], list[Act]]:
    found: dict[tuple[str, bool], list[Act]] = {}
    for sentence in side.sentences:
        for act in read_acts(side.text, side.folded, sentence):
            found.setdefault((act.verb, act.actor == "user"), []).append(act)
    return found


def _shorten(words: str) -> str:
    return words if len(words) <= _LONGEST_SHOWN else words[: _LONGEST_SHOWN - 1] + "\u2026"


def _judge_sentence(
    wording: Wording, side: Side, sentence: Range, lone: Sequence[Range], *, is_new: bool
) -> Iterator[Finding]:
    changed = _changed_in(side, sentence)
    share = _share_of(side, sentence, changed)
    if not share:
        return
    acts = _acts_in(wording, side, sentence)
    is_signpost = points_elsewhere(side.folded, sentence, wording.language)
    if is_signpost and not any(act.bearing == "power" and act.modality == 1 for act in acts):
        # It says where something is told, and not that something may be done.
        return
    if share >= _WHOLE_SHARE:
        told = [
            (stance_of_act(act), (act.start, act.end))
            for act in acts
            if not act.is_condition and side.is_changed(act.start, act.end)
        ]
        hinted = _stance_without_act(wording, side, sentence, is_whole=True) if not told else None
        # What a fragment said that went, nobody can say, and no more of what is told by its list or title alone.
        if hinted is not None and (is_new or (hinted[1] != sentence and not hinted[0].for_fragments)):
            yield _tell_whole(side, sentence, hinted[1], hinted[0], is_new=is_new, is_hint=True)
        seen: set[str] = set()
        for stance, place in told:
            if stance.id not in seen:
                seen.add(stance.id)
                yield _tell_whole(side, sentence, place, stance, is_new=is_new)
        return
    replaced = [act for act in acts if act.verb_start >= 0 and side.is_changed(act.verb_start, act.verb_start + 1)]
    if replaced:
        # Another verb took its place: what it said went, what the new one says came.
        yield _tell_whole(
            side, sentence, (replaced[0].start, replaced[0].end), stance_of_act(replaced[0]), is_new=is_new
        )
        return
    finding = _judge_reach(wording, side, sentence, acts, lone, is_new=is_new)
    if finding is not None:
        yield finding


def _acts_in(wording: Wording, side: Side, sentence: Range) -> tuple[Act, ...]:
    """Return the acts of a sentence; those of officers, where its section tells them how to ask for data."""
    if wording.language not in {None, "en"}:
        return ()
    acts = read_acts(side.text, side.folded, sentence)
    if not _load().authority_titles.stand_in(wording.title, language=wording.language):
        return acts
    return tuple(
        replace(act, actor="authority", bearing="shield") if act.actor == "user" and act.bearing == "power" else act
        for act in acts
        if act.actor != "user" or act.bearing == "power"
    )


def _stance_without_act(
    wording: Wording, side: Side, sentence: Range, *, is_whole: bool = False
) -> tuple[Stance, Range] | None:
    """Return the stance that cues give to a sentence, or what introduces its list, or else its section's title.

    With `is_whole` the cue must stand in changed words.

    Lists and titles speak for fragments alone: what a whole sentence means, its own words must say.
    """
    lexicon, language = _load(), wording.language
    is_fragment = not lexicon.acting.stand_in(side.folded, *sentence, language=language)
    if wording.lead and language in {None, "en"}:
        acts = read_acts(wording.lead, fold_case(wording.lead), (0, len(wording.lead)))
        if acts:
            return stance_of_act(acts[-1]), sentence
    for stance in lexicon.stances.values():
        if stance.for_fragments and not is_fragment:
            continue
        if stance.unless.stand_in(side.folded, *sentence, language=language):
            continue
        hits = list(stance.cues.find_all(side.folded, *sentence, language=language))
        hit = next((hit for hit in hits if side.is_changed(*hit)), None)
        if hit is not None or (hits and not is_whole):
            return stance, hit or hits[0]
    if is_fragment:
        for cues, stance in lexicon.titles:
            if cues.stand_in(wording.title, language=language):
                return stance, sentence
    return None


def _judge_reach(
    wording: Wording, side: Side, sentence: Range, acts: Sequence[Act], lone: Sequence[Range], *, is_new: bool
) -> Finding | None:
    """Return a finding where words that only came (or only went) make a sentence reach further, or less far."""
    lexicon = _load()
    for start, end in lone:
        words = words_of(side.text[start:end])
        if not any(len(word) >= _CONTENT_LETTERS and word not in lexicon.little for word in words):
            continue
        inside = [act for act in acts if start <= act.start and act.end <= end + 1]
        if inside:
            return _tell_whole(
                side, sentence, (inside[0].start, inside[0].end), stance_of_act(inside[0]), is_new=is_new
            )
        before = [act for act in acts if act.start < start] or list(acts[:1])
        hinted = (stance_of_act(before[-1]), sentence) if before else _stance_without_act(wording, side, sentence)
        if hinted is None:
            return None
        stance = hinted[0]
        if before and before[-1].is_limited:
            # Without its "only" it is a power: the limit is what is looked at here.
            stance = lexicon.stances["use"]
        restricts = lexicon.restricting.stand_in(side.folded, start, end, language=wording.language)
        # Words without "and" or "or" that go are a qualification as a rule: "approximate location".
        joins = lexicon.joining.stand_in(
            side.folded, start, min(end, start + _LONGEST_QUOTED), language=wording.language
        )
        if is_new and not restricts:
            # "For [any] the sole purpose of delivery": what took the place of other words may restrict as well.
            restricts = any(
                lexicon.limiting.stand_in(side.folded, *place, language=wording.language)
                for place in _changed_in(side, sentence)
            )
        broadens = lexicon.broadening.stand_in(side.folded, start, end, language=wording.language)
        # "Your address, your name": an item of a list, by its comma.
        joins = joins or side.text[start:end].strip().startswith(",") or side.text[start:end].strip().endswith(",")
        if not is_new and not restricts and not joins and not broadens:
            restricts = True
        rule = lexicon.reach[
            f"reach-{stance.bearing}-{'less' if restricts else 'more'}-{'comes' if is_new else 'goes'}"
        ]
        comes = _COMES[stance.bearing]
        told = _Told(
            rule=rule,
            facet=stance.facet,
            what=_REACHES[restricts, is_new].format(what=stance.what),
            effect=comes if restricts != is_new else _OPPOSITE[comes],
            is_new=is_new,
        )
        return _tell(told, _show(side, sentence, (start, end)))
    return None


def lone_ranges(wording: Wording, *, is_new: bool) -> Iterator[Range]:
    """Yield the offsets of words that only came (or only went): nothing took their place, or they nothing's."""
    tag, other = ("+", "-") if is_new else ("-", "+")
    offset = 0
    redline = wording.clause.redline
    for place, span in enumerate(redline):
        neighbours = redline[max(0, place - 1) : place + 2]
        if span.tag == tag and not any(near.tag == other for near in neighbours):
            yield offset, offset + len(span.text)
        if span.tag != other:
            offset += len(span.text)


def _changed_in(side: Side, sentence: Range) -> list[Range]:
    first = max(0, bisect_left(side.changed, sentence[0], key=_start_of) - 1)
    last = bisect_left(side.changed, sentence[1], key=_start_of)
    return [
        (max(start, sentence[0]), min(end, sentence[1])) for start, end in side.changed[first:last] if end > sentence[0]
    ]


def _share_of(side: Side, sentence: Range, changed: Sequence[Range]) -> float:
    words = len(words_of(side.text[slice(*sentence)]))
    return sum(len(words_of(side.text[start:end])) for start, end in changed) / words if words else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a finding says, but for the words that it quotes."""

    rule: Rule
    facet: Facet
    what: str
    effect: Effect
    is_new: bool


def _tell_whole(
    side: Side, sentence: Range, place: Range, stance: Stance, *, is_new: bool, is_hint: bool = False
) -> Finding:
    told = _Told(
        rule=stance.hint if is_hint else stance.comes if is_new else stance.goes,
        facet=stance.facet,
        what=f"new {stance.what}" if is_new else f"{stance.what} no longer stated",
        effect=_COMES[stance.bearing] if is_new else stance.gone,
        is_new=is_new,
    )
    return _tell(told, _show(side, sentence, place))


def _show(side: Side, sentence: Range, place: Range) -> Quote:
    """Return what is quoted for `place`: with the words behind it, where it is short."""
    start, end = place
    if end - start < _LONGEST_QUOTED:
        # What the verb is about stands behind it, as a rule.
        end = min(sentence[1], start + _LONGEST_QUOTED)
        cut = side.text.rfind(" ", start, end) if end < sentence[1] else end
        end = max(place[1], cut)
    lead = len(side.text[start:end]) - len(side.text[start:end].lstrip(" ,;:\n\u2022"))
    return side.quote(start + lead, start + len(side.text[start:end].rstrip(" .;\n")))


def _tell(told: _Told, quote: Quote) -> Finding:
    shown = quote.text if len(quote.text) <= _LONGEST_SHOWN else quote.text[: _LONGEST_SHOWN - 1] + "\u2026"
    return Finding(
        facet=told.facet,
        before=None if told.is_new else quote,
        after=quote if told.is_new else None,
        effect=told.effect,
        rule=told.rule.id,
        confidence=told.rule.confidence,
        summary=f"{told.what} ('{shown}')",
    )
