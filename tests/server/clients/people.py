"""The story's beginning: users, record types, and records that are saved."""

from __future__ import annotations

from datetime import UTC, datetime

from .container import (
    HERE,
    Client,
    ada,
    bob,
    checked,
    encoding,
    eve,
    master,
    record,
    ref,
)
from .steps import know, refused, same, step


@step
def sign_up_with_a_username() -> None:
    params = {"auth_data": {"username": "ada"}, "password": "secret"}
    profile = ada.signup(profile={"town": "London"}, **params)
    same((profile["username"], profile["town"]), ("ada", "London"))


@step
def sign_up_with_an_email_address() -> None:
    data = {"email": "bob@example.com"}
    same(bob.signup(auth_data=data, password="secret")["email"], data["email"])


@step
def sign_up_without_a_name() -> None:
    same("username" in eve.signup(), False)


@step
def a_taken_name_is_refused() -> None:
    data = {"username": "ADA"}
    refused(109, Client().signup, auth_data=data, password="other")


@step
def ask_who_one_is() -> None:
    same(ada.enter("me")["_id"], f"user/{ada.user_id}")


@step
def log_out() -> None:
    know.token = bob.container.access_token
    bob.ask("auth:logout")
    bob.container.access_token = None


@step
def nobody_may_save() -> None:
    refused(101, bob.save, "note/x", title="x")


@step
def a_session_that_ended_is_refused() -> None:
    bob.container.access_token = know.token
    refused(104, bob.enter, "me")


@step
def a_wrong_password_is_refused() -> None:
    refused(105, bob.login, "wrong", email="bob@example.com")


@step
def a_user_who_does_not_exist_is_refused() -> None:
    refused(110, bob.login, "secret", username="nobody")


@step
def a_wrong_key_is_refused() -> None:
    refused(103, Client("wrong").login, "secret", username="ada")


@step
def log_in() -> None:
    bob.container.access_token = None
    same(bob.login("secret", email="bob@example.com")["_id"], f"user/{bob.user_id}")


@step
def change_the_password() -> None:
    passwords = {"old_password": "secret", "password": "better"}
    refused(105, ada.ask, "auth:password", old_password="wrong", password="x")
    ada.enter("auth:password", **passwords)
    ada.login("better", username="ada")


@step
def reset_a_password() -> None:
    master.ask("auth:reset_password", auth_id=bob.user_id, password="new")
    bob.login("new", email="bob@example.com")


@step
def a_disabled_user_may_not_log_in() -> None:
    master.ask("auth:disable:set", auth_id=bob.user_id, disabled=True, message="wait")
    refused(127, bob.login, "new", email="bob@example.com")
    master.ask("auth:disable:set", auth_id=bob.user_id, disabled=False)
    bob.login("new", email="bob@example.com")


@step
def make_a_record_type() -> None:
    fields = [{"name": "nam", "type": "string"}, {"name": "age", "type": "integer"}]
    made = master.ask("schema:create", record_types={"author": {"fields": fields}})
    same(made["record_types"]["author"]["fields"], fields[::-1])


@step
def rename_a_field() -> None:
    params = {"record_type": "author", "item_name": "nam", "new_name": "name"}
    made = master.ask("schema:rename", **params)["record_types"]["author"]["fields"]
    same([field["name"] for field in made], ["age", "name"])


@step
def delete_a_field() -> None:
    master.ask("schema:delete", record_type="author", item_name="age")
    made = master.ask("schema:fetch")["record_types"]["author"]["fields"]
    same(made, [{"name": "name", "type": "string"}])


@step
def save_values_of_every_type() -> None:
    ada.save("author/ann", name="Ann")
    ada.save("author/ben", name="Ben")
    know.values = {
        "text": "naïve ☃",
        "whole": 7,
        "part": 2.5,
        "yes": True,
        "no": False,
        "list": [1, "two", None],
        "map": {"a": {"b": [1]}},
        "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "here": HERE,
        "author": ref("author/ann"),
    }
    saved = ada.save("value/v1", **know.values)
    same((saved.owner_id, saved.created_by), (ada.user_id, ada.user_id))


@step
def read_values_of_every_type() -> None:
    found = ada.get("value/v1").data
    # its own classes for ids and places are equal by what they hold, but not all
    wire = encoding.serialize_value
    same({k: wire(v) for k, v in found.items()}, wire(know.values))


@step
def an_update_keeps_what_is_not_sent() -> None:
    ada.save("value/v1", whole=8)
    found = ada.get("value/v1")
    same((found["whole"], found["text"]), (8, "naïve ☃"))


@step
def a_field_is_emptied() -> None:
    ada.save("value/v1", part=None)
    same("part" in ada.get("value/v1"), False)


@step
def a_value_of_another_type_is_refused() -> None:
    refused(114, ada.save, "value/v2", whole="seven")


@step
def records_are_numbered() -> None:
    # py-skygear has no class for it, so its users send the literal
    numbers = [{"$type": "seq"}, 41, {"$type": "seq"}]
    saved = [ada.save(f"issue/i{i}", no=no)["no"] for i, no in enumerate(numbers)]
    same(saved, [1, 41, 42])


@step
def a_number_twice_is_refused() -> None:
    refused(109, ada.save, "issue/i9", no=41)


@step
def some_of_a_batch_fail() -> None:
    ada.save("paper/locked", [], text="locked")
    batch = [record("author/ann", name="Anna"), record("paper/locked", text="mine")]
    done, failed = checked(bob.public.save(batch))
    same((done["name"], failed["code"]), ("Anna", 102))


@step
def an_atomic_batch_is_whole_or_nothing() -> None:
    batch = [record("author/ann", name="X"), record("paper/locked", text="mine")]
    answer = bob.public.save(batch, atomic=True)
    same(answer["error"]["code"], 115)
    same(ada.get("author/ann")["name"], "Anna")
