"""Publisher: threads and processes that share one."""

from __future__ import annotations

from skysyn.session.publisher import Publisher

from .lines import FakeLine, opening


def test_closing_leaves_what_another_thread_opens_meanwhile() -> None:
    class Polite(FakeLine):
        def close(self) -> None:
            super().close()
            publisher.publish("news", "meanwhile")

    first, second = Polite(), FakeLine()
    publisher = Publisher(opening(first, second))
    publisher.publish("news", "before")
    publisher.close()

    assert (first.is_open, second.is_open) == (False, True)
