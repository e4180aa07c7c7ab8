"""Keys while recording, and in what is recorded."""

from __future__ import annotations

import pytest

from .scenarios import outcomes
from .writing import write

pytest_plugins = ("pytester",)
pytestmark = pytest.mark.slow


def test_keys_come_from_the_environment_only_while_recording(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        pytester,
        """
        import os

        @recorded
        def test_it(sky_server, sky_session, sky_cassette):
            if not sky_cassette.is_recording:
                assert os.environ["SKYGEAR_API_KEY"] == "replayed-api-key"
                assert sky_session.dialect.endpoint == "http://localhost"
            assert sky_session.call("_status:healthz")
        """,
    )
    monkeypatch.setenv("SKYGEAR_API_KEY", "a-real-key-of-somebody")

    recorded = outcomes(pytester, "--sky-record=once")

    assert (recorded, outcomes(pytester)) == ({"passed": 1}, {"passed": 1})


def test_nothing_of_the_environment_reaches_the_file(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        pytester,
        """
        from skysyn.transport import MockTransport, Response

        @pytest.fixture
        def sky_upstream():
            return MockTransport(lambda asked: Response(200, {}, asked.body))

        @recorded
        def test_it(sky_session):
            sky_session.call("lambda", {"mine": "a-real-key-of-somebody"})
        """,
    )
    monkeypatch.setenv("SKYGEAR_API_KEY", "a-real-key-of-somebody")
    monkeypatch.setenv("SKYGEAR_ENDPOINT", "http://127.0.0.1:9")

    outcomes(pytester, "--sky-record=once")

    text = (pytester.path / "cassettes/skygear/test_notes/test_it.yaml").read_text()
    assert "a-real-key" not in text
    assert "mine: skysyn.api-key.1" in text
