"""What a subscription yields, and what it is: see `SkygearSession.subscribe()`."""

from skysyn.session.events import Gap, Message, Unreadable
from skysyn.session.subscription import Subscription

__all__ = ["Gap", "Message", "Subscription", "Unreadable"]
