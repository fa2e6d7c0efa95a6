"""The closed forms of :mod:`consolidate.solving.formulation.costs`, for all choices at once.

A test compares the two, choice by choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from consolidate.inventory import Inventory
from consolidate.solving.decomposition.arrays import REFRESH, Floats, Ints, Mask
from consolidate.solving.decomposition.contracts import Contracts
from consolidate.solving.decomposition.rows import StepRow
from consolidate.solving.decomposition.settled_interface_costs import SettledInterfaceCosts
from consolidate.solving.decomposition.work_worth import WorkWorth
from consolidate.solving.formulation.choices import Windows, freezes_of
from consolidate.solving.formulation.costs import CHANGED, QUARTERS_A_YEAR, Prices


class PairDates(NamedTuple):
    """[options, pairs]: by step, the cutover, and the last quarter in which what was there before still runs."""

    cut: Ints
    then_cut: Ints
    last: Ints
    then_last: Ints


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
        self.one_off = np.array([row.step.one_off for row in rows])
        self.spent = self.one_off + np.array([sum(row.step.capital.values()) for row in rows])
        self.end_of_life = self._dates(row.step.end_of_life for row in rows)
        self.kind = np.array([row.kind for row in rows], dtype=np.int64)
        self.live = np.array([row.kind != REFRESH for row in rows], dtype=bool)
        ending = [-1 if row.option.contract_step is None else row.option.contract_step for row in rows]
        self.ending = np.array(ending, dtype=np.int64)
        self.joins = np.array([system.joins for system in systems], dtype=np.int64)
        self.system_run = np.array([system.run_cost for system in systems]) / QUARTERS_A_YEAR
        self.exposed_from = np.maximum(self._dates(system.end_of_life for system in systems) + 1, self.joins)
        self.support = np.array([system.extended_support for system in systems]) / QUARTERS_A_YEAR
        self.sold_to = self._dates(system.extended_until for system in systems)
        self.exposure = np.array([system.exposure for system in systems])
        self.contracts = Contracts(inventory, self.prefix, end + int(self.parallel.max(initial=0)))
        self.worth = WorkWorth(inventory, rows, end)
        self.settled = SettledInterfaceCosts(inventory, rows)

    def _dates(self, quarters: Iterable[int | None]) -> Ints:
        """Dates by quarter; without one, the end of the appraisal."""
        return np.array(
            [
                self.appraisal_quarters if quarter is None else min(quarter, self.appraisal_quarters)
                for quarter in quarters
            ],
            dtype=np.int64,
        )

    # -- where a row may start --------------------------------------------------------

    def windows(self, bounds: Windows, finish: int) -> Mask:
        """[R, end]: whether dates, services and freezes allow row r to start in quarter q, to be done by ``finish``."""
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
                possible[at] = (quarter == start) & (start + row.step.quarters <= finish)
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
        cutover = start + (self.quarters[rows] - 1)[:, None]
        last = cutover + self.parallel[rows][:, None]
        total = self._running(rows, cutover, last, self.prefix)
        total += self.exposure[self.system[rows]][:, None] * self._exposed(rows, cutover, last, self.prefix)
        total += self._spent(self.spent, rows, start, self.prefix)
        total += self.worth.of(rows, start, self.worth.discounted)
        total += self.settled.of(rows, start, self.prefix)
        return total + self._stability(rows, None, cutover, None)

    def pair_cost(self, first: Ints, second: Ints, start: Ints, follow: Ints) -> Floats:
        """[options, pairs]: the same for two-step options."""
        dates = self._pair_dates(first, second, start, follow)
        total = self._pair_running(first, second, dates, self.prefix)
        total += self.exposure[self.system[first]][:, None] * self._pair_exposed(first, second, dates, self.prefix)
        for rows, when in ((first, start), (second, follow)):
            total += self._spent(self.spent, rows, when, self.prefix)
            total += self.worth.of(rows, when, self.worth.discounted)
        total += self.settled.of_pairs(first, second, start, follow, self.prefix)
        return total + self._stability(first, second, dates.cut, dates.then_cut)

    # -- what it saves in some quarters, undiscounted ---------------------------------------

    def saved(self, rows: Ints, start: Ints, quarters: range) -> Floats:
        """[rows, starts]: run, contract and support saved in ``quarters`` by one-step options, undiscounted."""
        weights = self.weights(quarters)
        cutover = start + (self.quarters[rows] - 1)[:, None]
        last = cutover + self.parallel[rows][:, None]
        return self._as_it_is(rows, weights) - self._running(rows, cutover, last, weights)

    def pair_saved(self, first: Ints, second: Ints, start: Ints, follow: Ints, quarters: range) -> Floats:
        """[options, pairs]: the same for two-step options."""
        weights = self.weights(quarters)
        dates = self._pair_dates(first, second, start, follow)
        return self._as_it_is(first, weights) - self._pair_running(first, second, dates, weights)

    def one_off_in(self, rows: Ints, start: Ints, quarters: range) -> Floats:
        """[rows, starts]: the one-off cost of work on rows in ``quarters``, undiscounted."""
        return self._spent(self.one_off, rows, start, self.weights(quarters))

    def as_it_is(self, quarters: range) -> Floats:
        """[S]: run, contract and support in ``quarters`` of each system left as it is, undiscounted."""
        return self._kept(np.arange(len(self.systems)), self.weights(quarters))

    def _pair_dates(self, first: Ints, second: Ints, start: Ints, follow: Ints) -> PairDates:
        cut = start + (self.quarters[first] - 1)[:, None]
        then_cut = follow + (self.quarters[second] - 1)[:, None]
        return PairDates(cut, then_cut, cut + self.parallel[first][:, None], then_cut + self.parallel[second][:, None])

    def weights(self, quarters: range) -> Floats:
        """Prefix sums, [appraisal_quarters + 1], that count each of ``quarters`` once, and no others."""
        inside = [float(quarter in quarters) for quarter in range(self.appraisal_quarters)]
        return np.concatenate(([0.0], np.cumsum(inside)))

    def _as_it_is(self, rows: Ints, weights: Floats) -> Floats:
        """[rows, 1]: run, contract and support of the rows' systems left as they are."""
        return self._kept(self.system[rows], weights)[:, None]

    def _kept(self, system: Ints, weights: Floats) -> Floats:
        end = np.full(len(system), self.appraisal_quarters - 1)
        run = self.system_run[system] * self._span(self.joins[system], end, weights)
        support = self._span(self.exposed_from[system], np.minimum(end, self.sold_to[system]), weights)
        return run + self.contracts.kept(weights)[system] + self.support[system] * support

    def _span(self, first: Ints, last: Ints, prefix: Floats) -> Floats:
        """Sum of ``prefix``'s steps over first … last, clipped to the appraisal; 0 where it is empty."""
        until = prefix[np.clip(last + 1, 0, self.appraisal_quarters)]
        return np.maximum(until - prefix[np.clip(first, 0, self.appraisal_quarters)], 0.0)

    def _running(self, rows: Ints, cutover: Ints, last: Ints, prefix: Floats) -> Floats:
        """Run, contract and support of one-step options."""
        system = self.system[rows]
        old = self.system_run[system][:, None] * self._span(self.joins[system][:, None], last, prefix)
        new = self.run[rows][:, None] * self._span(cutover + 1, np.full(1, self.appraisal_quarters - 1), prefix)
        kept = self.contracts.kept(prefix)[system][:, None]
        contract = np.where(self.ending[rows][:, None] == 0, self.contracts.left(system, last, prefix), kept)
        support = self._exposed(rows, cutover, last, prefix, self.sold_to[system][:, None])
        return old + new + contract + self.support[system][:, None] * support

    def _pair_running(self, first: Ints, second: Ints, dates: PairDates, prefix: Floats) -> Floats:
        """The same for two-step options."""
        cut, then_cut, last, then_last = dates
        system, ending = self.system[first], self.ending[first][:, None]
        old = self.system_run[system][:, None] * self._span(self.joins[system][:, None], last, prefix)
        between = self.run[first][:, None] * self._span(cut + 1, then_last, prefix)
        new = self.run[second][:, None] * self._span(then_cut + 1, np.full(1, self.appraisal_quarters - 1), prefix)
        kept = self.contracts.kept(prefix)[system][:, None]
        left = self.contracts.left(system, np.where(ending == 0, last, then_last), prefix)
        support = self._pair_exposed(first, second, dates, prefix, self.sold_to[system][:, None])
        return old + between + new + np.where(ending < 0, kept, left) + self.support[system][:, None] * support

    def _spent(self, amount: Floats, rows: Ints, start: Ints, prefix: Floats) -> Floats:
        """Amounts of rows, spread evenly over the quarters of work."""
        cutover = start + (self.quarters[rows] - 1)[:, None]
        return (amount[rows] / self.quarters[rows])[:, None] * self._span(start, cutover, prefix)

    def _exposed(self, rows: Ints, cutover: Ints, last: Ints, prefix: Floats, until: Ints | None = None) -> Floats:
        """Quarters past the end of life of the old system, or of what replaced it: their union, up to ``until``."""
        new = np.maximum(cutover, self.end_of_life[rows][:, None]) + 1
        old = self.exposed_from[self.system[rows]][:, None]
        until = np.full(1, self.appraisal_quarters - 1) if until is None else until
        return self._span(old, np.minimum(np.minimum(last, new - 1), until), prefix) + self._span(new, until, prefix)

    def _pair_exposed(
        self, first: Ints, second: Ints, dates: PairDates, prefix: Floats, until: Ints | None = None
    ) -> Floats:
        """The same for two steps: three spans, of which the last runs to the end of the appraisal."""
        new = np.maximum(dates.then_cut, self.end_of_life[second][:, None]) + 1
        old = self.exposed_from[self.system[first]][:, None]
        between = np.maximum(dates.cut, self.end_of_life[first][:, None]) + 1
        until = np.full(1, self.appraisal_quarters - 1) if until is None else until
        before = np.minimum(new - 1, until)
        old_last, between_last = np.minimum(dates.last, before), np.minimum(dates.then_last, before)
        both = self._span(np.maximum(old, between), np.minimum(old_last, between_last), prefix)
        union = self._span(old, old_last, prefix) + self._span(between, between_last, prefix) - both
        return union + self._span(new, until, prefix)

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
