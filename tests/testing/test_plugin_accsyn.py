"""How the plugin behaves in tests of what uses accsyn."""

from __future__ import annotations

import pytest

from skysyn.server import Serving
from skysyn.server.accsyn import AccsynServer

from .scenarios import QUIET, outcomes
from .stories import GUARD

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow

HEAD = """
import pytest
from skysyn import accsyn as a
from skysyn.errors import *

recorded = pytest.mark.skysyn_cassette(service="accsyn")
by_models = pytest.mark.skysyn_cassette(models=[a.Queue])

def names():
    return sorted(q.name for q in a.Queue.query().filter(a.Queue.name != "x").all())
"""
PLAYED = {
    "a save and a query": """
@recorded
def test_it(sky_accsyn, sky_session):
    queue = a.Queue(name="Q").save()
    queue.description = "for tests"
    queue.save()
    found = a.Queue.query().filter(a.Queue.name == "Q").one()
    assert (found.id, found.description) == (queue.id, "for tests")
""",
    "models that tell the service": """
@by_models
@pytest.mark.parametrize("name", ["a/b", "ü", "x" * 300])
def test_it(sky_accsyn, sky_session, name):
    a.Queue(name=name).save()
    assert name in names()
""",
    "what is made and deleted": """
@recorded
class TestIt:
    def test_it(self, sky_accsyn, sky_session):
        before = names()
        queue = a.Queue(name="Q").save()
        assert names() == sorted([*before, "Q"])
        queue.delete()
        assert names() == before
""",
    "what is not there": """
@recorded
def test_it(sky_accsyn, sky_session, sky_budget):
    sky_budget(9)
    assert sky_session.fetch(a.Queue.ref("0" * 24)).found == []
""",
}


def write(pytester: pytest.Pytester, body: str) -> None:
    """Write a module of tests."""
    pytester.makepyfile(test_queues=HEAD + body)


@pytest.mark.parametrize("body", PLAYED.values(), ids=PLAYED)
def test_what_is_recorded_once_is_played_without_the_service(
    pytester: pytest.Pytester, body: str
) -> None:
    write(pytester, body)

    recorded = outcomes(pytester, "--sky-record=once")
    pytester.makeconftest(GUARD)
    played = outcomes(pytester)

    assert played == recorded
    assert played.keys() == {"passed"}
    files = list((pytester.path / "cassettes/accsyn").rglob("*.yaml"))
    assert len(files) == played["passed"]


def test_without_the_mark_the_local_server_answers(pytester: pytest.Pytester) -> None:
    write(
        pytester,
        """
@pytest.mark.parametrize("n", range(2))
def test_each_has_a_server_of_its_own(sky_accsyn, sky_session, n):
    before = names()
    a.Queue(name="Q").save()
    assert names() == sorted([*before, "Q"])
    assert "Q" not in before
""",
    )

    assert outcomes(pytester) == {"passed": 2}


def test_the_service_is_found_by_the_environment(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        pytester,
        """
@recorded
def test_it(sky_session):
    assert a.Queue(name="Q").save().name == "Q"
""",
    )
    with AccsynServer() as server, Serving(server) as serving:
        client = server.client()
        monkeypatch.setenv("ACCSYN_WORKSPACE", client.workspace)
        monkeypatch.setenv("ACCSYN_API_USER", client.username)
        monkeypatch.setenv("ACCSYN_API_KEY", str(client.api_key))
        proxy = serving.endpoint.replace("http://", "accsyn:")
        monkeypatch.setenv("ACCSYN_PROXY", proxy)
        recorded = outcomes(pytester, "--sky-record=once")

    assert (recorded, outcomes(pytester)) == ({"passed": 1}, {"passed": 1})


def test_another_question_is_shown_in_its_own_terms(pytester: pytest.Pytester) -> None:
    write(pytester, PLAYED["a save and a query"])
    outcomes(pytester, "--sky-record=once")
    write(pytester, PLAYED["a save and a query"].replace('== "Q"', '== "R"'))

    result = pytester.runpytest_inprocess(*QUIET)

    result.stdout.fnmatch_lines(
        [
            "*the nearest is interaction 4; they differ in",
            "*    where",
            "*recorded  name == 'Q'",
            "*sent      name == 'R'",
            "*pytest test_queues.py::test_it --sky-record=rewrite",
        ]
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "@recorded\ndef test_it(sky_server, sky_session): pass",
            "*asks accsyn, and sky_server is none: use sky_accsyn",
        ),
        (
            "def test_it(sky_server, sky_accsyn, sky_session): pass",
            "*the test has both: connect() to one of them",
        ),
        (
            "def test_it(sky_accsyn, sky_user): pass",
            "*sky_user needs a session with Skygear: nobody signs up to accsyn",
        ),
    ],
)
def test_a_server_of_another_service_is_refused(
    pytester: pytest.Pytester, body: str, said: str
) -> None:
    write(pytester, body)

    pytester.runpytest_inprocess(*QUIET).stdout.fnmatch_lines([said])
