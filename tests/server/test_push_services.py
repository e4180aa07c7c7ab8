"""Push by FCM and APNs, as their interfaces want to be spoken to."""

from __future__ import annotations

import json
import sys
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import jwt
import pytest
import trustme
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from skysyn.errors import StateError
from skysyn.server import Server
from skysyn.server.push import FCM, APNs, Busy, Gone, Push, Refused
from skysyn.server.push.apns import APNsSender
from skysyn.server.push.fcm import FCMSender, LegacyFCMSender
from skysyn.server.store.devices import Device

from .apple import Apple
from .asking import Asker, settings
from .firebase import Firebase, Reply, error

if TYPE_CHECKING:
    from collections.abc import Iterator

TEAPOT: Reply = 418, {}, {}
BAD = error(400, "INVALID_ARGUMENT")
BAD[2]["error"]["details"].insert(0, {"fieldViolations": []})
NOW = datetime(2020, 1, 2, tzinfo=UTC)
DEVICE = Device("d", "u", "ios", "to/ken", "com.example", NOW)
ALERT: dict[str, Any] = {"aps": {"alert": {"title": "T"}}, "from": "skygear"}
ANDROID: dict[str, Any] = {"notification": {"title": "é"}}


@pytest.fixture(scope="module")
def account_key() -> rsa.RSAPrivateKey:
    """The key of a service account."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who vouches for Apple, and for who pushes."""
    return trustme.CA()


@pytest.fixture
def firebase(account_key: rsa.RSAPrivateKey) -> Iterator[Firebase]:
    """Where Android devices are reached."""
    with Firebase(account_key) as running:
        yield running


@pytest.fixture
def apple(authority: trustme.CA) -> Iterator[Apple]:
    """Where Apple devices are reached."""
    with Apple(authority) as running:
        yield running


@pytest.fixture(scope="module")
def team_key() -> ec.EllipticCurvePrivateKey:
    """The key of a team that pushes."""
    return ec.generate_private_key(ec.SECP256R1())


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture
def apns(apple: Apple, team_key: ec.EllipticCurvePrivateKey) -> Iterator[APNsSender]:
    """What sends by *apple* with the team's key."""
    known = APNs(url=apple.url, team_id="TEAM", key_id="KEY", key=pem(team_key))
    sender = APNsSender(known, apple.trust)
    yield sender
    sender.close()


@pytest.fixture
def fcm(firebase: Firebase) -> Iterator[FCMSender]:
    """What sends by *firebase* as a service account."""
    sender = FCMSender(firebase.account, firebase.url)
    yield sender
    sender.close()


def test_fcm_gets_the_config_of_a_message_and_a_bearer(
    fcm: FCMSender, firebase: Firebase
) -> None:
    fcm.send(DEVICE, ANDROID)
    fcm.send(DEVICE, ANDROID)

    [one, two] = firebase.asked
    assert one == two
    assert (one.path, one.authorization, one.body) == (
        "/v1/projects/a-project/messages:send",
        "Bearer token-1",
        {"message": {"token": "to/ken", "android": ANDROID}},
    )


def test_a_token_is_got_once_by_a_signed_assertion(
    fcm: FCMSender, firebase: Firebase
) -> None:
    fcm.send(DEVICE, ANDROID)
    fcm.send(DEVICE, ANDROID)

    [claims] = firebase.assertions
    assert claims.pop("exp") - claims.pop("iat") == 3600
    assert claims == {
        "iss": "push@a-project.example",
        "aud": f"{firebase.url}/token",
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "grant": "urn:ietf:params:oauth:grant-type:jwt-bearer",
    }


