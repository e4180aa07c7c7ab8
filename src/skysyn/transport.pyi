"""For static tools only: the folder `transport/` is `skysyn.transport`."""

from transport import *
