"""Random YAML texts in every style that people write, and random changes of them, from a seed."""

from __future__ import annotations

import random
from typing import Any

KEYS = ("a", "b", "c", "days", "2016/17", "2017/18 Q1", "'365'", "end", "ŵy")
SCALARS = ("1", "450_000", "12.5%", "text of words", '"a: quoted, one"', "'it''s'", "2016-12-31", "yes", "null", "tŷ")


class RandomYaml:
    """Draws mappings as texts: over lines and within braces, with comments, anchors, aliases and merge keys."""

    def __init__(self, seed: int, *, anchors: bool = True) -> None:
        self.r = random.Random(seed)
        self.anchors = anchors
        self.names: list[str] = []
        self.maps: list[str] = []

    def text(self) -> str:
        """A whole file."""
        return self.comment(0, 0.5) + self.block_map(0, 0) + self.comment(0, 0.3)

    def overlay(self) -> str:
        """A change of such a file; null takes away."""
        self.anchors = self.r.random() < 0.2
        return "scenario: What if\nprogramme:\n" + self.block_map(2, 0)

    def chance(self, of: float) -> bool:
        return self.r.random() < of

    def comment(self, indent: int, chance: float) -> str:
        return f"{' ' * self.r.choice([0, indent])}# a comment: {self.r.randrange(99)}\n" if self.chance(chance) else ""

    def end(self) -> str:
        return self.r.choice(["", "", "", "  ", "   # why: so", " # - {x"]) + "\n"

    def anchor(self, of_map: bool) -> str:
        if not self.anchors or not self.chance(0.2):
            return ""
        name = f"n{len(self.names)}"
        self.names.append(name)
        self.maps += [name] if of_map else []
        return f"&{name} "

    def alias(self, among: list[str]) -> str | None:
        return "*" + self.r.choice(among) if self.anchors and among and self.chance(0.3) else None

    def keys(self) -> list[str]:
        return self.r.sample(KEYS, self.r.choice([1, 2, 2, 3, 4]))

    def block_map(self, indent: int, depth: int) -> str:
        """Lines of a mapping."""
        pad = " " * indent
        lines = []
        for number, key in enumerate(self.keys()):
            lines.append(self.comment(indent, 0.2))
            merge = self.alias(self.maps) if not number else None
            lines.append(f"{pad}<<: {merge}{self.end()}" if merge else "")
            lines.append(f"{pad}{key}:{self.value(indent, depth)}")
        return "".join(lines)

    def value(self, indent: int, depth: int) -> str:
        """What stands behind a colon or a dash, up to the end of the line, or of some lines."""
        kind = self.r.choice(["scalar", "scalar", "flow", "map", "list", "long", "folded"]) if depth < 3 else "flow"
        if kind in ("scalar", "flow"):
            given = self.alias(self.names)
            return f" {given or self.anchor(False) + self.flow(depth + 2 * (kind == 'scalar'))}{self.end()}"
        if kind == "long":
            return f" [one,   # first\n{' ' * (indent + 4)}two]{self.end()}"
        if kind == "folded":
            pad = " " * (indent + 4)
            return f" {self.r.choice(['>-', '|'])}\n{pad}words\n{pad}more: words\n"
        deeper = indent + self.r.choice([2, 4])
        if kind == "map":
            rest = self.block_map(deeper, depth + 1)
            return f" {self.anchor(True)}".rstrip() + self.end() + rest
        name = f" {self.anchor(False)}".rstrip()
        return name + self.end() + "".join(self.item(deeper, depth + 1) for _ in range(self.r.choice([1, 2, 3])))

    def item(self, indent: int, depth: int) -> str:
        """An entry of a list."""
        pad = " " * indent
        if depth < 3 and self.chance(0.4):
            return f"{self.comment(indent, 0.2)}{pad}- {self.block_map(indent + 2, depth + 1).lstrip(' ')}".replace(
                "- #", "- a: 1\n#"
            )
        return f"{self.comment(indent, 0.2)}{pad}-{self.value(indent, 5)}"

    def flow(self, depth: int) -> str:
        """A value on one line."""
        kind = self.r.choice(["scalar", "map", "list"]) if depth < 4 else "scalar"
        if kind == "scalar":
            return self.r.choice(SCALARS)
        if kind == "list":
            return "[" + ", ".join(self.flow(depth + 1) for _ in range(self.r.randrange(4))) + "]"
        return "{" + ", ".join(f"{key}: {self.flow(depth + 1)}" for key in self.keys()) + "}"


def drawn(seed: int) -> dict[str, Any]:
    """A text and a change of it."""
    return {"text": RandomYaml(seed).text(), "overlay": RandomYaml(-seed - 1).overlay()}