def test_a_token_that_was_withdrawn_is_replaced(
    fcm: FCMSender, firebase: Firebase
) -> None:
    fcm.send(DEVICE, ANDROID)
    firebase.replies.append(error(401))

    fcm.send(DEVICE, ANDROID)

    given = [asked.authorization for asked in firebase.asked]
    assert given == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (error(404, "UNREGISTERED"), Gone("UNREGISTERED")),
        (error(400, "INVALID_ARGUMENT"), Refused("FCM says INVALID_ARGUMENT")),
        (error(403), Refused("FCM says SOME")),
        (BAD, Refused("FCM says INVALID_ARGUMENT")),
        (TEAPOT, Refused("FCM says status 418")),
        (error(503), Busy("the service is busy (503)")),
        (error(429, retry_after="7"), Busy("the service is busy (429)", 7.0)),
        (error(429, retry_after="soon"), Busy("the service is busy (429)")),
    ],
)
def test_what_fcm_answers_says_whether_to_try_again(
    fcm: FCMSender, firebase: Firebase, reply: Reply, outcome: Exception
) -> None:
    firebase.replies.append(reply)

    with pytest.raises(type(outcome)) as caught:
        fcm.send(DEVICE, ANDROID)

    assert caught.value.args == outcome.args
    assert vars(caught.value) == vars(outcome)


def test_an_account_that_gets_no_token_is_refused(
    fcm: FCMSender, firebase: Firebase
) -> None:
    firebase.refuses_accounts = True

    with pytest.raises(Refused, match="no token: Google says invalid_grant"):
        fcm.send(DEVICE, ANDROID)


def test_a_service_that_is_not_there_is_busy(firebase: Firebase) -> None:
    known = {**json.loads(firebase.account), "token_uri": "http://127.0.0.1:1/"}
    nowhere = "http://127.0.0.1:1"

    for sender, why in (
        (FCMSender(json.dumps(known), firebase.url), "no token: Google"),
        (LegacyFCMSender("key", nowhere), "the service"),
    ):
        with closing(sender), pytest.raises(Busy, match=f"{why} cannot be reached"):
            sender.send(DEVICE, ANDROID)


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ({"message_id": "1"}, None),
        ({"error": "NotRegistered"}, Gone),
        ({"error": "Unavailable"}, Busy),
        ({"error": "MismatchSenderId"}, Refused),
    ],
)
def test_the_older_interface_takes_a_server_key(
    firebase: Firebase, results: dict[str, str], outcome: type[Exception] | None
) -> None:
    firebase.replies.append((200, {}, {"results": [results]}))
    expected = pytest.raises(outcome) if outcome else nullcontext()

    with closing(LegacyFCMSender("a-key", firebase.url)) as sender, expected:
        sender.send(DEVICE, ANDROID)

    [asked] = firebase.asked
    assert (asked.path, asked.authorization) == ("/fcm/send", "key=a-key")
    assert asked.body == {**ANDROID, "to": "to/ken"}


def test_a_wrong_server_key_is_refused(firebase: Firebase) -> None:
    firebase.replies.append((401, {}, {}))

    refused = pytest.raises(Refused, match="FCM says status 401")

    with closing(LegacyFCMSender("wrong", firebase.url)) as sender, refused:
        sender.send(DEVICE, ANDROID)


def test_apns_gets_the_payload_and_a_signed_token(
    apns: APNsSender, apple: Apple, team_key: ec.EllipticCurvePrivateKey
) -> None:
    apns.send(DEVICE, ALERT)

    [asked] = apple.asked
    token = asked.headers["authorization"].removeprefix("bearer ")
    claims = jwt.decode(token, team_key.public_key(), algorithms=["ES256"])
    assert asked.payload == ALERT
    assert (claims["iss"], jwt.get_unverified_header(token)["kid"]) == ("TEAM", "KEY")
    wanted = {
        ":path": "/3/device/to%2Fken",
        "apns-topic": "com.example",
        "apns-push-type": "alert",
        "apns-priority": "10",
    }
    assert {name: asked.headers[name] for name in wanted} == wanted


def test_a_payload_that_shows_nothing_may_wait(apns: APNsSender, apple: Apple) -> None:
    apns.send(DEVICE, {"aps": {"content-available": 1}})

    [asked] = apple.asked
    assert asked.headers["apns-push-type"] == "background"
    assert asked.headers["apns-priority"] == "5"


