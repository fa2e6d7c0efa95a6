"""``consolidate shares``: whether each partner is better off inside, and who should pay what."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from consolidate.cli.console import (
    InventoryArgument,
    ScenarioOption,
    complain,
    load_inventory,
    parse_gap,
    shielded,
    warn,
    watched,
    writable,
    write_text,
)
from consolidate.errors import Message, NoPlan, Remedy


def shares(
    inventory: InventoryArgument = Path("inventory"),
    scenario: ScenarioOption = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the tables go.")] = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close each group's plan must be proven.")] = "0.5%",
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Stop after so long, with what is complete.")
    ] = 600.0,
    samples: Annotated[
        int, typer.Option(min=2, max=100_000, metavar="N", help="Orders of arrival drawn, beyond 8 partners.")
    ] = 20,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Where drawing them begins.")] = 0,
) -> None:
    """Say whether each partner is better off inside, and what each should bear.

    Plans for every group of partners alone (beyond 8 partners, for groups drawn at random), writes shares.csv,
    groups.csv and shares.json and prints a summary. Exit codes as for `plan`.
    """
    wanted = parse_gap(gap)
    writable(out)
    data = load_inventory(inventory, scenario)
    warn(data.warnings, brief=True)

    from consolidate.cli.shares_summary import Screen
    from consolidate.cost_sharing.coalitions import Sampling, cost_shares
    from consolidate.cost_sharing.shares_json import as_json
    from consolidate.report.tables.plan_tables import fair_shares_table, frame_to_csv, groups_alone_table

    where = [""]

    def seen(done: int, of: int, group: frozenset[str]) -> None:
        names = [partner for partner in data.partners if partner in group]
        where[0] = f"group {done + 1} of {of} ({', '.join(names[:3])}{', …' if len(names) > 3 else ''}): "

    with watched(wanted, lambda: where[0]) as monitor:
        try:
            sampling = Sampling(samples, seed)
            found = cost_shares(data, gap=wanted, time_limit=time_limit, sampling=sampling, monitor=monitor, seen=seen)
        except NoPlan:
            raise NoPlan(Message("no plan can meet the rules for all partners together; ", Remedy.WAYS_OUT)) from None
        with shielded():
            write_text(out / "shares.csv", frame_to_csv(fair_shares_table(data, found)))
            write_text(out / "groups.csv", frame_to_csv(groups_alone_table(found)))
            write_text(out / "shares.json", as_json(data, found, wanted, seed))
    if found.missing:
        missing, every = len(found.missing), len(found.missing) + len(found.alone)
        complain(f"stopped before {missing:,} of {every:,} groups were planned for")
    files = [out / name for name in ("shares.csv", "groups.csv", "shares.json")]
    console = Console(width=None if sys.stdout.isatty() else min(shutil.get_terminal_size((100, 40)).columns, 120))
    console.print(Screen(data, found, tuple(files)))
