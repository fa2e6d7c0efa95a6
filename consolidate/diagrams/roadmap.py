"""The roadmap and its companions, drawn with Graphviz.

``roadmap`` shows when each system moves, ``map`` what moves where, ``dependencies`` what waits for
what. Above :data:`MOST_SYSTEMS` moving systems the roadmap becomes a summary for the Board, with a
detailed page for each partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.board_summary import board_summary
from consolidate.diagrams.dependencies import dependency_diagram
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.pictures import Drawing, rendered
from consolidate.diagrams.engine.rendering import CannotDraw
from consolidate.diagrams.migration_map import migration_map
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import counts
from consolidate.diagrams.system_rows import SystemRow
from consolidate.diagrams.timeline import RowGroup, timeline
from consolidate.errors import InvalidArgument
from consolidate.inventory import Inventory, require_inventory
from consolidate.language import LOCALES
from consolidate.language import language as language_named
from consolidate.output_files import CannotWrite, why_not
from consolidate.output_sets import PLAN_FILE, OutputSet, beside_its_plan, output_set
from consolidate.plan import Plan
from consolidate.vocabulary import counted

MOST_SYSTEMS = 60
"""With more moving systems than these the roadmap becomes a summary."""
FORMATS = ("svg", "png", "gv")
PICTURES = "pictures"
"""The group of these files, among those of an :class:`consolidate.OutputSet`."""
_MOST_ROWS = 150
"""A partner with more moving systems than these has several pages."""
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


def draw_roadmap(
    inventory: Inventory,
    plan: Plan,
    ledger: Ledger,
    out: str | Path | OutputSet,
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "en",
    approved: Plan | None = None,
) -> Drawn:
    """Draw the roadmap of a plan, its migration map and its dependencies, and write them as files.

    Where nothing can draw (no Graphviz), the graphs are still written, as ``.gv``, and the note says so.
    The same plan gives the same bytes on the same machine. All files are written, or none.

    Parameters
    ----------
    inventory, plan, ledger
        The plan, what it was made for, and what it costs and takes by quarter.
    out
        The folder to write into; it is made if it is not there. Pictures of an earlier plan in it are removed; it
        is not the folder of another plan. Or an :class:`consolidate.OutputSet`, to which they are added.
    formats
        Which of :data:`FORMATS` to write.
    language
        The language of every text: ``en`` or ``cy``.
    approved
        The approved plan; the roadmap then shows where it had what has moved since.

    Returns
    -------
    Drawn
        The files written, and a note where drawings are missing.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none, or there is no such format or language; nothing is written.
    UserError
        A file cannot be written.
    """
    unknown = next((kind for kind in formats if kind not in FORMATS), None)
    if unknown is not None:
        raise InvalidArgument("formats", repr(unknown), f"there are {', '.join(FORMATS)}")
    if language not in LOCALES:
        raise InvalidArgument("language", repr(language), f"there are {', '.join(LOCALES)}")
    require_inventory(inventory)
    try:
        return _draw(PlanView(inventory, plan, ledger, language_named(language), approved), out, formats)
    except CannotWrite as error:
        if error.message.remedy is not None:
            raise
        reason = error.reason
    except OSError as error:  # where drawings are rendered
        reason = why_not(error)
    folder = out.folder if isinstance(out, OutputSet) else Path(out)
    raise CannotWrite(folder, reason, f"{folder}: the pictures cannot be written ({reason})")


def _draw(view: PlanView, out: str | Path | OutputSet, formats: Sequence[str]) -> Drawn:
    with output_set(out) as outputs:
        if PLAN_FILE not in outputs:
            outputs.allow_only_if(beside_its_plan(view.plan, view.inventory.calendar))
        return _add_pictures(view, outputs, formats)


def _add_pictures(view: PlanView, outputs: OutputSet, formats: Sequence[str]) -> Drawn:
    """Renders every drawing of a plan; where nothing can draw, there are the graphs alone."""
    planned = diagrams(view)
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
    outputs.start(PICTURES)
    files = [outputs.add(PICTURES, f"{name}.gv", graphs[name]) for name in names]
    for drawing, content in zip(drawings, done, strict=True):
        files.append(outputs.add(PICTURES, f"{drawing.canvas.name}.{drawing.format}", content))
    return Drawn(tuple(sorted(files)), note)


def first_page(view: PlanView) -> tuple[Canvas, str, bytes]:
    """The roadmap on one page, as a canvas (its title and description), as SVG and as PNG.

    Raises:
        CannotDraw: no Graphviz is found, or it fails.
    """
    detailed = len(view.rows.moving) <= MOST_SYSTEMS
    canvas = _whole_timeline(view) if detailed else board_summary(view, "roadmap", pages=False)
    graph = canvas.to_dot()
    svg, png = rendered([Drawing(canvas, graph, kind) for kind in ("svg", "png")], view.language.tag)
    return canvas, svg.decode(), png


def diagrams(view: PlanView) -> list[Diagram]:
    """Every drawing of a plan: the roadmap with its pages, the migration map, the dependencies."""
    if len(view.rows.moving) <= MOST_SYSTEMS:
        roadmap = [Diagram(_whole_timeline(view), FORMATS)]
    else:
        pages = _partner_pages(view)
        kinds = ("svg", "png", "gv") if len(pages) <= _MOST_PNG else ("svg", "gv")
        roadmap = [Diagram(board_summary(view, "roadmap"), FORMATS), *(Diagram(page, kinds) for page in pages)]
    return [
        *roadmap,
        Diagram(migration_map(view, "map"), ("svg",)),
        Diagram(dependency_diagram(view, "dependencies"), ("svg",)),
    ]


def _group(view: PlanView, partner: str, rows: Sequence[SystemRow]) -> RowGroup:
    """A partner's lane with the moving systems ``rows``; its title counts all of the partner's systems."""
    staying = view.rows.staying_by_partner[partner]
    every = (*view.rows.moving_by_partner[partner], *staying)
    return RowGroup(f"{view.words.partner(partner)}: {counts(view, every)}", rows, staying)


def _whole_timeline(view: PlanView) -> Canvas:
    """The whole roadmap with a row for each system."""
    partners = view.rows.moving_by_partner.items()
    groups = [
        _group(view, partner, rows) for partner, rows in partners if rows or view.rows.staying_by_partner[partner]
    ]
    title = view.language.text("{name}: roadmap", name=view.words.programme)
    return timeline(view, "roadmap", title, groups, whole=True)


def _partner_pages(view: PlanView) -> list[Canvas]:
    """A page for each partner, or more where it has many systems: ``roadmap-torfaen``, ``roadmap-torfaen.2``.

    It is drawn from the partner's own systems, as its pack is, so that it may have it."""
    pages: list[Canvas] = []
    for partner in view.inventory.partners:
        if not view.rows.moving_by_partner[partner] and not view.rows.staying_by_partner[partner]:
            continue
        pages += _pages_of(view.of_partner(partner), partner)
    return pages


def _pages_of(view: PlanView, partner: str) -> list[Canvas]:
    """The pages of one partner; ``view`` is of its systems alone."""
    pages: list[Canvas] = []
    rows = view.rows.moving_by_partner[partner]
    count = max(1, -(-len(rows) // _MOST_ROWS))
    for page in range(count):
        part = rows[page * _MOST_ROWS : (page + 1) * _MOST_ROWS]
        heading = view.language.text("{name}: roadmap", name=view.words.partner(partner))
        if count > 1:
            heading = view.language.text("{title} (page {page} of {pages})", title=heading, page=page + 1, pages=count)
        group = _group(view, partner, part)
        groups = [group if page == count - 1 else group._replace(staying=())]
        name = f"roadmap-{partner}" + (f".{page + 1}" if page else "")
        pages.append(timeline(view, name, heading, groups, whole=False))
    return pages
