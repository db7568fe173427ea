from __future__ import annotations

import os
import pickle
import re
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import xor

import pytest

from tests.vet.policies import amended, policy, sketch
from tracker.extract import parse_markdown
from tracker.model import Snapshot, Version
from tracker.vet import sketch_text

Page = Callable[[str], Snapshot]
Extract = Callable[[Snapshot], Version]

#: What the hash of a word is multiplied by in each place of a run.
_FACTORS = (0x9E3779B1, 0x243F6A89, 0xB7E15163, 0x6A09E667)


def test_a_sketch_comes_back_whole_from_another_process() -> None:
    made = sketch(policy(1))
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own bytes


def test_a_sketch_is_the_same_whatever_the_seed_of_hashes() -> None:
    """Python salts the hashes of strings anew in each process."""
    program = (
        "import sys; from tracker.extract import parse_markdown; from tracker.vet import sketch_text; "
        "print(sketch_text(parse_markdown(sys.stdin.read())))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            input=policy(1).encode(),
            env={**os.environ, "PYTHONHASHSEED": salt},
        ).stdout
        for salt in ("1", "2")
    }
    assert len(answers) == 1


@pytest.mark.parametrize("clauses", [40, 4_000])
def test_a_sketch_is_small_however_long_the_text(clauses: int) -> None:
    assert len(pickle.dumps(sketch(policy(1, clauses)))) < 45_000


def test_a_sketch_keeps_head_opening_and_close() -> None:
    made = sketch("Skip to content\n\n# Bread Policy\n\nWe bake **bread**.\n\nWrite to the baker")
    assert made.heading == "Bread Policy"
    assert made.heads == ("bread policy", "skip to content")
    assert made.opening == "skip to content bread policy we bake bread. write to the baker"
    assert made.closing == "Write to the baker"


@pytest.mark.parametrize(
    ("last", "breaks_off"),
    [
        ("We bake bread.", False),
        ("We bake (rye)", False),
        ("We bake:", False),
        ("We bake brea", True),
        ("我们。", False),
    ],
)
def test_a_text_breaks_off_where_its_last_clause_has_no_final_mark(last: str, *, breaks_off: bool) -> None:
    assert sketch(f"# Bread\n\n{last}").breaks_off is breaks_off


@pytest.mark.parametrize(("copies", "expected"), [(1, 1), (2, 2), (3, 3), (12, 12)])
def test_copies_of_the_whole_are_counted(copies: int, expected: int) -> None:
    assert sketch(policy(1, 7) * copies).copies == expected


def test_a_repeated_clause_makes_no_copy_of_the_whole() -> None:
    assert sketch(policy(1, 7) + "\n\n" + policy(1, 7).split("\n\n")[0]).copies == 1


def test_the_share_of_links_is_that_of_their_characters() -> None:
    assert sketch("[bread](https://x.example/) rolls").linked == pytest.approx(5 / 11)


def test_a_placeholder_is_a_clause_of_its_own() -> None:
    assert sketch("# Bread\n\nLoading...").waits
    assert not sketch("# Bread\n\nLoading the oven takes the baker an hour, and longer before a fair.").waits


def test_the_language_is_that_of_all_pieces(page: Page, extract: Extract) -> None:
    english, german = extract(page("near_miss_policy")), extract(page("wrong_language"))
    assert sketch_text(english).language == "en"
    assert sketch_text(german).language == "de"
    assert sketch_text(parse_markdown(english.markdown + german.markdown)).language is None
    assert sketch("Wir backen Brot.").language is None


def test_the_own_date_is_kept() -> None:
    assert sketch(policy(1, dated="May 2, 2024")).dated == date(2024, 5, 2)


def test_a_sketch_is_dated_by_the_latest_of_its_days_up_to_one() -> None:
    made = sketch(policy(1, dated="May 2, 2024. Updated June 1, 2024"))
    assert made.dated == made.dated_by(None) == made.dated_by(date(2024, 6, 1)) == date(2024, 6, 1)
    assert made.dated_by(date(2024, 5, 31)) == date(2024, 5, 2)
    assert made.dated_by(date(2024, 5, 1)) is None
    assert sketch(policy(1)).dated is None


def test_a_version_without_clauses_has_a_sketch() -> None:
    empty = sketch("")
    assert (empty.length, empty.copies, empty.heads, empty.has_words) == (0, 1, (), False)


@pytest.mark.parametrize(("copies", "parts", "expected"), [(1, 12, 1), (2, 1, 1), (2, 2, 2), (12, 12, 2), (9, 2, 1)])
def test_copies_count_as_far_as_there_are_pages(copies: int, parts: int, expected: int) -> None:
    assert sketch(policy(1, 7) * copies).count_copies(parts) == expected


@pytest.mark.parametrize("clauses", [0, 1, 40, 400, 4_000])
@pytest.mark.parametrize("copies", [1, 3])
def test_the_runs_kept_are_those_of_all_words_with_the_smallest_hashes(clauses: int, copies: int) -> None:
    """However the words stand in lines, and whatever of them was read before."""
    version = parse_markdown("Oven.\n\nOf\n\nthe baker\n\n" + f"{policy(1, clauses)}\n\n" * copies)
    made = sketch_text(version)
    hashes = [zlib.crc32(word.encode()) for word in re.findall(r"\w+", version.text.lower())]
    runs = zip(hashes, hashes[1:], hashes[2:], hashes[3:], strict=False)
    rising = sorted({reduce(xor, (n * f % 2**32 for n, f in zip(run, _FACTORS, strict=True))) for run in runs})
    assert made.shingles == struct.pack(f"<{len(rising[:6_000])}I", *rising[:6_000])
    assert made.ceiling == (rising[6_000] if len(rising) > 6_000 else 2**32)


def test_a_text_without_words_has_none() -> None:
    assert not sketch("* * *\n\n\\- ... -").has_words


def test_link_targets_and_marks_do_not_change_what_is_compared() -> None:
    one, other = sketch("[bread](https://x.example/a) rolls"), sketch("**[bread](https://x.example/b)** rolls")
    assert one == replace(other)


def test_a_long_text_is_sketched_in_time() -> None:
    """A megabyte of clauses, and a megabyte of one word."""
    versions = [parse_markdown(policy(1, 12_000)), parse_markdown("bread " * 170_000)]
    begin = time.process_time()
    for version in versions:
        sketch_text(version)
    assert time.process_time() - begin < 4


def test_an_amendment_changes_little_of_a_sketch() -> None:
    one, other = sketch(policy(1)), sketch(amended(policy(1)))
    assert one.heading == other.heading
    assert one.text_sha256 != other.text_sha256
