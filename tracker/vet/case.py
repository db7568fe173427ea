"""What the rules look at: a capture, measured against the document's own past."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tracker.model import Document, Snapshot, Version, fold_text

#: From this share of the old text on, or of the new text that is old, the past vouches for a page whatever it says.
_KEPT_ENOUGH: Final = 0.2
_FAMILIAR_ENOUGH: Final = 0.5
#: Characters below which a text may be an error page or a wall; the longest seen on real sites stay under it.
_SLIGHT_LENGTH: Final = 2_000
#: Words that count as one piece when two texts are compared: few enough to survive edits, enough not to be chance.
_SHINGLE_WORDS: Final = 4
#: Bytes of a page that are searched for its title and for marks of bot checks.
_HEAD_BYTES: Final = 262_144
_LONGEST_HEAD: Final = 160
_LONGEST_SEARCHED: Final = 4_000

# Scripts that write no spaces between words count by letters, or a whole clause would be one word.
_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD: Final = re.compile(f"[{_UNSPACED}]|[^\\W{_UNSPACED}]+")
_TITLE_JOINT: Final = re.compile(r" [|\u00b7\u2022>-]+ |: ")
_TRIMMED: Final = " .!?:;,-\u2026\u00bb\u203a*#\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A capture with its measures."""

    document: Document
    snapshots: tuple[Snapshot, ...]
    version: Version
    previous: tuple[Version, ...]
    """Newest first."""
    text: str
    """Folded text of the new version, one line a clause."""
    old_length: int
    """Characters of the newest previous text; 0 for a first capture."""
    kept: float
    """Share of the newest previous text, by runs of four words, that is still there; 0 for a first capture."""
    familiar: float
    """Share of the new text that stood in the newest previous one; 0 for a first capture."""
    heads: tuple[str, ...]
    """How the page presents itself: parts of its HTML title, its first heading, a short first clause; lower case."""

    @classmethod
    def of(
        cls, document: Document, snapshots: Sequence[Snapshot], version: Version, previous: Sequence[Version]
    ) -> Case:
        """Return the case of `version`."""
        text = version.text
        kept = familiar = 0.0
        old_length = 0
        if previous:
            old_text = previous[0].text
            old_length = len(old_text)
            old, new = _shingles(old_text), _shingles(text)
            shared = len(old & new)
            kept = shared / len(old) if old else 0.0
            familiar = shared / len(new) if new else 0.0
        return cls(
            document=document,
            snapshots=tuple(snapshots),
            version=version,
            previous=tuple(previous),
            text=text,
            old_length=old_length,
            kept=kept,
            familiar=familiar,
            heads=_heads(snapshots, version),
        )

    @property
    def length(self) -> int:
        return len(self.text)

    @property
    def has_past(self) -> bool:
        return bool(self.previous)

    @property
    def is_strange(self) -> bool:
        """Whether the document's past does not vouch for this text: a page that keeps its clauses is no error page."""
        return self.kept < _KEPT_ENOUGH and self.familiar < _FAMILIAR_ENOUGH

    @property
    def is_slight(self) -> bool:
        """Whether the text is short enough for an error page or a wall."""
        return self.length < max(_SLIGHT_LENGTH, self.old_length / 2)

    @property
    def is_known(self) -> bool:
        """Whether the very same text was recorded before."""
        digest = self.version.text_sha256
        return any(version.text_sha256 == digest for version in self.previous)

    @property
    def words(self) -> str:
        """The beginning of the text, in lower case, as one line."""
        return self.text[:_LONGEST_SEARCHED].lower().replace("\n", " ")

    @property
    def raw(self) -> tuple[bytes, ...]:
        """The beginning of each page as served, in lower case."""
        return tuple(snapshot.body[:_HEAD_BYTES].lower() for snapshot in self.snapshots)

    def is_headed(self, phrases: re.Pattern[str]) -> bool:
        """Return whether one of the page's heads is such a phrase, the whole of it."""
        return any(phrases.fullmatch(head) for head in self.heads)

    def was_redirected(self, segments: frozenset[str]) -> bool:
        """Return whether some address ended on a path with such a segment which it did not have itself."""
        return any((_segments(snapshot.final_url) - _segments(snapshot.url)) & segments for snapshot in self.snapshots)

    def remarks(self) -> tuple[str, ...]:
        """Return measures of a capture that differs much from the one before."""
        if self.has_past and self.is_strange and not self.is_known:
            return (f"It keeps {self.kept:.0%} of the text before; {self.familiar:.0%} of it stood there.",)
        return ()


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    if len(words) < _SHINGLE_WORDS:
        return frozenset({tuple(words)} if words else ())
    return frozenset(zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False))


def _segments(url: str) -> frozenset[str]:
    return frozenset(segment.lower() for segment in urlsplit(url).path.split("/") if segment)


def _heads(snapshots: Sequence[Snapshot], version: Version) -> tuple[str, ...]:
    found: list[str] = []
    for snapshot in snapshots:
        title = _html_title(snapshot)
        found.extend((title, *_TITLE_JOINT.split(title)))
    heading = next((clause.folded for clause in version.clauses if clause.kind == "heading"), "")
    first = version.clauses[0].folded if version.clauses else ""
    found.extend((heading, first))
    heads = (head.strip(_TRIMMED).lower() for head in found if len(head) <= _LONGEST_HEAD)
    return tuple(dict.fromkeys(head for head in heads if head))


def _html_title(snapshot: Snapshot) -> str:
    if snapshot.media_type not in {"text/html", "application/xhtml+xml"}:
        return ""
    page = snapshot.body[:_HEAD_BYTES]
    lower = page.lower()
    opening = lower.find(b"<title")
    start = lower.find(b">", opening) + 1
    end = lower.find(b"</title", start)
    if opening < 0 or start == 0 or end < 0:
        return ""
    return fold_text(html.unescape(page[start : min(end, start + 1_000)].decode("utf-8", "replace")))
