"""accsyn's sessions over real connections to a service on loopback."""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from skysyn import Accsyn, connect
from skysyn.accsyn import Session, Transfer
from skysyn.errors import AuthenticationError, TimedOut, TLSError
from skysyn.transport import Rate, Timeout, open_transport

from .answers import reply
from .authority import authority_file, server_context
from .peer import Line, Peer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

    from skysyn import AccsynSession

    Document = dict[str, Any]

USER = "66aa0000000000000000000a"
EXPIRED: Document = {"message": "Session expired", "session_expired": True}
FOUND: Document = {"result": [{"id": USER, "name": "found"}]}
THREADS = 64


def found(_: Document) -> Document:
    """Answer every event with one entity."""
    return FOUND


class Service:
    """accsyn on loopback: logs in whoever comes; *say* answers events."""

    def __init__(
        self,
        say: Callable[[Document], Document] = found,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.heads: list[str] = []
        self.logins = 0
        self.say_login: Callable[[], Document] | None = None
        self._say = say
        self._lock = threading.Lock()
        self.peer = Peer(self._handle, tls=tls)

    def _handle(self, line: Line) -> None:
        while True:
            head, _, body = line.read_request().partition(b"\r\n\r\n")
            self.heads.append(head.decode())
            target = head.split()[1].decode()
            document = json.loads(unquote(target.partition("?")[2]) or body)
            line.send(reply(json.dumps(self._answer(document)).encode()))

    def _answer(self, document: Document) -> Document:
        if "ident" in document and "uri" not in document:
            return {"result": {"hostname": "acmefilm.accsyn.com", "port": 443}}
        if "organization" in document:
            return {"domain": "acmefilm"}
        if "uri" in document:
            return self._say(document)
        with self._lock:
            self.logins += 1
            session = f"session-{self.logins}"
        if self.say_login is not None:
            return self.say_login()
        if document:
            # version 1 brings a session of its own
            return {"id": USER, "clearance": "admin", "session_key": session}
        return {"result": {"id": USER, "role": "admin", "session_id": session}}

    def plain(self, **settings: Any) -> Session:
        """Return a script's session that reaches the service by an accsyn proxy."""
        proxy = f"accsyn:127.0.0.1:{self.peer.port}"
        return Session("acmefilm", "kim", "canary-key", proxy=proxy, **settings)

    def typed(self, timeout: Timeout | None = None) -> AccsynSession:
        settings = Accsyn(
            "acmefilm",
            username="kim",
            api_key="canary-key",
            hostname="127.0.0.1",
            port=self.peer.port,
            scheme="http",
        )
        rate = Rate(10_000, burst=1000)
        return connect(settings, rate=rate, timeout=timeout)


def test_64_threads_at_an_expired_session_log_in_once() -> None:
    barrier = threading.Barrier(THREADS)

    def say(event: Document) -> Document:
        if event["session"] != "session-1":
            return FOUND
        # nobody is told before everybody has asked
        barrier.wait(60)
        return EXPIRED

    service = Service(say)
    with service.peer, service.typed() as session, ThreadPoolExecutor(THREADS) as pool:
        session.log_in()
        asked = [pool.submit(Transfer.query(session).one) for _ in range(THREADS)]
        names = {one.result().name for one in asked}

    assert (service.logins, names) == (2, {"found"})
    assert len(service.heads) == 1 + THREADS + 1 + THREADS


def test_64_threads_at_a_new_session_log_in_once() -> None:
    service = Service()
    start = threading.Barrier(THREADS)
    with service.peer, service.typed() as session, ThreadPoolExecutor(THREADS) as pool:

        def ask() -> str | None:
            start.wait(60)
            return Transfer.query(session).one().name

        asked = [pool.submit(ask) for _ in range(THREADS)]
        names = {one.result() for one in asked}

    assert (service.logins, names) == (1, {"found"})


def waiting(name: str) -> int:
    """Return how many threads are in a function of that name, and go on no further."""
    frames = sys._current_frames()  # pyright: ignore[reportPrivateUsage]  # the only way
    return sum(frame.f_code.co_name == name for frame in frames.values())


def test_64_threads_with_a_wrong_key_log_in_once() -> None:
    service = Service()
    start = threading.Barrier(THREADS)

    def refuse() -> Document:
        # whoever comes later asks again, so everybody is to wait for the first answer
        until = time.monotonic() + 60
        while service.logins == 1 and waiting("turn") < THREADS - 1:
            assert time.monotonic() < until
            time.sleep(0.02)
        return {"message": "invalid api key"}

    service.say_login = refuse
    with service.peer, service.typed() as session, ThreadPoolExecutor(THREADS) as pool:

        def ask() -> None:
            start.wait(60)
            with pytest.raises(AuthenticationError):
                Transfer.query(session).all()

        for one in [pool.submit(ask) for _ in range(THREADS)]:
            one.result()
        assert service.logins == 1
        with pytest.raises(AuthenticationError):
            session.log_in()

    assert service.logins == 2


@pytest.mark.parametrize("flaw", ["wrong host", "expired", "unknown authority"])
def test_d1_an_impostor_is_not_told_the_key(flaw: str, tmp_path: Path) -> None:
    service = Service(tls=server_context(flaw))
    transport = open_transport(verify=authority_file(tmp_path))
    with service.peer, transport, pytest.raises(TLSError):
        Session(
            "acmefilm",
            "kim",
            "canary-key",
            hostname="localhost",
            port=service.peer.port,
            transport=transport,
        )

    assert service.heads == []


def test_d17_no_netrc_and_no_proxy_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    hosts = ("127.0.0.1", "localhost", "acmefilm.accsyn.com", "master.accsyn.com")
    netrc.write_text("".join(f"machine {h} login me password evil\n" for h in hosts))
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        # nothing listens there, so whatever goes there fails
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    service = Service()
    with service.peer, service.plain() as plain, service.typed() as typed:
        plain.find("Transfer")
        Transfer.query(typed).all()

    keys = {
        line
        for head in service.heads
        for line in head.split("\r\n")
        if line.startswith("Authorization")
    }
    assert keys == {"Authorization: basic a2lt:Y2FuYXJ5LWtleQ=="}
    assert len(service.heads) == 5


def test_d18_ten_calls_are_one_connection() -> None:
    service = Service()
    with service.peer, service.plain() as session:
        for _ in range(10):
            session.find("Transfer")

    # the registry and the login went the same way before
    assert (len(service.heads), service.peer.connections) == (12, 1)


def test_d28_time_limits_are_the_official_clients_unless_given() -> None:
    service = Service()
    with (
        service.peer,
        service.plain() as usual,
        service.plain(timeout=5, connect_timeout=2) as own,
    ):
        assert (usual.connect_timeout, usual.timeout) == (10, 120)
        assert (own.connect_timeout, own.timeout) == (2, 5)


@pytest.mark.alone
def test_d28_the_time_between_bytes_is_limited() -> None:
    silent = threading.Event()

    def say(_: Document) -> Document:
        silent.wait(60)
        return FOUND

    service = Service(say)
    with service.peer, service.plain(timeout=0.2) as session:
        started = time.monotonic()
        with pytest.raises(TimedOut):
            session.create("Queue", {"name": "a"})
        elapsed = time.monotonic() - started
        silent.set()

    assert 0.2 <= elapsed < 2
    assert session.get_last_message()


@pytest.mark.alone
def test_d28_the_whole_call_is_limited() -> None:
    def say(_: Document) -> Document:
        time.sleep(0.4)
        return EXPIRED

    service = Service(say)
    with service.peer, service.typed(timeout=Timeout(total=0.6)) as session:
        session.log_in()
        started = time.monotonic()
        # the call is repeated in a new session, within the same time
        with pytest.raises(TimedOut):
            session.event("PUT", "queue/edit", {"name": "a"}, id=USER)
        elapsed = time.monotonic() - started

    assert 0.6 <= elapsed < 0.85


@pytest.mark.parametrize("spelling", ["127.0.0.1:{}", "accsyn:127.0.0.1:{}"])
def test_the_proxy_of_the_environment_is_used(
    spelling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()
    monkeypatch.setenv("ACCSYN_PROXY", spelling.format(service.peer.port))
    with service.peer, Session("acmefilm", "kim", "canary-key") as session:
        found = session.find_one("User")

    assert found == {"id": USER, "name": "found"}
    assert len(service.heads) == 3


def test_the_proxy_of_a_named_file_comes_before_the_environments(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service, file = Service(), tmp_path / "credentials"
    proxy = f"accsyn:127.0.0.1:{service.peer.port}"
    file.write_text(f"ACCSYN_API_KEY=canary-key\nACCSYN_PROXY={proxy}\n")
    monkeypatch.setenv("ACCSYN_PROXY", "accsyn:127.0.0.1:9")
    settings = Accsyn("acmefilm", username="kim", env_file=file)
    with (
        service.peer,
        Session("acmefilm", "kim", path_envfile=str(file)) as plain,
        connect(settings) as typed,
    ):
        plain.find("User")
        typed.log_in()

    assert len(service.heads) == 5


GUIDE = """
import skysyn.accsyn as accsyn_api
session = accsyn_api.Session(
    domain='acmefilm', username='kim', {credentials}, {logging}
)
user = session.find_one("User")
jobs = session.find('Job', skip=100, limit=50)
j = session.find_one('Job WHERE code="my_transfer"')
session.update('Job', j['id'], {{"status": "aborted"}})
session.delete_one('Job', j['id'])
message = session.get_last_message()
session.close()
"""


@pytest.mark.parametrize("credentials", ["api_key='K'", "pwd='K'", "session_key='K'"])
def test_the_guides_script_runs_with_its_import_alone_changed(
    credentials: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    service, file = Service(), tmp_path / "log"
    monkeypatch.setenv("ACCSYN_PROXY", f"accsyn:127.0.0.1:{service.peer.port}")
    logging = f"verbose=True, path_logfile={str(file)!r}"
    space: dict[str, Any] = {}
    with service.peer:
        exec(GUIDE.format(credentials=credentials, logging=logging), space)

    assert (space["user"], space["message"]) == ({"id": USER, "name": "found"}, None)
    assert len(file.read_text().splitlines()) == 7
    assert service.peer.connections == 1


SECRETS = ("canary-key", "Y2FuYXJ5LWtleQ", "session-1", "canary-data")


def test_the_log_file_has_a_redacted_line_for_each_call(tmp_path: Path) -> None:
    service, file = Service(), tmp_path / "log"
    with service.peer, service.plain(path_logfile=str(file), verbose=True) as session:
        session.update("Job", USER, {"name": "canary-data"})

    lines = file.read_text().splitlines()
    assert [line.split(" DEBUG ")[1].split(" in ")[0] for line in lines] == [
        "GET https://master.accsyn.com/api/v3/J3PKTtDvolDMBtTy6AFGA: 200",
        "PUT https://acmefilm.accsyn.com/api/v3/api/login: 200",
        "PUT https://acmefilm.accsyn.com/api/v3/event: 200",
    ]
    assert not any(secret in file.read_text() for secret in SECRETS)


def test_verbose_writes_redacted_lines(capsys: pytest.CaptureFixture[str]) -> None:
    service = Service()
    with service.peer, service.plain(verbose=True) as session:
        session.find('Job WHERE name="canary-data"')

    written = capsys.readouterr().out
    assert len(written.splitlines()) == 3
    assert not any(secret in written for secret in SECRETS)
