"""The original package: a Python that has it, for tests that compare with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.server.installing import python_of

if TYPE_CHECKING:
    from pathlib import Path


def python_with_skygear() -> Path:
    """Return a Python with the PyPI package, but for what it compiles and never uses.

    The test is skipped if it cannot be had.
    """
    as_is = ["ConfigArgParse==0.12.0", "strict-rfc3339==0.5"]
    as_is += ["websocket-client==0.32.0", "Werkzeug>=0.11,<0.12"]
    needs = ["boto3>=1.4,<2", "requests>=2.20,<3", "SQLAlchemy>=1.4,<2", "six"]
    needs += ["python-json-logger>=0.1.11,<0.2", "psycopg2-binary>=2.9,<3"]
    return python_of("skygear", "1.7.1", as_is=as_is, needs=needs)
