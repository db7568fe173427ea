"""Edits of known truth, and how many of them a comparison reports as a careful editor would.

python tests/diff/mutations.py --seeds 200            a table, one row a kind of edit
python tests/diff/mutations.py --kind move_across --seed 3 --show
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

if __name__ == "__main__":  # some wheels install a package `tests` of their own, which would be found first
    _tests = types.ModuleType("tests")
    _tests.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules["tests"] = _tests

from tests.diff import edits, print_edits, section_edits
from tests.diff.edits import Desk, Edit
from tests.diff.invented import Document, Writer, document_of, invent_document
from tests.diff.truth import Expected, complaints, expect, is_plain
from tracker.diff import compare_versions
from tracker.extract import parse_markdown
from tracker.model import Change

KINDS: Final[Mapping[str, Edit]] = {
    edit.__name__: edit
    for edit in (
        edits.reword_lightly,
        edits.reword_heavily,
        edits.change_number,
        edits.add_clause,
        edits.remove_clause,
        edits.repeat_clause,
        edits.remove_repeated,
        edits.reword_repeated,
        edits.move_within,
        edits.move_across,
        edits.move_and_reword,
        edits.split_paragraph,
        edits.merge_paragraphs,
        edits.list_to_paragraph,
        edits.list_to_paragraphs,
        edits.paragraph_to_list,
        section_edits.insert_section,
        section_edits.remove_section,
        section_edits.retitle_section,
        section_edits.retitle_and_renumber,
        section_edits.move_section,
        section_edits.swap_sections,
        section_edits.reuse_number,
        section_edits.divide_section,
        section_edits.dissolve_section,
        print_edits.change_target,
        print_edits.add_link,
        print_edits.emphasise,
        print_edits.quote_style,
        print_edits.dash_style,
        print_edits.no_break_space,
        print_edits.soft_hyphen,
        print_edits.zero_width_space,
        print_edits.heading_case,
        print_edits.bidirectional_override,
        print_edits.look_alike,
        print_edits.look_alike_word,
    )
}
#: Edits after which no word counts as added or removed.
WORDLESS: Final = frozenset(
    {
        "move_within", "move_across", "split_paragraph", "merge_paragraphs", "list_to_paragraph", "list_to_paragraphs",
        "paragraph_to_list", "change_target", "add_link", "emphasise", "quote_style", "dash_style", "no_break_space",
        "soft_hyphen", "zero_width_space", "heading_case",
    }
)  # fmt: skip
#: Most words marked on either side after one to three words were replaced, put in or left out.
_MOST_MARKED: Final = 11
_MOST_ATTEMPTS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A document, the same one edited, and which blocks each edit touched."""

    seed: int
    base: Document
    edited: Document
    steps: tuple[tuple[str, frozenset[int]], ...]
    """(kind of edit, keys of blocks)."""
    expected: tuple[Expected, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether one edit was reported as it should be."""

    kind: str
    seed: int
    wrong: tuple[str, ...]
    """What was reported otherwise; empty where all is right."""


def make_trial(seed: int, base: Document, kinds: Sequence[str]) -> Trial | None:
    """Return `base` with edits of these kinds, in order; None where it has no place for them or the truth is not plain.

    Of several edits, those without a place are left out.
    """
    for attempt in range(_MOST_ATTEMPTS):
        source = random.Random(f"{seed} {attempt} {' '.join(kinds)}")  # noqa: S311 - a fixed seed is the point
        desk = Desk(document=base.copy(), source=source, writer=Writer(source))
        steps = tuple(step for kind in kinds if (step := _take(desk, kind)) is not None)
        if not steps:
            return None
        expected = tuple(expect(base, desk.document))
        if is_plain(expected):
            return Trial(seed=seed, base=base, edited=desk.document, steps=steps, expected=expected)
    return None


def _take(desk: Desk, kind: str) -> tuple[str, frozenset[int]] | None:
    before = {block.key: block.text for part, block in desk.document.blocks() if block.kind == "heading"}
    touched = KINDS[kind](desk)
    if touched is None:
        return None
    desk.document.number()
    desk.touched |= touched
    after = {block.key: block.text for part, block in desk.document.blocks() if block.kind == "heading"}
    renumbered = {key for key, text in after.items() if before.get(key, text) != text}
    return kind, frozenset(touched | renumbered)


def judge(trial: Trial, compare: Callable[..., Change] = compare_versions) -> Iterator[Outcome]:
    """Yield an outcome for every edit of `trial`, and one for all that no edit touched."""
    change = compare(trial.base.to_version(), trial.edited.to_version())
    found = complaints(trial.expected, change)
    rest = set(range(len(found)))
    for kind, keys in trial.steps:
        mine = [place for place, (one, _) in enumerate(found) if one.keys & keys]
        rest -= set(mine)
        wrong = [found[place][1] for place in mine]
        if len(trial.steps) == 1:
            wrong += [found[place][1] for place in sorted(rest)] + list(_word_faults(kind, change))
            rest = set()
        wrong += _untold_moves(trial, kind, keys, change)
        yield Outcome(kind=kind, seed=trial.seed, wrong=tuple(wrong))
    if len(trial.steps) > 1:
        yield Outcome(kind="(untouched)", seed=trial.seed, wrong=tuple(found[place][1] for place in sorted(rest)))


def _word_faults(kind: str, change: Change) -> Iterator[str]:
    if kind in WORDLESS and (change.words_added or change.words_removed):
        yield f"{change.words_added} words added and {change.words_removed} removed; expected none"
    if kind in {"reword_lightly", "reword_repeated", "move_and_reword", "change_number"}:
        for sign in "-+":
            marked = sum(len(x.text.split()) for clause in change.clauses for x in clause.redline if x.tag == sign)
            if marked > _MOST_MARKED:
                yield f"{marked} words marked with {sign}; expected at most {_MOST_MARKED}"


def _untold_moves(trial: Trial, kind: str, keys: frozenset[int], change: Change) -> list[str]:
    """Without numbers, one of the sections that changed places must be said to have moved."""
    if trial.base.is_numbered or kind not in {"move_section", "swap_sections"}:
        return []
    headings = {index for one in trial.expected if one.is_heading and one.keys & keys for index in one.news}
    if any(clause.op == "moved" and headings & set(clause.new_clauses) for clause in change.clauses):
        return []
    return ["no section is reported as moved"]


def run_single(
    seeds: Iterable[int], kinds: Iterable[str] = KINDS, bases: Callable[[int], Document] = invent_document
) -> Iterator[Outcome]:
    """Yield the outcomes of each kind of edit alone, for every seed."""
    for seed in seeds:
        base = bases(seed)
        for kind in kinds:
            trial = make_trial(seed, base, [kind])
            if trial is not None:
                yield from judge(trial)


def bases_of(texts: Sequence[str]) -> Callable[[int], Document]:
    """Return a function that gives one of these Markdown texts as a document for each seed."""
    return lambda seed: document_of(parse_markdown(texts[seed % len(texts)]))


def mixed_trial(seed: int, base: Document) -> Trial | None:
    """Return `base` with 5 to 20 edits of any kinds."""
    source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    return make_trial(seed, base, source.choices(list(KINDS), k=source.randint(5, 20)))


def run_mixed(seeds: Iterable[int], bases: Callable[[int], Document] = invent_document) -> Iterator[Outcome]:
    """Yield the outcomes of many edits at once, for every seed."""
    for seed in seeds:
        trial = mixed_trial(seed, bases(seed))
        if trial is not None:
            yield from judge(trial)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return how many of each kind were right, with seeds of wrong ones."""
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        rows[outcome.kind].append(outcome)
    lines = [f"{'edit':<24}{'n':>6}{'right':>7}{'wrong':>7}  seeds of wrong ones"]
    for kind in (*KINDS, "(untouched)"):
        wrong = [outcome.seed for outcome in rows[kind] if outcome.wrong]
        if rows[kind]:
            seeds = " ".join(map(str, wrong[:12])) + (" ..." if len(wrong) > 12 else "")
            lines.append(f"{kind:<24}{len(rows[kind]):>6}{len(rows[kind]) - len(wrong):>7}{len(wrong):>7}  {seeds}")
    total = [outcome for kind in rows for outcome in rows[kind]]
    right = sum(not outcome.wrong for outcome in total)
    lines.append(f"{'all':<24}{len(total):>6}{right:>7}{len(total) - right:>7}")
    return "\n".join(lines)


def show(trial: Trial) -> str:
    """Return the lines that differ, and what is reported otherwise than expected."""
    old, new = (document.to_markdown().splitlines() for document in (trial.base, trial.edited))
    lines = [*difflib.unified_diff(old, new, "old", "new", lineterm="", n=1)]
    lines += [f"{outcome.kind}: {wrong}" for outcome in judge(trial) for wrong in outcome.wrong or ("right",)]
    return "\n".join(lines)


def main() -> None:
    """Print the tables, or one trial."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50, help="how many documents (default 50)")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--kind", choices=list(KINDS), help="this kind of edit alone")
    parser.add_argument("--mixed", action="store_true", help="many edits at once alone")
    parser.add_argument("--show", action="store_true", help="print what differs and what is wrong")
    parser.add_argument("--texts", type=Path, help="edit the Markdown files below this folder, not invented documents")
    options = parser.parse_args()
    bases: Callable[[int], Document] = invent_document
    if options.texts is not None:
        bases = bases_of([path.read_text(encoding="utf-8") for path in sorted(options.texts.rglob("*.md"))])
    seeds = range(options.seeds) if options.seed is None else [options.seed]
    if options.show:
        for seed in seeds:
            base = bases(seed)
            trial = mixed_trial(seed, base) if options.mixed else make_trial(seed, base, [options.kind])
            if trial is not None and (len(seeds) == 1 or any(outcome.wrong for outcome in judge(trial))):
                print(f"--- seed {seed}", show(trial), sep="\n")  # noqa: T201 - this is a script
        return
    if not options.mixed:
        print(table(run_single(seeds, [options.kind] if options.kind else KINDS, bases)))  # noqa: T201
    if not options.kind:
        print("\n5 to 20 edits at once", table(run_mixed(seeds, bases)), sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
