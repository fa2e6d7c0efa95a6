r"""What one choice costs, in closed form.

A *choice* is a system, one of its options (a mode, in the words of multi-mode scheduling)
and the quarters in which its steps start. Everything that concerns one choice alone is
decided here, in data: the model only sees a coefficient. The ledger in
:mod:`consolidate.accounts.rules` computes the same figures quarter by quarter and shares nothing
with this module but the typed inventory.

Money is discounted by :math:`(1+r)^{-q/4}`; sums over quarters are differences of the
prefix sum :math:`D(q) = \sum_{i<q} (1+r)^{-i/4}`, clipped to the appraisal. Sums of floats are
exact (``fsum``), for Python 3.12 changed how ``sum`` rounds and plans must not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from math import fsum

from consolidate.inventory import Contract, Effort, Inventory, Option, Role, Service, Step, System
from consolidate.plan import Costs

QUARTERS_A_YEAR = 4
CHANGED = 4
"""Quarters of change that a dropped, added or redirected move counts as."""


@dataclass(frozen=True, slots=True)
class Timing:
    """When the steps of an option are worked on. Tuples have one entry for each step.

    ``starts`` … ``cutovers``: first and last quarter of work; ``lasts``: last quarter in
    which what was there before still runs. All empty for ``retain``.
    """

    starts: tuple[int, ...] = ()
    cutovers: tuple[int, ...] = ()
    lasts: tuple[int, ...] = ()


TIE = 1e-9
"""Costs this close, relatively, are the same: then a contract runs on."""

NEVER = 1_000_000
"""A quarter that no appraisal reaches."""

STAY = Option(0, Step("retain", None, 0, {}, {}, 0.0, 0.0, 0, None, ()))
"""Leaving a system as it is, whatever its options."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The cutover after which a system is live, and after which it is retired; else :data:`NEVER`."""

    live: int = NEVER
    retired: int = NEVER


def passage(option: Option, when: Timing) -> Passage:
    """What interfaces need to know of a choice."""
    if not option.goes_live:
        return Passage()
    gone = (cutover for step, cutover in zip(option.steps, when.cutovers, strict=True) if step.approach == "retire")
    return Passage(when.cutovers[0], next(gone, NEVER))


def timing(option: Option, *starts: int) -> Timing:
    """The quarters that follow from where each step starts."""
    if option.approach == "retain":
        return Timing()
    cutovers = tuple(start + step.quarters - 1 for start, step in zip(starts, option.steps, strict=True))
    lasts = tuple(cutover + step.parallel_run for cutover, step in zip(cutovers, option.steps, strict=True))
    return Timing(starts, cutovers, lasts)


