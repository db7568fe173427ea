"""One line of a pasted report: what may vary is taken off it, what could change a figure stays and is named.

Belongs here: marks, dashes and invisible characters, and the causes told of a line that is not understood. Does not
belong here: what a line means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tracker.model import fold_text
from tracker.transparency.errors import TransparencyError
from tracker.transparency.message_words import FIGURE, Grammar, grammars

# A space takes the place of a mark of bold type, so that digits on either side of one never become one number.
_BOLD: Final = re.compile(r"\*\*|__|\*|</?(?:b|strong)>", re.IGNORECASE)
#: What has the property Dash in Unicode 16 (PropList.txt) and is not folded to a hyphen everywhere, hyphen bullet and
#: heavy minus, which look the same, and hyphens in a row.
_DASH: Final = re.compile(
    "[\u058a\u05be\u1400\u1806\u2043\u2053\u207b\u208b\u2796\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0"
    "\ufe31\ufe32\U00010d6e\U00010ead]|-{2,3}"
)
#: Marks that tell in which direction to read. Beside words they change nothing; within a number or a day they can
#: change in which order a reader saw its parts, so there they stay, and the line is not understood.
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202c\u2066-\u2069]+")
#: These show characters in another order than they are written in.
_OVERRIDES: Final = re.compile("[\u202d\u202e]")

#: Digits in groups of three, as thousands are set apart in one place or another.
_SEPARATED: Final = re.compile(
    r"(?<![0-9.,'])[0-9]{1,3}(?P<mark>[.,'\u066c\u00b7_ ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?![0-9])"
)
#: The last word after a colon or dash, or the only one of its line: where a figure stands.
_FIGURE_PLACE: Final = re.compile(r"(?:.*[-:] ?)?(?P<word>\S{1,20})")
#: Letters and signs that look like digits, in their case-folded forms.
_LOOK_ALIKES: Final = str.maketrans(
    {
        **dict.fromkeys("o\u043e\u03bf\u0585", "0"),
        **dict.fromkeys("li|!\u0456\u03b9\u04cf\u0131", "1"),
        "z": "2",
        "\u0437": "3",
        "s": "5",
        "\u0455": "5",
        "b": "8",
        "\u0432": "8",
    }
)
_PARTS_OF_NUMBERS: Final = frozenset("0123456789.")
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a message."""

    number: int
    """From 1."""
    raw: str
    """As pasted."""
    text: str
    """Without marks of bold type and without traces of layout; letters keep their case."""

    @property
    def folded(self) -> str:
        """What patterns are matched against."""
        return self.text.casefold()

    def written(self, match: re.Match[str], name: str) -> str:
        """Return that part of `match` as the line writes it, or case-folded where it cannot be found there."""
        return self.text[slice(*match.span(name))] if len(self.text) == len(match.string) else match[name]

    def error(self, cause: str) -> TransparencyError:
        """Return the error that names this line."""
        return TransparencyError(cause, line_number=self.number, line=self.raw[:_LONGEST_SHOWN])


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the lines of `text` that are not blank."""
    lines = (Line(number, raw, _plain(raw)) for number, raw in enumerate(text.splitlines(), start=1))
    return tuple(line for line in lines if line.text)


def why_not_understood(line: Line, grammar: Grammar | None) -> str:
    """Return the cause to tell of a line that no pattern of `grammar` matches; None: none has been chosen yet."""
    text = line.folded
    if _OVERRIDES.search(text) or _DIRECTIONS.search(text):
        return "an invisible character may turn the order of the digits; type the line anew"
    if found := next((char for char in text if _is_other_digit(char)), None):
        name = unicodedata.name(found, "nameless").lower()
        return f"{found!r} ({name}) is none of the digits 0 to 9; if it stands for one, type that"
    if separated := _SEPARATED.search(text):
        plain = re.sub("[^0-9]", "", separated[0])
        return f"{separated[0]!r} may be thousands or a fraction; if the bot means {plain}, write its digits alone"
    place = _FIGURE_PLACE.fullmatch(line.text)
    if (
        place
        and not place["word"].isdecimal()
        and re.fullmatch(FIGURE, place["word"].casefold().translate(_LOOK_ALIKES))
    ):
        return f"{place['word']!r} has letters that look like digits; type the figure in digits"
    if others := [other.words.language for other in grammars() if other is not grammar and _reads(other, text)]:
        mine = "" if grammar is None else f"the message began in {grammar.words.language}, and "
        return f"{mine}this line is {' or '.join(others)}; paste one whole message in one language"
    return "paste the bot's answer whole and without anything else"


def _plain(raw: str) -> str:
    """Return `raw` without what may vary: bold type, spacing, kinds of dashes, characters that nobody sees."""
    text = _DASH.sub("-", fold_text(raw))
    if not text.isascii():
        text = _DIRECTIONS.sub(_beside_words, text)
    return fold_text(_BOLD.sub(" ", text))


def _beside_words(found: re.Match[str]) -> str:
    start, end, text = found.start(), found.end(), found.string
    inside = start > 0 and end < len(text) and {text[start - 1], text[end]} <= _PARTS_OF_NUMBERS
    return found[0] if inside else ""


def _is_other_digit(char: str) -> bool:
    return not char.isascii() and unicodedata.numeric(char, None) is not None


def _reads(grammar: Grammar, text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in grammar.sentences)
