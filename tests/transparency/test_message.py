# ruff: noqa: RUF001 - dashes of all lengths, typographic quotes and look-alike digits are what is tested
from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from tracker.errors import TrackerError
from tracker.model import Quarter, Report
from tracker.transparency import TransparencyError, parse_message

# Made-up figures in the form of the bot's answers.
SINGLE = """\
Transparency report for the period from 1 January 2031 to 31 March 2031

Fulfilled requests from Norway for IP address and/or phone number:
37

Affected users:
58

All requests are processed according to section 8.3 of the Privacy Policy

The next transparency report will be published in July 2031. Telegram’s annual DSA transparency report for the \
period from 17 February 2030 to 17 February 2031 is available on this webpage.
"""
QUARTERS = """\
Transparency report for the period 01.01.31–30.09.31

Fulfilled requests from the Netherlands for IP address and/or phone number:
Q1 — 5
Q2 – 0
Q3 - 18
Total: 23

Affected users:
Q1 – 9
Q2 – 0
Q3 – 71
Total: 80

All requests are processed according to paragraph 8.3 of the Privacy Policy. For more information, see Telegram's \
User Guidance for the EU Digital Services Act.

The next transparency report will be published in January 2032.
"""
NOTHING = """\
Transparency report for the period 01.01.31–30.09.31

Fulfilled requests from your country for IP address and/or phone number: 0
Affected users: 0
"""


def refused(text: str) -> TransparencyError:
    with pytest.raises(TransparencyError) as caught:
        parse_message(text)
    return caught.value


def test_a_single_figure_is_read() -> None:
    assert parse_message(SINGLE) == (
        Report(
            publisher="Telegram",
            country="NOR",
            start=date(2031, 1, 1),
            end=date(2031, 3, 31),
            requests=37,
            users=58,
            quarters=(),
            next_report=date(2031, 7, 1),
            paragraph="8.3",
        ),
    )


def test_quarters_and_totals_are_read() -> None:
    (report,) = parse_message(QUARTERS)
    assert (report.country, report.requests, report.users) == ("NLD", 23, 80)
    assert report.quarters == (
        Quarter(start=date(2031, 1, 1), end=date(2031, 3, 31), requests=5, users=9),
        Quarter(start=date(2031, 4, 1), end=date(2031, 6, 30), requests=0, users=0),
        Quarter(start=date(2031, 7, 1), end=date(2031, 9, 30), requests=18, users=71),
    )
    assert report.next_report == date(2032, 1, 1)


def test_without_totals_the_quarters_are_added_up() -> None:
    (report,) = parse_message(QUARTERS.replace("Total: 23\n", "").replace("Total: 80\n", ""))
    assert (report.requests, report.users) == (23, 80)


def test_your_country_is_told_by_the_caller() -> None:
    (report,) = parse_message(NOTHING)
    assert (report.country, report.requests, report.users, report.next_report) == (None, 0, 0, None)
    assert parse_message(NOTHING, country="ISL")[0].country == "ISL"


def test_a_message_about_another_country_than_the_callers_is_refused() -> None:
    with pytest.raises(TransparencyError, match="about NOR, and ISL was expected"):
        parse_message(SINGLE, country="ISL")


def test_the_callers_country_may_be_in_any_case_and_must_be_one() -> None:
    assert parse_message(NOTHING, country="isl")[0].country == "ISL"
    for text in (NOTHING, SINGLE):
        with pytest.raises(TransparencyError, match="'XYZ' is no code of a country"):
            parse_message(text, country="xyz")


@pytest.mark.parametrize(
    "period",
    ["01.01.31–30.08.31", "02.01.31–30.09.31", "01.02.31–30.04.31", "01.01.31–29.09.31", "01.01.31–01.01.31"],
)
def test_a_period_that_is_not_made_of_whole_quarters_is_refused_with_its_line(period: str) -> None:
    """Nothing else checks the period of a message that gives one figure."""
    error = refused(NOTHING.replace("01.01.31–30.09.31", period))
    assert (error.line_number, "is not made of whole quarters" in error.cause) == (1, True)


