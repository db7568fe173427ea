"""Documents that end or move, night by night: seen where they are, and never a removal of clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tracker.archive import Archive
from tracker.history import list_departures, tell_standing
from tracker.model import Answer, Check, DocumentKey, Failure, Standing
from tracker.pipeline import Workspace

URL = "https://lantern.example/legal/privacy"
NEW_URL = "https://beacon.example/legal/privacy"
HOME = "https://lantern.example/en/"
LANTERN = DocumentKey.parse("Lantern/Privacy Policy")
NEW = "A clause on maps, which a company in Oslo draws for us, is new on this page."
WELCOME = tuple(
    f"Send greeting number {number} to everybody whom you know, at no charge at all." for number in range(9)
)

Night = Callable[..., Any]


@pytest.fixture(autouse=True)
def _old(night: Night, publisher: Any, declare: Any) -> None:
    """A document that was recorded on the first night."""
    declare("Lantern", Privacy_Policy=URL)
    publisher.publish(URL)
    night()


@pytest.fixture
def standing(checks: Any) -> Callable[[], Standing]:
    return lambda: tell_standing(checks())


@pytest.fixture
def records(workspace: Workspace) -> Callable[[], int]:
    """How often the document was recorded."""

    def count() -> int:
        with workspace.open_archive() as archive:
            return len(archive.records_of(LANTERN))

    return count


def test_a_look_at_a_document_in_its_place_keeps_no_answers(checks: Any, night: Night) -> None:
    night()
    assert [row.answers for row in checks()] == [(), ()]


def test_a_look_at_which_nothing_was_modified_keeps_no_answers(
    night: Night, publisher: Any, declare: Any, workspace: Workspace
) -> None:
    """None would say that nobody knows what was answered."""
    publisher.tags = True
    declare("Tagged", Privacy_Policy=NEW_URL)
    publisher.publish(NEW_URL)
    night()
    night()
    with workspace.open_archive() as archive:
        row = archive.checks(DocumentKey.parse("Tagged/Privacy Policy"))[-1]
    assert (row.outcome, row.answers) == ("unchanged", ())
    assert publisher.asked[-1].validators


def test_what_a_page_that_is_gone_answered_is_kept(night: Night, publisher: Any, checks: Any, standing: Any) -> None:
    publisher.pages[URL] = Failure(reason="not-found", detail="410 Gone", status=410, final_url=URL)
    assert night()[str(LANTERN)].reason == "not-found"
    assert checks()[-1].answers == (Answer(url=URL, status=410, final_url=URL),)
    assert standing().state == "ended"


def test_a_fault_without_an_answer_keeps_none(night: Night, publisher: Any, checks: Any) -> None:
    publisher.pages[URL] = Failure(reason="timeout", detail="no answer")
    night()
    assert checks()[-1].answers == ()


def test_a_move_to_another_host_with_the_same_text_is_seen_and_told(
    night: Night, publisher: Any, checks: Any, standing: Any
) -> None:
    publisher.redirects[URL] = NEW_URL
    assert night()[str(LANTERN)].outcome == "unchanged"
    assert checks()[-1].answers == (Answer(url=URL, status=200, final_url=NEW_URL),)
    assert (standing().state, standing().new_url, standing().is_served) == ("moved", NEW_URL, True)


def test_a_move_to_another_host_with_a_change_is_a_change(
    night: Night, publisher: Any, standing: Any, records: Any
) -> None:
    publisher.redirects[URL] = NEW_URL
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].outcome == "changed"
    assert (records(), standing().is_served) == (2, True)


@pytest.mark.parametrize("target", [HOME, NEW_URL])
def test_another_document_behind_a_redirect_is_never_believed(
    *, night: Night, publisher: Any, standing: Any, held: Any, records: Any, target: str
) -> None:
    """However often it is seen: its clauses would stand on a page as added, and all those before as removed."""
    publisher.redirects[URL] = target
    publisher.publish(URL, *WELCOME)
    results = [night()[str(LANTERN)] for _ in range(4)]
    assert {(result.outcome, result.reason) for result in results} == {("held", "moved")}
    assert target in results[0].detail
    assert "another-document: " in results[0].detail
    assert (held().reason, records()) == ("moved", 1)
    assert (standing().state, standing().new_url, standing().is_served) == ("moved", target, False)


@pytest.mark.parametrize("target", [HOME, NEW_URL])
def test_a_page_without_the_selected_part_behind_a_redirect_may_be_a_move(
    night: Night, publisher: Any, standing: Any, target: str
) -> None:
    publisher.redirects[URL] = target
    publisher.pages[URL] = "<html><body><h1>Welcome</h1><p>Greetings for everybody.</p></body></html>"
    assert night()[str(LANTERN)].reason == "selector-without-match"
    assert (standing().state, standing().new_url) == ("moved", target)


def test_a_home_page_that_keeps_much_of_the_text_is_held_too(
    night: Night, publisher: Any, held: Any, records: Any, standing: Any
) -> None:
    publisher.redirects[URL] = HOME
    publisher.pages[URL] = publisher.page(NEW)
    assert [night()[str(LANTERN)].reason for _ in range(3)] == ["moved"] * 3
    assert (records(), standing().state) == (1, "moved")
    assert held().detail == f"{URL} redirects to {HOME}, a home page, as it did not before"


def test_a_home_page_with_the_very_text_is_the_document(night: Night, publisher: Any, standing: Any) -> None:
    publisher.redirects[URL] = HOME
    assert night()[str(LANTERN)].outcome == "unchanged"
    assert standing().state == "watching"


def test_what_was_held_behind_a_redirect_is_not_believed_when_the_redirect_is_gone(
    night: Night, publisher: Any, held: Any, records: Any
) -> None:
    """The home page, then served in place, is a text that the document's own address gives for the first time."""
    publisher.redirects[URL] = HOME
    publisher.publish(URL, *WELCOME)
    night()
    astray = held()
    publisher.redirects.clear()
    assert night()[str(LANTERN)].reason == "another-document"
    assert (held().reason, held().text_sha256, records()) == ("another-document", astray.text_sha256, 1)
    assert held().held_at > astray.held_at
    assert night()[str(LANTERN)].outcome == "changed"


