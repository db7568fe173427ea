"""How often a policy promises a report, read from its words.

What is read makes a report overdue, which accuses in public: a sentence that could mean anything else is no promise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from tracker.model import fold_text

#: Words for a report of what was given to authorities, in English and German.
_REPORT: Final = re.compile(r"\b(?:transparency[ -]reports?|transparenzbericht(?:en?|e?s)?)\b", re.IGNORECASE)
_A: Final = r"(?:an?|per|each|every)"
_EVERY: Final = r"(?:(?:once )?(?:each|every)|once (?:an?|per)) (?:calendar )?"
#: Months between two reports -> words that say so; None: a rhythm that is none of these. `biannual` is twice a year
#: here, as policies mean it; `biennial` is another word. The first that matches at a place counts.
_CADENCES: Final[tuple[tuple[int | None, str], ...]] = (
    (
        6,
        (
            rf"semi[ -]?annual(?:ly)?|semi[ -]?yearly|half[ -]?yearly|half[ -]annual(?:ly)?|bi[ -]?annual(?:ly)?"
            rf"|(?:twice|two times|2 times) (?:{_A} (?:calendar )?year|annually|yearly)"
            r"|every (?:six|6) months|(?:each|every) half[ -]year"
            r"|halbjährlich\w*|alle (?:sechs|6) monate|jedes (?:halbe jahr|halbjahr)"
            r"|(?:zwei|2)[ -]?mal (?:(?:im|pro) jahr|jährlich\w*)"
        ),
    ),
    (
        3,
        (
            rf"quarterly|{_EVERY}quarter|every (?:three|3) months"
            rf"|(?:four|4) times (?:{_A} (?:calendar )?year|annually|yearly)"
            r"|vierteljährlich\w*|quartalsweise\w*|jedes quartal|alle (?:drei|3) monate"
            r"|(?:vier|4)[ -]?mal (?:(?:im|pro) jahr|jährlich\w*)"
        ),
    ),
    (
        12,
        (
            rf"annual(?:ly)?|yearly|{_EVERY}year|once (?:annually|yearly)|every (?:twelve|12) months"
            r"|jährlich\w*|jedes jahr|alle (?:zwölf|12) monate|einmal (?:(?:im|pro) jahr|jährlich\w*)"
        ),
    ),
    (1, rf"monthly|{_EVERY}month|monatlich\w*|jeden monat|einmal (?:im|pro) monat"),
    (
        None,
        (
            r"(?:\w+ times|twice|thrice) \w+(?: \w+)?|\w+mal (?:(?:im|pro) )?\w+|(?:every|all|alle) \S+ (?:\w+ )?"
            r"(?:days?|weeks?|months?|quarters?|years?|tage|wochen|monate|quartale|jahre)"
            r"|bi-?(?:ennial|monthly|weekly)\w*|weekly|daily|wöchentlich\w*|täglich\w*"
        ),
    ),
)
#: A word begins after no hyphen: "pre-annual" holds none.
_RHYTHM: Final = re.compile(
    r"(?<![\w-])(?:" + "|".join(f"(?P<c{place}>{words})" for place, (_, words) in enumerate(_CADENCES)) + r")\b",
    re.IGNORECASE,
)
#: What may stand between a cadence and the report that it is the cadence of: "Once a year we publish our own …".
_WORDS_BETWEEN: Final = (
    "a an the our its their this we it that which is are be being will also at least regular public detailed full "
    "comprehensive new own publish publishes published issue issues issued release releases released put puts out "
    "come comes appear appears make makes made available produce produces produced "
    "ein eine einen einem einer eines der die das den dem unser unsere unseren unserem unserer wir wird werden "
    "veröffentlichen veröffentlicht erscheint erscheinen kommt heraus geben gibt mindestens öffentlichen"
)
_BETWEEN: Final = frozenset(_WORDS_BETWEEN.split())
#: Negations, possibilities, plans, bounds, past tenses, and reports of others.
_NO_PROMISE: Final = re.compile(
    r"\b(?:no|not|never|neither|nor|none|cannot|without|instead|rather than|unless|except|if possible|may|might|could"
    r"|would|can (?:publish|issue|release|put|make|produce)|plans?|planned|planning|intends?|intend(?:ed|ing)|aims?"
    r"|aiming|hopes?|strives?|tr(?:y|ies)|wish(?:es)?|consider(?:s|ing)?|propos(?:e|es|ed)|possibl[ey]|perhaps|maybe"
    r"|until|till|used to|was|were|had|been|formerly|previously|in the past|discontinued?|stop(?:s|ped)?|ceased?"
    r"|suspend(?:s|ed)?|ended|at most|up to|starting|beginning|soon|future|next year|last year|paused?|replaced?"
    r"|believes?|companies|providers?|partners?|third part(?:y|ies)"
    r"|nicht|nie|niemals|kein\w*|weder|ohne|statt|stattdessen|außer|kann|können|könnte\w*|würden?|möglich\w*|eventuell"
    r"|vielleicht|plan(?:en|t)|geplant\w*|beabsichtig\w*|möchten|wollen|versuchen|bis|früher\w*|ehemals|bisher\w*|war"
    r"|waren|wurden?|hatten?|haben|veröffentlichten|erschien(?:en)?|eingestellt\w*|höchstens|künftig\w*|ab dem"
    r"|ersetz\w*|anbieter\w*|partner\w*|dritte\w*)\b"
    r"|\b\w+n't\b|(?<=\S )(?:should|sollten?)\b|\?$",
    re.IGNORECASE,
)
#: A year bounds a promise, except that since which it stands.
_YEAR: Final = re.compile(r"(?<!since )(?<!seit )\b(?:19|20)[0-9]{2}\b", re.IGNORECASE)
#: The same form is past ("we published it") and passive ("is published", "a report published at").
_PAST: Final = re.compile(
    r"(?<![\w-])(?P<before>(?:[\w-]+ ){0,2})(?:published|issued|released|produced|posted|made)\b", re.IGNORECASE
)  # fmt: skip
_SUBJECT: Final = frozenset({"we", "it", "they", "i", "you"})
_PASSIVE: Final = re.compile(r"\b(?:is|are|be|being)\b|reports? $|transparenzberichte? $", re.IGNORECASE)
#: The report that the Digital Services Act of the EU asks for is another one.
_OTHER_REPORT: Final = re.compile(
    r"\bDSA\b|digital services act|gesetz(?:es)? über digitale dienste", re.IGNORECASE
)  # fmt: skip
_ADDRESS: Final = re.compile(r"\bhttps?://\S+|\bwww\.\S+|\(/\S*\)", re.IGNORECASE)
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+(?=\S)")
#: What is longer is no sentence.
_LONGEST: Final = 2_000
_WORD: Final = re.compile(r"[\w'-]+")
_MARKS_BETWEEN: Final = re.compile(r"[\w\s',()\"-]*")


def find_cadence(texts: Iterable[str]) -> tuple[int, str] | None:
    """Return (months between two reports, the sentence that says so) of the first sentence that promises reports.

    A sentence is passed over if it names several cadences, or one that is not said of the report itself, negates,
    bounds or only considers it, tells of the past, or is about the report under the Digital Services Act.

    Args:
        texts: The clauses of a policy, in reading order.

    >>> find_cadence(["It appears in a quarterly transparency report at this address."])
    (3, 'It appears in a quarterly transparency report at this address.')
    >>> find_cadence(["We may publish a quarterly transparency report."])
    """
    for text in texts:
        for sentence in _SENTENCE.split(fold_text(text)):
            if len(sentence) > _LONGEST:
                continue
            months = _promised(_ADDRESS.sub("", sentence).strip())
            if months is not None:
                return months, sentence
    return None


def _promised(sentence: str) -> int | None:
    reports = list(_REPORT.finditer(sentence))
    if not reports or any(bar.search(sentence) for bar in (_OTHER_REPORT, _NO_PROMISE, _YEAR)) or _is_past(sentence):
        return None
    found = list(_RHYTHM.finditer(sentence))
    rhythms = {_months(one) for one in found}
    if len(rhythms) != 1:
        return None
    is_said_of_one = any(_belongs(sentence, one, report) for one in found for report in reports)
    return rhythms.pop() if is_said_of_one else None


def _months(found: re.Match[str]) -> int | None:
    return next(
        months for place, (months, _) in enumerate(_CADENCES) if found[f"c{place}"] is not None
    )  # fmt: skip


def _is_past(sentence: str) -> bool:
    for found in _PAST.finditer(sentence):
        before = found["before"]
        if _SUBJECT & set(before.casefold().split()) or not _PASSIVE.search(before):
            return True
    return False


def _belongs(sentence: str, rhythm: re.Match[str], report: re.Match[str]) -> bool:
    """Return whether nothing but words of `_BETWEEN` parts the two."""
    first, last = sorted((rhythm, report), key=lambda found: found.start())
    between = sentence[first.end() : last.start()]
    words = _WORD.findall(between.casefold())
    return _MARKS_BETWEEN.fullmatch(between) is not None and _BETWEEN.issuperset(words)
