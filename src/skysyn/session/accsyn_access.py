"""Access: who may do what with shares, and who takes part in deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import attrs
import msgspec

from skysyn.dialects.accsyn import predicates, values
from skysyn.dialects.accsyn.entities import Acl, AnyJob, Share, User
from skysyn.errors import NotFound, ProtocolError, QueryError
from skysyn.models import JSON, And, Compare, Path, Ref

from .accsyn_files import Events
from .accsyn_shapes import convert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.dialects.accsyn.model import Entity
    from skysyn.models import Predicate


class Loading(Events, Protocol):
    """What sends events and loads entities; an `AccsynSession`."""

    def load(self, model: type[Acl], result: JSON) -> list[Acl]:
        """Return the entities that *result* holds."""
        ...


class _Found(msgspec.Struct):
    id: str


class _RecipientWire(msgspec.Struct):
    actioned: bool | None = None
    user: str | None = None
    user_hr: str | None = None


@attrs.frozen
class Recipient:
    """Someone who takes part in a delivery, request or stream.

    *user* is the id, None while invited; *name* the email, or a description.
    """

    user: str | None
    name: str | None
    has_acted: bool


@attrs.frozen(kw_only=True)
class Rights:
    """What access to a share allows, and what the user is told.

    *path* narrows it to a folder of the share. Without *notify* no email is sent.
    """

    read: bool = True
    write: bool = True
    path: str = "/"
    notify: bool = False
    message: str = ""

    def __attrs_post_init__(self) -> None:
        if not (self.read or self.write):
            msg = "access allows to read, to write, or both: use revoke() for neither"
            raise QueryError(msg)


FULL = Rights()


@attrs.frozen
class Access:
    """Who may use what; made by `session.access`.

    Users are entities, references, ids or emails.
    """

    _events: Loading

    def grant(
        self,
        user: Ref[User] | str,
        share: Ref[Share],
        rights: Rights = FULL,
        *,
        invite: bool = True,
    ) -> Acl:
        """Let a user use a share; access to the same path is changed, not doubled.

        An unknown email is invited if *invite* is true.

        Raises:
            NotFound: the email is unknown and may not be invited; nothing was given.
        """
        target = values.saved_id(share)
        data: JSON = {
            "entity": f"user:{self._user(user, invite=invite)}",
            "target": f"share:{target}",
            "invite": invite,
            **values.dump_fields(attrs.asdict(rights), "Rights"),
        }
        answer = self._events.event("POST", "acl/create", data)
        found = self._events.load(Acl, answer.result)
        if not found:
            msg = "acl/create did not say what it granted"
            raise ProtocolError(msg, status=200)
        return found[0]

    def of_share(
        self,
        share: Ref[Share],
        *,
        user: Ref[User] | str | None = None,
        recursive: bool = False,
    ) -> list[Acl]:
        """Return who may use a share; *recursive* includes what is below it."""
        conditions: list[Predicate] = [_is("target", "share", values.saved_id(share))]
        if user is not None:
            key = user if user == "*" else self._known(user)
            conditions.append(_is("entity", "user", str(key)))
        return self._find(conditions, {"recursive": recursive})

    def revoke(self, user: Ref[User] | str, share: Ref[Share]) -> int:
        """Take a user all access to a share; return how many entries it was.

        Entries that the service answers with, but that are about another user or
        share, are left alone.
        """
        ends = self._known(user), values.saved_id(share)
        wanted = f"user:{ends[0]}", f"share:{ends[1]}"
        conditions = [_is("entity", "user", ends[0]), _is("target", "share", ends[1])]
        found = self._find(conditions, {})
        own = [acl for acl in found if (acl.entity, acl.target) == wanted]
        for acl in own:
            self._events.event("DELETE", "acl/delete", {}, id=acl.id)
        return len(own)

    def recipients(self, job: Ref[AnyJob]) -> list[Recipient]:
        """Return who takes part in a delivery, request or stream."""
        key = values.saved_id(job)
        result = self._events.event("GET", "job/recipients", {}, id=key).result
        rows = convert(result, list[_RecipientWire], "job/recipients")
        return [Recipient(row.user, row.user_hr, bool(row.actioned)) for row in rows]

    def add_recipient(
        self, user: Ref[User] | str, job: Ref[AnyJob], *, invite: bool = True
    ) -> JSON:
        """Let a user take part in a delivery, request or stream.

        Raises:
            NotFound: the email is unknown and may not be invited.
        """
        key = values.saved_id(job)
        data: JSON = {"recipient": self._user(user, invite=invite), "invite": invite}
        return self._events.event("PUT", "job/recipient/add", data, id=key).result

    def remove_recipient(self, user: Ref[User] | str, job: Ref[AnyJob]) -> bool:
        """Take a user out of a delivery; return whether they took part."""
        key, ident = values.saved_id(job), self._user(user, invite=True)
        taking_part = {name for r in self.recipients(job) for name in (r.user, r.name)}
        if ident not in taking_part:
            return False
        self._events.event("DELETE", "job/recipient", {"recipient": ident}, id=key)
        return True

    def _find(self, conditions: Sequence[Predicate], data: JSON) -> list[Acl]:
        # the whole statement, which is how this event is always asked
        query = f"acl WHERE {predicates.dump(And(tuple(conditions)))}"
        answer = self._events.event("GET", "acl/find", data, query=query)
        return self._events.load(Acl, answer.result)

    def _user(self, user: Ref[User] | str, *, invite: bool) -> str:
        """Return the id of a user, or the email of one to invite."""
        if not isinstance(user, str):
            return values.saved_id(user)
        ident = user.strip().lower()
        if values.is_id(ident):
            return ident
        found = find_by_code(self._events, User, ident)
        if found is None and not invite:
            msg = f"there is no user {ident}, and none may be invited"
            raise NotFound(msg)
        return found or ident

    def _known(self, user: Ref[User] | str) -> str:
        return self._user(user, invite=False)


def _is(attribute: str, kind: str, key: str) -> Predicate:
    return Compare("eq", Path((attribute,)), f"{kind}:{key}")


def find_by_code(events: Events, model: type[Entity], code: str) -> str | None:
    """Return the id of the entity with this *code*, or None.

    Raises:
        QueryError: the code is empty, or cannot be asked for.
    """
    if not code:
        msg = f"{model.__name__}.code: an empty code names nothing"
        raise QueryError(msg)
    uri = f"{model.__collection__}/find"
    query = predicates.dump(Compare("eq", Path(("code",)), code))
    rows: Any = events.event("GET", uri, None, query=query).result or []
    found = convert(rows, list[_Found], uri)
    return found[0].id if found else None
