"""The story of version 3 in typed words: what it finds is what the client found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn.accsyn import (
    App,
    Collection,
    Compute,
    Delivery,
    Engine,
    File,
    Folder,
    Invitation,
    JobStatus,
    Listing,
    NewCollection,
    NewCompute,
    NewDelivery,
    NewFolder,
    NewRequest,
    NewStream,
    NewTask,
    NewTransfer,
    Place,
    PublishFile,
    Queue,
    Rights,
    Role,
    Server,
    Site,
    Task,
    TaskStatus,
    Transfer,
    User,
    Volume,
    Workspace,
)
from skysyn.errors import RemoteError, SkysynError

from .shapes import files, pick, seen, wire_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn import AccsynSession

PROJ = Place.on("share", "proj")
WHOLE = 120.0


class TypedStory:
    """Takes steps by the typed API, and compares with what was *told* before."""

    def __init__(self, session: AccsynSession, told: Mapping[str, Any]) -> None:
        self.session = session
        self.told = told
        self.steps: list[str] = []

    def same(self, step: str, found: object, pick: Callable[[Any], Any] = list) -> None:
        """Take a step that found what the client found, by what *pick* leaves."""
        assert found == pick(self.told[step]["result"]), step
        self.steps.append(step)

    def true(self, step: str, found: object) -> None:
        """Take a step whose result is one value."""
        self.same(step, found, lambda told: told)

    def refused(self, step: str, call: Callable[[], object]) -> None:
        """Take a step that the server refuses in the same words."""
        with pytest.raises(RemoteError) as refusal:
            call()
        assert refusal.value.message == self.told[step]["refused"], step
        self.steps.append(step)

    def here(self, step: str, call: Callable[[], object]) -> None:
        """Take a step that is refused, whoever does it."""
        with pytest.raises(SkysynError):
            call()
        assert self.told[step]["here"] == "refused", step
        self.steps.append(step)

    def tell(self) -> list[str]:
        """Take all steps; return their names."""
        self.looking()
        kim = self.people()
        self.storing()
        self.sharing(kim)
        self.serving()
        self.working()
        self.running()
        self.sending(kim)
        self.setting()
        return self.steps

    def looking(self) -> None:
        s = self.session
        self.true("entity types", s.workspace.entity_types())
        self.true("attributes", s.workspace.attributes(Transfer))
        self.true("attributes to create", s.workspace.attributes(Folder, "create"))
        self.true("attributes to update", s.workspace.attributes(Queue, "update"))
        codes = [queue.code for queue in s.query(Queue).all()]
        self.same("queues", codes, lambda told: [row["code"] for row in told])
        sites = [
            seen(site, "code", "main")
            for site in s.query(Site).filter(Site.main == True).all()
        ]
        self.same("sites", sites, lambda t: [pick(r, "code", "main") for r in t])
        volumes = s.query(Volume).only(Volume.code, Volume.default, Volume.status)
        names = "code", "default", "status"
        self.true("volumes", [seen(volume, *names) for volume in volumes.all()])
        workspace = s.query(Workspace).find_one()
        self.same("workspace", seen(workspace, "code"), lambda t: pick(t, "code"))
        me = s.query(User).filter(User.role == Role.ADMIN).find_one()
        self.same("who am i", seen(me, "code"), lambda t: pick(t, "code"))
        nobody = s.query(User).filter(User.code == "nobody@acme.example")
        self.true("nobody", nobody.find_one())
        engines = [seen(engine, "code") for engine in s.query(Engine).all()]
        self.true("engines", engines)
        self.true("no transfers", s.query(Transfer).all())

    def people(self) -> User:
        s = self.session
        invited = Invitation(code="Kim@Acme.example", role=Role.EMPLOYEE, mail=False)
        kim = s.create(invited)
        self.same("invite", kim.code, lambda told: told["code"])
        self.refused(
            "invite again", lambda: s.create(Invitation(code="kim@acme.example"))
        )
        lee = Invitation(code="lee@vendor.example", role=Role.STANDARD, mail=False)
        self.same("invite a customer", s.create(lee).role, lambda told: told["role"])
        some = s.query(User).filter(User.role.is_in([Role.EMPLOYEE, Role.STANDARD]))
        self.true("roles", [seen(user, "code", "role") for user in some.all()])
        ends = s.query(User).filter(User.code == "*@vendor.example")
        self.true("wildcard", [seen(user, "code") for user in ends.all()])
        like = s.query(User).filter(User.code.matches("^k[a-z]+@"))
        self.true("matches", [seen(user, "code") for user in like.all()])
        page = s.query(User).limit(1).offset(1).all()
        self.true("page", [seen(user, "code") for user in page])
        kim.description = "Größe 5 'quoted' \"twice\""
        kim.save()
        kim.refresh()
        self.same("change a user", kim.description, lambda told: told["description"])
        s.deactivate(kim)
        by_code = s.query(User).filter(User.code == "kim@acme.example")
        self.true("gone", by_code.find_one())
        idle = [seen(user, "code", "inactive") for user in s.query(User).inactive()]
        self.true("inactive", idle)
        s.activate(User, "kim@acme.example")
        back = by_code.find_one()
        self.true("there again", seen(back, "code", "status"))
        return kim

    def storing(self) -> None:
        f = self.session.files
        self.same("root", files(f.ls(PROJ)), wire_files)
        default = Place.on("share", "(default)", "scd")
        self.same("default volume", files(f.ls(default)), wire_files)
        deep = f.ls(Place.on("volume", "proj", "scd"), Listing(recursive=True))
        self.same("recursive", files(deep), wire_files)
        folders = f.ls(PROJ, Listing(directories_only=True))
        self.same("folders only", files(folders), wire_files)
        plain = f.ls(PROJ, Listing(files_only=True))
        self.same("files only", files(plain), wire_files)
        shown = Listing(include=["*.MOV", "re('^x')"], exclude="*.tmp")
        self.same("filters", files(f.ls(PROJ / "scd", shown)), wire_files)
        several = f.ls_each(PROJ / "scd", PROJ / "empty")
        self.same("several paths", list(several), lambda t: [r["path"] for r in t])
        self.true("size", f.getsize(PROJ / "scd"))
        self.true("size of some", f.getsize(PROJ, include="*.mov", exclude="b*"))
        self.true("is there", f.exists(PROJ / "scd/a.mov"))
        self.true("is not there", f.exists(PROJ / "nowhere"))
        self.true("make a folder", f.mkdir(PROJ / "new"))
        self.refused("make it again", lambda: f.mkdir(PROJ / "new"))
        self.true("rename", f.rename(PROJ / "new", PROJ / "newer"))
        self.true("move", f.mv(PROJ / "newer", PROJ / "empty/newer"))
        self.true("delete a folder", f.delete(PROJ / "empty/newer"))
        self.refused("delete a full folder", lambda: f.delete(PROJ / "full"))
        self.true("delete by force", f.delete(PROJ / "full", force=True))
        self.refused("list what is gone", lambda: f.ls(PROJ / "full"))
        self.refused("lead out", lambda: f.ls("share=proj/../.."))
        self.same("unusual names", files(f.ls(PROJ / "Jönsson & Co #1?+%")))
        self.refused("unknown share", lambda: f.ls("share=nosuch"))
        self.here("no path", lambda: f.ls(""))

    def sharing(self, kim: User) -> None:
        s = self.session
        new = NewFolder(name="SCD vendor", code="scdv", path="scd")
        folder = s.create(new)
        self.same("make a folder share", folder.path, lambda told: told["path"])
        again = NewFolder(name="again", code="SCDV", path="empty")
        self.refused("code is taken", lambda: s.create(again))
        rights = Rights(read=True, write=False, path="IN")
        granted = s.access.grant(kim, folder, rights)
        names = "path", "read", "write"
        self.same("grant", seen(granted, *names), lambda t: pick(t, *names))
        s.access.grant("lee@vendor.example", folder)
        found = [seen(acl, *names) for acl in s.access.of_share(folder)]
        self.same("access", found, lambda told: [pick(row, *names) for row in told])
        self.true("revoke", bool(s.access.revoke(kim, folder)))
        self.true("revoke again", bool(s.access.revoke(kim, folder)))
        s.deactivate(folder)
        self.true("not there", s.query(Folder).all())
        s.activate(Folder, folder.id)
        refs = NewCollection(name="Refs", code="refs", files=[PROJ / "scd/a.mov"])
        collection = s.create(refs)
        (added,) = s.add_files(collection, PROJ / "scd/b.mov")
        parts = "filename", "path", "size", "is_dir"
        self.same("add a file", seen(added, *parts), lambda t: pick(t, *parts))
        listed = [seen(f, *parts) for f in s.query(File).parent(collection)]
        self.same(
            "files of a collection", listed, lambda t: [pick(r, *parts) for r in t]
        )
        shown = files(s.files.ls("collection=refs"))
        self.same("list a collection", shown, wire_files)
        s.remove_files(collection, s.query(File).parent(collection).all()[0])
        left = [seen(f, *parts) for f in s.query(File).parent(collection)]
        self.same("files are fewer", left, lambda t: [pick(r, *parts) for r in t])
        assert not s.delete(collection, folder).failed
        self.true("delete a collection", True)
        self.true("no transfers", s.query(Collection).all())

    def serving(self) -> None:
        s = self.session
        volume = s.query(Volume).filter(Volume.code == "proj").one()
        server = s.query(Server).one()
        names = "main", "status", "client_hr"

        def told_servers(told: Any) -> Any:
            return [pick(row, *names[:2]) for row in told]

        served = [pick(row, *names[:2]) for row in s.servers.of_volume(volume)]
        self.same("assignments", served, told_servers)
        self.true("deassign", s.servers.unassign(volume, server))
        self.true("no assignments", s.servers.of_volume(volume))
        self.true("assign", s.servers.assign(volume, server))
        self.true("app", s.servers.is_app_running())
        self.true("daemon", s.servers.is_server_running())
        self.true("no transfers", s.query(App).all())

    def working(self) -> None:
        s = self.session
        queue = Queue(name="Rush", priority=950)
        s.save(queue).raise_for_failures()
        self.same("make a queue", queue.priority, lambda told: told["priority"])
        new = NewTransfer(
            name="Dailies",
            source=PROJ / "scd/a.mov",
            destination=PROJ / "copies/",
            queue="rush",
            status=JobStatus.PAUSED,
            metadata={"external": {"shot": 10}},
        )
        job = s.create(new)
        names = "name", "status", "metadata", "progress", "speed", "etr"
        self.same("make a transfer", seen(job, *names), lambda t: pick(t, *names))
        task = NewTask(
            source=PROJ / "scd/b.mov", destination=PROJ / "copies/", uri="second"
        )
        s.add_tasks(job, task)
        parts = "uri", "status", "size"
        tasks = s.query(Task).parent(job).all()
        self.same(
            "tasks",
            [seen(t, *parts) for t in tasks],
            lambda told: [pick(row, *parts) for row in told],
        )
        tasks[0].status = TaskStatus.ON_HOLD
        tasks[0].save()
        on_hold = s.query(Task).parent(job).filter(Task.status == TaskStatus.ON_HOLD)
        self.true("tasks on hold", [seen(found, "uri") for found in on_hold.all()])
        tasks[0].status = TaskStatus.QUEUED
        tasks[0].save()
        job.status = JobStatus.WAITING
        job.save()
        job.wait(timeout=WHOLE)
        self.same("done", job.status, lambda told: told["status"])
        self.same("copied", files(s.files.ls(PROJ / "copies")), wire_files)
        self.true("no longer active", s.query(Transfer).all())
        done = s.query(Transfer).finished().filter(Transfer.status == JobStatus.DONE)
        ends = "name", "progress", "size", "status"
        self.true("finished", [seen(found, *ends) for found in done.all()])
        missing = s.create(
            NewTransfer(source=PROJ / "nowhere.mov", destination=PROJ / "copies/")
        )
        missing.wait(timeout=WHOLE)
        self.same("failed", missing.status_hr, lambda told: told["status_hr"])
        s.files.mkdir(PROJ / "nowhere.mov")
        missing.status = JobStatus.WAITING
        missing.save()
        missing.wait(timeout=WHOLE)
        self.same("found by now", missing.status, lambda told: told["status"])
        compute = s.create(
            NewCompute(
                engine="builtin-accsyn-utility",
                input=PROJ / "scd/a.mov",
                output=PROJ / "out",
                range="1-10",
            )
        )
        assert isinstance(compute, Compute)
        self.same("compute", compute.name, lambda told: told["name"])

    def running(self) -> None:
        s = self.session
        job = s.create(
            NewTransfer(
                name="Huge", source=PROJ / "huge.bin", destination="site=roaming"
            )
        )
        job.wait([JobStatus.RUNNING], timeout=WHOLE)
        self.same("running", job.status, lambda told: told["status"])
        size, progress, speed = job.size, job.progress or 0, job.speed or 0
        figures = [size, 0 <= progress < 100, speed > 0, bool(job.etr)]
        self.true("figures while running", figures)
        for step, status in (("pause", "paused"), ("resume", "waiting")):
            job.status = JobStatus(status)
            job.save()
            self.true(step, job.status)
        job.status = JobStatus.ABORTED
        job.save()
        job.refresh()
        self.true("abort", job.status)

    def sending(self, kim: User) -> None:
        s = self.session
        delivery = s.create(NewDelivery(name="Grade refs"))
        self.same("make a delivery", delivery.status, lambda told: told["status"])

        def submit() -> None:
            delivery.status = JobStatus.PENDING
            delivery.save()

        self.refused("submit nothing", submit)
        lee, new = "lee@vendor.example", "new@vendor.example"
        self.true("grant a recipient", s.access.add_recipient(lee, delivery))
        self.true("grant somebody new", s.access.add_recipient(new, delivery))
        people = [person.name for person in s.access.recipients(delivery)]
        self.same("recipients", people, lambda told: [row["user_hr"] for row in told])
        self.true("revoke a recipient", s.access.remove_recipient(new, delivery))
        self.true("revoke no recipient", s.access.remove_recipient(kim, delivery))
        sent = s.create(
            NewDelivery(name="Plates", tasks=[PROJ / "scd/a.mov"], recipients=[lee])
        )
        sent.wait([JobStatus.WAITING], timeout=WHOLE)
        self.true("waits", seen(sent, "name", "status"))
        listed = files(s.files.ls(f"delivery={sent.id}"))
        self.same("list a delivery", listed, wire_files)
        asked = NewRequest(name="Send us", destination=PROJ / "in", recipients=[lee])
        who = [person.name for person in s.access.recipients(s.create(asked))]
        self.same("who is asked", who, lambda told: [row["user_hr"] for row in told])
        watched = NewStream(name="Watch", tasks=[PROJ / "scd/a.mov"])
        stream = s.create(watched)
        stream.delete()
        self.true("delete a stream", True)
        assert isinstance(delivery, Delivery)

    def setting(self) -> None:
        s = self.session
        queue = s.query(Queue).filter(Queue.default == True).one()
        self.true("a setting", s.settings.get("transfer_speedlimit"))
        self.true("set it", s.settings.set("transfer_speedlimit", "50"))
        self.true("it is set", s.settings.get("transfer_speedlimit"))
        self.true("settings", s.settings.all())
        self.true("delete it", s.settings.delete("transfer_speedlimit"))
        self.true("it is gone", s.settings.all())
        set_one = s.settings.set("compute_avoid", "disable", of=queue)
        self.true("set one of a queue", set_one)
        of_queue = s.settings.all(of=queue, recursive=True, upstream=True)
        self.true("settings of a queue", of_queue)
        inside = [PublishFile(filename="x", size=5)]
        shown = s.workspace.prepublish(
            PublishFile(id="a", filename="f.mov", size=10),
            PublishFile(id="b", filename="d", is_dir=True, files=inside),
        )
        assert isinstance(shown, dict)
        self.same("publish", shown["comment"], lambda told: told["comment"])
        self.refused(
            "an integration",
            lambda: s.workspace.integration("ftrack", "sync", {"a": 1}),
        )
        logs = s.workspace.logs()["result"]
        self.true("logs", type(logs).__name__)
        self.refused("api key", s.workspace.api_key)
