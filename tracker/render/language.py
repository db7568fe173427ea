"""The language in which a page speaks: messages, plural forms and numbers.

A message is known by its English words, as GNU gettext has it; `tracker/locale/` holds one catalog for each other
language. Belongs here: how a message becomes words. Does not belong here: which messages there are, and where a catalog
is read (`tracker.publish`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations
from typing import TypeVar

from jinja2 import Environment
from markupsafe import Markup

_Code = TypeVar("_Code", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language with its catalog."""

    code: str
    """BCP 47 tag, such as `de`."""
    catalog: NullTranslations = field(compare=False, repr=False)

    def gettext(self, message: str, /, **values: object) -> str:
        """Return `message` in this language, with `values` in their places: `%(day)s`."""
        return _fill(self.catalog.gettext(message), values)

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        """Return the form that goes with `number`, which stands at `%(num)s`."""
        told = self.catalog.ngettext(one, many, number)
        return _fill(told, {"num": self.number(number), **values})

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """Return `message` as it is said in `context`: one English word can be two elsewhere."""
        return _fill(self.catalog.pgettext(context, message), values)

    def words(self, table: Mapping[_Code, str]) -> dict[_Code, str]:
        """Return `table` with its values, which are messages, in this language."""
        return {code: self.gettext(message) for code, message in table.items()}

    def number(self, value: int) -> str:
        """Return `value` in digits, with marks between thousands."""
        return f"{value:,}".replace(",", self.pgettext("between thousands", ","))

    def decimal(self, value: float, places: int) -> str:
        """Return `value` with that many decimal places."""
        whole, point, rest = f"{value:,.{places}f}".partition(".")
        mark = self.pgettext("before decimals", ".") if point else ""
        return whole.replace(",", self.pgettext("between thousands", ",")) + mark + rest

    def foreign(self, code: str | None) -> str | None:
        """Return what `lang` is to say of words quoted from a document in the language `code`; None for nothing.

        Nothing where it is the page's own. Where nobody declared it, pages in English say nothing, as they always did,
        and others that it is unknown: `""` (HTML, section 3.2.6.2).
        """
        if code == self.code or (code is None and self.code == ENGLISH.code):
            return None
        return code or ""

    def quoted(self, code: str | None) -> Markup:
        """Return the attribute `lang` for words quoted from a document in the language `code`, as `foreign` has it."""
        told = self.foreign(code)
        return Markup() if told is None else Markup(' lang="{}"').format(told)


def language_of(environment: Environment) -> Language:
    """Return the language in which the pages of `environment` speak."""
    language = environment.globals["language"]
    if not isinstance(language, Language):
        raise TypeError(f"an environment speaks a language, not {language!r}")
    return language


def _fill(message: str, values: Mapping[str, object]) -> str:
    return message % values if values else message


#: The language of the messages themselves.
ENGLISH = Language(code="en", catalog=NullTranslations())
