"""The defects of the official client that endanger somebody (D1 to D11)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from skysyn import Accsyn, Request, Response, connect
from skysyn.accsyn import Session, User
from skysyn.dialects.accsyn.dialect import Accsyn as Dialect
from skysyn.errors import (
    ConversionError,
    PlaintextRefused,
    ProxyError,
    RemoteError,
    SkysynError,
    TLSError,
)
from skysyn.transport import AccsynProxyTransport, open_transport, parse_proxy
from tests.accsyn.stub import ACL, ENTITY, USER, VOLUME, Stub, answer


def test_d1_certificates_are_verified() -> None:
    with pytest.raises(TLSError, match="verify"):
        connect(Accsyn("a", username="u", api_key="K"), verify=False)


def test_d2_d40_importing_silences_no_warnings_and_sets_up_no_logging() -> None:
    code = (
        "import warnings, logging; import skysyn.accsyn, skysyn.transport;"
        "from urllib3.exceptions import InsecureRequestWarning as Warned;"
        "assert not [f for f in warnings.filters"
        " if f[0] == 'ignore' and issubclass(Warned, f[2])];"
        "assert logging.root.handlers == []"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0


@pytest.mark.parametrize("proxy", ["socks:127.0.0.1:1080", "socks4:127.0.0.1:1080"])
def test_d3_d43_socks_proxies_keep_tls(proxy: str) -> None:
    dialect = Dialect("a", username="u", api_key="K")

    route = open_transport(proxy).explain_route(dialect.base)

    assert dialect.base.startswith("https://")
    assert route.proxy == parse_proxy(proxy)


def test_d3_an_accsyn_proxy_elsewhere_needs_consent() -> None:
    with pytest.raises(PlaintextRefused, match="allow_plaintext"):
        Session("a", "u", "K", proxy="accsyn:10.0.0.1:80")


def test_d4_an_ipv6_proxy_is_kept() -> None:
    proxy = parse_proxy("socks5:[::1]:1080")

    assert (proxy.host, proxy.port) == ("::1", 1080)
    with pytest.raises(ProxyError):
        parse_proxy("socks5:::1:1080")


def test_d5_no_socket_is_replaced() -> None:
    import socket  # noqa: PLC0415  # the module itself is looked at

    before = socket.socket
    open_transport("socks:127.0.0.1:1080")

    assert socket.socket is before


def test_d6_a_file_in_the_working_directory_steers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("ACCSYN_WORKSPACE=evil\nHOME=evil\n")
    monkeypatch.chdir(tmp_path)

    assert Stub().plain().typed.dialect.workspace == "acmefilm"
    named = Session(
        username="u",
        api_key="K",
        hostname="localhost",
        path_envfile=str(tmp_path / ".env"),
        transport=Stub().transport,
    )
    assert named.typed.dialect.workspace == "evil"
    assert Path.home().name != "evil"


def test_d7_the_key_is_never_shown() -> None:
    session = Stub().plain(api_key="hush-hush")

    assert "hush-hush" not in f"{session.typed.dialect!r} {session.typed!r}"


def test_d8_a_quote_in_a_code_changes_no_query() -> None:
    stub = Stub()

    stub.plain().grant("User", "a' or code='b", "Volume", VOLUME)

    assert stub.envelopes[0]["query"] == "code=\"a' or code='b\""


def test_d9_logs_hold_no_secrets(tmp_path: Path) -> None:
    file = tmp_path / "log"
    stub = Stub()
    transport = open_transport(stub.transport, path_logfile=file)
    dialect = Accsyn("a", username="u", api_key="hush-hush", hostname="localhost")
    connect(dialect, transport=transport).query(User).all()
    transport.close()

    written = file.read_text()

    assert "/api/v3/event" in written
    assert "hush-hush" not in written
    assert "aHVzaC1odXNo" not in written
    assert "session-1" not in written


@pytest.mark.parametrize("path", ["login", "event"])
def test_d9_errors_hold_no_secrets(path: str) -> None:
    stub = Stub()

    def echo(request: Request) -> Response:
        if path not in request.url:
            stub.instead = None
            try:
                return stub.send(request)
            finally:
                stub.instead = echo
        said = f"denied: {dict(request.headers)} hush-hush"
        return answer({"message": said, "list": [said]})

    stub.instead = echo

    with pytest.raises(RemoteError) as raised:
        stub.plain(api_key="hush-hush").find("User")
    shown = f"{raised.value} {raised.value.info}"
    assert "denied" in shown
    assert "hush-hush" not in shown
    assert "aHVzaC1odXNo" not in shown


def test_d10_revoke_takes_all_access_of_this_user_only() -> None:
    ours = {"entity": f"user:{USER}", "target": f"share:{VOLUME}", "read": True}
    entries = [
        {**ours, "id": ACL, "path": "/a"},
        {**ours, "id": ACL, "path": "/b"},
        {**ours, "id": ENTITY, "entity": "user:*"},
    ]

    def answers(uri: str, _: object) -> dict[str, Any] | None:
        return {"result": entries} if uri == "acl/find" else None

    stub = Stub(answers)

    assert stub.plain().revoke("User", USER, "Folder", VOLUME) == 2
    assert [e.id for e in stub.sent if e.uri == "acl/delete"] == [ACL, ACL]


@pytest.mark.parametrize("kind", ["user/../acl", "", "us\ner", "user find"])
def test_d11_types_are_checked(kind: str) -> None:
    stub = Stub()

    with pytest.raises(SkysynError):
        stub.plain().update(kind or "/", ENTITY, {"a": 1})
    assert stub.sent == []


@pytest.mark.parametrize("key", ["g" * 24, f"{ENTITY}\n", "", "1"])
def test_d11_ids_are_checked(key: str) -> None:
    stub = Stub()
    session = stub.plain()

    for ask in (session.get_entity, session.deactivate_one, session.delete_one):
        with pytest.raises(ConversionError, match="entityid"):
            ask("User", key)
    assert stub.sent == []


def test_a_proxy_on_this_machine_takes_plain_http() -> None:
    transport = open_transport("accsyn:127.0.0.1:8080")
    inner: Any = transport
    while not isinstance(inner, AccsynProxyTransport):
        inner = inner.inner

    assert inner.explain_route("https://a").proxy == parse_proxy("127.0.0.1:8080")
