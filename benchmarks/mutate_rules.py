"""Leaves out one rule at a time and tells which tests notice: `python -m benchmarks.mutate_rules [--only WORDS]`.

A rule is a row or a list of phrases of the lexicon and of the topics (found by walking the files, so that new ones are
covered), or a line of an ordered table such as `KIND_RULES`. Each is taken out of a copy of the room; the tests of the
room run there, without the shared data. A rule that no test misses is marked *unnoticed*: write its case.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.meaning_scores import SEED

ROOT: Final = Path(__file__).parents[1]
ROOM: Final = Path("tracker") / "classify"
TESTS: Final = Path("tests") / "classify"
#: What a copy needs to run the tests of the room; those of the ledger tell the stories of `tests/history`.
COPIED: Final = ("tracker", "tests/conftest.py", "tests/classify", "tests/data", "tests/history", "pyproject.toml")
LANGUAGES: Final = frozenset({"en", "de", "fr"})
#: Hostile texts show nothing of what a rule means, and take time.
_LEFT_OUT: Final = "test_hostile.py"
#: Loads every data file, and reads a change by all tables.
_PROBE: Final = (
    "from tracker.classify import judge_change; from tracker.diff import compare_versions; "
    "from tracker.extract import parse_markdown; "
    "judge_change(compare_versions(parse_markdown('We may share data.'), parse_markdown('We share no data.')))"
)
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_TABLE: Final = re.compile(r"[A-Z_]*RULES")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something that can be left out."""

    name: str
    """Its file and its place in it."""
    file: Path
    without: Callable[[str], str]
    """Returns the file's text without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the tests."""

    rule: Rule
    failed: tuple[str, ...]
    loads: bool
    """Whether the room works at all without the rule; if not, nothing is shown by tests that fail."""

    @property
    def told(self) -> str:
        """`unnoticed`, or which tests fail."""
        if not self.loads:
            return "the room does not load without it"
        if not self.failed:
            return "**unnoticed**"
        more = f" and {len(self.failed) - 2} more" if len(self.failed) > 2 else ""  # noqa: PLR2004 - two are shown
        return ", ".join(name.rpartition("/")[2] for name in self.failed[:2]) + more


def list_rules(root: Path = ROOT) -> list[Rule]:
    """Return every rule of the room, file by file."""
    found: list[Rule] = []
    for file in sorted([*(root / ROOM / "lexicon").glob("*.json"), *(root / ROOM / "topics").glob("*.json")]):
        data = json.loads(file.read_text(encoding="utf-8"))
        found += [_rule_of_data(file.relative_to(root), path) for path in _walk(data, ())]
    for file in sorted((root / ROOM).glob("*.py")):
        found += _rules_of_tables(file.relative_to(root), file.read_text(encoding="utf-8"))
    return found


