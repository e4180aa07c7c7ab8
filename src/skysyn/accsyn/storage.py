"""Storage: a script's session with the methods for files, settings and logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from skysyn.dialects.accsyn import values

from . import options, plain
from .connection import Connection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .plain import Given, Plain

Paths: TypeAlias = str | list[str]
Filters: TypeAlias = str | list[str] | None

URI = "workspace/file"


class Storage(Connection):
    """A session with the methods for files, settings, logs and clients."""

    def ls(
        self,
        path: Paths,
        recursive: bool = False,
        maxdepth: int | None = None,
        getsize: bool = False,
        files_only: bool = False,
        directories_only: bool = False,
        include: Filters = None,
        exclude: Filters = None,
    ) -> Plain:
        """Return what is in a folder, or in each of several."""
        more = {
            "maxdepth": maxdepth,
            "directories_only": directories_only,
            "files_only": files_only,
            "include": include,
            "exclude": exclude,
        }
        data = {"download": True, "recursive": recursive, "getsize": getsize}
        return self._file("GET", "ls", path, data | _given(more))

    def getsize(
        self, path: Paths, include: Filters = None, exclude: Filters = None
    ) -> Plain:
        """Return the bytes of a file or folder."""
        filters = {"include": include, "exclude": exclude}
        return self._file("GET", "getsize", path, _given(filters))

    def exists(self, path: Paths) -> Plain:
        """Return whether there is such a file or folder."""
        return self._file("GET", "exists", path, {})

    def mkdir(self, path: Paths) -> Plain:
        """Make a folder."""
        return self._file("POST", "mkdir", path, {})

    def rename(self, path: Paths, path_to: Paths) -> Plain:
        """Give a file or folder another name in the same folder."""
        return self._file("PUT", "rename", path, {"path_to": path_to})

    def mv(self, path_src: Paths, path_dst: Paths) -> Plain:
        """Move a file or folder."""
        return self._file("PUT", "move", path_src, {"path_to": path_dst})

    def delete(self, path: Paths, force: bool = False) -> Plain:
        """Delete a file or folder; *force* deletes what is in it, too."""
        return self._file("POST", "delete", path, {"force": force})

    def _file(self, method: str, op: str, path: Paths, data: Given) -> Plain:
        with self._remembering():
            for place in (path, data.get("path_to", path)):
                options.check_paths(place)
        return self._result(method, URI, {"op": op, "path": path, **data})

    def prepublish(self, data: Sequence[Given]) -> Plain:
        """Ask what may be published; sizes that are missing are filled in."""
        with self._remembering():
            files = options.with_sizes(data)
        size = sum(options.size_of(file) for file in files)
        return self._result(
            "PUT", "workspace/publish/preprocess", {"files": files, "size": size}
        )

    def get_setting(
        self,
        name: str | None = None,
        entitytype: str = "workspace",
        entityid: str | None = None,
        integration: str | None = None,
        data: Given | None = None,
    ) -> Plain:
        """Return a setting."""
        asked: dict[str, object] = {"entitytype": self._type(entitytype), "name": name}
        if integration is not None:
            asked["integration"] = integration
        return self._setting("GET", asked | {"data": data}, entityid)

    def get_settings(
        self,
        entitytype: str | None = None,
        entityid: str | None = None,
        recursive: bool = False,
        upstream: bool = False,
        omit_defaults: bool = True,
        share: str | None = None,
    ) -> Plain:
        """Return every setting."""
        asked: dict[str, object] = {
            "entitytype": entitytype and self._type(entitytype),
            "recursive": recursive,
            "upstream": upstream,
            "omit_defaults": omit_defaults,
        }
        if share is not None:
            asked["share"] = share
        return self._setting("GET", asked, entityid)

    def set_setting(
        self, entitytype: str, name: str, value: object, entityid: str | None = None
    ) -> Plain:
        """Set a setting, which is text."""
        if not isinstance(value, str) or not name:
            self._refuse("name, value: a setting has a name and is text")
        kind = self._type(entitytype)
        data = {"entitytype": kind, "name": name, "value": value}
        return self._setting("PUT", data, entityid)

    def delete_setting(
        self, entitytype: str, name: str, entityid: str | None = None
    ) -> Plain:
        """Take a setting back to its default."""
        data = {"entitytype": self._type(entitytype), "name": name}
        return self._setting("DELETE", data, entityid)

    def _setting(self, method: str, data: Given, entityid: str | None) -> Plain:
        with self._remembering():
            key = entityid and values.check_id(entityid, "entityid")
        return self._result(method, "setting", data, id=key)

    def logs(
        self,
        entitytype: str | None = None,
        entityid: str | None = None,
        search: str | None = None,
        sort: str = "date",
        sort_reverse: bool = False,
        pagination_page: int | None = None,
        pagination_limit: int | None = None,
        pagination_skip: int | None = None,
    ) -> Plain:
        """Return the whole answer: rows in `result`, and what came with them."""
        data: dict[str, object] = {
            "entitytype": self._type(entitytype or "workspace"),
            "sort": sort,
            "sort_reverse": sort_reverse,
        }
        if search is not None:
            data["search"] = search
        numbers = {
            "page": pagination_page,
            "limit": pagination_limit,
            "skip": pagination_skip,
        }
        with self._remembering():
            if page := options.counts(numbers):
                data["pagination"] = page
            key = entityid and values.check_id(entityid, "entityid")
        answer = self._event("GET", "log/find", data, id=key)
        return plain.load({"result": answer.result, **answer.info})

    def integration(self, name: str, operation: str, data: Given) -> Plain:
        """Call an operation of an integration."""
        with self._remembering():
            which = values.check_text(name, "name")
            asked = {
                "operation": values.check_text(operation, "operation"),
                "data": options.fields(data),
            }
        return self._result("PUT", f"workspace/integration/{which}/utility", asked)

    def app_is_running(self) -> bool | None:
        """Return whether the user's app runs on this machine, None if unknown."""
        with self._remembering():
            return self._session.servers.is_app_running()

    def gui_is_running(self) -> bool | None:
        """Return whether the app runs, by its older name."""
        return self.app_is_running()

    def daemon_is_running(self) -> bool | None:
        """Return whether a server of the user runs on this machine."""
        with self._remembering():
            return self._session.servers.is_server_running()

    def server_is_running(self) -> bool | None:
        """Return whether a server runs, by another name."""
        return self.daemon_is_running()


def _given(options: Given) -> dict[str, object]:
    return {name: value for name, value in options.items() if value}
