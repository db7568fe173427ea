"""The second look: what stays is recorded, what does not is held, and nobody waits longer than once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tracker.model import DocumentKey, Failure
from tracker.pipeline import Workspace

URL = "https://lantern.example/privacy"
OTHER = "https://other.example/privacy"
TERMS = "https://lantern.example/terms"
LANTERN = DocumentKey.parse("Lantern/Privacy Policy")
FIRST_NIGHT = datetime(2024, 10, 1, 3, tzinfo=UTC)
NEW = "A clause on maps, which a company in Oslo draws for us, is new on this page."
NEWER = "A clause on stamps, which a printer in Riga makes for us, is new on this page."

Night = Callable[..., Any]


@pytest.fixture
def old(night: Night, publisher: Any, declare: Any) -> None:
    """A document that was recorded on the first night."""
    declare("Lantern", Privacy_Policy=URL)
    publisher.publish(URL)
    night()


@pytest.fixture
def texts(workspace: Workspace) -> Callable[[], list[str]]:
    """What each record of the document says."""

    def read() -> list[str]:
        with workspace.open_archive() as archive:
            return [archive.read(LANTERN, record.commit).markdown for record in archive.records_of(LANTERN)]

    return read


# -------------------------------------------------------------------------------------------------------------- stable


@pytest.mark.usefixtures("old")
def test_a_new_text_that_stays_is_recorded_after_a_second_look(
    night: Night, publisher: Any, checks: Any, texts: Any
) -> None:
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].outcome == "changed"
    assert publisher.slept == [20]
    assert NEW in texts()[-1]
    second = FIRST_NIGHT + timedelta(days=1, seconds=20)
    assert [(row.outcome, row.checked_at) for row in checks()] == [("first-record", FIRST_NIGHT), ("changed", second)]


def test_the_second_look_asks_the_same_address_past_all_caches(night: Night, publisher: Any, declare: Any) -> None:
    """Without the validators, too, that the first one sent."""
    publisher.tags = True
    declare("Lantern", Privacy_Policy=URL)
    publisher.publish(URL)
    night()
    publisher.pages[URL] = publisher.page(NEW)
    night()
    first, second = publisher.asked[-2:]
    assert (first.url, first.no_cache, bool(first.validators)) == (URL, False, True)
    assert (second.url, second.no_cache, bool(second.validators)) == (URL, True, False)


@pytest.mark.usefixtures("old")
def test_the_record_is_the_first_capture_and_the_second_is_no_confirmation(
    night: Night, publisher: Any, workspace: Workspace
) -> None:
    publisher.pages[URL] = publisher.page(NEW)
    publisher.second[URL] = publisher.page(NEW).replace("<main>", "<nav>12 new</nav><main>")
    night()
    with workspace.open_archive() as archive:
        stored = archive.latest(LANTERN)
    assert stored is not None
    assert stored.provenance.fetched_at == FIRST_NIGHT + timedelta(days=1)
    assert night(unconfirmed=True).keys() == {str(LANTERN)}
    assert night(unconfirmed=True) == {}


@pytest.mark.usefixtures("old")
def test_nothing_new_needs_no_second_look(night: Night, publisher: Any, declare: Any) -> None:
    """Neither a text seen before, nor other markup, nor a first record, nor rules of our own that moved."""
    night()
    publisher.pages[URL] = publisher.pages[URL].replace("Clause 3", "<b>Clause 3</b>")
    publisher.publish(OTHER)
    declare("Other", Privacy_Policy=OTHER)
    found = night()
    assert (found[str(LANTERN)].outcome, found["Other/Privacy Policy"].outcome) == ("technical", "first-record")
    declare("Lantern", Privacy_Policy={"fetch": URL, "select": "main", "remove": "p:nth-of-type(2)"})
    assert night()[str(LANTERN)].outcome == "technical"
    assert publisher.slept == []
    assert not any(request.no_cache for request in publisher.asked)


@pytest.mark.usefixtures("old")
def test_a_second_look_can_be_turned_off(night: Night, publisher: Any, workspace: Workspace) -> None:
    object.__setattr__(workspace, "settings", replace(workspace.settings, confirm_seconds=0))
    publisher.pages[URL] = publisher.page(NEW)
    asked = len(publisher.asked)
    assert night()[str(LANTERN)].outcome == "changed"
    assert (publisher.slept, len(publisher.asked)) == ([], asked + 1)


# ---------------------------------------------------------------------------------------------------------- not stable


@pytest.mark.usefixtures("old")
def test_a_text_that_gives_way_to_the_old_one_is_held_as_rotation(
    night: Night, publisher: Any, held: Any, checks: Any, texts: Any
) -> None:
    publisher.second[URL] = publisher.pages[URL]
    publisher.pages[URL] = publisher.page(NEW)
    result = night()[str(LANTERN)]
    assert (result.outcome, result.reason, result.headline) == ("held", "rotating", None)
    assert result.detail == "the second look, at 2024-10-02T03:00:20Z, gave the old text again"
    kept = held()
    assert (kept.outcome, kept.reason, kept.held_at) == ("held", "rotating", FIRST_NIGHT + timedelta(days=1))
    assert NEW in kept.markdown
    assert [path for path, _ in kept.snapshots] == ["Lantern/Privacy Policy.html"]
    assert checks()[-1].outcome == "held"
    assert len(texts()) == 1


@pytest.mark.usefixtures("old")
@pytest.mark.parametrize(
    ("second", "said"),
    [
        (NEWER, "gave yet another text"),
        (Failure(reason="timeout", detail="no answer"), "failed (timeout: no answer)"),
        (Failure(reason="robots-disallowed", detail="robots.txt says no"), "was not allowed (robots-disallowed: "),
        ("<html><title>Log in</title><main><h1>Log in</h1><p>Log in</p></main></html>", "was refused (login-wall: "),
        ("<html><body><h1>Elsewhere</h1></body></html>", "was refused (selector-without-match: "),
        ("<html><main><h1>Privacy</h1><p>Nothing stands here any more.</p></main></html>", "was refused ("),
    ],
)
def test_a_text_whose_second_look_gives_something_else_is_held_as_unstable(
    night: Night, publisher: Any, held: Any, second: str | Failure, said: str
) -> None:
    publisher.pages[URL] = publisher.page(NEW)
    publisher.second[URL] = publisher.page(second) if second == NEWER else second
    result = night()[str(LANTERN)]
    assert (result.outcome, result.reason) == ("held", "unstable")
    assert said in result.detail
    assert NEW in held().markdown


@pytest.mark.usefixtures("old")
def test_a_bug_met_in_the_second_look_holds_the_text_back(
    night: Night, publisher: Any, held: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher.pages[URL] = publisher.page(NEW)
    real = publisher.sleep

    def sleep(seconds: float) -> None:
        real(seconds)

        def stumble(*_args: Any, **_kwargs: Any) -> Any:
            raise RecursionError("too deep")

        monkeypatch.setattr("tracker.pipeline.night.judge_capture", stumble)

    monkeypatch.setattr(publisher, "sleep", sleep)
    result = night()[str(LANTERN)]
    assert (result.outcome, result.reason) == ("held", "unstable")
    assert "RecursionError" in result.detail
    assert held() is not None


# ----------------------------------------------------------------------------------------------------- the next nights


@pytest.fixture
def rotating(night: Night, publisher: Any, old: None) -> str:
    """A text that was held for rotation on the second night; gives its page."""
    del old
    publisher.second[URL] = publisher.pages[URL]
    new: str = publisher.page(NEW)
    publisher.pages[URL] = new
    assert night()[str(LANTERN)].outcome == "held"
    publisher.second.clear()
    return new


def test_a_held_text_that_a_later_run_finds_stable_is_recorded(
    night: Night, publisher: Any, rotating: str, held: Any, texts: Any
) -> None:
    publisher.pages[URL] = rotating
    assert night()[str(LANTERN)].outcome == "changed"
    assert held() is None
    assert len(texts()) == 2


def test_a_held_text_that_stays_away_is_let_go_and_stays_in_the_archives_history(
    night: Night, workspace: Workspace, rotating: str, held: Any
) -> None:
    del rotating
    with workspace.open_archive() as archive:
        before = archive.head()
    assert night()[str(LANTERN)].outcome == "unchanged"
    assert held() is None
    with workspace.open_archive() as archive:
        assert before is not None
        assert NEW in archive.read_body(".tracker/held/Lantern/Privacy Policy/text.md", before).decode()


def test_a_held_text_that_comes_and_goes_is_held_as_long_as_it_does(
    night: Night, publisher: Any, rotating: str, held: Any, texts: Any
) -> None:
    since = held().held_at
    for _ in range(3):
        publisher.second[URL] = publisher.pages[URL]
        publisher.pages[URL] = rotating
        assert night()[str(LANTERN)].reason == "rotating"
    assert held().held_at == since
    assert len(texts()) == 1


def test_an_error_page_does_not_drive_out_what_waits(night: Night, publisher: Any, rotating: str, held: Any) -> None:
    publisher.pages[URL] = "<html><title>404</title><main><h1>Page not found</h1></main></html>"
    assert night()[str(LANTERN)].outcome == "refused"
    assert NEW in held().markdown
    publisher.pages[URL] = rotating
    assert night()[str(LANTERN)].outcome == "changed"


def test_what_was_held_is_captured_again_among_what_awaits_confirmation(
    night: Night, publisher: Any, rotating: str
) -> None:
    publisher.pages[URL] = rotating
    assert night(unconfirmed=True)[str(LANTERN)].outcome == "changed"


@pytest.mark.usefixtures("old")
def test_a_shrunk_text_that_is_seen_again_is_looked_at_twice_as_well(
    night: Night, publisher: Any, held: Any, clauses: Sequence[str]
) -> None:
    whole = publisher.pages[URL]
    publisher.publish(URL, *clauses[:2])
    assert night()[str(LANTERN)].reason == "shrunk"
    publisher.second[URL] = whole
    assert night()[str(LANTERN)].reason == "rotating"
    assert held().outcome == "held"


@pytest.fixture
def set_back(publisher: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine's clock is set back by two days in the pause."""
    real = publisher.sleep

    def sleep(seconds: float) -> None:
        real(seconds)
        publisher.at -= timedelta(days=2)

    monkeypatch.setattr(publisher, "sleep", sleep)