def _walk(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the places of rows and of lists of phrases."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
        return
    if not isinstance(value, list) or not value:
        return
    if all(isinstance(item, str) for item in value):
        yield path
    for place, item in enumerate(value):
        if isinstance(item, dict):
            if {"id", "name", "cues"} & item.keys():
                yield (*path, place)
            yield from _walk(item, (*path, place))


def _rule_of_data(file: Path, path: tuple[str | int, ...]) -> Rule:
    def without(text: str) -> str:
        data = json.loads(text)
        holder = data
        for key in path[:-1]:
            holder = holder[key]
        key = path[-1]
        if isinstance(key, int) or (isinstance(holder, dict) and len(path) > 1 and key not in LANGUAGES):
            del holder[key]
        else:
            holder[key] = []
        return json.dumps(data, ensure_ascii=False, indent=2)

    return Rule(name=f"{file.name}: {_say(ROOT / file, path)}", file=file, without=without)


def _say(file: Path, path: tuple[str | int, ...]) -> str:
    """Return a place as people write it: rows by their id or name."""
    if not file.exists():
        return ".".join(map(str, path))
    value = json.loads(file.read_text(encoding="utf-8"))
    words = []
    for key in path:
        value = value[key]
        named = value.get("id") or value.get("name") if isinstance(key, int) and isinstance(value, dict) else None
        words.append(str(named if named is not None else key))
    return ".".join(words)


def _rules_of_tables(file: Path, text: str) -> Iterator[Rule]:
    for node in ast.parse(text).body:
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if not isinstance(target, ast.Name) or not _TABLE.fullmatch(target.id) or not isinstance(node, ast.AnnAssign):
            continue
        if isinstance(node.value, ast.Tuple):
            for item in node.value.elts:
                yield _rule_of_table(file, target.id, ast.unparse(item), item)


def _rule_of_table(file: Path, table: str, told: str, item: ast.expr) -> Rule:
    first, last = item.lineno - 1, item.end_lineno or item.lineno

    def without(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(lines[:first] + lines[last:])

    return Rule(name=f"{file.name}: {table} {told}", file=file, without=without)


def try_rules(rules: list[Rule], *, processes: int, root: Path = ROOT) -> Iterator[Outcome]:
    """Yield what the tests say of each rule's absence, in order; each process has a copy of its own."""
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / str(number) / "copy" for number in range(processes)]
        for copy in copies:
            _copy(root, copy)
        free = list(copies)
        # What fails with all rules in place shows nothing of one; and where a file cannot be read, no test runs.
        failing = frozenset(_failed_tests(copies[0]))
        unread = sorted(name for name in failing if "::" not in name)
        if unread:
            raise RuntimeError(f"the tests of the room do not run in a copy: {', '.join(unread)}; see COPIED")

        def work(rule: Rule) -> Outcome:
            copy = free.pop()
            try:
                return _try_rule(rule, copy, failing)
            finally:
                free.append(copy)

        with ThreadPoolExecutor(processes) as pool:
            yield from pool.map(work, rules)


def _copy(root: Path, copy: Path) -> None:
    for name in COPIED:
        source, target = root / name, copy / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def _try_rule(rule: Rule, copy: Path, failing: frozenset[str]) -> Outcome:
    file = copy / rule.file
    text = file.read_text(encoding="utf-8")
    file.write_text(rule.without(text), encoding="utf-8")
    try:
        loads = _run(copy, "-c", _PROBE).returncode == 0
        failed = [name for name in _failed_tests(copy) if name not in failing] if loads else []
    finally:
        file.write_text(text, encoding="utf-8")
    return Outcome(rule=rule, failed=tuple(failed), loads=loads)


def _failed_tests(copy: Path) -> tuple[str, ...]:
    done = _run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rfE", "--tb=no",
                f"--ignore={TESTS / _LEFT_OUT}", str(TESTS))  # fmt: skip
    return tuple(_FAILED.findall(done.stdout))


def _run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # The copy comes first, and no compiled file of it outlives the text from which it was made.
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )


def main() -> None:
    """Print a line for each rule that was left out, and how many were noticed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutate_rules", description=__doc__)
    parser.add_argument("--only", default="", metavar="REGEX", help="rules whose name it is found in")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of them, the same at each run")
    parser.add_argument("--list", action="store_true", help="name the rules and end")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="copies that are tried at once (2)")
    chosen = parser.parse_args()
    rules = [rule for rule in list_rules() if re.search(chosen.only, rule.name)]
    if chosen.sample is not None and chosen.sample < len(rules):
        source = random.Random(SEED)  # noqa: S311 - the same rules each time
        rules = source.sample(rules, chosen.sample)
    if chosen.list:
        print("\n".join(rule.name for rule in rules))
        return
    counts = {"noticed": 0, "unnoticed": 0, "not loading": 0}
    for outcome in try_rules(rules, processes=chosen.processes):
        counts["not loading" if not outcome.loads else "noticed" if outcome.failed else "unnoticed"] += 1
        print(f"{outcome.rule.name}: {outcome.told}", flush=True)
    print(", ".join(f"{count} {name}" for name, count in counts.items()))


if __name__ == "__main__":
    main()
