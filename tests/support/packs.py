"""A made-up Board pack with every kind of block, and texts that would do harm if they were not taken as text."""

from __future__ import annotations

import datetime as dt
import struct
import zlib
from dataclasses import replace
from typing import Literal

from consolidate.report.document import (
    Block,
    Chart,
    Figures,
    Heading,
    Pack,
    PackPicture,
    PackTable,
    Paragraph,
    Points,
    Rating,
    Section,
    Series,
    TableColumn,
)

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "#set page(width: 1pt)",
    "*not bold* _nor this_ $x$ `code` #emph[no]",
    "<w:p><w:r/></w:p>",
    "<script>alert(1)</script>",
    "</table><img src=x onerror=alert(1)>",
    "https://example.org/ internal:'Contents'!A1",
    "{=1+1}",
    '" onmouseover="alert(1)',
    "{{ 7 * 7 }} {% raw %} ${x} %(y)s {z}",
    "\u202esdrawkcab",
    "nul\x00 bell\x07 escape\x1b vertical\x0b feed\x0c",
    "\ufffe\uffff and \ud800 alone",
    "two\nlines\tand a tab\r\nand more",
    "_x0041_ is not A",
    "]]> & &amp; &#65; <!-- -->",
)
"""What somebody might call a system."""

LONG_WORD = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch" * 2
LONG_TEXT = "Pensiynau a chyflogau'r cynghorau: " + "tŷ, dŵr, gŵr a ffŷrdd; " * 300
WELSH = "Âêîôûŵŷ ÂÊÎÔÛŴŶ áéíóúẃý àèìòùẁỳ äëïöüẅÿ – £1,234 “dyfyniad” ‘un’ … • × ≥ →"

SVG = """<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<svg width="480pt" height="200pt" viewBox="0 0 480 200" xmlns="http://www.w3.org/2000/svg">
<title>Roadmap</title>
<rect x="0" y="0" width="480" height="200" fill="#ffffff"/>
<rect x="20" y="40" width="200" height="24" fill="#1f5a91"/>
<text x="26" y="57" font-family="Helvetica,Arial,sans-serif" font-size="14" fill="#ffffff">Tŷ a dŵr</text>
</svg>
"""


