"""Calls: every operation that is no plain reading or writing of entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import attrs

from skysyn.dialects.accsyn.refusals import denied, invalid, unauthorized
from skysyn.models import Answer

from . import (
    accounts,
    assigning,
    collecting,
    configuring,
    describing,
    editing,
    granting,
    journal,
    publishing,
    recipients,
    removing,
)
from .finding import Finding
from .given import Given
from .printing import Printer
from .references import user_of
from .standpoint import Standpoint
from .tables import family_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn.models import JSON, Call

    from .context import Context
    from .work import Row

_INTEGRATION = re.compile(r"PUT workspace/integration/([a-z0-9_-]+)/utility")
_FILE_VERBS = {
    "GET": {"ls", "getsize", "exists"},
    "POST": {"mkdir", "delete"},
    "PUT": {"rename", "move"},
}


@attrs.frozen
class Event:
    """One call: its *data* as an object, the *id* and *query* of its envelope."""

    kind: str
    data: Mapping[str, JSON]
    id: str | None = None
    query: str | None = None


Handler: TypeAlias = "Callable[[Context, Event], Answer]"


def answer(context: Context, call: Call) -> Answer:
    """Return what *call* is answered.

    Raises:
        RemoteError: it cannot be done, or there is no such call.
    """
    name = call.name
    _, _, uri = name.partition(" ")
    kind, _, verb = uri.partition("/")
    event = _event(kind, call)
    handler = _CALLS.get(name)
    if handler is not None:
        return handler(context, event)
    if found := _INTEGRATION.fullmatch(name):
        return publishing.integrate(context, found[1], event.data)
    general = _GENERAL.get((name.partition(" ")[0], verb))
    if general is not None and family_of(kind) is not None:
        return general(context, event)
    msg = f"no such operation: {name:.100}"
    raise invalid(msg)


def _event(kind: str, call: Call) -> Event:
    data, key = call.payload.get("data"), call.payload.get("id")
    query = call.payload.get("query")
    if data is not None and not isinstance(data, dict):
        msg = "data: an object is wanted"
        raise invalid(msg)
    texts = [None if text is None else str(text) for text in (key, query)]
    return Event(kind, data or {}, *texts)


def _entity_types(context: Context, event: Event) -> Answer:
    del event
    return describing.entity_types(context)


def _attributes(context: Context, event: Event) -> Answer:
    return describing.attributes(context, event.data)


def _files(verb: str) -> Handler:
    def run(context: Context, event: Event) -> Answer:
        op = event.data.get("op")
        if not isinstance(op, str) or op not in _FILE_VERBS[verb]:
            msg = f"op: {op!r:.40} is no operation to {verb}"
            raise invalid(msg)
        return Answer(context.files.run(event.data, Standpoint(context)))

    return run


def _publish(context: Context, event: Event) -> Answer:
    return publishing.preprocess(context, event.data)


def _read_setting(context: Context, event: Event) -> Answer:
    return configuring.read(context, event.id, event.data)


def _write_setting(context: Context, event: Event) -> Answer:
    return configuring.write(context, event.id, event.data)


def _clear_setting(context: Context, event: Event) -> Answer:
    return configuring.clear(context, event.id, event.data)


def _find_logs(context: Context, event: Event) -> Answer:
    return journal.find(context, event.id, event.data)


def _add_recipient(context: Context, event: Event) -> Answer:
    given = Given(context, "recipient", event.data)
    may_invite = given.flag("invite") is not False
    who = recipients.named(dict(event.data))
    return recipients.invite(context, event.id, who, may_invite=may_invite)


def _recipients(context: Context, event: Event) -> Answer:
    return recipients.listed(context, event.id)


def _remove_recipient(context: Context, event: Event) -> Answer:
    return recipients.dismiss(context, event.id, recipients.named(dict(event.data)))


def _grant(context: Context, event: Event) -> Answer:
    return _shown(context, "acl", [granting.grant(context, event.data)])


def _revoke(context: Context, event: Event) -> Answer:
    return Answer(removing.revoke(context, event.id))


def _add_files(context: Context, event: Event) -> Answer:
    collection = collecting.writable_collection(context, event.id)
    paths = Given(context, "collection", event.data).texts("files")
    if not paths:
        msg = "files: none are named"
        raise invalid(msg)
    rows = collecting.add(context, str(collection["id"]), paths)
    return _printed(context, rows)


def _remove_files(context: Context, event: Event) -> Answer:
    collection = collecting.writable_collection(context, event.id)
    files = Given(context, "collection", event.data).texts("files")
    return Answer(collecting.remove(context, str(collection["id"]), files))


def _add_tasks(context: Context, event: Event) -> Answer:
    rows = editing.add_tasks(context, event.id, event.data)
    return _shown(context, "task", [str(row["id"]) for row in rows])


def _api_key(context: Context, event: Event) -> Answer:
    """Return the key that the request came with: no other is kept."""
    del event
    if not context.settings.shows_api_keys:
        msg = "api key read: the workspace does not allow it"
        raise denied(msg)
    if context.api_key is None:
        msg = "log in with the API key to read it"
        raise unauthorized(msg)
    return Answer(None, {"api_key": context.api_key})


def _session_key(context: Context, event: Event) -> Answer:
    """Make a session key of the caller's own."""
    seconds = event.data.get("lifetime")
    if not isinstance(seconds, int) or seconds < 1:
        msg = "lifetime: a number of seconds is wanted"
        raise invalid(msg)
    user = user_of(context.work, event.query or context.caller.code)
    if user is None or user["id"] != context.caller.id:
        what = "session key of another user"
        raise denied(what)
    key = accounts.open_session(
        context.work, context.caller.id, seconds, by_password=False
    )
    return Answer(None, {"session_key": key})