class Prices:
    """Prices choices of one inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.end = inventory.appraisal_quarters
        factors = [inventory.discount(q) for q in range(self.end)]
        self.factors = (*factors, 0.0)
        self.prefix = (0.0, *accumulate(factors))
        self.approved = _approved(inventory)

    def span(self, first: int, last: int) -> float:
        """Discount factors of ``first`` … ``last`` added up, clipped to the appraisal."""
        first, last = max(first, 0), min(last, self.end - 1)
        return self.prefix[last + 1] - self.prefix[first] if last >= first else 0.0

    def at(self, quarter: int) -> float:
        """The discount factor of one quarter; 0 beyond the appraisal."""
        return self.factors[min(quarter, self.end)]

    def spread(self, start: int, quarters: int) -> float:
        """Mean discount factor of an amount spread evenly over the quarters of work."""
        quarters = max(quarters, 1)
        return self.span(start, start + quarters - 1) / quarters

    # -- one system -------------------------------------------------------------

    def choice(self, system: System, option: Option, when: Timing) -> Costs:
        """All that a system costs under an option, by kind; agency excepted, and interfaces with undecided systems."""
        work = list(zip(option.steps, when.starts, strict=False))
        spans = exposed_spans(system, option, when, self.end)
        exposed = fsum(self.span(first, last) for first, last in spans)
        supported = fsum(self.span(first, self.sold_to(system, last)) for first, last in spans)
        return Costs(
            run=self.run(system, option, when),
            contract=self.contract(system, option, when),
            support=system.extended_support / QUARTERS_A_YEAR * supported,
            exposure=system.exposure * exposed,
            one_off=fsum(step.one_off * self.spread(start, step.quarters) for step, start in work),
            capital=fsum(fsum(step.capital.values()) * self.spread(start, step.quarters) for step, start in work),
            staff=fsum(self.staff(step.effort, start) for step, start in work),
            stability=self.stability(system, option, when),
            interface=self.settled_interfaces(system, option, when),
        )

    def staff(self, effort: Effort, start: int) -> float:
        """What the days of work are worth if own people do them; agency days are accounted for apart."""
        roles = self.inventory.roles
        return fsum(
            used * price * self.at(quarter)
            for role, days in effort.items()
            if roles[role].day_cost
            for quarter, used in enumerate(days, start)
            if (price := worth(roles[role], quarter))
        )

    @staticmethod
    def sold_to(system: System, last: int) -> int:
        """The last quarter up to ``last`` in which extended support is sold."""
        return last if system.extended_until is None else min(last, system.extended_until)

    def run(self, system: System, option: Option, when: Timing) -> float:
        """Today's cost while the old system runs, then what each step leads to."""
        return fsum(
            rate / QUARTERS_A_YEAR * self.span(first, last)
            for rate, first, last in run_spans(system, option, when, self.end)
        )

    def contract(self, system: System, option: Option, when: Timing) -> float:
        """The contract's term and, where that is strictly cheaper, buying the rest of it out."""
        contract = system.contract
        if contract is None:
            return 0.0
        paid_to, leaves = self.contract_end(contract, option, when)
        fee = (contract.exit or 0.0) * self.at(paid_to + 1) if leaves else 0.0
        return contract.cost / QUARTERS_A_YEAR * self.span(system.joins, paid_to) + fee

    def contract_end(self, contract: Contract, option: Option, when: Timing) -> tuple[int, bool]:
        """The last quarter that is paid for, and whether the rest of the term is bought out."""
        ending = option.contract_step
        if ending is None or not when.starts:
            return self.end - 1, False
        last = when.lasts[ending]
        term = term_end(self.inventory, contract, last)
        if contract.exit is not None:
            rest = contract.cost / QUARTERS_A_YEAR * self.span(last + 1, term)
            if contract.exit * self.at(last + 1) < rest * (1 - TIE):
                return last, True
        return term, False

    def stability(self, system: System, option: Option, when: Timing) -> float:
        """Quarters of change against the approved plan, at the price of one. Undiscounted."""
        if system.id not in self.approved or not self.inventory.stability:
            return 0.0
        before = self.approved[system.id]
        now = {
            number: (step.approach, step.to, cutover)
            for number, (step, cutover) in enumerate(zip(option.steps, when.cutovers, strict=False), start=1)
        }
        quarters = 0
        for number in before.keys() | now.keys():
            old, new = before.get(number), now.get(number)
            same = old is not None and new is not None and old[:2] == new[:2]
            quarters += abs(new[2] - old[2]) if same and old and new else CHANGED
        return self.inventory.stability * quarters

    def running(self, system: System, option: Option, when: Timing, quarters: range) -> float:
        """Run, contract and support of ``quarters``, undiscounted: what targets count."""
        run = fsum(
            rate / QUARTERS_A_YEAR * _overlap(first, last, quarters)
            for rate, first, last in run_spans(system, option, when, self.end)
        )
        spans = exposed_spans(system, option, when, self.end)
        supported = sum(_overlap(first, self.sold_to(system, last), quarters) for first, last in spans)
        total = run + system.extended_support / QUARTERS_A_YEAR * supported
        if system.contract is not None:
            paid_to, leaves = self.contract_end(system.contract, option, when)
            total += system.contract.cost / QUARTERS_A_YEAR * _overlap(system.joins, paid_to, quarters)
            if leaves and paid_to + 1 in quarters:
                total += system.contract.exit or 0.0
        return total

    def interface(self, cost: float, one: Passage, other: Passage, joined: int = 0) -> float:
        """An interface at ``cost`` a quarter, between what happens to two systems that take part from ``joined``."""
        first, last = bridged_span(one, other, joined)
        return cost * self.span(first, last)

    def settled_interfaces(self, system: System, option: Option, when: Timing) -> float:
        """What a system's interfaces cost with systems of which nothing is left to decide."""
        mine = passage(option, when)
        return fsum(
            self.interface(one.cost, mine, Passage(one.live, one.retired), one.joined) for one in system.settled
        )

    def as_it_is(self) -> float:
        """What leaving everything as it is costs: every system retained, nothing built."""
        return fsum(
            costs.total - costs.stability
            for costs in (self.choice(system, STAY, Timing()) for system in self.inventory.systems.values())
        )

    def one_off(self, option: Option, when: Timing, quarters: range) -> float:
        """The one-off cost of work in ``quarters``, undiscounted."""
        return fsum(
            step.one_off / step.quarters * _overlap(start, start + step.quarters - 1, quarters)
            for step, start in zip(option.steps, when.starts, strict=False)
            if step.one_off
        )

    def saved(self, system: System, option: Option, when: Timing, quarters: range) -> float:
        """Run, contract and support of ``quarters`` against leaving the system as it is, undiscounted."""
        return self.running(system, STAY, Timing(), quarters) - self.running(system, option, when, quarters)

    # -- one service ------------------------------------------------------------

    def build(self, service: Service, start: int) -> Costs:
        """Capital of a build that starts in ``start``, and the service's fixed cost once it is ready."""
        build = service.build
        assert build is not None
        return Costs(
            run=build.run_cost / QUARTERS_A_YEAR * self.span(start + build.quarters, self.end - 1),
            capital=fsum(build.capital.values()) * self.spread(start, build.quarters),
            staff=self.staff(build.effort, start),
        )

    def build_running(
        self, service: Service, start: int, quarters: range, part: Callable[[int], float] | None = None
    ) -> float:
        """Fixed running cost of ``quarters``, undiscounted; of each quarter only a ``part``, if one is given."""
        build = service.build
        assert build is not None
        cost = build.run_cost / QUARTERS_A_YEAR
        if part is None:
            return cost * _overlap(start + build.quarters, self.end - 1, quarters)
        return fsum(cost * part(quarter) for quarter in quarters if quarter >= start + build.quarters)


