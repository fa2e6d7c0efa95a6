r"""The shared services inside the Lagrangian's subproblem, kept exactly.

A system that waits for a service is worth something to it: for every quarter r from which the
service could be ready, the system's best choice that starts no earlier (a suffix minimum over its
reduced costs), or its best without it. Added up over the systems, that is a function of r for each
service; services that need each other form trees, on which the best quarters are found from the
leaves up. What does not fit (a second service of one system, a second need of one service) is given a
price like any other row, so the bound holds whatever there is.
"""

from __future__ import annotations

from collections import Counter

import numpy as np

from consolidate.solving.decomposition.alternatives import Alternatives
from consolidate.solving.decomposition.arrays import INFINITY, RETIRE, SECOND_RETIRE, Floats, Ints, Mask
from consolidate.solving.decomposition.columns import Columns
from consolidate.solving.decomposition.coupling_constraints import CouplingConstraints
from consolidate.solving.decomposition.evaluation import Evaluation, Multipliers, Taken, Use
from consolidate.solving.formulation.costs import NEVER


class ServiceSubproblem:
    """Services yet to be built, by number in the inventory, and the systems that wait for them."""

    def __init__(self, columns: Columns, coupling: CouplingConstraints, alternatives: Alternatives) -> None:
        self.columns, self.coupling, self.alternatives = columns, coupling, alternatives
        self.end = columns.end
        services = self.columns.services
        self.built = [number for number, service in enumerate(services) if service.build is not None]
        self._needs()
        self._principals()
        self._link()
        self._build_costs()
        self._build_uses()

    # -- who waits for what -------------------------------------------------------------

    def _needs(self) -> None:
        """Each service's principal need makes a forest; other needs are priced."""
        services, index = self.columns.services, self.columns.service_index
        inventory = self.columns.inventory
        self.parent: dict[int, int] = {}
        self.minor_needs: list[tuple[int, int]] = []
        below: dict[str, set[str]] = {}

        def deep(name: str) -> set[str]:
            if name not in below:
                below[name] = set(inventory.services[name].needs)
                for need in inventory.services[name].needs:
                    below[name] |= deep(need)
            return below[name]

        for number in self.built:
            needs = [need for need in services[number].needs if inventory.services[need].build is not None]
            direct = [need for need in needs if not any(need in deep(other) for other in needs)]
            direct.sort(key=lambda need: (-len(deep(need)), index[need]))
            for place, need in enumerate(dict.fromkeys(direct)):
                if place == 0:
                    self.parent[number] = index[need]
                else:
                    self.minor_needs.append((number, index[need]))
        self.order: list[int] = []
        waiting = list(self.built)
        while waiting:  # children before what they need
            parents = {self.parent[number] for number in waiting if number in self.parent}
            leaves = [number for number in waiting if number not in parents]
            self.order += leaves
            waiting = [number for number in waiting if number in parents]

    def _principals(self) -> None:
        """By system, the service it is linked to: of those it may wait for, the one that fewest others do."""
        wanted: dict[int, set[int]] = {}
        for row in self.columns.rows:
            if row.needs:
                wanted.setdefault(row.system, set()).update(row.needs)
        count = Counter(need for needs in wanted.values() for need in needs)
        self.principal = {
            system: min(needs, key=lambda need: (count[need], need)) for system, needs in sorted(wanted.items())
        }

    def _link(self) -> None:
        columns = self.columns
        pairs = set(columns.two.ravel().tolist())
        systems = sorted(self.principal, key=lambda system: (self.principal[system], system))
        self.linked = np.array(systems, dtype=np.int64)
        place = {system: at for at, system in enumerate(systems)}
        self.service_of = np.array([self.principal[system] for system in systems], dtype=np.int64)
        self.groups, self.group_bounds = np.unique(self.service_of, return_index=True)
        self.seconds: list[tuple[int, int]] = []
        known: dict[tuple[int, int], int] = {}
        seconds: list[list[tuple[int, int]]] = []
        singles: list[list[tuple[int, int]]] = []
        depth: Counter[int] = Counter()
        for number, row in enumerate(columns.rows):
            others = [need for need in row.needs if need != self.principal[row.system]]
            for layer, need in enumerate(others):
                at = known.setdefault((row.system, need), len(known))
                _layer(seconds, layer).append((number, at))
            if len(others) < len(row.needs) and number not in pairs:
                _layer(singles, depth[row.system]).append((place[row.system], number))
                depth[row.system] += 1
        self.seconds = list(known)
        self.second_rows = [_two_arrays(layer) for layer in seconds]
        self.single_layers = [_two_arrays(layer) for layer in singles]
        self.linked_rows = np.array([row for layer in singles for _, row in layer], dtype=np.int64)
        self._link_pairs(place)

    def _link_pairs(self, place: dict[int, int]) -> None:
        """Two-step options whose first or second step waits for the principal service."""
        columns = self.columns
        layers: list[list[tuple[int, int]]] = []
        self.pair_by_second = np.zeros(len(columns.two), dtype=bool)
        depth: Counter[int] = Counter()
        for number, (first, second) in enumerate(columns.two.tolist()):
            system = columns.rows[first].system
            steps = [self.principal.get(system) in columns.rows[row].needs for row in (first, second)]
            if any(steps):
                self.pair_by_second[number] = not steps[0]
                _layer(layers, depth[system]).append((place[system], number))
                depth[system] += 1
        self.pair_layers = [_two_arrays(layer) for layer in layers]
        self.linked_pairs = np.array([pair for layer in layers for _, pair in layer], dtype=np.int64)
        start, follow = columns.pairs
        self.by_start = np.searchsorted(start, np.arange(max(self.end - 1, 0)))
        self.follow_order = np.argsort(follow, kind="stable")
        self.by_follow = np.searchsorted(follow[self.follow_order], np.arange(1, self.end))

    def _build_costs(self) -> None:
        """[services, end]: what a build ready in each quarter costs; infinite where it can't be."""
        columns, prices = self.columns, self.columns.prices
        inventory = columns.inventory
        self.cost = np.full((len(columns.services), self.end), INFINITY)
        self.running = np.zeros((len(inventory.targets), len(columns.services), self.end))
        for number in self.built:
            service = columns.services[number]
            assert service.build is not None
            for ready in range(columns.bounds.ready[service.id], self.end):
                start = ready - service.build.quarters
                self.cost[number, ready] = prices.build(service, start).total if self.coupling.costly else 0.0
                for place, target in enumerate(inventory.targets):
                    self.running[place, number, ready] = prices.build_running(service, start, target.quarters)

    def _build_uses(self) -> None:
        """What builds take of people and money, as three lists: which build (service and ready quarter), of
        which cell (role and quarter, then pot and quarter), how much."""
        columns, end = self.columns, self.end
        found: list[tuple[int, int, float]] = []
        for number in self.built:
            service = columns.services[number]
            assert service.build is not None
            quarters = service.build.quarters
            taken = [
                (columns.roles[role], days) for role, days in service.build.effort.items() if role in columns.roles
            ]
            length = max(quarters, 1)
            for pot, amount in service.build.capital.items():
                if pot is not None:
                    taken.append((len(columns.roles) + columns.pots[pot], (amount / length,) * length))
            for ready in range(columns.bounds.ready[service.id], end):
                for kind, figures in taken:
                    first = kind * end + ready - quarters
                    found += [(number * end + ready, first + offset, each) for offset, each in enumerate(figures)]
        self.taken_build = np.array([build for build, _, _ in found], dtype=np.int64)
        self.taken_cell = np.array([cell for _, cell, _ in found], dtype=np.int64)
        self.taken_amount = np.array([amount for *_, amount in found])

    # -- the subproblem ---------------------------------------------------------------------

    def priced(self, u: Multipliers) -> Floats:
        """[services, end]: reduced costs of builds."""
        columns, end = self.columns, self.end
        price = self.cost + np.tensordot(u["target"], self.running, axes=1)
        money = (u["capital"] @ self.coupling.periods).reshape(len(columns.pots), end)
        paid = np.concatenate((u["staff"].ravel(), money.ravel()))[self.taken_cell] * self.taken_amount
        price += np.bincount(self.taken_build, weights=paid, minlength=price.size).reshape(price.shape)
        price -= (u["capacity"] * self.coupling.holds)[:, None]
        relief = np.zeros((len(columns.services), end))
        needed = u["ready"].copy()
        for at, (_, need) in enumerate(self.seconds):
            relief[need] += needed[at]
        tail = _tails(relief)
        return price - tail + self._need_prices(u)

    def _need_prices(self, u: Multipliers) -> Floats:
        total = np.zeros_like(self.cost)
        for at, (service, need) in enumerate(self.minor_needs):
            tail = np.append(_tails(u["build"][at][None])[0], 0.0)
            quarters = self._quarters(service)
            for ready in range(quarters, self.end):
                total[service, ready] += tail[ready - quarters]
            total[need] -= tail[:-1]
        return total

    def _quarters(self, service: int) -> int:
        build = self.columns.services[service].build
        return 0 if build is None else build.quarters

    def solve(
        self, u: Multipliers, price: Floats, pair: Floats, stay: Floats, values: Floats, constant: float,
        ready: Ints | None,
    ) -> Evaluation:  # fmt: skip
        """The cheapest of everything at these prices: see :meth:`Lagrangian.evaluate`."""
        ways = values[self.alternatives.ways]
        way = ways.argmin(axis=1)
        alone = np.take_along_axis(ways, way[:, None], axis=1)[:, 0]
        suffix, column = (each.T for each in self._suffixes(price, pair))
        worth = np.minimum(alone[self.linked], suffix)
        base = worth[0]
        least = alone.copy()
        least[self.linked] = base
        if not np.isfinite(least).all():
            nothing = self._decode(way, alone, suffix, column, price, pair, np.full(len(self.cost), NEVER))
            return Evaluation(INFINITY, INFINITY, nothing, price, pair, stay, least)
        extra = worth - base
        chosen, total = self._builds(self.priced(u), extra, ready)
        # From here on the services' quarters are settled, and with them what each system pays at least.
        settled = extra[np.minimum(chosen[self.service_of], self.end), np.arange(len(base))]
        sum_of_bases = float(least.sum())
        least[self.linked] = base + settled
        taken = self._decode(way, alone, suffix, column, price, pair, chosen)
        scale = float(np.abs(least).sum()) + abs(total) + self.coupling.magnitude(u)
        return Evaluation(sum_of_bases + total + constant, scale, taken, price, pair, stay, least)

    def _suffixes(self, price: Floats, pair: Floats) -> tuple[Floats, Floats]:
        """[linked, end + 1]: the best with the principal service when it is ready from q (last: never);
        and [linked, end], the best that first needs it in quarter q. Both are laid out by quarter."""
        column = np.full((self.end, len(self.linked)), INFINITY)
        for at, rows in self.single_layers:
            column[:, at] = np.minimum(column[:, at], price.T[:, rows])
        for at, numbers in self.pair_layers:
            column[:, at] = np.minimum(column[:, at], self._by_need(pair.T[:, numbers], self.pair_by_second[numbers]))
        suffix = np.full((self.end + 1, len(self.linked)), INFINITY)
        for quarter in reversed(range(self.end)):
            np.minimum(column[quarter], suffix[quarter + 1], out=suffix[quarter])
        return suffix.T, column.T

    def _by_need(self, pair: Floats, second: Mask) -> Floats:
        """[pairs, n] to [end, n]: the least by the quarter in which the step that needs it starts."""
        low = np.full((self.end, pair.shape[1]), INFINITY)
        if len(pair):
            low[:-1] = np.minimum.reduceat(pair, self.by_start, axis=0)
            late = np.flatnonzero(second)
            if len(late):
                low[0, late] = INFINITY
                low[1:, late] = np.minimum.reduceat(pair[:, late][self.follow_order], self.by_follow, axis=0)
        return low

    def _builds(self, build: Floats, extra: Floats, ready: Ints | None) -> tuple[Ints, float]:
        """The best quarters from which services are ready, and what all that costs. Last column: never."""
        never = self.end
        value = np.zeros((len(build), never + 1))
        value[:, :never] = build
        if len(self.groups):
            value[self.groups] += np.add.reduceat(extra, self.group_bounds, axis=1).T
        chosen = np.full(len(build), NEVER)
        if ready is not None:
            at = np.minimum(ready, never)
            return ready.copy(), float(sum(value[number, at[number]] for number in self.built))
        for number in self.order:
            if number in self.parent:
                parent = self.parent[number]
                above = self._best_after(value[number], self._quarters(number))
                value[parent] += above
        total = 0.0
        for number in reversed(self.order):
            above_it = self.parent.get(number)
            first = 0
            if above_it is not None:
                first = never if chosen[above_it] == NEVER else min(chosen[above_it] + self._quarters(number), never)
            best = first + int(value[number, first:].argmin())
            chosen[number] = NEVER if best == never else best
            total += float(value[number, best]) if above_it is None else 0.0
        return chosen, total

    def _best_after(self, value: Floats, quarters: int) -> Floats:
        """[end + 1]: a service's least value when what it needs is ready from each quarter; last: never."""
        least = np.minimum.accumulate(value[::-1])[::-1]
        places = np.minimum(np.arange(self.end + 1) + quarters, self.end)
        places[-1] = self.end
        return np.asarray(least[places])

    def _decode(
        self, way: Ints, alone: Floats, suffix: Floats, column: Floats, price: Floats, pair: Floats, ready: Ints
    ) -> Taken:
        """Which rows that is, and when they start."""
        table, size = self.columns.table, len(way)
        count = self.alternatives.rows
        picked = self.alternatives.ways[np.arange(size), way]
        first, second = np.full(size, -1), np.full(size, -1)
        start, follow = np.full(size, NEVER), np.full(size, NEVER)
        single = np.flatnonzero(picked < count)
        first[single] = picked[single]
        start[single] = price.T[:, picked[single]].argmin(axis=0)
        both = np.flatnonzero((picked >= count) & (picked < self.alternatives.stays))
        numbers = picked[both] - count
        if len(both):  # with one quarter there is no pair of them to look among
            self._set_pairs(both, numbers, pair.T[:, numbers].argmin(axis=0), first, second, start, follow)
        self._decode_linked(alone, suffix, column, price, pair, ready, first, second, start, follow)
        live, retired = np.full(size, NEVER), np.full(size, NEVER)
        moved = first >= 0
        duration = np.append(table.quarters, 0)  # a last entry for those without a row
        cutover = np.where(moved, start + duration[first] - 1, NEVER)
        goes = moved & np.append(table.live, False)[first]
        live[goes] = cutover[goes]
        kind = np.append(table.kind, -1)
        gone = goes & (kind[first] == RETIRE)
        retired[gone] = cutover[gone]
        later = (second >= 0) & (kind[second] == SECOND_RETIRE)
        retired[later] = (follow + duration[second] - 1)[later]
        return Taken(first, start, second, follow, live, retired, ready)

    def _set_pairs(
        self, systems: Ints, numbers: Ints, at: Ints, first: Ints, second: Ints, start: Ints, follow: Ints
    ) -> None:
        two, pairs = self.columns.two, self.columns.pairs
        first[systems], second[systems] = two[numbers, 0], two[numbers, 1]
        start[systems], follow[systems] = pairs[0, at], pairs[1, at]

    def _decode_linked(
        self, alone: Floats, suffix: Floats, column: Floats, price: Floats, pair: Floats, ready: Ints,
        first: Ints, second: Ints, start: Ints, follow: Ints,
    ) -> None:  # fmt: skip
        """Systems for which the service is there in time and worth waiting for."""
        from_ = np.minimum(ready[self.service_of], self.end)
        places = np.flatnonzero(suffix[from_, np.arange(len(from_))] < alone[self.linked])
        if not len(places):
            return
        quarter = np.arange(self.end)[:, None]
        open_ = np.where(quarter >= from_[places], column[:, places], INFINITY)
        when = open_.argmin(axis=0)
        value = open_[when, np.arange(len(places))]
        at_place = np.full(len(self.linked), -1)
        at_place[places] = np.arange(len(places))
        for at, rows in self.single_layers:
            here = np.flatnonzero(at_place[at] >= 0)
            mine = at_place[at[here]]
            hit = price.T[when[mine], rows[here]] == value[mine]
            systems = self.linked[at[here][hit]]
            first[systems], start[systems] = rows[here][hit], when[mine][hit]
            second[systems], follow[systems] = -1, NEVER
        pair_start, pair_follow = self.columns.pairs
        for at, numbers in self.pair_layers:
            here = np.flatnonzero(at_place[at] >= 0)
            mine = at_place[at[here]]
            chosen = numbers[here]
            step = np.where(self.pair_by_second[chosen][:, None], pair_follow, pair_start)
            if not len(chosen):
                continue
            open_pair = np.where(step == when[mine][:, None], pair[chosen], INFINITY)
            best = open_pair.argmin(axis=1)
            hit = open_pair[np.arange(len(best)), best] == value[mine]
            self._set_pairs(self.linked[at[here][hit]], chosen[hit], best[hit], first, second, start, follow)

    # -- the subgradient's part ------------------------------------------------------------------

    def use(self, ready: Ints) -> Use:
        """What the builds take of people, money and targets."""
        columns, end = self.columns, self.end
        days, spent = np.zeros((len(columns.roles), end)), np.zeros((len(columns.pots), end))
        running = np.zeros(len(self.running))
        for number in self.built:
            service = columns.services[number]
            if ready[number] >= NEVER or service.build is None:
                continue
            start, quarters = int(ready[number]) - service.build.quarters, service.build.quarters
            for role, figures in service.build.effort.items():
                if role in columns.roles:
                    days[columns.roles[role], start : start + len(figures)] += figures
            for pot, amount in service.build.capital.items():
                if pot is not None:
                    spent[columns.pots[pot], start : start + max(quarters, 1)] += amount / max(quarters, 1)
            running += self.running[:, number, int(ready[number])]
        return Use(days, spent, running)

    def slack(self, taken: Taken) -> Multipliers:
        """Over the priced rows of ``ready`` and ``build``."""
        quarters = np.arange(self.end)
        needed = np.full(len(self.seconds), NEVER)
        row_start = np.full(len(self.columns.rows), NEVER)
        for rows, starts in ((taken.first, taken.start), (taken.second, taken.follow)):
            row_start[rows[rows >= 0]] = starts[rows >= 0]
        for rows, at in self.second_rows:
            np.minimum.at(needed, at, row_start[rows])
        from_ = np.array([taken.ready[need] for _, need in self.seconds], dtype=np.int64)
        begins = np.array(
            [taken.ready[service] - self._quarters(service) for service, _ in self.minor_needs], dtype=np.int64
        )
        until = np.array([taken.ready[need] for _, need in self.minor_needs], dtype=np.int64)
        return {
            "ready": (needed[:, None] <= quarters).astype(float) - (from_[:, None] <= quarters),
            "build": (begins[:, None] <= quarters).astype(float) - (until[:, None] <= quarters),
        }


def _tails(values: Floats) -> Floats:
    """Sums of each row from each place to its end."""
    return np.cumsum(values[:, ::-1], axis=1)[:, ::-1]


def _layer(layers: list[list[tuple[int, int]]], number: int) -> list[tuple[int, int]]:
    while len(layers) <= number:
        layers.append([])
    return layers[number]


def _two_arrays(pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]
