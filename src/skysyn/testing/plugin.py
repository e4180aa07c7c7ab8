"""The pytest plugin: options, the marker and fixtures; it imports little until used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from skysyn import Accsyn, AccsynSession, Skygear, SkygearSession
    from skysyn.server import Server
    from skysyn.server.accsyn import AccsynServer
    from skysyn.testing.budget import Budget
    from skysyn.testing.cassette import Cassette
    from skysyn.testing.chain import FaultQueue, SkyUser
    from skysyn.testing.clock import SkyClock
    from skysyn.transport import Transport

MARKER = (
    "skysyn_cassette(service=None, models=(), name=None, in_order=True, "
    "complete=True): play the requests of `sky_session` from a recording"
)
_ERRORS = "skysyn.errors"
_FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--sky-record` and where cassettes are."""
    group = parser.getgroup("skysyn", "recorded and replayed API tests")
    group.addoption(
        "--sky-record",
        choices=("none", "once", "new", "all", "rewrite"),
        default="none",
        help=(
            "none: only play (default); once: record tests without a cassette; new: "
            "record what is missing; all: record again; rewrite: record from scratch"
        ),
    )
    parser.addini("sky_cassettes", "the folder of cassettes", default="cassettes")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test failed: what it recorded is not kept then."""
    failure = call.excinfo
    if failure is not None and type(failure.value).__module__ == _ERRORS:
        from skysyn.testing import tracebacks  # noqa: PLC0415  # only then

        is_all_shown = item.config.getoption("fulltrace")
        if tracebacks.is_refusal(failure.value) and not is_all_shown:
            tracebacks.shorten(failure.value)
            call.excinfo = pytest.ExceptionInfo[BaseException].from_exception(
                failure.value
            )
    report = yield
    if report.failed and report.when != "teardown":
        item.stash[_FAILED] = True
    return report


@pytest.fixture
def sky_cassette(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cassette]:
    """Open the recording of this test."""
    from skysyn.testing import chain  # noqa: PLC0415  # only for tests that use it

    request.node.stash[_FAILED] = False
    cassette = chain.cassette_of(request.node)
    with chain.opened(cassette, monkeypatch):
        yield cassette
        if request.node.stash[_FAILED]:
            chain.note_failure(request.node, cassette)
        else:
            cassette.check()
            cassette.save()


@pytest.fixture(scope="session")
def _sky_server() -> Iterator[Server]:
    """Start the local server of this process."""
    from skysyn.testing import local  # noqa: PLC0415  # only for tests that use it

    with local.start_skygear() as server:
        yield server


@pytest.fixture
def sky_server(_sky_server: Server) -> Iterator[Server]:
    """Hand out a local Skygear server that nobody has used: it is empty."""
    _sky_server.reset()
    yield _sky_server
    _sky_server.reset()


@pytest.fixture
def sky_accsyn() -> Iterator[AccsynServer]:
    """Hand out a local accsyn server that nobody has used, with one workspace."""
    from skysyn.testing import local  # noqa: PLC0415  # as above

    with local.start_accsyn() as server:
        yield server


@pytest.fixture
def sky_faults() -> FaultQueue:
    """Set what the next requests meet: `sky_faults.add(refuse, slow(1))`."""
    from skysyn.testing.chain import FaultQueue  # noqa: PLC0415  # as above

    return FaultQueue()


@pytest.fixture
def sky_budget(request: pytest.FixtureRequest) -> Iterator[Budget]:
    """Limit how many requests the test may make: `sky_budget(3)`."""
    from skysyn.testing.budget import Budget  # noqa: PLC0415  # as above

    request.node.stash.setdefault(_FAILED, False)
    budget = Budget()
    yield budget
    # it fails even if the test has caught it
    if budget.failure is not None and not request.node.stash[_FAILED]:
        raise budget.failure


@pytest.fixture
def sky_clock() -> Iterator[SkyClock]:
    """Stop the time; it stands still until the test moves it."""
    from skysyn.testing.clock import travel  # noqa: PLC0415  # as above

    with travel() as clock:
        yield clock


@pytest.fixture
def sky_upstream() -> Transport | None:
    """Override this to record through another transport than the network."""
    return None


@pytest.fixture
def sky_transport(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """Carry the requests of `sky_session`, and of more sessions of the same test.

    It leads to the cassette. Tests without one talk to `sky_accsyn` if they use it,
    else to `sky_server`.
    """
    from skysyn.testing import chain  # noqa: PLC0415  # as above

    with chain.transport_of(request) as transport:
        yield transport


@pytest.fixture
def sky_dialect(request: pytest.FixtureRequest) -> Skygear | Accsyn:
    """Read settings from the environment. Override this for others."""
    from skysyn.testing import chain  # noqa: PLC0415  # as above

    return chain.dialect_of(request)


@pytest.fixture
def sky_session(
    request: pytest.FixtureRequest, sky_transport: Transport
) -> Iterator[SkygearSession | AccsynSession]:
    """Connect, and make the session current in this test."""
    from skysyn.testing import chain  # noqa: PLC0415  # as above

    with chain.session_of(request, sky_transport) as session:
        yield session


@pytest.fixture
def sky_user(sky_session: SkygearSession) -> SkyUser:
    """Make a user of Skygear for this test, and log `sky_session` in as them."""
    from skysyn.testing.chain import sign_up  # noqa: PLC0415  # as above

    return sign_up(sky_session)
