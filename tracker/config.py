"""The settings of a watch repository: `tracker.toml`, read strictly.

Belongs here: which keys there are, their defaults and their bounds (DESIGN, section 7). Does not belong here: what the
command line overrides; it replaces fields of the value with `dataclasses.replace`, which checks them again.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from tracker import __version__
from tracker.errors import UsageError

FILE_NAME: Final = "tracker.toml"
_LARGEST_FILE_BYTES: Final = 100_000
_LONGEST_SECONDS: Final = 86_400
_HIGHEST_MAX_BYTES: Final = 1_000_000_000

_CATALOGS: Final = Path(__file__).with_name("locale")

_HEADER_TEXT = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,298}[\x21-\x7e])?")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(?:/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person decided for their watch repository. Building one with a wrong value raises `UsageError`."""

    archive: Path | None = None
    """Repository that holds the archive; None for the git repository around the current folder."""
    branch: str = "archive"
    declarations: Path = Path("declarations")
    corrections: Path = Path("corrections")
    """Folder of what persons say against published verdicts; it may be absent."""
    transparency: Path = Path("transparency")
    """Folder of publishers of transparency reports and of messages that were pasted; it may be absent."""
    site: Path = Path("site")
    snapshots: Path = Path("snapshots")
    site_url: str | None = None
    """Address under which the site is published, ending in a slash; None where it is not published."""
    websub_hub: str | None = None
    """Address (https) of the WebSub hub that the feeds name; None for none. Only with `site_url`."""
    search: str = "auto"
    """`auto`: all words can be searched where Pagefind is installed; `none`: no page has a script."""
    title: str = "Policy Change Tracker"
    language: str = "en"
    """BCP 47 tag of the language in which the site speaks; one of `list_languages`. Commands speak English."""
    contact: str = ""
    """Address of a page or mailbox sent along with every request; `""` for none."""
    own_user_agent: str = ""
    """The file's `user_agent`; `""` where it states none. Read `user_agent`."""
    timezone: str = "UTC"
    """Name in the IANA time zone database. For display only: everything that is stored is UTC."""
    confirm_seconds: float = 20.0
    """How long after a new text is seen its document is looked at once more, before it is recorded; 0 for never."""
    max_bytes: int = 20_000_000
    """Largest body after decompression."""
    per_host_seconds: float = 1.0
    """Least time between two requests to one host."""
    connect_seconds: float = 10.0
    read_seconds: float = 30.0
    """Longest silence of a server within one answer."""
    total_seconds: float = 90.0
    """Longest time for one answer by the wall clock."""
    allow_private: bool = False
    """Whether addresses of private networks may be fetched."""
    respect_robots: bool = True

    def __post_init__(self) -> None:
        problem = next(_problems(self), None)
        if problem is not None:
            raise UsageError(problem)

    @property
    def user_agent(self) -> str:
        """What every request calls itself: the file's wording, or name, version and contact."""
        if self.own_user_agent:
            return self.own_user_agent
        product = f"PolicyChangeTracker/{__version__}"
        return f"{product} (+{self.contact})" if self.contact else product


def list_languages() -> tuple[str, ...]:
    """Return the tags of the languages in which a site can speak: English, and those that have a catalog."""
    return ("en", *sorted(path.stem for path in _CATALOGS.glob("*.po")))


def load_settings(path: Path | None, *, folder: Path) -> Settings:
    """Return the settings that the file at `path` states, with the defaults for what it leaves out.

    Without `path` it is `tracker.toml` in `folder`; where that is absent too, all settings are defaults. Paths are
    relative to the folder of the file.

    Raises:
        UsageError: If the file cannot be read or is not TOML, or has an unknown key, a wrong type or a wrong value. The
            message names the file and every key concerned.
    """
    file = path or folder / FILE_NAME
    base = file.parent
    table = _read_table(file, required=path is not None)
    problems = [f"{key!r} {cause}" for key, value in table.items() if (cause := _cause_against(key, value)) is not None]
    if problems:
        raise UsageError(f"{file}: {'; '.join(problems)}")
    stated = {_FIELDS.get(key, key): value for key, value in table.items()}
    for key in ("declarations", "corrections", "transparency", "site", "snapshots"):
        stated[key] = base / stated.get(key, key)
    if "archive" in stated:
        stated["archive"] = base / stated["archive"]
    if stated.get("site_url"):
        stated["site_url"] = f"{stated['site_url'].rstrip('/')}/"
    else:
        stated.pop("site_url", None)
    if not stated.get("websub_hub"):
        stated.pop("websub_hub", None)
    try:
        return Settings(**stated)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from error


