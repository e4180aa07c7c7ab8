"""Upstreams: which service a request goes to, and which there may be."""

from __future__ import annotations

import pytest

from skysyn.errors import DeclarationError
from skysyn.server.accsyn.upstreams import Upstream, Upstreams

EVENT = "/api/v3/event"
REGISTRY = "/api/v3/J3PKTtDvolDMBtTy6AFGA"
OLD_REGISTRY = "/api/v1.0/registry/organization/domain"


@pytest.mark.parametrize(
    ("path", "query", "body", "host"),
    [
        (REGISTRY, '{"ident": "acmefilm"}', b"", "master.accsyn.com"),
        (OLD_REGISTRY, "", b'{"organization": "acmefilm"}', "registry.accsyn.com"),
        (EVENT, "", b"", "acmefilm.accsyn.com"),
    ],
)
def test_the_service_has_its_registries_elsewhere(
    path: str, query: str, body: bytes, host: str
) -> None:
    upstreams = Upstreams([Upstream.parse("https://acmefilm.accsyn.com")])

    assert upstreams.choose(path, query, {}, body) == Upstream("https", host, 443)


@pytest.mark.parametrize(
    ("query", "body"), [("%7B%22ident%22%3A%22b%22%7D", b""), ("", b'{"ident":"B"}')]
)
def test_another_service_is_its_own_registry(query: str, body: bytes) -> None:
    upstreams = Upstreams([Upstream.parse(f"{n}=https://{n}.test") for n in "ab"])

    found = upstreams.choose(REGISTRY, query, {}, body)

    assert found == Upstream("https", "b.test", 443, "b")


def test_a_named_registry_is_used() -> None:
    named = Upstream.parse("https://registry.test:8443")
    upstreams = Upstreams([Upstream.parse("https://a.test")], named)

    assert upstreams.choose(REGISTRY, "", {}, b"") == named


@pytest.mark.parametrize(
    "text",
    [
        *("", "acmefilm", "ftp://a.test", "http://a.test", "https://", "a="),
        *("https://a.test/x", "https://u:p@a.test", "https://a.test:99999"),
        "https://a.test?x",
    ],
)
def test_what_is_no_upstream_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        Upstream.parse(text)


def test_no_upstream_at_all_is_refused() -> None:
    with pytest.raises(DeclarationError):
        Upstreams([])


@pytest.mark.parametrize("names", [("", ""), ("a", "A")])
def test_of_several_each_is_named_once(names: tuple[str, str]) -> None:
    texts = [f"{name}=https://{number}.test" for number, name in enumerate(names)]

    with pytest.raises(DeclarationError, match="only once"):
        Upstreams([Upstream.parse(text) for text in texts])
