"""Signing up and logging in: what is refused first, and what is noted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .asking import Asker


def test_logging_in_changes_a_profile_in_the_name_of_its_user(
    ada: Asker, bob: Asker
) -> None:
    profile = f"user/{ada.user_id}"
    [by_bob] = bob.save({"_id": profile, "nick": "A"})

    ada.result("auth:login", auth_data={"username": "ada"}, password="secret")
    [by_ada] = bob.result("record:fetch", ids=[profile])

    assert (by_bob["_updated_by"], by_ada["_updated_by"]) == (bob.user_id, ada.user_id)
    assert by_ada["_updated_at"] == by_ada["last_login_at"]["$date"]


def test_signing_up_a_field_twice_is_refused_before_a_password_is_missed(
    anyone: Asker,
) -> None:
    wanted = {"auth_data": {"username": "a"}, "profile": {"username": "b"}}

    error = anyone.ask("auth:signup", **wanted)["error"]

    assert (error["code"], error["info"]) == (108, {"arguments": ["username"]})
