"""Which kind of change a clause underwent: an ordered table of rules, the first that applies decides.

From what is surely without meaning to what surely has one; what no rule knows is called a clarification of unclear
effect. Definitions: LABELLING, `kind`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import Final, TypeAlias
from unicodedata import category

from tracker.classify import forms
from tracker.classify.acts import name_verb
from tracker.classify.cues import Cues, fold_case, has_cues, read_lexicon, texts
from tracker.classify.evidence import is_sure
from tracker.classify.learned import WORDS_RULE, Reading
from tracker.classify.meaning import Meaning
from tracker.classify.wording import LONGEST_READ_CHARACTERS, MARKUP, Edit, Wording, covers, words_of
from tracker.model import Finding, Kind, fold_text
from tracker.model.printed_date import find_dates

_NUMBERING: Final = re.compile(
    r"(?:\b(?:section|sections|clause|clauses|article|paragraph|abschnitt|ziffer|artikel)|\u00a7)"
    r" ?(?:[a-z]\.)?\d{1,3}(?:\.\d{1,3}){0,4}(?:\([a-z0-9]{1,3}\))?"
    r"(?: ?(?:-|to|and|,) ?(?:[a-z]\.)?\d{1,3}(?:\.\d{1,3}){0,4})?"
)
_LEADING_NUMBER: Final = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){0,5}|[a-z]|[ivx]{1,6})[.):]{1,2} ?|\d{1,3}(?:\.\d{1,3}){1,5} "
)
_A_WORD: Final = re.compile(r"\w{2}")
_NOT_A_WORD: Final = re.compile(r"[^\w]+")
#: What layouts and converters put around words; no mark that a sentence is written with.
_LAYOUT_MARKS: Final = frozenset("\"'*#>|_~`\u2022\u00b7\u25aa\u00ab\u00bb\u2018\u2019\u201a\u201c\u201d\u201e")
#: Categories of Unicode: controls, formats, private use, symbols, replacement characters.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cn", "So", "Sk"})
#: Words that a broken-off sentence lacks at most.
_LONGEST_REST: Final = 40
_DIGIT: Final = re.compile(r"\d")
_DATE_PART: Final = re.compile(r"\d{1,4}(?:st|nd|rd|th)?")
_AGO: Final = frozenset({"ago", "day", "days", "week", "weeks", "month", "months", "year", "years", "hour", "hours"})
#: Two words that differ in one letter (two from this length on) are one word misspelt and corrected.
_LONG_WORD: Final = 9
_SHORT_WORD: Final = 4
#: A clause of no more words than this, without a full stop and without anyone who acts, is a label or a menu entry.
_LABEL_WORDS: Final = 8
#: In a language without cues nobody is known to act: only shorter clauses are labels for certain.
_FOREIGN_LABEL_WORDS: Final = 3
#: Longer entries of a menu are left to the other rules.
_MENU_WORDS: Final = 5
#: In characters.
_LONGEST_LABEL: Final = 200
_SENTENCE_MARKS: Final = frozenset(".;!?:,")
_MOST_LEAD_WORDS: Final = 3
#: In words; a longer sentence says more than where something is told.
_LONGEST_SIGNPOST: Final = 60
_LONGEST_COMPARED: Final = 40
#: From which likelihood on what words say is believed.
_LIKELY_CHROME: Final = 0.65
_LIKELY_MEANING: Final = 0.6
_LIKELY_WORDING: Final = 0.65
#: Above this the words of a clause say more than how somebody is reached; above that a figure in them may matter.
_MAY_MEAN: Final = 0.35
_MIGHT_MEAN: Final = 0.1
_MOST_WORDS: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the rules of this table may look at."""

    wording: Wording
    meaning: Meaning
    is_log_entry: bool
    """Whether the clause is an entry, or a date, of the policy's own change log."""
    stands_elsewhere: bool
    """Whether the same words stand in the other version too, in another place."""
    is_heading: bool = False
    """Whether it is a heading on the side or the sides on which it stands."""
    gains_heading: bool = False
    """Whether the words that differ are headings, which became clauses of their own or ceased to be such."""
    is_chrome: bool = False
    """Whether the clause belongs to a menu, a footer or teasers around the policy."""
    repeats: bool = False
    """Whether nearly all of its words stand in the other version, cut otherwise."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What rules found, and what words tell where no rule does."""
        return self.meaning.findings

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What words weigh, passage by passage."""
        return self.meaning.readings


KindRule: TypeAlias = Callable[[Evidence], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lexicon:
    guards: frozenset[str]
    negating_prefixes: tuple[str, ...]
    explanations: Cues
    dates: Cues
    user_counts: Cues
    actors: Cues
    months: frozenset[str]
    orderless: frozenset[str]
    """Words that say nothing by their place: the little ones, "and" and "or"."""
    little: frozenset[str]
    """Words whose coming or going leaves the meaning as it was."""
    signposts: Cues
    no_signposts: Cues
    listing_titles: Cues
    """Titles of sections whose lists are short names: partners, kinds of data."""
    endings: frozenset[str]
    """What may follow a stem, in plural, person or spelling."""


@cache
def _load() -> _Lexicon:
    data = read_lexicon("lexicon/kinds.json")
    return _Lexicon(
        guards=frozenset(texts(data["guards"])),
        negating_prefixes=tuple(texts(data["negating_prefixes"])),
        explanations=Cues.from_json(data["explanations"]),
        dates=Cues.from_json(data["dates"]),
        user_counts=Cues.from_json(data["user_counts"]),
        actors=Cues.from_json(data["actors"]),
        months=frozenset(texts(data["months"])),
        orderless=frozenset((*texts(data["little_words"]), "and", "or", "und", "oder", "et", "ou")),
        little=frozenset(texts(data["little_words"])),
        signposts=Cues.from_json(data["signposts"]),
        no_signposts=Cues.from_json(data["no_signposts"]),
        listing_titles=Cues.from_json(data["listing_titles"]),
        endings=frozenset(("", *texts(data["endings"]))),
    )


def is_same_text(evidence: Evidence) -> bool:
    """Return whether no word differs: links, quote style, white space or marks alone."""
    clause = evidence.wording.clause
    if clause.is_technical:
        return True
    old, new = fold_text(clause.old), fold_text(clause.new)
    return clause.op == "modified" and "".join(old.split()) == "".join(new.split())


def is_menu_label(evidence: Evidence) -> bool:
    """Return whether a few words outside lists, in which nobody acts, came, went or moved: a menu entry."""
    clause = evidence.wording.clause
    return (
        not evidence.is_heading
        and not evidence.wording.lead
        and not _load().listing_titles.stand_in(evidence.wording.title, language=evidence.wording.language)
        and all(len(words_of(side)) <= _MENU_WORDS for side in (clause.old, clause.new))
        and is_label(evidence)
    )


def is_only_numbering(evidence: Evidence) -> bool:
    """Return whether a clause that came or went is a number by itself, or says the same label twice."""
    clause = evidence.wording.clause
    words = words_of(clause.new or clause.old)
    if clause.op not in {"added", "removed"} or len(words) > _MOST_WORDS:
        return False
    return all(word.isdigit() for word in words) or (_is_said_twice(words) and not evidence.findings)


def _is_said_twice(words: Sequence[str]) -> bool:
    for lead in range(_MOST_LEAD_WORDS):
        rest = words[lead:]
        half = len(rest) // 2
        if half >= _MOST_LEAD_WORDS and rest[:half] == rest[half:]:
            return True
    return False


def is_repeated_label(evidence: Evidence) -> bool:
    """Return whether a label came or went that stands elsewhere too: a menu, or a table of contents."""
    clause = evidence.wording.clause
    if clause.op not in {"added", "removed"} or not evidence.stands_elsewhere or evidence.is_heading:
        return False
    words = (clause.new or clause.old).strip()
    return words[-1:] not in _SENTENCE_MARKS and len(words_of(words[:_LONGEST_LABEL])) <= _LABEL_WORDS


def is_moved(evidence: Evidence) -> bool:
    """Return whether the same words stand in another place, or under another number."""
    clause = evidence.wording.clause
    if clause.op == "moved":
        return plain_words(clause.old) == plain_words(clause.new)
    return evidence.stands_elsewhere


def is_log_entry(evidence: Evidence) -> bool:
    """Return whether the clause is an entry of the policy's own change log."""
    return evidence.is_log_entry


