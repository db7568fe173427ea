# ruff: noqa: RUF001 - Cyrillic letters that look like Latin ones are what some of these messages are written with
"""Messages with made-up figures in every form and language that is read, and what they say.

The translations are our own; the bot is only known in English. Their words stand here a second time, whole and not as
patterns, so that a pattern that reads something else is found.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from tracker.model import Report, quarters_between


class Numbers(NamedTuple):
    """What must never come out wrong."""

    country: str | None
    start: date
    end: date
    requests: int
    users: int
    quarters: tuple[tuple[date, date, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A message that is read, and its truth."""

    name: str
    language: str
    text: str
    expected: tuple[Numbers, ...]
    quarters: int
    """How many quarters are given; 0 for a message of one figure."""
    has_totals: bool
    """Whether totals stand beside the quarters, so that each figure is checked by others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """How one language says it."""

    title: str
    title_in_words: str
    day: str
    months: tuple[str, ...]
    """As they stand in a day."""
    requests: str
    own_country: str
    countries: Mapping[str, str]
    """By code, as they stand in the line of requests. None is one letter away from another country."""
    users: str
    mark: str
    total: str
    citation: str
    promise: str
    next_months: tuple[str, str, str, str]
    """April, July, October, January, as they stand in the promise."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """A line of each kind that has words, in order: title, requests, users, total, citation, promise."""
        return (
            self.title.format(start="01.01.31", end="30.09.31"),
            self.requests.format(country=next(iter(self.countries.values()))),
            self.users,
            f"{self.total}: 23",
            self.citation,
            self.promise.format(month=self.next_months[0], year=2032),
        )


PHRASES: Final[Mapping[str, Phrases]] = {
    "English": Phrases(
        title="Transparency report for the period {start}–{end}",
        title_in_words="Transparency report for the period from {start} to {end}",
        day="{day} {month} {year}",
        months=(
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ),
        requests="Fulfilled requests from {country} for IP address and/or phone number:",
        own_country="your country",
        countries={"NOR": "Norway", "NLD": "the Netherlands", "BRA": "Brazil"},
        users="Affected users:",
        mark="Q",
        total="Total",
        citation="All requests are processed according to section 8.3 of the Privacy Policy",
        promise="The next transparency report will be published in {month} {year}.",
        next_months=("April", "July", "October", "January"),
    ),
    "German": Phrases(
        title="Transparenzbericht für den Zeitraum {start}–{end}",
        title_in_words="Transparenzbericht für den Zeitraum vom {start} bis zum {end}",
        day="{day}. {month} {year}",
        months=(
            "Januar", "Februar", "März", "April", "Mai", "Juni",
            "Juli", "August", "September", "Oktober", "November", "Dezember",
        ),
        requests="Erfüllte Anfragen aus {country} nach IP-Adresse und/oder Telefonnummer:",
        own_country="Ihrem Land",
        countries={"DEU": "Deutschland", "CHE": "der Schweiz", "BRA": "Brasilien"},
        users="Betroffene Nutzer:",
        mark="Q",
        total="Gesamt",
        citation="Alle Anfragen werden gemäß Abschnitt 8.3 der Datenschutzerklärung bearbeitet.",
        promise="Der nächste Transparenzbericht wird im {month} {year} veröffentlicht.",
        next_months=("April", "Juli", "Oktober", "Januar"),
    ),
    "French": Phrases(
        title="Rapport de transparence pour la période {start}–{end}",
        title_in_words="Rapport de transparence pour la période du {start} au {end}",
        day="{day} {month} {year}",
        months=(
            "janvier", "février", "mars", "avril", "mai", "juin",
            "juillet", "août", "septembre", "octobre", "novembre", "décembre",
        ),
        requests="Demandes satisfaites provenant {country} pour une adresse IP et/ou un numéro de téléphone\u00a0:",
        own_country="de votre pays",
        countries={"FRA": "de la France", "ESP": "d’Espagne", "NLD": "des Pays-Bas"},
        users="Utilisateurs concernés\u00a0:",
        mark="T",
        total="Total",
        citation="Toutes les demandes sont traitées conformément à la section 8.3 de la Politique de confidentialité.",
        promise="Le prochain rapport de transparence sera publié en {month} {year}.",
        next_months=("avril", "juillet", "octobre", "janvier"),
    ),
    "Spanish": Phrases(
        title="Informe de transparencia para el período {start}–{end}",
        title_in_words="Informe de transparencia para el período del {start} al {end}",
        day="{day} de {month} de {year}",
        months=(
            "enero", "febrero", "marzo", "abril", "mayo", "junio",
            "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
        ),
        requests="Solicitudes atendidas de {country} de dirección IP y/o número de teléfono:",
        own_country="tu país",
        countries={"ESP": "España", "MEX": "México", "NLD": "los Países Bajos"},
        users="Usuarios afectados:",
        mark="T",
        total="Total",
        citation="Todas las solicitudes se tramitan según la sección 8.3 de la Política de privacidad.",
        promise="El próximo informe de transparencia se publicará en {month} de {year}.",
        next_months=("abril", "julio", "octubre", "enero"),
    ),
    "Italian": Phrases(
        title="Rapporto di trasparenza per il periodo {start}–{end}",
        title_in_words="Rapporto di trasparenza per il periodo dal {start} al {end}",
        day="{day} {month} {year}",
        months=(
            "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
            "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
        ),
        requests="Richieste soddisfatte {country} per indirizzo IP e/o numero di telefono:",
        own_country="dal tuo Paese",
        countries={"ITA": "dall’Italia", "FRA": "dalla Francia", "USA": "dagli Stati Uniti"},
        users="Utenti interessati:",
        mark="T",
        total="Totale",
        citation="Tutte le richieste sono trattate in base al paragrafo 8.3 dell’Informativa sulla privacy.",
        promise="Il prossimo rapporto di trasparenza sarà pubblicato a {month} {year}.",
        next_months=("aprile", "luglio", "ottobre", "gennaio"),
    ),
    "Portuguese": Phrases(
        title="Relatório de transparência para o período {start}–{end}",
        title_in_words="Relatório de transparência para o período de {start} a {end}",
        day="{day} de {month} de {year}",
        months=(
            "janeiro", "fevereiro", "março", "abril", "maio", "junho",
            "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
        ),
        requests="Pedidos atendidos {country} de endereço IP e/ou número de telefone:",
        own_country="do seu país",
        countries={"BRA": "do Brasil", "PRT": "de Portugal", "FRA": "da França"},
        users="Usuários afetados:",
        mark="T",
        total="Total",
        citation="Todos os pedidos são processados de acordo com a seção 8.3 da Política de Privacidade.",
        promise="O próximo relatório de transparência será publicado em {month} de {year}.",
        next_months=("abril", "julho", "outubro", "janeiro"),
    ),
    "Russian": Phrases(
        title="Отчёт о прозрачности за период {start}–{end}",
        title_in_words="Отчёт о прозрачности за период с {start} по {end}",
        day="{day} {month} {year} года",
        months=(
            "января", "февраля", "марта", "апреля", "мая", "июня",
            "июля", "августа", "сентября", "октября", "ноября", "декабря",
        ),
        requests="Выполненные запросы из {country} об IP-адресе и/или номере телефона:",
        own_country="вашей страны",
        countries={"KAZ": "Казахстана", "DEU": "Германии", "USA": "США"},
        users="Затронутые пользователи:",
        mark="К",
        total="Итого",
        citation="Все запросы обрабатываются согласно разделу 8.3 Политики конфиденциальности.",
        promise="Следующий отчёт о прозрачности будет опубликован в {month} {year} года.",
        next_months=("апреле", "июле", "октябре", "январе"),
    ),
    "Ukrainian": Phrases(
        title="Звіт про прозорість за період {start}–{end}",
        title_in_words="Звіт про прозорість за період з {start} по {end}",
        day="{day} {month} {year} року",
        months=(
            "січня", "лютого", "березня", "квітня", "травня", "червня",
            "липня", "серпня", "вересня", "жовтня", "листопада", "грудня",
        ),
        requests="Виконані запити з {country} щодо IP-адреси та/або номера телефону:",
        own_country="вашої країни",
        countries={"UKR": "України", "POL": "Польщі", "BRA": "Бразилії"},
        users="Зачеплені користувачі:",
        mark="К",
        total="Усього",
        citation="Усі запити обробляються згідно з розділом 8.3 Політики конфіденційності.",
        promise="Наступний звіт про прозорість буде опубліковано в {month} {year} року.",
        next_months=("квітні", "липні", "жовтні", "січні"),
    ),
}  # fmt: skip

#: Form -> (quarters, whether with totals).
FORMS: Final[Mapping[str, tuple[int, bool]]] = {
    "single figure": (0, False),
    "single figure in its line": (0, False),
    "single figure, days in words": (0, False),
    "first quarter": (1, False),
    "first quarter with total": (1, True),
    "nine months": (3, False),
    "nine months with totals": (3, True),
    "year, days in words": (4, False),
    "year with totals, days in words": (4, True),
    "year with totals, country not named": (4, True),
    "nothing, country not named": (0, False),
}


def invent_base(language: str, form: str, source: random.Random) -> Base:
    """Return a message of this form with figures from `source`."""
    phrases = PHRASES[language]
    quarters, has_totals = FORMS[form]
    year = source.choice((2025, 2027, 2031))
    end = date(year, *{0: (9, 30), 1: (3, 31), 3: (9, 30), 4: (12, 31)}[quarters])
    start = date(year, 1, 1)
    parts = [_figures(source) for _ in range(max(quarters, 1))]
    if form.startswith("nothing"):
        parts = [(0, 0)]
    elif not any(requests for requests, _ in parts):
        parts[-1] = (7, 19)
    requests, users = (sum(part[place] for part in parts) for place in (0, 1))
    periods = quarters_between(start, end)[:quarters]
    code = None if "not named" in form else source.choice(list(phrases.countries))
    country = phrases.own_country if code is None else phrases.countries[code]
    lines = [_title(phrases, start, end, in_words="in words" in form), ""]
    for heading, place, total in (
        (phrases.requests.format(country=country), 0, requests),
        (phrases.users, 1, users),
    ):
        if quarters:
            lines.append(heading)
            lines += [
                f"{phrases.mark}{number} {source.choice('—–-')} {part[place]}" for number, part in enumerate(parts, 1)
            ]
            lines += [f"{phrases.total}: {total}"] if has_totals else []
            lines.append("")
        else:
            in_line = "in its line" in form or form.startswith("nothing")
            lines += [f"{heading} {total}"] if in_line else [heading, str(total), ""]
    if not form.startswith("nothing"):
        month = {0: 3, 1: 1, 3: 3, 4: 0}[quarters]
        following = year if quarters == 1 else year + 1
        lines += [
            "", phrases.citation, "", phrases.promise.format(month=phrases.next_months[month], year=following)
        ]  # fmt: skip
    expected = Numbers(
        code, start, end, requests, users, tuple((*period, *part) for period, part in zip(periods, parts, strict=False))
    )
    return Base(
        name=f"{language}, {form}",
        language=language,
        text="\n".join(lines) + "\n",
        expected=(expected,),
        quarters=quarters,
        has_totals=has_totals,
    )


def invent_bases(seed: int) -> tuple[Base, ...]:
    """Return one message of every form in every language."""
    source = random.Random(seed)  # noqa: S311 - a fixed seed is the point
    return tuple(invent_base(language, form, source) for language in PHRASES for form in FORMS)


def numbers_of(report: Report) -> Numbers:
    """Return what `report` says, for comparing with the truth."""
    assert report.requests is not None
    assert report.users is not None
    return Numbers(
        report.country,
        report.start,
        report.end,
        report.requests,
        report.users,
        tuple((quarter.start, quarter.end, quarter.requests, quarter.users) for quarter in report.quarters),
    )


def _figures(source: random.Random) -> tuple[int, int]:
    """Return requests and users of one quarter; of thousands as often as of few."""
    requests = source.choice((0, source.randint(1, 9), source.randint(10, 999), source.randint(1_000, 99_999)))
    return requests, 0 if requests == 0 else requests + source.choice((0, source.randint(1, 20_000)))


def _title(phrases: Phrases, start: date, end: date, *, in_words: bool) -> str:
    if not in_words:
        return phrases.title.format(start=f"{start:%d.%m.%y}", end=f"{end:%d.%m.%y}")
    days = (phrases.day.format(day=day.day, month=phrases.months[day.month - 1], year=day.year) for day in (start, end))
    return phrases.title_in_words.format(start=next(days), end=next(days))
