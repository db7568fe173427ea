"""Connections that check where they end and never outlast their capture: an adapter for requests.

The check is made on the address that is connected to, after it is connected to and before a request is sent. A name
that resolves to another address a moment later (DNS rebinding) therefore gains nothing.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import requests
import requests.adapters
from urllib3 import HTTPConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from tracker.fetch.addresses import forbidden_network
from tracker.fetch.failures import CaptureError, show
from tracker.fetch.pace import Deadline
from tracker.fetch.settings import FetchSettings

_SocketOptions: TypeAlias = "list[tuple[int, int, int | bytes]] | None"
_AddressInfo: TypeAlias = "tuple[int, int, int, str, tuple[Any, ...]]"

#: A host with more addresses than this is not tried at all of them.
_MOST_ADDRESSES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What a connection asks before it goes on."""

    settings: FetchSettings
    deadline: Deadline

    def vet(self, address: str, *, host: str) -> None:
        """Raise CaptureError if the IP address `address` of `host` may not be connected to."""
        network = forbidden_network(address, allow_private=self.settings.allow_private)
        if network is not None:
            detail = f"{show(host)} is at {address}, {network}"
            raise CaptureError("forbidden-address", detail, url=host)


def resolve(host: str, port: int, *, seconds: float) -> list[_AddressInfo]:
    """Return the addresses of `host`, waiting no longer than `seconds`.

    The system's resolver knows no time limit. One that hangs is left behind in a thread of its own, which ends with it.

    Raises:
        TimeoutError: If the resolver does not answer in time.
        OSError: If it knows no address.
    """
    found: list[_AddressInfo] = []
    errors: list[OSError | UnicodeError] = []

    def ask() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            errors.append(error)

    thread = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError(f"no answer about {host}")
    if errors:
        raise errors[0]
    return found


def connect(address: _AddressInfo, *, seconds: float, options: _SocketOptions) -> socket.socket:
    """Return a socket that is connected to `address`."""
    family, kind, protocol, _, target = address
    connection = socket.socket(family, kind, protocol)
    try:
        for option in options or ():
            connection.setsockopt(*option)
        connection.settimeout(seconds)
        connection.connect(target)
    except BaseException:
        connection.close()
        raise
    return connection


def open_connection(host: str, port: int, *, guard: Guard, options: _SocketOptions) -> socket.socket:
    """Return a socket that is connected to an address of `host` that may be connected to.

    Raises:
        CaptureError: If there is none, or none that answers.
    """
    host, port = guard.settings.stand_in(host, port)
    limit = guard.settings.connect_seconds
    where = f"{show(host)}, port {port}"
    seconds = guard.deadline.limit(limit)
    try:
        addresses = resolve(host, port, seconds=seconds)
    except TimeoutError as error:
        raise CaptureError("dns-failure", f"no answer about {show(host)} in time", url=host, transient=True) from error
    except UnicodeError as error:
        raise CaptureError("dns-failure", f"{show(host)} is no host name", url=host) from error
    except OSError as error:
        transient = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        detail = f"{show(host)} has no address: {show(str(error.strerror))}"
        raise CaptureError("dns-failure", detail, url=host, transient=transient) from error
    trouble: CaptureError | None = None
    for address in addresses[:_MOST_ADDRESSES]:
        try:
            guard.vet(str(address[4][0]), host=host)
            connection = connect(address, seconds=guard.deadline.limit(limit), options=options)
        except CaptureError as error:
            # An address that refused says more than one that was forbidden, and is not hidden by it.
            trouble = trouble or error
        except TimeoutError:
            detail = f"{where}, could not be connected to within {limit:g} seconds"
            trouble = CaptureError("timeout", detail, url=host, transient=True)
        except ConnectionRefusedError:
            trouble = CaptureError("connection-refused", f"{where}, refuses connections", url=host, transient=True)
        except OSError as error:
            detail = f"{where}, could not be connected to: {show(str(error.strerror or error))}"
            trouble = CaptureError("connection-failed", detail, url=host, transient=True)
        else:
            return _vet_peer(connection, host=host, guard=guard)
    raise trouble or CaptureError("dns-failure", f"{show(host)} has no address", url=host)


def _vet_peer(connection: socket.socket, *, host: str, guard: Guard) -> socket.socket:
    try:
        guard.vet(str(connection.getpeername()[0]), host=host)
    except OSError as error:
        connection.close()
        detail = f"{show(host)} closed the connection at once"
        raise CaptureError("connection-failed", detail, url=host, transient=True) from error
    except CaptureError:
        connection.close()
        raise
    return connection


class _TimedStream(io.RawIOBase):
    """The reading end of a connection. No read outlasts the capture's deadline, however little arrives at a time."""

    def __init__(self, connection: socket.socket, guard: Guard) -> None:
        super().__init__()
        self._connection = connection
        self._guard = guard
        self._stream = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._connection.settimeout(self._guard.deadline.limit(self._guard.settings.read_seconds))
        return self._stream.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """A response whose header and body are read through a `_TimedStream`."""

    def __init__(self, connection: socket.socket, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(connection, *args, **kwargs)
        self.fp.close()
        self.fp = io.BufferedReader(_TimedStream(connection, guard))


class _GuardedHTTPConnection(HTTPConnection):
    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard
        vars(self)["response_class"] = functools.partial(_TimedResponse, guard=guard)

    def _new_conn(self) -> socket.socket:
        options: Any = self.socket_options
        return open_connection(self._dns_host.strip("[]"), self.port, guard=self._guard, options=options)


class _GuardedHTTPSConnection(_GuardedHTTPConnection, HTTPSConnection):
    """The same over TLS: urllib3's own class stands behind the guarded one."""


class _GuardedPoolManager(PoolManager):
    def __init__(self, *, guard: Guard, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._guard = guard

    def _new_pool(self, scheme: str, host: str, port: int, request_context: Any = None) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        kind: Callable[..., Any] = _GuardedHTTPSConnection if scheme == "https" else _GuardedHTTPConnection
        vars(pool)["ConnectionCls"] = functools.partial(kind, guard=self._guard)
        return pool


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Makes connections that ask a guard."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 (the signature of requests)
        self.poolmanager = _GuardedPoolManager(
            guard=self._guard, num_pools=connections, maxsize=maxsize, block=block, **kwargs
        )


class GuardedSession(requests.Session):
    """A session for one capture: cookies are kept from hop to hop, and nothing is taken from the environment.

    No proxy, netrc or certificate bundle of the environment is used: a proxy would hide the address that is connected
    to, and netrc would send a person's password.
    """

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.headers["User-Agent"] = guard.settings.user_agent
        adapter = GuardedAdapter(guard)
        self.adapters.clear()
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 (the signature of requests)
        """Return None: redirects are followed by hand.

        requests (2.32) reads and decodes the whole body of a redirect in `send`, without any limit, even where it is
        told not to follow. To be removed when it no longer does.
        """
        return None
