"""Draws graphs with the Graphviz in pygraphviz's wheel. Run as a process of its own.

The library writes its warnings straight to the process's standard error, and a fault in it would end the process
that it runs in; so it gets its own. Arguments: a folder, then names; for each name the graph is read from
``NAME.gv`` and the picture is written to NAME, whose ending says the format. Nothing of the project is imported,
so that it starts fast.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main(folder: Path, names: list[str]) -> None:
    """Draw ``NAME.gv`` of the folder as NAME, for each of ``names``."""
    import pygraphviz  # here: it is optional, and this module must import without it

    for name in names:
        graph = pygraphviz.AGraph(string=(folder / f"{name}.gv").read_text(encoding="utf-8"))
        picture = graph.draw(format=name.rpartition(".")[2], prog="nop2")
        (folder / name).write_bytes(picture)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
