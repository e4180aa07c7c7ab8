"""`skysyn export` and `skysyn import`: an app as a folder, and back."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path  # noqa: TC003  # typer resolves it
from typing import Annotated

import typer

from .given import check_given
from .places import beside

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

    from .bars import print_report, shown  # noqa: PLC0415  # as above

    with shown() as bars:
        place = bundles.Place(database, app_name, assets or beside(database))
        report = bundles.export_bundle(place, folder, bars.watch)
    print_report(report)
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

    from .bars import print_report, shown  # noqa: PLC0415  # as above

    with shown() as bars:
        place = bundles.Place(database, app_name, assets or beside(database))
        if folder is not None:
            report = bundles.import_bundle(folder, place, bars.watch)
        else:
            app = skygear_app or app_name
            original = bundles.Original(from_skygear, app, skygear_assets)
            report = bundles.import_skygear(original, place, bars.watch)
    print_report(report)
    typer.echo("imported: every count and every hash is equal")


def _need_server() -> None:
    if find_spec("sqlalchemy") is None:
        sys.exit(_MISSING)
