"""Tunnels through SOCKS proxies, by PySocks on one socket."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

import socks
from typing_extensions import override

from skysyn.errors import ConnectError, ProxyError, ProxyRefused

from .sockets import CallSocket

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from .address import Address
    from .call import Call
    from .proxy import Proxy

# RFC 1928: the rules forbid it; RFC 1929 and SOCKS 4: the login is not accepted
FINAL = ("0x02:", "0x5d:", "0x5c:")
NAME_LIMIT = 127


class Negotiator(socks.socksocket):
    """A PySocks socket whose handshake is bounded by *call*."""

    call: Call

    @override
    def recv_into(self, buffer: Buffer, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(self.call.next_wait())
        return super().recv_into(buffer, nbytes, flags)


def open_socks_tunnel(
    proxy: Proxy, addresses: list[Address], host: str, port: int, call: Call
) -> CallSocket:
    """Return a socket to *host* through *proxy*, which has *addresses*.

    Raises:
        ProxyRefused: the proxy wants other credentials, or forbids it.
        ProxyError: the proxy failed, or is not a SOCKS proxy.
        ConnectError: no address of the proxy takes connections.
    """
    _check_target(proxy, host)
    failure: Exception | None = None
    for address in addresses:
        sock = _negotiator(proxy, address, call)
        try:
            sock.connect((host, port))
        except socks.ProxyConnectionError as exc:
            failure = _cause(exc)
        except (socks.ProxyError, OSError) as exc:
            raise _translate(proxy, exc) from exc
        else:
            return CallSocket(call, sock.family, fileno=sock.detach())
        finally:
            sock.close()
    if isinstance(failure, TimeoutError):
        raise failure
    msg = f"no connection: {failure}"
    raise ConnectError(msg, maybe_sent=False) from failure


def _negotiator(proxy: Proxy, address: Address, call: Call) -> Negotiator:
    sock = Negotiator(address.family, socket.SOCK_STREAM)
    sock.call = call
    sock.set_proxy(
        socks.SOCKS5 if proxy.kind.startswith("socks5") else socks.SOCKS4,
        address.host,
        address.port,
        rdns=True,
        username=proxy.username,
        password=None if proxy.password is None else proxy.password.reveal(),
    )
    sock.settimeout(call.next_wait())
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _check_target(proxy: Proxy, host: str) -> None:
    """Refuse hosts that the protocol cannot name."""
    if proxy.kind.startswith("socks4") and _is_ipv6(host):
        msg = f"{proxy} speaks SOCKS 4, which has no IPv6: use socks5:// for {host}"
        raise ProxyError(msg, maybe_sent=False)
    if len(host) > NAME_LIMIT:
        msg = f"{host} is too long a name for a SOCKS proxy: pass dns='local'"
        raise ProxyError(msg, maybe_sent=False)


def _is_ipv6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False


def _cause(exc: BaseException) -> Exception:
    """Return what PySocks wrapped last, however deep."""
    inner = getattr(exc, "socket_err", None)
    if isinstance(inner, Exception):
        return _cause(inner)
    return exc if isinstance(exc, Exception) else ProxyError(str(exc))


def _translate(proxy: Proxy, exc: Exception) -> OSError:
    """Say what went wrong in the handshake in our errors."""
    cause = _cause(exc)
    if isinstance(cause, TimeoutError):
        return cause
    text = str(cause)
    if isinstance(cause, socks.SOCKS5AuthError) or text.startswith(FINAL):
        msg = f"the proxy {proxy} refused: {text}; check its user, password and rules"
        return ProxyRefused(msg, maybe_sent=False)
    msg = f"the proxy {proxy} failed: {text}"
    return ProxyError(msg, maybe_sent=False)
