"""How error pages and walls speak. A phrase alone never refuses a page: rules ask for structure and past as well.

`…_HEADS` match the whole of a title, of a part of one or of a heading, in lower case and without punctuation at its
ends. `…_WORDS` are looked
for in the text of pages that hold little else.
"""

from __future__ import annotations

import re
from typing import Final

_STATUS: Final = (
    r"(?:page |file )?not found|forbidden|access denied|unauthori[sz]ed|gone|(?:internal )?server error|bad gateway"
    r"|bad request|service (?:temporarily )?unavailable|gateway time-?out|too many requests"
)

#: Words by which documents name themselves, in titles and headings; the last word of a name in English.
DOCUMENT_NAMES: Final = re.compile(
    r"privacy|polic(?:y|ies)|terms|conditions|cookies?\b|notice|statement|agreement|guidelines|disclaimer|\blegal\b"
    r"|datenschutz|bedingungen|\bagb\b|erklärung|confidentialité|mentions légales|conditions générales|politique"
    r"|privacidad|términos|condiciones|política|termos|privacidade|informativa|termini|condizioni|voorwaarden"
    r"|конфиденциальност|соглашение|隐私|隱私|条款|條款|プライバシー|利用規約|개인정보|이용약관"
)
DOCUMENT_ENDS: Final = frozenset(
    {"policy", "policies", "terms", "conditions", "notice", "statement", "agreement", "guidelines"}
)

ERROR_HEADS: Final = re.compile(
    rf"(?:error |http |code )?(?:error |code )?[45][0-9]{{2}}(?: error)?(?:[ :,.-]{{1,3}}(?:{_STATUS}))?"
    rf"|(?:{_STATUS})(?: \(?[45][0-9]{{2}}\)?)?"
    r"|(?:oops|whoops|uh-? ?oh|sorry)(?:[ ,!.].{0,100})?"
    r"|(?:the |this |that )?(?:requested )?(?:page|url|content|document|file)(?: you .{1,30})?"
    r" (?:was not|could not be|cannot be|can't be|couldn't be|is not|isn't|is no longer|does not|doesn't|no longer|not)"
    r" (?:found|available|exists?|here)"
    r"|(?:an? )?(?:unexpected |application |server )?error(?: has)?(?: occurred)?"
    r"|something (?:has gone|went|is) wrong.{0,60}"
    r"|(?:temporarily |currently )?(?:down for|under|scheduled|undergoing) maintenance"
    r"|we(?:'ll| will) be (?:right )?back.{0,40}"
    r"|(?:temporarily|currently) unavailable"
    r"|(?:request|access) (?:to this page )?(?:has been |was )?(?:blocked|rejected|denied)"
    r"|you have been blocked"
    r"|(?:die )?seite (?:wurde )?nicht gefunden|zugriff verweigert"
    r"|page (?:introuvable|non trouvée)|accès refusé"
    r"|página no encontrada|acceso denegado|pagina non trovata|página não encontrada|страница не найдена"
)
ERROR_WORDS: Final = re.compile(
    r"(?:was not|could not be|cannot be|can't be|couldn't be|page not|file not) found|\berror [45][0-9]{2}\b"
    r"|\b[45][0-9]{2} error\b|service (?:is )?(?:temporarily )?unavailable|internal server error|bad gateway"
    r"|try again later|has been (?:moved|removed|deleted)|no longer (?:exists|available)|access denied"
)

