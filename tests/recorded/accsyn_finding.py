"""The recorded calls that look for entities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn import accsyn
from skysyn.accsyn import (
    Collection,
    Delivery,
    File,
    Folder,
    JobStatus,
    Task,
    Transfer,
    User,
    raw,
)
from skysyn.models import Compare, Path
from tests.accsyn.stub import ENTITY, JOB

if TYPE_CHECKING:
    from .accsyn_call import Call


def _eq(name: str, value: object) -> Compare:
    return Compare("eq", Path((name,)), value)


FINDING: dict[str, Call] = {
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
}
