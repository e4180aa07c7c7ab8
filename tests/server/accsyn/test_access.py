"""Access: grants to shares, recipients of deliveries, servers of volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import accsyn as a
from skysyn.errors import NotFound

from .world import STANDARD

if TYPE_CHECKING:
    from skysyn import AccsynSession


def test_access_of_somebody_invited_becomes_theirs(kim: AccsynSession) -> None:
    volume = kim.query(a.Volume).one()
    pending = kim.access.grant("lee@x.example", volume)
    assert (pending.entity, pending.entity_hr) == (
        "user:lee@x.example",
        "lee@x.example",
    )

    lee = kim.create(a.Invitation(code="lee@x.example"))
    [acl] = kim.access.of_share(volume)
    assert (acl.id, acl.entity) == (pending.id, f"user:{lee.id}")


def test_a_second_grant_changes_the_first(kim: AccsynSession) -> None:
    volume = kim.query(a.Volume).one()
    first = kim.access.grant(STANDARD, volume)
    second = kim.access.grant(STANDARD, volume, a.Rights(write=False))
    kim.access.grant(STANDARD, volume, a.Rights(path="scd"))

    assert (first.id, second.write) == (second.id, False)
    assert [acl.path for acl in kim.access.of_share(volume)] == ["/", "/scd"]
    assert kim.access.revoke(STANDARD, volume) == 2


def test_access_below_a_volume_is_told_too(kim: AccsynSession) -> None:
    volume = kim.query(a.Volume).one()
    folder = kim.create(a.NewFolder(name="F", path="scd"))
    kim.access.grant(STANDARD, folder)

    assert kim.access.of_share(volume) == []
    assert len(kim.access.of_share(volume, recursive=True)) == 1


def test_recipients_are_users_or_invited(kim: AccsynSession) -> None:
    job = kim.create(a.NewDelivery(name="D"))
    assert kim.access.add_recipient(STANDARD, job) is True
    kim.access.add_recipient("lee@x.example", job)

    found = [(r.name, r.has_acted) for r in kim.access.recipients(job)]
    assert sorted(found) == [("lee@x.example", False), (STANDARD, False)]
    assert kim.access.remove_recipient("lee@x.example", job) is True
    with pytest.raises(NotFound):
        kim.access.add_recipient("ann@x.example", job, invite=False)


def test_servers_are_assigned_to_volumes(kim: AccsynSession) -> None:
    volume, server = kim.query(a.Volume).one(), kim.query(a.Server).one()

    assert [one["client"] for one in kim.servers.of_volume(volume)] == [server.id]
    assert kim.servers.unassign(volume, server) is True
    assert kim.servers.unassign(volume, server) is False
    assert kim.servers.assign(volume, server) is True
