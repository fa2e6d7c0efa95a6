"""What each partner should pay, written as tables and as JSON."""

from __future__ import annotations

from pathlib import Path

from consolidate.cost_sharing.coalitions import CostShares
from consolidate.cost_sharing.shares_json import as_json
from consolidate.inventory import Inventory
from consolidate.output_files import write_file
from consolidate.report.tables.plan_tables import fair_shares_table, frame_to_csv, groups_alone_table


def write_shares(inventory: Inventory, shares: CostShares, out: str | Path) -> tuple[Path, ...]:
    """Write what :func:`consolidate.cost_shares` found: shares.csv, groups.csv and shares.json.

    Parameters
    ----------
    inventory
        The inventory it was found for.
    shares
        What was found.
    out
        The folder to write into.

    Returns
    -------
    tuple
        The files written.

    Raises
    ------
    UserError
        A file cannot be written.
    """
    out = Path(out)
    texts = {
        "shares.csv": frame_to_csv(fair_shares_table(inventory, shares)),
        "groups.csv": frame_to_csv(groups_alone_table(shares)),
        "shares.json": as_json(inventory, shares),
    }
    for name, text in texts.items():
        write_file(out / name, text)
    return tuple(out / name for name in texts)
