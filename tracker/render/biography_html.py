"""A clause's biography as one page that needs no other file."""

from __future__ import annotations

from jinja2 import Environment

from tracker.model import Biography
from tracker.render.biography_view import lay_out_biography, tell_history, tell_subject


def biography_to_html(biography: Biography, *, environment: Environment) -> str:
    """Return the biography as a page: what `tracker history --format html` prints.

    Args:
        biography: Whose lives.
        environment: From `make_environment`.
    """
    chapters = lay_out_biography(biography)
    return environment.get_template("biography.html").render(
        biography=biography,
        chapters=chapters,
        title=tell_subject(biography),
        history=tell_history(biography),
    )
