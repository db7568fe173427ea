"""The shortest edits between two strings of code points, by diff-match-patch: its C++ binding where that is installed.

Both are Myers' algorithm with the same choices, and give the same edits; the tests hold that. Neither is given a time
limit: a limit would make the result depend on the machine. Callers bound the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from diff_match_patch import diff_match_patch

try:
    import fast_diff_match_patch as _native
except ImportError:  # there are wheels for some versions of Python only
    _native = None

#: -1 deleted, 0 kept, 1 inserted; with the number of code points.
CodeEdit: TypeAlias = tuple[int, int]
Engine: TypeAlias = Callable[[str, str], list[CodeEdit]]

_FIRST_CODE: Final = 0x100
_SURROGATES: Final = 0xD800
_SURROGATE_COUNT: Final = 0x800
_SIGNS: Final = {"-": -1, "=": 0, "+": 1}


def diff_pure(old: str, new: str) -> list[CodeEdit]:
    """Return the edits from `old` to `new`, by the Python implementation."""
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    return [(sign, len(text)) for sign, text in differ.diff_main(old, new, False)]


def diff_native(old: str, new: str) -> list[CodeEdit]:
    """Return the edits from `old` to `new`, by the C++ binding."""
    if _native is None:
        raise RuntimeError("fast-diff-match-patch is not installed: pip install 'policy-change-tracker[fast]'")
    edits = _native.diff(old, new, timelimit=0, checklines=False, cleanup="No", counts_only=True)
    return [(_SIGNS[sign], count) for sign, count in edits]


def has_native() -> bool:
    """Whether the C++ binding is installed."""
    return _native is not None


def default_engine() -> Engine:
    """Return the fastest engine that is installed."""
    return diff_native if has_native() else diff_pure


def code_points() -> Iterator[str]:
    """Yield code points to stand for units, each once; none is a surrogate, which strings cannot hold on their own."""
    for place in range(0x110000 - _FIRST_CODE - _SURROGATE_COUNT):
        code = _FIRST_CODE + place
        yield chr(code if code < _SURROGATES else code + _SURROGATE_COUNT)
