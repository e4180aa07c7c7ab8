"""What fixtures are made of: cassettes, transports and sessions of one test."""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import attrs

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.errors import CassetteError, DeclarationError, StateError
from skysyn.session import AccsynSession, SkygearSession, connect

from . import local, placeholders
from .budget import BudgetTransport
from .carrying import CassetteTransport
from .cassette import Cassette, Rules
from .faults import FaultTransport
from .languages import language_of
from .modes import Mode
from .names import place_of, twin_of
from .ways import way_to

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    import pytest

    from skysyn.dialects.skygear.dialect import Skygear
    from skysyn.models import Model
    from skysyn.transport import Transport

    from .faults import Fault

MARKER = "skysyn_cassette"


@attrs.frozen
class Marked:
    """What a test says by its marker."""

    service: str | None = None
    models: Sequence[type[Model]] = ()
    name: str | None = None
    in_order: bool = True
    complete: bool = True

    @property
    def family(self) -> str:
        """The service: as told, else that of the models, else Skygear."""
        families = {model.__family__ for model in self.models}
        if self.service is None and len(families) > 1:
            msg = f"models of several services need service=: {sorted(families)}"
            raise DeclarationError(msg)
        return self.service or next(iter(families), "skygear")


def marked(node: pytest.Item) -> Marked:
    """Return what the markers of *node* say, the nearest first.

    Raises:
        DeclarationError: a marker has other arguments.
    """
    told: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers(MARKER))):
        told |= marker.kwargs
        if marker.args:
            told["service"] = marker.args[0]
    unknown = sorted(told.keys() - {field.name for field in attrs.fields(Marked)})
    if unknown:
        msg = f"{node.nodeid}: {MARKER} takes no {', '.join(unknown)}"
        raise DeclarationError(msg)
    return Marked(**told)


def cassette_of(node: pytest.Item) -> Cassette:
    """Return the cassette of the test *node*, not open yet."""
    told = marked(node)
    folder = Path(node.config.rootpath, str(node.config.getini("sky_cassettes")))
    place = place_of(node.nodeid, told.family)
    if told.name is not None:
        place = _named(told.name, told.family)
    rules = Rules(
        in_order=told.in_order,
        complete=told.complete,
        command=f"pytest {quote(node.nodeid)} --sky-record=rewrite",
    )
    mode = Mode(node.config.getoption("--sky-record"))
    found = Cassette(folder / place, language_of(told.family), mode, rules, told.models)
    _check_name(found, twin_of(folder, place))
    return found


def _check_name(cassette: Cassette, twin: Path | None) -> None:
    """Refuse a cassette that some file systems would mix up with its *twin*.

    Raises:
        CassetteError: it would be recorded, or only the twin is there.
    """
    path = cassette.path
    if twin is None:
        return
    is_there = path.exists() and path in path.parent.iterdir()
    if cassette.mode is Mode.NONE and is_there:
        return
    msg = f"it is the same file as {twin} on some systems: rename one of the tests"
    raise CassetteError(msg, path=str(path))


def _named(name: str, family: str) -> Path:
    place = Path(family, f"{name}.yaml")
    if place.is_absolute() or ".." in place.parts or "\\" in name:
        msg = f"{name!r} leads out of the folder of cassettes"
        raise DeclarationError(msg)
    return place


@contextmanager
def opened(cassette: Cassette, monkeypatch: pytest.MonkeyPatch) -> Generator[Cassette]:
    """Open *cassette*; while it plays, placeholders stand in the environment."""
    cassette.open()
    try:
        if not cassette.is_recording:
            variables = placeholders.environment(
                cassette.language.family, cassette.facts
            )
            for name, value in variables.items():
                if value is None:
                    monkeypatch.delenv(name, raising=False)
                else:
                    monkeypatch.setenv(name, value)
        yield cassette
    finally:
        cassette.close()


def note_failure(node: pytest.Item, cassette: Cassette) -> None:
    """Say in the report of *node* why nothing was recorded."""
    if cassette.is_recording:
        text = f"{cassette.path} is as it was: the recording of a failed test"
        node.add_report_section("teardown", "skysyn", f"{text} is not kept")


