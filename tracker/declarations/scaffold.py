"""What `tracker init` writes: the files of a new watch repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from tracker.errors import UsageError

_LONGEST_TITLE: Final = 200

_SETTINGS: Final = """\
# Settings of the policy change tracker. A line that starts with '#' shows a default; remove the '#' to change it.

title = {title}
# The language of the pages and feeds: en or de.
# language = "en"

# Address under which the site is published; feeds and sitemap need it.
# site_url = "https://example.org/policies/"
# A WebSub hub (https) that the feeds name; needs site_url.
# websub_hub = "https://hub.example.org/"
# Search for every word: "auto" where pagefind-bin is installed; "none" for no script on any page.
# search = "auto"

# A page or mail address by which a site's owner can reach you. It is sent with every request.
# contact = "https://example.org/about-our-tracker"
# user_agent = "PolicyChangeTracker (+https://example.org/about-our-tracker)"

# Folders and the archive, relative to this file. Without 'archive', the git repository around this folder is used.
# archive = "archive.git"
# branch = "archive"
# declarations = "declarations"
# corrections = "corrections"
# transparency = "transparency"
# snapshots = "snapshots"
# site = "site"

# Time zone in which pages print times.
# timezone = "UTC"

# How captures are made. Times are in seconds, sizes in bytes.
# How long after a new text is seen it is looked at once more, before it is recorded; 0 for not at all.
# confirm_seconds = 20
# max_bytes = 20000000
# per_host_seconds = 1.0
# connect_seconds = 10
# read_seconds = 30
# total_seconds = 90
# respect_robots = true
# Allow addresses of private networks. Leave this off on a machine that others can ask to fetch something.
# allow_private = false
"""

_README: Final = """\
# Declarations

Each file `<Service>.json` in this folder says which pages of a service to watch, in the format of
[Open Terms Archive](https://docs.opentermsarchive.org/contributing-terms/):

```json
{
  "name": "Example",
  "terms": {
    "Privacy Policy": {
      "fetch": "https://example.org/privacy",
      "select": "main"
    }
  }
}
```

Next steps:

1. `tracker add https://example.org/privacy --service Example --terms "Privacy Policy"` looks at a page, proposes the
   part of it to keep, and writes the file.
2. `tracker check --fetch` tries all declarations without archiving anything.
3. `tracker run` captures, archives and builds the site.

`<Service>.history.json` keeps former declarations, each with the instant until which it held. Our own options
(`language`, `headers`, `variant`, `minLength`, `notes`, by terms type) stand in `<Service>.tracker.json`.
"""

_IGNORED: Final = """\
# Output of the tracker: the archive is a branch of this repository, and the site is built from it.
/snapshots/
/site/
"""


def scaffold(folder: Path, *, title: str) -> tuple[Path, ...]:
    """Write the files of a new watch repository into `folder` and return those that were written, in order.

    A file that exists is left as it is and not listed.

    Raises:
        UsageError: If `title` is not one printable line, or a file cannot be written.
    """
    if not title.strip() or not title.isprintable() or len(title) > _LONGEST_TITLE:
        raise UsageError(
            f"{title[:_LONGEST_TITLE]!r} is no title: give one line of at most {_LONGEST_TITLE} characters"
        )
    # A printable string in JSON is a basic string in TOML as well: both escape the quote and the backslash alike.
    contents = {
        folder / "tracker.toml": _SETTINGS.replace("{title}", json.dumps(title, ensure_ascii=False)),
        folder / "declarations" / "README.md": _README,
        folder / ".gitignore": _IGNORED,
    }
    try:
        return tuple(path for path, content in contents.items() if _write_new(path, content))
    except OSError as error:
        raise UsageError(f"cannot write {error.filename}: {error.strerror}") from error


def _write_new(path: Path, content: str) -> bool:
    """Write a file that is not there yet; return whether it was written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(content)
    except FileExistsError:
        return False
    return True
