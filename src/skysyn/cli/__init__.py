"""The `skysyn` command."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_NEEDED = ("typer", "rich", "dotenv", "sqlalchemy", "werkzeug", "uvicorn")


def main() -> None:
    """Run the `skysyn` command; without its libraries, say how to install them."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        shown = ", ".join(missing)
        sys.exit(f"skysyn needs {shown}: python -m pip install 'skysyn[cli,server]'")
    try:
        from skysyn.cli.app import app  # noqa: PLC0415  # only when all are there
    except KeyboardInterrupt:
        sys.exit(130)
    app()