def _read_table(file: Path, *, required: bool) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE_BYTES + 1)
    except FileNotFoundError as error:
        if not required:
            return {}
        raise UsageError(f"{file}: there is no such file; 'tracker init' writes one") from error
    except OSError as error:
        raise UsageError(f"{file}: the file cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_FILE_BYTES:
        raise UsageError(f"{file}: the file is larger than {_LARGEST_FILE_BYTES:,} bytes")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: the file is not UTF-8 at byte {error.start}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{file}: the file is not TOML: {error}") from error


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_path(value: object) -> bool:
    return isinstance(value, str) and bool(value) and value.isprintable()


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


#: Keys of the file, what each takes, and how to say so.
_KEYS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    **dict.fromkeys(
        ("archive", "declarations", "corrections", "transparency", "site", "snapshots"), (_is_path, "a path in quotes")
    ),
    **dict.fromkeys(
        ("branch", "site_url", "websub_hub", "search", "title", "language", "contact", "user_agent", "timezone"),
        (_is_text, "a text in quotes"),
    ),
    **dict.fromkeys(
        ("confirm_seconds", "per_host_seconds", "connect_seconds", "read_seconds", "total_seconds"),
        (_is_number, "a number"),
    ),
    "max_bytes": (_is_integer, "a whole number"),
    **dict.fromkeys(("allow_private", "respect_robots"), (_is_flag, "true or false")),
}
_SEARCHES: Final = ("auto", "none")
_FIELDS: Final = {"user_agent": "own_user_agent"}


def _cause_against(key: str, value: object) -> str | None:
    if key not in _KEYS:
        near = get_close_matches(key, _KEYS, n=1)
        return f"is no setting; did you mean {near[0]!r}?" if near else "is no setting"
    fits, expected = _KEYS[key]
    return None if fits(value) else f"must be {expected}"


def _problems(settings: Settings) -> Iterator[str]:
    """Yield what is wrong with the values of `settings`, one sentence each."""
    for name, text in (("contact", settings.contact), ("user_agent", settings.own_user_agent)):
        if text and not _HEADER_TEXT.fullmatch(text):
            yield f"'{name}' must be at most 300 printable ASCII characters: it is sent in a header"
    if not settings.title.strip() or not settings.title.isprintable():
        yield "'title' must be one line of text"
    if settings.language not in list_languages():
        known = ", ".join(list_languages())
        yield f"'language' is {settings.language!r}, in which no site can speak yet: there are {known}"
    if settings.site_url is not None and not _is_site_url(settings.site_url):
        yield "'site_url' must be an http or https address without credentials, query or fragment, ending in a slash"
    if settings.search not in _SEARCHES:
        yield f"'search' must be one of {', '.join(map(repr, _SEARCHES))}"
    if settings.websub_hub is not None:
        yield from _problems_of_hub(settings.websub_hub, settings.site_url)
    if not _is_timezone(settings.timezone):
        yield f"'timezone' is {settings.timezone!r}, which the time zone database does not know: try 'Europe/Paris'"
    if not _BRANCH.fullmatch(settings.branch) or re.search(r"\.\.|\.(?:lock)?(?:/|$)", settings.branch):
        yield "'branch' must be a plain name of a git branch, such as 'archive'"
    yield from _problems_of_limits(settings)
    yield from _problems_of_folders(settings)


def _problems_of_limits(settings: Settings) -> Iterator[str]:
    # The comparisons are written so that NaN, a number of TOML, fails them.
    if not 1 <= settings.max_bytes <= _HIGHEST_MAX_BYTES:
        yield f"'max_bytes' must lie between 1 and {_HIGHEST_MAX_BYTES:,}"
    for name in ("connect_seconds", "read_seconds", "total_seconds"):
        if not 0 < getattr(settings, name) <= _LONGEST_SECONDS:
            yield f"'{name}' must be greater than 0 and at most {_LONGEST_SECONDS:,}"
    for name in ("confirm_seconds", "per_host_seconds"):
        if not 0 <= getattr(settings, name) <= _LONGEST_SECONDS:
            yield f"'{name}' must lie between 0 and {_LONGEST_SECONDS:,}"


def _problems_of_folders(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each folder that the tracker rewrites and that holds something which it must not touch."""
    kept = {
        "declarations": settings.declarations,
        "corrections": settings.corrections,
        "transparency": settings.transparency,
        "archive": settings.archive,
    }
    rewritten = {"site": settings.site, "snapshots": settings.snapshots}
    for name, folder in rewritten.items():
        others = (kept | rewritten).items()
        inside = [other for other, path in others if other != name and path is not None and _is_within(path, folder)]
        yield from (f"'{name}' is rewritten by the tracker and cannot hold '{other}'" for other in inside)


def _is_within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _problems_of_hub(hub: str, site_url: str | None) -> Iterator[str]:
    parts = _split_plain(hub)
    if parts is None or parts.scheme != "https" or parts.fragment:
        yield "'websub_hub' must be an https address without credentials or fragment"
    if site_url is None:
        yield "'websub_hub' needs 'site_url': a hub knows a feed by its address"


def _is_site_url(url: str) -> bool:
    parts = _split_plain(url)
    return (
        parts is not None
        and parts.scheme in {"http", "https"}
        and url.endswith("/")
        and not (parts.query or parts.fragment)
    )


def _split_plain(url: str) -> SplitResult | None:
    """Return the parts of an address with a host that can stand anywhere unescaped; None for any other text."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises ValueError where it is no port
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and not re.search(r'[\s\\"<>@]', url)
    return parts if plain and parts.hostname else None


def _is_timezone(name: str) -> bool:
    if name == "UTC":  # true even on a machine without the database
        return True
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a folder of the database, such as 'Europe'
        return False
    return True
