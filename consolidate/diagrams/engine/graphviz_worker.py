"""Draws graphs with the Graphviz in pygraphviz's wheel. Run as a process of its own.

The library writes its warnings straight to the process's standard error, and a fault in it would end the process
that it runs in; so it gets its own. Standard input is a JSON array with an object for each graph: its text (``dot``)
and the ``format`` it is wanted in. Standard output is each picture, in the same order, after the number of its bytes.
Nothing of the project is imported, so that it starts fast.
"""

from __future__ import annotations

import json
import sys

LENGTH = 8
"""Bytes of the number before each picture, the most significant first."""


def main() -> None:
    """Draw each graph on standard input."""
    import pygraphviz  # here: it is optional, and this module must import without it

    for job in json.load(sys.stdin.buffer):
        picture = pygraphviz.AGraph(string=job["dot"]).draw(format=job["format"], prog="nop2")
        sys.stdout.buffer.write(len(picture).to_bytes(LENGTH, "big") + picture)


if __name__ == "__main__":
    main()
