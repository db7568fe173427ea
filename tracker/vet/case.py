"""What the rules look at: a text, measured against the document's own past."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from tracker.model import Document, Snapshot, Source, Version, fold_text
from tracker.vet.language import foreign_language
from tracker.vet.likeness import Excerpt, find_excerpt, is_cut, share_within
from tracker.vet.phrases import DOCUMENT_ENDS, DOCUMENT_NAMES
from tracker.vet.sketch import Sketch, count_sentences, count_unspaced, sketch_text, trim_heads

#: From this share of the old text on, or of the new text that is old, the past vouches for a page whatever it says.
_KEPT_ENOUGH: Final = 0.2
_FAMILIAR_ENOUGH: Final = 0.5
_MUCH_CHANGED: Final = 0.6
#: Characters below which a text may be an error page or a wall; the longest seen on real sites stay under it.
_SLIGHT_LENGTH: Final = 2_000
#: Bytes of a page that are searched for its title and for marks of bot checks, and at its end for its closing tag.
_HEAD_BYTES: Final = 262_144
_TAIL_BYTES: Final = 4_096

#: What makes prose: walls and errors have a sentence or two.
_SENTENCE_WORDS: Final = 8
_PROSE_SENTENCES: Final = 3
_UNSPACED_WEIGHT: Final = 3
_DAY: Final = timedelta(days=1)

_TITLE_JOINT: Final = re.compile(r" [|\u00b7\u2022>-]+ |: ")
_HTML_TYPES: Final = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text with its measures, and the capture that it comes from where that is known."""

    sketch: Sketch
    past: Sketch | None
    """Of the newest text recorded before; None for a first one."""
    known: AbstractSet[str]
    """Digests of the texts recorded before."""
    kept: float
    """Share of the newest previous text, by runs of four words, that is still there; 0 for a first one."""
    familiar: float
    """Share of the new text that stood in the newest previous one; 0 for a first one."""
    excerpt: Excerpt | None
    """Whether the new text is nothing but the beginning, or another part, of the newest previous one; None for a text
    that dates itself later, since a page that was cut by accident does not."""
    heads: tuple[str, ...]
    """How the page presents itself: its HTML title, its first heading, a short first clause; lower case."""
    title_parts: tuple[str, ...] = ()
    """Parts of longer HTML titles: names of the page, of the site, of what else the site offers; lower case."""
    language: str | None = None
    """As declared (BCP 47)."""
    min_length: int | None = None
    """As declared, in characters."""
    sources: tuple[Source, ...] = ()
    """As declared; none where the text comes without a declaration."""
    snapshots: tuple[Snapshot, ...] = ()
    """One for each source; none where the text comes without its pages."""
    past_snapshots: tuple[Snapshot, ...] = ()
    """The pages of the newest previous text, where they are at hand."""
    names: tuple[str, ...] = ()
    """What another archive calls the snapshots that the text was made from; none where it does not say."""
    parts: int = 1
    """How many pages the text is put together from."""
    dated: date | None = None
    """The day by which the text dates itself; one that lay ahead when it was captured announces another edition."""
    past_dated: date | None = None
    """That of the newest previous text."""

    @classmethod
    def of(
        cls,
        document: Document,
        snapshots: Sequence[Snapshot],
        version: Version,
        previous: Sequence[Version],
        past_snapshots: Sequence[Snapshot] = (),
        *,
        at: datetime | None = None,
        past_at: datetime | None = None,
    ) -> Case:
        """Return the case of a capture: of `version`, made from `snapshots`, after `previous`, newest first."""
        sketch = sketch_text(version)
        titles = [_html_title(snapshot) for snapshot in snapshots]
        parts = [part for title in titles for part in _TITLE_JOINT.split(title)]
        return cls.measure(
            sketch,
            past=sketch_text(previous[0]) if previous else None,
            known=frozenset(old.text_sha256 for old in previous),
            heads=tuple(dict.fromkeys((*trim_heads(titles), *sketch.heads))),
            title_parts=trim_heads(parts),
            language=document.options.language,
            min_length=document.options.min_length,
            sources=document.sources,
            snapshots=tuple(snapshots),
            past_snapshots=tuple(past_snapshots),
            parts=len(document.sources),
            at=at,
            past_at=past_at,
        )

    @classmethod
    def measure(
        cls,
        sketch: Sketch,
        *,
        past: Sketch | None,
        known: AbstractSet[str],
        language: str | None,
        heads: tuple[str, ...] | None = None,
        title_parts: tuple[str, ...] = (),
        min_length: int | None = None,
        sources: tuple[Source, ...] = (),
        snapshots: tuple[Snapshot, ...] = (),
        past_snapshots: tuple[Snapshot, ...] = (),
        names: tuple[str, ...] = (),
        parts: int = 1,
        at: datetime | None = None,
        past_at: datetime | None = None,
    ) -> Case:
        """Return the case of a text. A past in another language than declared tells nothing, and counts as none.

        `at` and `past_at` are when the text and the newest previous one were captured first (UTC), where that is known.
        """
        if past is not None and language is not None and foreign_language(past.languages, expected=language):
            past = None
        return cls(
            sketch=sketch,
            past=past,
            known=known,
            kept=share_within(past, sketch) if past is not None else 0.0,
            familiar=share_within(sketch, past) if past is not None else 0.0,
            excerpt=find_excerpt(past, sketch) if past is not None and not _is_dated_anew(past, sketch) else None,
            heads=sketch.heads if heads is None else heads,
            title_parts=title_parts,
            language=language,
            min_length=min_length,
            sources=sources,
            snapshots=snapshots,
            past_snapshots=past_snapshots,
            names=names,
            parts=parts,
            dated=sketch.dated_by(_newest_day(at)),
            past_dated=past.dated_by(_newest_day(past_at)) if past is not None else None,
        )

    @property
    def length(self) -> int:
        return self.sketch.length

    @property
    def old_length(self) -> int:
        """Characters of the newest previous text; 0 for a first one."""
        return self.past.length if self.past is not None else 0

    @property
    def is_cut(self) -> bool:
        """Whether the text ends within the newest previous one."""
        return self.past is not None and self.excerpt is not None and is_cut(self.past, self.sketch)

    @property
    def has_past(self) -> bool:
        return self.past is not None

    @property
    def is_strange(self) -> bool:
        """Whether the document's past does not vouch for this text: a page that keeps its clauses is no error page."""
        return self.kept < _KEPT_ENOUGH and self.familiar < _FAMILIAR_ENOUGH

    @property
    def is_much_changed(self) -> bool:
        """Whether much of the text before is gone, or much of the new one did not stand there."""
        return min(self.kept, self.familiar) < _MUCH_CHANGED

    @property
    def is_slight(self) -> bool:
        """Whether the text is short enough for an error page or a wall."""
        return self.length < max(_SLIGHT_LENGTH, self.old_length / 2)

    @property
    def is_known(self) -> bool:
        """Whether the very same text was recorded before."""
        return self.sketch.text_sha256 in self.known

    @property
    def words(self) -> str:
        """The beginning of the text, in lower case, as one line."""
        return self.sketch.opening

    @property
    def raw(self) -> tuple[bytes, ...]:
        """The beginning of each page as served, in lower case."""
        return tuple(snapshot.body[:_HEAD_BYTES].lower() for snapshot in self.snapshots)

    @property
    def is_unclosed(self) -> bool:
        """Whether some page opens as an HTML document and does not end as one."""
        return any(_is_closed(snapshot) is False for snapshot in self.snapshots)

    @property
    def was_closed(self) -> bool:
        """Whether all pages of the newest previous text ended as HTML documents do; False where they are not known."""
        return bool(self.past_snapshots) and all(_is_closed(snapshot) for snapshot in self.past_snapshots)

    def is_headed(self, phrases: re.Pattern[str]) -> bool:
        """Return whether one of the page's heads is such a phrase, the whole of it.

        A part of a title does not tell of a page that reads as a policy: sites name there what else they offer. Nor
        does a head that ends as names of documents do.
        """
        convicting = [head for head in (*self.heads, *self.title_parts) if phrases.fullmatch(head)]
        if not convicting or not self.reads_as_policy:
            return bool(convicting)
        return any(head in self.heads and head.split()[-1] not in DOCUMENT_ENDS for head in convicting)

    @property
    def reads_as_policy(self) -> bool:
        """Whether the page calls itself by a document's name, and its text has several whole sentences."""
        is_named = any(DOCUMENT_NAMES.search(head) for head in (*self.heads, *self.title_parts))
        return is_named and count_sentences(self.words, words=_SENTENCE_WORDS) >= _PROSE_SENTENCES

    @property
    def weight(self) -> int:
        """Characters of the text, of which a letter that is about a word by itself counts as three."""
        return self.length + (_UNSPACED_WEIGHT - 1) * count_unspaced(self.words)

    def was_redirected(self, segments: frozenset[str]) -> bool:
        """Return whether some address ended on a path with such a segment which it did not have itself."""
        return any((_segments(snapshot.final_url) - _segments(snapshot.url)) & segments for snapshot in self.snapshots)

    def remarks(self) -> tuple[str, ...]:
        """Return measures of a capture that differs much from the one before."""
        if self.has_past and self.is_strange and not self.is_known:
            return (f"It keeps {self.kept:.0%} of the text before; {self.familiar:.0%} of it stood there.",)
        return ()


