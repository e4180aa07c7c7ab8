"""PostgreSQL for tests: started from what is installed, gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg

from tests.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType

_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c listen_addresses=127.0.0.1 "
    # its path would be too long in folders of long names
    "-c unix_socket_directories="
)


def find_programs() -> Path | None:
    """Return the folder with PostgreSQL's programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    if found is not None:
        folders.insert(0, Path(found).resolve().parent)
    return next((f for f in folders if (f / "initdb").exists()), None)


class Postgres:
    """One PostgreSQL on a free port of this machine, for no other user than ours."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="skysyn-pg-"))
        self._numbers = count(1)
        # PostgreSQL refuses to run as root
        self._user = "nobody" if os.geteuid() == 0 else None
        self._port = 0

    def new_database(self) -> str:
        """Return the URL of an empty database."""
        name = f"test{next(self._numbers)}"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._url(name)

    def is_waited_for(self) -> bool:
        """Whether anybody waits for what somebody else holds."""
        asked = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            return connection.execute(asked).fetchone() == (True,)

    def end_connections(self) -> None:
        """End every connection of others, as a restart does."""
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        )
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(others)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        with (self._folder / "out").open("ab") as out:
            subprocess.run(
                command, user=self._user, cwd="/", stdout=out, stderr=out, check=True
            )

    def __enter__(self) -> Self:
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self._port = free_port()
        options = f"{_OPTIONS} -p {self._port}"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)
