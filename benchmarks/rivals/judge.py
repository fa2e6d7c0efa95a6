"""What our own ledger makes of somebody's plan, in a process of its own: prints it as JSON.

python judge.py INVENTORY PLAN.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from consolidate.accounts.ledger import baseline, ledger
from consolidate.accounts.verdict import violations
from consolidate.loading import load
from consolidate.plan import from_json


def judged(inventory_folder: Path, plan_file: Path | None) -> dict[str, Any]:
    """Cost of leaving everything as it is; the plan's cost and the rules that it breaks, by name."""
    inventory = load(inventory_folder)
    found: dict[str, Any] = {"systems": len(inventory.systems), "as_it_is": baseline(inventory).costs.total}
    if plan_file is not None:
        plan = from_json(plan_file.read_text(encoding="utf-8"), inventory.calendar, str(plan_file))
        broken = [violation.rule for violation in violations(inventory, plan)]
        found |= {"cost": ledger(inventory, plan).costs.total, "broken": sorted(set(broken)), "times": len(broken)}
    return found


if __name__ == "__main__":
    given = [Path(text) for text in sys.argv[1:]]
    print(json.dumps(judged(given[0], given[1] if len(given) > 1 else None)))
