r"""A bound for inventories of any size: constraints that couple systems bear prices instead of being kept.

Take the model of :mod:`consolidate.solving.exact.model` and move every constraint that ties systems to each other into
the objective, each violated unit at a price :math:`u \ge 0` (free in sign for an equation). What is left decomposes:
each system takes whatever is cheapest for it, and each service is built when that pays for the systems that wait for
it. For **any** prices that sum is a lower bound on the cost of every plan
(Lagrangian relaxation; M. L. Fisher, Management Science 27, 1981):

.. math:: L(u) = \sum_i \min_{j \in J_i} \bar c_j(u) + \sum_v \dots - u^{\mathsf T} b \;\le\; \min \text{cost}

Kept exactly in the subproblem: one option and start for each system; the quarter from which each
service is ready, with the systems that wait for it (the constraint ``ready`` of each system's *principal*
service) and each service's principal need; services that must be built. These bear prices: ``staff``,
``capital``, ``limit``, ``milestone``, ``target``, ``budget``, ``capacity``, ``after``, ``together``, ``interface``,
``gate``, and what is left of ``ready`` and ``build``: the families of the model, by the same names.

The best prices are found by :mod:`consolidate.solving.decomposition.subgradient`.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property

import numpy as np

from consolidate.solving.decomposition import array_passes
from consolidate.solving.decomposition.arrays import INFINITY, Floats, Ints, ordered_product, scatter, spans, tails
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers, ReducedCosts, saving_prices
from consolidate.solving.decomposition.passes import (
    BlockPrices,
    Levels,
    PairTable,
    Passes,
    RowTable,
    TiePrices,
    Ties,
)
from consolidate.solving.decomposition.rows import Block
from consolidate.solving.decomposition.service_subproblem import ServiceSubproblem

COMPILED_FROM = 1_000
"""Systems from which the compiled passes are used: with fewer, what they save in one run is less than what importing
numba takes and, the first time on a machine, compiling."""

FAMILIES = (
    "staff", "capital", "limit", "milestone", "target", "budget", "capacity", "after", "together", "interface", "ready",
    "build", "gate",
)  # fmt: skip
"""The families of constraints that bear prices, by their names in the model."""


def passes_for(systems: int) -> Passes:
    """The faster passes for so many systems. Which they are has no influence on what comes out.

    The compiled ones are imported here, and not above, because importing numba takes longer than planning a small
    inventory. There may be none: no numba for this Python or machine, machine code forbidden by the system, or
    switched off by numba's own variable, NUMBA_DISABLE_JIT.
    """
    if systems >= COMPILED_FROM:
        try:
            from consolidate.solving.decomposition import compiled_passes, compiling
        except (ImportError, OSError):
            return array_passes
        if compiling.ENABLED:
            return compiled_passes
    return array_passes


class Lagrangian:
    """The Lagrangian relaxation of one inventory.

    Args:
        columns: all choices.
        costly: False leaves out all costs: then a bound above 0 proves that no plan exists.
        passes: how arrays are gone through, which has no influence on what comes out; None for what is faster.

    Attributes:
        cost, pair_cost, stay_cost: [R, end], [n, Q] and [S], the costs of choices.
        coupling: the constraints on what is limited.
        links: ties between systems; ``ties`` has the numbers of those that are tied.
        services: the subproblem that is left at given prices.
        mask: [services, end + 1], infinite where a service may not be ready from a quarter; None: all may.
    """

    def __init__(self, columns: Columns, *, costly: bool = True, passes: Passes | None = None) -> None:
        self.columns = columns
        self.end = columns.end
        self.costly = costly
        self.inventory = columns.inventory
        self.system = columns.row_system
        self.cost = columns.cost if costly else np.where(np.isfinite(columns.cost), 0.0, INFINITY)
        self.pair_cost = columns.pair_cost if costly else np.where(np.isfinite(columns.pair_cost), 0.0, INFINITY)
        self.stay_cost = columns.stay_cost if costly else np.where(np.isfinite(columns.stay_cost), 0.0, INFINITY)
        self.coupling = CouplingConstraints(columns, costly=costly)
        self.mask: Floats | None = None
        self.links = links = columns.links
        tied = (links.after, links.together, links.interface)
        (waits, awaited), (one, other), (lists, listed) = (np.ascontiguousarray(each.T) for each in tied)
        self.ties = Ties(waits, awaited, links.gates[:, 1].copy(), one, other, lists, listed)
        self.passes = passes_for(len(columns.systems)) if passes is None else passes
        self.services = ServiceSubproblem(columns, self.coupling, self.passes)
        self.row_costs = np.empty((len(columns.rows), self.end))
        self.pair_costs = np.empty(self.pair_cost.shape)

    @cached_property
    def row_table(self) -> RowTable:
        """Facts of rows, as pricing them needs them."""
        coupling = self.coupling
        return RowTable(
            self.cost,
            self.columns.saved_by_rule[0],
            self.system,
            coupling.into,
            coupling.users,
            coupling.pot,
            coupling.amount,
            coupling.limit_class,
        )

    @cached_property
    def pair_table(self) -> PairTable:
        """Facts of two-step options, as pricing them needs them."""
        (first, second), (start, follow) = (
            np.ascontiguousarray(each) for each in (self.columns.two.T, self.columns.pairs)
        )
        return PairTable(self.pair_cost, self.columns.saved_by_rule[1], first, second, start, follow)

    @cached_property
    def efforts(self) -> list[tuple[Floats, Ints]]:
        """By block, the efforts that differ, and which of them each row takes: approaches and sizes are few."""
        found = []
        for block in self.columns.blocks:
            different, which = np.unique(block.effort, axis=0, return_inverse=True)
            found.append((different, which.ravel()))
        return found

    # -- multipliers -----------------------------------------------------------------------

    def zero(self) -> Multipliers:
        """Prices of zero, by family; they give a bound, too."""
        end, links = self.end, self.links
        return {
            "staff": np.zeros_like(self.coupling.days),
            "capital": np.zeros(len(self.coupling.funds)),
            "limit": np.zeros((len(self.coupling.moves), end)),
            "milestone": np.zeros(len(self.coupling.milestones)),
            "target": np.zeros(len(self.inventory.targets)),
            "budget": np.zeros(len(self.inventory.budgets)),
            "capacity": np.zeros(len(self.columns.services)),
            "after": np.zeros((len(links.after), end)),
            "together": np.zeros((len(links.together), end)),
            "interface": np.zeros((2, len(links.interface), end)),
            "ready": np.zeros((len(self.services.links.second_needs), end)),
            "build": np.zeros((len(self.services.forest.minor_needs), end)),
            "gate": np.zeros((len(links.gates), end)),
        }

    # -- pricing -----------------------------------------------------------------------------

    def evaluate(self, u: Multipliers, ready: Ints | None = None) -> Evaluation:
        """L(u) and the solution of its subproblem.

        Args:
            u: the prices; only those of equations (``together``) may be negative.
            ready: fixes the quarter from which each service is ready (:data:`NEVER`: not built);
                the bound then holds for plans with these services only.
        """
        return self.services.solve(u, self.reduced_costs(u), ready, self.mask)

    def masked(self, mask: Floats) -> Lagrangian:
        """The same relaxation with fewer quarters for services: its bounds hold for plans with those only.

        Args:
            mask: [services, end + 1], 0 where a service may be ready from a quarter, infinite elsewhere; last: never.
        """
        found = copy(self)
        found.mask = mask
        return found

    def reduced_costs(self, u: Multipliers) -> ReducedCosts:
        """The reduced costs of all choices, in arrays that the next call overwrites."""
        rows, stay = self._row_costs(u)
        self.passes.price_pairs(self.pair_costs, rows, self.pair_table, saving_prices(u))
        return ReducedCosts(rows, self.pair_costs, stay)

    def _row_costs(self, u: Multipliers) -> tuple[Floats, Floats]:
        """Reduced costs of step rows and of staying: [R, end], [S]."""
        levels = self._levels(u)
        money = self.coupling.pot_prices(u)
        work = self.coupling.day_price(u)
        limits = self.coupling.move_prices(u)
        out, savings = self.row_costs, saving_prices(u)
        for block, efforts in zip(self.columns.blocks, self.efforts, strict=True):
            prices = self._block_prices(block, efforts, work, money, limits)
            self.passes.price_block(out, self.row_table, levels, prices, savings, u["capacity"])
        rows, needs = self.services.links.second_rows
        scatter(out, rows, tails(u["ready"])[needs, : self.end])
        return out, levels.stay[:, 0] + self.stay_cost

    def _block_prices(
        self, block: Block, efforts: tuple[Floats, Ints], days: Floats, money: Floats, limits: Floats
    ) -> BlockPrices:
        """What a block's rows pay for people, money and limits.

        Args:
            block: the rows.
            efforts: those that differ, and which of them each row takes.
            days, money, limits: [roles, end], [pots, end] and [classes, end], the going prices.
        """
        different, which = efforts
        width = max(self.end - block.quarters + 1, 0)
        if block.even:
            each = spans(days, block.quarters)
        else:
            offsets = [days[:, offset : offset + width] for offset in range(block.quarters)]
            each = np.stack(offsets, axis=1).reshape(len(days) * block.quarters, width)
        work = ordered_product(different, each)
        return BlockPrices(
            block.low,
            block.high,
            block.quarters,
            block.kind,
            work,
            which,
            spans(money, block.quarters),
            spans(limits, block.quarters),
        )

    def _levels(self, u: Multipliers) -> Levels:
        """What ties and milestones make it cost to do something with a system in a quarter."""
        size, end = len(self.columns.systems), self.end
        levels = Levels(*(np.zeros((size, width)) for width in (end, end, end, 1)))
        self.passes.tie_levels(self.ties, TiePrices(*(u[name] for name in TiePrices._fields)), levels)
        for mu, (members, by, _) in zip(u["milestone"], self.coupling.milestones, strict=True):
            if mu and by >= 0:
                levels.live[members, : by + 1] -= mu
        return levels
