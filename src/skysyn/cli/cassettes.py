"""`skysyn cassettes`: recordings of tests, checked for secrets and for age."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from skysyn.errors import SkysynError

from .telling import counted, leave

_USUAL = Path("cassettes")
_MISSING = "cassettes need the extra testing: pip install 'skysyn[testing]'"

cassettes = typer.Typer(
    name="cassettes",
    help="Check recordings of tests: for secrets, and for what has changed since.",
    no_args_is_help=True,
)
Places = Annotated[
    list[Path] | None, typer.Argument(help="Files or folders; all of `cassettes/`.")
]


@cassettes.callback()
def root() -> None:
    """Check recordings of tests: for secrets, and for what has changed since."""
    if find_spec("vcr") is None or find_spec("filelock") is None:
        sys.exit(_MISSING)


@cassettes.command()
def scan(places: Places = None) -> None:
    """Say where a secret is written out; leave with 1 if there is one."""
    from skysyn.testing import scanning  # noqa: PLC0415  # only when it is installed

    found = 0
    paths = _cassettes(places)
    for path in paths:
        try:
            findings = scanning.scan(path)
        except SkysynError as error:
            typer.echo(str(error))
            found += 1
            continue
        for finding in findings:
            typer.echo(str(finding))
        found += len(findings)
    result = f"{counted(len(paths), 'cassette')}, {counted(found, 'finding')}"
    typer.echo(result, err=True)
    if found:
        raise typer.Exit(1)


@cassettes.command()
def verify(
    places: Places = None,
    *,
    models: Annotated[
        list[str] | None,
        typer.Option("--models", help="A module with models; may be repeated."),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Ask the service again, with keys of environment."),
    ] = False,
) -> None:
    """Compare recorded answers with models, or with the service; 1 if they differ."""
    from .drifting import differ  # noqa: PLC0415  # as above

    paths = _cassettes(places)
    if not models and not live:
        leave("there is nothing to compare with: name --models, or --live")
    try:
        differs = differ(paths, models or [], live=live)
    except SkysynError as error:
        sys.exit(str(error))
    if differs:
        raise typer.Exit(1)


def _cassettes(places: list[Path] | None) -> list[Path]:
    """Return the cassettes in *places*; leave if there are none."""
    from skysyn.testing import scanning  # noqa: PLC0415  # as above

    named = places or [_USUAL]
    missing = ", ".join(str(place) for place in named if not place.exists())
    if missing and not places:
        leave(f"there is no folder {missing} here: name files or folders of cassettes")
    if missing:
        leave(f"there is no file or folder {missing}")
    found = list(scanning.cassettes_in(named))
    if not found:
        typer.echo(f"no cassettes in {', '.join(map(str, named))}", err=True)
        raise typer.Exit
    return found
