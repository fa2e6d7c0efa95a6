"""From drawings of a plan to its picture files: all of them written, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.pictures import Drawing, rendered
from consolidate.diagrams.engine.rendering import CannotDraw
from consolidate.diagrams.plan_view import PlanView
from consolidate.errors import InvalidArgument, Message
from consolidate.language import LOCALES
from consolidate.output_files import CannotWrite, why_not
from consolidate.output_sets import PLAN_FILE, OutputSet, beside_its_plan, output_set
from consolidate.vocabulary import counted

FORMATS = ("svg", "png", "gv")
PICTURES, PLATEAUS = "pictures", "plateaus"
"""The groups of these files, among those of an :class:`consolidate.OutputSet`: those of every plan, and plateaus."""


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


@dataclass(frozen=True)
class RenderedDiagrams:
    """Diagrams as files will hold them.

    Attributes:
        graphs: of each diagram by its name, in Graphviz's language.
        files: by name; none where nothing can draw.
        reason: why nothing can.
    """

    graphs: Mapping[str, str]
    files: Mapping[str, bytes | str]
    reason: Message | None = None


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


def render_diagrams(diagrams: Sequence[Diagram], formats: Sequence[str], language: str) -> RenderedDiagrams:
    """Each diagram in those of its formats that are wanted; ``language`` is the tag of their texts (``en-GB``)."""
    graphs = {diagram.canvas.name: diagram.canvas.to_dot() for diagram in diagrams}
    wanted = [(diagram.canvas, kind) for diagram in diagrams for kind in diagram.formats if kind in formats]
    drawings = [Drawing(canvas, graphs[canvas.name], kind) for canvas, kind in wanted if kind != "gv"]
    try:
        pictures = rendered(drawings, language)
    except CannotDraw as error:
        return RenderedDiagrams(graphs, {}, error.message)
    files: dict[str, bytes | str] = {
        f"{canvas.name}.gv": graphs[canvas.name] for canvas, kind in wanted if kind == "gv"
    }
    files |= {f"{one.canvas.name}.{one.format}": picture for one, picture in zip(drawings, pictures, strict=True)}
    return RenderedDiagrams(graphs, files)


def write_pictures(
    view: PlanView, out: str | Path | OutputSet, group: str, render: Callable[[], Sequence[RenderedDiagrams]]
) -> Drawn:
    """Writes what ``render`` gives of a plan in place of the files of its group.

    Where nothing can draw, there are the graphs alone.

    Raises:
        CannotWrite: a file cannot be written.
    """
    try:
        with output_set(out) as outputs:
            if PLAN_FILE not in outputs:
                outputs.allow_only_if(beside_its_plan(view.plan, view.inventory.calendar))
            return _add_pictures(outputs, group, render())
    except CannotWrite as error:
        if error.message.remedy is not None:
            raise
        reason = error.reason
    except OSError as error:  # where drawings are rendered
        reason = why_not(error)
    folder = out.folder if isinstance(out, OutputSet) else Path(out)
    raise CannotWrite(folder, reason, f"{folder}: the pictures cannot be written ({reason})")


def _add_pictures(outputs: OutputSet, group: str, rendered: Sequence[RenderedDiagrams]) -> Drawn:
    reason = next((one.reason for one in rendered if one.reason is not None), None)
    note = reason and reason.within("pictures not drawn, their graphs (.gv) are written: ")
    if group == PICTURES and not outputs.started(PLATEAUS):
        outputs.start(PLATEAUS)  # they may be of another plan
    outputs.start(group)
    files = []
    for one in rendered:
        contents = one.files if note is None else {f"{name}.gv": graph for name, graph in one.graphs.items()}
        files += [outputs.add(group, name, content) for name, content in contents.items()]
    return Drawn(tuple(sorted(files)), note)
