"""Every pattern of the room against hostile strings: `python tests/classify/hostile.py SIZE STRINGS`.

Runs in a process of its own, so that all patterns are compiled under its eyes and a catastrophe can be stopped. Prints
one JSON line: how many patterns and strings there were, and those whose cost grows faster than the text. Cost is CPU
time, and compared only with itself: four times the text may cost eight times as much, never sixteen.
"""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import json
import pkgutil
import random
import re
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

GROWTH: Final = 8
#: What costs less (CPU seconds) is no catastrophe, and too short to be compared.
CHEAP_SECONDS: Final = 0.1
#: Where a single search is stopped.
MOST_SECONDS: Final = 3
_FIXED: Final = (
    "a", " ", "a ", "1 ", "a.", "A ", "1", "1.", ". ", "\n", "-", "--a", "'", "we ", "Ab Cd ", "a-b.c", "www.", "http://",
    "(a) ", "a's ", "1 day ", "\u00a0", "\u00e9", "\u00df\u0130", "_", "{", "a,", ";:", "$ 1,", "\u4e2d",
)  # fmt: skip
#: The first of them, with which each pattern is tried.
_ALWAYS: Final = 5
_CHARACTERS: Final = "a1 .-,x\n:/A'(_"
_parser: Any = importlib.import_module("re._parser")


def record_patterns() -> dict[str, re.Pattern[str]]:
    """Return source -> pattern for all that the room compiles, at its import and when it first reads its data.

    Of cues those of all languages together stand for those of each.
    """
    found: dict[str, re.Pattern[str]] = {}
    compile_plainly = re.compile

    def record(pattern: Any, flags: int = 0) -> Any:
        compiled = compile_plainly(pattern, flags)
        caller = inspect.currentframe()
        origin = caller.f_back.f_globals.get("__name__", "") if caller is not None and caller.f_back is not None else ""
        if origin.startswith("tracker.classify"):
            found[compiled.pattern] = compiled
        return compiled

    re.compile = record
    try:
        room = importlib.import_module("tracker.classify")
        names = [item.name for item in pkgutil.iter_modules(room.__path__)]
        modules = [importlib.import_module(f"{room.__name__}.{name}") for name in names]
        for module in modules:
            for _, value in inspect.getmembers(module, lambda one: isinstance(one, functools._lru_cache_wrapper)):
                if not inspect.signature(value).parameters:
                    value()
    finally:
        re.compile = compile_plainly
    cues = importlib.import_module("tracker.classify.cues").Cues
    single: set[str] = set()
    for item in gc.get_objects():
        if isinstance(item, cues):
            together = item.every_language.pattern
            single |= {pattern.pattern for pattern in item.by_language.values() if pattern.pattern != together}
    return {source: pattern for source, pattern in found.items() if source not in single}


def sample(pattern: re.Pattern[str], source: random.Random) -> str:
    """Return a string much like those that `pattern` finds: of each alternative one, of each repetition few or some."""
    parsed = _parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE | re.UNICODE)
    return "".join(_sample(parsed, source))


def _sample(parsed: Any, source: random.Random) -> Iterator[str]:  # noqa: C901 - one branch an operation
    for operation, value in parsed:
        name = str(operation)
        if name == "LITERAL":
            yield chr(value)
        elif name == "NOT_LITERAL":
            yield "a" if value != ord("a") else "b"
        elif name == "ANY":
            yield "a"
        elif name == "IN":
            yield _character(value, source)
        elif name == "BRANCH":
            yield from _sample(source.choice(value[1]), source)
        elif name == "SUBPATTERN":
            yield from _sample(value[-1], source)
        elif name == "ATOMIC_GROUP":
            yield from _sample(value, source)
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, repeated = value
            for _ in range(source.choice([least, min(int(most), least + 3)])):
                yield from _sample(repeated, source)


def _character(options: Any, source: random.Random) -> str:
    negated = str(options[0][0]) == "NEGATE"
    listed = [(str(name), value) for name, value in options if str(name) != "NEGATE"]
    fitting = [one for one in _CHARACTERS if any(_is_in(one, name, value) for name, value in listed) != negated]
    if not fitting and not negated:
        name, value = source.choice(listed)
        return chr(value[0] if name == "RANGE" else value)
    return source.choice(fitting or ["~"])


def _is_in(character: str, name: str, value: Any) -> bool:
    if name == "LITERAL":
        return ord(character) == int(value)
    if name == "RANGE":
        return bool(value[0] <= ord(character) <= value[1])
    kind = str(value).removeprefix("CATEGORY_")
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": lambda one: one.isalnum() or one == "_",
    }  # fmt: skip
    belongs: bool = tests[kind.removeprefix("NOT_")](character)
    return belongs != kind.startswith("NOT_")


def hostile_units(pattern: re.Pattern[str], source: random.Random) -> list[tuple[str, str]]:
    """Return (beginning, what is repeated after it): of the pattern's own words, and of what no words are."""
    units = [("", unit) for unit in _FIXED]
    for _ in range(6):
        found = sample(pattern, source) or "a"
        first = (found.split() or ["a"])[0]
        gaps = found.replace(" ", " x yy zzz x ")
        own = [
            ("", f"{found} "), ("", found), ("", f"{found[:-1]} "), ("", f"{found[:-1]}\u017f "),
            ("", f"{first} "), ("", first), ("", f"{first} a a a a "), ("", f"{gaps[:-1]} "), ("", f"{first}, "),
            (found[:-1], " "), (found[:-1], "a"), (found[:-1], " a"), (first, "a"), (f"{first} ", "1 "),
            ("", found.upper()), (found, "\n"), ("", found[: len(found) // 2]),
        ]  # fmt: skip
        units += own
    return [(start, unit) for start, unit in dict.fromkeys(units) if unit]


def cost(pattern: re.Pattern[str], text: str) -> float:
    """Return the CPU seconds of finding all of `pattern` in `text`; `MOST_SECONDS` where it was stopped."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, MOST_SECONDS)
    began = time.process_time()
    try:
        for _ in pattern.finditer(text):
            pass
        pattern.match(text)
        pattern.fullmatch(text)
    except TimeoutError:
        return MOST_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - began


def grows_too_fast(pattern: re.Pattern[str], start: str, unit: str, size: int) -> bool:
    """Return whether four times the text costs more than `GROWTH` times as much; it ends in what fits nowhere."""

    def text(length: int) -> str:
        return (start + unit * (length // len(unit) + 1))[:length] + "~"

    whole = cost(pattern, text(size))
    if whole < CHEAP_SECONDS or whole == MOST_SECONDS:
        return whole == MOST_SECONDS
    part = max(cost(pattern, text(size // 4)) for _ in range(2))
    return min(whole, cost(pattern, text(size))) > GROWTH * part


def main() -> None:
    """Try the usual strings of `SIZE` characters and `STRINGS` others with each pattern, the same at each run."""
    size, strings = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600))
    patterns = record_patterns()
    wrong: list[list[str]] = []
    tried = 0
    for pattern in sorted(patterns):
        source = random.Random(pattern)  # noqa: S311 - the same strings each time
        units = hostile_units(patterns[pattern], source)
        chosen = units[:_ALWAYS] + source.sample(units[_ALWAYS:], min(strings, len(units) - _ALWAYS))
        for start, unit in chosen:
            tried += 1
            if grows_too_fast(patterns[pattern], start, unit, size):
                wrong.append([pattern[:200], start[:80], unit[:80]])
                break
    print(json.dumps({"patterns": len(patterns), "strings": tried, "wrong": wrong}))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
