"""The roadmap and its companions, drawn with Graphviz.

``roadmap`` shows when each system moves, ``map`` what moves where, ``dependencies`` what waits for
what. Above :data:`MOST_SYSTEMS` moving systems the roadmap becomes a summary for the Board, with a
detailed page for each partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from pathlib import Path

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.board_summary import board_summary
from consolidate.diagrams.dependencies import dependency_diagram
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.pictures import Drawing, rendered
from consolidate.diagrams.migration_map import migration_map
from consolidate.diagrams.partner_pages import BegunDrawing, PartnerPages
from consolidate.diagrams.picture_files import FORMATS, PICTURES, Diagram, Drawn, check_formats
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import lane_title
from consolidate.diagrams.system_rows import SystemRow
from consolidate.diagrams.timeline import RowGroup, timeline
from consolidate.inventory import Inventory, require_inventory
from consolidate.language import language as language_named
from consolidate.output_sets import OutputSet
from consolidate.plan import Plan

MOST_SYSTEMS = 60
"""With more moving systems than these the roadmap becomes a summary."""
_MOST_ROWS = 150
"""A partner with more moving systems than these has several pages."""


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
    return begin_roadmap(inventory, plan, ledger, formats=formats, language=language, approved=approved).write(out)


def begin_roadmap(
    inventory: Inventory,
    plan: Plan,
    ledger: Ledger,
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "en",
    approved: Plan | None = None,
    executor: Executor | None = None,
) -> BegunDrawing:
    """Begin what :func:`consolidate.draw_roadmap` does: others draw the pages of partners beside this process.

    The files are the same, byte for byte, whoever draws them.

    Parameters
    ----------
    inventory, plan, ledger, formats, language, approved
        As for :func:`consolidate.draw_roadmap`.
    executor
        Who draws the pages of partners, where there are more than twelve: what :func:`consolidate.planning_workers`
        gives, or any other executor. It is in use until the files are written. Default: this process.

    Returns
    -------
    BegunDrawing
        Its ``write`` draws the rest and writes the files.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none, or there is no such format or language.
    """
    check_formats(formats, language)
    require_inventory(inventory)
    view = PlanView(inventory, plan, ledger, language_named(language), approved)
    return BegunDrawing(view, PICTURES, whole_diagrams, partner_pages(view), formats, executor)


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
    """Every drawing of a plan: the roadmap, the migration map, the dependencies; then the pages of partners."""
    return [*whole_diagrams(view), *partner_pages(view).diagrams()]


def whole_diagrams(view: PlanView) -> list[Diagram]:
    """The drawings of the whole plan."""
    detailed = len(view.rows.moving) <= MOST_SYSTEMS
    return [
        Diagram(_whole_timeline(view) if detailed else board_summary(view, "roadmap"), FORMATS),
        Diagram(migration_map(view, "map"), ("svg",)),
        Diagram(dependency_diagram(view, "dependencies"), ("svg",)),
    ]


def partner_pages(view: PlanView) -> PartnerPages:
    """The pages of partners, where the roadmap is a summary: one for each that has systems, or more where it has many.

    They are drawn from the partner's own systems, as its pack is, so that it may have them."""
    if len(view.rows.moving) <= MOST_SYSTEMS:
        return PartnerPages(view, _pages_of, {}, 0)
    systems = {partner: len(rows) for partner, rows in view.rows.by_partner.items() if rows}
    count = sum(_page_count(view.rows.moving_by_partner[partner]) for partner in systems)
    return PartnerPages(view, _pages_of, systems, count)


def _group(view: PlanView, partner: str, rows: Sequence[SystemRow]) -> RowGroup:
    """A partner's lane with the moving systems ``rows``; its title counts all of the partner's systems."""
    return RowGroup(lane_title(view, partner), rows, view.rows.staying_by_partner[partner])


def _whole_timeline(view: PlanView) -> Canvas:
    """The whole roadmap with a row for each system."""
    moving = view.rows.moving_by_partner
    groups = [_group(view, partner, moving[partner]) for partner, rows in view.rows.by_partner.items() if rows]
    title = view.language.text("{name}: roadmap", name=view.words.programme)
    return timeline(view, "roadmap", title, groups, whole=True)


def _pages_of(view: PlanView, partner: str) -> list[Canvas]:
    """The pages of one partner (``roadmap-torfaen``, ``roadmap-torfaen.2``); ``view`` is of its systems alone."""
    pages: list[Canvas] = []
    rows = view.rows.moving_by_partner[partner]
    count = _page_count(rows)
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


def _page_count(moving: Sequence[SystemRow]) -> int:
    """How many pages a partner has with these moving systems."""
    return max(1, -(-len(moving) // _MOST_ROWS))
