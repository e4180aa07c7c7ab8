from __future__ import annotations

import asyncio
import contextvars
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from skysyn import Field, Record, SkygearSession, bind, field, set_default
from skysyn.errors import NoSessionError, QueryError
from skysyn.models import current
from tests.session.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator


class Note(Record):
    title: Field[str | None] = field(default=None)


class Place:
    """A service with one note, whose title is its name, and a session with it."""

    def __init__(self, name: str) -> None:
        self.service = Service()
        self.service.put("note/k", title=name)
        self.session: SkygearSession = self.service.connect()

    @property
    def asked(self) -> int:
        return len(self.service.sent())


@pytest.fixture
def a() -> Place:
    return Place("a")


@pytest.fixture
def b() -> Place:
    return Place("b")


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    yield
    set_default(None)
    Note.bind(None)
    assert current("skygear") is None


def title() -> str | None:
    return Note.query().one().title


def test_the_session_passed_is_used_first(a: Place, b: Place) -> None:
    with b.session:
        found = [Note.query(a.session).one(), a.session.query(Note).one()]

    assert [note.title for note in found] == ["a", "a"]


def test_an_object_goes_back_to_where_it_came_from(a: Place, b: Place) -> None:
    note = a.session.get(Note, "k")
    Note.bind(b.session)
    set_default(b.session)

    with b.session:
        note.title = "changed"
        note.save()
        note.refresh()
        note.delete()

    assert (a.asked, b.asked) == (4, 0)


def test_an_object_of_a_query_goes_back_after_the_block(a: Place) -> None:
    with a.session:
        note = Note.query().one()

    note.title = "changed"
    note.save()

    assert a.service.rows["note/k"]["title"] == "changed"


def test_a_new_object_is_saved_by_the_current_session(a: Place, b: Place) -> None:
    with a.session:
        note = Note(title="x")

    with b.session:
        note.save()

    assert (a.asked, b.asked) == (0, 1)


def test_a_new_object_belongs_to_where_it_was_saved(a: Place, b: Place) -> None:
    note = Note(title="x")
    a.session.save(note)

    with b.session:
        note.title = "y"
        note.save()

    assert (a.asked, b.asked) == (2, 0)


def test_a_deleted_object_belongs_nowhere(a: Place, b: Place) -> None:
    note = a.session.get(Note, "k")
    note.delete()

    with b.session:
        note.save()

    assert b.service.rows["note/k"]["title"] == "a"


def test_a_query_is_asked_where_it_was_built(a: Place, b: Place) -> None:
    with a.session:
        query = Note.query()

    with b.session:
        assert query.one().title == "a"
    assert query.one().title == "a"


def test_a_query_built_outside_is_asked_where_it_runs(a: Place, b: Place) -> None:
    query = Note.query()

    with a.session:
        first = query.one()
    with b.session:
        second = query.one()

    assert (first.title, second.title) == ("a", "b")


def test_a_query_built_under_a_default_is_asked_where_it_runs(
    a: Place, b: Place
) -> None:
    set_default(a.session)
    query = Note.query()

    with b.session:
        assert query.one().title == "b"
    assert query.one().title == "a"


def test_a_class_bound_to_a_session_uses_it(a: Place, b: Place) -> None:
    Note.bind(a.session)

    with b.session:
        assert title() == "a"
        assert Note.ref("k").load().title == "a"
        Note(title="x").save()
    assert (a.asked, b.asked) == (3, 0)


def test_a_binding_is_inherited_and_undone(a: Place) -> None:
    class Memo(Note, type="note"):
        pass

    Note.bind(a.session)
    assert Memo.query().one().title == "a"

    Note.bind(None)
    with pytest.raises(NoSessionError):
        Memo.query().one()


def test_the_current_session_comes_before_the_default(a: Place, b: Place) -> None:
    set_default(b.session)

    with a.session:
        inside = title()

    assert (inside, title()) == ("a", "b")


def test_without_any_session_the_error_says_what_to_do() -> None:
    with pytest.raises(NoSessionError, match=r"with connect\(…\):.*set_default"):
        title()
    with pytest.raises(NoSessionError):
        Note(title="x").save()
    with pytest.raises(NoSessionError):
        iter(Note.query())


def test_blocks_inside_blocks_end_where_they_began(a: Place, b: Place) -> None:
    with a.session:
        with b.session:
            with a.session:
                innermost = title()
            inner = title()
        outer = title()

    assert (innermost, inner, outer) == ("a", "b", "a")


def test_a_block_that_fails_ends_all_the_same(a: Place, b: Place) -> None:
    with a.session:
        with pytest.raises(ZeroDivisionError), b.session:
            _ = 1 / 0
        after = title()

    assert after == "a"
    assert current("skygear") is None


def test_bind_makes_a_session_current_without_closing_it(a: Place, b: Place) -> None:
    with bind(a.session):
        with bind(b.session):
            inner = title()
        outer = title()

    assert (inner, outer) == ("b", "a")


def test_a_new_thread_sees_the_default_only(a: Place, b: Place) -> None:
    def ask() -> str | None:
        return title()

    with a.session, ThreadPoolExecutor(1) as pool:
        with pytest.raises(NoSessionError, match=r"copy_context\(\)"):
            pool.submit(ask).result()
        set_default(b.session)
        assert pool.submit(ask).result() == "b"
        assert pool.submit(contextvars.copy_context().run, ask).result() == "a"


def test_two_threads_each_have_their_own_session(a: Place, b: Place) -> None:
    def ask(place: Place) -> set[str | None]:
        with place.session:
            return {title() for _ in range(50)}

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(ask, [a, b])) == [{"a"}, {"b"}]


def test_each_asyncio_task_has_its_own_session(a: Place, b: Place) -> None:
    async def ask(place: Place) -> list[str | None]:
        with place.session:
            before = title()
            await asyncio.sleep(0)
            return [before, title(), await asyncio.to_thread(title)]

    async def ask_both() -> list[list[str | None]]:
        return list(await asyncio.gather(ask(a), ask(b), ask(a)))

    assert asyncio.run(ask_both()) == [["a"] * 3, ["b"] * 3, ["a"] * 3]


def test_an_iteration_stays_with_the_session_it_began_with(a: Place, b: Place) -> None:
    a.service.put("note/l", title="a")
    query = Note.query()

    with a.session:
        iteration = query.pages(1)
        first = next(iteration)
    with b.session:
        second = next(iteration)

    assert [note.title for note in [*first, *second]] == ["a", "a"]


def test_an_unpickled_object_needs_a_session(a: Place, b: Place) -> None:
    note: Note = pickle.loads(pickle.dumps(a.session.get(Note, "k")))

    with pytest.raises(NoSessionError):
        note.refresh()
    with b.session:
        assert note.refresh().title == "b"


def test_a_session_of_another_service_is_refused() -> None:
    class Other(Place):
        pass

    class Foreign(SkygearSession):
        @property
        def family(self) -> str:
            return "accsyn"

    place = Other("a")
    foreign = Foreign(place.session.dialect, place.session.transport)

    with pytest.raises(QueryError, match="skygear models are not asked through"):
        Note.query(foreign).all()
    with foreign, pytest.raises(NoSessionError):
        title()


def test_a_session_is_not_pickled(a: Place) -> None:
    with pytest.raises(Exception, match="not pickled"):
        pickle.dumps(a.session)


def test_the_default_of_one_service_is_taken_back(a: Place) -> None:
    set_default(a.session)

    set_default(None, family="accsyn")
    assert title() == "a"
    set_default(None, family="skygear")

    with pytest.raises(NoSessionError):
        title()
