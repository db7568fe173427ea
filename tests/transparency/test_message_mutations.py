# ruff: noqa: RUF001 - dashes, look-alike letters and the like are what is put into messages
"""However a message is changed, it gives the same numbers or is refused with its line: never a wrong number."""

from __future__ import annotations

import contextlib
import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.transparency.invented_messages import FORMS, PHRASES, Base, Numbers, invent_bases
from tests.transparency.mutations import (
    DIRECTIONS,
    INVISIBLE,
    MUTATIONS,
    Mutation,
    Verdict,
    judge,
    make_trials,
    possible_in,
    run,
)
from tracker.transparency import TransparencyError, parse_message
from tracker.transparency.countries import COUNTRY_NAMES
from tracker.transparency.message_countries import FOREIGN_NAMES
from tracker.transparency.message_line import read_lines

#: Changed messages: in `make test`, and in `make properties`.
FEW, MANY = 500, 20_000

BASES = invent_bases(0)
#: Messages in which each figure is checked by others.
CHECKED = tuple(base for base in BASES if base.has_totals)


def sample_bases(shared_data: Path) -> tuple[Base, ...]:
    """Return the eight sample messages with the numbers of their index."""
    folder = shared_data / "transparency" / "bot-messages"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    return tuple(
        Base(
            name=row["file"],
            language="English",
            text=(folder / row["file"]).read_text(encoding="utf-8"),
            expected=(
                Numbers(
                    country=None if "country not named" in row["format"] else row["country"],
                    start=date.fromisoformat(row["from"]),
                    end=date.fromisoformat(row["to"]),
                    requests=row["requests"],
                    users=row["users"],
                    quarters=tuple(
                        (
                            date.fromisoformat(part["from"]),
                            date.fromisoformat(part["to"]),
                            part["requests"],
                            part["users"],
                        )
                        for part in row["quarters"] or ()
                    ),
                ),
            ),
            quarters=len(row["quarters"] or ()),
            has_totals=row["totals_in_text"],
        )
        for row in rows
    )


def require_every_mutation(found: Counter[tuple[str, Verdict]], count: int, possible: Sequence[Mutation]) -> None:
    """Fail unless `found` counts all that are possible, each as often as others and with the verdict it declares."""
    assert sum(found.values()) == count
    for mutation in possible:
        same, refused = found[mutation.name, "same"], found[mutation.name, "refused"]
        assert same + refused >= count // len(MUTATIONS)
        assert same == 0 or mutation.verdict != "refused"
        assert refused == 0 or mutation.verdict != "same"


def test_made_up_messages_that_are_changed_give_the_same_numbers_or_name_the_line(*, at_length: bool) -> None:
    count = MANY if at_length else FEW
    bases = [base for seed in range(3) for base in invent_bases(seed)]
    require_every_mutation(run(bases, count=count, seed=40), count, MUTATIONS)


@pytest.mark.shared
def test_sample_messages_that_are_changed_give_the_same_numbers_or_name_the_line(
    shared_data: Path, *, at_length: bool
) -> None:
    count = MANY if at_length else FEW
    samples = sample_bases(shared_data)
    assert len(samples) == 8
    possible = possible_in(samples)
    # The samples are English, so that none of their letters has an accent that could be taken off it.
    assert {mutation.name for mutation in set(MUTATIONS) - set(possible)} == {"decomposed letters"}
    require_every_mutation(run(samples, count=count, seed=41), count, possible)


def test_mutations_are_many_and_a_part_of_them_is_always_refused() -> None:
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS) >= 14
    counts = Counter(mutation.verdict for mutation in MUTATIONS)
    assert counts == {"same": 14, "refused": 22, "either": 2}


def test_the_same_seed_makes_the_same_messages() -> None:
    first, second = ([trial.text for trial in make_trials(BASES, count=80, seed=7)] for _ in range(2))
    assert first == second
    assert [trial.text for trial in make_trials(BASES, count=80, seed=8)] != first


@pytest.mark.parametrize("base", BASES, ids=lambda base: base.name)
def test_a_message_cut_anywhere_gives_the_same_numbers_or_names_the_line(base: Base) -> None:
    assert judge(base.text, base.expected) == "same"
    require_no_smaller_number(base)


@pytest.mark.shared
def test_a_sample_message_cut_anywhere_gives_the_same_numbers_or_names_the_line(shared_data: Path) -> None:
    for base in sample_bases(shared_data):
        require_no_smaller_number(base)


def require_no_smaller_number(base: Base) -> None:
    """Fail unless every beginning of `base` is refused up to the sentence after its figures, and the same after it."""
    verdicts = [judge(base.text[:length], base.expected) for length in range(len(base.text))]
    assert verdicts[0] == "refused"
    if base.expected[0].requests:  # "0" and "0" are whole without a sentence
        last_figure = max(base.text.rfind(f"{number}\n") for number in (base.expected[0].users, *_users(base)))
        assert set(verdicts[: last_figure + 10]) == {"refused"}


