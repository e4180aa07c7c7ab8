from __future__ import annotations

import pytest

from skysyn.errors import ConnectError, ProxyError
from skysyn.transport import (
    AccsynProxyTransport,
    MockTransport,
    Request,
    Response,
    Route,
    parse_proxy,
)

LOCAL = Route(parse_proxy("accsyn:[::1]:9"))
ASK = Request("PUT", "https://space.accsyn.com/api/v3/job?a=b", {"K": "v"}, b"x")


def failing(maybe_sent: bool) -> AccsynProxyTransport:
    def fail(_: Request) -> Response:
        msg = "x"
        raise ConnectError(msg, maybe_sent=maybe_sent)

    return AccsynProxyTransport(MockTransport(fail), LOCAL)


def test_only_scheme_host_and_port_are_replaced() -> None:
    inner = MockTransport(lambda _: Response(200))
    AccsynProxyTransport(inner, LOCAL).send(ASK)

    assert inner.requests == [
        Request("PUT", "http://[::1]:9/api/v3/job?a=b", {"K": "v"}, b"x")
    ]


def test_an_unreachable_proxy_is_the_proxys_fault() -> None:
    with pytest.raises(ProxyError, match=r"\[::1\]:9 was not reached") as caught:
        failing(maybe_sent=False).send(ASK)

    assert caught.value.maybe_sent is False


def test_what_may_have_arrived_stays_unknown() -> None:
    with pytest.raises(ConnectError) as caught:
        failing(maybe_sent=True).send(ASK)

    assert caught.value.maybe_sent is True


def test_other_proxies_are_not_accepted() -> None:
    with pytest.raises(ProxyError, match="not an accsyn proxy"):
        AccsynProxyTransport(MockTransport(lambda _: Response(200)), Route())