def png(width: int = 48, height: int = 20, colour: tuple[int, int, int] = (31, 90, 145)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = (b"\x00" + bytes(colour) * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


EVERY_KIND = (
    TableColumn("system", "System"),
    TableColumn("users", "Users", "count"),
    TableColumn("cost", "Cost", "money"),
    TableColumn("paid", "Paid", "pence"),
    TableColumn("days", "Days", "number"),
    TableColumn("share", "Share", "percent"),
    TableColumn("cutover", "Cutover", "quarter"),
    TableColumn("notice", "Last day to give notice", "date"),
    TableColumn("exposure", "Exposure", "rag"),
)
"""A column of each kind."""

_RAGS: tuple[Literal["red", "amber", "green"], ...] = ("red", "amber", "green")


def everything(rows: int = 12, key: str = "everything", total: bool = True) -> PackTable:
    """A table with a column of each kind, empty cells, a hostile name in each row, and a total."""
    body = tuple(
        (
            f"{HOSTILE[row % len(HOSTILE)]} {row}",
            row * 37,
            1234.4 * row - 5000,
            row * 17.005,
            row / 3,
            (row % 12) / 11,
            f"20{16 + row % 4}/{17 + row % 4} Q{1 + row % 4}",
            None if row % 5 == 0 else dt.date(2017, 1 + row % 12, 28),
            None if row % 7 == 6 else _RAGS[row % 3],
        )
        for row in range(rows)
    )
    last = ("Total", sum(row * 37 for row in range(rows)), 99.0, 12.5, None, 1.0, None, None, None)
    return PackTable(
        key,
        "Every kind of column & <b>none</b> of it markup",
        EVERY_KIND,
        (*body, last) if total else body,
        total=total,
        note="Judged exposure is not cash. =1+1",
    )


def hostile() -> PackTable:
    """Texts as they are, one to a row."""
    rows = tuple((text, text) for text in (*HOSTILE, LONG_WORD, LONG_TEXT, WELSH))
    return PackTable("hostile", HOSTILE[0], (TableColumn("name", HOSTILE[4]), TableColumn("again", LONG_WORD)), rows)


def burn_up(labels: int = 12) -> Chart:
    """A chart with a series of each style, a gap, and a shaded stretch."""
    names = tuple(f"20{16 + n // 4}/{17 + n // 4} Q{1 + n % 4}" for n in range(labels))
    moved = tuple(float(3 * n) if n < labels // 2 else None for n in range(labels))
    series = (
        Series("Approved", tuple(float(4 * n) for n in range(labels)), "ghost"),
        Series("Moved", moved, "line"),
        Series("Forecast", tuple(float(3.5 * n) for n in range(labels)), "step"),
        Series("In the quarter", tuple(float(n % 4) for n in range(labels)), "bar"),
    )
    columns = (
        TableColumn("quarter", "Quarter", "quarter"),
        *(TableColumn(f"s{n}", s.name, "count") for n, s in enumerate(series)),
    )
    rows = tuple((name, *(s.values[n] for s in series)) for n, name in enumerate(names))
    return Chart(
        "burn-up",
        "Systems moved",
        "A line rises from 0 to 15 systems moved, below the 20 approved; 29 are still to move in the last year.",
        names,
        series,
        "systems",
        PackTable("burn-up", "Systems moved by quarter", columns, rows),
        marks=((labels - 4, labels - 1, "The last year"),),
    )


def picture(svg: str = SVG, wide: bytes | None = None) -> PackPicture:
    columns = (
        TableColumn("system", "System"),
        TableColumn("start", "Start", "quarter"),
        TableColumn("cutover", "Cutover", "quarter"),
    )
    rows = (("Tŷ a dŵr", "2016/17 Q1", "2016/17 Q3"), ("Payroll", "2016/17 Q2", "2017/18 Q1"))
    return PackPicture(
        "roadmap",
        "Roadmap",
        "Two systems move: the first in 2016/17, the second a year later.",
        svg,
        png() if wide is None else wide,
        PackTable("roadmap", "Moves by quarter", columns, rows),
    )


def pack(language: str = "en", extra: tuple[Block, ...] = ()) -> Pack:
    """A pack with every kind of block; ``extra`` stands in a section of its own."""
    sections = (
        Section(
            "delivery",
            "Delivery",
            (
                Paragraph("Systems moved against the plan that was approved."),
                burn_up(),
                Points(("One.", WELSH, LONG_WORD)),
            ),
        ),
        Section("roadmap", "Roadmap", (picture(),)),
        Section("figures", "All figures", (everything(), Heading(HOSTILE[4]))),
        Section("names", HOSTILE[7], (hostile(), Points(HOSTILE), *(Paragraph(text) for text in HOSTILE))),
        Section("nothing", "Nothing to say", (PackTable("none", "No rows", EVERY_KIND[:2], ()), Points(()))),
        *((Section("extra", "Extra", extra),) if extra else ()),
    )
    return Pack(
        language,
        "Shared services: pack for the Board",
        "2017/18 Q2",
        "OFFICIAL-SENSITIVE",
        "Draft" if language == "cy" else "",
        (
            Heading("The Board is asked to agree the plan of 12 July 2017."),
            Figures(
                (("Systems moved", "41 of 70", "2 behind the plan"), ("Spent", "£1,234,567", ""), (LONG_WORD, "0", ""))
            ),
            Rating("Delivery", "amber", "Amber", "Feasible, but two suppliers are late."),
            Rating("Exposure", None, "Not given", ""),
            Rating("Money", "red", "Red", HOSTILE[7]),
            Rating("People", "green", "Green", ""),
        ),
        sections,
        {"Quarter": "2017/18 Q2", "Plan": "0123456789abcdef" * 4, "Inventory": HOSTILE[0]},
    )


def headings(pack: Pack) -> list[str]:
    """Those below the sections'."""
    blocks = [*pack.summary, *(block for section in pack.sections for block in section.blocks)]
    return [one.text for one in blocks if isinstance(one, Heading)]


def large(rows: int = 1000) -> Pack:
    """A pack with tables of ``rows`` rows."""
    tables: tuple[Block, ...] = (everything(rows), everything(rows, "second", total=False))
    return replace(pack(), sections=(Section("large", "Large", tables),))