def test_what_was_held_in_its_own_place_keeps_its_slot_behind_a_redirect(
    night: Night, publisher: Any, held: Any, clauses: Sequence[str]
) -> None:
    publisher.publish(URL, *clauses[:2])
    night()
    before = held()
    publisher.redirects[URL] = HOME
    assert night()[str(LANTERN)].reason == "moved"
    assert (held().reason, held().held_at) == ("shrunk", before.held_at)


def test_a_host_at_which_the_text_was_seen_is_the_documents_own(
    night: Night, publisher: Any, records: Any, clauses: Sequence[str]
) -> None:
    """It moved unaltered, which no record tells; what becomes of the text there is judged as anywhere."""
    publisher.redirects[URL] = NEW_URL
    assert [night()[str(LANTERN)].outcome for _ in range(2)] == ["unchanged"] * 2
    publisher.publish(URL, *clauses[:2])
    found = night()[str(LANTERN)]
    assert (found.outcome, found.reason) == ("held", "shrunk")
    assert night()[str(LANTERN)].outcome == "changed"
    assert records() == 2


@pytest.mark.parametrize("target", ["https://lantern.example/index.php?title=Privacy_policy", HOME])
def test_an_address_at_which_the_text_was_seen_is_the_documents_own(
    night: Night, publisher: Any, records: Any, target: str
) -> None:
    publisher.redirects[URL] = target
    assert [night()[str(LANTERN)].outcome for _ in range(2)] == ["unchanged"] * 2
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].outcome == "changed"
    assert records() == 2


def test_an_address_with_a_parameter_that_chooses_a_page_is_no_home_page(
    night: Night, publisher: Any, records: Any
) -> None:
    publisher.redirects[URL] = "https://lantern.example/index.php?title=Privacy_policy"
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].outcome == "changed"
    assert records() == 2


def test_a_home_page_seen_only_as_another_document_stays_a_home_page(night: Night, publisher: Any) -> None:
    publisher.redirects[URL] = HOME
    publisher.publish(URL, *WELCOME)
    night()
    publisher.pages[URL] = publisher.page(NEW)
    assert night()[str(LANTERN)].reason == "moved"