@pytest.mark.usefixtures("old", "set_back")
def test_a_doubt_that_the_first_look_overcame_does_not_come_back_with_a_clock_set_back(
    night: Night, publisher: Any, held: Any, clauses: Sequence[str]
) -> None:
    publisher.publish(URL, *clauses[:2])
    assert night()[str(LANTERN)].reason == "shrunk"
    assert night()[str(LANTERN)].outcome == "changed"
    assert publisher.slept == [20]
    assert held() is None


@pytest.mark.usefixtures("old", "set_back")
def test_a_text_is_last_seen_at_the_later_of_both_looks_whatever_the_clock_does(
    night: Night, publisher: Any, checks: Any
) -> None:
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].outcome == "changed"
    assert max(row.checked_at for row in checks()) == FIRST_NIGHT + timedelta(days=1)


@pytest.mark.usefixtures("old")
def test_a_doubt_that_the_first_look_overcame_vouches_for_no_other_doubt(
    night: Night, publisher: Any, monkeypatch: pytest.MonkeyPatch, clauses: Sequence[str]
) -> None:
    """In the pause the address begins to redirect to a home page, which gives the same text."""
    publisher.publish(URL, *clauses[:2])
    night()
    real = publisher.sleep

    def sleep(seconds: float) -> None:
        real(seconds)
        publisher.redirects[URL] = "https://lantern.example/"

    monkeypatch.setattr(publisher, "sleep", sleep)
    found = night()[str(LANTERN)]
    assert (found.outcome, found.reason) == ("held", "unstable")
    assert "moved: " in found.detail


