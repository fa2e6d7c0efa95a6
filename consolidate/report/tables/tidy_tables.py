"""Tidy tables for Power BI and the like, as CSV and Parquet: stable English keys, ISO dates, no totals.

A table is a :class:`TidyTable`; its columns say what they hold, and the schema and the page
docs/power-bi.md are written from that. The same tables give the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from consolidate.errors import Remedy, UserError
from consolidate.output_files import write_file
from consolidate.report.document import CellValue
from consolidate.typesetting.safe_text import defused, missing, safe_line

if TYPE_CHECKING:
    import pyarrow

ColumnType = Literal["text", "whole", "number", "date", "flag"]
"""``flag``: ``yes`` or ``no`` in CSV, a Boolean in Parquet."""

SCHEMA_FILE = "schema.json"


@dataclass(frozen=True)
class TidyColumn:
    """A column. ``key`` says which table's key it is, if it is one: ``dim_system.system``."""

    name: str
    type: ColumnType
    description: str
    unit: str = ""
    key: str = ""


@dataclass(frozen=True)
class TidySchema:
    """What a table holds: a sentence that says what a row is, and its columns."""

    description: str
    columns: tuple[TidyColumn, ...]


@dataclass(frozen=True)
class TidyTable:
    """A table: a row has a cell for each column, None where there is nothing to say."""

    schema: TidySchema
    rows: tuple[tuple[CellValue, ...], ...]


def table_files(tables: Mapping[str, TidyTable]) -> dict[str, bytes]:
    """The files of the tables, by name: a CSV and a Parquet file for each, and schema.json.

    Without pyarrow there are no Parquet files; :func:`parquet_lacking` says so.
    """
    files: dict[str, bytes] = {}
    parquet = parquet_lacking() is None
    for name, table in tables.items():
        files[f"{name}.csv"] = to_csv(table)
        if parquet:
            files[f"{name}.parquet"] = to_parquet(table)
    files[SCHEMA_FILE] = schema_json({name: table.schema for name, table in tables.items()})
    return files


def parquet_lacking() -> UserError | None:
    """What to say where Parquet files cannot be written; None where they can."""
    if find_spec("pyarrow") is None:
        return missing("pyarrow", "a Parquet file", Remedy.PARQUET_PACKAGE)
    return None


def write_table_files(tables: Mapping[str, TidyTable], folder: Path) -> list[Path]:
    """Write all files into a folder, each whole or not at all.

    Raises:
        OSError: a file cannot be written.
    """
    files = table_files(tables)
    for name, content in files.items():
        write_file(folder / name, content)
    return [folder / name for name in files]


def to_csv(table: TidyTable) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads accents; a text that a spreadsheet would run gets an
    apostrophe in front (keys never do: no id begins with such a sign)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.schema.columns])
    for row in table.rows:
        writer.writerow([_csv_cell(cell, column.type) for cell, column in zip(row, table.schema.columns, strict=True)])
    return out.getvalue().encode("utf-8-sig")


def _csv_cell(cell: CellValue, type: ColumnType) -> str:
    """A cell of a CSV file.

    >>> _csv_cell("=1+1", "text"), _csv_cell("\uff1d1", "text"), _csv_cell(-2.50, "number"), _csv_cell(None, "whole")
    ("'=1+1", "'\uff1d1", '-2.5', '')
    >>> _csv_cell(dt.date(2016, 4, 1), "date")
    '2016-04-01'
    """
    if cell is None:
        return ""
    if type == "flag":
        return "yes" if cell else "no"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, str):
        return defused(cell)
    return str(int(cell)) if float(cell).is_integer() else repr(_number(cell))


def _number(value: float) -> float:
    """Rounded to a millionth: sums in another order give the same."""
    return round(float(value), 6) + 0.0


def to_parquet(table: TidyTable) -> bytes:
    """Texts as they are, dates as dates, numbers as numbers; descriptions in the metadata of the columns."""
    import pyarrow
    import pyarrow.parquet

    fields, arrays = [], []
    for place, column in enumerate(table.schema.columns):
        kind = _arrow(column.type)
        cells = [_typed(row[place], column.type) for row in table.rows]
        fields.append(pyarrow.field(column.name, kind, metadata={"description": column.description}))
        arrays.append(pyarrow.array(cells, kind))
    whole = pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields))
    out = pyarrow.BufferOutputStream()
    pyarrow.parquet.write_table(whole, out)
    return bytes(out.getvalue().to_pybytes())


def _typed(cell: CellValue, type: ColumnType) -> object:
    if cell is None:
        return None
    if type == "text":
        return safe_line(str(cell))
    if type == "date":
        return cell
    assert isinstance(cell, int | float), f"{cell!r} is no number"
    return bool(cell) if type == "flag" else int(cell) if type == "whole" else _number(cell)


def _arrow(type: ColumnType) -> pyarrow.DataType:
    import pyarrow

    kinds = {
        "text": pyarrow.string(),
        "whole": pyarrow.int64(),
        "number": pyarrow.float64(),
        "date": pyarrow.date32(),
        "flag": pyarrow.bool_(),
    }
    return kinds[type]


def schema_json(tables: Mapping[str, TidySchema]) -> bytes:
    """schema.json: the tables, their columns, and which column leads to which table."""
    data = {
        name: {
            "description": table.description,
            "columns": [
                {
                    "name": column.name,
                    "type": column.type,
                    **({"unit": column.unit} if column.unit else {}),
                    **({"key": column.key} if column.key else {}),
                    "description": column.description,
                }
                for column in table.columns
            ],
        }
        for name, table in tables.items()
    }
    return (json.dumps({"format": 1, "tables": data}, indent=1, ensure_ascii=False) + "\n").encode()


def schema_markdown(tables: Mapping[str, TidySchema]) -> str:
    """The part of docs/power-bi.md that describes the tables, as Markdown."""
    lines: list[str] = []
    for name, table in tables.items():
        lines += [f"### `{name}`", "", table.description, "", "| column | type | unit | what it holds |"]
        lines.append("|---|---|---|---|")
        for one in table.columns:
            leads = f" Leads to `{one.key}`." if one.key and one.key != f"{name}.{one.name}" else ""
            lines.append(f"| `{one.name}` | {one.type} | {one.unit} | {one.description}{leads} |")
        lines.append("")
    return "\n".join(lines)
