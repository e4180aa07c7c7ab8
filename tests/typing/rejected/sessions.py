"""Wrong uses of sessions; marked lines are errors."""

from __future__ import annotations

from skysyn import Record, Report, Skygear, SkygearSession, bind, connect
from skysyn.push import FCM, APNs, Notification

from ..people import User
from ..tasks import Task


class Plain:
    """No model."""


def use(session: SkygearSession, task: Task, user: User) -> None:
    found: User = session.get(Task, "t-1")  # error
    users: list[User] = Task.query(session).all()  # error
    report: Report[User] = session.save(task)  # error
    session.get(Task)  # error
    session.get(Task, 3)  # error
    session.get("task", "t-1")  # error
    session.get(Plain, "t-1")  # error
    session.query(Plain)  # error
    session.query(task)  # error
    session.query(Task).filter(User)  # error
    session.save("task")  # error
    session.save([task])  # error
    session.save(task, atomic="yes")  # error
    session.save(task, nope=True)  # error
    session.save(task).saved[0].nope  # error
    session.save(task).nope  # error
    session.fetch("t-1")  # error
    session.fetch(Task)  # error
    session.delete(Plain())  # error
    session.refresh(Task.ref("t-1"))  # error
    session.login("u", "p")  # error
    session.login(username=3)  # error
    session.call("me", {"at": Plain()})  # error
    session.call(3)  # error
    session.dialect.api_key = "k"  # error
    session.event("GET", "/jobs")  # error
    Task.query("session")  # error
    Task.bind("session")  # error
    Task.ref(3)  # error
    Task.nope()  # error
    task.save(user)  # error
    task.owner.load("x")  # error
    connect("https://app.example.com")  # error
    connect(Skygear("https://app.example.com"), retry=3)  # error
    connect(Skygear("https://app.example.com"), nope=3)  # error
    Skygear(endpoint=3)  # error
    Skygear("https://app.example.com", "k")  # error
    with bind("session"):  # error
        pass


class Wrong(Record):
    title: str = 3  # error


def listen(session: SkygearSession) -> None:
    session.publish("a")  # error
    session.publish(5, "a")  # error
    session.subscribe(5)  # error
    session.subscribe("a", data_type=5)  # error
    session.subscribe("a", buffer="many")  # error
    session.subscribe("a").receive("now")  # error
    session.subscribe("a").receive().data  # error
    session.watch(Task)  # error
    session.watch("task")  # error
    session.push_user(5, {})  # error
    session.push_user("u")  # error
    session.push_users(5, {})  # error
    session.push_user("u", Notification(apns=5))  # error
    session.push_user("u", Notification(title="T"))  # error
    APNs(badge="many")  # error
    FCM(priority="urgent")  # error
