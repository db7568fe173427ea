"""What the JSON of the site looks like, as JSON Schema (draft 2020-12, json-schema.org/draft/2020-12/schema).

A schema names the keys that are there today and allows others: a later version of the tracker may add some under the
same name. Keys that vanish or change their meaning make a new name, such as `tracker.change/2`. What keys mean is told
in `docs/json.md` and `docs/machines.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias, get_args

from tracker.model import (
    EFFECTS,
    FACETS,
    HEADLINE_LIMIT,
    KINDS,
    MEASURES,
    TOPICS,
    Basis,
    DateStatus,
    JsonValue,
    Outcome,
    StandingState,
    Trust,
)
from tracker.render.change_json import SCHEMA as CHANGE
from tracker.render.words import ANNOUNCED_WORDS

Schema: TypeAlias = dict[str, JsonValue]

INDEX: Final = "tracker.api/1"
DOCUMENTS: Final = "tracker.documents/1"
CHANGES: Final = "tracker.changes/1"
WITHDRAWN: Final = "tracker.withdrawn/1"
FIGURES: Final = "tracker.transparency/1"

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def _text(**bounds: JsonValue) -> Schema:
    return {"type": "string", **bounds}


def _code(*values: str) -> Schema:
    return {"enum": list(values)}


def _list(items: Schema, **bounds: JsonValue) -> Schema:
    return {"type": "array", "items": items, **bounds}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """Return the schema of an object in which the keys of `required` stand always, those of `optional` sometimes."""
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


#: What several schemas have in common; each takes along those that it names.
_DEFS: Final[dict[str, Schema]] = {
    "instant": _text(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$", description="UTC"),
    "day": _text(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    "sha256": _text(pattern="^[0-9a-f]{64}$"),
    "commit": _text(pattern="^[0-9a-f]{40}$"),
    "urn": _text(pattern="^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    "link": _text(minLength=1, format="uri-reference", description="Relative to the file in which it stands"),
    "headline": _text(minLength=1, maxLength=HEADLINE_LIMIT),
    "kind": _code(*KINDS),
    "effect": _code(*EFFECTS),
    "topics": _list(_code(*TOPICS), uniqueItems=True),
    "trust": _code(*get_args(Trust)),
    "count": {"type": "integer", "minimum": 0},
    "section": _object({"number": _or_null(_text()), "title": _text(), "anchor": _or_null(_text())}),
    "moment": _object({"commit": _ref("commit"), "fetched_at": _ref("instant")}),
    "feeds": _object({extension: _ref("link") for extension in ("atom", "rss", "json")}),
    "own_date": _object(
        {
            "label": _text(),
            "printed": _text(),
            "day": _or_null(_text(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        },
        {"ambiguous": {"const": True}},
    ),
    "finding": _object({
        "facet": _code(*FACETS),
        "before": _or_null(_text()),
        "after": _or_null(_text()),
        "effect": _ref("effect"),
        "rule": _text(minLength=1),
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
    }),
    "announced": _object(
        {
            "status": _code(*ANNOUNCED_WORDS),
            "entry": _or_null(_text()),
            "date": _or_null(_text()),
        },
        {"lag_days": {"type": "number", "minimum": 0}},
    ),
}  # fmt: skip

_CLAUSE: Final = _object(
    {
        "op": _code("modified", "added", "removed", "moved"),
        "section": _ref("section"),
        "moved_from": _or_null(_ref("section")),
        "old": _text(),
        "new": _text(),
        "redline": _list({
            "type": "array",
            "prefixItems": [_code("=", "-", "+"), _text(minLength=1)],
            "items": False,
            "minItems": 2,
        }),
        "kind": _ref("kind"),
        "topics": _ref("topics"),
        "effect": _ref("effect"),
        "announced": _or_null(_ref("announced")),
        "findings": _list(_ref("finding")),
    },
    {
        "links": _list(_list(_text(), minItems=2, maxItems=2), minItems=1),
        "notes": _list(_text(minLength=1), minItems=1),
        "coarse": {"const": True},
    },
)  # fmt: skip

#: Rules of another version may have had other kinds, effects and topics.
_EARLIER: Final = _object({
    "rules": {"type": "integer", "minimum": 1},
    "judged_at": _ref("instant"),
    "kind": _text(),
    "material": {"type": "boolean"},
    "effect": _text(),
    "topics": _list(_text()),
    "headline": _text(),
    "change": _text(),
})  # fmt: skip

_PASSING: Final = _object(
    {"section": _ref("section"), "text": _text(), "came": _ref("moment"), "went": _ref("moment")},
    {"times": {"type": "integer", "minimum": 2}},
)

_CHANGE: Final = _object(
    {
        "schema": {"const": CHANGE},
        "id": _text(),
        "kind": _ref("kind"),
        "material": {"type": "boolean"},
        "effect": _ref("effect"),
        "topics": _ref("topics"),
        "trust": _ref("trust"),
        "headline": _ref("headline"),
        "broken": _or_null(_object({"reason": _text(minLength=1), "detail": _text()})),
        "stats": _object(dict.fromkeys(("clauses_changed", "words_added", "words_removed"), _ref("count"))),
        "clauses": _list(_CLAUSE),
    },
    {
        "dates": _object({
            "status": _code(*get_args(DateStatus)),
            "old": _or_null(_ref("own_date")),
            "new": _or_null(_ref("own_date")),
        }),
        "between": _list(_PASSING, minItems=1),
        "more_between": {"type": "integer", "minimum": 1},
        "rules": {"type": "integer", "minimum": 1},
        "judged_at": _or_null(_ref("instant")),
        "earlier": _list(_EARLIER),
    },
) | {
    "if": {"properties": {"kind": {"const": "broken"}}},
    "then": {
        "properties": {"broken": {"type": "object"}, "clauses": {"maxItems": 0}, "material": {"const": False}},
    },
    "else": {"properties": {"broken": {"type": "null"}}},
}  # fmt: skip

_WITHDRAWN: Final = _object({
    "schema": {"const": WITHDRAWN},
    "status": {"const": "withdrawn"},
    "why": _or_null(_text(minLength=1)),
    "see": _ref("link"),
})  # fmt: skip

_INDEX: Final = _object({
    "$schema": _ref("link"),
    "schema": {"const": INDEX},
    "title": _text(),
    "data_until": _ref("instant"),
    "documents": _object({"href": _ref("link"), "documents": _ref("count")}),
    "changes": _list(_object({
        "year": {"type": "integer"},
        "href": _ref("link"),
        "changes": _ref("count"),
        "set_aside": _ref("count"),
    })),
    "feeds": _object(dict.fromkeys(("all", "material", "silent"), _ref("feeds"))),
    "opml": _or_null(_ref("link")),
    "schemas": _list(_object({"schema": _text(), "href": _ref("link")})),
}, {"transparency": _list(_object({"publisher": _text(minLength=1), "href": _ref("link")}))})  # fmt: skip

_DOCUMENTS: Final = _object({
    "$schema": _ref("link"),
    "schema": {"const": DOCUMENTS},
    "documents": _list(_object({
        "document": _text(minLength=3),
        "vantage": _or_null(_text(minLength=1)),
        "service": _text(minLength=1),
        "service_name": _text(minLength=1),
        "terms_type": _text(minLength=1),
        "page": _ref("link"),
        "feeds": _ref("feeds"),
        "urls": _list(_text(minLength=1), minItems=1),
        "standing": _code(*get_args(StandingState)),
        "first_record_at": _or_null(_ref("instant")),
        "fetched_at": _ref("instant"),
        "last_seen_at": _or_null(_ref("instant")),
        "last_check": _or_null(_object({
            "checked_at": _ref("instant"),
            "outcome": _code(*get_args(Outcome)),
            "reason": _or_null(_text(minLength=1)),
        })),
        "commit": _or_null(_ref("commit")),
        "text_sha256": _ref("sha256"),
        "markdown_sha256": _ref("sha256"),
        "versions": _ref("count"),
        "changes": _ref("count"),
        "newest_change": _or_null(_ref("urn")),
    })),
})  # fmt: skip

_ROW: Final = _object({
    "id": _ref("urn"),
    "page": _ref("link"),
    "json": _ref("link"),
    "card": _ref("link"),
    "document": _text(minLength=3),
    "service_name": _text(minLength=1),
    "headline": _ref("headline"),
    "kind": _ref("kind"),
    "material": {"type": "boolean"},
    "effect": _ref("effect"),
    "topics": _ref("topics"),
    "trust": _ref("trust"),
    "alert": {"type": "boolean"},
    "unannounced": {"type": "boolean"},
    "last_seen_old": _ref("instant"),
    "first_seen_new": _ref("instant"),
    "confirmed_at": _or_null(_ref("instant")),
    "updated_at": _ref("instant"),
    "old_text_sha256": _ref("sha256"),
    "new_text_sha256": _ref("sha256"),
})  # fmt: skip

_CHANGES: Final = _object({
    "$schema": _ref("link"),
    "schema": {"const": CHANGES},
    "year": {"type": "integer"},
    "changes": _list(_ROW),
    "set_aside": _list(_ROW),
})  # fmt: skip


_PERIOD: Final[dict[str, Schema]] = {"from": _ref("day"), "to": _ref("day")}
_COUNTRY: Final[dict[str, Schema]] = {"country": _text(pattern="^[A-Z]{3}$"), **_PERIOD}
_PART: Final = _object({**_PERIOD, "value": _ref("count"), "sign": {"enum": [1, -1]}})
_FIGURE: Final = _object({
    "value": _or_null(_ref("count")),
    "basis": _code(*get_args(Basis)),
    "others": _list(_ref("count")),
})  # fmt: skip
_DUE: Final = _or_null(
    _object({**_PERIOD, "by": _ref("day"), "promised": {"type": "boolean"}, "overdue": {"type": "boolean"}})
)
_FIGURES: Final = _object({
    "schema": {"const": FIGURES},
    "publisher": _text(minLength=1),
    "made_up": {"type": "boolean"},
    "document": _or_null(_text(minLength=3)),
    "rows": _list(_object({
        **_COUNTRY,
        "requests": _or_null(_ref("count")),
        "users": _or_null(_ref("count")),
        "disputed": {"type": "boolean"},
    })),
    "series": _list(_object({**_COUNTRY, "requests": _FIGURE, "users": _FIGURE}, {"received": _FIGURE})),
    "derived": _list(_object({
        **_COUNTRY,
        "measure": _code(*MEASURES),
        "value": _ref("count"),
        "reported": _or_null(_ref("count")),
        "parts": _list(_PART, minItems=1),
    })),
    "contradictions": _list(_object({
        "country": _text(pattern="^[A-Z]{3}$"),
        "measure": _code(*MEASURES),
        "kind": _code("differs", "sum", "part"),
        "whole": _PART,
        "parts": _list(_PART, minItems=1),
        "text": _text(minLength=1),
    })),
    "due": {"type": "object", "additionalProperties": _DUE},
    "due_overall": _DUE,
    "cadence": _or_null(_object({
        "months": {"type": "integer", "minimum": 1},
        "since": _ref("instant"),
        "before": _or_null({"type": "integer", "minimum": 1}),
    })),
    "sources": _list(_object({
        "name": _text(minLength=1),
        "url": _text(),
        "fetched_at": _ref("instant"),
        "versions": _ref("count"),
        "sha256": _text(),
        "credit": _text(),
    })),
}, {"$schema": _ref("link")})  # fmt: skip


def _names(schema: Any) -> set[str]:
    """Return the definitions that `schema` names, and those that they name."""
    if isinstance(schema, list):
        return {name for item in schema for name in _names(item)}
    if not isinstance(schema, dict):
        return set()
    found = {name for item in schema.values() for name in _names(item)}
    if isinstance(schema.get("$ref"), str):
        name = schema["$ref"].rpartition("/")[2]
        found |= {name} | _names(_DEFS[name])
    return found


def _whole(name: str, told: str, schema: Schema) -> Schema:
    head: Schema = {"$schema": _DIALECT, "title": name, "description": told}
    return head | schema | {"$defs": {key: _DEFS[key] for key in _DEFS if key in _names(schema)}}


_TOLD: Final[dict[str, tuple[str, Schema]]] = {
    INDEX: ("What the JSON interface of a site holds", _INDEX),
    DOCUMENTS: ("The documents that a site watches", _DOCUMENTS),
    CHANGES: ("The changes of a year, by the first sight of the new text, newest first", _CHANGES),
    CHANGE: ("One change, clause by clause", _CHANGE),
    FIGURES: ("What a publisher says it gave to authorities, by country and quarter", _FIGURES),
    WITHDRAWN: ("What stands at the address of a change that no longer stands", _WITHDRAWN),
}

#: Name -> schema, whole: it names no other file.
SCHEMAS: Final[dict[str, Schema]] = {name: _whole(name, told, schema) for name, (told, schema) in _TOLD.items()}


def schema_path(name: str) -> str:
    """Return where the schema of a name stands: of `tracker.change/1` at `api/schema/change-1.json`.

    Not at `change.json`, by which people find changes in a copy of the site.
    """
    return f"api/schema/{name.removeprefix('tracker.').replace('/', '-')}.json"
