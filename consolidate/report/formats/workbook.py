"""The pack's tables as an Excel workbook: a sheet for each, with numbers as numbers, and charts that Excel draws.

Every text is written as a string, so that none is run as a formula or followed as a link. The same pack
gives the same bytes: the date in the file is fixed.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from consolidate.language import Language, language
from consolidate.report.document import (
    CellKind,
    CellValue,
    Chart,
    Figures,
    Heading,
    NumberOfKind,
    Pack,
    PackPicture,
    PackTable,
    Paragraph,
    Points,
    Rating,
    Series,
    TableColumn,
)
from consolidate.report.formats.cell_text import NUMERIC, cell_text
from consolidate.typesetting.safe_text import missing, safe_line
from consolidate.vocabulary import currency_sign

FIXED = dt.datetime(2000, 1, 1)
"""The date of every file."""
_LOCALES = {"en": "0809", "cy": "0452"}
"""Windows' numbers of the languages, for the names of months."""
_TOP = 3
"""The row of a table's headings, from 0: above it are its caption and its note."""
_LONGEST = 32_767
"""Letters that a cell holds, as Excel's specifications and limits say."""
_NAME = 31
"""Letters of a sheet's name."""
_WIDEST = 60
_RAGS = {"red": ("#B3261E", "#FFFFFF"), "amber": ("#FFBF47", "#000000"), "green": ("#1E7A3C", "#FFFFFF")}
_COLOURS = ("#1D70B8", "#912B88", "#0B6E6E", "#7A4A1E", "#003078", "#A3195B", "#566400", "#4C2C92")
_DASHES = ("solid", "dash", "round_dot", "dash_dot")
_MARKERS = ("circle", "square", "diamond", "triangle")
_CHART = (900, 420)
"""Pixels."""


def excel_workbook(pack: Pack, *, currency: str = "GBP") -> bytes:
    """The pack's tables as an .xlsx.

    Raises:
        UserError: XlsxWriter is not installed.
    """
    if find_spec("xlsxwriter") is None:
        raise missing("XlsxWriter", "a workbook")
    import xlsxwriter

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {"in_memory": True, **plain})
    texts = {"title": pack.title, "subject": pack.subtitle, "category": pack.marking}
    book.set_properties({**{key: safe_line(text)[:255] for key, text in texts.items()}, "created": FIXED, "author": ""})
    _Book(book, language(pack.language), currency).pack(pack)
    book.close()
    return out.getvalue()


@dataclass(frozen=True)
class _Sheet:
    """What gets a sheet of its own: a table, and the chart or picture that shows the same."""

    name: str
    title: str
    table: PackTable
    drawn: Chart | PackPicture | None