def test_a_period_that_ends_after_today_is_refused_with_its_line() -> None:
    assert parse_message(SINGLE + QUARTERS, today=date(2031, 9, 30)) == parse_message(SINGLE + QUARTERS)
    with pytest.raises(TransparencyError, match="the period ends on 2031-09-30, after 2031-09-29") as caught:
        parse_message(SINGLE + QUARTERS, today=date(2031, 9, 29))
    assert (caught.value.line_number, caught.value.line) == (12, QUARTERS.splitlines()[0])


@pytest.mark.parametrize("month", ["October 2031", "September 2033"])
def test_the_next_report_is_promised_within_two_years_after_the_period(month: str) -> None:
    assert parse_message(QUARTERS.replace("January 2032", month))[0].next_report is not None


def test_the_line_of_a_promise_that_cannot_be_right_is_named() -> None:
    assert refused(QUARTERS.replace("January 2032", "January 2023")).line_number == 17


def test_another_publisher_may_be_named() -> None:
    assert parse_message(SINGLE, publisher="Courier")[0].publisher == "Courier"


def test_two_messages_in_one_paste_give_two_reports() -> None:
    assert [report.country for report in parse_message(SINGLE + "\n\n" + QUARTERS)] == ["NOR", "NLD"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("–", "-"),
        ("–", " — "),
        ("Q", "q"),
        ("Q1 — 5", "**Q1** — **5**"),
        ("Q1 — 5", "Q1: 5"),
        ("Total", "*Total*"),
        ("Fulfilled", "Fullfilled"),
        ("Fulfilled", "FULFILED"),
        ("Fulfilled", "Fufilled"),
        ("Fulfilled", "Fulfilld"),
        ("Q1 — 5", "Q1—5"),
        ("Q1 — 5", "Q1 -- 5"),
        ("Q1 — 5", "* Q1 — 5"),
        ("Q1 — 5", "<b>Q1</b> — <strong>5</strong>"),
        ("Q3 – 71", "Q3 – 7\u200b1"),
        ("Q3 – 71", "Q3 – \u206871\u2069"),
        ("Affected", "Af\u00adfec\u2060ted"),
        ("\nAffected", "\n\u200eAffected"),
        ("January 2032", "**January** 2032"),
        ("01.01.31–30.09.31", "01.01.2031 – 30.09.2031"),
        ("01.01.31–30.09.31", "from 1 January 2031 to 30 September 2031"),
        ("\n", "\r\n"),
        ("\n", "\n\n\n"),
        (" ", "\u00a0 "),
        ("Affected users:", "  Affected users :  "),
        ("Privacy Policy. ", "Privacy Policy "),
        ("paragraph", "section"),
        ("January 2032.", "January 2032"),
        ("requests from the Netherlands", "requests from Netherlands"),
    ],
)  # fmt: skip
def test_spacing_dashes_bold_and_years_may_vary(old: str, new: str) -> None:
    varied = QUARTERS.replace(old, new).replace("Privacy Policy For more", "Privacy Policy. For more")
    assert varied != QUARTERS or old == "Privacy Policy. "
    assert parse_message(varied) == parse_message(QUARTERS)


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("Q3 - 18", "Q3 - 1", "add up to 6, and the total says 23"),
        ("Total: 80", "Total: 8", "add up to 80, and the total says 8"),
        ("Q2 – 0\nQ3 - 18\nTotal: 23", "Q2 – 0", "Q1, Q2 do not make up the period"),
        ("Q2 – 0\nQ3 - 18\nTotal: 23", "Q3 - 18", "Q1, Q3 do not make up the period"),
        ("Q2 – 0\nQ3 – 71", "Q2 – 0\nQ3 – 71\nQ4 – 1", "Q1, Q2, Q3, Q4 do not make up the period"),
        ("Q2 – 0\nQ3 - 18", "Q1 – 0\nQ3 - 18", "quarter 1 is given twice"),
        ("Total: 23", "Total: 23\nTotal: 23", "a second total"),
        ("01.01.31–30.09.31", "02.01.31–30.09.31", "is not made of whole quarters"),
        ("01.01.31–30.09.31", "30.09.31–01.01.31", "ends on 2031-01-01, before it starts on 2031-09-30"),
        ("Total: 80\n", "", "a total is given for the requests or for the users, and not for both"),
        ("Total: 23\n", "", "a total is given for the requests or for the users, and not for both"),
        ("January 2032", "September 2031", "promised before the end of this one's period, 2031-09-30"),
        ("January 2032", "January 2023", "promised before the end of this one's period"),
        ("January 2032", "October 2033", "more than 24 months after the end of this one's period, 2031-09-30"),
        ("01.01.31–30.09.31", "01.10.30–30.06.31", "do not make up the period"),
        ("01.01.31–30.09.31", "01.01.31–31.09.31", "no day of the calendar"),
        ("01.01.31–30.09.31", "01.31–09.31", "a message begins with"),
        ("01.01.31–30.09.31", "01.01.0031–30.09.0031", "a message begins with"),
        ("01.01.31–30.09.31", "01.01.1931–30.09.1931", "a message begins with"),
        ("01.01.31–30.09.31", "01/01/31–30/09/31", "a message begins with"),
        ("01.01.31–30.09.31", "０1.01.31–30.09.31", "(fullwidth digit zero) is none of the digits 0 to 9"),
        ("Q1 — 5", "Q1 — ５", "not understood: '５' (fullwidth digit five) is none of the digits 0 to 9"),
        ("Q1 — 5", "Q1 — ٥", "not understood: '٥' (arabic-indic digit five) is none of the digits 0 to 9"),
        ("Q1 — 5", "Q1 — ⁵", "not understood: '⁵' (superscript five) is none of the digits 0 to 9"),
        ("Q1 — 5", "Q1 — 5²", "not understood"),
        ("Q1 — 5", "Q1 — ⑤", "not understood"),
        ("Q1 — 5", "Q1 — 5\u20e3", "not understood"),
        ("Q1 — 5", "Q1 — О", "'О' has letters that look like digits"),
        ("Q3 – 71", "Q3 – 7l", "'7l' has letters that look like digits"),
        ("Q3 – 71", "Q3 – 7I", "'7I' has letters that look like digits"),
        ("Total: 80", "Total: 8О", "'8О' has letters that look like digits"),
        ("8.3 of", "８.3 of", "(fullwidth digit eight) is none of the digits 0 to 9"),
        ("Q3 – 71", "Q3 – 71,000", "'71,000' may be thousands or a fraction; if the bot means 71000, write its digits"),
        ("Q3 – 71", "Q3 – 71.000", "'71.000' may be thousands or a fraction"),
        ("Q3 – 71", "Q3 – 71\u202f000", "'71 000' may be thousands or a fraction"),
        ("Q3 – 71", "Q3 – 71’000", "may be thousands or a fraction"),
        ("Q3 – 71", "Q3 – 7\u200f1", "an invisible character may turn the order of the digits"),
        ("Q3 – 71", "Q3 – \u202e17", "an invisible character may turn the order of the digits"),
        ("Q1 — 5", "Q1 — -5", "not understood"),
        ("Q1 — 5", "Q1 5", "not understood"),
        ("Q1 — 5", "Q1 — ~~5~~", "not understood"),
        ("Fulfilled", "Unfulfilled", "not understood"),
        ("Fulfilled", "Received", "not understood"),
        ("Q1 — 5", "Q1 — 05", "not understood"),
        ("Q3 – 71", "Q3 – 7*1", "not understood"),
        ("Q3 – 71", "Q3 – 7**1", "not understood"),
        ("Q3 – 71", "Q3 – 7 1", "not understood"),
        ("Q3 – 71", "Q3 – 7,1", "not understood"),
        ("Q3 – 71", "Q3 – 71k", "not understood"),
        ("Q3 – 71", "Q3 – about 71", "not understood"),
        ("Q3 – 71", "Q5 – 71", "not understood"),
        ("the Netherlands", "Atlantis", "'Atlantis' names no country for certain"),
        ("the Netherlands", "Korea", "'Korea' names no country for certain"),
        ("Affected users:", "Betroffene Nutzer:", "the message began in English, and this line is German"),
        ("All requests", "The next transparency report will be published in May 2032.\nAll requests", "stands twice"),
        ("Affected users:", "", "quarter 1 is given twice"),
        ("Affected users:", "Affected users:\nAffected users:", "the users are given twice"),
        ("8.3 of the Privacy Policy", "8.3 of another policy", "not understood"),
        ("January 2032", "winter 2032", "not understood"),
        ("Transparency report", "Hello! Transparency report", "a message begins with"),
    ],
)
def test_what_is_not_understood_or_does_not_add_up_is_refused_with_its_line(old: str, new: str, cause: str) -> None:
    assert old in QUARTERS
    error = refused(QUARTERS.replace(old, new, 1))
    assert cause in str(error)
    assert error.line_number is not None
    assert error.line in QUARTERS.replace(old, new, 1).splitlines()
    assert repr(error.line) in str(error)


