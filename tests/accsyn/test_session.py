"""The drop-in `Session`.

Each defect of the official client (D…) has a test in this folder, those of connections
(D17, D18, D28) in `tests/live/test_accsyn.py`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Collection, Generator, Mapping, Sequence
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import get_type_hints

from skysyn import Accsyn, connect
from skysyn.accsyn import Session, User, Volume, plain
from skysyn.transport import Transport, open_transport
from tests.accsyn.stub import JOB, TASK, Stub


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
