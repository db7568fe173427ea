"""Reads the imports of every module and holds the walls between the rooms (DESIGN, section 3)."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "tracker"

#: What every room may import of ours, besides itself.
SHARED = {"tracker.model", "tracker.errors"}
#: The modules that see every room: the order of stages, and the command line.
ABOVE = {"pipeline", "cli", "__main__"}

#: Third-party libraries by the rooms that may import them. A room that is not named has none.
LIBRARIES: dict[str, set[str]] = {
    "declarations": {"pydantic", "soupsieve"},  # soupsieve reads selectors, to tell a wrong one early
    "fetch": {"requests", "urllib3", "requests_ratelimiter", "pyrate_limiter", "protego"},
    "extract": {"bs4", "lxml", "soupsieve", "markdown_it", "pypdf"},
    "vet": {"py3langid"},
    "archive": {"git", "gitdb", "filelock"},
    "importers": {"git", "requests", "wayback"},
    "diff": {"diff_match_patch", "fast_diff_match_patch", "rapidfuzz"},
    "publish": {"babel", "pagefind_bin", "resvg_py"},
    "render": {"jinja2", "markupsafe", "feedgenerator"},
    "pipeline": {"pydantic", "jinja2"},
    "cli": {"typer", "click", "rich"},
}

#: Rooms whose results depend on their arguments alone.
PURE = {"model", "extract", "vet", "history", "diff", "classify", "render"}
#: Modules of the standard library that reach for clock, environment, disk, network or chance.
WORLD = {
    "asyncio", "ftplib", "getpass", "glob", "http", "locale", "multiprocessing", "os", "platform", "random",
    "secrets", "select", "shutil", "signal", "smtplib", "socket", "socketserver", "ssl", "subprocess", "tempfile",
    "threading", "time", "uuid",
}  # fmt: skip
#: What a pure room may take from them all the same: parts that only calculate.
HARMLESS = {"http.HTTPStatus", "os.PathLike", "uuid.UUID", "uuid.uuid5", "uuid.NAMESPACE_URL"}
#: Calls that ask for the hour or touch the disk, by the name of the attribute.
WORLDLY_CALLS = {
    "now", "utcnow", "today", "open", "write_text", "write_bytes", "mkdir", "unlink", "touch", "rename", "rmdir",
    "symlink_to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name: `module` as written, `name` for `from module import name`."""

    line: int
    module: str
    name: str = ""

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


def imports_of(source: str) -> list[Import]:
    """Every import in `source`, those inside functions and type-checking blocks included."""
    found: list[Import] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [Import(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found += [Import(node.lineno, module, alias.name) for alias in node.names]
    return found


def room_of(path: str) -> str:
    """The room of a module, from its path below `tracker/`: `archive/lock.py` and `cli.py` give `archive` and `cli`."""
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


def faults_of(path: str, source: str) -> list[str]:
    """Every import and call in the module at `path` (below `tracker/`) that its room may not make."""
    room = room_of(path)
    faults = [
        f"{path}:{item.line}: {room} may not import {item.full}"
        for item in imports_of(source)
        if not may_import(room, item)
    ]
    if room in PURE:
        faults += [f"{path}:{line}: {room} is pure and may not call {name}()" for line, name in worldly_calls(source)]
    return faults


def may_import(room: str, item: Import) -> bool:
    top = item.module.split(".")[0]
    if item.module.startswith("."):
        return False  # absolute imports alone, so that this reading is complete
    if top == "tracker":
        return may_import_ours(room, item)
    if top in sys.stdlib_module_names:
        return room not in PURE or top not in WORLD or item.full in HARMLESS
    return top in LIBRARIES.get(room, set())


def may_import_ours(room: str, item: Import) -> bool:
    if room in ABOVE or room == "demo":
        above = {f"tracker.{name}" for name in ABOVE}
        return room != "demo" or not any(item.full.startswith(name) for name in above)
    if item.module == "tracker":
        return item.name in {"__version__", "model", "errors", room}
    allowed = {f"tracker.{room}"} | (SHARED if room not in {"model", "errors"} else set())
    return any(item.module == name or item.module.startswith(f"{name}.") for name in allowed)


def worldly_calls(source: str) -> list[tuple[int, str]]:
    """Calls in `source` that ask for the hour, open a file or write one: (line, name)."""
    calls: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id in {"open", "input", "print"}:
            calls.append((node.lineno, function.id))
        elif isinstance(function, ast.Attribute) and function.attr in WORLDLY_CALLS:
            calls.append((node.lineno, function.attr))
    return calls


MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES)
def test_each_module_stays_in_its_room(path: str) -> None:
    assert faults_of(path, (PACKAGE / path).read_text(encoding="utf-8")) == []


def test_every_room_of_the_design_is_there() -> None:
    rooms = {room_of(path) for path in MODULES if "/" in path}
    assert rooms >= {
        "model", "declarations", "fetch", "extract", "vet", "archive", "importers", "history", "diff", "classify",
        "transparency", "render", "publish",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("diff/align.py", "from tracker.extract import parse_markdown"),
        ("diff/align.py", "from tracker import extract"),
        ("diff/align.py", "import tracker.archive.git"),
        ("diff/align.py", "def f():\n    from tracker.archive import Archive"),
        ("diff/align.py", "from ..archive import Archive"),
        ("archive/write.py", "from tracker.pipeline import run"),
        ("model/change.py", "from tracker.diff import diff"),
        ("errors.py", "from tracker.model import Version"),
        ("demo/story.py", "from tracker.pipeline import run"),
        ("render/page.py", "import requests"),
        ("history/timeline.py", "import git"),
        ("pipeline/run.py", "import requests"),
        ("classify/rules.py", "import spacy"),
        ("extract/page.py", "import py3langid"),
        ("render/page.py", "import os"),
        ("render/page.py", "from time import time"),
        ("vet/rules.py", "import random"),
        ("vet/rules.py", "import io\ntext = io.open('page.html')"),
        ("vet/rules.py", "from datetime import datetime\nseen_at = datetime.now()"),
        ("extract/page.py", "text = open('page.html').read()"),
        ("render/page.py", "from pathlib import Path\nPath('page.html').write_text('')"),
    ],
)
def test_a_module_that_leaves_its_room_is_found_out(path: str, source: str) -> None:
    assert len(faults_of(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("diff/align.py", "from tracker.model import Version\nfrom tracker.errors import TrackerError"),
        ("diff/align.py", "from tracker.diff.ops import align\nimport rapidfuzz.distance"),
        ("fetch/http.py", "import time\nimport socket\nfrom tracker import __version__"),
        ("extract/pdf.py", "import io\nimport pypdf\nfile = io.BytesIO()"),
        ("pipeline/run.py", "from tracker.archive import Archive\nfrom tracker.fetch import fetch"),
        ("cli.py", "from tracker.pipeline import run\nimport typer"),
    ],
)
def test_what_the_design_allows_is_allowed(path: str, source: str) -> None:
    assert faults_of(path, source) == []
