"""The landscape at chosen quarters, and what appears and goes between them: stages from as-is to to-be.

ArchiMate calls each a plateau. With many systems these are counted, and each partner has a page of its own with all
of its systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from consolidate.accounts.ledger import Ledger
from consolidate.diagrams.engine.canvas import Canvas
from consolidate.diagrams.landscape import Gap, plateau
from consolidate.diagrams.partner_pages import BegunDrawing, PartnerPages
from consolidate.diagrams.picture_files import FORMATS, PLATEAUS, Diagram, Drawn, check_formats
from consolidate.diagrams.plan_view import PlanView
from consolidate.diagrams.plateau_counts import PlateauCounts
from consolidate.diagrams.plateau_sheet import PlateauBody, PlateauSheet
from consolidate.diagrams.plateau_systems import PlateauSystems
from consolidate.diagrams.plateau_words import plateaus_description, plateaus_subtitle
from consolidate.errors import InvalidArgument
from consolidate.inventory import Inventory, require_inventory
from consolidate.language import language as language_named
from consolidate.output_sets import OutputSet
from consolidate.plan import Plan
from consolidate.vocabulary import counted

MOST_QUARTERS = 8
"""More columns than that, and the start, cannot be read on one page."""
MOST_DRAWN, MOST_ON_A_PAGE = 40, 80
"""With more systems than these they are counted: in the whole picture, and on the page of one partner."""


def draw_plateaus(
    inventory: Inventory,
    plan: Plan,
    ledger: Ledger,
    out: str | Path | OutputSet,
    plateaus: Sequence[str],
    *,
    formats: Sequence[str] = FORMATS,
    language: str = "en",
) -> Drawn:
    """Draw the landscape at the start and at the end of chosen quarters, and what appears and goes between them.

    Where nothing can draw (no Graphviz), the graphs are still written, as ``.gv``, and the note says so.
    All files are written, or none; those of an earlier run are replaced.

    Parameters
    ----------
    inventory, plan, ledger
        The plan, what it was made for, and what it costs and takes by quarter.
    out
        The folder to write into, as for :func:`draw_roadmap`; or an :class:`consolidate.OutputSet`.
    plateaus
        Up to eight quarters that are appraised, as ``2015/16 Q4``, in any order: each is drawn as it ends.
    formats
        Which of ``svg``, ``png`` and ``gv`` to write.
    language
        The language of every text: ``en`` or ``cy``.

    Returns
    -------
    Drawn
        The files: ``plateaus``, and with more than 40 systems one for each partner; a note where drawings are missing.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none, or there is no such quarter, format or language; nothing is written.
    UserError
        A file cannot be written.
    """
    check_formats(formats, language)
    require_inventory(inventory)
    chosen = plateau_quarters(inventory, plateaus)
    view = PlanView(inventory, plan, ledger, language_named(language))
    pages = _partner_pages(view, chosen)
    return BegunDrawing(view, PLATEAUS, partial(_whole, quarters=chosen), pages, formats).write(out)


def plateau_quarters(inventory: Inventory, plateaus: Sequence[str]) -> list[int]:
    """The quarters as numbers, rising, each once.

    Raises:
        InvalidArgument: one is no quarter, or is not appraised; or there is none, or too many.
    """
    found: set[int] = set()
    last = inventory.appraisal_quarters - 1
    for text in [plateaus] if isinstance(plateaus, str) else plateaus:
        try:
            quarter = inventory.calendar.quarter(text.strip())
        except ValueError as error:
            raise InvalidArgument("plateaus", repr(text), str(error)) from None
        if not 0 <= quarter <= last:
            between = f"the quarters appraised are {inventory.label(0)} to {inventory.label(last)}"
            raise InvalidArgument("plateaus", repr(text), between)
        found.add(quarter)
    if not 1 <= len(found) <= MOST_QUARTERS:
        raise InvalidArgument("plateaus", counted(len(found), "quarter"), f"name 1 to {MOST_QUARTERS}")
    return sorted(found)


def plateau_diagrams(view: PlanView, quarters: Sequence[int]) -> list[Diagram]:
    """The picture of the whole programme; where it counts systems, a page for each partner beside it."""
    return [*_whole(view, quarters), *_partner_pages(view, quarters).diagrams()]


def _whole(view: PlanView, quarters: Sequence[int]) -> list[Diagram]:
    title = view.language.text("{name}: plateaus", name=view.words.programme)
    return [Diagram(_picture(view, "plateaus", title, quarters, MOST_DRAWN), FORMATS)]


def _partner_pages(view: PlanView, quarters: Sequence[int]) -> PartnerPages:
    """The pages of partners, where the whole picture counts systems."""
    drawn = len(view.rows.every) <= MOST_DRAWN
    systems = {} if drawn else {partner: len(rows) for partner, rows in view.rows.by_partner.items() if rows}
    return PartnerPages(view, partial(_page, quarters=tuple(quarters)), systems, len(systems))


def _page(view: PlanView, partner: str, quarters: Sequence[int]) -> list[Canvas]:
    """The page of one partner; ``view`` is of its systems alone, so that it may have it."""
    title = view.language.text("{name}: plateaus", name=view.words.partner(partner))
    return [_picture(view, f"plateaus-{partner}", title, quarters, MOST_ON_A_PAGE)]


def _picture(view: PlanView, name: str, title: str, quarters: Sequence[int], most: int) -> Canvas:
    plateaus = [plateau(view, quarter) for quarter in (-1, *quarters)]
    gaps = [Gap(view, before, after) for before, after in pairwise(plateaus)]
    drawn = len(view.rows.every) <= most
    body: PlateauBody = PlateauSystems(view, plateaus) if drawn else PlateauCounts(view, plateaus, gaps)
    named = 24 if drawn else 8
    text = plateaus_subtitle(view, whole=name == "plateaus")
    described = plateaus_description(view, f"{title}. {text}", plateaus, gaps, named)
    canvas = Canvas(name, title, described, marking=view.marking)
    return PlateauSheet(view, canvas, text, plateaus, gaps, body, named).draw()
