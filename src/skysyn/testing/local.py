"""Local servers: which of them a test talks to, in place of a service."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from skysyn.errors import DeclarationError, StateError

if TYPE_CHECKING:
    from collections.abc import Generator

    import pytest

    from skysyn.server import Server
    from skysyn.server.accsyn import AccsynServer
    from skysyn.transport import Transport

    LocalServer: TypeAlias = Server | AccsynServer

_FIXTURES = {"skygear": "sky_server", "accsyn": "sky_accsyn"}


def start_skygear() -> Server:
    """Return a new server of Skygear's.

    Raises:
        StateError: what it needs is not installed.
    """
    with _explained():
        from skysyn.server import Server  # noqa: PLC0415  # needs an extra
    return Server()


def start_accsyn() -> AccsynServer:
    """Return a new server of accsyn's.

    Raises:
        StateError: what it needs is not installed.
    """
    with _explained():
        from skysyn.server.accsyn import AccsynServer  # noqa: PLC0415  # as above
    return AccsynServer()


@contextmanager
def _explained() -> Generator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        msg = (
            f"the local server needs {error.name}: "
            "python -m pip install 'skysyn[testing,server]'"
        )
        raise StateError(msg) from None


def service_named(request: pytest.FixtureRequest) -> str:
    """Return the service whose local server the test names; Skygear if none.

    Raises:
        DeclarationError: it names several, and `sky_session` leads to one.
    """
    named = _named(request) or ["skygear"]
    if len(named) > 1:
        msg = (
            f"{request.node.nodeid}: sky_session leads to sky_server or sky_accsyn, "
            "and the test has both: connect() to one of them"
        )
        raise DeclarationError(msg)
    return named[0]


def server_for(request: pytest.FixtureRequest, service: str) -> LocalServer:
    """Return the local server of *service*."""
    server: LocalServer = request.getfixturevalue(_FIXTURES[service])
    return server


def server_behind(request: pytest.FixtureRequest, service: str) -> LocalServer | None:
    """Return the local server that a test of *service* names, if it names one.

    Raises:
        DeclarationError: it names the one of another service.
    """
    named = _named(request)
    if not named:
        return None
    if service not in named:
        wrong, right = _FIXTURES[named[0]], _FIXTURES[service]
        msg = f"{request.node.nodeid} asks {service}, and {wrong} is none: use {right}"
        raise DeclarationError(msg)
    return server_for(request, service)


def _named(request: pytest.FixtureRequest) -> list[str]:
    return [name for name, one in _FIXTURES.items() if one in request.fixturenames]


def open_local(server: LocalServer) -> Transport:
    """Return what leads to *server*."""
    from skysyn.server import WSGITransport  # noqa: PLC0415  # needs an extra

    return WSGITransport(server)
