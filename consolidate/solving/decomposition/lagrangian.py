r"""A bound for any size: the rules that couple systems are given prices instead of being kept.

Take the model of :mod:`consolidate.solving.exact.model` and move every row that ties systems to each other into the
objective, each violated unit at a price :math:`u \ge 0` (free in sign for an equation). What is left
falls apart: each system takes whatever is cheapest for it, and each service is built when that pays
for the systems that wait for it. For **any** prices that sum is a lower bound on the cost of every plan
(Lagrangian relaxation; M. L. Fisher, Management Science 27, 1981):

.. math:: L(u) = \sum_i \min_{j \in J_i} \bar c_j(u) + \sum_v \dots - u^{\mathsf T} b \;\le\; \min \text{cost}

Kept exactly in the subproblem: one option and start for each system; the quarter from which each
service is ready, with the systems that wait for it (the row ``ready`` of each system's *principal*
service) and each service's principal need. Given a price: ``staff``, ``capital``, ``limit``,
``milestone``, ``target``, ``capacity``, ``after``, ``together``, ``interface``, and what is left of
``ready`` and ``build``: the families of the model, by the same names.

The best prices are found by a subgradient ascent with Adam's step (D. P. Kingma and J. Ba, 2015): each
family's step is a share of the range in which its price can matter, and that share falls geometrically.
"""

from __future__ import annotations

from collections.abc import Callable
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
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers, Taken
from consolidate.solving.decomposition.rows import Block
from consolidate.solving.decomposition.service_subproblem import Shared
from consolidate.solving.formulation.costs import NEVER

FAMILIES = (
    "staff", "capital", "limit", "milestone", "target", "capacity", "after", "together", "interface", "ready", "build",
)  # fmt: skip

ITERATIONS = 600
FIRST_STEP, LAST_STEP = 0.15, 0.0008
"""Step lengths, as a share of each price's natural range, of the first and the last iteration."""
MOMENTUM, SPREAD = 0.9, 0.95
"""How much of the past Adam's two averages keep."""


