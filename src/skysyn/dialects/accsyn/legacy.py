"""The events of API version 1, which clients before 3.0 speak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from skysyn.models import JSON

    from .events import Event

QUEUE, TRANSFER = 2, 1

_URIS = {
    "queue": "job",
    "transfer": "job",
    "task": "job/task",
    "site": "organization/site",
    "workspace": "organization",
}
_OPERATIONS = {"deactivate": "offline"}
_SETTING_KEYS = {"entitytype": "scope"}


def adapt(event: Event) -> Event:
    """Return *event* as version 1 says it."""
    kind, _, operation = event.uri.partition("/")
    if operation == "server":
        return _assign(event)
    if kind == "setting":
        return _setting(event)
    uri = "/".join(
        [_URIS.get(kind, kind), *_renamed(operation)] if operation else [kind]
    )
    adapted = attrs.evolve(event, uri=uri, data=_data(kind, operation, event.data))
    return _parented(kind, operation, adapted)


def _renamed(operation: str) -> list[str]:
    return [_OPERATIONS.get(operation, operation)]


def _data(kind: str, operation: str, data: JSON) -> JSON:
    if data is None:
        return {}
    if not isinstance(data, dict):
        return data
    found = {key: value for key, value in data.items() if key != "single_entity_query"}
    if operation == "find" and "inactive" in found:
        found["offline"] = found.pop("inactive")
    if kind == "queue" and operation in {"find", "create"}:
        found["type"] = QUEUE
    if kind in {"job", "transfer"} and operation == "find":
        found["type"] = TRANSFER
    if kind in {"job", "transfer", "task"} and operation == "create":
        found.setdefault("allow_duplicates", True)
    return found


def _parented(kind: str, operation: str, event: Event) -> Event:
    """Say the job of tasks in the query, where version 1 looks for it."""
    if kind != "task" or not isinstance(event.data, dict):
        return event
    if operation == "create":
        return attrs.evolve(event, query=event.id, id=None)
    parent = event.data.get("parent")
    if operation == "find" and parent:
        rest = {key: value for key, value in event.data.items() if key != "parent"}
        query = f"job.id={parent}"
        if event.query:
            query += f" AND ({event.query})"
        return attrs.evolve(event, data=rest, query=query)
    return event


def _assign(event: Event) -> Event:
    data = event.data if isinstance(event.data, dict) else {}
    role = "siteserver" if data.get("site") is True else "server"
    key = f"{role}_clear" if event.method == "DELETE" else role
    return attrs.evolve(
        event, method="PUT", uri="share/edit", data={key: data.get("client")}
    )


def _setting(event: Event) -> Event:
    data = event.data if isinstance(event.data, dict) else {}
    found = {_SETTING_KEYS.get(key, key): value for key, value in data.items()}
    if event.id:
        found["ident"] = event.id
    return attrs.evolve(event, data={"data": None, **found}, id=None)
