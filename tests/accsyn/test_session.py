"""The drop-in `Session`; one test for each defect of the official client (D…).

Those of connections (D17, D18, D28) are in `tests/live/test_accsyn.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from skysyn import Accsyn, Request, Response, connect
from skysyn.accsyn import (
    AccsynException,
    Rights,
    Session,
    Transfer,
    User,
    Volume,
    plain,
)
from skysyn.dialects.accsyn.dialect import Accsyn as Dialect
from skysyn.errors import (
    ConversionError,
    DeclarationError,
    PlaintextRefused,
    ProtocolError,
    ProxyError,
    QueryError,
    RemoteError,
    SessionExpired,
    SkysynError,
    TLSError,
    Unavailable,
)
from skysyn.transport import (
    AccsynProxyTransport,
    Transport,
    open_transport,
    parse_proxy,
)
from tests.accsyn.stub import (
    ACL,
    ENTITY,
    JOB,
    ROW,
    SERVER,
    TASK,
    USER,
    VOLUME,
    Stub,
    always,
    answer,
    first,
)
from tests.transport.virtual import VirtualTime


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


def fail(_: object) -> Response:
    return answer({"exception": "Traceback"})


def test_d12_a_registry_that_fails_is_a_typed_error() -> None:
    stub = Stub()
    stub.instead = fail

    with pytest.raises(Unavailable):
        stub.plain(hostname=None)


@pytest.mark.parametrize("status", [401, 429, 500])
def test_d13_the_status_counts(status: int) -> None:
    stub = Stub(always(answer({"result": []}, status)))

    with pytest.raises(RemoteError) as raised:
        stub.plain().find("Transfer")
    assert raised.value.status == status


def test_d14_interrupts_come_through() -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    session = Stub(interrupt).plain()

    with pytest.raises(KeyboardInterrupt):
        session.find("Transfer")


def test_d15_an_expired_session_is_renewed_or_told() -> None:
    expired = {"message": "Session expired", "session_expired": True}
    left = [expired]
    stub = Stub(first(*left))

    assert stub.plain().find("Transfer")
    with pytest.raises(SessionExpired) as raised:
        Stub(always(expired)).plain().find("Transfer")
    assert raised.value.info["session_expired"] is True


def test_d16_the_last_message_is_the_last_message() -> None:
    left = [{"message": "raw", "message_hr": "human"}]
    session = Stub(first(*left)).plain()

    assert session.get_last_message() is None
    with pytest.raises(AccsynException):
        session.find("Transfer")
    assert session.get_last_message() == "human"


OPTIONS = [
    {"proxy": "127.0.0.1:80"},
    {"verbose": True},
    {"path_logfile": "log"},
    {"timeout": 5},
    {"connect_timeout": 5},
    {"allow_plaintext": "proxy.example"},
]


@pytest.mark.parametrize("option", OPTIONS)
def test_options_that_a_transport_would_not_heed_are_refused(
    option: dict[str, Any],
) -> None:
    with pytest.raises(DeclarationError, match=f"{next(iter(option))}= would"):
        Stub().plain(**option)


def test_d19_a_port_is_not_the_registrys() -> None:
    stub = Stub()
    stub.plain(hostname=None, port=8443).find("User")

    urls = [request.safe_url for request in stub.transport.requests]
    assert urls[0].startswith("https://master.accsyn.com/")
    assert urls[2] == "https://acmefilm.accsyn.com:8443/api/v3/event"


def test_d20_large_queries_are_compressed() -> None:
    stub = Stub()

    stub.plain().ls(["share=p/" + "z" * 60] * 2000)

    assert len(stub.transport.requests[-1].url) < 3000


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"3", b"<html>"])
def test_d21_other_bodies_are_typed_errors(body: bytes) -> None:
    stub = Stub(always(Response(200, {}, body)))

    with pytest.raises(ProtocolError):
        stub.plain().find("Transfer")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"result": True}, True),
        ({"result": {"id": "a"}}, {"id": "a"}),
        ({"result": [1]}, 1),
        ({"result": [1, 2]}, [1, 2]),
        ({"success": True}, {"success": True}),
    ],
)
def test_d22_create_answers_with_what_came(body: Any, found: object) -> None:
    session = Stub(always(body)).plain()

    assert session.create("Queue", {"name": "a"}) == found


def test_d23_checks_hold_in_optimized_python() -> None:
    code = (
        "from tests.accsyn.stub import Stub\n"
        "from skysyn.errors import SkysynError\n"
        "stub = Stub(); session = stub.plain()\n"
        "try: session.update('User', '', {'a': 1})\n"
        "except SkysynError: raise SystemExit(bool(stub.sent))\n"
        "raise SystemExit(2)"
    )
    root = Path(__file__).parents[2]

    done = subprocess.run([sys.executable, "-O", "-c", code], check=False, cwd=root)

    assert done.returncode == 0


def test_d24_naive_dates_have_the_offset_of_their_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Stockholm")
    time.tzset()
    stub = Stub()
    summer = datetime(2026, 7, 1, 12)  # noqa: DTZ001  # in the local zone
    winter = datetime(2026, 1, 1, 12)  # noqa: DTZ001  # in the local zone

    stub.plain().create("Transfer", {"summer": summer, "winter": winter})

    monkeypatch.undo()
    time.tzset()
    assert stub.sent[0].data == {
        "summer": "2026-07-01T10:00:00",
        "winter": "2026-01-01T11:00:00",
    }


def test_d25_only_attributes_that_are_dates_become_dates() -> None:
    row = {
        "created": "2026-01-22T08:35:59.250",
        "finished": "9999-12-31T23:59:59",
        "modified": "2026-99-99T99:99:99",
        "description": "2026-99-99T99:99:99",
        "name": "2026-01-22T08:35:59",
        "list": [{"created": "2026-01-22T09:35:59+01:00"}, f"ObjectId:{USER}"],
    }
    session = Stub(always({"result": [row]})).plain()

    assert session.find("Transfer") == [
        {
            **row,
            "created": datetime(2026, 1, 22, 8, 35, 59, 250000, UTC),
            "finished": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            "list": [{"created": datetime(2026, 1, 22, 8, 35, 59, tzinfo=UTC)}, USER],
        }
    ]


def test_d26_milliseconds_are_sent() -> None:
    stub = Stub()

    stub.plain().create("Job", {"a": datetime(2026, 1, 1, 1, 1, 1, 250000, UTC)})

    assert stub.sent[0].data == {"a": "2026-01-01T01:01:01.250"}


def test_d27_any_machine_name_fits_the_header() -> None:
    stub = Stub()

    stub.typed(machine="Jönssons\r\n\u4e2d").log_in()

    device = stub.transport.requests[0].headers["X-Accsyn-Device"]
    assert device.isascii()
    assert device.isprintable()


@pytest.mark.parametrize("limit", ["timeout", "connect_timeout"])
def test_d28_no_time_is_refused(limit: str) -> None:
    settings: dict[str, Any] = {limit: 0}

    with pytest.raises(DeclarationError, match=limit):
        Session("a", "u", "K", **settings)


def test_d29_d30_queries_keep_their_case_and_their_words() -> None:
    stub = Stub()

    stub.plain().find("Transfer WHERE\tname MATCHES '\\D+\tA'\r\nAND size>1")

    assert stub.envelopes[0]["query"] == "name MATCHES '\\D+\tA' AND size>1"


@pytest.mark.parametrize("text", ["a='", "(a=1", "a=1)"])
def test_d30_open_quotes_and_brackets_are_noticed(text: str) -> None:
    stub = Stub()

    with pytest.raises(QueryError, match="open"):
        stub.plain().find(f"Transfer WHERE {text}")
    assert stub.sent == []


def test_d31_find_one_asks_for_one() -> None:
    stub = Stub()

    stub.plain().find_one("User")

    assert stub.sent[0].data == {"single_entity_query": True, "limit": 1}


def test_d32_flags_that_are_false_are_sent() -> None:
    stub = Stub()

    stub.plain().find_one("User", inactive=False)

    assert stub.sent[0].data["inactive"] is False


def test_d33_typed_queries_read_pages() -> None:
    pages: list[dict[str, Any]] = [{"result": [ROW]}, {"result": []}]
    session = Stub(first(*pages)).plain().typed

    assert [job.name for job in Transfer.query(session)] == ["stub"]


def test_d34_types_are_sent_in_lower_case() -> None:
    stub = Stub()
    session = stub.plain()

    session.get_entity("Delivery", ENTITY)
    session.assignments("Volume", VOLUME)

    assert [e["uri"] for e in stub.envelopes] == ["delivery/find", "volume/servers"]


def test_d35_access_is_asked_for_as_it_always_was() -> None:
    stub = Stub()

    stub.plain().access("Volume", VOLUME)

    assert stub.envelopes[0]["query"] == f"acl WHERE target=share:{VOLUME}"


def test_d36_deassign_takes_what_assign_takes() -> None:
    stub = Stub()

    stub.plain().deassign("Volume", "client", {"volume": VOLUME, "client": SERVER})

    assert stub.sent[0].data == {"client": SERVER}


def test_d37_what_the_caller_passes_is_left_alone() -> None:
    stub = Stub()
    job = {"tasks": ["a"]}
    files = [{"filename": "d", "size": 7, "files": [{"filename": "x", "size": None}]}]
    before = json.dumps([job, files])

    stub.plain().create("Job", job, allow_duplicates=True)
    stub.plain().prepublish(files)

    assert json.dumps([job, files]) == before
    assert stub.sent[1].data["files"][0]["files"][0]["size"] == 0


def test_d38_text_is_never_a_file(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_text('{"name": "a"}')
    stub = Stub()

    with pytest.raises(QueryError, match="JSON"):
        stub.plain().create("Queue", str(file))
    stub.plain().create("Queue", file)
    assert [e.data for e in stub.sent] == [{"name": "a"}]


def test_d39_every_annotation_is_a_type() -> None:
    names = {"Mapping": Mapping, "Sequence": Sequence, "PathLike": PathLike}
    own = {"Given": plain.Given, "Plain": plain.Plain, "Answer": object, "JSON": object}
    more = {"Transport": Transport, "Collection": Collection, "Generator": Generator}
    methods = {
        name: getattr(Session, name)
        for name in dir(Session)
        if not name.startswith("__") and callable(getattr(Session, name))
    }

    hints = {
        name: get_type_hints(method, localns=names | own | more)
        for name, method in methods.items()
    }

    assert hints["find"]["query"] is str
    assert [name for name, found in hints.items() if "return" not in found] == []
    assert [n for n, found in hints.items() if Session.str in found.values()] == []


def test_d41_two_sessions_write_two_logs(tmp_path: Path) -> None:
    for name in ("a", "b"):
        transport = open_transport(Stub().transport, path_logfile=tmp_path / name)
        dialect = Accsyn(name, username="u", api_key="K", hostname=f"{name}.example")
        connect(dialect, transport=transport).query(User).all()
        transport.close()

    assert "b.example" not in (tmp_path / "a").read_text()
    assert "a.example" not in (tmp_path / "b").read_text()


def test_d42_an_empty_user_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACCSYN_API_USER", "")

    with pytest.raises(DeclarationError, match="ACCSYN_API_USER"):
        Accsyn("a", api_key="K")


def test_d44_arguments_come_before_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCSYN_WORKSPACE", "other")
    monkeypatch.setenv("ACCSYN_API_KEY", "other")

    session = Stub().plain(domain="acmefilm", workspace=None)

    assert session.typed.dialect.workspace == "acmefilm"
    assert session.typed.dialect.api_key == "K"
    assert Rights().notify is False


def test_d45_help_opens_nothing() -> None:
    assert Stub().plain().help().startswith("https://")


def test_d45_threads_share_a_session() -> None:
    stub = Stub()
    session = stub.plain()
    threads = [
        threading.Thread(target=lambda: session.find("Transfer")) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(stub.sent) == 8
    assert len({e["eid"] for e in stub.envelopes}) == 8


def test_d46_old_services_get_large_lists_and_odd_names() -> None:
    stub = Stub()

    session = stub.plain(username='a"b', pwd='p"w', api_key=None)
    session.update_many("Task", JOB, [{"id": TASK, "x": "y" * 60}] * 2000)

    assert len(stub.sent[0].data) == 2000
    assert session.get_session_key() == "SK"


def test_rate_is_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = VirtualTime()
    stub = Stub()
    transport = open_transport(stub.transport, rate=connect_rate(), clock=clock.clock)
    session = connect(
        Accsyn("a", username="u", api_key="K", hostname="localhost"),
        transport=transport,
    )

    for _ in range(89):
        session.query(User).all()

    assert clock.seconds == pytest.approx(1001.0)


def connect_rate() -> Any:
    from skysyn.session.accsyn_opening import ACCSYN_RATE  # noqa: PLC0415  # a constant of it

    return ACCSYN_RATE


def test_older_arguments_warn() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        session = Stub().plain(pretty_json=True)
        session.find("User", offline=True)
        Session.str({"a": 1})

    assert [w.category for w in caught] == [DeprecationWarning] * 3


def test_data_is_shown_as_json() -> None:
    assert json.loads(Session.dump({"d": datetime(2026, 1, 1, tzinfo=UTC)})) == {
        "d": "2026-01-01T00:00:00"
    }
    assert Session.dump(None) == "None"
    assert Session.get_hostname()


def test_a_session_ends_with_its_block() -> None:
    with Stub().plain() as session:
        assert session.username == "john@user.com"
        assert Volume.query(session.typed).all()


def test_a_proxy_on_this_machine_takes_plain_http() -> None:
    transport = open_transport("accsyn:127.0.0.1:8080")
    inner: Any = transport
    while not isinstance(inner, AccsynProxyTransport):
        inner = inner.inner

    assert inner.explain_route("https://a").proxy == parse_proxy("127.0.0.1:8080")