@pytest.mark.usefixtures("old")
def test_a_shrunk_text_that_bears_the_day_is_a_night_late_and_not_held_for_ever(
    night: Night, publisher: Any, declare: Any
) -> None:
    url = "https://stamped.example/privacy"
    declare("Stamped", Privacy_Policy=url)
    long = [
        f"Sentence {number} says what Lantern does with letter {number} of those that you send." for number in range(90)
    ]
    publisher.publish(url, *long)
    night()
    found = []
    for day in range(3):
        publisher.publish(url, f"Printed on day {day}.", *long[:30], "We keep nothing else from now on.")
        found.append(night()["Stamped/Privacy Policy"].outcome)
    assert found == ["held", "changed", "changed"]


# ------------------------------------------------------------------------------------------------- several at one time


@pytest.fixture
def many(night: Night, publisher: Any, declare: Any) -> Sequence[str]:
    """Five documents that were recorded on the first night; gives their addresses."""
    urls = [f"https://site{number}.example/privacy" for number in range(5)]
    for number, url in enumerate(urls):
        declare(f"Site{number}", Privacy_Policy=url)
        publisher.publish(url)
    night()
    publisher.asked.clear()
    return urls


def test_one_pause_serves_all_new_texts(night: Night, publisher: Any, many: Sequence[str]) -> None:
    for url in many[1:4]:
        publisher.pages[url] = publisher.page(NEW)
    publisher.second[many[2]] = publisher.page(NEWER)
    outcomes = [result.outcome for result in night().values()]
    assert outcomes == ["unchanged", "changed", "held", "changed", "unchanged"]
    assert publisher.slept == [20]
    assert sorted(request.url for request in publisher.asked if request.no_cache) == list(many[1:4])


