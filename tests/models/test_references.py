"""References to records, with and without the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn.errors import ConversionError, NoSessionError, NotFound
from tests.session.service import Service

from .tasks import Task, User, loaded

if TYPE_CHECKING:
    from skysyn import Ref


def test_a_reference_that_came_along_needs_no_request() -> None:
    service = Service()
    service.put("user/u", name="Ann")
    service.put("task/k", title="A", reviewer={"$type": "ref", "$id": "user/u"})
    task = service.connect().query(Task).include(Task.reviewer).one()

    assert task.reviewer is not None
    assert task.reviewer.is_loaded
    assert task.reviewer.load().name == "Ann"
    assert len(service.sent()) == 1


def test_a_reference_that_came_along_survives_a_broken_field() -> None:
    service = Service()
    service.put("user/u", name="Ann")
    ref = {"$type": "ref", "$id": "user/u"}
    service.put("task/k", title="A", n="x", reviewer=ref)
    task = service.connect().query(Task).include(Task.reviewer).one()

    assert task.reviewer is not None
    assert task.reviewer.is_loaded


def test_a_reference_is_fetched_when_it_is_loaded() -> None:
    service = Service()
    service.put("user/u", name="Ann")
    service.put("task/k", title="A", reviewer={"$type": "ref", "$id": "user/u"})
    task = service.connect().query(Task).one()

    assert task.reviewer is not None
    assert not task.reviewer.is_loaded
    assert task.reviewer.load().name == "Ann"
    assert task.reviewer.load().name == "Ann"
    assert len(service.sent()) == 2


def test_a_reference_without_session_says_what_to_do() -> None:
    with pytest.raises(NoSessionError, match=r"session\.get\(User, 'u'\)"):
        User.ref("u").load()


def test_a_reference_is_not_tied_to_the_session_that_did_not_find_it() -> None:
    without, having = Service(), Service()
    having.put("user/u", name="Ann")
    reference = User.ref("u")

    with without.connect(), pytest.raises(NotFound):
        reference.load()
    with having.connect():
        found = reference.load()

    assert found.name == "Ann"


def test_references_are_told_by_model_and_key() -> None:
    assert (str(User.ref("a/b")), repr(User.ref("ü"))) == ("user/a/b", "Ref(User, 'ü')")


@pytest.mark.parametrize("value", [User.ref("u"), User(name="x").with_id("u")])
def test_a_reference_to_the_same_record_is_no_change(value: Ref[User]) -> None:
    task = loaded(reviewer={"$type": "ref", "$id": "user/u"})

    task.reviewer = value

    assert task.changes == {}


@pytest.mark.parametrize(
    ("value", "mend"), [(Task.ref("k"), "User"), ("u", r"User\.ref\('u'\)")]
)
def test_a_reference_to_another_model_is_refused(value: Any, mend: str) -> None:
    task = Task(title="A", reviewer=value)

    with pytest.raises(ConversionError, match=rf"Task\.reviewer: .*{mend}"):
        _ = task.changes
