"""The roadmap and its companions, drawn with Graphviz.

``roadmap`` shows when each system moves, ``map`` what moves where, ``dependencies`` what waits for
what. Above :data:`MOST` moving systems the roadmap becomes a summary for the Board, with a
detailed page for each partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.board_summary import summary
from consolidate.diagrams.dependencies import dependencies
from consolidate.diagrams.engine.accessible_svg import accessible
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.engine.rendering import CannotDraw, Job, render, write
from consolidate.diagrams.migration_map import flow_map
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.sentences import (
    counts,
)
from consolidate.diagrams.system_rows import SystemRow
from consolidate.diagrams.timeline import Group, detailed
from consolidate.inventory import Inventory
from consolidate.language import Language, language
from consolidate.plan import Plan

MOST = 60
"""So many moving systems still have a row each on one page."""
FORMATS = ("svg", "png", "gv")
_MOST_ROWS = 150
"""So many rows on one page of a partner."""
_MOST_PNG = 12
"""So many pages for partners are also drawn as PNG, which takes ten times as long as SVG."""


@dataclass(frozen=True)
class Drawn:
    """``files`` written; ``note`` says in one line what could not be drawn, and what would help."""

    files: tuple[Path, ...]
    note: str | None = None


@dataclass(frozen=True)
class Picture:
    canvas: Canvas
    formats: tuple[str, ...]


def draw(
    inventory: Inventory,
    plan: Plan,
    ledger: Ledger,
    out: Path,
    *,
    formats: Sequence[str] = FORMATS,
    own: Language | None = None,
    approved: Plan | None = None,
) -> Drawn:
    """Write the pictures of a plan into the folder ``out``, in the language ``own`` (English).

    ``approved``: the approved plan; roadmaps then show where it had what has moved since.

    Where nothing can draw (no Graphviz), the graphs are still written, as ``.gv``, and the note
    says so. The same plan gives the same bytes on the same machine.

    Raises:
        OSError: a file cannot be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    view = PlanView(inventory, plan, ledger, own or language("en"), approved)
    chosen = pictures(view)
    graphs = {picture.canvas.name: picture.canvas.to_dot() for picture in chosen}
    jobs = [(picture, kind) for picture in chosen for kind in picture.formats if kind in formats and kind != "gv"]
    try:
        done = render([_job(picture.canvas, graphs[picture.canvas.name], kind) for picture, kind in jobs])
    except CannotDraw as error:
        files = [_write_graph(out, name, graph) for name, graph in graphs.items()]
        return Drawn(tuple(files), error.message.within("pictures not drawn, their graphs (.gv) are written: "))
    wanted = [picture.canvas.name for picture in chosen if "gv" in formats and "gv" in picture.formats]
    files = [_write_graph(out, name, graphs[name]) for name in wanted]
    for (picture, kind), content in zip(jobs, done, strict=True):
        path = out / f"{picture.canvas.name}.{kind}"
        write(path, accessible(content, picture.canvas, view.language.tag) if kind == "svg" else content)
        files.append(path)
    return Drawn(tuple(sorted(files)))


def first_page(view: PlanView) -> tuple[Canvas, str, bytes]:
    """The roadmap for the Board, as a canvas (its title and description), as SVG and as PNG.

    Raises:
        CannotDraw: no Graphviz is found, or it fails.
    """
    canvas = _roadmap(view) if len(view.rows.moving) <= MOST else summary(view, "roadmap", pages=False)
    graph = canvas.to_dot()
    svg, png = render([_job(canvas, graph, "svg"), _job(canvas, graph, "png")])
    return canvas, accessible(svg, canvas, view.language.tag).decode(), png


def pictures(view: PlanView) -> list[Picture]:
    """Every picture of a plan, not yet rendered."""
    if len(view.rows.moving) <= MOST:
        roadmap = [Picture(_roadmap(view), FORMATS)]
    else:
        pages = _pages(view)
        kinds = ("svg", "png", "gv") if len(pages) <= _MOST_PNG else ("svg", "gv")
        roadmap = [Picture(summary(view, "roadmap"), FORMATS), *(Picture(page, kinds) for page in pages)]
    return [
        *roadmap,
        Picture(flow_map(view, "map"), ("svg",)),
        Picture(dependencies(view, "dependencies"), ("svg",)),
    ]


def _group(view: PlanView, partner: str, rows: Sequence[SystemRow]) -> Group:
    """A partner's lane: its title, what moves, what stays."""
    stays = view.rows.staying_by_partner[partner]
    said = counts(view, (*view.rows.moving_by_partner[partner], *stays))
    return (f"{view.words.partner(partner)}: {said}", rows, stays)


def _roadmap(view: PlanView) -> Canvas:
    partners = view.rows.moving_by_partner.items()
    groups = [
        _group(view, partner, rows) for partner, rows in partners if rows or view.rows.staying_by_partner[partner]
    ]
    return detailed(
        view, "roadmap", view.language.text("{name}: roadmap", name=view.words.programme), groups, whole=True
    )


def _pages(view: PlanView) -> list[Canvas]:
    """A page for each partner, or more where it has many systems: ``roadmap-torfaen``, ``roadmap-torfaen.2``."""
    pages: list[Canvas] = []
    for partner, rows in view.rows.moving_by_partner.items():
        if not rows and not view.rows.staying_by_partner[partner]:
            continue
        count = max(1, -(-len(rows) // _MOST_ROWS))
        for page in range(count):
            part = rows[page * _MOST_ROWS : (page + 1) * _MOST_ROWS]
            heading = view.language.text("{name}: roadmap", name=view.words.partner(partner))
            if count > 1:
                heading = view.language.text(
                    "{title} (page {page} of {pages})", title=heading, page=page + 1, pages=count
                )
            title, moving, stays = _group(view, partner, part)
            groups = [(title, moving, stays if page == count - 1 else ())]
            name = f"roadmap-{partner}" + (f".{page + 1}" if page else "")
            pages.append(detailed(view, name, heading, groups, whole=False))
    return pages


def _job(canvas: Canvas, graph: str, kind: str) -> Job:
    """About 2,100 pixels wide; more where there is more to read, less where the page is very long."""
    dpi = max(96.0, 72 * 2100 / canvas.width)
    return Job(graph, kind, min(dpi, 72 * 30_000 / canvas.height, 72 * 30_000 / canvas.width))


def _write_graph(out: Path, name: str, graph: str) -> Path:
    path = out / f"{name}.gv"
    write(path, graph.encode())
    return path
