"""Cloud code sends messages to channels, and notifications to devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import Skygear, SkygearSession, connect
from skysyn.cloud import (
    App,
    Options,
    publish,
    push_device,
    push_devices,
    push_user,
    push_users,
)
from skysyn.errors import ConnectError
from skysyn.pubsub import Message
from skysyn.push import APNs, Notification
from skysyn.server import Server, Serving
from skysyn.server.push import Push
from tests.server.asking import KEY, MASTER, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn.models import JSON

NEWS = Notification(apns=APNs(alert="news"))


@pytest.fixture
def app() -> App:
    """An app with functions that send what they are told."""
    made = App(Options(apikey=KEY, masterkey=MASTER))

    @made.op("tell")
    def tell(channel: str, data: JSON) -> None:
        publish(channel, data)

    @made.op("push")
    def push(user: str, devices: list[str]) -> list[list[str]]:
        reports = (
            push_user(user, NEWS),
            push_users([user, "nobody"], NEWS, topic="app"),
            push_device(devices[0], NEWS),
            push_devices(devices, NEWS),
        )
        return [[*report.found, *report.failed] for report in reports]

    return made


@pytest.fixture
def ada(app: App) -> Iterator[SkygearSession]:
    """A user of a server that runs the app."""
    with (
        Server(settings(push=Push(record=True)), app) as server,
        Serving(server) as serving,
        connect(Skygear(serving.endpoint, api_key=KEY, access_token=None)) as session,
    ):
        app.options.skygear_endpoint = serving.endpoint
        session.signup(username="ada", password="secret")
        yield session


@pytest.mark.parametrize("data", [{"degrees": 21}, None])
def test_what_cloud_code_publishes_reaches_those_who_listen(
    ada: SkygearSession, data: JSON
) -> None:
    with ada.subscribe("weather") as messages:
        ada.call("tell", {"args": ["weather", data]})

        assert messages.receive(10) == Message("weather", data)


def test_a_channel_elsewhere_is_published_to_there(
    app: App, ada: SkygearSession
) -> None:
    endpoint = app.options.skygear_endpoint
    app.options.pubsub_url = f"{endpoint.replace('http', 'ws')}/pubsub"
    app.options.skygear_endpoint = "http://127.0.0.1:1"

    with ada.subscribe("weather") as messages:
        ada.call("tell", {"args": ["weather", 1]})

        assert messages.receive(10) == Message("weather", 1)


def test_cloud_code_pushes_to_users_and_devices(ada: SkygearSession) -> None:
    me = ada.me().user_id
    data: dict[str, JSON] = {"type": "ios", "device_token": "t", "topic": "app"}
    found = ada.call("device:register", data)
    assert isinstance(found, dict)
    device = str(found["id"])

    told = ada.call("push", {"args": [me, [device, "none"]]})

    assert told == [[me], [me, "nobody"], [device], [device, "none"]]


def test_what_reaches_no_server_is_an_error_where_it_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SKYGEAR_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("API_KEY", KEY)

    with pytest.raises(ConnectError):
        publish("weather", 1)
    with pytest.raises(ConnectError):
        push_user("ada", NEWS)
