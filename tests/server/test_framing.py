"""What is said of each request, and what is not."""

from __future__ import annotations

import logging
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from skysyn import Request
from skysyn.server import Server, WSGITransport

from .asking import KEY, Asker, settings

if TYPE_CHECKING:
    from pathlib import Path

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("POST", f"/me?api_key={KEY}", "POST /me 401"),
        ("GET", "", "GET / 200"),
        ("OPTIONS", "/record/save", "OPTIONS /record/save 200"),
        ("GET", "//me?access_token=hush", "GET //me 301"),
        ("GET", "/files/a%0Ab", "GET /files/a%0Ab 400"),
    ],
)
def test_each_request_is_logged_without_its_secrets(
    method: str, path: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "skysyn.server.requests")
    request = Request(method, f"http://localhost{path}", {"X-Skygear-API-Key": KEY})

    with Server(settings()) as server:
        response = WSGITransport(server).send(request)

    [line] = caplog.messages
    shown = re.sub(r"\d\.\d{3}s", "0s", ID.sub("id", line))
    assert shown == f"{said} 0s id"
    assert response.headers["X-Skygear-Request-Id"] in line


def test_what_fails_unforeseen_is_logged_under_the_id_of_its_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = str(tmp_path / "db")
    with Server(settings(database=path)) as server:
        ada = Asker(server).signup("ada")
        ada.save({"_id": "note/1", "title": "x"})
        rude = sqlite3.connect(path)
        rude.execute("DROP TABLE note")
        rude.close()

        response = ada.send("record:query", record_type="note")

    assert (response.status, b"note" in response.body) == (500, False)
    assert response.headers["X-Skygear-Request-Id"] in caplog.text