class FaultQueue:
    """The faults that the next requests meet; None lets one pass."""

    def __init__(self) -> None:
        self._waiting: deque[Fault | None] = deque()
        self._lock = threading.Lock()

    def add(self, *faults: Fault | None) -> None:
        """Let the next requests meet *faults*, one each."""
        with self._lock:
            self._waiting.extend(faults)

    def __len__(self) -> int:
        """Return how many faults no request has met."""
        return len(self._waiting)

    def faults(self) -> Iterator[Fault | None]:
        """Yield the fault of each request, for `FaultTransport`."""
        while True:
            with self._lock:
                fault = self._waiting.popleft() if self._waiting else None
            yield fault


@contextmanager
def transport_of(request: pytest.FixtureRequest) -> Generator[Transport]:
    """Return the chain of this test: faults, budget, then cassette or server."""
    transport = _end_of(request)
    if "sky_budget" in request.fixturenames:
        transport = BudgetTransport(transport, request.getfixturevalue("sky_budget"))
    if "sky_faults" in request.fixturenames:
        queue: FaultQueue = request.getfixturevalue("sky_faults")
        transport = FaultTransport(transport, queue.faults())
    with transport:
        yield transport


def _end_of(request: pytest.FixtureRequest) -> Transport:
    if not is_recorded(request):
        service = local.service_named(request)
        return local.open_local(local.server_for(request, service))
    cassette: Cassette = request.getfixturevalue("sky_cassette")
    upstream: Transport | None = request.getfixturevalue("sky_upstream")
    service = cassette.language.family
    server = local.server_behind(request, service)
    if upstream is None and server is not None:
        upstream = local.open_local(server)
    return CassetteTransport(cassette, lambda: upstream or way_to(service))


def is_recorded(request: pytest.FixtureRequest) -> bool:
    """Return whether this test has a cassette."""
    node: pytest.Item = request.node
    is_named = "sky_cassette" in request.fixturenames
    return is_named or node.get_closest_marker(MARKER) is not None


def dialect_of(request: pytest.FixtureRequest) -> Skygear | Accsyn:
    """Return settings from the environment, or those of the local server."""
    if not is_recorded(request):
        service = local.service_named(request)
        return local.server_for(request, service).client()
    cassette: Cassette = request.getfixturevalue("sky_cassette")
    service = cassette.language.family
    server = local.server_behind(request, service)
    if cassette.is_recording and server is not None:
        return server.client()
    return placeholders.dialect_like(
        service, None if cassette.is_recording else cassette.facts
    )


@contextmanager
def session_of(
    request: pytest.FixtureRequest, transport: Transport
) -> Generator[SkygearSession | AccsynSession]:
    """Connect by *transport* as `sky_dialect` says."""
    dialect: Skygear | Accsyn = request.getfixturevalue("sky_dialect")
    if is_recorded(request):
        cassette: Cassette = request.getfixturevalue("sky_cassette")
        cassette.settings = placeholders.described(dialect)
    session = _connect(dialect, transport)
    with session:
        yield session


def _connect(
    dialect: Skygear | Accsyn, transport: Transport
) -> SkygearSession | AccsynSession:
    if isinstance(dialect, Accsyn):
        return connect(dialect, transport=transport)
    return connect(dialect, transport=transport)


@attrs.frozen
class SkyUser:
    """A user made for one test."""

    id: str
    username: str
    password: str = attrs.field(repr=False)


def sign_up(session: object) -> SkyUser:
    """Make a user with a name that nobody has, and log *session* in as them.

    Raises:
        StateError: the service is one where nobody can sign up.
    """
    if not isinstance(session, SkygearSession):
        msg = "sky_user needs a session with Skygear: nobody signs up to accsyn"
        raise StateError(msg)
    username, password = f"user-{uuid4().hex}", f"password-{uuid4().hex}"
    user = session.signup(username=username, password=password)
    return SkyUser(user.user_id, username, password)
