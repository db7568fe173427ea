"""A built site on loopback, as `tracker site serve` shows it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tracker.publish import SiteServer, serve


@contextmanager
def serving(folder: Path) -> Iterator[SiteServer]:
    """A server for the site in `folder`, at work."""
    server = serve(folder, port=0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
