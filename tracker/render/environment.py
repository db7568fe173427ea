"""The Jinja2 environment of every page: everything escaped, nothing undefined, nothing hidden, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from os import PathLike
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tracker.model import find_retraction, format_instant
from tracker.render import figure_words, words
from tracker.render.change_view import list_deceptions, list_unnamed
from tracker.render.comparison_view import tell_reach
from tracker.render.filter_pages import list_filters
from tracker.render.language import ENGLISH, Language
from tracker.render.listing import by_day
from tracker.render.redline import clause_to_html, redline_to_html, safe_link, sides_to_html
from tracker.render.visible import mark_hidden, quote_html


def make_environment(templates: str | PathLike[str], language: Language = ENGLISH) -> Environment:
    """Return an environment for the templates in the folder `templates`, whose messages are told in `language`.

    Every value is escaped (`select_autoescape` would leave `.atom` and `.html.j2` raw), an undefined name is an error,
    and hidden characters come out as marks wherever a string is printed, within a message too.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined] # Jinja2's i18n extension declares it at run time
    environment.globals.update(_messages(language), language=language)
    environment.filters.update(_filters(language))
    environment.globals.update(_words(language))
    environment.globals.update(
        EFFECT_SHAPES=words.EFFECT_SHAPES,
        find_retraction=find_retraction,
        is_coarse=words.is_coarse,
        is_unannounced=words.is_unannounced,
        shorten=words.shorten,
        by_day=by_day,
        format_instant=format_instant,
        list_deceptions=list_deceptions,
        list_unnamed=list_unnamed,
        safe_link=safe_link,
    )
    return environment


def _messages(language: Language) -> dict[str, Any]:
    """Return what `{% trans %}` and `_()` call: messages are HTML, the values in them are not."""

    def fill(message: str, values: Mapping[str, object]) -> Markup:
        return Markup(message) % {name: _finalize(value) for name, value in values.items()}  # noqa: S704 - ours

    def gettext(message: str, /, **values: object) -> Markup:
        return fill(language.catalog.gettext(message), values)

    def ngettext(one: str, many: str, number: int, /, **values: object) -> Markup:
        told = language.catalog.ngettext(one, many, number)
        return fill(told, {**values, "num": language.number(number)})

    def pgettext(context: str, message: str, /, **values: object) -> Markup:
        return fill(language.catalog.pgettext(context, message), values)

    return {"gettext": gettext, "_": gettext, "ngettext": ngettext, "pgettext": pgettext}


def _filters(language: Language) -> dict[str, Any]:
    return {
        "quote": quote_html,
        "redline": partial(redline_to_html, language=language),
        "sides": partial(sides_to_html, language=language),
        "clause": clause_to_html,
        "instant": partial(_time, language=language),
        "day": partial(_day, language=language),
        "contact": _contact,
        "capitalise": words.capitalise,
        "uncapitalise": words.uncapitalise,
        "english": partial(_english, language=language),
        "translated": language.gettext,
        "number": language.number,
        "decimal": language.decimal,
    }


def _words(language: Language) -> dict[str, Any]:
    """Return the words of every code, and what tells a value in words."""
    return {
        "KIND_WORDS": language.words(words.KIND_WORDS),
        "KIND_MEANINGS": language.words(words.KIND_MEANINGS),
        "EFFECT_WORDS": language.words(words.EFFECT_WORDS),
        "EFFECT_MEANINGS": language.words(words.EFFECT_MEANINGS),
        "TRUST_WORDS": language.words(words.TRUST_WORDS),
        "TRUST_MEANINGS": language.words(words.TRUST_MEANINGS),
        "FACET_WORDS": language.words(words.FACET_WORDS),
        "FATE_WORDS": language.words(words.FATE_WORDS),
        "FATE_MEANINGS": language.words(words.FATE_MEANINGS),
        "OP_WORDS": language.words(words.OP_WORDS),
        "OUTCOME_WORDS": language.words(words.OUTCOME_WORDS),
        "STANDING_WORDS": language.words(words.STANDING_WORDS),
        "RECORD_WORDS": language.words(words.RECORD_WORDS),
        "CLAUSE_WORDS": language.words(words.CLAUSE_WORDS),
        "CORRECTION_WORDS": language.words(words.CORRECTION_WORDS),
        "tell_announcement": partial(words.tell_announcement, language=language),
        "tell_announcements": partial(words.tell_announcements, language=language),
        "tell_cadence": partial(figure_words.tell_cadence, language=language),
        "tell_contradiction": partial(figure_words.tell_contradiction, language=language),
        "tell_correction": partial(words.tell_correction, language=language),
        "tell_day": partial(words.tell_day, language=language),
        "tell_dates": partial(words.tell_dates, language=language),
        "tell_due": partial(figure_words.tell_due, language=language),
        "tell_figure": partial(figure_words.tell_figure, language=language),
        "tell_month": partial(words.tell_month, language=language),
        "tell_next_step": partial(words.tell_next_step, language=language),
        "tell_note": partial(_note, language=language),
        "tell_op": partial(words.tell_op, language=language),
        "tell_period": partial(figure_words.tell_period, language=language),
        "tell_published": partial(words.tell_published, language=language),
        "tell_reach": partial(tell_reach, language=language),
        "tell_section": partial(words.tell_section, language=language),
        "tell_standing": partial(words.tell_standing, language=language),
        "tell_sum": partial(figure_words.tell_sum, language=language),
        "tell_tally": partial(figure_words.tell_tally, language=language),
        "tell_topic": partial(words.tell_topic, language=language),
        "tell_value": partial(words.tell_value, language=language),
        "list_filters": partial(list_filters, language),
    }


def _finalize(value: object) -> object:
    return mark_hidden(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _time(instant: datetime, language: Language) -> Markup:
    told = words.tell_instant(instant, language)
    return Markup('<time datetime="{}">{}</time>').format(format_instant(instant), told)


def _day(instant: datetime, language: Language) -> Markup:
    told = words.tell_day(instant, language)
    return Markup('<time datetime="{}">{}</time>').format(format_instant(instant)[:10], told)


def _english(text: str, language: Language) -> str | Markup:
    """Return words that are English in every language, such as a headline; marked so on pages of another one."""
    if language.code == ENGLISH.code:
        return text
    return Markup('<span lang="en">{}</span>').format(_finalize(text))


def _note(note: str, language: Language) -> str | Markup:
    """Return a note as `tell_note` does, its code in `language`; what the comparer says beside it is English."""
    if language.code == ENGLISH.code:
        return words.tell_note(note)
    message, told = words.read_note(note)
    shown = _english(told, language)
    return escape(language.catalog.gettext(message)) % {"told": shown} if message else shown


def _contact(contact: str) -> Markup:
    """Return a contact as a link where it is an address of a page or of a mailbox."""
    address = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
    if safe_link(address) is None:
        return escape(mark_hidden(contact))
    return Markup('<a href="{}">{}</a>').format(mark_hidden(address), mark_hidden(contact))
