"""`skysyn cassettes`: recordings of tests, checked for secrets and for age."""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.errors import RemoteError, SkysynError
from skysyn.models import Model
from skysyn.session import connect
from skysyn.transport import RecordingTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from skysyn.models import Operation
    from skysyn.testing.drift import Drift
    from skysyn.testing.facts import Facts
    from skysyn.testing.files import Recording
    from skysyn.transport import Response, Transport

M = TypeVar("M")
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
    counted = f"{_counted(len(paths), 'cassette')}, {_counted(found, 'finding')}"
    typer.echo(counted, err=True)
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
    from skysyn.testing import files  # noqa: PLC0415  # as above

    paths = _cassettes(places)
    if not models and not live:
        _leave("there is nothing to compare with: name --models, or --live")
    declared = list(_declared(models or []))
    differs = False
    try:
        for path in paths:
            recording = files.load(path)
            if recording is None or recording.facts is None:
                why = "it does not say which service it is of"
                typer.echo(f"{path}: left out: {why}", err=True)
                continue
            found = _drift(recording, recording.facts, declared, live=live)
            _print(path, recording.facts, found)
            differs |= bool(found)
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
        _leave(f"there is no folder {missing} here: name files or folders of cassettes")
    if missing:
        _leave(f"there is no file or folder {missing}")
    found = list(scanning.cassettes_in(named))
    if not found:
        typer.echo(f"no cassettes in {', '.join(map(str, named))}", err=True)
        raise typer.Exit
    return found


def _leave(msg: str) -> NoReturn:
    typer.echo(msg, err=True)
    raise typer.Exit(2)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _declared(modules: list[str]) -> Iterator[type[Model]]:
    sys.path.insert(0, str(Path.cwd()))
    for name in modules:
        try:
            module = import_module(name)
        except Exception as error:  # it is anybody's code
            _leave(f"--models {name}: {type(error).__name__}: {error}")
        found = [
            value
            for _, value in inspect.getmembers(module, inspect.isclass)
            if issubclass(value, Model) and value.__collection__
        ]
        if not found:
            _leave(f"--models {name}: there is no model in it")
        yield from found


def _drift(
    recording: Recording, facts: Facts, models: list[type[Model]], *, live: bool
) -> list[Drift]:
    from skysyn.testing import drift  # noqa: PLC0415  # as above
    from skysyn.testing.languages import language_of  # noqa: PLC0415  # as above
    from skysyn.testing.ways import way_to  # noqa: PLC0415  # as above

    own = [model for model in models if model.__family__ == facts.service]
    found = drift.against_models(recording.exchanges, own, facts)
    if not live:
        return found
    language = language_of(facts.service)
    settings = Accsyn() if facts.service == "accsyn" else Skygear()
    with live_session(settings, way_to(facts.service, "env")) as ask:
        asked = drift.against_service(recording.exchanges, language, ask)
    again = f"{_counted(asked.asked, 'request')} asked again, {asked.left} cannot be"
    typer.echo(again, err=True)
    return [*found, *asked.found]


@contextmanager
def live_session(
    settings: Skygear | Accsyn, upstream: Transport
) -> Generator[Callable[[Operation], bytes]]:
    """Connect as *settings* say; what it yields returns whole answers."""
    heard: list[Response] = []
    transport = RecordingTransport(
        upstream,
        lambda pair: heard.append(pair[1]),
        clean_request=_as_it_is,
        clean_response=_as_it_is,
    )

    def ask(operation: Operation) -> bytes:
        with suppress(RemoteError):
            session.execute(operation)
        return heard[-1].body

    with connect(settings, transport=transport) as session:
        yield ask


def _as_it_is(message: M) -> M:
    return message


def _print(path: Path, facts: Facts, found: list[Drift]) -> None:
    age = _days(facts.recorded_at)
    server = f" ({facts.server})" if facts.server else ""
    counted = _counted(len(found), "difference")
    typer.echo(f"{path}: {counted}; recorded {age}{server}")
    if not found:
        return
    table = Table("field", "was", "is")
    for one in found:
        table.add_row(one.field, one.was, one.now)
    Console().print(table)


def _days(recorded_at: str) -> str:
    try:
        moment = datetime.fromisoformat(recorded_at)
    except ValueError:
        return "at an unknown time"
    return f"{_counted((datetime.now(UTC) - moment).days, 'day')} ago"
