"""What each partner should pay, written as tables and as JSON."""

from __future__ import annotations

from pathlib import Path

from consolidate.cost_sharing.coalitions import CostShares
from consolidate.cost_sharing.shares_json import as_json
from consolidate.inventory import Inventory
from consolidate.output_sets import OutputSet, output_set
from consolidate.report.tables.plan_tables import fair_shares_table, frame_to_csv, groups_alone_table

_SHARES = "shares"
"""The group of these files, among those of an :class:`OutputSet`."""


def write_shares(inventory: Inventory, shares: CostShares, out: str | Path | OutputSet) -> tuple[Path, ...]:
    """Write what :func:`consolidate.cost_shares` found: shares.csv, groups.csv and shares.json; all of them, or none.

    Parameters
    ----------
    inventory
        The inventory it was found for.
    shares
        What was found.
    out
        The folder to write into, or an :class:`consolidate.OutputSet`, to which the files are added.

    Returns
    -------
    tuple
        The files written (or to be written).

    Raises
    ------
    UserError
        A file cannot be written.
    """
    texts = {
        "shares.csv": frame_to_csv(fair_shares_table(inventory, shares)),
        "groups.csv": frame_to_csv(groups_alone_table(shares)),
        "shares.json": as_json(inventory, shares),
    }
    with output_set(out) as outputs:
        outputs.start(_SHARES)
        return tuple(outputs.add(_SHARES, name, text) for name, text in texts.items())
