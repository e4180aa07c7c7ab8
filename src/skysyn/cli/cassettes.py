"""`skysyn cassettes`: recordings of tests, checked for secrets and for age."""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.errors import RemoteError, SkysynError
from skysyn.models import Model
from skysyn.session import connect
from skysyn.transport import RecordingTransport, open_transport

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from skysyn.models import Operation
    from skysyn.testing.drift import Drift
    from skysyn.testing.facts import Facts
    from skysyn.testing.files import Recording
    from skysyn.transport import Response, Transport

M = TypeVar("M")
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

    found = checked = 0
    for path in scanning.cassettes_in(places or [Path("cassettes")]):
        checked += 1
        try:
            findings = scanning.scan(path)
        except SkysynError as error:
            typer.echo(str(error))
            found += 1
            continue
        for finding in findings:
            typer.echo(str(finding))
        found += len(findings)
    typer.echo(f"{checked} cassettes, {found} findings", err=True)
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
    from skysyn.testing import files, scanning  # noqa: PLC0415  # as above

    declared = list(_declared(models or []))
    differs = False
    try:
        for path in scanning.cassettes_in(places or [Path("cassettes")]):
            recording = files.load(path)
            if recording is not None and recording.facts is not None:
                found = _drift(recording, recording.facts, declared, live=live)
                _print(path, recording.facts, found)
                differs |= bool(found)
    except SkysynError as error:
        sys.exit(str(error))
    if differs:
        raise typer.Exit(1)


def _declared(modules: list[str]) -> Iterator[type[Model]]:
    sys.path.insert(0, str(Path.cwd()))
    for name in modules:
        try:
            module = import_module(name)
        except ImportError as error:
            sys.exit(f"--models {name}: {error}")
        for _, value in inspect.getmembers(module, inspect.isclass):
            if issubclass(value, Model) and value.__collection__:
                yield value


def _drift(
    recording: Recording, facts: Facts, models: list[type[Model]], *, live: bool
) -> list[Drift]:
    from skysyn.testing import drift  # noqa: PLC0415  # as above
    from skysyn.testing.languages import language_of  # noqa: PLC0415  # as above

    own = [model for model in models if model.__family__ == facts.service]
    found = drift.against_models(recording.exchanges, own, facts)
    if not live:
        return found
    language = language_of(facts.service)
    settings = Accsyn() if facts.service == "accsyn" else Skygear()
    with live_session(settings, open_transport(proxy="env")) as ask:
        asked = drift.against_service(recording.exchanges, language, ask)
    typer.echo(f"{asked.asked} requests asked again, {asked.left} cannot be", err=True)
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
    typer.echo(f"{path}: {len(found)} differences; recorded {age} ({facts.server})")
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
    return f"{(datetime.now(UTC) - moment).days} days ago"
