"""Logging: tags that tell the log of cloud code from that of its runtime."""

from __future__ import annotations

from logging import Filter, Logger, LogRecord

from typing_extensions import override


class RequestTagFilter(Filter):
    """Adds *tag* to what is logged, unless it has one."""

    def __init__(self, tag: str, name: str = "") -> None:
        super().__init__(name)
        self.tag = tag

    @override
    def filter(self, record: LogRecord) -> bool:
        if super().filter(record) and not hasattr(record, "tag") and self.tag:
            record.tag = self.tag
        return True


def setLoggerTag(logger: Logger, tag: str) -> None:  # noqa: N802  # the original's name
    """Add *tag* to what *logger* logs."""
    logger.addFilter(RequestTagFilter(tag))