def is_layout(evidence: Evidence) -> bool:
    """Return whether nothing differs but marks of a layout: quotation marks, asterisks, anchor signs, breaks, tags."""
    wording = evidence.wording
    if wording.clause.op != "modified" or wording.edits:
        return False
    old, new = (MARKUP.sub(" ", side[:LONGEST_READ_CHARACTERS]) for side in (wording.clause.old, wording.clause.new))
    if _NOT_A_WORD.sub("", old) != _NOT_A_WORD.sub("", new):
        return False
    differing = (Counter(old) - Counter(new)) + (Counter(new) - Counter(old))
    return all(mark in _LAYOUT_MARKS or mark.isspace() or category(mark) in _UNSEEN for mark in differing)


def is_same_date(evidence: Evidence) -> bool:
    """Return whether the same day is written otherwise in a short line."""
    clause = evidence.wording.clause
    if clause.op != "modified" or len(words_of(clause.new)) > _LABEL_WORDS:
        return False
    old, new = ([date.day for date in find_dates(side)] for side in (clause.old, clause.new))
    return bool(old) and None not in old and old == new


def is_completed(evidence: Evidence) -> bool:
    """Return whether a sentence that broke off in the one version is whole in the other."""
    clause = evidence.wording.clause
    tags = [span.tag for span in clause.redline if span.text.strip()]
    if tags not in (["=", "+"], ["=", "-"]):
        return False
    cut, whole = sorted((clause.old, clause.new), key=len)
    return (
        len(words_of(whole)) - len(words_of(cut)) <= _LONGEST_REST
        and len(words_of(cut)) > _LABEL_WORDS
        and cut.rstrip()[-1:].isalpha()
        and whole.rstrip().endswith((".", "!", "?"))
    )


