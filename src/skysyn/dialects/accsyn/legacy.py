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
_PLACES = (("organization/site/", "site/"), ("organization/", "workspace/"))
_SERVERS = ("server", "siteserver", "server_clear", "siteserver_clear")


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


def restore(event: Event) -> Event:
    """Return *event* as version 3 says it, if an older client wrote it."""
    uri = event.uri.lower()
    for old, new in (("job/task/", "task/"), *_PLACES):
        if uri.startswith(old):
            uri = new + uri.removeprefix(old)
            break
    kind, _, operation = uri.partition("/")
    if operation == "offline":
        uri = f"{kind}/deactivate"
    found = attrs.evolve(event, uri=uri)
    match uri:
        case "task/create" if event.query and not event.id:
            return attrs.evolve(found, id=event.query, query=None)
        case "share/edit":
            return _restore_assignment(found)
        case "setting":
            return _restore_setting(found)
        case "job/find" | "job/create":
            return _restore_kind(operation, found)
        case _:
            return _restore_flags(found) if operation == "find" else found


def _restore_flags(event: Event) -> Event:
    if not isinstance(event.data, dict):
        return event
    renamed = {"offline": "inactive", "archive": "archived"}
    data = {renamed.get(key, key): value for key, value in event.data.items()}
    return attrs.evolve(event, data=data)


def _restore_kind(operation: str, event: Event) -> Event:
    """Tell queues and transfers apart, which were both jobs with a type."""
    event = _restore_flags(event)
    if not isinstance(event.data, dict):
        return event
    data = dict(event.data)
    number = data.pop("type", None)
    # clients before 2.0 send no type with queues, and this flag with everything else
    is_old_queue = operation == "create" and data.keys() <= _QUEUE_KEYS
    if number == QUEUE or (number is None and is_old_queue):
        return attrs.evolve(event, uri=f"queue/{operation}", data=data)
    return attrs.evolve(event, data=data)


_QUEUE_KEYS = {"code", "name", "priority", "description", "metadata", "settings"}


def _restore_assignment(event: Event) -> Event:
    data = event.data if isinstance(event.data, dict) else {}
    for key in _SERVERS:
        if key in data:
            role, _, clears = key.partition("_")
            method = "DELETE" if clears else "PUT"
            client: JSON = {"client": data[key], "site": role == "siteserver"}
            return attrs.evolve(event, method=method, uri="share/server", data=client)
    return event


def _restore_setting(event: Event) -> Event:
    if not isinstance(event.data, dict) or "scope" not in event.data:
        return event
    data = {"entitytype" if k == "scope" else k: v for k, v in event.data.items()}
    ident = data.pop("ident", None)
    return attrs.evolve(event, data=data, id=str(ident) if ident else event.id)
