"""A foreign history is opened from a path, a bundle or an address, and nothing that it names is run or shown."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tracker.archive import ForeignHistory
from tracker.archive.foreign_source import parse_source
from tracker.errors import ArchiveError, UsageError

RunGit = Callable[..., str]


@pytest.fixture
def origin(tmp_path: Path, git: RunGit) -> Path:
    """Somebody's work tree with two commits on the branch `main`."""
    folder = tmp_path / "collection"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    for text in ("one\n", "two\n"):
        (folder / "Terms.md").write_text(text)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "-m", f"Record {text}")
    return folder


def subjects(source: str | Path, cache: Path) -> list[str]:
    with ForeignHistory.open(str(source), cache=cache) as history:
        return [commit.message.split("\n")[0] for commit in history.commits()]


def test_paths_bundles_and_addresses_give_the_same_history(origin: Path, tmp_path: Path, git: RunGit) -> None:
    git(origin, "bundle", "create", "--quiet", str(tmp_path / "all.bundle"), "--all")
    git(origin, "clone", "--quiet", "--bare", str(origin), str(tmp_path / "bare.git"))
    git(origin, "worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"))
    cache = tmp_path / "cache"
    sources = (origin, origin / ".git", tmp_path / "bare.git", tmp_path / "linked", tmp_path / "all.bundle")
    for source in (*sources, f"file://{origin}"):
        assert subjects(source, cache) == ["Record one", "Record two"]
    assert len(list(cache.iterdir())) == 2


def test_a_repository_is_read_where_it_is_and_left_as_it_is(origin: Path, tmp_path: Path) -> None:
    def listed() -> list[tuple[str, int]]:
        return sorted((str(path), path.stat().st_mtime_ns) for path in origin.rglob("*"))

    before = listed()
    assert len(subjects(origin, tmp_path / "cache")) == 2
    assert listed() == before
    assert not (tmp_path / "cache").exists()


