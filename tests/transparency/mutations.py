# ruff: noqa: RUF001 - dashes of all lengths and look-alike digits are what these mutations put in
"""Changes made to messages on purpose, each with what must become of it: the same numbers, a refusal, or either.

A changed figure is noticed only where another one checks it. So a digit is dropped, doubled or exchanged in messages
that give quarters and their totals, and in no others: nobody can see that a message of the one figure 37 said 137
before. A period is made of whole quarters in every form. Likewise the number of the cited section is protected by
nothing, and the month of the next report only by its distance.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tests.transparency.invented_messages import PHRASES, Base, Numbers, numbers_of
from tracker.model import fold_text
from tracker.transparency import TransparencyError, parse_message

Verdict = Literal["same", "refused"]
#: Returns the changed text; None where the message has no place for the change.
Change = Callable[[Base, random.Random], str | None]

DASHES: Final = "-‐‑‒–—―−﹘﹣－⸺⸻⁃➖"
SPACES: Final = "\u00a0\u2003\u2009\u202f\u3000\t"
INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
DIRECTIONS: Final = "\u200e\u200f\u061c\u2068\u2069\u202a\u202c"
_LETTERS_LIKE_DIGITS: Final = {"0": "OoОоΟо", "1": "lI|Іι", "2": "ZƧ", "3": "Зз", "5": "Ss", "6": "б", "8": "BВ"}
_FIGURE: Final = re.compile(r"(?m)(?:^|[-–—:] )(?P<figure>[0-9]+)$")
_QUARTER: Final = re.compile(r"(?m)^[QTК](?P<number>[1-4]) (?P<dash>[-–—]) [0-9]+\n")
_TOTAL: Final = re.compile(r"(?m)^[^\W\d]+: [0-9]+\n")
_NUMERIC_DAY: Final = re.compile(r"(?P<start>[0-9]{2}\.[0-9]{2}\.)(?P<year>[0-9]{2})(?![0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A named change."""

    name: str
    change: Change
    verdict: Literal["same", "refused", "either"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A changed message."""

    mutation: Mutation
    base: Base
    text: str


def judge(text: str, expected: Sequence[Numbers]) -> Verdict:
    """Return whether `text` gives `expected` or is refused with its line named; fail on anything else."""
    try:
        found = tuple(map(numbers_of, parse_message(text)))
    except TransparencyError as error:
        _require_line(error, text)
        return "refused"
    assert found == tuple(expected), text
    return "same"


def _require_line(error: TransparencyError, text: str) -> None:
    """Fail unless `error` names a line of `text`, or says that there is none."""
    lines = text.splitlines()
    if fold_text(text):
        assert error.line_number is not None, text
        assert error.line == lines[error.line_number - 1][:200], text
    else:
        assert "the text is empty: it has no line to read" in error.cause


def possible_in(bases: Sequence[Base]) -> tuple[Mutation, ...]:
    """Return the mutations for which one of `bases` has a place, whatever the chance."""
    return tuple(
        mutation
        for mutation in MUTATIONS
        if any(mutation.change(base, random.Random(0)) is not None for base in bases)  # noqa: S311 - a fixed seed
    )


def make_trials(bases: Sequence[Base], *, count: int, seed: int) -> Iterator[Trial]:
    """Yield `count` changed messages, every possible mutation in turn; up to two that change no number go on top."""
    mutations = possible_in(bases)
    for number in range(count):
        mutation = mutations[number % len(mutations)]
        source = random.Random(f"{seed} {number} {mutation.name}")  # noqa: S311 - a fixed seed is the point
        base, text = source.choice(bases), None
        while text is None or text == base.text:  # ends: some base has a place for each of them
            base = source.choice(bases)
            text = mutation.change(base, source)
        for change in source.sample(_ON_TOP, source.randint(0, 2)):
            text = change(_with(base, text), source) or text
        yield Trial(mutation=mutation, base=base, text=text)


def run(bases: Sequence[Base], *, count: int, seed: int) -> Counter[tuple[str, Verdict]]:
    """Return how often each mutation gave the same numbers or was refused; fail where its verdict was another."""
    found: Counter[tuple[str, Verdict]] = Counter()
    for trial in make_trials(bases, count=count, seed=seed):
        verdict = judge(trial.text, _expected(trial))
        assert trial.mutation.verdict in {verdict, "either"}, (trial.mutation.name, verdict, trial.text)
        found[trial.mutation.name, verdict] += 1
    return found


def _expected(trial: Trial) -> tuple[Numbers, ...]:
    return trial.base.expected * (2 if trial.mutation.change is two_reports else 1)


def _with(base: Base, text: str) -> Base:
    return Base(
        name=base.name,
        language=base.language,
        text=text,
        expected=base.expected,
        quarters=base.quarters,
        has_totals=base.has_totals,
    )


def _replaced(text: str, found: re.Match[str], new: str, group: str | int = 0) -> str:
    return text[: found.start(group)] + new + text[found.end(group) :]


def _blocks(base: Base) -> tuple[list[str], list[str], list[str], list[str]] | None:
    """Return the lines of title, requests, users and closing sentences, without blank ones."""
    lines = [line for line in base.text.splitlines() if line.strip()]
    phrases = PHRASES[base.language]
    users = next((place for place, line in enumerate(lines) if line.startswith(phrases.users[:8])), None)
    if users is None:
        return None
    figures = [place for place, line in enumerate(lines) if place >= users and re.search("[0-9]$", line)]
    end = max((place for place in figures if _FIGURE.search(lines[place])), default=users) + 1
    return lines[:1], lines[1:users], lines[users:end], lines[end:]


# What must give the same numbers.


def spacing(base: Base, source: random.Random) -> str:
    """Other kinds of spaces, more of them, more blank lines or none, other ends of lines."""
    text = re.sub(" ", lambda _: source.choice((" ", "  ", *SPACES)), base.text)
    text = re.sub(r"(?m)^|$", lambda _: source.choice(("", "", " ", "\t")), text)
    return re.sub("\n+", lambda _: source.choice(("\n", "\n\n", "\r\n", "\n \n\n")), text)


def spaces_left_out(base: Base, _source: random.Random) -> str:
    return re.sub(r"(?m)^([QTК][1-4]) ([-–—]) ", r"\1\2", re.sub(r"(?m): ([0-9]+)$", r":\1", base.text))


def dashes(base: Base, source: random.Random) -> str:
    def other(_: re.Match[str]) -> str:
        return source.choice(DASHES)

    return re.sub(r"(?m)(?<=^[QTК][1-4] )[-–—](?= )|(?<=[0-9])[-–—](?=[0-9])", other, base.text)


def bold(base: Base, source: random.Random) -> str:
    """Marks of bold type around figures, marks of quarters, headings and whole lines."""
    marks = (("**", "**"), ("__", "__"), ("*", "*"), ("<b>", "</b>"), ("<strong>", "</strong>"))
    lines = []
    for line in base.text.splitlines():
        before, after = source.choice(marks)
        where = source.choice(("figure", "line", "none")) if line.strip() else "none"
        if where == "figure":
            lines.append(re.sub(rf"(?<![0-9.{INVISIBLE}])[0-9]+$", rf"{before}\g<0>{after}", line))
        else:
            lines.append(f"{before}{line}{after}" if where == "line" else line)
    return "\n".join(lines)


def year_forms(base: Base, source: random.Random) -> str | None:
    """Years of four digits in place of two, for one day of the period or both."""
    if not _NUMERIC_DAY.search(base.text):
        return None
    return _NUMERIC_DAY.sub(r"\g<start>20\g<year>", base.text, count=source.randint(1, 2))


def day_forms(base: Base, _source: random.Random) -> str | None:
    """The days of the period in digits in place of words."""
    if _NUMERIC_DAY.search(base.text):
        return None
    (numbers,) = base.expected
    title = PHRASES[base.language].title.format(start=f"{numbers.start:%d.%m.%Y}", end=f"{numbers.end:%d.%m.%Y}")
    return "\n".join([title, *base.text.splitlines()[1:]])


def users_first(base: Base, _source: random.Random) -> str | None:
    blocks = _blocks(base)
    if blocks is None:
        return None
    title, requests, users, sentences = blocks
    return "\n".join([*title, *users, *requests, *sentences])


def sentences_in_another_order(base: Base, source: random.Random) -> str | None:
    """The closing sentences exchanged, or one of them before the figures."""
    blocks = _blocks(base)
    if blocks is None or len(blocks[3]) != 2:
        return None
    title, requests, users, (citation, promise) = blocks
    return "\n".join(
        source.choice(
            (
                [*title, *requests, *users, promise, citation],
                [*title, citation, *requests, *users, promise],
                [*title, *requests, promise, *users, citation],
            )
        )
    )


def invisible_characters(base: Base, source: random.Random) -> str:
    """Characters that nobody sees anywhere, marks of direction beside words."""
    text = base.text
    for _ in range(source.randint(1, 12)):
        place = source.randrange(len(text))
        text = text[:place] + source.choice(INVISIBLE) + text[place:]
    return re.sub(r"(?<=\s)(?=\w)|(?<=\w)(?=\s)", lambda _: source.choice(("", "", "", *DIRECTIONS)), text)


def capitals(base: Base, source: random.Random) -> str:
    return source.choice((str.upper, str.lower))(base.text)


def decomposed_letters(base: Base, _source: random.Random) -> str | None:
    """Letters and their accents as characters of their own."""
    text = unicodedata.normalize("NFD", base.text)
    return None if text == base.text else text


def fulfilled_misspelt(base: Base, source: random.Random) -> str | None:
    words = ("Fulfiled", "Fullfilled", "Fullfiled", "Fufilled", "fulfilled", "FULFILED", "Fulfilld")
    return base.text.replace("Fulfilled", source.choice(words)) if "Fulfilled" in base.text else None


def forwarded(base: Base, source: random.Random) -> str:
    """What a messenger puts above a message that was passed on."""
    header = ("Forwarded from Transparency", "[Forwarded from Transparency]", "Transparency, [14.10.2031 10:22]")
    return f"{source.choice(header)}\n{base.text}"


def two_reports(base: Base, source: random.Random) -> str:
    return base.text + source.choice(("", "\n\n", "Forwarded from Transparency\n")) + base.text


# What must be refused.


def digit_dropped(base: Base, source: random.Random) -> str | None:
    return _figure_changed(base, source, lambda figure, place: figure[:place] + figure[place + 1 :])


def digit_doubled(base: Base, source: random.Random) -> str | None:
    return _figure_changed(base, source, lambda figure, place: figure[:place] + figure[place] + figure[place:])


def digit_replaced(base: Base, source: random.Random) -> str | None:
    return _figure_changed(
        base,
        source,
        lambda figure, place: (
            figure[:place] + str((int(figure[place]) + source.randint(1, 9)) % 10) + figure[place + 1 :]
        ),
    )


def digits_exchanged(base: Base, source: random.Random) -> str | None:
    def exchanged(figure: str, place: int) -> str:
        return figure[:place] + figure[place : place + 2][::-1] + figure[place + 2 :]

    return _figure_changed(base, source, exchanged)


def total_that_does_not_add_up(base: Base, source: random.Random) -> str | None:
    totals = list(_TOTAL.finditer(base.text)) if base.has_totals else []
    if not totals:
        return None
    total = source.choice(totals)
    return _replaced(base.text, total, re.sub("[0-9]+", lambda x: str(int(x[0]) + source.randint(1, 99)), total[0]))


def second_total(base: Base, source: random.Random) -> str | None:
    totals = list(_TOTAL.finditer(base.text)) if base.has_totals else []
    if not totals:
        return None
    total = source.choice(totals)
    return _replaced(base.text, total, total[0] * 2)


def quarter_missing(base: Base, source: random.Random) -> str | None:
    """A quarter's line left out, for the requests, the users or both."""
    if base.quarters < 2:
        return None
    chosen = str(source.randint(1, base.quarters))
    lines = [found for found in _QUARTER.finditer(base.text) if found["number"] == chosen]
    text = base.text
    for found in reversed(source.sample(lines, 1) if source.random() < 0.5 else lines):
        text = _replaced(text, found, "")
    return text


def quarter_renumbered(base: Base, source: random.Random) -> str | None:
    lines = list(_QUARTER.finditer(base.text))
    if not lines:
        return None
    found = source.choice(lines)
    others = [number for number in "1234" if number != found["number"]]
    return _replaced(base.text, found, source.choice(others), "number")


def period_moved(base: Base, source: random.Random) -> str:
    """Another day of a month than quarters begin or end with."""
    title, rest = base.text.split("\n", 1)
    day = source.choice(list(re.finditer(r"\b(01|1|30|31)(?=[. ])", title)))
    return _replaced(title, day, source.choice(("02", "15", "29"))) + "\n" + rest


def another_language(base: Base, source: random.Random) -> str | None:
    """One line in the words of another language."""
    own = PHRASES[base.language].sentences
    other = PHRASES[source.choice([language for language in PHRASES if language != base.language])].sentences
    blocks = _blocks(base)
    if blocks is None:
        return None
    lines = [line for line in base.text.splitlines() if line.strip()]
    heads = {"requests": 1, "users": len(blocks[0]) + len(blocks[1])}
    kind = source.choice(["title", *heads, *(["citation", "promise"] if len(blocks[3]) == 2 else [])])
    if kind == "title":
        lines[0] = other[0]
    elif kind in heads:
        number = re.search("[0-9]+$", lines[heads[kind]])
        line = other[1 if kind == "requests" else 2]
        lines[heads[kind]] = f"{line} {number[0]}" if number else line
    else:
        lines[-2 if kind == "citation" else -1] = other[4 if kind == "citation" else 5]
    assert not set(own) & {other[0], other[1], other[2], other[4], other[5]}
    return "\n".join(lines)


def unknown_language(base: Base, source: random.Random) -> str:
    titles = (
        "Raport przejrzystości za okres 01.01.31–30.09.31",
        "Transparantierapport voor de periode 01.01.31–30.09.31",
        "01.01.31–30.09.31 dönemi şeffaflık raporu",
    )
    return "\n".join([source.choice(titles), *base.text.splitlines()[1:]])


def look_alike_digit(base: Base, source: random.Random) -> str:
    """A letter, or a digit of another script or form, in place of any digit of the message."""
    found = source.choice(list(re.finditer("[0-9]", base.text)))
    digit = int(found[0])
    others = [chr(zero + digit) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xFF10, 0x2080, 0x1D7CE, 0x1D7F6)]
    others += ["⁰¹²³⁴⁵⁶⁷⁸⁹"[digit], "⓪①②③④⑤⑥⑦⑧⑨"[digit], *_LETTERS_LIKE_DIGITS.get(found[0], "")]
    return _replaced(base.text, found, source.choice(others))


