"""What subscriptions and watches yield: see `SkygearSession.subscribe()`."""

from skysyn.session.events import Gap, Message, Unreadable
from skysyn.session.subscription import Subscription
from skysyn.session.watching import Changed, Watch

__all__ = ["Changed", "Gap", "Message", "Subscription", "Unreadable", "Watch"]