class _Book:
    def __init__(self, book: Any, own: Language, currency: str) -> None:
        self.book = book
        self.own = own
        self.currency = currency
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def pack(self, pack: Pack) -> None:
        contents = safe_line(self.own.text("Contents"))
        names = _Names([contents])
        sheets = [self.sheet(heading, block, names) for heading, block in _blocks(pack)]
        self.contents(pack, names.first, sheets)
        for number, sheet in enumerate(sheets, 1):
            self.table(pack, sheet, number)

    def sheet(self, heading: str, block: PackTable | Chart | PackPicture, names: _Names) -> _Sheet:
        """``heading``: of the section whose first table it is; it is shorter than the caption of the table."""
        if isinstance(block, PackTable):
            return _Sheet(names.take(heading or block.caption), safe_line(block.caption), block, None)
        return _Sheet(names.take(heading or block.title), safe_line(block.title), block.table, block)

    def look(self, **properties: Any) -> Any:
        """A format, made once. Excel wants no more of them than there are."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Arial", "valign": "top", **properties})
        return self.formats[key]

    def page(self, pack: Pack, name: str) -> Any:
        """A new sheet, with the marking at the head and foot of each printed page."""
        sheet = self.book.add_worksheet(name)
        marking, draft = (_printed(text) for text in (pack.marking, pack.draft))
        before, between, after = self.own.text("Page {page} of {pages}", page="\0", pages="\0").split("\0")
        number = f"{before}&P{between}&N{after}"
        sheet.set_header(f'&C&"Arial,Bold"{marking}')
        sheet.set_footer(f'&L&"Arial,Regular"{draft}&C&"Arial,Bold"{marking}&R&"Arial,Regular"{number}')
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def contents(self, pack: Pack, name: str, sheets: Sequence[_Sheet]) -> None:
        """The first sheet: what the pack is, its figures and ratings, and where to find what."""
        sheet = self.page(pack, name)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 2, 50)
        strong, plain = self.look(bold=True), self.look(text_wrap=True)
        self.text(sheet, 0, 0, pack.title, self.look(bold=True, font_size=16))
        place = 1
        for text in (pack.subtitle, pack.marking, pack.draft):
            if text:
                self.text(sheet, place, 0, text, strong)
                place += 1
        for row in (("", "", ""), *self.summary(pack), *pack.properties.items(), ("", "", "")):
            for column, text in enumerate(row):
                self.text(sheet, place, column, text, plain if column else strong)
            place += 1
        self.text(sheet, place, 0, name, self.look(bold=True, font_size=13))
        link = self.look(font_color="#0B4FA0", underline=1)
        for one in sheets:
            place += 1
            target = one.name.replace("'", "''")
            sheet.write_url(place, 0, f"internal:'{target}'!A1", link, one.name, one.title[:255])
            self.text(sheet, place, 1, one.title, plain)

    def summary(self, pack: Pack) -> Iterable[tuple[str, str, str]]:
        title = ""
        for block, following in pairwise((*pack.summary, None)):
            if isinstance(block, Heading | Paragraph):
                title = block.text
                if not isinstance(following, Points):
                    yield title, "", ""
            elif isinstance(block, Points):
                yield from ((title, text, "") for text in block.texts)
            elif isinstance(block, Figures):
                yield from block.figures
            elif isinstance(block, Rating):
                letter = f"{self.own.rag(block.rag)[0]}: " if block.rag else ""
                yield block.title, f"{letter}{block.word}", block.why

    def text(self, sheet: Any, row: int, column: int, text: str, look: Any) -> None:
        said = safe_line(text)
        sheet.write_string(row, column, said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…", look)

    def table(self, pack: Pack, sheet: _Sheet, number: int) -> None:
        table = sheet.table
        page = self.page(pack, sheet.name)
        self.text(page, 0, 0, table.caption, self.look(bold=True, font_size=13))
        said = [sheet.drawn.description] if sheet.drawn else []
        self.text(page, 1, 0, " ".join([*said, table.note]), self.look())
        body = table.rows[:-1] if table.total and table.rows else table.rows
        bottom = _TOP + max(len(body), 1)
        headings = _unlike([safe_line(column.heading) for column in table.columns])
        if table.columns:
            bold = self.look(bold=True, text_wrap=True, bg_color="#EEF1F5", bottom=1)
            options = {
                "name": _table_name(number, table.key),
                "style": "Table Style Light 1",
                "columns": [{"header": heading, "header_format": bold} for heading in headings],
            }
            page.add_table(_TOP, 0, bottom, len(headings) - 1, options)
        for row, cells in enumerate(body, _TOP + 1):
            self.row(page, row, table, cells)
        if len(body) < len(table.rows):
            self.row(page, bottom + 1, table, table.rows[-1], bold=True, top=1)
        self.shape(page, table, headings, bottom)
        if sheet.drawn is not None:
            self.drawn(page, sheet)

    def row(self, page: Any, row: int, table: PackTable, cells: Sequence[CellValue], **more: Any) -> None:
        for place, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            extra = {"bold": True, **more} if place < table.headers else more
            self.cell(page, row, place, column.kind, cell, extra)

    def cell(self, page: Any, row: int, place: int, kind: CellKind, cell: CellValue, extra: dict[str, Any]) -> None:
        if isinstance(cell, dt.date):
            page.write_datetime(row, place, cell, self.look(num_format=self.number("date"), align="left", **extra))
        elif isinstance(cell, int | float):
            own = cell.kind if isinstance(cell, NumberOfKind) else kind
            page.write_number(row, place, cell, self.look(num_format=self.number(own), **extra))
        elif cell is None:
            page.write_blank(row, place, None, self.look(**extra))
        else:
            align = {"align": "right"} if kind in NUMERIC else {}
            self.text(page, row, place, cell_text(self.own, kind, cell), self.look(text_wrap=True, **align, **extra))

    def number(self, kind: CellKind) -> str:
        """Excel's number format of a kind."""
        money = f'"{currency_sign(self.currency)}"#,##0'
        return {
            "count": "#,##0",
            "money": f"{money};-{money}",
            "pence": f"{money}.00;-{money}.00",
            "percent": "0.0%",
            "date": f"[$-{_LOCALES[self.own.code]}]d mmmm yyyy",
            "number": "#,##0.0",
        }.get(kind, "General")

    def shape(self, page: Any, table: PackTable, headings: Sequence[str], bottom: int) -> None:
        """Widths, frozen headings, headings on every printed page, colours of ratings."""
        for place, (heading, column) in enumerate(zip(headings, table.columns, strict=True)):
            texts = [cell_text(self.own, column.kind, row[place], self.currency)[:_WIDEST] for row in table.rows]
            longest = max((len(text) for text in texts), default=0)
            word = max(map(len, heading.split() or [""]))
            page.set_column(place, place, min(_WIDEST, max(8, longest, min(word, 30), len(heading) // 3)) + 3)
            if column.kind == "rag":
                self.ratings(page, place, bottom)
        page.freeze_panes(_TOP + 1, min(table.headers, len(headings)))
        page.repeat_rows(_TOP)

    def ratings(self, page: Any, place: int, bottom: int) -> None:
        for rag, (fill, ink) in _RAGS.items():
            look = self.book.add_format({"bg_color": fill, "font_color": ink, "bold": True})
            begins = f"{self.own.rag(rag)[0]}: "
            rule = {"type": "text", "criteria": "begins with", "value": begins, "format": look}
            page.conditional_format(_TOP + 1, place, bottom, place, rule)

    def drawn(self, page: Any, sheet: _Sheet) -> None:
        """The chart or the picture, to the right of the table, with its alternative text."""
        drawn, right = sheet.drawn, len(sheet.table.columns) + 1
        if isinstance(drawn, Chart):
            if not drawn.series or not drawn.labels:
                return
            places = _places(drawn)
            first = 0
            if places is None:
                places, first = self.figures(page, drawn, right)
                right = first + len(drawn.series) + 2
            chart = self.chart(sheet.name, drawn, places, first)
            chart.set_title({"name": _title(drawn.title), "overlay": False})
            page.insert_chart(_TOP, right, chart, {"description": safe_line(drawn.description), "object_position": 3})
        elif isinstance(drawn, PackPicture) and drawn.png is not None:
            wide = struct.unpack_from(">I", drawn.png, 16)[0]
            scale = min(1.0, 1200 / max(wide, 1))
            options = {"image_data": io.BytesIO(drawn.png), "description": safe_line(drawn.description)}
            options |= {"x_scale": scale, "y_scale": scale, "object_position": 3}
            page.insert_image(_TOP, right, "picture.png", options)

    def figures(self, page: Any, chart: Chart, left: int) -> tuple[list[int], int]:
        """The chart's own figures, where its table has others: their columns, and that of the labels."""
        bold, plain = self.look(bold=True, text_wrap=True), self.look(num_format="#,##0.##")
        for place, series in enumerate(chart.series, left + 1):
            self.text(page, _TOP, place, series.name, bold)
            for row, value in enumerate(series.values, _TOP + 1):
                if value is not None:
                    page.write_number(row, place, value, plain)
        for row, label in enumerate(chart.labels, _TOP + 1):
            self.text(page, row, left, self.own.quarter(label), bold)
        return [left + 1 + place for place in range(len(chart.series))], left

    def chart(self, name: str, chart: Chart, places: Sequence[int], labels: int) -> Any:
        """A native chart: bars, with lines over them. Steps are drawn as lines, for Excel has none."""
        kinds = {kind: self.book.add_chart({"type": kind}) for kind in ("column", "line")}
        rows = (_TOP + 1, _TOP + len(chart.labels))
        for number, (series, place) in enumerate(zip(chart.series, places, strict=True)):
            options = {
                "name": [name, _TOP, place],
                "categories": [name, rows[0], labels, rows[1], labels],
                "values": [name, rows[0], place, rows[1], place],
                **_dressed(series, number),
            }
            kinds["column" if series.style == "bar" else "line"].add_series(options)
        bars = any(series.style == "bar" for series in chart.series)
        lines = any(series.style != "bar" for series in chart.series)
        whole = kinds["column" if bars else "line"]
        if bars and lines:
            whole.combine(kinds["line"])
        whole.set_y_axis({"name": _title(chart.unit), "major_gridlines": {"visible": True}})
        whole.set_legend({"position": "bottom"})
        whole.show_blanks_as("gap")
        whole.set_size({"width": _CHART[0], "height": _CHART[1]})
        return whole


def _dressed(series: Series, number: int) -> dict[str, Any]:
    """How a series looks: never by colour alone."""
    colour = _COLOURS[number % len(_COLOURS)]
    if series.style == "bar":
        return {"fill": {"color": colour}, "border": {"color": "#1A1A1A"}}
    if series.style == "ghost":
        return {"line": {"color": "#595959", "width": 2.25, "dash_type": "dash"}, "marker": {"type": "none"}}
    marker = {"type": _MARKERS[number % 4], "size": 6, "fill": {"color": colour}, "border": {"color": colour}}
    return {"line": {"color": colour, "width": 2.25, "dash_type": _DASHES[number % 4]}, "marker": marker}


def _blocks(pack: Pack) -> Iterable[tuple[str, PackTable | Chart | PackPicture]]:
    """What has a sheet of its own; the first of each section with the section's heading."""
    for heading, blocks in (("", pack.summary), *((one.heading, one.blocks) for one in pack.sections)):
        shown = [block for block in blocks if isinstance(block, PackTable | Chart | PackPicture)]
        yield from zip([heading, *[""] * len(shown)], shown, strict=False)


def _places(chart: Chart) -> list[int] | None:
    """The columns of the chart's table that hold its series, when it has all of them."""
    rows = chart.table.rows
    if tuple(row[0] for row in rows) != chart.labels or chart.table.total:
        return None
    columns: list[tuple[CellValue, ...]] = list(zip(*rows, strict=True))
    found = [_column(series, columns, chart.table.columns) for series in chart.series]
    places = [place for place in found if place is not None]
    return places if len(places) == len(found) else None


def _column(series: Series, columns: Sequence[tuple[CellValue, ...]], heads: Sequence[TableColumn]) -> int | None:
    """The column of that name and those values, else one of those values."""
    same = [place for place, values in enumerate(columns) if place and values == series.values]
    named = [place for place in same if heads[place].heading == series.name]
    return next(iter([*named, *same]), None)


class _Names:
    """Names of sheets: at most 31 letters, none that Excel forbids, no two alike but for capitals."""

    def __init__(self, taken: Sequence[str]) -> None:
        self.used: set[str] = {"history", ""}
        self.first = self.take(taken[0])

    def take(self, text: str) -> str:
        """
        >>> names = _Names(["Contents"])
        >>> names.take("Spend: [2016/17]"), names.take("spend  2016 17"), names.take("'")
        ('Spend 2016 17', 'spend 2016 17 (2)', 'Table')
        """
        plain = re.sub(r"[\[\]:*?/\\\s]+", " ", safe_line(text))
        base = _short(plain.strip(" '")) or "Table"
        name, number = base, 1
        while name.lower() in self.used:
            number += 1
            end = f" ({number})"
            name = _short(base, _NAME - len(end)) + end
        self.used.add(name.lower())
        return name


def _short(text: str, most: int = _NAME) -> str:
    """A name that fits, cut behind a word, or before a comma.

    >>> _short("Systems running unsupported, by tier"), _short("Person-days by role, in the quarters to come")
    ('Systems running unsupported', 'Person-days by role')
    >>> _short("Running costs saved by financial year"), _short("a" * 40) == "a" * 31
    ('Running costs saved by', True)
    """
    if len(text) <= most:
        return text
    cut = text[: most + 1]
    place = max(cut.rfind(","), 0)
    place = place if place > most // 2 else cut.rfind(" ")
    return (cut[:place] if place > most // 2 else cut[:most]).strip(" ',")


def _unlike(headings: Sequence[str]) -> list[str]:
    """Headings of which no two are alike, as Excel demands of a table.

    >>> _unlike(["Cost", "cost", ""])
    ['Cost', 'cost (2)', '–']
    """
    found: list[str] = []
    for heading in headings:
        base = heading[:250] or "–"
        name, number = base, 1
        while name.lower() in {one.lower() for one in found}:
            number += 1
            name = f"{base} ({number})"
        found.append(name)
    return found


def _printed(text: str) -> str:
    """A text for the head or foot of a page, where ``&`` begins a code and all must fit into 255 letters.

    >>> _printed("R&D"), len(_printed("&" * 100))
    ('R&&D', 80)
    """
    letters = [letter.replace("&", "&&") for letter in safe_line(text)[:80]]
    while sum(len(letter.encode("utf-16-le")) // 2 for letter in letters) > 80:
        letters.pop()
    return "".join(letters)


def _title(text: str) -> str:
    """A title in a chart: a text, even where it looks like the address of a cell.

    >>> _title("=Spend!A1"), _title("Go!")
    ('=Spend! A1', 'Go!')
    """
    return re.sub(r"!(?=\$?[A-Z]+\$?[0-9])", "! ", safe_line(text))[:255]


def _table_name(number: int, key: str) -> str:
    """A name for formulas: letters, digits and underscores; the number keeps it from being another's, or a cell's.

    >>> _table_name(3, "burn-up")
    'table_3_burn_up'
    """
    return f"table_{number}_{re.sub(r'[^A-Za-z0-9]+', '_', key)}"[:200]
