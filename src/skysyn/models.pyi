"""For static tools only: the folder `models/` is `skysyn.models` (pyproject.toml)."""

from models import *
