"""What clients of version 1 of the API do, whichever release they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .telling import by, open_session

if TYPE_CHECKING:
    from .telling import Teller


def looking(s: Any, tell: Teller) -> None:
    tell("attributes", s.find, "attributes WHERE entitytype=job")
    tell(
        "attributes to create", s.find, "attributes WHERE entitytype=user", create=True
    )
    tell(
        "attributes to update", s.find, "attributes WHERE entitytype=queue", update=True
    )
    tell("queues", s.find, "Queue")
    tell("a queue", s.find_one, "Queue WHERE code=high")
    tell("sites", s.find, "Site")
    tell("volumes", s.find, "Volume", attributes=["code", "default", "status"])
    tell("shares", s.find, "Share", attributes=["code", "status"])
    tell("me", s.find_one, "User WHERE role=admin")
    tell("nobody", s.find_one, "User WHERE code=nobody@acme.example")
    tell("servers", s.find, "Server", attributes=["code", "status"])
    tell("no jobs", s.find, "Job")
    tell("unknown type", s.find, "Spaceship")
    tell("unknown attribute", s.find, "User WHERE shoesize=44")
    tell.here("two words", s.find, "Job status=failed")


def people(s: Any, tell: Teller) -> Any:
    kim = {"code": "Kim@Acme.example", "role": "employee", "mail": False}
    found = tell("invite", s.create, "User", kim)
    tell("invite again", s.create, "User", {"code": "kim@acme.example"})
    lee = {"code": "lee@vendor.example", "role": "standard", "mail": False}
    tell("invite a customer", s.create, "User", lee)
    tell("find by case", s.find_one, "User WHERE code=KIM@ACME.EXAMPLE")
    tell("wildcard", s.find, 'User WHERE code="*@vendor.example"', attributes=["code"])
    nested = "User WHERE (role=employee OR role=standard) AND status<>disabled"
    tell("nested", s.find, nested, attributes=["code"])
    tell("page", s.find, "User", limit=1, skip=1, attributes=["code"])
    said = {"description": "Größe 5 'quoted' \"twice\""}
    tell("change a user", s.update_one, "User", found["id"], said)
    tell("wrong status", s.update_one, "User", found["id"], {"status": "sleeping"})
    tell.here("change nothing", s.update_one, "User", found["id"], {})
    return found


def storing(s: Any, tell: Teller) -> None:
    tell("root", s.ls, "share=proj")
    tell("default volume", s.ls, "share=(default)/scd")
    tell("recursive", s.ls, "volume=proj/scd", recursive=True)
    tell("tree", s.ls, "share=proj", recursive=True, maxdepth=2, getsize=True)
    tell("folders only", s.ls, "share=proj", directories_only=True)
    tell("files only", s.ls, "share=proj", files_only=True)
    tell("several paths", s.ls, ["share=proj/scd", "share=proj/empty"])
    tell("size", s.getsize, "share=proj/scd")
    tell("is there", s.exists, "share=proj/scd/a.mov")
    tell("is not there", s.exists, "share=proj/nowhere")
    tell("lead out", s.ls, "share=proj/../..")
    tell("unusual names", s.ls, "share=proj/Jönsson & Co #1?+%")
    tell("unknown share", s.ls, "share=nosuch")


def working(s: Any, tell: Teller) -> None:
    queue = tell("make a queue", s.create, "Queue", {"name": "Rush", "priority": 950})
    tell("change a queue", s.update_one, "Queue", queue["id"], {"priority": 900})
    job = tell(
        "make a job",
        s.create,
        "Job",
        {
            "code": "Dailies",
            "source": "share=proj/scd/a.mov",
            "destination": "share=proj/copies/",
            "queue": "rush",
            "status": "paused",
        },
    )
    shown = ["id", "name", "status", "user"]
    tell("by code", s.find, 'Job WHERE code="dailies"', attributes=shown)
    task = {"source": "share=proj/scd/b.mov", "destination": "share=proj/copies/"}
    tell("add a task", s.create, "Task", task, job["id"])
    named = f"Task WHERE job.id={job['id']}"
    tell("tasks", s.find, named, attributes=["uri", "status", "size"])
    tasks = s.find(named)
    hold = [{"id": tasks[0]["id"], "status": "onhold"}]
    tell("hold a task", s.update_many, "task", hold, job["id"])
    held = f"{named} AND status=onhold"
    tell("tasks on hold", s.find, held, attributes=["uri"])
    let_go = [{"uri": tasks[0]["uri"], "status": "queued"}]
    tell("let it go", s.update_many, "task", let_go, job["id"])
    tell("wrong status", s.update_one, "Job", job["id"], {"status": "running"})
    s.update_one("Job", job["id"], {"status": "waiting"})
    done = f"Job WHERE id={job['id']}"
    tell.until(
        "done", lambda: s.find_one(done) or finished(s, done), by("status", "done")
    )
    tell("copied", s.ls, "share=proj/copies")
    tell("no longer active", s.find, "Job", attributes=["name"])
    tell("finished", s.find, "Job WHERE status=done", finished=True, attributes=shown)
    tell("report", lambda: isinstance(s.report(done), str))
    tell("delete a job", s.delete_one, "Job", job["id"])
    tell("delete a queue", s.delete_one, "Queue", queue["id"])
    tell.here("make nothing", s.create, "Job", {})


def finished(s: Any, query: str) -> Any:
    found = s.find(query, finished=True)
    return found[0] if found else None


def keys(s: Any, tell: Teller) -> None:
    files = [{"id": "a", "filename": "f.mov", "size": 10}]
    tell("publish", s.prepublish, files)
    tell("api key", s.get_api_key)
    tell("gui", s.gui_is_running)
    tell("server", s.server_is_running)
    tell("no last message", s.get_last_message)
    tell("hostname", s.get_hostname)
    tell("a dump as text", s.str, {"a": [1, None]})
    tell("help", lambda: s.help() and None)
    session_key = s.get_session_key()
    # for a day of the server's, whose time passes two hundred times as fast as ours
    made = s.generate_session_key(86_400)
    tell("session keys", lambda: [bool(session_key), bool(made), made != session_key])
    other, _ = open_session(api_key=None, session_key=made)
    tell("by a session key", other.find_one, "User WHERE role=admin")
    by_password, _ = open_session(api_key=None, pwd="the-password")
    tell("by a password", by_password.find_one, "Queue", attributes=["code"])
    refused = "nothing"
    try:
        open_session(api_key="wrong")
    except Exception as error:
        refused = str(error)
    tell("by a wrong key", lambda: "invalid credentials" in refused.lower())
