r"""All choices of all systems, in arrays: the columns that the decomposition works on.

A *step row* is one piece of work: the only step of an option, or one of its two steps. Rows that are worked on alike
(same duration, same kind) stand together in a block, so that pricing all of them at all quarters is a few operations
on whole blocks (:mod:`consolidate.solving.decomposition.lagrangian`). The costs are those of
:mod:`consolidate.solving.formulation.costs`, written for arrays; a test compares the two, choice by choice.

Shapes: ``S`` systems, ``R`` step rows, ``end`` quarters of work, ``n`` two-step options, ``Q`` pairs of quarters in
which their two steps may start. The cost of what is impossible is infinite.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from consolidate.inventory import Inventory, Option, Service, System
from consolidate.solving.decomposition.arrays import (
    INFINITY,
    Floats,
    Ints,
)
from consolidate.solving.decomposition.column_costs import ColumnCosts
from consolidate.solving.decomposition.rows import Block, Links, OptionColumn, StepRow
from consolidate.solving.decomposition.step_rows import RowMaker, blocks_of, closures
from consolidate.solving.decomposition.ties import links_of
from consolidate.solving.decomposition.yearly_savings import YearlySavings, wanted_savings, year_rules
from consolidate.solving.formulation.choices import Choice, Windows, wanted_services, windows
from consolidate.solving.formulation.costs import STAY, Prices, Timing, passage, timing
from consolidate.solving.formulation.people import with_enough_days
from consolidate.solving.formulation.resources import Limits, Milestones, Resources
from consolidate.solving.formulation.stopping import Stop, never, unless_stopped


@dataclass
class Columns:
    """All choices for work on systems in the first ``finish`` quarters.

    Attributes:
        inventory: whose choices they are; of roles for which agency staff can stand in at less, all have a limit
            (:func:`consolidate.solving.formulation.people.with_enough_days`).
        finish: quarters in which systems may be worked on.
        end: quarters of work in all: the whole horizon where services must be built, else ``finish``.
        prices: the costs of choices in closed form.
        bounds: the first and last quarters in which dates and services allow work.
        systems, services: in the order of the inventory; ``index`` and ``service_index`` give their numbers.
        built_anyway: services that must be built, and what they need.
        resources: what is limited, and what uses it.
        roles, pots: the numbers of limited roles and of pots; ``role_names`` and ``pot_names`` give the names.
        rows: the step rows, block by block.
        blocks: which rows have the same duration and kind.
        row_system: [R], the system of each row.
        two: [n, 2], the rows of the two steps of each two-step option; ``singles``: the rows of all other options.
        pairs: [2, Q], the pairs of quarters in which two steps may start.
        cost: [R, end], what a one-step option costs, by start: its whole choice (run, contract, support, exposure,
            one-off, capital, stability); 0 or infinite for the rows of two-step options.
        pair_cost: [n, Q], what a two-step option costs.
        stay_cost: [S], what staying costs; ``stay_option``: the option that allows it.
        table: facts of rows, and the closed forms of costs on them.
        stop: asked before the rows of each system are made.

    Raises:
        OutOfTime: ``stop`` returned True.
    """

    inventory: Inventory
    finish: int
    stop: Stop = never
    end: int = field(init=False)
    prices: Prices = field(init=False, repr=False)
    bounds: Windows = field(init=False, repr=False)
    systems: tuple[System, ...] = field(init=False, repr=False)
    index: dict[str, int] = field(init=False, repr=False)
    resources: Resources = field(init=False, repr=False)
    role_names: list[str] = field(init=False, repr=False)
    roles: dict[str, int] = field(init=False)
    pot_names: list[str] = field(init=False, repr=False)
    pots: dict[str, int] = field(init=False)
    services: tuple[Service, ...] = field(init=False, repr=False)
    built_anyway: frozenset[str] = field(init=False, repr=False)
    service_index: dict[str, int] = field(init=False, repr=False)
    rows: list[StepRow] = field(init=False, repr=False)
    blocks: list[Block] = field(init=False, repr=False)
    two: Ints = field(init=False, repr=False)
    pairs: Ints = field(init=False, repr=False)
    stay_cost: Floats = field(init=False, repr=False)
    stay_option: dict[int, Option] = field(init=False, repr=False)
    row_system: Ints = field(init=False, repr=False)
    cost: Floats = field(init=False, repr=False)
    pair_cost: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.inventory = inventory = with_enough_days(self.inventory)
        self.built_anyway = frozenset(wanted_services(inventory, ()))
        self.end = max(self.finish, inventory.plan_quarters) if self.built_anyway else self.finish
        self.prices = Prices(inventory)
        self.bounds = windows(inventory, self.finish)
        self.systems = tuple(inventory.systems.values())
        self.index = {system.id: number for number, system in enumerate(self.systems)}
        self.resources = Resources(inventory)
        self.role_names = list(dict.fromkeys(resource.rule for resource in self.resources.of("staff")))
        self.roles = {role: number for number, role in enumerate(self.role_names)}
        self.pot_names = list(inventory.pots)
        self.pots = {pot: number for number, pot in enumerate(self.pot_names)}
        self.services = tuple(inventory.services.values())
        self.service_index = {service.id: number for number, service in enumerate(self.services)}
        self._rows()
        self.row_system = np.array([row.system for row in self.rows], dtype=np.int64)
        self._costs()

    @cached_property
    def closure(self) -> dict[str, frozenset[str]]:
        """By service, all services that it needs, directly or not."""
        return closures(self.inventory)

    @cached_property
    def ready_in(self) -> list[range]:
        """By service, the quarters from which its build may make it ready; one that no move waits for may be later."""
        found = []
        for service in self.services:
            last = self.end if service.id in self.built_anyway else self.finish
            last = last if service.latest is None else min(last, service.latest + 1)
            found.append(range(self.bounds.ready[service.id], last) if service.build is not None else range(0))
        return found

    # -- rows ---------------------------------------------------------------------

    def _rows(self) -> None:
        drafts: list[tuple[tuple[int, int, bool], int, int, StepRow]] = []
        self.stay_cost = np.full(len(self.systems), INFINITY)
        self.stay_option = {}
        make = RowMaker(self.resources, self.closure, self.roles, self.pots, self.service_index)
        modes = 0
        for number, system in enumerate(unless_stopped(self.systems, self.stop)):
            for option in system.options:
                if option.approach == "retain":
                    self.stay_option.setdefault(number, option)
                    continue
                rows = enumerate(make.rows(number, system, option))
                drafts.extend((row.layout, modes, place, row) for place, row in rows)
                modes += 1
        drafts.sort(key=lambda draft: draft[0])
        self.rows = [row for *_, row in drafts]
        self._pair(drafts, modes)
        self.blocks = blocks_of(self.rows, len(self.roles))
        for number in unless_stopped(self.stay_option, self.stop):
            self.stay_cost[number] = self.prices.choice(self.systems[number], STAY, Timing()).total

    def _pair(self, drafts: list[tuple[tuple[int, int, bool], int, int, StepRow]], modes: int) -> None:
        """Which rows belong to one option; ``two`` is in the order of the systems."""
        of_mode: list[list[int]] = [[] for _ in range(modes)]
        for at, (_, mode, place, _) in enumerate(drafts):
            of_mode[mode].insert(place, at)
        both = [rows for rows in of_mode if len(rows) == 2]
        self.two = np.array(both, dtype=np.int64).reshape(-1, 2)
        self.pairs = np.array(np.triu_indices(self.end, 1), dtype=np.int64)

    # -- costs --------------------------------------------------------------------

    def _costs(self) -> None:
        table = ColumnCosts(self.inventory, self.prices, self.rows, self.end)
        first = self.two[:, 0]
        second = self.two[:, 1]
        alone = np.ones(len(self.rows), dtype=bool)
        alone[self.two.ravel()] = False
        singles = np.flatnonzero(alone)
        quarters = np.arange(self.end)
        self.cost = np.where(table.windows(self.bounds, self.finish), 0.0, INFINITY)
        self.singles = singles
        self.cost[singles] += table.cost(singles, quarters)
        start, follow = self.pairs
        possible = follow >= start + table.quarters[first][:, None]
        possible &= np.isfinite(self.cost[first][:, start]) & np.isfinite(self.cost[second][:, follow])
        self.pair_cost = np.where(possible, table.pair_cost(first, second, start, follow), INFINITY)
        self.table = table

    # -- what couples systems -------------------------------------------------------------

    @cached_property
    def links(self) -> Links:
        """Ties between systems, each in the order of the inventory."""
        return links_of(self.resources, self.prices, self.end)

    @cached_property
    def rows_of(self) -> list[list[tuple[int, ...]]]:
        """By system, its options with work: the row, or the two rows, of each."""
        found: list[list[tuple[int, ...]]] = [[] for _ in self.systems]
        for row in self.singles.tolist():
            found[self.rows[row].system].append((row,))
        for first, second in self.two.tolist():
            found[self.rows[first].system].append((first, second))
        for options in found:
            options.sort(key=lambda rows: self.rows[rows[0]].option.number)
        return found

    @cached_property
    def saved(self) -> list[tuple[Floats, Floats]]:
        """What choices save in a year against staying: by one-step options [R, end], by two-step options [n, Q].

        For each target, running costs; for each budget, revenue (agency days and interfaces apart). The figures of
        impossible choices have no meaning; staying saves nothing.
        """
        return list(zip(self.saved_by_rule[0], self.saved_by_rule[1], strict=True))

    @cached_property
    def saved_by_rule(self) -> tuple[Floats, Floats]:
        """``saved`` in two arrays: [targets and budgets, R, end], [targets and budgets, n, Q]."""
        return YearlySavings(self.table, self.singles, self.two, self.pairs).of_all(year_rules(self.resources))

    @cached_property
    def savings(self) -> Floats:
        """For each target and budget, what has to be saved in its year."""
        return wanted_savings(self.resources, self.table)

    @property
    def count(self) -> int:
        """How many choices there are."""
        return int(sum(np.isfinite(each).sum() for each in (self.cost[self.singles], self.pair_cost, self.stay_cost)))

    @cached_property
    def limits_of(self) -> list[list[int]]:
        """By system, the limits that count it."""
        family = self.resources.families.get("limit")
        counting = family.numbers if isinstance(family, Limits) else {}
        return [counting.get(system.id, []) for system in self.systems]

    @cached_property
    def milestones(self) -> list[tuple[Ints, int]]:
        """For each milestone, the systems that it counts, and the last cutover that counts."""
        return _milestones(self.inventory, self.resources, self.systems)

    def when(self, column: OptionColumn) -> Timing:
        """The quarters of a choice's work."""
        return timing(self.rows[column.rows[0]].option, *column.starts) if column.rows else Timing()

    def option(self, column: OptionColumn) -> Option:
        """The option of a choice."""
        return self.rows[column.rows[0]].option if column.rows else self.stay_option[column.system]

    def price(self, column: OptionColumn) -> float:
        """What a choice costs by itself: interfaces and agency days excepted."""
        if not column.rows:
            return float(self.stay_cost[column.system])
        if len(column.rows) == 1:
            return float(self.cost[column.rows[0], column.starts[0]])
        place = self.place_of[column.rows[0]]
        return float(self.pair_cost[place, self.pair_number(*column.starts)])

    @cached_property
    def place_of(self) -> Ints:
        """[R]: by the row of a first step, the place of its option in ``two``; -1 for the others."""
        found = np.full(len(self.rows), -1)
        found[self.two[:, 0]] = np.arange(len(self.two))
        return found

    def pair_number(self, start: Any, follow: Any) -> Any:
        """The place of a pair of quarters in ``pairs``; for numbers, or for arrays of them."""
        return start * self.end - start * (start + 1) // 2 + follow - start - 1

    def choice(self, column: OptionColumn) -> Choice:
        """A column as a choice of the exact method."""
        system, option, when = self.systems[column.system], self.option(column), self.when(column)
        live = when.cutovers[0] if option.goes_live else None
        return Choice(
            system,
            option,
            when,
            self.prices.choice(system, option, when).total,
            (),
            live,
            passage(option, when).retired,
        )

    def column(self, choice: Choice) -> OptionColumn:
        """The column that a choice of the exact method is; its system must be of this inventory."""
        number = self.index[choice.system.id]
        if not choice.when.starts:
            return OptionColumn(number)
        for rows in self.rows_of[number]:
            if self.rows[rows[0]].option.number == choice.option.number:
                return OptionColumn(number, rows, choice.when.starts)
        raise KeyError(choice.option.number)


def _milestones(inventory: Inventory, resources: Resources, systems: tuple[System, ...]) -> list[tuple[Ints, int]]:
    """For each milestone, the systems that it counts by number, and the last cutover that counts."""
    family = resources.families.get("milestone")
    deadlines = family.deadlines if isinstance(family, Milestones) else {}
    rules = inventory.milestones
    members: list[list[int]] = [[] for _ in rules]
    last = [-1] * len(rules)
    for number, system in enumerate(systems):
        for rule, by in deadlines.get(system.id, ()):
            members[rule].append(number)
            last[rule] = by
    return [(np.array(each, dtype=np.int64), by) for each, by in zip(members, last, strict=True)]
