"""Holds what every workflow keeps to, by lines: no YAML parser is among the dependencies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))
STEP = re.compile(r"^(?P<indent> *)(?:- )?(?P<key>[a-z-]+):(?: (?P<value>.*))?$")
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
ONE_TARGET = re.compile(r"make ([a-z-]+)")


def values_of(key: str, text: str) -> list[str]:
    """Every value that `text` gives to `key`, as written on its line; a block scalar gives its mark (`|`)."""
    matches = (STEP.match(line) for line in text.splitlines())
    return [match["value"] or "" for match in matches if match and match["key"] == key]


def faults_of(text: str, targets: set[str]) -> list[str]:
    """What is wrong with a workflow: actions that are not pinned, steps that are not one make target of ours."""
    faults = [f"not pinned by commit and version: {used}" for used in values_of("uses", text) if not is_pinned(used)]
    for command in values_of("run", text):
        match = ONE_TARGET.fullmatch(command)
        if not match:
            faults.append(f"not one make target: {command}")
        elif match[1] not in targets:
            faults.append(f"no target of the Makefile: {command}")
    if not values_of("permissions", text) or not re.search(r"^permissions: \{\}$", text, re.MULTILINE):
        faults.append("permissions are not taken away before jobs ask for theirs")
    return faults


def is_pinned(used: str) -> bool:
    return PINNED.fullmatch(used) is not None


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_there_are_workflows() -> None:
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "nightly.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_each_workflow_is_pinned_and_each_step_is_one_make_target(path: Path) -> None:
    assert faults_of(path.read_text(), make_targets()) == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("      - uses: actions/checkout@v6", "not pinned"),
        ("      - uses: actions/checkout@" + "a" * 40, "not pinned"),
        ("        run: pip install .", "not one make target"),
        ("        run: make test ${{ github.ref }}", "not one make target"),
        ("        run: |", "not one make target"),
        ("      - run: make tea", "no target"),
    ],
)
def test_a_workflow_that_breaks_a_rule_is_found_out(line: str, fault: str) -> None:
    faults = faults_of(f"permissions: {{}}\n{line}\n", {"test"})
    assert len(faults) == 1
    assert faults[0].startswith(fault)


def test_a_workflow_with_standing_permissions_is_found_out() -> None:
    assert len(faults_of("permissions:\n  contents: write\n", set())) == 1


def test_the_archive_is_fetched_whole_and_never_pushed_by_force() -> None:
    nightly = (ROOT / ".github" / "workflows" / "nightly.yml").read_text()
    assert "fetch-depth: 0" in nightly
    recipe = (ROOT / "Makefile").read_text().partition("\npush-archive:")[2].partition("\n.PHONY")[0]
    assert "push origin refs/heads/archive:refs/heads/archive" in recipe
    assert not re.search(r"--force|\s-f\s|\+refs", recipe)


def test_no_schedule_is_on_the_full_hour() -> None:
    minutes = re.findall(r'cron: "(\d+) ', (ROOT / ".github" / "workflows" / "nightly.yml").read_text())
    assert len(minutes) == 2
    assert "0" not in minutes
