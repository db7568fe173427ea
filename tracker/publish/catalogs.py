"""Where the catalogs of translated messages are, and how one is read."""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from tracker.errors import RenderError

#: One file a language, named by its BCP 47 tag: `de.po`. A wheel carries them inside the package.
CATALOGS = Path(__file__).resolve().parents[1] / "locale"
#: The language of the messages themselves: it needs no catalog.
_OWN = "en"


def load_catalog(code: str, *, folder: Path = CATALOGS) -> NullTranslations:
    """Return the translated messages of the language `code`; for English one that translates nothing.

    The file is the source that translators edit: it is compiled here, each time, so that no other file can lag behind.

    Raises:
        RenderError: If there is no catalog of the language, or it cannot be read.
    """
    if code == _OWN:
        return NullTranslations()
    # A tenth of a second that no English site and no command without a site is to wait for.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    path = folder / f"{code}.po"
    try:
        with path.open("rb") as source:
            catalog = read_po(source, locale=code.replace("-", "_"), abort_invalid=True)
    except (OSError, ValueError, PoFileError) as error:
        raise RenderError(f"reading the messages in {code!r} from {path} failed: {error}") from error
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