def thousands_separator(base: Base, source: random.Random) -> str | None:
    figures = [found for found in _FIGURE.finditer(base.text) if len(found["figure"]) > 3]
    if not figures:
        return None
    found = source.choice(figures)
    digits = found["figure"]
    marks = (",", ".", " ", "'", "’", "_", "·", "\u00a0", "\u2009", "\u202f")
    return _replaced(base.text, found, f"{digits[:-3]}{source.choice(marks)}{digits[-3:]}", "figure")


def figure_left_out(base: Base, source: random.Random) -> str:
    return _replaced(base.text, source.choice(list(_FIGURE.finditer(base.text))), "", "figure")


def figure_broken_in_two(base: Base, source: random.Random) -> str | None:
    """A space, a mark of bold type or the end of a line between two digits of a figure."""
    figures = [found for found in _FIGURE.finditer(base.text) if len(found["figure"]) > 1]
    if not figures:
        return None
    found = source.choice(figures)
    place = found.start("figure") + source.randint(1, len(found["figure"]) - 1)
    return base.text[:place] + source.choice((" ", "*", "\n", "\u2028", "\u200b ")) + base.text[place:]


def order_overridden(base: Base, source: random.Random) -> str:
    """An invisible character that shows digits in another order: before a figure, or between two of its digits."""
    found = source.choice(list(_FIGURE.finditer(base.text)))
    digits = found["figure"]
    if len(digits) > 1 and source.random() < 0.5:
        return _replaced(base.text, found, digits[0] + source.choice(DIRECTIONS) + digits[1:], "figure")
    return _replaced(base.text, found, source.choice("\u202d\u202e") + digits, "figure")


