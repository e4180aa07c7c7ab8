"""Drifting: what recordings of tests say that models or the service do not any more."""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.errors import RemoteError
from skysyn.models import Model
from skysyn.session import connect
from skysyn.testing import drift, files
from skysyn.testing.languages import language_of
from skysyn.testing.ways import way_to
from skysyn.transport import RecordingTransport

from .telling import counted, leave

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from skysyn.models import Operation
    from skysyn.testing.drift import Drift
    from skysyn.testing.facts import Facts
    from skysyn.testing.files import Recording
    from skysyn.transport import Response, Transport

M = TypeVar("M")


def differ(paths: Iterable[Path], modules: list[str], *, live: bool) -> bool:
    """Print how the recordings at *paths* differ; return whether one does.

    Raises:
        SkysynError: one cannot be read, or the service cannot be asked.
    """
    declared = list(_declared(modules))
    differs = False
    for path in paths:
        recording = files.load(path)
        if recording is None or recording.facts is None:
            why = "it does not say which service it is of"
            typer.echo(f"{path}: left out: {why}", err=True)
            continue
        found = _drift(recording, recording.facts, declared, live=live)
        _print(path, recording.facts, found)
        differs |= bool(found)
    return differs


def _declared(modules: list[str]) -> Iterator[type[Model]]:
    sys.path.insert(0, str(Path.cwd()))
    for name in modules:
        try:
            module = import_module(name)
        except Exception as error:  # it is anybody's code
            leave(f"--models {name}: {type(error).__name__}: {error}")
        found = [
            value
            for _, value in inspect.getmembers(module, inspect.isclass)
            if issubclass(value, Model) and value.__collection__
        ]
        if not found:
            leave(f"--models {name}: there is no model in it")
        yield from found


def _drift(
    recording: Recording, facts: Facts, models: list[type[Model]], *, live: bool
) -> list[Drift]:
    own = [model for model in models if model.__family__ == facts.service]
    found = drift.against_models(recording.exchanges, own, facts)
    if not live:
        return found
    language = language_of(facts.service)
    settings = Accsyn() if facts.service == "accsyn" else Skygear()
    with live_session(settings, way_to(facts.service, "env")) as ask:
        asked = drift.against_service(recording.exchanges, language, ask)
    again = f"{counted(asked.asked, 'request')} asked again, {asked.left} cannot be"
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
    number = counted(len(found), "difference")
    typer.echo(f"{path}: {number}; recorded {age}{server}")
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
    return f"{counted((datetime.now(UTC) - moment).days, 'day')} ago"
