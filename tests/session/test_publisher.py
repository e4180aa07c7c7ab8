"""Publisher: threads and processes that share one."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from skysyn.session.publisher import Publisher

from .lines import FakeLine, opening

if TYPE_CHECKING:
    import pytest


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


def test_a_process_that_forks_while_a_thread_publishes_may_publish_and_close(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def act_in_child() -> None:
        publisher.publish("news", "of the child")
        publisher.close()

    class Forking(FakeLine):
        def send(self, *texts: str) -> None:
            super().send(*texts)
            monkeypatch.setattr(os, "getpid", lambda: -1)
            child.start()
            child.join(5)

    child = threading.Thread(target=act_in_child, daemon=True)
    parents, childs = Forking(), FakeLine()
    publisher = Publisher(opening(parents, childs))
    publisher.publish("news", "of the parent")

    assert (child.is_alive(), len(parents.sent), len(childs.sent)) == (False, 1, 1)


def test_closing_in_a_child_says_nothing_over_the_connection_of_the_parent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Parents(FakeLine):
        def close(self) -> None:
            self.sent.append("bye")

    line = Parents()
    publisher = Publisher(opening(line))
    publisher.publish("news", 1)
    said = list(line.sent)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    publisher.close()

    assert line.sent == said
