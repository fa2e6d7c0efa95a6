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

from dataclasses import dataclass

import numpy as np

from consolidate.solving.decomposition.arrays import (
    INFINITY,
    LIVE,
    REFRESH,
    RETIRE,
    SECOND_RETIRE,
    Floats,
    Ints,
    Scatter,
    spans,
    tails,
)
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers, ReducedCosts, saving_prices
from consolidate.solving.decomposition.rows import Block
from consolidate.solving.decomposition.service_subproblem import ServiceSubproblem

FAMILIES = (
    "staff", "capital", "limit", "milestone", "target", "budget", "capacity", "after", "together", "interface", "ready",
    "build", "gate",
)  # fmt: skip
"""The families of constraints that bear prices, by their names in the model."""


@dataclass(frozen=True)
class SystemPrices:
    """What ties and limits make it cost to do something with a system in a quarter.

    Attributes:
        start, live, bridge: [end, S], of starting, of going live, of being live.
        stay: [S], of never going live.
        limits: the price of a move under way by class of system, [classes, end], and [S], each system's class; None
            where no limit has a price.
    """

    start: Floats
    live: Floats
    bridge: Floats
    stay: Floats
    limits: tuple[Floats, Ints] | None

    def of(self, kind: int, quarters: int, width: int) -> Floats | None:
        """[starts, S]: what one piece of work costs by these prices; None where it costs nothing.

        Args:
            kind, quarters: of the work.
            width: how many starts there are, from the first quarter on.
        """
        cutover = slice(quarters - 1, quarters - 1 + width)
        total: Floats | None = None
        if kind == LIVE:
            total = self.start[:width] + self.live[cutover] + self.bridge[cutover]
        elif kind == RETIRE:
            total = self.start[:width] + self.live[cutover]
        elif kind == REFRESH:
            total = self.start[:width] + self.stay
        elif kind == SECOND_RETIRE:
            total = -self.bridge[cutover]
        if self.limits is not None:
            price, member = self.limits
            under_way = np.take(np.ascontiguousarray(spans(price, quarters).T), member, axis=1)
            total = under_way if total is None else total + under_way
        return total


