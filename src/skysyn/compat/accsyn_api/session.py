"""What the module `accsyn_api.session` has."""

from skysyn.accsyn import AccsynException, Session

__all__ = ["AccsynException", "Session"]
