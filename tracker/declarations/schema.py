"""The shape of a declaration: Open Terms Archive's schema (engine 14) and that of our own options, with their bounds.

Belongs here: which keys there are, which values they take, and how a wrong one is described. Does not belong here:
rules across files, and what a declaration means (`documents.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from urllib.parse import urlsplit

import soupsieve
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from tracker.declarations.reading import Fault, printable
from tracker.model import parse_instant

#: Bounds on what a stranger may declare; the largest values in the 65 real files at hand stand behind each.
MOST_TERMS: Final = 200  # 9
MOST_SOURCES: Final = 100  # 18
MOST_SELECTORS: Final = 500  # 8
MOST_FILTERS: Final = 100  # 3
MOST_FORMER: Final = 1_000  # 4
LONGEST_SELECTOR: Final = 2_000  # 717; soupsieve takes up to 0.3 s for 2,000 characters
LONGEST_URL: Final = 2_000  # 124

#: Headers that the HTTP library or the fetcher owns: a declared one would break the request (RFC 9110, sections 7.2,
#: 7.6.1, 8.6, 10.1.1), make the body unreadable, or turn the answer into something other than the page.
FORBIDDEN_HEADERS: Final = frozenset(
    {
        "accept-encoding", "connection", "content-length", "expect", "host", "http2-settings", "if-match",
        "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "keep-alive", "proxy-authorization",
        "proxy-connection", "range", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    }
)  # fmt: skip

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)")
_UNSAFE_IN_URL = re.compile(r'[\x00-\x20\x7f\u0080-\u00a0\u2000-\u200f\u2028-\u202f\\<>"^`{|}]')
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?")

_SELECTOR, _RANGE, _LIST, _NAME, _CALL = "<selector>", "<range>", "<list>", "<name>", "<call>"
_TAGS = frozenset({_SELECTOR, _RANGE, _LIST, _NAME, _CALL})


def check_url(url: str) -> str:
    """Return `url` if it is an absolute http or https address without credentials.

    Raises:
        ValueError: If it is not; the message says why.
    """
    if _UNSAFE_IN_URL.search(url):
        raise ValueError("the address holds a space, a control character or a character that must be percent-encoded")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise ValueError("the address is not absolute: it must start with http:// or https://")
    if "@" in parts.netloc:
        raise ValueError("the address holds credentials: declarations are public")
    if not parts.hostname:
        raise ValueError("the address names no host")
    _ = parts.port  # raises ValueError where it is no port
    return url


def is_pdf(url: str) -> bool:
    """Whether `url` is declared as a PDF: its path ends in `.pdf`, in either case."""
    return urlsplit(url).path.casefold().endswith(".pdf")


def _check_selector(selector: str) -> str:
    try:
        soupsieve.compile(selector)
    except RecursionError:
        raise ValueError("bad selector: it nests too deeply") from None
    except (soupsieve.SelectorSyntaxError, ValueError, NotImplementedError) as error:
        reason = (str(error).splitlines() or [""])[0]
        raise ValueError(f"bad selector {printable(selector)!r}: {reason}") from error
    return selector


def check_instant(text: str) -> str:
    """Return `text` if it writes an instant with an offset.

    Raises:
        ValueError: If it does not; the message says how one is written.
    """
    if not _INSTANT.fullmatch(text):
        raise ValueError("this is no instant: write it like 2024-09-23T15:26:23Z, with an offset")
    try:
        parse_instant(text)
    except OverflowError:
        raise ValueError("this instant lies outside the years 1 to 9999") from None
    return text


def _check_language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError("this is no language tag (BCP 47): write it like 'en' or 'pt-BR'")
    return tag


def _check_headers(headers: dict[str, str]) -> dict[str, str]:
    folded: set[str] = set()
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{printable(name)!r} is no name of a header")
        if name.lower() in FORBIDDEN_HEADERS:
            raise ValueError(f"{name} is set by the tracker itself and cannot be declared")
        if name.lower() in folded:
            raise ValueError(f"{name} is declared twice: case makes no difference")
        if not _HEADER_VALUE.fullmatch(value):
            raise ValueError(f"the value of {name} is empty, too long, or holds a line break or a non-ASCII character")
        folded.add(name.lower())
    return headers


def _selector_tag(value: Any) -> str:
    return _RANGE if isinstance(value, dict | RangeModel) else _SELECTOR


def _selectors_tag(value: Any) -> str:
    return _LIST if isinstance(value, list) else _selector_tag(value)


def _filter_tag(value: Any) -> str:
    return _CALL if isinstance(value, dict) else _NAME


_Css: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_SELECTOR), AfterValidator(_check_selector)
]
_Url: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_URL), AfterValidator(check_url)]
_FilterName: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class RangeModel(_Strict):
    """A range object: one start and one end."""

    start_before: _Css = ""
    start_after: _Css = ""
    end_before: _Css = ""
    end_after: _Css = ""

    @model_validator(mode="after")
    def _has_one_start_and_one_end(self) -> RangeModel:
        for side in ("start", "end"):
            if sum(name.startswith(side) for name in self.model_fields_set) != 1:
                raise ValueError(f"a range has exactly one of {side}Before and {side}After")
        return self


SelectorModel: TypeAlias = Annotated[
    Annotated[_Css, Tag(_SELECTOR)] | Annotated[RangeModel, Tag(_RANGE)], Discriminator(_selector_tag)
]
SelectorsModel: TypeAlias = Annotated[
    Annotated[_Css, Tag(_SELECTOR)]
    | Annotated[RangeModel, Tag(_RANGE)]
    | Annotated[list[SelectorModel], Tag(_LIST), Field(max_length=MOST_SELECTORS)],
    Discriminator(_selectors_tag),
]
FilterModel: TypeAlias = Annotated[
    Annotated[_FilterName, Tag(_NAME)]
    | Annotated[dict[_FilterName, JsonValue], Tag(_CALL), Field(min_length=1, max_length=MOST_FILTERS)],
    Discriminator(_filter_tag),
]


class ExtractModel(_Strict):
    """The keys that a source and a combined document share. A key that is absent is not in `model_fields_set`."""

    select: SelectorsModel = Field(default_factory=list[SelectorModel])
    remove: SelectorsModel = Field(default_factory=list[SelectorModel])
    filter: list[FilterModel] = Field(default_factory=list[FilterModel], max_length=MOST_FILTERS)
    execute_client_scripts: bool = False


class SourceModel(ExtractModel):
    """One page."""

    fetch: _Url


class CombinedModel(ExtractModel):
    """A document put together from several pages."""

    combine: list[SourceModel] = Field(min_length=1, max_length=MOST_SOURCES)


class FormerSourceModel(SourceModel):
    """A former declaration of one page."""

    valid_until: Annotated[str, AfterValidator(check_instant)]


class FormerCombinedModel(CombinedModel):
    """A former declaration of several pages."""

    valid_until: Annotated[str, AfterValidator(check_instant)]


class ServiceModel(_Strict):
    """`<Service>.json`, its terms not yet looked at."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    imported_from: Annotated[str, StringConstraints(max_length=LONGEST_URL)] = ""
    terms: dict[str, JsonValue] = Field(min_length=1, max_length=MOST_TERMS)


