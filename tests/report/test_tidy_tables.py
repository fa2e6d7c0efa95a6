"""The tidy tables: keys that lead somewhere, sums that agree with the ledger, files that say the same."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from math import fsum
from pathlib import Path
from types import ModuleType

import packs
import pyarrow.parquet
import pytest
from builders import (
    build,
    consolidate,
    contract,
    inventory,
    plan_of,
    pot,
    refresh,
    rehost,
    retain,
    role,
    service,
    system,
)

from consolidate.accounts.ledger import Ledger, ledger
from consolidate.errors import Remedy
from consolidate.inventory import Inventory, Name
from consolidate.plan import Plan
from consolidate.report.document import CellValue
from consolidate.report.tables import star_schema, tidy_tables
from consolidate.report.tables.tidy_tables import TidyColumn, TidySchema, TidyTable
from consolidate.typesetting.safe_text import safe_line

DOCS = Path(__file__).parents[2] / "docs"
Tables = dict[str, TidyTable]


@pytest.fixture(scope="module")
def case() -> tuple[Inventory, Plan, Ledger]:
    """Three systems of two partners: one moves in two steps, one stays and runs out of support, one is renewed."""
    inv = inventory(
        system(
            "a/x",
            retain(),
            rehost(quarters=2, effort={"dba": 10}, capital={"p": 70}, one_off=5, parallel_run=1, then=consolidate("s")),
            name="=1+1",
            users=4_100,
            run_cost=1_000,
            contract=contract(33, 2),
        ),
        replace(
            system("b/y", run_cost=99.99, end_of_life=5, exposure=3.5, extended_support=7),
            name=Name({"en": "Pay", "cy": "Cyflogrês"}),
        ),
        system("b/z", retain(), refresh(run_cost=10), run_cost=20),
        services=[service("s", build(1, run_cost=7.01, capital={None: 9}))],
        roles=[role("dba", 10, agency={1: 3}, rate=3), role("net")],
        pots=[pot("p", [50, 100], carry_forward=True), pot("q", {"2016/17 Q3": 5, "2017/18": 7})],
        rate=0.035,
        A=10,
    )
    plan = plan_of(inv, {"a/x": (2, 3, 6), "b/z": (2, 0)}, builds={"s": 1}, agency={("dba", 3): 2})
    return inv, plan, ledger(inv, plan)


@pytest.fixture(scope="module")
def tables(case: tuple[Inventory, Plan, Ledger]) -> Tables:
    return star_schema.star_tables(*case, star_schema.PackScope("SECRET", "2016/17 Q1"))


def rows(table: TidyTable) -> list[dict[str, CellValue]]:
    names = [column.name for column in table.schema.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def column(table: TidyTable, name: str) -> list[CellValue]:
    return [row[name] for row in rows(table)]


def total(cells: Sequence[CellValue]) -> float:
    return fsum(cell for cell in cells if isinstance(cell, int | float))


def test_every_key_leads_to_one_row(tables: Tables) -> None:
    for name, table in tables.items():
        for one in table.schema.columns:
            if one.key:
                other, key = one.key.split(".")
                keys = column(tables[other], key)
                assert len(set(keys)) == len(keys), one.key
                assert set(column(table, one.name)) - {None} <= set(keys), f"{name}.{one.name}"


def test_quarters_have_their_days_and_no_gaps(tables: Tables) -> None:
    quarters = rows(tables["dim_quarter"])
    assert quarters[3] == {
        "quarter": "2016/17 Q4",
        "number": 3,
        "financial_year": "2016/17",
        "quarter_of_year": 4,
        "first_day": dt.date(2017, 1, 1),
        "last_day": dt.date(2017, 3, 31),
        "in_horizon": True,
    }
    assert [row["in_horizon"] for row in quarters] == [True] * 8 + [False] * 2
    for one, after in pairwise(quarters):
        assert isinstance(one["last_day"], dt.date)
        assert one["last_day"] + dt.timedelta(days=1) == after["first_day"]


def test_moves_by_hand(tables: Tables) -> None:
    assert rows(tables["fact_moves"])[1] == {
        "system": "a/x",
        "step": 1,
        "approach": "rehost",
        "service": None,
        "start": "2016/17 Q4",
        "cutover": "2017/18 Q1",
        "last": "2017/18 Q2",
        "start_date": dt.date(2017, 1, 1),
        "cutover_date": dt.date(2017, 6, 30),
        "capital": 70,
        "one_off": 5,
        "effort_days": 10,
    }


def test_systems_by_hand(tables: Tables) -> None:
    found = {str(row["system"]): row for row in rows(tables["dim_system"])}
    pay = found["b/y"]
    assert (pay["name_en"], pay["name_cy"], pay["approach"], pay["live"]) == ("Pay", "Cyflogrês", "retain", None)
    assert pay["end_of_life"] == dt.date(2017, 9, 30)
    assert pay["unsupported_quarters"] == 4
    assert found["a/x"]["live"] == "2017/18 Q2"
    assert found["b/z"]["approach"] == "refresh"
    assert column(tables["fact_exposure"], "quarter") == [
        f"20{y}/{y + 1} Q{q}" for y, q in ((17, 3), (17, 4), (18, 1), (18, 2))
    ]


def test_services_and_partners(tables: Tables) -> None:
    (one,) = rows(tables["dim_service"])
    assert (one["built"], one["ready"], one["users"]) == (True, "2016/17 Q3", 4_100)
    assert column(tables["dim_partner"], "partner") == ["a", "b", "shared"]


def test_sums_are_the_ledger_s(case: tuple[Inventory, Plan, Ledger], tables: Tables) -> None:
    _, _, books = case
    costs = rows(tables["fact_cost"])
    assert total([row["discounted"] for row in costs]) == pytest.approx(books.total)
    assert total([row["discounted"] for row in costs if row["cash"]]) == pytest.approx(books.paid)
    assert total([row["amount"] for row in costs]) == pytest.approx(fsum(books.cash.values()))
    assert {row["kind"] for row in costs if not row["cash"]} == {"exposure"}
    assert total(column(tables["fact_capital"], "spent")) == 79
    assert total(column(tables["fact_staff"], "days_used")) == pytest.approx(fsum(books.staff.values()))
    assert total(column(tables["fact_staff"], "agency_cost")) == 6
    judged = fsum(amount for (_, _, kind), amount in books.cash.items() if kind == "exposure")
    assert total(column(tables["fact_exposure"], "judged_exposure")) == pytest.approx(judged) == pytest.approx(14)


def test_funding_has_its_days(tables: Tables) -> None:
    found = [(row["pot"], row["period"], row["first_day"], row["last_day"]) for row in rows(tables["fact_funding"])]
    assert found[0] == ("p", "2016/17", dt.date(2016, 4, 1), dt.date(2017, 3, 31))
    assert ("q", "2016/17 Q3", dt.date(2016, 10, 1), dt.date(2016, 12, 31)) in found


def test_csv_and_parquet_say_the_same(tables: Tables) -> None:
    files = tidy_tables.table_files(tables)
    assert sorted(files) == sorted([f"{name}.{end}" for name in tables for end in ("csv", "parquet")] + ["schema.json"])
    for name, table in tables.items():
        read = pyarrow.parquet.read_table(io.BytesIO(files[f"{name}.parquet"]))
        assert read.column_names == [one.name for one in table.schema.columns]
        assert [tuple(row.values()) for row in read.to_pylist()] == [
            tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row) for row in table.rows
        ]
        text = files[f"{name}.csv"].decode("utf-8-sig")
        assert list(csv.DictReader(io.StringIO(text))) == [
            {key: written(cell) for key, cell in row.items()} for row in rows(table)
        ]


def written(cell: CellValue) -> str:
    """How a cell stands in a CSV file."""
    if cell is None or isinstance(cell, bool):
        return {None: "", True: "yes", False: "no"}[cell]
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else str(round(cell, 6))
    return f"'{cell}" if str(cell).startswith("=") else str(cell)


def test_no_text_is_a_formula_in_csv_and_all_are_whole_in_parquet() -> None:
    schema = TidySchema("Texts.", (TidyColumn("text", "text", "A text."),))
    table = TidyTable(schema, tuple((text,) for text in packs.HOSTILE))
    files = tidy_tables.table_files({"texts": table})
    cells = [row[0] for row in csv.reader(io.StringIO(files["texts.csv"].decode("utf-8-sig")))][1:]
    assert len(cells) == len(packs.HOSTILE)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    read = pyarrow.parquet.read_table(io.BytesIO(files["texts.parquet"]))
    assert read.column("text").to_pylist() == [safe_line(text) for text in packs.HOSTILE]


def test_the_schema_describes_every_column(tables: Tables) -> None:
    found = json.loads(tidy_tables.table_files(tables)["schema.json"])["tables"]
    assert list(found) == list(tables)
    for name, table in tables.items():
        assert [one["name"] for one in found[name]["columns"]] == [one.name for one in table.schema.columns]
        assert all(one["description"].endswith(".") for one in found[name]["columns"])
        assert max(Counter(one.name for one in table.schema.columns).values()) == 1


def test_the_page_is_current() -> None:
    page = (DOCS / "power-bi.md").read_text(encoding="utf-8")
    assert page == generator().page(page), "run: python docs/generate_power_bi.py"
    assert all(f"### `{name}`" in page for name in star_schema.SCHEMAS)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_power_bi", DOCS / "generate_power_bi.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_same_tables_give_the_same_files(tables: Tables, tmp_path: Path) -> None:
    written = tidy_tables.write_table_files(tables, tmp_path / "tables")
    assert {path.name: path.read_bytes() for path in written} == tidy_tables.table_files(tables)
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == sorted(path.name for path in written)


def test_a_thousand_rows(tables: Tables) -> None:
    moves = tables["fact_moves"]
    many = replace(moves, rows=moves.rows * 500)
    read = pyarrow.parquet.read_table(io.BytesIO(tidy_tables.table_files({"fact_moves": many})["fact_moves.parquet"]))
    assert read.num_rows == 500 * len(moves.rows) > 1000


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy_tables, "find_spec", lambda name: None)
    lacking = tidy_tables.parquet_lacking()
    assert lacking is not None
    assert str(lacking).startswith("a Parquet file needs the package pyarrow, which is not installed; ")
    assert lacking.message.remedy is Remedy.PARQUET_PACKAGE


def test_without_pyarrow_there_is_csv(monkeypatch: pytest.MonkeyPatch, tables: Tables) -> None:
    assert tidy_tables.parquet_lacking() is None
    both = tidy_tables.table_files(tables)
    monkeypatch.setattr(tidy_tables, "find_spec", lambda name: None)
    alone = tidy_tables.table_files(tables)
    assert alone == {name: content for name, content in both.items() if not name.endswith(".parquet")}
    assert len(both) == 2 * len(alone) - 1


def test_the_tables_say_of_what_classification_they_are(case: tuple[Inventory, Plan, Ledger]) -> None:
    about = star_schema.PackScope("OFFICIAL", None, "torfaen", public=True)
    (row,) = rows(star_schema.star_tables(*case, about)["dim_pack"])
    assert (row["classification"], row["quarter"], row["partner"], row["public"]) == ("OFFICIAL", None, "torfaen", True)
    assert row["name_en"] == str(case[0].programme)
