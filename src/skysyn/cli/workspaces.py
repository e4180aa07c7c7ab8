"""Workspaces: what `skysyn serve --accsyn` serves, and how it tells of it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import typer

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from skysyn.server.accsyn import Account, AccsynServer, AccsynSettings

Accsyn = Annotated[
    list[str],
    typer.Option(
        "--accsyn",
        metavar="WORKSPACE",
        help="Serve an accsyn workspace too, on the same port; may be repeated.",
    ),
]
AccsynPort = Annotated[
    int | None,
    typer.Option(
        min=0, max=65535, help="Serve the workspaces on a port of their own; 0: a free."
    ),
]
AccsynUser = Annotated[
    list[str],
    typer.Option(
        "--accsyn-user",
        metavar="EMAIL[=ROLE[:KEY]]",
        help="A user of the workspaces: admin, employee or standard; the first is "
        "an admin. Without KEY one is made up.",
    ),
]
Share = Annotated[
    list[str],
    typer.Option(
        "--share", metavar="CODE=DIR", help="A volume of the workspaces: a real folder."
    ),
]
Speed = Annotated[
    float, typer.Option("--speed", help="How many times as fast accsyn's jobs move.")
]
AccsynSessionSeconds = Annotated[
    int,
    typer.Option(min=0, help="How long a login to accsyn is good for; 0: always."),
]
AccsynRateLimit = Annotated[
    bool,
    typer.Option(
        "--accsyn-rate-limit", help="Allow 30 requests a second, and 60 at once."
    ),
]
AccsynShowKeys = Annotated[
    bool, typer.Option("--accsyn-show-keys", help="Let users read their API keys.")
]


def settings_of(
    codes: Sequence[str],
    users: Sequence[str],
    shares: Sequence[str],
    *,
    database: str,
    speed: float,
    session_seconds: int,
    rate_limit: bool,
    shows_api_keys: bool,
) -> AccsynSettings | None:
    """Return the settings of the workspaces; None if none are wanted.

    Raises:
        BadParameter: an option is not what it should be.
        DeclarationError: a setting cannot be one.
    """
    if not codes:
        given = (*users, *shares, rate_limit, shows_api_keys, session_seconds)
        if any(given) or speed != 1:
            raise _unnamed()
        return None
    from skysyn.server.accsyn import (  # noqa: PLC0415  # only when it is installed
        AccsynSettings,
        Space,
    )

    folders = _folders(shares)
    named = [Space(code) for code in codes]  # each code is one, before it is used
    spaces = tuple(
        attrs.evolve(space, accounts=_accounts(users, space.code), shares=folders)
        for space in named
    )
    return AccsynSettings(
        spaces=spaces,
        database=database,
        speed=speed,
        session_seconds=session_seconds,
        rate_limit=rate_limit,
        shows_api_keys=shows_api_keys,
    )


def check_port(codes: Sequence[str], port: int | None) -> None:
    """Refuse a port of their own for no workspaces.

    Raises:
        BadParameter: there is a port, and none.
    """
    if port is not None and not codes:
        raise _unnamed()


def _unnamed() -> typer.BadParameter:
    return typer.BadParameter("name a workspace with --accsyn")


def _accounts(users: Sequence[str], workspace: str) -> tuple[Account, ...]:
    return tuple(_account(text, workspace) for text in users or ("admin",))


def _account(text: str, workspace: str) -> Account:
    from skysyn.server.accsyn import Account  # noqa: PLC0415  # as above

    email, _, rest = text.partition("=")
    role, _, key = rest.partition(":")
    if "@" not in email:
        email = f"{email}@{workspace.lower()}.example"
    return Account(email, role or "admin", key or secrets.token_hex(16))


def _folders(texts: Sequence[str]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in texts:
        code, path = _share(text)
        if code in found:
            msg = f"--share {text!r}: {code!r} is a folder already"
            raise typer.BadParameter(msg)
        found[code] = path
    return found


def _share(text: str) -> tuple[str, Path]:
    code, equals, folder = text.partition("=")
    path = Path(folder).expanduser()
    if not (code and equals and path.is_dir()):
        msg = f"--share {text!r}: write CODE=DIR, and a folder that is there"
        raise typer.BadParameter(msg)
    return code, path


@contextmanager
def started(settings: AccsynSettings | None) -> Generator[list[AccsynServer]]:
    """Start what *settings* say: one server, or none."""
    if settings is None:
        yield []
        return
    from skysyn.server.accsyn import AccsynServer  # noqa: PLC0415  # as above

    with AccsynServer(settings) as server:
        yield [server]


@contextmanager
def apart(
    servers: Sequence[AccsynServer], host: str, port: int | None
) -> Generator[str | None]:
    """Serve on a port of their own, if there is to be one; give the URL that has."""
    if port is None:
        yield None
        return
    from skysyn.server import Serving  # noqa: PLC0415  # as above

    first, *others = servers
    with Serving(first, host, port, *others) as serving:
        yield serving.endpoint


def announce(servers: Sequence[AccsynServer], endpoint: str) -> None:
    """Print how clients reach the workspaces, as lines for a shell."""
    host = endpoint.partition("://")[2]
    for server in servers:
        for space in server.settings.spaces:
            account = space.accounts[0]
            typer.echo(f"# accsyn's protocol, the workspace {space.code}")
            typer.echo(f"export ACCSYN_WORKSPACE={space.code}")
            typer.echo(f"export ACCSYN_API_USER={account.code}")
            typer.echo(f"export ACCSYN_API_KEY={account.api_key}")
            typer.echo(f"export ACCSYN_PROXY=accsyn:{host}")
            for other in space.accounts[1:]:
                typer.echo(f"# {other.role} {other.code}: {other.api_key}")
