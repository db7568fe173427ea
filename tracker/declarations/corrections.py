"""Reading the folder of corrections: every good one, and every error of the others.

Belongs here: how a correction is written, and its bounds. Does not belong here: which change it names, and what
follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, JsonValue, StringConstraints

from tracker.declarations.reading import MOST_ERRORS, Fault, printable, read_json
from tracker.declarations.schema import check_instant, read_model
from tracker.errors import CorrectionError
from tracker.model import TOPICS, Correction, CorrectionField, CorrectionValue, parse_instant, problem_of_value

#: Bounds on what a folder may hold. Corrections are made by hand.
MOST_FILES: Final = 5_000
MOST_IN_A_FILE: Final = 1_000
_LONGEST_NAME: Final = 2_000
_LONGEST_REASON: Final = 2_000
_LONGEST_BY: Final = 200
_LONGEST_PATH: Final = 4_096
_LONGEST_CAUSE: Final = 1_000
#: Clocks differ; an instant that lies further ahead is a slip of the pen, and would top every feed for years.
_LEEWAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCorrections:
    """What a folder of corrections says, and what is wrong with it."""

    corrections: tuple[Correction, ...] = ()
    """By file, then in the order of the file."""
    errors: tuple[CorrectionError, ...] = ()
    """Likewise."""


def _check_line(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("this must be one line of visible text, and not empty")
    return text.strip()


class CorrectionModel(BaseModel):
    """One correction, its value not yet looked at."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    change: Annotated[str, StringConstraints(max_length=_LONGEST_NAME), AfterValidator(_check_line)]
    field: CorrectionField
    value: JsonValue
    reason: Annotated[str, StringConstraints(max_length=_LONGEST_REASON), AfterValidator(_check_line)]
    by: Annotated[str, StringConstraints(max_length=_LONGEST_BY), AfterValidator(_check_line)]
    at: Annotated[str, AfterValidator(check_instant)]


def load_corrections(folder: Path, *, now: datetime) -> LoadedCorrections:
    """Return everything that the `.json` files in `folder` correct; a folder that is absent corrects nothing.

    Folders below it and files whose name starts with a dot are not read.

    Args:
        folder: Where the files are.
        now: The moment (UTC): what claims to be of tomorrow is refused.
    """
    try:
        found = sorted(folder.iterdir())
    except FileNotFoundError:
        return LoadedCorrections()
    except OSError as error:
        cause = f"the folder of corrections cannot be read: {error.strerror}; mend it, or name another in tracker.toml"
        return LoadedCorrections(errors=(_error(folder, Fault((), cause)),))
    paths = [path for path in found if path.suffix == ".json" and not path.name.startswith(".")]
    loaded = load_correction_files(paths[:MOST_FILES], now=now)
    if len(paths) <= MOST_FILES:
        return loaded
    cause = f"the folder holds {len(paths):,} files, and {MOST_FILES:,} are read: put several corrections into one file"
    return LoadedCorrections(corrections=loaded.corrections, errors=(*loaded.errors, _error(folder, Fault((), cause))))


def load_correction_files(paths: list[Path], *, now: datetime) -> LoadedCorrections:
    """Return everything that the files at `paths` correct, in that order; see `load_corrections`."""
    corrections: list[Correction] = []
    errors: list[CorrectionError] = []
    for path in paths:
        wrong: list[CorrectionError] = []
        for found in _read_file(path, now):
            if isinstance(found, Correction):
                corrections.append(found)
            else:
                wrong.append(_error(path, found))
        errors += wrong[:MOST_ERRORS]
        if len(wrong) > MOST_ERRORS:
            errors.append(_error(path, Fault((), f"{len(wrong) - MOST_ERRORS} more errors in this file")))
    return LoadedCorrections(corrections=tuple(corrections), errors=tuple(errors))


def _read_file(path: Path, now: datetime) -> Iterator[Correction | Fault]:
    value, faults = read_json(path)
    if faults:
        yield from faults
        return
    if isinstance(value, dict):
        yield from _read_correction(value, (), path, now)
    elif isinstance(value, list):
        if len(value) > MOST_IN_A_FILE:
            cause = (
                f"the file holds {len(value):,} corrections, and {MOST_IN_A_FILE:,} are read: spread them over files"
            )
            yield Fault((), cause)
        for number, item in enumerate(value[:MOST_IN_A_FILE]):
            yield from _read_correction(item, (number,), path, now)
    else:
        yield Fault(
            (), "the file must hold one correction (an object) or a list of them; docs/corrections.md shows one"
        )


def _read_correction(
    value: JsonValue, place: tuple[str | int, ...], path: Path, now: datetime
) -> Iterator[Correction | Fault]:
    row, faults = read_model(CorrectionModel, value, place)
    if row is None:
        yield from faults
        return
    wanted = _wanted(row.value)
    problem = problem_of_value(row.field, wanted)
    if problem is not None:
        yield Fault((*place, "value"), problem)
        return
    at = parse_instant(row.at).replace(microsecond=0)
    if at > now + _LEEWAY:
        yield Fault((*place, "at"), f"{row.at} lies ahead: write the moment at which the correction was decided")
        return
    yield Correction(
        change=row.change,
        field=row.field,
        value=wanted,  # type: ignore[arg-type] # `problem_of_value` has looked at it
        reason=row.reason,
        by=row.by,
        at=at,
        file=str(path),
        place=".".join(map(str, place)),
    )


def _wanted(value: JsonValue) -> CorrectionValue | object:
    """Return a value of JSON as a correction holds it: known topics in their own order."""
    if not isinstance(value, list):
        return value
    topics = tuple(value)
    known = all(isinstance(topic, str) and topic in TOPICS for topic in topics)
    return tuple(sorted(topics, key=lambda topic: TOPICS.index(str(topic)))) if known else topics


def correction_error(correction: Correction, cause: str, *, key: str = "") -> CorrectionError:
    """Return the error that says what is wrong with `correction`, at its `key`."""
    place = (*(correction.place.split(".") if correction.place else ()), *((key,) if key else ()))
    return _error(Path(correction.file), Fault(place, cause))


def _error(path: Path, fault: Fault) -> CorrectionError:
    return CorrectionError(
        file=printable(str(path), longest=_LONGEST_PATH),
        path=".".join(printable(str(part)) for part in fault.path),
        cause=printable(fault.cause, longest=_LONGEST_CAUSE),
    )