def _delete(context: Context, event: Event) -> Answer:
    force = Given(context, event.kind, event.data).flag("force") is True
    return Answer(removing.delete(context, event.kind, _need_id(event), by_force=force))


def _deactivate(context: Context, event: Event) -> Answer:
    return Answer(removing.deactivate(context, event.kind, _need_id(event)))


def _activate(context: Context, event: Event) -> Answer:
    return Answer(removing.activate(context, event.kind, event.id, event.query))


def _report(context: Context, event: Event) -> Answer:
    return describing.report(context, event.kind, event.query)


def _metrics(context: Context, event: Event) -> Answer:
    return describing.metrics(context, event.kind, event.query, event.data)


def _servers(context: Context, event: Event) -> Answer:
    return assigning.listed(context, event.id)


def _assign(context: Context, event: Event) -> Answer:
    return assigning.assign(context, event.id, event.data)


def _unassign(context: Context, event: Event) -> Answer:
    return assigning.unassign(context, event.id, event.data)


def _need_id(event: Event) -> str:
    if event.id is None:
        msg = f"{event.kind}: an id is needed"
        raise invalid(msg)
    return event.id


def _shown(context: Context, kind: str, keys: list[str]) -> Answer:
    finding = Finding.of(context, kind)
    return _printed(context, [row for k in keys if (row := finding.get(k)) is not None])


def _printed(context: Context, rows: list[Row]) -> Answer:
    printer = Printer(context)
    return Answer([printer.object(row) for row in rows])


_CALLS: dict[str, Handler] = {
    "GET entitytypes": _entity_types,
    "GET attributes": _attributes,
    "GET workspace/file": _files("GET"),
    "POST workspace/file": _files("POST"),
    "PUT workspace/file": _files("PUT"),
    "PUT workspace/publish/preprocess": _publish,
    "GET setting": _read_setting,
    "PUT setting": _write_setting,
    "DELETE setting": _clear_setting,
    "GET log/find": _find_logs,
    "PUT job/recipient/add": _add_recipient,
    "GET job/recipients": _recipients,
    "DELETE job/recipient": _remove_recipient,
    "POST acl/create": _grant,
    "DELETE acl/delete": _revoke,
    "POST file/add": _add_files,
    "DELETE collection/file/remove": _remove_files,
    "POST task/create": _add_tasks,
    "GET user/api_key": _api_key,
    "POST user/generate_session_key": _session_key,
    "PUT share/server": _assign,
    "PUT volume/server": _assign,
    "DELETE share/server": _unassign,
    "DELETE volume/server": _unassign,
    "GET share/servers": _servers,
    "GET volume/servers": _servers,
}
_GENERAL: dict[tuple[str, str], Handler] = {
    ("DELETE", "delete"): _delete,
    ("DELETE", "deactivate"): _deactivate,
    ("POST", "activate"): _activate,
    ("GET", "report"): _report,
    ("GET", "metrics"): _metrics,
}
