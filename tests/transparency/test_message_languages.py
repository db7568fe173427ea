# ruff: noqa: RUF001 - Cyrillic letters that look like Latin ones are what some of these messages are written with
"""Messages in other languages than English are read where every line is known, and refused elsewhere."""

from __future__ import annotations

import itertools
import random
from datetime import date

import pytest
from babel import Locale
from babel.core import get_global

from tests.transparency.invented_messages import FORMS, PHRASES, Base, invent_base, invent_bases, numbers_of
from tracker.transparency import TransparencyError, parse_message
from tracker.transparency.countries import COUNTRY_NAMES, country_code
from tracker.transparency.message_countries import FOREIGN_NAMES, country_code_in
from tracker.transparency.message_words import LANGUAGES, grammars

RUSSIAN = """\
Отчёт о прозрачности за период 01.01.31–30.09.31

Выполненные запросы из Германии об IP-адресе и/или номере телефона:
К1 — 5
К2 – 0
К3 - 18
Итого: 23

Затронутые пользователи:
К1 – 9
К2 – 0
К3 – 71
Итого: 80

Все запросы обрабатываются согласно разделу 8.3 Политики конфиденциальности.

Следующий отчёт о прозрачности будет опубликован в январе 2032 года.
"""
#: The locales by which names of countries are checked.
LOCALES = {
    "German": "de", "French": "fr", "Spanish": "es", "Italian": "it", "Portuguese": "pt", "Russian": "ru",
    "Ukrainian": "uk",
}  # fmt: skip


def refused(text: str, *, country: str | None = None) -> TransparencyError:
    with pytest.raises(TransparencyError) as caught:
        parse_message(text, country=country)
    return caught.value


@pytest.mark.parametrize("base", invent_bases(1), ids=lambda base: base.name)
def test_every_form_is_read_in_every_language(base: Base) -> None:
    (report,) = parse_message(base.text)
    assert (numbers_of(report),) == base.expected
    nothing = base.name.endswith("nothing, country not named")
    assert report.paragraph == (None if nothing else "8.3")
    assert (report.next_report is None) == nothing


def test_each_language_has_its_messages() -> None:
    assert list(PHRASES) == [words.language for words in LANGUAGES]
    assert [language for language in FOREIGN_NAMES if language not in PHRASES] == []
    assert len(invent_bases(1)) == len(PHRASES) * len(FORMS)


@pytest.mark.parametrize("grammar", grammars(), ids=lambda grammar: grammar.words.language)
def test_every_month_is_known_and_means_one_month(grammar: object) -> None:
    (words,) = (one.words for one in grammars() if one is grammar)
    forms = [form.casefold() for forms in words.months for form in forms.split("|")]
    assert len(words.months) == 12
    assert len(forms) == len(set(forms))
    phrases = PHRASES[words.language]
    for number, month in enumerate(phrases.months, start=1):
        text = invent_base(words.language, "nine months", random.Random(number)).text  # noqa: S311 - no secret
        text = text.replace(phrases.next_months[3], month)
        (report,) = parse_message(text)
        assert report.next_report is not None
        assert report.next_report.month == number


def test_the_next_report_is_read_in_russian() -> None:
    (report,) = parse_message(RUSSIAN)
    assert (report.country, report.requests, report.users) == ("DEU", 23, 80)
    assert report.next_report == date(2032, 1, 1)


def test_no_line_with_words_is_read_in_two_languages() -> None:
    for one, other in itertools.permutations(grammars(), 2):
        for kind, line in enumerate(PHRASES[one.words.language].sentences):
            if kind != 3:  # the word for a total is the same in some
                assert not any(pattern.fullmatch(line.casefold()) for pattern in other.sentences), line


@pytest.mark.parametrize("language", [language for language in PHRASES if language != "English"])
@pytest.mark.parametrize(("kind", "name"), [(1, "requests"), (2, "users"), (4, "citation"), (5, "promise")])
def test_an_english_line_in_another_message_is_refused_as_english(language: str, kind: int, name: str) -> None:
    base = invent_base(language, "nine months with totals", random.Random(name))  # noqa: S311 - no secret
    phrases, english = PHRASES[language], PHRASES["English"]
    country = next(word for code, word in phrases.countries.items() if code == base.expected[0].country)
    own = [
        "", phrases.requests.format(country=country), phrases.users, "", phrases.citation,
        phrases.promise.format(month=phrases.next_months[3], year=base.expected[0].start.year + 1),
    ]  # fmt: skip
    assert own[kind] in base.text
    error = refused(base.text.replace(own[kind], english.sentences[kind]))
    assert f"the message began in {language}, and this line is English" in error.cause
    assert error.line == english.sentences[kind]


