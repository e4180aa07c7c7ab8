"""Inexpressible: what was sent, but the public API has no words for."""


class Inexpressible(Exception):
    """A recorded request holds something that no call makes; the text says what."""
