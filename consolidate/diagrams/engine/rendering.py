"""From graphs to pictures: the system's ``dot`` if there is one, else the Graphviz in pygraphviz's wheel."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import graphviz

from consolidate.diagrams.engine.graphviz_worker import LENGTH
from consolidate.errors import Message, Remedy, message_of

SECONDS = 300.0
"""When a drawing, which takes about a second, is given up."""
_WORKERS = 2
_BOLD = 'fontname="Helvetica-Bold"'
_FACES = "Helvetica,Arial,Liberation Sans,Nimbus Sans,Arimo"


@dataclass(frozen=True)
class Job:
    """A graph to draw as ``svg`` or ``png``; ``dpi`` sets the pixels of the latter (72 is one for each point)."""

    dot: str
    format: str
    dpi: float = 72.0

    @property
    def source(self) -> str:
        """The graph with the fonts of Helvetica's widths by name (the wheel's fontconfig finds no substitute for
        Helvetica by itself), and for a PNG with its resolution.
        """
        dot = self.dot
        if self.format == "png":
            dot = dot.replace("graph [", f"graph [dpi={self.dpi:.2f}, ", 1)
        return dot.replace("fontname=Helvetica]", f'fontname="{_FACES}"]', 1).replace(
            _BOLD, f'fontname="{_FACES} Bold"'
        )


class CannotDraw(Exception):
    """Why a picture could not be drawn, in a few words; its argument may be a :class:`~consolidate.errors.Message`."""

    def __init__(self, message: str) -> None:
        self.message = message_of(message)
        super().__init__(self.message)


Renderer = Callable[[Sequence[Job]], list[bytes]]


def with_dot(jobs: Sequence[Job]) -> list[bytes]:
    """Draw with the ``dot`` on the PATH.

    Raises:
        CannotDraw: it is not there, or it fails; an exit status of 1 is a failure even if there is a picture.
    """

    def draw(job: Job) -> bytes:
        try:
            picture: bytes = graphviz.pipe("dot", job.format, job.source.encode(), quiet=True)
            return picture
        except (graphviz.ExecutableNotFound, OSError, subprocess.SubprocessError) as error:
            raise CannotDraw(f"dot failed ({_first_line(error)})") from None

    with ThreadPoolExecutor(_WORKERS) as pool:
        return [_checked(job, picture) for job, picture in zip(jobs, pool.map(draw, jobs), strict=True)]


def with_pygraphviz(jobs: Sequence[Job]) -> list[bytes]:
    """Draw with pygraphviz, in processes of their own.

    Raises:
        CannotDraw: pygraphviz is not installed, or it fails.
    """
    shares = [share for share in _shares(jobs) if share]
    pictures: dict[int, bytes] = {}
    with ThreadPoolExecutor(_WORKERS) as pool:
        drawn = pool.map(lambda share: _run_worker([jobs[index] for index in share]), shares)
        for share, found in zip(shares, drawn, strict=True):
            pictures |= dict(zip(share, found, strict=True))
    return [_checked(job, pictures[index]) for index, job in enumerate(jobs)]


def _shares(jobs: Sequence[Job]) -> list[list[int]]:
    """What each process draws: a PNG takes ten times as long as an SVG, so each gets its part of both.

    >>> _shares([Job("digraph {}", kind) for kind in ("svg", "png", "svg", "png", "svg")])
    [[1, 0, 4], [3, 2]]
    """
    slow_first = sorted(range(len(jobs)), key=lambda index: jobs[index].format != "png")
    return [slow_first[start::_WORKERS] for start in range(_WORKERS)]


def _run_worker(jobs: Sequence[Job]) -> list[bytes]:
    """The pictures that a process of its own draws; nothing is written to files, so that none stays if it is ended."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("graphviz_worker.py"))]
    wanted = json.dumps([{"dot": job.source, "format": job.format} for job in jobs]).encode()
    try:
        done = subprocess.run(command, input=wanted, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotDraw(f"pygraphviz failed ({_first_line(error)})") from None
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise CannotDraw(f"pygraphviz failed ({lines[-1]})")
    return list(_pictures_in(done.stdout))


def _pictures_in(output: bytes) -> Iterator[bytes]:
    """The pictures that the process wrote, each after the number of its bytes."""
    at = 0
    while at < len(output):
        start = at + LENGTH
        at = start + int.from_bytes(output[at:start], "big")
        yield output[start:at]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _checked(job: Job, picture: bytes) -> bytes:
    start = b"\x89PNG" if job.format == "png" else b"<?xml"
    if not picture.startswith(start):
        raise CannotDraw(f"Graphviz wrote no {job.format}")
    return picture


def renderers() -> list[Renderer]:
    """What can draw on this machine, the best first; nothing is started."""
    found: list[Renderer] = []
    if shutil.which("dot"):
        found.append(with_dot)
    if importlib.util.find_spec("pygraphviz") is not None:
        found.append(with_pygraphviz)
    return found


def render(jobs: Sequence[Job]) -> list[bytes]:
    """Each job's picture, in their order.

    Raises:
        CannotDraw: with the reason, and what would help.
    """
    reason = Message("no Graphviz found: ", Remedy.GRAPHVIZ)
    for renderer in renderers():
        try:
            return renderer(jobs)
        except CannotDraw as error:
            reason = error.message
    raise CannotDraw(reason)