def is_reordered(evidence: Evidence) -> bool:
    """Return whether the same words, little ones left aside, stand in another order."""
    wording, lexicon = evidence.wording, _load()
    if wording.clause.op != "modified" or not wording.edits or evidence.findings:
        return False
    old = [word for edit in wording.edits for word in edit.deleted if word not in lexicon.orderless]
    new = [word for edit in wording.edits for word in edit.inserted if word not in lexicon.orderless]
    return bool(old) and len(old) <= _MOST_WORDS and sorted(old) == sorted(new)


def is_same_words(evidence: Evidence) -> bool:
    """Return whether nothing but case, punctuation or the number of a section differs."""
    clause = evidence.wording.clause
    return bool(clause.old and clause.new) and plain_words(clause.old) == plain_words(clause.new)


def plain_words(words: str) -> str:
    """Return `words` without case, punctuation, and numbers of sections: what is left where a text is only rearranged.

    >>> plain_words("8.3. Your Rights - see Section 9")
    'your rights see'
    """
    folded = fold_case(fold_text(words))
    number = _LEADING_NUMBER.search(folded)
    # "Children under 13.": a number behind other words numbers nothing.
    if number is not None and not _A_WORD.search(folded, 0, number.start()):
        folded = folded[number.end() :]
    return _NOT_A_WORD.sub(" ", _NUMBERING.sub(" ", folded)).strip()


def is_spelling(evidence: Evidence) -> bool:
    """Return whether each changed word is another spelling of the word before, and none of them bears the meaning."""
    wording = evidence.wording
    return wording.clause.op == "modified" and all(_is_respelling(*edit) for edit in wording.edits)


def _is_respelling(deleted: Sequence[str], inserted: Sequence[str]) -> bool:
    if len(deleted) != len(inserted) or len(deleted) > _MOST_WORDS:
        return False
    pairs = [(before, after) for before, after in zip(deleted, inserted, strict=True) if before != after]
    return all(_is_respelt(before, after) for before, after in pairs)


def is_grammar(evidence: Evidence) -> bool:
    """Return whether words differ only in their endings, or in little words that bear no meaning."""
    wording = evidence.wording
    return wording.clause.op == "modified" and all(_is_inflection(*edit) for edit in wording.edits)


