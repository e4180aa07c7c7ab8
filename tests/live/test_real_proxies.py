"""Proxies that others wrote: microsocks and dante (see scripts/setup-servers)."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import ProxyError, ProxyRefused
from skysyn.transport import DNS, Request, Timeout, open_transport
from tests.ports import free_port

from .authority import authority_file, server_context
from .echo import echo_peer

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

DANTE = """
logoutput: {folder}/dante.log
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: none
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks block {{ from: 0.0.0.0/0 to: 127.0.0.0/8 port = {blocked} }}
socks pass {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}
"""
TIMEOUT = Timeout(30, 30, 30)


def find(program: str) -> str:
    path = shutil.which(program, path="/usr/bin:/usr/sbin:/usr/local/bin")
    if path is None:
        pytest.skip(f"{program} is not installed: run scripts/setup-servers")
    return path


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(command: list[str], port: int) -> Generator[int, None, None]:
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + 60
            while not is_open(port) and time.monotonic() < until:
                time.sleep(0.02)
            yield port
        finally:
            process.terminate()


@contextmanager
def microsocks(*options: str) -> Generator[int, None, None]:
    port = free_port()
    command = [find("microsocks"), "-i", "127.0.0.1", "-p", str(port), *options]
    with running(command, port):
        yield port


@contextmanager
def dante(folder: Path, blocked: int = 1) -> Generator[int, None, None]:
    port = free_port()
    file = folder / "dante.conf"
    file.write_text(DANTE.format(port=port, folder=folder, blocked=blocked))
    with running([find("danted"), "-f", str(file)], port):
        yield port


def body_through(
    proxy: str, folder: Path, host: str = "localhost", dns: DNS = "proxy"
) -> object:
    """Return what a TLS server on *host* received through *proxy*."""
    address = "::1" if host == "[::1]" else "127.0.0.1"
    with (
        echo_peer(tls=server_context(), host=address) as server,
        open_transport(
            proxy, verify=authority_file(folder), timeout=TIMEOUT, dns=dns
        ) as transport,
    ):
        url = f"https://{host}:{server.port}/save"
        answers = [
            transport.send(Request("POST", url, {}, text.encode()))
            for text in ("one", "two")
        ]
    return [json.loads(answer.body)["body"] for answer in answers]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks"])
def test_microsocks_carries_tls(kind: str, host: str, tmp_path: Path) -> None:
    with microsocks() as port:
        proxy = f"{kind}://127.0.0.1:{port}"

        assert body_through(proxy, tmp_path, host) == ["one", "two"]


def test_the_accsyn_spelling_reaches_microsocks(tmp_path: Path) -> None:
    with microsocks() as port:
        assert body_through(f"socks:127.0.0.1:{port}", tmp_path) == ["one", "two"]


def test_microsocks_takes_the_right_login(tmp_path: Path) -> None:
    with microsocks("-u", "me", "-P", "pass") as port:
        proxy = f"socks5h://me:pass@127.0.0.1:{port}"

        assert body_through(proxy, tmp_path) == ["one", "two"]


@pytest.mark.parametrize("login", ["", "me:wrong@", "you:pass@"])
def test_microsocks_refuses_other_logins(login: str, tmp_path: Path) -> None:
    refused = pytest.raises(ProxyRefused)
    with microsocks("-u", "me", "-P", "pass") as port, refused as caught:
        body_through(f"socks5h://{login}127.0.0.1:{port}", tmp_path)

    assert caught.value.maybe_sent is False
    assert "pass" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("kind", ["socks4", "socks4a", "socks5", "socks5h"])
def test_dante_carries_tls(kind: str, host: str, tmp_path: Path) -> None:
    # dante takes no names in SOCKS 4 (curl --socks4a fails with it in the same way)
    dns: DNS = "local" if kind.startswith("socks4") else "proxy"
    with dante(tmp_path) as port:
        proxy = f"{kind}://127.0.0.1:{port}"

        assert body_through(proxy, tmp_path, host, dns) == ["one", "two"]


@pytest.mark.parametrize("kind", ["socks4", "socks5"])
def test_a_rule_of_dante_is_a_refusal(kind: str, tmp_path: Path) -> None:
    blocked = free_port()
    with (
        dante(tmp_path, blocked) as port,
        open_transport(f"{kind}://127.0.0.1:{port}", timeout=TIMEOUT) as transport,
        pytest.raises(ProxyError) as caught,
    ):
        transport.send(Request("GET", f"https://127.0.0.1:{blocked}/"))

    assert caught.value.maybe_sent is False


def test_a_proxy_that_stopped_is_named(tmp_path: Path) -> None:
    port = free_port()

    with pytest.raises(ProxyError, match=rf"127\.0\.0\.1:{port} was not reached"):
        body_through(f"socks5h://127.0.0.1:{port}", tmp_path)