def misspelt_word(base: Base, source: random.Random) -> str:
    """A letter doubled in the heading of the users."""
    users = PHRASES[base.language].users
    place = source.randrange(4)
    return base.text.replace(users, users[: place + 1] + users[place:])


def remark_added(base: Base, source: random.Random) -> str:
    """A line of somebody else's anywhere."""
    lines = base.text.splitlines()
    remarks = ("Hello!", "see above", "— 5", "123456789", "Total users: 5", "Forwarded from", "https://example.org/1")
    lines.insert(source.randrange(len(lines) + 1), source.choice(remarks))
    return "\n".join(lines)


def title_left_out(base: Base, _source: random.Random) -> str:
    return base.text.split("\n", 1)[1]


def heading_left_out(base: Base, source: random.Random) -> str | None:
    """The requests or the users without their heading."""
    blocks = _blocks(base)
    if blocks is None:
        return None
    title, requests, users, sentences = blocks
    parts = (requests[1:], users) if source.random() < 0.5 else (requests, users[1:])
    return "\n".join([*title, *parts[0], *parts[1], *sentences])


def block_twice(base: Base, source: random.Random) -> str | None:
    blocks = _blocks(base)
    if blocks is None:
        return None
    title, requests, users, sentences = blocks
    return "\n".join([*title, *requests, *users, *source.choice((requests, users)), *sentences])


