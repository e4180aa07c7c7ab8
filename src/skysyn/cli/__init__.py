"""The `skysyn` command."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the `skysyn` command; without its libraries, say how to install them."""
    if find_spec("typer") is None or find_spec("rich") is None:
        sys.exit("the skysyn command needs its extra: pip install 'skysyn[cli]'")
    from skysyn.cli.app import app  # noqa: PLC0415  # only when typer is there

    app()
