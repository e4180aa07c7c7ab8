"""Commands and their options."""

from __future__ import annotations

from typing import Annotated

import typer

from skysyn.cli import cloud
from skysyn.cli.cassettes import cassettes
from skysyn.cli.moving import export, import_
from skysyn.cli.proxying import proxy
from skysyn.cli.serving import serve

app = typer.Typer(
    name="skysyn",
    help="Typed models for two remote record services, Skygear and accsyn.",
    no_args_is_help=True,
    add_completion=False,
    # boxes cut the names of options that do not fit into their columns
    rich_markup_mode=None,
)


def _show_version(wanted: bool) -> None:  # typer gives it by position
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415  # it has much to load

        typer.echo(f"skysyn {version('skysyn')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version and leave.",
        ),
    ] = False,
) -> None:
    """Typed models for two remote record services, Skygear and accsyn."""
    del show_version


@app.command()
def demo(
    *,
    plain: Annotated[
        bool, typer.Option("--plain", help="Print without colours.")
    ] = False,
) -> None:
    """Tell a story on a local server in this process; needs no network."""
    from skysyn.cli import story  # noqa: PLC0415  # it needs all there is

    story.tell(plain=plain)


app.command()(serve)
app.command()(proxy)
app.command()(export)
app.command("import")(import_)
app.add_typer(cloud.app, name="cloud")
app.add_typer(cassettes)
