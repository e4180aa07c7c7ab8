"""The story of version 2: what the official client 2.2.1 does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .older import keys, looking, people, storing, working
from .telling import run

if TYPE_CHECKING:
    from .telling import Teller


def changing_files(s: Any, tell: Teller) -> None:
    tell("filters", s.ls, "share=proj/scd", include=["*.MOV"], exclude="*.tmp")
    tell("size of some", s.getsize, "share=proj", include="*.mov")
    tell("make a folder", s.mkdir, "share=proj/new")
    tell("make it again", s.mkdir, "share=proj/new")
    tell("rename", s.rename, "share=proj/new", "share=proj/newer")
    tell("move", s.mv, "share=proj/newer", "share=proj/empty/newer")
    # its own mistake: it asks for a folder
    tell("rm makes a folder", s.rm, "share=proj/removed")


def serving(s: Any, tell: Teller) -> None:
    volume = s.find_one("Volume WHERE code=proj")
    server = s.find_one("Server")
    pair = {"share": volume["id"], "client": server["id"], "main": True}
    tell("assignments", s.assignments, "Share", volume["id"])
    tell("deassign", s.deassign, "Share", "server", pair)
    tell("no assignments", s.assignments, "Share", volume["id"])
    tell("assign", s.assign, "Share", "server", pair)
    tell("assigned", s.assignments, "Share", volume["id"])


def setting(s: Any, tell: Teller, kim: Any) -> None:
    tell("a setting", s.get_setting, "transfer_speedlimit")
    tell("set it", s.set_setting, "transfer_speedlimit", "50")
    tell("it is set", s.get_setting, "transfer_speedlimit")
    queue = s.find_one("Queue WHERE default=true")
    tell(
        *("set one of a queue", s.set_setting, "compute_avoid", "disable"),
        scope="queue",
        entity_id=queue["id"],
    )
    tell("an integration", s.integration, "ftrack", "sync", {"a": 1})
    tell("deactivate", s.offline_one, "User", kim["id"])
    tell("offline", s.find, "User", offline=True, attributes=["code"])
    tell("update", s.update, "Queue", queue["id"], {"description": "the default"})
    large = {
        "code": "large",
        "source": "share=proj/scd/a.mov",
        "destination": "share=proj/f/",
        "status": "paused",
        "metadata": {"internal": {"text": "x" * 120_000}},
    }
    tell("large data", lambda: s.create("Job", large)["status"])
    query = "Job WHERE code=large"
    tell("metrics", lambda: isinstance(s.metrics(query), dict))


def all_of_it(s: Any, tell: Teller) -> None:
    looking(s, tell)
    kim = people(s, tell)
    storing(s, tell)
    changing_files(s, tell)
    working(s, tell)
    serving(s, tell)
    setting(s, tell, kim)
    keys(s, tell)


if __name__ == "__main__":
    run(all_of_it)