def _newest_day(at: datetime | None) -> date | None:
    """Return the last day by which a text captured then can date itself: somewhere it is a day later than in UTC."""
    return at.astimezone(UTC).date() + _DAY if at is not None else None


def _is_dated_anew(old: Sketch, new: Sketch) -> bool:
    return old.dated is not None and new.dated is not None and new.dated > old.dated


def _segments(url: str) -> frozenset[str]:
    return frozenset(segment.lower() for segment in urlsplit(url).path.split("/") if segment)


def _is_closed(snapshot: Snapshot) -> bool | None:
    """Return whether an HTML document ends with its closing tag; None for what never opened one."""
    if snapshot.media_type not in _HTML_TYPES or b"<html" not in snapshot.body[:_TAIL_BYTES].lower():
        return None
    end = snapshot.body[-_TAIL_BYTES:].lower()
    return b"</html" in end or b"</body" in end


def _html_title(snapshot: Snapshot) -> str:
    if snapshot.media_type not in _HTML_TYPES:
        return ""
    page = snapshot.body[:_HEAD_BYTES]
    lower = page.lower()
    opening = lower.find(b"<title")
    start = lower.find(b">", opening) + 1
    end = lower.find(b"</title", start)
    if opening < 0 or start == 0 or end < 0:
        return ""
    return fold_text(html.unescape(page[start : min(end, start + 1_000)].decode("utf-8", "replace")))
