from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given

from skysyn import ACL, JSON
from skysyn.dialects.skygear import access
from skysyn.errors import ConversionError
from skysyn.models import RelationGrant

from .models import Sample, received
from .strategies import acls


@given(acls)
def test_access_lists_load_as_they_were_dumped(acl: ACL) -> None:
    assert access.load(access.dump(acl)) == acl


@given(acls)
def test_records_hold_the_access_list_they_came_with(acl: ACL) -> None:
    assert received(Sample, {"_access": access.dump(acl)}).acl == acl


def test_no_list_and_an_empty_list_are_not_confused() -> None:
    assert [access.dump(None), access.dump(ACL())] == [None, []]
    assert [access.load(None), access.load([])] == [None, ACL()]


@pytest.mark.parametrize(
    ("acl", "entries"),
    [
        (ACL.public_read(), [{"public": True, "level": "read"}]),
        (ACL.public_write(), [{"public": True, "level": "write"}]),
        (ACL().role("boss", "write"), [{"role": "boss", "level": "write"}]),
        (ACL().user("u-7", "read"), [{"user_id": "u-7", "level": "read"}]),
        (ACL().relation("friend", "read"), [{"relation": "friend", "level": "read"}]),
        (
            ACL((RelationGrant("$direct", "read", "u-7"),)),
            [{"relation": "$direct", "user_id": "u-7", "level": "read"}],
        ),
        (
            ACL.public_read().public("read"),
            [{"public": True, "level": "read"}, {"public": True, "level": "read"}],
        ),
    ],
)
def test_grants_have_the_documented_form(acl: ACL, entries: JSON) -> None:
    assert access.dump(acl) == entries
    assert access.load(entries) == acl


def test_what_entries_say_beyond_the_grant_is_ignored() -> None:
    entries = [{"public": True, "level": "read", "foo": 1}]

    assert access.load(entries) == ACL.public_read()


def test_entries_that_grant_to_nobody_are_left_out() -> None:
    entries = [{"public": False, "level": "write"}, {"role": "boss", "level": "read"}]

    assert access.load(entries) == ACL().role("boss", "read")


@pytest.mark.parametrize(
    "entries",
    [
        "public",
        {"public": True, "level": "read"},
        ["public"],
        [{"public": True}],
        [{"public": True, "level": "admin"}],
        [{"role": 5, "level": "read"}],
    ],
)
def test_what_is_no_list_of_entries_is_refused(entries: Any) -> None:
    with pytest.raises(ConversionError, match="not an access control list"):
        access.load(entries)


def test_an_unknown_level_is_refused() -> None:
    level: Any = "writ"

    for grant in (
        ACL().public,
        partial(ACL().role, "editor"),
        partial(ACL().user, "u-1"),
        partial(ACL().relation, "friend"),
    ):
        with pytest.raises(ConversionError, match=r"'writ' is no level of access"):
            grant(level)
