"""Exposure: who reaches the address that a command listens at."""

from __future__ import annotations

import ipaddress

import typer


def check_exposure(host: str, hint: str, *, is_meant: bool) -> None:
    """Refuse to listen for other machines unless that *is_meant*.

    Raises:
        BadParameter: the option *hint* says otherwise.
    """
    if is_meant or _is_loopback(host):
        return
    if "/" in host or host.count(":") == 1:
        msg = f"{host} is no address: write it as in 127.0.0.1, and --port 3000"
    else:
        msg = f"{host} is reached from other machines: add --expose to mean it"
    raise typer.BadParameter(msg, param_hint=hint)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
