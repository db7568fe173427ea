"""Names of countries in other languages than English, where a name means one country for certain.

A small table: countries in which one of the languages is spoken by many, and a few large ones. Russian and Ukrainian
names stand in the nominative and the genitive. A name that is not here needs the reader to say which country it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tracker.model import fold_text
from tracker.transparency.countries import country_code

#: Language -> code -> names, parted by `|`, without articles.
FOREIGN_NAMES: Final[Mapping[str, Mapping[str, str]]] = {
    "German": {
        "ARG": "Argentinien", "AUT": "Österreich", "BEL": "Belgien", "BLR": "Belarus|Weißrussland", "BRA": "Brasilien",
        "CHE": "Schweiz", "CHL": "Chile", "COL": "Kolumbien", "DEU": "Deutschland", "ESP": "Spanien",
        "FRA": "Frankreich", "GBR": "Vereinigtes Königreich|Vereinigten Königreich|Großbritannien", "IND": "Indien",
        "ISR": "Israel", "ITA": "Italien", "KAZ": "Kasachstan", "LIE": "Liechtenstein", "LUX": "Luxemburg",
        "MDA": "Republik Moldau|Moldau", "MEX": "Mexiko", "NLD": "Niederlande|Niederlanden", "PER": "Peru",
        "POL": "Polen", "PRT": "Portugal", "RUS": "Russland", "TUR": "Türkei", "UKR": "Ukraine",
        "USA": "Vereinigte Staaten|Vereinigten Staaten|USA",
    },
    "French": {
        "ARG": "Argentine", "AUT": "Autriche", "BEL": "Belgique", "BLR": "Biélorussie|Bélarus", "BRA": "Brésil",
        "CHE": "Suisse", "CHL": "Chili", "COL": "Colombie", "DEU": "Allemagne", "ESP": "Espagne", "FRA": "France",
        "GBR": "Royaume-Uni", "IND": "Inde", "ISR": "Israël", "ITA": "Italie", "KAZ": "Kazakhstan",
        "LIE": "Liechtenstein", "LUX": "Luxembourg", "MDA": "Moldavie", "MEX": "Mexique", "NLD": "Pays-Bas",
        "PER": "Pérou", "POL": "Pologne", "PRT": "Portugal", "RUS": "Russie", "TUR": "Turquie", "UKR": "Ukraine",
        "USA": "États-Unis|États-Unis d'Amérique",
    },
    "Spanish": {
        "ARG": "Argentina", "AUT": "Austria", "BEL": "Bélgica", "BLR": "Bielorrusia|Belarús", "BRA": "Brasil",
        "CHE": "Suiza", "CHL": "Chile", "COL": "Colombia", "DEU": "Alemania", "ESP": "España", "FRA": "Francia",
        "GBR": "Reino Unido", "IND": "India", "ISR": "Israel", "ITA": "Italia", "KAZ": "Kazajistán|Kazajstán",
        "LIE": "Liechtenstein", "LUX": "Luxemburgo", "MDA": "Moldavia", "MEX": "México|Méjico", "NLD": "Países Bajos",
        "PER": "Perú", "POL": "Polonia", "PRT": "Portugal", "RUS": "Rusia", "TUR": "Turquía", "UKR": "Ucrania",
        "USA": "Estados Unidos|Estados Unidos de América",
    },
    "Italian": {
        "ARG": "Argentina", "AUT": "Austria", "BEL": "Belgio", "BLR": "Bielorussia", "BRA": "Brasile",
        "CHE": "Svizzera", "CHL": "Cile", "COL": "Colombia", "DEU": "Germania", "ESP": "Spagna", "FRA": "Francia",
        "GBR": "Regno Unito", "IND": "India", "ISR": "Israele", "ITA": "Italia", "KAZ": "Kazakistan",
        "LIE": "Liechtenstein", "LUX": "Lussemburgo", "MDA": "Moldavia", "MEX": "Messico", "NLD": "Paesi Bassi",
        "PER": "Perù", "POL": "Polonia", "PRT": "Portogallo", "RUS": "Russia", "TUR": "Turchia", "UKR": "Ucraina",
        "USA": "Stati Uniti|Stati Uniti d'America",
    },
    "Portuguese": {
        "ARG": "Argentina", "AUT": "Áustria", "BEL": "Bélgica", "BLR": "Bielorrússia|Belarus", "BRA": "Brasil",
        "CHE": "Suíça", "CHL": "Chile", "COL": "Colômbia", "DEU": "Alemanha", "ESP": "Espanha", "FRA": "França",
        "GBR": "Reino Unido", "IND": "Índia", "ISR": "Israel", "ITA": "Itália", "KAZ": "Cazaquistão",
        "LIE": "Liechtenstein", "LUX": "Luxemburgo", "MDA": "Moldova|Moldávia", "MEX": "México",
        "NLD": "Países Baixos", "PER": "Peru", "POL": "Polônia|Polónia", "PRT": "Portugal", "RUS": "Rússia",
        "TUR": "Turquia", "UKR": "Ucrânia", "USA": "Estados Unidos|Estados Unidos da América",
    },
    "Russian": {
        "ARG": "Аргентина|Аргентины", "AUT": "Австрия|Австрии", "BEL": "Бельгия|Бельгии",
        "BLR": "Беларусь|Беларуси|Белоруссия|Белоруссии", "BRA": "Бразилия|Бразилии", "CHE": "Швейцария|Швейцарии",
        "CHL": "Чили", "COL": "Колумбия|Колумбии", "DEU": "Германия|Германии", "ESP": "Испания|Испании",
        "FRA": "Франция|Франции", "GBR": "Великобритания|Великобритании", "IND": "Индия|Индии",
        "ISR": "Израиль|Израиля", "ITA": "Италия|Италии", "KAZ": "Казахстан|Казахстана",
        "LIE": "Лихтенштейн|Лихтенштейна", "LUX": "Люксембург|Люксембурга", "MDA": "Молдова|Молдовы",
        "MEX": "Мексика|Мексики", "NLD": "Нидерланды|Нидерландов", "PER": "Перу", "POL": "Польша|Польши",
        "PRT": "Португалия|Португалии", "RUS": "Россия|России", "TUR": "Турция|Турции", "UKR": "Украина|Украины",
        "USA": "Соединенные Штаты|Соединённые Штаты|Соединенных Штатов|Соединённых Штатов|США",
    },
    "Ukrainian": {
        "ARG": "Аргентина|Аргентини", "AUT": "Австрія|Австрії", "BEL": "Бельгія|Бельгії", "BLR": "Білорусь|Білорусі",
        "BRA": "Бразилія|Бразилії", "CHE": "Швейцарія|Швейцарії", "CHL": "Чилі", "COL": "Колумбія|Колумбії",
        "DEU": "Німеччина|Німеччини", "ESP": "Іспанія|Іспанії", "FRA": "Франція|Франції",
        "GBR": "Велика Британія|Великої Британії", "IND": "Індія|Індії", "ISR": "Ізраїль|Ізраїлю",
        "ITA": "Італія|Італії", "KAZ": "Казахстан|Казахстану", "LIE": "Ліхтенштейн|Ліхтенштейну",
        "LUX": "Люксембург|Люксембургу", "MDA": "Молдова|Молдови", "MEX": "Мексика|Мексики",
        "NLD": "Нідерланди|Нідерландів", "PER": "Перу", "POL": "Польща|Польщі", "PRT": "Португалія|Португалії",
        "RUS": "Росія|Росії", "TUR": "Туреччина|Туреччини", "UKR": "Україна|України",
        "USA": "Сполучені Штати|Сполучених Штатів|США",
    },
}  # fmt: skip

_CODES: Final = {
    language: {
        fold_text(name).casefold(): code for code, forms in names.items() for name in forms.split("|")
    }
    for language, names in FOREIGN_NAMES.items()
}  # fmt: skip


def country_code_in(language: str, name: str) -> str | None:
    """Return the alpha-3 code of the country that `name` means for certain in `language` or in English, else None.

    >>> country_code_in("German", "Deutschland"), country_code_in("German", "Germany")
    ('DEU', 'DEU')
    >>> country_code_in("French", "Deutschland")
    """
    return _CODES.get(language, {}).get(fold_text(name).casefold()) or country_code(name)


def languages_naming(name: str) -> tuple[str, ...]:
    """Return the languages other than English in which `name` means one country for certain.

    >>> languages_naming("Italia")
    ('Spanish', 'Italian')
    """
    folded = fold_text(name).casefold()
    return tuple(language for language, codes in _CODES.items() if folded in codes)