def worth(role: Role, quarter: int) -> float:
    """What a day of one's own people is worth in a quarter of the appraisal, undiscounted; elsewhere nothing."""
    return role.day_cost[quarter] if 0 <= quarter < len(role.day_cost) else 0.0


def bridged_span(one: Passage, other: Passage, joined: int = 0) -> tuple[int, int]:
    """First and last quarter in which one of two systems is live, the other not, and neither is retired."""
    first = max(min(one.live, other.live) + 1, joined)
    return first, min(max(one.live, other.live), one.retired, other.retired)


def run_spans(system: System, option: Option, when: Timing, end: int) -> list[tuple[float, int, int]]:
    """(cost a year, first quarter, last quarter) of all that runs; spans may be empty."""
    if not when.starts:
        return [(system.run_cost, system.joins, end - 1)]
    spans = [(system.run_cost, system.joins, when.lasts[0])]
    for number, step in enumerate(option.steps):
        last = when.lasts[number + 1] if number + 1 < len(option.steps) else end - 1
        spans.append((step.run_cost, when.cutovers[number] + 1, last))
    return spans


def exposed_spans(system: System, option: Option, when: Timing, end: int) -> list[tuple[int, int]]:
    """Disjoint spans of quarters past an end of life, in order, clipped to 0 … ``end`` - 1.

    A quarter counts once, whether the old system or its replacement is past its end of life.
    """
    raw: list[tuple[int, int]] = []
    if system.end_of_life is not None:
        raw.append((max(system.end_of_life + 1, system.joins), when.lasts[0] if when.starts else end - 1))
    for number, step in enumerate(option.steps):
        if step.end_of_life is not None and when.starts:
            last = when.lasts[number + 1] if number + 1 < len(option.steps) else end - 1
            raw.append((max(when.cutovers[number], step.end_of_life) + 1, last))
    spans: list[tuple[int, int]] = []
    for first, last in sorted((max(first, 0), min(last, end - 1)) for first, last in raw):
        first = max(first, spans[-1][1] + 1) if spans else first
        if last >= first:
            spans.append((first, last))
    return spans


def term_end(inventory: Inventory, contract: Contract, last: int) -> int:
    """The last quarter of the contract's term that covers ``last``: whole renewals added as needed.

    With renewals of n months from month e, k = ceil((first month of quarter(last) - e) / n) renewals
    are the fewest whose last month lies in or after that quarter.
    """
    calendar = inventory.calendar
    if last > calendar.of_month(contract.ends):
        first_month = calendar.last_month(last) - 2
        renewals = math.ceil((first_month - contract.ends) / contract.renews_for)
        return calendar.of_month(contract.ends + renewals * contract.renews_for)
    return calendar.of_month(contract.ends)


def _overlap(first: int, last: int, quarters: range) -> int:
    """How many of ``quarters`` (consecutive) lie in ``first`` … ``last``."""
    return max(0, min(last, quarters.stop - 1) - max(first, quarters.start) + 1)


def _approved(inventory: Inventory) -> dict[str, dict[int, tuple[str, str | None, int]]]:
    """What the approved plan says of each system it knows: step -> approach, service, cutover."""
    plan = inventory.approved
    if plan is None:
        return {}
    known: dict[str, dict[int, tuple[str, str | None, int]]] = {stay.system: {} for stay in plan.stays}
    for move in plan.moves:
        known.setdefault(move.system, {})[move.step] = (move.approach, move.to, move.cutover)
    return known
