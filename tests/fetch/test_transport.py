"""What a hostile or broken server, network or resolver can do, by raw sockets on loopback."""

from __future__ import annotations

import contextlib
import functools
import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests.adapters
import trustme

from tracker.fetch import FetchSettings, connection
from tracker.model import Capture, Failure

#: Without the time, so that two processes name the tests alike.
zipped = functools.partial(gzip.compress, mtime=0)

PAGE = b"<h1>Privacy</h1><p>We keep your number until you leave.</p>"
CaptureOne = Callable[..., Capture]
MakeSettings = Callable[..., FetchSettings]
ServeRaw = Callable[..., Any]
Serve = Callable[[socket.socket], None]


def failure_of(capture: Capture) -> Failure:
    assert capture.failure is not None
    return capture.failure


def ok(body: bytes, *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


def body_of(capture: Capture) -> bytes:
    assert capture.snapshot is not None, capture.failure
    return capture.snapshot.body


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# Connections


def test_a_refused_connection_is_named_after_all_attempts(capture: CaptureOne, fake_time: Any) -> None:
    found = capture(f"http://127.0.0.1:{free_port()}/privacy")
    assert failure_of(found).reason == "connection-refused"
    assert failure_of(found).transient
    assert found.attempts == 3
    assert fake_time.slept == [1.0, 2.0]


@pytest.mark.parametrize(
    ("error", "transient"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), False),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), True),
        (UnicodeError("label too long"), False),
    ],
)
def test_a_name_without_address_is_a_dns_failure(
    capture: CaptureOne, monkeypatch: pytest.MonkeyPatch, error: Exception, *, transient: bool
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    found = capture("http://policy.example/privacy")
    assert failure_of(found).reason == "dns-failure"
    assert failure_of(found).transient is transient
    assert "policy.example" in failure_of(found).detail


def test_a_resolver_that_hangs_is_not_waited_for(
    capture: CaptureOne, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def hang(*_: object, **__: object) -> list[Any]:
        released.wait()
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    try:
        found = capture("http://policy.example/", make_settings(connect_seconds=0.1, retries=0))
        assert failure_of(found).reason == "dns-failure"
    finally:
        released.set()
        for thread in threading.enumerate():
            if thread.name.startswith("resolve "):
                thread.join()


def test_a_connection_closed_without_answer_failed(serve_raw: ServeRaw, capture: CaptureOne) -> None:
    server = serve_raw(b"")
    found = capture(server.url)
    assert failure_of(found).reason == "connection-failed"
    assert len(server.requests) == found.attempts == 3


def test_a_reset_connection_failed(serve_raw: ServeRaw, capture: CaptureOne) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    assert failure_of(capture(serve_raw(reset).url)).reason == "connection-failed"


def test_a_certificate_that_nobody_trusts_is_a_tls_error(capture: CaptureOne) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def answer() -> None:
            accepted, _ = listener.accept()
            with pytest.raises(OSError, match=r"alert|unknown|EOF|reset"), accepted:
                context.wrap_socket(accepted, server_side=True).close()

        thread = threading.Thread(target=answer)
        thread.start()
        found = capture(f"https://localhost:{port}/privacy")
        thread.join()
    assert failure_of(found).reason == "tls-error"
    assert "self-signed" in failure_of(found).detail or "CERTIFICATE_VERIFY_FAILED" in failure_of(found).detail
    assert found.attempts == 1


def test_plain_http_on_a_tls_port_is_a_tls_error(capture: CaptureOne) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            accepted, _ = listener.accept()
            with accepted:
                accepted.recv(65536)
                accepted.sendall(ok(PAGE))

        thread = threading.Thread(target=answer)
        thread.start()
        found = capture(f"https://127.0.0.1:{listener.getsockname()[1]}/privacy")
        thread.join()
    assert failure_of(found).reason == "tls-error"


@pytest.fixture
def serve_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Serve], str]]:
    """Answer one TLS connection with a certificate that we trust; the address of the page is returned."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    threads = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def start(answer: Serve) -> str:
            def serve() -> None:
                accepted, _ = listener.accept()
                with contextlib.suppress(OSError), context.wrap_socket(accepted, server_side=True) as secured:
                    secured.recv(65536)
                    answer(secured)

            threads.append(threading.Thread(target=serve))
            threads[-1].start()
            return f"https://localhost:{listener.getsockname()[1]}/privacy"

        yield start
        for thread in threads:
            thread.join()


def test_a_page_behind_a_trusted_certificate_is_captured(
    serve_tls: Callable[[Serve], str], capture: CaptureOne
) -> None:
    assert body_of(capture(serve_tls(lambda connection: connection.sendall(ok(PAGE))))) == PAGE


def test_a_certificate_for_another_name_is_a_tls_error(serve_tls: Callable[[Serve], str], capture: CaptureOne) -> None:
    url = serve_tls(lambda connection: connection.sendall(ok(PAGE)))
    found = capture(url.replace("localhost", "127.0.0.1"))
    assert failure_of(found).reason == "tls-error"
    assert not failure_of(found).transient


# Time


def test_a_body_that_drips_over_tls_ends_with_the_total_time(
    serve_tls: Callable[[Serve], str], capture: CaptureOne, make_settings: MakeSettings, stop: threading.Event
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(ok(PAGE * 100)[:100])
        for _ in range(250):
            if stop.wait(0.02):
                return
            connection.sendall(b"a")

    found = capture(serve_tls(drip), make_settings(total_seconds=0.5))
    stop.set()
    assert failure_of(found).reason == "timeout"
    assert "bytes" in failure_of(found).detail


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def test_a_server_that_says_nothing_times_out(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, stop: threading.Event
) -> None:
    def wait(_: socket.socket) -> None:
        stop.wait(5)

    found = capture(serve_raw(wait).url, make_settings(read_seconds=0.1, retries=1))
    stop.set()
    assert failure_of(found).reason == "timeout"
    assert failure_of(found).transient
    assert found.attempts == 2


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n384\r\n",
    ],
)
def test_a_header_or_body_that_drips_ends_with_the_total_time(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, stop: threading.Event, start: bytes
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start or b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(250):
            if stop.wait(0.02):
                return
            connection.sendall(b"a")

    began = time.monotonic()
    found = capture(serve_raw(drip).url, make_settings(read_seconds=5, total_seconds=0.5))
    stop.set()
    assert failure_of(found).reason == "timeout"
    assert time.monotonic() - began < 3


# Headers


@pytest.mark.parametrize(
    "answer",
    [
        ok(PAGE, *(f"X-{number}: a" for number in range(150))),
        ok(PAGE, "X-Large: " + "a" * 70_000),
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Length: 20\r\n\r\n" + PAGE,
    ],
    ids=["150 headers", "a header of 70 KB", "another protocol", "a status that is no number", "two lengths"],
)
def test_an_answer_that_is_not_sound_http_has_bad_headers(
    serve_raw: ServeRaw, capture: CaptureOne, answer: bytes
) -> None:
    failure = failure_of(capture(serve_raw(answer).url))
    assert failure.reason == "bad-headers"
    assert len(failure.detail) < 1_000


def test_headers_with_control_characters_are_not_kept(serve_raw: ServeRaw, capture: CaptureOne) -> None:
    found = capture(serve_raw(ok(PAGE, "Server: a\x1b[31mb", "ETag: " + "a" * 2_000, "Vary: Accept")).url)
    assert found.snapshot is not None
    assert [name for name, _ in found.snapshot.headers] == ["content-type", "vary"]


# Bodies


def test_a_body_shorter_than_announced_is_incomplete(serve_raw: ServeRaw, capture: CaptureOne) -> None:
    found = capture(serve_raw(ok(PAGE)[:-10]).url)
    assert failure_of(found).reason == "incomplete-body"
    assert f"{len(PAGE) - 10} bytes" in failure_of(found).detail
    assert found.attempts == 3


@pytest.mark.parametrize("chunks", [b"5\r\nhello\r\n", b"5\r\nhel", b"zz\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n"])
def test_broken_chunks_are_an_incomplete_body(serve_raw: ServeRaw, capture: CaptureOne, chunks: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
    assert failure_of(capture(serve_raw(answer).url)).reason == "incomplete-body"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", zipped(PAGE)),
        ("x-gzip", zipped(PAGE[:9]) + zipped(PAGE[9:])),
        ("GZIP", zipped(PAGE) + b"\0\0 trailing bytes"),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("deflate, gzip", zipped(zlib.compress(PAGE))),
        ("identity", PAGE),
    ],
)
def test_encodings_that_are_asked_for_are_decoded(
    serve_raw: ServeRaw, capture: CaptureOne, encoding: str, body: bytes
) -> None:
    whole = ok(body, f"Content-Encoding: {encoding}")
    chunks = b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in body) + b"0\r\n\r\n"
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
    chunked = f"{head}Content-Encoding: {encoding}\r\n\r\n".encode() + chunks
    assert body_of(capture(serve_raw(whole).url)) == PAGE
    assert body_of(capture(serve_raw(chunked).url)) == PAGE


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("br", b"\x0b\x02\x80hello\x03"),
        ("zstd", b"\x28\xb5\x2f\xfd"),
        ("compress", PAGE),
        (", ".join(["gzip"] * 20), zipped(PAGE)),
        ("gzip, gzip, gzip", zipped(zipped(zipped(PAGE)))),
        ("gzip", PAGE),
        ("gzip", b"\x1f\x8b\x08\x00garbage and more of it"),
        ("deflate", b"\xff\xff\xff\xff"),
    ],
)
def test_a_body_that_cannot_be_decoded_has_a_bad_encoding(
    serve_raw: ServeRaw, capture: CaptureOne, encoding: str, body: bytes
) -> None:
    found = capture(serve_raw(ok(body, f"Content-Encoding: {encoding}")).url)
    assert failure_of(found).reason == "bad-encoding"


def test_an_unknown_transfer_encoding_is_a_bad_encoding(serve_raw: ServeRaw, capture: CaptureOne) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
    assert failure_of(capture(serve_raw(answer).url)).reason == "bad-encoding"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_encoded_body_cut_short_is_incomplete(serve_raw: ServeRaw, capture: CaptureOne, encoding: str) -> None:
    whole = zipped(PAGE) if encoding == "gzip" else zlib.compress(PAGE)
    for cut in (1, 5, len(whole) - 10):
        found = capture(serve_raw(ok(whole[:cut], f"Content-Encoding: {encoding}")).url)
        assert failure_of(found).reason == "incomplete-body"


def test_a_body_over_the_cap_is_too_large_whether_announced_or_not(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings
) -> None:
    settings = make_settings(max_bytes=len(PAGE) - 1)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
    encoded = zipped(PAGE)
    answers = (
        ok(PAGE),
        head + b"\r\n" + PAGE,
        head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE),
        head + b"Content-Encoding: gzip\r\n\r\n" + encoded,
        head + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n",
    )
    for answer in answers:
        found = capture(serve_raw(answer).url, settings)
        assert failure_of(found).reason == "body-too-large"
        assert f"{len(PAGE) - 1} bytes" in failure_of(found).detail
    for answer in answers[:-1]:
        assert body_of(capture(serve_raw(answer).url, make_settings(max_bytes=len(PAGE)))) == PAGE


@pytest.mark.parametrize("layers", [1, 2])
def test_a_gzip_bomb_is_cut_off_at_the_cap(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, layers: int
) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    if layers == 2:
        bomb = zipped(bomb)
    assert len(bomb) < 250_000
    server = serve_raw(ok(bomb, "Content-Encoding: " + ", ".join(["gzip"] * layers)))
    tracemalloc.start()
    found = capture(server.url, make_settings(max_bytes=2_000_000))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert failure_of(found).reason == "body-too-large"
    assert peak_bytes < 6_000_000


def test_the_body_of_a_redirect_is_not_read(serve_raw: ServeRaw, capture: CaptureOne, stop: threading.Event) -> None:
    page = serve_raw(ok(PAGE))

    def redirect(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {page.url}\r\n\r\n".encode())
        while not stop.is_set():
            connection.sendall(bytes(100_000))

    assert body_of(capture(serve_raw(redirect).url)) == PAGE


# Addresses


def test_this_machine_is_forbidden_and_sent_nothing(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings
) -> None:
    server = serve_raw(ok(PAGE))
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        found = capture(f"http://{host}:{server.port}/", make_settings(allow_private=False))
        assert failure_of(found).reason == "forbidden-address", host
        assert "loopback" in failure_of(found).detail or "mapped" in failure_of(found).detail
    assert server.requests == []


def fake_resolver(*addresses: str) -> Callable[..., list[Any]]:
    def resolve(_: str, port: int, **__: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return resolve


def test_a_public_name_at_a_private_address_is_forbidden(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve_raw(ok(PAGE))
    monkeypatch.setattr(socket, "getaddrinfo", fake_resolver("127.0.0.1", "10.0.0.1"))
    found = capture(f"http://policy.example:{server.port}/", make_settings(allow_private=False))
    assert failure_of(found).reason == "forbidden-address"
    assert failure_of(found).detail == "policy.example is at 127.0.0.1, a loopback address"
    assert server.requests == []


def test_a_name_is_looked_up_once_so_that_a_second_answer_gains_nothing(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve_raw(ok(PAGE))
    answers = iter(["93.184.216.34", "127.0.0.1"])
    dialled = []

    def dial(address: Any, **_: object) -> socket.socket:
        dialled.append(address[4][0])
        raise ConnectionRefusedError

    def look_up(host: str, port: int, **__: object) -> list[Any]:
        return fake_resolver(next(answers))(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(connection, "connect", dial)
    found = capture(f"http://policy.example:{server.port}/", make_settings(allow_private=False, retries=0))
    assert failure_of(found).reason == "connection-refused"
    assert dialled == ["93.184.216.34"]


def test_the_peer_is_checked_after_connecting_and_before_anything_is_sent(
    serve_raw: ServeRaw, capture: CaptureOne, make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that leads a public address to this machine, as a rebinding resolver or a redirecting router would."""
    server = serve_raw(ok(PAGE))

    def lead_home(_: Any, *, seconds: float, options: Any) -> socket.socket:
        assert seconds > 0
        assert options
        peer = socket.socket()
        peer.connect(("127.0.0.1", server.port))
        return peer

    monkeypatch.setattr(socket, "getaddrinfo", fake_resolver("93.184.216.34"))
    monkeypatch.setattr(connection, "connect", lead_home)
    found = capture("http://policy.example/", make_settings(allow_private=False))
    assert failure_of(found).reason == "forbidden-address"
    assert "127.0.0.1" in failure_of(found).detail
    assert server.requests == []


def test_a_second_address_is_tried_where_the_first_refuses(
    serve_raw: ServeRaw, capture: CaptureOne, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve_raw(ok(PAGE))
    closed = fake_resolver("127.0.0.1")("", free_port())
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: closed + fake_resolver("127.0.0.1")(*a, **k))
    assert body_of(capture(f"http://policy.example:{server.port}/")) == PAGE