def _is_inflection(deleted: Sequence[str], inserted: Sequence[str]) -> bool:
    """Return whether, without little words, the same stems stand on both sides."""
    lexicon = _load()
    old = [word for word in deleted if word not in lexicon.little]
    new = [word for word in inserted if word not in lexicon.little]
    if len(old) != len(new) or len(old) > _MOST_WORDS:
        return False
    return all(
        before == after or _is_respelt(before, after) or _has_same_stem(before, after)
        for before, after in zip(old, new, strict=True)
    )


def _has_same_stem(before: str, after: str) -> bool:
    lexicon = _load()
    if {before, after} & lexicon.guards or _DIGIT.search(before + after):
        return False
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    return shared >= _SHORT_WORD and all(word[shared:] in lexicon.endings for word in (before, after))


def _is_respelt(before: str, after: str) -> bool:
    lexicon = _load()
    if None not in {name_verb(before), name_verb(after)} and name_verb(before) != name_verb(after):
        # "Sell" to "tell" is no slip.
        return False
    shortest, longest = sorted((before, after), key=len)
    if {before, after} & lexicon.guards or _DIGIT.search(before + after) or len(shortest) < _SHORT_WORD:
        return False
    if longest.endswith(shortest) and longest.removesuffix(shortest) in lexicon.negating_prefixes:
        return False
    most = 2 if len(shortest) >= _LONG_WORD else 1
    return len(longest) <= _LONGEST_COMPARED and _letters_apart(before, after) <= most


