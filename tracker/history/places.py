"""Where an address is: a document's own place, a home page, another host. Told from addresses and rows alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tracker.model import PROVING_OUTCOMES, Check


def _read_words(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: A name of a start page.
_START_PAGE: Final = re.compile(r"(?:index|home|default)(?:\.[a-z]{3,5})?")
_LONGEST_HOME: Final = 40
_MOST_LOCALES: Final = 2
_MOST_PARAMETERS: Final = 50
#: ISO 639-1, and codes that it had before.
LANGUAGES: Final = _read_words(
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en"
    " eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw"
    " ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na"
    " nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq"
    " sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)
#: ISO 3166-1, and the codes in use for Kosovo, the United Kingdom and Latin America (UN M.49). Two that stand for
#: "terms and conditions" and "privacy notice" more often than for Turks and Caicos and Pitcairn are left out.
REGIONS: Final = _read_words(
    "ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz ca"
    " cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh er es et fi fj fk fm fo fr ga"
    " gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp"
    " ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms"
    " mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pr ps pt pw py qa re ro rs ru"
    " rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz td tf tg th tj tk tl tm tn to tr tt tv tw tz ua"
    " ug um us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw xk uk 419"
)
#: Scripts that tell two forms of one written language apart (ISO 15924).
_SCRIPTS: Final = frozenset({"cyrl", "hans", "hant", "latn"})
#: Parameters that choose no page: they say in which language, from where, or that something was not found.
_SILENT_PARAMETERS: Final = _read_words(
    "lang language locale hl l lc country region cc geo from ref referer referrer source src origin redirect redirected"
    " redirect_to return return_to returnto returnurl next error status code 404 notfound not_found gclid fbclid"
    " msclkid sid session sessionid phpsessid jsessionid"
)
_CAMPAIGN: Final = "utm_"


def leads_home(url: str, final_url: str | None) -> bool:
    """Return whether the redirect from `url` to `final_url` gives up a page for a home page.

    A home page is the root of a site, or of a language or region on it. One with a parameter that may choose a page is
    none, unless the parameter was only carried over from `url`.

    >>> leads_home("https://lantern.example/legal/privacy", "https://lantern.example/en/")
    True
    >>> leads_home("https://lantern.example/legal/privacy", "https://lantern.example/index.php?title=Privacy")
    False
    """
    try:
        old, new = urlsplit(url), urlsplit(final_url or url)
        is_deep = not _is_home_path(old.path)
        carried = _parameters(old) if is_deep else frozenset()
        return _is_home_path(new.path) and not (_choosing(new) - carried) and (is_deep or bool(_choosing(old)))
    except ValueError:
        return False


def leads_elsewhere(url: str, final_url: str | None, *, seen: Collection[str] = ()) -> bool:
    """Return whether `final_url` is on another host than `url` and than the addresses `seen`; a `www.` is no other.

    >>> leads_elsewhere("https://lantern.example/privacy", "https://www.lantern.example/privacy")
    False
    """
    if final_url is None:
        return False
    host = host_of(final_url)
    return bool(host) and host not in {host_of(url), *map(host_of, seen)}


def host_of(url: str) -> str:
    """Return the host of `url` in lower case, without `www.`; `""` where it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.lower().rstrip(".").removeprefix("www.")


def list_places(checks: Iterable[Check]) -> frozenset[str]:
    """Return the addresses at which the text of a document was seen, as the answers in its rows tell.

    They are the document's own, whatever redirects lead there. Of looks at which all answered well in their own place,
    rows keep no answers.
    """
    return frozenset(
        answer.final_url or answer.url
        for check in checks
        if check.outcome in PROVING_OUTCOMES
        for answer in check.answers or ()
    )


def _is_home_path(path: str) -> bool:
    if len(path) > _LONGEST_HOME:
        return False
    names = [name for name in path.lower().split("/") if name]
    if names and _START_PAGE.fullmatch(names[-1]):
        names.pop()
    return len(names) <= _MOST_LOCALES and all(map(_is_locale, names))


def _is_locale(name: str) -> bool:
    first, _, second = name.replace("_", "-").partition("-")
    codes = LANGUAGES | REGIONS
    return first in codes and (not second or second in codes or second in _SCRIPTS)


def _parameters(address: SplitResult) -> frozenset[tuple[str, str]]:
    """Return the parameters of an address.

    Raises:
        ValueError: If there are more than anyone reads.
    """
    found = parse_qsl(address.query, keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    return frozenset((name.lower(), value) for name, value in found)


def _choosing(address: SplitResult) -> frozenset[tuple[str, str]]:
    """Return the parameters of an address by which it may choose a page.

    Raises:
        ValueError: If there are more than anyone reads.
    """
    return frozenset(
        (name, value)
        for name, value in _parameters(address)
        if name not in _SILENT_PARAMETERS and not name.startswith(_CAMPAIGN)
    )
