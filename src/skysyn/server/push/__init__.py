"""Push: notifications to devices, kept here or handed to Apple and Google."""

from .recorder import Recorder, Sent
from .sender import Busy, Gone, Refused, Sender
from .settings import FCM, APNs, Push

__all__ = [
    "FCM",
    "APNs",
    "Busy",
    "Gone",
    "Push",
    "Recorder",
    "Refused",
    "Sender",
    "Sent",
]
