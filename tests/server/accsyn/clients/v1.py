"""The story of version 1: what the official client 1.4.1 does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .older import keys, looking, people, storing, working
from .telling import run

if TYPE_CHECKING:
    from .telling import Teller


def all_of_it(s: Any, tell: Teller) -> None:
    looking(s, tell)
    tell("who am i", s.find_one, "User")
    people(s, tell)
    storing(s, tell)
    working(s, tell)
    keys(s, tell)


if __name__ == "__main__":
    run(all_of_it)