def test_the_pause_runs_from_the_newest_text_and_not_from_the_end_of_the_round(
    night: Night, publisher: Any, many: Sequence[str]
) -> None:
    """Captures come from the last document to the first; each takes six seconds."""
    publisher.spends = 6
    publisher.pages[many[2]] = publisher.page(NEW)
    night()
    assert publisher.slept == [20 - 2 * 6]


def test_a_round_that_takes_longer_than_the_pause_waits_for_nothing(
    night: Night, publisher: Any, many: Sequence[str]
) -> None:
    publisher.spends = 15
    publisher.pages[many[2]] = publisher.page(NEW)
    assert night()["Site2/Privacy Policy"].outcome == "changed"
    assert publisher.slept == [0]


def test_others_are_told_before_the_pause(night: Night, publisher: Any, many: Sequence[str]) -> None:
    publisher.pages[many[4]] = publisher.page(NEW)
    told: list[tuple[str, int, int, int]] = []
    night(progress=lambda result, done, of: told.append((result.outcome, done, of, len(publisher.slept))))
    assert told == [*(("unchanged", number, 5, 0) for number in range(1, 5)), ("changed", 5, 5, 1)]


def test_a_combined_document_is_captured_again_whole(
    night: Night, publisher: Any, declare: Any, held: Any, clauses: Sequence[str]
) -> None:
    sources = [{"fetch": url, "select": "main"} for url in (URL, TERMS)]
    declare("Lantern", Privacy_Policy={"combine": sources})
    publisher.publish(URL)
    publisher.publish(TERMS, *(f"{clause} In terms, that is." for clause in clauses))
    night()
    publisher.pages[URL] = publisher.page(NEW)
    publisher.second[TERMS] = publisher.pages[TERMS].replace("Clause 5", "Section 5")
    assert night()[str(LANTERN)].reason == "unstable"
    assert sorted(request.url for request in publisher.asked if request.no_cache) == [URL, TERMS]
    assert "Section 5" not in held().markdown


def test_an_address_that_two_new_texts_share_is_asked_once_more(night: Night, publisher: Any, declare: Any) -> None:
    for service in ("Lantern", "Other"):
        declare(service, Privacy_Policy=URL)
    publisher.publish(URL)
    night()
    publisher.pages[URL] = publisher.page(NEW)
    assert [result.outcome for result in night().values()] == ["changed", "changed"]
    assert len([request for request in publisher.asked if request.no_cache]) == 1


@pytest.mark.usefixtures("old")
def test_a_run_that_is_ended_in_the_pause_leaves_the_archive_as_it_was(
    night: Night, publisher: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workspace.open_archive() as archive:
        before = archive.head()
    publisher.pages[URL] = publisher.page(NEW)

    def interrupt(_seconds: float) -> Iterator[None]:
        raise KeyboardInterrupt

    monkeypatch.setattr(publisher, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        night()
    with workspace.open_archive() as archive:
        assert archive.head() == before


# ----------------------------------------------------------------------------------------------------- a missing end


def _long_page(last: str, *, has_end: bool) -> str:
    body = "".join(f"<p>Paragraph {number} says what Lantern keeps of number {number}.</p>" for number in range(60))
    return f"<html><body><main>{body}<p>{last}</p></main>{'</body></html>' if has_end else ''}"


def test_a_page_that_drops_its_closing_tag_for_good_and_its_end_is_a_night_late(
    night: Night, publisher: Any, declare: Any
) -> None:
    """HTML lets both closing tags be left out, and minifiers do so."""
    declare("Lantern", Privacy_Policy=URL)
    publisher.pages[URL] = _long_page("Letters wait in the loft until spring.", has_end=True)
    night()
    publisher.pages[URL] = _long_page("Letters wait in the loft.", has_end=False)
    assert [(found := night()[str(LANTERN)]).outcome, found.reason] == ["held", "truncated"]
    assert night()[str(LANTERN)].outcome == "changed"
    publisher.pages[URL] = _long_page("Letters wait.", has_end=False)
    assert night()[str(LANTERN)].outcome == "changed"


def test_a_page_that_drops_its_closing_tag_and_words_elsewhere_is_recorded_at_once(
    night: Night, publisher: Any, declare: Any
) -> None:
    declare("Lantern", Privacy_Policy=URL)
    publisher.pages[URL] = _long_page("Letters wait in the loft until spring.", has_end=True)
    night()
    shorter = _long_page("Letters wait in the loft until spring.", has_end=False)
    publisher.pages[URL] = shorter.replace("Lantern keeps of number 7", "Lantern keeps of 7")
    assert night()[str(LANTERN)].outcome == "changed"