def test_a_language_that_is_not_known_is_refused_and_those_that_are_known_are_named() -> None:
    error = refused("Raport przejrzystości za okres 01.01.31–30.09.31\n\nUżytkownicy: 5\n")
    assert error.line_number == 1
    assert all(language in error.cause for language in PHRASES)


def test_two_messages_may_be_in_two_languages() -> None:
    english = invent_base("English", "nine months", random.Random(1))  # noqa: S311 - no secret
    found = tuple(map(numbers_of, parse_message(RUSSIAN + english.text)))
    assert found[1:] == english.expected


def test_quarters_may_be_marked_with_q_in_every_language() -> None:
    assert parse_message(RUSSIAN.replace("К", "Q")) == parse_message(RUSSIAN)


def test_a_latin_letter_that_looks_like_the_mark_of_a_quarter_is_refused() -> None:
    assert "not understood" in refused(RUSSIAN.replace("К1 — 5", "K1 — 5")).cause


def test_the_mark_of_a_quarter_in_another_language_is_refused() -> None:
    assert "not understood" in refused(RUSSIAN.replace("К1 — 5", "T1 — 5")).cause


# Names of countries.


def test_a_foreign_name_that_is_not_known_needs_the_country() -> None:
    text = RUSSIAN.replace("Германии", "Исландии")
    error = refused(text)
    assert (error.line_number, "--country" in error.cause, "'Исландии'" in error.cause) == (3, True, True)
    assert parse_message(text, country="ISL")[0].country == "ISL"


def test_a_foreign_name_that_is_known_must_agree_with_the_country() -> None:
    assert parse_message(RUSSIAN, country="DEU") == parse_message(RUSSIAN)
    assert "about DEU, and ISL was expected" in refused(RUSSIAN, country="ISL").cause


def test_an_english_name_may_stand_in_a_foreign_message() -> None:
    assert parse_message(RUSSIAN.replace("Германии", "Iceland"))[0].country == "ISL"
    assert "about ISL" in refused(RUSSIAN.replace("Германии", "Iceland"), country="DEU").cause


def test_a_name_in_a_third_language_is_refused_whatever_the_country() -> None:
    error = refused(RUSSIAN.replace("Германии", "Deutschland"), country="DEU")
    assert "the message is Russian, and 'Deutschland' is German" in error.cause


@pytest.mark.parametrize("name", ["Исландии²", "Исландии = Исландия", "<Исландии>", "Исландии٣"])
def test_what_is_no_name_is_refused_whatever_the_country(name: str) -> None:
    assert "no name of a country" in refused(RUSSIAN.replace("Германии", name), country="ISL").cause


def test_a_foreign_name_in_an_english_message_is_refused_whatever_the_country() -> None:
    base = invent_base("English", "single figure", random.Random(1))  # noqa: S311 - no secret
    names = PHRASES["English"].countries.values()
    text = base.text
    for name in names:
        text = text.replace(name, "Deutschland")
    assert "'Deutschland' names no country for certain" in refused(text, country="DEU").cause


def _in_two_letters() -> dict[str, str]:
    """Return codes of three letters by those of two."""
    aliases: dict[str, list[str]] = get_global("territory_aliases")  # type: ignore[assignment]
    return {aliases[code][0]: code for code in COUNTRY_NAMES if code in aliases}


@pytest.mark.parametrize("language", FOREIGN_NAMES)
def test_names_of_the_table_are_those_of_the_unicode_locale_data(language: str) -> None:
    territories = Locale(LOCALES[language]).territories
    for short, code in _in_two_letters().items():
        if code in FOREIGN_NAMES[language]:
            assert country_code_in(language, territories[short]) == code


@pytest.mark.parametrize("language", FOREIGN_NAMES)
def test_no_name_of_a_country_means_another_one_in_english_or_in_the_table(language: str) -> None:
    territories = Locale(LOCALES[language]).territories
    for short, code in _in_two_letters().items():
        assert country_code_in(language, territories[short]) in {code, None}
    for code, forms in FOREIGN_NAMES[language].items():
        for form in forms.split("|"):
            assert country_code(form) in {code, None}
            assert [other for other in FOREIGN_NAMES if country_code_in(other, form) not in {code, None}] == []
