"""``consolidate shares``: whether each partner is better off inside, and who should pay what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import consolidate
from consolidate.cli.arguments import (
    InventoryArgument,
    InventoryOption,
    ScenarioOption,
    SchedulerOption,
    WorkersOption,
    inventory_of,
    parse_gap,
)
from consolidate.cli.console import complain, print_wide, put_in_place, warn, watched, workers_for
from consolidate.errors import Message, NoPlan, Remedy
from consolidate.output_files import check_writable
from consolidate.output_sets import check_not_in_the_way


def shares(
    inventory: InventoryArgument = None,
    scenario: ScenarioOption = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the tables go.")] = Path("outputs"),
    gap: Annotated[str, typer.Option(metavar="GAP", help="How close each group's plan must be proven.")] = "0.5%",
    time_limit: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="Stop after so long, with what is complete.")
    ] = 600.0,
    samples: Annotated[
        int, typer.Option(min=2, max=100_000, metavar="N", help="Groups drawn of each size, beyond 9 partners.")
    ] = 20,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Where drawing them begins.")] = 0,
    workers: WorkersOption = None,
    scheduler: SchedulerOption = None,
    named: InventoryOption = None,
) -> None:
    """Say whether each partner is better off inside, and what each should bear.

    Plans for every group of partners alone (beyond 9 partners, for groups drawn at random), writes shares.csv,
    groups.csv and shares.json and prints a summary. Exit codes as for `plan`.
    """
    wanted = parse_gap(gap)
    folder = inventory_of(inventory, named)
    check_writable(out)
    data = consolidate.load(folder, scenario)
    warn(data.warnings, folder)
    check_not_in_the_way(out, ("shares.csv", "groups.csv"))
    with watched(wanted, many=True) as monitor:
        try:
            sampling = consolidate.Sampling(samples, seed)
            with workers_for(2 ** len(data.partners) - 1, workers, scheduler) as executor:
                found = consolidate.cost_shares(
                    data, gap=wanted, time_limit=time_limit, sampling=sampling, monitor=monitor, executor=executor
                )
        except NoPlan:
            before = "no plan can meet the rules for all partners together; "
            raise NoPlan(Message(before, Remedy.WAYS_OUT)) from None
        outputs = consolidate.OutputSet(out)
        files = consolidate.write_shares(data, found, outputs)
        put_in_place(outputs)
    if found.missing:
        missing, every = len(found.missing), len(found.missing) + len(found.alone)
        complain(f"stopped before {missing:,} of {every:,} groups were planned for")
    from consolidate.cli.shares_summary import SharesSummary  # here, so that other commands start sooner

    print_wide(SharesSummary(data, found, files))
