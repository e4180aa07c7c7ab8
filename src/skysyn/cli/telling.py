"""Telling: why a command leaves, and numbers of things as one says them."""

from __future__ import annotations

from typing import NoReturn

import typer


def leave(msg: str) -> NoReturn:
    """Say *msg* on stderr, and leave as one does when a command is not understood."""
    typer.echo(msg, err=True)
    raise typer.Exit(2)


def counted(number: int, noun: str) -> str:
    """Return *number* and its *noun*."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
