"""The pages of a plan's partners: drawn here, or by other processes beside what is drawn of the whole plan.

Each partner's pages are drawn from its own systems alone, so what is sent to a process is small, and the bytes are the
same whoever draws them. What a process was at that has been lost is drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.picture_files import (
    FORMATS,
    Diagram,
    Drawn,
    RenderedDiagrams,
    render_diagrams,
    write_pictures,
)
from consolidate.diagrams.plan_view import PartnersPart, PlanView
from consolidate.output_sets import OutputSet

_MOST_PNG = 12
"""With more pages for partners than these none is drawn as PNG, which takes ten times as long as SVG."""
_BATCH, _BATCHES = 1_500, 2
"""At least so many systems' pages are drawn at once, and so many batches are made for each process: to start Graphviz
takes as long as to draw six pages, and who begins last is not to end long after the others."""

MakePages = Callable[[PlanView, str], Sequence[Canvas]]
"""From a view of one partner's systems alone, and its id, to its pages: a function of a module, which can be sent."""


@dataclass(frozen=True)
class PartnerPages:
    """Pages that are to be drawn.

    Attributes:
        view: of the whole plan.
        make: draws those of one partner.
        systems: the partners that have pages, in their order, and how many systems each has.
        count: how many pages there are.
    """

    view: PlanView
    make: MakePages
    systems: Mapping[str, int]
    count: int

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats for so many of them."""
        return FORMATS if self.count <= _MOST_PNG else ("svg", "gv")

    @property
    def are_few(self) -> bool:
        """Whether they are drawn along with the whole plan."""
        return self.count <= _MOST_PNG

    def diagrams(self) -> list[Diagram]:
        """All of them, drawn here."""
        pages = (page for partner in self.systems for page in self.make(self.view.of_partner(partner), partner))
        return [Diagram(page, self.formats) for page in pages]

    def batches(self, formats: Sequence[str], processes: int | None = None) -> Iterator[_Batch]:
        """The same in parts that can be sent to so many processes; none is made before it is asked for."""
        partners: list[str] = []
        systems = 0
        enough = max(_BATCH, sum(self.systems.values()) // (_BATCHES * processes) if processes else 0)
        for partner, count in self.systems.items():
            partners.append(partner)
            systems += count
            if systems >= enough:
                yield self._batch(partners, formats)
                partners, systems = [], 0
        if partners:
            yield self._batch(partners, formats)

    def _batch(self, partners: Sequence[str], formats: Sequence[str]) -> _Batch:
        parts = tuple(self.view.part_of(partner) for partner in partners)
        wanted = tuple(kind for kind in self.formats if kind in formats)
        return _Batch(parts, self.make, wanted, self.view.language.tag)


@dataclass(frozen=True)
class _Batch:
    """The parts of some partners, and what is to be drawn of them."""

    parts: tuple[PartnersPart, ...]
    make: MakePages
    formats: tuple[str, ...]
    language: str


def draw_batch(batch: _Batch) -> RenderedDiagrams:
    """Draws the pages of some partners, in whatever process."""
    pages = [page for part in batch.parts for page in batch.make(part.view(), part.partner)]
    return render_diagrams([Diagram(page, batch.formats) for page in pages], batch.formats, batch.language)


@dataclass
class BegunDrawing:
    """The pictures of a plan; where there are many pages of partners, other processes have begun to draw them.

    Attributes:
        view: the plan.
        group: the group of the files, among those of an :class:`consolidate.OutputSet`.
        whole: makes the diagrams of the whole plan.
        pages: the pages of partners.
        formats: in which of them files are wanted.
        executor: who draws pages; None: this process, in the end.
    """

    view: PlanView = field(repr=False)
    group: str
    whole: Callable[[PlanView], Sequence[Diagram]] = field(repr=False)
    pages: PartnerPages = field(repr=False)
    formats: Sequence[str]
    executor: Executor | None = None
    _sent: list[tuple[_Batch, Future[RenderedDiagrams] | None]] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        if self.executor is not None and not self.pages.are_few:
            for batch in self.pages.batches(self.formats, getattr(self.executor, "slots", None)):
                lost = bool(self._sent) and self._sent[-1][1] is None
                self._sent.append((batch, None if lost else _submitted(self.executor, batch)))

    def write(self, out: str | Path | OutputSet) -> Drawn:
        """Draw what is not drawn yet, and write the files.

        Parameters
        ----------
        out
            The folder to write into, as for :func:`consolidate.draw_roadmap`, or an :class:`consolidate.OutputSet`.

        Returns
        -------
        Drawn
            The files written, and a note where drawings are missing.

        Raises
        ------
        UserError
            A file cannot be written.
        """
        return write_pictures(self.view, out, self.group, self._rendered)

    def give_up(self) -> None:
        """Ends what is under way: there will be no pictures, and the executor can be of no more use."""
        for _, future in self._sent:
            if future is not None:
                future.cancel()
        kill: Callable[[], None] | None = getattr(self.executor, "kill", None)
        if kill is not None:
            kill()

    def _rendered(self) -> list[RenderedDiagrams]:
        together = self.pages.diagrams() if self.pages.are_few else []
        rendered = [render_diagrams([*self.whole(self.view), *together], self.formats, self.view.language.tag)]
        if self._sent:
            rendered += [_result(batch, future) for batch, future in self._sent]
        elif not self.pages.are_few:
            rendered += map(draw_batch, self.pages.batches(self.formats))
        return rendered


def _submitted(executor: Executor, batch: _Batch) -> Future[RenderedDiagrams] | None:
    """What is to come of a batch; None where no process is left, or none may be started."""
    try:
        return executor.submit(draw_batch, batch)
    except (BrokenExecutor, OSError):
        return None


def _result(batch: _Batch, future: Future[RenderedDiagrams] | None) -> RenderedDiagrams:
    try:
        return draw_batch(batch) if future is None else future.result()
    except BrokenExecutor:  # its process was ended from outside
        return draw_batch(batch)
