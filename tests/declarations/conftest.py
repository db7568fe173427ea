"""A folder of declarations to write into, and the smallest right declaration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Write = Callable[[str, Any], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "declarations"
    made.mkdir()
    return made


@pytest.fixture
def write(folder: Path) -> Write:
    """Write a value as JSON, or bytes as they are, under a name in the folder."""

    def write_file(name: str, content: Any) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write_file


@pytest.fixture
def page() -> dict[str, Any]:
    return {"fetch": "https://example.org/privacy", "select": "main"}


@pytest.fixture
def service(page: dict[str, Any]) -> dict[str, Any]:
    return {"name": "Example", "terms": {"Privacy Policy": page}}
