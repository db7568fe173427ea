"""The Jinja2 environment of every page: everything escaped, nothing undefined, nothing hidden."""

from __future__ import annotations

from datetime import datetime
from os import PathLike

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from tracker.model import find_retraction, format_instant
from tracker.render import words
from tracker.render.change_view import list_deceptions, list_unnamed
from tracker.render.comparison_view import tell_reach
from tracker.render.filter_pages import list_filters
from tracker.render.redline import clause_to_html, redline_to_html, safe_link, sides_to_html
from tracker.render.visible import mark_hidden, quote_html


def make_environment(templates: str | PathLike[str]) -> Environment:
    """Return an environment for the templates in the folder `templates`.

    Every value is escaped (`select_autoescape` would leave `.atom` and `.html.j2` raw), an undefined name is an error,
    and hidden characters come out as marks wherever a string is printed.
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
    )
    environment.filters.update(
        quote=quote_html,
        redline=redline_to_html,
        sides=sides_to_html,
        clause=clause_to_html,
        instant=_time,
        day=_day,
        contact=_contact,
        capitalise=words.capitalise,
    )
    environment.globals.update(
        KIND_WORDS=words.KIND_WORDS,
        KIND_MEANINGS=words.KIND_MEANINGS,
        EFFECT_WORDS=words.EFFECT_WORDS,
        EFFECT_MEANINGS=words.EFFECT_MEANINGS,
        EFFECT_SHAPES=words.EFFECT_SHAPES,
        TRUST_WORDS=words.TRUST_WORDS,
        TRUST_MEANINGS=words.TRUST_MEANINGS,
        FACET_WORDS=words.FACET_WORDS,
        FATE_WORDS=words.FATE_WORDS,
        FATE_MEANINGS=words.FATE_MEANINGS,
        OP_WORDS=words.OP_WORDS,
        OUTCOME_WORDS=words.OUTCOME_WORDS,
        STANDING_WORDS=words.STANDING_WORDS,
        RECORD_WORDS=words.RECORD_WORDS,
        CORRECTION_WORDS=words.CORRECTION_WORDS,
        find_retraction=find_retraction,
        tell_announcement=words.tell_announcement,
        tell_dates=words.tell_dates,
        tell_announcements=words.tell_announcements,
        is_coarse=words.is_coarse,
        is_unannounced=words.is_unannounced,
        shorten=words.shorten,
        tell_day=words.tell_day,
        tell_correction=words.tell_correction,
        tell_count=words.tell_count,
        tell_month=words.tell_month,
        tell_note=words.tell_note,
        tell_next_step=words.tell_next_step,
        tell_op=words.tell_op,
        tell_published=words.tell_published,
        tell_reach=tell_reach,
        tell_section=words.tell_section,
        tell_standing=words.tell_standing,
        tell_topic=words.tell_topic,
        tell_value=words.tell_value,
        format_instant=format_instant,
        list_deceptions=list_deceptions,
        list_filters=list_filters,
        list_unnamed=list_unnamed,
        safe_link=safe_link,
    )
    return environment


def _finalize(value: object) -> object:
    return mark_hidden(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _time(instant: datetime) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(format_instant(instant), words.tell_instant(instant))


def _day(instant: datetime) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(format_instant(instant)[:10], words.tell_day(instant))


def _contact(contact: str) -> Markup:
    """Return a contact as a link where it is an address of a page or of a mailbox."""
    address = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
    if safe_link(address) is None:
        return escape(mark_hidden(contact))
    return Markup('<a href="{}">{}</a>').format(mark_hidden(address), mark_hidden(contact))
