"""`skysyn export` and `skysyn import`: an app as a folder, and back."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003  # typer resolves it
from typing import TYPE_CHECKING, Annotated

import attrs
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from skysyn.errors import SkysynError

from .given import check_given
from .places import beside

if TYPE_CHECKING:
    from collections.abc import Generator

    from rich.progress import TaskID

    from skysyn.server.bundles import Report

_MISSING = "moving an app needs the server: pip install 'skysyn[server]'"

Database = Annotated[
    str,
    typer.Option(envvar="DATABASE_URL", help="A file, sqlite:///… or postgresql://…"),
]
App = Annotated[
    str, typer.Option("--app", envvar="APP_NAME", help="The name of the app.")
]
Assets = Annotated[
    str,
    typer.Option(
        envvar="ASSET_STORE_PATH", help="Where files are: a folder, s3://… or another."
    ),
]


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the bundle is to be.")],
    *,
    database: Database = "skysyn.sqlite3",
    app_name: App = "myapp",
    assets: Assets = "",
) -> None:
    """Write an app to a folder: users, roles, schema, records and files."""
    check_given(context)
    _need_server()
    from skysyn.server import bundles  # noqa: PLC0415  # only when it is installed

    with _shown() as bars:
        place = bundles.Place(database, app_name, assets or beside(database))
        report = bundles.export_bundle(place, folder, bars.watch)
    _print(report)
    typer.echo(f"exported to {folder}")


def import_(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="The bundle.")] = None,
    *,
    from_skygear: Annotated[
        str,
        typer.Option(help="Or the PostgreSQL of a real Skygear server; only read."),
    ] = "",
    skygear_app: Annotated[
        str, typer.Option(help="The name of the app there, if it is another.")
    ] = "",
    skygear_assets: Annotated[
        Path | None, typer.Option(help="The folder of files there.")
    ] = None,
    database: Database = "skysyn.sqlite3",
    app_name: App = "myapp",
    assets: Assets = "",
) -> None:
    """Make the app of a bundle, in a database that has none of this name."""
    check_given(context)
    if (folder is None) != bool(from_skygear):
        msg = "give either the folder of a bundle or --from-skygear"
        raise typer.BadParameter(msg)
    _need_server()
    from skysyn.server import bundles  # noqa: PLC0415  # as above

    with _shown() as bars:
        place = bundles.Place(database, app_name, assets or beside(database))
        if folder is not None:
            report = bundles.import_bundle(folder, place, bars.watch)
        else:
            app = skygear_app or app_name
            original = bundles.Original(from_skygear, app, skygear_assets)
            report = bundles.import_skygear(original, place, bars.watch)
    _print(report)
    typer.echo("imported: every count and every hash is equal")


@attrs.frozen
class _Bars:
    """A progress bar for each part."""

    progress: Progress
    tasks: dict[str, TaskID] = attrs.field(factory=dict["str", "TaskID"])

    def watch(self, what: str, done: int, total: int) -> None:
        """Show how far *what* is."""
        if what not in self.tasks:
            self.tasks[what] = self.progress.add_task(what, total=total)
        self.progress.update(self.tasks[what], completed=done, total=total)


@contextmanager
def _shown() -> Generator[_Bars]:
    """Show bars on the way, and what went wrong as one line."""
    try:
        with _progress() as bars:
            yield _Bars(bars)
    except (SkysynError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error


def _progress() -> Progress:
    """Return bars for a terminal; a file or pipe has none, and no empty line."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    off = not console.is_terminal
    return Progress(*columns, console=console, transient=True, disable=off)


def _print(report: Report) -> None:
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


def _need_server() -> None:
    if find_spec("sqlalchemy") is None:
        sys.exit(_MISSING)
