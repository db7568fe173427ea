"""The mark of words that are told to people in the language of a site."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, by which tools find what is to be translated
    """Return `message` as it is: it is translated where it is told (GNU gettext, section 4.7)."""
    return message
