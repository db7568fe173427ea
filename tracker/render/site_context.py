"""What every page of a site needs: where things stand, the changes in their order, the way to render a template."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, partial
from itertools import groupby
from typing import Any, Final, Protocol, TypeAlias

from jinja2 import Environment

from tracker.model import ChangeReport, DocumentKey, DocumentReport, PublisherFigures
from tracker.render.addresses import Addresses, make_slug, picture_of, relative
from tracker.render.clause_addresses import ClauseAddresses
from tracker.render.draft import Draft, Painter
from tracker.render.fingerprint import fingerprint, fingerprint_without
from tracker.render.language import Language, language_of
from tracker.render.listing import Dossier, Entry, KnownDossier, Listing, newest_first
from tracker.render.site_model import SiteModel
from tracker.render.words import capitalise, tell_topic

Page: TypeAlias = tuple[str, str]

#: Changes on the front page; all of them stand on the pages of their months.
FRONT_PAGE_CHANGES: Final = 40
#: Width and height of the picture that stands for a change where it is shared, in pixels.
CARD_SIZE: Final = (1200, 630)
#: Where the list of all feeds stands, for feed readers to take in.
OPML_PATH: Final = "feeds/feeds.opml"
#: Stem of the feed of transparency reports.
TRANSPARENCY_FEED: Final = "feeds/transparency"
#: Feed formats: file name extension -> (media type, name).
FEED_FORMATS: Final = {
    "atom": ("application/atom+xml", "Atom"),
    "rss": ("application/rss+xml", "RSS"),
    "json": ("application/feed+json", "JSON Feed"),
}
#: What of the site no page of a document or a change tells, so that it need not be written again for their sake.
_BEYOND_DOCUMENTS: Final = ("documents", "dossiers", "held", "published", "has_search", "figures")


class Recall(Protocol):
    """Remembers texts between builds."""

    def __call__(self, name: str, make: Callable[[], str]) -> str:
        """Return what `make` gave when it was first asked for `name`, a digest of all on which that depends."""


def _make_anew(name: str, make: Callable[[], str]) -> str:  # noqa: ARG001 - nothing is remembered
    return make()


class SiteContext:
    """The model with what every page needs: addresses, entries and the way to render a template."""

    def __init__(
        self,
        model: SiteModel,
        environment: Environment,
        *,
        recall: Recall = _make_anew,
        painter: Painter | None = None,
    ) -> None:
        """Lay out `model`.

        Args:
            model: What the site tells.
            environment: From `make_environment`.
            recall: Keeps parts of pages between builds; by default nothing is kept.
            painter: Draws pictures as PNG; needed where `model` names one.
        """
        self.model = model
        self.environment = environment
        self.recall = recall
        self.painter = painter
        self.language = language_of(environment)
        """In which the pages speak: the model's."""
        if self.language.code != model.language:
            raise ValueError(f"the site speaks {model.language!r}, its templates {self.language.code!r}")
        self._dossiers: dict[DocumentKey, Dossier] = {
            item.document: item for item in (*map(KnownDossier, model.documents), *model.dossiers)
        }
        self.addresses = Addresses({key: dossier.first_at for key, dossier in self._dossiers.items()})
        listings = [
            dossier.listing(self.addresses.document_stem(key)) for key, dossier in self._dossiers.items()
        ]  # fmt: skip
        self.listings: tuple[Listing, ...] = tuple(sorted(listings, key=_sort_name))
        """The documents by name."""
        self.entries = {listing.document: listing.entries for listing in self.listings}
        every = newest_first([entry for entries in self.entries.values() for entry in entries])
        self.events = tuple(entry for entry in every if not entry.is_set_aside)
        """Changes that count as events, of all documents, newest first."""
        self.told = tuple(entry for entry in every if not entry.is_doubtful)
        """Likewise, and those that were events until a person retracted them: what feeds tell."""
        self.every = every
        """Likewise, and those set aside."""
        self.services: dict[str, tuple[Listing, ...]] = {
            service: tuple(group) for service, group in groupby(self.listings, lambda item: item.document.service)
        }
        self._clauses: dict[DocumentKey, ClauseAddresses] = {}
        self._changes: dict[DocumentKey, dict[str, ChangeReport]] = {}
        self._lineage_inputs: dict[DocumentKey, str] = {}

    # ------------------------------------------------------------------------------------------------------- documents

    @property
    def data_until(self) -> datetime:
        """The newest instant that the site knows of; the Unix epoch where it knows nothing."""
        instants = (listing.newest_at for listing in self.listings if listing.newest_at is not None)
        return max(instants, default=datetime.fromtimestamp(0, tz=UTC))

    def find_listing(self, stem: str) -> Listing | None:
        """Return the document whose pages stand in the folder `stem`; None where there is none any more."""
        return next((listing for listing in self.listings if listing.stem == stem), None)

    @cached_property
    def years(self) -> tuple[str, ...]:
        """The years with any event, newest first."""
        return tuple(sorted({entry.year for entry in self.events}, reverse=True))

    def report(self, document: DocumentKey) -> DocumentReport:
        """Return all of a document; it is read for that."""
        return self._dossiers[document].report()

    def state_of(self, document: DocumentKey) -> str | None:
        """Return the digest of all that a document's report tells; None where nobody knows it."""
        return self._dossiers[document].state

    def change(self, entry: Entry) -> ChangeReport:
        """Return all of a change; its document is read for that."""
        if entry.document not in self._changes:
            self._changes[entry.document] = {
                change.event.slug: change for change in self.report(entry.document).changes
            }  # fmt: skip
        return self._changes[entry.document][entry.slug]

    def clauses(self, report: DocumentReport) -> ClauseAddresses:
        """Return where the lives of the document's clauses are told; its history is followed for that.

        Raises:
            ValueError: If nobody follows them.
        """
        if report.lives is None:
            raise ValueError(f"nobody follows the clauses of {report.document}")
        if report.document not in self._clauses:
            stem = self.addresses.document_stem(report.document)
            self._clauses[report.document] = ClauseAddresses(stem, report.lives.follow())
        return self._clauses[report.document]

    # ---------------------------------------------------------------------------------------------------------- inputs

    @cached_property
    def settings_inputs(self) -> str:
        """The digest of what pages of every document tell of the site itself."""
        # Every page leads to the figures, where there are any.
        return fingerprint(fingerprint_without(self.model, _BEYOND_DOCUMENTS), bool(self.model.figures))

    @cached_property
    def figures_inputs(self) -> str:
        """The digest of all figures of transparency reports."""
        return fingerprint(*self._figures_inputs.values())

    def figures_inputs_of(self, figures: PublisherFigures) -> str:
        """Return the digest of the figures of one publisher."""
        return self._figures_inputs[figures.publisher]

    @cached_property
    def _figures_inputs(self) -> dict[str, str]:
        return {figures.publisher: fingerprint(figures) for figures in self.model.figures}

    @cached_property
    def publisher_stems(self) -> dict[str, str]:
        """The folder of each publisher's pages on transparency reports, from the site's root, by the publisher's name.

        Of publishers whose names make one slug, the one of which something was known first keeps it, so that one that
        comes later moves nobody.
        """
        stems: dict[str, str] = {}
        for figures in sorted(self.model.figures, key=_seniority):
            stem = f"transparency/{make_slug(figures.publisher)}"
            is_taken = stem in stems.values()
            stems[figures.publisher] = f"{stem}-{fingerprint(figures.publisher)[:8]}" if is_taken else stem
        return stems

    def figures_of(self, document: DocumentKey) -> PublisherFigures | None:
        """Return the figures that the policy `document` governs; None where there are none."""
        name = (document.service, document.terms_type)
        return next(
            (
                figures
                for figures in self.model.figures
                if figures.document is not None and (figures.document.service, figures.document.terms_type) == name
            ),
            None,
        )

    def inputs_of(self, entry: Entry) -> str:
        """Return the digest of all that tells the pages of one change from those of others."""
        return fingerprint(self.settings_inputs, entry.inputs)

    def lineage_inputs_of(self, report: DocumentReport) -> str:
        """Return the digest of all that tells where the lives of the document's clauses stand: it follows none."""
        if report.document not in self._lineage_inputs:
            self._lineage_inputs[report.document] = fingerprint(
                report.lives is not None,
                self.addresses.document_stem(report.document),
                report.timeline.records,
                report.timeline.events,
                report.withheld,
            )
        return self._lineage_inputs[report.document]

    def clause_inputs_of(self, report: DocumentReport) -> str:
        """Return the digest of all that tells the pages of the document's clauses from those of others.

        They tell of its texts and events, and lead to its changes; of verdicts they tell nothing.
        """
        return fingerprint(
            self.settings_inputs,
            self.lineage_inputs_of(report),
            report.service_name,
            report.language,
            report.document,
            tuple((entry.slug, entry.path) for entry in self.entries[report.document]),
        )

    # --------------------------------------------------------------------------------------------------------- writing

    @property
    def has_opml(self) -> bool:
        """Whether there is a list of feeds for feed readers: they need whole addresses."""
        return self.model.base_url is not None

    def url(self, path: str) -> str | None:
        """Return the absolute address of the page or file at `path`; None where nobody knows the site's."""
        base_url = self.model.base_url
        return None if base_url is None else base_url + path.removesuffix("index.html")

    @cached_property
    def _common_feeds(self) -> tuple[tuple[str, str], ...]:
        every, material = self.language.gettext("All changes"), self.language.gettext("Material changes")
        return ("feeds/all", every), ("feeds/material", material)

    def draft(self, path: str, template: str, *, inputs: str | None = None, **values: Any) -> Draft:
        """Return the page at `path` that `write` writes, with the digest of all that is handed to it.

        Args:
            path: From the site's root.
            template: Its name.
            inputs: Digest of what `values` tell, where it is known; by default it is taken of them.
            values: As `write` takes them.

        Raises:
            TypeError: If one of `values` is of a kind that nobody can tell from others by looking.
        """
        told = fingerprint(values) if inputs is None else inputs
        return Draft(
            path=path,
            write=partial(self.write, path, template, **values),
            inputs=fingerprint(self.settings_inputs, path, template, told),
        )

    def write_of(self, listing: Listing, path: str, template: str, **values: Any) -> str:
        """Return the text of a page of a document, as `write` does, with what all of these name."""
        report = self.report(listing.document)
        return self.write(
            path,
            template,
            feeds=own_feeds(listing),
            report=report,
            name=listing.name,
            quoted=self.language.quoted(report.language),
            **values,
        )

    def write(
        self,
        path: str,
        template: str,
        *,
        feeds: tuple[tuple[str, str], ...] = (),
        card: str | None = None,
        **values: Any,
    ) -> str:
        """Return the text of the page at `path`.

        Args:
            path: From the site's root.
            template: Its name.
            feeds: (stem, title) of those that it announces before the site's own.
            card: Path of the picture that stands for it where it is shared; None where it has none.
            values: What else the template names.
        """
        announced = (*feeds, *self._common_feeds)
        return self.environment.get_template(template).render(
            site=self.model,
            path=path,
            link=lambda target: relative(path, target),
            canonical=self.url(path),
            card=None if card is None else self.url(card if self.model.pictures is None else picture_of(card)),
            card_type="image/svg+xml" if self.model.pictures is None else "image/png",
            card_size=CARD_SIZE,
            is_article=card is not None,
            feed_links=tuple(
                (relative(path, f"{stem}.{extension}"), f"{title} ({name})", media_type)
                for stem, title in announced
                for extension, (media_type, name) in FEED_FORMATS.items()
            ),
            opml=relative(path, OPML_PATH) if self.has_opml else None,
            addresses=self.addresses,  # for pages of one document, whose inputs hold where it stands
            **values,
        )


def _seniority(figures: PublisherFigures) -> tuple[datetime, str]:
    known = (item.at for country in figures.countries for item in country.stated if item.at is not None)
    return min(known, default=figures.until), figures.publisher


def _sort_name(listing: Listing) -> tuple[str, str, str, str]:
    key = listing.document
    return (key.service.casefold(), key.service, key.terms_type.casefold(), str(key))


def document_feed(listing: Listing) -> tuple[str, str]:
    """Return (stem, title) of the document's feed."""
    return f"feeds/{listing.stem}", listing.name


def service_feed(listing: Listing) -> tuple[str, str]:
    """Return (stem, title) of the feed of the service to which a document belongs."""
    return f"feeds/{listing.service_slug}", listing.service_name


def own_feeds(listing: Listing) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return the feeds that a page of a document announces: its own, and its service's."""
    return document_feed(listing), service_feed(listing)


def topic_feed(topic: str, language: Language) -> tuple[str, str]:
    """Return (stem, title) of the feed of a topic."""
    return f"feeds/topics/{topic}", capitalise(tell_topic(topic, language))
