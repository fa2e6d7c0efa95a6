"""How much more of everything a plan needs than there is, and the relaxations that give it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from consolidate.inventory import Inventory
from consolidate.solving.formulation.choices import Choice
from consolidate.solving.formulation.costs import NEVER, STAY, Prices, Timing
from consolidate.solving.formulation.solution import Solution, days_used, money_spent
from consolidate.solving.infeasibility.relaxations import RELAX, Item, Relaxation


def need_more(inventory: Inventory, plan: Solution) -> dict[Item, float]:
    """By how much a plan breaks each rule that may give way, reckoned from its moves."""
    return {item: amount for item, amount in _excess(inventory, plan) if amount > 1e-6}


def _excess(inventory: Inventory, plan: Solution) -> Iterator[tuple[Item, float]]:
    longest = 0
    for choice in plan.choices:
        for kind, what, amount in choice.breaks:
            if kind == "latest":
                yield ("latest", what), amount
            elif kind == "freeze":
                yield ("freeze", what, amount), 1
            else:
                longest = max(longest, amount)
    longest = max([longest, *(amount for build in plan.builds for _, _, amount in build.breaks)])
    yield ("horizon",), longest
    yield from _staff_excess(inventory.extended(longest), plan)
    yield from _pot_excess(inventory.extended(longest), plan)
    yield from _count_excess(inventory, plan)
    longer = inventory.extended(longest)
    yield from _target_excess(longer, fitted(longer, plan))


def _staff_excess(inventory: Inventory, plan: Solution) -> Iterator[tuple[Item, float]]:
    for (role, quarter), used in days_used(plan).items():
        own = inventory.roles[role].days
        if own is not None:
            yield ("role", role, quarter), used - own[quarter] - inventory.roles[role].agency_days[quarter]


def _pot_excess(inventory: Inventory, plan: Solution) -> Iterator[tuple[Item, float]]:
    spent = money_spent(plan)
    for pot in inventory.pots.values():
        over = 0.0
        for number, period in enumerate(pot.periods):
            over = over if pot.carry_forward else 0.0
            over += sum(spent.get((pot.id, quarter), 0.0) for quarter in period.quarters) - period.amount
            if over > 1e-6:
                yield ("pot", pot.id, number), over
                over = 0.0


def _count_excess(inventory: Inventory, plan: Solution) -> Iterator[tuple[Item, float]]:
    users: dict[str, float] = defaultdict(float)
    for choice in plan.choices:
        for service in choice.option.services:
            users[service] += choice.system.users
    for service, taken in users.items():
        capacity = inventory.services[service].capacity
        if capacity is not None:
            yield ("capacity", service), taken - capacity
    for number, limit in enumerate(inventory.limits):
        under_way: dict[int, int] = defaultdict(int)
        for choice in plan.choices:
            if choice.system.id in limit.who.systems:
                for start, cutover in zip(choice.when.starts, choice.when.cutovers, strict=True):
                    for quarter in range(start, cutover + 1):
                        under_way[quarter] += 1
        yield ("limit", number), max((count - limit.room(q) for q, count in under_way.items()), default=0)
    for number, milestone in enumerate(inventory.milestones):
        yield (
            ("milestone", number),
            milestone.needed - sum(_live_by(c, milestone.by, milestone.who.systems) for c in plan.choices),
        )


def _live_by(choice: Choice, by: int, who: frozenset[str]) -> bool:
    return choice.system.id in who and choice.live is not None and choice.live <= by


def _target_excess(inventory: Inventory, plan: Solution) -> Iterator[tuple[Item, float]]:
    prices = Prices(inventory)
    for number, target in enumerate(inventory.targets):
        saved = sum(prices.saved(c.system, c.option, c.when, target.quarters) for c in plan.choices)
        saved -= sum(prices.build_running(b.service, b.start, target.quarters) for b in plan.builds)
        yield ("target", number), target.savings - saved


def fitted(inventory: Inventory, plan: Solution) -> Solution:
    """A plan that was made with a longer horizon: what ends beyond this one has nothing left to decide."""
    late = {key for key, system in inventory.systems.items() if system.options == (STAY,)}
    if not late:
        return plan
    stays = replace(plan.choices[0], option=STAY, when=Timing(), live=None, retired=NEVER, breaks=())
    choices = (
        replace(stays, system=inventory.systems[choice.system.id]) if choice.system.id in late else choice
        for choice in plan.choices
    )
    return Solution(tuple(choices), plan.builds)


def relax(inventory: Inventory, plan: Solution) -> tuple[tuple[Relaxation, ...], Inventory]:
    """The relaxations that a plan of the elastic model needs, and the inventory with them in force."""
    needs = need_more(inventory, plan)
    relaxed = inventory.extended(int(needs.get(("horizon",), 0)))
    relaxations = []
    for item in sorted(needs, key=str):
        relaxation, relaxed = RELAX[str(item[0])](relaxed, item, needs[item], inventory)
        relaxations.append(replace(relaxation, amount=needs[item]))
    return tuple(relaxations), relaxed
