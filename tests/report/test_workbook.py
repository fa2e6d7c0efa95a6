"""The pack as a workbook: tables that Excel knows as such, numbers as numbers, charts, texts that stay texts."""

from __future__ import annotations

import datetime as dt
import io
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import packs
import pytest
from openpyxl.workbook import Workbook

from consolidate.errors import UserError
from consolidate.language import language
from consolidate.report.document import (
    Chart,
    Heading,
    NumberOfKind,
    Pack,
    PackTable,
    Paragraph,
    Points,
    Section,
    Series,
    TableColumn,
)
from consolidate.report.formats import workbook
from consolidate.report.formats.cell_text import cell_text
from consolidate.typesetting.safe_text import safe_line

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}cNvPr"


def read(pack: Pack) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(workbook.excel_workbook(pack)))


def only(*blocks: Any, **more: Any) -> Pack:
    """A pack of these blocks."""
    return replace(packs.pack(), sections=(Section("s", "S", blocks),), **more)


def alternatives(content: bytes) -> list[str]:
    """The alternative texts of everything drawn."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name))
        roots = [ET.fromstring(archive.read(name)) for name in names]
    return [one.get("descr", "") for root in roots for one in root.iter(_DRAWING)]


def test_a_sheet_for_each_table_and_a_way_to_it() -> None:
    pack = packs.pack()
    book = read(pack)
    assert len(book.sheetnames) == 1 + len(list(pack.tables()))
    contents = book["Contents"]
    links = [cell for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert [cell.value for cell in links] == book.sheetnames[1:]
    for cell in links:
        assert cell.hyperlink is not None
        target = str(cell.value).replace("'", "''")
        assert cell.hyperlink.location == f"'{target}'!A1"
        assert cell.hyperlink.target is None, "nowhere outside"
    said = {cell.value for row in contents.iter_rows() for cell in row}
    assert {pack.title, pack.marking, "41 of 70", "A: Amber", "Feasible, but two suppliers are late."} <= said


def test_tables_are_tables_and_numbers_are_numbers() -> None:
    table = packs.everything()
    sheet = read(only(table)).worksheets[1]
    assert [sheet["A1"].value, sheet["A2"].value] == [table.caption, table.note]
    (found,) = sheet.tables.values()
    assert found.ref == f"A4:I{4 + len(table.rows) - 1}", "the total is not one of the rows"
    assert [column.name for column in found.tableColumns] == [column.heading for column in table.columns]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    for values, row in zip(rows, table.rows, strict=True):
        dates = [value.date() if isinstance(value, dt.datetime) else value for value in values]
        assert dates[1:8] == pytest.approx(list(row[1:8]))
    formats = [sheet.cell(6, column).number_format for column in range(1, 9)]
    money = '"£"#,##0'
    counts = ["General", "#,##0", f"{money};-{money}", f"{money}.00;-{money}.00", "#,##0.0", "0.0%", "General"]
    assert formats == [*counts, "[$-0809]d mmmm yyyy"]


def test_another_currency_and_language() -> None:
    content = workbook.excel_workbook(only(packs.everything(), language="cy"), currency="SEK")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    assert sheet["C6"].number_format == '"SEK "#,##0;-"SEK "#,##0'
    assert sheet["H6"].number_format == "[$-0452]d mmmm yyyy"
    assert sheet["I5"].value == "C: coch"
    assert sheet["G5"].value == "2016/17 Ch1"


def test_ratings_have_letters_and_colours() -> None:
    sheet = read(only(packs.everything())).worksheets[1]
    (ranged,) = sheet.conditional_formatting
    assert str(ranged.sqref) == "I5:I16"
    assert [rule.text for rule in ranged.rules] == ["R: ", "A: ", "G: "]
    assert {sheet.cell(row, 9).value for row in range(5, 17)} == {"R: red", "A: amber", "G: green", None}


def test_headings_stay_in_sight_and_on_every_printed_page() -> None:
    for sheet in read(packs.pack()).worksheets[1:]:
        assert sheet.freeze_panes == "B5"
        assert sheet.print_title_rows == "$4:$4"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0


def test_the_marking_and_the_number_stand_on_every_page() -> None:
    for sheet in read(only(marking="SECRET & more")):
        assert sheet.oddHeader.center.text == "SECRET && more"
        assert sheet.oddFooter.center.text == "SECRET && more"
        assert sheet.oddFooter.right.text == "Page &P of &N"


def test_charts_are_excel_s_own() -> None:
    chart = packs.burn_up()
    content = workbook.excel_workbook(only(chart))
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1]
    (found,) = sheet._charts
    bars, lines = found._charts if len(found._charts) == 2 else (found, found)
    references = [one.val.numRef.f for one in (*bars.series, *lines.series)]
    assert sorted(references) == [f"{sheet.title}!${letter}$5:${letter}$16" for letter in "BCDE"]
    assert alternatives(content) == [chart.description]


def test_a_chart_whose_table_says_more_brings_its_own_figures() -> None:
    chart = replace(packs.burn_up(), table=packs.everything())
    sheet = read(only(chart)).worksheets[1]
    left = len(packs.EVERY_KIND) + 2
    heads = [sheet.cell(4, left + place).value for place in range(5)]
    assert heads == [None, *(series.name for series in chart.series)]
    assert [sheet.cell(5 + row, left).value for row in range(12)] == list(chart.labels)
    assert [sheet.cell(5 + row, left + 2).value for row in range(12)] == list(chart.series[1].values)
    (found,) = sheet._charts
    assert [one.val.numRef.f[-10:] for one in found._charts[1].series] == ["$L$5:$L$16", "$M$5:$M$16", "$N$5:$N$16"]


def test_a_chart_of_bars_alone_or_of_nothing() -> None:
    bars = replace(packs.burn_up(), series=(packs.burn_up().series[3],))
    empty = replace(packs.burn_up(), series=(), labels=(), table=PackTable("t", "T", (TableColumn("a", "A"),), ()))
    assert [len(sheet._charts) for sheet in read(only(bars, empty))] == [0, 1, 0]


def test_pictures_have_alternatives() -> None:
    pictures = (packs.picture(), replace(packs.picture(), png=None))
    assert alternatives(workbook.excel_workbook(only(*pictures))) == [packs.picture().description]


@pytest.mark.parametrize("text", [*packs.HOSTILE, packs.LONG_WORD, packs.LONG_TEXT, packs.WELSH])
def test_texts_stay_texts(text: str) -> None:
    columns = (
        TableColumn("a", text),
        TableColumn("b", text.upper()),
        TableColumn("c", text, "count"),
        TableColumn("d", text, "rag"),
    )
    table = PackTable("t", text, columns, ((text, text, text, text),), note=text)
    chart = replace(packs.burn_up(), title=text, unit=text, description=text, series=(Series(text, (1.0,) * 12),))
    texts = {"title": text, "subtitle": text, "marking": text, "draft": text, "properties": {text: text}}
    content = workbook.excel_workbook(only(table, table, chart, **texts))
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells].count(safe_line(text)) >= 12
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        links = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".rels"))
    assert b"External" not in links


def test_names_of_sheets_and_headings_are_what_excel_takes() -> None:
    captions = ["History", "contents", "A" * 40, "a" * 40, "[a]:*?/\\", "'quoted'", "", "=1+1", "A" * 40]
    tables = [
        PackTable("k", caption, (TableColumn("a", "A"), TableColumn("b", "a"), TableColumn("c", "")), ())
        for caption in captions
    ]
    names = read(only(*tables)).sheetnames
    assert len({name.lower() for name in names}) == len(captions) + 1
    for name in names:
        assert 0 < len(name) <= 31
        assert not re.search(r"[\[\]:*?/\\]|^'|'$", name)
        assert name.lower() != "history"


def test_a_text_longer_than_a_cell_is_cut() -> None:
    table = PackTable("t", "T", (TableColumn("a", "A"),), (("x" * 40_000,),))
    cell = read(only(table)).worksheets[1]["A5"].value
    assert isinstance(cell, str)
    assert len(cell) == 32_767
    assert cell.endswith("…")


def test_the_same_pack_gives_the_same_bytes() -> None:
    content = workbook.excel_workbook(packs.pack("cy"))
    assert content == workbook.excel_workbook(packs.pack("cy"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time[0] for info in archive.infolist()} == {1980}
        dates = re.findall(rb"\d{4}-\d\d-\d\dT", archive.read("docProps/core.xml"))
    assert set(dates) == {b"2000-01-01T"}


def test_a_thousand_rows() -> None:
    assert [len(list(sheet.rows)) for sheet in read(packs.large()).worksheets[1:]] == [1005, 1004]


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"^a workbook needs the package XlsxWriter, .*install the optional packages"):
        workbook.excel_workbook(packs.pack())


def test_chart_is_found_by_its_own_name() -> None:
    twice = Series("B", (1.0, 2.0), "line")
    table = PackTable(
        "t",
        "T",
        (TableColumn("q", "Q"), TableColumn("a", "A", "count"), TableColumn("b", "B", "count")),
        (("x", 1, 1), ("y", 2, 2)),
    )
    chart = Chart("c", "C", "D", ("x", "y"), (twice,), "u", table)
    sheet = read(only(chart)).worksheets[1]
    (found,) = sheet._charts
    assert found.series[0].val.numRef.f == f"{sheet.title}!$C$5:$C$6"


def test_the_first_sheet_of_a_section_has_its_heading() -> None:
    first, second = packs.everything(key="a"), replace(packs.everything(key="b"), caption="A caption of its own")
    sections = (
        Section("one", "Slipped moves", (Paragraph("Words."), first, second)),
        Section("two", "Risks", (first,)),
    )
    book = read(replace(packs.pack(), summary=(), sections=sections))
    assert book.sheetnames == ["Contents", "Slipped moves", "A caption of its own", "Risks"]
    assert book["Slipped moves"]["A1"].value == first.caption


def test_what_the_summary_says_is_on_the_first_sheet() -> None:
    summary = (Paragraph("For you alone."), Heading("Decide"), Points(("This.", "That.")), Paragraph("Nothing else."))
    sheet = read(replace(packs.pack(), summary=summary)).worksheets[0]
    said = [
        [cell for cell in row if cell] for row in sheet.iter_rows(min_row=4, max_row=9, max_col=2, values_only=True)
    ]
    assert [row for row in said if row][:4] == [
        ["For you alone."],
        ["Decide", "This."],
        ["Decide", "That."],
        ["Nothing else."],
    ]


def test_a_number_may_be_of_another_kind_than_its_column() -> None:
    rows = (("moved", NumberOfKind(30, "count")), ("spent", NumberOfKind(2_036.0, "money")), ("last", "2017/18 Q2"))
    table = PackTable("t", "T", (TableColumn("what", "What"), TableColumn("now", "Now")), rows)
    sheet = read(only(table)).worksheets[1]
    found = [(sheet.cell(row, 2).value, sheet.cell(row, 2).number_format) for row in (5, 6, 7)]
    assert found == [(30, "#,##0"), (2_036, '"£"#,##0;-"£"#,##0'), ("2017/18 Q2", "General")]
    assert [cell_text(language("en"), "text", row[1]) for row in rows] == ["30", "£2,036", "2017/18 Q2"]