def test_what_is_in_the_cache_is_not_fetched_again(origin: Path, tmp_path: Path, git: RunGit) -> None:
    cache = tmp_path / "cache"
    subjects(f"file://{origin}", cache)
    (kept,) = cache.iterdir()
    first = set((kept / "objects" / "pack").glob("*.pack"))
    (origin / "Terms.md").write_text("three\n")
    git(origin, "commit", "--quiet", "--all", "-m", "Record three")
    assert subjects(f"file://{origin}", cache) == ["Record one", "Record two", "Record three"]
    (added,) = set((kept / "objects" / "pack").glob("*.pack")) - first
    listed = git(origin, "verify-pack", "-v", str(added))
    assert sum(" commit " in line or " tree " in line or " blob " in line for line in listed.splitlines()) == 3
    assert git(kept, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/history"]


def test_a_history_that_was_rewritten_is_read_as_it_is_now(origin: Path, tmp_path: Path, git: RunGit) -> None:
    cache = tmp_path / "cache"
    subjects(f"file://{origin}", cache)
    git(origin, "commit", "--quiet", "--amend", "-m", "Record two, amended")
    assert subjects(f"file://{origin}", cache) == ["Record one", "Record two, amended"]


def test_a_cache_that_lost_its_power_is_told_with_the_folder_to_remove(origin: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    subjects(f"file://{origin}", cache)
    (kept,) = cache.iterdir()
    (kept / "HEAD").write_text("")
    with pytest.raises(ArchiveError, match=f"Remove the folder {kept}") as caught:
        subjects(f"file://{origin}", cache)
    assert caught.value.reason == "damaged"


def test_a_cache_that_cannot_be_written_is_said_so(origin: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ArchiveError, match="cache folder") as caught:
        subjects(f"file://{origin}", tmp_path / "cache")
    assert caught.value.reason == "unwritable"


@pytest.mark.parametrize("form", ["path", "bundle", "address"])
def test_the_branch_is_head_or_the_usual_one_or_the_only_one(
    *, origin: Path, tmp_path: Path, git: RunGit, form: str
) -> None:
    def source() -> str:
        if form != "bundle":
            return str(origin) if form == "path" else f"file://{origin}"
        git(origin, "bundle", "create", "--quiet", str(tmp_path / "all.bundle"), "--branches")
        return str(tmp_path / "all.bundle")

    git(origin, "branch", "--move", "main", "theirs")
    git(origin, "symbolic-ref", "HEAD", "refs/heads/nothing")
    assert len(subjects(source(), tmp_path / "cache")) == 2
    git(origin, "branch", "main", "theirs~1")
    assert len(subjects(source(), tmp_path / "cache")) == 1
    git(origin, "branch", "--move", "main", "other")
    if form == "bundle":
        assert subjects(source(), tmp_path / "cache") == ["Record one"]
    else:
        with pytest.raises(ArchiveError, match=r"2 branches .* check out the branch") as caught:
            subjects(source(), tmp_path / "cache")
        assert caught.value.reason == "missing"


@pytest.mark.parametrize("form", ["path", "address"])
def test_an_empty_repository_has_no_history(tmp_path: Path, git: RunGit, form: str) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    source = str(tmp_path / "empty.git") if form == "path" else f"file://{tmp_path}/empty.git"
    with pytest.raises(ArchiveError, match="no branch with commits") as caught:
        subjects(source, tmp_path / "cache")
    assert caught.value.reason == "missing"


@pytest.mark.parametrize("form", ["path", "address"])
def test_a_history_that_was_cut_off_is_refused(origin: Path, tmp_path: Path, git: RunGit, form: str) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", str(shallow))
    for _ in range(2):
        with pytest.raises(ArchiveError, match="--unshallow") as caught:
            subjects(shallow if form == "path" else f"file://{shallow}", tmp_path / "cache")
        assert caught.value.reason == "shallow"
    git(shallow, "fetch", "--quiet", "--unshallow")
    assert len(subjects(shallow if form == "path" else f"file://{shallow}", tmp_path / "cache")) == 2


@pytest.mark.parametrize("options", [["main~1..main"], ["--filter=blob:none", "main"]])
def test_a_bundle_of_a_part_is_refused(origin: Path, tmp_path: Path, git: RunGit, options: list[str]) -> None:
    git(origin, "bundle", "create", "--quiet", "--version=3", str(tmp_path / "part.bundle"), *options)
    with pytest.raises(ArchiveError, match="git bundle create") as caught:
        subjects(tmp_path / "part.bundle", tmp_path / "cache")
    assert caught.value.reason == "shallow"


def test_a_clone_without_its_texts_is_damaged_and_nothing_is_fetched_for_it(
    origin: Path, tmp_path: Path, git: RunGit
) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{origin}", "partial.git")
    with ForeignHistory.open(str(tmp_path / "partial.git"), cache=tmp_path / "cache") as history:
        ids = [file.new_id or "" for commit in history.commits() for file in commit.files]
        with pytest.raises(ArchiveError, match="not with --filter") as caught:
            list(history.blobs(ids))
    assert caught.value.reason == "damaged"


def test_a_repository_that_git_cannot_read_is_damaged(origin: Path, tmp_path: Path) -> None:
    (origin / ".git" / "config").write_text("[core]\n\trepositoryformatversion = 99\n")
    with pytest.raises(ArchiveError, match="version") as caught:
        subjects(origin, tmp_path / "cache")
    assert caught.value.reason == "damaged"


def test_a_file_that_is_no_bundle_and_a_folder_that_is_no_repository_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bundle").write_bytes(b"# v9 git bundle\n" + b"x" * 1000)
    with pytest.raises(ArchiveError, match="no git bundle") as caught:
        subjects(tmp_path / "x.bundle", tmp_path / "cache")
    assert caught.value.reason == "damaged"
    for name in ("cache", "nothing"):
        (tmp_path / "cache").mkdir(exist_ok=True)
        with pytest.raises(ArchiveError) as caught:
            subjects(tmp_path / name, tmp_path / "cache")
        assert caught.value.reason == "missing"


def test_a_truncated_bundle_is_told_and_leaves_nothing_that_reads_as_a_history(
    origin: Path, tmp_path: Path, git: RunGit
) -> None:
    bundle = tmp_path / "cut.bundle"
    git(origin, "bundle", "create", "--quiet", str(bundle), "--all")
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:-30])
    with pytest.raises(ArchiveError, match=r"Fetching .* failed"):
        subjects(bundle, tmp_path / "cache")
    bundle.write_bytes(whole)
    assert len(subjects(bundle, tmp_path / "cache")) == 2


