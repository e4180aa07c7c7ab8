from __future__ import annotations

from typing import Any

import attrs
import pytest

from skysyn.accsyn import Collection, File, Queue, Task, Transfer, User, raw
from skysyn.errors import NotLoaded, ProtocolError, QueryError
from skysyn.models import Select
from tests.accsyn.stub import ENTITY, JOB, Stub, always


def jobs(count: int, size: int | None = None) -> Stub:
    """Return a stub with *count* jobs that answers with at most *size* at once."""

    def page(_: str, data: Any) -> dict[str, Any]:
        start, most = data.get("skip", 0), data.get("limit", count)
        ids = range(start, min(count, start + min(most, size or count)))
        return {"result": [{"id": f"{n:024x}"} for n in ids]}

    return Stub(page)


def test_iteration_reads_page_by_page() -> None:
    stub = jobs(25)

    found = [len(page) for page in Transfer.query(stub.typed()).pages(10)]

    assert found == [10, 10, 5]
    assert [(e.data["limit"], e.data.get("skip")) for e in stub.sent] == [
        (10, None),
        (10, 10),
        (10, 20),
        (10, 25),
    ]


def test_a_service_that_sends_less_than_asked_is_read_to_the_end() -> None:
    stub = jobs(25, size=7)

    assert len(list(Transfer.query(stub.typed()))) == 25


def test_pages_stop_at_the_limit() -> None:
    query = Transfer.query(jobs(25).typed()).limit(12).offset(3)

    assert [len(page) for page in query.pages(10)] == [10, 2]


def test_a_service_that_does_not_move_on_is_noticed() -> None:
    stub = Stub(always({"result": [{"id": ENTITY}]}))

    with pytest.raises(ProtocolError, match="twice"):
        list(Transfer.query(stub.typed()).pages(1))


def test_a_page_is_not_empty() -> None:
    with pytest.raises(QueryError, match="at least one"):
        list(Transfer.query(Stub().typed()).pages(0))


def test_a_limit_of_0_asks_nothing() -> None:
    stub = Stub()

    assert Transfer.query(stub.typed()).limit(0).all() == []
    assert (stub.sent, stub.logins) == ([], 0)


def test_existence_is_asked_with_one_id() -> None:
    stub = Stub()

    assert Transfer.query(stub.typed()).exists()
    assert stub.sent[0].data == {"limit": 1, "attributes": ["id"]}


def test_raw_text_is_sent_as_it_is() -> None:
    stub = Stub()

    Transfer.query(stub.typed()).filter(raw("Name MATCHES 'A b'")).all()

    assert stub.envelopes[0]["query"] == "Name MATCHES 'A b'"


def test_what_is_left_out_is_not_loaded() -> None:
    job = Transfer.query(Stub().typed()).only(Transfer.name).first()

    assert job is not None
    assert job.name == "stub"
    with pytest.raises(NotLoaded):
        job.status


def test_tasks_remember_their_job() -> None:
    task = Task.query(Stub().typed()).parent(JOB).first()

    assert task is not None
    assert task.__sky_origin__ is not None
    assert task.__sky_origin__.scope == JOB


@pytest.mark.parametrize("parent", ["job", "", Queue(name="unsaved")])
def test_a_parent_has_an_id(parent: Any) -> None:
    with pytest.raises(QueryError):
        Task.query().parent(parent)


def test_files_are_found_by_their_collection() -> None:
    query = File.query().parent(Collection.ref(ENTITY))

    assert query.options == {"parent": ENTITY}


def test_only_names_own_attributes() -> None:
    with pytest.raises(QueryError, match="itself"):
        Transfer.query().only(Transfer.queue.to.name)


@pytest.mark.parametrize(
    "change",
    [{"order": ("x",)}, {"count": True}, {"scope": "_private"}, {"limit": 0}],
)
def test_what_accsyn_cannot_do_is_refused(change: dict[str, Any]) -> None:
    stub = Stub()

    with pytest.raises(QueryError):
        stub.typed().execute(attrs.evolve(Select("transfer"), **change))
    assert (stub.sent, stub.logins) == ([], 0)


def test_explain_shows_the_event_without_secrets() -> None:
    session = Stub().typed(api_key="hush-hush")

    shown = User.query(session).filter(User.code == "kim@acme.example").explain()

    assert '"query": "code=kim@acme.example"' in shown
    assert "hush-hush" not in shown
    assert "aHVzaC1odXNo" not in shown


def test_objects_are_asked_for_their_keys() -> None:
    query = Transfer.query(Stub().typed()).filter(Transfer.metadata.has_key("a"))

    assert '"query": "metadata CONTAINS a"' in query.explain()


def test_the_route_is_explained() -> None:
    assert "MockTransport" in Stub().typed().explain_route()
