"""Sent: a record as it is when a save sends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from skysyn.errors import ConversionError
from skysyn.models import ACL, Row, Snapshot, separate

from .fetching import id_of

if TYPE_CHECKING:
    from skysyn.models import Model, Origin


class Sent(msgspec.Struct, frozen=True, gc=False):
    """What a save says of a record, and what the record held at that moment."""

    row: Row
    held: Snapshot

    @classmethod
    def of(cls, instance: Model) -> Sent:
        """Return what a save says of *instance*: what changed, or all that is set.

        Raises:
            ConversionError: a field holds a value it cannot.
        """
        # what is assigned in between is sent, and for later a change: never forgotten
        held = Snapshot.of(instance)
        return cls(_row(instance), held)

    def take_over(self, instance: Model, wire: bytes, origin: Origin) -> None:
        """Let *instance* hold what was answered, and what was assigned since."""
        later = self.held.changes(instance)
        instance.__sky_load__(wire, origin)
        for name, value in later.items():
            setattr(instance, name, value)


def _row(instance: Model) -> Row:
    """Return what changed in *instance*, or all that is set, in copies."""
    changes = dict(instance.changes)
    fields = type(instance).__sky_fields__
    sets_access = False
    access: ACL | None = None
    if "acl" in changes and fields["acl"].spec.kind == "acl":
        held = changes.pop("acl")
        access = held if isinstance(held, ACL) else None
        sets_access = access is not None
        if access is None and instance.is_stored:
            raise _no_way_back(instance)
    sent = {
        fields[name].wire: separate(value)
        for name, value in changes.items()
        # null for a column that does not exist yet would fail the record
        if value is not None or instance.is_stored
    }
    return Row(id_of(instance), sent, access, sets_access)


def _no_way_back(instance: Model) -> ConversionError:
    model = type(instance).__name__
    msg = (
        f"{model}.acl of {instance.ref_id} cannot go back to None once it is a list: "
        "the service keeps the old one. Assign a list, such as ACL.owner_only()"
    )
    return ConversionError(msg, model=model, field="acl", record=instance.ref_id)
