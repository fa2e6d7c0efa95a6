"""What a plan is made of, before it is written down: choices and builds, and whether they obey the rules.

The solving side's own word on whether a plan may be used as a start or as a bound, from sums over its
moves. It knows nothing of how the plan came about, nor of the model's rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import fsum

from consolidate.inventory import Build, Inventory, Step
from consolidate.solving.formulation.choices import BuildChoice, Choice, breaks_of
from consolidate.solving.formulation.costs import Prices

CLOSE = 1e-6
"""Of what there is (or of 1, whichever is more): what rounding may add."""


@dataclass(frozen=True)
class Solution:
    """The choices and builds that make up a plan."""

    choices: tuple[Choice, ...]
    builds: tuple[BuildChoice, ...]


def work_of(plan: Solution) -> Iterator[tuple[Step | Build, int]]:
    """Each piece of work with the quarter in which it starts."""
    for choice in plan.choices:
        yield from zip(choice.option.steps, choice.when.starts, strict=False)
    for build in plan.builds:
        if build.service.build is not None:
            yield build.service.build, build.start


def days_used(plan: Solution) -> dict[tuple[str, int], float]:
    """Person-days that a plan's work takes, by role and quarter."""
    used: dict[tuple[str, int], float] = defaultdict(float)
    for work, start in work_of(plan):
        for role, days in work.effort.items():
            for offset, figure in enumerate(days):
                used[role, start + offset] += figure
    return used


def money_spent(plan: Solution) -> dict[tuple[str, int], float]:
    """Capital that a plan's work takes, by pot and quarter."""
    spent: dict[tuple[str, int], float] = defaultdict(float)
    for work, start in work_of(plan):
        quarters = max(work.quarters, 1)
        for pot, amount in work.capital.items():
            for offset in range(quarters if pot is not None else 0):
                spent[str(pot), start + offset] += amount / quarters
    return spent


def finish_of(plan: Solution) -> int:
    """Quarters up to and including the last cutover."""
    return 1 + max((choice.finish for choice in plan.choices), default=-1)


def wanted_services(inventory: Inventory, needs: Iterable[tuple[str, ...]]) -> set[str]:
    """The services named, and all that they need in turn."""
    wanted: set[str] = set()
    open_ = [service for group in needs for service in group]
    while open_:
        service = open_.pop()
        if service not in wanted:
            wanted.add(service)
            open_.extend(inventory.services[service].needs)
    return wanted


def first_needed(choice: Choice) -> dict[str, int]:
    """The services that a choice needs, each with the first quarter in which it does."""
    first: dict[str, int] = {}
    for step, start in zip(choice.option.steps, choice.when.starts, strict=False):
        for service in step.needs:
            first.setdefault(service, start)
    return first


def first_violation(inventory: Inventory, plan: Solution) -> str | None:
    """The family of the first rule that a plan breaks; None when it obeys all."""
    families = (_systems, _links, _services, _staff, _capital, _capacity, _limits, _milestones, _targets)
    return next((family.__name__.strip("_") for family in families if not family(inventory, plan)), None)


def _no_more(taken: float, there: float) -> bool:
    return taken <= there + CLOSE * max(1.0, abs(there))


def _systems(inventory: Inventory, plan: Solution) -> bool:
    """Each system takes one choice, inside its bounds."""
    if sorted(choice.system.id for choice in plan.choices) != sorted(inventory.systems):
        return False
    return not any(
        breaks_of(inventory, choice.system, choice.when, inventory.T) or _too_soon(inventory, choice)
        for choice in plan.choices
    )


def _too_soon(inventory: Inventory, choice: Choice) -> bool:
    """Whether a step that is not fixed already starts before it may."""
    free = choice.when.starts[len(choice.system.began) :]
    earliest = inventory.open if choice.system.began else max(choice.system.earliest, inventory.open)
    return bool(free) and free[0] < earliest


def _links(inventory: Inventory, plan: Solution) -> bool:
    """``after`` and ``together``."""
    taken = {choice.system.id: choice for choice in plan.choices}
    for choice in plan.choices:
        for other in choice.system.after:
            live = taken[other].live
            if choice.when.starts and live is not None and live >= choice.when.starts[0]:
                return False
    return all(len({taken[key].live for key in group}) == 1 for group in inventory.together)


def _services(inventory: Inventory, plan: Solution) -> bool:
    """What work needs is ready; builds obey their own bounds and are made once."""
    ready = {key: service.ready or 0 for key, service in inventory.services.items() if service.build is None}
    for build in plan.builds:
        if (
            build.service.id in ready
            or build.start < max(build.service.earliest, inventory.open)
            or build.ready >= inventory.T
        ):
            return False
        ready[build.service.id] = build.ready
    late = inventory.T
    return all(
        ready.get(service, late) <= quarter
        for choice in plan.choices
        for service, quarter in first_needed(choice).items()
    ) and all(ready.get(need, late) <= build.start for build in plan.builds for need in build.service.needs)


def _staff(inventory: Inventory, plan: Solution) -> bool:
    for (role, quarter), used in days_used(plan).items():
        own = inventory.roles[role].days
        if own is not None and not _no_more(used, own[quarter] + inventory.roles[role].agency_days[quarter]):
            return False
    return True


def _capital(inventory: Inventory, plan: Solution) -> bool:
    spent = money_spent(plan)
    for pot in inventory.pots.values():
        so_far, amount = 0.0, 0.0
        for period in pot.periods:
            if not pot.carry_forward:
                so_far, amount = 0.0, 0.0
            so_far += fsum(spent.get((pot.id, quarter), 0.0) for quarter in period.quarters)
            amount += period.amount
            if not _no_more(so_far, amount):
                return False
    return True


def _capacity(inventory: Inventory, plan: Solution) -> bool:
    users: dict[str, float] = defaultdict(float)
    for choice in plan.choices:
        for service in choice.option.services:
            users[service] += choice.system.users
    limits = {service: inventory.services[service].capacity for service in users}
    return all(limit is None or _no_more(users[service], limit) for service, limit in limits.items())


def _limits(inventory: Inventory, plan: Solution) -> bool:
    for limit in inventory.limits:
        under_way: dict[int, int] = defaultdict(int)
        for choice in plan.choices:
            if choice.system.id in limit.who.systems:
                for start, cutover in zip(choice.when.starts, choice.when.cutovers, strict=True):
                    for quarter in range(start, cutover + 1):
                        under_way[quarter] += 1
        if any(count > limit.room(quarter) for quarter, count in under_way.items()):
            return False
    return True


def _milestones(inventory: Inventory, plan: Solution) -> bool:
    return all(
        rule.needed
        <= sum(
            choice.live is not None and choice.live <= rule.by and choice.system.id in rule.who.systems
            for choice in plan.choices
        )
        for rule in inventory.milestones
    )


def _targets(inventory: Inventory, plan: Solution) -> bool:
    prices = Prices(inventory) if inventory.targets else None
    for rule in inventory.targets:
        assert prices is not None
        saved = fsum(prices.saved(one.system, one.option, one.when, rule.quarters) for one in plan.choices)
        saved -= fsum(prices.build_running(one.service, one.start, rule.quarters) for one in plan.builds)
        if not _no_more(rule.savings, saved):
            return False
    return True
