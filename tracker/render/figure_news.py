"""News of transparency reports as entries of a feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid5

from tracker.model import FiguresNews, JsonValue, format_instant
from tracker.render.addresses import FEED_NAMESPACE
from tracker.render.figure_pages import publisher_path
from tracker.render.figure_words import tell_date, tell_period
from tracker.render.figures_json import news_row_to_json
from tracker.render.fingerprint import Digested, fingerprint
from tracker.render.language import Language
from tracker.render.site_context import SiteContext


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresItem(Digested):
    """An entry of a feed that is no change: new figures, revised ones, a report that is overdue."""

    name: str
    """Of the publisher."""
    news: FiguresNews
    is_made_up: bool
    id: str
    """Its feed id."""
    path: str
    """Of the publisher's page."""
    digest: str

    @property
    def seen_at(self) -> datetime:
        return self.news.at

    @property
    def updated_at(self) -> datetime:
        return self.news.at

    def headline(self, language: Language) -> str:
        """Return what is new, in a few words."""
        count = len({row.country for row in self.news.rows})
        countries = language.ngettext("%(num)s country", "%(num)s countries", count)
        period = "" if self.news.period is None else tell_period(self.news.period, language)
        if self.news.kind == "new-period":
            return language.gettext("Figures for %(period)s: %(countries)s", period=period, countries=countries)
        if self.news.kind == "revised":
            return language.gettext("Figures revised: %(countries)s", countries=countries)
        if self.news.kind == "withdrawn":
            return language.gettext("Figures withdrawn: %(countries)s", countries=countries)
        day = "" if self.news.due_by is None else tell_date(self.news.due_by, language)
        return language.gettext("Report for %(period)s overdue: it was due by %(day)s", period=period, day=day)

    def facts(self) -> dict[str, JsonValue]:
        """Return it for programs."""
        return {
            "publisher": self.name,
            "made_up": self.is_made_up,
            "figures": self.news.kind,
            "seen_at": format_instant(self.news.at),
            "due_by": None if self.news.due_by is None else self.news.due_by.isoformat(),
            "rows": [news_row_to_json(row) for row in self.news.rows],
        }


def list_news(context: SiteContext) -> Iterator[FiguresItem]:
    """Yield the news of all publishers, newest first."""
    items = [
        FiguresItem(
            name=figures.publisher,
            news=news,
            is_made_up=figures.is_made_up,
            id=f"urn:uuid:{uuid5(FEED_NAMESPACE, f'figures {figures.publisher} {news.key}')}",
            path=(path := publisher_path(context, figures)),
            digest=fingerprint(figures.publisher, news, figures.is_made_up, path),
        )
        for figures in context.model.figures
        for news in figures.news
    ]
    yield from sorted(items, key=lambda item: (-item.news.at.timestamp(), item.name, item.news.key))
