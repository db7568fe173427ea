from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tracker.errors import DeclarationError, UsageError
from tracker.model import DocumentKey, DocumentResult, Failure
from tracker.pipeline import Workspace, run_night
from tracker.pipeline.undeclared import failures_of_declarations
from tracker.pipeline.workspace import choose_documents

URL = "https://lantern.example/privacy"
OTHER = "https://other.example/privacy"


@pytest.fixture
def night(workspace: Workspace, publisher: Any) -> Callable[..., Any]:
    def run(**options: Any) -> Any:
        done = run_night(
            workspace, now=publisher.now, fetch=publisher.fetch, sleep=publisher.sleep, clock=publisher.clock, **options
        )
        publisher.at += timedelta(days=1)
        return done

    return run


@pytest.fixture
def two(publisher: Any, declare: Any) -> None:
    for service, url in (("Lantern", URL), ("Other", OTHER)):
        declare(service, Privacy_Policy=url)
        publisher.publish(url)


@pytest.mark.usefixtures("two")
def test_results_come_in_the_order_of_the_declarations_whatever_comes_first(night: Any) -> None:
    progress: list[tuple[str, int, int]] = []

    def tell(result: DocumentResult, done: int, total: int) -> None:
        progress.append((str(result.document), done, total))

    done = night(progress=tell)
    assert [str(result.document) for result in done.report.results] == [
        "Lantern/Privacy Policy",
        "Other/Privacy Policy",
    ]
    assert progress == [("Other/Privacy Policy", 1, 2), ("Lantern/Privacy Policy", 2, 2)]


@pytest.mark.usefixtures("two")
def test_a_page_that_robots_txt_forbids_is_skipped(night: Any, publisher: Any) -> None:
    publisher.pages[OTHER] = Failure(reason="robots-disallowed", detail="robots.txt says no")
    done = night()
    assert [result.outcome for result in done.report.results] == ["first-record", "skipped"]
    assert [str(result.document) for result in done.report.troubled] == ["Other/Privacy Policy"]


@pytest.mark.usefixtures("two")
def test_the_address_of_a_change_is_kept_once_and_its_page_exists(
    night: Any, workspace: Workspace, publisher: Any
) -> None:
    night()
    publisher.publish(URL, "We may keep whatever we like for as long as we like.")
    publisher.publish(
        OTHER, *(f"Clause {n} says what Lantern does with the words that you send to others." for n in range(9))
    )
    night()
    night()
    with workspace.open_archive() as archive:
        addresses = [row["address"] for row in archive.permalinks()]
    assert len(addresses) == len(set(addresses)) == 1
    assert (workspace.settings.site / addresses[0] / "index.html").is_file()


@pytest.mark.usefixtures("two")
def test_without_a_site_nothing_is_published(night: Any, workspace: Workspace) -> None:
    done = night(with_site=False)
    assert done.site is None
    assert not workspace.settings.site.exists()
    assert (workspace.settings.snapshots / "Lantern" / "Privacy Policy.md").is_file()


@pytest.mark.usefixtures("two")
def test_documents_that_are_not_declared_any_more_stay_in_the_archive(night: Any, workspace: Workspace) -> None:
    night()
    (workspace.settings.declarations / "Other.json").unlink()
    done = night()
    assert len(done.report.results) == 1
    with workspace.open_archive() as archive:
        assert DocumentKey.parse("Other/Privacy Policy") in archive.keys()  # noqa: SIM118 - a method of the archive


def test_an_old_snapshot_that_the_new_rules_cannot_read_is_no_obstacle(
    night: Any, publisher: Any, declare: Any
) -> None:
    """The page got a new structure and its owner a new selector: the text is compared with the old one as it is."""
    declare("Lantern", Privacy_Policy=URL)
    publisher.publish(URL)
    night()
    declare("Lantern", Privacy_Policy={"fetch": URL, "select": "article"})
    publisher.pages[URL] = publisher.pages[URL].replace("main", "article")
    done = night()
    assert [result.outcome for result in done.report.results] == ["unchanged"]


def test_names_choose_in_the_order_of_the_declarations(workspace: Workspace, declare: Any) -> None:
    declare("Lantern", Terms_of_Service=URL, Privacy_Policy=URL)
    declare("Other", Privacy_Policy=OTHER)
    documents = workspace.load_declarations().documents
    chosen = choose_documents(documents, ["Other/Privacy Policy", "Lantern/Terms of Service"])
    assert [str(document.key) for document in chosen] == ["Lantern/Terms of Service", "Other/Privacy Policy"]
    assert choose_documents(documents, []) == documents
    with pytest.raises(UsageError, match="Other/Privacy Policy"):
        choose_documents(documents, ["Other/Privacy"])


@pytest.mark.usefixtures("two")
def test_one_wrong_file_leaves_all_archived_documents_of_its_service_aside(workspace: Workspace, declare: Any) -> None:
    declare("Lantern", Privacy_Policy={"fetch": 1}, Cookies=URL)
    loaded = workspace.load_declarations()
    archived = [DocumentKey.parse(name) for name in ("Lantern/Cookies", "Other/Privacy Policy", "v:Lantern/Cookies")]
    failures = failures_of_declarations(loaded, archived)
    assert [str(key) for key in failures] == ["Lantern/Privacy Policy", "Lantern/Cookies"]
    assert {failure.reason for failure in failures.values()} == {"bad-declaration"}


def test_with_nothing_but_wrong_files_there_is_nothing_to_do(night: Any, workspace: Workspace, declare: Any) -> None:
    declare("Lantern", Privacy_Policy={"fetch": 1})
    with pytest.raises(DeclarationError):
        night()
    assert not (workspace.folder / "archive.git").exists()
