"""Wrong uses of entities; marked lines are errors."""

from __future__ import annotations

from datetime import UTC, datetime

from skysyn import Accsyn, AccsynSession
from skysyn.accsyn import (
    AnyJob,
    Delivery,
    Folder,
    Invitation,
    JobStatus,
    NewDelivery,
    NewTransfer,
    Place,
    Queue,
    QueueStatus,
    Rights,
    Task,
    TaskStatus,
    Transfer,
    User,
    Volume,
    raw,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def ask() -> None:
    Transfer.query().order_by(Transfer.name)  # error
    Transfer.query().include(Transfer.user)  # error
    Transfer.query().database("_private")  # error
    Transfer.query().count()  # error
    Transfer.query().page()  # error
    Transfer.query().filter(Transfer.name)  # error
    Transfer.query().filter("name=x")  # error
    Transfer.query().parent(3)  # error
    Transfer.query().only("name")  # error
    Transfer.name.like("a%")  # error
    Transfer.name.ilike("a%")  # error
    Transfer.name.contains(3)  # error
    Transfer.size.contains("1")  # error
    Transfer.size.matches("1")  # error
    Transfer.user.matches("x")  # error
    Transfer.created < "2026-01-02"  # error
    Transfer.size > "10"  # error
    Transfer.nope  # error
    Transfer.queue.to.nope  # error
    Transfer.query().filter(Transfer.status == "done")  # error
    Transfer.query().filter(Transfer.status == TaskStatus.DONE)  # error
    Transfer.query().filter(Transfer.size == "1")  # error
    Transfer.query().filter(Transfer.created == 3)  # error
    raw(3)  # error


def write(job: Transfer, queue: Queue, user: User, folder: Folder, task: Task) -> None:
    job.id = "x"  # error
    job.progress = 100  # error
    job.created = NOW  # error
    job.user_hr = "x"  # error
    job.source = "share=a"  # error
    job.user = user  # error
    job.status = "done"  # error
    job.status = QueueStatus.PAUSED  # error
    job.queue = user  # error
    job.settings = {"a": 1}  # error
    queue.priority = "high"  # error
    queue.default = "yes"  # error
    user.code = "x"  # error
    user.logged_in = NOW  # error
    folder.parent = None  # error
    task.size = 3  # error
    task.job = None  # error
    Queue(name=3)  # error
    Queue(id="x")  # error
    Queue(uri="x")  # error
    Transfer(source="a")  # error
    Queue(titel="x")  # error


def call(session: AccsynSession, volume: Volume, user: User, job: Delivery) -> None:
    session.create(Queue(name="a"))  # error
    session.create({"name": "a"})  # error
    delivery: Delivery = session.create(NewTransfer(source="a"))  # error
    session.add_tasks(volume, "a")  # error
    session.add_tasks(job, 3)  # error
    session.remove_files(volume)  # error
    session.access.grant(volume, volume)  # error
    session.access.grant(user, job)  # error
    session.access.grant(user, volume, read=True)  # error
    session.access.add_recipient(user, volume)  # error
    session.servers.assign(job, volume)  # error
    session.files.ls(3)  # error
    session.settings.set("a", 1)  # error
    session.workspace.attributes("job")  # error
    session.workspace.attributes(Folder, "write")  # error
    session.database("_private")  # error
    session.signup(username="x")  # error
    session.roles  # error
    NewTransfer("a")  # error
    NewTransfer(source=3)  # error
    NewDelivery()  # error
    Invitation(code="a@b.example", role="admin")  # error
    Rights(read="yes")  # error
    Place.on("disk", "a")  # error
    Accsyn(3, username="u")  # error
    Accsyn("a", "u", "K")  # error
    AnyJob.ref(3)  # error
    job.wait({"done"})  # error: mypy
    job.wait({JobStatus.DONE}, 5)  # error
