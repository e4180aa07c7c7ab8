"""Ways to the real services, as sessions without a recording take them."""

from __future__ import annotations

from skysyn.dialects.accsyn import settings
from skysyn.session.accsyn_opening import ACCSYN_RATE
from skysyn.transport import Transport, open_transport


def way_to(service: str, proxy: str | None = None) -> Transport:
    """Return what carries requests to *service*, by `ACCSYN_PROXY` or by *proxy*."""
    if service != "accsyn":
        return open_transport(proxy)
    named = settings.setting((settings.PROXY,), settings.named_file())
    return open_transport(named or proxy, rate=ACCSYN_RATE)
