"""Where templates are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import RenderError
from tracker.publish import find_templates


def test_a_checkout_has_them_at_its_top() -> None:
    assert find_templates() == Path(__file__).resolve().parents[2] / "templates"


def test_an_installed_package_carries_its_own(tmp_path: Path) -> None:
    for place in ("site/tracker/templates", "site/templates"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "base.html").touch()
    assert find_templates(tmp_path / "site/tracker") == tmp_path / "site/tracker/templates"


def test_an_installation_without_them_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="install the tracker again"):
        find_templates(tmp_path / "tracker")
