"""What the drop-in `Session` refuses, and what it makes of odd answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from skysyn.accsyn import Folder, Job, Transfer
from skysyn.errors import NotFound, ProtocolError, SkysynError
from tests.accsyn.stub import ENTITY, JOB, TASK, USER, VOLUME, Stub, always

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.accsyn import Session

WRONG = cast("Any", "wrong")
WRONG_TYPE = cast("Any", 5)

BAD: list[Callable[[Session], object]] = [
    lambda s: s.find("Transfer", finished=WRONG),
    lambda s: s.find("Transfer", limit=-1),
    lambda s: s.find("Transfer", skip=True),
    lambda s: s.find("Task", entityid="short"),
    lambda s: s.find("1a"),
    lambda s: s.find("Spaceship"),
    lambda s: s.create("Spaceship", {"name": "a"}),
    lambda s: s.get_entity("Spaceship", ENTITY),
    lambda s: s.get_settings("Spaceship"),
    lambda s: s.get_setting("a", "Spaceship"),
    lambda s: s.report("Spaceship WHERE id=1"),
    lambda s: s.find("attributes"),
    lambda s: s.find("attributes WHERE name=x"),
    lambda s: s.create("Queue", {"a": {1: 2}}),
    lambda s: s.create("Queue", {"a": object()}),
    lambda s: s.create("Queue", "[]"),
    lambda s: s.create("Queue", "3"),
    lambda s: s.create("Task", {"source": "a"}, "short"),
    lambda s: s.update_many("Task", JOB, []),
    lambda s: s.update_many("Task", JOB, [{"status": "done"}]),
    lambda s: s.activate_one("User", " "),
    lambda s: s.assign("Volume", "server", {"volume": VOLUME}),
    lambda s: s.deassign("Volume", "disk", {}),
    lambda s: s.grant("User", USER, "Volume", VOLUME, {"reed": True}),
    lambda s: s.grant("User", USER, "Volume", VOLUME, {"read": False}),
    lambda s: s.grant("User", USER, "Delivery", "short"),
    lambda s: s.access("Volume", VOLUME, "Queue"),
    lambda s: s.revoke("User", USER, "Site", VOLUME),
    lambda s: s.ls([]),
    lambda s: s.ls(cast("Any", 3)),
    lambda s: s.rename("a", " "),
    lambda s: s.prepublish(cast("Any", "files")),
    lambda s: s.prepublish(cast("Any", [1])),
    lambda s: s.set_setting("queue", "", "a"),
    lambda s: s.get_setting("a", entityid="short"),
    lambda s: s.logs(pagination_page=WRONG),
    lambda s: s.integration("ftrack", "", {"a": 1}),
    lambda s: s.integration("../user", "a", {"a": 1}),
    lambda s: s.find(WRONG_TYPE),
    lambda s: s.find("Task", entityid=WRONG_TYPE),
    lambda s: s.report(WRONG_TYPE),
    lambda s: s.get_entity("User", WRONG_TYPE),
    lambda s: s.update(WRONG_TYPE, ENTITY, {"a": 1}),
    lambda s: s.update("Job", WRONG_TYPE, {"a": 1}),
    lambda s: s.update("Job", ENTITY, WRONG),
    lambda s: s.update("Job", ENTITY, WRONG_TYPE),
    lambda s: s.update_many("Task", JOB, cast("Any", [1])),
    lambda s: s.update_many("Task", JOB, WRONG_TYPE),
    lambda s: s.delete_one("Job", ENTITY, WRONG),
    lambda s: s.delete_many("Collection", ENTITY, cast("Any", [TASK])),
    lambda s: s.delete_many("Job", ENTITY, {"files": [TASK]}),
    lambda s: s.activate_one("User", WRONG_TYPE),
    lambda s: s.activate_one("User", "a\nb"),
    lambda s: s.assign("Volume", "server", WRONG_TYPE),
    lambda s: s.deassign(WRONG_TYPE, "server", {}),
    lambda s: s.grant("User", WRONG_TYPE, "Volume", VOLUME),
    lambda s: s.grant("User", USER, "Volume", WRONG_TYPE),
    lambda s: s.grant("User", USER, "Volume", VOLUME, WRONG),
    lambda s: s.access("Volume", WRONG_TYPE),
    lambda s: s.access("Volume", VOLUME, "User", WRONG_TYPE),
    lambda s: s.revoke("User", WRONG_TYPE, "Volume", VOLUME),
    lambda s: s.prepublish(WRONG_TYPE),
    lambda s: s.integration("ftrack", WRONG_TYPE, {"a": 1}),
    lambda s: s.integration("ftrack", "a", WRONG),
    lambda s: s.get_settings("Queue", WRONG_TYPE),
    lambda s: s.logs(entityid=WRONG_TYPE),
]


@pytest.mark.parametrize("ask", BAD)
def test_bad_input_is_refused_and_remembered(
    ask: Callable[[Session], object],
) -> None:
    stub = Stub()
    session = stub.plain()

    with pytest.raises(SkysynError) as refused:
        ask(session)
    assert stub.sent == []
    assert session.get_last_message() == str(refused.value)


def test_a_target_that_is_unknown_is_refused() -> None:
    session = Stub(always({"result": []})).plain()

    with pytest.raises(SkysynError, match="no folder"):
        session.grant("User", USER, "Folder", "nowhere")


def test_what_was_not_granted_is_a_protocol_error() -> None:
    with pytest.raises(ProtocolError, match="granted"):
        Stub(always({"result": []})).plain().grant("User", USER, "Volume", VOLUME)


def test_metrics_without_a_result_are_a_protocol_error() -> None:
    session = Stub(always({})).typed()

    with pytest.raises(ProtocolError, match="without a result"):
        session.workspace.metrics(Transfer, Transfer.id == ENTITY)


def test_old_services_make_session_keys() -> None:
    session = Stub().plain(pwd="p", api_key=None)

    assert session.generate_session_key(60) == "stub-generated-key"
    with pytest.raises(ProtocolError, match="session key"):
        Stub(always({})).plain(pwd="p", api_key=None).generate_session_key(60)


@pytest.mark.parametrize("body", [{}, {"result": None}, {"result": True}])
def test_finding_nothing_is_an_empty_list(body: dict[str, Any]) -> None:
    session = Stub(always(body)).plain()

    assert session.find("Transfer") == []
    assert session.find_one("Transfer") is None
    assert session.get_entity("Transfer", ENTITY) is None


def test_results_of_another_shape_are_protocol_errors() -> None:
    session = Stub(always({"result": {"a": 1}})).typed()

    with pytest.raises(ProtocolError, match="something else"):
        session.files.exists("share=p")
    with pytest.raises(ProtocolError, match="something else"):
        session.workspace.entity_types()


def test_a_report_that_is_none_is_a_protocol_error() -> None:
    session = Stub(always({})).plain()

    with pytest.raises(ProtocolError) as raised:
        session.report("User WHERE id=1")
    assert session.get_last_message() == str(raised.value)


def test_wrapped_attribute_names_are_unwrapped() -> None:
    session = Stub(always({"result": [{"name": "id"}, "code"]})).typed()

    assert session.workspace.attributes(Folder) == ["id", "code"]


def test_tasks_may_replace_each_other() -> None:
    stub = Stub()

    stub.typed().add_tasks(Job.ref(JOB), "a", replace_duplicates=True)

    assert stub.sent[0].data == {"tasks": ["a"], "replace_duplicates": True}


def test_unknown_users_are_not_found() -> None:
    session = Stub(always({"result": []})).plain()

    with pytest.raises(NotFound):
        session.revoke("User", "new@example.com", "Volume", VOLUME)
    assert "new@example.com" in str(session.get_last_message())


OLD: list[tuple[Callable[[Session], object], str, Any, str | None]] = [
    (
        lambda s: s.find("User", inactive=True),
        "user/find",
        {"offline": True},
        None,
    ),
    (
        lambda s: s.find("Task WHERE status=done", entityid=JOB),
        "job/task/find",
        {},
        f"job.id={JOB} AND (status=done)",
    ),
    (
        lambda s: s.update_many("Task", JOB, [{"id": TASK}]),
        "job/task/edit",
        [{"id": TASK}],
        None,
    ),
    (
        lambda s: s.deassign("Share", "server", {"share": VOLUME, "server": USER}),
        "share/edit",
        {"server_clear": USER},
        None,
    ),
    (
        lambda s: s.assign(
            "Share", "server", {"share": VOLUME, "client": USER, "site": True}
        ),
        "share/edit",
        {"siteserver": USER},
        None,
    ),
    (
        lambda s: s.deassign(
            "Share", "server", {"share": VOLUME, "client": USER, "site": True}
        ),
        "share/edit",
        {"siteserver_clear": USER},
        None,
    ),
    (
        lambda s: s.set_setting("queue", "a", "b", JOB),
        "setting",
        {"scope": "queue", "name": "a", "value": "b", "ident": JOB, "data": None},
        None,
    ),
    (lambda s: s.find("entitytypes"), "entitytypes", {}, None),
    (lambda s: s.find("User"), "user/find", {}, None),
    (lambda s: s.find_one("User"), "user/find", {"limit": 1}, "code=john@user.com"),
    (
        lambda s: s.find_one("User WHERE name=a"),
        "user/find",
        {"limit": 1},
        "name=a",
    ),
    (lambda s: s.find("Task WHERE id=1"), "job/task/find", {}, "id=1"),
]


@pytest.mark.parametrize(("ask", "uri", "data", "query"), OLD)
def test_version_1_says_it_otherwise(
    ask: Callable[[Session], object], uri: str, data: Any, query: str | None
) -> None:
    stub = Stub()

    ask(stub.plain(pwd="p", api_key=None))

    envelope = stub.envelopes[0]
    assert (envelope["uri"], envelope["data"], envelope.get("query")) == (
        uri,
        data,
        query,
    )
