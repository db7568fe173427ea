"""What is installed works without the checkout, templates included."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(importlib.util.find_spec("hatchling") is None, reason="hatchling is not installed to build a wheel")
def test_the_wheel_runs_the_demonstration_outside_the_checkout(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), str(ROOT)], check=True
    )
    (wheel,) = tmp_path.glob("policy_change_tracker-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {"tracker/templates/base.html", "tracker/fonts/DejaVuSans.ttf", "tracker/fonts/LICENSE.txt"} <= set(names)
    assert "tracker/locale/de.po" in names
    assert any(name.startswith("tracker/demo/pages/") for name in names)
    assert not any(name.startswith(("tests/", "docs/")) for name in names)
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(tmp_path / "site"), str(wheel)], check=True
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    program = (
        "import tracker, runpy, sys; print(tracker.__file__); sys.argv[1:] = ['demo'];"
        "runpy.run_module('tracker', run_name='__main__', alter_sys=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=elsewhere,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "site"))
    assert (elsewhere / "demo" / "site" / "index.html").is_file()
    assert (elsewhere / "demo" / "site" / "feeds" / "all.atom").is_file()
