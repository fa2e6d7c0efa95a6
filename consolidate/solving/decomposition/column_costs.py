"""The closed forms of :mod:`consolidate.solving.formulation.costs`, for all choices at once.

A test compares the two, choice by choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from consolidate.inventory import Inventory
from consolidate.quarters import Calendar
from consolidate.solving.decomposition.arrays import REFRESH, Floats, Ints, Mask
from consolidate.solving.decomposition.rows import StepRow
from consolidate.solving.formulation.choices import Windows, freezes_of
from consolidate.solving.formulation.costs import CHANGED, QUARTERS_A_YEAR, TIE, Prices


class ColumnCosts:
    """Facts of rows in arrays, and the closed forms of :mod:`consolidate.solving.formulation.costs` on them.

    Args:
        inventory: whose systems the rows are of.
        prices: its discount factors and its approved plan.
        rows: one for each step of each option.
        end: quarters of work, ``end`` in the shapes below.
    """

    def __init__(self, inventory: Inventory, prices: Prices, rows: Sequence[StepRow], end: int) -> None:
        self.inventory, self.approved = inventory, prices.approved
        self.rows, self.end = rows, end
        self.systems = systems = tuple(inventory.systems.values())
        self.appraisal_quarters = inventory.appraisal_quarters
        self.prefix = np.array(prices.prefix)
        self.system = np.array([row.system for row in rows], dtype=np.int64)
        self.quarters = np.array([row.step.quarters for row in rows], dtype=np.int64)
        self.parallel = np.array([row.step.parallel_run for row in rows], dtype=np.int64)
        self.run = np.array([row.step.run_cost for row in rows]) / QUARTERS_A_YEAR
        self.spent = np.array([row.step.one_off + sum(row.step.capital.values()) for row in rows])
        self.end_of_life = self._dates(row.step.end_of_life for row in rows)
        self.kind = np.array([row.kind for row in rows], dtype=np.int64)
        self.live = np.array([row.kind != REFRESH for row in rows], dtype=bool)
        self.system_run = np.array([system.run_cost for system in systems]) / QUARTERS_A_YEAR
        self.system_end = self._dates(system.end_of_life for system in systems)
        self.support = np.array([system.extended_support for system in systems]) / QUARTERS_A_YEAR
        self.exposure = np.array([system.exposure for system in systems])
        self.contracts = Contracts(inventory, self.prefix, end + int(self.parallel.max(initial=0)))

    def _dates(self, quarters: Iterable[int | None]) -> Ints:
        """Ends of life; without one, the end of the appraisal."""
        return np.array(
            [
                self.appraisal_quarters if quarter is None else min(quarter, self.appraisal_quarters)
                for quarter in quarters
            ],
            dtype=np.int64,
        )

    # -- where a row may start --------------------------------------------------------

    def windows(self, bounds: Windows) -> Mask:
        """[R, end]: whether dates, services and freezes allow row r to start in quarter q."""
        ready = bounds.ready
        names = [system.id for system in self.systems]
        first = np.array(
            [
                max([bounds.start[names[row.system]], *(ready[need] for need in row.step.needs)])
                if row.number == 1
                else max([bounds.start[names[row.system]], self.inventory.open, *(ready[n] for n in row.step.needs)])
                for row in self.rows
            ],
            dtype=np.int64,
        )
        last = np.array(
            [(bounds.live if row.number == 1 else bounds.finish)[names[row.system]] for row in self.rows],
            dtype=np.int64,
        )
        quarter = np.arange(self.end)
        possible = (quarter >= first[:, None]) & (quarter <= (last - self.quarters + 1)[:, None])
        possible &= self._open()
        for at, row in enumerate(self.rows):
            began = self.systems[row.system].began
            if row.number <= len(began):
                start = began[row.number - 1]
                possible[at] = (quarter == start) & (start + row.step.quarters <= self.end)
        return possible

    def _open(self) -> Mask:
        """[R, end]: whether freezes allow row r to start in quarter q."""
        inventory, end = self.inventory, self.end
        kinds: dict[tuple[int, ...], int] = {}
        kind = []
        for system in self.systems:
            kind.append(kinds.setdefault(tuple(n for n, *_ in freezes_of(inventory, system)), len(kinds)))
        longest = int(self.quarters.max(initial=1))
        free = np.ones((len(kinds), longest + 1, end), dtype=bool)
        for numbers, at in kinds.items():
            freezes = [inventory.freezes[n] for n in numbers]
            work = {q for freeze in freezes if freeze.stops_work for q in freeze.quarters}
            cut = {q for freeze in freezes if not freeze.stops_work for q in freeze.quarters}
            for quarters in range(1, longest + 1):
                for start in range(end):
                    cutover = start + quarters - 1
                    free[at, quarters, start] = cutover not in cut and work.isdisjoint(range(start, cutover + 1))
        return free[np.array(kind, dtype=np.int64)[self.system], self.quarters]

    # -- what a choice costs ------------------------------------------------------------

    def cost(self, rows: Ints, start: Ints) -> Floats:
        """[rows, starts]: the whole cost of one-step options."""
        system = self.system[rows]
        cutover = start + (self.quarters[rows] - 1)[:, None]
        last = cutover + self.parallel[rows][:, None]
        total = self._running(rows, None, cutover, last, self.prefix)
        exposed = self._exposed_once(rows, cutover, last, self.prefix)
        total += (self.support + self.exposure)[system][:, None] * exposed
        total += self._spent(rows, start, cutover)
        return total + self._stability(rows, None, cutover, None)

    def pair_cost(self, first: Ints, second: Ints, start: Ints, follow: Ints) -> Floats:
        """[options, pairs]: the same for two-step options."""
        cut, then_cut, last, then_last = self._pair_dates(first, second, start, follow)
        total = self._pair_running(first, second, cut, then_cut, last, then_last, self.prefix)
        exposed = self._exposed_twice(first, second, cut, then_cut, last, then_last, self.prefix)
        total += (self.support + self.exposure)[self.system[first]][:, None] * exposed
        total += self._spent(first, start, cut) + self._spent(second, follow, then_cut)
        return total + self._stability(first, second, cut, then_cut)

    def saved(self, rows: Ints, start: Ints, quarters: range) -> Floats:
        """[rows, starts]: run, contract and support saved in ``quarters`` by one-step options, undiscounted."""
        weights = self._weights(quarters)
        cutover = start + (self.quarters[rows] - 1)[:, None]
        last = cutover + self.parallel[rows][:, None]
        now = self._running(rows, None, cutover, last, weights)
        exposed = self._exposed_once(rows, cutover, last, weights)
        return self._as_it_is(rows, weights) - now - self.support[self.system[rows]][:, None] * exposed

    def pair_saved(self, first: Ints, second: Ints, start: Ints, follow: Ints, quarters: range) -> Floats:
        """[options, pairs]: the same for two-step options."""
        weights = self._weights(quarters)
        cut, then_cut, last, then_last = self._pair_dates(first, second, start, follow)
        now = self._pair_running(first, second, cut, then_cut, last, then_last, weights)
        exposed = self._exposed_twice(first, second, cut, then_cut, last, then_last, weights)
        return self._as_it_is(first, weights) - now - self.support[self.system[first]][:, None] * exposed

    def _pair_dates(self, first: Ints, second: Ints, start: Ints, follow: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        cut = start + (self.quarters[first] - 1)[:, None]
        then_cut = follow + (self.quarters[second] - 1)[:, None]
        return cut, then_cut, cut + self.parallel[first][:, None], then_cut + self.parallel[second][:, None]

    def _weights(self, quarters: range) -> Floats:
        """Prefix sums, [appraisal_quarters + 1], that count each of ``quarters`` once, and no others."""
        inside = [float(quarter in quarters) for quarter in range(self.appraisal_quarters)]
        return np.concatenate(([0.0], np.cumsum(inside)))

    def _as_it_is(self, rows: Ints, weights: Floats) -> Floats:
        """[rows, 1]: run, contract and support of the systems left as they are."""
        system = self.system[rows]
        total = self.system_run[system] * weights[-1] + self.contracts.kept(weights)[system]
        exposed = self._span(self.system_end[system] + 1, np.full(len(rows), self.appraisal_quarters - 1), weights)
        return np.asarray((total + self.support[system] * exposed)[:, None])

    def _span(self, first: Ints, last: Ints, prefix: Floats) -> Floats:
        """Sum of ``prefix``'s steps over first … last, clipped to the appraisal; 0 where it is empty."""
        until = prefix[np.clip(last + 1, 0, self.appraisal_quarters)]
        return np.maximum(until - prefix[np.clip(first, 0, self.appraisal_quarters)], 0.0)

    def _running(self, rows: Ints, follows: Ints | None, cutover: Ints, last: Ints, prefix: Floats) -> Floats:
        """Run and contract of one-step options."""
        system = self.system[rows]
        zero = np.zeros(1, dtype=np.int64)
        old = self.system_run[system][:, None] * self._span(zero, last, prefix)
        new = self.run[rows][:, None] * self._span(cutover + 1, np.full(1, self.appraisal_quarters - 1), prefix)
        kept = self.contracts.kept(prefix)[system][:, None]
        contract = np.where(self.live[rows][:, None], self.contracts.left(system, last, prefix), kept)
        return old + new + contract

    def _pair_running(
        self, first: Ints, second: Ints, cut: Ints, then_cut: Ints, last: Ints, then_last: Ints, prefix: Floats
    ) -> Floats:
        system = self.system[first]
        zero = np.zeros(1, dtype=np.int64)
        old = self.system_run[system][:, None] * self._span(zero, last, prefix)
        between = self.run[first][:, None] * self._span(cut + 1, then_last, prefix)
        new = self.run[second][:, None] * self._span(then_cut + 1, np.full(1, self.appraisal_quarters - 1), prefix)
        return old + between + new + self.contracts.left(system, last, prefix)

    def _spent(self, rows: Ints, start: Ints, cutover: Ints) -> Floats:
        """One-off costs and capital, spread evenly over the quarters of work."""
        return (self.spent[rows] / self.quarters[rows])[:, None] * self._span(start, cutover, self.prefix)

    def _exposed_once(self, rows: Ints, cutover: Ints, last: Ints, prefix: Floats) -> Floats:
        """Quarters past the end of life of the old system, or of what replaced it: their union."""
        new = np.maximum(cutover, self.end_of_life[rows][:, None]) + 1
        old = self.system_end[self.system[rows]][:, None] + 1
        return self._span(old, np.minimum(last, new - 1), prefix) + self._span(
            new, np.full(1, self.appraisal_quarters - 1), prefix
        )

    def _exposed_twice(
        self, first: Ints, second: Ints, cut: Ints, then_cut: Ints, last: Ints, then_last: Ints, prefix: Floats
    ) -> Floats:
        """The same for two steps: three spans, of which the last runs to the end of the appraisal."""
        new = np.maximum(then_cut, self.end_of_life[second][:, None]) + 1
        old = self.system_end[self.system[first]][:, None] + 1
        between = np.maximum(cut, self.end_of_life[first][:, None]) + 1
        old_last, between_last = np.minimum(last, new - 1), np.minimum(then_last, new - 1)
        both = self._span(np.maximum(old, between), np.minimum(old_last, between_last), prefix)
        union = self._span(old, old_last, prefix) + self._span(between, between_last, prefix) - both
        return union + self._span(new, np.full(1, self.appraisal_quarters - 1), prefix)

    def _stability(self, first: Ints, second: Ints | None, cut: Ints, then_cut: Ints | None) -> Floats:
        """Quarters of change against the approved plan, at the price of one."""
        approved, price = self.approved, self.inventory.stability
        total = np.zeros((len(first), 1 if not len(first) else cut.shape[-1]))
        if not price or not approved:
            return total
        for at, row in enumerate(first.tolist()):
            before = approved.get(self.systems[self.rows[row].system].id)
            if before is None:
                continue
            now = {1: (row, cut)} if second is None else {1: (row, cut), 2: (int(second[at]), then_cut)}
            for number in before.keys() | now.keys():
                total[at] += price * self._change(before.get(number), now.get(number), at)
        return total

    def _change(self, old: tuple[str, str | None, int] | None, new: Any, at: int) -> Any:
        if old is None or new is None:
            return CHANGED
        row, cutovers = new
        step = self.rows[row].step
        return np.abs(cutovers[at] - old[2]) if (step.approach, step.to) == old[:2] else CHANGED