def test_every_dash_of_unicode_parts_quarter_and_figure_and_the_days_of_a_period() -> None:
    dashes = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Pd"]
    assert len(dashes) > 20
    for dash in [*dashes, "\u2212", "\u2043", "\u2796", "\u207b", "--", "---"]:
        for spaced in (dash, f" {dash} ", f"{dash} "):
            text = QUARTERS.replace("Q3 – 71", f"Q3{spaced}71").replace("31–30", f"31{spaced}30")
            assert parse_message(text) == parse_message(QUARTERS), hex(ord(dash[0]))


def test_users_may_stand_before_requests_and_the_closing_sentences_may_change_places() -> None:
    title, requests, users, citation, promise = QUARTERS.strip().split("\n\n")
    for blocks in (
        (title, users, requests, citation, promise),
        (title, requests, users, promise, citation),
        (title, citation, users, requests, promise),
        (title, requests, citation, users, promise),
    ):
        assert parse_message("\n\n".join(blocks)) == parse_message(QUARTERS)


@pytest.mark.parametrize("last", ["37", "3"])
def test_figures_after_all_sentences_are_refused_since_more_may_have_followed(last: str) -> None:
    """Cut off, 37 looks like 3: only a sentence after it shows that the figure is whole."""
    title, requests, users, citation, promise = SINGLE.strip().split("\n\n")
    error = refused("\n\n".join((title, users, citation, promise, requests.replace("37", last))))
    assert "no sentence follows the figures" in error.cause
    assert error.line == last


