"""From drawings of a plan to its picture files: all of them written, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.pictures import Drawing, rendered
from consolidate.diagrams.engine.rendering import CannotDraw
from consolidate.diagrams.plan_view import PlanView
from consolidate.errors import InvalidArgument
from consolidate.language import LOCALES
from consolidate.output_files import CannotWrite, why_not
from consolidate.output_sets import PLAN_FILE, OutputSet, beside_its_plan, output_set
from consolidate.vocabulary import counted

FORMATS = ("svg", "png", "gv")
PICTURES, PLATEAUS = "pictures", "plateaus"
"""The groups of these files, among those of an :class:`consolidate.OutputSet`: those of every plan, and plateaus."""

_MOST_PNG = 12
"""With more pages for partners than these none is drawn as PNG, which takes ten times as long as SVG."""


@dataclass(frozen=True, repr=False)
class Drawn:
    """``files`` written (or to be written); ``note`` says in one line what could not be drawn, and what would help."""

    files: tuple[Path, ...]
    note: str | None = None

    def __repr__(self) -> str:
        return f"<Drawn: {counted(len(self.files), 'file')}{f'; {self.note}' if self.note else ''}>"


@dataclass(frozen=True)
class Diagram:
    """A drawing that is not yet rendered, and the formats in which it is to be written."""

    canvas: Canvas
    formats: tuple[str, ...]


def pages_of_partners(pages: Sequence[Canvas]) -> list[Diagram]:
    """The pages of all partners, in the formats for so many of them."""
    kinds = FORMATS if len(pages) <= _MOST_PNG else ("svg", "gv")
    return [Diagram(page, kinds) for page in pages]


def check_formats(formats: Sequence[str], language: str) -> None:
    """Refuses formats and languages that there are not.

    Raises:
        InvalidArgument: there is no such format or language.
    """
    unknown = next((kind for kind in formats if kind not in FORMATS), None)
    if unknown is not None:
        raise InvalidArgument("formats", repr(unknown), f"there are {', '.join(FORMATS)}")
    if language not in LOCALES:
        raise InvalidArgument("language", repr(language), f"there are {', '.join(LOCALES)}")


def write_pictures(
    view: PlanView,
    out: str | Path | OutputSet,
    group: str,
    make: Callable[[PlanView], Sequence[Diagram]],
    formats: Sequence[str],
) -> Drawn:
    """Draws what ``make`` finds in a plan, and writes it in place of the files of its group.

    Where nothing can draw, there are the graphs alone.

    Raises:
        CannotWrite: a file cannot be written.
    """
    try:
        with output_set(out) as outputs:
            if PLAN_FILE not in outputs:
                outputs.allow_only_if(beside_its_plan(view.plan, view.inventory.calendar))
            return _add_pictures(view, outputs, group, make(view), formats)
    except CannotWrite as error:
        if error.message.remedy is not None:
            raise
        reason = error.reason
    except OSError as error:  # where drawings are rendered
        reason = why_not(error)
    folder = out.folder if isinstance(out, OutputSet) else Path(out)
    raise CannotWrite(folder, reason, f"{folder}: the pictures cannot be written ({reason})")


def _add_pictures(
    view: PlanView, outputs: OutputSet, group: str, planned: Sequence[Diagram], formats: Sequence[str]
) -> Drawn:
    graphs = {diagram.canvas.name: diagram.canvas.to_dot() for diagram in planned}
    wanted = [(diagram, kind) for diagram in planned for kind in diagram.formats if kind in formats and kind != "gv"]
    drawings = [Drawing(diagram.canvas, graphs[diagram.canvas.name], kind) for diagram, kind in wanted]
    note = None
    try:
        done = rendered(drawings, view.language.tag)
        names = [diagram.canvas.name for diagram in planned if "gv" in formats and "gv" in diagram.formats]
    except CannotDraw as error:
        note = error.message.within("pictures not drawn, their graphs (.gv) are written: ")
        drawings, done, names = [], [], list(graphs)
    if group == PICTURES and not outputs.started(PLATEAUS):
        outputs.start(PLATEAUS)  # they may be of another plan
    outputs.start(group)
    files = [outputs.add(group, f"{name}.gv", graphs[name]) for name in names]
    for drawing, content in zip(drawings, done, strict=True):
        files.append(outputs.add(group, f"{drawing.canvas.name}.{drawing.format}", content))
    return Drawn(tuple(sorted(files)), note)