def _users(base: Base) -> list[int]:
    return [quarter[3] for quarter in base.expected[0].quarters]


# One character changed anywhere. The sums protect every figure, the marks of quarters and, by these, the period: its
# year stands there twice. The country is protected since no other one's name is a letter away, which is tested below.
# What nothing protects is not compared: the number of the section that is cited and the month of the next report.

ANY_CHARACTER = st.one_of(
    st.sampled_from("0123456789"),
    st.sampled_from(" .,:;-–—*_\n\t/QTKКqtк'" + INVISIBLE + DIRECTIONS + "\u202e"),
    st.characters(categories=["Nd", "Nl", "No", "Pd", "Cf", "Zs"]),
    st.characters(),
)


@given(
    base=st.sampled_from(CHECKED),
    place=st.floats(0, 1, exclude_max=True),
    kind=st.sampled_from(["inserted", "deleted", "replaced"]),
    char=ANY_CHARACTER,
)
@example(base=CHECKED[0], place=0.0, kind="replaced", char="ſ")
def test_one_character_changed_gives_the_same_numbers_or_names_the_line(
    base: Base, place: float, kind: str, char: str
) -> None:
    at = int(place * len(base.text))
    kept = base.text[at:] if kind == "inserted" else base.text[at + 1 :]
    judge(base.text[:at] + ("" if kind == "deleted" else char) + kept, base.expected)


@pytest.mark.parametrize("base", CHECKED, ids=lambda base: base.name)
def test_one_digit_changed_anywhere_gives_the_same_numbers_or_names_the_line(base: Base, *, at_length: bool) -> None:
    """The same without chance, at every place: the character deleted; a digit or separator put in, or in its stead."""
    for at in range(len(base.text) + 1):
        judge(base.text[:at] + base.text[at + 1 :], base.expected)
        for char in "0123456789-.:\n " if at_length else "1":
            judge(base.text[:at] + char + base.text[at:], base.expected)
            judge(base.text[:at] + char + base.text[at + 1 :], base.expected)


@pytest.mark.parametrize("base", [base for base in BASES if base not in CHECKED], ids=lambda base: base.name)
def test_one_character_of_a_title_that_no_sum_checks_leaves_whole_quarters_of_the_past(base: Base) -> None:
    """Another period may come out where it is as whole as the true one, but none that is over in the future only."""
    (truth,) = base.expected
    title, rest = base.text.split("\n", 1)
    for at in range(len(title) + 1):
        for char in ["", *"0123456789"]:
            with contextlib.suppress(TransparencyError):
                (report,) = parse_message(f"{title[:at]}{char}{title[at + 1 :]}\n{rest}", today=truth.end)
                assert report.period.quarters
                assert report.end <= truth.end


def test_no_country_of_the_made_up_messages_is_one_letter_away_from_another() -> None:
    names = {name.casefold(): code for code, forms in COUNTRY_NAMES.items() for name in forms}
    for foreign in FOREIGN_NAMES.values():
        names |= {name.casefold(): code for code, forms in foreign.items() for name in forms.split("|")}
    for language, phrases in PHRASES.items():
        for code in phrases.countries:
            own = {name for name, known in names.items() if known == code}
            near = {other for other, known in names.items() if known != code and any(one_edit(x, other) for x in own)}
            assert near == set(), language


def one_edit(one: str, other: str) -> bool:
    """Whether one character inserted, deleted or replaced makes `other` of `one`."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    same = next((place for place, (x, y) in enumerate(zip(shorter, longer, strict=False)) if x != y), len(shorter))
    return shorter[same:] == longer[same + 1 :] or shorter[same + 1 :] == longer[same + 1 :]


# Digits of other kinds.


def test_no_other_digit_of_unicode_is_read_as_one_of_ours() -> None:
    base = next(base for base in BASES if base.name == "English, single figure in its line")
    figure = str(base.expected[0].users)
    for code in range(0x80, 0x110000):
        char = chr(code)
        if unicodedata.numeric(char, None) is not None:
            assert judge(base.text.replace(f": {figure}", f": {char}"), base.expected) == "refused"
            assert judge(base.text.replace(f": {figure}", f": {figure}{char}"), base.expected) == "refused"


def test_no_character_of_unicode_becomes_a_digit_or_takes_one_away(*, at_length: bool) -> None:
    """Whatever folds: composition, case folding, dashes and invisible characters. A line's end ends the line there.

    The short profile leaves out letters without case and what is not assigned.
    """
    for code in range(0x110000):
        char = chr(code)
        if char not in "0123456789" and (at_length or unicodedata.category(char) not in {"Lo", "Cn", "Co", "Cs"}):
            text = "".join(line.folded for line in read_lines(f"4{char}2"))
            assert [found for found in text if found in "0123456789"] == ["4", "2"], hex(code)


def test_every_form_is_among_the_bases() -> None:
    assert [base.name for base in BASES] == [f"{language}, {form}" for language in PHRASES for form in FORMS]
    assert len(CHECKED) == len(PHRASES) * 4
