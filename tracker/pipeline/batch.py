"""Comparing many pairs of texts that no archive holds: the rows of a batch, on all cores where they are many."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from typing import Any, Final

from tracker.errors import ExtractError, UsageError
from tracker.extract import parse_markdown
from tracker.model import JsonValue
from tracker.pipeline.pairs import compare_pair
from tracker.pipeline.workers import crew
from tracker.render import change_to_json

#: From so many bytes on, the start of processes costs less than they save: a core reads and judges one MB a second.
_MANY_BYTES: Final = 4_000_000
_ROWS_AT_ONCE: Final = 64


def compare_rows(lines: Iterable[bytes], *, total_bytes: int = 0) -> Generator[dict[str, JsonValue], None, None]:
    """Yield for each JSON line of `lines`, in order, its change object, or `{"id", "error"}` where it has a fault.

    Rows are `{"id", "old", "new", "language"?, "service"?, "terms"?}` with Markdown texts (DESIGN, section 7).

    Args:
        lines: One row each; empty ones are passed over.
        total_bytes: How long they are together, if known. Where that is much, all cores share the work, and lines are
            read ahead of the answers; else each answer comes before the next line is read.
    """
    rows = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    with crew(amount=total_bytes, least=_MANY_BYTES) as workers:
        batch = _ROWS_AT_ONCE if workers.are_processes else 1
        yield from workers.map(_answer, rows, batch=batch, weigh=_weigh, rescue=_answer_lost)


def _weigh(row: tuple[int, bytes]) -> int:
    return len(row[1])


def _answer(rows: tuple[tuple[int, bytes], ...]) -> list[dict[str, JsonValue]]:
    return [_answer_row(number, line) for number, line in rows]


def _answer_row(number: int, line: bytes) -> dict[str, JsonValue]:
    name: JsonValue = None
    try:
        row = _read_row(line)
        name = row.get("id")
        return _compare_row(row, number)
    except Exception as error:  # noqa: BLE001 - a row with a fault never ends the batch
        return {"id": name if _is_id(name) else f"line {number}", "error": str(error) or type(error).__name__}


def _answer_lost(row: tuple[int, bytes]) -> dict[str, JsonValue]:
    """Return what is said of a row on which a process ended."""
    number, line = row
    try:
        name = _read_row(line).get("id")
    except Exception:  # noqa: BLE001 - as above: the row has one fault more
        name = None
    message = "the system ended the process that compared these texts: they may need more memory than there is"
    return {"id": name if _is_id(name) else f"line {number}", "error": message}


def _is_id(value: object) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool)


def _name_of(row: dict[str, Any], number: int) -> str:
    return str(row["id"]) if _is_id(row.get("id")) else f"line {number}"


def _read_row(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UsageError(f"not UTF-8: {error}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not a JSON object: {error}") from error
    if not isinstance(row, dict):
        raise UsageError(f"not a JSON object but {type(row).__name__}")
    return row


def _compare_row(row: dict[str, Any], number: int) -> dict[str, JsonValue]:
    for key in ("old", "new"):
        if not isinstance(row.get(key), str):
            raise UsageError(f"{key!r} must be a Markdown text, not {type(row.get(key)).__name__}")
    language = row.get("language")
    if language is not None and not isinstance(language, str):
        raise UsageError("'language' must be a language tag such as 'en'")
    old, new = parse_markdown(row["old"]), parse_markdown(row["new"])
    if not old.clauses:
        raise ExtractError("'old' holds no text", reason="empty-text")
    pair = compare_pair(old, new, id=_name_of(row, number), language=language)
    changed = change_to_json(pair.change, pair.verdict, id=pair.id, trust="single")
    return changed | {"id": row["id"]} if _is_id(row.get("id")) else changed
