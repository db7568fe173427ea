# ruff: noqa: RUF001 - Cyrillic letters that look like Latin ones are what these words are written with
"""The words of a transparency report in each language that is read, as one table a language.

Belongs here: what lines say, as patterns over the whole line. Does not belong here: what is made of their figures.

Only English is known from the bot itself; the others are translations of our own (docs/decisions/0040). A phrase is
a regular expression in lower case over folded text. In it stand for themselves: `<start>`, `<end>` and `<day>` for days
of the calendar, `<country>`, `<paragraph>`, `<month>` and `<year>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

#: Figures are written without leading zeros and without separators in every message known; anything else may be a
#: number that lost or gained a digit. [0-9] and not \d: other scripts have digits that look like others of ours.
FIGURE: Final = "0|[1-9][0-9]{0,8}"
#: 20 and two digits, or two digits: one digit lost or gained never makes another year of it.
_YEAR: Final = "20[0-9]{2}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWords:
    """How one language words a report. Every phrase is matched against a whole line."""

    language: str
    """Its name in English."""
    title: str
    """Holds `<start>` and `<end>`."""
    requests: str
    """The heading of the requests up to its colon; holds `<country>`."""
    users: str
    """The heading of the users up to its colon."""
    quarter: str
    """The marks before a quarter's number, Q in every language. In some it may also begin the word for four months;
    but quarters must make up the period, which so many spans of four months never do."""
    total: str
    citation: str
    """Holds `<paragraph>`; a full stop may follow."""
    promise: str
    """When the next report comes; holds `<month>` and `<year>`; a full stop may follow."""
    more_citation: str = ""
    """Sentences that may follow in the same line."""
    more_promise: str = ""
    day: str
    """A day in words; holds `<month>`; `<number>` and `<year>` are its digits."""
    months: tuple[str, ...]
    """January first; the forms of one month are parted by `|`."""
    own_country: str
    """What stands for `<country>` where the country is not named."""


class Grammar:
    """The patterns of one language; they match folded text in its case-folded form."""

    def __init__(self, words: MessageWords) -> None:
        self.words = words
        self.title = self._pattern(rf"{words.title} ?\.?")
        self.requests = self._pattern(rf"(?:{words.requests}) ?:(?: ?<figure>)?")
        self.users = self._pattern(rf"(?:{words.users}) ?:(?: ?<figure>)?")
        self.quarter = self._pattern(rf"(?:{words.quarter}) ?(?P<number>[1-4]) ?(?:-|:) ?<figure>")
        self.total = self._pattern(rf"(?:{words.total}) ?(?:-|:) ?<figure>")
        self.citation = self._pattern(rf"(?:{words.citation}) ?\.?{words.more_citation}")
        self.promise = self._pattern(rf"(?:{words.promise})(?: ?\.)?{words.more_promise}")
        self._own_country = self._pattern(words.own_country)
        self._months = {
            form.casefold(): number
            for number, forms in enumerate(words.months, start=1)
            for form in forms.split("|")
        }  # fmt: skip
        self._day_in_words = re.compile(
            words.day.casefold()
            .replace("<number>", "(?P<number>[0-9]{1,2})")
            .replace("<month>", f"(?P<month>{self._any_month})")
            .replace("<year>", f"(?P<year>{_YEAR})")
        )

    @property
    def sentences(self) -> tuple[re.Pattern[str], ...]:
        """Every kind of line whose words differ from language to language."""
        return self.title, self.requests, self.users, self.total, self.citation, self.promise

    def month_number(self, word: str) -> int:
        """Return 1 for January; `word` was matched by one of these patterns."""
        return self._months[word]

    def day_numbers(self, text: str) -> tuple[int, int, int]:
        """Return year, month and day as `text` writes them, which was matched by one of these patterns."""
        if in_words := self._day_in_words.fullmatch(text):
            return int(in_words["year"]), self.month_number(in_words["month"]), int(in_words["number"])
        day, month, year = text.split(".")
        return int(year) + (2000 if len(year) == 2 else 0), int(month), int(day)  # noqa: PLR2004 - two digits

    def names_own_country(self, name: str) -> bool:
        """Whether `name` says 'your country'."""
        return self._own_country.fullmatch(name.casefold()) is not None

    @property
    def _any_month(self) -> str:
        return "|".join(self.words.months).casefold()

    def _pattern(self, phrase: str) -> re.Pattern[str]:
        in_words = (
            self.words.day.replace("<number>", "[0-9]{1,2}")
            .replace("<month>", f"(?:{self._any_month})")
            .replace("<year>", _YEAR)
        )
        day = rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.(?:{_YEAR}|[0-9]{{2}})|{in_words}"
        text = phrase.casefold().replace("(?p<", "(?P<")
        for name, pattern in (
            ("start", f"(?P<start>{day})"),
            ("end", f"(?P<end>{day})"),
            ("day", f"(?:{day})"),
            ("country", "(?P<country>[^:0-9]{2,80}?)"),
            ("figure", f"(?P<figure>{FIGURE})"),
            ("paragraph", r"(?P<paragraph>[0-9]{1,3}(?:\.[0-9]{1,3}){0,4})"),
            ("month", f"(?P<month>{self._any_month})"),
            ("any month", f"(?:{self._any_month})"),
            ("year", f"(?P<year>{_YEAR})"),
            ("any year", _YEAR),
        ):
            text = text.replace(f"<{name}>", pattern)
        return re.compile(text)


ENGLISH: Final = MessageWords(
    language="English",
    title="transparency report for the period(?: from)? <start>(?: ?- ?| to )<end>",
    requests=(
        "(?:ful{0,2}fil{1,2}ed|ful{1,2}fil{1,2}d) requests from <country>"
        " for ip addresse?s? and ?/ ?or phone numbers?"
    ),
    users="affected users",
    quarter="q",
    total="total",
    citation="all requests are processed according to (?:paragraph|section) <paragraph> of the privacy policy",
    more_citation=r"(?: for more information, see telegram's user guidance for the eu digital services act ?\.?)?",
    promise="the next transparency report will be published in <month> <year>",
    more_promise=(
        "(?: telegram's annual dsa transparency report for (?:<any year>|the period from <day> to <day>)"
        r" (?:is available on this webpage|will be released separately in <any month> <any year>) ?\.?)?"
    ),
    day="<number> <month> <year>",
    months=(
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    own_country="your country",
)  # fmt: skip

GERMAN: Final = MessageWords(
    language="German",
    title="transparenzbericht für den zeitraum (?:vom |von )?<start>(?: ?- ?| bis (?:zum )?)<end>",
    requests=(
        "(?:erfüllte|beantwortete) anfragen aus (?:der |den |dem )?<country>"
        " (?:nach|zu) ip-adressen? und ?/ ?oder (?:telefonnummern?|rufnummern?)"
    ),
    users="betroffene (?:nutzer|benutzer|nutzerinnen und nutzer)",
    quarter="q",
    total="gesamt|insgesamt|summe",
    citation=(
        "alle anfragen werden (?:gemäß|nach|laut) (?:abschnitt|absatz|ziffer|punkt) <paragraph>"
        " der (?:datenschutzerklärung|datenschutzrichtlinie) (?:bearbeitet|behandelt)"
    ),
    promise="der nächste transparenzbericht (?:erscheint|wird) im <month> <year>(?: veröffentlicht)?",
    day=r"<number>\.? <month> <year>",
    months=(
        "Januar|Jänner", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    own_country="(?:ihrem|deinem|eurem) land",
)  # fmt: skip

FRENCH: Final = MessageWords(
    language="French",
    title="rapport de transparence pour la période (?:allant )?(?:du )?<start>(?: ?- ?| au )<end>",
    requests=(
        "demandes (?:satisfaites|honorées) (?:en provenance |provenant )?(?:de la |de l'|du |des |de |d')<country>"
        " (?:pour|concernant) (?:une |l'|des |les )?adresses? ip et ?/ ?ou (?:un |le |des |les )?numéros? de téléphone"
    ),
    users="utilisateurs (?:concernés|affectés|touchés)",
    quarter="q|t",
    total="total",
    citation=(
        "toutes les demandes sont traitées (?:conformément (?:à la|au)|selon (?:la|le))"
        " (?:section|paragraphe|point) <paragraph> de la politique de confidentialité"
    ),
    promise="le prochain rapport de transparence (?:sera publié|paraîtra) en <month> <year>",
    day="<number>(?:er)? <month> <year>",
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    own_country="(?:votre|ton) pays",
)  # fmt: skip

SPANISH: Final = MessageWords(
    language="Spanish",
    title="informe de transparencia (?:para el|del) per[ií]odo (?:de |del )?<start>(?: ?- ?| a | al | hasta el )<end>",
    requests=(
        "solicitudes (?:atendidas|cumplidas) (?:procedentes )?de (?:la |las |los )?<country>"
        " (?:de|sobre|para|por) (?:la )?direcci(?:ón|ones) ip y ?/ ?o (?:el )?números? de teléfono"
    ),
    users="usuarios afectados",
    quarter="q|t",
    total="total",
    citation=(
        "todas las solicitudes se (?:tramitan|procesan|gestionan) (?:según|conforme a|de acuerdo con)"
        " (?:la sección|el apartado|el párrafo) <paragraph> de la política de privacidad"
    ),
    promise="el próximo informe de transparencia (?:se publicará|será publicado) en <month> del? <year>",
    day=r"<number>(?:\.?º)? de <month> del? <year>",
    months=(
        "enero", "febrero", "marzo", "abril", "mayo", "junio",
        "julio", "agosto", "septiembre|setiembre", "octubre", "noviembre", "diciembre",
    ),
    own_country="(?:tu|su) país",
)  # fmt: skip

ITALIAN: Final = MessageWords(
    language="Italian",
    title=(
        "rapporto (?:di|sulla) trasparenza (?:per il|relativo al) periodo (?:dal |dall')?"
        "<start>(?: ?- ?| al | all')<end>"
    ),
    requests=(
        "richieste (?:soddisfatte|evase) (?:provenienti )?(?:dalla |dall'|dagli |dalle |dai |dal |da )<country>"
        " (?:per|relative a) indirizz[io] ip e ?/ ?o numer[io] di telefono"
    ),
    users="utenti (?:interessati|coinvolti)",
    quarter="q|t",
    total="totale",
    citation=(
        "tutte le richieste (?:sono|vengono) (?:trattate|gestite|elaborate)"
        " (?:in base (?:al|alla)|secondo (?:il|la)|ai sensi (?:del|della))"
        " (?:paragrafo|sezione|punto) <paragraph> dell'informativa sulla privacy"
    ),
    promise=(
        "il prossimo rapporto (?:di|sulla) trasparenza (?:sarà|verrà) pubblicato (?:a|ad|nel|in)"
        " (?:mese di )?<month> <year>"
    ),
    day="<number>[°º]? <month> <year>",
    months=(
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
        "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
    ),
    own_country="(?:tuo|suo|vostro) paese",
)  # fmt: skip

PORTUGUESE: Final = MessageWords(
    language="Portuguese",
    title=(
        "relatório de transparência (?:para o|relativo ao|referente ao) período (?:de )?<start>(?: ?- ?| a | até )<end>"
    ),
    requests=(
        "(?:pedidos (?:atendidos|cumpridos)|solicitações (?:atendidas|cumpridas))"
        " (?:provenientes )?(?:da |do |das |dos |de )<country>"
        " (?:de|para|por|sobre) endereços? ip e ?/ ?ou números? de telefone"
    ),
    users="(?:usuários|utilizadores) afetados",
    quarter="q|t",
    total="total",
    citation=(
        "(?:todos os pedidos são processados|todas as solicitações são processadas)"
        " (?:de acordo com|conforme|segundo) (?:a secção|a seção|o parágrafo|o ponto) <paragraph>"
        " da política de privacidade"
    ),
    promise="o próximo relatório de transparência será publicado em <month> de <year>",
    day="<number>º? de <month> de <year>",
    months=(
        "janeiro", "fevereiro", "março", "abril", "maio", "junho",
        "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
    ),
    own_country="(?:seu|teu) país",
)  # fmt: skip

RUSSIAN: Final = MessageWords(
    language="Russian",
    title="отч[её]т о прозрачности за период (?:с )?<start>(?: ?- ?| по )<end>",
    requests=(
        "(?:выполненные|исполненные) запросы из <country>"
        " (?:об|о|по|на) ip-адрес(?:ах|ам|а|е|у)? и ?/ ?или номер(?:ах|ам|а|е|у)? телефон(?:а|ов)"
    ),
    users="затронутые пользователи|затронуто пользователей",
    quarter=r"q|к|кв\.?",
    total="итого|всего",
    citation=(
        "все запросы обрабатываются (?:согласно|в соответствии с)"
        " (?:раздел(?:у|ом)|пункт(?:у|ом)|параграф(?:у|ом)) <paragraph> политики конфиденциальности"
    ),
    promise=r"следующий отч[её]т о прозрачности (?:будет опубликован|выйдет) в <month> <year>(?: г\.?| года)?",
    day=r"<number> <month> <year>(?: г\.?| года)?",
    months=(
        "января|январе|январь", "февраля|феврале|февраль", "марта|марте|март", "апреля|апреле|апрель", "мая|мае|май",
        "июня|июне|июнь", "июля|июле|июль", "августа|августе|август", "сентября|сентябре|сентябрь",
        "октября|октябре|октябрь", "ноября|ноябре|ноябрь", "декабря|декабре|декабрь",
    ),
    own_country="(?:вашей|твоей) страны",
)  # fmt: skip

UKRAINIAN: Final = MessageWords(
    language="Ukrainian",
    title="звіт про прозорість за період (?:з |від )?<start>(?: ?- ?| по | до )<end>",
    requests=(
        "(?:виконані|задоволені) запити (?:з|із|зі) <country>"
        " (?:щодо|про|на) ip-адрес(?:и|у)? (?:та|і|й) ?/ ?або номер(?:ів|и|а|у)? телефон(?:у|ів|а)"
    ),
    users="зачеплені користувачі|користувачі, яких це стосується",
    quarter=r"q|к|кв\.?",
    total="усього|всього|разом",
    citation=(
        "(?:усі|всі) запити обробляються (?:згідно з|відповідно до) (?:розділ(?:у|ом)|пункт(?:у|ом)) <paragraph>"
        " політики конфіденційності"
    ),
    promise=r"наступний звіт про прозорість (?:буде опубліковано|вийде) [ув] <month> <year>(?: р\.?| року)?",
    day=r"<number> <month> <year>(?: р\.?| року)?",
    months=(
        "січня|січні|січень", "лютого|лютому|лютий", "березня|березні|березень", "квітня|квітні|квітень",
        "травня|травні|травень", "червня|червні|червень", "липня|липні|липень", "серпня|серпні|серпень",
        "вересня|вересні|вересень", "жовтня|жовтні|жовтень", "листопада|листопаді|листопад",
        "грудня|грудні|грудень",
    ),
    own_country="(?:вашої|твоєї) країни",
)  # fmt: skip

LANGUAGES: Final = (ENGLISH, GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE, RUSSIAN, UKRAINIAN)


@cache
def grammars() -> tuple[Grammar, ...]:
    """Return the patterns of every language, English first."""
    return tuple(Grammar(words) for words in LANGUAGES)
