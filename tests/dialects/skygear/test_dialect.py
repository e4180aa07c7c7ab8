from __future__ import annotations

from skysyn import MockTransport, Response, Skygear, connect
from skysyn.errors import QueryError

from .models import Sample


def test_text_that_is_no_unicode_was_certainly_not_saved() -> None:
    transport = MockTransport(lambda _: Response(200, {}, b"{}"))
    session = connect(Skygear("https://app.example.com"), transport=transport)
    sample = Sample(text="\ud800")

    report = session.save(sample)

    assert [(one.record, type(one.error)) for one in report.failed] == [
        (sample, QueryError)
    ]
    assert (report.saved, report.unknown, transport.requests) == ([], [], [])
