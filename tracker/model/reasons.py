"""Every reason why a capture is not recorded, or is doubted, with what to do next.

Codes are stable: people and scripts match them.
"""

from __future__ import annotations

from typing import Final

#: Code -> the next step for a person, one sentence. `docs/faults.md` explains each code; a test holds the two together.
REASONS: Final[dict[str, str]] = {
    # Transport
    "dns-failure": "Check the host name in the declaration; if it is right, the next run tries again.",
    "connection-refused": "Open the address in a browser; the next run tries again.",
    "connection-failed": "Open the address in a browser; the next run tries again.",
    "tls-error": "Check the site's certificate in a browser; the tracker does not fetch without a valid one.",
    "timeout": "The next run tries again; if it keeps happening, raise the time limits in tracker.toml.",
    "incomplete-body": "The next run tries again.",
    "body-too-large": "Raise max_bytes in tracker.toml if the page is meant to be this large.",
    "bad-encoding": "The server sends a body that cannot be decoded; the next run tries again.",
    "bad-headers": "The server's answer is not valid HTTP; the next run tries again.",
    # Addresses
    "too-many-redirects": "Open the address in a browser and declare the address where it ends.",
    "forbidden-address": "The tracker fetches public http and https addresses only; set allow_private for your own.",
    "robots-disallowed": "The site's robots.txt asks not to fetch this page; ask the site, or declare another address.",
    "robots-unreachable": "Its robots.txt cannot be read, which counts as 'do not fetch'; the next run tries again.",
    # Status
    "http-status": "Open the address in a browser; if the page moved, change fetch in the declaration.",
    "not-found": "The page is gone from this address: find its new one and change fetch in the declaration.",
    "forbidden": "The server refuses the tracker; ask the site, or declare another address.",
    "rate-limited": "The server asks to come back later; the next run tries again.",
    "server-error": "The server failed; the next run tries again.",
    "unexpected-304": "The server says 'not modified' to an unconditional request; the next run tries again.",
    # Declaration
    "bad-declaration": "Correct the declaration at the place named; 'tracker check' names every error.",
    "unwritable-name": "Rename the service or the terms type in its declaration.",
    # Content
    "empty-body": "The server answered without a page; the next run tries again.",
    "wrong-type": "The address serves something that is neither HTML, plain text nor PDF; declare the page itself.",
    "bad-charset": "The page's character set cannot be read; report it with the address.",
    "too-deep": "The page nests elements too deeply to be a policy; open it in a browser.",
    "selector-without-match": "The page's structure changed: update select ('tracker add' proposes a selector).",
    "range-without-match": "A range in the declaration finds no start or no end on the page: update it.",
    "bad-selector": "The declaration has a selector that is not valid CSS: correct it ('tracker check' names it).",
    "empty-text": "The selected part of the page holds no text: update select, or fetch with a browser.",
    "unreadable-pdf": "The PDF is encrypted, damaged or a scan without text; declare another form of the document.",
    # Vetting
    "too-short": "Look at the held capture; if the document really is this short, lower minLength.",
    "error-page": "The server answered with an error page under status 200; the next run tries again.",
    "login-wall": "The server asked for a login; declare an address that needs none.",
    "challenge-page": "The server answered with a bot check; ask the site, or try again later.",
    "loading-page": "The page is filled in by scripts; declare an address that serves the text itself.",
    "cookie-wall": "The server answered with a consent page; declare an address that needs none.",
    "wrong-language": "The text is in another language than declared; pin the language in the address.",
    "another-document": "The text has almost nothing in common with the one before; look at the held capture.",
    "shrunk": "Much of the text is gone: look at the held capture; it is recorded if a later run sees it again.",
    "grown": "The text grew out of proportion: look at the held capture; a later run that sees it again records it.",
    "truncated": "The page may have been cut off: look at the held capture; a later run that sees it again records it.",
    "older-edition": "The text dates itself before the one that it replaces; compare the two with 'tracker diff'.",
    "duplicate-source": "Two sources of the combined document give the same text; check their addresses.",
    "missing-source": "A page of the combined document is missing; open its addresses in a browser.",
    "moved": "The document may have moved: find its new address and change fetch in the declaration.",
    # Confirmation
    "unstable": "The next run looks again and records what stays; add parts that differ at every visit to remove.",
    "rotating": "The site may serve two texts in turn; the next run looks again, and records the new one if it stays.",
    # Mementos
    "bad-index": "The archive's index cannot be read there; the copies that it names otherwise are imported.",
    "not-a-page": "Nothing to do: by the archive's index this is no copy of the page.",
    "revisit": "Nothing to do: the archive only noted that it met the page again, with a body that is not at hand.",
    "other-address": "Nothing to do; declare that address, in the history file perhaps, if it is the document's.",
    "same-instant": "Nothing to do: two copies of one moment differ, and the other one is taken.",
    "source-not-archived": "Nothing to do: no copy of another source of the combined document was archived by then.",
    "memento-excluded": "The archive withholds this copy; ask the Internet Archive, or leave it out.",
    "memento-unplayable": "The archive has lost this copy, or cannot show it now; import again another day.",
    "memento-redirected": "Nothing to do: the archive has no copy of that address at that moment.",
    "memento-mislabelled": "Look at the copy in a browser: it is not what the archive's index says.",
    "late-memento": "History only grows at its end: import everything anew under another name, with --vantage NAME.",
    "out-of-time": "Run the same command again: it goes on from there. --minutes allows it more time at once.",
    # Anything else
    "unexpected": "This is a fault of the tracker: report it with the message.",
}
