"""Calls of functions of cloud code; every line is right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypedDict, assert_type

import attrs

from skysyn import JSON, Location, SkygearSession
from skysyn.errors import InvalidRequest, RemoteError
from skysyn.session import RemoteOp

from .tasks import Task


class SoldOut(RemoteError):
    """The thing is sold."""


class Told(TypedDict):
    at: datetime


@attrs.frozen
class Receipt:
    at: datetime


def call(session: SkygearSession, task: Task) -> None:
    assert_type(session.op("f"), RemoteOp[JSON])
    assert_type(session.op("f")(), JSON)
    assert_type(session.op("f", str)("a", 1), str)
    assert_type(session.op("f", int)(a=task, b=Location(1, 2)), int)
    assert_type(session.op("f", Task)(datetime.now(UTC)), Task)
    assert_type(session.op("f", returns=Receipt)([task]), Receipt)
    assert_type(session.op("f", Told)({"a": None}), Told)
    assert_type(session.op("f", list[Task])(), list[Task])
    assert_type(session.op("f", dict[str, Receipt])(), dict[str, Receipt])
    assert_type(session.op("f", Task).or_none(), RemoteOp[Task | None])
    assert_type(session.op("f", Task).or_none()(), Task | None)
    assert_type(session.op("f", Task).name, str)
    errors = {5001: SoldOut, 108: InvalidRequest}
    assert_type(session.op("f", Task, errors=errors)(), Task)
    assert_type(session.op("f", errors={5001: SoldOut})(), JSON)
    buy: RemoteOp[Receipt] = session.op("buy", Receipt)
    assert_type(buy("salmon").at, datetime)
