"""Enums and JSON inside a record."""

from __future__ import annotations

import pickle

from tests.session.service import Service

from .tasks import Colour, Settings, Task, loaded


def test_enums_are_open() -> None:
    task = loaded(colour="green")
    again = loaded(colour="green")

    assert isinstance(task.colour, Colour)
    assert task.colour is not None
    assert task.colour.value == "green"
    assert task.colour == again.colour
    assert task.changes == {}


def test_an_enum_value_of_a_later_server_is_pickled() -> None:
    task = loaded(colour="violet")
    _ = task.colour
    data = pickle.dumps(task)
    del Colour._value2member_map_["violet"]

    again = pickle.loads(data)

    assert again.colour.value == "violet"


def test_nested_json_is_an_attrs_object_or_a_typed_dict() -> None:
    task = loaded(
        settings={"dark": True, "sizes": [1]},
        steps=[{"dark": True}],
        spot={"x": 1, "y": 2},
    )

    assert task.settings == Settings(dark=True, sizes=[1])
    assert task.steps == [Settings(dark=True)]
    assert task.spot == {"x": 1, "y": 2}
    assert task.changes == {}


def test_changes_inside_nested_objects_are_seen() -> None:
    task = loaded(settings={"dark": True, "sizes": [1]}, steps=[{"dark": True}])
    assert task.settings is not None
    assert task.steps is not None

    task.settings.sizes.append(2)
    task.steps[0].dark = False

    assert task.changes == {
        "settings": Settings(dark=True, sizes=[1, 2]),
        "steps": [Settings(dark=False)],
    }


def test_nested_objects_travel_as_plain_json() -> None:
    service = Service()
    task = Task(title="A", settings=Settings(dark=True), steps=[Settings()])

    service.connect().save(task).raise_for_failures()

    (saved,) = service.sent("record:save")[0]["records"]
    assert saved["settings"] == {"dark": True, "sizes": []}
    assert saved["steps"] == [{"dark": False, "sizes": []}]
    assert task.steps == [Settings()]
