"""What is parsed out of text on the server: paths, upstreams, trails."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import DeclarationError, RemoteError
from skysyn.server import trail
from skysyn.server.accsyn import paths
from skysyn.server.accsyn.upstreams import Upstream

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
DEVIOUS = st.text(st.sampled_from("./\\%2eEfFab \x00．"), max_size=16)  # noqa: RUF001  # a twin of the dot
HOSTS = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?(\.[a-z]{2,5})?", fullmatch=True)


@given(TEXT | DEVIOUS)
def test_the_names_of_a_path_lead_down_or_it_is_refused(text: str) -> None:
    try:
        names = paths.split(text)
    except RemoteError:
        return
    assert not {"", ".", ".."} & {*names}
    assert not any(set("/\\\0") & set(name) for name in names)
    assert paths.split(paths.join(names)) == names


@given(
    st.sampled_from(["https", "http"]),
    HOSTS | st.ip_addresses().map(str),
    st.integers(1, 65_535),
    st.from_regex(r"([a-z][a-z0-9]{0,8})?", fullmatch=True),
)
def test_an_upstream_is_parsed_as_it_is_shown(
    scheme: str, host: str, port: int, workspace: str
) -> None:
    upstream = Upstream(scheme, host, port, workspace)
    front = f"{workspace}=" if workspace else ""
    text = f"{front}{scheme}://{upstream.netloc}"

    if scheme == "http" and not host.startswith(("127.", "localhost", "::1")):
        with pytest.raises(DeclarationError, match="write https"):
            Upstream.parse(text)
    else:
        assert Upstream.parse(text) == upstream


@given(TEXT)
def test_any_text_is_an_upstream_or_refused(text: str) -> None:
    try:
        found = Upstream.parse(text)
    except DeclarationError:
        return
    assert found.host


@given(TEXT.filter(lambda path: "\0" not in path))
def test_a_trail_is_at_the_path_of_its_url(path: str) -> None:
    assert trail.parse(f"file:///{quote(path)}") == f"/{path}"
