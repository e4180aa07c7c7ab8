"""The story of version 3: every method of the official client 3.4.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .looking import looking
from .people import people
from .sending import parcels
from .setting import older_names, settings
from .sharing import servers, shares
from .storing import storage
from .telling import run
from .working import jobs

if TYPE_CHECKING:
    from .telling import Teller


def all_of_it(s: Any, tell: Teller) -> None:
    looking(s, tell)
    kim = people(s, tell)
    storage(s, tell)
    shares(s, tell, kim)
    servers(s, tell)
    jobs(s, tell)
    parcels(s, tell, kim)
    settings(s, tell)
    older_names(s, tell, kim)


if __name__ == "__main__":
    run(all_of_it)