class OptionsModel(_Strict):
    """Our own options for one terms type, in `<Service>.tracker.json`."""

    language: Annotated[str, AfterValidator(_check_language)] | None = None
    headers: Annotated[dict[str, str], Field(max_length=20), AfterValidator(_check_headers)] = Field(
        default_factory=dict
    )
    variant: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    min_length: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    notes: Annotated[str, StringConstraints(max_length=5_000)] | None = None


EntryModel: TypeAlias = SourceModel | CombinedModel
_Model = TypeVar("_Model", bound=BaseModel)


def read_model(model: type[_Model], value: Any, path: tuple[str | int, ...]) -> tuple[_Model | None, list[Fault]]:
    """Return `value` as a `model`, or None and everything that is wrong with it, placed below `path`."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        return None, [_fault(detail, model, path) for detail in details]


def read_entry(value: Any, path: tuple[str | int, ...], *, former: bool) -> tuple[EntryModel | None, list[Fault]]:
    """Return one declaration of a document, or None and everything that is wrong with it, placed below `path`."""
    model: type[EntryModel]
    if isinstance(value, Mapping) and "combine" in value:
        model = FormerCombinedModel if former else CombinedModel
    else:
        model = FormerSourceModel if former else SourceModel
    entry, faults = read_model(model, value, path)
    faults += (Fault((*path, *fault.path), fault.cause) for fault in _faults_across_keys(value))
    return (entry if not faults else None), faults


def _faults_across_keys(value: Any) -> Iterator[Fault]:
    """Yield what no key shows alone. Reads the raw value, so that it speaks up even where another key is wrong."""
    if not isinstance(value, Mapping):
        return
    if "combine" not in value:
        yield from _faults_of_page(value, inherited=frozenset(), path=())
        return
    if value.get("select") == []:
        yield Fault(("select",), "nothing is selected: name at least one selector or range")
    children = value["combine"]
    for index, child in enumerate(children[:MOST_SOURCES] if isinstance(children, list) else ()):
        if isinstance(child, Mapping):
            yield from _faults_of_page(child, inherited=frozenset(value), path=("combine", index))


def _faults_of_page(
    page: Mapping[str, Any], *, inherited: frozenset[str], path: tuple[str | int, ...]
) -> Iterator[Fault]:
    url = page.get("fetch")
    if isinstance(url, str) and _is_declared_pdf(url):
        needless = sorted({"select", "remove", "filter", "executeClientScripts"} & set(page))
        yield from (Fault((*path, key), "a PDF is taken whole: only fetch is allowed beside it") for key in needless)
    elif "select" not in page and "select" not in inherited:
        yield Fault((*path, "select"), "required key is missing: say which part of the page is the text")
    elif page.get("select") == []:
        yield Fault((*path, "select"), "nothing is selected: name at least one selector or range")


def _is_declared_pdf(url: str) -> bool:
    try:
        return is_pdf(url)
    except ValueError:  # an address that cannot be read is reported as such
        return False


def _fault(detail: Any, model: type[BaseModel], path: tuple[str | int, ...]) -> Fault:
    place = tuple(part for part in detail["loc"] if part not in _TAGS and part != "[key]")
    match detail["type"]:
        case "extra_forbidden":
            cause = _unknown_key(str(place[-1]), model)
        case "missing":
            cause = "required key is missing"
        case "model_type" | "dict_type" | "model_attributes_type":
            cause = "this must be an object"
        case "value_error":
            cause = str(detail["ctx"]["error"])
        case _:
            cause = str(detail["msg"])
    return Fault((*path, *place), cause)


def _unknown_key(key: str, model: type[BaseModel]) -> str:
    if key == "fetch" and issubclass(model, CombinedModel):
        return "a combined document has its addresses inside combine"
    known = [
        field.alias or name
        for known_model in (model, SourceModel, RangeModel)
        for name, field in known_model.model_fields.items()
    ]
    near = get_close_matches(key, known if issubclass(model, ExtractModel) else known[: len(model.model_fields)], n=1)
    return f"unknown key; did you mean {near[0]!r}?" if near else "unknown key"
