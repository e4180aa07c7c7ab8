from skysyn.transport import MockTransport, Request, Response


def test_every_request_is_kept_and_answered_by_the_function() -> None:
    request = Request("GET", "https://example.com/a")
    transport = MockTransport(lambda sent: Response(200, body=sent.url.encode()))

    answer = transport.send(request)

    assert (answer, transport.requests) == (
        Response(200, body=b"https://example.com/a"),
        [request],
    )
