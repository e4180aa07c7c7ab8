from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skysyn import JSON, Field, Record, Ref, field
from skysyn.errors import ConversionError
from tests.session.service import Service


class Person(Record):
    name: Field[str | None] = field(default=None)


class Note(Record):
    title: Field[str | None] = field(default=None)
    count: Field[int | None] = field(default=None)
    share: Field[float | None] = field(default=None)
    done: Field[bool | None] = field(default=None)
    due: Field[datetime | None] = field(default=None)
    owner: Field[Ref[Person] | None] = field(default=None)
    tags: Field[list[JSON] | None] = field(default=None, wire="labels")
    deep: Field[dict[str, JSON] | None] = field(default=None)


LEAVES: Any = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from("ab")
PLAIN: Any = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
    ),
    max_leaves=4,
)
LISTS: Any = st.lists(PLAIN, max_size=3)
OBJECTS: Any = st.dictionaries(st.sampled_from("xyz"), PLAIN, max_size=3)
MOMENTS = st.datetimes(timezones=st.just(UTC))
VALUES: dict[str, Any] = {
    "title": st.none() | st.sampled_from(["", "a", "ü"]),
    "count": st.none() | st.integers(-2, 2),
    "share": st.none() | st.sampled_from([0.5, 1.0, 1, 2.0]),
    "done": st.none() | st.booleans(),
    "due": st.none() | MOMENTS,
    "owner": st.none() | st.sampled_from("pq").map(Person.ref),
    "tags": st.none() | LISTS,
    "deep": st.none() | OBJECTS,
}
NAMES = st.sampled_from(sorted(VALUES))


