"""Certificates of the tests' own authority."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from pathlib import Path

HOSTS = ("localhost", "127.0.0.1", "::1", "server.test")


@cache
def authority() -> trustme.CA:
    return trustme.CA()


@cache
def stranger() -> trustme.CA:
    return trustme.CA()


def authority_file(folder: Path) -> Path:
    file = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(file))
    return file


@cache
def server_context(flaw: str = "") -> ssl.SSLContext:
    """Return the context of a server whose certificate has *flaw*."""
    now = datetime.now(UTC)
    if flaw == "expired":
        cert = authority().issue_cert(
            *HOSTS, not_before=now - timedelta(9), not_after=now - timedelta(1)
        )
    elif flaw == "wrong host":
        cert = authority().issue_cert("elsewhere.test")
    elif flaw == "unknown authority":
        cert = stranger().issue_cert(*HOSTS)
    else:
        cert = authority().issue_cert(*HOSTS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # half typed
    return context


def client_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    authority().configure_trust(context)  # pyright: ignore[reportUnknownMemberType]  # half typed
    return context