def test_noughts_for_the_users_alone_may_have_lost_what_followed() -> None:
    assert "no sentence follows the figures" in refused(NOTHING.replace("number: 0", "number: 4")).cause


def test_a_total_that_does_not_add_up_is_the_line_that_is_named() -> None:
    assert refused(QUARTERS.replace("Total: 80", "Total: 81")).line == "Total: 81"


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded from Transparency",
        "**Forwarded from:** Transparency",
        "[Forwarded from Transparency]",
        "Weitergeleitet von Transparency",
        "Переслано от Transparency",
        "Transparency, [14.10.2031 10:22]",
        "Transparency, [14.10.31 10:22:07]:",
    ],
)
def test_a_line_of_a_messenger_may_stand_above_a_message(header: str) -> None:
    assert parse_message(f"{header}\n{SINGLE}") == parse_message(SINGLE)
    assert parse_message(f"{header}\n\n{SINGLE}{header}\n{QUARTERS}") == parse_message(SINGLE + QUARTERS)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Forwarded from Transparency\n", 1),
        ("Forwarded from Transparency\nForwarded from Transparency\n" + SINGLE, 2),
        (SINGLE + "Forwarded from Transparency", 12),
        (SINGLE.replace("Affected users", "Forwarded from Transparency\nAffected users"), 7),
        ("Forwarded from 12 people\n" + SINGLE, 1),
        ("Forwarded\n" + SINGLE, 1),
        ("Transparency, yesterday\n" + SINGLE, 1),
    ],
)
def test_a_line_of_a_messenger_elsewhere_or_of_another_form_is_refused(text: str, line: int) -> None:
    assert refused(text).line_number == line


