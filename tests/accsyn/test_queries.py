"""The defects of the official client with queries (D20 to D36)."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.accsyn import Transfer
from skysyn.errors import QueryError
from tests.accsyn.stub import ENTITY, ROW, SERVER, VOLUME, Stub, first


def test_d20_large_queries_are_compressed() -> None:
    stub = Stub()

    stub.plain().ls(["share=p/" + "z" * 60] * 2000)

    assert len(stub.transport.requests[-1].url) < 3000


def test_d29_d30_queries_keep_their_case_and_their_words() -> None:
    stub = Stub()

    stub.plain().find("Transfer WHERE\tname MATCHES '\\D+\tA'\r\nAND size>1")

    assert stub.envelopes[0]["query"] == "name MATCHES '\\D+\tA' AND size>1"


@pytest.mark.parametrize("text", ["a='", "(a=1", "a=1)"])
def test_d30_open_quotes_and_brackets_are_noticed(text: str) -> None:
    stub = Stub()

    with pytest.raises(QueryError, match="open"):
        stub.plain().find(f"Transfer WHERE {text}")
    assert stub.sent == []


def test_d31_find_one_asks_for_one() -> None:
    stub = Stub()

    stub.plain().find_one("User")

    assert stub.sent[0].data == {"single_entity_query": True, "limit": 1}


def test_d32_flags_that_are_false_are_sent() -> None:
    stub = Stub()

    stub.plain().find_one("User", inactive=False)

    assert stub.sent[0].data["inactive"] is False


def test_d33_typed_queries_read_pages() -> None:
    pages: list[dict[str, Any]] = [{"result": [ROW]}, {"result": []}]
    session = Stub(first(*pages)).plain().typed

    assert [job.name for job in Transfer.query(session)] == ["stub"]


def test_d34_types_are_sent_in_lower_case() -> None:
    stub = Stub()
    session = stub.plain()

    session.get_entity("Delivery", ENTITY)
    session.assignments("Volume", VOLUME)

    assert [e["uri"] for e in stub.envelopes] == ["delivery/find", "volume/servers"]


def test_d35_access_is_asked_for_as_it_always_was() -> None:
    stub = Stub()

    stub.plain().access("Volume", VOLUME)

    assert stub.envelopes[0]["query"] == f"acl WHERE target=share:{VOLUME}"


def test_d36_deassign_takes_what_assign_takes() -> None:
    stub = Stub()

    stub.plain().deassign("Volume", "client", {"volume": VOLUME, "client": SERVER})

    assert stub.sent[0].data == {"client": SERVER}