class Lagrangian:
    """The Lagrangian relaxation of one inventory.

    Args:
        columns: all choices.
        costly: False leaves out all costs: then a bound above 0 proves that no plan exists.

    Attributes:
        cost, pair_cost, stay_cost: [R, end], [n, Q] and [S], the costs of choices.
        coupling: the constraints on what is limited.
        links: ties between systems.
        services: the subproblem that is left at given prices.
    """

    def __init__(self, columns: Columns, *, costly: bool = True) -> None:
        self.columns = columns
        self.end = columns.end
        self.costly = costly
        self.inventory = columns.inventory
        self.system = columns.row_system
        self.cost = columns.cost if costly else np.where(np.isfinite(columns.cost), 0.0, INFINITY)
        self.pair_cost = columns.pair_cost if costly else np.where(np.isfinite(columns.pair_cost), 0.0, INFINITY)
        self.stay_cost = columns.stay_cost if costly else np.where(np.isfinite(columns.stay_cost), 0.0, INFINITY)
        self.coupling = CouplingConstraints(columns, costly=costly)
        self._ties()
        self.services = ServiceSubproblem(columns, self.coupling)
        self.by_quarter = [np.ascontiguousarray(each.T) for each in (self.cost, *(a for a, _ in columns.saved))]
        self.buffer = np.empty((self.end, len(columns.rows)))
        self.efforts: dict[int, tuple[Floats, Ints]] = {}
        """By block, the efforts that differ, and which of them each row takes: approaches and sizes are few."""
        for block in columns.blocks:
            different, which = np.unique(block.effort, axis=0, return_inverse=True)
            self.efforts[block.low] = np.ascontiguousarray(different.T), which.ravel()

    def _ties(self) -> None:
        links = self.columns.links
        self.links = links
        self.waits, self.awaited = Scatter(links.after[:, 0]), Scatter(links.after[:, 1])
        self.one, self.other = Scatter(links.together[:, 0]), Scatter(links.together[:, 1])
        self.gating = Scatter(links.gates[:, 1])
        self.lists, self.listed = Scatter(links.interface[:, 0]), Scatter(links.interface[:, 1])

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
        return self.services.solve(u, self.reduced_costs(u), ready)

    def reduced_costs(self, u: Multipliers) -> ReducedCosts:
        """The reduced costs of all choices. Those of rows are a view that the next call overwrites."""
        rows, stay = self._row_costs(u)
        return ReducedCosts(rows, self._pair_costs(u, rows), stay)

    def _row_costs(self, u: Multipliers) -> tuple[Floats, Floats]:
        """Reduced costs of step rows and of staying: [R, end], [S]."""
        levels, stay = self._system_prices(u)
        money = (u["capital"] @ self.coupling.periods).reshape(len(self.inventory.pots), self.end)
        work = self.coupling.day_price(u)
        out = self.buffer
        np.copyto(out, self.by_quarter[0])
        for tau, saved in zip(saving_prices(u), self.by_quarter[1:], strict=True):
            if tau:
                out -= tau * saved
        if u["capacity"].any():
            out += self.coupling.users * u["capacity"][self.coupling.into]
        for block in self.columns.blocks:
            width = self.end - block.quarters + 1
            if width > 0:
                self._price_block(block, out[:width, block.low : block.high], work, money, levels)
        needed = tails(u["ready"])[:, : self.end].T
        for row, at in self.services.links.second_rows:
            out[:, row] += needed[:, at]
        return out.T, stay

    def _price_block(self, block: Block, part: Floats, work: Floats, money: Floats, levels: SystemPrices) -> None:
        """Adds to ``part``, [starts, rows], what a block takes: by system first, which is less, then by row."""
        rows, width = slice(block.low, block.high), len(part)
        level = levels.of(block.kind, block.quarters, width)
        if level is not None:
            part += np.take(level, self.system[rows], axis=1)
        if work.any():
            part += self._work(block, work, width)
        for pot, amount in zip(self.coupling.pot[:, rows], self.coupling.amount[:, rows], strict=True):
            if money.any() and amount.any():
                part += np.take(np.ascontiguousarray(spans(money, block.quarters).T), pot, axis=1) * amount

    def _system_prices(self, u: Multipliers) -> tuple[SystemPrices, Floats]:
        """What starting, going live and being live costs each system, and [S] what staying does."""
        size, end = len(self.columns.systems), self.end
        start, live, bridge = np.zeros((size, end)), np.zeros((size, end)), np.zeros((size, end))
        stay = np.zeros((size, 1))
        waiting = tails(u["after"])
        self.waits.add(start, waiting[:, :end])
        self.awaited.add(live, waiting[:, 1:], -1)
        self.awaited.add(stay, waiting[:, :1], -1)
        self.gating.add(live, tails(u["gate"])[:, 1:], -1)
        self.one.add(live, u["together"])
        self.other.add(live, u["together"], -1)
        own, others = tails(u["interface"])[:, :, :end]
        self.lists.add(bridge, own)
        self.listed.add(live, own, -1)
        self.listed.add(bridge, others)
        self.lists.add(live, others, -1)
        for mu, (members, by, _) in zip(u["milestone"], self.coupling.milestones, strict=True):
            if mu and by >= 0:
                live[members, : by + 1] -= mu
        limits = None if not u["limit"].any() else (self.coupling.limited @ u["limit"], self.coupling.limit_class)
        quarters = [np.ascontiguousarray(each.T) for each in (start, live, bridge)]
        return SystemPrices(quarters[0], quarters[1], quarters[2], stay[:, 0], limits), stay[:, 0] + self.stay_cost

    def _work(self, block: Block, staff: Floats, width: int) -> Floats:
        """What a block's effort costs at the prices of people: [starts, rows]."""
        effort, which = self.efforts[block.low]
        if block.even:
            return np.take(spans(staff, block.quarters).T @ effort, which, axis=1)
        stacked = np.stack([staff[:, offset : offset + width] for offset in range(block.quarters)], axis=1)
        return np.take(stacked.reshape(-1, width).T @ effort, which, axis=1)

    def _pair_costs(self, u: Multipliers, price: Floats) -> Floats:
        """Reduced costs of two-step options, [n, Q]: their cost and what both of their rows use.

        Args:
            u: the prices.
            price: reduced costs of step rows, [R, end].
        """
        first, second = self.columns.two.T
        start, follow = self.columns.pairs
        pair = price.T[:, first][start] + price.T[:, second][follow]
        pair += self.pair_cost.T
        for tau, (_, saved) in zip(saving_prices(u), self.columns.saved, strict=True):
            if tau:
                pair -= tau * saved.T
        return np.asarray(pair.T)