def test_all_rows_are_read_once_however_many_documents_lead_away(
    night: Night, publisher: Any, declare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = [f"https://site{number}.example/privacy" for number in range(3)]
    for number, url in enumerate(urls):
        declare(f"Site{number}", Privacy_Policy=url)
        publisher.publish(url)
    night()
    publisher.redirects |= dict.fromkeys(urls, NEW_URL)
    read: list[object] = []
    real = Archive.checks

    def checks(archive: Archive, key: DocumentKey | None = None) -> Sequence[Check]:
        read.append(key)
        return real(archive, key)

    monkeypatch.setattr(Archive, "checks", checks)
    night(with_site=False)
    assert read == [None]
    publisher.redirects.clear()
    night(with_site=False)
    assert read == [None]


def test_a_first_capture_behind_a_redirect_to_a_home_page_is_held(
    night: Night, publisher: Any, declare: Any, workspace: Workspace
) -> None:
    url = "https://short.example/legal/privacy"
    declare("Short", Privacy_Policy=url)
    publisher.publish(url, *WELCOME)
    publisher.redirects[url] = "https://short.example/"
    found = [night()["Short/Privacy Policy"] for _ in range(3)]
    assert {(result.outcome, result.reason) for result in found} == {("held", "moved")}
    assert found[0].detail == f"{url} redirects to https://short.example/, a home page"
    with workspace.open_archive() as archive:
        assert archive.records_of(DocumentKey.parse("Short/Privacy Policy")) == ()
    publisher.redirects.clear()
    publisher.publish(url)
    assert night()["Short/Privacy Policy"].outcome == "first-record"


def test_a_newly_declared_address_that_redirects_to_a_home_page_is_no_new_baseline(
    night: Night, publisher: Any, declare: Any, records: Any
) -> None:
    url = "https://lantern.example/about/privacy"
    declare("Lantern", Privacy_Policy=url)
    publisher.pages[url] = publisher.page(NEW)
    publisher.redirects[url] = HOME
    assert [(found := night()[str(LANTERN)]).outcome, found.reason] == ["held", "moved"]
    publisher.publish(url)
    assert night()[str(LANTERN)].outcome == "unchanged"
    assert records() == 1


def test_a_home_page_with_the_very_text_in_other_markup_is_the_document(night: Night, publisher: Any) -> None:
    publisher.redirects[URL] = HOME
    publisher.pages[URL] = publisher.pages[URL].replace("Clause 3", "<b>Clause 3</b>")
    assert night()[str(LANTERN)].outcome == "technical"


def test_a_shrunk_text_in_its_own_place_is_still_recorded_when_seen_again(
    night: Night, publisher: Any, records: Any, clauses: Sequence[str]
) -> None:
    publisher.publish(URL, *clauses[:2])
    assert [night()[str(LANTERN)].outcome for _ in range(2)] == ["held", "changed"]
    assert records() == 2


def test_a_redirect_that_was_there_from_the_beginning_is_the_documents_place(
    night: Night, publisher: Any, declare: Any, workspace: Workspace
) -> None:
    url = "https://short.example/p"
    declare("Short", Privacy_Policy=url)
    publisher.publish(url)
    publisher.redirects[url] = NEW_URL
    night()
    publisher.pages[url] = publisher.page(NEW)
    assert night()["Short/Privacy Policy"].outcome == "changed"
    with workspace.open_archive() as archive:
        assert tell_standing(archive.checks(DocumentKey.parse("Short/Privacy Policy"))).state == "watching"


def test_a_first_text_that_is_held_on_another_host_is_held_for_what_it_is(
    night: Night, publisher: Any, declare: Any, clauses: Sequence[str]
) -> None:
    """Nobody knows yet where the document is served; the declared address may always have led there."""
    url = "https://short.example/p"
    declare("Short", Privacy_Policy=url)
    body = "".join(f"<p>{clause}</p>" for clause in clauses)
    publisher.pages[url] = f"<html><main><h1>Privacy</h1>{body}<p>The office keeps what it"
    publisher.redirects[url] = NEW_URL
    assert [(found := night()["Short/Privacy Policy"]).outcome, found.reason] == ["held", "truncated"]
    assert night()["Short/Privacy Policy"].outcome == "first-record"


def test_a_declaration_that_names_the_new_address_settles_the_move(
    night: Night, publisher: Any, declare: Any, standing: Any, checks: Any
) -> None:
    publisher.redirects[URL] = NEW_URL
    night()
    declare("Lantern", Privacy_Policy=NEW_URL)
    publisher.publish(NEW_URL)
    assert night()[str(LANTERN)].outcome in {"unchanged", "technical"}
    assert standing().state == "watching"
    assert list_departures(checks())[-1].ending == "declared-anew"


def test_a_new_address_that_is_declared_after_an_end_is_no_return(
    night: Night, publisher: Any, declare: Any, checks: Any
) -> None:
    publisher.pages[URL] = Failure(reason="not-found", detail="410 Gone", status=410, final_url=URL)
    night()
    declare("Lantern", Privacy_Policy=NEW_URL)
    publisher.publish(NEW_URL)
    night()
    assert checks()[-1].answers == (Answer(url=NEW_URL, status=200, final_url=NEW_URL),)
    assert [standing.ending for standing in list_departures(checks())] == ["declared-anew"]


def test_an_answer_that_is_no_page_is_kept(night: Night, publisher: Any, checks: Any) -> None:
    """A time-out says nothing of whether the document is there; a picture in its place does."""
    publisher.pages[URL] = Failure(reason="wrong-type", detail="image/png", status=200, final_url=URL)
    night()
    assert checks()[-1].answers == (Answer(url=URL, status=200, final_url=URL),)


def test_a_source_of_a_combined_document_that_leads_home_holds_the_document(
    night: Night, publisher: Any, declare: Any, clauses: Sequence[str], workspace: Workspace
) -> None:
    other = "https://lantern.example/legal/authorities"
    declare("Whole", Terms_of_Service={"combine": [{"fetch": url, "select": "main"} for url in (URL, other)]})
    publisher.publish(other, *(f"{clause} In terms, that is." for clause in clauses))
    night()
    publisher.redirects[other] = HOME
    publisher.publish(other, *WELCOME)
    assert night()["Whole/Terms of Service"].reason == "moved"
    with workspace.open_archive() as archive:
        assert archive.checks(DocumentKey.parse("Whole/Terms of Service"))[-1].answers == (
            Answer(url=URL, status=200, final_url=URL),
            Answer(url=other, status=200, final_url=HOME),
        )