def sentences_left_out(base: Base, source: random.Random) -> str | None:
    """No sentence after the figures, or both before them: the figures might go on."""
    blocks = _blocks(base)
    if blocks is None or not blocks[3]:
        return None
    title, requests, users, sentences = blocks
    return "\n".join([*title, *(sentences if source.random() < 0.5 else []), *requests, *users])


# What may be either.


def truncated_end(base: Base, source: random.Random) -> str:
    return base.text[: source.randrange(1, len(base.text) - 1)]


def letter_dropped(base: Base, source: random.Random) -> str | None:
    """A letter left out anywhere but in the country's name: words are matched whole, and a few endings may vary."""
    blocks = _blocks(base)
    heading = blocks[1][0] if blocks else ""
    start = base.text.find(heading)
    places = [
        found.start()
        for found in re.finditer(r"[^\W\d_]", base.text)
        if blocks and not start <= found.start() < start + len(heading)
    ]
    if not places:
        return None
    place = source.choice(places)
    return base.text[:place] + base.text[place + 1 :]


def _figure_changed(base: Base, source: random.Random, change: Callable[[str, int], str]) -> str | None:
    """Return the text with one figure changed at one place, where quarters and total check each other."""
    if not base.has_totals:
        return None
    found = source.choice(list(_FIGURE.finditer(base.text)))
    figure = found["figure"]
    changed = change(figure, source.randrange(len(figure)))
    return None if changed == figure else _replaced(base.text, found, changed, "figure")


