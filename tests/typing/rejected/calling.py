"""Wrong calls of functions of cloud code; marked lines are errors."""

from __future__ import annotations

from skysyn import SkygearSession
from skysyn.session import RemoteOp

from ..tasks import Task


class Plain:
    """No error."""


def call(session: SkygearSession, task: Task) -> None:
    session.op()  # error
    session.op(5)  # error
    session.op("f", "Task")  # error
    session.op("f", task)  # error
    session.op("f", Task, Task)  # error
    session.op("f", errors=[5001])  # error
    session.op("f", errors={"5001": Plain})  # error
    session.op("f", errors={5001: Plain})  # error
    session.op("f", Task)().nope  # error
    session.op("f", Task).or_none()().title  # error
    session.op("f", Task).nope  # error
    found: str = session.op("f", Task)()  # error
    one: RemoteOp[str] = session.op("f", int)  # error
    print(found, one)
