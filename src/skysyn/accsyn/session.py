"""Session: the official client's methods on plain dicts, for scripts of today."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, TypeAlias

from skysyn.dialects.accsyn import predicates, values
from skysyn.dialects.accsyn.catalog import check_known
from skysyn.models import Compare, Path
from skysyn.session.accsyn_shapes import convert

from . import granting, options, plain, statements
from .connection import deprecated
from .storage import Storage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

    from skysyn.models import JSON

    from .plain import Given, Plain

# the class has a method called `str`, as the official one does
Text: TypeAlias = str

DUPLICATES = {"transfer", "compute", "delivery", "request", "stream", "job", "task"}
SPECIAL = {"entitytypes", "attributes"}
GUIDE = "https://accsyn-python-api.readthedocs.io"


class Session(Storage):
    """A session that logs in at once; it takes what `accsyn_api.Session` takes.

    Besides: *pwd* and *session_key* log in to services of API version 1,
    *allow_plaintext* names hosts that unencrypted HTTP may reach, and *transport*
    carries the requests in place of one that is opened.
    """

    def find(  # noqa: PLR0913, PLR0917  # the official client's arguments
        self,
        query: Text,
        entityid: Text | None = None,
        attributes: Sequence[Text] | None = None,
        finished: bool | None = None,
        inactive: bool | None = None,
        offline: bool | None = None,
        archived: bool | None = None,
        limit: int | None = None,
        skip: int | None = None,
        create: bool = False,
        update: bool = False,
        single_entity_query: bool = False,
    ) -> list[Plain]:
        """Return what `<type> WHERE <expression>` finds."""
        with self._remembering():
            statement = statements.parse(query)
            if statement.entitytype in SPECIAL:
                return self._about(statement, create=create, update=update)
            if offline is not None:
                deprecated("offline= is now inactive=")
            flags = {
                "finished": finished,
                "inactive": offline if inactive is None else inactive,
                "archived": archived,
                "single_entity_query": single_entity_query or None,
            }
            data = {
                **options.parent(entityid),
                **options.flags(flags),
                **options.not_zero(options.counts({"limit": limit, "skip": skip})),
                **options.attributes(attributes),
            }
            uri = f"{check_known(statement.entitytype)}/find"
        return self._list(uri, data, query=statement.expression)

    def _about(
        self, statement: statements.Statement, *, create: bool, update: bool
    ) -> list[Plain]:
        """Return the entity types, or the attributes of one."""
        if statement.entitytype == "entitytypes":
            return self._list("entitytypes", {})
        kind = statements.asked_type(statement.expression)
        asked = {"entitytype": kind, "create": create, "update": update}
        return self._list("attributes", asked)

    def find_one(
        self,
        query: Text,
        entityid: Text | None = None,
        attributes: Sequence[Text] | None = None,
        finished: bool | None = None,
        inactive: bool | None = None,
        offline: bool | None = None,
        archived: bool | None = None,
    ) -> Plain:
        """Return the first that is found, or None.

        Of version 1 services `find_one("User")` is the user's own profile.
        """
        found = self.find(
            self._own(query),
            entityid,
            attributes,
            finished=finished,
            inactive=inactive,
            offline=offline,
            archived=archived,
            limit=1,
            single_entity_query=True,
        )
        return found[0] if found else None

    def _own(self, query: Text) -> Text:
        """Return the query for this user where version 1 is asked for no certain one.

        Clients up to 1.4.1 asked so; all others leave it to the service to choose.
        """
        with self._remembering():
            statement = statements.parse(query)
        dialect = self._session.dialect
        if dialect.version == "v3" or statement != statements.Statement("user", None):
            return query
        me = Compare("eq", Path(("code",)), dialect.username)
        return f"user WHERE {predicates.dump(me)}"

    def get_entity(self, entitytype: Text, entityid: Text) -> Plain:
        """Return the entity with this id, whatever its state, or None."""
        found = self._on(entitytype, "GET", "find", {}, entityid)
        return found[0] if isinstance(found, list) and found else None

    def report(self, query: Text) -> Text:
        """Return a support report."""
        statement = self._where(query)
        uri = f"{statement.entitytype}/report"
        answer = self._event("GET", uri, {}, query=statement.expression)
        with self._remembering():
            return convert(answer.info.get("report"), Text, uri)

    def metrics(
        self,
        query: Text,
        attributes: Sequence[Text] | None = None,
        time: Text | None = None,
    ) -> Plain:
        """Return measurements."""
        statement = self._where(query)
        data: dict[Text, object] = {"attributes": attributes}
        if time is not None:
            data["time"] = time
        uri = f"{statement.entitytype}/metrics"
        return self._result("GET", uri, data, query=statement.expression)

    def create(
        self,
        entitytype: Text,
        data: Given | Sequence[object] | Text | PathLike[Text],
        entityid: Text | None = None,
        allow_duplicates: bool | None = None,
        replace_duplicates: bool | None = None,
    ) -> Plain:
        """Make an entity; return it, or a list if it became several.

        *data* is a dict, a list of tasks, JSON text, or a path object of a JSON file.
        """
        with self._remembering():
            kind = check_known(entitytype)
            found = payload(kind, plain.read_data(data))
            parent = entityid and values.check_id(entityid, "entityid")
        flags = {
            "allow_duplicates": allow_duplicates,
            "replace_duplicates": replace_duplicates,
        }
        if kind in DUPLICATES:
            found |= {name: flag for name, flag in flags.items() if flag is not None}
        uri = "file/add" if kind == "file" else f"{kind}/create"
        answer = self._event("POST", uri, found, id=parent)
        match plain.load(answer.result):
            case None:
                return plain.load(dict(answer.info))
            case [only]:
                return only
            case several:
                return several

    def update(self, entitytype: Text, entityid: Text, data: Given) -> Plain:
        """Change attributes of an entity; return it."""
        if self._type(entitytype) == "acl":
            self._refuse("entitytype: access is changed by grant()")
        with self._remembering():
            changed = options.fields(data)
        found = self._on(entitytype, "PUT", "edit", changed, entityid)
        return found[0] if isinstance(found, list) and found else found

    def update_one(self, entitytype: Text, entityid: Text, data: Given) -> Plain:
        """Change attributes of an entity, by the older name of `update()`."""
        deprecated("update_one() is now update()")
        return self.update(entitytype, entityid, data)

    def update_many(
        self, entitytype: Text, entityid: Text, data: Sequence[Given]
    ) -> Plain:
        """Change several tasks of a job; each names its `id` or `uri`."""
        if self._type(entitytype) != "task":
            self._refuse("entitytype: only tasks are changed by several")
        with self._remembering():
            tasks = options.rows(data, "tasks")
        if not tasks or not all("id" in task or "uri" in task for task in tasks):
            self._refuse("data: a list of tasks, each with an id or uri, is wanted")
        return self._on(entitytype, "PUT", "edit", tasks, entityid)

    def delete_one(
        self, entitytype: Text, entityid: Text, data: Given | None = None
    ) -> Plain:
        """Delete an entity; *data* may be `{"force": True}`."""
        if self._type(entitytype) == "acl":
            self._refuse("entitytype: access is taken by revoke()")
        with self._remembering():
            how = data if data is None else options.fields(data)
        return self._on(entitytype, "DELETE", "delete", how, entityid)

    def delete_many(self, entitytype: Text, entityid: Text, data: Given) -> Plain:
        """Take files, `{"files": [ids]}`, out of a collection."""
        if self._type(entitytype) != "collection":
            self._refuse("entitytype: only files of a collection are deleted so")
        with self._remembering():
            files = options.fields(data)
        return self._on(entitytype, "DELETE", "file/remove", files, entityid)

    def deactivate_one(self, entitytype: Text, entityid: Text) -> Plain:
        """Take a user or share out of use."""
        return self._on(entitytype, "DELETE", "deactivate", {}, entityid)

    def offline_one(self, entitytype: Text, entityid: Text) -> Plain:
        """Take out of use, by the older name of `deactivate_one()`."""
        deprecated("offline_one() is now deactivate_one()")
        return self.deactivate_one(entitytype, entityid)

    def activate_one(self, entitytype: Text, ident: Text) -> Plain:
        """Bring back a user or share, by id or code."""
        uri = f"{self._type(entitytype)}/activate"
        with self._remembering():
            code = values.check_text(ident, "ident").lower()
        if values.is_id(code):
            return self._result("POST", uri, {}, id=code)
        return self._result("POST", uri, {}, query=code)

    def assign(self, parenttype: Text, type: Text, data: Given) -> Plain:  # noqa: A002  # the official client's name
        """Let a server serve a volume: `{"volume": id, "server": id}`.

        With `"site": True` a version 1 service takes it as one at another site.
        """
        volume, asked = self._assignment(parenttype, type, data)
        return self._result("PUT", "share/server", asked, id=volume)

    def assignments(self, entitytype: Text, entityid: Text) -> Plain:
        """Return which servers serve a volume."""
        return self._on(entitytype, "GET", "servers", {}, entityid)

    def deassign(
        self,
        parenttype: Text,
        type: Text,  # noqa: A002  # the official client's name
        data: Given,
    ) -> Plain:
        """Let a server no longer serve a volume."""
        volume, asked = self._assignment(parenttype, type, data)
        uri = f"{self._type(parenttype)}/server"
        return self._result("DELETE", uri, asked, id=volume)

    def grant(
        self,
        entitytype: Text,
        ident: Text,
        targettype: Text,
        target: Text,
        data: Given | None = None,
    ) -> Plain:
        """Let a user use a share or take part in a job; by ids or codes."""
        with self._remembering():
            granting.check_user(entitytype)
            kind = self._type(targettype)
            how = None if data is None else options.fields(data)
            return granting.grant(self._session, ident, kind, target, how or {})

    def access(
        self,
        targettype: Text,
        targetid: Text,
        entitytype: Text | None = None,
        entityid: Text | None = None,
        recursive: bool = False,
    ) -> list[Plain]:
        """Return who may use a share, or takes part in a job."""
        with self._remembering():
            if entitytype is not None:
                granting.check_user(entitytype)
            user = None if entitytype is None else entityid or "*"
            kind = self._type(targettype)
            return granting.access(
                self._session, kind, targetid, user, recursive=recursive
            )

    def revoke(
        self, entitytype: Text, ident: Text, targettype: Text, targetid: Text
    ) -> bool | int:
        """Take all access of a user; return how much it was."""
        with self._remembering():
            granting.check_user(entitytype)
            kind = self._type(targettype)
            return granting.revoke(self._session, ident, kind, targetid)

    def help(self) -> Text:
        """Return where the guide is; nothing is opened."""
        return GUIDE

    @staticmethod
    def get_hostname() -> Text:
        """Return the name of this machine."""
        return socket.gethostname()

    @staticmethod
    def dump(d: object, indent: int = 4) -> Text:
        """Return data as readable JSON text."""
        return plain.show(d, indent)

    def _list(self, uri: Text, data: Given, query: Text | None = None) -> list[Plain]:
        found = self._result("GET", uri, data, query=query)
        return found if isinstance(found, list) else []

    def _where(self, query: Text) -> statements.Statement:
        with self._remembering():
            statement = statements.parse(query)
            check_known(statement.entitytype)
            return statement

    def _assignment(
        self, parenttype: Text, kind: Text, data: Given
    ) -> tuple[Text, Given]:
        """Return the id of the volume, and what is sent about the server."""
        is_known = self._type(parenttype) in {"volume", "share"}
        if not is_known or self._type(kind) not in {"server", "client"}:
            self._refuse("servers are assigned to volumes, and nothing else is")
        with self._remembering():
            ends = options.fields(data)
            volume = values.check_id(ends.get("volume") or ends.get("share"), "volume")
            server = values.check_id(ends.get("server") or ends.get("client"), "server")
        is_old = self._session.dialect.version == "v1"
        at_site = {"site": True} if is_old and ends.get("site") is True else {}
        return volume, {"client": server, **at_site}

    @staticmethod
    def str(d: object) -> Text:
        """Return data as readable JSON text, by the older name of `dump()`."""
        deprecated("Session.str() is now Session.dump()")
        return plain.show(d)


def payload(kind: Text, data: dict[Text, JSON] | list[JSON]) -> dict[Text, JSON]:
    """Return what is sent to create a *kind*: lists are tasks, as is a bare task."""
    if isinstance(data, list) or (kind == "task" and "tasks" not in data):
        return {"tasks": data}
    return data
