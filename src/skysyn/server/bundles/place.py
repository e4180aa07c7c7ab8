"""Places: where an app is kept, here or by the original server."""

from __future__ import annotations

import re
from pathlib import Path  # noqa: TC003  # attrs resolves it

import attrs

from skysyn.errors import DeclarationError


def _check_app(_: object, __: object, value: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9_]+", value):
        msg = f"{value!r} is no app name: use letters, digits and underscores"
        raise DeclarationError(msg)


def _schema_name(app: str) -> str:
    """Return *app* as the original writes it in the name of a schema."""
    return app.replace(".", "_").replace(":", "_")


@attrs.frozen
class Place:
    """An app of the local server: its *database*, its name, its files.

    Files are in a folder, or where a URL leads.
    """

    database: str = attrs.field(repr=False)
    app: str = attrs.field(default="myapp", validator=_check_app)
    assets: str | Path | None = None


@attrs.frozen
class Original:
    """An app of a real Skygear server: its PostgreSQL and its folder of files.

    Without the folder the files are known by name, and their content is missing.
    """

    database: str = attrs.field(repr=False)
    app: str = attrs.field(
        default="myapp", converter=_schema_name, validator=_check_app
    )
    assets: Path | None = None
