"""The recorded calls about settings, logs, applications and what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn import accsyn
from skysyn.accsyn import Page, PublishFile, Queue, Volume
from tests.accsyn.stub import ENTITY, VOLUME

if TYPE_CHECKING:
    from .accsyn_call import Call

WORKSPACE: dict[str, Call] = {
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
}
