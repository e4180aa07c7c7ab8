"""What is pushed to devices: see `SkygearSession.push_users()`."""

from skysyn.dialects.skygear.notifications import FCM, Alert, APNs, Notification
from skysyn.session.pushing import PushReport

__all__ = ["FCM", "APNs", "Alert", "Notification", "PushReport"]
