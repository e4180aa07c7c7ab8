"""A proxy is read from its URL as it was written."""

from __future__ import annotations

from typing import get_args
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import ProxyError
from skysyn.transport import Proxy, ProxyKind, Secret, parse_proxy

HOSTS = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?", fullmatch=True) | (
    st.ip_addresses().map(str)
)
PORTS = st.integers(1, 65_535)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


@given(st.sampled_from(get_args(ProxyKind)), HOSTS, PORTS)
def test_a_proxy_is_read_as_it_is_shown(kind: ProxyKind, host: str, port: int) -> None:
    proxy = Proxy(kind, host, port)

    assert parse_proxy(str(proxy)) == proxy


@given(st.sampled_from(["http", "socks5", "socks5h"]), HOSTS, PORTS, TEXTS, TEXTS)
def test_any_login_can_be_quoted(
    kind: ProxyKind, host: str, port: int, user: str, word: str
) -> None:
    login = f"{quote(user, safe='')}:{quote(word, safe='')}"

    found = parse_proxy(f"{kind}://{login}@{shown(host)}:{port}/")

    assert found == Proxy(kind, host, port, user, Secret(word))
    assert word not in str(found) or word in f"{kind}://{shown(host)}:{port}"


@given(st.text(max_size=40))
def test_any_text_is_a_proxy_or_refused(text: str) -> None:
    try:
        found = parse_proxy(text)
    except ProxyError:
        return
    assert parse_proxy(str(found)).address == found.address
