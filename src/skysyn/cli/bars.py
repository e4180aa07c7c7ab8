"""Bars: how far an app is moved, and what came of it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from skysyn.errors import SkysynError

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.progress import TaskID

    from skysyn.server.bundles import Report


@attrs.frozen
class Bars:
    """A progress bar for each part."""

    progress: Progress
    tasks: dict[str, TaskID] = attrs.field(factory=dict["str", "TaskID"])

    def watch(self, what: str, done: int, total: int) -> None:
        """Show how far *what* is."""
        if what not in self.tasks:
            self.tasks[what] = self.progress.add_task(what, total=total)
        self.progress.update(self.tasks[what], completed=done, total=total)


@contextmanager
def shown() -> Generator[Bars]:
    """Show bars on the way, and what went wrong as one line."""
    try:
        with _progress() as bars:
            yield Bars(bars)
    except (SkysynError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def _progress() -> Progress:
    """Return bars for a terminal; a file or pipe has none, and no empty line."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    off = not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=off)


def print_report(report: Report) -> None:
    """Print the count and the hash of each part."""
    table = Table("part", "rows", "sha256", box=None)
    for part in report.parts:
        if part.rows:
            table.add_row(f"{part.kind} {part.name}", str(part.rows), part.sha256)
    Console(width=200, soft_wrap=True).print(table)
    if report.without_content:
        typer.echo(f"{report.without_content} files are known by name only")
    for name, rows in report.left_out.items():
        typer.echo(f"left out, as the local server has no place for it: {rows} {name}")
    typer.echo(f"sha256 of the manifest: {report.sha256}")
