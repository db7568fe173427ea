"""Writing a declaration: a new service, or one more terms type of a known one."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from tracker.declarations.reading import LARGEST_FILE_BYTES, Fault, errors_of, read_json
from tracker.declarations.service import causes_against_service, fold_name, read_declaration
from tracker.errors import DeclarationError
from tracker.model import JsonValue, Source


def add_terms(folder: Path, service: str, terms_type: str, source: Source) -> Path:
    """Write `source` as the `terms_type` of `service` into `folder` and return the file's path.

    The file is valid for Open Terms Archive, has two spaces of indent, keeps what it held and the order of it, and is
    replaced in one step: a kill leaves the old file or the new.

    Raises:
        DeclarationError: If the terms type is already declared, if the service differs from a known one by case or
            Unicode normalisation alone, if the file that is there has errors, or if the new entry would be wrong.
    """
    path = folder / f"{service}.json"

    def refuse(faults: list[Fault]) -> None:
        if faults:
            raise errors_of(faults[:1], file=str(path), service=service)[0]

    refuse([Fault((), cause) for cause in causes_against_service(service)])
    folder.mkdir(parents=True, exist_ok=True)
    known = (other.name for other in folder.glob("*.json"))
    alike = [name for name in known if fold_name(name) == fold_name(path.name) and name != path.name]
    refuse([Fault((), f"the service differs by case or Unicode normalisation alone from {name}") for name in alike])

    value: JsonValue = {"name": service, "terms": {}}
    if path.exists():
        value, unreadable = read_json(path)
        refuse(list(unreadable))
        refuse(read_declaration(value)[1])
    if not isinstance(value, dict) or not isinstance(terms := value["terms"], dict):
        raise TypeError("a declaration without faults holds terms")
    if terms_type in terms:
        refuse([Fault(("terms", terms_type), "is already declared; edit the file to change it")])
    added = value | {"terms": terms | {terms_type: _entry_of(source)}}
    refuse(read_declaration(added)[1])
    content = f"{json.dumps(added, ensure_ascii=False, indent=2)}\n".encode()
    if len(content) > LARGEST_FILE_BYTES:
        refuse([Fault((), f"the file would be larger than {LARGEST_FILE_BYTES:,} bytes")])
    try:
        _replace(path, content)
    except OSError as error:
        raise DeclarationError(file=str(path), path="", cause=f"cannot be written: {error.strerror}") from error
    return path


def _entry_of(source: Source) -> JsonValue:
    """Return the source as a person would write it: a lone selector without a list around it."""
    entry = source.to_dict()
    for key in ("select", "remove"):
        listed = entry.get(key)
        if isinstance(listed, list) and len(listed) == 1:
            entry[key] = listed[0]
    return dict(entry)


def _replace(path: Path, content: bytes) -> None:
    """Make `content` what the file at `path` holds, on disk, in one step."""
    # mkstemp makes a private file, a declaration is for all to read: it keeps its mode, or has the usual one.
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".declaration-", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
