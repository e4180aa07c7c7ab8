import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn.errors import ProxyError
from skysyn.transport import Route, parse_proxy, read_environment, read_variable

VARIABLES = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "REQUEST_METHOD",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "NETRC",
    "ACCSYN_PROXY",
    "FTP_PROXY",
]
ORDER = {
    "https": ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
    "http": ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
}


@given(st.sets(st.sampled_from(VARIABLES)), st.sampled_from(["http", "https"]))
def test_the_first_variable_of_the_table_decides(names: set[str], scheme: str) -> None:
    environ = {name: f"http://{index}.example:1" for index, name in enumerate(names)}
    order = [n for n in ORDER[scheme] if n in names]
    if "REQUEST_METHOD" in names:
        order = [n for n in order if n != "HTTP_PROXY"]

    route = read_environment(environ).choose(scheme, "server", 1)

    if order:
        assert route.proxy == parse_proxy(environ[order[0]])
        assert route.decided_by == f"the environment variable {order[0]}"
    else:
        assert route.proxy is None


NO_PROXY = [
    ("*", "any.example", True),
    ("example.com", "example.com", True),
    ("example.com", "a.example.com", True),
    (".example.com", "a.example.com", True),
    ("example.com", "notexample.com", False),
    ("EXAMPLE.com", "example.COM", True),
    ("example.com:1", "example.com", True),
    ("example.com:2", "example.com", False),
    ("10.0.0.0/8", "10.1.2.3", True),
    ("10.0.0.0/8", "11.1.2.3", False),
    ("10.0.0.1", "10.0.0.1", True),
    ("::1", "::1", True),
    ("[::1]:1", "::1", True),
    ("10.0.0.0/8", "::1", False),
    (".", "example.com", False),
]


@pytest.mark.parametrize(("item", "host", "is_direct"), NO_PROXY)
def test_no_proxy_names_direct_servers(item: str, host: str, is_direct: bool) -> None:
    environ = {"https_proxy": "http://proxy:1", "no_proxy": f"other.example, {item}"}

    route = read_environment(environ).choose("https", host, 1)

    assert (route.proxy is None) == is_direct
    assert not is_direct or route.decided_by == f"no_proxy has {item!r}"


def test_a_bare_host_is_an_http_proxy_there() -> None:
    environ = {"HTTPS_PROXY": "proxy:1"}

    route = read_environment(environ, "local").choose("https", "server", 1)

    text = "through http://proxy:1, names resolved here"
    assert str(route) == f"{text} (the environment variable HTTPS_PROXY)"


def test_one_variable_may_be_read_alone() -> None:
    assert read_variable({"ACCSYN_PROXY": "host:1"}, "ACCSYN_PROXY") == Route(
        parse_proxy("host:1"), "proxy", "the environment variable ACCSYN_PROXY"
    )


def test_an_empty_variable_means_no_proxy() -> None:
    assert str(read_variable({"X": ""}, "X")) == "direct (X is not set)"


def test_a_wrong_variable_is_an_error() -> None:
    with pytest.raises(ProxyError, match="the kinds are"):
        read_environment({"https_proxy": "quic://x"})