def _letters_apart(before: str, after: str) -> int:
    """Return the least number of letters to insert, delete, replace or swap with a neighbour (optimal alignment)."""
    earlier: list[int] = []
    last = list(range(len(after) + 1))
    for row, letter in enumerate(before, start=1):
        current = [row]
        for column, other in enumerate(after, start=1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == after[column - 2] and before[row - 2] == other:
                cost = min(cost, earlier[column - 2] + 1)
            current.append(cost)
        earlier, last = last, current
    return last[-1]


def is_date_line(evidence: Evidence) -> bool:
    """Return whether nothing but the date of a "last updated" line differs."""
    clause, lexicon = evidence.wording.clause, _load()
    whole = clause.new or clause.old
    changed = [word for span in clause.redline if span.tag != "=" for word in words_of(span.text)]
    return (
        len(whole) <= _MOST_WORDS
        and lexicon.dates.stand_in(fold_case(whole), language=evidence.wording.language)
        and bool(changed)
        and all(word in lexicon.months or word in _AGO or _DATE_PART.fullmatch(word) for word in changed)
        if clause.op == "modified"
        else _is_dated_label(whole, evidence.wording.language)
    )


def _is_dated_label(whole: str, language: str | None) -> bool:
    words = words_of(whole)
    return (
        len(words) <= _LABEL_WORDS
        and any(_DIGIT.search(word) for word in words)
        and _load().dates.stand_in(fold_case(whole), language=language)
    )


def is_user_count(evidence: Evidence) -> bool:
    """Return whether nothing but the number of users that the company boasts differs."""
    clause, lexicon = evidence.wording.clause, _load()
    changed = [word for span in clause.redline if span.tag != "=" for word in words_of(span.text)]
    sides = (evidence.wording.old, evidence.wording.new)
    return (
        clause.op == "modified"
        and bool(changed)
        and all(
            _DATE_PART.fullmatch(word) or word in {"million", "billion", "over", "more", "than"} for word in changed
        )
        and all(
            lexicon.user_counts.stand_in(side.folded, start, end, language=evidence.wording.language)
            for side in sides
            for start, end in side.sentences
        )
    )


def is_label(evidence: Evidence) -> bool:
    """Return whether the clause is a few words in which nobody acts: a menu entry, a button, a heading of a list."""
    clause = evidence.wording.clause
    is_listed = bool(evidence.wording.lead) or _load().listing_titles.stand_in(
        evidence.wording.title, language=evidence.wording.language
    )
    # What it means is asked last, since that is the dearest to know.
    return (
        not is_listed
        and all(
            len(words_of(side)) <= _LABEL_WORDS
            and not side.rstrip().endswith((".", ";"))
            and not _DIGIT.search(_LEADING_NUMBER.sub("", fold_case(side), count=1))
            and not _load().actors.stand_in(fold_case(side), language=evidence.wording.language)
            and (has_cues(evidence.wording.language) or len(words_of(side)) <= _FOREIGN_LABEL_WORDS)
            for side in (clause.old, clause.new)
        )
        and not evidence.findings
    )


def is_differing_practice(evidence: Evidence) -> bool:
    """Return whether a rule found a difference in meaning."""
    return bool(evidence.findings)


def is_unlike_policy(evidence: Evidence) -> bool:
    """Return whether a clause came or went whose words are those of menus, banners and advertising."""
    return (
        evidence.wording.clause.op in {"added", "removed"}
        and not evidence.wording.lead
        and bool(evidence.readings)
        and all(finding.rule == WORDS_RULE.id for finding in evidence.findings)
        and all(reading.likelihood("chrome") > _LIKELY_CHROME for reading in evidence.readings)
    )


def is_meaningful(evidence: Evidence) -> bool:
    """Return whether words differ that mostly mean a practice, a right or a duty, though no rule knows them."""
    return any(reading.likelihood("meaning") > _LIKELY_MEANING for reading in evidence.readings)


def is_other_wording(evidence: Evidence) -> bool:
    """Return whether some words of a clause differ that by all they are say the same as before."""
    return (
        bool(evidence.readings)
        and not any(_turns_meaning(edit) for edit in evidence.wording.edits)
        and all(
            reading.passage.op == "modified" and reading.likelihood("wording") > _LIKELY_WORDING
            for reading in evidence.readings
        )
    )


def _turns_meaning(edit: Edit) -> bool:
    """Return whether a word came or went that bears the meaning of a sentence: "not", "may", "in-" before "secure"."""
    words = {*edit.deleted, *edit.inserted}
    return not words.isdisjoint(_load().guards) or any(
        prefix + word in words for prefix in _load().negating_prefixes for word in words
    )


def is_explanation(evidence: Evidence) -> bool:
    """Return whether words were only added, and those that were explain or point somewhere."""
    wording = evidence.wording
    if wording.old.changed or not wording.new.changed:
        return False
    explained = [
        (start, end)
        for start, end in wording.new.sentences
        if _load().explanations.stand_in(wording.new.folded, start, end, language=wording.language)
    ]
    return all(covers(explained, first, last) for first, last in wording.new.changed)


def is_signpost(evidence: Evidence) -> bool:
    """Return whether sentences were only added, or only removed, that say where something is told."""
    wording, lexicon = evidence.wording, _load()
    sides = [side for side in (wording.old, wording.new) if side.changed]
    if len(sides) != 1:
        return False
    (side,) = sides
    touched = [
        sentence for sentence in side.sentences if side.is_changed(*sentence) and words_of(side.text[slice(*sentence)])
    ]
    return bool(touched) and all(
        lexicon.signposts.stand_in(side.folded, *sentence, language=wording.language)
        and not lexicon.no_signposts.stand_in(side.folded, *sentence, language=wording.language)
        and len(words_of(side.text[slice(*sentence)])) <= _LONGEST_SIGNPOST
        for sentence in touched
    )


def is_contact_detail(evidence: Evidence) -> bool:
    """Return whether only the address or the number differs by which somebody is reached."""
    return (
        forms.is_contact_detail(evidence.wording)
        and all(finding.effect == "unclear" or finding.rule.startswith("reach-") for finding in evidence.findings)
        and not any(
            "meaning" in reading.sums and reading.likelihood("meaning") > _MAY_MEAN for reading in evidence.readings
        )
    )


def is_new_figure(evidence: Evidence) -> bool:
    """Return whether a figure came, went or took the place of another, in words that may mean something."""
    if evidence.readings and not any(reading.likelihood("meaning") > _MIGHT_MEAN for reading in evidence.readings):
        return False
    return any(
        _DIGIT.search(word) for edit in evidence.wording.edits for side in edit for word in side
    ) and _NUMBERING.sub(" ", fold_case(evidence.wording.clause.old)) != _NUMBERING.sub(
        " ", fold_case(evidence.wording.clause.new)
    )


def is_title(evidence: Evidence) -> bool:
    """Return whether a heading came or went: what stands below it is judged by itself."""
    return evidence.is_heading and evidence.wording.clause.op in {"added", "removed"}


def is_untold(evidence: Evidence) -> bool:
    """Return whether a sentence came or went, or much was reworded, in a language that nobody here reads."""
    wording = evidence.wording
    if has_cues(wording.language):
        return False
    changed = sum(len(edit.deleted) + len(edit.inserted) for edit in wording.edits)
    return changed > _LABEL_WORDS


def is_script(evidence: Evidence) -> bool:
    """Return whether the clause is a program, a style sheet or markup that was caught in the text."""
    clause = evidence.wording.clause
    return all(forms.is_code(side) for side in (clause.old, clause.new) if side)


def is_recut(evidence: Evidence) -> bool:
    """Return whether words are only joined or cut otherwise, as another program reads a page."""
    return forms.has_same_letters(evidence.wording)


def is_around(evidence: Evidence) -> bool:
    """Return whether the clause belongs to what is around the policy: menus, counters, live text, copyright lines."""
    wording = evidence.wording
    return (
        evidence.is_chrome
        or forms.is_counter(wording)
        or forms.is_copyright_line(wording)
        or forms.is_live_text(wording)
    )


def is_banner(evidence: Evidence) -> bool:
    """Return whether the clause is a notice that the rules change, and not one of them."""
    return forms.is_banner(evidence.wording) and not any(map(is_sure, evidence.findings))


def is_repeated(evidence: Evidence) -> bool:
    """Return whether nearly all words of an added or removed clause stand in the other version too."""
    return evidence.repeats or evidence.gains_heading


def is_pointer(evidence: Evidence) -> bool:
    """Return whether only an address differs to which the text points, or a link to another edition came or went."""
    return forms.is_pointer(evidence.wording) or forms.is_edition_link(evidence.wording)


def is_link_target(evidence: Evidence) -> bool:
    """Return whether only the address of a page differs, written out in the text."""
    clause = evidence.wording.clause
    differing = [span.text for span in clause.redline if span.tag != "="]
    return forms.is_pointer(evidence.wording) and any(mark in text for text in differing for mark in ("://", "www."))


#: The first that applies decides; `clarification` where none does.
KIND_RULES: Final[tuple[tuple[KindRule, Kind], ...]] = (
    (is_same_text, "technical"),
    (is_script, "technical"),
    (is_layout, "technical"),
    (is_only_numbering, "technical"),
    (is_menu_label, "technical"),
    (is_repeated_label, "technical"),
    (is_moved, "editorial"),
    (is_log_entry, "editorial"),
    (is_same_date, "technical"),
    (is_completed, "technical"),
    (is_same_words, "editorial"),
    (is_date_line, "editorial"),
    (is_recut, "technical"),
    (is_around, "technical"),
    (is_banner, "technical"),
    (is_repeated, "editorial"),
    (is_link_target, "technical"),
    (is_pointer, "editorial"),
    (is_spelling, "editorial"),
    (is_grammar, "editorial"),
    (is_reordered, "editorial"),
    (is_user_count, "editorial"),
    (is_label, "technical"),
    (is_title, "editorial"),
    (is_unlike_policy, "technical"),
    (is_signpost, "clarification"),
    (is_contact_detail, "clarification"),
    (is_differing_practice, "substantive"),
    (is_explanation, "clarification"),
    (is_meaningful, "substantive"),
    (is_new_figure, "substantive"),
    (is_other_wording, "editorial"),
    (is_untold, "substantive"),
)


def decide_kind(evidence: Evidence) -> tuple[Kind, str]:
    """Return the kind of a clause's change, and the name of the rule that decided (`""` where none applied)."""
    return next(((kind, rule.__name__) for rule, kind in KIND_RULES if rule(evidence)), ("clarification", ""))
