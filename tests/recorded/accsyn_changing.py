"""The recorded calls that make, change, assign and delete entities."""

from __future__ import annotations

from datetime import UTC, date, datetime

from skysyn import AccsynSession, accsyn
from skysyn.accsyn import (
    AnyJob,
    Collection,
    File,
    Invitation,
    JobStatus,
    NewDelivery,
    NewTask,
    NewTransfer,
    Place,
    Queue,
    Server,
    Task,
    Transfer,
    User,
    Volume,
)
from skysyn.models import Origin
from tests.accsyn.stub import ENTITY, JOB, SERVER, TASK, USER, VOLUME

from .accsyn_call import MANY, Call


def _saved(session: AccsynSession) -> object:
    job = Transfer.__sky_make__(f'{{"id":"{ENTITY}"}}'.encode(), Origin(session))
    job.status = JobStatus.WAITING
    return job.save()


def _saved_task(session: AccsynSession) -> object:
    task = Task.__sky_make__(f'{{"id":"{TASK}"}}'.encode(), Origin(session, JOB))
    task.status = accsyn.TaskStatus.ON_HOLD
    return task.save()


def _deleted(session: AccsynSession) -> object:
    return session.delete(Transfer.ref(ENTITY))


def _forced(session: AccsynSession) -> None:
    job = Transfer.__sky_make__(f'{{"id":"{ENTITY}"}}'.encode(), Origin(session))
    session.delete_by_force(job)


CHANGING: dict[str, Call] = {
    "create('Transfer', {...})": (
        lambda s: s.create(
            "Transfer",
            {
                "source": "share=myproject/TRAILER.mov",
                "destination": "/Volumes/EDIT/",
                "status": "paused",
            },
        ),
        lambda s: s.create(
            NewTransfer(
                source=Place.on("share", "myproject") / "TRAILER.mov",
                destination="/Volumes/EDIT/",
                status=JobStatus.PAUSED,
            )
        ),
    ),
    "create('Transfer', {...}, allow_duplicates=False, replace_duplicates=True)": (
        lambda s: s.create(
            "Transfer",
            {"tasks": ["a"]},
            allow_duplicates=False,
            replace_duplicates=True,
        ),
        lambda s: s.create(
            NewTransfer(tasks=["a"], allow_duplicates=False, replace_duplicates=True)
        ),
    ),
    "create('Transfer', [..list..])  (list -> {'tasks': list})": (
        lambda s: s.create("Transfer", [{"source": "a", "destination": "site=b"}]),
        lambda s: s.create(
            NewTransfer(tasks=[NewTask(source="a", destination=Place.at("site", "b"))])
        ),
    ),
    "create('Delivery', '<json string>')": (
        lambda s: s.create("Delivery", '{"name": "Project references"}'),
        lambda s: s.create(NewDelivery(name="Project references")),
    ),
    "create('User', {'code': ...})": (
        lambda s: s.create("User", {"code": "lisa@example.com"}),
        lambda s: s.create(Invitation(code="lisa@example.com")),
    ),
    "create('Queue', {...})": (
        lambda s: s.create("Queue", {"name": "Panic", "priority": 1000}),
        lambda s: s.save(Queue(name="Panic", priority=1000)),
    ),
    "create('Task', {'source':..}, entityid=JOB)  (wrapped into tasks)": (
        lambda s: s.create("Task", {"source": "a", "destination": "b"}, JOB),
        lambda s: s.add_tasks(AnyJob.ref(JOB), NewTask(source="a", destination="b")),
    ),
    "create('Task', {'tasks': ['x']}, JOB)": (
        lambda s: s.create("Task", {"tasks": ["x"]}, JOB),
        lambda s: s.add_tasks(AnyJob.ref(JOB), "x"),
    ),
    "create('File', {'files': [...]}, COLLECTION)  (uri is file/add)": (
        lambda s: s.create("File", {"files": ["share=theproject/ref.tif"]}, ENTITY),
        lambda s: s.add_files(
            Collection.ref(ENTITY), Place.on("share", "theproject", "ref.tif")
        ),
    ),
    "create with naive + aware datetime, date": (
        lambda s: s.create(
            "Transfer",
            {
                "naive_summer": datetime(2026, 7, 1, 11, tzinfo=UTC),
                "naive_winter": datetime(2026, 1, 1, 11, tzinfo=UTC),
                "aware": datetime(2026, 7, 1, 17, tzinfo=UTC),
                "date": date(2026, 7, 1),
            },
        ),
        None,
    ),
    "create with >100k payload (gz_data)": (
        lambda s: s.create("Transfer", {"tasks": MANY}),
        lambda s: s.create(NewTransfer(tasks=MANY)),
    ),
    "update('Transfer', OID, {'status':'waiting'})": (
        lambda s: s.update("Transfer", ENTITY, {"status": "waiting"}),
        _saved,
    ),
    "update_many('Task', JOB, [...])": (
        lambda s: s.update_many("Task", JOB, [{"id": TASK, "status": "onhold"}]),
        _saved_task,
    ),
    "assign('Volume','server',{...})": (
        lambda s: s.assign("Volume", "server", {"volume": VOLUME, "server": SERVER}),
        lambda s: s.servers.assign(Volume.ref(VOLUME), Server.ref(SERVER)),
    ),
    "assign('Share','client',{share,client})  (legacy keys)": (
        lambda s: s.assign("Share", "client", {"share": VOLUME, "client": SERVER}),
        None,
    ),
    "assignments('Volume', VOL)  (entity type NOT lower-cased)": (
        lambda s: s.assignments("Volume", VOLUME),
        lambda s: s.servers.of_volume(Volume.ref(VOLUME)),
    ),
    "deassign('Volume','server',{...})": (
        lambda s: s.deassign("Volume", "server", {"volume": VOLUME, "server": SERVER}),
        lambda s: s.servers.unassign(Volume.ref(VOLUME), Server.ref(SERVER)),
    ),
    "deactivate_one('User', UID)": (
        lambda s: s.deactivate_one("User", USER),
        lambda s: s.deactivate(User.ref(USER)),
    ),
    "activate_one('User', UID)": (
        lambda s: s.activate_one("User", USER),
        lambda s: s.activate(User, USER),
    ),
    "activate_one('User', 'Lisa@Example.com')": (
        lambda s: s.activate_one("User", "Lisa@Example.com"),
        lambda s: s.activate(User, "Lisa@Example.com"),
    ),
    "delete_one('Transfer', OID)": (
        lambda s: s.delete_one("Transfer", ENTITY),
        _deleted,
    ),
    "delete_one('Transfer', OID, {'force': True})": (
        lambda s: s.delete_one("Transfer", ENTITY, {"force": True}),
        _forced,
    ),
    "delete_many('Collection', OID, {'files': [..]})": (
        lambda s: s.delete_many("Collection", ENTITY, {"files": [TASK]}),
        lambda s: s.remove_files(Collection.ref(ENTITY), File.ref(TASK)),
    ),
}