@pytest.mark.parametrize(
    "source",
    [
        "", "-", "--upload-pack=touch pwned", "-x.bundle", "ext::sh -c touch% pwned", "fd::17", "::x", "http::x",
        "ftp://kestrel.example/x", "ext://x", "file:///x\n", "https://-oProxyCommand=x/y", "ssh://-oProxyCommand=x/y",
        "https://[::1/x", "a\0b",
    ],
)  # fmt: skip
def test_what_git_could_take_for_something_to_run_is_refused(source: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        ForeignHistory.open(source, cache=tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_repository_cannot_have_anything_run(
    origin: Path, tmp_path: Path, git: RunGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\ncat\n")
    trap.chmod(0o755)
    git(origin, "rev-parse", "HEAD")
    (origin / ".git" / "info" / "attributes").write_text("* diff=trap filter=trap\n")
    for name in (
        "core.pager", "core.fsmonitor", "core.sshCommand", "core.askPass", "core.editor", "diff.external",
        "diff.trap.command", "diff.trap.textconv", "filter.trap.smudge", "gpg.program", "core.alternateRefsCommand",
        "credential.helper", "remote.origin.uploadpack",
    ):  # fmt: skip
        git(origin, "config", name, str(trap))
    git(origin, "config", "log.showSignature", "true")
    git(origin, "config", "core.hooksPath", str(tmp_path))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(trap))
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert len(subjects(origin, tmp_path / "cache")) == 2
    assert not (tmp_path / "sprung").exists()


def test_submodules_are_not_fetched(origin: Path, tmp_path: Path, git: RunGit) -> None:
    (origin / ".gitmodules").write_text(f'[submodule "x"]\n\tpath = x\n\turl = file://{tmp_path}/nothing\n')
    git(origin, "add", ".gitmodules")
    git(origin, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},x")
    git(origin, "commit", "--quiet", "-m", "Add a module")
    assert len(subjects(f"file://{origin}", tmp_path / "cache")) == 3


def test_credentials_go_to_the_server_and_are_never_asked_for_shown_or_kept(
    httpserver: HTTPServer, tmp_path: Path
) -> None:
    seen: list[str] = []

    def refuse(request: Request) -> Response:
        seen.append(request.headers.get("Authorization", ""))
        return Response(status=401, headers={"WWW-Authenticate": 'Basic realm="x"'})

    httpserver.expect_request("/team/collection.git/info/refs").respond_with_handler(refuse)
    address = httpserver.url_for("/team/collection.git").replace("://", "://reader:s3cret%21@")
    cache = tmp_path / "cache"
    with pytest.raises(ArchiveError, match=r"Fetching the history http://\S+/team/collection\.git failed") as caught:
        ForeignHistory.open(address, cache=cache)
    assert caught.value.reason == "missing"
    assert f"Basic {base64.b64encode(b'reader:s3cret!').decode()}" in seen
    kept = b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())
    for shown in (str(caught.value), kept.decode("utf-8", "replace")):
        assert not any(secret in shown for secret in ("reader", "s3cret"))
    with pytest.raises(ArchiveError, match="terminal prompts disabled"):
        ForeignHistory.open(httpserver.url_for("/team/collection.git"), cache=cache)


def test_the_cache_of_an_address_is_the_same_whatever_the_credentials() -> None:
    plain = parse_source("https://host.example/team/collection.git")
    for other in ("https://a:b@host.example/team/collection.git", "https://token@host.example/team/collection.git"):
        assert parse_source(other).digest == plain.digest
        assert parse_source(other).shown == plain.shown
    assert parse_source("https://host.example/team/other.git").digest != plain.digest


def test_an_address_is_fetched_by_plain_http(origin: Path, tmp_path: Path, git: RunGit, httpserver: HTTPServer) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(origin), "served.git")
    git(tmp_path / "served.git", "update-server-info")
    for path in (tmp_path / "served.git").rglob("*"):
        if path.is_file():
            place = f"/served.git/{path.relative_to(tmp_path / 'served.git').as_posix()}"
            httpserver.expect_request(place).respond_with_data(path.read_bytes())
    assert subjects(httpserver.url_for("/served.git"), tmp_path / "cache") == ["Record one", "Record two"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://git.example/OpenTerms/collection.git", "collection"),
        ("https://user:word@git.example/OpenTerms/collection/?token=x#y", "collection"),
        ("git@git.example:OpenTerms/collection.git", "collection"),
        ("git.example:collection", "collection"),
        ("ssh://git@git.example:22/collection.git", "collection"),
        ("file:///srv/collection/.git", "collection"),
        ("https://git.example/", "git.example"),
    ],
)
def test_a_history_is_called_by_the_last_part_of_its_address(source: str, name: str) -> None:
    assert parse_source(source).name == name


def test_a_history_is_called_by_the_last_part_of_its_path(
    origin: Path, tmp_path: Path, git: RunGit, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(origin, "bundle", "create", "--quiet", str(tmp_path / "sample.bundle"), "--all")
    git(tmp_path, "clone", "--quiet", "--bare", str(origin), "bare.git")
    monkeypatch.chdir(origin)
    names = {".": "collection", ".git": "collection", "../bare.git": "bare", "../sample.bundle": "sample"}
    assert {source: parse_source(source).name for source in names} == names


def test_a_complaint_cannot_write_on_the_terminal(
    origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.run(["which", "git"], capture_output=True, check=True, text=True).stdout.strip()
    odd = tmp_path / "git"
    odd.write_text(
        f'#!/bin/sh\ncase " $* " in *" ls-remote "*) printf "remote: \\033]0;pwned\\007\\r\\n" >&2; exit 1;; esac\n'
        f'exec {real} "$@"\n'
    )
    odd.chmod(0o755)
    monkeypatch.setattr("git.cmd.Git.GIT_PYTHON_GIT_EXECUTABLE", str(odd))
    with pytest.raises(ArchiveError, match="remote: ") as caught:
        ForeignHistory.open(f"file://{origin}", cache=tmp_path / "cache")
    assert str(caught.value).isprintable()
