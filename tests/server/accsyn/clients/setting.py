"""Setting: settings, logs, publishing and integrations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import Teller


def settings(s: Any, tell: Teller) -> None:
    tell("a setting", s.get_setting, "transfer_speedlimit")
    tell("set it", s.set_setting, "workspace", "transfer_speedlimit", "50")
    tell("it is set", s.get_setting, "transfer_speedlimit")
    tell("settings", s.get_settings)
    tell("delete it", s.delete_setting, "workspace", "transfer_speedlimit")
    tell("it is gone", s.get_settings)
    queue = s.find_one("Queue WHERE default=True")
    tell(
        "set one of a queue",
        s.set_setting,
        "queue",
        "compute_avoid",
        "disable",
        entityid=queue["id"],
    )
    tell(
        "settings of a queue",
        s.get_settings,
        "Queue",
        queue["id"],
        recursive=True,
        upstream=True,
    )
    tell(
        "settings with defaults",
        lambda: isinstance(
            s.get_settings("queue", queue["id"], omit_defaults=False), dict
        ),
    )
    tell.here("a number", s.set_setting, "queue", "compute_avoid", 5)
    tell(
        "publish",
        s.prepublish,
        [
            {"id": "a", "filename": "f.mov", "size": 10},
            {
                "id": "b",
                "filename": "d",
                "is_dir": True,
                "files": [{"filename": "x", "size": 5}],
            },
        ],
    )
    tell("an integration", s.integration, "ftrack", "sync", {"a": 1})
    tell("logs", lambda: type(s.logs()["result"]).__name__)
    tell(
        "logs by pages",
        lambda: (
            len(
                s.logs(
                    search="a", pagination_page=1, pagination_limit=2, pagination_skip=0
                )["result"]
            )
            <= 2
        ),
    )
    tell("api key", s.get_api_key)
    tell("hostname", s.get_hostname)
    tell("dump", s.dump, {"a": [1, None]})


def older_names(s: Any, tell: Teller, kim: Any) -> None:
    """Call what is deprecated, and what asks the server nothing."""
    said = {"description": "by its older name"}
    tell(
        "update by its older name",
        lambda: s.update_one("User", kim["id"], said)["description"],
    )
    tell("deactivate by its older name", s.offline_one, "User", kim["id"])
    tell("out of use", s.find_one, "User WHERE code=kim@acme.example")
    tell("activate by id", s.activate_one, "User", kim["id"])
    # version 3 never keeps one; ours does
    tell("last message", lambda: isinstance(s.get_last_message() or "", str))
    tell("a dump as text", s.str, {"a": [1, None]})
    tell("help", lambda: s.help() and None)
