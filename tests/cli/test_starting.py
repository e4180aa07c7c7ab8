"""The command starts soon: it loads what it uses, and that when it is used."""

from __future__ import annotations

import subprocess
import sys

HEAVY = {
    "cattrs",
    "cryptography",
    "jwt",
    "psycopg",
    "requests",
    "rich",
    "sqlalchemy",
    "uvicorn",
    "vcr",
    "werkzeug",
}


def loaded_by(source: str) -> set[str]:
    """Return the packages that a program has loaded in the end."""
    told = (
        f"{source}\nimport sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_help_is_shown_without_what_the_commands_need() -> None:
    source = """
from typer.testing import CliRunner
from skysyn.cli.app import app
assert CliRunner().invoke(app, ["--help"]).exit_code == 0
assert CliRunner().invoke(app, ["serve", "--help"]).exit_code == 0
"""

    assert loaded_by(source) & HEAVY == set()
