"""What the official client was called with, in our `Session` and in typed methods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from skysyn import AccsynSession, accsyn
from skysyn.accsyn import (
    AnyJob,
    Collection,
    Delivery,
    File,
    Folder,
    Invitation,
    JobStatus,
    Listing,
    NewDelivery,
    NewTask,
    NewTransfer,
    Page,
    Place,
    PublishFile,
    Queue,
    Rights,
    Server,
    Session,
    Share,
    Task,
    Transfer,
    User,
    Volume,
    raw,
)
from skysyn.models import Compare, Origin, Path
from tests.accsyn.stub import ACL, ENTITY, JOB, SERVER, TASK, USER, VOLUME

if TYPE_CHECKING:
    from collections.abc import Callable

Plain: TypeAlias = "Callable[[Session], object]"
Typed: TypeAlias = "Callable[[AccsynSession], object]"

MANY = ["share=p/" + "x" * 55 + str(n) for n in range(2000)]


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


def _eq(name: str, value: object) -> Compare:
    return Compare("eq", Path((name,)), value)


CALLS: dict[str, tuple[Plain | None, Typed | None]] = {
    'find("Transfer")': (
        lambda s: s.find("Transfer"),
        lambda s: Transfer.query(s).all(),
    ),
    'find("entitytypes")': (
        lambda s: s.find("entitytypes"),
        lambda s: s.workspace.entity_types(),
    ),
    'find("attributes WHERE entitytype=delivery")': (
        lambda s: s.find("attributes WHERE entitytype=delivery"),
        lambda s: s.workspace.attributes(Delivery),
    ),
    "find('attributes WHERE entitytype=\"Folder\"', create=True)": (
        lambda s: s.find('attributes WHERE entitytype="Folder"', create=True),
        lambda s: s.workspace.attributes(Folder, "create"),
    ),
    'find("attributes WHERE entitytype=folder", update=True)': (
        lambda s: s.find("attributes WHERE entitytype=folder", update=True),
        lambda s: s.workspace.attributes(Folder, "update"),
    ),
    "find('Transfer WHERE ((user=Lisa@Example.com AND destination=HQ) OR "
    'status<>failed) AND code="* Backup"\')': (
        lambda s: s.find(
            "Transfer WHERE ((user=Lisa@Example.com AND destination=HQ) OR "
            'status<>failed) AND code="* Backup"'
        ),
        lambda s: (
            Transfer.query(s)
            .filter(
                (
                    (_eq("user", "Lisa@Example.com") & (Transfer.destination == "HQ"))
                    | (Transfer.status != JobStatus.FAILED)
                )
                & (Transfer.code == "* Backup")
            )
            .all()
        ),
    ),
    "find(... every flag ...)": (
        lambda s: s.find(
            "Transfer WHERE status=aborted",
            finished=True,
            inactive=False,
            archived=True,
            limit=50,
            skip=100,
            attributes=["source", "destination"],
        ),
        lambda s: (
            Transfer.query(s)
            .filter(Transfer.status == JobStatus.ABORTED)
            .finished()
            .inactive(False)
            .archived()
            .limit(50)
            .offset(100)
            .only(Transfer.source, Transfer.destination)
            .all()
        ),
    ),
    "find('Transfer', limit=0, skip=0)": (
        lambda s: s.find("Transfer", limit=0, skip=0),
        None,
    ),
    "find('User', offline=True)  (deprecated flag)": (
        lambda s: s.find("User", inactive=True),
        lambda s: User.query(s).inactive().all(),
    ),
    "find('Task WHERE status=onhold', entityid=JOB)": (
        lambda s: s.find("Task WHERE status=onhold", entityid=JOB),
        lambda s: (
            Task.query(s)
            .parent(JOB)
            .filter(Task.status == accsyn.TaskStatus.ON_HOLD)
            .all()
        ),
    ),
    "find('File', entityid=COLLECTION)": (
        lambda s: s.find("File", entityid=ENTITY),
        lambda s: File.query(s).parent(Collection.ref(ENTITY)).all(),
    ),
    "find_one('User')": (
        lambda s: s.find_one("User"),
        lambda s: User.query(s).find_one(),
    ),
    "find_one('Transfer WHERE name=\"x and y.png\"')": (
        lambda s: s.find_one('Transfer WHERE name="x and y.png"'),
        lambda s: Transfer.query(s).filter(Transfer.name == "x and y.png").find_one(),
    ),
    "find_one(\"Delivery WHERE name='Project  References'\")  (single quotes, double "
    "space)": (
        lambda s: s.find_one("Delivery WHERE name='Project  References'"),
        lambda s: (
            Delivery.query(s).filter(Delivery.name == "Project  References").find_one()
        ),
    ),
    "find('Transfer WHERE name MATCHES \"\\\\D+_\\\\S+\\\\.ZIP\"')  (regex is "
    "lowercased)": (
        lambda s: s.find('Transfer WHERE name MATCHES "\\D+_\\S+\\.ZIP"'),
        lambda s: (
            Transfer.query(s).filter(Transfer.name.matches("\\D+_\\S+\\.ZIP")).all()
        ),
    ),
    "find with newline before AND": (
        lambda s: s.find("Transfer WHERE status=failed\nAND size>10"),
        lambda s: (
            Transfer.query(s)
            .filter(Transfer.status == JobStatus.FAILED, Transfer.size > 10)
            .all()
        ),
    ),
    "get_entity('Delivery', OID)  (entity type NOT lower-cased)": (
        lambda s: s.get_entity("Delivery", ENTITY),
        lambda s: s.get(Delivery, ENTITY),
    ),
    "report('Transfer WHERE id=...')": (
        lambda s: s.report(f"Transfer WHERE id={ENTITY}"),
        lambda s: s.workspace.report(Transfer, Transfer.id == ENTITY),
    ),
    "metrics('Transfer WHERE id=...')": (
        lambda s: s.metrics(f"Transfer WHERE id={ENTITY}"),
        lambda s: s.workspace.metrics(Transfer, Transfer.id == ENTITY),
    ),
    "metrics(..., attributes=['speed'], time='1h')": (
        lambda s: s.metrics(f"Transfer WHERE id={ENTITY}", ["speed"], "1h"),
        lambda s: s.workspace.metrics(
            Transfer, raw(f"id={ENTITY}"), attributes=["speed"], time="1h"
        ),
    ),
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
    "ls of >100k path list (GET, gz_data in the query string)": (
        lambda s: s.ls(MANY),
        None,
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
    "grant('User', UID, 'Delivery', OID)": (
        lambda s: s.grant("User", USER, "Delivery", ENTITY),
        lambda s: s.access.add_recipient(USER, Delivery.ref(ENTITY)),
    ),
    "grant('User', 'Lisa@Example.com', 'Delivery', OID, {'invite': False})  (known "
    "user)": (
        lambda s: s.grant(
            "User", "Lisa@Example.com", "Delivery", ENTITY, {"invite": False}
        ),
        lambda s: s.access.add_recipient(
            "Lisa@Example.com", Delivery.ref(ENTITY), invite=False
        ),
    ),
    "grant unknown user with invite False": (
        lambda s: s.grant(
            "User", "new@example.com", "Delivery", ENTITY, {"invite": False}
        ),
        lambda s: s.access.add_recipient(
            "new@example.com", Delivery.ref(ENTITY), invite=False
        ),
    ),
    "grant unknown user -> invited (ACL)": (
        lambda s: s.grant(
            "User",
            "new@example.com",
            "Volume",
            VOLUME,
            {
                "read": True,
                "write": True,
                "notify": True,
                "message": "hi",
                "path": "IN",
            },
        ),
        lambda s: s.access.grant(
            "new@example.com",
            Volume.ref(VOLUME),
            Rights(notify=True, message="hi", path="IN"),
        ),
    ),
    "grant('User', UID, 'Volume', VOL)  (no data)": (
        lambda s: s.grant("User", USER, "Volume", VOLUME),
        lambda s: s.access.grant(User.ref(USER), Volume.ref(VOLUME)),
    ),
    "grant(target by code)": (
        lambda s: s.grant("User", USER, "Folder", "TheProject"),
        None,
    ),
    "grant(code with a quote) - no escaping": (
        lambda s: s.grant("User", "o'hara@example.com", "Volume", VOLUME),
        lambda s: s.access.grant("o'hara@example.com", Volume.ref(VOLUME)),
    ),
    "access('Delivery', OID)": (
        lambda s: s.access("Delivery", ENTITY),
        lambda s: s.access.recipients(Delivery.ref(ENTITY)),
    ),
    "access('Volume', VOL, recursive=True)": (
        lambda s: s.access("Volume", VOLUME, recursive=True),
        lambda s: s.access.of_share(Volume.ref(VOLUME), recursive=True),
    ),
    "access('Folder', VOL, 'user', UID)": (
        lambda s: s.access("Folder", VOLUME, "user", USER),
        lambda s: s.access.of_share(Share.ref(VOLUME), user=USER),
    ),
    "access('Folder', VOL, 'user')": (
        lambda s: s.access("Folder", VOLUME, "user"),
        lambda s: s.access.of_share(Share.ref(VOLUME), user="*"),
    ),
    "revoke('User', UID, 'Delivery', OID)": (
        lambda s: s.revoke("User", USER, "Delivery", ENTITY),
        lambda s: s.access.remove_recipient(USER, Delivery.ref(ENTITY)),
    ),
    "revoke(non recipient)": (
        lambda s: s.revoke("User", ENTITY, "Delivery", ENTITY),
        lambda s: s.access.remove_recipient(ENTITY, Delivery.ref(ENTITY)),
    ),
    "revoke('User', UID, 'Folder', VOL)": (
        lambda s: s.revoke("User", USER, "Folder", VOLUME),
        lambda s: s.access.revoke(USER, Folder.ref(VOLUME)),
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
    "ls('share=p/x')": (
        lambda s: s.ls("share=p/x"),
        lambda s: s.files.ls(Place.on("share", "p", "x")),
    ),
    "ls(every option)": (
        lambda s: s.ls(
            "share=p",
            recursive=True,
            maxdepth=2,
            getsize=True,
            files_only=True,
            directories_only=True,
            include=["*.mov", "re('a.*')"],
            exclude="*.tmp",
        ),
        lambda s: s.files.ls(
            "share=p",
            Listing(
                recursive=True,
                maxdepth=2,
                getsize=True,
                files_only=True,
                directories_only=True,
                include=["*.mov", "re('a.*')"],
                exclude="*.tmp",
            ),
        ),
    ),
    "ls([..2 paths..])": (lambda s: s.ls(["share=p/a", "share=q/b"]), None),
    "getsize('share=p', include=..)": (
        lambda s: s.getsize("share=p", include="*.mov", exclude="x"),
        lambda s: s.files.getsize("share=p", include="*.mov", exclude="x"),
    ),
    "exists('share=p/x')": (
        lambda s: s.exists("share=p/x"),
        lambda s: s.files.exists("share=p/x"),
    ),
    "mkdir('share=p/new')": (
        lambda s: s.mkdir("share=p/new"),
        lambda s: s.files.mkdir("share=p/new"),
    ),
    "rename(a, b)": (
        lambda s: s.rename("share=p/a", "share=p/b"),
        lambda s: s.files.rename("share=p/a", "share=p/b"),
    ),
    "mv(a, b)": (
        lambda s: s.mv("share=p/a", "share=p/d/a"),
        lambda s: s.files.mv("share=p/a", "share=p/d/a"),
    ),
    "delete('share=p/a')": (
        lambda s: s.delete("share=p/a"),
        lambda s: s.files.delete("share=p/a"),
    ),
    "delete('share=p/a', force=True)": (
        lambda s: s.delete("share=p/a", force=True),
        lambda s: s.files.delete("share=p/a", force=True),
    ),
    "ls with unicode and reserved characters": (
        lambda s: s.ls("share=p/Jönsson & Co #1?+%.mov"),
        lambda s: s.files.ls("share=p/Jönsson & Co #1?+%.mov"),
    ),
    "prepublish([...])": (
        lambda s: s.prepublish(
            [
                {"id": "a", "filename": "f", "size": 10},
                {
                    "id": "b",
                    "filename": "d",
                    "is_dir": True,
                    "files": [
                        {"filename": "x", "size": 5},
                        {"filename": "y", "size": 0},
                    ],
                },
            ]
        ),
        lambda s: s.workspace.prepublish(
            PublishFile(id="a", filename="f", size=10),
            PublishFile(
                id="b",
                filename="d",
                is_dir=True,
                files=[
                    PublishFile(filename="x", size=5),
                    PublishFile(filename="y", size=0),
                ],
            ),
        ),
    ),
    "get_setting('transfer_speedlimit')": (
        lambda s: s.get_setting("transfer_speedlimit"),
        lambda s: s.settings.get("transfer_speedlimit"),
    ),
    "get_setting(name, entitytype='Queue', entityid=OID, integration='ftrack', "
    "data={..})": (
        lambda s: s.get_setting(
            "upload_location",
            entitytype="Queue",
            entityid=ENTITY,
            integration="ftrack",
            data={"location_id": "x"},
        ),
        lambda s: s.settings.get(
            "upload_location",
            of=Queue.ref(ENTITY),
            integration="ftrack",
            data={"location_id": "x"},
        ),
    ),
    "get_settings()": (lambda s: s.get_settings(), lambda s: s.settings.all()),
    "get_settings('Queue', OID, recursive=True, upstream=True, omit_defaults=False, "
    "share=VOL)": (
        lambda s: s.get_settings("Queue", ENTITY, True, True, False, VOLUME),
        lambda s: s.settings.all(
            of=Queue.ref(ENTITY),
            recursive=True,
            upstream=True,
            omit_defaults=False,
            share=Volume.ref(VOLUME),
        ),
    ),
    "set_setting('queue','compute_avoid','disable', entityid=OID)": (
        lambda s: s.set_setting("queue", "compute_avoid", "disable", ENTITY),
        lambda s: s.settings.set("compute_avoid", "disable", of=Queue.ref(ENTITY)),
    ),
    "delete_setting('queue','compute_avoid', entityid=OID)": (
        lambda s: s.delete_setting("queue", "compute_avoid", ENTITY),
        lambda s: s.settings.delete("compute_avoid", of=Queue.ref(ENTITY)),
    ),
    "logs()": (lambda s: s.logs(), lambda s: s.workspace.logs()),
    "logs('Job', OID, search='x', sort='date', sort_reverse=True, pagination_*)": (
        lambda s: s.logs("Job", ENTITY, "x", "date", True, 2, 50, 0),
        lambda s: s.workspace.logs(
            of=accsyn.Job.ref(ENTITY),
            search="x",
            sort_reverse=True,
            page=Page(page=2, limit=50, skip=0),
        ),
    ),
    "get_api_key()": (lambda s: s.get_api_key(), lambda s: s.workspace.api_key()),
    "app_is_running()": (
        lambda s: s.app_is_running(),
        lambda s: s.servers.is_app_running(),
    ),
    "gui_is_running()  (alias)": (lambda s: s.gui_is_running(), None),
    "daemon_is_running()": (
        lambda s: s.daemon_is_running(),
        lambda s: s.servers.is_server_running(),
    ),
    "server_is_running()  (alias)": (lambda s: s.server_is_running(), None),
    "integration('ftrack','sync',{'a':1})": (
        lambda s: s.integration("ftrack", "sync", {"a": 1}),
        lambda s: s.workspace.integration("ftrack", "sync", {"a": 1}),
    ),
    "revoke(user by code, share)": (
        lambda s: s.revoke("User", "Lisa@Example.com", "Folder", VOLUME),
        lambda s: s.access.revoke("Lisa@Example.com", Folder.ref(VOLUME)),
    ),
}
"""Each recorded call that sends something, in our `Session` and with typed entities."""

REFUSED: dict[str, Plain] = {
    "find('Transfer status=failed')  (two tokens)": lambda s: s.find(
        "Transfer status=failed"
    ),
    "find('Transfer HAVING a=1')": lambda s: s.find("Transfer HAVING a=1"),
    "find('Transfer', attributes='id')": lambda s: s.find("Transfer", attributes="id"),
    "find('Transfer', limit='5')": lambda s: s.find("Transfer", limit=_wrong("5")),
    "get_entity('Delivery', 'short')": lambda s: s.get_entity("Delivery", "short"),
    "create('', {})": lambda s: s.create("", {}),
    "create('User', {})": lambda s: s.create("User", {}),
    "update('acl', ...)": lambda s: s.update("acl", ACL, {"read": True}),
    "update('User', OID, {})": lambda s: s.update("User", ENTITY, {}),
    "update_many('Transfer', ...)": lambda s: s.update_many(
        "Transfer", JOB, [{"id": TASK}]
    ),
    "assign('Delivery','user',...)  (unsupported since 3.4)": lambda s: s.assign(
        "Delivery", "user", {}
    ),
    "grant('Queue', ...)  (unsupported entity type)": lambda s: s.grant(
        "Queue", ENTITY, "Volume", VOLUME
    ),
    "grant('User', UID, 'Site', OID)  (unsupported target)": lambda s: s.grant(
        "User", USER, "Site", ENTITY
    ),
    "access('Site', OID)": lambda s: s.access("Site", ENTITY),
    "delete_one('acl', ACL)": lambda s: s.delete_one("acl", ACL),
    "delete_many('Folder', ...)": lambda s: s.delete_many(
        "Folder", ENTITY, {"files": [TASK]}
    ),
    "ls('')": lambda s: s.ls(""),
    "set_setting(value not a string)": lambda s: s.set_setting("queue", "a", 1),
}
"""Each recorded call that the client refused before it sent anything."""


def _wrong(value: Any) -> Any:
    return value
