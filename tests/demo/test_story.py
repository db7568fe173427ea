from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta

import pytest

from tracker.demo import DECLARATION, FIGURES_URL, NIGHTS, PUBLISHER, URL, Edit, Night, figures_for, page_for
from tracker.demo.story import _apply_edit, published_at

HTML = [page_for(night).decode() for night in NIGHTS]


def words_of_policy(html: str) -> list[str]:
    """The words inside the declared part of the page; no parser of the tracker has a hand in it."""
    policy = html[html.index('<main id="policy"') : html.index("</main>")]
    return re.sub(r"<!--.*?-->|<p class=\"print\">.*?</p>|<[^>]+>", " ", policy, flags=re.DOTALL).split()


def test_nights_come_in_order_and_at_least_an_hour_apart() -> None:
    instants = [night.at for night in NIGHTS]
    assert all(later - earlier >= timedelta(hours=1) for earlier, later in itertools.pairwise(instants))


def test_the_words_of_the_policy_differ_on_exactly_the_nights_that_say_so() -> None:
    seen = words_of_policy(HTML[0])
    differing = []
    for night, html in list(zip(NIGHTS, HTML, strict=True))[1:]:
        if night.page == "error.html":
            continue
        if words_of_policy(html) != seen:
            differing.append(night)
        seen = words_of_policy(html)
    assert differing == [night for night in NIGHTS if night.changes]
    assert len(differing) == 4


def test_the_second_night_differs_in_bytes_alone() -> None:
    assert HTML[1] != HTML[0]
    assert words_of_policy(HTML[1]) == words_of_policy(HTML[0])


def test_the_error_page_answers_200_where_the_policy_stood() -> None:
    error = NIGHTS[3]
    assert (error.page, error.status, error.changes) == ("error.html", 200, False)
    assert 'id="policy"' in HTML[3]
    assert HTML[4] == HTML[2]


def test_the_widening_replaces_trigger_authority_assurance_and_cadence() -> None:
    before, after = " ".join(words_of_policy(HTML[4])), " ".join(words_of_policy(HTML[5]))
    for passage in ("suspected of terrorism", "court order", "has not happened so far", "semiannual"):
        assert passage in before
        assert passage not in after
    for passage in ("criminal case", "judicial authorities", "quarterly"):
        assert passage not in before
        assert passage in after


def test_the_widening_is_not_in_its_own_change_log_until_days_later() -> None:
    log = [html[html.index('id="12"') : html.index('id="13"')] for html in HTML if 'id="12"' in html]
    assert log[4] == log[0]
    assert "8.3" not in log[5]
    assert "8.3" in log[6]
    assert NIGHTS[7].at - NIGHTS[5].at == timedelta(days=6)


def test_the_period_of_unused_accounts_is_announced_in_the_same_version() -> None:
    assert "after 6 months" in HTML[7]
    assert "after 18 months. In the settings" in HTML[8]
    assert "Updated section 10.2" in HTML[8]
    assert "Updated section 10.2" not in HTML[7]


def test_the_policy_has_the_size_and_parts_of_a_real_one() -> None:
    assert 900 <= len(words_of_policy(HTML[0])) <= 1500
    assert len(re.findall(r"<h3>", HTML[0])) == 13
    for part in ("<h4>", "<table>", "<ol>", "<li>in a private group"):
        assert part in HTML[0]


def test_every_heading_has_an_anchor_of_its_own() -> None:
    anchors = re.findall(r'<h[34]><a class="anchor" id="([\d-]+)" href="#\1"></a>([\d.]+?)\.? ', HTML[8])
    assert len(anchors) == len(re.findall(r"<h[34]>", HTML[8])) == len(set(anchors))
    assert all(anchor == number.replace(".", "-") for anchor, number in anchors)


def test_the_declaration_is_open_terms_archives_form() -> None:
    assert json.loads(DECLARATION) == {
        "name": "Courier",
        "terms": {"Privacy Policy": {"fetch": URL, "select": "#policy", "remove": ".print"}},
    }


def test_its_figures_are_declared_as_made_up() -> None:
    declared = json.loads(PUBLISHER)
    assert (declared["made_up"], declared["document"]) == (True, "Courier/Privacy Policy")
    assert [dataset["fetch"] for dataset in declared["datasets"]] == [FIGURES_URL]


def rows(night: Night) -> dict[tuple[str, ...], tuple[int, ...]]:
    """(country, first day, last day) -> (received, fulfilled, users)."""
    lines = [line.split(",") for line in figures_for(night).decode().splitlines()[1:]]
    return {tuple(line[:3]): tuple(map(int, line[3:])) for line in lines}


def test_figures_appear_when_their_periods_are_over() -> None:
    for night in NIGHTS:
        assert all(last < night.at.date().isoformat() for _, _, last in rows(night))
    assert [rows(later).keys() - rows(earlier).keys() != set() for earlier, later in itertools.pairwise(NIGHTS)] == [
        night in NIGHTS[-2:] for night in NIGHTS[1:]
    ]


def test_nothing_was_handed_over_before_the_widening_and_much_after() -> None:
    """As the policy says of itself until then: this has not happened so far."""
    widening = next(night for night in NIGHTS if "Disclosure widens" in night.shows)
    assert {figures[1:] for figures in rows(widening).values()} == {(0, 0)}
    last = {period: figures for period, figures in rows(NIGHTS[-1]).items() if period[1] > "2024-03"}
    assert sum(figures[1] for figures in last.values()) > 50
    assert all(figures[0] >= figures[1] for figures in rows(NIGHTS[-1]).values())


def test_one_figure_is_revised_and_none_withdrawn() -> None:
    before, after = rows(NIGHTS[-2]), rows(NIGHTS[-1])
    assert [period for period in before if after[period] != before[period]] == [("India", "2024-01-01", "2024-03-31")]


def test_an_edit_that_fits_not_once_is_refused() -> None:
    with pytest.raises(ValueError, match="fits 0 times"):
        _apply_edit("<p>one</p>", Edit("two", "three"))
    with pytest.raises(ValueError, match="fits 2 times"):
        _apply_edit("<p>one one</p>", Edit("one", "three"))


def test_a_night_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="UTC"):
        Night(at=NIGHTS[0].at.replace(tzinfo=None), shows="")


def test_a_page_counts_as_published_on_the_first_night_that_shows_it() -> None:
    assert published_at(NIGHTS[4]) == NIGHTS[2].at
    assert published_at(NIGHTS[9]) == NIGHTS[8].at