@dataclass(frozen=True)
class Levels:
    """Prices by system, [end, S]: of starting, of going live, of being live, and [S] of never going live;
    and of moves under way by class of system, [classes, end], with each system's class."""

    start: Floats
    live: Floats
    bridge: Floats
    stay: Floats
    limits: tuple[Floats, Ints] | None

    def of(self, kind: int, quarters: int, width: int) -> Floats | None:
        """[starts, S]: what one piece of work costs its system besides people and money; None for nothing."""
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
    """The relaxation of one inventory. ``costly`` False leaves out all costs: then a bound above 0
    proves that no plan exists."""

    def __init__(self, columns: Columns, *, costly: bool = True) -> None:
        self.columns = columns
        self.end = columns.end
        self.costly = costly
        self.inventory = columns.inventory
        self.table = columns.table
        self.duration = self.table.quarters
        self.kind = np.array([row.kind for row in columns.rows], dtype=np.int64)
        self.system = columns.row_system
        self.cost = columns.cost if costly else np.where(np.isfinite(columns.cost), 0.0, INFINITY)
        self.pair_cost = columns.pair_cost if costly else np.where(np.isfinite(columns.pair_cost), 0.0, INFINITY)
        self.stay_cost = columns.stay_cost if costly else np.where(np.isfinite(columns.stay_cost), 0.0, INFINITY)
        self._people()
        self._money()
        self._rules()
        self._ties()
        self.shared = Shared(self)
        self._options()
        self.by_quarter = [np.ascontiguousarray(each.T) for each in (self.cost, *(a for a, _ in columns.saved))]
        self.buffer = np.empty((self.end, len(columns.rows)))
        self.efforts: dict[int, tuple[Floats, Ints]] = {}
        """By block, the efforts that differ, and which of them each row takes: approaches and sizes are few."""
        for block in columns.blocks:
            different, which = np.unique(block.effort, axis=0, return_inverse=True)
            self.efforts[block.low] = np.ascontiguousarray(different.T), which.ravel()

    # -- what the rows take ------------------------------------------------------------

    def _people(self) -> None:
        inventory, end = self.inventory, self.end
        roles = [inventory.roles[role] for role in self.columns.roles]
        self.days = np.array([role.days[:end] for role in roles if role.days is not None]).reshape(len(roles), end)
        factors = np.diff(np.array(self.columns.prices.prefix))[:end]
        self.agency = np.array([role.agency_days[:end] for role in roles]).reshape(len(roles), end)
        self.rate = np.array([role.day_rate[:end] for role in roles]).reshape(len(roles), end) * factors * self.costly
        self.effort = np.zeros((len(self.columns.rows), len(roles)))
        self.uneven: list[tuple[int, int, tuple[float, ...]]] = []
        for block in self.columns.blocks:
            for at in range(block.low, block.high):
                for role, days in self.columns.rows[at].staff:
                    if block.even:
                        self.effort[at, role] = days[0]
                    else:
                        self.uneven.append((at, role, days))

    def _money(self) -> None:
        inventory, end, rows = self.inventory, self.end, self.columns.rows
        layers = max((len(row.money) for row in rows), default=0)
        self.pot = np.zeros((layers, len(rows)), dtype=np.int64)
        self.amount = np.zeros((layers, len(rows)))
        for at, row in enumerate(rows):
            for layer, (pot, amount) in enumerate(row.money):
                self.pot[layer, at], self.amount[layer, at] = pot, amount
        pots = list(inventory.pots.values())
        counted, limits = [], []
        for number, fund in enumerate(pots):
            mask, amount = np.zeros((len(pots), end)), 0.0
            for period in fund.periods:
                if not fund.carry_forward:
                    mask, amount = np.zeros((len(pots), end)), 0.0
                mask[number, [q for q in period.quarters if q < end]] = 1.0
                amount += period.amount
                counted.append(mask.copy().ravel())
                limits.append(amount)
        self.periods = np.array(counted).reshape(len(counted), len(pots) * end)
        self.funds = np.array(limits)

    def _rules(self) -> None:
        """Limits by class of system (the same limits apply), milestones, targets, capacities."""
        inventory, columns = self.inventory, self.columns
        signs: dict[tuple[int, ...], int] = {}
        applying: list[list[int]] = [[] for _ in columns.systems]
        for number, limit in enumerate(inventory.limits):
            for system in columns.members(limit.who.systems).tolist():
                applying[system].append(number)
        self.limit_class = np.array([signs.setdefault(tuple(each), len(signs)) for each in applying], dtype=np.int64)
        self.limited = np.zeros((len(signs), len(inventory.limits)))
        for numbers, at in signs.items():
            self.limited[at, list(numbers)] = 1.0
        self.moves = np.array([[limit.room(q) for q in range(columns.end)] for limit in inventory.limits])
        self.moves = self.moves.astype(float).reshape(len(inventory.limits), columns.end)
        self.milestones = [(columns.members(rule.who.systems), rule.by, rule.needed) for rule in inventory.milestones]
        self.into = np.array([row.into for row in columns.rows], dtype=np.int64)
        users = np.array([system.users for system in columns.systems])
        self.users = np.where(self.into >= 0, users[self.system], 0.0)
        self.exists = np.array([service.build is None for service in columns.services], dtype=bool)
        self.holds = np.array([service.capacity or 0.0 for service in columns.services])

    def _ties(self) -> None:
        links = self.columns.links
        self.links = links
        self.waits, self.awaited = Scatter(links.after[:, 0]), Scatter(links.after[:, 1])
        self.one, self.other = Scatter(links.together[:, 0]), Scatter(links.together[:, 1])
        self.lists, self.listed = Scatter(links.interface[:, 0]), Scatter(links.interface[:, 1])

    def _options(self) -> None:
        """Every way of each system, padded to a matrix: rows, two-step options, staying, in this order."""
        columns = self.columns
        self.singles, self.two = columns.singles, columns.two
        count = len(columns.rows)
        self.place_of = np.full(count, -1)
        """By row of a first step, the place of its option in ``two``."""
        self.place_of[self.two[:, 0]] = np.arange(len(self.two))
        self.last_of = len(self.two) + count
        ways: list[list[int]] = [[] for _ in columns.systems]
        for row in self.singles.tolist():
            ways[int(self.system[row])].append(row)
        for place, first in enumerate(self.two[:, 0].tolist()):
            ways[int(self.system[first])].append(count + place)
        for system in range(len(columns.systems)):
            ways[system].append(self.last_of + system)
        width = max(map(len, ways), default=1)
        nothing = self.last_of + len(columns.systems)
        padded = [each + [nothing] * (width - len(each)) for each in ways]
        self.ways = np.array(padded, dtype=np.int64).reshape(len(ways), width)

    # -- multipliers -----------------------------------------------------------------------

    def zero(self) -> Multipliers:
        """No prices at all: a bound all the same."""
        end, links = self.end, self.links
        return {
            "staff": np.zeros_like(self.days),
            "capital": np.zeros(len(self.funds)),
            "limit": np.zeros((len(self.moves), end)),
            "milestone": np.zeros(len(self.milestones)),
            "target": np.zeros(len(self.inventory.targets)),
            "capacity": np.zeros(len(self.columns.services)),
            "after": np.zeros((len(links.after), end)),
            "together": np.zeros((len(links.together), end)),
            "interface": np.zeros((2, len(links.interface), end)),
            "ready": np.zeros((len(self.shared.seconds), end)),
            "build": np.zeros((len(self.shared.minor_needs), end)),
        }

    # -- pricing -----------------------------------------------------------------------------

    def evaluate(self, u: Multipliers, ready: Ints | None = None) -> Evaluation:
        """L(u) and the solution of its subproblem.

        Args:
            u: prices; negative ones stand for equations only (``together``).
            ready: fixes the quarter from which each service is ready (:data:`NEVER`: not built);
                the bound then holds for plans with these services only.
        """
        price, stay = self.price(u)
        pair = self.pair_price(u, price)
        values = self._values(price, pair, stay)
        return self.shared.solve(u, price, pair, stay, values, self.constant(u), ready)

    def price(self, u: Multipliers) -> tuple[Floats, Floats]:
        """Reduced costs of rows and of staying: [R, end], [S]. The next call overwrites the former."""
        levels, stay = self._system_prices(u)
        money = (u["capital"] @ self.periods).reshape(len(self.inventory.pots), self.end)
        out = self.buffer
        np.copyto(out, self.by_quarter[0])
        for tau, saved in zip(u["target"], self.by_quarter[1:], strict=True):
            if tau:
                out -= tau * saved
        if u["capacity"].any():
            out += self.users * u["capacity"][self.into]
        for block in self.columns.blocks:
            width = self.end - block.quarters + 1
            if width > 0:
                self._price_block(block, out[:width, block.low : block.high], u, money, levels)
        needed = tails(u["ready"])[:, : self.end].T
        for row, at in self.shared.second_rows:
            out[:, row] += needed[:, at]
        return out.T, stay

    def _price_block(self, block: Block, part: Floats, u: Multipliers, money: Floats, levels: Levels) -> None:
        """Adds to ``part``, [starts, rows], what a block takes: by system first, which is less, then by row."""
        rows, width = slice(block.low, block.high), len(part)
        level = levels.of(block.kind, block.quarters, width)
        if level is not None:
            part += np.take(level, self.system[rows], axis=1)
        if u["staff"].any():
            part += self._work(block, u["staff"], width)
        for pot, amount in zip(self.pot[:, rows], self.amount[:, rows], strict=True):
            if money.any() and amount.any():
                part += np.take(np.ascontiguousarray(spans(money, block.quarters).T), pot, axis=1) * amount

    def _system_prices(self, u: Multipliers) -> tuple[Levels, Floats]:
        """What starting, going live and being live costs each system, and [S] what staying does."""
        size, end = len(self.columns.systems), self.end
        start, live, bridge = np.zeros((size, end)), np.zeros((size, end)), np.zeros((size, end))
        stay = np.zeros((size, 1))
        waiting = tails(u["after"])
        self.waits.add(start, waiting[:, :end])
        self.awaited.add(live, waiting[:, 1:], -1)
        self.awaited.add(stay, waiting[:, :1], -1)
        self.one.add(live, u["together"])
        self.other.add(live, u["together"], -1)
        own, others = tails(u["interface"])[:, :, :end]
        self.lists.add(bridge, own)
        self.listed.add(live, own, -1)
        self.listed.add(bridge, others)
        self.lists.add(live, others, -1)
        for mu, (members, by, _) in zip(u["milestone"], self.milestones, strict=True):
            if mu and by >= 0:
                live[members, : by + 1] -= mu
        limits = None if not u["limit"].any() else (self.limited @ u["limit"], self.limit_class)
        quarters = [np.ascontiguousarray(each.T) for each in (start, live, bridge)]
        return Levels(quarters[0], quarters[1], quarters[2], stay[:, 0], limits), stay[:, 0] + self.stay_cost

    def _work(self, block: Block, staff: Floats, width: int) -> Floats:
        """What a block's effort costs at the prices of people: [starts, rows]."""
        effort, which = self.efforts[block.low]
        if block.even:
            return np.take(spans(staff, block.quarters).T @ effort, which, axis=1)
        stacked = np.stack([staff[:, offset : offset + width] for offset in range(block.quarters)], axis=1)
        return np.take(stacked.reshape(-1, width).T @ effort, which, axis=1)

    def pair_price(self, u: Multipliers, price: Floats) -> Floats:
        """Reduced costs of two-step options, [n, Q]: their cost and what both rows take."""
        first, second = self.two.T
        start, follow = self.columns.pairs
        pair = price.T[:, first][start] + price.T[:, second][follow]
        pair += self.pair_cost.T
        for tau, (_, saved) in zip(u["target"], self.columns.saved, strict=True):
            if tau:
                pair -= tau * saved.T
        return np.asarray(pair.T)

    def constant(self, u: Multipliers) -> float:
        """What the prices of the rows' right-hand sides come to, and what agency days are worth."""
        bought = np.minimum(self.rate - u["staff"], 0.0) * self.agency
        paid = np.minimum(self.links.price * self.costly - u["interface"].sum(axis=0), 0.0)
        needed = [count for *_, count in self.milestones]
        wanted = [target.savings for target in self.inventory.targets]
        return float(
            bought.sum()
            + paid.sum()
            - (u["staff"] * self.days).sum()
            - u["capital"] @ self.funds
            - float((u["limit"] * self.moves).sum())
            + u["milestone"] @ np.array(needed, dtype=float)
            + u["target"] @ np.array(wanted, dtype=float)
            - (u["capacity"] * self.holds)[self.exists].sum()
        )

    def magnitude(self, u: Multipliers) -> float:
        """How large the terms of :meth:`constant` are, whatever their signs."""
        needed = [count for *_, count in self.milestones]
        wanted = [target.savings for target in self.inventory.targets]
        return float(
            (np.abs(self.rate - u["staff"]) * self.agency).sum()
            + np.abs(u["interface"]).sum()
            + (u["staff"] * self.days).sum()
            + u["capital"] @ self.funds
            + float((u["limit"] * self.moves).sum())
            + u["milestone"] @ np.array(needed, dtype=float)
            + u["target"] @ np.abs(np.array(wanted, dtype=float))
            + u["capacity"] @ self.holds
        )

    def _values(self, price: Floats, pair: Floats, stay: Floats) -> Floats:
        """The best of each way without a principal service, and infinity for the others."""
        low = price.T.min(axis=0) if price.shape[1] else np.full(len(price), INFINITY)
        low[self.shared.linked_rows] = INFINITY
        low_pair = pair.T.min(axis=0) if pair.shape[1] else np.full(len(pair), INFINITY)
        low_pair[self.shared.linked_pairs] = INFINITY
        return np.concatenate((low, low_pair, stay, [INFINITY]))

    # -- the subgradient ------------------------------------------------------------------------

    def slack(self, u: Multipliers, found: Evaluation) -> Multipliers:
        """By family, how far the subproblem's solution is over each row: the subgradient of L at u."""
        taken, end = found.taken, self.end
        rows, starts = self._working(taken)
        days, spent = self._used(rows, starts)
        builds = self.shared.use(taken.ready)
        days += builds.days
        spent += builds.spent
        quarters = np.arange(end)
        after, together, interface = self.links.after, self.links.together, self.links.interface
        begins, live, retired = taken.start, taken.live, taken.retired
        bought = np.where(u["staff"] > self.rate, self.agency, 0.0)
        waits, on = after[:, 0][:, None], after[:, 1][:, None]
        paid = np.where(u["interface"].sum(axis=0) > self.links.price * self.costly, 1.0, 0.0)
        sides = []
        for mine, others in ((0, 1), (1, 0)):
            here, there = interface[:, mine][:, None], interface[:, others][:, None]
            bridged = (live[here] <= quarters) & (quarters < retired[here])
            sides.append(bridged.astype(float) - (live[there] <= quarters) - paid)
        return {
            "staff": days - self.days - bought,
            "capital": self.periods @ spent.ravel() - self.funds,
            "limit": self._under_way(rows, starts) - self.moves,
            "milestone": np.array([need - (live[who] <= by).sum() for who, by, need in self.milestones], dtype=float),
            "target": self._short(taken, builds.running),
            "capacity": self._crowd(rows, taken.ready),
            "after": (begins[waits] <= quarters).astype(float) - (live[on] < quarters) - (live[on] >= NEVER),
            "together": (live[together[:, 0]][:, None] == quarters).astype(float)
            - (live[together[:, 1]][:, None] == quarters),
            "interface": np.array(sides).reshape(u["interface"].shape),
            **self.shared.slack(taken),
        }

    def _working(self, taken: Taken) -> tuple[Ints, Ints]:
        """All rows that are worked on, and where each starts."""
        one, two = taken.first >= 0, taken.second >= 0
        rows = np.concatenate((taken.first[one], taken.second[two]))
        return rows, np.concatenate((taken.start[one], taken.follow[two]))

    def _used(self, rows: Ints, starts: Ints) -> tuple[Floats, Floats]:
        """People by role and quarter, money by pot and quarter: steps up where work starts, down where it ends."""
        end = self.end
        stops = np.minimum(starts + self.duration[rows], end)
        size = end + 1
        days = np.array(
            [
                np.bincount(starts, weights=each, minlength=size) - np.bincount(stops, weights=each, minlength=size)
                for each in self.effort[rows].T
            ],
            dtype=float,
        ).reshape(len(self.days), size)
        days = np.cumsum(days, axis=1)[:, :end]
        self._add_uneven(days, rows, starts)
        pots = len(self.inventory.pots)
        spent = np.zeros(pots * size)
        for pot, amount in zip(self.pot[:, rows], self.amount[:, rows], strict=True):
            spent += np.bincount(pot * size + starts, weights=amount, minlength=len(spent))
            spent -= np.bincount(pot * size + stops, weights=amount, minlength=len(spent))
        return days, np.cumsum(spent.reshape(pots, size), axis=1)[:, :end]

    def _add_uneven(self, days: Floats, rows: Ints, starts: Ints) -> None:
        if self.uneven:
            where = dict(zip(rows.tolist(), starts.tolist(), strict=True))
            for row, role, figures in self.uneven:
                if row in where:
                    days[role, where[row] : where[row] + len(figures)] += figures

    def _under_way(self, rows: Ints, starts: Ints) -> Floats:
        """Moves under way, by limit and quarter."""
        size = self.end + 1
        group = self.limit_class[self.system[rows]]
        stops = np.minimum(starts + self.duration[rows], self.end)
        count = np.bincount(group * size + starts, minlength=len(self.limited) * size).astype(float)
        count -= np.bincount(group * size + stops, minlength=len(self.limited) * size)
        return np.asarray(self.limited.T @ np.cumsum(count.reshape(-1, size), axis=1)[:, : self.end])

    def _short(self, taken: Taken, running: Floats) -> Floats:
        """What is missing of each target."""
        short = []
        alone = (taken.first >= 0) & (taken.second < 0)
        both = np.flatnonzero(taken.second >= 0)
        columns = self.columns
        for target, (saved, pair_saved), cost in zip(self.inventory.targets, columns.saved, running, strict=True):
            total = saved[taken.first[alone], taken.start[alone]].sum()
            if len(both):
                place = self.place_of[taken.first[both]]
                total += pair_saved[place, columns.pair_number(taken.start[both], taken.follow[both])].sum()
            short.append(target.savings - total + cost)
        return np.array(short, dtype=float)

    def _crowd(self, rows: Ints, ready: Ints) -> Floats:
        """Users beyond each service's capacity; a service that is not built holds none."""
        into = self.into[rows]
        held = into >= 0
        users = np.bincount(into[held], weights=self.users[rows][held], minlength=len(self.holds))
        return np.where(self.holds > 0, users - self.holds * (self.exists | (ready < NEVER)), 0.0)

    # -- the ascent --------------------------------------------------------------------------------

    def ranges(self) -> Multipliers:
        """By family, the natural range of its prices: what a unit can be worth, from what moves save."""
        gain, wait = self._gain()
        level = np.where(gain > 0, gain, 0.0)
        scale = self.zero()
        price = float(level.mean()) if len(level) else 1.0
        price = price or float(np.abs(gain).mean()) or 1.0
        price = price if self.costly else 1.0
        rows = np.maximum(self.effort.mean(axis=0) if len(self.effort) else np.zeros(len(self.days)), 1e-9)
        share = np.where(rows > 1e-6, price / rows, 0.0)
        for _, role, figures in self.uneven:
            share[role] = max(share[role], price / max(max(figures), 1.0))
        scale["staff"] += np.minimum(share, 50 * price)[:, None]
        money = self.amount.sum(axis=0)
        scale["capital"] += price / max(float(money[money > 0].mean()) if (money > 0).any() else 1.0, 1e-9) / 4
        scale["limit"] += price
        scale["milestone"] += price
        saved = [each[np.isfinite(self.cost)] for each, _ in self.columns.saved]
        for number, each in enumerate(saved):
            largest = float(np.abs(each).mean()) if len(each) else 0.0
            wanted = self.inventory.targets[number].savings
            scale["target"][number] = price / (largest or max(wanted, 1.0))
        users = self.users[self.users > 0]
        scale["capacity"] += price / (float(users.mean()) if len(users) else 1.0) * (self.holds > 0)
        step = (wait if self.costly else 1.0) or price
        for family in ("after", "ready", "build"):
            scale[family] += step
        scale["together"] += step
        scale["interface"] += self.links.price * 0.5 if self.costly else 0.0
        return scale

    def _gain(self) -> tuple[Floats, float]:
        """[S]: what each system's best move saves; and what a quarter's wait costs, as a rule."""
        finite = np.isfinite(self.cost)
        low = np.where(finite, self.cost, INFINITY).min(axis=1) if len(self.cost) else np.zeros(0)
        best = np.full(len(self.columns.systems), INFINITY)
        np.minimum.at(best, self.system[self.singles], low[self.singles])
        with np.errstate(invalid="ignore"):
            gain = np.where(np.isfinite(best) & np.isfinite(self.stay_cost), self.stay_cost - best, 0.0)
        with np.errstate(invalid="ignore"):
            steps = np.abs(np.diff(self.cost[self.singles], axis=1)) if self.end > 1 else np.zeros((0, 0))
        usable = finite[self.singles][:, 1:] & finite[self.singles][:, :-1] if self.end > 1 else np.zeros((0, 0), bool)
        return gain, float(steps[usable].mean()) if usable.any() else 0.0

    def ascend(
        self,
        u: Multipliers,
        iterations: int = ITERATIONS,
        *,
        first: float = FIRST_STEP,
        last: float = LAST_STEP,
        ready: Ints | None = None,
        seen: Callable[[int, Evaluation], bool] | None = None,
    ) -> tuple[Multipliers, float]:
        """Better prices, and the best bound met.

        Args:
            u: where to begin.
            iterations: evaluations to spend.
            first, last: step lengths of the first and the last iteration, as shares of the natural range.
            ready: services held as in :meth:`evaluate`.
            seen: told of every iteration; True ends the ascent.
        """
        scale = self.ranges()
        u = {family: values.copy() for family, values in u.items()}
        mean, spread = self.zero(), self.zero()
        best, best_bound = {family: values.copy() for family, values in u.items()}, -INFINITY
        for number in range(1, iterations + 1):
            found = self.evaluate(u, ready)
            if found.bound > best_bound:
                best, best_bound = {family: values.copy() for family, values in u.items()}, found.bound
            if (seen is not None and seen(number, found)) or not np.isfinite(found.bound):
                break
            length = first * (last / first) ** (number / iterations)
            slack = self.slack(u, found)
            for family in FAMILIES:
                self._step(u[family], mean[family], spread[family], slack[family], scale[family] * length, number)
                if family != "together":
                    np.maximum(u[family], 0.0, out=u[family])
        return best, best_bound

    @staticmethod
    def _step(u: Floats, mean: Floats, spread: Floats, slack: Floats, length: Floats, number: int) -> None:
        if not u.size:
            return
        mean *= MOMENTUM
        mean += (1 - MOMENTUM) * slack
        spread *= SPREAD
        spread += (1 - SPREAD) * slack**2
        root = np.sqrt(spread / (1 - SPREAD**number)) + 1e-12
        u += length * (mean / (1 - MOMENTUM**number)) / root
