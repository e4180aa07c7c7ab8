"""What cannot be set is refused at the save."""

from __future__ import annotations

import pytest

from skysyn import RecordID
from skysyn.errors import ConversionError, DeclarationError

from .tasks import Task, loaded


def test_what_the_service_sets_is_refused_at_the_save() -> None:
    task = loaded()

    setattr(task, "views", 9)  # noqa: B010  # a checker forbids it

    with pytest.raises(ConversionError, match=r"Task\.views is set by the service"):
        _ = task.changes


def test_an_id_assigned_to_a_new_record_is_refused_at_the_save() -> None:
    task = Task(title="A")

    setattr(task, "id", RecordID("task", "k"))  # noqa: B010  # a checker forbids it

    with pytest.raises(ConversionError, match=r"Task\.id .*with_id"):
        _ = task.changes


def test_a_misspelt_attribute_is_refused_at_the_save() -> None:
    task = loaded()

    setattr(task, "tilte", "B")  # noqa: B010  # a checker forbids it

    with pytest.raises(DeclarationError, match="Task has no field 'tilte'"):
        _ = task.changes
