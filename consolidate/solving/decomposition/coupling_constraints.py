"""The constraints on what systems share: how much there is of everything, and what each step row uses of it.

These constraints bear prices in the Lagrangian relaxation. What is limited is stated in
:mod:`consolidate.solving.formulation.resources`; here it is laid out in the arrays that pricing all rows at all
quarters needs, by role, pot, limit and service. Ties between two systems are in
:class:`consolidate.solving.decomposition.rows.Links`.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from consolidate.solving.decomposition.arrays import Floats, Ints, ordered_product, scatter
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.evaluation import Multipliers, RelaxedSolution, saving_prices
from consolidate.solving.decomposition.yearly_savings import budget_rules
from consolidate.solving.formulation.costs import NEVER
from consolidate.solving.formulation.people import premium


class CouplingConstraints:
    """Available amounts and uses of all that systems share.

    Attributes:
        days, extra, rate: [roles, end], person-days at the base price, days on top, and how much more such a day costs,
            discounted. The team's days come first and agency days on top; where these are ``cheaper``, the reverse.
        cheaper: [roles, end], whether agency days are cheaper than own ones: then a day's base price is lower than its
            worth, which choices have in their costs, by ``rate``.
        revenue_rate: [budgets, roles, end], what ``rate`` is in each budget.
        effort: [R, roles], person-days in each quarter of work, of rows that need the same in all of them;
            ``uneven`` lists (row, role, person-days by quarter of work) of the others.
        pot, amount: [layers, R], the pots that each row draws on, and how much in each quarter of work.
        periods, funds: [periods, pots x end], which money each period of a pot counts, and how much there is.
        limited, limit_class: [classes, limits] and [S], the limits that apply to each class of systems, and the
            class of each system; ``moves``: [limits, end], how many may be under way.
        savings: [targets and budgets], what is to be saved in each one's year.
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
        columns, end, roles = self.columns, self.end, len(self.columns.roles)
        staff = [resource for resource in columns.resources.of("staff") if resource.time < end]
        self.days = np.array([resource.available for resource in staff], dtype=float).reshape(roles, end)
        self.extra = np.array([resource.agency for resource in staff], dtype=float).reshape(roles, end)
        factors = np.diff(np.array(columns.prices.prefix))[:end]
        named = [self.inventory.roles[role] for role in columns.roles]
        more = np.array([[premium(role, quarter) for quarter in range(end)] for role in named]).reshape(roles, end)
        self.cheaper = (self.extra > 0) & (more < 0)
        self.days, self.extra = np.where(self.cheaper, (self.extra, self.days), (self.days, self.extra))
        self.rate = np.abs(more) * factors * self.costly
        shares = np.array([rule.shared(end) for rule in budget_rules(columns.resources)])
        self.revenue_rate = shares.reshape(len(self.inventory.budgets), 1, end) * np.abs(more)
        self.effort = np.zeros((len(columns.rows), roles))
        self.uneven: list[tuple[int, int, tuple[float, ...]]] = []
        for block in columns.blocks:
            for at in range(block.low, block.high):
                for role, days in columns.rows[at].staff:
                    if block.even:
                        self.effort[at, role] = days[0]
                    else:
                        self.uneven.append((at, role, days))

    def _money(self) -> None:
        columns, end, rows = self.columns, self.end, self.columns.rows
        layers = max((len(row.money) for row in rows), default=0)
        self.pot = np.zeros((layers, len(rows)), dtype=np.int64)
        self.amount = np.zeros((layers, len(rows)))
        for at, row in enumerate(rows):
            for layer, (pot, amount) in enumerate(row.money):
                self.pot[layer, at], self.amount[layer, at] = pot, amount
        pots = len(columns.pots)
        counted: list[Floats] = []
        for resource in columns.resources.of("capital"):
            mask = counted[-1].copy() if resource.cumulative else np.zeros((pots, end))
            mask[columns.pots[resource.rule], [quarter for quarter in resource.quarters if quarter < end]] = 1.0
            counted.append(mask)
        self.periods = np.array(counted).reshape(len(counted), pots * end)
        self._period, self._spent_in = np.nonzero(self.periods)
        self.funds = np.array([resource.available for resource in columns.resources.of("capital")])

    def _rules(self) -> None:
        """Limits by class of system (the same limits apply), milestones, targets and budgets, capacities."""
        columns, resources = self.columns, self.columns.resources
        limits = len(self.inventory.limits)
        classes: dict[tuple[int, ...], int] = {}
        of_system = [classes.setdefault(tuple(each), len(classes)) for each in columns.limits_of]
        self.limit_class = np.array(of_system, dtype=np.int64)
        self.limited = np.zeros((len(classes), limits))
        for numbers, at in classes.items():
            self.limited[at, list(numbers)] = 1.0
        self._counted, self._limit = np.nonzero(self.limited)
        moves = [resource.available for resource in resources.of("limit") if resource.time < columns.end]
        self.moves = np.array(moves, dtype=float).reshape(limits, columns.end)
        needed = {resource.rule: resource.available for resource in resources.of("milestone")}
        self.milestones = [
            (members, by, needed.get(number, 0)) for number, (members, by) in enumerate(columns.milestones)
        ]
        self.savings = columns.savings
        self.into = np.array([row.into for row in columns.rows], dtype=np.int64)
        users = np.array([system.users for system in columns.systems])
        self.users = np.where(self.into >= 0, users[columns.row_system], 0.0)
        self.exists = np.array([service.build is None for service in columns.services], dtype=bool)
        self.holds = np.zeros(len(columns.services))
        for resource in resources.of("capacity"):
            self.holds[columns.service_index[resource.rule]] = resource.own

    # -- what people and interfaces cost at given prices --------------------------------------------

    def day_price(self, u: Multipliers) -> Floats:
        """[roles, end]: what a day of work costs more, or less, than the worth that choices have in their costs."""
        return np.asarray(u["staff"] - np.where(self.cheaper, self._rate(u), 0.0))

    def extra_price(self, u: Multipliers) -> Floats:
        """[roles, end]: what a day on top costs more than what its price as one of the limited days is."""
        return np.asarray(self._rate(u) - u["staff"])

    def _rate(self, u: Multipliers) -> Floats:
        return np.asarray(self.rate + ordered_product(u["budget"], self.revenue_rate))

    def pot_prices(self, u: Multipliers) -> Floats:
        """[pots, end]: what a pound of each pot costs in each quarter."""
        prices = np.bincount(self._spent_in, weights=u["capital"][self._period], minlength=self.periods.shape[1])
        return np.asarray(prices.reshape(len(self.inventory.pots), self.end), dtype=float)

    def move_prices(self, u: Multipliers) -> Floats:
        """[classes, end]: what a move under way costs each class of systems; no class where no limit has a price."""
        prices = np.zeros((len(self.limited) if u["limit"].any() else 0, self.end))
        if len(prices):
            scatter(prices, self._counted, u["limit"][self._limit])
        return prices

    def interface_price(self, u: Multipliers) -> Floats:
        """[interfaces, end]: what is left of what an interface costs."""
        links = self.columns.links
        cost = links.price * self.costly + ordered_product(u["budget"], links.revenue)
        return np.asarray(cost - u["interface"].sum(axis=0))

    def constant(self, u: Multipliers) -> float:
        """What the prices of the rows' right-hand sides come to, and what agency days are worth."""
        bought = np.minimum(self.extra_price(u), 0.0) * self.extra
        paid = np.minimum(self.interface_price(u), 0.0)
        needed = [count for *_, count in self.milestones]
        return float(
            bought.sum()
            + paid.sum()
            - (u["staff"] * self.days).sum()
            - (u["capital"] * self.funds).sum()
            - (u["limit"] * self.moves).sum()
            + (u["milestone"] * np.array(needed, dtype=float)).sum()
            + (saving_prices(u) * self.savings).sum()
            - (u["capacity"] * self.holds)[self.exists].sum()
        )

    def magnitude(self, u: Multipliers) -> float:
        """How large the terms of :meth:`constant` are, whatever their signs."""
        needed = [count for *_, count in self.milestones]
        return float(
            (np.abs(self.extra_price(u)) * self.extra).sum()
            + np.abs(u["interface"]).sum()
            + (u["staff"] * self.days).sum()
            + (u["capital"] * self.funds).sum()
            + (u["limit"] * self.moves).sum()
            + (u["milestone"] * np.array(needed, dtype=float)).sum()
            + (saving_prices(u) * np.abs(self.savings)).sum()
            + (u["capacity"] * self.holds).sum()
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
        """Adds the days of rows whose work is uneven to ``days``, [roles, end]."""
        row, role, offset, figures = self._uneven
        start = np.full(len(self.duration), NEVER)
        start[rows] = starts
        taken = np.flatnonzero(start[row] < NEVER)
        np.add.at(days, (role[taken], start[row[taken]] + offset[taken]), figures[taken])

    @cached_property
    def _uneven(self) -> tuple[Ints, Ints, Ints, Floats]:
        """``uneven`` as four columns: row, role, quarter of work, person-days."""
        each = [
            (row, role, offset, figure) for row, role, figures in self.uneven for offset, figure in enumerate(figures)
        ]
        row, role, offset = (np.array([entry[at] for entry in each], dtype=np.int64) for at in range(3))
        return row, role, offset, np.array([entry[3] for entry in each], dtype=float)

    def spent_by_period(self, spent: Floats) -> Floats:
        """[periods]: what counts against each of ``spent``, [pots, end]."""
        counted = np.bincount(self._period, weights=spent.ravel()[self._spent_in], minlength=len(self.funds))
        return np.asarray(counted, dtype=float)

    def moves_under_way(self, rows: Ints, starts: Ints) -> Floats:
        """[limits, end]: how many of the moves that each limit counts are under way."""
        size = self.end + 1
        group = self.limit_class[self.columns.row_system[rows]]
        stops = np.minimum(starts + self.duration[rows], self.end)
        count = np.bincount(group * size + starts, minlength=len(self.limited) * size).astype(float)
        count -= np.bincount(group * size + stops, minlength=len(self.limited) * size)
        found = np.zeros_like(self.moves)
        scatter(found, self._limit, np.cumsum(count.reshape(-1, size), axis=1)[self._counted, : self.end])
        return found

    def revenue_of_days(self, days: Floats, bought: Floats) -> Floats:
        """[budgets]: what days on top add to each, and what days at a base price below their worth take off."""
        counted = bought - np.where(self.cheaper, days, 0.0)
        return np.asarray((self.revenue_rate * counted).sum(axis=(1, 2)))

    def missing_savings(self, taken: RelaxedSolution, running: Floats) -> Floats:
        """[targets and budgets]: what is missing of each when builds cost ``running`` in its year."""
        short = []
        alone = (taken.first >= 0) & (taken.second < 0)
        both = np.flatnonzero(taken.second >= 0)
        columns = self.columns
        for wanted, (saved, pair_saved), cost in zip(self.savings.tolist(), columns.saved, running, strict=True):
            total = saved[taken.first[alone], taken.start[alone]].sum()
            if len(both):
                place = columns.place_of[taken.first[both]]
                total += pair_saved[place, columns.pair_number(taken.start[both], taken.follow[both])].sum()
            short.append(wanted - total + cost)
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
