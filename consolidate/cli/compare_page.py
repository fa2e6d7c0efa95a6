"""What ``consolidate compare`` shows on the terminal: the tables of the appraisal's page, in brief."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_uppercase

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from consolidate.cli.ink import Ink
from consolidate.explain.appraisal import OptionsAppraisal
from consolidate.language import Language
from consolidate.report.answers.appraisal_document import (
    brief_worth,
    detail_tables,
    differing,
    no_difference,
    notes,
    planner_words,
    summary_tables,
    verdict_sentence,
)
from consolidate.report.document import CellValue, PackTable, TableColumn
from consolidate.report.formats.cell_text import NUMERIC, cell_text

_SHOWN = 12
"""So many rows of a table are shown; the page and JSON have all of them."""
_REASONS = 3
"""So many lines of why no plan does the minimum alone, unless details are asked for."""


@dataclass(frozen=True)
class ComparePage:
    """The page of an options appraisal, in the reader's language.

    ``details``: by year, partner, tier, role and system, too.
    """

    appraisal: OptionsAppraisal
    own: Language
    details: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        appraisal, own = self.appraisal, self.own
        ink = Ink(appraisal.currency, options.ascii_only, _SHOWN)
        yield ink.line((verdict_sentence(own, appraisal), "bold"))
        for note in notes(own, appraisal):
            yield ink.line(note)
        for about, lines in planner_words(own, appraisal):
            yield ink.line(about)
            yield from (ink.line(f"  {line}") for line in (lines if self.details else lines[:_REASONS]))
            if len(lines) > _REASONS and not self.details:
                yield ink.line(f"  {own.text('and more, with the ways out: --details')}")
        letters = dict(zip((own.said(one.name) for one in appraisal.options), ascii_uppercase, strict=False))
        yield Text()
        yield from _printed(ink, own, _with_letters(brief_worth(own, appraisal), letters))
        tables = summary_tables(own, appraisal)
        for table in (*tables, *detail_tables(own, appraisal)) if self.details else tables:
            yield Text()
            yield from _printed(ink, own, _lettered(table, letters))
        if not self.details:
            yield Text()
            yield ink.line(_moves_line(own, appraisal))
            yield ink.line(
                own.text(
                    "--details adds what is paid by year and partner, quarters unsupported, people, and what moves "
                    "when."
                )
            )


def _moves_line(own: Language, appraisal: OptionsAppraisal) -> str:
    """How many systems do not move alike in all options."""
    count = len(appraisal.moves)
    if not count:
        return no_difference(own, appraisal)
    return own.plural(
        "{n} system does not move in the same way and quarter in all.",
        "{n} systems do not move in the same way and quarter in all.",
        count,
    )


def _with_letters(table: PackTable, letters: Mapping[str, str]) -> PackTable:
    """The table of the options, each with the letter that stands for it in the others."""
    rows = tuple((letters.get(str(row[0]), ""), *row) for row in table.rows)
    return replace(table, columns=(TableColumn("letter", ""), *table.columns), rows=rows, headers=2)


def _lettered(table: PackTable, letters: Mapping[str, str]) -> PackTable:
    """A table in which options' columns are headed by their letters, so that a line holds them all."""
    columns = tuple(
        replace(one, heading=letters.get(one.heading, one.heading)) if one.key.startswith("option") else one
        for one in table.columns
    )
    return replace(table, columns=columns)


def _printed(ink: Ink, own: Language, table: PackTable) -> Iterator[RenderableType]:
    """A table, its long middle left out; large amounts in thousands."""
    amounts = [
        abs(cell)
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if column.kind == "money" and isinstance(cell, int | float)
    ]
    scale = 1_000 if max(amounts, default=0.0) >= 1e6 else 1
    table, alike = differing(table)
    yield ink.line((table.caption, "bold"), f",{ink.of(scale)}" if amounts else "")
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False, header_style="bold")
    for number, column in enumerate(table.columns):
        numeric = column.kind in NUMERIC
        made.add_column(ink.text(column.heading), justify="right" if numeric else "left", no_wrap=number > 0)
    last = len(table.rows) - 1 if table.total else len(table.rows)
    for number, row in enumerate(table.rows):
        if number < ink.rows or number == last:
            cells = zip(table.columns, row, strict=True)
            made.add_row(
                *(_cell(ink, own, column, cell, scale) for column, cell in cells), style="bold" * (number == last)
            )
    yield made
    left = sum(ink.rows <= number < last for number in range(len(table.rows)))
    more = [own.and_more(left)] if left else []
    if alike:
        same = own.plural(
            "{n} row with the same in all options left out", "{n} rows with the same in all options left out", alike
        )
        more.append(same)
    if more:
        yield ink.line("; ".join(more))
    if table.note:
        yield ink.line(table.note)


def _cell(ink: Ink, own: Language, column: TableColumn, cell: CellValue, scale: int) -> RenderableType:
    if column.kind == "money" and isinstance(cell, int | float):
        return ink.figure(cell / scale)
    said = cell_text(own, column.kind, cell, ink.currency)
    return ink.text(said) if column.kind in NUMERIC else ink.name(said)
