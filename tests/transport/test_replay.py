import pytest

from skysyn.errors import TransportError
from skysyn.transport import ReplayTransport, Request, Response

ASK = Request("POST", "https://example.com/a", body=b"1")
TELL = Response(200, body=b"one")


def test_a_recording_answers_its_request() -> None:
    assert ReplayTransport([(ASK, TELL)]).send(ASK) == TELL


def test_equal_requests_are_answered_in_the_order_of_the_recordings() -> None:
    transport = ReplayTransport([(ASK, TELL), (ASK, Response(404))])

    assert [transport.send(ASK).status, transport.send(ASK).status] == [200, 404]


def test_a_recording_answers_only_once() -> None:
    transport = ReplayTransport([(ASK, TELL)])
    transport.send(ASK)

    with pytest.raises(TransportError, match="no recording answers"):
        transport.send(ASK)


def test_what_is_left_can_be_seen() -> None:
    other = Request("GET", "https://example.com/b")
    transport = ReplayTransport([(ASK, TELL), (other, TELL)])
    transport.send(ASK)

    assert transport.unused == [(other, TELL)]


def test_the_given_function_decides_what_matches() -> None:
    transport = ReplayTransport([(ASK, TELL)], lambda kept, sent: kept.url == sent.url)

    assert transport.send(Request("GET", ASK.url)) == TELL


def test_recordings_may_be_used_in_any_order() -> None:
    other = Request("GET", "https://example.com/b")
    transport = ReplayTransport([(ASK, TELL), (other, Response(204))])

    assert [transport.send(other).status, transport.send(ASK).status] == [204, 200]
