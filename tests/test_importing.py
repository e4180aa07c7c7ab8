"""Importing skysyn brings its own dependencies only; the rest are extras."""

from __future__ import annotations

import subprocess
import sys

EXTRAS = {
    "_pytest",
    "hypothesis",
    "orjson",
    "pydantic",
    "pytest",
    "rich",
    "sqlalchemy",
    "typer",
    "uvicorn",
    "vcr",
    "websockets",
    "werkzeug",
}


def test_import_loads_no_optional_dependency() -> None:
    source = "import sys, skysyn; print(*{name.split('.')[0] for name in sys.modules})"

    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )

    assert set(done.stdout.split()) & EXTRAS == set()


def test_import_leaves_sockets_and_tls_alone() -> None:
    source = """
import socket, ssl
before = socket.socket, ssl.create_default_context, ssl._create_default_https_context
import skysyn
after = socket.socket, ssl.create_default_context, ssl._create_default_https_context
assert before == after
"""

    subprocess.run([sys.executable, "-c", source], check=True)


def test_connecting_to_skygear_loads_nothing_of_accsyn() -> None:
    source = """
import sys
from skysyn import Record, Skygear, connect
connect(Skygear("http://localhost", api_key="k"))
print(*(name for name in sys.modules if "accsyn" in name))
"""

    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["skysyn.transport.accsyn"]
