"""Where the templates are: inside an installed package, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from tracker.errors import RenderError

_PACKAGE = Path(__file__).resolve().parents[1]


def find_templates(package: Path = _PACKAGE) -> Path:
    """Return the folder of templates: the package's own (a wheel carries them), else that of the checkout around it.

    Raises:
        RenderError: If neither is there.
    """
    places = (package / "templates", package.parent / "templates")
    for place in places:
        if (place / "base.html").is_file():
            return place
    looked = " nor ".join(str(place) for place in places)
    raise RenderError(f"looked for the page templates, found neither {looked}: install the tracker again")
