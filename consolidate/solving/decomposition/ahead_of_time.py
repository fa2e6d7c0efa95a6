"""Compiles what numba compiles before it is needed: when an installation is set up."""

from __future__ import annotations

import random

import numpy as np

from consolidate.inventory import Inventory, require_inventory
from consolidate.solving.decomposition.candidates import CandidateLists
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.greedy import insertion_order
from consolidate.solving.decomposition.lagrangian import COMPILED_FROM, Lagrangian, passes_for
from consolidate.solving.decomposition.partial_plan import PartialPlan
from consolidate.solving.decomposition.resources import ResourceIndex
from consolidate.solving.decomposition.ruin_and_recreate import COMPILED_FROM as STEPS
from consolidate.solving.decomposition.ruin_and_recreate import Cooling, RuinAndRecreate, loops_for
from consolidate.solving.decomposition.subgradient import ascend
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.stopping import never


def compile_ahead(inventory: Inventory) -> bool:
    """Compile what plans many systems, so that no plan has to wait for it; without numba, do nothing.

    What is compiled is kept on disk for all inventories and users of this installation. It takes half a minute the
    first time, and a second from then on.

    Parameters
    ----------
    inventory
        Any inventory, to compile with. Nothing is done to it.

    Returns
    -------
    bool
        Whether it is compiled now.

    Raises
    ------
    InvalidArgument
        ``inventory`` is none.
    """
    require_inventory(inventory)
    columns = Columns(inventory, inventory.plan_quarters)
    lagrangian = Lagrangian(columns, passes=passes_for(COMPILED_FROM))
    ready = np.array([found.start if found else NEVER for found in columns.ready_in], dtype=np.int64)
    prices, _ = ascend(lagrangian, lagrangian.zero(), 2)
    found = lagrangian.evaluate(prices, ready)
    resources = ResourceIndex(columns)
    plan, candidates = PartialPlan(resources, ready), CandidateLists(resources, found.reduced, ready)
    search = RuinAndRecreate(plan, candidates, random.Random(0))
    search.insert_all(insertion_order(found), STEPS, never)
    search.run(Cooling(STEPS, 1.0, 0.1), lambda _: True)
    return bool(columns.systems) and loops_for(STEPS, 1)[1]
