"""``consolidate board``: the Board pack of a quarter, in every form and language that is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import consolidate
from consolidate.cli.arguments import (
    PACK_FORMATS,
    PACK_LANGUAGES,
    InventoryArgument,
    InventoryOption,
    complete_formats,
    complete_languages,
    complete_partners,
    inventory_of,
    one_of,
)
from consolidate.cli.console import complain, put_in_place, say, warn, watched
from consolidate.cli.remedies import worded
from consolidate.errors import UserError
from consolidate.output_files import check_writable

if TYPE_CHECKING:
    from consolidate import Inventory, Plan


def board(
    inventory: InventoryArgument = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the pack goes.")] = Path("outputs"),
    quarter: Annotated[
        str | None, typer.Option(metavar="QUARTER", help='As "2017/18 Q2"; default the last one reported on.')
    ] = None,
    lang: Annotated[
        str, typer.Option(metavar="LANG", help="en, cy or both.", autocompletion=complete_languages)
    ] = "both",
    partner: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="A pack for one partner: its systems, its part of what is shared.",
            autocompletion=complete_partners,
        ),
    ] = None,
    public: Annotated[
        bool, typer.Option("--public", help="Leave out what lies above the lowest classification.")
    ] = False,
    plan: Annotated[
        Path | None, typer.Option(metavar="PLAN", help="The plan.json it is about; default the one in --out.")
    ] = None,
    formats: Annotated[
        str, typer.Option(metavar="LIST", help="Of html, pdf, docx, xlsx and csv.", autocompletion=complete_formats)
    ] = ",".join(PACK_FORMATS),
    named: InventoryOption = None,
) -> None:
    """Write the Board pack: where the programme stands, what it costs, what has to be decided.

    One HTML file, a PDF, a Word document and a workbook in each language, and tidy tables for Power BI. Exit codes
    as for `plan`; 1 also where --plan breaks a rule.
    """
    kinds = _formats(formats)
    folder = inventory_of(inventory, named)
    one_of("--lang", lang, "languages", PACK_LANGUAGES)
    callbacks = consolidate.PackCallbacks(
        loaded=lambda data: warn(data.warnings, folder),
        planner=lambda data, number: _planned(data, number, out),
        note=lambda message: complain(worded(message)),
    )
    audience = consolidate.Audience(partner, public)
    pack = consolidate.board_pack(folder, out, quarter=quarter, plan=plan, audience=audience, callbacks=callbacks)
    outputs = consolidate.OutputSet(out)
    files = consolidate.write_pack(pack, outputs, languages=PACK_LANGUAGES[lang], formats=kinds)
    check_writable(out)
    put_in_place(outputs)
    names = [path.name for path in files if path.parent == out and path.suffix != ".json"]
    tables = f" and {pack.name}-tables/" if "csv" in kinds else ""
    say(f"{out}: {', '.join(names) or 'the tables'}{tables}")


def _formats(text: str) -> tuple[str, ...]:
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    wrong = [part for part in wanted if part not in PACK_FORMATS]
    if wrong or not wanted:
        from consolidate.yaml_files.messages import meant  # here, so that other commands start sooner

        guess = meant(wrong[0], PACK_FORMATS) if wrong else ""
        raise UserError(f"--formats {text!r}: write some of {', '.join(PACK_FORMATS)}, with commas between{guess}")
    return tuple(kind for kind in PACK_FORMATS if kind in wanted)


def _planned(data: Inventory, quarter: int, out: Path) -> Plan:
    """A plan where none of the inventory, as the quarter ended, is found."""
    check_writable(out)  # before the work, not after it
    gap = consolidate.PACK_GAP
    when = f"as it stood at the end of {data.label(quarter)}" if quarter >= 0 else "as it stands"
    complain(f"no plan.json is of this inventory {when}: making a plan, to within {gap:.1%} of the best")
    with watched(gap) as monitor:
        made = consolidate.plan_for_pack(data, monitor)
    if made.gap > gap:
        complain(f"the search ended before that: the plan is proven to be within {made.gap:.2%}, and the pack says so")
    return made
