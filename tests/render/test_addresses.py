"""Links from page to page."""

from __future__ import annotations

import posixpath

from hypothesis import given
from hypothesis import strategies as st

from tracker.render.addresses import relative

#: Paths of a site: some folders, few of them different, and a file.
PATHS = st.builds(
    lambda folders, file: "/".join((*folders, file)),
    st.lists(st.sampled_from(["a", "b", "a-b"]), max_size=4),
    st.sampled_from(["index.html", "style.css", "a"]),
)


@given(PATHS, PATHS)
def test_a_link_leads_where_the_library_says(source: str, target: str) -> None:
    link = relative(source, target)
    assert link == posixpath.relpath(target, posixpath.dirname(source) or ".")
    assert posixpath.normpath(posixpath.join(posixpath.dirname(source), link)) == target
