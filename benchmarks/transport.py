"""What a call through skysyn's transport costs, as ratios to other clients.

Overhead per call over a bare `requests.Session` (target: at most 1.10) and speed
against the official accsyn client for 100 calls in a row over TLS (target: 5 times).
All take turns in one run against one server process on loopback.

Run: python benchmarks/transport.py
"""

from __future__ import annotations

import json
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import requests
import trustme

from skysyn.transport import Request, Timeout, open_transport

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 21
CALLS = 100
BODY = json.dumps({"action": "record:query", "record_type": "task"}).encode()
USER = {"id": "65" * 12, "role": "admin", "session_id": "x", "status": "enabled"}
HEADERS = {"Content-Type": "application/json", "X-Skygear-API-Key": "key"}
OFFICIAL = """
import sys, time
import accsyn_api
session = accsyn_api.Session(workspace="w", username="u", api_key="k",
                             hostname="localhost", port=int(sys.argv[1]))
for line in sys.stdin:
    start = time.perf_counter()
    for _ in range(int(line)):
        session.find_one("User")
    print("seconds", time.perf_counter() - start, flush=True)
"""


def serve(folder: str) -> None:
    """Answer every request alike, over TLS, until stdin ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/server.pem")
    login, found = answer({"result": USER}), answer({"result": [USER]})

    def talk(plain: socket.socket) -> None:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), context.wrap_socket(plain, server_side=True) as sock:
            while head := read_request(sock):
                sock.sendall(login if b"/login" in head else found)

    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    print(listener.getsockname()[1], flush=True)
    while True:
        threading.Thread(target=talk, args=[listener.accept()[0]], daemon=True).start()


def answer(value: object) -> bytes:
    """Return an answer with *value* as its JSON body."""
    body = json.dumps(value).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Content-Type: application/json\r\n\r\n".encode() + body


def read_request(sock: socket.socket) -> bytes:
    """Read one request and return its head, empty if the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += (piece := sock.recv(65_536))
        if not piece:
            return b""
    head, _, body = data.partition(b"\r\n\r\n")
    _, found, rest = head.lower().partition(b"content-length:")
    missing = (int(rest.split(b"\r\n")[0]) if found else 0) - len(body)
    while missing > 0:
        missing -= len(sock.recv(65_536))
    return head


def seconds(call: Callable[[], object]) -> float:
    """Return how long CALLS calls in a row take."""
    start = time.perf_counter()
    for _ in range(CALLS):
        call()
    return time.perf_counter() - start


def official(folder: Path, port: int) -> subprocess.Popen[str] | None:
    """Start the official client in an environment of its own, or say why not."""
    try:
        venv.create(folder / "official", with_pip=True)
        python = str(folder / "official" / "bin" / "python")
        pip = [python, "-m", "pip", "install", "-q", "accsyn-python-api==3.4.0"]
        subprocess.run(pip, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as exc:
        print(f"the official client is skipped: {exc}")
        return None
    command = [python, "-W", "ignore", "-c", OFFICIAL, str(port)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
    )


def official_seconds(process: subprocess.Popen[str]) -> float:
    """Let the official client make its calls and return what it measured."""
    if process.stdin is None or process.stdout is None:
        msg = "the official client has no pipes"
        raise RuntimeError(msg)
    process.stdin.write(f"{CALLS}\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("seconds"):
            return float(line.split()[1])
    msg = "the official client ended early"
    raise RuntimeError(msg)


def measure(folder: Path, port: int) -> dict[str, list[float]]:
    """Return the seconds of each client in interleaved rounds."""
    url, ca = f"https://localhost:{port}/", str(folder / "ca.pem")
    request = Request("POST", url, HEADERS, BODY, effect="read")
    timeout = Timeout(10, 60, 120)
    process = official(folder, port)
    times: dict[str, list[float]] = {}
    with requests.Session() as bare, open_transport(verify=ca, timeout=timeout) as ours:
        calls: dict[str, Callable[[], float]] = {
            "requests.Session": lambda: seconds(
                lambda: (
                    bare.post(
                        url, data=BODY, headers=HEADERS, verify=ca, timeout=(10, 60)
                    ).content
                )
            ),
            "skysyn": lambda: seconds(lambda: ours.send(request)),
        }
        if process is not None:
            calls["accsyn-python-api"] = lambda: official_seconds(process)
        for number in range(ROUNDS):
            for name, call in calls.items():
                if name == "accsyn-python-api" and number % 7:
                    continue
                times.setdefault(name, []).append(call())
    if process is not None:
        process.kill()
        process.communicate()
    return times


def main() -> None:
    """Start the server, measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(f"{folder}/ca.pem")
        cert = authority.issue_cert("localhost")
        cert.private_key_and_cert_chain_pem.write_to_path(f"{folder}/server.pem")
        command = [sys.executable, __file__, "serve", name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                line = "" if server.stdout is None else server.stdout.readline()
                report(measure(folder, int(line)))
            finally:
                server.kill()


def report(times: dict[str, list[float]]) -> None:
    """Print medians per call, and medians of the ratios of each round."""
    base, ours = times["requests.Session"], times["skysyn"]
    for name, found in times.items():
        call = statistics.median(found) / CALLS * 1e6
        step = ROUNDS // len(found)
        ratio = statistics.median(
            a / b for a, b in zip(found, base[::step], strict=True)
        )
        print(f"{name:20} {call:9.0f} µs a call   {ratio:6.2f} x requests.Session")
    if "accsyn-python-api" in times:
        rival = times["accsyn-python-api"]
        ratio = statistics.median(a / b for a, b in zip(rival, ours[::7], strict=True))
        print(f"skysyn is {ratio:.1f} times as fast as accsyn-python-api")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
    else:
        main()
