"""The names of the official package `accsyn_api`, for code that only changes imports.

from skysyn.compat import accsyn_api

session = accsyn_api.Session(…)
"""

from skysyn.accsyn import AccsynException, Session

__all__ = ["AccsynException", "Session"]
