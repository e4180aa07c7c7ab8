import pytest

from skysyn.errors import ProxyError
from skysyn.transport import Proxy, Secret, parse_proxy

FORMS = [
    ("host", Proxy("accsyn", "host", 80)),
    ("host:3128", Proxy("accsyn", "host", 3128)),
    ("accsyn:host:3128", Proxy("accsyn", "host", 3128)),
    ("accsyn:host", Proxy("accsyn", "host", 80)),
    ("accsyn://host:3128", Proxy("accsyn", "host", 3128)),
    ("socks:host:1081", Proxy("socks5", "host", 1081)),
    ("socks5:host:1081", Proxy("socks5", "host", 1081)),
    ("socks4:host:1081", Proxy("socks4", "host", 1081)),
    ("socks:1080", Proxy("accsyn", "socks", 1080)),
    ("socks5:[::1]:1080", Proxy("socks5", "::1", 1080)),
    ("[::1]:3128", Proxy("accsyn", "::1", 3128)),
    ("socks4://host", Proxy("socks4", "host", 1080)),
    ("socks4a://host:9", Proxy("socks4a", "host", 9)),
    ("socks5h://[fe80::1%eth0]:9/", Proxy("socks5h", "fe80::1%eth0", 9)),
    ("SOCKS5://host:9", Proxy("socks5", "host", 9)),
    ("http://host", Proxy("http", "host", 3128)),
    ("http:host:8080", Proxy("http", "host", 8080)),
    ("http://me:p%40ss@host:1", Proxy("http", "host", 1, "me", Secret("p@ss"))),
    ("socks5h://u:p@[::1]:1", Proxy("socks5h", "::1", 1, "u", Secret("p"))),
    ("socks4://me@host:1", Proxy("socks4", "host", 1, "me", Secret(""))),
    (" host:1 ", Proxy("accsyn", "host", 1)),
]

REFUSED = [
    "",
    ":1080",
    "host:",
    "host:0",
    "host:65536",
    "host:notaport",
    "::1",
    "socks5:::1:1080",
    "https://host:1",
    "ftp://host",
    "http://",
    "http://host:1/path",
    "http://ho st",
    "accsyn://me:pw@host",
    "socks5://me@host",
    f"socks5://me:{'x' * 128}@host",
]


@pytest.mark.parametrize(("text", "proxy"), FORMS)
def test_every_spelling_means_one_proxy(text: str, proxy: Proxy) -> None:
    assert parse_proxy(text) == proxy


@pytest.mark.parametrize("text", REFUSED)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ProxyError, match="cannot use the proxy"):
        parse_proxy(text)


@pytest.mark.parametrize(
    "text", ["socks5://me:canary@ho st", "ftp://me:canary@host", "x:canary@host"]
)
def test_a_refusal_does_not_tell_the_password(text: str) -> None:
    with pytest.raises(ProxyError) as caught:
        parse_proxy(text)

    assert "canary" not in str(caught.value)


def test_a_proxy_does_not_tell_its_password() -> None:
    proxy = parse_proxy("socks5h://me:canary@host:1")

    assert "canary" not in f"{proxy} {proxy!r} {proxy.password}"
