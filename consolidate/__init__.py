"""Plans which systems move onto a shared platform, when and how.

The public API, by name; the command line is a thin skin on it::

    import consolidate

    inventory = consolidate.load("inventory", scenario=None)
    plan, verdict = consolidate.make_plan(inventory, gap=0.005)
    print(plan.status, verdict.ledger.costs.total)
    consolidate.draw(inventory, plan, verdict.ledger, Path("outputs"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from consolidate.accounts.ledger import baseline, ledger
from consolidate.accounts.verdict import Verdict, verify_plan, violations
from consolidate.cost_sharing.apportionment import apportion
from consolidate.errors import InvalidInventory, NoPlan, OutOfTime, Problem, RejectedPlan, UserError
from consolidate.inventory import Inventory
from consolidate.loading import load, scenario_names
from consolidate.plan import Plan, from_json, to_json
from consolidate.version import __version__

if TYPE_CHECKING:
    from consolidate.diagrams.roadmap import draw
    from consolidate.optimizer import optimize
    from consolidate.planning import make_plan
    from consolidate.report.tables.plan_tables import write_tables

_LATER = {
    "optimize": "optimizer",
    "make_plan": "planning",
    "draw": "diagrams.roadmap",
    "write_tables": "report.tables.plan_tables",
}
"""Fetched when first asked for: whoever only checks need not wait for the solver and pandas."""

__all__ = [
    "InvalidInventory",
    "Inventory",
    "NoPlan",
    "OutOfTime",
    "Plan",
    "Problem",
    "RejectedPlan",
    "UserError",
    "Verdict",
    "__version__",
    "apportion",
    "baseline",
    "draw",
    "from_json",
    "ledger",
    "load",
    "make_plan",
    "optimize",
    "scenario_names",
    "to_json",
    "verify_plan",
    "violations",
    "write_tables",
]


def __getattr__(name: str) -> Any:
    """Fetches a name of :data:`_LATER`."""
    if name in _LATER:
        return getattr(import_module(f"consolidate.{_LATER[name]}"), name)
    raise AttributeError(f"module 'consolidate' has no attribute {name!r}")