def test_letters_that_fold_to_others_are_no_reason_to_fail() -> None:
    """The long s is an s without case: a month is found by the letters it folds to."""
    text = SINGLE.replace("in July 2031", "in Auguſt 2031")
    assert parse_message(text)[0].next_report == date(2031, 8, 1)


def test_quarters_for_the_requests_alone_are_refused() -> None:
    text = QUARTERS.replace("Q1 – 9\nQ2 – 0\nQ3 – 71\n", "")
    assert "not for both" in str(refused(text))


def test_users_without_requests_are_refused() -> None:
    assert "no request was fulfilled" in str(refused(SINGLE.replace("\n37\n", "\n0\n")))


def test_a_second_bare_figure_is_refused() -> None:
    assert "not understood" in str(refused(SINGLE.replace("\n37\n", "\n37\n38\n")))


@pytest.mark.parametrize("message", [SINGLE, QUARTERS, NOTHING])
def test_a_message_cut_off_anywhere_never_gives_other_figures(message: str) -> None:
    (whole,) = parse_message(message)
    for length in range(len(message)):
        try:
            (report,) = parse_message(message[:length])
        except TransparencyError:
            continue
        assert (report.requests, report.users, report.quarters) == (whole.requests, whole.users, whole.quarters)
        assert report.paragraph == whole.paragraph
        assert report.next_report in (None, whole.next_report)


@pytest.mark.parametrize("text", ["", "\n\n", "hello", "x" * 200_000, "**" * 40_000, "\u200b\n", "1\u200e" * 40_000])
def test_a_text_that_is_no_report_is_refused(text: str) -> None:
    assert isinstance(refused(text), TrackerError)


@pytest.mark.parametrize("text", ["", "\n\n", "\u200b\n", "**\n__"])
def test_an_empty_text_has_no_line_to_name_and_the_error_says_so(text: str) -> None:
    error = refused(text)
    assert (error.line_number, error.line) == (None, None)
    assert "the text is empty: it has no line to read" in error.cause


@pytest.mark.shared
def test_the_sample_messages_give_the_figures_of_their_index(shared_data: Path) -> None:
    folder = shared_data / "transparency" / "bot-messages"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 8
    for row in rows:
        (report,) = parse_message((folder / row["file"]).read_text(encoding="utf-8"))
        own = report.country is None
        assert own == ("country not named" in row["format"])
        assert own or report.country == row["country"]
        assert [report.start, report.end] == [date.fromisoformat(row[key]) for key in ("from", "to")]
        assert (report.requests, report.users) == (row["requests"], row["users"])
        assert [
            {
                "from": quarter.start.strftime("%Y%m%d"),
                "to": quarter.end.strftime("%Y%m%d"),
                "requests": quarter.requests,
                "users": quarter.users,
            }
            for quarter in report.quarters
        ] == (row["quarters"] or [])
        assert report.paragraph == (None if own else "8.3")
        assert (report.next_report is None) == own


@pytest.mark.shared
def test_the_sample_messages_give_the_rows_of_the_dataset(shared_data: Path) -> None:
    """Each message's whole period is a row of its country, and so is each of its quarters."""
    folder = shared_data / "transparency"
    dataset = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    index = (folder / "bot-messages" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    for code, file in ((row["country"], row["file"]) for row in map(json.loads, index)):
        text = (folder / "bot-messages" / file).read_text(encoding="utf-8")
        (report,) = parse_message(text, country=code)
        assert report.country == code
        parts: list[Report | Quarter] = [report, *report.quarters]
        for part in parts:
            wanted = {"from": part.start.strftime("%Y%m%d"), "to": part.end.strftime("%Y%m%d")}
            rows = [row for row in dataset[code] if {key: row[key] for key in wanted} == wanted]
            assert rows == [wanted | {"requests": part.requests, "users": part.users}], file
