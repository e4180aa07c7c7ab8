"""`skysyn proxy`: what accsyn's clients talk to with `proxy="accsyn:host:port"`."""

from __future__ import annotations

import logging
import signal
import sys
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003  # typer resolves it
from typing import TYPE_CHECKING, Annotated

import typer

from skysyn.errors import SkysynError

from .exposure import check_exposure
from .logs import parse_level

if TYPE_CHECKING:
    from types import FrameType

_ENDS = (signal.SIGINT, signal.SIGTERM)
_MISSING = "the proxy needs the server's extra: pip install 'skysyn[server]'"


def _listen(text: str) -> tuple[str, int]:
    """Return the host and port in `host:port`, `[::1]:port` or `port`."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not (port.isascii() and port.isdecimal() and int(port) <= 65535):
        msg = f"{text!r} is no address: write 127.0.0.1:8181"
        raise typer.BadParameter(msg, param_hint="--listen")
    return host, int(port)


def proxy(
    *,
    listen: Annotated[
        str, typer.Option(help="The address for clients, as host:port.")
    ] = "127.0.0.1:8181",
    upstream: Annotated[
        list[str],
        typer.Option(
            help="Where to forward to: https://acmefilm.accsyn.com; several as "
            "acmefilm=https://…"
        ),
    ],
    registry: Annotated[
        str | None,
        typer.Option(help="What tells clients where workspaces are, if not accsyn's."),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(help="A PEM file of the authorities to trust upstream."),
    ] = None,
    expose: Annotated[
        bool,
        typer.Option(
            "--expose", help="Let other machines in, whose keys cross the network."
        ),
    ] = False,
    log_level: Annotated[
        str, typer.Option(help="debug, info, warning or error.")
    ] = "info",
) -> None:
    """Forward accsyn's clients to its service over verified TLS, until Ctrl-C."""
    if find_spec("uvicorn") is None:
        sys.exit(_MISSING)
    host, port = _listen(listen)
    check_exposure(host, "--listen", is_meant=expose)
    logging.basicConfig()
    # only ours: urllib3's own log has whole URLs, in which clients' data are
    logging.getLogger("skysyn").setLevel(parse_level(log_level, "--log-level"))
    try:
        _run(host, port, upstream, registry, ca)
    except SkysynError as error:
        sys.exit(str(error))


def _run(
    host: str, port: int, upstream: list[str], registry: str | None, ca: Path | None
) -> None:
    """Forward until a signal; then answer what is asked already."""
    # only when the extra is installed
    from skysyn.server.accsyn.proxy import Proxy  # noqa: PLC0415  # only when it is wanted
    from skysyn.server.accsyn.upstreams import Upstream, Upstreams  # noqa: PLC0415  # only when it is wanted

    allowed = [Upstream.parse(text) for text in upstream]
    named = None if registry is None else Upstream.parse(registry)
    for number in _ENDS:
        # both: what a shell starts in the background ignores SIGINT otherwise
        signal.signal(number, _stop)
    with Proxy(Upstreams(allowed, named), host, port, ca=ca) as running:
        shown = f"[{host}]" if ":" in host else host
        typer.echo(
            f"# accsyn's clients are forwarded to {', '.join(map(str, allowed))}"
        )
        typer.echo(f"export ACCSYN_PROXY=accsyn:{shown}:{running.port}")
        sys.stdout.flush()
        try:
            running.wait()
        except KeyboardInterrupt:
            typer.echo("# stopped")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
