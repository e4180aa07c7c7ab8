"""Entities, their queries and sessions; every line is right."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import assert_type

from skysyn import (
    JSON,
    Accsyn,
    AccsynSession,
    Entity,
    EntityQuery,
    Field,
    Predicate,
    Ref,
    Report,
    connect,
    field,
)
from skysyn.accsyn import (
    Acl,
    Availability,
    Client,
    ClientType,
    Delivery,
    Engine,
    File,
    FileEntry,
    Folder,
    Invitation,
    JobStatus,
    NewDelivery,
    NewTask,
    NewTransfer,
    Party,
    Place,
    Queue,
    QueueStatus,
    Recipient,
    Rights,
    Role,
    Server,
    Session,
    Share,
    Task,
    TaskStatus,
    Transfer,
    User,
    Volume,
    raw,
)
from skysyn.models import DateExpr, DictExpr, Expr, NumExpr, RefExpr, TextExpr

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Shot(Entity, type="transfer"):
    name: Field[str]
    note: Field[str | None] = field(default=None)


def kinds() -> None:
    assert_type(Shot.name, TextExpr[str])
    assert_type(Shot.id, TextExpr[str])
    assert_type(Transfer.name, TextExpr[str | None])
    assert_type(Transfer.user_hr, TextExpr[str | None])
    assert_type(Transfer.size, NumExpr[int | None])
    assert_type(Transfer.speed, NumExpr[float | None])
    assert_type(Transfer.created, DateExpr[datetime | None])
    assert_type(Transfer.status, Expr[JobStatus | None, JobStatus])
    assert_type(Transfer.user, RefExpr[Ref[User] | None, User])
    assert_type(Transfer.queue, RefExpr[Ref[Queue] | None, Queue])
    assert_type(Transfer.metadata, DictExpr[dict[str, JSON] | None, JSON])
    assert_type(Client.type, Expr[ClientType | None, ClientType])
    assert_type(Transfer.queue.to.name, TextExpr[str | None])


def compare(user: User, queue: Queue) -> None:
    assert_type(Transfer.name == "x", Predicate)
    assert_type(Transfer.name.contains("x"), Predicate)
    assert_type(Transfer.name.matches("x.*"), Predicate)
    assert_type(Transfer.name.is_in(["a"]), Predicate)
    assert_type(Transfer.size > 10, Predicate)
    assert_type(Transfer.created < NOW, Predicate)
    assert_type(Transfer.status == JobStatus.DONE, Predicate)
    assert_type(Transfer.status.is_in([JobStatus.DONE]), Predicate)
    assert_type(Transfer.user == user, Predicate)
    assert_type(Transfer.user == "66b1f0c2a4d3e5f601234567", Predicate)
    assert_type(Transfer.parent == queue, Predicate)
    assert_type(~(Transfer.name == "x") | (Transfer.size > 1), Predicate)
    assert_type(Task.status != TaskStatus.DONE, Predicate)
    assert_type(Queue.default == True, Predicate)


def ask(session: AccsynSession, job: Transfer) -> None:
    query = Transfer.query()
    assert_type(query, EntityQuery[Transfer])
    assert_type(query.filter(raw("name='x'")), EntityQuery[Transfer])
    assert_type(query.limit(5).offset(5), EntityQuery[Transfer])
    assert_type(query.only(Transfer.name, Transfer.user), EntityQuery[Transfer])
    assert_type(query.finished().archived(False), EntityQuery[Transfer])
    assert_type(User.query().inactive(), EntityQuery[User])
    assert_type(Task.query(session).parent(job), EntityQuery[Task])
    assert_type(query.all(), list[Transfer])
    assert_type(query.first(), Transfer | None)
    assert_type(query.find_one(), Transfer | None)
    assert_type(query.one(), Transfer)
    assert_type(query.exists(), bool)
    assert_type(session.query(Delivery), EntityQuery[Delivery])
    assert_type(session.get(Transfer, "66b1f0c2a4d3e5f601234567"), Transfer)


def read(job: Transfer, task: Task, client: Client, acl: Acl, user: User) -> None:
    assert_type(job.id, str)
    assert_type(job.status, JobStatus | None)
    assert_type(job.created, datetime | None)
    assert_type(job.metadata, dict[str, JSON] | None)
    assert_type(job.source_party, Party | None)
    assert_type(job.wait({JobStatus.DONE}, timeout=5), Transfer)
    assert_type(task.source, dict[str, JSON] | None)
    assert_type(client.type, ClientType | None)
    assert_type(acl.read, bool | None)
    assert_type(user.role, Role | None)
    assert_type(job.save(), Transfer)


def write(job: Transfer, queue: Queue, volume: Volume, client: Client) -> None:
    job.status = JobStatus.PAUSED
    job.name = None
    job.queue = queue
    job.queue = Queue.ref("66b1f0c2a4d3e5f601234567")
    job.settings = {"a": "b"}
    queue.status = QueueStatus.PAUSED
    volume.paths = {"linux": "/mnt/a"}
    volume.status = Availability.DISABLED
    client.description = "x"


def call(session: AccsynSession, volume: Volume, user: User, job: Delivery) -> None:
    assert_type(session.create(NewTransfer(source="a", destination="b")), Transfer)
    assert_type(session.create(NewDelivery(name="a")), Delivery)
    assert_type(session.create(Invitation(code="a@b.example")), User)
    assert_type(session.create_all(NewTransfer(tasks=["a"])), list[Transfer])
    assert_type(session.add_tasks(job, NewTask(source=Place("a")), "b"), list[Task])
    assert_type(session.save(Queue(name="a", priority=5)), Report[Queue])
    assert_type(session.access.grant(user, volume, Rights(write=False)), Acl)
    assert_type(session.access.of_share(Share.ref("x")), list[Acl])
    assert_type(session.access.revoke("a@b.example", volume), int)
    assert_type(session.access.recipients(job), list[Recipient])
    assert_type(session.files.ls(Place.on("share", "p")), list[FileEntry])
    assert_type(session.files.exists("share=p"), bool)
    assert_type(session.servers.assign(volume, Server.ref("x")), bool)
    assert_type(session.workspace.attributes(Folder, "create"), list[str])
    assert_type(session.settings.get("a", of=volume), JSON)
    assert_type(session.workspace.report(Engine, Engine.code == "x"), str)
    assert_type(Place.on("volume", "p") / "a", Place)


def connecting() -> None:
    assert_type(connect(Accsyn("a", username="u", api_key="K")), AccsynSession)
    assert_type(Session("a", "u", "K").typed, AccsynSession)
    assert_type(File.query().parent("x"), EntityQuery[File])