def test_a_token_that_apple_finds_too_old_is_replaced(
    apns: APNsSender, apple: Apple
) -> None:
    apple.replies.append((403, {"reason": "ExpiredProviderToken"}))

    apns.send(DEVICE, ALERT)

    one, two = (asked.headers["authorization"] for asked in apple.asked)
    assert one != two


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (
            410,
            {"reason": "Unregistered", "timestamp": 1577923200000},
            Gone("Unregistered", NOW),
        ),
        (410, {"reason": "Unregistered"}, Gone("Unregistered")),
        (400, {"reason": "BadDeviceToken"}, Refused("APNs says BadDeviceToken")),
        (413, {}, Refused("APNs says status 413")),
        (503, {"reason": "Shutdown"}, Busy("the service is busy (503)")),
        (429, {"reason": "TooManyRequests"}, Busy("the service is busy (429)")),
    ],
)
def test_what_apns_answers_says_whether_to_try_again(
    apns: APNsSender,
    apple: Apple,
    status: int,
    body: dict[str, Any],
    outcome: Exception,
) -> None:
    apple.replies.append((status, body))

    with pytest.raises(type(outcome)) as caught:
        apns.send(DEVICE, ALERT)

    assert caught.value.args == outcome.args
    assert vars(caught.value) == vars(outcome)


def test_a_device_without_a_topic_is_out_of_reach(apns: APNsSender) -> None:
    with pytest.raises(Refused, match="no topic"):
        apns.send(attrs.evolve(DEVICE, topic=""), ALERT)


def test_apple_must_show_a_certificate_that_is_believed(apple: Apple) -> None:
    key = pem(ec.generate_private_key(ec.SECP256R1()))
    known = APNs(url=apple.url, team_id="T", key_id="K", key=key)

    busy = pytest.raises(Busy, match="cannot be reached")

    with closing(APNsSender(known)) as suspicious, busy:
        suspicious.send(DEVICE, ALERT)

    assert apple.asked == []


def test_apns_may_be_shown_a_certificate_instead(apple: Apple) -> None:
    made = apple.authority.issue_cert("app.example")
    known = APNs(
        url=apple.url,
        certificate=made.cert_chain_pems[0].bytes().decode(),
        private_key=made.private_key_pem.bytes().decode(),
    )

    with closing(APNsSender(known, apple.trust)) as sender:
        sender.send(DEVICE, ALERT)

    [asked] = apple.asked
    assert (asked.client, asked.headers["apns-topic"]) == ("app.example", "com.example")
    assert "authorization" not in asked.headers


def test_a_server_reaches_each_device_by_its_service(
    firebase: Firebase, apple: Apple, apns: APNsSender
) -> None:
    push = Push(
        fcm=FCM(url=firebase.url, account=firebase.account), senders={"ios": apns}
    )
    with Server(settings(push=push)) as server:
        ada = Asker(server).signup("ada")
        for kind in ("ios", "android"):
            device = {"type": kind, "device_token": kind, "topic": "com.example"}
            ada.result("device:register", **device)
        notification = {"apns": ALERT, "fcm": ANDROID}
        ada.result("push:user", user_ids=[ada.user_id], notification=notification)
        assert server.settle(60)

        outcomes = {found.device.type: found.outcome for found in server.pushes}

    assert outcomes == {"ios": "sent", "android": "sent"}
    assert [asked.payload for asked in apple.asked] == [ALERT]
    assert firebase.asked[0].body["message"]["android"] == ANDROID


def test_services_are_opened_as_the_settings_say(
    firebase: Firebase, team_key: ec.EllipticCurvePrivateKey
) -> None:
    apns = APNs(team_id="T", key_id="K", key=pem(team_key))
    push = Push(apns=apns, fcm=FCM(url=firebase.url, server_key="k"))

    with Server(settings(push=push)) as server:
        ada = Asker(server).signup("ada")
        for kind in ("ios", "android"):
            ada.result("device:register", type=kind, device_token=kind)
        sent = {"apns": ALERT, "fcm": ANDROID}
        ada.result("push:user", user_ids=[ada.user_id], notification=sent)
        assert server.settle(60)
        outcomes = {found.device.type: found.outcome for found in server.pushes}

    why = "the device has no topic, which is the id of its app"
    assert outcomes == {"ios": why, "android": "sent"}
    assert [asked.authorization for asked in firebase.asked] == ["key=k"]


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "skysyn.server.push.fcm", None)

    with pytest.raises(StateError, match=r"pip install 'skysyn\[push\]'"):
        Server(settings(push=Push(fcm=FCM(server_key="k"))))
