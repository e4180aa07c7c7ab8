"""Working: queues, transfers and their tasks, compute jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .telling import by

if TYPE_CHECKING:
    from .telling import Teller


def jobs(s: Any, tell: Teller) -> None:
    queue = tell("make a queue", s.create, "Queue", {"name": "Rush", "priority": 950})
    tell("change a queue", s.update, "Queue", queue["id"], {"priority": 900})
    job = tell(
        "make a transfer",
        s.create,
        "Transfer",
        {
            "name": "Dailies",
            "source": "share=proj/scd/a.mov",
            "destination": "share=proj/copies/",
            "queue": "rush",
            "status": "paused",
            "metadata": {"external": {"shot": 10}},
        },
    )
    tell(
        "find by name",
        s.find_one,
        'Transfer WHERE name="dailies"',
        attributes=["id", "name", "status", "user", "metadata"],
    )
    tell(
        "find by parent",
        s.find,
        f"Transfer WHERE parent={queue['id']}",
        attributes=["name"],
    )
    tell(
        "add a task",
        s.create,
        "Task",
        {
            "source": "share=proj/scd/b.mov",
            "destination": "share=proj/copies/",
            "uri": "second",
        },
        job["id"],
    )
    tell(
        "tasks",
        s.find,
        "Task",
        entityid=job["id"],
        attributes=["uri", "status", "size", "source"],
    )
    tasks = s.find("Task", entityid=job["id"])
    tell(
        "hold a task",
        s.update_many,
        "task",
        job["id"],
        [{"id": tasks[0]["id"], "status": "onhold"}],
    )
    tell(
        "tasks on hold",
        s.find,
        "Task WHERE status=onhold",
        entityid=job["id"],
        attributes=["uri"],
    )
    tell(
        "let it go",
        s.update_many,
        "task",
        job["id"],
        [{"uri": tasks[0]["uri"], "status": "queued", "priority": 900}],
    )
    tell(
        "wrong status of a task",
        s.update_many,
        "task",
        job["id"],
        [{"uri": "0", "status": "executing"}],
    )
    tell(
        "wrong status of a job", s.update, "Transfer", job["id"], {"status": "running"}
    )
    s.update("Transfer", job["id"], {"status": "waiting"})
    tell.until(
        "done", lambda: s.get_entity("Transfer", job["id"]), by("status", "done")
    )
    tell("copied", s.ls, "share=proj/copies")
    tell("no longer active", s.find, "Transfer", attributes=["name"])
    tell(
        "finished",
        s.find,
        "Transfer WHERE status=done",
        finished=True,
        attributes=["name", "progress", "size", "status"],
    )
    tell(
        "found alone",
        s.find_one,
        "Transfer WHERE name=dailies",
        attributes=["name", "status"],
    )
    tell("report", lambda: isinstance(s.report(f"Transfer WHERE id={job['id']}"), str))
    tell(
        "metrics",
        lambda: isinstance(
            s.metrics(f"Transfer WHERE id={job['id']}", attributes=["speed"]), dict
        ),
    )
    tell(
        "logs of a job",
        lambda: sorted(s.logs("transfer", job["id"], sort_reverse=True)),
    )
    missing = tell(
        "a source that is not there",
        s.create,
        "Transfer",
        {"source": "share=proj/nowhere.mov", "destination": "share=proj/copies/"},
    )
    tell.until(
        "failed",
        lambda: s.get_entity("Transfer", missing["id"]),
        by("status", "failed"),
    )
    tell(
        "failed tasks",
        s.find,
        "Task WHERE status=failed",
        entityid=missing["id"],
        attributes=["status", "uri"],
    )
    mended(s, tell, missing)
    tell("delete a job", s.delete_one, "Transfer", missing["id"], {"force": True})
    tell("deleted", s.get_entity, "Transfer", missing["id"])
    running(s, tell)
    tell(
        "tasks by name",
        s.create,
        "Transfer",
        {
            "tasks": {
                "sh0010": {
                    "source": "share=proj/scd/a.mov",
                    "destination": "share=proj/c/a.mov",
                },
                "sh0020": {
                    "source": "share=proj/scd/b.mov",
                    "destination": "share=proj/c/b.mov",
                },
            },
            "status": "paused",
        },
    )
    tell(
        "from a list",
        s.create,
        "Transfer",
        [
            {
                "source": "share=proj/scd/a.mov",
                "destination": "share=proj/d/",
                "status": "onhold",
            }
        ],
    )
    tell(
        "from text",
        s.create,
        "Transfer",
        '{"source": "share=proj/scd/b.mov", "destination": "share=proj/e/", '
        '"status": "paused"}',
    )
    tell(
        "duplicates",
        s.create,
        "Transfer",
        {
            "source": "share=proj/scd/b.mov",
            "destination": "share=proj/e/",
            "status": "paused",
        },
        allow_duplicates=True,
    )
    large = {
        "source": "share=proj/scd/a.mov",
        "destination": "share=proj/f/",
        "status": "paused",
        "metadata": {"internal": {"text": "x" * 120_000}},
    }
    tell(
        "large data",
        lambda: len(s.create("Transfer", large)["metadata"]["internal"]["text"]),
    )
    tell("delete a queue", s.delete_one, "Queue", queue["id"])
    compute = tell(
        "compute",
        s.create,
        "Compute",
        {
            "engine": "builtin-accsyn-utility",
            "input": "share=proj/scd/a.mov",
            "output": "share=proj/out",
            "range": "1-10",
            "status": "paused",
        },
    )
    tell(
        "abort a compute job", s.update, "Compute", compute["id"], {"status": "aborted"}
    ) if compute else None
    tell.here("make nothing", s.create, "Transfer", {})


def mended(s: Any, tell: Teller, missing: Any) -> None:
    s.mkdir("share=proj/nowhere.mov")
    tell(
        "retry what failed",
        lambda: s.update("Transfer", missing["id"], {"status": "waiting"})["status"],
    )
    tell.until(
        "found by now",
        lambda: s.get_entity("Transfer", missing["id"]),
        by("status", "done"),
    )


def running(s: Any, tell: Teller) -> None:
    job = s.create(
        "Transfer",
        {
            "name": "Huge",
            "source": "share=proj/huge.bin",
            "destination": "site=roaming",
        },
    )
    tell.until(
        "running",
        lambda: {"status": s.get_entity("Transfer", job["id"])["status"]},
        by("status", "running"),
    )
    shown = s.get_entity("Transfer", job["id"])
    tell(
        "figures while running",
        lambda: [
            shown["size"],
            0 <= shown["progress"] < 100,
            shown["speed"] > 0,
            bool(shown["etr"]),
        ],
    )
    tell(
        "pause", lambda: s.update("Transfer", job["id"], {"status": "paused"})["status"]
    )
    first = s.get_entity("Transfer", job["id"])["progress"]
    tell("paused", lambda: s.get_entity("Transfer", job["id"])["progress"] == first)
    tell(
        "resume",
        lambda: s.update("Transfer", job["id"], {"status": "waiting"})["status"],
    )
    tell(
        "abort",
        lambda: s.update("Transfer", job["id"], {"status": "aborted"})["status"],
    )
    tell(
        "aborted",
        s.find,
        "Transfer WHERE status=aborted",
        finished=True,
        attributes=["name", "status"],
    )