CHALLENGE_HEADS: Final = re.compile(
    r"just a moment|attention required.{0,60}"
    r"|(?:please )?(?:verify|confirm|prove|verifying|checking) (?:that )?you(?: are|'re) (?:a )?(?:human|not a robot)"
    r".{0,60}"
    r"|are you (?:a |an actual )?(?:human|robot).{0,40}|(?:please wait.{0,40})?checking (?:your|if the site).{0,80}"
    r"|(?:security|human|bot|browser) (?:check|verification).{0,60}|one more step|pardon our interruption"
    r"|ddos-guard|ddos protection.{0,60}|client challenge|captcha"
)
CHALLENGE_WORDS: Final = re.compile(
    r"checking your browser|you are (?:a )?human|not a robot|unusual traffic|complete the (?:captcha|security check)"
    r"|automated (?:requests|access|traffic|tools)|needs to review the security of your connection|\bray id\b"
)
#: Names by which bot checks load themselves. Ordinary pages bear some of them too; one that nearly every page behind
#: Cloudflare bears, `cdn-cgi/challenge-platform`, tells nothing and is left out.
CHALLENGE_MARKS: Final = (
    b"_cf_chl_opt", b"cf-browser-verification", b"challenges.cloudflare.com",
    b"captcha-delivery.com", b"px-captcha", b"_incapsula_resource", b"awswafcaptcha", b"awswafintegration",
    b"distil_r_captcha", b"sec-if-cpt", b"ddos-guard/js-challenge", b"hcaptcha.com/1/api.js", b"recaptcha/api.js",
)  # fmt: skip
#: Response header -> values by which a server says itself that this is a bot check.
CHALLENGE_HEADERS: Final = {
    "cf-mitigated": frozenset({"challenge"}),
    "x-amzn-waf-action": frozenset({"challenge", "captcha"}),
}

LOGIN_HEADS: Final = re.compile(
    r"(?:please )?(?:log|sign) ?in(?:,? (?:or|and|/) (?:sign ?up|register|join|create .{1,30}))?"
    r"(?: (?:to|with|at) .{1,80})?|login(?: page| required)?"
    r"|you (?:must|need to|have to) (?:be (?:logged|signed) in|log in|sign in).{0,80}"
    r"|(?:members|subscribers) only|authentication required|welcome back|(?:bitte )?(?:anmelden|einloggen)"
    r"|se connecter|connexion|identifiez-vous|iniciar sesión|inicia sesión|accedi|fazer login|войти"
)
LOGIN_WORDS: Final = re.compile(
    r"forgot(?:ten)? (?:your |my )?password|(?:log|sign) ?in to (?:continue|your account|view)"
    r"|(?:don't|do not) have an account|(?:keep me|stay) (?:logged|signed) in|remember me"
    r"|must be (?:logged|signed) in|passwort vergessen|mot de passe oublié|contraseña"
)
LOGIN_SEGMENTS: Final = frozenset({"login", "log-in", "signin", "sign-in", "sso", "authenticate", "accounts-login"})

COOKIE_HEADS: Final = re.compile(
    r"before you continue.{0,60}"
    r"|(?:we|our partners and we|we and our partners) (?:value|respect|care about) your privacy"
    r"|(?:manage )?(?:your )?(?:cookie|consent|privacy) (?:consent|settings|preferences|choices)"
    r"|(?:this|our) (?:web)?site uses cookies.{0,60}|we use cookies.{0,80}|wir verwenden cookies.{0,60}"
)
COOKIE_WORDS: Final = re.compile(r"cookie|consent|tracking|einwilligung|consentement|consentimiento")
#: Each names one button of a consent page.
COOKIE_BUTTONS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?:accept|allow) (?:all|cookies|and continue|& continue)\b|alle akzeptieren|tout accepter|aceptar todo",
        r"\b(?:reject|decline|refuse) (?:all|cookies|non-essential)\b|alle ablehnen|tout refuser|rechazar todo",
        r"\b(?:manage|customi[sz]e|more) (?:my )?(?:cookies|options|preferences|settings|choices)\b|einstellungen",
        r"\bagree (?:and|&) (?:continue|close)\b|\bi agree\b",
        r"\b(?:strictly )?necessary (?:cookies )?only\b|\bonly (?:strictly )?necessary\b|essential (?:cookies )?only",
        r"\bcontinue without (?:accepting|agreeing|consent)\b",
    )
)

LOADING_CLAUSE: Final = re.compile(
    r"(?:now |page |content )?(?:is )?loading(?: .{0,40})?|please (?:wait|stand by).{0,60}|one moment(?: please)?"
    r"|wird geladen|chargement(?: en cours)?|cargando|caricamento|загрузка"
)
LOADING_WORDS: Final = re.compile(
    r"(?:enable|activate|turn on|requires?|without) java ?script|java ?script (?:is|has been|must be|appears to be)"
    r" (?:disabled|required|enabled|turned)|(?:does not|doesn't) support java ?script"
)
