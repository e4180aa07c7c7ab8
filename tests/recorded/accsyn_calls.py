"""What the official client was called with, in our `Session` and in typed methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .accsyn_access import ACCESS
from .accsyn_changing import CHANGING
from .accsyn_files import FILES
from .accsyn_finding import FINDING
from .accsyn_workspace import WORKSPACE

if TYPE_CHECKING:
    from .accsyn_call import Call

CALLS: dict[str, Call] = {**FINDING, **CHANGING, **ACCESS, **FILES, **WORKSPACE}
"""Each recorded call that sends something, in our `Session` and with typed entities."""