def told_apart(value: object) -> str:
    """Return *value* as text in which 1 and True differ, but 1 and 1.0 do not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, default=str, sort_keys=True)


class Editing(RuleBasedStateMachine):
    """Edits a stored record, next to a plain dict that says what it shall hold."""

    def __init__(self) -> None:
        super().__init__()
        self.service = Service()
        self.session = self.service.connect()
        self.before: dict[str, Any] = {}
        self.now: dict[str, Any] = {}

    @initialize(data=st.data())
    def store(self, data: st.DataObject) -> None:
        values = {name: data.draw(VALUES[name]) for name in VALUES}
        self.note = Note(**values).with_id("k")
        self.session.save(self.note).raise_for_failures()
        self.note = self.session.get(Note, "k")
        self.before, self.now = deepcopy(values), deepcopy(values)

    @rule(name=NAMES)
    def read(self, name: str) -> None:
        assert told_apart(getattr(self.note, name)) == told_apart(self.now[name])

    @rule(name=NAMES, data=st.data())
    def assign(self, name: str, data: st.DataObject) -> None:
        value = data.draw(VALUES[name])
        setattr(self.note, name, deepcopy(value))
        self.now[name] = value

    @rule(item=PLAIN)
    def append(self, item: JSON) -> None:
        if self.note.tags is not None:
            self.note.tags.append(item)
            self.now["tags"] = [*self.now["tags"], item]

    @rule(key=st.sampled_from("xyz"), item=PLAIN)
    def put(self, key: str, item: JSON) -> None:
        if self.note.deep is not None:
            self.note.deep[key] = item
            self.now["deep"] = {**self.now["deep"], key: item}

    @rule()
    def empty(self) -> None:
        if self.note.tags:
            self.note.tags.clear()
            self.now["tags"] = []

    @rule()
    def copy(self) -> None:
        self.note = self.note.copy()

    @rule()
    def save(self) -> None:
        self.session.save(self.note).raise_for_failures()
        self.before = deepcopy(self.now)

    @rule()
    def refresh(self) -> None:
        self.note.refresh()
        self.now = deepcopy(self.before)

    @invariant()
    def changes_are_what_differs(self) -> None:
        differing = {
            name: value
            for name, value in self.now.items()
            if told_apart(value) != told_apart(self.before[name])
        }
        assert shown(self.note.changes) == shown(differing)

    def teardown(self) -> None:
        self.session.save(self.note).raise_for_failures()
        stored = self.session.get(Note, "k")
        assert shown({n: getattr(stored, n) for n in VALUES}) == shown(self.now)


def shown(values: Any) -> dict[str, str]:
    return {name: told_apart(value) for name, value in values.items()}


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_sent_row_on_the_stored_one_gives_the_values(data: st.DataObject) -> None:
    service = Service()
    session = service.connect()
    session.save(Note(**{n: data.draw(VALUES[n]) for n in VALUES}).with_id("k"))
    note = session.get(Note, "k")
    stored = service.rows["note/k"]
    for name in data.draw(st.lists(NAMES, max_size=4)):
        setattr(note, name, data.draw(VALUES[name]))
    expected = {name: getattr(note, name) for name in VALUES}
    sent_before = len(service.sent("record:save"))

    session.save(note)

    rows = [r for b in service.sent("record:save")[sent_before:] for r in b["records"]]
    merged: dict[str, Any] = {**stored, **(rows[0] if rows else {})}
    service.rows["note/k"] = merged
    again = session.get(Note, "k")
    assert shown({name: getattr(again, name) for name in VALUES}) == shown(expected)


def stored(**fields: Any) -> Note:
    service = Service()
    service.put("note/k", **fields)
    return service.connect().get(Note, "k")


def test_a_record_that_was_only_read_has_no_changes() -> None:
    note = stored(title="A", labels=[1, {"a": None}], deep={"x": []})

    for name in VALUES:
        getattr(note, name)

    assert note.changes == {}


@pytest.mark.parametrize(("before", "after"), [(1, True), (True, 1), (0, False)])
def test_booleans_and_numbers_in_lists_are_told_apart(
    before: JSON, after: JSON
) -> None:
    note = stored(labels=[before])
    assert note.tags is not None

    note.tags[0] = after

    assert note.changes == {"tags": [after]}
    assert type(note.tags[0]) is type(after)


def test_changes_go_by_attribute_and_travel_by_wire_name() -> None:
    note = stored(labels=["a"])
    assert note.tags is not None

    note.tags.append("b")

    assert note.changes == {"tags": ["a", "b"]}


def test_a_value_set_back_is_no_change() -> None:
    note = stored(title="A", count=1)

    note.title = "B"
    note.title = "A"

    assert note.changes == {}


def test_the_order_of_keys_is_no_change() -> None:
    note = stored(deep={"x": 1, "y": 2})

    note.deep = {"y": 2, "x": 1}

    assert note.changes == {}


def test_dates_are_compared_as_instants() -> None:
    note = stored(due={"$type": "date", "$date": "2026-01-02T03:04:05Z"})

    note.due = datetime.fromisoformat("2026-01-02T11:04:05+08:00")

    assert note.changes == {}


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("title", 5, r"Note\.title: 5 is int, not str"),
        ("count", True, r"Note\.count: True is bool, not int"),
        ("count", 1.5, r"Note\.count: 1\.5 is float, not int"),
        ("share", float("nan"), r"Note\.share: nan cannot be written"),
        ("due", datetime.fromisoformat("2026-01-02"), r"Note\.due: .*no time zone"),
        ("tags", [float("inf")], r"Note\.tags: inf at \$\[0\] cannot"),
        ("tags", [datetime.now(UTC)], r"Note\.tags: datetime at \$\[0\] .*destroy"),
        ("deep", {"a": {1: 2}}, r"Note\.deep: the key 1 at \$\.a is not text"),
        ("deep", {"a": Person.ref("k")}, r"Note\.deep: Reference at \$\.a .*destroy"),
        ("deep", {"a": {"$type": "x"}}, r"Note\.deep: .*\$type"),
        ("deep", [1], r"Note\.deep: .*Expected `object`"),
        ("tags", {"a": 1}, r"Note\.tags: .*Expected `array`"),
    ],
)
def test_a_value_that_cannot_be_stored_is_named(
    name: str, value: object, text: str
) -> None:
    note = stored(title="A")

    setattr(note, name, value)

    with pytest.raises(ConversionError, match=text) as caught:
        _ = note.changes
    assert (caught.value.model, caught.value.field) == ("Note", name)