_SAME: Final = (
    spacing, spaces_left_out, dashes, bold, year_forms, day_forms, users_first, sentences_in_another_order,
    invisible_characters, capitals, decomposed_letters, fulfilled_misspelt, forwarded, two_reports,
)  # fmt: skip
_REFUSED: Final = (
    digit_dropped, digit_doubled, digit_replaced, digits_exchanged, total_that_does_not_add_up, second_total,
    quarter_missing, quarter_renumbered, period_moved, another_language, unknown_language, look_alike_digit,
    thousands_separator, figure_left_out, figure_broken_in_two, order_overridden, misspelt_word, remark_added,
    title_left_out, heading_left_out, block_twice, sentences_left_out,
)  # fmt: skip
_EITHER: Final = (truncated_end, letter_dropped)
#: May follow any other change, since they change no number whatever the text is.
_ON_TOP: Final[tuple[Change, ...]] = (spacing, dashes, bold, capitals, invisible_characters, decomposed_letters)

_VERDICTS: Final[Mapping[Literal["same", "refused", "either"], tuple[Change, ...]]] = {
    "same": _SAME,
    "refused": _REFUSED,
    "either": _EITHER,
}
MUTATIONS: Final = tuple(
    Mutation(name=getattr(change, "__name__", "").replace("_", " "), change=change, verdict=verdict)
    for verdict, changes in _VERDICTS.items()
    for change in changes
)
