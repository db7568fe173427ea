"""The benchmark that leaves rules out knows all of them, and takes away what it says."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from benchmarks.mutate_rules import list_rules, try_rules
from tracker.classify.kinds import KIND_RULES
from tracker.classify.statements import statement_rules

ROOT = Path(__file__).parents[1]


def test_rows_cues_and_lines_of_tables_are_rules() -> None:
    names = {rule.name for rule in list_rules()}
    assert {f"kinds.py: KIND_RULES ({rule.__name__}, {kind!r})" for rule, kind in KIND_RULES} <= names
    assert {f"statements.json: statements.{rule.id}" for rule in statement_rules()} <= names
    assert "location.json: cues.en" in names
    assert len(names) == len(list_rules())


def test_each_rule_can_be_taken_out_of_its_file() -> None:
    for rule in list_rules():
        text = (ROOT / rule.file).read_text(encoding="utf-8")
        left = rule.without(text)
        assert len(left) < len(text) or rule.file.suffix == ".json"
        if rule.file.suffix == ".json":
            assert json.loads(left) != json.loads(text)
        else:
            ast.parse(left)


@pytest.mark.at_length
def test_a_rule_with_a_case_is_missed_by_it(*, at_length: bool) -> None:
    if not at_length:
        pytest.skip("runs the tests of a room once more")
    endings = ("location.json: cues.en", "(is_spelling, 'editorial')")
    rules = [rule for rule in list_rules() if rule.name.endswith(endings)]
    outcomes = list(try_rules(rules, processes=1))
    assert [outcome.loads and bool(outcome.failed) for outcome in outcomes] == [True, True]
