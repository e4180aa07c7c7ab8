"""Models whose annotations are evaluated at once."""

from skysyn import Field, Record, Ref, field


class Leaf(Record):
    tree: Field[Ref["Tree"]]


class Tree(Record):
    best: Field[Ref[Leaf] | None] = field(default=None)
    other: Field["Ref[Tree] | None"] = field(default=None)
