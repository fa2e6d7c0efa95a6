"""The constraints that couple systems: how much there is of everything, and what each row takes of it.

These are the constraints that the Lagrangian relaxation prices, in the form that pricing all rows at all quarters
needs: arrays by role, pot, limit and service. Ties between two systems are in :class:`Links`.
"""

from __future__ import annotations

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers, RelaxedSolution
from consolidate.solving.formulation.costs import NEVER


class CouplingConstraints:
    """Available amounts and uses of all that systems share.

    Attributes:
        days, agency, rate: [roles, end], person-days of the team, agency days on top, and the discounted price of one.
        effort: [R, roles], person-days in each quarter of work, of rows that need the same in all of them;
            ``uneven`` lists (row, role, person-days by quarter of work) of the others.
        pot, amount: [layers, R], the pots that each row draws on, and how much in each quarter of work.
        periods, funds: [periods, pots x end], which money each period of a pot counts, and how much there is.
        limited, limit_class: [classes, limits] and [S], the limits that apply to each class of systems, and the
            class of each system; ``moves``: [limits, end], how many may be under way.
        milestones: for each, its systems, the last quarter that counts, and how many must be live.
        into, users: [R], the service whose capacity each row takes (-1 for none), and how many users.
        exists, holds: [services], which of them stand already, and their capacity (0 for none).
    """

    def __init__(self, columns: Columns, *, costly: bool) -> None:
        self.columns = columns
        self.inventory = columns.inventory
        self.end = columns.end
        self.costly = costly
        self.duration = columns.table.quarters
        self._people()
        self._money()
        self._rules()

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
        inventory, columns = self.columns.inventory, self.columns
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
        self.users = np.where(self.into >= 0, users[columns.row_system], 0.0)
        self.exists = np.array([service.build is None for service in columns.services], dtype=bool)
        self.holds = np.array([service.capacity or 0.0 for service in columns.services])

    def constant(self, u: Multipliers) -> float:
        """What the prices of the rows' right-hand sides come to, and what agency days are worth."""
        bought = np.minimum(self.rate - u["staff"], 0.0) * self.agency
        paid = np.minimum(self.columns.links.price * self.costly - u["interface"].sum(axis=0), 0.0)
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

    # -- what a solution uses ------------------------------------------------------------------

    def days_and_money(self, rows: Ints, starts: Ints) -> tuple[Floats, Floats]:
        """What rows use when they start in these quarters: person-days [roles, end], money [pots, end].

        Even use is added as a step up where work starts and a step down where it ends.
        """
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

    def moves_under_way(self, rows: Ints, starts: Ints) -> Floats:
        """[limits, end]: how many of the moves that each limit counts are under way."""
        size = self.end + 1
        group = self.limit_class[self.columns.row_system[rows]]
        stops = np.minimum(starts + self.duration[rows], self.end)
        count = np.bincount(group * size + starts, minlength=len(self.limited) * size).astype(float)
        count -= np.bincount(group * size + stops, minlength=len(self.limited) * size)
        return np.asarray(self.limited.T @ np.cumsum(count.reshape(-1, size), axis=1)[:, : self.end])

    def missing_savings(self, taken: RelaxedSolution, running: Floats) -> Floats:
        """[targets]: what is missing of each target when builds cost ``running``, [targets], to run in its year."""
        short = []
        alone = (taken.first >= 0) & (taken.second < 0)
        both = np.flatnonzero(taken.second >= 0)
        columns = self.columns
        for target, (saved, pair_saved), cost in zip(self.inventory.targets, columns.saved, running, strict=True):
            total = saved[taken.first[alone], taken.start[alone]].sum()
            if len(both):
                place = columns.place_of[taken.first[both]]
                total += pair_saved[place, columns.pair_number(taken.start[both], taken.follow[both])].sum()
            short.append(target.savings - total + cost)
        return np.array(short, dtype=float)

    def users_in_excess(self, rows: Ints, ready: Ints) -> Floats:
        """[services]: users beyond each service's capacity; a service that is not built holds none.

        Args:
            rows: rows that are worked on.
            ready: [services], the quarter from which each is ready.
        """
        into = self.into[rows]
        held = into >= 0
        users = np.bincount(into[held], weights=self.users[rows][held], minlength=len(self.holds))
        return np.where(self.holds > 0, users - self.holds * (self.exists | (ready < NEVER)), 0.0)
