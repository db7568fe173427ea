"""Every reason why a capture is not recorded, or is doubted, with what to do next.

Codes are stable: people and scripts match them.
"""

from __future__ import annotations

from typing import Final

from tracker.model.messages import N_

#: Code -> the next step for a person, one sentence. `docs/faults.md` explains each code; a test holds the two together.
REASONS: Final[dict[str, str]] = {
    # Transport
    "dns-failure": N_("Check the host name in the declaration; if it is right, the next run tries again."),
    "connection-refused": N_("Open the address in a browser; the next run tries again."),
    "connection-failed": N_("Open the address in a browser; the next run tries again."),
    "tls-error": N_("Check the site's certificate in a browser; the tracker does not fetch without a valid one."),
    "timeout": N_("The next run tries again; if it keeps happening, raise the time limits in tracker.toml."),
    "incomplete-body": N_("The next run tries again."),
    "body-too-large": N_("Raise max_bytes in tracker.toml if the page is meant to be this large."),
    "bad-encoding": N_("The server sends a body that cannot be decoded; the next run tries again."),
    "bad-headers": N_("The server's answer is not valid HTTP; the next run tries again."),
    # Addresses
    "too-many-redirects": N_("Open the address in a browser and declare the address where it ends."),
    "forbidden-address": N_(
        "The tracker fetches public http and https addresses only; set allow_private for your own."
    ),
    "robots-disallowed": N_(
        "The site's robots.txt asks not to fetch this page; ask the site, or declare another address."
    ),
    "robots-unreachable": N_(
        "Its robots.txt cannot be read, which counts as 'do not fetch'; the next run tries again."
    ),
    # Status
    "http-status": N_("Open the address in a browser; if the page moved, change fetch in the declaration."),
    "not-found": N_("The page is gone from this address: find its new one and change fetch in the declaration."),
    "forbidden": N_("The server refuses the tracker; ask the site, or declare another address."),
    "rate-limited": N_("The server asks to come back later; the next run tries again."),
    "server-error": N_("The server failed; the next run tries again."),
    "unexpected-304": N_("The server says 'not modified' to an unconditional request; the next run tries again."),
    # Declaration
    "bad-declaration": N_("Correct the declaration at the place named; 'tracker check' names every error."),
    "unwritable-name": N_("Rename the service or the terms type in its declaration."),
    # Content
    "empty-body": N_("The server answered without a page; the next run tries again."),
    "wrong-type": N_("The address serves something that is neither HTML, plain text nor PDF; declare the page itself."),
    "bad-charset": N_("The page's character set cannot be read; report it with the address."),
    "too-deep": N_("The page nests elements too deeply to be a policy; open it in a browser."),
    "selector-without-match": N_("The page's structure changed: update select ('tracker add' proposes a selector)."),
    "range-without-match": N_("A range in the declaration finds no start or no end on the page: update it."),
    "bad-selector": N_("The declaration has a selector that is not valid CSS: correct it ('tracker check' names it)."),
    "empty-text": N_("The selected part of the page holds no text: update select, or fetch with a browser."),
    "unreadable-pdf": N_("The PDF is encrypted, damaged or a scan without text; declare another form of the document."),
    # Vetting
    "too-short": N_("Look at the held capture; if the document really is this short, lower minLength."),
    "error-page": N_("The server answered with an error page under status 200; the next run tries again."),
    "login-wall": N_("The server asked for a login; declare an address that needs none."),
    "challenge-page": N_("The server answered with a bot check; ask the site, or try again later."),
    "loading-page": N_("The page is filled in by scripts; declare an address that serves the text itself."),
    "cookie-wall": N_("The server answered with a consent page; declare an address that needs none."),
    "wrong-language": N_("The text is in another language than declared; pin the language in the address."),
    "another-document": N_("The text has almost nothing in common with the one before; look at the held capture."),
    "shrunk": N_("Much of the text is gone: look at the held capture; it is recorded if a later run sees it again."),
    "grown": N_(
        "The text grew out of proportion: look at the held capture; a later run that sees it again records it."
    ),
    "truncated": N_(
        "The page may have been cut off: look at the held capture; a later run that sees it again records it."
    ),
    "older-edition": N_("The text dates itself before the one that it replaces; compare the two with 'tracker diff'."),
    "duplicate-source": N_("Two sources of the combined document give the same text; check their addresses."),
    "missing-source": N_("A page of the combined document is missing; open its addresses in a browser."),
    "moved": N_("The document may have moved: find its new address and change fetch in the declaration."),
    # Confirmation
    "unstable": N_("The next run looks again and records what stays; add parts that differ at every visit to remove."),
    "rotating": N_(
        "The site may serve two texts in turn; the next run looks again, and records the new one if it stays."
    ),
    # Mementos
    "bad-index": N_("The archive's index cannot be read there; the copies that it names otherwise are imported."),
    "not-a-page": N_("Nothing to do: by the archive's index this is no copy of the page."),
    "revisit": N_("Nothing to do: the archive only noted that it met the page again, with a body that is not at hand."),
    "other-address": N_("Nothing to do; declare that address, in the history file perhaps, if it is the document's."),
    "same-instant": N_("Nothing to do: two copies of one moment differ, and the other one is taken."),
    "source-not-archived": N_(
        "Nothing to do: no copy of another source of the combined document was archived by then."
    ),
    "memento-excluded": N_("The archive withholds this copy; ask the Internet Archive, or leave it out."),
    "memento-unplayable": N_("The archive has lost this copy, or cannot show it now; import again another day."),
    "memento-redirected": N_("Nothing to do: the archive has no copy of that address at that moment."),
    "memento-mislabelled": N_("Look at the copy in a browser: it is not what the archive's index says."),
    "late-memento": N_(
        "History only grows at its end: import everything anew under another name, with --vantage NAME."
    ),
    "out-of-time": N_("Run the same command again: it goes on from there. --minutes allows it more time at once."),
    # Anything else
    "unexpected": N_("This is a fault of the tracker: report it with the message."),
}