class Contracts:
    """What each system's contract costs, for every quarter that the old system may run to."""

    def __init__(self, inventory: Inventory, prefix: Floats, quarters: int) -> None:
        calendar = inventory.calendar
        found = [system.contract for system in inventory.systems.values()]
        self.appraisal_quarters = inventory.appraisal_quarters
        self.rate = np.array([contract.cost if contract else 0.0 for contract in found]) / QUARTERS_A_YEAR
        ends = np.array([contract.ends if contract else 0 for contract in found], dtype=np.int64)
        renews = np.array([contract.renews_for if contract else 1 for contract in found], dtype=np.int64)
        leave = [contract.exit if contract else None for contract in found]
        self.exit = np.array([0.0 if fee is None else fee for fee in leave])
        may_leave = np.array([fee is not None for fee in leave], dtype=bool)
        last = np.arange(quarters)
        month = np.array([calendar.last_month(int(quarter)) - 2 for quarter in last])
        renewals = np.maximum(-((ends[:, None] - month) // renews[:, None]), 0)
        term_end = self._quarter(calendar, ends)[:, None]
        renewed = self._quarter(calendar, ends[:, None] + renewals * renews[:, None])
        term = np.where(last > term_end, renewed, term_end)
        rest = self.rate[:, None] * self._upto(prefix, term) - self.rate[:, None] * self._upto(prefix, last)
        fee = self.exit[:, None] * self._at(prefix, last + 1)
        self.leaves = may_leave[:, None] & (fee < np.maximum(rest, 0.0) * (1 - TIE))
        self.paid = np.where(self.leaves, last, term)
        self.table: tuple[Floats, Floats] | None = None

    @staticmethod
    def _quarter(calendar: Calendar, month: Ints) -> Ints:
        return np.asarray((month - (calendar.starts - 1)) // 3 - calendar.origin, dtype=np.int64)

    def _upto(self, prefix: Floats, last: Ints) -> Floats:
        return np.asarray(prefix[np.clip(last + 1, 0, self.appraisal_quarters)])

    def _at(self, prefix: Floats, quarter: Ints) -> Floats:
        """The weight of one quarter; 0 beyond the appraisal."""
        return self._upto(prefix, quarter) - self._upto(prefix, quarter - 1)

    def kept(self, prefix: Floats) -> Floats:
        """[S]: what a contract costs that is never left."""
        return np.asarray(self.rate * prefix[-1])

    def left(self, system: Ints, last: Ints, prefix: Floats) -> Floats:
        """[n, quarters]: what the contract costs when the old system has run up to ``last``."""
        if self.table is None or self.table[0] is not prefix:
            quarter = np.arange(self.paid.shape[1])
            paid = self.rate[:, None] * self._upto(prefix, self.paid)
            self.table = (prefix, paid + self.leaves * self.exit[:, None] * self._at(prefix, quarter + 1))
        return np.asarray(self.table[1][system[:, None], np.minimum(last, self.paid.shape[1] - 1)])
